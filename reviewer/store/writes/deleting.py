"""Delete: rows with all that hangs on them go into the bin in one transaction, and a tombstone says so in the chain."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, func, update
from sqlalchemy import select as select_columns
from sqlmodel import Session, col

from reviewer.core.changes import Changes
from reviewer.core.errors import InputError
from reviewer.core.hashing import canonical_json
from reviewer.core.runs import RunStatus
from reviewer.host.marks import OpenElsewhere, works_on
from reviewer.store.bin_parts import digest_of, put_parts
from reviewer.store.counts import CountedPlace, Moved
from reviewer.store.database import Workspace
from reviewer.store.dialects.sqlite import APPEND_ONLY
from reviewer.store.dialects.unlocking import deletable
from reviewer.store.facts.bin import Removal, ToDelete, due_after
from reviewer.store.facts.review import DRAFTS
from reviewer.store.finals import batches, refresh_finals
from reviewer.store.going import GOING, Loose, RowsGoing, event_ranges, going, put_row, ranges, row_number
from reviewer.store.review_rows import metadata
from reviewer.store.rows import RunCaseRow, RunRow, SettingRow, SuiteRow
from reviewer.store.writes.suites import rehash

_T = metadata.tables
_KEEPS = {
    ("decision", "carried_from"): ("decisions of {} were carried over from what would be deleted", "Delete {} first."),
    ("decision", "undoes"): ("decisions of {} that would be deleted were taken back later", "Delete {} instead."),
    ("review_plan", "against_run_id"): ("review plans of {} were drawn against it", "Delete {} first."),
}


class Deleted(NamedTuple):
    """The deletion's place in the bin, and how many rows of each table are in it."""

    item_id: int
    counts: dict[str, int]


class Follows(NamedTuple):
    """What stays and is to be made anew: runs, suites, and responses whose decisions or verdicts come or go."""

    runs: tuple[int, ...]
    suites: tuple[int, ...]
    responses: tuple[int, ...]


def delete_rows(
    workspace: Workspace, *, wanted: ToDelete, author: str, at: str, interrupted: bool = False
) -> tuple[Deleted, Changes]:
    """Put rows and all that hangs on them into the bin.

    Raises InputError where there is nothing of them, where what stays rests on them, where any program sends or judges
    a run of them now, and for a run that calls itself running; with `interrupted` that one's program is known to have
    ended.
    """
    with workspace.write() as session:
        connection = session.connection()
        with going(connection, wanted.roots) as rows:
            counts = rows.counts()
            if not counts:
                raise InputError("There is nothing to delete: it is gone already.", "Reload the list.")
            _check_nobody_works(workspace, rows)
            _check(connection, rows, interrupted=interrupted)
            follows, changes = _followers(connection, rows), _changes(connection, rows)
            item_id = _put(session, rows, wanted, author, at)
            _count(session, rows)
            tables = rows.tables()
            with deletable(connection, [table.name for table in tables]):
                for table in reversed(tables):
                    gone = select_columns(GOING.c.id).where(GOING.c.of == table.name)
                    connection.execute(delete(table).where(row_number(table).in_(gone)))
        session.expire_all()
        follow(session, follows)
        return Deleted(item_id, counts), changes


def preview(workspace: Workspace, wanted: ToDelete) -> dict[str, int]:
    """How many rows of each table would go; nothing is changed."""
    with workspace.read() as session, going(session.connection(), wanted.roots) as rows:
        return rows.counts()


def _check_nobody_works(workspace: Workspace, rows: RowsGoing) -> None:
    works = works_on(workspace.path)
    if works:
        touched = {int(key) for key in rows.connection.execute(_touched_runs(rows)).scalars()}
        check_not_worked_on(workspace, {*rows.ids("run"), *touched}, works)


def check_not_worked_on(
    workspace: Workspace, run_ids: Collection[int], works: Sequence[OpenElsewhere] | None = None
) -> None:
    """Raises InputError where a program sends, judges or reads one of these runs now; `works` is what goes on."""
    for each in works_on(workspace.path) if works is None else works:
        if run_ids and each.touches(run_ids):
            with workspace.read() as session:
                at_once = sorted(run_ids) if each.runs is None else sorted(each.runs.intersection(run_ids))
                name = session.connection().execute(
                    select_columns(col(RunRow.name)).where(col(RunRow.id) == at_once[0])
                )
            by, stop = ("", "Stop it first") if each.is_own else (f" {each.whereabouts}", "Stop it there")
            raise InputError(
                f"The run {name.scalar()} is being {each.done_with(at_once[0]) or 'worked on'}{by}.",
                " ".join(filter(None, (f"{stop}, or wait until it is done.", each.remedy, "Nothing was deleted."))),
            )


def _check(connection: Connection, rows: RowsGoing, *, interrupted: bool) -> None:
    running = rows.those(_T["run"], _T["run"].c.name).where(_T["run"].c.status == RunStatus.RUNNING)
    touched = _touched_runs(rows).where(col(RunRow.status) == RunStatus.RUNNING).with_only_columns(col(RunRow.name))
    names = [] if interrupted else [*connection.execute(running).scalars(), *connection.execute(touched).scalars()]
    if names:
        raise InputError(
            f"The run {names[0]} is being sent.",
            "Stop it first; if its program was killed, finish it with --resume or say --interrupted.",
        )
    for loose in rows.loose():
        if loose.table in APPEND_ONLY:
            raise _kept_from(connection, loose)


def _touched_runs(rows: RowsGoing) -> Any:  # noqa: ANN401 a select
    """Runs that stay and lose cases or responses."""
    losing = {name: rows.those(_T[name], _T[name].c.run_id).order_by(None) for name in ("run_case", "response")}
    ids = losing["run_case"].union(losing["response"])
    gone = select_columns(GOING.c.id).where(GOING.c.of == "run")
    return select_columns(col(RunRow.id)).where(col(RunRow.id).in_(ids), col(RunRow.id).not_in(gone))


def _kept_from(connection: Connection, loose: Loose) -> InputError:
    said, remedy = _KEEPS.get(
        (loose.table, loose.column), (f"rows of {loose.table} in {{}} rest on it", "Delete {} first.")
    )
    table = _T[loose.table]
    runs: set[str] = set()
    for ids in batches(loose.ids):
        if "response_id" in table.c:
            response = _T["response"]
            joined = table.join(response, response.c.id == table.c.response_id).join(
                _T["run"], _T["run"].c.id == response.c.run_id
            )
        else:
            joined = table.join(_T["run"], _T["run"].c.id == table.c.run_id)
        query = select_columns(_T["run"].c.name).select_from(joined).where(row_number(table).in_(ids)).distinct()
        runs.update(connection.execute(query).scalars())
    named = "the run " + ", ".join(sorted(runs)[:3])
    return InputError(f"{len(loose.ids):,} {said.format(named)}.", f"{remedy.format(named)} Nothing was deleted.")


def _followers(connection: Connection, rows: RowsGoing) -> Follows:
    run_ids = tuple(int(key) for key in connection.execute(_touched_runs(rows)).scalars())
    of_cases = rows.those(_T["case"], _T["case"].c.suite_id).order_by(None).distinct()
    gone = set(rows.ids("suite"))
    suites = tuple(int(key) for key in connection.execute(of_cases).scalars() if key not in gone)
    gone_responses = select_columns(GOING.c.id).where(GOING.c.of == "response")
    found: set[int] = set()
    for name in ("decision", "verdict"):
        said_of = rows.those(_T[name], _T[name].c.response_id).order_by(None).distinct()
        said_of = said_of.where(_T[name].c.response_id.not_in(gone_responses))
        found.update(int(key) for key in connection.execute(said_of).scalars())
    return Follows(run_ids, suites, tuple(sorted(found)))


def _changes(connection: Connection, rows: RowsGoing) -> Changes:
    run_ids = {*rows.ids("run"), *(int(key) for key in connection.execute(_touched_runs(rows)).scalars())}
    kinds = set(rows.counts())
    for name in ("decision", "verdict"):
        query = (
            rows.those(_T[name], _T["response"].c.run_id)
            .join(_T["response"], _T["response"].c.id == _T[name].c.response_id)
            .order_by(None)
            .distinct()
        )
        run_ids.update(int(key) for key in connection.execute(query).scalars())
    return all_changed(kinds).within(run_ids=run_ids)


def all_changed(tables: set[str]) -> Changes:
    """Which kinds of fact these tables hold; of cases any may be meant."""
    has_cases, has_runs = "case" in tables or "suite" in tables, "run" in tables or "run_case" in tables
    said = bool(tables & {"decision", "verdict", "response"})
    return Changes(
        suites=has_cases,
        cases=has_cases,
        labels=has_cases,
        runs=has_runs or said,
        responses=has_runs or said,
        verdicts=said,
        decisions=said,
        queues=has_runs or said,
        endpoints="model_version" in tables,
    )


def _put(session: Session, rows: RowsGoing, wanted: ToDelete, author: str, at: str) -> int:
    connection = session.connection()
    counts, cells = canonical_json(rows.counts()), _detach(connection, rows)
    said = {
        "kind": Removal.DELETED,
        "deletion": None,
        "what": wanted.what,
        "counts": counts,
        "author": author,
        "at": at,
    }
    said |= {"gone": canonical_json(event_ranges(rows)), "digest": digest_of(rows)}
    tombstone_id = put_row(connection, "tombstone", said)
    item = {
        "tombstone_id": tombstone_id,
        **{
            "what": wanted.what,
            "name": wanted.name,
            "author": author,
            "at": at,
            "due": due_after(at),
            "counts": counts,
        },
        "holds": canonical_json(
            {table.name: ranges(rows.ids(table.name)) for table in rows.tables() if "id" in table.c}
        ),
        "needs": canonical_json(rows.needs()),
        "cells": canonical_json([*cells, *_promote(connection, rows)]),
        "scales": canonical_json(_scales(connection, rows)),
        "drafts": canonical_json(_take_drafts(session, rows)),
    }
    item_id = put_row(connection, "bin_item", item)
    put_parts(rows, item_id)
    return item_id


def _detach(connection: Connection, rows: RowsGoing) -> Iterator[list[object]]:
    """What stays and may point at nothing does so: [table, row, column, value before, value now] of each."""
    for loose in list(rows.loose()):
        table = _T[loose.table]
        for ids in batches(loose.ids):
            these = row_number(table).in_(ids)
            before = select_columns(row_number(table), table.c[loose.column]).where(these)
            for key, value in connection.execute(before).all():
                yield [loose.table, key, loose.column, value, None]
            connection.execute(update(table).where(these).values({loose.column: None}))


def _promote(connection: Connection, rows: RowsGoing) -> Iterator[list[object]]:
    """Where the current version of a case goes and an earlier one stays, that one is current: as `_detach`."""
    case, gone = _T["case"], select_columns(GOING.c.id).where(GOING.c.of == "case")
    current = rows.those(case, case.c.suite_id, case.c.key).where(case.c.current)
    for suite_id, key in connection.execute(current).all():
        earlier = select_columns(case.c.id).where(
            case.c.suite_id == suite_id, case.c.key == key, case.c.id.not_in(gone)
        )
        found = connection.execute(earlier.order_by(case.c.version.desc()).limit(1)).scalar()
        if found is not None:
            connection.execute(update(case).where(case.c.id == found).values(current=True))
            yield ["case", found, "current", False, True]


def _scales(connection: Connection, rows: RowsGoing) -> dict[str, str]:
    """The scales on which the labels are that go without their suites."""
    if "case" not in rows.counts():
        return {}
    gone = select_columns(GOING.c.id).where(GOING.c.of == "suite")
    of_cases = rows.those(_T["case"], _T["case"].c.suite_id).order_by(None).distinct()
    query = select_columns(col(SuiteRow.id), col(SuiteRow.scale_hash)).where(
        col(SuiteRow.id).in_(of_cases), col(SuiteRow.id).not_in(gone)
    )
    return {str(key): str(scale) for key, scale in connection.execute(query)}


def _take_drafts(session: Session, rows: RowsGoing) -> dict[str, str]:
    """Notes that were typed and not stored with a decision go with their responses."""
    kept = session.get(SettingRow, DRAFTS)
    if kept is None:
        return {}
    drafts, gone = dict(json.loads(kept.value)), set(map(str, rows.ids("response")))
    taken = {key: text for key, text in drafts.items() if key in gone}
    if taken:
        kept.value = json.dumps({key: text for key, text in drafts.items() if key not in gone})
        session.add(kept)
        session.flush()
    return taken


def _count(session: Session, rows: RowsGoing) -> None:
    """Take what goes out of the counts of runs that stay."""
    response, gone = _T["response"], select_columns(GOING.c.id).where(GOING.c.of == "run")
    query = (
        rows.those(response, response.c.run_id, response.c.state, func.count(), func.sum(response.c.reviewed))
        .where(response.c.run_id.not_in(gone))
        .group_by(response.c.run_id, response.c.state)
        .order_by(None)
    )
    moved = Moved()
    for run_id, state, responses, reviewed in session.connection().execute(query).all():
        moved.responses[CountedPlace(run_id, state)] -= int(responses)
        moved.reviewed[CountedPlace(run_id, state)] -= int(reviewed)
    moved.store(session)


def follow(session: Session, follows: Follows) -> None:
    """Make anew what follows from the rows of runs and suites that stay."""
    connection = session.connection()
    for run_id in follows.runs:
        cases = select_columns(func.count()).where(col(RunCaseRow.run_id) == run_id).scalar_subquery()
        connection.execute(update(RunRow).where(col(RunRow.id) == run_id).values(case_count=cases))
    for suite_id in follows.suites:
        rehash(session, suite_id)
    session.flush()
    refresh_finals(session, list(follows.responses))
