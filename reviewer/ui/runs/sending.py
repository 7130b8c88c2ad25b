"""Sending from the runs screen: resumed, in part, paused, and by way of batch files; always the chosen run."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMessageBox, QWidget

from reviewer.app.jobs.batches import MOST_NAMED, BatchExported, BatchImported, export_batch, import_batch
from reviewer.core.changes import Changes
from reviewer.core.runs import RunStatus
from reviewer.store.database import Workspace
from reviewer.store.facts.runs import RunLine
from reviewer.ui.exchange.files import choose_file, choose_files
from reviewer.ui.jobs.run_jobs import RunJobs
from reviewer.ui.jobs.running import running_of
from reviewer.ui.jobs.under_way import STORED
from reviewer.ui.kit.commands import CommandTable
from reviewer.ui.kit.held_dialog import write_lock_is_free
from reviewer.ui.kit.held_writes import Held
from reviewer.ui.kit.keys_ahead import show_over
from reviewer.ui.kit.session import Session
from reviewer.ui.review.state import Reviewing
from reviewer.ui.runs.send_run import send_run
from reviewer.wording.plain_text import plain_text
from reviewer.wording.plural import counted

BATCH_FILES = "Batch files (*.jsonl *.json);;All files (*)"


class RunSending(QObject):
    """The commands about sending, bound for the run that `current` says is chosen."""

    def __init__(
        self,
        session: Session,
        jobs: RunJobs,
        commands: CommandTable,
        page: QWidget,
        current: Callable[[], RunLine | None],
    ) -> None:
        super().__init__(page)
        self._session, self._page, self._current = session, page, current
        self._jobs = jobs
        commands.bind("runs.resume", self.resume)
        commands.bind("runs.send", self.send)
        commands.bind("runs.pause", self.pause)
        commands.bind("runs.batch_save", self.save_batch)
        commands.bind("runs.batch_read", self.read_batch)

    def _sendable(self) -> RunLine | None:
        """The chosen run where it can be sent and is not; else a line says why not."""
        line = self._current()
        return line if line is not None and is_sendable(self._session, line) else None

    def resume(self) -> None:
        """Send what the chosen run lacks."""
        line = self._sendable()
        if line is not None and not line.missing:
            self._session.notice.emit(f"{line.name} is complete: every request has a response.")
        elif line is not None:
            self._jobs.sending.send(line)

    def send(self) -> None:
        """Ask what of the chosen run is sent, and how."""
        if (line := self._sendable()) is not None:
            send_run(self._session, line, self._page.window())

    def pause(self) -> None:
        """Begin nothing new with the chosen run, or go on with it."""
        line = self._current()
        if line is not None and not self._jobs.pause(line.id):
            self._session.notice.emit("This run is neither being sent nor judged, so there is nothing to pause.")

    def save_batch(self) -> None:
        """Write what the chosen run lacks as a batch file."""
        line = self._sendable()
        if line is None:
            return
        folder = self._session.path.parent if self._session.path else Path.home()
        name = "".join(c if c.isalnum() or c in "-_. " else "-" for c in line.name).strip()[:80]
        start = str(folder / f"{name} batch.jsonl")
        choose_file(
            self._page.window(), "Save a batch file", start, BATCH_FILES, save=True, then=partial(self._save, line)
        )

    def _save(self, line: RunLine, path: Path) -> None:
        def say(done: BatchExported) -> None:
            self._session.notice.emit(
                f"{done.path}: {done.requests:,} requests in the batch format of {done.format}. "
                f"{plain_text(done.cannot_send)} Read its results with Run → Read the results of a batch."
            )

        self._session.read(lambda workspace: export_batch(workspace, line.name, path), say)

    def read_batch(self) -> None:
        """Store the answers of result files in the chosen run, once nobody else writes."""
        if (line := self._sendable()) is not None:
            folder = str(self._session.path.parent if self._session.path else Path.home())
            choose_files(
                self._page.window(), "Results of the batch", folder, BATCH_FILES, then=partial(self._read, line)
            )

    def _read(self, line: RunLine, paths: list[Path]) -> None:
        def work(workspace: Workspace) -> tuple[BatchImported, Changes]:
            write_lock_is_free(workspace)
            return import_batch(workspace, line.name, paths), STORED

        self._session.write(work, self._on_read, in_parts=True, held=Held(f"The batch's result for {line.name}"))

    def _on_read(self, report: BatchImported) -> None:
        self._session.notice.emit(stored_words(report))
        if refused := report.refused_words(MOST_NAMED):
            box = QMessageBox(self._page.window())
            box.setWindowTitle("Not stored")
            box.setIcon(QMessageBox.Icon.Warning)
            box.setText(f"{report.refused:,} lines of the results were not stored.")
            box.setInformativeText("\n\n".join(refused))
            show_over(box)


def is_sendable(session: Session, line: RunLine) -> bool:
    """Whether the run can be sent now; else a line says why not."""
    if line.status is RunStatus.IMPORTED:
        session.notice.emit(f"{line.name} was imported and has no endpoint to ask. Start a new run instead.")
        return False
    if running_of(session).of(line.id) is not None:
        session.notice.emit(f"{line.name} is being sent already.")
        return False
    return True


def ask_again(session: Session, reviewing: Reviewing, page: QWidget) -> None:
    """Ask how the case under review is sent again."""
    queue, shown = reviewing.queue, reviewing.current
    if queue is not None and shown is not None and shown.left is not None and is_sendable(session, queue.run):
        send_run(session, queue.run, page.window(), shown.left.response.case)


def stored_words(report: BatchImported) -> str:
    """`12 responses stored in the run r, 1 of them an error; 3 still missing.`"""
    errors = f", {report.errors:,} of them errors" if report.errors else ""
    known = f", {report.known:,} were there before" if report.known else ""
    stored = counted(report.stored, "response")
    return f"{stored} stored in the run {report.run}{errors}{known}; {report.left:,} still missing."
