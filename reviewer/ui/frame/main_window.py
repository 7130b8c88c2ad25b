"""The main window: menus, the navigation rail, one page at a time, drops, and what happens on quitting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QByteArray, QDeadlineTimer, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QHBoxLayout,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from reviewer.core.changes import Changes
from reviewer.core.errors import InputError
from reviewer.host.offline import follow_setting, locked_by
from reviewer.host.paths import WORKSPACE_SUFFIX
from reviewer.store.facts.suites import SuiteLine
from reviewer.store.queries import suites
from reviewer.ui.bin.commands import BinCommands
from reviewer.ui.exchange.files import FileCommands
from reviewer.ui.frame.banner import ReadOnlyBanner
from reviewer.ui.frame.blind_veil import BlindVeil
from reviewer.ui.frame.change_keys import KeysDialog
from reviewer.ui.frame.closing import ClosingWhenStored
from reviewer.ui.frame.crashed import Crashes
from reviewer.ui.frame.done_line import DoneLine
from reviewer.ui.frame.encryption import EncryptionCommands
from reviewer.ui.frame.fonts import FontWatch
from reviewer.ui.frame.in_use import AskingBeside
from reviewer.ui.frame.keys_help import KeysHelp
from reviewer.ui.frame.lock_options import LockDialog
from reviewer.ui.frame.locking import Locking
from reviewer.ui.frame.notices import NoticeBar
from reviewer.ui.frame.opening import BeingOpened
from reviewer.ui.frame.pages import PAGES, after_pages, make_page
from reviewer.ui.frame.palette import CommandPalette
from reviewer.ui.frame.place import PlaceBar
from reviewer.ui.frame.rail import RailButton
from reviewer.ui.frame.restoring import RestoreCommands
from reviewer.ui.frame.session_options import SessionDialog
from reviewer.ui.frame.unlock import Unlocking
from reviewer.ui.frame.welcome import WelcomePage
from reviewer.ui.kit.attention import Attention
from reviewer.ui.kit.called_by_qt import handles
from reviewer.ui.kit.commands import COMMANDS, UI_SCALES, CommandTable
from reviewer.ui.kit.icons import icon
from reviewer.ui.kit.keymap import use_keys
from reviewer.ui.kit.keys_ahead import holds_back, open_when_read, show_over
from reviewer.ui.kit.page import Page
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.theme import GRID, LARGEST_POINTS, SMALLEST_POINTS, apply_theme
from reviewer.wording.plain_text import preview

CLOSE_AT_ONCE_S = 0.2
CLOSE_LOOKED_AT_MS = 100
CLOSE_WITHIN_MS = 30_000
"""A thread that hangs keeps the window no longer than this; what has been stored is on disk."""


class MainWindow(QMainWindow):
    """Owns the session's views. Everything a menu or key does goes through the command table."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.commands = CommandTable(self)
        self.pages: dict[str, Page] = {}
        self.setWindowTitle("Reviewer")
        self.setWindowIcon(icon("app"))
        self.setAcceptDrops(True)
        self.stack = QStackedWidget()
        self.rail = self._make_rail()
        self.whole = QStackedWidget()
        self.whole.addWidget(self._make_frame())
        self.setCentralWidget(self.whole)
        self.place = PlaceBar()
        self.setStatusBar(self.place)
        self.done = DoneLine(self.commands, self)
        self.notices = NoticeBar(self, session.unnamed, self.done, self.commands)
        self.installEventFilter(self.notices)
        self.files = FileCommands(session, self.commands, self, partial(after_pages, self.pages))
        BinCommands(session, self.commands, self)
        self._bind_commands()
        self._make_menus()
        self.veil = BlindVeil(self)
        self.stack.addWidget(self.veil.screen)
        self.opening = BeingOpened(session, self)
        self.welcome: WelcomePage | None = None
        self.show_welcome()
        session.leaving.connect(self._leave_pages)
        self.unlocking = Unlocking(session, self)
        AskingBeside(session, self)
        session.opened.connect(self._on_opened)
        self.crashes = Crashes(session, self.notices)
        session.tasks.failed.connect(self.crashes.failed)
        session.tasks.busy_changed.connect(self.place.show_busy)
        _tell_what_happens(self)
        FontWatch(session, self)
        session.settings_changed.connect(self._apply_settings)
        self.locking = Locking(self)
        self.encryption = EncryptionCommands(self)
        self.restoring = RestoreCommands(self)
        self._closing: QDeadlineTimer | None = None
        self.when_stored = ClosingWhenStored(session, self.close, partial(_tell_who_leaves, self), self)
        self._restore_geometry()
        Attention(session.attention, self)
        if session.settings_trouble:
            self.notices.show_error(InputError(session.settings_trouble, "Change what you need under View."))

    def _make_frame(self) -> QWidget:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(ReadOnlyBanner(self.session))
        column.addWidget(self.stack, 1)
        frame = QWidget()
        layout = QHBoxLayout(frame)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.rail)
        layout.addWidget(content, 1)
        return frame

    def _make_rail(self) -> QWidget:
        rail = QWidget()
        rail.setAccessibleName("Navigation")
        column = QVBoxLayout(rail)
        column.setContentsMargins(GRID // 2, GRID, GRID // 2, GRID)
        column.setSpacing(GRID // 2)
        for name in PAGES:
            button = RailButton()
            button.setDefaultAction(self.commands[f"go.{name}"])
            button.setAccessibleName(name.capitalize())
            self.commands[f"go.{name}"].setCheckable(True)
            self.commands[f"go.{name}"].setIcon(icon(name))
            column.addWidget(button)
        column.addStretch(1)
        return rail

    def _make_menus(self) -> None:
        for menu in dict.fromkeys(command.menu for command in COMMANDS if command.menu):
            entry = self.menuBar().addMenu(f"&{menu}")
            for command in COMMANDS:
                if command.menu == menu:
                    entry.addAction(self.commands[command.id])

    def _bind_commands(self) -> None:
        bind = self.commands.bind
        bind("file.quit", self.close)
        for name in PAGES:
            bind(f"go.{name}", partial(self.show_page, name))
        bind("runs.new", self.session.sight.unless_blind(self._new_run, self.session.refused.emit))
        bind("view.larger", lambda: self._resize_text(1))
        bind("view.smaller", lambda: self._resize_text(-1))
        bind("view.offline", partial(turn_offline, self.session))
        for theme in ("system", "light", "dark"):
            bind(f"view.theme_{theme}", partial(self._set_theme, theme))
        for percent in UI_SCALES:
            bind(f"view.scale_{percent}", partial(self._set_scale, percent))
        bind("view.reviewer", self._ask_reviewer)
        bind("view.palette", lambda: show_over(CommandPalette(self)))
        bind("view.keys", lambda: show_over(KeysDialog(self.session, self)))
        bind("view.session", lambda: show_over(SessionDialog(self.session, self)))
        bind("view.lock", lambda: show_over(LockDialog(self.session, self)))
        bind("help.keys", lambda: show_over(KeysHelp(self.commands, self.page, self)))
        bind("help.method", partial(_show_method, self))
        bind("help.safety", partial(_show_safety, self))
        bind("help.about", partial(_show_about, self))

    # pages

    def show_welcome(self) -> None:
        if self.welcome is None:
            self.welcome = WelcomePage(self.session.settings.recent)
            self.welcome.demo_wanted.connect(self.files.open_demo)
            self.welcome.new_wanted.connect(self.files.new_workspace)
            self.welcome.open_wanted.connect(self.files.choose_workspace)
            self.welcome.import_wanted.connect(lambda: self.files.import_files([]))
            self.welcome.recent_wanted.connect(lambda path: self.files.open(Path(path)))
            self.stack.addWidget(self.welcome)
            self.opening.watch(self.welcome)
        self.rail.hide()
        self.stack.setCurrentWidget(self.welcome)
        self.welcome.demo.setFocus()

    def show_page(self, name: str) -> None:
        """Show a page, made at its first showing, or, while a blind review hides it, the veil."""
        for other in PAGES:
            self.commands[f"go.{other}"].setChecked(other == name and self.session.is_open)
        if not self.session.is_open:
            self.opening.want(name)
            return
        veiled, self.veil.wanted = self.veil.hides(name), name
        if not veiled and name not in self.pages:
            self.pages[name] = make_page(name, self.session, self.commands)
            self.stack.addWidget(self.pages[name])
        for other, page in self.pages.items():
            page.set_shown(other == name and not veiled)
        self.stack.setCurrentWidget(self.veil.screen if veiled else self.pages[name])
        self.commands.show_page("" if veiled else name)
        self.done.leave()
        if veiled:
            self.veil.screen.setFocus()
        else:
            self.pages[name].take_focus()

    @property
    def page(self) -> str:
        """Name of the page that is shown, empty on the welcome page."""
        current = self.stack.currentWidget()
        return current.name if isinstance(current, Page) else ""

    def _leave_pages(self) -> None:
        for page in self.pages.values():
            page.leave()

    def _on_opened(self) -> None:
        """Pages and dialogs end with the workspace that they show: what they hold is not of the new one."""
        page = self.opening.take_wanted() or self.page or "cases"
        self.veil.begin()
        closed = close_dialogs(self)
        for name, former in self.pages.items():
            self.commands.release(name)
            former.set_shown(False)
            self.stack.removeWidget(former)
            former.deleteLater()
        self.pages.clear()
        self.rail.show()
        self.place.show_place(self.session.path, self.session.reviewer)
        self.setWindowTitle(f"{preview(self.session.path.stem, 80) if self.session.path else ''} – Reviewer")
        self.show_page(page)
        if closed:
            self.session.notice.emit(f"{', '.join(closed)}: closed, because it was about the former workspace.")

    # files and runs

    def _new_run(self) -> None:
        if self.files.has_workspace():
            open_when_read(self.session, self, suites.suites, self._start_new_run)

    def _start_new_run(self, lines: Sequence[SuiteLine]) -> QDialog | None:
        """The question for the run, or a line that says what comes before it."""
        from reviewer.ui.runs.new_run import NewRunDialog

        self.show_page("runs" if lines else "cases")
        if lines:
            return NewRunDialog(self.session, self)
        self.session.notice.emit("A run needs cases, and there are none yet: import some, or write one, first.")
        return None

    @handles
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    @handles
    def dropEvent(self, event: QDropEvent) -> None:
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        if len(paths) == 1 and paths[0].suffix == WORKSPACE_SUFFIX:
            self.files.open(paths[0])
        elif paths:
            self.files.import_files(paths)

    # looks

    def _resize_text(self, step: int) -> None:
        points = min(max(self.session.settings.text_points + step, SMALLEST_POINTS), LARGEST_POINTS)
        self.session.change_settings(replace(self.session.settings, text_points=points))

    def _set_theme(self, theme: str) -> None:
        self.session.change_settings(replace(self.session.settings, theme=theme))

    def _set_scale(self, percent: int) -> None:
        self.session.change_settings(replace(self.session.settings, ui_scale=percent))
        self.session.notice.emit(f"The window will be shown at {percent} % from the next start.")

    def _apply_settings(self) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            apply_theme(app, self.session.settings.theme, grey_text=self.session.settings.grey_text)
        use_keys(self.commands, self.session.settings.keys)
        follow_setting(self.session.settings.offline)
        self.place.show_lock(locked_by())
        self.place.show_place(self.session.path, self.session.reviewer)

    def _ask_reviewer(self) -> None:
        from reviewer.ui.frame.name import NameDialog

        dialog = NameDialog(self.session, self)
        dialog.chosen.connect(self._set_reviewer)
        show_over(dialog)

    def _set_reviewer(self, name: str) -> None:
        self.session.change_settings(replace(self.session.settings, reviewer=name))
        self.session.changed.emit(Changes(decisions=True))

    # start and end

    def _restore_geometry(self) -> None:
        self._apply_settings()
        geometry = self.session.settings.window.get("geometry", "")
        if not geometry or not self.restoreGeometry(QByteArray.fromBase64(geometry.encode("ascii", "ignore"))):
            self.resize(1366, 768)

    @handles
    def closeEvent(self, event: QCloseEvent) -> None:
        """End the runs under way, keep what was received, and go when it is on disk; the window stays alive.

        What waits for another program to be stored is waited for, unless somebody closes the window a second time. A
        dialog is answered or closed first.
        """
        if self._closing is None and (holds_back(self) or self.when_stored.stays()):
            event.ignore()
            return
        if self._closing is None:
            geometry = bytes(self.saveGeometry().toBase64().data()).decode("ascii")
            self.session.change_settings(replace(self.session.settings, window={"geometry": geometry}))
            self._leave_pages()
            self._closing = QDeadlineTimer(CLOSE_WITHIN_MS)
        if self.session.close(within_s=CLOSE_AT_ONCE_S) or self._closing.hasExpired():
            event.accept()
            return
        event.ignore()
        self.stack.setEnabled(False)
        self.notices.show_notice("The last results are being stored; the window will close by itself.")
        QTimer.singleShot(CLOSE_LOOKED_AT_MS, self.close)


def close_dialogs(window: QWidget) -> list[str]:
    """Close what was asked of a workspace that another one has taken the place of; their titles."""
    shown = [dialog for dialog in window.findChildren(QDialog) if dialog.isVisible()]
    for dialog in shown:
        dialog.reject()
    return [dialog.windowTitle() for dialog in shown]


def _show_method(window: MainWindow) -> None:
    from reviewer.app.figures.method import method_sections
    from reviewer.ui.frame.method import HelpPageDialog

    show_over(HelpPageDialog(window, "How the figures are computed", method_sections()))


def _show_safety(window: MainWindow) -> None:
    from reviewer.app.figures.method import safety_sections
    from reviewer.ui.frame.method import HelpPageDialog

    show_over(HelpPageDialog(window, "What is kept safe", safety_sections()))


def _show_about(window: MainWindow) -> None:
    from reviewer.ui.frame.about import AboutDialog

    show_over(AboutDialog(window))


def turn_offline(session: Session) -> None:
    """The offline lock on or off, and what holds now."""
    session.change_settings(replace(session.settings, offline=not session.settings.offline))
    by = locked_by()
    session.notice.emit(f"Offline, by {by}: nothing is sent." if by else "Runs and judges can send again.")


def _tell_who_leaves(window: MainWindow, waits: str) -> None:
    (window.locking.tell if window.locking.is_locked else window.session.notice.emit)(waits)


def _tell_what_happens(window: MainWindow) -> None:
    session, notices, done, place = window.session, window.notices, window.done, window.place
    session.notice.connect(notices.show_notice)
    session.refused.connect(notices.show_answer)
    session.notice_over.connect(notices.take_back)
    session.notice_over.connect(done.take_back)
    session.done.connect(done.show_done)
    session.pace.connect(place.show_pace)
