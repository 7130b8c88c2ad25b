"""A bundle is read like a workspace and changed by nothing; two are compared; what only looks like one is refused."""

from __future__ import annotations

import io
import json
import struct
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from reviewer.app.bundle_figures import BundleAsked
from reviewer.app.bundle_opening import compare_bundles, is_bundle, open_bundle, open_file
from reviewer.app.bundles import write_bundle
from reviewer.app.exports import ExportRequest, export
from reviewer.app.figures.comparing import compare_runs, comparison_document
from reviewer.app.interests import declare_interest
from reviewer.app.verifying import verify_bundle
from reviewer.cli.app import app
from reviewer.core.errors import InputError
from reviewer.core.scoring.score import Options
from reviewer.report.bundle_zip import MEMBERS
from reviewer.store.database import open_workspace
from reviewer.store.dialects import sealing
from reviewer.store.memory import remember
from reviewer.store.queries.review import response_ids
from reviewer.store.queries.runs import runs
from tests.app.test_bundle_contents import rich
from tests.app.test_bundles import members_of
from tests.support.builders import REFUSE, decide

__all__ = ["rich"]


def files_of_bundles() -> set[Path]:
    return set(Path(tempfile.gettempdir()).glob("reviewer-bundle-*"))


def test_it_says_what_the_workspace_says_and_goes_when_it_is_closed(
    rich: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # others unpack bundles into the system's own temporary folder meanwhile
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    before = files_of_bundles()
    bundle, workspace = open_file(rich / "both.zip"), open_workspace(rich / "w.db")
    assert bundle.shown_path == rich / "both.zip"
    assert [line.name for line in runs(bundle)] == [line.name for line in runs(workspace)]
    for what in ("cases", "labels", "verdicts", "decisions"):
        counts = [
            export(each, ExportRequest(tmp_path / f"{n}-{what}.jsonl", what, suite="Suite", run="after"))
            for n, each in enumerate((bundle, workspace))
        ]
        assert counts[0] == counts[1]
        assert (tmp_path / f"0-{what}.jsonl").read_bytes() == (tmp_path / f"1-{what}.jsonl").read_bytes()
    bundle.close()
    workspace.close()
    assert files_of_bundles() == before


def test_its_key_is_forgotten_when_it_is_closed(rich: Path) -> None:
    before = len(sealing._known), len(sealing._throwaway)
    for _ in range(3):
        opened = open_bundle(rich / "both.zip")
        assert len(sealing._throwaway) == before[1] + 1
        opened.close()
    assert (len(sealing._known), len(sealing._throwaway)) == before


def test_nothing_in_it_can_be_changed(rich: Path) -> None:
    whole = (rich / "both.zip").read_bytes()
    bundle = open_bundle(rich / "both.zip")
    try:
        response = response_ids(bundle, 1)[0]
        with pytest.raises(InputError, match=r"both\.zip is open to be read; nothing in it can be changed"):
            decide(bundle, response, REFUSE)
        with pytest.raises(InputError, match="nothing in it can be changed"):
            declare_interest(bundle, reviewer="ana", untrusted_text="some")
        remember(bundle, key="place", value={"response": response})
    finally:
        bundle.close()
    assert (rich / "both.zip").read_bytes() == whole


def test_a_bundle_is_not_made_of_a_bundle(rich: Path, tmp_path: Path) -> None:
    bundle = open_bundle(rich / "both.zip")
    try:
        with pytest.raises(InputError, match="not made of a bundle"):
            write_bundle(bundle, BundleAsked("after", "before", Options()), tmp_path / "again.zip")
    finally:
        bundle.close()


def test_a_changed_bundle_is_not_opened(rich: Path, tmp_path: Path) -> None:
    content = bytearray((rich / "both.zip").read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / "changed.zip").write_bytes(content)
    with pytest.raises(InputError, match="was changed"):
        open_file(tmp_path / "changed.zip")


def test_commands_read_it_and_are_refused_to_write(rich: Path) -> None:
    given = ["--workspace", str(rich / "both.zip"), "--json"]
    said = CliRunner().invoke(app, ["score", "--run", "after", *given])
    assert json.loads(said.stdout) == json.loads(members_of(rich / "both.zip")["score.json"])
    refused = CliRunner().invoke(
        app, ["decide", "--run", "after", "--case", "case-003", "--action", "refuse", "--workspace", given[1]]
    )
    assert isinstance(refused.exception, InputError)
    assert "nothing in it can be changed" in str(refused.exception)
    doctor = CliRunner().invoke(app, ["doctor", "--workspace", given[1]])
    assert f"bundle: {given[1]}: it is as it was made" in doctor.stdout


def test_two_bundles_are_compared_as_two_runs_of_one_workspace(rich: Path, tmp_path: Path) -> None:
    workspace = open_workspace(rich / "w.db")
    for name in ("before", "after"):
        write_bundle(workspace, BundleAsked(name, "", Options()), tmp_path / f"{name}.zip")
    expected = comparison_document(compare_runs(workspace, "before", "after"))
    workspace.close()
    assert comparison_document(compare_bundles(tmp_path / "before.zip", tmp_path / "after.zip")) == expected
    paths = [str(tmp_path / f"{name}.zip") for name in ("before", "after")]
    said = CliRunner().invoke(app, ["compare", "--a", paths[0], "--b", paths[1], "--json"])
    assert json.loads(said.stdout) == json.loads(json.dumps(expected))
    with pytest.raises(InputError, match="same bundle"):
        compare_bundles(tmp_path / "after.zip", tmp_path / "after.zip")


def test_a_workspace_is_no_bundle_and_a_bundle_that_is_not_there_is_not_made(rich: Path, tmp_path: Path) -> None:
    assert not is_bundle(rich / "w.db")
    with pytest.raises(InputError, match=r"none\.zip"):
        open_file(tmp_path / "none.zip")
    assert not (tmp_path / "none.zip").exists()


def zipped(entries: list[tuple[str, bytes]], how: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return out.getvalue()


def hostile(rich: Path) -> dict[str, bytes]:
    whole = (rich / "both.zip").read_bytes()
    members = list(members_of(rich / "both.zip").items())
    deep = [(name, b"[" * 200_000 if name == "cases.jsonl" else content) for name, content in members]
    return {
        "compressed": zipped(members, zipfile.ZIP_DEFLATED),
        "a bomb": zipped([*members, ("score.json", b"0" * 50_000_000)], zipfile.ZIP_DEFLATED),
        "a path": zipped([*members, ("../../evil.sh", b"rm")]),
        "an absolute path": zipped([*members, ("/etc/passwd", b"x")]),
        "another member": zipped([*members, ("notes.txt", b"x")]),
        "in another order": zipped(members[::-1]),
        "something before": b"#!/bin/sh\n" + whole,
        "something behind": whole + b"\x00" * 100,
        "in the middle cut": whole[: len(whole) // 2],
        "nested too deeply": zipped(deep),
        "a manifest that is a list": zipped([(n, b"[]" if n == "manifest.json" else c) for n, c in members]),
        "no manifest": zipped(members[1:]),
        "empty members": zipped([(name, b"") for name in MEMBERS]),
        "NaN": zipped([(n, b'{"score": NaN}\n' if n == "score.json" else c) for n, c in members]),
        "surrogates": zipped([(n, c.replace(b'"key":"case-000"', b'"key":"\\ud800"')) for n, c in members]),
    }


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_what_only_looks_like_a_bundle_is_refused_with_a_sentence(rich: Path, tmp_path: Path) -> None:
    for name, content in hostile(rich).items():
        path = tmp_path / "hostile.zip"
        path.write_bytes(content)
        try:
            wrong = verify_bundle(path).wrong
        except InputError as error:
            wrong = (str(error),)
        assert wrong, name
        assert all(sentence.endswith((".", ".)")) for sentence in wrong), (name, wrong)
        with pytest.raises(InputError):
            open_file(path).close()


def test_an_encrypted_member_is_refused(rich: Path, tmp_path: Path) -> None:
    content = bytearray((rich / "both.zip").read_bytes())
    at = content.index(b"PK\x01\x02")
    struct.pack_into("<H", content, at + 8, 1)
    (tmp_path / "encrypted.zip").write_bytes(content)
    wrong: Any = verify_bundle(tmp_path / "encrypted.zip").wrong
    assert "encrypted or compressed" in wrong[0]
