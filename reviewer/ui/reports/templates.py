"""Report templates in the window: which were saved, loading one, saving the present choices as one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QInputDialog, QWidget

from reviewer.app.report_templates import load_template, save_template, template_names
from reviewer.report.options import ReportOptions
from reviewer.ui.exchange.files import choose_file
from reviewer.ui.kit.keys_ahead import show_over
from reviewer.ui.kit.session import Session

FILES = "Report templates (*.toml);;All files (*)"


class TemplateFiles(QObject):
    """`listed` carries the saved ones' names, `loaded` the name or path of one with its `ReportOptions`."""

    listed = Signal(object)
    loaded = Signal(str, object)
    saved = Signal(str)

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._window = session, parent
        self.names: Sequence[str] = ()

    def list(self) -> None:
        self._session.work(template_names, self._list)

    def _list(self, names: Sequence[str]) -> None:
        self.names = names
        self.listed.emit(names)

    def load(self, named: str) -> None:
        self._session.work(lambda: load_template(named), partial(self.loaded.emit, named), self._not_loaded)

    def _not_loaded(self, error: Exception) -> None:
        """The box says again what the choices are of."""
        self.listed.emit(self.names)
        self._session.tasks.failed.emit(error)

    def ask_for_file(self) -> None:
        choose_file(
            self._window.window(),
            "Report template",
            str(Path.home()),
            FILES,
            then=lambda path: self.load(str(path)),
        )

    def ask_for_name(self, options: ReportOptions) -> QInputDialog:
        """Ask under which name these choices are to be kept; a name that was saved before is written over."""
        dialog = QInputDialog(self._window)
        dialog.setObjectName("reports.template")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle("Save these choices as a template")
        there = f" A name that is there is replaced: {', '.join(self.names)}." if self.names else ""
        dialog.setLabelText(
            f"Name of the template. It serves every workspace, and `reviewer report --template`.{there}"
        )
        dialog.setOkButtonText("Save")
        dialog.textValueSelected.connect(partial(self.save, options))
        show_over(dialog)
        return dialog

    def save(self, options: ReportOptions, name: str) -> None:
        def work() -> Sequence[str]:
            save_template(name.strip(), options)
            return template_names()

        def done(names: Sequence[str]) -> None:
            self.saved.emit(name.strip())
            self._list(names)
            self._session.notice.emit(f"The template {name.strip()} was saved.")

        self._session.work(work, done)
