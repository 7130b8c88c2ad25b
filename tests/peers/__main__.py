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


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.peers", description=__doc__)
    parser.add_argument("--folder", type=Path, default=platformdirs.user_cache_path("reviewer") / "peers")
    given, others = parser.parse_known_args()
    for name, packages in PYTHON_TOOLS.items():
        _python_tools(given.folder / name, packages)
    _node_tools(given.folder / NODE)
    command = [sys.executable, "-m", "pytest", "-m", "peers or ray", "tests/peers", *others]
    return subprocess.run(command, env={**os.environ, VARIABLE: str(given.folder.resolve())}, check=False).returncode


def _python_tools(folder: Path, packages: tuple[str, ...]) -> None:
    if (folder / "bin" / "python").exists():
        return
    print(f"Installing {', '.join(packages)} in {folder}")  # noqa: T201
    venv.create(folder, with_pip=True)
    done = subprocess.run([folder / "bin" / "python", "-m", "pip", "install", "-q", *packages], check=False)
    if done.returncode:
        shutil.rmtree(folder)


def _node_tools(folder: Path) -> None:
    npm = shutil.which("npm")
    if npm is None or (folder / "node_modules").exists():
        return
    print(f"Installing {', '.join(NODE_TOOLS)} in {folder}")  # noqa: T201
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run([npm, "install", "--no-audit", "--no-fund", *NODE_TOOLS], cwd=folder, check=False)


if __name__ == "__main__":
    sys.exit(main())
