"""The text under review, while it is covered: nothing of it is shown, and nothing can be decided on it unread."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject

from reviewer.review.place import ShownPlace
from reviewer.ui.kit.keymap import named_keys
from reviewer.ui.kit.session import Session
from reviewer.ui.review.case_pane import CasePane
from reviewer.ui.review.response_pane import ResponsePane
from reviewer.ui.review.state import Reviewing

UNREAD = (
    "This text is covered, so nothing was decided on it. {review.on} shows it; "
    "you may still say that you cannot decide."
)
NOT_SHOWN = "This text is covered. {review.on} shows it."


class Covering(QObject):
    """A text stays uncovered as long as its place is shown; come back to, it is covered again."""

    def __init__(
        self, session: Session, place: Reviewing, panes: Sequence[CasePane | ResponsePane], page: QObject
    ) -> None:
        super().__init__(page)
        self._session, self._place, self._panes = session, place, panes
        self._open: int | None = None
        self.is_covered = False
        session.cover.changed.connect(self._cover_again)

    def meet(self, shown: ShownPlace) -> None:
        """Another place, or the same again, is about to be shown."""
        if self._open != shown.response_id:
            self._open = None
        category = shown.left.case.category if shown.left is not None else ""
        self.is_covered = self._open is None and self._session.cover.covers(category)
        for pane in self._panes:
            pane.set_covered(self.is_covered)

    def meet_nothing(self) -> None:
        """An empty queue: there is no text that could be covered."""
        self._open, self.is_covered = None, False

    @property
    def hinders(self) -> str:
        """Why no action can be decided on now; empty where the text is shown."""
        return named_keys(UNREAD) if self.is_covered else ""

    def guarded(self, act: Callable[[], object]) -> Callable[[], None]:
        """The same act, which is not done while the text is covered: it would show some of it."""

        def act_if_shown() -> None:
            if self.is_covered:
                self._session.notice.emit(named_keys(NOT_SHOWN))
            else:
                act()

        return act_if_shown

    def uncover(self) -> bool:
        """Show what is covered, and count it; whether there was anything."""
        shown = self._place.current
        if not self.is_covered or shown is None or shown.left is None:
            return False
        self._open = shown.response_id
        self._session.count_uncovered(shown.left.case.category, sum(item is not None for item in shown.items))
        self._place.shown.emit(shown)
        return True

    def _cover_again(self) -> None:
        """Other categories are covered from now on; also what was uncovered here."""
        self._open = None
        if self._place.current is not None:
            self._place.shown.emit(self._place.current)
