"""`python -m tests.fuzz FORMAT|all|bombs [--minutes 10] [--seed N] [--only BOMB ...]`: mutated files, read with limits.

Formats of several files are read as folders too, and what is pasted as a text.

Prints a line for each format: how many files, what was slowest, what held most, and how many crashed. A file that
crashes is kept in the folder `reviewer-fuzz-found` of the folder for temporary files.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from reviewer.exchange.registry import FORMATS
from tests.fuzz.bombs import BOMBS
from tests.fuzz.folders import SEVERAL, write_changed
from tests.fuzz.made import made
from tests.fuzz.mutating import mutated
from tests.fuzz.reading import Reading, Server, read_apart
from tests.fuzz.seeds import seeds_of
from tests.fuzz.whole_seeds import DECLINED

MOST_MEGABYTES, MOST_SECONDS = 1_000, 60.0
ROW_SECONDS = 1e-4
"""What a row may cost beside: a file of millions of rows that say something is no bomb."""
_SEVERAL_SHARE = 0.5
"""Of the files of a format that is of several: so many come with the others."""
FOUND = Path(tempfile.gettempdir()) / "reviewer-fuzz-found"


@dataclass
class Tally:
    """What came of the files of one format."""

    files: int = 0
    read: int = 0
    slowest: float = 0.0
    most: int = 0
    failed: list[str] = field(default_factory=list)

    def add(self, reading: Reading, name: str) -> bool:
        """Whether it was in order."""
        self.files += 1
        self.read += reading.said.endswith("records")
        self.slowest, self.most = max(self.slowest, reading.seconds), max(self.most, reading.megabytes)
        most_seconds = MOST_SECONDS + ROW_SECONDS * reading.records
        good = not reading.crash and reading.megabytes <= MOST_MEGABYTES and reading.seconds <= most_seconds
        if not good:
            self.failed.append(f"{name}: {reading.said[-300:]}")
        return good


def fuzz(format_name: str, minutes: float, chance: random.Random) -> Tally:
    """Mutated files of one format for so long."""
    tally, until = Tally(), time.monotonic() + minutes * 60
    files = _files(format_name, chance)
    with tempfile.TemporaryDirectory() as folder, Server() as server:
        while time.monotonic() < until:
            if format_name in SEVERAL and chance.random() < _SEVERAL_SHARE:
                path = write_changed(format_name, Path(folder) / "several", chance)
                if not tally.add(server.read(path, format_name), path.name):
                    shutil.copytree(Path(folder) / "several", FOUND / f"{format_name}-{tally.files}", symlinks=True)
                continue
            name, content = next(files)
            path = Path(folder) / name
            path.write_bytes(content)
            if not tally.add(server.read(path, format_name), name):
                FOUND.mkdir(exist_ok=True)
                (FOUND / f"{format_name}-{tally.files}-{name}").write_bytes(content)
    return tally


def _files(format_name: str, chance: random.Random) -> Iterator[tuple[str, bytes]]:
    seeds = seeds_of(format_name)
    yield from seeds.items()
    while True:
        name, content = chance.choice(list(seeds.items())) if chance.random() < 0.4 else made(format_name, chance)
        yield name, mutated(content, chance) if chance.random() < 0.6 else content


def set_off(only: Sequence[str] = ()) -> Tally:
    """Every bomb, or those named, each with a line of its own."""
    tally = Tally()
    for bomb in [each for each in BOMBS if not only or each.__name__ in only]:
        with tempfile.TemporaryDirectory() as folder:
            found = read_apart(bomb(Path(folder)))
        good = "ok" if tally.add(found, bomb.__name__) else "FAILED"
        _say(f"{bomb.__name__:28} {found.seconds:6.1f} s {found.megabytes:5} MB  {good}  {found.said[:120]!r}")
    return tally


def _row(name: str, tally: Tally) -> str:
    declines = ", as it should: the format only says what to import in its place" if name in DECLINED else ""
    return (
        f"{name:24} {tally.files:7,} files {tally.read:7,} read {tally.files - tally.read:7,} refused "
        f"{tally.slowest:6.1f} s slowest {tally.most:5} MB most {len(tally.failed):4} failed{declines}"
    )


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(given: Sequence[str] | None = None) -> int:
    """1 where any file crashed, hung, or held more than 1 GB."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("what", choices=["all", "bombs", *FORMATS])
    parser.add_argument("--minutes", type=float, default=10.0, help="for each format")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", nargs="+", default=[], metavar="BOMB", help="these bombs and no others")
    asked = parser.parse_args(given)
    if asked.what == "bombs":
        tallies = {"bombs": set_off(asked.only)}
    else:
        tallies = {}
        for name in FORMATS if asked.what == "all" else [asked.what]:
            tallies[name] = fuzz(name, asked.minutes, random.Random(f"{asked.seed} {name}"))  # noqa: S311 - repeats itself
            _say(_row(name, tallies[name]))
    for name, tally in tallies.items():
        for line in tally.failed[:20]:
            _say(f"FAILED {name} {line}")
    return int(any(tally.failed for tally in tallies.values()))


if __name__ == "__main__":
    sys.exit(main())
