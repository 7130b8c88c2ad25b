"""One read at a time: what is asked for while it goes on waits, and of that only the last is read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from reviewer.store.database import Workspace
from reviewer.ui.kit.session import Session

T = TypeVar("T")


class LatestRead(Generic[T]):
    """A run that is being sent asks for the same figures with every batch; they must not pile up behind each other.

    Each result is delivered to `done` on the GUI thread, each failure to `failed` or the notice line.
    """

    def __init__(
        self,
        session: Session,
        done: Callable[[T], None],
        failed: Callable[[Exception], None] | None = None,
        *,
        when_idle: bool = False,
    ) -> None:
        self._session = session
        self._done, self._failed = done, failed
        self._when_idle = when_idle
        self._waiting: Callable[[Workspace], T] | None = None
        self.under_way = False

    def ask(self, query: Callable[[Workspace], T]) -> None:
        """Read this, at once or as soon as what is under way has arrived; it takes the place of what waits."""
        if self.under_way:
            self._waiting = query
            return
        self.under_way = True
        self._session.read(query, self._arrived, self._not_read, when_idle=self._when_idle)

    def _arrived(self, result: T) -> None:
        self.under_way = False
        self._done(result)
        self._go_on()

    def _not_read(self, error: Exception) -> None:
        self.under_way = False
        (self._failed or self._session.tasks.failed.emit)(error)
        self._go_on()

    def _go_on(self) -> None:
        query, self._waiting = self._waiting, None
        if query is not None:
            self.ask(query)
