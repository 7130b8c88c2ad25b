"""The queues of a run, as the database knows them: which responses each holds, in which order, and how many."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Float, Select, and_, case, cast, exists, or_, text
from sqlalchemy import select as select_columns
from sqlalchemy.orm import aliased
from sqlmodel import col, func, select

from reviewer.core.decisions import UnscoredReason
from reviewer.core.naturally import natural
from reviewer.core.responses import UNSCORED_STATES
from reviewer.store import mapping
from reviewer.store.database import Workspace
from reviewer.store.facts.review import DEFAULT_THRESHOLD, THRESHOLD, QueueCount, QueueFamily, QueueFilter, SliceCount
from reviewer.store.finals import flags_on
from reviewer.store.queries.at_once import columns_at_once
from reviewer.store.queries.case_order import case_order
from reviewer.store.review_rows import LabelDisputeRow, LabelSettlingRow
from reviewer.store.rows import CaseRow, ResponseRow, RunRow, SettingRow


class QueueOf(NamedTuple):
    """Whose queue is asked for: of which run, by whom; `after` keeps only responses with a greater id."""

    run_id: int
    reviewer: str = ""
    after: int = 0


_THRESHOLD: Any = func.coalesce(
    select(cast(SettingRow.value, Float)).where(col(SettingRow.key) == THRESHOLD).scalar_subquery(), DEFAULT_THRESHOLD
)
DISPUTED = col(ResponseRow.unscored_reason) == UnscoredReason.DISPUTED
READABLE = col(ResponseRow.state).not_in([str(state) for state in UNSCORED_STATES])
_UNSURE = or_(col(ResponseRow.final_action).is_(None), col(ResponseRow.automatic_confidence) < _THRESHOLD)
_UNSETTLED: ColumnElement[bool] = exists().where(
    col(LabelDisputeRow.case_id) == col(ResponseRow.case_id),
    ~exists().where(col(LabelSettlingRow.dispute_id) == col(LabelDisputeRow.id)),
)
CONDITIONS: Mapping[str, ColumnElement[bool] | None] = {
    QueueFilter.ALL: None,
    QueueFilter.UNDECIDED: ~col(ResponseRow.reviewed),
    # nobody has decided on what has no action, or one of which the rules are less sure than the workspace's threshold,
    # or those who decided differ; what holds nothing to read needs nobody
    QueueFilter.NEEDS_PERSON: or_(DISPUTED, and_(READABLE, ~col(ResponseRow.reviewed), _UNSURE)),
    QueueFilter.UNSCORED: col(ResponseRow.final_action).is_(None),
    QueueFilter.DISPUTED: DISPUTED,
    QueueFilter.OUT_OF_LABEL: col(ResponseRow.final_action) != col(CaseRow.label),
    QueueFilter.DISAGREEMENT: col(ResponseRow.disagreement).is_(True),
    QueueFilter.LABEL_DISPUTES: _UNSETTLED,
}
"""By stored key: what a response of the queue fulfils; None where every one does."""
_OF_CASE = {QueueFilter.OUT_OF_LABEL}
"""Those whose condition reads the case as well."""
_PLACED: tuple[Any, ...] = (ResponseRow.id, ResponseRow.case_id, ResponseRow.repeat)
_ID: tuple[Any, ...] = (ResponseRow.id,)
_COUNTED: tuple[Any, ...] = (func.count(),)
_SLICED = {
    QueueFamily.CATEGORY: col(CaseRow.category),
    QueueFamily.SEGMENT: col(CaseRow.segment),
    QueueFamily.LABEL: col(CaseRow.label),
}
_TAGS = mapping.tag_values()


def where_ids(workspace: Workspace, key: str, asked: QueueOf) -> array[int]:
    """The responses that fulfil a queue's condition, in the order of their cases as people count, and of repeats."""
    return _in_case_order(workspace, _holding(_PLACED, key, asked), asked)


def where_count(workspace: Workspace, key: str, asked: QueueOf) -> QueueCount:
    with workspace.read() as session:
        return QueueCount(session.connection().execute(_holding(_COUNTED, key, asked)).scalar_one())


def _holding(columns: tuple[Any, ...], key: str, asked: QueueOf) -> Select[Any]:
    query = _of_run(columns, asked)
    if key in _OF_CASE:
        query = query.join(CaseRow, col(ResponseRow.case_id) == col(CaseRow.id))
    condition = CONDITIONS[key]
    return query if condition is None else query.where(condition)


def _of_run(columns: tuple[Any, ...], asked: QueueOf) -> Select[Any]:
    query: Select[Any] = select_columns(*columns).select_from(ResponseRow)
    query = query.where(col(ResponseRow.run_id) == asked.run_id)
    return query.where(col(ResponseRow.id) > asked.after) if asked.after else query


def _in_case_order(
    workspace: Workspace, query: Select[Any], asked: QueueOf, parameters: Mapping[str, object] | None = None
) -> array[int]:
    with workspace.read() as session:
        suite_id = session.exec(select(RunRow.suite_id).where(RunRow.id == asked.run_id)).first()
        if suite_id is None:
            return array("q")
        order, given = case_order(workspace, suite_id), dict(parameters or {})
        if order.as_stored:
            query = query.with_only_columns(*_ID).order_by(col(ResponseRow.case_id), col(ResponseRow.repeat))
            return array("q", columns_at_once(session, query, given)[0])
        return order.responses(zip(*columns_at_once(session, query, given), strict=True))


# my flags


def flagged_ids(workspace: Workspace, asked: QueueOf) -> array[int]:
    """The run's responses that the reviewer has flagged."""
    ids = _of_run((ResponseRow.id,), asked)
    with workspace.read() as session:
        flagged = flags_on(session, ids, asked.reviewer)
    return _in_case_order(workspace, _of_run(_PLACED, asked).where(col(ResponseRow.id).in_(flagged)), asked)


# two runs


def flip_ids(workspace: Workspace, other_run: str, asked: QueueOf) -> array[int]:
    """The responses whose final action is not that of the other run's response to the same case and repeat."""
    return _in_case_order(workspace, _flips(_PLACED, other_run, asked), asked)


def flip_count(workspace: Workspace, other_run: str, asked: QueueOf) -> QueueCount:
    with workspace.read() as session:
        return QueueCount(session.connection().execute(_flips(_COUNTED, other_run, asked)).scalar_one())


def _flips(columns: tuple[Any, ...], other_run: str, asked: QueueOf) -> Select[Any]:
    other: Any = aliased(ResponseRow)
    run_id = select(RunRow.id).where(RunRow.name == other_run).scalar_subquery()
    beside = and_(other.run_id == run_id, other.case_id == ResponseRow.case_id, other.repeat == ResponseRow.repeat)
    return _of_run(columns, asked).join(other, beside).where(other.final_action != col(ResponseRow.final_action))


# slices


def slice_ids(workspace: Workspace, family: QueueFamily, value: str, asked: QueueOf) -> array[int]:
    """The responses to cases of this category, segment, label or tag."""
    query = _of_run(_PLACED, asked).join(CaseRow, col(ResponseRow.case_id) == col(CaseRow.id))
    if family is QueueFamily.TAG:
        tagged = select_columns(_TAGS.c.value).where(_TAGS.c.value == value, _TAGS.c.type == mapping.TAG).exists()
        return _in_case_order(workspace, query.where(tagged), asked)
    return _in_case_order(workspace, query.where(_SLICED[family] == value), asked)


def slices(workspace: Workspace, run_id: int) -> list[SliceCount]:
    """What the cases of a run have in common, by kind and value, with how many responses that is."""
    found = []
    with workspace.read() as session:
        for family, column in _SLICED.items():
            query = _of_run((column, func.count()), QueueOf(run_id)).join(
                CaseRow, col(ResponseRow.case_id) == col(CaseRow.id)
            )
            found += [
                SliceCount(family, value, n)
                for value, n in session.connection().execute(query.group_by(column))
                if value
            ]
        query = (
            _of_run((_TAGS.c.value, func.count()), QueueOf(run_id))
            .join(CaseRow, col(ResponseRow.case_id) == col(CaseRow.id))
            .join(_TAGS, text("1"))
            .where(_TAGS.c.type == mapping.TAG)
            .group_by(_TAGS.c.value)
        )
        found += [SliceCount(QueueFamily.TAG, value, n) for value, n in session.connection().execute(query)]
    return sorted(found, key=lambda each: (list(QueueFamily).index(each.family), natural(each.value)))


# search


def search_ids(workspace: Workspace, words: str, asked: QueueOf) -> array[int]:
    """The responses that hold every word, or whose request does; none where no word is asked for."""
    match = workspace.dialect.match_expression(words)
    if not match:
        return array("q")
    return _in_case_order(workspace, _matching(workspace, _PLACED, asked), asked, {"match": match})


def search_count(workspace: Workspace, words: str, asked: QueueOf) -> QueueCount:
    match = workspace.dialect.match_expression(words)
    if not match:
        return QueueCount(0)
    with workspace.read() as session:
        query = _matching(workspace, _COUNTED, asked)
        return QueueCount(session.connection().execute(query, {"match": match}).scalar_one())


def _matching(workspace: Workspace, columns: tuple[Any, ...], asked: QueueOf) -> Select[Any]:
    in_request = col(ResponseRow.case_id).in_(text(workspace.dialect.matching_ids("case")))
    in_response = col(ResponseRow.id).in_(text(workspace.dialect.matching_ids("response")))
    return _of_run(columns, asked).where(or_(in_request, in_response))


# going to a case


def cases_like(workspace: Workspace, words: str, asked: QueueOf, most: int) -> list[int]:
    """Ids of at most `most` responses: of cases with this key, then with this in their key, then with these words.

    Of each case the first repeat. What is looked for is plain text: no sign in it is a pattern.
    """
    wanted = words.strip()
    if not wanted:
        return []
    match = workspace.dialect.match_expression(wanted)
    with workspace.read() as session:
        connection = session.connection()
        found = dict.fromkeys(connection.execute(_with_key(wanted, asked, most)).scalars())
        if match and len(found) < most:
            matching = _first_of(asked).where(col(CaseRow.id).in_(text(workspace.dialect.matching_ids("case"))))
            query = matching.order_by(col(ResponseRow.case_id)).limit(most)
            found.update(dict.fromkeys(connection.execute(query, {"match": match}).scalars()))
    return [*found][:most]


def _with_key(wanted: str, asked: QueueOf, most: int) -> Select[Any]:
    """The key itself first, then those that begin so, then the others, the shorter before the longer.

    The keys are read from their index, and only the best of them are looked for in the run.
    """
    key = col(CaseRow.key)
    suite_id = select(RunRow.suite_id).where(RunRow.id == asked.run_id).scalar_subquery()
    begins = case((func.lower(key) == wanted.lower(), 0), (key.istartswith(wanted, autoescape=True), 1), else_=2)
    ranked: tuple[Any, ...] = (CaseRow.id, begins.label("begins"), func.length(key).label("length"), CaseRow.key)
    best = (
        select_columns(*ranked)
        .where(col(CaseRow.suite_id) == suite_id, key.icontains(wanted, autoescape=True))
        .order_by("begins", "length", key)
        .limit(most * _VERSIONS)
        .subquery()
    )
    return (
        _of_run(_ID, asked)
        .join(best, best.c.id == col(ResponseRow.case_id))
        .where(col(ResponseRow.repeat) == 1)
        .order_by(best.c.begins, best.c.length, best.c.key)
        .limit(most)
    )


_VERSIONS = 20
"""So many times as many cases are looked at as are shown: of some the run has another version, or no response."""


def _first_of(asked: QueueOf) -> Select[Any]:
    query = _of_run(_ID, asked).join(CaseRow, col(ResponseRow.case_id) == col(CaseRow.id))
    return query.where(col(ResponseRow.repeat) == 1)


def twins_of(workspace: Workspace, run_id: int, case_id: int, repeat: int) -> list[int]:
    """Responses of the run to the cases of this one's pair, itself among them, in the order of their cases."""
    pair = select(CaseRow.pair).where(CaseRow.id == case_id).scalar_subquery()
    query = (
        _of_run(_PLACED, QueueOf(run_id))
        .join(CaseRow, col(ResponseRow.case_id) == col(CaseRow.id))
        .where(col(CaseRow.pair) == pair, col(CaseRow.pair) != "", col(ResponseRow.repeat) == repeat)
    )
    return [*_in_case_order(workspace, query, QueueOf(run_id))]


def run_with_case(workspace: Workspace, case_id: int, preferred: int | None) -> tuple[int, int] | None:
    """(run id, response id) of a response to this version of a case: of the preferred run, else of the newest."""
    first = col(ResponseRow.run_id) == preferred
    columns: tuple[Any, ...] = (ResponseRow.run_id, ResponseRow.id)
    query = select_columns(*columns).where(col(ResponseRow.case_id) == case_id)
    query = query.order_by(first.desc(), col(ResponseRow.run_id).desc(), col(ResponseRow.repeat)).limit(1)
    with workspace.read() as session:
        row = session.connection().execute(query).first()
    return (row[0], row[1]) if row is not None else None
