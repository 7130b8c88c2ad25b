"""Rulings, disputes, edits of cases and their status wait for another program's import as decisions do."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from reviewer.core.cases import CaseStatus
from reviewer.core.decisions import Cause
from reviewer.store.database import Workspace, open_workspace
from reviewer.store.facts.suites import CaseDetail
from reviewer.store.queries import review, suites
from reviewer.store.queries.disputes import disputes_of_run
from reviewer.ui.adjudicate.disputing import DisputeDialog
from reviewer.ui.adjudicate.page import AdjudicatePage
from reviewer.ui.adjudicate.state import STILL_STORED
from reviewer.ui.cases.page import CasesPage
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.kit.held_writes import waiting
from tests.support.builders import ANSWER, CLARIFY, REFUSE, decide, filled_workspace
from tests.support.long_import import end_import, importing
from tests.ui.conftest import WAIT_MS, Settle

CASES = 4
WAITS = "is not stored yet: it waits"
K = Qt.Key


class Desk:
    """A workspace in which two people differ on every response, and what the window says of it."""

    def __init__(self, window: MainWindow, path: Path, qtbot: QtBot, settle: Settle) -> None:
        self.window, self.session, self.path, self._qtbot, self._settle = window, window.session, path, qtbot, settle
        self.said: list[str] = []
        self.failed: list[str] = []
        self.session.notice.connect(self.said.append)
        self.session.tasks.failed.connect(lambda error: self.failed.append(str(error)))
        self.session.change_settings(replace(self.session.settings, reviewer="eve"))
        self.session.open(path, create=False)
        self.settle()

    def settle(self) -> None:
        self._settle(self.session)

    def wait_for(self, words: str) -> None:
        def said() -> None:
            assert any(words in each for each in self.said), (self.said, self.failed)

        self._qtbot.waitUntil(said, timeout=WAIT_MS)

    def wait_until_stored(self) -> None:
        self._qtbot.waitUntil(lambda: not waiting(self.session)[0], timeout=WAIT_MS)
        self.settle()
        assert self.failed == []

    def read(self, query: Callable[[Workspace], object]) -> object:
        """As another program finds it."""
        with closing(open_workspace(self.path, create=False)) as workspace:
            return query(workspace)

    def finals(self) -> object:
        ids = range(1, CASES + 1)
        return self.read(lambda workspace: [review.review_item(workspace, each).final.action for each in ids])

    def case(self) -> CaseDetail:
        found = self.read(lambda workspace: suites.case_detail(workspace, 1))
        assert isinstance(found, CaseDetail)
        return found


@pytest.fixture
def desk(soon_tried_again: None, window: MainWindow, tmp_path: Path, qtbot: QtBot, settle: Settle) -> Desk:
    path = tmp_path / "own.sqlite"
    filled = filled_workspace(path, CASES)
    for response_id in filled.response_ids:
        decide(filled.workspace, response_id, ANSWER, "ann")
        decide(filled.workspace, response_id, REFUSE, "ben")
    filled.workspace.close()
    return Desk(window, path, qtbot, settle)


def adjudication(desk: Desk) -> AdjudicatePage:
    desk.window.show_page("adjudicate")
    desk.settle()
    page = desk.window.pages["adjudicate"]
    assert isinstance(page, AdjudicatePage)
    return page


def test_rulings_wait_and_the_next_one_can_be_made(desk: Desk) -> None:
    page = adjudication(desk)
    before = desk.finals()
    with importing(desk.path) as process:
        assert page.state.settle(REFUSE, Cause.SLIP, "", anyway=False)
        desk.wait_for("What you settled on case-000 is not stored yet: it waits")
        assert not page.state.settle(ANSWER, Cause.SLIP, "", anyway=False)  # the same one
        page.state.step(1)
        desk.settle()
        assert page.state.settle(CLARIFY, Cause.SLIP, "", anyway=False)
        desk.wait_for("What you settled on case-001 is not stored yet: it waits")
        page.state.step(1)
        desk.settle()
        assert page.state.settle(CLARIFY, Cause.SLIP, "", anyway=False)
        desk.wait_for("What you settled on case-002 is not stored yet: it waits")
        page.state.undo()
        desk.wait_for("not stored yet, and is not stored any more")
        assert desk.finals() == before
        end_import(process)
    desk.wait_until_stored()
    after = desk.finals()
    assert isinstance(after, list)
    assert isinstance(before, list)
    assert after == [REFUSE, CLARIFY, *before[2:]]


def test_an_undo_that_comes_while_a_ruling_is_tried_again_takes_nothing_away(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    page, refused = adjudication(desk), list[str]()
    page.state.refused.connect(refused.append)
    with importing(desk.path) as process:
        assert page.state.settle(REFUSE, Cause.SLIP, "", anyway=False)
        desk.wait_for("What you settled on case-000 is not stored yet: it waits")
        with monkeypatch.context() as patched:
            # as it is while the database thread has it
            patched.setattr(desk.session.held, "_tried", desk.session.held._waiting[0])
            page.state.undo()
        assert refused == [STILL_STORED]
        for _ in range(2):
            # tried again, in vain
            with qtbot.waitSignal(desk.session.held._again.timeout, timeout=WAIT_MS):
                pass
        end_import(process)
    desk.wait_until_stored()
    finals = desk.finals()
    assert isinstance(finals, list)
    assert finals[0] == REFUSE


def test_taking_a_ruling_back_waits(desk: Desk) -> None:
    page = adjudication(desk)
    before = desk.finals()
    assert page.state.settle(REFUSE, Cause.SLIP, "", anyway=False)
    desk.settle()
    assert desk.finals() != before
    with importing(desk.path) as process:
        page.state.undo()
        desk.wait_for("Taking back what you settled is not stored yet")
        end_import(process)
    desk.wait_until_stored()
    assert desk.finals() == before


def test_a_dispute_of_a_label_waits(desk: Desk) -> None:
    desk.window.show_page("cases")
    desk.settle()
    with importing(desk.path) as process:
        desk.window.commands["cases.dispute"].trigger()
        desk.settle()
        (dialog,) = (each for each in desk.window.findChildren(DisputeDialog) if each.isVisible())
        QTest.keyClicks(dialog.reason, "Nobody asks this.")
        dialog.store.click()
        desk.wait_for("Your dispute of the label of case-000 is not stored yet")
        end_import(process)
    desk.wait_until_stored()
    found = desk.read(lambda workspace: [each.reason for each in disputes_of_run(workspace, 1)])
    assert found == ["Nobody asks this."]


def editing(desk: Desk) -> CasesPage:
    desk.window.show_page("cases")
    desk.settle()
    page = desk.window.pages["cases"]
    assert isinstance(page, CasesPage)
    page.list.choose_row(0)
    desk.settle()
    desk.window.commands["cases.edit"].trigger()
    desk.settle()
    page.editor.rationale.setPlainText("It is open to both.")
    return page


def test_an_edit_waits_in_the_editor_and_is_stored(desk: Desk) -> None:
    page = editing(desk)
    with importing(desk.path) as process:
        desk.window.commands["cases.save"].trigger()
        desk.wait_for("Your edit of case-000 is not stored yet: it waits")
        assert page.side.is_editing
        assert not page.editor.area.isEnabled()
        desk.window.commands["cases.save"].trigger()  # again, in haste
        end_import(process)
    desk.wait_until_stored()
    assert not page.side.is_editing
    assert desk.case().case.rationale == "It is open to both."
    assert page.editor.area.isEnabled()


def test_an_edit_that_waits_is_given_up_by_leaving_the_editor(desk: Desk) -> None:
    page = editing(desk)
    before = desk.case().case
    with importing(desk.path) as process:
        desk.window.commands["cases.save"].trigger()
        desk.wait_for(WAITS)
        desk.window.commands["cases.close"].trigger()
        page.unsaved.discard_wanted.emit()
        assert not page.side.is_editing
        end_import(process)
    desk.wait_until_stored()
    if not any("before it could be given up" in each for each in desk.said):
        assert desk.case().case == before


def test_a_new_status_waits(desk: Desk) -> None:
    desk.window.show_page("cases")
    desk.settle()
    with importing(desk.path) as process:
        desk.window.commands["cases.retire"].trigger()
        desk.wait_for("The new status of 1 case is not stored yet")
        end_import(process)
    desk.wait_until_stored()
    assert desk.case().case.status is CaseStatus.RETIRED
