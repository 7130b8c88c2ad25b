"""Save what can be saved of a damaged workspace into a new one, with a list of what could not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Table, insert, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.schema import ScalarElementColumnDefault
from sqlmodel import Session, col, select

from reviewer.core.cases import suite_hash
from reviewer.core.errors import EnvironmentFault, InputError
from reviewer.core.responses import ResponseState, response_hash
from reviewer.store import histories, mapping
from reviewer.store.database import Workspace, make_empty, open_workspace
from reviewer.store.decoding import UNREADABLE, is_time, row_faults
from reviewer.store.dialects import dialect_for
from reviewer.store.dialects.numbering import raise_number
from reviewer.store.dialects.remains import remaining_columns, remaining_numbers, remaining_rows, remains
from reviewer.store.dialects.sealing import key_of
from reviewer.store.finals import batches, refresh_finals
from reviewer.store.making import NewFile
from reviewer.store.review_rows import metadata
from reviewer.store.rows import CaseRow, ResponseRow, SuiteRow

_MADE_ANEW = ("chain_entry", "run_count")
"""The chain begins again with what was saved; counts follow from the rows."""
_IDENTITY = "workspace.identity"
_DERIVED: dict[str, dict[str, Any]] = {
    "response": {
        "final_action": None,
        "final_source": None,
        "unscored_reason": "",
        "automatic_action": None,
        "automatic_confidence": None,
        "reviewed": False,
        "disagreement": False,
    },
    "run": {"case_count": 0},
    "suite": {"content_hash": ""},
}
"""What is computed again from the rows that were saved."""


@dataclass
class Salvaged:
    """How many rows of each table were saved, and what was not or only with a change: a phrase each."""

    path: Path
    saved: dict[str, int] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)


def salvage_workspace(path: Path, out: Path) -> Salvaged:
    """A new workspace at `out` with all of the file at `path` that can be read and makes sense; `path` is only read.

    Raises InputError where `path` is no file or `out` is there already, EnvironmentFault where nothing can be saved or
    the new file cannot be written: then there is none.
    """
    path, out = path.expanduser().absolute(), out.expanduser().absolute()
    if not path.is_file():
        raise InputError(f"There is no workspace at {path}.", "Check the path.")
    if out.exists():
        raise InputError(f"{out} is there already.", "Give the path of a file that is to be made.")
    new, done = NewFile(out), Salvaged(out)
    try:
        seal_like(path, out)
        with closing(open_workspace(out)) as workspace:
            _save(path, workspace, done)
    except BaseException:
        new.remove()
        raise
    return done


def seal_like(path: Path, out: Path) -> None:
    """What is saved of an encrypted file is encrypted under the same key. Raises SealedError where it is locked."""
    key = key_of(path)
    if key is not None:
        make_empty(out)
        dialect_for(out).make_sealed(out, key)


def _save(path: Path, workspace: Workspace, done: Salvaged) -> None:
    try:
        with remains(path) as connection, workspace.write() as session:
            if connection is None:
                raise EnvironmentFault(f"Nothing can be read of {path}.", "Restore a backup.")
            for table in metadata.sorted_tables:
                if table.name not in _MADE_ANEW:
                    columns = [name for name in remaining_columns(connection, table.name) if name in table.columns]
                    if not columns:
                        done.lost.append(f"{table.name}: the table is gone")
                        continue
                    rows, unread = remaining_rows(connection, table.name, columns)
                    done.lost += unread
                    _put(session, table, [dict(zip(columns, row, strict=True)) for row in rows], done)
            for name, last in remaining_numbers(connection).items():
                if name in metadata.tables:
                    raise_number(session.connection(), name, last)
            histories.begin(session.connection())
            done.lost += histories.follow(session.connection())
            _derive(session)
    except OSError as error:
        raise EnvironmentFault(
            f"{path} cannot be copied ({error.strerror}).", "Check the folder's free space."
        ) from error


def _put(session: Session, table: Table, rows: Sequence[dict[str, Any]], done: Salvaged) -> None:
    """Insert the rows that make sense, each for itself."""
    saved = 0
    for values in rows:
        made = _complete(table, values)
        if table.name == "setting" and values.get("key") == _IDENTITY:
            continue
        place = ", ".join(str(made.get(column.name))[:40] for column in table.primary_key.columns)
        faults = list(row_faults(table, made))
        if faults and all(map(is_time, (name for name, _ in faults))):
            done.lost.append(f"{table.name}, row {place}, column {faults[0][0]}: {faults[0][1]}; saved without it")
            made |= dict.fromkeys((name for name, _ in faults), "")
            faults = list(row_faults(table, made))
        if faults and _mended(table.name, made):
            done.lost.append(f"{table.name}, row {place}: {faults[0][1]}; saved as it is now, with a new hash")
            faults = []
        if faults:
            name, fault = faults[0]
            done.lost.append(f"{table.name}, row {place}{f', column {name}' if name else ''}: {fault}")
            continue
        try:
            with session.begin_nested():
                session.connection().execute(insert(table).values(made))
            saved += 1
        except (DBAPIError, OverflowError, UnicodeEncodeError) as error:
            reason = error.orig if isinstance(error, DBAPIError) else error
            done.lost.append(f"{table.name}, row {place}: does not fit what was saved before it ({reason})")
    done.saved[table.name] = saved


def _complete(table: Table, values: dict[str, Any]) -> dict[str, Any]:
    """The row with the defaults of columns that the file lacks, and what is computed again left at its beginning."""
    made = {}
    for column in table.columns:
        if column.name in values:
            made[column.name] = values[column.name]
        elif isinstance(column.default, ScalarElementColumnDefault):
            made[column.name] = column.default.arg
    made |= _DERIVED.get(table.name, {})
    for name, value in made.items():
        if table.columns[name].type.python_type is bool and value in (0, 1):
            made[name] = bool(value)
    return made


def _mended(table: str, values: dict[str, Any]) -> bool:
    """Whether the row makes sense once its hash is that of what it holds now."""
    with suppress(*UNREADABLE, InputError):
        if table == "case":
            case = mapping.case(CaseRow(**values))
            values |= {"messages": case.messages_json, "message_hash": case.message_hash}
            values |= {"content_hash": case.content_hash, "request": case.request}
            values["search_text"] = mapping.search_text(case)
        elif table == "response":
            values["hash"] = response_hash(values["text"], ResponseState(values["state"]))
        return not list(row_faults(metadata.tables[table], values))
    return False


def _derive(session: Session) -> None:
    """Counts, hashes of suites and final actions, from what was saved."""
    connection = session.connection()
    connection.execute(text("UPDATE run SET case_count = (SELECT count(*) FROM run_case WHERE run_id = run.id)"))
    connection.execute(
        text(
            "INSERT INTO run_count (run_id, state, responses, reviewed) "
            "SELECT run_id, state, count(*), 0 FROM response GROUP BY run_id, state"
        )
    )
    for suite_id, hash_ in list(_suite_hashes(session)):
        connection.execute(update(SuiteRow).where(col(SuiteRow.id) == suite_id).values(content_hash=hash_))
    ids = [mapping.row_id(key) for key in session.exec(select(ResponseRow.id).order_by(col(ResponseRow.id)))]
    for some in batches(ids):
        refresh_finals(session, some)


def _suite_hashes(session: Session) -> Iterator[tuple[int, str]]:
    for suite in session.exec(select(SuiteRow)):
        chosen = select(CaseRow.content_hash).where(CaseRow.suite_id == suite.id, col(CaseRow.current))
        yield mapping.row_id(suite.id), suite_hash(mapping.scale_from_text(suite.scale), session.exec(chosen).all())
