"""A pipe that nobody writes to, and a device that never ends, at every door that reads a file: a sentence at once."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.commands import Commands, case, lines

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no such files")

Asked = tuple[str | Path, ...]
HERE = ("run", "--suite", "s", "--base-url", "http://127.0.0.1:9", "--model", "m")
DOORS: dict[str, Callable[[Path, Path], Asked]] = {
    "import": lambda bad, _: ("import", bad),
    "gate": lambda bad, _: ("gate", "--policy", bad, "--run", "r"),
    "packet": lambda bad, _: ("packet", "import", bad),
    "recorded": lambda bad, _: ("run", "--suite", "s", "--protocol", "recorded", "--responses", bad, "--model", "m"),
    "system": lambda bad, _: (*HERE, "--system", f"@{bad}"),
    "sign": lambda bad, out: ("bundle", "--run", "r", "--out", out / "b.zip", "--sign", bad),
    "restore": lambda bad, _: ("restore", bad, "--yes"),
}

BARE: dict[str, Callable[[Path, Path], Asked]] = {
    "classify": lambda bad, out: ("classify", bad, "--out", out / "o.jsonl"),
    "verify": lambda bad, _: ("verify", bad),
    "check-proof": lambda bad, _: ("check-proof", bad, "--bundle-root", "00"),
    "workspace": lambda bad, _: ("score", "--workspace", bad, "--run", "r"),
}
"""Commands that take no workspace, or this one."""


@pytest.fixture(params=["pipe", "device"])
def endless(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / "endless.toml"
    if request.param == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/zero")
    return path


@pytest.mark.parametrize("door", [*DOORS, *BARE])
def test_what_never_ends_is_refused_at_once(
    reviewer: Commands, tmp_path: Path, endless: Path, door: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REVIEWER_KEY_PASSPHRASE", "x")
    reviewer("import", lines(tmp_path / "s.jsonl", [case("a")]))
    reviewer("import", lines(tmp_path / "r.jsonl", [{"case": "a", "run": "r", "text": "Yes."}]), "--suite", "s")

    outcome = (
        reviewer(*DOORS[door](endless, tmp_path)) if door in DOORS else reviewer.bare(*BARE[door](endless, tmp_path))
    )

    assert outcome.status in (2, 3)
    assert "Traceback" not in outcome.err
    assert outcome.err.startswith("reviewer: ")
    assert any(words in outcome.err for words in ("a device", "a pipe", "no backup"))
