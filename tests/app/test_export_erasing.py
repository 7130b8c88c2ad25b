"""Exporting everything of a suite and erasing it: stopped at any step it erases nothing and leaves nothing behind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from reviewer.app.export_erasing import ERASING, Watching, export_and_erase
from reviewer.app.jobs.imports import ImportRequest, import_file
from reviewer.app.stopping import ReportCancelledError
from reviewer.core.errors import InputError
from reviewer.core.runs import RunStatus
from reviewer.exchange.kit.options import ImportOptions
from reviewer.host.sealed_files import forget_files, is_sealed, unlock_file
from reviewer.store.database import Workspace, open_workspace
from reviewer.store.queries.bin import bin_items
from reviewer.store.queries.runs import runs
from reviewer.store.queries.suites import suites
from reviewer.store.writes.runs import set_run_status
from tests.store.test_bin import contents
from tests.support.builders import REFUSE, decide, fill, make_cases
from tests.support.encrypted import PASSPHRASE


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with closing(open_workspace(tmp_path / "w.db")) as opened:
        filled = fill(opened, make_cases(3))
        decide(opened, filled.response_ids[0], REFUSE)
        yield opened


def is_told(told: list[str], count: int) -> bool:
    return len(told) == count


def test_it_is_told_step_by_step_and_stopped_before_any_of_them(workspace: Workspace, tmp_path: Path) -> None:
    before = contents(workspace)
    told: list[str] = []
    for last in (0, 5, 10):
        told.clear()
        watching = Watching(told.append, partial(is_told, told, last))
        with pytest.raises(ReportCancelledError):
            export_and_erase(workspace, "Suite", tmp_path / "out", "ana", watching=watching)
        assert contents(workspace) == before
        assert bin_items(workspace) == []
        assert not (tmp_path / "out").exists()
    told.clear()
    done = export_and_erase(workspace, "Suite", tmp_path / "out", "ana", watching=Watching(told.append))
    assert (told[0], told[10:]) == ("Writing cases.jsonl…", [ERASING])
    assert {each.name for each in (tmp_path / "out").iterdir()} == set(done.files)
    assert suites(workspace) == []


def test_a_run_that_is_being_sent_is_not_exported_either(workspace: Workspace, tmp_path: Path) -> None:
    set_run_status(workspace, run_id=1, status=RunStatus.RUNNING)
    with pytest.raises(InputError, match="is being sent"):
        export_and_erase(workspace, "Suite", tmp_path / "out", "ana")
    assert not (tmp_path / "out").exists()
    export_and_erase(workspace, "Suite", tmp_path / "out", "ana", interrupted=True)
    assert suites(workspace) == []


def test_encrypted_files_read_back_and_come_in_again_with_their_passphrase(
    workspace: Workspace, tmp_path: Path
) -> None:
    out, told = tmp_path / "out", list[str]()
    watching = Watching(told.append)
    done = export_and_erase(workspace, "Suite", out, "ana", passphrase=PASSPHRASE, watching=watching)
    assert suites(workspace) == []
    assert "Verifying run-1.zip…" in told
    assert {each.name for each in out.iterdir()} == set(done.files)
    for path in out.iterdir():
        assert path.name.endswith(".sealed")
        assert is_sealed(path)
        assert b"ow about" not in path.read_bytes()
        assert b"Prompt" not in path.read_bytes()
    forget_files()
    with pytest.raises(InputError, match="is encrypted"):
        import_file(workspace, ImportRequest(out / "cases.jsonl.sealed"))
    for name in ("cases.jsonl", "run-1-responses.jsonl", "run-1-decisions.jsonl"):
        path = out / f"{name}.sealed"
        unlock_file(path, PASSPHRASE)
        assert not import_file(workspace, ImportRequest(path, options=ImportOptions(suite="Suite"))).bad
    assert [each.name for each in suites(workspace)] == ["Suite"]
    assert [(each.name, each.reviewed) for each in runs(workspace)] == [("run", 1)]


def test_a_changed_encrypted_file_erases_nothing(workspace: Workspace, tmp_path: Path) -> None:
    """Between the writing and the reading back a byte of the disk turns."""
    out = tmp_path / "out"

    def turn(step: str) -> None:
        if step == "Reading back run-1-decisions.jsonl…":
            path = out / "run-1-decisions.jsonl.sealed"
            held = bytearray(path.read_bytes())
            held[-20] ^= 1
            path.write_bytes(bytes(held))

    with pytest.raises(InputError, match="is not as it was written"):
        export_and_erase(workspace, "Suite", out, "ana", passphrase=PASSPHRASE, watching=Watching(turn))
    assert [each.name for each in suites(workspace)] == ["Suite"]
    assert bin_items(workspace) == []
