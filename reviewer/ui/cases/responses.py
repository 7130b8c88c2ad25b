"""From a case straight to what was answered to it."""

from __future__ import annotations

from functools import partial

from reviewer.review.going import response_to_case
from reviewer.review.place import GoingTo
from reviewer.store.facts.suites import CaseDetail
from reviewer.ui.kit.commands import CommandTable
from reviewer.ui.kit.session import Session


def show_responses(session: Session, commands: CommandTable, detail: CaseDetail | None) -> None:
    """Open Review at a response to the case: of the run that was looked at last, else of the newest that has one."""
    if detail is None:
        session.notice.emit("No case is chosen.")
        return
    query = partial(response_to_case, case_id=detail.id, preferred=session.run_id)
    session.read(query, partial(_go, session, commands, detail.case.key))


def _go(session: Session, commands: CommandTable, key: str, place: GoingTo | None) -> None:
    if place is None:
        session.notice.emit(f"No run has a response to {key} yet.")
        return
    session.pick(place)
    commands["go.review"].trigger()
