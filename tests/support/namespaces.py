"""Disks of a test's own: a small one that is full, one that can only be read. Mounted where nobody else sees them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache

import pytest

from tests.architecture.checkout import ROOT


@cache
def _unshare() -> tuple[str, ...]:
    """The command that runs another one with mounts of its own; empty where the system does not let us."""
    for given in (("unshare", "-m"), ("unshare", "-rm")):
        if shutil.which("unshare"):
            tried = subprocess.run([*given, "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True, check=False)
            if tried.returncode == 0:
                return given
    return ()


def in_own_mounts(script: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a shell script as `$1`, `$2`, …, with `$PYTHON`, among mounts that go with it. Skips where that cannot be."""
    if not _unshare():
        pytest.skip("no disk can be mounted here")
    given = [*_unshare(), "sh", "-eu", "-c", script, "sh", *map(str, arguments)]
    env = {**os.environ, "PYTHON": sys.executable, "PYTHONPATH": str(ROOT)}
    return subprocess.run(given, cwd=ROOT, capture_output=True, text=True, check=False, env=env)
