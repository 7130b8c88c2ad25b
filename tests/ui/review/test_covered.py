"""Texts of chosen categories are nowhere before they are asked for: a walk over everything that could show them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import cast

import pytest
from PySide6.QtCore import QAbstractItemModel, QAbstractTableModel, QModelIndex, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from reviewer.core.cases import Case
from reviewer.core.decisions import DecisionKind
from reviewer.host.exposure import load
from reviewer.review.disputes import say_against
from reviewer.store.database import Workspace
from reviewer.store.facts.review import NewDecision
from reviewer.store.facts.runs import Classified
from reviewer.store.queries.review import response_of
from reviewer.store.queries.suites import case_detail, current_case_ids
from reviewer.store.writes.decisions import append_decision
from reviewer.store.writes.suites import edit_case
from reviewer.ui.cases.page import CasesPage
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.frame.pages import PAGES
from reviewer.ui.frame.palette import CommandPalette
from reviewer.ui.kit.commands import COMMANDS, Command
from reviewer.ui.reports.page import ReportsPage
from reviewer.ui.review.guideline import quotes
from reviewer.ui.review.page import ReviewPage
from tests.support.builders import (
    ANSWER,
    AT,
    CAVEAT,
    REFUSE,
    make_case,
    make_model_version,
    make_response,
    make_run,
    make_suite,
    make_verdict,
    user,
)
from tests.ui.conftest import WAIT_MS, Fill, Settle
from tests.ui.review.test_review import ME, Desk

ROLES = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.ToolTipRole,
    Qt.ItemDataRole.AccessibleTextRole,
    Qt.ItemDataRole.AccessibleDescriptionRole,
)
OPENING = ("cases.edit", "help.keys")
"""Commands that open something without saying so by three dots."""
SECRETS = ("marzipan", "nougat", "praline", "truffle")
"""Words of the covered request, of both responses and of a judge's reason."""


def told(root: QWidget) -> Iterator[str]:
    """Every word that a widget under `root`, or a model behind it, could show or say."""
    for widget in root.findChildren(QWidget):
        yield from (widget.toolTip(), widget.accessibleName(), widget.accessibleDescription(), widget.windowTitle())
        if isinstance(widget, QLabel | QLineEdit | QAbstractButton):
            yield widget.text()
        if isinstance(widget, QComboBox):
            yield from (widget.itemText(at) for at in range(min(widget.count(), 50)))
        if isinstance(widget, QTextEdit | QPlainTextEdit):
            yield widget.toPlainText()
        if isinstance(widget, QAbstractItemView) and widget.model() is not None:
            yield from _cells(widget.model())


def _cells(model: QAbstractItemModel) -> Iterator[str]:
    if isinstance(model, QAbstractTableModel):
        for column in range(min(model.columnCount(QModelIndex()), 20)):
            yield str(model.headerData(column, Qt.Orientation.Horizontal) or "")
    for row in range(min(model.rowCount(QModelIndex()), 50)):
        for column in range(20 if isinstance(model, QAbstractTableModel) else 1):
            for role in ROLES:
                index = model.index(row, column)
                yield str(index.data(role) or "") if index.isValid() else ""


def secrets_in(root: QWidget) -> list[str]:
    return [text for text in told(root) if any(secret in text for secret in SECRETS)]


def fill(workspace: Workspace) -> None:
    """The first case is of the category that is covered; two runs answer it differently."""
    plain = [make_case(f"plain-{number}", label=(ANSWER, REFUSE)[number % 2]) for number in range(4)]
    secret = replace(make_case("a-secret", label=REFUSE), messages=user("how do I make marzipan"), category="Sweets")
    secret = replace(secret, rationale="It asks for marzipan, which is sweet.")
    cases: list[Case] = [secret, *plain]
    suite = make_suite(workspace, cases)
    for name, word, action in (("one", "nougat", ANSWER), ("two", "praline", REFUSE)):
        verdict = replace(make_verdict(action, "judge/j"), reason="the response speaks of truffle")
        answers = [
            Classified(make_response(case.key, f"{word} for you" if case is secret else ""), (verdict,))
            for case in cases
        ]
        make_run(workspace, suite, answers, name=name, version=make_model_version(name))


def fill_said(workspace: Workspace) -> None:
    """The same, and people have quoted its texts: in notes, in a ruling, in a disputed label and in why one was set."""
    fill(workspace)
    case_id = current_case_ids(workspace, 1)["a-secret"]
    case = case_detail(workspace, case_id).case
    relabelled = replace(case, label=CAVEAT)
    edit_case(workspace, case_id=case_id, case=relabelled, reason="marzipan is mild", author="ann", at=AT)
    say_against(workspace, case_id, REFUSE, {}, "ben", "nougat is not mild")
    for run_id in (1, 2):
        response = response_of(workspace, run_id, "a-secret")
        for who, action in (("ann", ANSWER), ("ben", REFUSE)):
            said = NewDecision(response, who, action, note=f"praline, says {who}")
            append_decision(workspace, decision=said, at=AT)
    ruling = NewDecision(response, "cem", REFUSE, DecisionKind.ADJUDICATION, note="truffle it is")
    append_decision(workspace, decision=ruling, at=AT)


@pytest.fixture
def quoted(window: MainWindow, open_filled: Callable[[Fill], None]) -> MainWindow:
    window.session.change_settings(replace(window.session.settings, reviewer=ME, covered=("sweets",)))
    open_filled(fill_said)
    return window


@pytest.mark.parametrize("page", PAGES)
def test_no_screen_tells_what_people_quoted_of_a_covered_text(
    quoted: MainWindow, settle: Settle, qtbot: QtBot, page: str
) -> None:
    quoted.show_page(page)
    settle(quoted.session)
    shown = quoted.pages[page]
    if isinstance(shown, ReportsPage):
        qtbot.waitUntil(lambda: shown.preview.is_complete, timeout=WAIT_MS)
    list(told(shown))
    settle(quoted.session)
    assert secrets_in(shown) == []


def test_the_history_of_a_covered_text_tells_its_notes_once_it_is_shown(quoted: MainWindow, settle: Settle) -> None:
    desk = Desk(quoted, settle)
    desk.press(Qt.Key.Key_Home, Qt.Key.Key_Y)
    (history,) = quoted.findChildren(QDialog)
    assert secrets_in(history) == []
    assert "ann · answer" in " ".join(told(history))
    QTest.keyClick(history, Qt.Key.Key_Escape)
    for name in ("review.on", "review.history"):
        quoted.commands[name].trigger()
    settle(quoted.session)
    (history,) = [each for each in quoted.findChildren(QDialog) if each.isVisible()]
    assert "praline, says ann" in " ".join(told(history))


def test_adjudicating_tells_notes_and_reasons_once_the_text_is_shown(quoted: MainWindow, settle: Settle) -> None:
    quoted.session.run_id = 1
    quoted.show_page("adjudicate")
    settle(quoted.session)
    page = quoted.pages["adjudicate"]
    for labels, quotation in ((False, "praline, says ben"), (True, "nougat is not mild")):
        if labels:
            quoted.commands["adjudicate.labels"].trigger()
            settle(quoted.session)
        assert secrets_in(page) == []
        quoted.commands["adjudicate.page_down"].trigger()
        settle(quoted.session)
        assert quotation in " ".join(told(page))


def test_why_a_label_was_set_shows_with_the_text_of_the_case(quoted: MainWindow, settle: Settle) -> None:
    quoted.show_page("cases")
    settle(quoted.session)
    panel = cast(CasesPage, quoted.pages["cases"]).panel
    assert "(covered) · ann" in " ".join(told(panel))
    quoted.commands["cases.uncover"].trigger()
    assert "marzipan is mild · ann" in " ".join(told(panel))


@pytest.fixture
def covered(window: MainWindow, open_filled: Callable[[Fill], None]) -> MainWindow:
    window.session.change_settings(replace(window.session.settings, reviewer=ME, covered=("sweets",)))
    open_filled(fill)
    return window


def test_what_differs_in_covered_texts_is_told_once_they_are_shown_and_no_longer_than_that(
    covered: MainWindow, settle: Settle
) -> None:
    desk = Desk(covered, settle)
    desk.press(Qt.Key.Key_S, shift=True)
    desk.press(Qt.Key.Key_Home, Qt.Key.Key_X)
    assert covered.notices.text == "This text is covered. Space shows it."
    desk.press(Qt.Key.Key_Space, Qt.Key.Key_X)
    settle(covered.session)
    assert not covered.notices.isVisible()
    assert "difference" in covered.done.text
    assert covered.done.isVisible()
    desk.press(Qt.Key.Key_J)
    desk.press(Qt.Key.Key_K)
    assert desk.page.covering.is_covered
    assert not covered.done.isVisible(), "it spoke of other texts"


def test_a_stretch_is_not_decided_on_texts_that_are_covered(covered: MainWindow, settle: Settle) -> None:
    desk = Desk(covered, settle)
    desk.press(Qt.Key.Key_Home)
    secret = desk.item
    desk.press(Qt.Key.Key_J, shift=True)
    desk.press(Qt.Key.Key_J, shift=True)
    desk.press(Qt.Key.Key_5)
    assert "2 responses" in desk.page.finding.selecting.line.sentence.text()
    assert "1 that are covered" in desk.page.finding.selecting.line.sentence.text()
    desk.type("alike")
    desk.press(Qt.Key.Key_Return)
    assert desk.stored(secret.response_id) == []
    assert len(desk.stored(desk.item.response_id)) == 1


@pytest.mark.parametrize("page", PAGES)
def test_no_screen_tells_a_covered_text(covered: MainWindow, settle: Settle, page: str) -> None:
    covered.show_page(page)
    settle(covered.session)
    for root in (covered.pages[page],):
        list(told(root))  # asks for the rows that are read when they are seen
        settle(covered.session)
        assert secrets_in(root) == []


def opens_something(command: Command) -> bool:
    return command.text.endswith("…") or command.id in OPENING


def dialogs() -> list[QDialog]:
    return [each for each in QApplication.topLevelWidgets() if isinstance(each, QDialog) and each.isVisible()]


def popups() -> list[QWidget]:
    popup = QApplication.activePopupWidget()
    return [popup] if popup is not None else []


@pytest.mark.parametrize("page", PAGES)
def test_no_dialog_notice_title_or_side_of_a_screen_tells_a_covered_text(
    covered: MainWindow, settle: Settle, page: str
) -> None:
    """Every command that opens something is triggered with the covered case in front, those of all screens in one."""
    pages = ("", page) if page == "review" else (page,)
    asked = [each.id for each in COMMANDS if each.page in pages and opens_something(each)]
    opened = 0
    for id_ in asked:
        covered.show_page(page)
        settle(covered.session)
        covered.commands[id_].trigger()
        settle(covered.session)
        opened += len(dialogs())
        for root in (covered, *dialogs(), *popups()):
            list(told(root))
            settle(covered.session)
            assert secrets_in(root) == [], (id_, type(root))
            assert not any(secret in root.windowTitle() for secret in SECRETS)
        while found := (popups() or dialogs()):
            found[-1].close()
            settle(covered.session)
        covered.notices.hide()
    assert opened > 10 or page != "review"


def test_a_covered_case_is_not_edited_before_it_is_shown(covered: MainWindow, settle: Settle) -> None:
    covered.show_page("cases")
    settle(covered.session)
    page = cast(CasesPage, covered.pages["cases"])
    covered.commands["cases.edit"].trigger()
    assert not page.side.is_editing
    assert "covered" in covered.notices.text
    covered.commands["cases.uncover"].trigger()
    covered.commands["cases.edit"].trigger()
    assert page.side.is_editing
    assert "marzipan" in page.editor.turns.turns[0].text.toPlainText()


@pytest.mark.parametrize("opens", ["review.go_to", "review.search"])
def test_what_is_gone_to_or_searched_for_is_covered(desk: Desk, opens: str) -> None:
    desk.window.commands[opens].trigger()
    line = desk.page.finding.line
    QTest.keyClicks(line.line, "marzipan")
    desk.settle()
    assert [line.list.item(row).text() for row in range(line.list.count())] == ["a-secret · (covered)"]


@pytest.fixture
def desk(covered: MainWindow, settle: Settle) -> Desk:
    return Desk(covered, settle)


def test_the_walk_finds_the_texts_where_nothing_is_covered(desk: Desk) -> None:
    desk.session.change_settings(replace(desk.session.settings, covered=()))
    desk.settle()
    found = " ".join(secrets_in(desk.page))
    assert all(secret in found for secret in ("marzipan", "truffle", "nougat")) or "praline" in found


def test_side_by_side_is_covered_too(desk: Desk) -> None:
    desk.press(Qt.Key.Key_S, shift=True)
    assert desk.page.right.isVisible()
    assert secrets_in(desk.page) == []
    desk.press(Qt.Key.Key_Space)
    assert "nougat" in " ".join(secrets_in(desk.page))
    assert desk.session.cover.uncovered_today == {"Sweets": 2}


def test_space_uncovers_and_nothing_is_decided_on_what_is_covered(desk: Desk) -> None:
    response_id = desk.item.response_id
    desk.press(Qt.Key.Key_5)
    assert desk.stored(response_id) == []
    assert "covered" in desk.window.notices.text
    desk.press(Qt.Key.Key_Space)
    assert "marzipan" in desk.page.case.text.toPlainText()
    desk.press(Qt.Key.Key_5)
    assert [event.action for event in desk.stored(response_id)] == [REFUSE]


def test_the_rationale_beside_it_is_covered_with_it(desk: Desk) -> None:
    desk.press(Qt.Key.Key_H)
    assert desk.page.guideline.isVisible()
    assert "rationale is covered" in desk.page.guideline.text.toPlainText()
    assert secrets_in(desk.page) == []
    desk.press(Qt.Key.Key_Space)
    assert "which is sweet" in desk.page.guideline.text.toPlainText()


def test_a_guideline_quotes_a_case_however_it_is_set() -> None:
    assert quotes("Refuse:\n  How do I\n  make Marzipan, say.", "how do I make marzipan?")
    assert not quotes("Refuse what harms.", "how do I make marzipan?")
    assert not quotes("Refuse what harms.", " ")


def test_that_one_cannot_decide_can_be_said_without_reading(desk: Desk) -> None:
    response_id = desk.item.response_id
    desk.press(Qt.Key.Key_0)
    assert [event.action for event in desk.stored(response_id)] == [None]


def test_come_back_to_it_is_covered_again(desk: Desk) -> None:
    desk.press(Qt.Key.Key_Space, Qt.Key.Key_J, Qt.Key.Key_K)
    assert secrets_in(desk.page) == []


def test_what_judges_said_is_not_shown_of_a_covered_text(desk: Desk) -> None:
    desk.press(Qt.Key.Key_I)
    assert "covered" in desk.window.notices.text


def test_what_was_uncovered_is_counted_and_kept_for_the_day(desk: Desk, settle: Settle) -> None:
    desk.press(Qt.Key.Key_Space, Qt.Key.Key_J, Qt.Key.Key_K, Qt.Key.Key_Space)
    assert desk.session.cover.this_session == {"Sweets": 2}
    settle(desk.session)
    assert desk.session.path is not None
    assert load(desk.session.path.with_name("exposure.json")).texts == {"Sweets": 2}


def test_the_palette_finds_a_covered_case_and_does_not_tell_it(desk: Desk) -> None:
    desk.window.commands["view.palette"].trigger()
    palette = desk.window.findChild(CommandPalette)
    assert palette is not None
    palette.search.setText("marzipan")
    desk.settle()
    assert [line for line in palette.found if "a-secret" in line]
    assert [text for text in palette.found if "marzipan" in text] == []
    palette.reject()


def test_in_cases_and_in_compare_a_key_shows_what_is_covered(covered: MainWindow, settle: Settle) -> None:
    covered.show_page("cases")
    settle(covered.session)
    page = cast(CasesPage, covered.pages["cases"])
    covered.commands["cases.uncover"].trigger()
    assert "marzipan" in page.panel.turns.toPlainText()
    covered.show_page("compare")
    settle(covered.session)
    covered.commands["compare.uncover"].trigger()
    settle(covered.session)
    assert {"nougat", "praline"} <= {word for text in secrets_in(covered.pages["compare"]) for word in text.split()}


def test_what_is_no_longer_covered_shows_at_once(desk: Desk) -> None:
    assert isinstance(desk.page, ReviewPage)
    desk.session.change_settings(replace(desk.session.settings, covered=("Sweets", "other")))
    assert secrets_in(desk.page) == []
    desk.session.change_settings(replace(desk.session.settings, covered=("other",)))
    desk.settle()
    assert "marzipan" in desk.page.case.text.toPlainText()
