"""Keys have changed: what the page says of them is said anew."""

from __future__ import annotations

from PySide6.QtCore import QObject

from reviewer.ui.kit.keymap import key_changes
from reviewer.ui.review.bar import ReviewBar
from reviewer.ui.review.state import Reviewing


class KeysNamedAnew(QObject):
    """Shows queue and place of one page again, each time that commands get other keys."""

    def __init__(self, state: Reviewing, bar: ReviewBar, page: QObject) -> None:
        super().__init__(page)
        self._state, self._bar = state, bar
        key_changes.changed.connect(self._show_again)

    def _show_again(self) -> None:
        if self._state.queue is not None:
            self._bar.show_queue(self._state.queue)
        if self._state.current is not None:
            self._state.shown.emit(self._state.current)
