"""The pages of the help in the window: every part by keyboard, without markup, its tables as tables."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from reviewer.app.figures.method import method_sections, safety_sections
from reviewer.ui.frame.method import HelpPageDialog
from reviewer.ui.kit.figures_table import FiguresTable
from tests.architecture.checkout import ROOT


def test_every_part_is_plain_and_whole() -> None:
    sections = method_sections()
    assert len(sections) >= 10
    assert all(section.text or section.tables for section in sections)
    shown = "\n".join(section.text for section in sections)
    assert "**" not in shown
    assert "{" not in shown.replace("{L}", "")
    tables = [table for section in sections for table in section.tables]
    assert len(tables) >= 8
    for table in tables:
        assert all(len(row) == len(table.headings) for row in table.rows)
        assert len(table.rows) >= 8


def test_down_turns_the_page_and_shows_its_tables(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = HelpPageDialog(parent, "How the figures are computed", method_sections())
    dialog.show()
    last = len(dialog.sections) - 1
    for _ in range(last):
        QTest.keyClick(dialog.list, Qt.Key.Key_Down)
    assert dialog.text.toPlainText().startswith(dialog.sections[last].text[:40])
    assert dialog.tables.isVisible() == bool(dialog.sections[last].tables)
    column = dialog.tables.widget()
    assert column is not None
    assert len(column.findChildren(FiguresTable)) == len(dialog.sections[last].tables)


def test_what_the_page_on_safety_names_is_there() -> None:
    """Each row of what was tried names a test or a command that exists."""
    shown = "\n".join(section.text for section in safety_sections())
    tried = re.findall(r"^    Where: (.*)$", shown, re.MULTILINE)
    assert len(tried) >= 16
    for where in tried:
        command = re.match(r"python -m (tests\.\w+)", where)
        if command:
            module = command[1].replace(".", "/")
            assert any((ROOT / path).is_file() for path in (f"{module}.py", f"{module}/__main__.py")), where
        else:
            assert all((ROOT / path).is_file() for path in where.split(", ")), where
