"""The open workspace as the window sees it: reads, writes, what changed, which runs are looked at."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from reviewer.core.changes import Changes
from reviewer.host import settings as settings_store
from reviewer.host.settings import Settings
from reviewer.review.place import Picked
from reviewer.store.database import Workspace, open_workspace
from reviewer.ui.kit.tasks import Task, Tasks

T = TypeVar("T")


class Session(QObject):
    """Views read and write through this and never hold the workspace themselves.

    `changed` carries the `Changes` of every write; `opened` comes when another workspace is open; `selection_changed`
    when the person looks at another suite or run; `place_wanted` when a screen has put the review at another response.
    """

    changed = Signal(object)
    opened = Signal()
    selection_changed = Signal()
    place_wanted = Signal()
    settings_changed = Signal()
    notice = Signal(str)

    def __init__(self, tasks: Tasks, settings_path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.tasks = tasks
        self._settings_path = settings_path
        self._saving = threading.Lock()
        self.settings = settings_store.load(settings_path)
        self._workspace: Workspace | None = None
        self.path: Path | None = None
        self.suite_id: int | None = None
        self.run_id: int | None = None
        self.second_run_id: int | None = None
        self.picked: Picked | None = None

    @property
    def is_open(self) -> bool:
        return self._workspace is not None

    @property
    def reviewer(self) -> str:
        """Under whose name decisions are stored."""
        return self.settings.reviewer or settings_store.default_reviewer()

    def open(
        self, path: Path, *, create: bool, prepare: Callable[[Workspace], object] | None = None
    ) -> Task[tuple[Workspace, object]]:
        """Open a workspace in place of the present one; `prepare` runs on it first, on the database thread."""

        def work() -> tuple[Workspace, object]:
            workspace = open_workspace(path, create=create)
            try:
                return workspace, prepare(workspace) if prepare else None
            except BaseException:
                workspace.close()
                raise

        return self.tasks.on_database(work, self._opened)

    def _opened(self, result: tuple[Workspace, object]) -> None:
        previous, self._workspace = self._workspace, result[0]
        if previous is not None:
            self.tasks.on_database(previous.close)
        self.path = result[0].path
        self.suite_id = self.run_id = self.second_run_id = self.picked = None
        self.change_settings(self.settings.with_recent(self.path))
        self.opened.emit()

    def read(
        self,
        query: Callable[[Workspace], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> Task[T]:
        """Run a query on the database thread and hand its result to `done` on the GUI thread."""
        return self.tasks.on_database(lambda: query(self.workspace), done, failed)

    def write(
        self,
        write: Callable[[Workspace], tuple[T, Changes]],
        done: Callable[[T], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
    ) -> Task[tuple[T, Changes]]:
        """Run a write on the database thread; then `done` with its result, then `changed` with what it touched."""

        def stored(result: tuple[T, Changes]) -> None:
            if done is not None:
                done(result[0])
            if result[1]:
                self.changed.emit(result[1])

        return self.tasks.on_database(lambda: write(self.workspace), stored, failed)

    @property
    def workspace(self) -> Workspace:
        """For code on the database thread. Raises RuntimeError where none is open: no view asks then."""
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

    def pick(self, picked: Picked | None, run_id: int) -> None:
        """Have these responses reviewed next, or, without any, the place that is remembered."""
        self.picked = picked
        self.select(run_id=run_id)
        self.place_wanted.emit()

    def clear_second_run(self) -> None:
        if self.second_run_id is not None:
            self.second_run_id = None
            self.selection_changed.emit()

    def _save_settings(self) -> None:
        """On a worker: write what is chosen by now, one writer at a time, so that the last choice is what stays."""
        with self._saving:
            settings_store.save(self.settings, self._settings_path)

    def change_settings(self, settings: Settings) -> None:
        """Keep and save; the file is written beside the GUI thread."""
        if settings != self.settings:
            self.settings = settings
            self.tasks.on_worker(self._save_settings)
            self.settings_changed.emit()

    def close(self) -> None:
        """Close the workspace and end all work. Waits for what is being written."""
        workspace, self._workspace = self._workspace, None
        self.tasks.close(workspace.close if workspace is not None else None)
