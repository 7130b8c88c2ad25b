"""Whether a workspace says what was recorded: every value read, every hash and every derived figure made again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice

from sqlalchemy import Connection, func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from reviewer.core.cases import suite_hash
from reviewer.store import histories, mapping
from reviewer.store.database import Workspace
from reviewer.store.decoding import Damage, damages
from reviewer.store.finals import DERIVED, batches, derived_again, these
from reviewer.store.review_rows import metadata
from reviewer.store.rows import CaseRow, ResponseRow, RunCountRow, RunRow, SuiteRow

MOST = 20
"""So many are named; one is enough to know."""
READ_WHOLE = 1000
"""A score reads all that it rests on of a run of at most so many responses again, in some 0.3 s."""
_CASES = "(SELECT case_id FROM run_case WHERE run_id = :run)"
_RESPONSES = "(SELECT id FROM response WHERE run_id = :run)"
_OF_RUN = {
    "suite": "id = (SELECT suite_id FROM run WHERE id = :run)",
    "case": f"id IN {_CASES}",
    "label_event": f"case_id IN {_CASES}",
    "response": "run_id = :run",
    "verdict": f"response_id IN {_RESPONSES}",
    "decision": f"response_id IN {_RESPONSES}",
}
"""Table to which of its rows the score of a run is made of."""

_LABELS = (
    "case",
    "SELECT c.id, c.label_version, (SELECT max(label_version) FROM label_event e WHERE e.case_id = c.id) AS newest "
    'FROM "case" c WHERE newest IS NOT NULL AND newest <> c.label_version',
    "has label version {}, and the newest event is of {}",
)
_REPEATS = (
    "run",
    "SELECT run.id, run.repeats, (SELECT max(repeat) FROM response WHERE run_id = run.id) AS last FROM run "
    "WHERE last > run.repeats",
    "asks each case {} times, and a response is the {}. one",
)
_COUNTS = (
    (
        "review_plan",
        "SELECT id, budget, 0 FROM review_plan WHERE id NOT IN (SELECT plan_id FROM review_plan_item)",
        "is of {} responses and has {}",
    ),
    (
        "run",
        "SELECT run.id, run.case_count, (SELECT count(*) FROM run_case WHERE run_id = run.id) AS counted FROM run "
        "WHERE case_count <> counted",
        "is said to have {} cases and has {}",
    ),
    (
        "run_count",
        "SELECT c.run_id || ' ' || c.state, c.responses || ' and ' || c.reviewed, "
        "(SELECT count(*) || ' and ' || coalesce(sum(reviewed), 0) FROM response r "
        "WHERE r.run_id = c.run_id AND r.state = c.state) AS counted FROM run_count c "
        "WHERE c.responses || ' and ' || c.reviewed <> counted",
        "counts {} responses and reviewed ones, and there are {}",
    ),
    _LABELS,
    _REPEATS,
)


Watch = Callable[[int], None]
"""Told how many more rows were read."""


def _unwatched(_rows: int) -> None:
    """Nobody looks how far it is."""


def rows_to_read(workspace: Workspace) -> int:
    """How many rows `first_damages` and `wrong_figures` read together."""
    with workspace.read() as session:
        counted = (
            session.connection().execute(select_columns(func.count()).select_from(table)).scalar_one()
            for table in (*metadata.tables.values(), _RESPONSE)
        )
        return sum(counted)


def first_damages(workspace: Workspace, read: Watch = _unwatched) -> list[Damage]:
    """Values that this program never writes, and rows whose hashes are not theirs; at most `MOST`."""
    with workspace.read() as session:
        return list(islice(damages(session.connection(), read=read), MOST))


def wrong_figures(workspace: Workspace, read: Watch = _unwatched) -> list[str]:
    """What is derived and kept, and is not what comes out when it is derived again; at most `MOST`, a phrase each."""
    with workspace.read() as session:
        return list(islice(_wrong(session, read), MOST))


def run_damages(session: Session, run_id: int) -> tuple[str, ...]:
    """What is wrong with the stored values that a run's score rests on; at most `MOST`, a phrase each.

    Of a run of more than `READ_WHOLE` responses nothing is looked at: `reviewer doctor` reads all.
    """
    ids = _ids(session, run_id)
    if len(ids) > READ_WHOLE:
        return ()
    found = tuple(each.sentence for each in islice(damages(session.connection(), _OF_RUN, {"run": run_id}), MOST))
    return found or tuple(islice(chain(_of_run(session, run_id), _underived(session, ids)), MOST))


def _of_run(session: Session, run_id: int) -> Iterator[str]:
    """A run's cases whose label is another than the newest event gave them, and repeats that it has not asked for."""
    for (table, query, how), which in ((_LABELS, f"c.id IN {_CASES}"), (_REPEATS, "run.id = :run")):
        found = session.connection().exec_driver_sql(f"{query} AND {which}", {"run": run_id})
        yield from (f"{table} {key} {how.format(said, there)}" for key, said, there in found)


def _ids(session: Session, run_id: int | None = None) -> list[int]:
    query = select(ResponseRow.id).order_by(col(ResponseRow.id))
    chosen = query if run_id is None else query.where(col(ResponseRow.run_id) == run_id)
    return [mapping.row_id(key) for key in session.exec(chosen)]


def _wrong(session: Session, read: Watch) -> Iterator[str]:
    connection = session.connection()
    yield from _counts(connection)
    yield from (f"{kind} {key}: {how}" for kind, key, how in histories.misfits(connection))
    yield from _suites(session)
    yield from _underived(session, _ids(session), read)


_RESPONSE = metadata.tables["response"]
_STORED = select_columns(_RESPONSE.c.id, *(_RESPONSE.c[name] for name in DERIVED)).where(_RESPONSE.c.id.in_(these()))


def _underived(session: Session, ids: Sequence[int], read: Watch = _unwatched) -> Iterator[str]:
    for some in batches(ids):
        rows = session.connection().execute(_STORED, {"ids": list(some)})
        stored = {row.id: row._mapping for row in rows}
        for key, derived in derived_again(session, some):
            for name, value in derived.items():
                there = stored[key][name]
                if there != value:
                    yield f"response {key}: {name} is {there!s:.40} and comes out as {value!s:.40}"
        read(len(some))


def _counts(connection: Connection) -> Iterator[str]:
    for table, query, how in _COUNTS:
        for key, said, found in connection.exec_driver_sql(query):
            yield f"{table} {key} {how.format(said, found)}"
    uncounted = (
        select_columns(col(ResponseRow.run_id), col(ResponseRow.state))
        .outerjoin(
            RunCountRow,
            (col(RunCountRow.run_id) == ResponseRow.run_id) & (col(RunCountRow.state) == ResponseRow.state),
        )
        .where(col(RunCountRow.run_id).is_(None))
        .distinct()
    )
    for run_id, state in connection.execute(uncounted):
        yield f"run {run_id}: its responses that are {state} are not counted"
    astray = (
        select_columns(col(ResponseRow.id))
        .join(RunRow, col(RunRow.id) == col(ResponseRow.run_id))
        .join(CaseRow, col(CaseRow.id) == col(ResponseRow.case_id))
        .where(col(CaseRow.suite_id) != col(RunRow.suite_id))
    )
    for (key,) in connection.execute(astray):
        yield f"response {key}: its case is of another suite than its run"


def _suites(session: Session) -> Iterator[str]:
    for suite in session.exec(select(SuiteRow)):
        chosen = select(CaseRow.content_hash).where(CaseRow.suite_id == suite.id, col(CaseRow.current))
        if suite.content_hash != suite_hash(mapping.scale_from_text(suite.scale), session.exec(chosen).all()):
            yield f"suite {suite.id}: its cases are not those that its hash was made of"
