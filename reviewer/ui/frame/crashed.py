"""What becomes of an exception that nothing in the window has caught: a sentence, and the window stays."""

from __future__ import annotations

import logging
from types import TracebackType

from reviewer.core.errors import KnownError
from reviewer.ui.frame.notices import NoticeBar
from reviewer.ui.kit.session import Session, look_for_damage

log = logging.getLogger(__name__)

LOOKING = "Something could not be shown. Reviewer checks whether the file is damaged…"


class Crashes:
    """A value that damage put into the file may come as far as a table's cell before it cannot be read. Whatever
    crashes while a workspace is open is told as damage where the file is damaged, and else as our own fault.
    """

    def __init__(self, session: Session, notices: NoticeBar) -> None:
        self._session, self._notices = session, notices
        self._told: set[tuple[str, int]] = set()
        self._is_looking = False
        session.opened.connect(self._forget)

    def hook(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """For `sys.excepthook`: the traceback goes to the log, a sentence to the person."""
        log.critical("crash", exc_info=(kind, error, trace))
        if isinstance(error, Exception):
            self.failed(error)
        else:
            self._notices.show_error(error)

    def failed(self, error: Exception) -> None:
        """What a task failed with that nobody else tells."""
        if isinstance(error, KnownError):
            self._notices.show_error(error)
        elif _place(error) in self._told:
            pass  # a cell crashes at each painting: it is told once, or the line itself would have it painted again
        elif not self._is_looking:
            self._look(error)

    def _look(self, error: Exception) -> None:
        self._is_looking = self._session.is_open
        if self._is_looking:
            self._notices.show_notice(LOOKING)

        def looked(found: Exception) -> None:
            self._is_looking = False
            self._told.add(_place(error))
            self._notices.show_error(found)

        look_for_damage(self._session, error, looked)

    def _forget(self) -> None:
        """Another workspace has been opened, and nobody answers for the former one any more."""
        self._told.clear()
        self._is_looking = False


def _place(error: Exception) -> tuple[str, int]:
    """File and line where it crashed."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return (trace.tb_frame.f_code.co_filename, trace.tb_lineno) if trace is not None else ("", 0)
