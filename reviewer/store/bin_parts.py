"""Rows as they lie in the bin: parts of one table each, packed, and a hash over all of them in their order."""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Table, insert
from sqlalchemy import select as select_columns

from reviewer.core.errors import DamagedError
from reviewer.core.hashing import canonical_json
from reviewer.store.going import AT_ONCE, RowsGoing
from reviewer.store.review_rows import metadata

_PARTS = metadata.tables["bin_part"]
_BYTES = "base64"
Row = dict[str, Any]


class Digest:
    """A hash over rows, part after part."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()

    def add(self, of: str, columns: str, rows: bytes) -> None:
        self._hash.update(f"{of}\n{columns}\n".encode())
        self._hash.update(rows)

    def __str__(self) -> str:
        return self._hash.hexdigest()


def digest_of(rows: RowsGoing) -> str:
    """The hash over the rows that go, as they will lie in the bin."""
    digest = Digest()
    for table in rows.tables():
        for columns, packed in _packed(rows, table):
            digest.add(table.name, columns, packed)
    return str(digest)


def put_parts(rows: RowsGoing, item_id: int) -> None:
    """Lay the rows that go into the bin."""
    for table in rows.tables():
        for columns, packed in _packed(rows, table):
            values = {"item_id": item_id, "of": table.name, "columns": columns, "content": zlib.compress(packed)}
            rows.connection.execute(insert(_PARTS), values)


def _packed(rows: RowsGoing, table: Table) -> Iterator[tuple[str, bytes]]:
    """Names of the columns, and the values of some rows, both as JSON."""
    columns = canonical_json([column.name for column in table.columns])
    found = rows.connection.execute(rows.those(table).execution_options(yield_per=AT_ONCE))
    for some in found.partitions(AT_ONCE):
        yield columns, canonical_json([[_held(value) for value in row] for row in some]).encode()


def _held(value: object) -> object:
    return {_BYTES: base64.b64encode(value).decode("ascii")} if isinstance(value, bytes) else value


def _told(value: object) -> object:
    return base64.b64decode(value[_BYTES]) if isinstance(value, dict) else value


def check_parts(connection: Connection, item_id: int, digest: str) -> None:
    """Raises DamagedError where what lies in the bin is not what was deleted."""
    found = Digest()
    for of, columns, packed in _unpacked(connection, item_id):
        found.add(of, columns, packed)
    if str(found) != digest:
        raise DamagedError("What lies in the bin is not what was deleted.")


def parts(connection: Connection, item_id: int) -> Iterator[tuple[Table, Sequence[Row]]]:
    """The rows of a deletion, what others hang on first."""
    for of, columns, packed in _unpacked(connection, item_id):
        names = json.loads(columns)
        yield metadata.tables[of], [dict(zip(names, map(_told, row), strict=True)) for row in json.loads(packed)]


def _unpacked(connection: Connection, item_id: int) -> Iterator[tuple[str, str, bytes]]:
    query = select_columns(_PARTS.c.of, _PARTS.c.columns, _PARTS.c.content).where(_PARTS.c.item_id == item_id)
    for of, columns, content in connection.execute(query.order_by(_PARTS.c.id).execution_options(yield_per=1)):
        try:
            yield of, columns, zlib.decompress(content)
        except zlib.error as error:
            raise DamagedError("What lies in the bin cannot be read.") from error
