"""Another process in the middle of a long import: the mark beside the workspace, and the lock of its transaction."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.commands import CHECKOUT

_IMPORTING = """
import sys
from pathlib import Path
from reviewer.host.holding import IMPORT, holding
from reviewer.store.database import open_workspace
workspace = open_workspace(Path(sys.argv[1]), create=False)
with holding(workspace.path, IMPORT), workspace.write() as session:
    session.connection()
    print("held", flush=True)
    sys.stdin.readline()
workspace.close()
"""


@contextmanager
def importing(path: Path) -> Iterator[subprocess.Popen[str]]:
    """It holds the workspace until `end_import`, or the end of the block, where it is killed."""
    words = [sys.executable, "-c", _IMPORTING, str(path)]
    process = subprocess.Popen(words, cwd=CHECKOUT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
    finally:
        process.kill()
        process.communicate()


def end_import(process: subprocess.Popen[str]) -> None:
    process.communicate("go on\n", timeout=60)
