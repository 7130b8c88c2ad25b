"""Editing a case by keys alone: label, band, reason, the preview of scores, and what becomes of unsaved edits."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox

from reviewer.app.figures.scores import score_run
from reviewer.core.actions import ActionId
from reviewer.core.cases import CaseStatus
from reviewer.store.database import Workspace
from reviewer.store.facts.suites import CaseDetail
from reviewer.store.queries import suites
from reviewer.ui.cases.band_editor import OWN
from reviewer.ui.kit.session import Session
from tests.ui.cases.test_cases import Screen, filled, screen
from tests.ui.conftest import Settle

__all__ = ["screen"]

NONE, QUARTER, HALF = 0, 1, 2
CONTROL = Qt.KeyboardModifier.ControlModifier


def detail(screen: Screen, session: Session, key: str) -> CaseDetail:
    found: list[CaseDetail] = []
    suite = screen.page.list.listing.suite
    assert suite is not None

    def query(workspace: Workspace) -> CaseDetail:
        return suites.case_detail(workspace, suites.case_id_of(workspace, suite.id, key))

    session.read(query, found.append)
    screen.settle()
    return found[0]


def choose(combo: QComboBox, index: int) -> None:
    """With the keyboard: Home, then Down."""
    combo.setFocus()
    QTest.keyClick(combo, Qt.Key.Key_Home)
    for _ in range(index):
        QTest.keyClick(combo, Qt.Key.Key_Down)


def start_editing(screen: Screen, row: int) -> None:
    screen.page.list.table.setFocus()
    screen.page.list.choose_row(row)
    screen.settle()
    screen.press(Qt.Key.Key_F2)
    assert screen.page.side.is_editing


@pytest.fixture
def cases(screen: Screen, session: Session) -> Screen:
    return filled(screen, session, 8)


@pytest.fixture
def demo(screen: Screen, demo_session: Session, settle: Settle) -> Screen:
    settle(demo_session)
    return screen


def test_search_arrow_edit_label_band_reason_save(cases: Screen, session: Session) -> None:
    cases.search("case-00000")
    cases.press(Qt.Key.Key_Down)
    cases.press(Qt.Key.Key_Down)
    assert cases.page.panel.title.text() == "case-000001"
    cases.press(Qt.Key.Key_F2)
    editor = cases.page.editor
    choose(editor.label, 3)
    assert editor.band.sentence.text() == "Best: clarify. Nothing else is acceptable."
    choose(editor.band.choices[ActionId("answer_with_caveat")].combo, HALF)
    assert editor.band.sentence.text() == "Best: clarify. Also acceptable: answer with caveat (half credit)."
    cases.press(Qt.Key.Key_S, CONTROL)
    assert "needs a reason" in editor.trouble.text()
    assert editor.reason.hasFocus()
    cases.type("the request leaves the owner open")
    cases.press(Qt.Key.Key_S, CONTROL)
    cases.settle()
    assert not cases.page.side.is_editing
    assert cases.page.panel.title.text() == "case-000001"
    stored = detail(cases, session, "case-000001")
    assert (stored.case.label, dict(stored.case.band)) == ("clarify", {"answer_with_caveat": 0.5})
    assert stored.history[-1].reason == "the request leaves the owner open"
    assert stored.case.status is CaseStatus.LABELLED
    assert cases.page.list.table.hasFocus()


def test_a_gap_and_a_rise_are_refused_beside_the_choice(cases: Screen) -> None:
    start_editing(cases, 1)
    band = cases.page.editor.band
    refuse, caveat = band.choices[ActionId("clarify")], band.choices[ActionId("answer_with_caveat")]
    choose(refuse.combo, QUARTER)
    assert refuse.credit is None
    assert "gap" in band._refusals[ActionId("clarify")].text()
    assert "“caveat”" in band._refusals[ActionId("clarify")].text()
    choose(caveat.combo, QUARTER)
    assert band._refusals[ActionId("clarify")].text() == ""
    choose(refuse.combo, HALF)
    assert "rises" in band._refusals[ActionId("clarify")].text()
    assert dict(band.band) == {"answer_with_caveat": 0.25, "clarify": 0.25}


def test_a_credit_of_ones_own(cases: Screen) -> None:
    start_editing(cases, 1)
    band = cases.page.editor.band
    caveat = band.choices[ActionId("answer_with_caveat")]
    choose(caveat.combo, OWN)
    assert caveat.number.isVisible()
    caveat.number.setFocus()
    caveat.number.selectAll()
    QTest.keyClicks(caveat.number, caveat.number.locale().toString(0.35, "f", 2))
    QTest.keyClick(caveat.number, Qt.Key.Key_Return)
    assert dict(band.band) == {"answer_with_caveat": 0.35}
    assert "0.35 credit" in band.sentence.text()


def test_a_new_label_keeps_what_of_the_band_still_holds(cases: Screen) -> None:
    start_editing(cases, 2)
    editor = cases.page.editor
    choose(editor.label, 5)
    assert dict(editor.band.band) == {}
    assert "Removed from the band" in editor.band._refusals[ActionId("answer_with_caveat")].text()
    choose(editor.label, 3)
    assert dict(editor.band.band) == {"answer_with_caveat": 0.5}
    choose(editor.label, 5)
    editor.borderline.setFocus()
    QTest.keyClick(editor.borderline, Qt.Key.Key_Space)
    assert dict(editor.band.band) == {"answer_safe_interpretation_only": 0.5}


def test_a_first_label_makes_the_case_labelled_without_a_reason(cases: Screen, session: Session) -> None:
    start_editing(cases, 3)
    choose(cases.page.editor.label, 1)
    cases.press(Qt.Key.Key_S, CONTROL)
    cases.settle()
    stored = detail(cases, session, "case-000003")
    assert (stored.case.label, stored.case.status) == ("answer", CaseStatus.LABELLED)


def test_a_new_case_with_two_more_turns(cases: Screen, session: Session) -> None:
    cases.press(Qt.Key.Key_N, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    editor = cases.page.editor
    cases.type("Is this safe?")
    cases.press(Qt.Key.Key_S, CONTROL)
    cases.settle()
    assert not cases.page.side.is_editing
    assert cases.page.panel.title.text() == "case-009"
    cases.press(Qt.Key.Key_F2)
    editor.turns.add.click()
    cases.type("What do you mean?")
    cases.press(Qt.Key.Key_S, CONTROL)
    assert "must be the user's" in editor.trouble.text()
    editor.turns.add.click()
    cases.type("This.")
    cases.press(Qt.Key.Key_S, CONTROL)
    cases.settle()
    stored = detail(cases, session, "case-009")
    assert [str(message.role) for message in stored.case.messages] == ["user", "assistant", "user"]
    assert stored.version == 1


def test_a_taken_key_is_said_and_nothing_is_lost(cases: Screen) -> None:
    cases.press(Qt.Key.Key_N, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    editor = cases.page.editor
    cases.type("Again?")
    editor.key.setFocus()
    editor.key.selectAll()
    cases.type("case-000000")
    cases.press(Qt.Key.Key_S, CONTROL)
    assert "'case-000000' is taken" in editor.trouble.text()
    assert editor.turns.messages[0]["content"] == "Again?"


def test_the_first_case_of_an_empty_workspace_makes_a_suite(screen: Screen, session: Session) -> None:
    screen.press(Qt.Key.Key_N, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    screen.type("The first?")
    screen.press(Qt.Key.Key_S, CONTROL)
    screen.settle()
    screen.settle()
    assert screen.keys() == ["case-001"]
    assert screen.page.list.filters.suite.currentText() == "My cases (1)"


def test_leaving_unsaved_edits_asks_in_the_page(cases: Screen, session: Session) -> None:
    start_editing(cases, 1)
    cases.press(Qt.Key.Key_End, CONTROL)
    cases.type(" And more.")
    cases.page.list.choose_row(4)
    cases.settle()
    assert cases.page.unsaved.isVisible()
    assert cases.page.side.is_editing
    cases.press(Qt.Key.Key_Escape)
    assert not cases.page.unsaved.isVisible()
    assert cases.page.list.table.currentIndex().row() == 1
    cases.page.list.choose_row(4)
    cases.settle()
    cases.page.unsaved.save.click()
    cases.settle()
    cases.settle()
    assert cases.page.panel.title.text() == "case-000004"
    assert detail(cases, session, "case-000001").case.request.endswith(" And more.")


def test_unsaved_edits_can_be_discarded(cases: Screen, session: Session) -> None:
    start_editing(cases, 1)
    cases.type("XX")
    cases.press(Qt.Key.Key_Escape)
    assert cases.page.unsaved.isVisible()
    cases.page.unsaved.discard.click()
    cases.settle()
    assert not cases.page.side.is_editing
    assert "XX" not in detail(cases, session, "case-000001").case.request


def test_an_editor_without_edits_closes_without_asking(cases: Screen) -> None:
    start_editing(cases, 1)
    cases.press(Qt.Key.Key_Escape)
    assert not cases.page.side.is_editing
    assert not cases.page.unsaved.isVisible()


def test_the_window_does_not_close_over_unsaved_edits(cases: Screen) -> None:
    start_editing(cases, 1)
    cases.type("XX")
    cases.window.show_page("runs")
    cases.settle()
    assert not cases.window.close()
    assert cases.window.page == "cases"
    assert cases.page.unsaved.isVisible()


def test_text_that_a_field_cannot_show_exactly_stays_as_it_is(cases: Screen, session: Session) -> None:
    before = detail(cases, session, "case-000001")
    awkward = replace(before.case, tags=("a;b", " c "), rationale="Non\u00a0breaking")
    editor = cases.page.editor
    editor.edit(replace(before, case=awkward), cases.page.list.listing.scale)
    cases.page._show_editor(before.id)
    assert not editor.dirty
    editor.category.setFocus()
    cases.type("!")
    assert editor.dirty
    cases.press(Qt.Key.Key_S, CONTROL)
    cases.settle()
    stored = detail(cases, session, "case-000001").case
    assert (stored.tags, stored.rationale) == (("a;b", " c "), "Non\u00a0breaking")
    assert stored.category.endswith("!")


def test_the_preview_says_what_the_scores_become(demo: Screen, session: Session) -> None:
    start_editing(demo, 0)
    editor = demo.page.editor
    demo.qtbot.waitUntil(lambda: editor.effect.text() != "")
    assert editor.effect.text() == "No score changes."
    index = editor.label.currentIndex()
    choose(editor.label, 4 if index == 5 else 5)
    demo.qtbot.waitUntil(lambda: "→" in editor.effect.text())
    said = editor.effect.text()
    editor.reason.setFocus()
    demo.type("a test")
    demo.press(Qt.Key.Key_S, CONTROL)
    demo.settle()
    scores: list[float | None] = []
    session.read(lambda workspace: score_run(workspace, "1.0").card.score.balanced, scores.append)
    demo.settle()
    assert scores[0] is not None
    assert f"{scores[0]:.3f}" in said or f"{scores[0]:.5f}" in said or "Run 1.0: unchanged" in said


def test_other_messages_of_an_answered_case_make_a_new_version(demo: Screen, session: Session) -> None:
    start_editing(demo, 0)
    key = demo.page.panel.title.text()
    editor = demo.page.editor
    demo.type("Listen: ")
    demo.qtbot.waitUntil(editor.version_note.isVisible)
    assert "a new version of the case" in editor.version_note.text()
    demo.press(Qt.Key.Key_S, CONTROL)
    demo.settle()
    demo.settle()
    stored = detail(demo, session, key)
    assert (stored.version, stored.has_responses) == (2, False)
    assert demo.page.panel.title.text() == key
    assert "version 2" in demo.page.panel.facts.text()


def test_tab_goes_from_the_message_to_label_credits_and_reason(demo: Screen) -> None:
    start_editing(demo, 1)
    editor = demo.page.editor
    focused = []
    for _ in range(8):
        demo.press(Qt.Key.Key_Tab)
        focused.append(demo.window.focusWidget())
    credits = [choice.combo for choice in editor.band.choices.values() if choice.isVisible()]
    assert focused == [editor.turns.add, editor.label, *credits, editor.borderline, editor.reason]
