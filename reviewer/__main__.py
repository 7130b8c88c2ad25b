"""`python -m reviewer` and the console script: where the command line and the window meet."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def main() -> None:
    """Run the command line and leave with its exit status.

    The matrices of a score are narrow: more than one thread for them only waits, and takes its core from the window.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # whatever a library comes to write is for the account that runs the program, as what is written here is
    os.umask(0o077)
    from reviewer.cli.app import run

    sys.exit(run(sys.argv[1:], open_window))


def open_window(workspace: Path | None, demo: bool) -> int:
    """Show the window. Imported when it is wanted: the commands work without Qt."""
    from reviewer.ui.application import run_window

    return run_window(workspace, demo=demo)


if __name__ == "__main__":
    main()
