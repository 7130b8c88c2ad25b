"""What can be done once an import is over: look at what came in, keep the rows that were left out."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QWidget

from reviewer.app.jobs.imports import ImportReport
from reviewer.host.files import write_file
from reviewer.ui.bin.deleting import deleting_of
from reviewer.ui.bin.taking_back import TakingBack
from reviewer.ui.exchange.words import in_the_window
from reviewer.ui.kit.keys_ahead import show_over
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.theme import GRID
from reviewer.ui.kit.trouble import error_words

UNDO = "&Undo this import"
_FORMULA = tuple("=+-@\t\r")


class ResultButtons(QWidget):
    """`page_wanted` carries the name of the page that shows what came in. Return goes there. `said` carries what is to
    be read of taking one back, `taken_back` the import that was.
    """

    page_wanted = Signal(str)
    said = Signal(str)
    taken_back = Signal(int)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._reports: Sequence[ImportReport] = ()
        self._act_id = 0
        self._gone: set[int] = set()
        self.save = QPushButton("Save the rows left out…")
        self.save.setToolTip("As a table: file, line, and why")
        self.cases, self.review = QPushButton("Show the cases"), QPushButton("Review the responses")
        self.save.clicked.connect(self._choose)
        self.cases.clicked.connect(lambda: self.page_wanted.emit("cases"))
        self.review.clicked.connect(lambda: self.page_wanted.emit("review"))
        self.undo = QPushButton(UNDO)
        self.undo.setToolTip("What it added goes into the bin, from which you can bring it back for 30 days")
        self._taking = TakingBack(
            session,
            deleting_of(session),
            asked=self._ask,
            done=self._taken,
            failed=lambda error: self.said.emit(error_words(error)),
        )
        self.undo.clicked.connect(lambda _checked=False: self._taking.press(self._act_id))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        for button in (self.undo, self.save, self.cases, self.review):
            layout.addWidget(button)
        self.hide()

    def show_reports(self, reports: Sequence[ImportReport]) -> None:
        """Offer what there is to do after these; the first that is possible has Return."""
        self._reports = reports
        self.save.setVisible(any(each.bad for each in reports))
        runs = any(each.responses_added or (each.runs and each.unchanged) for each in reports)
        self.review.setVisible(runs)
        self.cases.setVisible(not runs and any(each.suite for each in reports))
        self.show()
        first = next((each for each in (self.review, self.cases) if not each.isHidden()), None)
        if first is not None:
            first.setDefault(True)
            first.setFocus()

    def look_at(self, report: ImportReport | None) -> None:
        """This one is shown, and would be taken back."""
        self._act_id = report.act_id if report is not None and report.act_id not in self._gone else 0
        self._taking.forget()
        self.undo.setText(UNDO)
        self.undo.setVisible(bool(self._act_id))

    def _ask(self, later: str) -> None:
        self.undo.setText("&Undo it with later work")
        self.said.emit(later)

    def _taken(self) -> None:
        """What is left of the others can still be looked at."""
        gone = self._act_id
        self._gone.add(gone)
        self.look_at(None)
        if all(each.act_id in self._gone for each in self._reports):
            self.cases.hide()
            self.review.hide()
        self.taken_back.emit(gone)

    def _choose(self) -> None:
        name = f"{self._reports[0].path.stem} left out.csv"
        dialog = QFileDialog(self.window(), "Save the rows left out", name, "CSV (*.csv)")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.fileSelected.connect(lambda chosen: self.write(Path(chosen)))
        show_over(dialog)

    def write(self, path: Path) -> None:
        reports = tuple(self._reports)
        self._session.tasks.on_worker(
            lambda: write_left_out(path, reports),
            lambda _: self._session.notice.emit(f"The rows that were left out are listed in {path}."),
        )


def write_left_out(path: Path, reports: Sequence[ImportReport]) -> None:
    """A table of file, line and reason. Raises KnownError where it cannot be written."""
    text = io.StringIO(newline="")
    rows = csv.writer(text)
    rows.writerow(("file", "line", "why"))
    # a cell that a spreadsheet would run as a formula is a text in it
    cells = ((report.path.name, str(bad.line), in_the_window(bad.reason)) for report in reports for bad in report.bad)
    rows.writerows([f"'{cell}" if cell[:1] in _FORMULA else cell for cell in row] for row in cells)
    write_file(path, text.getvalue().encode("utf-8-sig", "replace"))
