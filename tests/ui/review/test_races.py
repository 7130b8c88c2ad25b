"""The two races that lost people's work, on real threads: a workspace opened under the keys, a run stored."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from reviewer.core.cases import Case
from reviewer.core.changes import Changes
from reviewer.core.decisions import Decision
from reviewer.store.database import Workspace, open_workspace
from reviewer.store.facts.review import NewDecision, QueueFilter
from reviewer.store.facts.runs import Classified
from reviewer.store.queries import review
from reviewer.store.writes.decisions import append_decision
from reviewer.store.writes.runs import add_responses
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.kit.session import Session
from reviewer.ui.review.page import ReviewPage
from tests.support.builders import (
    ANSWER,
    AT,
    REFUSE,
    decide,
    filled_workspace,
    make_cases,
    make_response,
    make_run,
    make_suite,
    make_verdict,
)
from tests.support.effort import often
from tests.ui.conftest import Settle

ME = "impatient"
TIMES = often(100, 20)
CASES = 6


def decisions_in(path: Path) -> list[tuple[int, Decision]]:
    workspace = open_workspace(path, create=False)
    found = [
        (id_, event)
        for id_ in range(1, CASES + 1)
        for event in review.review_item(workspace, id_).events
        if event.reviewer == ME
    ]
    workspace.close()
    return found


def review_page(window: MainWindow) -> ReviewPage:
    page = window.pages["review"]
    assert isinstance(page, ReviewPage)
    return page


@pytest.fixture
def two_files(tmp_path: Path) -> tuple[Path, Path]:
    """Two workspaces equal to the byte: what lands in the wrong one is taken there without complaint."""
    filled_workspace(tmp_path / "alpha.sqlite", CASES).workspace.close()
    shutil.copy(tmp_path / "alpha.sqlite", tmp_path / "beta.sqlite")
    return tmp_path / "alpha.sqlite", tmp_path / "beta.sqlite"


def test_a_decision_lands_in_the_workspace_in_which_it_was_made(
    window: MainWindow, session: Session, settle: Settle, two_files: tuple[Path, Path]
) -> None:
    session.change_settings(replace(session.settings, reviewer=ME))
    said: list[str] = []
    session.notice.connect(said.append)
    session.open(two_files[0], create=False)
    settle(session)
    window.show_page("review")
    settle(session)
    expected: dict[Path, int] = dict.fromkeys(two_files, 0)
    for time in range(TIMES):
        here, there = two_files[time % 2], two_files[1 - time % 2]
        assert session.path == here
        session.open(there, create=False)
        for key in (Qt.Key.Key_J, Qt.Key.Key_J):
            QTest.keyClick(review_page(window).list, key)
        if time % 3:
            QApplication.processEvents()
        before, path = len(said), session.path
        QTest.keyClick(review_page(window).list, Qt.Key.Key_5)
        assert path is not None
        expected[path] += len(said) == before
        settle(session)
    session.open(two_files[0], create=False)
    settle(session)
    assert {path: len(decisions_in(path)) for path in two_files} == expected
    assert sum(expected.values()) > 0


def test_five_queued_writes_stay_with_their_workspace(
    session: Session, settle: Settle, two_files: tuple[Path, Path]
) -> None:
    session.open(two_files[0], create=False)
    settle(session)
    for time in range(TIMES // 2):
        here, there = two_files[time % 2], two_files[1 - time % 2]
        before = {path: len(decisions_in(path)) for path in two_files}
        session.open(there, create=False)
        for response_id in range(1, 6):
            decision = NewDecision(response_id, ME, REFUSE)
            session.write(lambda workspace, new=decision: append_decision(workspace, decision=new, at=AT))  # type: ignore[misc]
        settle(session)
        assert len(decisions_in(here)) == before[here] + 5
        assert len(decisions_in(there)) == before[there]


def run_under_way(path: Path) -> tuple[int, int, list[Case]]:
    """A workspace in which a run has long responses to two of its cases, the first disputed: the run, that response,
    and the cases that it has not answered yet.
    """
    filled = filled_workspace(path, 2)
    cases = make_cases(2 * TIMES + 4)[4:]
    suite_id = make_suite(filled.workspace, cases, "Long")
    text = "A line of a long response.\n" * 300
    first = [Classified(make_response(case.key, text), (make_verdict(ANSWER),)) for case in cases[:2]]
    run_id = make_run(filled.workspace, suite_id, first, name="sent")
    disputed = review.response_ids(filled.workspace, run_id)[0]
    decide(filled.workspace, disputed, ANSWER, "ana")
    decide(filled.workspace, disputed, REFUSE, "ben")
    filled.workspace.close()
    return run_id, disputed, cases[2:]


def typed_while_stored(page: ReviewPage, settle: Settle, run_id: int, cases: Sequence[Case]) -> str:
    """A letter of a note for each response that comes, until there are no cases left; what was typed."""
    typed = ""
    for batch, case in enumerate(cases):
        more = [Classified(make_response(case.key), (make_verdict(ANSWER),))]

        def store(workspace: Workspace, responses: list[Classified] = more) -> tuple[None, Changes]:
            return None, add_responses(workspace, run_id=run_id, responses=responses, at=AT).changes

        page.session.write(store)
        QTest.keyClicks(page.line.note, "a")
        typed += "a"
        if batch % 4 == 0:
            settle(page.session)
        else:
            QApplication.processEvents()
        assert page.line.note.text() == typed
    settle(page.session)
    return typed


def test_what_is_stored_elsewhere_wipes_nothing(
    window: MainWindow, session: Session, settle: Settle, tmp_path: Path
) -> None:
    """A note is typed while many batches of the same run are stored: text, ticks, scroll and keys stay."""
    run_id, disputed, cases = run_under_way(tmp_path / "busy.sqlite")
    session.change_settings(replace(session.settings, reviewer=ME))
    session.open(tmp_path / "busy.sqlite", create=False)
    settle(session)
    window.show_page("review")
    settle(session)
    page = review_page(window)
    page.state.load(run_id, 0, QueueFilter.ALL)
    settle(session)
    QTest.keyClick(page.list, Qt.Key.Key_D)
    page.line.cause.setCurrentIndex(2)
    page.left.text.verticalScrollBar().setValue(500)
    at_top = page.left.text.top_place()
    assert at_top > 0
    QTest.keyClick(page.list, Qt.Key.Key_N)
    typed = typed_while_stored(page, settle, run_id, cases[:TIMES])
    assert page.line.note.text() == typed
    assert page.line.note.hasFocus()
    assert page.line.settle.isChecked()
    assert page.line.cause.currentIndex() == 2
    assert page.left.text.top_place() == at_top
    assert page.state.current is not None
    assert page.state.current.response_id == disputed
    assert len(page.list_model.ids) == 2 + TIMES
    QTest.keyClick(page.line.note, Qt.Key.Key_Return)
    QTest.keyClick(page.list, Qt.Key.Key_5)
    settle(session)
    stored = session.tasks.database_call(lambda: review.review_item(session.workspace, disputed)).events[-1]
    assert (stored.action, stored.note, stored.kind) == (REFUSE, typed, "adjudication")
