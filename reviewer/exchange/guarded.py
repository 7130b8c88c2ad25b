"""Files of somebody else's, read in a child process with limits of memory, time and ratio: a bomb ends the child.

Small files of plain text, and JSON Lines of some size, are read here: what they may cost is bounded by their size or
by a line's, and a child takes half a second.
"""

from __future__ import annotations

import json
import logging
import os
import stat
from collections.abc import Callable, Generator, Iterator, Mapping
from pathlib import Path
from typing import Any

from reviewer.core.errors import DiskFullError, EnvironmentFault, InputError, KnownError
from reviewer.core.received import marked_received
from reviewer.core.shapes import from_plain, shape_of, to_plain
from reviewer.exchange import reading_child
from reviewer.exchange.kit.arriving import as_received
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.packed import unpacked_name
from reviewer.exchange.kit.preview import TablePreview, preview_table
from reviewer.exchange.kit.records import BadRow, Record, ResponseRecord
from reviewer.exchange.registry import read_file
from reviewer.host.children import (
    MEGABYTE,
    ChildFailedError,
    ChildLimits,
    SaidTooMuchError,
    TookTooLongError,
    lines_of,
)
from reviewer.host.sealed_files import is_sealed

SMALL_BYTES = MEGABYTE
_PLAIN = frozenset({".json", ".csv", ".tsv", ".txt"})
LINES_BYTES = 64 * MEGABYTE
MOST_RECORDS = 3_000_000
MOST_BAD_ROWS = 100_000
MOST_BYTES = 4_000 * MEGABYTE
_MEGABYTES = 700
_SECONDS = 60.0
_BYTES_A_SECOND = 20_000
"""So slow may the slowest reading of a large file be, on a machine that does other things too."""
_ANY_FILE_BYTES = 200 * MEGABYTE
_MOST_RATIO = 100
_ANY_FILE_RECORDS = 200_000
_RECORDS_A_BYTE = 0.5

_KINDS = (InputError, EnvironmentFault, DiskFullError, KnownError)
_IN_PARTS = "If it is meant to be so, save it as plain CSV or JSON Lines in parts."
_OR_LEAVE_IT = "If it is meant to be so, save it as plain CSV or JSON Lines in parts; if not, do not open it."

_log = logging.getLogger(__name__)


class UnexpectedFaultError(InputError):
    """The reading failed on something that no format foresaw: ours to mend, but the file's content was the cause."""


def _nothing() -> None:
    """Nobody watches."""


def read_guarded(
    path: Path, options: ImportOptions, format_name: str = "", watch: Callable[[], None] = _nothing
) -> Generator[Record, None, None]:
    """The records of a file, as `registry.read_file` and `as_received` give them, whatever the file holds.

    `watch` is called while there is nothing to give; what it raises ends the reading. Raises KnownError.
    """
    is_small = _is_small_text(path)
    records = (
        as_received(read_file(path, options, format_name))
        if is_small
        else _from_child(path, options, format_name, watch)
    )
    bad, most = 0, MOST_RECORDS if is_small else min(MOST_RECORDS, _most_records(path))
    for count, record in enumerate(records):
        if count >= most:
            raise InputError(
                f"{path} has {_size(path):,} bytes and says that it holds more than {most:,} rows.", _IN_PARTS
            )
        if isinstance(record, BadRow):
            bad += 1
            if bad > MOST_BAD_ROWS:
                why = f"the last is line {record.line:,}: {record.reason}"
                raise InputError(f"{path} has more than {MOST_BAD_ROWS:,} rows that cannot be used; {why}", _IN_PARTS)
        yield record


def _from_child(path: Path, options: ImportOptions, format_name: str, watch: Callable[[], None]) -> Iterator[Record]:
    """The child has had `received` each response, and has told decisions of what became of their texts."""
    read = shape_of(Record).read
    for held in _answers(path, options, format_name, "records", watch):
        for record in map(read, held):
            if type(record) is ResponseRecord:
                marked_received(record.response)
            yield record


def _most_records(path: Path) -> int:
    """A row of less than two bytes is none that a person made."""
    return max(_ANY_FILE_RECORDS, int(_size(path) * _RECORDS_A_BYTE))


def preview_guarded(path: Path, options: ImportOptions, format_name: str = "") -> TablePreview:
    """As `preview_table` of a file. Raises KnownError."""
    if _is_small_text(path):
        return preview_table(path, options=options, format_name=format_name)
    found: TablePreview = from_plain(next(_answers(path, options, format_name, "preview", _nothing))[0], TablePreview)
    return found


def _is_small_text(path: Path) -> bool:
    """A regular file of few bytes that neither unpacks to more than it is nor is read by a library."""
    if is_sealed(path):
        return _check_unsealed_here(path)
    most = LINES_BYTES if path.suffix.lower() in (".jsonl", ".ndjson") else SMALL_BYTES
    try:
        there = path.stat()
        if not stat.S_ISREG(there.st_mode) or not 0 < there.st_size < most:
            return not path.is_dir() and not stat.S_ISREG(there.st_mode)  # a pipe is refused before it is opened
        with path.open("rb") as handle:
            start = handle.read(SMALL_BYTES)
    except (OSError, ValueError):
        return True  # whoever reads it says why it cannot be
    packed = start.startswith((b"PK", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd"))
    return not packed and b"\0" not in start


def _check_unsealed_here(path: Path) -> bool:
    """True: the child has no key. Raises InputError where what is inside is not to be read in this process."""
    suffix = unpacked_name(path).suffix.lower()
    most = LINES_BYTES if suffix in (".jsonl", ".ndjson") else SMALL_BYTES if suffix in _PLAIN else 0
    if _size(path) > most:
        raise InputError(
            f"{path} is encrypted and too large, or of a form that is not read while it is encrypted.",
            "Make a plain file of it with `reviewer unseal`, import that, and remove it.",
        )
    return True


def _size(path: Path) -> int:
    """Of a file, or of all in a folder, in bytes; links out of a folder do not count."""
    try:
        if not path.is_dir():
            return path.stat().st_size
        return sum(os.lstat(os.path.join(folder, name)).st_size for folder, _, names in os.walk(path) for name in names)
    except OSError as fault:
        raise EnvironmentFault(f"{path} cannot be read: {fault.strerror}.", "Check its permissions.") from fault


def _answers(
    path: Path, options: ImportOptions, format_name: str, work: str, watch: Callable[[], None]
) -> Iterator[list[Any]]:
    size = _size(path)
    limits = ChildLimits(
        _SECONDS + size / _BYTES_A_SECOND,
        _MEGABYTES,
        min(max(_ANY_FILE_BYTES, _MOST_RATIO * size), MOST_BYTES),
    )
    question = {"work": work, "path": str(path), "options": to_plain(options, ImportOptions), "format": format_name}
    try:
        for line in lines_of(Path(reading_child.__file__), question, limits, watch):
            found = json.loads(line)
            if isinstance(found, list):
                yield found
            elif found is None:
                return
            else:
                raise _fault_of(path, found)
    except TookTooLongError:
        raise InputError(
            f"{path} was still being read after {limits.seconds:,.0f} seconds, far longer than its size needs.",
            _IN_PARTS,
        ) from None
    except SaidTooMuchError:
        raise InputError(
            f"{path} has {size:,} bytes and unpacks to more than {limits.most_bytes:,}.", _OR_LEAVE_IT
        ) from None
    except ChildFailedError as fault:
        _log.warning("the reading of a file was ended: %s", str(fault)[-200:])
        raise _ended(path) from None
    raise _ended(path)


def _fault_of(path: Path, said: Mapping[str, Any]) -> KnownError:
    """What the child met, as it would have been raised here."""
    if "kind" in said:
        kind = {each.__name__: each for each in _KINDS}.get(said["kind"], InputError)
        return kind(said["what"], said["remedy"])
    if "memory" in said:
        return InputError(f"{path} needs more than {_MEGABYTES} MB of memory to be read.", _OR_LEAVE_IT)
    _log.error("the reading of a file failed: %s, %s", said["unexpected"], "; ".join(said["where"]))
    return UnexpectedFaultError(
        f"{path} could not be read: its content is unlike any that was foreseen ({said['unexpected']}).",
        "Save it again from the program that made it; the log says where the reading stopped.",
    )


def _ended(path: Path) -> InputError:
    return InputError(
        f"The reading of {path} was ended: it took more memory or time than its size needs, or is damaged.",
        _OR_LEAVE_IT,
    )
