"""Whatever the system's usual permissions, what the program makes is for the account that runs it."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from tests.support.commands import case_file, finished, response_file

posix = pytest.mark.skipif(os.name != "posix", reason="other systems have no such permissions")


def modes(folder: Path) -> dict[str, int]:
    return {str(each.relative_to(folder)): stat.S_IMODE(each.stat().st_mode) for each in folder.rglob("*")}


@posix
@pytest.mark.parametrize("umask", [0o000, 0o022])
def test_nothing_that_the_commands_write_is_open_to_others(tmp_path: Path, umask: int) -> None:
    given, made = tmp_path / "given", tmp_path / "made"
    given.mkdir()
    made.mkdir()
    files = (case_file(given), response_file(given))
    home = {name: str(made / "home") for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME")}
    workspace = ("--workspace", made / "new" / "folder" / "w.sqlite")
    commands = [
        ("import", *files, *workspace),
        ("decide", "--run", "v1", "--case", "c01", "--action", "refuse", "--reviewer", "A", *workspace),
        ("plan", "--run", "v1", "--design", "uniform", "--budget", "2", "--seed", "1", *workspace),
        ("backup", "--out", made / "backup.sqlite", *workspace),
        *(("report", "--run", "v1", "--out", made / f"report{end}", *workspace) for end in (".html", ".xlsx", ".csv")),
        ("export", "--what", "cases", "--suite", "cases", "--out", made / "cases.jsonl", *workspace),
        ("export", "--what", "responses", "--run", "v1", "--out", made / "responses.jsonl", *workspace),
        ("bundle", "--run", "v1", "--out", made / "bundle.zip", *workspace),
        ("declare", "--reviewer", "A", "--conflict", "none", *workspace),
        ("restore", made / "backup.sqlite", "--yes", *workspace),
        ("demo", "--headless", "--out", made / "demo"),
        ("doctor", *workspace),
    ]
    before = os.umask(umask)
    try:
        ended = {command[0]: finished(*command, env=home) for command in commands}
    finally:
        os.umask(before)
    assert {name: outcome.err for name, outcome in ended.items() if outcome.status not in (0, 1)} == {}
    found = modes(made)
    folders = {name for name in found if (made / name).is_dir()}
    assert len(found) - len(folders) > 10
    assert {name: oct(mode) for name, mode in found.items() if mode != (0o700 if name in folders else 0o600)} == {}
