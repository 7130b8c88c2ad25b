"""Until when a suite is kept."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import QCheckBox, QDateEdit, QDialog, QPushButton, QVBoxLayout, QWidget

from reviewer.app.window_deleting import keep_here, kept_until
from reviewer.store.facts.bin import Retention
from reviewer.store.facts.suites import StoredSuite
from reviewer.ui.kit.page import margins, plain_label, row
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.theme import GRID
from reviewer.ui.kit.trouble import error_words
from reviewer.wording.deleting import retention_words
from reviewer.wording.plain_text import plain_text, preview


def start_keeping(session: Session, suite: StoredSuite | None, window: QWidget) -> None:
    if suite is None:
        session.notice.emit("There is no suite yet, so there is nothing to keep.")
    else:
        RetentionDialog(session, suite, window).open()


class RetentionDialog(QDialog):
    """A day of the suite's own, or none: then the workspace's default holds."""

    def __init__(self, session: Session, suite: StoredSuite, parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._suite_id = session, suite.id
        self.setWindowTitle(f"How long {preview(suite.name, 40)} is kept")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.state = plain_label("Looking…")
        self.state.setAccessibleName("How long it is kept now")
        self.has_day, self.deletes = QCheckBox("Keep it &until"), QCheckBox("&Delete it then; otherwise you are asked")
        self.day = QDateEdit(QDate.currentDate().addYears(1))
        self.day.setDisplayFormat("yyyy-MM-dd")
        self.day.setAccessibleName("The last day, year first")
        self.has_day.toggled.connect(self._enable)
        self.keep, cancel = QPushButton("&Save"), QPushButton("Cancel")
        self.keep.setDefault(True)
        self.keep.setEnabled(False)
        layout = QVBoxLayout(self)
        margins(layout)
        layout.addWidget(self.state)
        layout.addLayout(row(self.has_day, self.day, None))
        layout.addWidget(self.deletes)
        layout.addWidget(plain_label("What is deleted goes into the bin, and you can bring it back for 30 days."))
        layout.addStretch(1)
        layout.addLayout(row(None, cancel, self.keep))
        cancel.clicked.connect(self.reject)
        self.keep.clicked.connect(self._keep)
        self.resize(70 * GRID, 30 * GRID)
        self._enable(False)
        session.read(
            lambda workspace: kept_until(workspace, suite.id),
            self._show,
            lambda error: self.state.setText(plain_text(error_words(error))),
        )

    def _enable(self, on: bool) -> None:
        self.day.setEnabled(on)
        self.deletes.setEnabled(on)

    def _show(self, kept: Retention) -> None:
        self.state.setText(plain_text(retention_words(kept)))
        if kept.is_own and kept.until is not None:
            self.day.setDate(QDate(kept.until.year, kept.until.month, kept.until.day))
            self.deletes.setChecked(kept.deletes)
        self.has_day.setChecked(kept.is_own)
        self.keep.setEnabled(not self._session.read_only)

    def _keep(self) -> None:
        chosen = self.day.date()
        until = date(chosen.year(), chosen.month(), chosen.day()) if self.has_day.isChecked() else None
        suite_id, author, deletes = self._suite_id, self._session.reviewer, self.deletes.isChecked()
        self._session.write(
            lambda workspace: keep_here(workspace, suite_id, until, author, deletes=deletes and until is not None),
            lambda kept: self._session.notice.emit(plain_text(retention_words(kept))),
        )
        self.accept()
