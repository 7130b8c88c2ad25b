"""A person chooses which runs are drawn together, of several suites, with the keyboard, in the real window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from reviewer.store.database import Workspace
from reviewer.ui.score.pick_runs import PickRunsDialog
from tests.support.builders import make_suite
from tests.support.swinging import swing_workspace, swinging_cases, swinging_runs
from tests.ui.asked import dialog_in_front
from tests.ui.score_screen import Screen

Open = Callable[[Callable[[Workspace], object]], Screen]
Key = Qt.Key


def two_suites(workspace: Workspace) -> None:
    """The same requests in two suites, with a run of the second one that came last."""
    cases = swinging_cases()
    second = make_suite(workspace, cases, "second")
    swinging_runs(workspace, second, cases, {"elsewhere": 0.3})
    swing_workspace(workspace, "1.0", "1.1")


def drawn(screen: Screen) -> list[str]:
    return [row[0] for row in screen.page.trend.rulers.table.figures.table.rows]


def dialog_of(screen: Screen) -> PickRunsDialog:
    screen.page.trend.pick.setFocus()
    screen.press(Key.Key_Space)
    dialog = dialog_in_front()
    assert isinstance(dialog, PickRunsDialog)
    return dialog


def row_of(dialog: PickRunsDialog, name: str) -> int:
    return next(row for row in range(dialog.list.count()) if dialog.list.item(row).text().startswith(f"{name} ·"))


def tick(dialog: PickRunsDialog, name: str) -> None:
    dialog.list.setCurrentRow(row_of(dialog, name))
    QTest.keyClick(dialog.list, Key.Key_Space)


def test_runs_of_two_suites_are_drawn_together_and_stay_chosen(open_screen: Open) -> None:
    screen = open_screen(two_suites)
    assert drawn(screen) == ["1.0", "1.1"]
    dialog = dialog_of(screen)
    assert dialog.list.count() == 3
    assert "2 runs with 480 responses together" in dialog.said.text()
    tick(dialog, "elsewhere")
    QTest.keyClick(dialog.list, Key.Key_Return)
    screen.settle()
    assert drawn(screen) == ["elsewhere", "1.0", "1.1"]
    assert screen.page.trend.title.text().startswith("The 3 runs that you chose, on the 240 cases")
    assert len(screen.page.trend.models_chart.marks()) >= 3
    screen.page.refresh()
    screen.settle()
    assert drawn(screen) == ["elsewhere", "1.0", "1.1"]
    again = dialog_of(screen)
    assert len(again.ticked) == 3
    QTest.keyClick(again.newest, Key.Key_Space)
    screen.settle()
    assert drawn(screen) == ["1.0", "1.1"]
    assert screen.page.trend.title.text().startswith("Versions of the suite")


def test_fewer_than_two_runs_cannot_be_drawn_and_escape_changes_nothing(open_screen: Open) -> None:
    screen = open_screen(two_suites)
    dialog = dialog_of(screen)
    tick(dialog, "1.0")
    assert dialog.said.text() == "Tick two runs or more."
    assert not dialog.draw.isEnabled()
    QTest.keyClick(dialog.list, Key.Key_Return)
    assert dialog.isVisible()
    QTest.keyClick(dialog, Key.Key_Escape)
    screen.settle()
    assert drawn(screen) == ["1.0", "1.1"]


def test_the_points_are_drawn_whole_with_their_lower_axis(open_screen: Open) -> None:
    """The view was hidden while the window got its size."""
    screen = open_screen(two_suites)
    screen.window.resize(1366, 768)
    panel = screen.page.trend
    panel.view.setFocus()
    screen.press(Key.Key_Down, Key.Key_Down)
    assert panel.models_chart.isVisible()
    assert panel.models_chart.height() >= panel.models_chart.heightForWidth(panel.models_chart.width())
