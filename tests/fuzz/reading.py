"""Files read in a process of their own, as import reads them; what it cost and what was said.

`Server` reads one file after another in one process with the limits of import's child, and starts another when that
one ends: a start for each file would cost more than the reading.
"""

from __future__ import annotations

import json
import re
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from types import TracebackType

_HANGS_AFTER = 120.0
_LOOKED_AT = 1_000


@dataclass(frozen=True)
class Reading:
    """`said` is the sentence of a refusal or how many records there were; `seconds` are of the processor for a file
    that was read apart, else of the clock; `megabytes` is the most that the program or its child held; `crash` is set
    where it ended in another way than with records or a sentence."""

    said: str
    seconds: float
    megabytes: int
    crash: bool = False

    @property
    def records(self) -> int:
        count = self.said.removesuffix(" records")
        return int(count.replace(",", "")) if count != self.said else 0


def read_apart(path: Path) -> Reading:
    """As import reads it: in this program's child, where the file is one for the child."""
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.reading", str(path)[:100_000].replace("\0", "\\0")],
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.monotonic() - began
    if done.returncode:
        return Reading(done.stderr[-2000:], seconds, 0, crash=True)
    said, megabytes, crash, worked = json.loads(done.stdout)
    return Reading(said, worked, megabytes, crash)


class Server:
    """A process that reads what it is told to, within limits of memory and time for each file."""

    def __init__(self) -> None:
        self._process = self._started()

    @staticmethod
    def _started() -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.fuzz.reading"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Server:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate()

    def read(self, path: Path, format_name: str) -> Reading:
        """What came of it: as the named format, and before that as what it is taken for."""
        began, process = time.monotonic(), self._process
        watch = Timer(_HANGS_AFTER, process.kill)
        watch.start()
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(json.dumps([str(path), format_name]) + "\n")
            process.stdin.flush()
            answer = process.stdout.readline()
        finally:
            watch.cancel()
        seconds = time.monotonic() - began
        if not answer:
            _, said = process.communicate()
            self._process = self._started()
            return Reading(said[-2000:] or f"ended with {process.returncode}", seconds, 0, crash=True)
        said, megabytes = json.loads(answer)
        return Reading(said, seconds, megabytes)


def _said(path: Path) -> tuple[str, bool]:
    from reviewer.core.errors import KnownError
    from reviewer.exchange.guarded import UnexpectedFaultError, read_guarded
    from reviewer.exchange.kit.options import ImportOptions
    from reviewer.exchange.registry import detect

    count, leaked = 0, False
    try:
        for count, record in enumerate(read_guarded(path, ImportOptions(), detect(path).name), start=1):
            leaked |= count <= _LOOKED_AT and "root:x:0:" in str(record)
    except UnexpectedFaultError as fault:
        return str(fault), True
    except KnownError as fault:
        return str(fault), leaked
    return f"{count:,} records", leaked


def _said_here(path: Path, format_name: str) -> str:
    """What no format foresaw ends the process with a traceback."""
    from contextlib import suppress

    from reviewer.core.errors import KnownError
    from reviewer.core.shapes import to_plain
    from reviewer.exchange.formats.clipboard import Clipboard, read_text
    from reviewer.exchange.kit.options import ImportOptions
    from reviewer.exchange.kit.preview import preview_table
    from reviewer.exchange.kit.records import Record
    from reviewer.exchange.registry import read_file

    try:
        looked_at: Path | str = path
        if format_name == Clipboard.name:
            looked_at = path.read_bytes().decode("utf-8", "surrogateescape")
        with suppress(KnownError):
            preview_table(looked_at)
        pasted, options = isinstance(looked_at, str), ImportOptions()
        count = 0
        for record in read_text(str(looked_at), options) if pasted else read_file(path, options, format_name):
            json.dumps(to_plain(record, Record))
            count += 1
    except KnownError as fault:
        return str(fault)
    except MemoryError:
        return "It needs more memory than it may have."
    return f"{count:,} records"


def _used() -> int:
    """Megabytes. What the kernel counts of a process begins with what its parent held, so its own line is read."""
    own = re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text(encoding="utf-8"))
    most = int(own[1]) if own else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return max(most, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) // 1024


def _worked() -> float:
    """Seconds of the processor, those of children that have ended among them."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def main() -> None:
    """With a path it is read as import reads it; without, paths and formats come as lines of JSON."""
    if sys.argv[1:]:
        said, crash = _said(Path(sys.argv[1].replace("\\0", "\0")))
        sys.stdout.write(json.dumps([said, _used(), crash, _worked()]))
        return
    from reviewer.host.limiting import limit_this_process

    limit_this_process(1_000_000, 900 << 20)
    for line in sys.stdin:
        path, format_name = json.loads(line)
        sys.stdout.write(json.dumps([_said_here(Path(path), format_name), _used()]) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
