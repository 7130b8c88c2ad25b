"""What a reviewer does on a response without deciding: flags it, or skips it."""

from __future__ import annotations

from PySide6.QtCore import QObject

from reviewer.review.marking import flag, skip
from reviewer.store.facts.review import ReviewItem
from reviewer.ui.kit.held_writes import Held
from reviewer.ui.kit.session import Session
from reviewer.ui.review.deciding import KEY_CHARACTERS, Deciding
from reviewer.ui.review.state import Reviewing
from reviewer.wording.plain_text import preview


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
        held = Held(f"Your flag on {_key(item)}")
        self._session.write(lambda workspace: flag(workspace, response_id, reviewer), held=held)

    def skip(self) -> None:
        """Pass over what is shown without a decision, and go on; what this reviewer has decided is not skipped."""
        why_not, shown = self._place.why_not(0), self._place.current
        if why_not or shown is None:
            self._place.refused.emit(why_not)
            return
        reviewer = self._session.reviewer
        items = self._deciding.undecided(shown)
        ids = [item.response_id for item in items]
        if ids:
            held = Held(f"Your skip of {_key(items[0])}")
            self._session.write(lambda workspace: skip(workspace, ids, reviewer), by=self._place, held=held)
        self._place.step(1)


def _key(item: ReviewItem) -> str:
    return preview(item.case.key, KEY_CHARACTERS)
