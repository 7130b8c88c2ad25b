"""Asking an endpoint something beside the GUI thread, with an end that a person can call."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

import anyio
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from reviewer.core.models import Endpoint
from reviewer.ui.kit.page import plain_label, row
from reviewer.ui.kit.tasks import Tasks
from reviewer.ui.kit.theme import GRID

T = TypeVar("T")


class ConnectionCheck(Generic[T]):
    """A coroutine on the loop. `stop` ends it at once; neither callback is called after that."""

    def __init__(
        self,
        tasks: Tasks,
        work: Callable[[], Awaitable[T]],
        done: Callable[[T], None],
        failed: Callable[[Exception], None],
    ) -> None:
        self._tasks = tasks
        self._work = work
        self._done = done
        self._scope: anyio.CancelScope | None = None
        self._ended = False
        self._task = tasks.on_loop(self._run, self._on_done, failed)

    async def _run(self) -> tuple[T] | None:
        """A tuple, so that None says that it was ended."""
        with anyio.CancelScope() as self._scope:
            if self._ended:
                self._scope.cancel()
            return (await self._work(),)
        return None

    def _on_done(self, result: tuple[T] | None) -> None:
        if result is not None:
            self._done(result[0])

    def stop(self) -> None:
        self._task.cancel()
        self._tasks.loop_call(self._end)

    def _end(self) -> None:
        self._ended = True
        if self._scope is not None:
            self._scope.cancel()


class ConnectionTest(QWidget):
    """A button that tests the connection, and the sentence that says what came of it; again it stops the test."""

    def __init__(
        self, tasks: Tasks, wanted: Callable[[], tuple[Endpoint, str] | None], parent: QWidget | None = None
    ) -> None:
        """`wanted` says the endpoint and model id to test, or None where the form is not sound."""
        super().__init__(parent)
        self._tasks = tasks
        self._wanted = wanted
        self._asking: ConnectionCheck[str] | None = None
        self.button = QPushButton("&Test connection")
        self.button.setAutoDefault(False)
        self.button.clicked.connect(lambda _checked=False: self._start_or_stop())
        self.sentence = plain_label()
        self.sentence.setAccessibleName("Result of the connection test")
        self.sentence.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        layout = row(self.button, self.sentence)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * GRID)
        self.setLayout(layout)

    def stop(self) -> None:
        if self._asking is not None:
            self._asking.stop()
            self._finish("Stopped.")

    def forget(self) -> None:
        """The form says something else now: what was found no longer holds."""
        self.stop()
        self.sentence.clear()

    def _start_or_stop(self) -> None:
        if self._asking is not None:
            self.stop()
            return
        wanted = self._wanted()
        if wanted is None:
            return
        self.button.setText("S&top the test")
        self.sentence.setText("Asking for one word…")
        self._asking = ConnectionCheck(
            self._tasks, lambda: _report(*wanted), self._finish, lambda error: self._finish(str(error))
        )

    def _finish(self, sentence: str) -> None:
        self._asking = None
        self.button.setText("&Test connection")
        self.sentence.setText(sentence)


async def _report(endpoint: Endpoint, model: str) -> str:
    from reviewer.endpoints.check import test_connection

    report = await test_connection(endpoint, model)
    return f"{'✓' if report.ok else '✗'} {report.sentence}"


async def models_of(endpoint: Endpoint) -> list[str]:
    """The model ids that the endpoint names. Raises KnownError."""
    from reviewer.endpoints.check import list_models

    return await list_models(endpoint)
