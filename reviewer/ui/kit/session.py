"""The open workspace as the window sees it: reads, writes, what changed, which runs are looked at."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError
from functools import partial
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from reviewer.app.damage import crash_again, crash_beside
from reviewer.app.stopping import ReportCancelledError
from reviewer.app.window_opening import InUseError, WhenInUse, open_for_window
from reviewer.core.changes import Changes
from reviewer.core.errors import InputError, KnownError
from reviewer.endpoints.keys import forget_typed_keys
from reviewer.host import exposure
from reviewer.host import settings as settings_store
from reviewer.host.places import SharedPlace, shared_place
from reviewer.host.settings import Settings
from reviewer.review.place import GoingTo, Picked
from reviewer.store.database import Workspace
from reviewer.store.encrypting import SealedError
from reviewer.ui.kit.attention import ActiveTime
from reviewer.ui.kit.cover import Cover
from reviewer.ui.kit.held_writes import Held, HeldWrites, waiting_words
from reviewer.ui.kit.sight import Sight
from reviewer.ui.kit.tasks import CLOSE_WITHIN_S, Task, Tasks
from reviewer.ui.kit.unnamed import Unnamed

log = logging.getLogger(__name__)

T = TypeVar("T")


def in_one(write: Callable[[Workspace], T]) -> Callable[[Workspace], T]:
    """The write and what it reads for its answer as one transaction. A workspace that can only be read has none: there
    a place that is remembered is dropped without a word, and everything else refuses by itself.
    """

    def act(workspace: Workspace) -> T:
        if workspace.read_only:
            return write(workspace)
        with workspace.write():
            return write(workspace)

    return act


def look_for_damage(
    session: Session, error: Exception, told: Callable[[Exception], None], where: Workspace | None = None
) -> None:
    """Have a crash `told` as damage, if the workspace that is meant, else the open one, is damaged, and else as it is.
    A worker looks: that may take long, and who goes on working does not wait for it.
    """
    if isinstance(error, KnownError | ReportCancelledError | CancelledError) or not session.is_open:
        told(error)
        return
    workspace = where or session.workspace
    if workspace.read_only:  # such a file may let nobody open it a second time
        session.tasks.on_database(partial(crash_again, workspace, error), lambda _nothing: None, told)
    else:
        session.tasks.on_worker(partial(crash_beside, workspace, error), lambda _nothing: None, told)


class Session(QObject):
    """Views read and write through this and never hold the workspace themselves.

    A piece of work belongs to the workspace that was open when it was asked for. A write is stored there, also where
    another one is opened meanwhile; what is read for a former workspace is delivered to nobody. `generation` counts
    the workspaces that have been opened.

    `locked` carries the path of an encrypted workspace and what opens it once it is unlocked, `in_use` the InUseError
    of one that another window has open and what opens it all the same, given a `WhenInUse`. `changed` carries the
    `Changes` of every write; `leaving` comes before another workspace takes the place of the
    present one, for what is still to be stored there, and `opened` after it; `opening` where the paths that are
    `being_opened` are others; `selection_changed` when the person looks at another suite or run; `place_wanted` when a
    screen has put the review at another response; `reviewer_changed` when somebody else sits down, not when the first
    name is given. `done` says what was done and which command takes it back, `pace` how the session goes; `all_stored`
    comes when nothing is `held` any more. `notice_over` carries what `notice` or `done` said and is not so any longer.
    What is `refused` is a notice too, told until the next key acts.
    """

    changed = Signal(object)
    locked = Signal(object, object)
    in_use = Signal(object, object)
    leaving = Signal()
    opening = Signal()
    opened = Signal()
    selection_changed = Signal()
    place_wanted = Signal()
    settings_changed = Signal()
    reviewer_changed = Signal()
    notice = Signal(str)
    notice_over = Signal(str)
    refused = Signal(str)
    done = Signal(str, str)
    all_stored = Signal()
    pace = Signal(str)

    def __init__(self, tasks: Tasks, settings_path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.refused.connect(self.notice)
        self.tasks = tasks
        self._settings_path = settings_path
        self._saving = threading.Lock()
        self.settings, self.settings_trouble = settings_store.read(settings_path)
        self.attention = ActiveTime()
        self._exposure_path = settings_path.with_name(exposure.FILE)
        self.cover = Cover(self.settings.covered, exposure.load(self._exposure_path), self)
        self._workspace: Workspace | None = None
        self.held: HeldWrites
        """What a person did in the open workspace and another program keeps from being stored."""
        self.generation = 0
        self.path: Path | None = None
        self.being_opened: list[Path] = []
        self.suite_id: int | None = None
        self.run_id: int | None = None
        self.second_run_id: int | None = None
        self.picked: Picked | None = None
        self.going_to: GoingTo | None = None
        """The response that the review is to show next."""
        self.sight = Sight(self)
        """What a blind review keeps out of sight; nothing that comes by itself may name a version then."""
        self.unnamed = Unnamed(self)
        """Takes out of such sentences what the review hides."""
        self.compared_cases: tuple[str, frozenset[str]] | None = None
        """Cases that a screen wants to have compared next: what they are called, and their keys."""

    @property
    def is_open(self) -> bool:
        return self._workspace is not None

    @property
    def read_only(self) -> str:
        """Why nothing can be changed, as a sentence; empty where something can."""
        return self._workspace.read_only if self._workspace is not None else ""

    @property
    def reviewer(self) -> str:
        """Under whose name decisions are stored."""
        return self.settings.reviewer or settings_store.default_reviewer()

    def open(
        self,
        path: Path,
        *,
        create: bool,
        prepare: Callable[[Workspace], object] | None = None,
        beside: WhenInUse = WhenInUse.ASK,
        first: Callable[[], object] | None = None,
        failed: Callable[[Exception], None] | None = None,
    ) -> Task[tuple[Workspace, object]]:
        """Open a workspace or a bundle in place of the present one.

        `prepare` runs on it first, on the database thread, and `first` before it is opened. `beside` says what to do
        where another window has it open; `failed` is told in place of the window why it was not opened.
        """

        def work() -> tuple[Workspace, object]:
            if first is not None:
                first()
            workspace = open_for_window(path, create=create, beside=beside, user=self.reviewer)
            try:
                return workspace, prepare(workspace) if prepare else None
            except BaseException:
                workspace.close()
                raise

        def opened(result: tuple[Workspace, object]) -> None:
            self.being_opened.remove(path)
            self._opened(result)

        def not_opened(error: Exception) -> None:
            self.being_opened.remove(path)
            self.opening.emit()
            if failed is not None:
                failed(error)
            elif isinstance(error, SealedError):
                self.locked.emit(path, lambda: self.open(path, create=create, prepare=prepare, beside=beside))
            elif isinstance(error, InUseError):
                self.in_use.emit(error, lambda how: self.open(path, create=create, prepare=prepare, beside=how))
            else:
                self._tell(error)

        self.being_opened.append(path)
        self.opening.emit()
        return self.tasks.on_database(work, opened, not_opened)

    def _opened(self, result: tuple[Workspace, object]) -> None:
        if self._workspace is not None:
            self.leaving.emit()
            forget_typed_keys()
            # after everything that was asked of it: the database thread keeps to the order of the calls
            self.held.leave(self._workspace.close)
            if n := len(self.held):
                self.notice.emit(f"{waiting_words(n, self._workspace.shown_path.name)} {self.held.why}")
        self._workspace = result[0]
        self.held = HeldWrites(self.tasks, result[0], self.notice.emit, self)
        self.held.emptied.connect(self.all_stored)
        self.generation += 1
        for notice in result[0].notices:
            self.notice.emit(notice)
        self.path = result[0].shown_path
        self._warn_of_place(self.path)
        self.suite_id = self.run_id = self.second_run_id = self.picked = self.going_to = None
        self.compared_cases = None
        self.sight.keep_out(blind=False, label=False)
        self.unnamed.hide()
        self.change_settings(self.settings.with_recent(self.path))
        self.opened.emit()

    def _warn_of_place(self, path: Path) -> None:
        """Once for each folder: what other computers write to."""
        folder = str(path.parent)
        if folder in self.settings.places_told:
            return

        def tell(place: SharedPlace | None) -> None:
            if place is not None:
                self.change_settings(self.settings.with_place_told(folder))
                self._tell(InputError(f"Take care of {path.name}.", place.sentence))

        self.tasks.on_worker(partial(shared_place, path), tell)

    def read(
        self,
        query: Callable[[Workspace], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None] | None = None,
        *,
        when_idle: bool = False,
    ) -> Task[T]:
        """Run a query on the database thread and hand its result to `done` on the GUI thread.

        `when_idle`, it may wait: nothing that a person asks for is held up by it.
        """
        workspace = self._workspace
        if workspace is None:
            return self._refused(failed)
        ask = partial(query, workspace)

        def ask_if_open() -> T:
            if workspace is not self._workspace:
                raise CancelledError  # it was put off until its workspace was closed
            return ask()

        told = self.bound(partial(look_for_damage, self, told=self.bound(failed or self._tell)))
        return self.tasks.look_up(ask_if_open if when_idle else ask, self.bound(done), told, when_idle=when_idle)

    def work(
        self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[Exception], None] | None = None
    ) -> Task[T]:
        """Run `work`, which must not touch the workspace, on a worker, for a page that may be gone by its end."""
        told = self.bound(failed or self._tell)
        return self.tasks.on_worker(work, self.bound(done), self.bound(partial(look_for_damage, self, told=told)))

    def write(
        self,
        write: Callable[[Workspace], tuple[T, Changes]],
        done: Callable[[T], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
        *,
        by: object | None = None,
        in_parts: bool = False,
        held: Held | None = None,
    ) -> Task[tuple[T, Changes]]:
        """Run a write on the database thread; then `done` with its result, then `changed` with what it touched.

        What it stores and what it reads for its answer is one transaction: what could not be told is not stored. Not
        so `in_parts`, for what is long or mostly reads. `by` is who asks; the changes carry it. A write that ends after
        another workspace was opened is stored all the same, where it was asked for, and a line says so. What is `held`
        waits for other programs that write, however long.
        """
        workspace, generation = self._workspace, self.generation
        if workspace is None:
            return self._refused(failed)

        def stored(result: tuple[T, Changes]) -> None:
            if generation != self.generation:
                self._tell_where(workspace, result[1])
                return
            if done is not None:
                done(result[0])
            if result[1]:
                self.changed.emit(result[1].asked_by(by))

        def not_stored(error: Exception) -> None:
            (self._tell if failed is None or generation != self.generation else failed)(error)

        failed_to = partial(look_for_damage, self, told=not_stored, where=workspace)
        act = write if in_parts else in_one(write)
        if held is not None:
            return self.held.write(act, stored, failed_to, held)
        return self.tasks.on_database(partial(act, workspace), stored, failed_to)

    def bound(self, deliver: Callable[[T], None]) -> Callable[[T], None]:
        """`deliver` for the present workspace: once another one is open, it is not called."""
        generation = self.generation

        def deliver_here(result: T) -> None:
            if generation == self.generation:
                try:
                    deliver(result)
                except KnownError as error:  # a damaged value that could be read and cannot be shown
                    self._tell(error)
            elif isinstance(result, Exception):
                log.info("what was read for a workspace that is closed by now failed", exc_info=result)

        return deliver_here

    def _tell(self, error: Exception) -> None:
        self.tasks.failed.emit(error)

    def _tell_where(self, workspace: Workspace, changes: Changes) -> None:
        if changes:
            self.notice.emit(f"What you did just before was stored in {workspace.path.name}, where you did it.")

    def _refused(self, failed: Callable[[Exception], None] | None) -> Task[T]:
        (failed or self._tell)(InputError("No workspace is open.", "Open one, or make one, first."))
        task: Task[T] = Task(None, None)
        task.cancel()
        return task

    @property
    def workspace(self) -> Workspace:
        """The open workspace, for work that keeps to it from here on. Raises RuntimeError where none is open."""
        if self._workspace is None:
            raise RuntimeError("no workspace is open")
        return self._workspace

    def select(
        self, *, suite_id: int | None = None, run_id: int | None = None, second_run_id: int | None = None
    ) -> None:
        """Look at another suite, run or pair of runs; what is not given stays."""
        before = (self.suite_id, self.run_id, self.second_run_id)
        self.suite_id = suite_id if suite_id is not None else self.suite_id
        self.run_id = run_id if run_id is not None else self.run_id
        self.second_run_id = second_run_id if second_run_id is not None else self.second_run_id
        if before != (self.suite_id, self.run_id, self.second_run_id):
            self.selection_changed.emit()

    def pick(self, wanted: Picked | GoingTo) -> None:
        """Have these responses reviewed next, or this one shown."""
        self.picked = wanted if isinstance(wanted, Picked) else None
        self.going_to = wanted if isinstance(wanted, GoingTo) else None
        beside = self.going_to.second_id if self.going_to else 0
        self.select(run_id=wanted.run_id, second_run_id=beside or None)
        self.place_wanted.emit()

    def _save_settings(self) -> None:
        """On a worker: write what is chosen by now, one writer at a time, so that the last choice is what stays."""
        with self._saving:
            settings_store.save(self.settings, self._settings_path)

    def change_settings(self, settings: Settings) -> None:
        """Keep and save; the file is written beside the GUI thread."""
        if settings != self.settings:
            before, self.settings = self.settings.reviewer, settings
            self.tasks.on_worker(self._save_settings)
            self.cover.choose(settings.covered)
            self.settings_changed.emit()
            if before and self.settings.reviewer != before:
                self.reviewer_changed.emit()

    def count_uncovered(self, category: str, texts: int) -> None:
        """So many covered texts of a category were shown; the day's count is kept for the next start."""
        self.cover.count(category, texts)
        self.tasks.on_worker(self._save_exposure)

    def _save_exposure(self) -> None:
        with self._saving:
            self.cover.save(self._exposure_path)

    def close(self, *, within_s: float = CLOSE_WITHIN_S) -> bool:
        """Close the workspace and end all work. Waits so long for what is being written; whether it has ended."""
        workspace, self._workspace = self._workspace, None
        forget_typed_keys()
        return self.tasks.close(workspace.close if workspace is not None else None, within_s=within_s)
