"""Forms: a field keeps its height, whatever is said beside it."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QVBoxLayout
from pytestqt.qtbot import QtBot

from reviewer.core.errors import InputError
from reviewer.ui.kit.fields import FieldForm

LONG = "Write what it is for, in as many words as it takes, and mind that whoever reads it has not seen the case. " * 2


def refuse() -> None:
    raise InputError(LONG, LONG)


def test_a_hint_and_a_problem_squeeze_no_field(qtbot: QtBot) -> None:
    dialog, form, fields = QDialog(), FieldForm(), [QLineEdit() for _ in range(4)]
    qtbot.addWidget(dialog)
    for number, field in enumerate(fields):
        form.add(f"Field {number}", field, check=refuse, hint=LONG)
    QVBoxLayout(dialog).addWidget(form)
    dialog.resize(320, 100)
    dialog.show()
    assert not form.is_sound()
    for _ in range(3):
        QApplication.processEvents()
    for field in fields:
        assert field.height() >= field.sizeHint().height()
    high = form.minimumHeight()
    for field in fields:
        form.show_problem(field, "")
    for _ in range(3):
        QApplication.processEvents()
    assert form.minimumHeight() < high
