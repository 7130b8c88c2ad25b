"""The rows that can still be read of a damaged SQLite file, one table after the other, around what cannot."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from reviewer.store.dialects import sealing, wal

_HEADER_BYTES = 100
_SIZE_AT, _SCHEMA_AT = slice(28, 32), slice(40, 44)
_PAGE_BYTES = 4096
_MOST_PROBED = 20_000
"""So many rows between two readable ends are asked for one by one."""

Row = tuple[Any, ...]


@contextmanager
def remains(path: Path) -> Iterator[sqlite3.Connection | None]:
    """A connection to a copy of the file, its header mended where nothing can be read without; None where nothing can.

    The copy has the file's log, where it is the file's own. The file itself is only read, and the copy of an encrypted
    one is encrypted. Raises OSError, and SealedError for one that is locked.
    """
    with tempfile.TemporaryDirectory(prefix="reviewer-salvage-", dir=path.parent) as folder:
        copy, key = Path(folder) / "copy", sealing.key_of(path)
        # the first page of an encrypted file cannot be mended from outside
        for mended in (False,) if key else (False, True):
            _copy(path, copy, mended=mended)
            with closing(sealing.connect(copy, key, {"isolation_level": None})) as connection:
                connection.text_factory = lambda held: held.decode("utf-8", "surrogateescape")
                if _has_schema(connection):
                    yield connection
                    return
        yield None


def _copy(path: Path, copy: Path, *, mended: bool) -> None:
    shutil.copyfile(path, copy)
    log = wal.log_of(path)
    if log.exists() and (mended or wal.log_fits(path)):
        shutil.copyfile(log, wal.log_of(copy))
    if mended:
        content = bytearray(copy.read_bytes())
        content[:_HEADER_BYTES] = _sound_header(len(content) // _PAGE_BYTES)
        copy.write_bytes(content)


def _sound_header(pages: int) -> bytes:
    """Of a file with UTF-8, pages of 4096 bytes, no free pages and a log, which is what workspaces have."""
    header = bytearray(_HEADER_BYTES)
    header[:24] = b"SQLite format 3\0" + _PAGE_BYTES.to_bytes(2, "big") + bytes((2, 2, 0, 64, 32, 32))
    header[_SIZE_AT] = pages.to_bytes(4, "big")
    header[_SCHEMA_AT] = header[24:28] = header[92:96] = (1).to_bytes(4, "big")
    header[44:48], header[56:60] = (4).to_bytes(4, "big"), (1).to_bytes(4, "big")
    return bytes(header)


def _has_schema(connection: sqlite3.Connection) -> bool:
    try:
        connection.execute("PRAGMA writable_schema = ON")  # one broken line of the catalogue does not hide the others
        return bool(connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'suite'").fetchone()[0])
    except sealing.errors():
        return False


def remaining_columns(connection: sqlite3.Connection, table: str) -> list[str]:
    """The columns that the table still has; none where it is gone or a view stands in its place."""
    try:
        kind = connection.execute("SELECT type FROM sqlite_master WHERE name = ?", (table,)).fetchone()
        if kind != ("table",):
            return []
        return [str(row[1]) for row in connection.execute(f'PRAGMA table_info("{table}")')]
    except sealing.errors():
        return []


def remaining_rows(connection: sqlite3.Connection, table: str, columns: Sequence[str]) -> tuple[list[Row], list[str]]:
    """The table's rows in the order of their numbers, and a phrase for each stretch that cannot be read."""
    quoted = ", ".join(f'"{name}"' for name in columns)
    query = f'SELECT rowid, {quoted} FROM "{table}" NOT INDEXED'  # noqa: S608 names of the models
    first, fault = _until_it_fails(connection, f"{query} ORDER BY rowid")
    if not fault:
        return [row[1:] for row in first], []
    last, _ = _until_it_fails(connection, f"{query} ORDER BY rowid DESC")
    known = {row[0]: row for row in [*first, *last]}
    low, high = max((row[0] for row in first), default=0), min((row[0] for row in last), default=0)
    missing = []
    for number in range(low + 1, min(high, low + _MOST_PROBED)):
        found, failed = _until_it_fails(connection, f"{query} WHERE rowid = {number}")
        known |= {row[0]: row for row in found}
        missing += [number] if failed else []
    where = f"rows {missing[0]} to {missing[-1]}" if missing else f"rows after {low}"
    return [known[number][1:] for number in sorted(known)], [f"{table}: {where} cannot be read ({fault})"]


def remaining_numbers(connection: sqlite3.Connection) -> dict[str, int]:
    """Table to the last number that it gave, of rows that are gone too: none of them may be given again."""
    columns = ("name", "seq")
    if not set(columns) <= set(remaining_columns(connection, "sqlite_sequence")):
        return {}
    rows, _ = remaining_rows(connection, "sqlite_sequence", columns)
    return {str(name): last for name, last in rows if isinstance(last, int)}


def _until_it_fails(connection: sqlite3.Connection, query: str) -> tuple[list[Row], str]:
    rows: list[Row] = []
    try:
        for row in connection.execute(query):
            rows.append(row)
    except sealing.errors(OverflowError) as error:
        return rows, str(error)
    return rows, ""
