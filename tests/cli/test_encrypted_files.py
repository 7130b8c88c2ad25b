"""Encrypted packets and bundles on the command line: made, opened with their passphrase, refused with a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from reviewer.app.bundle_opening import open_bundle
from reviewer.host.sealed_files import forget_files, unlock_file
from tests.support.commands import Commands
from tests.support.encrypted import PASSPHRASE

VARIABLE = "REVIEWER_FILE_PASSPHRASE"


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv(VARIABLE, PASSPHRASE)
    yield
    forget_files()


@pytest.mark.usefixtures("secret")
def test_an_encrypted_bundle_verifies_with_its_passphrase_only(
    filled: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "bundle.zip"
    document = filled.done("bundle", "--run", "v1", "--out", out, "--encrypt", "--json").document
    assert document["encrypted"] is True
    held = out.read_bytes()
    assert held.startswith(b"RVWS")
    assert b"manifest.json" not in held
    assert filled.bare("verify", out, "--json").document["ok"] is True
    forget_files()
    monkeypatch.setenv(VARIABLE, "not the one")
    said = filled.bare("verify", out).refused()
    assert "does not open" in said
    assert "not the one" not in said
    monkeypatch.delenv(VARIABLE)
    assert VARIABLE in filled.bare("verify", out).refused()
    assert out.read_bytes() == held


@pytest.mark.usefixtures("secret")
def test_an_encrypted_bundle_opens_as_a_workspace_that_lies_encrypted(filled: Commands, tmp_path: Path) -> None:
    out = tmp_path / "bundle.zip"
    filled.done("bundle", "--run", "v1", "--out", out, "--encrypt")
    assert "v1" in filled.bare("runs", "--workspace", out).out
    unlock_file(out, PASSPHRASE)
    with closing(open_bundle(out)) as workspace:
        beside = [path for path in workspace.path.parent.rglob("*") if path.is_file()]
        assert workspace.path in beside
        assert not [path for path in beside if path.read_bytes().startswith(b"SQLite format 3")]
        assert not workspace.is_encrypted  # under nothing that a person could be asked for


@pytest.mark.usefixtures("secret")
def test_encrypted_decisions_are_taken_in(filled: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled.done("decide", "--run", "v1", "--case", "c01", "--action", "refuse", "--note", "a canary")
    out = tmp_path / "decisions.jsonl"
    filled.done("packet", "export", "--decisions", "--run", "v1", "--out", out, "--encrypt")
    assert b"canary" not in out.read_bytes()
    assert "; 1 was here before." in filled.done("packet", "import", out).out
    forget_files()
    monkeypatch.setenv(VARIABLE, "not the one")
    assert "does not open" in filled("packet", "import", out).refused()
    out.write_bytes(out.read_bytes()[:-5])
    monkeypatch.setenv(VARIABLE, PASSPHRASE)
    assert "its end was cut off" in filled("packet", "import", out).refused()


@pytest.mark.parametrize("weak", ["short", "password2026"])
def test_a_weak_passphrase_writes_nothing(
    filled: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, weak: str
) -> None:
    monkeypatch.setenv(VARIABLE, weak)
    out = tmp_path / "bundle.zip"
    assert "too weak" in filled("bundle", "--run", "v1", "--out", out, "--encrypt").refused()
    assert not out.exists()


@pytest.mark.usefixtures("secret")
def test_everything_of_an_encrypted_workspace_is_exported_encrypted_unless_somebody_says_so(
    filled: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REVIEWER_PASSPHRASE", PASSPHRASE)
    plain, out = tmp_path / "plain", tmp_path / "out"
    filled.done("import", filled.workspace.parent / "cases.jsonl", "--suite", "again")
    done = filled.done("erase", "--suite", "again", "--export", plain, "--yes", "--json")
    assert done.document["encrypted"] is False
    assert (plain / "cases.jsonl").read_bytes().startswith(b"{")
    filled.bare("encrypt", filled.workspace)
    monkeypatch.delenv(VARIABLE)
    asked = filled("erase", "--suite", "cases", "--export", out, "--yes").refused()
    assert VARIABLE in asked
    assert not out.exists()
    monkeypatch.setenv(VARIABLE, PASSPHRASE)
    said = filled.done("erase", "--suite", "cases", "--export", out, "--yes")
    assert "They are encrypted; `reviewer unseal FILE` makes a plain one of each again." in said.out
    assert all(each.read_bytes().startswith(b"RVWS") for each in out.iterdir())
    forget_files()
    back = filled.done("import", out / "cases.jsonl.sealed", out / "run-1-responses.jsonl.sealed")
    assert "cases.jsonl.sealed" in back.out
    told = filled.done("erase", "--suite", "cases", "--export", tmp_path / "bare", "--no-encrypt", "--yes")
    assert "The workspace is encrypted and what was just written is not" in told.err
    assert (tmp_path / "bare" / "cases.jsonl").read_bytes().startswith(b"{")
