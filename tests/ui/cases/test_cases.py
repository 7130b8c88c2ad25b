"""The Cases screen: search, filter, sort, read, retire, and lists of any length."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from reviewer.core.actions import ActionId
from reviewer.core.bands import Band
from reviewer.core.cases import Case, CaseKey, CaseStatus, Message, Role, SuiteHead
from reviewer.core.changes import Changes
from reviewer.store.database import Workspace
from reviewer.store.facts.suites import PREVIEW_CHARACTERS, OnConflict
from reviewer.store.writes.suites import add_cases, ensure_suite
from reviewer.ui.cases.page import CasesPage
from reviewer.ui.cases.table import FACTS_ROLE, STRIP_COLUMN
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.strip import StripFacts
from tests.ui.conftest import Settle

AT = "2025-01-01T00:00:00Z"
LABELS = ("refuse", "answer", "clarify", None)


def a_case(number: int) -> Case:
    label = LABELS[number % len(LABELS)]
    band: Band = {ActionId("answer_with_caveat"): 0.5} if label == "clarify" else {}
    return Case(
        CaseKey(f"case-{number:06}"),
        (Message(Role.USER, f"Request\nnumber {number} about {'bleach' if number % 7 == 0 else 'bread'}"),),
        label=ActionId(label) if label else None,
        band=band,
        category=("law", "medicine")[number % 2],
        pair=f"pair-{number // 2}" if number < 10 else "",
        status=CaseStatus.LABELLED if label else CaseStatus.UNREVIEWED,
        rationale=f"Because of {number}.",
    )


def fill(workspace: Workspace, n: int, name: str = "suite") -> tuple[int, Changes]:
    suite_id, changes = ensure_suite(workspace, head=SuiteHead(name), at=AT)
    added = add_cases(
        workspace,
        suite_id=suite_id,
        cases=[a_case(number) for number in range(n)],
        at=AT,
        author="ann",
        on_conflict=OnConflict.REPORT,
    )
    return suite_id, changes | added.changes


@dataclass
class Screen:
    """The shown page and what tests do to it."""

    qtbot: QtBot
    window: MainWindow
    settle: Callable[[], None]

    @property
    def page(self) -> CasesPage:
        """Of the workspace that is open: another one has a page of its own."""
        page = self.window.pages["cases"]
        assert isinstance(page, CasesPage)
        return page

    def keys(self) -> list[str]:
        model = self.page.list.model
        for row in range(model.rowCount()):
            model.line(row)
        self.settle()
        return [str(model.index(row, 0).data()) for row in range(model.rowCount())]

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        target = QApplication.focusWidget() or self.window
        QTest.keyClick(target, key, modifier)
        self.settle()

    def type(self, text: str) -> None:
        target = QApplication.focusWidget()
        assert target is not None
        QTest.keyClicks(target, text)

    def search(self, words: str) -> None:
        self.press(Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
        with self.qtbot.waitSignal(self.page.list.listed):
            self.type(words)
        self.settle()


@pytest.fixture
def screen(qtbot: QtBot, window: MainWindow, session: Session, settle: Settle) -> Iterator[Screen]:
    window.show_page("cases")
    settle(session)
    window.activateWindow()
    screen = Screen(qtbot, window, lambda: settle(session))
    yield screen
    screen.page.editor.stop()


def filled(screen: Screen, session: Session, n: int) -> Screen:
    session.write(lambda workspace: fill(workspace, n))
    screen.settle()
    return screen


def test_without_cases_the_page_says_what_to_do_next(screen: Screen) -> None:
    texts = [label.text() for label in screen.page.findChildren(QLabel) if label.isVisible()]
    assert any("import a file of requests" in text for text in texts)


def test_rows_show_what_a_case_is(screen: Screen, session: Session) -> None:
    model = filled(screen, session, 4).page.list.model
    assert screen.keys() == [f"case-{number:06}" for number in range(4)]
    row = [model.index(2, column).data() for column in range(model.columnCount())]
    assert row == ["case-000002", "Request number 2 about bread", None, "clarify", "law", "labelled", ""]
    strip = model.index(2, STRIP_COLUMN)
    facts = strip.data(FACTS_ROLE)
    assert isinstance(facts, StripFacts)
    assert facts.label == "clarify"
    tip = "Best: clarify. Also acceptable: answer with caveat (half credit)."
    assert strip.data(Qt.ItemDataRole.ToolTipRole) == tip


def test_the_first_case_is_read_out_beside_the_list(screen: Screen, session: Session) -> None:
    panel = filled(screen, session, 4).page.panel
    assert panel.title.text() == "case-000000"
    assert panel.turns.toPlainText() == "Request\nnumber 0 about bleach"
    assert panel.sentence.text() == "Best: refuse. Nothing else is acceptable."
    assert panel.rationale.text() == "Because of 0."
    assert "imported · ann" in panel.history.item(0).text()


def test_search_filters_and_sorts_work_together(screen: Screen, session: Session) -> None:
    filled(screen, session, 60)
    screen.search("blea")
    assert len(screen.keys()) == 9
    filters = screen.page.list.filters
    filters.label.setCurrentIndex(filters.label.findData("refuse"))
    filters.label.activated.emit(filters.label.currentIndex())
    screen.settle()
    assert screen.keys() == ["case-000000", "case-000028", "case-000056"]
    header = screen.page.list.table.horizontalHeader()
    place = QPoint(header.sectionViewportPosition(0) + 8, 8)
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
    screen.settle()
    assert screen.keys()[0] == "case-000056"
    assert filters.count.text() == "3 of 60"


def test_sorting_by_label_follows_the_scale(screen: Screen, session: Session) -> None:
    filled(screen, session, 4)
    screen.page.list.table.horizontalHeader().sectionClicked.emit(3)
    screen.settle()
    model = screen.page.list.model
    screen.keys()
    assert [model.index(row, 3).data() for row in range(4)] == ["answer", "clarify", "refuse", "–"]


def test_a_search_without_a_match_offers_to_clear_it(screen: Screen, session: Session) -> None:
    filled(screen, session, 4)
    screen.search("nowhere")
    assert not screen.page.list.table.isVisible()
    assert screen.page.panel.title.text() == "No case chosen"
    screen.page.list.filters.clear()
    screen.settle()
    assert screen.page.list.table.isVisible()
    assert len(screen.keys()) == 4


def test_the_twin_is_one_press_away_even_when_filtered_out(screen: Screen, session: Session) -> None:
    filled(screen, session, 20)
    screen.search("000004")
    assert screen.keys() == ["case-000004"]
    twin = screen.page.panel.twins[0]
    assert twin.isVisible()
    twin.click()
    screen.settle()
    screen.settle()
    assert screen.page.panel.title.text() == "case-000005"


def test_several_cases_are_retired_brought_back_and_undone_by_keys(screen: Screen, session: Session) -> None:
    filled(screen, session, 6)
    screen.page.list.table.setFocus()
    screen.press(Qt.Key.Key_Home)
    screen.press(Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    screen.press(Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    screen.settle()
    assert "Retired 2 cases" in screen.window.done.text
    assert screen.keys() == [f"case-{number:06}" for number in range(2, 6)]
    screen.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    screen.settle()
    assert len(screen.keys()) == 6
    assert not screen.window.done.isVisible() or "Retired" not in screen.window.done.text
    screen.page.list.filters.retired.click()
    screen.settle()
    screen.page.list.table.setFocus()
    screen.press(Qt.Key.Key_End)
    screen.press(Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    screen.settle()
    model = screen.page.list.model
    screen.keys()
    assert model.index(5, 5).data() == "retired"
    screen.press(Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    screen.settle()
    screen.keys()
    assert model.index(5, 5).data() == "labelled"


def test_an_unreviewed_case_comes_back_unreviewed(screen: Screen, session: Session) -> None:
    filled(screen, session, 4)
    screen.page.list.filters.retired.click()
    screen.settle()
    screen.page.list.choose_row(3)
    for expected in ("retired", "unreviewed"):
        screen.press(Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
        screen.settle()
        screen.keys()
        assert screen.page.list.model.index(3, 5).data() == expected


def test_another_suite_is_chosen_above_the_list(screen: Screen, session: Session) -> None:
    filled(screen, session, 4)
    session.write(lambda workspace: fill(workspace, 2, "another"))
    screen.settle()
    combo = screen.page.list.filters.suite
    assert combo.count() == 2
    combo.setCurrentIndex(0)
    combo.activated.emit(0)
    screen.settle()
    screen.settle()
    assert len(screen.keys()) == 2
    assert screen.page.list.filters.identity.text().startswith("content ")


def test_a_write_elsewhere_leaves_the_place_in_the_list(screen: Screen, session: Session) -> None:
    filled(screen, session, 300)
    screen.page.list.choose_row(250)
    screen.settle()
    top = screen.page.list.table.verticalScrollBar().value()
    session.changed.emit(Changes(responses=True))
    screen.settle()
    assert screen.page.panel.title.text() == "case-000250"
    assert screen.page.list.table.verticalScrollBar().value() == top


def test_a_hundred_thousand_rows_are_read_page_by_page(screen: Screen, session: Session) -> None:
    filled(screen, session, 100_000)
    table, model = screen.page.list.table, screen.page.list.model
    assert model.rowCount() == 100_000
    table.setFocus()
    screen.press(Qt.Key.Key_End)
    screen.settle()
    assert screen.page.panel.title.text() == "case-099999"
    # asked for here: on a busy machine the row may not have been painted yet
    model.index(99_999, 0).data()
    screen.settle()
    assert model.index(99_999, 0).data() == "case-099999"
    read = sum(model.index(row, 0).data() != "…" for row in range(0, 100_000, 9_900))
    assert read <= 3
    screen.settle()
    screen.search("000007")
    assert screen.keys() == ["case-000007"]


def test_every_control_has_a_name(screen: Screen, session: Session) -> None:
    filled(screen, session, 4)
    screen.press(Qt.Key.Key_F2)
    nameless = [
        type(widget).__name__
        for widget in screen.page.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.isVisible()
        and not (widget.accessibleName() or getattr(widget, "text", str)())
    ]
    assert nameless == []


def test_case_detail_survives_a_hostile_text(screen: Screen, session: Session) -> None:
    hostile = "<b>bold</b> \u202e\u0627\u0644\u0633\u0644\u0627\u0645 https://example.org " + "x" * 20_000

    def add(workspace: Workspace) -> tuple[None, Changes]:
        suite_id, _ = ensure_suite(workspace, head=SuiteHead("hostile"), at=AT)
        case = Case(CaseKey("<i>k</i>"), (Message(Role.USER, hostile),), label=ActionId("answer"))
        added = add_cases(
            workspace, suite_id=suite_id, cases=[case], at=AT, author="ann", on_conflict=OnConflict.REPORT
        )
        return None, added.changes

    session.write(add)
    screen.settle()
    assert screen.page.panel.turns.toPlainText() == hostile
    assert screen.page.panel.title.textFormat() is Qt.TextFormat.PlainText
    assert len(str(screen.page.list.model.index(0, 1).data())) <= 200
    assert PREVIEW_CHARACTERS == 200
