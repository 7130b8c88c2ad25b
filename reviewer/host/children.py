"""Work on text from outside that may never end: done in a child process with limits, so that it can be stopped."""

from __future__ import annotations

import json
import os
import subprocess  # nosec B404 - the interpreter itself, on a file of the package
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from reviewer.core.errors import EnvironmentFault

MEGABYTE = 1 << 20
PASSED_ON = ("PATH", "SYSTEMROOT", "WINDIR", "LOCALAPPDATA", "HOME", "XDG_DATA_HOME", "FONTCONFIG_FILE")
"""Of our environment: what programs and fonts are found by."""
ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "ARROW_IO_THREADS": "1",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
}
"""For a child with a limit of memory: a stack for each of many threads would count as its own."""
_LOOKED_EVERY = 0.2
_AHEAD_BYTES = 32 * MEGABYTE
"""Of lines that nobody has read yet. Whoever reads them works on 20,000 records at once, and the child goes on."""


class TookTooLongError(Exception):
    """The child was stopped at its limit of seconds; `progress` is what it had said on its error stream by then."""

    def __init__(self, progress: str) -> None:
        super().__init__(progress)
        self.progress = progress


class ChildFailedError(Exception):
    """The child ended without an answer: killed by a limit of memory, mostly. The text is the end of what it said."""


def answer_of(script: Path, question: object, *, seconds: float, megabytes: int) -> object:
    """What the Python file `script` prints as JSON when it is given `question` as JSON and the limits as arguments.

    The child has its own interpreter's libraries and `PASSED_ON` of our environment. Raises TookTooLongError,
    ChildFailedError and, where no process can be started, EnvironmentFault.
    """
    with _started(script, seconds, megabytes, subprocess.PIPE) as child:
        try:
            out, said = child.communicate(json.dumps(question).encode(), timeout=seconds)
        except subprocess.TimeoutExpired:
            child.kill()
            raise TookTooLongError(child.communicate()[1].decode("utf-8", "replace")) from None
    if child.returncode != 0:
        raise ChildFailedError(said.decode("utf-8", "replace")[-400:])
    return json.loads(out)


@dataclass(frozen=True)
class ChildLimits:
    """What a child may cost: seconds that are waited for it, its memory, and what it may answer in all."""

    seconds: float
    megabytes: int
    most_bytes: int


class SaidTooMuchError(Exception):
    """The child was stopped: its answer is longer than it may be."""


def lines_of(script: Path, question: object, limits: ChildLimits, watch: Callable[[], None]) -> Iterator[bytes]:
    """The lines that the Python file `script` prints, as they come; it is stopped when nobody wants more of them.

    The time that whoever reads takes does not count. `watch` is called while there is nothing to read; what it raises
    stops the child. Raises as `answer_of`, and SaidTooMuchError.
    """
    with tempfile.TemporaryFile() as said, _started(script, limits.seconds, limits.megabytes, said) as child:
        with (
            suppress(BrokenPipeError),
            cast(IO[bytes], child.stdin) as asked,
        ):  # one that has ended says so by its status
            asked.write(json.dumps(question).encode())
        ahead = _LinesAhead()
        reader = threading.Thread(target=_pump, args=(cast(IO[bytes], child.stdout), ahead), daemon=True)
        reader.start()
        try:
            yield from _within(ahead, limits, watch)
            status = child.wait(limits.seconds)
        except subprocess.TimeoutExpired:
            raise TookTooLongError("") from None
        finally:
            ahead.close()
            child.kill()
            reader.join()
        if status != 0:
            said.seek(0)
            raise ChildFailedError(said.read()[-4000:].decode("utf-8", "replace"))


class _LinesAhead:
    """What the child has said and nobody has read yet: up to `_AHEAD_BYTES`, and always one line."""

    def __init__(self) -> None:
        self._lines: deque[bytes] = deque()
        self._bytes = 0
        self._closed = False
        self._changed = threading.Condition()

    def put(self, line: bytes) -> bool:
        """Waits for room. False: nobody wants more."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._bytes < _AHEAD_BYTES)
            self._lines.append(line)
            self._bytes += len(line)
            self._changed.notify_all()
            return not self._closed

    def get(self, seconds: float) -> bytes | None:
        """The next line; None where none came in so many seconds."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._lines, seconds):
                return None
            line = self._lines.popleft()
            self._bytes -= len(line)
            self._changed.notify_all()
            return line

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()


def _within(ahead: _LinesAhead, limits: ChildLimits, watch: Callable[[], None]) -> Iterator[bytes]:
    waited, size = 0.0, 0
    while True:
        began = time.monotonic()
        line = ahead.get(_LOOKED_EVERY)
        if line is None:
            watch()
        waited += time.monotonic() - began
        if waited > limits.seconds:
            raise TookTooLongError("")
        if line is None:
            continue
        if not line:
            return
        size += len(line)
        if size > limits.most_bytes:
            raise SaidTooMuchError
        yield line


def _pump(out: IO[bytes], ahead: _LinesAhead) -> None:
    """Each line of `out`, b"" behind the last."""
    while ahead.put(line := out.readline()) and line:
        pass


def _started(script: Path, seconds: float, megabytes: int, said: IO[bytes] | int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-I", "-X", "utf8", str(script), str(int(seconds) + 1), str(megabytes * MEGABYTE)]
    try:
        return subprocess.Popen(  # noqa: S603 # nosec B603 - no shell, and nothing in it comes from outside
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            env={name: os.environ[name] for name in PASSED_ON if name in os.environ} | ONE_THREAD,
        )
    except OSError as error:
        raise EnvironmentFault(f"No process could be started: {error}.", "Close other programs.") from error
