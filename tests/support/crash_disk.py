"""A disk that loses power: what a program wrote is recorded below it, and each moment of it is made a folder again.

The system's own calls are recorded (strace), so SQLite, SQLCipher and Python's files are treated alike. What was
brought to the disk (fsync) stays. Of what was not, a disk may keep any part: nothing, a beginning with its last write
torn, or any sectors in any order; and of new, renamed and removed names a beginning.
"""

from __future__ import annotations

import random
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

SECTOR = 512
_CALLS = (
    *("openat", "lseek", "write", "writev", "pwrite64", "ftruncate", "fallocate", "fsync", "fdatasync"),
    *("unlink", "unlinkat", "rename", "renameat", "renameat2", "link", "linkat", "copy_file_range", "sendfile"),
)
_LINE = re.compile(r"^(\d+)\s+(.*)$")
_RESUMED = re.compile(r"^<\.\.\. \w+ resumed>(.*)$")
_CALL = re.compile(r"^(\w+)\((.*)\)\s+= (-?\d+)")
_HANDLE = re.compile(r"(\d+)<([^>]*)>")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')


class Step(NamedTuple):
    """One change that the program asked the system for: `does` is write, cut, sync, make, name, gone, link or told."""

    does: str
    path: str
    data: bytes = b""
    at: int = 0
    other: str = ""

    def moved(self, source: Path, target: Path) -> Step:
        """The same in another folder."""
        old, new = str(source.resolve()), str(target.resolve())
        return self._replace(path=self.path.replace(old, new, 1), other=self.other.replace(old, new, 1))


def can_record() -> bool:
    return (
        bool(shutil.which("strace"))
        and not subprocess.run(
            ("strace", "-f", "--seccomp-bpf", "-e", "trace=openat", "true"), capture_output=True, check=False
        ).returncode
    )


def record(command: Sequence[str], folder: Path, scratch: Path, env: Mapping[str, str], cwd: Path) -> list[Step]:
    """Run the program to its end and return what it did in `folder`; what it prints is in the order of it (`told`)."""
    trace, told = scratch / "trace", scratch / "told"
    watch = ("strace", "-f", "-qq", "-y", "-xx", "-s", "100000000", "--seccomp-bpf", "-e", f"trace={','.join(_CALLS)}")
    with told.open("wb") as out, (scratch / "complaints").open("wb") as err:
        done = subprocess.run(
            (*watch, "-o", str(trace), *command),
            cwd=cwd,
            env=dict(env),
            stdout=out,
            stderr=err,
            timeout=280,
            check=False,
        )
    assert done.returncode == 0, (scratch / "complaints").read_text()[-4000:]
    return list(_steps(trace, folder.resolve(), told.resolve()))


def _calls(trace: Path) -> Iterator[tuple[str, str, int]]:
    """Name, arguments and result of each call, when it was done."""
    begun: dict[str, str] = {}
    with trace.open(encoding="ascii") as lines:
        for line in lines:
            match = _LINE.match(line)
            assert match is not None, line[:200]
            thread, said = match.groups()
            if said.endswith("<unfinished ...>"):
                begun[thread] = said.removesuffix("<unfinished ...>").rstrip()
                continue
            if resumed := _RESUMED.match(said):
                said = begun.pop(thread) + resumed[1]
            if (call := _CALL.match(said)) and not call[3].startswith("-"):
                yield call[1], call[2], int(call[3])


def _steps(trace: Path, folder: Path, told: Path) -> Iterator[Step]:
    places: dict[tuple[str, str], int] = {}
    for name, said, result in _calls(trace):
        handle = _HANDLE.match(said)
        path = _decoded(handle[2]) if handle else ""
        if name == "openat":
            yield from _opened(said, folder, places, result)
        elif name in ("unlink", "unlinkat", "rename", "renameat", "renameat2", "link", "linkat"):
            yield from _renamed(name, said, folder)
        elif handle and path == str(told) and name == "write":
            yield Step("told", "", _data(said))
        elif handle and (path == str(folder) or path.startswith(f"{folder}/")):
            yield from _written(name, said, path, (handle[1], path), places, result)


def _opened(said: str, folder: Path, places: dict[tuple[str, str], int], result: int) -> Iterator[Step]:
    path = _decoded(_TEXT.findall(said)[0])
    if path.startswith(f"{folder}/"):
        assert "O_APPEND" not in said, "the place of what is appended is not followed"
        places[str(result), path] = 0
        if "O_CREAT" in said:
            yield Step("make", path)
        if "O_TRUNC" in said:
            yield Step("cut", path)


def _renamed(name: str, said: str, folder: Path) -> Iterator[Step]:
    paths = [_decoded(text) for text in _TEXT.findall(said)]
    if not any(path.startswith(f"{folder}/") for path in paths):
        return
    if name.startswith("unlink"):
        yield Step("gone", paths[0])
    else:
        yield Step("link" if name.startswith("link") else "name", paths[0], other=paths[1])


def _written(
    name: str, said: str, path: str, key: tuple[str, str], places: dict[tuple[str, str], int], result: int
) -> Iterator[Step]:
    numbers = [int(number) for number in re.findall(r", (\d+)(?=,|$)", _TEXT.sub("", said))]
    if name == "pwrite64":
        yield Step("write", path, _data(said)[:result], numbers[-1])
    elif name == "write":
        yield Step("write", path, _data(said)[:result], places.get(key, 0))
        places[key] = places.get(key, 0) + result
    elif name == "lseek":
        places[key] = result
    elif name == "ftruncate":
        yield Step("cut", path, at=numbers[0])
    elif name in ("fsync", "fdatasync"):
        yield Step("sync", path)
    else:
        raise AssertionError(f"{name} on {path} is not followed")


def _decoded(escaped: str) -> str:
    return _bytes(escaped).decode() if "\\x" in escaped else escaped


def _data(said: str) -> bytes:
    return b"".join(_bytes(text) for text in _TEXT.findall(said))


def _bytes(escaped: str) -> bytes:
    return bytes.fromhex(escaped.replace("\\x", ""))


@dataclass
class _File:
    safe: bytearray = field(default_factory=bytearray)
    unsafe: list[Step] = field(default_factory=list)

    def synced(self) -> None:
        for step in self.unsafe:
            _apply(self.safe, step)
        self.unsafe = []


def _apply(content: bytearray, step: Step) -> None:
    if step.does == "cut":
        del content[step.at :]
        content.extend(bytes(step.at - len(content)))
        return
    content.extend(bytes(max(0, step.at + len(step.data) - len(content))))
    content[step.at : step.at + len(step.data)] = step.data


WAYS = ("all", "nothing", "torn", "sectors", "tail")
"""What became of the writes that were not brought to the disk; `all` is a killed program, or an instant copy."""


class CrashDisk:
    """Takes the steps one after another; `lose_power` makes the folder that a person would find after each."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._safe_names: dict[str, _File] = {
            str(path.resolve()): _File(bytearray(path.read_bytes())) for path in folder.rglob("*") if path.is_file()
        }
        self._names = dict(self._safe_names)
        self._unsafe_names: list[tuple[str, Step, _File]] = []
        self.told = b""

    def take(self, step: Step) -> None:
        if step.does == "told":
            self.told += step.data
        elif step.does == "sync":
            self._sync(step.path)
        elif step.does in ("write", "cut"):
            if step.path in self._names:  # a file that was removed while it was open has no name any more
                self._names[step.path].unsafe.append(step)
        elif step.does == "make":
            if step.path not in self._names:
                self._rename(step, _File())
        elif (source := self._names.get(step.path)) is not None:
            self._rename(step, source)

    def _sync(self, path: str) -> None:
        if path in self._names:
            self._names[path].synced()
        else:
            waiting = self._unsafe_names
            self._unsafe_names = []
            for folder, step, file in waiting:
                if folder == path:
                    _move(self._safe_names, step, file)
                else:
                    self._unsafe_names.append((folder, step, file))

    def _rename(self, step: Step, file: _File) -> None:
        self._unsafe_names.append((str(Path(step.other or step.path).parent), step, file))
        _move(self._names, step, file)

    def lose_power(self, way: str, rng: random.Random, into: Path) -> None:
        names = dict(self._safe_names)
        least = len(self._unsafe_names) if way == "all" else 0
        for _folder, step, file in self._unsafe_names[: rng.randint(least, len(self._unsafe_names))]:
            _move(names, step, file)
        for name, file in names.items():
            path = into / Path(name).relative_to(self._folder)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(_what_is_left(file, way, rng))

    def copy(self, into: Path, wanted: Sequence[str]) -> None:
        """What another program reads now of the files with these endings."""
        for name, file in self._names.items():
            path = into / Path(name).relative_to(self._folder)
            if any(path.name.endswith(ending) for ending in wanted):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(_what_is_left(file, "all", random.Random(0)))  # noqa: S311 draws nothing


def _move(names: dict[str, _File], step: Step, file: _File) -> None:
    if step.does in ("gone", "name"):
        names.pop(step.path, None)
    if step.does != "gone":
        names[step.other or step.path] = file


def _what_is_left(file: _File, way: str, rng: random.Random) -> bytes:
    content = bytearray(file.safe)
    if way == "nothing":
        return bytes(content)
    kept = len(file.unsafe) if way in ("all", "sectors", "tail") else rng.randint(0, len(file.unsafe))
    for number, step in enumerate(file.unsafe[:kept]):
        if way == "sectors" or (way == "torn" and number == kept - 1):
            _tear(content, step, rng, whole=way == "sectors")
        else:
            _apply(content, step)
    if way == "tail" and len(content) > len(file.safe):
        del content[rng.randint(len(file.safe), len(content)) :]
    return bytes(content)


def _tear(content: bytearray, step: Step, rng: random.Random, *, whole: bool) -> None:
    """Each sector by itself; where not `whole`, a beginning of the write. What was never written is old garbage."""
    if step.does == "cut":
        if rng.random() < 0.5:
            _apply(content, step)
        return
    end = step.at + len(step.data)
    if len(content) < end and rng.random() < 0.5:
        content.extend(rng.randbytes(end - len(content)))
    last = rng.randint(step.at, end)
    at = step.at
    while at < end:
        until = min(end, (at // SECTOR + 1) * SECTOR)
        if rng.random() < 0.5 if whole else until <= last:
            _apply(content, step._replace(data=step.data[at - step.at : until - step.at], at=at))
        at = until
