"""Work on text from outside that may never end: done in a child process with limits, so that it can be stopped."""

from __future__ import annotations

import json
import os
import subprocess  # nosec B404 - the interpreter itself, on a file of the package
import sys
from pathlib import Path

from reviewer.core.errors import EnvironmentFault

MEGABYTE = 1 << 20


class TookTooLongError(Exception):
    """The child was stopped at its limit of seconds; `progress` is what it had said on its error stream by then."""

    def __init__(self, progress: str) -> None:
        super().__init__(progress)
        self.progress = progress


class ChildFailedError(Exception):
    """The child ended without an answer: killed by a limit of memory, mostly. The text is the end of what it said."""


def answer_of(script: Path, question: object, *, seconds: float, megabytes: int) -> object:
    """What the Python file `script` prints as JSON when it is given `question` as JSON and the limits as arguments.

    The child has no environment of ours and its own interpreter's libraries only. Raises TookTooLongError,
    ChildFailedError and, where no process can be started, EnvironmentFault.
    """
    command = [sys.executable, "-I", "-X", "utf8", str(script), str(int(seconds) + 1), str(megabytes * MEGABYTE)]
    try:
        child = subprocess.Popen(  # noqa: S603 # nosec B603 - no shell, and nothing in it comes from outside
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ},
        )
    except OSError as error:
        raise EnvironmentFault(f"No process could be started: {error}.", "Close other programs.") from error
    with child:
        try:
            out, said = child.communicate(json.dumps(question).encode(), timeout=seconds)
        except subprocess.TimeoutExpired:
            child.kill()
            raise TookTooLongError(child.communicate()[1].decode("utf-8", "replace")) from None
    if child.returncode != 0:
        raise ChildFailedError(said.decode("utf-8", "replace")[-400:])
    return json.loads(out)
