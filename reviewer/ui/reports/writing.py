"""Asks where a report is to go, writes it off the GUI thread, and opens the folder it went to."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from reviewer.app.reporting import export_report
from reviewer.app.stopping import ReportCancelledError
from reviewer.core.errors import InputError
from reviewer.host.files import SEALED_ENDING, name_as_written, sealed_as_written
from reviewer.host.paths import data_folder
from reviewer.report.facts import RunReport
from reviewer.report.forms import FORMS
from reviewer.report.house import ESCAPES
from reviewer.ui.kit.folders import open_folder
from reviewer.ui.kit.keys_ahead import show_over
from reviewer.ui.kit.left_plain import left_plain
from reviewer.ui.kit.session import Session
from reviewer.ui.reports.encrypting import EncryptDialog
from reviewer.wording.plain_text import preview

NAME_CHARACTERS = 60


@dataclass(frozen=True)
class Wanted:
    """What is to be written: the report, the ending of the form that is chosen, the house template if there is one."""

    report: RunReport
    ending: str
    house: str = ""


class ReportFiles(QObject):
    """`busy_changed` says whether a file is being written; `written` comes with the path of one that was."""

    busy_changed = Signal(bool)
    written = Signal(object)

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._window = session, parent
        self._stop = threading.Event()
        self.is_busy = False
        self.last: Path | None = None

    def ask(self, wanted: Wanted, *, encrypted: bool) -> None:
        """Ask for the file; its ending names the form, and what is written is what is shown now.

        Before that a passphrase is asked for: for an `encrypted` file it must be given, and from an encrypted workspace
        it can be.
        """
        if encrypted or (self._session.is_open and self._session.workspace.is_encrypted):
            dialog = EncryptDialog(preview(wanted.report.run, 60), self._window, needed=encrypted)
            dialog.given.connect(partial(self._ask_for_file, wanted))
            show_over(dialog)
        else:
            self._ask_for_file(wanted, "")

    def _ask_for_file(self, wanted: Wanted, passphrase: str) -> None:
        folder = self._session.path.parent if self._session.path else data_folder()
        dialog = QFileDialog(self._window, "Export the report", str(folder))
        dialog.setObjectName("reports.export")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        more = SEALED_ENDING if passphrase else ""
        filters = _filters(bool(wanted.house), more)
        ending = wanted.ending + more
        dialog.setNameFilters(list(filters))
        dialog.selectNameFilter(next(words for words, each in filters.items() if each == ending))
        dialog.setDefaultSuffix(ending.removeprefix("."))
        report = wanted.report
        against = report.versus.run if report.versus else ""
        dialog.selectFile(f"{file_name(report.run, against)}{ending}")
        dialog.filterSelected.connect(partial(_take_form, dialog, filters))
        dialog.fileSelected.connect(lambda chosen: self.write(report, chosen, wanted.house, passphrase))
        show_over(dialog)

    def write(self, report: RunReport, chosen: str, house: str = "", passphrase: str = "") -> None:
        """Write a report to the chosen file, encrypted where there is a passphrase, and say where it is."""
        path, template = Path(chosen), Path(house) if house else None
        if passphrase and path.name.endswith(SEALED_ENDING):
            path = path.with_name(path.name.removesuffix(SEALED_ENDING))
        elif passphrase and path.with_name(path.name + SEALED_ENDING).exists():
            there = path.with_name(path.name + SEALED_ENDING)
            self._session.tasks.failed.emit(
                InputError(f"{there} is there already.", "Choose that name to replace it, or another one.")
            )
            return
        self._stop = stop = threading.Event()

        def work() -> Path:
            with sealed_as_written(passphrase):
                export_report(report, path, template, cancelled=stop.is_set)
                return name_as_written(path)

        # the file is written and told of also where the page has gone with its workspace meanwhile
        rest: Callable[[object], None] = self._session.bound(lambda _ended: self._set_busy(False))
        kept: Callable[[Path], None] = self._session.bound(self.keep)
        session, plain = self._session, "" if passphrase else left_plain(self._session)
        how = ", encrypted," if passphrase else ""

        def written(done: Path) -> None:
            session.notice.emit(f"The report{how} was written to {done}.{plain}")
            kept(done)
            rest(done)

        def failed(error: Exception) -> None:
            if not isinstance(error, ReportCancelledError):
                session.tasks.failed.emit(error)
            rest(error)

        self._set_busy(True)
        session.tasks.on_worker(work, written, failed)

    def cancel(self) -> bool:
        """Have the file that is being written not take its place; whether one is being written."""
        was_busy = self.is_busy
        self._stop.set()
        return was_busy

    def open_folder(self) -> None:
        """The folder of the report that was written last."""
        if self.last is None:
            self._session.notice.emit("No report has been written yet.")
        elif not open_folder(self.last.parent):
            self._session.notice.emit(f"No program could be started for the folder. It is {self.last.parent}.")

    def keep(self, path: Path) -> None:
        """This was written last."""
        self.last = path
        self.written.emit(path)

    def _set_busy(self, busy: bool) -> None:
        self.is_busy = busy
        self.busy_changed.emit(busy)


def _filters(has_house: bool, more: str) -> Mapping[str, str]:
    """What the dialog offers, with the ending of each; `more` stands behind it where the file is encrypted."""
    if has_house:
        return {f"By the house template (*{ending}{more})": f"{ending}{more}" for ending in ESCAPES}
    return {f"{form.name}: {form.words} (*{ending}{more})": f"{ending}{more}" for ending, form in FORMS.items()}


def _take_form(dialog: QFileDialog, filters: Mapping[str, str], chosen_filter: str) -> None:
    """The name follows the form that was chosen."""
    ending = filters[chosen_filter]
    dialog.setDefaultSuffix(ending.removeprefix("."))
    chosen = dialog.selectedFiles()
    if chosen:
        bare = Path(chosen[0].removesuffix(SEALED_ENDING))
        dialog.selectFile(bare.with_suffix(ending).name)


def file_name(untrusted_run: str, untrusted_against: str = "") -> str:
    """Runs' names as a file name: what no file system minds, and never a folder."""
    names = (untrusted_run, *(["against", untrusted_against] if untrusted_against else []))
    parts = [re.sub(r"[^\w.() -]+", "-", name).strip(" .-")[:NAME_CHARACTERS].strip() for name in names]
    return " ".join(filter(None, ("report", *parts)))
