"""The one state of a review that says what is out of sight. Every widget asks it, or is given what it leaves.

What a reviewer had in sight of a response stays known here: hidden again, it is not called hidden in their decision.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal

from reviewer.core.decisions import Hidden
from reviewer.review.blinding import Blinding, comes_back, looked_up, not_there, store_blinding, store_look, told_before
from reviewer.review.place import Queue, ShownPlace
from reviewer.review.veil import arranged, turned, veiled
from reviewer.store.facts.runs import RunLine
from reviewer.ui.kit.held_writes import Held
from reviewer.ui.kit.session import Session

SEEN_ALREADY = (
    "You review blind from the next response on. You have seen this one, so its decision is not stored as blind."
)
BEING_STORED = "That you look is still being stored; the second key was not taken."
LOOK_TAKEN_BACK = "It stays hidden until then; the same key takes it back."
_FACTS = frozenset({Hidden.VERDICT, Hidden.VERSIONS, Hidden.OTHERS, Hidden.LABEL})
"""What there is to be seen of a response."""
UNBLINDED = "No longer blind. That you looked at this response is in its history."


class BlindReview(QObject):
    """`changed` comes when what is in sight has changed; `asked_anew` when the queue is to be read again for it.

    `blinding` is kept in the workspace, `verdict_shown` in this window only. That something hidden was shown is on disk
    before it shows.
    """

    changed = Signal()
    asked_anew = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.blinding = Blinding()
        self.verdict_shown = True
        self._unread = True
        self._looking_at: tuple[int, int | None] | None = None
        self._storing: Held | None = None
        self._runs: tuple[RunLine, ...] = ()
        self._unnamed: frozenset[int] = frozenset()
        self._raw: ShownPlace | None = None
        self._sighted: dict[tuple[int, str], set[Hidden]] = defaultdict(set)
        self.changed.connect(self._tell_session)

    @property
    def reviewer(self) -> str:
        return self._session.reviewer

    @property
    def on(self) -> bool:
        return self.blinding.on

    def _tell_session(self) -> None:
        self._session.sight.keep_out(blind=self.on, label=self.blinding.label)
        self._session.unnamed.hide(*(self._runs if self.on else ()))

    def take(self, queue: Queue | None) -> None:
        """As it was kept; read once, because from then on nobody else writes it."""
        self._raw = self._looking_at = None
        self._unnamed = queue.unnamed if queue is not None else frozenset()
        self._runs = tuple(run for run in (queue.run, queue.second) if run is not None) if queue is not None else ()
        self._tell_session()
        if queue is not None and self._unread:
            self.blinding, self._unread = queue.blinding, False
            self.changed.emit()

    # what is shown

    def seen(self, raw: ShownPlace, queue: Queue, before: ShownPlace | None) -> ShownPlace:
        """The place as it may be shown. `before` is the same one as it stands on the screen: no side changes."""
        here = (raw.index, raw.response_id)
        if before is None:
            raw = arranged(raw, queue, self.blinding)
        elif before.swapped and len(raw.items) > 1 and None not in raw.items:
            raw = turned(raw)
        if self._looking_at != here:
            self._looking_at = None
        self._raw = raw
        looking = self._looking_at is not None
        shown = veiled(raw, self.blinding, self.reviewer, verdict_shown=self.verdict_shown, looking=looking)
        for item in raw.items:
            if item is not None:
                seen = _FACTS - shown.hidden - not_there(item, self._unnamed)
                self._sighted[item.response_id, item.response.hash] |= seen
        return shown

    def hidden_at(self, shown: ShownPlace, side: int) -> frozenset[Hidden]:
        """What is hidden from a decision that is made now on the left (0) or right (1) response, and was never seen;
        what is not there to be seen is hidden too.

        At a response that comes back what its first decision revealed does not count as seen: that is some time ago.
        """
        raw = self._raw
        item = raw.items[side] if raw is not None and side < len(raw.items) else None
        if raw is None or item is None:
            return frozenset()
        back = shown.back and comes_back(item, self.reviewer)
        known = set(looked_up(item, self.reviewer))
        if not back:
            beside = [each for each in raw.items if each is not item]
            known |= told_before(item, beside, self.reviewer) | self._sighted[item.response_id, item.response.hash]
        words = set(shown.hidden) - (set() if back else {Hidden.EARLIER})
        words -= known | ({Hidden.SIDES} if Hidden.VERSIONS in known else set())
        words |= not_there(item, self._unnamed)
        return frozenset(words - ({Hidden.VERSIONS, Hidden.SIDES} if any(raw.naming) else set()))

    def forget_seen(self) -> None:
        """Another person has sat down: what was in sight so far was not in theirs."""
        self._sighted.clear()
        self._looking_at = None

    # what the person asks for

    def toggle(self) -> None:
        """Hide everything at once; show it again once it is stored that this was done."""
        if not self.on:
            self.choose(replace(self.blinding, on=True))
            self._say_what_was_seen()
            return
        self._reveal(replace(self.blinding, on=False), conceals_now(self._raw, self))

    def toggle_verdict(self) -> str:
        """Hide or show the verdict; in a blind review only here, and it is stored. Returns why nothing was done."""
        if not self.on:
            self.verdict_shown = not self.verdict_shown
            self.changed.emit()
            if not self.verdict_shown:
                self._say_what_was_seen()
            return ""
        if self._raw is None:
            return "The response was not shown yet, so nothing was done. Press the key again."
        if self._looking_at is not None:
            self._looking_at = None
            self.changed.emit()
            return ""
        self._reveal(None, frozenset({Hidden.VERDICT}))
        return ""

    def choose(self, blinding: Blinding) -> None:
        """Go on like this, and keep it with the workspace."""
        before, self.blinding = self.blinding, blinding.seeded()
        chosen = self.blinding
        held = Held("How you review blind")
        self._session.write(lambda workspace: (None, store_blinding(workspace, blinding=chosen)), held=held)
        self.changed.emit()
        if chosen.again != before.again:
            self.asked_anew.emit()

    def _say_what_was_seen(self) -> None:
        raw = self._raw
        items = [item for item in raw.items if item is not None] if raw is not None else []
        if any(Hidden.VERDICT in self._sighted[item.response_id, item.response.hash] for item in items):
            self._session.notice.emit(SEEN_ALREADY)

    def _reveal(self, then: Blinding | None, revealed: frozenset[Hidden]) -> None:
        """Store that the shown responses were looked up; then show them, or everything where `then` says so."""
        if self._storing is not None:
            if not self._session.held.give_up(self._storing):
                self._session.notice.emit(BEING_STORED)
            return
        raw = self._raw
        held = self._storing = Held("That you look", LOOK_TAKEN_BACK, forget=self._not_looked)
        ids = [item.response_id for item in raw.items if item is not None] if raw is not None else []
        at = (raw.index, raw.response_id) if raw is not None else None
        work = partial(store_look, ids=ids, reviewer=self.reviewer, revealed=revealed, blinding=then)
        self._session.write(work, lambda _done: self._revealed(at, then), self._not_stored, held=held)

    def _revealed(self, at: tuple[int, int | None] | None, then: Blinding | None) -> None:
        self._storing = None
        if then is not None:
            self.blinding = then
            self._session.notice.emit(UNBLINDED if at is not None else "No longer blind.")
        elif self._raw is not None and at == (self._raw.index, self._raw.response_id):
            self._looking_at = at
        self.changed.emit()

    def _not_looked(self) -> None:
        self._storing = None
        self._session.notice.emit("You have not looked; what was hidden stays hidden.")

    def _not_stored(self, error: Exception) -> None:
        self._storing = None
        self._session.tasks.failed.emit(error)


def tells_verdicts(blind: BlindReview) -> bool:
    """Whether what says or implies a verdict may be shown beside the responses."""
    return blind.verdict_shown and not blind.on


def conceals_now(raw: ShownPlace | None, blind: BlindReview) -> frozenset[Hidden]:
    """What showing everything reveals at a place; never one's own earlier word where it is asked for again."""
    if raw is None:
        return frozenset()
    shown = veiled(raw, blind.blinding, blind.reviewer, verdict_shown=True)
    return shown.hidden - {Hidden.EARLIER, Hidden.SIDES}
