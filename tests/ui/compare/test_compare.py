"""The compare screen on the demo workspace: the sentence, the lists, the reasons behind numbers, and the keyboard."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from reviewer.app.figures.gating import lock, read_policy
from reviewer.core.scoring.flips import FlipKind
from reviewer.review.difference import difference
from reviewer.ui.compare.page import ComparePage
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.kit.session import Session
from tests.ui.conftest import Settle


@dataclass
class Desk:
    """The screen, and how one works on it."""

    window: MainWindow
    page: ComparePage
    session: Session
    settle: Settle

    def choose(self, name: str) -> None:
        combo = self.page.cases.lists
        combo.setCurrentIndex(combo.findData(name))
        combo.activated.emit(combo.currentIndex())
        self.settle(self.session)

    def press(self, key: Qt.Key) -> None:
        QTest.keyClick(QApplication.focusWidget() or self.window, key)
        self.settle(self.session)

    @property
    def keys(self) -> list[str]:
        return [row.key for row in self.page.cases.model.rows]


@pytest.fixture
def desk(qtbot: QtBot, window: MainWindow, demo_session: Session, settle: Settle) -> Desk:
    window.show_page("compare")
    settle(demo_session)
    page = window.pages["compare"]
    assert isinstance(page, ComparePage)
    page.take_focus()
    return Desk(window, page, demo_session, settle)


def test_the_verdict_comes_first_and_is_the_largest_thing(desk: Desk) -> None:
    said = desk.page.decision.verdict
    assert "1.2" in said.text()
    assert "1.3" in said.text()
    assert not set(said.text().split()) & {"pole", "poles", "d_a", "criterion", "frontier"}
    labels = [label for label in desk.page.area.findChildren(QLabel) if label.isVisible() and label is not said]
    assert all(label.font().pointSizeF() < said.font().pointSizeF() for label in labels)
    assert said.visibleRegion().boundingRect().size() == said.size()


def test_what_is_sure_stands_beside_what_is_undecided(desk: Desk) -> None:
    assert desk.page.decision.verdict.text().startswith("Undecided:")
    said = desk.page.decision.basis.text()
    assert said.startswith("What is sure: its balanced score rose by ")
    assert "most of it on the cases labelled between the two ends of the scale. Where it should" in said


def test_the_statistics_are_folded_until_a_key_asks_for_them(desk: Desk) -> None:
    assert not desk.page.sure.tests.isVisible()
    desk.press(Qt.Key.Key_H)
    QApplication.processEvents()
    assert desk.page.sure.tests.isVisible()
    assert not desk.page.sure.fold.visibleRegion().isEmpty()
    desk.press(Qt.Key.Key_H)
    assert not desk.page.sure.tests.isVisible()


def test_how_sure_has_it_in_a_statisticians_words(desk: Desk) -> None:
    said = desk.page.sure.sentence.text()
    assert said.startswith("With A = 1.2 and B = 1.3: B held back")
    assert "less cautious" in said


def test_below_it_stands_what_could_have_been_found_at_all(desk: Desk) -> None:
    found = desk.page.state.shown.found if desk.page.state.shown else None
    assert found is not None
    assert found.comparison.movement is not None
    assert found.comparison.movement.frontier is not None
    decides = found.comparison.movement.frontier.would_decide
    smallest = desk.page.sure.smallest.text()
    assert f"these {decides.there} cases at each end" in smallest.lower()
    # more than is looked for, or the change itself
    assert ("no change of judgement (d_a)" in smallest) == (decides.cases > 16 * decides.there)


def test_every_list_has_as_many_rows_as_it_says(desk: Desk) -> None:
    combo = desk.page.cases.lists
    for place in range(combo.count()):
        combo.setCurrentIndex(place)
        combo.activated.emit(place)
        desk.settle(desk.session)
        number = int(combo.itemText(place).rpartition("(")[2].rstrip(")"))
        assert len(desk.keys) == number, combo.itemText(place)


def test_the_kinds_are_apart_and_together_everything(desk: Desk) -> None:
    shown = desk.page.state.shown
    assert shown is not None
    found = []
    for kind in FlipKind:
        desk.choose(str(kind))
        found += desk.keys
    assert sorted(found) == sorted(flip.key for flip in shown.flips)


def test_a_cell_opens_its_cases_by_keyboard(desk: Desk) -> None:
    desk.press(Qt.Key.Key_M)
    assert QApplication.focusWidget() is desk.page.matrix
    desk.press(Qt.Key.Key_Right)
    desk.press(Qt.Key.Key_Return)
    rows = desk.page.cases.model.rows
    assert {(row.flip.a, row.flip.b) for row in rows if row.flip} == {("answer", "answer_with_caveat")}
    assert desk.page.cases.count.text().startswith("A 1 answer, B 2 answer with caveat: ")
    assert QApplication.focusWidget() is desk.page.cases.list


def test_a_count_opens_the_cases_that_make_it_up(desk: Desk) -> None:
    table = desk.page.sure.counts
    for row in range(4):
        table.clicked.emit(table.model().index(row, 0))
        desk.settle(desk.session)
        assert f"{len(desk.keys):,}" == table.figures.text(row, 1)


def test_a_figure_says_how_it_is_computed(desk: Desk) -> None:
    desk.page.sure.figures.selectRow(2)
    assert "ordinal probit" in desk.page.sure.why.text()
    assert "shared cases" in desk.page.sure.why.text()


def test_how_sure_the_verdict_is_stands_beside_what_it_took(desk: Desk) -> None:
    shown = desk.page.state.shown
    assert shown is not None
    assert shown.found is not None
    moved = shown.found.comparison.movement
    assert moved is not None
    assert moved.frontier is not None
    table = desk.page.sure.tests.figures
    rows = {table.text(row, 0): (table.text(row, 1), table.text(row, 2)) for row in range(table.rowCount())}
    assert rows["frontier, SE"] == (f"{moved.frontier.statistic:+.2f}".replace("-", "−"), "±1.96 moved")
    assert "if gains of about ±0.5 are as likely as losses" in desk.page.sure.note.text()


def test_a_slice_narrows_the_list(desk: Desk) -> None:
    slices = desk.page.slices
    slices.clicked.emit(slices.model().index(0, 0))
    desk.settle(desk.session)
    chosen = desk.page.cases.slices.currentData()
    assert desk.keys
    assert all(tuple(chosen) in row.flip.slices for row in desk.page.cases.model.rows if row.flip)


def test_stepping_shows_both_responses(desk: Desk) -> None:
    desk.press(Qt.Key.Key_L)
    first = desk.page.cases.texts[0].toPlainText()
    desk.press(Qt.Key.Key_J)
    assert desk.page.cases.list.currentIndex().row() == 1
    assert desk.page.cases.texts[0].toPlainText() != first
    assert desk.page.cases.heads[0].text().startswith("A · 1.2: ")
    assert desk.page.cases.heads[1].text().startswith("B · 1.3: ")
    desk.press(Qt.Key.Key_K)
    assert desk.page.cases.texts[0].toPlainText() == first


@pytest.mark.parametrize("first", [0, 1])
def test_it_is_from_the_older_to_the_newer_whichever_is_chosen_where(desk: Desk, first: int) -> None:
    shown = desk.page.state.shown
    assert shown is not None
    newer, older = shown.lines[:2]
    assert older.created_at <= newer.created_at
    asked = (older, newer) if first else (newer, older)
    desk.page.options.runs_chosen.emit(asked[0].id, asked[1].id)
    desk.settle(desk.session)
    found = desk.page.state.shown.found if desk.page.state.shown else None
    assert found is not None
    assert (found.a.name, found.b.name) == (older.name, newer.name)
    assert desk.page.options.run.currentData() == older.id
    assert desk.page.decision.way.text() == f"From {older.name} (older) to {newer.name} (newer)"


def test_the_three_changes_are_drawn_and_tabled_alike(desk: Desk) -> None:
    found = desk.page.state.shown.found if desk.page.state.shown else None
    assert found is not None
    panel = desk.page.decision.changes
    delta = found.comparison.deltas["balanced"]
    assert delta is not None
    value = f"{delta.value:+.3f}".replace("-", "−")
    words = [mark.words for mark in desk.page.decision.chart.marks()]
    assert [line.partition(":")[0] for line in words] == ["Balanced score", "▲ Over-cautious", "▼ Under-cautious"]
    assert value in words[0]
    desk.press(Qt.Key.Key_T)
    assert panel.table.isVisible()
    assert value in panel.table.figures.text(0, 1)
    desk.press(Qt.Key.Key_T)
    assert panel.chart.isVisible()


def test_a_policy_file_answers_rule_by_rule(desk: Desk, tmp_path: Path) -> None:
    gate = desk.page.decision.gate
    assert gate.said.text().startswith("No policy is chosen.")
    path = tmp_path / "policy.toml"
    path.write_text(
        'name = "strict"\nminimum_balanced_score = 0.99\nmaximum_unscored_share = 1.0\n'
        'forbidden_movement = ["slid:more_cautious"]\n',
        "utf-8",
    )
    desk.page.policies.read_file(path)
    desk.settle(desk.session)
    assert "does not pass" in gate.said.text()
    answers = [gate.rules.figures.text(row, 0) for row in range(gate.rules.figures.rowCount())]
    assert answers[:2] == ["✗ fail", "✓ pass"]
    assert gate.rules.figures.text(2, 2) == "slid, more cautious forbidden"
    assert gate.button.text() == "strict"
    gate.menu.actions()[0].trigger()
    desk.settle(desk.session)
    assert gate.said.text().startswith("No policy is chosen.")


def test_a_file_that_is_no_policy_is_said_and_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text("minimum_balanced = what", "utf-8")
    desk.page.policies.read_file(path)
    desk.settle(desk.session)
    assert desk.window.notices.isVisible()
    assert desk.page.state.policy is None


def test_a_policy_that_the_suite_was_given_is_held_against_at_once(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text('name = "agreed"\nminimum_balanced_score = 0.1\n', "utf-8")
    suite = desk.page.state.shown.lines[0].suite if desk.page.state.shown else ""
    desk.session.read(lambda workspace: lock(workspace, read_policy(path), suite, "ana"), lambda _locked: None)
    desk.settle(desk.session)
    desk.page.state.load()
    desk.settle(desk.session)
    assert desk.page.decision.gate.button.text().startswith("agreed, locked ")
    assert "agreed" in desk.page.decision.gate.said.text()


def test_other_bands_compare_again_at_once(desk: Desk) -> None:
    before = desk.page.sure.figures.figures.text(0, 1)
    bands = desk.page.options.bands
    bands.setCurrentIndex(1)
    bands.activated.emit(1)
    desk.settle(desk.session)
    assert desk.page.sure.figures.figures.text(0, 1) != before


def test_the_case_opens_in_review_with_both_runs(desk: Desk, qtbot: QtBot) -> None:
    desk.press(Qt.Key.Key_O)
    qtbot.waitUntil(lambda: desk.window.pages.get("review") is desk.window.stack.currentWidget(), timeout=10_000)
    desk.settle(desk.session)
    runs = {line.id: line.name for line in desk.page.state.shown.lines} if desk.page.state.shown else {}
    assert runs[desk.session.run_id or 0] == "1.2"


def test_x_tells_the_two_responses_apart_and_f8_steps_through(desk: Desk) -> None:
    left, right = desk.page.cases.texts
    desk.press(Qt.Key.Key_X)
    assert desk.page.difference.found == difference(left.toPlainText(), right.toPlainText())
    parts = desk.page.difference.found.parts
    desk.press(Qt.Key.Key_F8)
    assert desk.window.done.text == f"Difference 1 of {len(parts)}."
    for pane, (start, end) in ((left, parts[0].left), (right, parts[0].right)):
        cursor = pane.textCursor()
        assert pane.shown.part(cursor.selectionStart(), cursor.selectionEnd()) == pane.toPlainText()[start:end]
    shown = left.toPlainText()
    desk.press(Qt.Key.Key_J)
    assert left.toPlainText() != shown
    assert desk.page.difference.found == difference(left.toPlainText(), right.toPlainText())
    desk.press(Qt.Key.Key_X)
    assert desk.page.difference.found is None


def test_copied_as_text(desk: Desk) -> None:
    desk.page.copy()
    text = QApplication.clipboard().text()
    assert desk.page.sure.sentence.text() in text
    assert desk.page.decision.verdict.text() in text
    assert "exact McNemar, p" in text
    assert "Moved or slid\tFound\tNeeded" in text


def test_one_run_alone_says_what_is_missing(window: MainWindow, session: Session, settle: Settle) -> None:
    window.show_page("compare")
    settle(session)
    page = window.pages["compare"]
    assert isinstance(page, ComparePage)
    assert page.state.shown is not None
    assert page.state.shown.found is None
    assert page._switch.is_empty
