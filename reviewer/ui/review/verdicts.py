"""Whether verdicts are in sight, and what judges said in full: nothing of it while they are hidden."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from reviewer.core.decisions import Hidden
from reviewer.review.place import ShownPlace
from reviewer.ui.kit.keymap import named_keys
from reviewer.ui.kit.keys_ahead import open_when_read
from reviewer.ui.kit.session import Session
from reviewer.ui.review.case_pane import CasePane
from reviewer.ui.review.judge_details import JudgeDetails, SaidByJudge, details, read_replies
from reviewer.ui.review.response_pane import ResponsePane
from reviewer.ui.review.state import Reviewing


class VerdictsInSight(QObject):
    """`refused` carries why a key did nothing."""

    refused = Signal(str)

    def __init__(
        self, session: Session, place: Reviewing, panes: Sequence[CasePane | ResponsePane], page: QWidget
    ) -> None:
        super().__init__(page)
        self._session, self._place, self._panes, self._page = session, place, panes, page
        self.shown = True
        # before the page shows the place: another one never comes with the verdict that was looked at here
        place.shown.connect(self._follow)
        for pane in panes:
            if isinstance(pane, ResponsePane):
                pane.judges_wanted.connect(self.show_judges)

    def _follow(self, place: ShownPlace) -> None:
        shown = Hidden.VERDICT not in place.hidden
        if shown is not self.shown:
            self.shown = shown
            for pane in self._panes:
                pane.set_verdict_shown(shown)

    def toggle(self) -> None:
        why_not = self._place.blind.toggle_verdict()
        if why_not:
            why_not = self._place.why_not(0) or why_not
            self.refused.emit(why_not)

    def show_judges(self) -> None:
        """What judges said of the responses that are shown, and from what."""
        shown = self._place.current
        if shown is None:
            self.refused.emit(self._place.why_not(0))
            return
        if not self.shown:
            self.refused.emit(named_keys("The verdicts are hidden, the judges' too; {review.verdict} shows them."))
            return
        texts = [(item.response_id, item.response.hash) for item in shown.items if item is not None]
        # another case may have come while this was read
        open_when_read(
            self._session, self._page, partial(read_replies, texts=texts), lambda said: self._details(said, shown)
        )

    def _details(self, said: Sequence[SaidByJudge], of: ShownPlace) -> JudgeDetails | None:
        scale = self._place.scale
        if self._place.current is not of or scale is None:
            return None
        if Hidden.VERSIONS in of.hidden:
            said = [replace(each, judging=replace(each.judging, run="hidden")) for each in said]
        return details(self._session, said, scale, self._page.window())
