"""Until when a suite is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import QCheckBox, QDateEdit, QPushButton, QSpinBox, QVBoxLayout, QWidget

from reviewer.app.window_deleting import KeptNow, keep_here, kept_now
from reviewer.store.facts.bin import MOST_DAYS
from reviewer.store.facts.suites import StoredSuite
from reviewer.ui.kit.held_writes import Held
from reviewer.ui.kit.keys_ahead import FilledLater, show_over
from reviewer.ui.kit.page import margins, plain_label, row
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.theme import GRID
from reviewer.ui.kit.trouble import error_words
from reviewer.wording.deleting import default_words, retention_words
from reviewer.wording.plain_text import in_sentence, plain_text, preview


def start_keeping(session: Session, suite: StoredSuite | None, window: QWidget) -> None:
    if suite is None:
        session.notice.emit("There is no suite yet, so there is nothing to keep.")
    else:
        show_over(RetentionDialog(session, suite, window))


USUAL_DAYS = 365


class RetentionDialog(FilledLater):
    """A day of the suite's own, or none: then the workspace's default holds, which is said and set below."""

    def __init__(self, session: Session, suite: StoredSuite, parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._suite_id = session, suite.id
        self.setWindowTitle(f"How long {preview(suite.name, 40)} is kept")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.state = plain_label("Looking…")
        self.state.setAccessibleName("How long it is kept now")
        self.has_day, self.deletes = QCheckBox("Keep it &until"), QCheckBox("D&elete it then; otherwise you are asked")
        self.day = QDateEdit(QDate.currentDate().addYears(1))
        self.day.setDisplayFormat("yyyy-MM-dd")
        self.day.setAccessibleName("The last day, year first")
        self.others = plain_label()
        self.others.setAccessibleName("How long the other suites are kept now")
        self.has_days, self.deletes_others = (
            QCheckBox("Keep suites without a &day of their own for"),
            QCheckBox("Delete &them then; otherwise you are asked"),
        )
        self.days = QSpinBox()
        self.days.setRange(1, MOST_DAYS)
        self.days.setValue(USUAL_DAYS)
        self.days.setGroupSeparatorShown(True)
        self.days.setSuffix(" days from when they were made")
        self.days.setAccessibleName("Days that suites without a day of their own are kept")
        self.has_day.toggled.connect(self._enable)
        self.has_days.toggled.connect(self._enable_others)
        self.keep = QPushButton("&Save")
        self._lay_out()
        self._enable(False)
        self._enable_others(False)
        session.read(
            lambda workspace: kept_now(workspace, suite.id),
            self._show,
            self._not_read,
        )

    def _lay_out(self) -> None:
        cancel = QPushButton("Cancel")
        self.keep.setDefault(True)
        self.keep.setEnabled(False)
        layout = QVBoxLayout(self)
        margins(layout)
        layout.addWidget(self.state)
        layout.addLayout(row(self.has_day, self.day, None))
        layout.addWidget(self.deletes)
        layout.addSpacing(2 * GRID)
        layout.addWidget(self.others)
        layout.addLayout(row(self.has_days, self.days, None))
        layout.addWidget(self.deletes_others)
        layout.addSpacing(2 * GRID)
        layout.addWidget(plain_label("What is deleted goes into the bin, and you can bring it back for 30 days."))
        layout.addStretch(1)
        layout.addLayout(row(None, cancel, self.keep))
        cancel.clicked.connect(self.reject)
        self.keep.clicked.connect(self._keep)
        self.resize(76 * GRID, 44 * GRID)

    def _enable(self, on: bool) -> None:
        self.day.setEnabled(on)
        self.deletes.setEnabled(on)

    def _enable_others(self, on: bool) -> None:
        self.days.setEnabled(on)
        self.deletes_others.setEnabled(on)

    def _show(self, now: KeptNow) -> None:
        kept = now.suite
        self.state.setText(retention_words(replace(kept, suite=in_sentence(kept.suite))))
        self.others.setText(default_words(now.days, deletes=now.deletes))
        if kept.is_own and kept.until is not None:
            self.day.setDate(QDate(kept.until.year, kept.until.month, kept.until.day))
            self.deletes.setChecked(kept.deletes)
        if now.days is not None:
            self.days.setMaximum(max(MOST_DAYS, now.days))
            self.days.setValue(now.days)
            self.deletes_others.setChecked(now.deletes)
        self.has_day.setChecked(kept.is_own)
        self.has_days.setChecked(now.days is not None)
        self.keep.setEnabled(not self._session.read_only)
        self.end_filling()

    def _not_read(self, error: Exception) -> None:
        self.state.setText(plain_text(error_words(error)))
        self.end_filling()

    def _keep(self) -> None:
        chosen = self.day.date()
        until = date(chosen.year(), chosen.month(), chosen.day()) if self.has_day.isChecked() else None
        suite_id, author, deletes = self._suite_id, self._session.reviewer, self.deletes.isChecked()
        days = self.days.value() if self.has_days.isChecked() else None
        default = (days, days is not None and self.deletes_others.isChecked())
        self._session.write(
            lambda workspace: keep_here(
                workspace, suite_id, until, author, deletes=deletes and until is not None, default=default
            ),
            lambda now: self._session.notice.emit(plain_text(now.sentence)),
            held=Held("How long it is kept"),
        )
        self.accept()
