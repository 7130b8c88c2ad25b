"""Nothing leaves: a whole session uses no socket, not even where there is a network; the lock refuses every one."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.commands import CHECKOUT

SESSION = (sys.executable, "-m", "tests.e2e.offline_session")
_NETWORK = re.compile(r"^.*(?:AF_INET6?\b|sin_port|sin6_port).*$", re.MULTILINE)


def surroundings(home: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("REVIEWER_")}
    folders = dict.fromkeys(("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"), str(home))
    return {**kept, **folders, "PYTHONPATH": str(CHECKOUT), "QT_QPA_PLATFORM": "offscreen", **more}


def ran(*command: str, home: Path, **more: str) -> str:
    done = subprocess.run(
        command, cwd=CHECKOUT, env=surroundings(home, **more), capture_output=True, text=True, timeout=280, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def assert_whole(printed: str) -> None:
    found = json.loads(printed)
    assert found["used"] == []
    assert len(found["statuses"]) == 11
    assert set(found["statuses"].values()) == {0}, found["said"]


def test_a_session_uses_no_socket(tmp_path: Path) -> None:
    assert_whole(ran(*SESSION, str(tmp_path), home=tmp_path))


def test_a_session_under_the_lock_is_the_same(tmp_path: Path) -> None:
    assert_whole(ran(*SESSION, str(tmp_path), home=tmp_path, REVIEWER_OFFLINE="1"))


def test_a_session_without_any_interface_is_the_same(tmp_path: Path) -> None:
    apart = ("unshare", "-rn")
    if not shutil.which("unshare") or subprocess.run((*apart, "true"), capture_output=True, check=False).returncode:
        pytest.skip("a network namespace of its own is not permitted here")
    assert_whole(ran(*apart, *SESSION, str(tmp_path), home=tmp_path))


def test_the_system_sees_no_internet_socket(tmp_path: Path) -> None:
    """Below Python: what native libraries would open is seen too."""
    trace = tmp_path / "trace"
    watch = ("strace", "-f", "-qq", "-e", "trace=socket,connect,sendto,sendmsg,bind", "-o", str(trace))
    if not shutil.which("strace") or subprocess.run((*watch, "true"), capture_output=True, check=False).returncode:
        pytest.skip("strace is not installed or not permitted here")
    assert_whole(ran(*watch, *SESSION, str(tmp_path), home=tmp_path))
    assert _NETWORK.findall(trace.read_text(encoding="utf-8", errors="replace")) == []
