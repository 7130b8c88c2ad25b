"""Whether verdicts are in sight, and what judges said in full: nothing of it while they are hidden."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from reviewer.ui.kit.session import Session
from reviewer.ui.review.case_pane import CasePane
from reviewer.ui.review.judge_details import read_replies, show_details
from reviewer.ui.review.list import ReviewList
from reviewer.ui.review.response_pane import ResponsePane
from reviewer.ui.review.state import NOT_SHOWN_YET, Reviewing


class VerdictsInSight(QObject):
    """`refused` carries why a key did nothing."""

    refused = Signal(str)

    def __init__(
        self, session: Session, place: Reviewing, panes: Sequence[CasePane | ResponsePane | ReviewList], page: QWidget
    ) -> None:
        super().__init__(page)
        self._session, self._place, self._panes, self._page = session, place, panes, page
        self.shown = True
        for pane in panes:
            if isinstance(pane, ResponsePane):
                pane.judges_wanted.connect(self.show_judges)

    def toggle(self) -> None:
        self.shown = not self.shown
        for pane in self._panes:
            pane.set_verdict_shown(self.shown)

    def show_judges(self) -> None:
        """What judges said of the responses that are shown, and from what."""
        shown, scale = self._place.current, self._place.scale
        if shown is None or scale is None:
            self.refused.emit(NOT_SHOWN_YET)
            return
        if not self.shown:
            self.refused.emit("The verdicts are hidden, the judges' too; V shows them.")
            return
        texts = [(item.response_id, item.response.hash) for item in shown.items if item is not None]
        self._session.read(
            partial(read_replies, texts=texts),
            # another case may have come while this was read
            lambda said: (
                show_details(self._session, said, scale, self._page.window()) if self._place.current is shown else None
            ),
        )
