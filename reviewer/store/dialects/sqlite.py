"""Everything that only SQLite knows: pragmas, error codes, full-text search, append-only triggers, locks, backups.

A workspace on another database brings another module with the functions of `Dialect`, and nothing else changes.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, MetaData, event
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from reviewer.core.errors import EnvironmentFault, InputError, KnownError, UnwritableError
from reviewer.host.files import make_private, sync_file, sync_folder
from reviewer.host.partials import partial_of, remove_left_partials
from reviewer.store.dialects import copies, sealing, shape, unused, wal
from reviewer.store.dialects.dialect import Library
from reviewer.store.dialects.engines import engine_on
from reviewer.store.dialects.faults import FAULTS as FAULTS
from reviewer.store.dialects.faults import code_of
from reviewer.store.dialects.faults import fault as fault
from reviewer.store.dialects.only_read import copy_to_read as copy_to_read
from reviewer.store.dialects.only_read import open_engine_to_read as open_engine_to_read
from reviewer.store.dialects.shape import integrity_problems as integrity_problems
from reviewer.store.dialects.starts import hold_start, start_of
from reviewer.store.dialects.waiting import begin_writing
from reviewer.store.dialects.wal import moment as moment

APPLICATION_ID = 0x52565752
"""«RVWR» in the file's header tells a workspace from any other SQLite file."""

_FIRST_PAGE = 4096
"""A file of one page has no tables."""

_WAIT_S = 10.0
_WAIT_STEP_S = 0.02
_CHANGES = "changes before"
_PRAGMAS = (
    f"busy_timeout = {_WAIT_S * 1000:.0f}",
    "foreign_keys = ON",
    "synchronous = FULL",
    "cache_size = -65536",  # 64 MB: an import touches five indexes, which the default 2 MB do not hold
    "temp_store = MEMORY",
)
_FTS = {"case": ("case_fts", "search_text"), "response": ("response_fts", "text")}
SEARCH_TABLES = tuple(fts for fts, _ in _FTS.values())


def library() -> Library:
    with closing(sqlite3.connect(":memory:")) as connection:
        options = {row[0] for row in connection.execute("PRAGMA compile_options")}
    return Library("SQLite", sqlite3.sqlite_version, "ENABLE_FTS5" in options)


def open_engine(path: Path) -> Engine:
    """An engine on the file with WAL, foreign keys and full durability on each connection.

    Raises SealedError for an encrypted file that is locked.
    """
    url, is_sealed = URL.create("sqlite", database=str(path)), sealing.key_of(path) is not None
    how: dict[str, Any] = {"check_same_thread": False, "timeout": _WAIT_S}
    if not is_sealed:
        engine = engine_on(url, how=how)
    else:
        # the key is asked for anew at each connection, so that none is left here once the file is locked
        engine = engine_on(url, sealing.driver(), creator=lambda: sealing.connect(path, sealing.key_of(path), how))
    hold_start(engine, path)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "commit", _stamp)
    return engine


def make_sealed(path: Path, key: sealing.FileKey) -> None:
    """An empty workspace there under the key. Raises EnvironmentFault."""
    try:
        with closing(sealing.connect(path, key, {})) as connection:
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    except sealing.errors() as error:
        raise EnvironmentFault(f"{path} cannot be made ({error}).", "Check the folder and its free space.") from error


def _prepare(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    """The driver's own transactions are turned off: it would not open one before a SELECT."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    _log_ahead(cursor)
    cursor.close()


def _log_ahead(cursor: DBAPICursor) -> None:
    """Change over to WAL. SQLite does not wait here for another program that does the same, so that is done for it."""
    deadline = time.monotonic() + _WAIT_S
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sealing.errors() as error:
            if code_of(error) != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(_WAIT_STEP_S)
        else:
            return


def _begin(connection: Connection) -> None:
    """A writer takes its lock at once, so that two writers wait for each other instead of failing half-way."""
    options = connection.get_execution_options()
    if options.get("write", False):
        begin_writing(connection, options.get("patience"))
    else:
        connection.exec_driver_sql("BEGIN")
    connection.info[_CHANGES] = _changes(connection)


def _changes(connection: Connection) -> int:
    """How many rows the connection has changed since it was opened."""
    changes: int = connection.connection.total_changes
    return changes


def _stamp(connection: Connection) -> None:
    """Every commit that changes something leaves its mark on the first page, so that its log can be told (`wal`)."""
    if _changes(connection) != connection.info.get(_CHANGES):
        before: int = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
        connection.exec_driver_sql(f"PRAGMA user_version = {wal.stamp_after(before)}")


def set_log_aside(path: Path) -> str:
    return wal.set_aside(path)


def check_is_workspace(path: Path) -> None:
    """Raises InputError where the file is something else, EnvironmentFault where it cannot be read."""
    try:
        header = start_of(path, 100)
    except OSError as error:
        raise EnvironmentFault(
            f"The workspace {path} cannot be read ({error.strerror}).", "Check its permissions."
        ) from error
    if header.startswith(sealing.MAGIC):
        _check_sealed(path)
    elif header and not (header.startswith(b"SQLite format 3\x00") and (_is_ours(header) or _is_young(path))):
        raise InputError(
            f"{path} is not a Reviewer workspace.",
            "Give a workspace file, or a path that does not exist yet to make one.",
        )


def _check_sealed(path: Path) -> None:
    """Raises SealedError where the file is locked, EnvironmentFault where the right key does not read it."""
    try:
        with closing(_reading(path)) as connection:
            (mark,) = connection.execute("PRAGMA application_id").fetchone()
    except sealing.errors() as error:
        if code_of(error) == sqlite3.SQLITE_READONLY:
            return  # what a killed program had begun is to be taken back first, as opening the file does
        if code_of(error) not in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
            raise EnvironmentFault(
                f"The workspace {path} cannot be read ({error}).", "Check its permissions."
            ) from error
        mark = None
    if mark != APPLICATION_ID:
        raise EnvironmentFault(
            f"The encrypted workspace {path} is damaged.", "Restore a backup of it. Nothing was changed."
        )


def _is_ours(header: bytes) -> bool:
    return int.from_bytes(header[68:72], "big") == APPLICATION_ID


def _is_young(path: Path) -> bool:
    """Whether the file is empty or its mark still stands in the WAL beside it: what a killed first start leaves.

    Where even its first page is to be taken back, it holds nothing yet.
    """
    try:
        with closing(_reading(path)) as connection:
            (mark,) = connection.execute("PRAGMA application_id").fetchone()
            (objects,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sealing.errors() as error:
        return code_of(error) == sqlite3.SQLITE_READONLY and path.stat().st_size <= _FIRST_PAGE
    return bool(mark == APPLICATION_ID or (mark == 0 and objects == 0))


_FIRST_APPEND_ONLY = ("label_event", "verdict", "decision", "adjudication", "review_plan", "review_plan_item")
"""Of the first schema, which has been shipped: tables that came later get their triggers in their own migration."""


def schema_objects() -> list[str]:
    """DDL of the first schema that the table metadata cannot say: search indexes and append-only triggers."""
    statements = [f"PRAGMA application_id = {APPLICATION_ID}"]
    for table, (fts, column) in _FTS.items():
        statements += _fts_ddl(table, fts, column)
    return statements + append_only_triggers(_FIRST_APPEND_ONLY)


def append_only_triggers(tables: Sequence[str]) -> list[str]:
    """The DDL that makes the file itself refuse to change or delete a row of these tables."""
    return [
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is appended only'); END"
        for table in tables
        for verb in ("UPDATE", "DELETE")
    ]


def _fts_ddl(table: str, fts: str, column: str) -> list[str]:
    delete = f"INSERT INTO {fts}({fts}, rowid, {column}) VALUES ('delete', old.id, old.{column})"  # noqa: S608 fixed names
    insert = f"INSERT INTO {fts}(rowid, {column}) VALUES (new.id, new.{column})"  # noqa: S608 fixed names
    return [
        f"CREATE VIRTUAL TABLE {fts} USING fts5({column}, content='{table}', content_rowid='id', "
        "tokenize='unicode61 remove_diacritics 2')",
        _insert_trigger(table, fts, column),
        f'CREATE TRIGGER {fts}_delete AFTER DELETE ON "{table}" BEGIN {delete}; END',
        f'CREATE TRIGGER {fts}_update AFTER UPDATE OF {column} ON "{table}" BEGIN {delete}; {insert}; END',
    ]


APPEND_ONLY = (
    *(*_FIRST_APPEND_ONLY, "tombstone"),
    *("judge_reply", "rescaling", "policy_lock", "review_event", "label_dispute", "label_settling"),
    *("review_assignment", "chain_entry", "origin", "guideline_text", "judge_admission", "declared_interest"),
)
"""Of the schema as it is now."""


def strangers(connection: Connection) -> list[str]:
    return shape.strangers(connection, own_triggers())


def misshapen(connection: Connection, expected: MetaData) -> list[str]:
    return shape.misshapen(connection, expected, own_triggers(), SEARCH_TABLES)


def own_triggers() -> dict[str, str]:
    """Name → DDL."""
    statements = append_only_triggers(APPEND_ONLY)
    for table, (fts, column) in _FTS.items():
        statements += [each for each in _fts_ddl(table, fts, column) if each.startswith("CREATE TRIGGER")]
    return {statement.split()[2]: statement for statement in statements}


def match_expression(words: str) -> str:
    """What a person typed as an FTS5 query: every word must occur, the last one as a beginning. Empty if no word."""
    clean = words.replace("\x00", " ").encode("utf-8", "ignore").decode("utf-8")
    terms = ['"' + word.replace('"', '""') + '"' for word in clean.split()]
    return " ".join(terms) + "*" if terms else ""


def matching_ids(table: str) -> str:
    """SQL that selects the ids of the rows that match the parameter `:match`."""
    fts, _ = _FTS[table]
    return f"SELECT rowid FROM {fts} WHERE {fts} MATCH :match"  # noqa: S608 the name is one of ours


MANY_ROWS = 1000


def insert_many(connection: Connection, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert complete rows, all with the same columns, by the driver itself.

    Measured on 80,000 cases: the ORM-free Core insert spends 1.2 s on building parameters, the search index 1.8 s on
    its trigger, which is called row by row; filled in one statement afterwards it takes 0.2 s. The trigger is away
    inside this transaction only.
    """
    if rows:
        columns = list(rows[0])
        insert_rows(connection, table, columns, [tuple(row[column] for column in columns) for row in rows])


def insert_rows(connection: Connection, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    if not rows:
        return
    names, marks = ", ".join(columns), ", ".join("?" * len(columns))
    statement = f'INSERT INTO "{table}" ({names}) VALUES ({marks})'  # noqa: S608 names of our own columns
    values = rows if isinstance(rows, list) else list(rows)
    fts = _FTS.get(table)
    if fts is None or len(rows) < MANY_ROWS:
        connection.exec_driver_sql(statement, values)
        return
    last = connection.exec_driver_sql(f'SELECT coalesce(max(id), 0) FROM "{table}"').scalar_one()  # noqa: S608 as above
    name, column = fts
    connection.exec_driver_sql(f"DROP TRIGGER {name}_insert")
    connection.exec_driver_sql(statement, values)
    connection.exec_driver_sql(
        f'INSERT INTO {name}(rowid, {column}) SELECT id, {column} FROM "{table}" WHERE id > ?',  # noqa: S608 as above
        (last,),
    )
    connection.exec_driver_sql(_insert_trigger(table, name, column))


def _insert_trigger(table: str, fts: str, column: str) -> str:
    insert = f"INSERT INTO {fts}(rowid, {column}) VALUES (new.id, new.{column})"  # noqa: S608 fixed names
    return f'CREATE TRIGGER {fts}_insert AFTER INSERT ON "{table}" BEGIN {insert}; END'


def backup(path: Path, target: Path) -> None:
    """Copy a workspace while it may be in use and check the copy; leaves no torn file.

    Raises EnvironmentFault, and InputError where the target is the workspace.
    """
    if target.resolve() == path.resolve():
        raise InputError(f"{target} is the workspace itself.", "Choose another file for the backup.")
    for folder in {path.parent, target.parent}:
        remove_left_partials(folder, path.stem)
    try:
        with partial_of(target) as partial:
            _copy_checked(path, partial)
            os.replace(partial, target)
        sync_folder(target.parent)
    except sealing.errors(OSError) as error:
        raise UnwritableError(
            f"The backup {target} could not be written ({error}).", "Free some space or choose another folder."
        ) from error


def _copy_checked(path: Path, target: Path) -> None:
    with (
        closing(_reading(path)) as source,
        closing(sealing.connect(target, sealing.key_of(path), {})) as copy,
    ):
        source.backup(copy)
        (before,) = copy.execute("PRAGMA user_version").fetchone()
        copy.execute(f"PRAGMA user_version = {wal.stamp_after(before)}")
        problems = integrity_problems(copy)
    if problems:
        raise EnvironmentFault(
            f"The backup of {path} did not pass its check ({problems[0]}).", "The workspace itself was not changed."
        )


def is_backup_of(path: Path, copy: Path) -> bool:
    try:
        with closing(_reading(path)) as one, closing(_reading(copy)) as other:
            return copies.hold_the_same(one, other) and not integrity_problems(other)
    except sealing.errors(OSError, KnownError, UnicodeError):
        return False


def _reading(path: Path) -> sqlite3.Connection:
    """A connection that changes nothing and leaves nothing beside the file.

    Without a log beside it nobody writes to the file, and it is read as one that cannot change, also in a folder where
    nothing can be made. The same where the log is another state's.
    """
    is_still = not any(_beside(path, ending).exists() for ending in ("-wal", "-journal")) or not wal.log_fits(path)
    how = "mode=ro&immutable=1" if is_still else "mode=ro"
    return sealing.connect(f"{path.absolute().as_uri()}?{how}", sealing.key_of(path), {"uri": True})


_ALONE = ("PRAGMA locking_mode = EXCLUSIVE", "PRAGMA journal_mode = DELETE", "BEGIN EXCLUSIVE")
"""The second one brings the log into the file, and fails while anybody else has the file open."""


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Keep every other program out of the file, all of which is in the one file meanwhile.

    Raises EnvironmentFault where another program has it open.
    """
    with closing(sealing.connect(path, sealing.key_of(path), {"timeout": 1.0, "isolation_level": None})) as connection:
        try:
            for statement in _ALONE:
                connection.execute(statement)
        except sealing.errors() as error:
            if code_of(error) not in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
                raise EnvironmentFault(
                    f"The workspace {path} is in use or cannot be locked ({error}).",
                    "Close every program that has it open and try again. Nothing was changed.",
                ) from error
        yield


def is_unused(path: Path, moment: int) -> bool:
    return unused.is_unused(path, sealing.key_of(path), moment, _ALONE)


def take_place(path: Path, fresh: Path, kept: Path) -> None:
    sync_file(fresh)
    # the lock is held until the end, so that nobody writes to the file that goes; what fails half-way is taken back
    with ExitStack() as held, ExitStack() as taken_back:
        if path.exists():
            wal.set_aside(path)
            held.enter_context(alone(path))
            shutil.copymode(path, fresh)
            taken_back.callback(kept.unlink, missing_ok=True)
            _keep(path, kept, held)
        _put_log_away(path, kept, taken_back)
        sync_folder(path.parent)
        if os.name == "nt":
            held.close()  # there a file that is open cannot be replaced
        os.replace(fresh, path)
        taken_back.pop_all()
        sync_folder(path.parent)


def _put_log_away(path: Path, kept: Path, taken_back: ExitStack) -> None:
    """A log that is still there is a gone or damaged file's, and would be read as the new one's."""
    log, away = _beside(path, "-wal"), _beside(kept, "-wal")
    if log.exists():
        os.replace(log, away)
        taken_back.callback(os.replace, away, log)
    _beside(path, "-shm").unlink(missing_ok=True)


def _keep(path: Path, kept: Path, held: ExitStack) -> None:
    """Give the file a second name, which the replacement leaves alone; on disks that have no such, a copy."""
    try:
        os.link(path, kept)
    except OSError:
        # not closed before the lock may go: closing a file gives back every lock that a program has on it
        source = held.enter_context(path.open("rb"))
        make_private(kept)
        with kept.open("wb") as target:
            shutil.copyfileobj(source, target)
        sync_file(kept)


def _beside(path: Path, ending: str) -> Path:
    """One of the files that SQLite keeps beside its own."""
    return path.with_name(path.name + ending)


def problems(path: Path) -> list[str]:
    try:
        with closing(_reading(path)) as connection:
            return list(integrity_problems(connection))
    except sealing.errors(UnicodeDecodeError) as error:
        if code_of(error) in _OF_THE_MACHINE:
            raise EnvironmentFault(
                f"The workspace {path} cannot be checked now ({error}).",
                "Check the disk and its free space, then try again.",
            ) from error
        return [str(error)]  # damaged so far that it cannot even be checked


def search_problems(engine: Engine) -> list[str]:
    found = []
    for table, (index, _) in _FTS.items():
        # written as a command to the index, it changes nothing
        check = f"INSERT INTO {index}({index}, rank) VALUES ('integrity-check', 1)"  # noqa: S608 tables of ours
        try:
            with engine.connect() as connection:
                connection.exec_driver_sql(check)
        except DBAPIError as error:
            if code_of(error.orig) & 0xFF != sqlite3.SQLITE_CORRUPT:
                raise
            found.append(f"the search index of the {table}s does not fit their texts")
    return found


_OF_THE_MACHINE = frozenset(
    {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_NOMEM}
)
"""What says nothing of the file."""
