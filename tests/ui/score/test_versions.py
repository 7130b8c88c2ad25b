"""The versions on the score screen, by keyboard in the real window: both rulers, slices, points, and where none are."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox, QDialog

from reviewer.store.database import Workspace
from reviewer.store.facts.runs import Classified
from reviewer.ui.frame.main_window import MainWindow
from tests.support.builders import ANSWER, REFUSE, make_case, make_response, make_run, make_suite, make_verdict
from tests.support.swinging import swing_workspace, swinging_cases, swinging_runs
from tests.ui.score_screen import Screen

Open = Callable[[Callable[[Workspace], object]], Screen]


def rows(screen: Screen) -> list[tuple[str, ...]]:
    return list(screen.page.trend.rulers.table.figures.table.rows)


def choose(screen: Screen, combo: QComboBox, text: str) -> None:
    """By the arrow keys, from where it stands."""
    combo.setFocus()
    steps = combo.findText(text) - combo.currentIndex()
    screen.press(*[Qt.Key.Key_Down if steps > 0 else Qt.Key.Key_Up] * abs(steps))
    assert combo.currentText() == text


def test_four_versions_that_undo_each_other_are_drawn_said_and_tabled(open_screen: Open) -> None:
    screen = open_screen(swing_workspace)
    panel = screen.page.trend
    assert panel.rulers.isVisible()
    assert panel.rulers.table.isVisible()
    assert not panel.more.isVisible()
    assert "2 of 3 steps reversed the one before" in panel.rulers.said.text()
    assert [row[0] for row in rows(screen)] == ["1.0", "1.1", "1.2", "1.3"]
    assert [row[-1].startswith("↶") for row in rows(screen)] == [False, False, True, True]
    words = [mark.words for mark in panel.rulers_chart.marks()]
    assert [word.split(":")[0] for word in words] == ["1.0", "1.0 → 1.1", "1.1", "1.1 → 1.2", "1.2", "1.2 → 1.3", "1.3"]
    assert "to less caution" in words[1]
    assert "it undid" in words[3]
    # the counts are those of the stored run
    hits = screen.stored("1.2").card.discrimination.hits
    assert hits is not None
    assert rows(screen)[2][1] == f"{hits[0]:.0f} of {hits[1]:,.0f}"
    assert f"{hits[0]:.0f} of {hits[1]:,.0f}" in words[4]


def test_a_slice_is_chosen_by_key_and_stays_while_decisions_come(open_screen: Open) -> None:
    screen = open_screen(swing_workspace)
    panel = screen.page.trend
    assert panel.slice.currentIndex() == 0
    whole = rows(screen)
    screen.press(Qt.Key.Key_S)
    assert panel.slice.currentIndex() == 1
    assert rows(screen) != whole
    names = [panel.slice.itemText(number) for number in range(panel.slice.count())]
    assert len(set(names)) == len(names)
    for wanted in ("medical", "legal", "How do I", "travel", "night"):
        assert any(wanted.lower() in name.lower() for name in names), wanted
    choose(screen, panel.slice, next(name for name in names if "travel" in name))
    # 80 of the 240 cases
    assert [row[1].split(" of ")[1] for row in rows(screen)] == ["40"] * 4
    chosen = panel.slice.currentText()
    screen.page.refresh()
    screen.settle()
    assert panel.slice.currentText() == chosen
    screen.press(*[Qt.Key.Key_S] * (panel.slice.count() - panel.slice.currentIndex()))
    assert rows(screen) == whole
    screen.press(Qt.Key.Key_S, modifier=Qt.KeyboardModifier.ShiftModifier)
    assert panel.slice.currentIndex() == panel.slice.count() - 1


def test_views_change_by_key_and_come_into_sight(open_screen: Open) -> None:
    screen = open_screen(swing_workspace)
    panel = screen.page.trend
    screen.press(Qt.Key.Key_V)
    assert panel.scores.isVisible()
    assert not panel.rulers.isVisible()
    assert [row[0] for row in panel.scores.table.figures.table.rows] == ["1.0", "1.1", "1.2", "1.3"]
    screen.press(Qt.Key.Key_V)
    assert panel.models.isVisible()
    assert not panel.choices.visibleRegion().isEmpty()
    assert len(panel.models_chart.marks()) == 4
    assert "Spearman" in panel.models.said.text()
    assert "R² " in panel.models.said.text()
    panel.line.setFocus()
    screen.press(Qt.Key.Key_Space)
    assert panel.models_chart.with_line
    assert "The fitted line is drawn." in panel.models_chart.accessibleDescription()
    residuals = [row[-1] for row in panel.models.table.figures.table.rows]
    assert len(residuals) == 4
    assert "–" not in residuals
    screen.press(Qt.Key.Key_V)
    assert panel.rulers.isVisible()


def test_the_steps_are_copied_from_table_and_chart(open_screen: Open) -> None:
    screen = open_screen(swing_workspace)
    panel = screen.page.trend
    panel.rulers.table.setFocus()
    panel.rulers.table.selectRow(2)
    screen.press(Qt.Key.Key_C, modifier=Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == "\t".join(rows(screen)[2])
    panel.rulers_chart.setFocus()
    screen.press(Qt.Key.Key_C, modifier=Qt.KeyboardModifier.ControlModifier)
    lines = QApplication.clipboard().text().splitlines()
    assert [line.split("\t")[0] for line in lines[-4:]] == ["1.0", "1.1", "1.2", "1.3"]


def test_two_versions_have_a_step_and_no_swing(open_screen: Open) -> None:
    screen = open_screen(lambda workspace: swing_workspace(workspace, "old", "new"))
    panel = screen.page.trend
    assert panel.rulers.isVisible()
    assert [row[0] for row in rows(screen)] == ["old", "new"]
    assert not any(row[-1].startswith("↶") for row in rows(screen))
    assert "reversed" not in panel.rulers.said.text()


def test_one_version_says_what_to_do_next(open_screen: Open, window: MainWindow) -> None:
    screen = open_screen(lambda workspace: swing_workspace(workspace, "only"))
    panel = screen.page.trend
    assert "two runs" in panel.none.text()
    assert panel.more.isVisible()
    assert not panel.choices.isVisible()
    assert not any(part.isVisible() for part in panel.panels)
    screen.press(Qt.Key.Key_S, Qt.Key.Key_V)
    panel.more.setFocus()
    screen.press(Qt.Key.Key_Space)
    assert any(dialog.isVisible() for dialog in window.findChildren(QDialog))


def one_pole(workspace: Workspace) -> None:
    cases = swinging_cases(60, (ANSWER,))
    swinging_runs(workspace, make_suite(workspace, cases), cases, {"a": 0.0, "b": 0.5, "c": 0.0})


def nothing_shared(workspace: Workspace) -> None:
    suite = make_suite(workspace, [make_case(f"c{n}", label=(ANSWER, REFUSE)[n % 2]) for n in range(9)])
    for version in range(3):
        keys = [f"c{n}" for n in range(version * 3, version * 3 + 3)]
        make_run(
            workspace,
            suite,
            [Classified(make_response(key), (make_verdict(ANSWER),)) for key in keys],
            name=f"v{version}",
        )


@pytest.mark.parametrize("fill", [one_pole, nothing_shared])
def test_where_no_ruler_can_be_read_a_sentence_says_why(open_screen: Open, fill: Callable[[Workspace], object]) -> None:
    screen = open_screen(fill)
    panel = screen.page.trend
    assert panel.rulers.none.isVisible()
    assert len(panel.rulers.none.text()) > 20
    assert not panel.rulers_chart.isVisible()
    assert not panel.rulers.table.isVisible()
    screen.press(Qt.Key.Key_V, Qt.Key.Key_V)
    assert panel.models.none.isVisible()
    assert not panel.models_chart.isVisible()


def test_twelve_versions_with_long_names_are_the_twelve_newest(open_screen: Open) -> None:
    names = [f"Großmodell {'mit vielen Wörtern im Namen ' * 4}{number}" for number in range(14)]
    screen = open_screen(lambda workspace: swing_workspace(workspace, *names))
    panel = screen.page.trend
    assert "12 newest" in panel.title.text()
    assert len(rows(screen)) == 12
    assert len(panel.rulers_chart.marks()) == 23
    assert panel.rulers_chart.width() <= screen.page.area.viewport().width()
    assert panel.rulers.table.width() <= screen.page.area.viewport().width()
