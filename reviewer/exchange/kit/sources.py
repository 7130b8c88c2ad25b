"""Where import reads from: a file or pasted text, checked, decoded and cut into lines of a bounded length."""

from __future__ import annotations

import codecs
import csv
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Protocol, TextIO

from reviewer.core.errors import EnvironmentFault, InputError
from reviewer.exchange.kit.encodings import (
    SAMPLE_BYTES,
    Encoding,
    encoding_named,
    encoding_of_start,
    legacy_encoding,
)
from reviewer.exchange.kit.packed import opened_bytes, unpacked_name
from reviewer.exchange.kit.safe_json import json_names
from reviewer.exchange.kit.watched import Watch
from reviewer.host.small_files import shown_path

MAX_ROW_CHARACTERS = 10_000_000
HEAD_BYTES = 64 * 1024
_CHUNK_BYTES = 1024 * 1024
_MOST_INSIDE = 100_000
_ZIP_END_BYTES = 65_557
_LIST_BYTES = 16 * 1024 * 1024

TOO_LONG = f"The row is longer than {MAX_ROW_CHARACTERS:,} characters. Shorten it or leave it out."
_SAVE_AS_UTF8 = "Save it as UTF-8 (in a spreadsheet: “CSV UTF-8”) and import it again."

ZIP_FAULTS = (
    *(zipfile.BadZipFile, zlib.error, struct.error),
    *(EOFError, NotImplementedError, OverflowError, RuntimeError, ValueError),
)
"""What the library raises for a damaged or hostile zip, by what of it is so."""
DELIMITERS = (",", ";", "\t", "|")


@contextmanager
def faults_named(path: Path, *, is_text: bool = True) -> Iterator[None]:
    """Turn what the file system says about `path`, and letters that a text cannot hold, into a KnownError.

    Raises UnicodeDecodeError as it is where the file is no text.
    """
    try:
        yield
    except FileNotFoundError:
        raise InputError(f"There is no file {shown_path(path)}.", "Check the name and the folder.") from None
    except IsADirectoryError:
        raise InputError(f"{path} is a folder, not a file.", "Name a file inside it.") from None
    except OSError as fault:
        reason = fault.strerror or str(fault)
        raise EnvironmentFault(
            f"{shown_path(path)} cannot be read: {reason}.", "Check its permissions and the disk."
        ) from fault
    except UnicodeDecodeError as fault:
        if not is_text:
            raise
        raise InputError(f"{path} changed while it was read and is no longer text.", _SAVE_AS_UTF8) from fault


def encoding_of(start: bytes) -> str:
    """Python's name of the encoding that a file's start is in."""
    return encoding_of_start(start).name


@dataclass(frozen=True)
class FileHead:
    """A file's path and its first 64 KB: all that a format may look at to recognise it."""

    path: Path
    start: bytes
    encoding: str = ""
    """As the person says; "" looks at the bytes."""

    @cached_property
    def members(self) -> tuple[str, ...]:
        """The names inside an archive (zip), or of the files of a folder; empty for any other file."""
        if self.path.is_dir():
            inside = islice(self.path.rglob("*"), _MOST_INSIDE)
            return tuple(sorted(each.relative_to(self.path).as_posix() for each in inside if each.is_file()))
        if not self.start.startswith(b"PK") or self._lists_too_much():
            return ()
        try:
            with zipfile.ZipFile(self.path) as archive:
                return tuple(archive.namelist())
        except (OSError, *ZIP_FAULTS):
            return ()

    def _lists_too_much(self) -> bool:
        """Whether a zip's list of members is longer than is looked at to recognise a file: 16 MB."""
        with faults_named(self.path), self.path.open("rb") as handle:
            handle.seek(max(self.path.stat().st_size - _ZIP_END_BYTES, 0))
            end = handle.read(_ZIP_END_BYTES)
        at = end.rfind(b"PK\x05\x06")
        return at >= 0 and int.from_bytes(end[at + 12 : at + 16], "little") > _LIST_BYTES

    @cached_property
    def json_keys(self) -> frozenset[str]:
        """The dotted names of the fields in the start of a JSON file or of JSON Lines, `[]` for a list's items:
        `{"a": {"b": [{"c": 1}]}}` has `a`, `a.b`, `a.b[].c`; those of a list at the top have no `[]` in front."""
        if self.start.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in (b"{", b"["):
            return frozenset()
        return json_names(self.start.removeprefix(codecs.BOM_UTF8))

    @property
    def suffix(self) -> str:
        """Of what is inside a packed file: `.jsonl` of `cases.jsonl.gz`."""
        return unpacked_name(self.path).suffix.lower()

    @cached_property
    def is_text(self) -> bool:
        return "\0" not in self._decoded

    @cached_property
    def _decoded(self) -> str:
        named = encoding_named(self.encoding) if self.encoding else encoding_of_start(self.start)
        return codecs.getincrementaldecoder(named.name)("replace").decode(self.start)

    @property
    def text(self) -> str:
        """The decoded start, "" for a binary file. The last line may be cut."""
        return self._decoded if self.is_text else ""

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The header as a table would have it, each name folded by `folded`; empty for JSON and for binary files."""
        if self.text.lstrip()[:1] in {"", "{", "["}:
            return ()
        heading = heading_of(self.text)
        return tuple(folded(name) for name in heading.cells)


def folded(name: str) -> str:
    """A column's name for comparison: `Final Label` → `final_label`."""
    return "_".join(name.strip().lower().replace("-", " ").replace("_", " ").split())


@dataclass(frozen=True)
class Heading:
    """The heading row as it was found: its cells, what separates them, and how many rows stand above it."""

    cells: tuple[str, ...]
    delimiter: str
    above: int = 0


_SEPARATOR_LINE = re.compile(r"\s*\"?sep=(.)\"?\s*\Z", re.IGNORECASE)
_TITLE_ROWS = 10
_HEADING_SHARE = 0.7
"""A heading fills nearly as many cells as the fullest row: a column may have no name, and a row may have notes."""


def heading_of(text: str) -> Heading:
    """Where a table's heading is: behind Excel's `sep=` line and behind title lines, which have one cell only where
    the rows below have the same number of several."""
    first = text.lstrip("\r\n").splitlines()[:1]
    said = _SEPARATOR_LINE.match(first[0]) if first else None
    if said:
        rows = _first_rows(text, said[1])
        return Heading(tuple(rows[1]) if len(rows) > 1 else (), said[1], 1)
    found = [(delimiter, _first_rows(text, delimiter)) for delimiter in DELIMITERS]
    delimiter, rows = max(found, key=lambda each: _width_at_heading(each[1]))
    above = title_rows(rows)
    return Heading(tuple(rows[above]) if rows else (), delimiter, above)


def _width_at_heading(rows: Sequence[Sequence[str]]) -> tuple[int, int]:
    above = title_rows(rows)
    return (len(rows[above]), -above) if rows else (0, 0)


def title_rows(rows: Sequence[Sequence[str]]) -> int:
    """How many of the first rows are a title, or say whose the table is and of when: each fills half as many cells as
    the heading at most, and behind them come two rows or more with the same number of several cells. 0 where the first
    row is the heading."""
    filled = [sum(bool(cell.strip()) for cell in row) for row in rows[: _TITLE_ROWS + 2]]
    widest = max(filled, default=0)
    above = next((at for at, count in enumerate(filled) if count > 1 and count >= _HEADING_SHARE * widest), 0)
    below = [len(row) for row in rows[above : above + 2]]
    if not above or len(below) < 2 or below[0] != below[1] or filled[above + 1] < 2:
        return 0
    return above if 2 * max(filled[:above]) <= filled[above] else 0


def _first_rows(text: str, delimiter: str) -> list[list[str]]:
    """The cells of the first rows that are not blank; those up to the first that cannot be read."""
    rows: list[list[str]] = []
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            if any(cell.strip() for cell in cells):
                rows.append(cells)
            if len(rows) > _TITLE_ROWS + 1:
                break
    except csv.Error:
        return rows
    return rows


class Recognising(Protocol):
    """What knows its files by their start."""

    @property
    def name(self) -> str: ...

    def recognises(self, head: FileHead) -> bool: ...


def check_recognised(form: Recognising, path: Path) -> None:
    """For a format that only declines a kind of file: another one gets no sentence of that kind. Raises InputError."""
    with faults_named(path):
        if path.is_dir():
            raise IsADirectoryError
    if not form.recognises(read_head(path)):
        raise InputError(f"{path} is no file of the format {form.name}.", _BY_ITSELF)


def read_head(path: Path, encoding: str = "") -> FileHead:
    """The start of a file, unpacked if it is packed; nothing of a folder.

    Raises InputError for a missing or empty file, or EnvironmentFault.
    """
    if "\0" in str(path):
        raise InputError(f"{str(path)[:200]!r} is no name that a file can have.", "Check the name.")
    with faults_named(path):
        if path.is_dir():
            return FileHead(path, b"", encoding)
        if path.exists() and not (path.is_file() or path.is_dir()):
            # a pipe can be read once only, and one that nobody writes to would be waited for without end
            raise InputError(f"{path} is a device or a pipe, not a file.", "Save what it gives to a file first.")
        with opened_bytes(path) as handle:
            start = handle.read(HEAD_BYTES)
    if not start.strip():
        raise InputError(f"{path} is empty.", "Choose a file with rows in it.")
    return FileHead(path, start, encoding)


@dataclass(frozen=True)
class Source:
    """A file (`path`) or pasted text (`text`). `name` is what a suite or a run is called after; `named_encoding` is
    what the person says the file is in, "" looks at its bytes."""

    path: Path
    text: str | None = None
    named_encoding: str = ""

    @staticmethod
    def pasted(text: str, name: str = "Pasted table") -> Source:
        return Source(Path(name), text)

    @property
    def name(self) -> str:
        return unpacked_name(self.path).stem

    def start(self) -> str:
        """The decoded start, about 64 KB, of text that has been checked."""
        if self.text is not None:
            return self.text[:HEAD_BYTES].removeprefix("\ufeff")
        return read_head(self.path, self.encoding.name).text

    def check(self) -> None:
        """Raise KnownError unless the whole is text: readable, without NUL, in one encoding from end to end."""
        if self.text is not None:
            _check_pasted(self.text)
        else:
            _ = self.encoding

    @cached_property
    def watch(self) -> Watch:
        """Which fields of the file its format asked for."""
        return Watch()

    def member(self, path: Path) -> Source:
        """A file of the folder that this is, watched with it."""
        found = Source(path, named_encoding=self.named_encoding)
        found.__dict__["watch"] = self.watch
        return found

    @cached_property
    def encoding(self) -> Encoding:
        """What the whole file decodes in, every byte of it: as named, as marked, UTF-8, else an older one that its
        characters speak for. Raises KnownError for a file that is no text or mixes two."""
        if self.text is not None:
            return Encoding("utf-8")
        head = read_head(self.path)
        named = encoding_named(self.named_encoding) if self.named_encoding else encoding_of_start(head.start)
        with faults_named(self.path):
            fault = _first_fault(self.path, named.name)
            if fault is None:
                return named
            older = None if self.named_encoding else _older_encoding(self.path, named, fault)
            if older is None:
                raise _not_text(self.path, named, fault)
            fault = _first_fault(self.path, older.name)
            if fault is not None:
                raise _not_text(self.path, older, fault)
            return older

    def lines(self, newline: str) -> Iterator[tuple[int, str | None]]:
        """(number from 1, line with its ending), None for a line over the limit, which is never held whole.

        `newline` "\\n" ends lines there only, "" also at "\\r" and "\\r\\n". Call `check` first.
        """
        with faults_named(self.path), self.opened(newline) as handle:
            number = 0
            while text := handle.readline(MAX_ROW_CHARACTERS):
                number += 1
                if len(text) < MAX_ROW_CHARACTERS or text[-1] in (newline or "\r\n"):
                    yield number, text
                    continue
                while (rest := handle.readline(MAX_ROW_CHARACTERS)) and rest[-1] not in (newline or "\r\n"):
                    pass
                yield number, None

    def opened(self, newline: str) -> TextIO:
        """The decoded text. Call `check` first."""
        if self.text is not None:
            return io.StringIO(self.text.removeprefix("\ufeff"), newline=newline)
        return io.TextIOWrapper(opened_bytes(self.path), encoding=self.encoding.name, newline=newline)


def _check_pasted(text: str) -> None:
    if not text.strip():
        raise InputError("The pasted text is empty.", "Copy a table with its heading row and paste it again.")
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise InputError("The pasted text is not plain text.", "Copy the table again from its program.")


@dataclass(frozen=True)
class _Fault:
    """The first byte that does not decode (from 0), its line, how many bytes beyond ASCII stand before it; `is_nul`
    where it decodes and is a NUL, which no text holds."""

    at: int
    line: int
    beyond: int
    is_nul: bool = False


_HIGH = bytes(range(0x80, 0x100))


def _first_fault(path: Path, encoding: str) -> _Fault | None:
    # utf-8-sig would count bytes from behind the mark.
    decoder = codecs.getincrementaldecoder("utf-8" if encoding == "utf-8-sig" else encoding)()
    read, line, beyond = 0, 1, 0
    with opened_bytes(path) as handle:
        while True:
            chunk = handle.read(_CHUNK_BYTES)
            pending = len(decoder.getstate()[0])
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as fault:
                before = fault.object[: fault.start]
                beyond += len(before) - len(before.translate(None, _HIGH))
                return _Fault(read - pending + fault.start, line + before.count(b"\n"), beyond)
            if "\0" in text:
                return _Fault(read, line, beyond, is_nul=True)
            if not chunk:
                return None
            read += len(chunk)
            line += text.count("\n")
            if not text.isascii():
                beyond += len(chunk) - len(chunk.translate(None, _HIGH))


_FEW_BYTES = 8
"""So few bytes beyond ASCII can be UTF-8 by chance, in a file that is in an older encoding."""


def _older_encoding(path: Path, tried: Encoding, fault: _Fault) -> Encoding | None:
    """What a file that fails as UTF-8 may be in; None where it was UTF-8 up to the fault: then it mixes two."""
    if fault.is_nul or fault.beyond >= _FEW_BYTES or not tried.name.startswith("utf-8"):
        return None
    with opened_bytes(path) as handle:
        skipped = max(fault.at - SAMPLE_BYTES // 2, 0)
        while skipped > 0:
            skipped -= len(handle.read(min(skipped, _CHUNK_BYTES))) or skipped
        sample = handle.read(SAMPLE_BYTES)
    lines = sample[: sample.rfind(b"\n") + 1 or None].splitlines(keepends=True)
    found = legacy_encoding(b"".join(line for line in lines if not line.isascii()))
    return found if found.guessed else None


_BINARY = {
    b"PAR1": "a Parquet file",
    b"ARROW1": "an Arrow file",
    b"PK": "a zip file (a workbook, or a log in an archive)",
    b"SQLite format 3": "a database (SQLite)",
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"\xd0\xcf\x11\xe0": "a workbook or document of before 2007",
}
"""What files that begin so are: whoever named a format for text learns it."""
_BY_ITSELF = "Import it without naming a format, or choose another file."


def _not_text(path: Path, encoding: Encoding, fault: _Fault) -> InputError:
    with faults_named(path), opened_bytes(path) as handle:
        start = handle.read(max(map(len, _BINARY)))
    for magic, words in _BINARY.items():
        if start.startswith(magic):
            return InputError(f"{path} is {words}, not text.", _BY_ITSELF)
    if fault.is_nul:
        return InputError(f"{path} is a binary file, not text.", f"Choose a text file. {_SAVE_AS_UTF8}")
    return InputError(
        f"{path} is not {encoding.said} text: byte {fault.at:,} (line {fault.line:,}) does not fit.",
        f"{_SAVE_AS_UTF8} Or name its encoding: --encoding windows-1252.",
    )
