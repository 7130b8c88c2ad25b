"""Erased means gone: no planted word is left in the folder; kills and full disks leave a sound file."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from reviewer.app.deleting import (
    cases_to_delete,
    delete_into_bin,
    restore_from_bin,
    run_to_delete,
    suite_to_delete,
)
from reviewer.app.erasing import copies, do_what_is_due, erase_copies, erase_now, what_is_due
from reviewer.core.cases import SuiteHead
from reviewer.core.errors import EnvironmentFault
from reviewer.store.database import Workspace, open_workspace
from reviewer.store.dialects.scrubbing import scrub
from reviewer.store.encrypting import encrypt
from reviewer.store.erasing import is_unfinished
from reviewer.store.facts.runs import Classified
from reviewer.store.opening import open_to_read
from reviewer.store.queries.bin import bin_items
from reviewer.store.queries.chain import first_misfit
from reviewer.store.queries.runs import model_versions
from reviewer.store.queries.soundness import wrong_figures
from reviewer.store.queries.suites import suite_named, suites
from reviewer.store.writes.runs import ensure_model_version
from reviewer.store.writes.suites import ensure_suite
from reviewer.wording.deleting import erased_words
from tests.store.test_bin import contents
from tests.support.builders import (
    ANSWER,
    AT,
    REFUSE,
    decide,
    make_case,
    make_model_version,
    make_response,
    make_run,
    make_suite,
    make_verdict,
)
from tests.support.commands import CHECKOUT
from tests.support.effort import often

WORDS = (
    "plantedprompt",
    "plantedreply",
    "plantednote",
    "plantedguideline",
    "plantedkey",
    "plantedsuite",
    "plantedsystem",
)
KILLS = often(60, 30)


def plant(workspace: Workspace, count: int = 40) -> None:
    """A suite with the planted words in every kind of text, and one without."""
    cases = [make_case(f"plantedkey-{n:03}", f"plantedprompt {n} {'x' * 300}") for n in range(count)]
    suite_id = make_suite(workspace, cases, "plantedsuite")
    ensure_suite(workspace, head=SuiteHead("plantedsuite", guideline="plantedguideline"), at=AT)
    said = [
        Classified(make_response(case.key, f"plantedreply to {case.key}"), (make_verdict(ANSWER),)) for case in cases
    ]
    version = replace(make_model_version(), name="own", system="plantedsystem prompt")
    make_run(workspace, suite_id, said, name="planted run", version=version)
    for response_id in range(1, 11):
        decide(workspace, response_id, REFUSE, "plantednote")
    make_suite(workspace, [make_case("kept", "Kept words.")], "Kept")


def left_in(folder: Path) -> dict[str, list[str]]:
    """File → the planted words that it holds."""
    found = {}
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        content = path.read_bytes().lower()
        words = [word for word in WORDS if word.encode() in content or word.encode("utf-16-le") in content]
        if words:
            found[path.name] = words
    return found


@pytest.fixture(params=["plain", "encrypted"])
def planted(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Workspace]:
    path = tmp_path / "here" / "w.db"
    path.parent.mkdir(mode=0o700)
    workspace = open_workspace(path)
    if request.param == "encrypted":
        workspace.close()
        encrypt(path, "a long passphrase of five words")
        workspace = open_workspace(path)
    plant(workspace)
    yield workspace
    workspace.close()


def test_no_planted_word_is_left_anywhere(planted: Workspace) -> None:
    folder = planted.path.parent
    planted.backup(planted.path.with_name("w.backup-20260301T120000Z.db"))
    item, _ = delete_into_bin(planted, suite_to_delete(planted, "plantedsuite"), "ana")
    if not planted.is_encrypted:
        assert {"w.db", "w.db-wal"} & set(left_in(folder))
    erase_now(planted, [item.id], "ana")
    assert copies(planted) == ["w.backup-20260301T120000Z.db"]
    assert "w.db" not in left_in(folder)
    assert "w.db-wal" not in left_in(folder)
    assert erase_copies(planted) == ["w.backup-20260301T120000Z.db"]
    assert left_in(folder) == {}
    assert first_misfit(planted) is None
    assert planted.problems() == []
    planted.close()
    assert left_in(folder) == {}
    with closing(open_workspace(planted.path)) as again:
        assert [each.name for each in suites(again)] == ["Kept"]


def test_a_system_prompt_goes_with_the_last_run_that_used_it(planted: Workspace) -> None:
    """Not before: neither while another run uses it nor while one that does can be brought back."""
    kept = suite_named(planted, "Kept").id
    version = replace(make_model_version(), name="own", system="plantedsystem prompt")
    make_run(planted, kept, name="other", version=version)
    first, _ = delete_into_bin(planted, run_to_delete(planted, "planted run"), "ana")
    erased = erase_now(planted, [first.id], "ana")
    assert (erased.versions, erased.kept_versions) == ((), ("own",))
    assert "The model version own stays, with its system prompt: other runs use it." in erased_words(erased, ())
    make_run(planted, kept, name="third", version=version)
    second, third = (delete_into_bin(planted, run_to_delete(planted, name), "ana")[0] for name in ("other", "third"))
    assert erase_now(planted, [second.id], "ana").kept_versions == ("own",)
    restore_from_bin(planted, third.id, "ana")
    last, _ = delete_into_bin(planted, run_to_delete(planted, "third"), "ana")
    erased = erase_now(planted, [last.id], "ana")
    assert (erased.versions, erased.kept_versions) == (("own",), ())
    assert erased_words(erased, ())[1].startswith("The model version own went too, with the system prompt")
    suite, _ = delete_into_bin(planted, suite_to_delete(planted, "plantedsuite"), "ana")
    erase_now(planted, [suite.id], "ana")
    assert left_in(planted.path.parent) == {}
    assert planted.problems() == []


def test_a_version_that_was_added_by_itself_stays(planted: Workspace) -> None:
    ensure_model_version(planted, version=replace(make_model_version(), name="saved"), at=AT)
    item, _ = delete_into_bin(planted, suite_to_delete(planted, "plantedsuite"), "ana")
    assert erase_now(planted, [item.id], "ana").versions == ("own",)
    assert [each.name for each in model_versions(planted)] == ["saved"]


def test_only_what_is_due_is_erased_and_it_is_told_before(planted: Workspace) -> None:
    delete_into_bin(planted, suite_to_delete(planted, "plantedsuite"), "ana")
    item, _ = delete_into_bin(planted, suite_to_delete(planted, "Kept"), "ana")
    with planted.write() as session:
        session.connection().exec_driver_sql("UPDATE bin_item SET due = '2026-01-01T00:00:00.000Z' WHERE id = 1")
    due = what_is_due(planted)
    assert due.acts
    assert "plantedsuite" in due.sentences[0]
    assert "will be erased now" in due.sentences[0]
    assert bin_items(planted)[-1].id == 1
    said = list(do_what_is_due(planted, due))
    assert said[0].startswith("Erased for good: 1 suite, 40 case versions")
    assert [each.id for each in bin_items(planted)] == [item.id]
    assert left_in(planted.path.parent) == {}
    assert not what_is_due(planted).acts


def test_a_workspace_that_is_only_read_erases_nothing(planted: Workspace) -> None:
    delete_into_bin(planted, suite_to_delete(planted, "plantedsuite"), "ana")
    with planted.write() as session:
        session.connection().exec_driver_sql("UPDATE bin_item SET due = '2026-01-01T00:00:00.000Z'")
    planted.close()
    with closing(open_to_read(planted.path, "It is only read.")) as reading:
        assert what_is_due(reading).sentences == []
        assert len(bin_items(reading)) == 1


def test_a_reader_in_another_program_delays_the_end_and_the_next_opening_makes_it(planted: Workspace) -> None:
    item, _ = delete_into_bin(planted, suite_to_delete(planted, "plantedsuite"), "ana")
    other = open_workspace(planted.path)
    with other.read() as session:
        session.connection().exec_driver_sql("SELECT count(*) FROM suite").all()
        with pytest.raises(EnvironmentFault, match="may still lie in the log"):
            erase_now(planted, [item.id], "ana")
    other.close()
    assert is_unfinished(planted)
    due = what_is_due(planted)
    assert due.sentences == ["An erasure was not finished the last time; the file is written anew now."]
    assert list(do_what_is_due(planted, due)) == ["The file was written anew without what was erased."]
    assert left_in(planted.path.parent) == {}
    assert not is_unfinished(planted)


# kills

CHILD = """
import sys
from pathlib import Path
from reviewer.app.deleting import delete_into_bin, restore_from_bin, suite_to_delete
from reviewer.app.erasing import erase_now
from reviewer.store.database import open_workspace
from reviewer.store.queries.bin import bin_items
workspace = open_workspace(Path(sys.argv[1]))
sys.stdout.write("ready\\n")
sys.stdout.flush()
while True:
    item, _ = delete_into_bin(workspace, suite_to_delete(workspace, "plantedsuite"), "ana")
    if sys.argv[2] == "erase":
        erase_now(workspace, [item.id], "ana")
        break
    restore_from_bin(workspace, item.id, "ana")
"""


@pytest.fixture(scope="module")
def kept_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("kept") / "w.db"
    with closing(open_workspace(path)) as workspace:
        plant(workspace, 200)
    return path


@pytest.mark.parametrize("seed", range(KILLS))
def test_killed_at_any_moment_it_is_before_or_after(kept_file: Path, tmp_path: Path, seed: int) -> None:
    path, draw = tmp_path / "w.db", random.Random(seed)  # noqa: S311 a draw that can be made again
    path.write_bytes(kept_file.read_bytes())
    what = "erase" if seed % 3 == 0 else "restore"
    with closing(open_workspace(path)) as workspace:
        before = contents(workspace)
    child = subprocess.Popen(
        (sys.executable, "-c", CHILD, str(path), what), cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    with child:
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(draw.random() * 0.5)
        child.send_signal(signal.SIGKILL)
    with closing(open_workspace(path)) as workspace:
        assert first_misfit(workspace) is None
        assert workspace.problems() == []
        assert wrong_figures(workspace) == []
        items = bin_items(workspace)
        there = [each.name for each in suites(workspace)]
        if items:
            assert there == ["Kept"]
            restore_from_bin(workspace, items[0].id, "ana")
            assert contents(workspace) == before
        elif "plantedsuite" in there:
            assert contents(workspace) == before
        else:
            assert what == "erase"
            list(do_what_is_due(workspace, what_is_due(workspace)))
            assert left_in(tmp_path) == {}


def test_a_deletion_for_which_there_is_no_room_changes_nothing(tmp_path: Path) -> None:
    with closing(open_workspace(tmp_path / "w.db")) as workspace:
        plant(workspace)
        before = contents(workspace)
        wanted = suite_to_delete(workspace, "plantedsuite")
        limit(workspace)
        with pytest.raises(EnvironmentFault, match="its disk is full"):
            delete_into_bin(workspace, wanted, "ana")
        limit(workspace, 1_000_000)
        assert contents(workspace) == before
        assert first_misfit(workspace) is None
        item, _ = delete_into_bin(workspace, wanted, "ana")
        workspace.write_anew(scrub)
        limit(workspace)
        with pytest.raises(EnvironmentFault, match="disk is full"):
            restore_from_bin(workspace, item.id, "ana")
        limit(workspace, 1_000_000)
        assert len(bin_items(workspace)) == 1
        restore_from_bin(workspace, item.id, "ana")
        assert contents(workspace) == before


def limit(workspace: Workspace, pages: int = 1) -> None:
    """No more pages than the file has, as on a full disk; SQLite answers the same code."""
    with workspace.read() as session:
        session.connection().exec_driver_sql(f"PRAGMA max_page_count = {pages}").all()


def test_two_programs_on_one_file_delete_one_after_the_other(tmp_path: Path) -> None:
    with closing(open_workspace(tmp_path / "w.db")) as one, closing(open_workspace(tmp_path / "w.db")) as other:
        plant(one)
        item, _ = delete_into_bin(one, suite_to_delete(one, "plantedsuite"), "ana")
        assert [each.name for each in suites(other)] == ["Kept"]
        delete_into_bin(other, cases_to_delete(other, "Kept", ["kept"]), "bo")
        restore_from_bin(other, item.id, "bo")
        assert {each.name for each in suites(one)} == {"Kept", "plantedsuite"}
        assert first_misfit(one) is None
