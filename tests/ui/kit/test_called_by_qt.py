"""What Qt calls in the middle of its own work raises nothing, and what crashed there is told after it."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QTableView, QWidget
from pytestqt.qtbot import QtBot

import reviewer.ui
from reviewer.ui.kit.called_by_qt import filters, handles, paints, sizes
from reviewer.ui.kit.columns import Column, ColumnTable, Index

CALLED = {
    **{"data": "tells", "headerData": "tells", "paint": "paints", "paintEvent": "paints", "initStyleOption": "paints"},
    **{"sizeHint": "sizes", "minimumSizeHint": "sizes"},
    **{"rowCount": "counts", "columnCount": "counts", "heightForWidth": "counts"},
    **{"eventFilter": "filters", "event": "filters", "viewportEvent": "filters"},
}
ANSWERS_AN_EVENT = re.compile(r"[a-z]\w*Event")


class Lines(ColumnTable[bytes]):
    def rowCount(self, _parent: Index | None = None) -> int:
        return 3

    def line(self, row: int) -> bytes | None:
        return bytes(row)


class Painted(QWidget):
    @paints
    def paintEvent(self, _event: QPaintEvent) -> None:
        raise ValueError("painted")

    @sizes
    def sizeHint(self) -> QSize:
        raise ValueError("measured")


def test_a_cell_that_cannot_be_told_ends_nothing_and_is_told_afterwards(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, error, _trace: told.append(f"{kind.__name__}: {error}"))
    view = QTableView()
    qtbot.addWidget(view)
    model = Lines((Column("Name", lambda held: held.decode() + 1),), view)  # type: ignore[operator]
    view.setModel(model)
    view.show()
    assert model.index(0, 0).data() is None
    assert told == []
    qtbot.waitUntil(lambda: bool(told))
    assert all(each.startswith("TypeError") for each in told)


def test_what_cannot_be_painted_has_no_size(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(sys, "excepthook", lambda _kind, error, _trace: told.append(str(error)))
    widget = Painted()
    qtbot.addWidget(widget)
    assert widget.sizeHint() == QSize()
    widget.show()
    widget.grab()
    qtbot.waitUntil(lambda: {"painted", "measured"} <= set(told))


class Watched(QWidget):
    @filters
    def eventFilter(self, _watched: QObject, _event: QEvent) -> bool:
        raise ValueError("watched")

    @handles
    def keyPressEvent(self, _event: QKeyEvent) -> None:
        raise ValueError("pressed")


def test_an_event_that_cannot_be_looked_at_goes_its_way(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(sys, "excepthook", lambda _kind, error, _trace: told.append(str(error)))
    watched, field = Watched(), QLineEdit()
    for widget in (watched, field):
        qtbot.addWidget(widget)
        widget.show()
    field.installEventFilter(watched)
    QTest.keyClicks(field, "typed")
    QTest.keyClick(watched, Qt.Key.Key_A)
    assert field.text() == "typed"
    field.removeEventFilter(watched)
    qtbot.waitUntil(lambda: {"watched", "pressed"} <= set(told))
    QApplication.processEvents()


def _guard_of(name: str) -> str | None:
    return CALLED.get(name) or ("handles" if ANSWERS_AN_EVENT.fullmatch(name) else None)


def test_every_method_of_that_kind_is_guarded() -> None:
    bare = []
    for path in sorted(Path(reviewer.ui.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                for method in node.body:
                    guard = _guard_of(method.name) if isinstance(method, ast.FunctionDef) else None
                    if isinstance(method, ast.FunctionDef) and guard:
                        names = [each.id for each in method.decorator_list if isinstance(each, ast.Name)]
                        if guard not in names:
                            bare.append(f"{path.name}: {node.name}.{method.name} is not @{guard}")
    assert bare == []
