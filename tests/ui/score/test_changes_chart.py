"""Three changes on one axis: nothing is drawn outside it, and all of it is said."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from reviewer.core.scoring.paired import Difference
from reviewer.core.scoring.score import FigureKey
from reviewer.ui.kit.theme import colours
from reviewer.ui.score.changes_chart import LIMITS, ChangesChart, axis_limit
from reviewer.wording.decision import NAMES, change_words

Changes = Mapping[FigureKey, Difference | None]
SURE = Difference(0.2, 0.1, 0.3, 0.01)
OPEN = Difference(-0.02, -0.1, 0.06, 0.5)
ends = st.none() | st.floats(-1, 1)
differences = st.builds(Difference, st.floats(-1, 1), ends, ends, st.none())
any_changes = st.fixed_dictionaries({key: st.none() | differences for key in NAMES})


@given(any_changes)
def test_the_axis_holds_every_dot_and_interval(changes: Changes) -> None:
    most = axis_limit(changes)
    drawn = [abs(x) for each in changes.values() if each for x in (each.value, each.low, each.high) if x is not None]
    assert most in LIMITS
    assert all(value <= most for value in drawn)
    smaller = [limit for limit in LIMITS if limit < most]
    assert not smaller or max(drawn, default=0.0) > smaller[-1]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(any_changes)
def test_any_changes_are_drawn_and_said(qapp: QApplication, changes: Changes) -> None:
    chart = ChangesChart()
    chart.resize(480, 200)
    chart.show_changes(changes)
    assert not chart.grab().isNull()
    said = chart.accessibleDescription()
    assert all(change_words(key, found) in said for key, found in changes.items())


def test_rows_are_stepped_over_by_key_and_read_out(qtbot: QtBot) -> None:
    chart = ChangesChart()
    qtbot.addWidget(chart)
    chart.show_changes({"balanced": SURE, "over_cautious": OPEN, "under_cautious": None})
    chart.show()
    qtbot.waitExposed(chart)
    chart.activateWindow()
    qtbot.waitUntil(chart.isActiveWindow)
    chart.setFocus()
    QTest.keyClick(chart, Qt.Key.Key_Down)
    assert chart.looked_at == f"▲ Over-cautious: {change_words('over_cautious', OPEN)}"


@pytest.mark.parametrize(("found", "ground"), [(SURE, "ink"), (OPEN, "page")])
def test_a_dot_is_solid_only_where_the_interval_leaves_0_out(qtbot: QtBot, found: Difference, ground: str) -> None:
    chart = ChangesChart()
    qtbot.addWidget(chart)
    chart.resize(480, 200)
    chart.show_changes({"balanced": found, "over_cautious": None, "under_cautious": None})
    image, most = chart.grab().toImage(), axis_limit(chart.changes)
    x = round(chart.width() / 2 + (chart.width() / 2 - 8) * found.value / most)
    inside = {image.pixelColor(x, y).name() for y in range(26, 34)}
    assert getattr(colours(), ground) in inside
