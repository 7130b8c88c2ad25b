"""Making a suite: its name, its scale of actions by name with what they mean, and how to choose one."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from reviewer.app.suites import new_suite
from reviewer.core.errors import KnownError
from reviewer.core.guidelines import guideline_for
from reviewer.store.facts.suites import StoredSuite
from reviewer.ui.kit.held_dialog import HeldInDialog
from reviewer.ui.kit.keys_ahead import show_over
from reviewer.ui.kit.page import margins, plain_label, row
from reviewer.ui.kit.scale_box import ScaleBox, actions_words
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.theme import GRID
from reviewer.ui.kit.trouble import error_words


def start_new_suite(session: Session, window: QWidget) -> QDialog:
    dialog = NewSuiteDialog(session, window)
    show_over(dialog)
    return dialog


class NewSuiteDialog(QDialog):
    """The guideline follows the scale until the person writes one."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("New suite")
        self._session = session
        self.name, self.scale = QLineEdit(), ScaleBox()
        self.meanings = plain_label()
        self.meanings.setAccessibleName("What the actions mean")
        self.guideline = QPlainTextEdit()
        self.guideline.setTabChangesFocus(True)
        self.note = plain_label()
        self.note.setAccessibleName("About the new suite")
        self.make, self.cancel = QPushButton("Make the suite"), QPushButton("Cancel")
        self.make.setDefault(True)
        self.make.setEnabled(False)
        self._lay_out()
        self.name.textChanged.connect(lambda text: self.make.setEnabled(bool(text.strip())))
        self.scale.currentIndexChanged.connect(self._show_scale)
        self.make.clicked.connect(self._make)
        self.cancel.clicked.connect(self.reject)
        self._shown, self._gone = "", False
        self._storing = HeldInDialog(session, self, self.note.setText)
        self.finished.connect(self._leave)
        self._show_scale()
        self.resize(100 * GRID, 84 * GRID)

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setHorizontalSpacing(2 * GRID)
        form.setVerticalSpacing(GRID)
        for caption, field in (("Name", self.name), ("Scale", self.scale), ("", self.meanings)):
            form.addRow(caption, field)
        form.addRow("Guideline", self.guideline)
        self.name.setAccessibleName("Name")
        self.guideline.setAccessibleName("Guideline")
        layout = QVBoxLayout(self)
        margins(layout)
        layout.addLayout(form, 1)
        layout.addWidget(self.note)
        layout.addLayout(row(None, self.cancel, self.make))

    def _show_scale(self) -> None:
        preset = self.scale.preset
        self.meanings.setText(actions_words(preset))
        if self.guideline.toPlainText() in ("", self._shown):
            self._shown = guideline_for(preset.scale)
            self.guideline.setPlainText(self._shown)

    def _make(self) -> None:
        name, scale, guideline = self.name.text(), self.scale.preset.scale, self.guideline.toPlainText()
        self.make.setEnabled(False)
        work = partial(new_suite, name=name, scale=scale, guideline=guideline)
        self._storing.write("Your new suite", work, self._made, self._fail)

    def _made(self, suite: StoredSuite) -> None:
        self._session.notice.emit(f"The suite {suite.name} is made; it has no cases yet.")
        self._session.select(suite_id=suite.id)
        if not self._gone:
            self.accept()

    def _fail(self, error: Exception) -> None:
        if self._gone or not isinstance(error, KnownError):
            self._session.tasks.failed.emit(error)
        if not self._gone:
            self.make.setEnabled(True)
            self.note.setText(error_words(error))

    def _leave(self) -> None:
        """Closed: what arrives later touches the dialog no more."""
        self._gone = True
