"""Install the tools that our files are written for below a cache folder, and have them read those files.

    python -m tests.peers [--folder FOLDER] [pytest's arguments]

What is there already is kept; the first run takes some minutes and some gigabytes.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import platformdirs

from tests.peers.places import NODE, NODE_TOOLS, PYTHON_TOOLS, VARIABLE

_DONE = "installed"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.peers", description=__doc__)
    parser.add_argument("--folder", type=Path, default=platformdirs.user_cache_path("reviewer") / "peers")
    given, others = parser.parse_known_args()
    missing = [name for name, packages in PYTHON_TOOLS.items() if not _python_tools(given.folder / name, packages)]
    missing += [] if _node_tools(given.folder / NODE) else [NODE]
    if missing:
        print(f"Not installed, so that their tests are skipped: {', '.join(missing)}")  # noqa: T201
    command = [sys.executable, "-m", "pytest", "-m", "peers or ray", "tests/peers", *others]
    done = subprocess.run(command, env={**os.environ, VARIABLE: str(given.folder.resolve())}, check=False)
    return done.returncode or int(bool(missing))


def _python_tools(folder: Path, packages: tuple[str, ...]) -> bool:
    """Whether they are there."""
    if _is_done(folder, packages):
        return True
    shutil.rmtree(folder, ignore_errors=True)
    print(f"Installing {', '.join(packages)} in {folder}")  # noqa: T201
    venv.create(folder, with_pip=True)
    done = subprocess.run([folder / "bin" / "python", "-m", "pip", "install", "-q", *packages], check=False)
    return _finished(folder, packages, done.returncode)


def _node_tools(folder: Path) -> bool:
    """Whether they are there; without npm they cannot be."""
    npm = shutil.which("npm")
    if _is_done(folder, NODE_TOOLS):
        return True
    if npm is None:
        return False
    shutil.rmtree(folder, ignore_errors=True)
    print(f"Installing {', '.join(NODE_TOOLS)} in {folder}")  # noqa: T201
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run([npm, "install", "--no-audit", "--no-fund", *NODE_TOOLS], cwd=folder, check=False)
    return _finished(folder, NODE_TOOLS, done.returncode)


def _is_done(folder: Path, packages: tuple[str, ...]) -> bool:
    mark = folder / _DONE
    return mark.exists() and mark.read_text(encoding="utf-8") == " ".join(packages)


def _finished(folder: Path, packages: tuple[str, ...], status: int) -> bool:
    """Mark what was installed to the end; what broke off, or is another list by now, is begun anew next time."""
    if status == 0:
        (folder / _DONE).write_text(" ".join(packages), encoding="utf-8")
    return status == 0


if __name__ == "__main__":
    sys.exit(main())
