"""What `doctor` says about the computer: disk, folder, keys, platform, fonts."""

from __future__ import annotations

from collections import namedtuple
from pathlib import Path

import pytest

from reviewer.app import surroundings
from reviewer.app.doctor import examine
from reviewer.wording.scripts import SCRIPTS

Usage = namedtuple("Usage", "total used free")


def finding(workspace: Path, what: str) -> tuple[bool, str]:
    (found,) = (each for each in examine(str(workspace)) if each.what == what)
    return found.ok, found.sentence


def test_the_free_space_of_a_folder_that_is_there_or_is_to_be_made(tmp_path: Path) -> None:
    for path in (tmp_path / "w.db", tmp_path / "new" / "folder" / "w.db"):
        _, sentence = finding(path, "disk")
        assert f"GB free at {tmp_path}" in sentence


@pytest.mark.parametrize(("size", "free", "ok"), [(10, 10**9, True), (10, 10**7, False), (10**9, 2 * 10**9, False)])
def test_room_for_a_backup_and_a_migration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int, free: int, ok: bool
) -> None:
    with (tmp_path / "w.db").open("wb") as file:
        file.truncate(size)
    monkeypatch.setattr("shutil.disk_usage", lambda _folder: Usage(10**12, 10**12 - free, free))
    found = surroundings.disk_of(tmp_path / "w.db")
    assert (found.ok, found.sentence.endswith("Free some space.")) == (ok, not ok)


def test_a_folder_that_is_synchronised_is_told_and_fails_nothing(tmp_path: Path) -> None:
    (tmp_path / "Dropbox").mkdir()
    ok, sentence = finding(tmp_path / "Dropbox" / "w.db", "folder")
    assert ok
    assert "Dropbox synchronises" in sentence
    assert "Dropbox" not in surroundings.folder_of(tmp_path / "w.db").sentence


def test_a_computer_without_a_keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surroundings, "keyring_name", lambda: "Secret Service")
    assert finding(tmp_path / "w.db", "keyring") == (True, "keys and passphrases can be kept in Secret Service")
    monkeypatch.setattr(surroundings, "keyring_name", lambda: "")
    ok, sentence = finding(tmp_path / "w.db", "keyring")
    assert ok
    assert "has none; give keys by environment variables" in sentence


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"QT_QPA_PLATFORM": "offscreen", "DISPLAY": ":0"}, "offscreen, by QT_QPA_PLATFORM"),
        ({"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, "wayland"),
        ({"DISPLAY": ":0"}, "xcb (X11)"),
        ({}, "no window can open"),
    ],
)
def test_the_platform_that_a_window_would_open_on(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], said: str
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    for name in ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY", "DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert said in surroundings.window_platform().sentence


def test_scripts_without_a_font_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surroundings, "can_ask", lambda: True)
    monkeypatch.setattr(surroundings, "is_shown", lambda letter: letter not in "กक")
    assert "no font for Devanagari, Thai;" in surroundings.fonts_here().sentence
    monkeypatch.setattr(surroundings, "is_shown", lambda _letter: True)
    assert f"all {len(SCRIPTS)} scripts" in surroundings.fonts_here().sentence
