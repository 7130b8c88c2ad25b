"""Where import reads from: a file or pasted text, checked, decoded and cut into lines of a bounded length."""

from __future__ import annotations

import codecs
import csv
import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TextIO

from reviewer.core.errors import EnvironmentFault, InputError
from reviewer.exchange.kit.safe_json import json_names

MAX_ROW_CHARACTERS = 10_000_000
HEAD_BYTES = 64 * 1024
_CHUNK_BYTES = 1024 * 1024

TOO_LONG = f"The row is longer than {MAX_ROW_CHARACTERS:,} characters. Shorten it or leave it out."
_SAVE_AS_UTF8 = "Save it as UTF-8 (in a spreadsheet: “CSV UTF-8”) and import it again."

DELIMITERS = (",", ";", "\t", "|")


@contextmanager
def faults_named(path: Path) -> Iterator[None]:
    """Turn what the file system says about `path` into a KnownError."""
    try:
        yield
    except FileNotFoundError:
        raise InputError(f"There is no file {path}.", "Check the name and the folder.") from None
    except IsADirectoryError:
        raise InputError(f"{path} is a folder, not a file.", "Name a file inside it.") from None
    except OSError as fault:
        reason = fault.strerror or str(fault)
        raise EnvironmentFault(f"{path} cannot be read: {reason}.", "Check its permissions and the disk.") from fault
    except UnicodeDecodeError as fault:
        raise InputError(f"{path} changed while it was read and is no longer text.", _SAVE_AS_UTF8) from fault


def encoding_of(start: bytes) -> str:
    """The encoding that a byte order mark names, else UTF-8."""
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return "utf-8-sig"


@dataclass(frozen=True)
class FileHead:
    """A file's path and its first 64 KB: all that a format may look at to recognise it."""

    path: Path
    start: bytes

    @cached_property
    def members(self) -> tuple[str, ...]:
        """The names inside an archive (zip), or of the files of a folder; empty for any other file."""
        if self.path.is_dir():
            return tuple(
                sorted(each.relative_to(self.path).as_posix() for each in self.path.rglob("*") if each.is_file())
            )
        if not self.start.startswith(b"PK"):
            return ()
        try:
            with zipfile.ZipFile(self.path) as archive:
                return tuple(archive.namelist())
        except (OSError, zipfile.BadZipFile):
            return ()

    @cached_property
    def json_keys(self) -> frozenset[str]:
        """The dotted names of the fields in the start of a JSON file or of JSON Lines, `[]` for a list's items:
        `{"a": {"b": [{"c": 1}]}}` has `a`, `a.b`, `a.b[].c`; those of a list at the top have no `[]` in front."""
        if self.start.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in (b"{", b"["):
            return frozenset()
        return json_names(self.start.removeprefix(codecs.BOM_UTF8))

    @property
    def suffix(self) -> str:
        return self.path.suffix.lower()

    @cached_property
    def is_text(self) -> bool:
        return "\0" not in self._decoded

    @cached_property
    def _decoded(self) -> str:
        return codecs.getincrementaldecoder(encoding_of(self.start))("replace").decode(self.start)

    @property
    def text(self) -> str:
        """The decoded start, "" for a binary file. The last line may be cut."""
        return self._decoded if self.is_text else ""

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The header as a table would have it, each name folded by `folded`; empty for JSON and for binary files."""
        if self.text.lstrip()[:1] in {"", "{", "["}:
            return ()
        return tuple(folded(name) for name in header_of(self.text, delimiter_of(self.text)))


def folded(name: str) -> str:
    """A column's name for comparison: `Final Label` → `final_label`."""
    return "_".join(name.strip().lower().replace("-", " ").replace("_", " ").split())


def header_of(text: str, delimiter: str) -> list[str]:
    """The cells of the first row that is not blank; empty where there is none or it cannot be read."""
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            if any(cell.strip() for cell in cells):
                return cells
    except csv.Error:
        return []
    return []


def delimiter_of(text: str) -> str:
    """Comma, semicolon, tab or bar: whichever cuts the first row into the most cells."""
    return max(DELIMITERS, key=lambda delimiter: len(header_of(text, delimiter)))


def read_head(path: Path) -> FileHead:
    """The start of a file, nothing of a folder. Raises InputError for a missing or empty file, or EnvironmentFault."""
    if path.is_dir():
        return FileHead(path, b"")
    with faults_named(path):
        if path.exists() and not (path.is_file() or path.is_dir()):
            # a pipe can be read once only, and one that nobody writes to would be waited for without end
            raise InputError(f"{path} is a device or a pipe, not a file.", "Save what it gives to a file first.")
        with path.open("rb") as handle:
            start = handle.read(HEAD_BYTES)
    if not start.strip():
        raise InputError(f"{path} is empty.", "Choose a file with rows in it.")
    return FileHead(path, start)


@dataclass(frozen=True)
class Source:
    """A file (`path`) or pasted text (`text`). `name` is what a suite or a run is called after."""

    path: Path
    text: str | None = None

    @staticmethod
    def pasted(text: str, name: str = "Pasted table") -> Source:
        return Source(Path(name), text)

    @property
    def name(self) -> str:
        return self.path.stem

    def start(self) -> str:
        """The decoded start, about 64 KB, of text that has been checked."""
        return self.text[:HEAD_BYTES].removeprefix("\ufeff") if self.text is not None else read_head(self.path).text

    def check(self) -> None:
        """Raise KnownError unless the whole is text: readable, without NUL, UTF-8 or UTF-16 with a byte order mark."""
        if self.text is not None:
            _check_pasted(self.text)
            return
        head = read_head(self.path)
        with faults_named(self.path), self.path.open("rb") as handle:
            _check_bytes(handle, encoding_of(head.start), self.path)

    def lines(self, newline: str) -> Iterator[tuple[int, str | None]]:
        """(number from 1, line with its ending), None for a line over the limit, which is never held whole.

        `newline` "\\n" ends lines there only, "" also at "\\r" and "\\r\\n". Call `check` first.
        """
        with faults_named(self.path), self._opened(newline) as handle:
            number = 0
            while text := handle.readline(MAX_ROW_CHARACTERS):
                number += 1
                if len(text) < MAX_ROW_CHARACTERS or text[-1] in (newline or "\r\n"):
                    yield number, text
                    continue
                while (rest := handle.readline(MAX_ROW_CHARACTERS)) and rest[-1] not in (newline or "\r\n"):
                    pass
                yield number, None

    def _opened(self, newline: str) -> TextIO:
        if self.text is not None:
            return io.StringIO(self.text.removeprefix("\ufeff"), newline=newline)
        return self.path.open(encoding=encoding_of(read_head(self.path).start), newline=newline)


def _check_pasted(text: str) -> None:
    if not text.strip():
        raise InputError("The pasted text is empty.", "Copy a table with its heading row and paste it again.")
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise InputError("The pasted text is not plain text.", "Copy the table again from its program.")


def _check_bytes(handle: io.BufferedReader, encoding: str, path: Path) -> None:
    # utf-8-sig would count bytes from behind the mark.
    decoder = codecs.getincrementaldecoder("utf-8" if encoding == "utf-8-sig" else encoding)()
    read, line = 0, 1
    while True:
        chunk = handle.read(_CHUNK_BYTES)
        pending = len(decoder.getstate()[0])
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as fault:
            line += fault.object[: fault.start].count(b"\n")
            raise InputError(
                f"{path} is not UTF-8 text: byte {read - pending + fault.start:,} (line {line:,}) does not fit.",
                _SAVE_AS_UTF8,
            ) from None
        if "\0" in text:
            raise InputError(f"{path} is a binary file, not text.", f"Choose a text file. {_SAVE_AS_UTF8}")
        if not chunk:
            return
        read += len(chunk)
        line += text.count("\n")
