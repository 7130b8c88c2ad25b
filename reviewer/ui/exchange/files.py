"""What the File menu does: workspaces, import, export, templates, backups."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QFileDialog, QWidget

from reviewer.host.files import private_folder
from reviewer.host.paths import WORKSPACE_SUFFIX, data_folder, demo_path
from reviewer.store.database import Workspace
from reviewer.ui.kit.commands import CommandTable
from reviewer.ui.kit.keys_ahead import show_over
from reviewer.ui.kit.session import Session

Go = Callable[[], object]
WORKSPACE_FILES = f"Reviewer workspaces (*{WORKSPACE_SUFFIX});;All files (*)"
OPENED_FILES = f"Reviewer workspaces and bundles (*{WORKSPACE_SUFFIX} *.zip);;All files (*)"


ABOUT_CASES = ("cases",)
"""Pages on which a person works on cases; on the others it is a run."""


class FileCommands(QObject):
    """Binds the File menu; its dialogs belong to the window."""

    def __init__(
        self, session: Session, commands: CommandTable, window: QWidget, after_pages: Callable[[Go], object]
    ) -> None:
        super().__init__(window)
        self.session, self.window, self._after_pages, self._commands = session, window, after_pages, commands
        self._go = lambda page: commands[f"go.{page}"].trigger()
        self._waiting: tuple[Path, list[Path]] | None = None
        session.opened.connect(self._import_waiting)
        commands.bind("file.new", self.new_workspace)
        commands.bind("file.open", self.choose_workspace)
        commands.bind("file.demo", self.open_demo)
        commands.bind("file.import", lambda: self.import_files([]))
        commands.bind("file.paste", self.paste)
        commands.bind("file.template", self.save_template)
        commands.bind("file.export", session.sight.unless_blind(self.export, session.refused.emit))
        commands.bind("file.backup", self.back_up)
        commands.bind("file.packet_send", self.send_packets)
        commands.bind("file.packet_take", self.take_packet)
        commands.bind("file.verify", self.verify)

    def has_workspace(self) -> bool:
        """Whether one is open; a line says so if not."""
        if not self.session.is_open:
            self.session.notice.emit("Open or make a workspace first.")
        return self.session.is_open

    def new_workspace(self) -> None:
        start = str(folder_for_new() / f"workspace{WORKSPACE_SUFFIX}")
        choose_file(self.window, "New workspace", start, WORKSPACE_FILES, save=True, then=self._create)

    def _create(self, path: Path) -> None:
        self._after_pages(lambda: self.session.open(with_suffix(path), create=True))

    def choose_workspace(self) -> None:
        folder = str(self.session.path.parent if self.session.path else data_folder())
        choose_file(self.window, "Open a workspace or a bundle", folder, OPENED_FILES, then=self.open)

    def open(self, path: Path) -> None:
        """Open a workspace that is there, once nothing unsaved is in the way."""
        self._after_pages(lambda: self.session.open(path, create=False))

    def open_demo(self) -> None:
        from reviewer.app.demo import build_demo

        self._after_pages(lambda: self.session.open(demo_path(), create=True, prepare=build_demo))

    def back_up(self) -> None:
        if self.has_workspace() and self.session.path is not None:
            start = str(self.session.path.with_suffix(f".backup{WORKSPACE_SUFFIX}"))
            choose_file(
                self.window, "Back up the workspace", start, WORKSPACE_FILES, save=True, then=self._write_backup
            )

    def _write_backup(self, path: Path) -> None:
        def work(workspace: Workspace) -> Path:
            workspace.backup(path)
            return path

        self.session.read(work, lambda done: self.session.notice.emit(f"Backed up to {done}; the copy was checked."))

    def import_files(self, paths: list[Path]) -> None:
        """Import these files, or ask for some; where no workspace is open, into a new one."""
        from reviewer.ui.exchange.import_files import start_import

        if self.session.is_open:
            start_import(self.session, self.window, paths, self._go)
            return
        name = paths[0].stem if paths else "workspace"
        start = str(folder_for_new() / f"{name}{WORKSPACE_SUFFIX}")
        title = "New workspace for what is imported"
        choose_file(self.window, title, start, WORKSPACE_FILES, save=True, then=partial(self._create_for, paths))

    def _create_for(self, paths: list[Path], chosen: Path) -> None:
        self._waiting = (with_suffix(chosen), paths)
        self._create(chosen)

    def _import_waiting(self) -> None:
        """The new workspace is open; should another one have been opened instead, nothing is imported into it."""
        waiting, self._waiting = self._waiting, None
        if waiting is not None and waiting[0] == self.session.path:
            # the window closes the dialogs of the former workspace first
            QTimer.singleShot(0, self, partial(self.import_files, waiting[1]))

    def paste(self) -> None:
        from reviewer.ui.exchange.import_files import start_paste

        if self.has_workspace():
            start_paste(self.session, self.window, self._go)

    def send_packets(self) -> None:
        from reviewer.ui.exchange.packets import start_sending

        if self.has_workspace():
            start_sending(self.session, self.window)

    def take_packet(self) -> None:
        from reviewer.ui.exchange.packets import PACKETS, take_in

        if self.has_workspace():
            title = "Take in a review packet"
            choose_file(self.window, title, "", PACKETS, then=lambda path: take_in(self.session, path, self.window))

    def verify(self) -> None:
        from reviewer.ui.exchange.verify import start_verifying

        start_verifying(self.session, self.window)

    def save_template(self) -> None:
        from reviewer.ui.exchange.export import save_template

        save_template(self.session, self.window)

    def export(self) -> None:
        from reviewer.ui.exchange.export import start_export

        if self.has_workspace():
            about_cases = any(self._commands[f"go.{page}"].isChecked() for page in ABOUT_CASES)
            start_export(self.session, self.window, about_cases=about_cases)


def with_suffix(path: Path) -> Path:
    """A workspace's path as it was meant."""
    return path if path.suffix else path.with_suffix(WORKSPACE_SUFFIX)


def folder_for_new() -> Path:
    """The data folder. It is made first: Qt takes a path into a folder that is not there as relative to ours."""
    try:
        private_folder(data_folder())
    except OSError:
        return Path.home()  # only where the dialog starts: the person sees it and chooses
    return data_folder()


def choose_file(
    parent: QWidget, title: str, start: str, filters: str, *, then: Callable[[Path], object], save: bool = False
) -> None:
    """Ask for one file without holding the program up; `then` gets its path."""
    dialog = _dialog(parent, title, start, filters)
    if save:
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile(start)
    else:
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.fileSelected.connect(lambda chosen: then(Path(chosen)))
    show_over(dialog)


def choose_files(
    parent: QWidget, title: str, start: str, filters: str, *, then: Callable[[list[Path]], object]
) -> None:
    """Ask for files to read without holding the program up; `then` gets their paths."""
    dialog = _dialog(parent, title, start, filters)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.filesSelected.connect(lambda chosen: then([Path(each) for each in chosen]))
    show_over(dialog)


def _dialog(parent: QWidget, title: str, start: str, filters: str) -> QFileDialog:
    dialog = QFileDialog(parent, title, start, filters)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return dialog
