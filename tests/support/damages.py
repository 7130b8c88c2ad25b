"""Kinds of damage that a workspace file can have, each made on a copy; seeded where chance makes them."""

from __future__ import annotations

import random
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

Damage = Callable[[Path], None]
WRONG: dict[str, str] = {
    "empty": "NULL",
    "blob": "x'00ff00ff'",
    "a word": "'zzz'",
    "cut": "substr(CAST({column} AS TEXT), 1, length(CAST({column} AS TEXT)) / 2)",
    "huge": "9223372036854775807",
    "negative": "-3",
    "infinite": "9e999",
}
"""What a value becomes, as SQL."""
FLIPS_SEED = 19
_FILLED = re.compile(r"(?<!IS )NOT NULL")


def columns(path: Path) -> Iterator[tuple[str, str]]:
    """Table and column of all tables with rows, those of the search left out."""
    with closing(sqlite3.connect(path)) as connection:
        names = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%fts%' "
            "AND name NOT LIKE 'sqlite%' ORDER BY name"
        ).fetchall()
        for (table,) in names:
            if connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]:  # noqa: S608 names of the file
                for row in connection.execute(f'PRAGMA table_info("{table}")').fetchall():
                    yield table, row[1]


def damages(path: Path) -> dict[str, Damage]:
    """Name → what does it to a copy of the workspace at `path`."""
    found: dict[str, Damage] = {}
    for table, column in columns(path):
        for name, value in WRONG.items():
            made = value.format(column=f'"{column}"')
            found[f"{table}.{column} {name}"] = sql(f'UPDATE "{table}" SET "{column}" = {made}')  # noqa: S608 as above
    for table in sorted({table for table, _ in columns(path)}):
        found |= {
            f"{table} twice": sql(f'INSERT INTO "{table}" SELECT * FROM "{table}" LIMIT 1'),  # noqa: S608
            f"{table} emptied": sql(f'DELETE FROM "{table}"'),  # noqa: S608 as above
            f"{table} one gone": sql(f'DELETE FROM "{table}" WHERE rowid = (SELECT max(rowid) FROM "{table}")'),  # noqa: S608
            f"{table} dropped": sql(f'DROP TABLE "{table}"'),
        }
    return found | _STRANGE | {f"bytes: {name}": damage for name, damage in _BYTES.items()}


def sql(*statements: str) -> Damage:
    """Past every constraint but uniqueness; the schema stands as it was afterwards."""

    def damage(path: Path) -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            made = connection.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
            for kind, name, _ in made:
                if kind == "trigger":
                    connection.execute(f"DROP TRIGGER {name}")
            _rewrite(connection, [(_FILLED.sub("", sql), name) for kind, name, sql in made if kind == "table"])
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA ignore_check_constraints = ON")
            for statement in statements:
                with suppress(sqlite3.IntegrityError):  # of what must be unique nothing can be made that is not
                    connection.execute(statement)
            _rewrite(connection, [(sql, name) for kind, name, sql in made if kind == "table"])
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            for kind, _, statement in made:
                if kind == "trigger":
                    with suppress(sqlite3.Error):  # its table is gone
                        connection.execute(statement)

    return damage


def _rewrite(connection: sqlite3.Connection, tables: list[tuple[str, str]]) -> None:
    connection.execute("PRAGMA writable_schema = ON")
    connection.executemany("UPDATE sqlite_master SET sql = ? WHERE type = 'table' AND name = ?", tables)
    connection.execute("PRAGMA writable_schema = OFF")


def plain(*statements: str) -> Damage:
    def damage(path: Path) -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            for statement in statements:
                connection.execute(statement)

    return damage


_LOOP = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n"
_STRANGE: dict[str, Damage] = {
    "foreign trigger": plain("CREATE TRIGGER odd AFTER INSERT ON decision BEGIN DELETE FROM setting; END"),
    "foreign trigger without end": plain(
        f"CREATE TRIGGER odd BEFORE INSERT ON setting BEGIN INSERT INTO suite (id) {_LOOP}; END"
    ),
    "own trigger with another body": plain(
        "DROP TRIGGER verdict_no_update",
        "CREATE TRIGGER verdict_no_update BEFORE UPDATE ON verdict BEGIN SELECT 1; END",
    ),
    "trigger gone": plain("DROP TRIGGER decision_no_delete"),
    "foreign view": plain("CREATE VIEW odd AS SELECT * FROM decision"),
    "view in a table's place": plain("ALTER TABLE origin RENAME TO elsewhere", f"CREATE VIEW origin AS {_LOOP}"),
    "index gone": plain("DROP INDEX ix_decision_response"),
    "foreign index": plain("CREATE UNIQUE INDEX odd ON verdict (classifier, response_id)"),
    "column gone": plain("ALTER TABLE run DROP COLUMN finished_at"),
    "column added": plain("ALTER TABLE decision ADD COLUMN odd TEXT NOT NULL DEFAULT 'x'"),
    "column renamed": plain("ALTER TABLE suite RENAME COLUMN guideline TO odd"),
    "search gone": plain("DROP TABLE case_fts"),
    "newer": plain("UPDATE alembic_version SET version_num = '9999'"),
    "no version": plain("DELETE FROM alembic_version"),
    "older version": plain("UPDATE alembic_version SET version_num = '0009'"),
    "first version": plain("UPDATE alembic_version SET version_num = '0001'"),
    "another program's": plain("PRAGMA application_id = 7"),
    "another state's stamp": plain("PRAGMA user_version = 123456"),
    "another encoding's": plain(
        "PRAGMA writable_schema = ON", "UPDATE sqlite_master SET sql = 'CREATE TABLE x(' WHERE name = 'run'"
    ),
    "root page elsewhere": plain(
        "PRAGMA writable_schema = ON", "UPDATE sqlite_master SET rootpage = 3 WHERE name = 'decision'"
    ),
}


def _put(at: int, content: bytes) -> Damage:
    def damage(path: Path) -> None:
        with path.open("r+b") as file:
            file.seek(at)
            file.write(content)

    return damage


def _cut(share: float) -> Damage:
    def damage(path: Path) -> None:
        with path.open("r+b") as file:
            file.truncate(int(path.stat().st_size * share))

    return damage


def _zeroed(page: int) -> Damage:
    return _put(page * 4096, bytes(4096))


def flipped(seed: int) -> Damage:
    """One bit, anywhere."""

    def damage(path: Path) -> None:
        content = bytearray(path.read_bytes())
        bit = random.Random(FLIPS_SEED * 100_000 + seed).randrange(len(content) * 8)  # noqa: S311 the same each time
        content[bit // 8] ^= 1 << bit % 8
        path.write_bytes(content)

    return damage


_BYTES: dict[str, Damage] = {
    **{f"cut to {share:g}": _cut(share) for share in (0, 0.0005, 0.01, 0.1, 0.5, 0.9, 0.999)},
    **{f"page {page} zeroed": _zeroed(page) for page in (0, 1, 2, 3, 5, 8, 13, 21, 34, 55)},
    **{f"header byte {at}": _put(at, b"\xee") for at in (0, 16, 18, 19, 20, 21, 28, 44, 56, 68)},
    "a text": _put(0, b"key,prompt\n" * 400),
}
