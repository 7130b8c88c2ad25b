"""A workspace built anew from rows that were taken out of another one, and what of them does not follow from the rest.

The rows are put in at the schema that they were taken out at; the migrations then bring the file up to date, as they
would have brought the one that the rows came from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, func, inspect, update
from sqlalchemy import select as select_columns
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from reviewer.core.errors import InputError
from reviewer.core.responses import ResponseState, response_hash
from reviewer.store import histories, mapping
from reviewer.store.database import KNOWN_REVISIONS, Workspace, make_empty, migrate, open_workspace
from reviewer.store.dialects import dialect_for
from reviewer.store.dialects.sealing import forget, throwaway_key
from reviewer.store.finals import refresh_finals
from reviewer.store.review_rows import metadata
from reviewer.store.rows import CaseRow, ResponseRow, RunCaseRow, RunCountRow, RunRow

Row = dict[str, Any]
_NOT_TOLD: Mapping[str, Row] = {"response": {"raw_body": b""}}
"""What a bundle's rows do not have as the database does."""
_MAY_BE_AWAY = {"judge_run": "control_run_id", "review_plan": "against_run_id", "decision": "carried_from"}
"""References to what may not be in the bundle."""
_BESIDE_COLUMNS = ("of", "cause", "covered")
_DERIVED = tuple(
    metadata.tables["response"].c[name]
    for name in (
        "final_action", "final_source", "unscored_reason", "automatic_action", "automatic_confidence", "reviewed",
        "disagreement",
    )
)  # fmt: skip


class Misfitting(NamedTuple):
    """Something that does not follow from the rest: its kind, its name or number, and what of it."""

    kind: str
    name: str
    what: str


def rebuilt(
    path: Path, rows: Mapping[str, Sequence[Row]], revision: str, *, read_only: str = "", closed: Callable[[], None]
) -> Workspace:
    """A new workspace at `path` with these rows, opened as `open_workspace` opens one.

    Raises InputError where the rows do not fit together or are of a schema that this program does not know.
    """
    if revision not in KNOWN_REVISIONS:
        raise InputError(
            f"The bundle was made by a newer Reviewer (its schema is {revision[:20]}).", "Use the newer program."
        )
    make_empty(path)
    # what is in a bundle may be nowhere else on the disk in plain text
    key = throwaway_key()
    dialect_for(path).make_sealed(path, key)
    try:
        _filled(path, rows, revision)
        workspace = open_workspace(path, create=False, read_only=read_only, closed=closed)
    except BaseException:
        forget(key)
        raise
    workspace.when_closed(partial(forget, key))
    workspace.is_of_bundle = True
    return workspace


def _filled(path: Path, rows: Mapping[str, Sequence[Row]], revision: str) -> None:
    engine = dialect_for(path).open_engine(path)
    try:
        _fill(engine, rows, revision)
    except (SQLAlchemyError, OverflowError) as error:
        said = str(error.__cause__ or error).splitlines()[0]
        raise InputError(f"The rows of the bundle do not fit together ({said}).", "Get the bundle again.") from error
    finally:
        engine.dispose()


def _fill(engine: Engine, rows: Mapping[str, Sequence[Row]], revision: str) -> None:
    migrate(engine, revision)
    with engine.execution_options(write=True).begin() as connection:
        for table in (each.name for each in metadata.sorted_tables if each.name in rows):
            _put(connection, table, [_fitting(table, row, rows) for row in rows[table]])
        given = [each for each in rows.get("decision", ()) if "cause" in each]
        _put(connection, "adjudication", [{"decision_id": each["id"], "cause": each["cause"]} for each in given])
    migrate(engine)


def _put(connection: Connection, table: str, rows: Sequence[Row]) -> None:
    """Insert rows of one shape at a time; a name that is no column of the table is refused before it is in any SQL."""
    if not rows:
        return
    columns = {column["name"] for column in inspect(connection).get_columns(table)}
    shapes: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        shapes.setdefault(tuple(row), []).append(row)
    for shape, alike in shapes.items():
        if unknown := set(shape) - columns:
            raise InputError(
                f"The bundle has a {table} with the field {sorted(unknown)[0][:40]!r}, which there is not.",
                "Get the bundle again.",
            )
        dialect_for(Path()).insert_many(connection, table, alike)


def _fitting(table: str, row: Row, rows: Mapping[str, Sequence[Row]]) -> Row:
    kept = {name: value for name, value in row.items() if name not in _BESIDE_COLUMNS} | _NOT_TOLD.get(table, {})
    away = _MAY_BE_AWAY.get(table)
    if away and kept[away] is not None:
        there = rows["decision" if table == "decision" else "run"]
        kept[away] = kept[away] if any(other["id"] == kept[away] for other in there) else None
    return kept


def misfitting(workspace: Workspace, covered: Mapping[str, bool]) -> list[Misfitting]:
    """What does not follow from the rest: hashes from texts, finals from verdicts and decisions, counts from responses.

    `covered` says of "case" and "response" whether their texts are away; their hashes then cannot be computed. What
    follows is corrected in the workspace. Nothing may be writing to it, and it may not be one that is only read.
    """
    with workspace.write() as session:
        return [
            *([] if covered.get("case") else _cases(session)),
            *([] if covered.get("response") else _texts(session)),
            *_finals(session),
            *_counts(session),
            *(Misfitting(kind, str(key), what) for kind, key, what in histories.misfits(session.connection())),
        ]


def _cases(session: Session) -> Iterator[Misfitting]:
    for row in session.exec(select(CaseRow).order_by(col(CaseRow.id))):
        case = mapping.case(row)
        if case.message_hash != row.message_hash:
            yield Misfitting("case", row.key, "the messages are not those that its hash was made of")
        elif case.content_hash != row.content_hash:
            yield Misfitting("case", row.key, "the content is not the one that its hash was made of")


def _texts(session: Session) -> Iterator[Misfitting]:
    columns: Any = (ResponseRow.id, ResponseRow.text, ResponseRow.state, ResponseRow.hash)
    for key, text, state, hash_ in session.connection().execute(select_columns(*columns)):
        if response_hash(text, ResponseState(state)) != hash_:
            yield Misfitting("response", str(key), "the text is not the one that its hash was made of")


def _finals(session: Session) -> Iterator[Misfitting]:
    said = _derived(session)
    refresh_finals(session, sorted(said))
    session.flush()
    for key, now in _derived(session).items():
        for column, before, after in zip(_DERIVED, said[key], now, strict=True):
            if before != after:
                what = f"{column.name} is {_shown(before)}; from its verdicts and decisions it is {_shown(after)}"
                yield Misfitting("response", str(key), what)


def _shown(value: object) -> str:
    return "empty" if value in (None, "") else str(value)


def _derived(session: Session) -> dict[int, tuple[Any, ...]]:
    table = metadata.tables["response"]
    chosen = select_columns(table.c.id, *_DERIVED).order_by(table.c.id)
    return {row[0]: tuple(row[1:]) for row in session.connection().execute(chosen)}


def _counts(session: Session) -> Iterator[Misfitting]:
    """A run's own counts; the numbers of reviewed responses have been moved with the finals."""
    connection = session.connection()
    reviewed = func.count().filter(col(ResponseRow.reviewed))
    counted: Any = (ResponseRow.run_id, ResponseRow.state, func.count(), reviewed)
    groups = select_columns(*counted).group_by(col(ResponseRow.run_id), col(ResponseRow.state))
    true = {(run, state): (n, int(done)) for run, state, n, done in connection.execute(groups)}
    kept: Any = (RunCountRow.run_id, RunCountRow.state, RunCountRow.responses, RunCountRow.reviewed)
    said = {(run, state): (n, done) for run, state, n, done in connection.execute(select_columns(*kept)) if n or done}
    if said != true:
        wrong = sorted(key for key in said.keys() | true.keys() if said.get(key) != true.get(key))
        yield from (Misfitting("run", str(run), f"the count of {state} responses is another") for run, state in wrong)
    for run in session.exec(select(RunRow)).all():
        cases = connection.execute(select_columns(func.count()).where(col(RunCaseRow.run_id) == run.id)).scalar_one()
        if cases != run.case_count:
            yield Misfitting("run", run.name, f"{run.case_count} cases are said and {cases} are there")
            connection.execute(update(RunRow).where(col(RunRow.id) == run.id).values(case_count=cases))
