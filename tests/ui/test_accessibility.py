"""Every control says what it is, and no label reads outside text as markup."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QTextEdit,
    QWidget,
)

from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.frame.pages import PAGES
from tests.ui.conftest import Settle

CONTROLS = (QAbstractButton, QAbstractItemView, QAbstractSpinBox, QComboBox, QLineEdit, QTextEdit)
DIALOGS = (
    "file.export",
    "file.paste",
    "runs.new",
    "view.palette",
    "view.keys",
    "view.session",
    "help.keys",
    "help.about",
)


def nameless(root: QWidget) -> Iterator[str]:
    """Controls that a screen reader could not name: no accessible name, no text, no buddy label."""
    buddies = {label.buddy() for label in root.findChildren(QLabel) if label.buddy() is not None}
    for control in (widget for kind in CONTROLS for widget in root.findChildren(kind)):
        if _is_part_of_another(control) or control.accessibleName() or control in buddies:
            continue
        if isinstance(control, QAbstractButton) and control.text():
            continue
        yield f"{type(control).__name__} {control.objectName()!r} in {type(control.parent()).__name__}"


def _is_part_of_another(control: QWidget) -> bool:
    """Qt's own inner parts: the field and the list of a combo box, a spin box's field, a table's corner."""
    if control.objectName().startswith("qt_"):
        return True
    parent = control.parentWidget()
    above = [parent, parent.parentWidget() if parent is not None else None]
    return any(isinstance(each, QComboBox | QAbstractSpinBox | QAbstractItemView | QLineEdit) for each in above)


def marked_up(root: QWidget) -> list[str]:
    """Labels that would take their text for rich text."""
    return [
        label.text()[:60]
        for label in root.findChildren(QLabel)
        if label.textFormat() is not Qt.TextFormat.PlainText
        and ("<" in label.text() or "&" in label.text())
        and label.buddy() is None
    ]


@pytest.fixture
def demo_window(window: MainWindow, demo_copy: Path, settle: Settle) -> MainWindow:
    window.session.open(demo_copy, create=False)
    settle(window.session)
    return window


@pytest.mark.parametrize("page", PAGES)
def test_every_control_of_a_page_has_a_name(demo_window: MainWindow, settle: Settle, page: str) -> None:
    demo_window.show_page(page)
    settle(demo_window.session)
    assert list(nameless(demo_window)) == []
    assert marked_up(demo_window) == []


@pytest.mark.parametrize("command", DIALOGS)
def test_every_control_of_a_dialog_has_a_name(demo_window: MainWindow, settle: Settle, command: str) -> None:
    for page in PAGES:
        demo_window.show_page(page)
        settle(demo_window.session)
    demo_window.commands[command].trigger()
    settle(demo_window.session)
    dialogs = [dialog for dialog in demo_window.findChildren(QDialog) if dialog.isVisible()]
    assert dialogs
    assert [name for dialog in dialogs for name in nameless(dialog)] == []
    for dialog in dialogs:
        dialog.reject()


def test_the_welcome_page_has_names(window: MainWindow) -> None:
    window.show_welcome()
    assert list(nameless(window)) == []


@pytest.mark.parametrize("page", PAGES)
def test_tab_reaches_every_enabled_control_and_comes_back(demo_window: MainWindow, settle: Settle, page: str) -> None:
    demo_window.show_page(page)
    settle(demo_window.session)
    shown = demo_window.pages[page]
    start = QApplication.focusWidget()
    seen: list[QWidget] = []
    for _ in range(300):
        demo_window.focusNextChild()
        now = QApplication.focusWidget()
        if now is None or now in seen:
            break
        seen.append(now)
    wanted = [
        control
        for control in shown.findChildren(QLineEdit)
        if control.isVisible() and control.isEnabled() and not _is_part_of_another(control)
    ]
    assert start is not None
    assert [control.accessibleName() for control in wanted if control not in seen] == []
