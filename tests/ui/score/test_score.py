"""The score screen by keyboard, in the real window on the demo workspace: what it shows is what the scorecard says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QMenu, QToolButton

from reviewer.core.bands import BandChoice
from reviewer.core.changes import Changes
from reviewer.core.scoring.score import Options, Scorecard
from reviewer.host.clock import now
from reviewer.store.database import Workspace
from reviewer.store.facts.review import NewDecision
from reviewer.store.queries import review, runs
from reviewer.store.writes.decisions import append_decision
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.score.cards import why, with_interval
from reviewer.wording import score as wording
from reviewer.wording.formulas import FORMULAS
from reviewer.wording.score import figure
from tests.support.builders import (
    REFUSE,
    filled_workspace,
    make_case,
    make_run,
    make_suite,
)
from tests.ui.conftest import Settle
from tests.ui.score_screen import Screen, reviewed_case


def balanced(card: Scorecard) -> str:
    return with_interval(figure(card.score.balanced), card.intervals.get("balanced"))


def test_the_figures_are_the_scorecards(screen: Screen) -> None:
    card, page, shown = screen.shown.card, screen.page, screen.figures()
    assert card == screen.stored(screen.shown.line.name).card
    assert page.top.title.text() == wording.title(card)
    assert page.top.sentence.text() == wording.summary(card, screen.shown.line.name)
    between = card.intervals["balanced"]
    assert (
        page.top.score.text() == f"{figure(card.score.balanced)} of 1, between {between.low:.2f} and {between.high:.2f}"
    )
    assert page.cards[0].value.text() == f"{figure(card.score.balanced)} [{between.low:.2f}, {between.high:.2f}]"
    assert shown["Balanced score"] == (page.cards[0].value.text(),)
    assert shown["Plain score"] == (with_interval(figure(card.score.plain), card.intervals["plain"]),)
    assert shown["Bounds"] == (f"{figure(card.low.balanced)} to {figure(card.high.balanced)}",)
    share = with_interval(wording.percent(card.over_cautious), card.intervals["over_cautious"])
    assert shown["▲ Over-cautious"] == (share,)
    assert shown["▼ Under-cautious where it can be"] == (wording.percent(card.under_possible),)
    assert shown["Contrast pairs"] == (f"{card.pairs_right} of {card.pairs}",)
    counts = screen.counts()
    assert counts["Unscored"] == (str(card.unscored),)
    assert counts["Responses reviewed"] == (str(card.reviewed),)
    assert counts["Final action from the rules' verdict"] == (str(card.sources["rules"]),)
    hits = card.discrimination.hits
    assert hits is not None
    assert f"{hits[0]:.0f}/{hits[1]} where it should" in page.figures.held_back.text()


def test_the_confusion_is_the_scorecards(screen: Screen) -> None:
    card, cells = screen.shown.card, screen.page.confusion.map.cells
    for row, label in enumerate(card.confusion):
        for column, final in enumerate(card.scale.ids):
            number = card.confusion[label][final]
            assert cells.index(row, column).data() == (f"{number:.0f}" if number else "·")


def test_every_warning_is_a_line(screen: Screen) -> None:
    lines = screen.page.warnings.text.text().splitlines()
    assert lines == [f"–  {warning}" for warning in screen.shown.card.warnings]


def test_other_bands_score_again_at_once(screen: Screen) -> None:
    run = screen.shown.line.name
    screen.page.options.bands.setFocus()
    screen.press(Qt.Key.Key_Down)
    assert screen.shown.card == screen.stored(run, Options(bands=BandChoice.parse("none"))).card
    screen.press(Qt.Key.Key_Down)
    assert screen.shown.card == screen.stored(run, Options(bands=BandChoice.parse("neighbours:0.5"))).card
    assert screen.figures()["Balanced score"] == (balanced(screen.shown.card),)


def test_what_holds_back_is_chosen_and_one_always_does(screen: Screen) -> None:
    entries = screen.page.options.hold_back.menu().actions()
    assert [entry.isChecked() for entry in entries] == [False, False, False, True, True]
    entries[3].trigger()
    screen.settle()
    assert screen.shown.card.options.hold_back == (REFUSE,)
    assert screen.page.options.hold_back.text() == "refuse"
    assert not entries[4].isEnabled()
    for entry in entries[:3]:
        entry.trigger()
    screen.settle()
    assert len(screen.shown.card.options.hold_back) == 4
    assert not entries[3].isEnabled(), "not all of them may hold back"


def test_another_run_and_one_beside_it(screen: Screen) -> None:
    screen.page.options.run.setFocus()
    screen.press(Qt.Key.Key_Down)
    assert screen.shown.line.name == "1.2"
    screen.page.options.second.setFocus()
    screen.press(Qt.Key.Key_Down)
    assert screen.page.cards[1].isVisible()
    first, second = screen.stored("1.2").card, screen.stored("1.3").card
    assert screen.figures()["Balanced score"] == (balanced(first), balanced(second))
    assert screen.counts()["Unscored"] == (str(first.unscored), str(second.unscored))
    assert screen.page.figures.table.figures.table.headings == ("", "1.2", "1.3")
    screen.press(Qt.Key.Key_Up)
    assert not screen.page.cards[1].isVisible()
    assert len(screen.page.figures.table.figures.table.headings) == 2


def open_cell(screen: Screen) -> list[str]:
    """Go to a cell of the map that holds several cases and open it; the keys listed."""
    panel, card = screen.page.confusion, screen.shown.card
    row, column = next(
        (row, column)
        for row, label in enumerate(card.confusion)
        for column, final in enumerate(card.scale.ids)
        if label != final and card.confusion[label][final] >= 2
    )
    panel.map.setFocus()
    screen.press(Qt.Key.Key_Home, *[Qt.Key.Key_Down] * row, *[Qt.Key.Key_Right] * column, Qt.Key.Key_Return)
    return [one.case for one in panel.behind.list.cases.found]


def test_a_cell_lists_its_cases_and_return_opens_one_in_review(screen: Screen) -> None:
    keys = open_cell(screen)
    assert len(keys) >= 2
    assert screen.window.focusWidget() is screen.page.confusion.behind.list
    assert f"{len(keys)} cases" in screen.page.confusion.behind.title.text()
    screen.press(Qt.Key.Key_Down, Qt.Key.Key_Return)
    assert screen.window.page == "review"
    assert reviewed_case(screen) == (screen.shown.line.name, keys[1])


def test_review_goes_there_too_when_it_was_open_elsewhere(screen: Screen) -> None:
    screen.window.show_page("review")
    screen.settle()
    screen.press(Qt.Key.Key_J, Qt.Key.Key_J)
    screen.window.show_page("score")
    screen.settle()
    keys = open_cell(screen)
    assert reviewed_case(screen)[1] != keys[0]
    screen.press(Qt.Key.Key_Return)
    assert reviewed_case(screen) == (screen.shown.line.name, keys[0])


def test_a_decision_changes_the_score_and_its_title(
    open_screen: Callable[[Callable[[Workspace], object]], Screen], tmp_path: Path
) -> None:
    filled_workspace(tmp_path / "own.sqlite").workspace.close()
    screen = open_screen(lambda _workspace: None)
    before = screen.shown.card
    assert screen.page.top.title.text().endswith("(automatic, not reviewed)")

    def decide(workspace: Workspace) -> tuple[int, Changes]:
        response = review.response_ids(workspace, runs.run_named(workspace, "run").id)[0]
        return append_decision(workspace, decision=NewDecision(response, "ana", REFUSE), at=now())

    screen.session.write(decide)
    screen.settle()
    assert screen.shown.card.score != before.score
    assert "automatic" not in screen.page.top.title.text()
    assert "1 of 6 responses reviewed" in screen.page.top.reviewed.text()
    assert "labels are as first given (version 1)." in screen.page.top.reviewed.text()


def test_t_puts_tables_in_place_of_the_charts(screen: Screen) -> None:
    card = screen.page.cards[0]
    assert card.score.isVisible()
    screen.press(Qt.Key.Key_T)
    assert not card.score.isVisible()
    assert card.constants_table.isVisible()
    assert card.constants_table.figures.text(0, 1) == figure(screen.shown.card.score.balanced)
    screen.press(Qt.Key.Key_T)
    assert card.score.isVisible()


def test_the_score_is_copied_as_text(screen: Screen) -> None:
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    screen.press(Qt.Key.Key_C, modifier=control | shift)
    text = QApplication.clipboard().text()
    assert text.startswith("Right-action score\n")
    assert f"Balanced score\t{figure(screen.shown.card.score.balanced)}" in text
    assert "labelled\t1 answer" in text


def test_slices_are_sorted_by_the_heading_that_is_clicked(screen: Screen) -> None:
    screen.press(Qt.Key.Key_T)
    slices = screen.page.slices.table
    assert slices.figures.rowCount() > 5
    header = slices.horizontalHeader()
    x = header.sectionViewportPosition(2) + header.sectionSize(2) // 2
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(x, header.height() // 2))
    shown = [int(slices.figures.text(row, 2)) for row in range(slices.figures.rowCount())]
    assert shown in (sorted(shown), sorted(shown, reverse=True))
    assert shown[0] != shown[-1]


def test_charts_and_tables_have_names_and_say_what_they_show(screen: Screen) -> None:
    card = screen.page.cards[0]
    page = screen.page
    panels = (page.frontier, page.distances[0], page.slices)
    charts = (card.score, card.error, card.shares, page.confusion.map, page.figures.table)
    for chart in (*charts, *(panel.chart for panel in panels), *(panel.table for panel in panels)):
        assert chart.accessibleName()
        assert chart.accessibleDescription()
    assert all(
        label.textFormat() is Qt.TextFormat.PlainText for label in screen.page.findChildren(QLabel) if label.text()
    )


def test_without_a_run_it_says_what_to_do(window: MainWindow, settle: Settle) -> None:
    screen = Screen(window, settle)
    sentences = [label.text() for label in screen.page.findChildren(QLabel) if label.isVisible()]
    assert any(sentence.startswith("There is no run to score yet.") for sentence in sentences)


def test_an_empty_run_has_dashes_and_a_sentence(
    open_screen: Callable[[Callable[[Workspace], object]], Screen],
) -> None:
    screen = open_screen(lambda w: make_run(w, make_suite(w, [make_case()]), name="empty"))
    assert screen.page.top.sentence.text() == "empty has no responses to labelled cases yet."
    assert screen.figures()["Balanced score"] == ("–",)
    assert screen.page.confusion.none.isVisible()
    assert screen.page.frontier.none.isVisible()
    assert not screen.page.frontier.chart.isVisible()
    assert not screen.page.cards[0].bounds.text()


def test_the_frontier_is_of_the_shown_runs_with_its_sentence_above(screen: Screen) -> None:
    page = screen.page
    found = page.state.scores.frontier if page.state.scores else None
    assert found is not None
    hits = screen.shown.card.discrimination.hits
    assert hits is not None
    assert found.points[0].held_back_should == hits
    page.options.second.setFocus()
    screen.press(Qt.Key.Key_Down)
    scores = page.state.scores
    assert scores is not None
    both = scores.frontier
    assert both is not None
    assert [point.name for point in both.points] == [run.line.name for run in scores.scored]
    assert both.sentence
    assert page.top.moved.text() == both.sentence
    assert page.decision.verdict.isVisible()
    assert not page.top.score.isVisible()
    screen.press(Qt.Key.Key_C, modifier=Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert both.sentence in QApplication.clipboard().text()
    assert page.distances[1].isVisible()
    assert page.cards[1].name.text().startswith("■ B  ")


def test_marks_are_stepped_over_by_key_and_read_out(screen: Screen) -> None:
    panel = screen.page.frontier
    panel.chart.setFocus()
    screen.settle()
    assert panel.readout.text().startswith(f"● A {screen.shown.line.name}: held back where it should ")
    screen.press(Qt.Key.Key_Right)
    assert panel.readout.text().startswith("◇ always ")
    slices = screen.page.slices
    slices.chart.setFocus()
    screen.press(Qt.Key.Key_End)
    best = max(each.plain for each in screen.shown.card.slices if each.n >= 5 and each.plain is not None)
    assert f"plain score {figure(best)}, 95 % interval" in slices.readout.text()


def test_t_puts_tables_in_place_of_every_chart(screen: Screen) -> None:
    panels = (screen.page.frontier, screen.page.distances[0], screen.page.slices)
    assert all(panel.chart.isVisible() and not panel.table.isVisible() for panel in panels)
    screen.press(Qt.Key.Key_T)
    assert all(panel.table.isVisible() and not panel.chart.isVisible() for panel in panels)


def test_every_figure_says_why(screen: Screen) -> None:
    panel = screen.page.figures
    rows = panel.table.figures.rowCount()
    panel.table.setFocus()
    screen.press(Qt.Key.Key_Home)
    said = [panel.why.text()]
    for _ in range(rows - 1):
        screen.press(Qt.Key.Key_Down)
        said.append(panel.why.text())
    assert len(set(said)) == rows == len(FORMULAS)
    assert said[0] == f"Balanced score: {why([screen.shown], 'balanced')}"
    assert "95 %" in said[0]


def test_the_chosen_figure_stays_chosen_when_it_is_computed_again(screen: Screen) -> None:
    panel = screen.page.figures
    panel.table.selectRow(2)
    assert panel.why.text().startswith("Plain score: ")
    screen.page.options.bands.setFocus()
    screen.press(Qt.Key.Key_Down)
    assert panel.table.currentIndex().row() == 2
    assert panel.why.text().startswith("Plain score: ")


@pytest.mark.parametrize(("key", "ending", "begins"), [("S", "svg", b"<?xml"), ("P", "png", b"\x89PNG")])
def test_a_chart_is_saved_where_the_dialog_says(
    screen: Screen, tmp_path: Path, key: str, ending: str, begins: bytes
) -> None:
    screen.page.frontier.chart.setFocus()
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    screen.press(Qt.Key[f"Key_{key}"], modifier=both)
    dialog = screen.page.findChild(QFileDialog, "chart.save")
    assert isinstance(dialog, QFileDialog)
    assert (
        Path(dialog.selectedFiles()[0]).name
        == f"Answered and held back where it should {screen.shown.line.name}.{ending}"
    )
    said: list[str] = []
    screen.session.notice.connect(said.append)
    dialog.fileSelected.emit(str(tmp_path / f"chart.{ending}"))
    dialog.reject()
    screen.settle()
    assert (tmp_path / f"chart.{ending}").read_bytes().startswith(begins)
    assert said == [f"The chart was written to {tmp_path / f'chart.{ending}'}."]


def test_a_chart_is_copied_as_text(screen: Screen) -> None:
    screen.page.frontier.chart.setFocus()
    screen.press(Qt.Key.Key_C, modifier=Qt.KeyboardModifier.ControlModifier)
    lines = QApplication.clipboard().text().splitlines()
    assert lines[0] == screen.page.frontier.title.text()
    assert lines[2].startswith(f"A  {screen.shown.line.name}\t")


def test_every_chart_can_be_saved_and_copied_from_a_button(screen: Screen) -> None:
    buttons = [button for button in screen.page.area.findChildren(QToolButton) if button.isVisible()]
    offered = [button.menu() for button in buttons]
    names = [
        {action.text() for menu in (found, *found.findChildren(QMenu)) for action in menu.actions()}
        for found in offered
    ]
    assert len(names) == 6
    assert all({"Save as SVG…", "Save as PNG…", "Copy as text"} <= each for each in names)
