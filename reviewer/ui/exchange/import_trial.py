"""Looks at a source, tries what importing it would do, and imports it: all off the GUI thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from reviewer.app.jobs.imports import ImportReport
from reviewer.core.actions import ActionScale
from reviewer.core.changes import Changes
from reviewer.exchange.kit.preview import TablePreview
from reviewer.store.database import Workspace
from reviewer.ui.exchange import imports as work
from reviewer.ui.exchange.imports import ImportChoices, ImportSource
from reviewer.ui.kit.held_dialog import CANCEL_GIVES_UP, write_lock_is_free
from reviewer.ui.kit.held_writes import Held, waits_words
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.tasks import Task
from reviewer.wording.plain_text import NAME_CHARACTERS, preview


class Trial(QObject):
    """One at a time: a new step ends what goes on. What is stored is not ended by a look, only by `stop`.

    `scale_found` carries the scale of the suite that is there, or None; `previewed` a table's start; `tried` what an
    import would do; `failed` what ended any of it; `waits` that another program keeps it from being stored yet.
    """

    ordered = Signal(object)
    detected = Signal(str)
    scale_found = Signal(object)
    previewed = Signal(object)
    tried = Signal(object)
    failed = Signal(object)
    waits = Signal(str)

    def __init__(self, session: Session, progress: Callable[[int], None], parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._progress = session, progress
        self._stop = threading.Event()
        self._reading: list[Task[Any]] = []
        self._held: Held | None = None

    def order(self, paths: Sequence[Path]) -> None:
        tasks = self._session.tasks
        self._reading.append(tasks.on_worker(lambda: work.in_order(paths), self.ordered.emit, self.failed.emit))

    def detect(self, source: ImportSource) -> None:
        tasks = self._session.tasks
        self._reading.append(tasks.on_worker(lambda: work.detected(source), self.detected.emit, self.failed.emit))

    def look(self, source: ImportSource, choices: Callable[[], ImportChoices], suite: str, *, is_table: bool) -> None:
        """The scale of the suite, then the first rows of a table, then what importing would do. `choices` is asked
        again for each step: the scale may change it."""
        self.stop()

        def have_scale(found: ActionScale | None) -> None:
            self.scale_found.emit(found)
            if is_table:
                self._preview(source, choices, found)
            else:
                self._try(source, choices())

        query = self._session.read(lambda workspace: work.scale_of(workspace, suite), have_scale, self.failed.emit)
        self._reading.append(query)

    def _preview(self, source: ImportSource, choices: Callable[[], ImportChoices], found: ActionScale | None) -> None:
        chosen = choices()
        scale = found or chosen.scale

        def have_preview(preview: TablePreview) -> None:
            self.previewed.emit(preview)
            if not preview.asked:
                self._try(source, choices())

        tasks = self._session.tasks
        task = tasks.on_worker(lambda: work.look(source, chosen, scale), have_preview, self.failed.emit)
        self._reading.append(task)

    def _try(self, source: ImportSource, choices: ImportChoices) -> None:
        take = self._taking(source, choices, dry_run=True)
        self._reading.append(self._session.read(take, self.tried.emit, self.failed.emit))

    def store(
        self,
        source: ImportSource,
        choices: ImportChoices,
        done: Callable[[ImportReport], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """In one transaction, which `stop` takes back; told even when the dialog, and this with it, is gone. Where
        another program writes it waits, and is not begun before.
        """
        self.stop()
        take, session, name = self._taking(source, choices, dry_run=False), self._session, source.path.name
        held = self._held = Held(
            f"The import of {preview(name, NAME_CHARACTERS)}",
            CANCEL_GIVES_UP,
            forget=lambda: session.notice.emit(f"{name}: nothing was imported."),
        )
        held.waits = lambda: self._has_to_wait(held)

        def with_changes(workspace: Workspace) -> tuple[ImportReport, Changes]:
            write_lock_is_free(workspace)
            report = take(workspace)
            return report, report.changes

        # it is one transaction by itself, which begins only once the start of the file is read
        session.write(with_changes, done, failed, in_parts=True, held=held)

    def _has_to_wait(self, held: Held) -> None:
        if self._held is held:
            self.waits.emit(waits_words(held, self._session.held.why))

    def _taking(
        self, source: ImportSource, choices: ImportChoices, *, dry_run: bool
    ) -> Callable[[Workspace], ImportReport]:
        author, progress = self._session.reviewer, self._progress
        stop = self._stop = threading.Event()
        return lambda workspace: work.store(
            workspace, source, choices, author=author, dry_run=dry_run, stop=stop.is_set, progress=progress
        )

    def stop(self) -> None:
        """Nothing of what goes on arrives any more; what is being stored is taken back."""
        self._stop.set()
        held, self._held = self._held, None
        if held is not None:
            self._session.held.give_up(held)
        for task in self._reading:
            task.cancel()
        self._reading.clear()
