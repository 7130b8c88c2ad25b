"""What a threshold of confidence buys on a run: how many responses are read, how well, how many are left to people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reviewer.classify.coverage import RiskCoverage, risk_coverage
from reviewer.core.changes import Changes
from reviewer.store.database import Workspace
from reviewer.store.facts.review import SureResponses
from reviewer.store.queries import review, runs
from reviewer.store.writes.decisions import set_threshold
from reviewer.wording.plural import noun


@dataclass(frozen=True)
class ThresholdOnRun:
    """A run's responses by how sure their automatic actions are, for any threshold. `set_to` is the workspace's."""

    run: str
    counts: tuple[SureResponses, ...]
    set_to: float

    def at(self, threshold: float) -> ThresholdFigures:
        """What is read at a threshold and what is left to people."""
        return threshold_figures(self.counts, threshold)


@dataclass(frozen=True)
class ThresholdFigures:
    """Of `total` responses the rules read those that they are sure enough of, `judged` were read by judges that count,
    and `left` by neither, `decided` of them by people.

    `agreement` is how often people agree with what the rules read on `sets`, which are other responses; None where
    nothing was measured.
    """

    threshold: float
    total: int
    read: int
    judged: int
    decided: int
    agreement: float | None
    sets: tuple[str, ...]

    @property
    def left(self) -> int:
        return self.total - self.read - self.judged

    @property
    def share(self) -> float | None:
        return self.read / self.total if self.total else None

    @property
    def sentence(self) -> str:
        """`At this threshold 71 % of the responses are read with 96 % agreement; 130 are left to people.`"""
        if self.share is None:
            return "There is no response to read."
        if self.judged and not self.read:
            judges = noun(self.judged, "1 response is", f"{self.judged:,} responses are")
            return f"At this threshold {judges} read by judges that count; {self._left_words}"
        if not self.read:
            return f"At this threshold no response is read; {self._left_words}"
        with_agreement = "" if self.agreement is None else f" with {_percent(self.agreement)} agreement"
        judged = f", and {self.judged:,} by judges that count" if self.judged else ""
        share = f"{_percent(self.share)} of the responses are read"
        return f"At this threshold {share}{with_agreement}{judged}; {self._left_words}"

    @property
    def _left_words(self) -> str:
        decided = f", who have decided {self.decided:,}" if self.decided else ""
        return f"{self.left:,} {noun(self.left, 'is', 'are')} left to people{decided}."

    @property
    def source(self) -> str:
        """Where the agreement comes from; it is no figure of this run."""
        if self.agreement is None:
            return ""
        return f"Agreement was measured on other responses: {', '.join(self.sets)}."

    def as_json(self) -> dict[str, object]:
        return {
            "threshold": self.threshold,
            "responses": self.total,
            "read": self.read,
            "judged": self.judged,
            "share": self.share,
            "left_to_people": self.left,
            "decided": self.decided,
            "agreement": self.agreement,
            "agreement_measured_on": list(self.sets),
            "sentence": self.sentence,
        }


def threshold_on(workspace: Workspace, run_id: int) -> ThresholdOnRun:
    """Raises InputError for a run that is gone."""
    line = runs.run_line(workspace, run_id)
    counts = tuple(review.sure_responses(workspace, run_id))
    return ThresholdOnRun(line.name, counts, review.threshold(workspace))


def choose_threshold(workspace: Workspace, threshold: float) -> Changes:
    """How sure the rules must be in this workspace from now on. Raises InputError for no chance in [0, 1]."""
    return set_threshold(workspace, threshold=threshold)


def threshold_figures(
    counts: Sequence[SureResponses], threshold: float, table: RiskCoverage | None = None
) -> ThresholdFigures:
    """The figures of these counts; `table` is what was measured, by default the table beside the rules' weights."""
    measured = (table or risk_coverage()).at(threshold)
    unsure = [each for each in counts if each.confidence is None or each.confidence < threshold]
    left = [each for each in unsure if not each.judged]
    total = sum(each.n for each in counts)
    return ThresholdFigures(
        threshold=threshold,
        total=total,
        read=total - sum(each.n for each in unsure),
        judged=sum(each.n for each in unsure if each.judged),
        decided=sum(each.decided for each in left),
        agreement=measured.agreement if measured.n else None,
        sets=(table or risk_coverage()).sets,
    )


def below_figures(below: int, good: int, threshold: float) -> ThresholdFigures:
    """The same for responses that were read from a file: `good` of them, `below` of which need a person."""
    return threshold_figures([SureResponses(1.0, good - below, 0), SureResponses(None, below, 0)], threshold)


def _percent(share: float) -> str:
    """In whole percent, 100 % and 0 % only where it is all or none."""
    percent = round(100 * share)
    return f"{min(max(percent, 1), 99) if 0 < share < 1 else percent} %"
