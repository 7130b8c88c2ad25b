"""What the line above the review tells of the work: done and left, the corrected score, and how the session goes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from reviewer.core.changes import Changes
from reviewer.core.scoring.score import (
    LABEL_WITHOUT_SCORE,
    NO_SAMPLE,
    NOTHING_DECIDED,
    NOTHING_LABELLED,
    SAMPLE_BEFORE,
    Interval,
    rough_word,
)
from reviewer.store.facts.runs import RunLine
from reviewer.ui.kit.session import Session
from reviewer.ui.review.bar import ReviewBar
from reviewer.ui.review.deciding import Deciding
from reviewer.ui.review.live_score import LiveScoring
from reviewer.ui.review.pace import BreakSuggestion, SessionPace
from reviewer.wording.plural import counted
from reviewer.wording.precision import bracketed

if TYPE_CHECKING:
    from reviewer.core.scoring.live import LiveScore

SHORT: Mapping[str, str] = {
    NOTHING_LABELLED: "no case is labelled",
    NOTHING_DECIDED: "nothing is decided",
    LABEL_WITHOUT_SCORE: "a label has no score",
    NO_SAMPLE: "no sample was drawn",
    SAMPLE_BEFORE: "draw another sample",
}
FEW = "too few are decided"
"""Why there is none, in the room that the line has; the rest is told on pointing at it."""
OF_THIS_RUN = "It speaks of this run's responses: what more reviews can still make surer."


class ReviewProgress(QObject):
    """Listens to what is decided and written; tells the bar. It takes no focus and delays no key."""

    def __init__(self, session: Session, deciding: Deciding, bar: ReviewBar, page: QObject) -> None:
        super().__init__(page)
        self._session, self._bar = session, bar
        self._score: LiveScore | None = None
        self.live = LiveScoring(session, self)
        self.live.scored.connect(self._scored)
        self.pace = SessionPace(session.attention)
        deciding.decided.connect(self.pace.decided)
        deciding.taken_back.connect(self.pace.took_back)
        deciding.brought_back.connect(self.pace.brought_back)
        for signal in (deciding.decided, deciding.taken_back, deciding.brought_back):
            signal.connect(self._tell_pace)
        session.reviewer_changed.connect(self._begin_anew)
        self.breaks = BreakSuggestion(session.attention, lambda: session.settings.break_minutes, self)
        self.breaks.due.connect(session.notice)
        session.changed.connect(self._take_in)
        session.settings_changed.connect(self._tell_score)

    def watch(self, run: RunLine | None) -> None:
        """Tell of this run from now on."""
        if self.live.watch(run):
            self._score = None
            self._bar.show_score("", "")

    def _take_in(self, changes: Changes) -> None:
        self.live.take_in(changes)

    def _scored(self, score: LiveScore) -> None:
        self._score = score
        self._tell_score()

    def _tell_score(self) -> None:
        if self._score is not None:
            self._bar.show_score(*score_words(self._score, self._session.settings.score_width))

    def _begin_anew(self) -> None:
        self.pace.begin_anew()
        self._tell_pace()

    def _tell_pace(self, *_decided: object) -> None:
        self._session.pace.emit(self.pace.words)


def score_words(score: LiveScore, width: float) -> tuple[str, str]:
    """`corrected 0.812 [0.78, 0.84] · 24 more to ±0.02`, and what it means; or why there is no score, shortly."""
    found = score.correction
    if found.value is None or found.of_run is None:
        return f"no corrected score: {SHORT.get(found.reason, FEW)}", f"No corrected score yet: {found.reason}."
    further = score.further(width)
    left = "" if further is None else f" · within ±{width:g}" if not further else f" · {further:,} more to ±{width:g}"
    told = f"corrected {found.value:.3f} {_limits(found.of_run)}{left}"
    like = found.interval
    others = f" For cases like these: {_limits(like)}." if like is not None else ""
    sample = f"It rests on {counted(score.drawn, 'response')} of a random sample of {score.frame:,}. "
    return told, f"The balanced score, corrected by what people said. {sample}{OF_THIS_RUN}{others}"


def _limits(found: Interval) -> str:
    return f"{bracketed(found.low, found.high, signed=False)}{rough_word(found.method)}"
