"""Reports and exports that are encrypted as they are written, and the word that is said where they are not."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from reviewer.app.encryption import LEFT_PLAIN
from reviewer.host.sealed_files import forget_files, is_sealed
from reviewer.store.encrypting import encrypt, lock_all
from tests.support.commands import Commands
from tests.support.encrypted import PASSPHRASE

WORD = "begin"
"""Of every response."""
FILES = {
    **{f"report.{end}": ("report", "--run", "v1") for end in ("html", "json", "jsonl", "csv", "xlsx", "md", "pdf")},
    **{f"responses.{end}": ("export", "--what", "responses", "--run", "v1") for end in ("jsonl", "csv", "parquet")},
    "other.json": ("export", "--format", "label-studio", "--run", "v1"),
}


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REVIEWER_FILE_PASSPHRASE", PASSPHRASE)


@pytest.mark.parametrize("name", FILES)
def test_nothing_is_plain_on_the_disk_and_all_comes_back(filled: Commands, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    filled.done(*FILES[name], "--out", folder / name)
    plain = {path.name: path.read_bytes() for path in folder.iterdir()}
    for path in folder.iterdir():
        path.unlink()
    outcome = filled.done(*FILES[name], "--out", folder / name, "--encrypt")
    written = list(folder.iterdir())
    assert {path.name for path in written} == {f"{each}.sealed" for each in plain}
    assert f"{folder / name}.sealed" in outcome.out
    for path in written:
        assert is_sealed(path)
        assert WORD.encode() not in path.read_bytes()
        forget_files()
        filled.bare("unseal", path)
    for each, held in plain.items():
        again = (folder / each).read_bytes()
        if each.startswith("report.") and not each.endswith((".jsonl", ".csv")):  # the time stands in it
            assert again[:4] == held[:4]
            assert abs(len(again) - len(held)) < 200
        else:
            assert again == held
    assert not name.endswith(".xlsx") or zipfile.is_zipfile(folder / name)


def test_json_says_the_name_that_it_has(filled: Commands, tmp_path: Path) -> None:
    outcome = filled.done("report", "--run", "v1", "--out", tmp_path / "r.md", "--encrypt", "--json")
    assert json.loads(outcome.out)["file"] == str(tmp_path / "r.md.sealed")


def test_unsealing_asks_for_the_right_passphrase_and_covers_nothing(
    filled: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled.done("report", "--run", "v1", "--out", tmp_path / "r.md", "--encrypt")
    forget_files()
    (tmp_path / "r.md").write_text("mine", encoding="utf-8")
    assert "--out FILE" in filled.bare("unseal", tmp_path / "r.md.sealed").refused(2)
    monkeypatch.setenv("REVIEWER_FILE_PASSPHRASE", "wrong " + PASSPHRASE)
    refused = filled.bare("unseal", tmp_path / "r.md.sealed", "--out", tmp_path / "new.md").refused(2)
    assert "passphrase" in refused
    assert not (tmp_path / "new.md").exists()
    assert (tmp_path / "r.md").read_text(encoding="utf-8") == "mine"
    for none in (tmp_path / "r.md", tmp_path / "nothing.sealed", tmp_path):
        assert "no encrypted file" in filled.bare("unseal", none).refused(2)


def test_a_weak_passphrase_writes_nothing(filled: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REVIEWER_FILE_PASSPHRASE", "1234")
    assert "too weak" in filled("report", "--run", "v1", "--out", tmp_path / "r.md", "--encrypt").refused(2)
    assert not list(tmp_path.glob("r.md*"))


def test_a_plain_file_from_an_encrypted_workspace_is_told_of(filled: Commands, tmp_path: Path) -> None:
    commands = filled
    assert LEFT_PLAIN not in commands.done("report", "--run", "v1", "--out", tmp_path / "a.md").err
    encrypt(filled.workspace, PASSPHRASE)
    for command in (
        ("report", "--run", "v1", "--out", tmp_path / "b.md"),
        ("export", "--what", "responses", "--run", "v1", "--out", tmp_path / "b.jsonl"),
        ("bundle", "--run", "v1", "--out", tmp_path / "b.zip"),
        ("packet", "export", "--decisions", "--run", "v1", "--out", tmp_path / "b.packet"),
    ):
        assert LEFT_PLAIN in commands.done(*command).err, command
        assert LEFT_PLAIN not in commands.done(*command, "--encrypt").err, command
    lock_all()
