"""A failure of the program itself: what would be copied is shown, and is free of texts."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from reviewer.core.errors import InputError
from reviewer.ui.frame.crash import CrashDialog
from reviewer.ui.frame.notices import NoticeBar
from reviewer.ui.kit.commands import CommandTable
from reviewer.ui.kit.unnamed import Unnamed


def test_the_details_are_what_is_copied(qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    bar = NoticeBar(window, Unnamed(), QWidget(window), CommandTable(window))
    bar.show_error(InputError("The file is empty."))
    assert bar.details.isHidden()
    try:
        int("a prompt of a case")
    except ValueError as error:
        bar.show_error(error)
    assert not bar.details.isHidden()
    bar.details.click()
    dialog = bar.findChild(CrashDialog)
    assert dialog is not None
    dialog.copy_button.click()
    copied = QGuiApplication.clipboard().text()
    assert copied == dialog.report.toPlainText()
    assert "test_the_details_are_what_is_copied" in copied
    assert "a prompt of a case" not in copied
    dialog.close()
    bar.show_notice("Done.")
    assert bar.details.isHidden()
