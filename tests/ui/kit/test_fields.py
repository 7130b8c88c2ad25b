"""Forms: a field keeps its height, whatever is said beside it."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit, QPlainTextEdit, QVBoxLayout
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


def test_a_sentence_that_comes_beside_a_field_pushes_no_other_into_its_hint(qtbot: QtBot) -> None:
    """The row of the sentence was given two lines, and those were taken from the field below."""
    dialog = QDialog()
    qtbot.addWidget(dialog)
    form, name, text = FieldForm(), QLineEdit(), QPlainTextEdit()
    text.setFixedHeight(58)
    form.add("Name", name)
    form.add("Text", text, hint="In your own words; write nothing where there is nothing. " * 3)
    layout = QVBoxLayout(dialog)
    layout.addWidget(form)
    layout.addStretch(1)
    dialog.resize(560, 320)
    dialog.show()
    qtbot.waitExposed(dialog)
    form.show_problem(name, "A name needs a letter: a lone number may be a key that was meant for the review.")
    hint = next(each for each in form.findChildren(QLabel) if each.text().startswith("In your own"))
    for _ in range(5):
        QApplication.processEvents()
    assert hint.y() >= text.geometry().bottom()
