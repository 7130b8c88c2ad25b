"""A suite goes over to another scale: its labels and bands become others, what people said stays and reads through."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from sqlalchemy import bindparam, update
from sqlmodel import Session, col, func, select

from reviewer.core.actions import ActionId
from reviewer.core.cases import Case, CaseStatus
from reviewer.core.changes import Changes
from reviewer.core.errors import InputError
from reviewer.core.hashing import canonical_json
from reviewer.core.rescaling import Rescaling
from reviewer.store import mapping
from reviewer.store.database import Workspace
from reviewer.store.dialects import insert_many
from reviewer.store.finals import batches, refresh_finals
from reviewer.store.mapping import row_id
from reviewer.store.rescaled import look_again
from reviewer.store.rows import CaseRow, LabelEventRow, RescalingRow, ResponseRow, RunRow, SuiteRow, VerdictRow
from reviewer.store.writes.suites import keep_guideline, rehash


class _Label(NamedTuple):
    """The columns of a case that a label is."""

    label: str | None
    band: str
    status: str


def rescale_suite(
    workspace: Workspace,
    *,
    suite_id: int,
    rescaling: Rescaling,
    reason: str,
    author: str,
    at: str,
    back: bool = False,
    guideline: str | None = None,
) -> Changes:
    """Put the suite on another scale, all in one transaction.

    Every labelled case, older versions too, gets a new entry in its label history; one whose action is asked for again
    becomes unreviewed. Decisions and verdicts are not touched: they read through the answers from now on. With `back`
    the suite returns to the scale before the last one, and labels that nobody changed since are again what they were.
    A `guideline` becomes the suite's next version of it.
    Raises InputError without a reason or where the suite has another scale than the rescaling begins with.
    """
    if not reason.strip():
        raise InputError("A new scale needs a reason.", "Say in a few words why.")
    with workspace.write() as session:
        suite = session.get_one(SuiteRow, suite_id)
        if suite.scale_hash != rescaling.before.hash:
            raise InputError(f"The suite {suite.name!r} has another scale by now.", "Look at it again.")
        before = _labels_before(session, suite_id) if back else {}
        if guideline is not None and guideline != suite.guideline:
            suite.guideline_version += 1 if suite.guideline else 0
            suite.guideline = guideline
            session.add(suite)
            keep_guideline(session, suite, at)
        words = {"reason": f"new scale: {reason.strip()}", "author": author, "at": at}
        session.add(_step(session, suite_id, rescaling, reason, author, at))
        session.flush()
        look_again(session)
        _move_labels(session, suite, rescaling, before, words)
        suite = session.get_one(SuiteRow, suite_id)
        suite.scale, suite.scale_hash = mapping.scale_to_text(rescaling.after), rescaling.after.hash
        session.add(suite)
        session.flush()
        rehash(session, suite_id)
        run_ids = session.exec(select(RunRow.id).where(RunRow.suite_id == suite_id)).all()
        responses = select(ResponseRow.id).where(col(ResponseRow.run_id).in_(run_ids)).order_by(col(ResponseRow.id))
        touched = [row_id(key) for key in session.exec(responses)]
        refresh_finals(session, touched)
        said = bool(touched)
    return Changes(suites=True, cases=True, labels=True, responses=said, verdicts=said, decisions=said)


def _step(session: Session, suite_id: int, rescaling: Rescaling, reason: str, author: str, at: str) -> RescalingRow:
    return RescalingRow(
        suite_id=suite_id,
        before=mapping.scale_to_text(rescaling.before),
        after=mapping.scale_to_text(rescaling.after),
        answers=canonical_json(dict(rescaling.answers)),
        last_verdict_id=session.exec(select(func.max(VerdictRow.id))).one() or 0,
        last_label_event_id=session.exec(select(func.max(LabelEventRow.id))).one() or 0,
        author=author,
        reason=reason.strip(),
        at=at,
    )


def _labels_before(session: Session, suite_id: int) -> dict[int, _Label]:
    """Case id → its label before the suite's last rescaling, of cases that had one and that nobody labelled since."""
    last = session.exec(
        select(RescalingRow).where(RescalingRow.suite_id == suite_id).order_by(col(RescalingRow.id).desc())
    ).first()
    if last is None:
        raise InputError("The suite has always had this scale.", "Choose the scale that it is to have.")
    query = (
        select(LabelEventRow)
        .join(CaseRow, col(LabelEventRow.case_id) == col(CaseRow.id))
        .where(CaseRow.suite_id == suite_id)
        .order_by(col(LabelEventRow.id))
    )
    found: dict[int, _Label] = {}
    since: Counter[int] = Counter()
    for event in session.exec(query):
        if row_id(event.id) > last.last_label_event_id:
            since[event.case_id] += 1
        else:
            found[event.case_id] = _Label(event.label, event.band, event.status)
    # the first entry since is the rescaling's own
    return {case_id: label for case_id, label in found.items() if label.label is not None and since[case_id] == 1}


def _move_labels(
    session: Session, suite: SuiteRow, rescaling: Rescaling, before: Mapping[int, _Label], words: Mapping[str, str]
) -> None:
    changed: dict[str, Any] = {
        name: bindparam(f"new_{name}") for name in ("label", "band", "status", "content_hash", "label_version")
    }
    statement = update(CaseRow).where(col(CaseRow.id) == bindparam("case_id")).values(changed)
    beside = {"guideline_version": suite.guideline_version, **words}
    for rows in _labelled(session, row_id(suite.id), before):
        cases, events = [], []
        for row in rows:
            label = before.get(row_id(row.id)) or _moved(row, rescaling)
            values = {**label._asdict(), "label_version": row.label_version + 1}
            content = _with_label(row, label).content_hash
            cases.append({"case_id": row.id, "new_content_hash": content, **{f"new_{n}": v for n, v in values.items()}})
            events.append({"case_id": row.id, **values, **beside})
        session.expunge_all()  # they are written past the session
        session.connection().execute(statement, cases)
        insert_many(session.connection(), "label_event", events)


def _labelled(session: Session, suite_id: int, before: Mapping[int, _Label]) -> Iterator[Sequence[CaseRow]]:
    """The suite's cases of all versions that have a label or get one back, some at a time."""
    query = select(CaseRow.id).where(CaseRow.suite_id == suite_id, col(CaseRow.label).is_not(None))
    ids = sorted({row_id(key) for key in session.exec(query)} | set(before))
    for some in batches(ids):
        yield session.exec(select(CaseRow).where(col(CaseRow.id).in_(some)).order_by(col(CaseRow.id))).all()


def _moved(row: CaseRow, rescaling: Rescaling) -> _Label:
    label = rescaling.action(str(row.label))
    band = rescaling.band(str(row.label), mapping.band_from_text(row.band)).band
    open_ = label is None and row.status == CaseStatus.LABELLED
    return _Label(label, mapping.band_to_text(band), str(CaseStatus.UNREVIEWED) if open_ else row.status)


def _with_label(row: CaseRow, label: _Label) -> Case:
    band, action = mapping.band_from_text(label.band), label.label
    named = ActionId(action) if action else None
    return replace(mapping.case(row), label=named, band=band, status=CaseStatus(label.status))
