"""The command table: no two commands share a key where both work, and the palette and help come from it."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest

from reviewer.ui.frame.keys_help import KeysHelp
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.frame.pages import PAGES
from reviewer.ui.frame.palette import CommandPalette
from reviewer.ui.kit.commands import COMMANDS
from tests.ui.conftest import Settle


def test_no_key_is_taken_twice_on_one_page() -> None:
    pages = {command.page for command in COMMANDS}
    for page in pages:
        taken: dict[str, list[str]] = defaultdict(list)
        for command in COMMANDS:
            for key in command.keys if command.page in ("", page) else ():
                taken[QKeySequence(key).toString()].append(command.id)
        assert {key: ids for key, ids in taken.items() if len(ids) > 1} == {}


def test_every_key_is_one_that_qt_knows() -> None:
    assert [key for command in COMMANDS for key in command.keys if QKeySequence(key).isEmpty()] == []


def test_every_command_is_bound_once_all_pages_were_shown(window: MainWindow, settle: Settle) -> None:
    for page in PAGES:
        window.show_page(page)
        settle(window.session)
    assert [command.id for command in COMMANDS if not window.commands.is_bound(command.id)] == []


def test_the_palette_runs_what_was_typed(window: MainWindow, settle: Settle) -> None:
    window.show_page("cases")
    settle(window.session)
    QTest.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    palette = window.findChild(CommandPalette)
    assert palette is not None
    QTest.keyClicks(palette.search, "repor")
    QTest.keyClick(palette.search, Qt.Key.Key_Return)
    settle(window.session)
    assert window.page == "reports"


def test_all_keys_are_listed(window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_F1)
    help_ = window.findChild(KeysHelp)
    assert help_ is not None
    cells = [help_.table.item(row, column) for row in range(help_.table.rowCount()) for column in (0, 2)]
    listed = [cell.text() for cell in cells if cell is not None]
    assert [command.text for command in COMMANDS if command.keys and command.text.rstrip("…") not in listed] == []


def test_dropping_a_file_imports_it(window: MainWindow, tmp_path: Path, settle: Settle) -> None:
    from PySide6.QtCore import QMimeData, QPointF, QUrl
    from PySide6.QtGui import QDropEvent

    from reviewer.ui.exchange.import_files import ImportDialog

    path = tmp_path / "cases.jsonl"
    path.write_text('{"key": "a", "prompt": "How do I boil an egg?", "label": "answer"}\n', encoding="utf-8")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDropEvent(
        QPointF(10, 10),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    window.dropEvent(event)
    settle(window.session)
    assert window.findChild(ImportDialog) is not None
