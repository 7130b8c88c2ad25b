"""Lock the window: cover it, close an encrypted workspace, forget its key; and the way back to the same place.

The pages stay as they are behind the cover, with all that was typed in them, so that unlocking shows the same place.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from reviewer.core.errors import InputError, KnownError
from reviewer.endpoints.keys import forget_typed_keys
from reviewer.host.sealed_files import forget_files
from reviewer.store.database import Workspace
from reviewer.store.dialects.sealing import seal_of
from reviewer.store.encrypting import SealedError, lock_all, unlock
from reviewer.ui.frame.covering import WindowCover
from reviewer.ui.frame.idle import IdleWatch, seconds
from reviewer.ui.frame.lock_screen import LockScreen
from reviewer.ui.jobs.run_jobs import jobs_of
from reviewer.ui.kit.held_writes import waiting
from reviewer.ui.kit.trouble import error_words

if TYPE_CHECKING:
    from reviewer.ui.frame.main_window import MainWindow

CURTAIN = "The workspace is not encrypted, so the window is only covered: whoever is at this computer can open it."
CLOSING = "What is being written is stored first; then the workspace is closed and its key forgotten."
CLOSED = "The workspace is closed and its key forgotten. Its passphrase or its recovery code opens it again."
READ_ONLY = (
    "The workspace is open to be read only, and stays open behind this: quit where its key is to be forgotten too. Its "
    "passphrase or its recovery code shows it again."
)
TYPED = "Something that you typed is stored nowhere yet. It is kept in this window until you unlock it."
WAITS = "The work on a run goes on; when it ends, the workspace is closed and its key forgotten."
HELD = (
    "What you did last is not stored yet: another program keeps the workspace. Once it is stored, the workspace is "
    "closed and its key forgotten."
)
DOES_NOT_OPEN = (
    "This passphrase does not open the workspace. Check capital letters and the keyboard's language, or give the "
    "recovery code. Nothing was changed."
)
REPLACED = "The file is not the one that was open before, or its passphrase was changed meanwhile."


class Locking(QObject):
    """Of one window. `is_locked` from the moment it is covered until it is unlocked."""

    def __init__(self, window: MainWindow, clock: Callable[[], float] = seconds) -> None:
        super().__init__(window)
        self._window, self._session = window, window.session
        self.cover = WindowCover(window, window.whole)
        self.screen: LockScreen | None = None
        self._said: list[str] = []
        self._seal: bytes | None = None
        self.is_closed = False
        """Whether the workspace is closed and its key forgotten."""
        self.idle = IdleWatch(window, lambda: window.commands["file.lock"].shortcuts(), clock)
        self.idle.overdue.connect(partial(self.lock, by_itself=True))
        self.idle.called.connect(self.lock)
        self._session.opened.connect(self._on_opened)
        self._session.settings_changed.connect(self._take_limit)
        self._session.notice.connect(self._on_notice)
        window.commands.bind("file.lock", self.lock)

    @property
    def is_locked(self) -> bool:
        return self.screen is not None

    def _take_limit(self) -> None:
        settings = self._session.settings
        minutes = settings.lock_minutes if self._is_encrypted() else settings.lock_minutes_plain
        self.idle.limit_s = 60.0 * minutes if minutes and self._session.is_open else None

    def _is_encrypted(self) -> bool:
        return self._session.is_open and self._session.workspace.is_encrypted

    def lock(self, *, by_itself: bool = False) -> None:
        """Cover the window at once and close the workspace as soon as nothing is being stored in it."""
        if self.is_locked:
            return
        if not self._session.is_open:
            self._session.notice.emit("No workspace is open, so there is nothing to lock.")
            return
        if self._session.tasks.is_held:
            self._session.notice.emit("The workspace is being converted; the window can be locked after that.")
            return
        screen = self.screen = LockScreen(is_curtain=not self._is_encrypted(), swallows_first_key=by_itself)
        screen.given.connect(self._unlock)
        screen.quit_wanted.connect(self._window.close)
        screen.stop_wanted.connect(self._stop_jobs)
        self._window.commands.hold(True)
        self._window.setAcceptDrops(False)
        self.cover.put(screen)
        screen.begin()
        for page in self._window.pages.values():
            page.keep_typed()
        self._let_go()

    def _let_go(self) -> None:
        """Close what is encrypted, unless work on a run stores there; that says when it has ended."""
        if self.screen is None or self.is_closed:
            return
        jobs, is_curtain = jobs_of(self._session), not self._is_encrypted()
        if jobs.run_ids and not self._session.read_only:
            can_stop = bool(any(map(jobs.going, jobs.run_ids)))
            self._show_state(CURTAIN if is_curtain else WAITS, can_stop=can_stop and not is_curtain)
            for kind in jobs.kinds:
                kind.ended.connect(self._let_go_later)
            return
        if not is_curtain and waiting(self._session)[0]:
            self._show_state(HELD)
            self._session.all_stored.connect(self._let_go, Qt.ConnectionType.SingleShotConnection)
            return
        # a run that goes on may have to connect again
        forget_typed_keys()
        if is_curtain or self._session.read_only:
            self._show_state(CURTAIN if is_curtain else READ_ONLY)
            return
        self._show_state(CLOSING)
        workspace, tasks = self._session.workspace, self._session.tasks
        tasks.hold_database()
        self.is_closed = True
        tasks.on_database(partial(_close, workspace), self._closed, self._not_closed, past_hold=True)

    def _let_go_later(self, _run_id: int) -> None:
        # the job itself is let go of after this signal
        self._session.tasks.on_database(lambda: None, lambda _nothing: self._let_go())

    def _closed(self, seal: bytes | None) -> None:
        self._seal = seal
        self._show_state(CLOSED)

    def _not_closed(self, error: Exception) -> None:
        if self.screen is not None:
            self.screen.refuse(_without_name(error, self._session.workspace.path))

    def _show_state(self, sentence: str, *, can_stop: bool = False) -> None:
        typed = any(page.has_unsaved_input for page in self._window.pages.values())
        if self.screen is not None:
            self.screen.show_state(f"{sentence} {TYPED}" if typed else sentence, can_stop=can_stop)

    def _stop_jobs(self) -> None:
        jobs = jobs_of(self._session)
        for run_id in jobs.run_ids:
            jobs.end(run_id)
        self._show_state("What goes on is being stopped; what was received is kept. " + CLOSING)

    def _unlock(self, secret: str) -> None:
        workspace = self._session.workspace
        if not self._is_encrypted():
            self._uncover()
            return
        work = partial(_reopen, workspace, secret, self._seal) if self.is_closed else partial(_check, workspace, secret)
        self._session.tasks.on_database(work, lambda _done: self._uncover(), self._refused, past_hold=True)

    def _refused(self, error: Exception) -> None:
        if self.screen is not None:
            self.screen.refuse(_without_name(error, self._session.workspace.path))

    def _uncover(self) -> None:
        self.screen, self.is_closed, self._seal = None, False, None
        self.idle.mark_presence()
        self.cover.take_away()
        self._window.setAcceptDrops(True)
        self._window.commands.hold(False)
        self._session.tasks.release_database()
        said, self._said = self._said, []
        if said:
            self._window.notices.show_notice(" ".join(said))

    def tell(self, sentence: str) -> None:
        """What the window has to say while it is locked, without the name of the workspace."""
        if self.screen is not None:
            self.screen.refuse(_nameless(sentence, self._session.workspace.path))

    def _on_notice(self, sentence: str) -> None:
        """What is said while nobody can read it is said again afterwards."""
        if self.is_locked and sentence not in self._said:
            self._said.append(sentence)

    def _on_opened(self) -> None:
        self._take_limit()
        self.idle.mark_presence()
        if self.is_locked:
            self.cover.retitle(self._window.windowTitle())
            self.is_closed = False
            self._let_go()


def _close(workspace: Workspace) -> bytes | None:
    """The file's first bytes, by which it is known again."""
    seal = seal_of(workspace.path)
    workspace.let_go()
    lock_all()
    forget_files()
    return seal


def _check(workspace: Workspace, secret: str) -> None:
    _check_same(workspace.path, workspace.path.exists())
    unlock(workspace.path, secret)


def _reopen(workspace: Workspace, secret: str, seal: bytes | None) -> None:
    """Raises InputError where another file stands there, and as `unlock` and `open_workspace`."""
    _check_same(workspace.path, seal is not None and seal_of(workspace.path) == seal)
    unlock(workspace.path, secret)
    try:
        workspace.reopen()
    except BaseException:
        lock_all()
        raise


def _without_name(error: Exception, path: Path) -> str:
    """What a locked window may tell: the name of a workspace is nobody's business."""
    if isinstance(error, SealedError):
        return DOES_NOT_OPEN
    words = error_words(error) if isinstance(error, KnownError) else "Something went wrong; see the log."
    return _nameless(words, path)


def _nameless(words: str, path: Path) -> str:
    return words.replace(f"orkspace {path}", "orkspace").replace(str(path), "The file")


def _check_same(path: Path, same: bool) -> None:
    if not path.exists():
        raise InputError("The workspace's file is not there any more.", "Put it back, or quit.")
    if not same:
        raise InputError(REPLACED, "Quit, and open it anew.")
