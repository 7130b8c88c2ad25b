"""What Qt calls in the middle of its own work raises nothing, and what crashed there is told after it."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QTableView, QWidget
from pytestqt.qtbot import QtBot

import reviewer.ui
from reviewer.ui.kit.called_by_qt import paints, sizes
from reviewer.ui.kit.columns import Column, ColumnTable, Index

CALLED = {
    **{"data": "tells", "headerData": "tells", "paint": "paints", "paintEvent": "paints", "initStyleOption": "paints"},
    **{"sizeHint": "sizes", "minimumSizeHint": "sizes"},
}


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


def test_every_method_of_that_kind_is_guarded() -> None:
    bare = []
    for path in sorted(Path(reviewer.ui.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                for method in node.body:
                    guard = CALLED.get(method.name) if isinstance(method, ast.FunctionDef) else None
                    if isinstance(method, ast.FunctionDef) and guard:
                        names = [each.id for each in method.decorator_list if isinstance(each, ast.Name)]
                        if guard not in names:
                            bare.append(f"{path.name}: {node.name}.{method.name} is not @{guard}")
    assert bare == []
