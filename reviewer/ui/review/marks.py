"""What a reviewer does on a response without deciding: flags it, or skips it."""

from __future__ import annotations

from PySide6.QtCore import QObject

from reviewer.review.marking import flag, skip
from reviewer.ui.kit.session import Session
from reviewer.ui.review.deciding import Deciding
from reviewer.ui.review.state import Reviewing


class Marks(QObject):
    """It is about the response that is shown when the key comes, and about no other."""

    def __init__(self, session: Session, place: Reviewing, deciding: Deciding) -> None:
        super().__init__(place)
        self._session, self._place, self._deciding = session, place, deciding

    def flag(self) -> None:
        """Flag the response on the left, or take the flag off."""
        item, why_not = self._place.item(0), self._place.why_not(0)
        if why_not or item is None:
            self._place.refused.emit(why_not)
            return
        response_id, reviewer = item.response_id, self._session.reviewer
        self._session.write(lambda workspace: flag(workspace, response_id, reviewer))

    def skip(self) -> None:
        """Pass over what is shown without a decision, and go on; what this reviewer has decided is not skipped."""
        why_not, shown = self._place.why_not(0), self._place.current
        if why_not or shown is None:
            self._place.refused.emit(why_not)
            return
        reviewer = self._session.reviewer
        ids = [item.response_id for item in self._deciding.undecided(shown)]
        if ids:
            self._session.write(lambda workspace: skip(workspace, ids, reviewer), by=self._place)
        self._place.step(1)
