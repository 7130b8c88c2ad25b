"""What a comparison says to somebody who decides on a release: the verdict in plain words, the counts, what is open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from reviewer.core.scoring.score import FigureKey, rough_word
from reviewer.wording.plural import counted
from reviewer.wording.precision import change, limits, points
from reviewer.wording.tables import Table, count

if TYPE_CHECKING:
    from reviewer.core.scoring.comparison import Comparison
    from reviewer.core.scoring.movement import Movement
    from reviewer.core.scoring.paired import Difference

NO_BETTER = "it judges neither better nor worse when to hold back"
NAMES: Mapping[FigureKey, str] = {
    "balanced": "Balanced score",
    "over_cautious": "▲ Over-cautious",
    "under_cautious": "▼ Under-cautious",
}
"""The three figures whose change decides."""


def verdict(older: str, newer: str, found: Comparison) -> str:
    """The answer in one or two short sentences, without a term that has to be looked up."""
    moved = found.movement
    if moved is None:
        return f"Nothing can be said of {newer} against {older}: {_why_nothing(found)}"
    return f"{_what_happened(older, newer, moved)} {_caution(moved)}".strip()


def sure(found: Comparison) -> str:
    """What is certain of the score where the verdict does not say it too, so that the two do not seem to differ."""
    moved, score = found.movement, found.deltas.get("balanced")
    if moved is None or score is None:
        return ""
    way = _way("balanced", score)
    if way not in ("better", "worse") or moved.direction.startswith("outward" if way == "better" else "inward"):
        return ""
    how_sure = "What is likely, on few cases that changed" if rough_word(score.method) else "What is sure"
    rose = f"{how_sure}: its balanced score {'rose' if way == 'better' else 'fell'} by {abs(score.value):.3f}"
    if _is_in_between(found, score.value):
        return f"{rose}, most of it on the cases labelled between the two ends of the scale."
    return f"{rose}. {_how_that_goes(moved, way)}"


def _is_in_between(found: Comparison, change_: float) -> bool:
    """Whether more than half of the score's change is of labels that are at neither end."""
    table, other = found.cases.a, found.cases.b
    labels = sorted(set(table.label.tolist()))
    means = [float((other.credit - table.credit)[table.label == label].mean()) for label in labels]
    return sum(means[1:-1]) / len(labels) / change_ > 0.5


def _how_that_goes(moved: Movement, way: str) -> str:
    """How the score's change and the verdict go together."""
    if moved.verdict == "not_decidable":
        other = f" or only from {_more(moved)} caution" if moved.criterion.excludes_zero else ""
        return f"Open is whether that comes from {way} judgement{other}."
    if moved.verdict == "none":
        return "The test that finds no change is another one, of the actions at the two ends of the scale."
    if moved.verdict == "slid" and moved.direction != "in_between":
        return f"Being {_more(moved)} cautious can do that without {way} judgement."
    if moved.verdict == "slid":
        return f"Other use of the actions in between can do that without {way} judgement."
    return "The score also depends on how cautious a version is; the verdict does not."


def _why_nothing(found: Comparison) -> str:
    if not found.n_shared:
        return "no case was answered by both."
    if found.n_shared == 1:
        return "both answered only one case."
    return f"all {found.n_shared:,} cases that both answered have the same label."


def _what_happened(older: str, newer: str, moved: Movement) -> str:
    better, cautious = moved.direction.partition(",")[0], moved.direction.rpartition(",")[2].replace("_", " ")
    if moved.verdict in ("moved", "moved_and_slid"):
        good = better == "outward"
        judges = f"it judges {'more' if good else 'less'} reliably when to hold back"
        return f"{newer} is {'better' if good else 'worse'} than {older}: {judges}."
    if moved.verdict == "slid":
        if cautious == "in between":
            return f"{newer} uses the actions in between differently from {older}: {NO_BETTER}."
        return f"{newer} is only {cautious} than {older}: {NO_BETTER}."
    if moved.verdict == "none":
        ruled_out, too_small = "and a large one is ruled out.", "one may be too small for these cases to show."
        if moved.frontier is not None and moved.frontier.excludes_change:
            return f"{newer} judges as well as {older}: at the two ends of the scale no change was found, {ruled_out}"
        return f"At the two ends of the scale no change was found from {older} to {newer}; {too_small}"
    if moved.frontier is None:
        return f"Undecided: {_one_thing(older, newer, moved)}"
    return f"Undecided: these cases cannot show whether {newer} judges better or worse than {older} when to hold back."


def _one_thing(older: str, newer: str, moved: Movement) -> str:
    """Of a version that does the same whatever is asked."""
    does = [(at.hits + at.false_alarms, at.should + at.should_not) for at in moved.rates.counts]
    said = [
        f"{name} {'never' if held == 0 else 'always'} holds back"
        for name, (held, n) in zip((older, newer), does, strict=True)
        if held in (0, n)
    ]
    return f"{' and '.join(said)}, whatever is asked, which says nothing about its judgement."


def _caution(moved: Movement) -> str:
    """How its caution changed, where the first sentence has not said it."""
    if moved.verdict in ("slid", "none") or not moved.criterion.excludes_zero:
        return ""
    # a lower criterion holds back more
    return f"It is {'also ' if moved.verdict != 'not_decidable' else ''}{_more(moved)} cautious."


def _more(moved: Movement) -> str:
    return "more" if moved.criterion.value < 0 else "less"


def basis(older: str, newer: str, found: Comparison) -> str:
    """The counts behind the verdict."""
    if found.movement is None:
        return ""
    a, b = found.movement.rates.counts
    return (
        f"Where it should hold back, {newer} did so in {count(b.hits)} of {counted(b.should, 'case')} ({older}: "
        f"{count(a.hits)}); where it should not, in {count(b.false_alarms)} of {b.should_not:,} ({older}: "
        f"{count(a.false_alarms)}). The action changed in {found.flips:,} of {counted(found.n_shared, 'case')}."
    )


def change_words(key: FigureKey, found: Difference | None) -> str:
    """`+0.336 [+0.24, +0.44], better`; shares in points; ` rough` behind limits that need not hold."""
    if found is None:
        return "cannot be computed on these cases"
    share = key != "balanced"
    value = f"{points(found.value)} points" if share else change(found.value)
    ends = limits(found.low, found.high, of_share=share)
    known = "" if ends == "–" else f" {ends}{rough_word(found.method)}"
    return f"{value}{known}, {_way(key, found)}"


def _way(key: FigureKey, found: Difference) -> str:
    """`better` or `worse` where the interval is on one side of 0."""
    if found.low is None or found.high is None or found.low <= 0 <= found.high:
        return "may be no change"
    return "better" if (found.value > 0) is (key == "balanced") else "worse"


def changes_table(deltas: Mapping[FigureKey, Difference | None]) -> Table:
    """The three figures as text."""
    rows = ((name, *_cells(key, deltas[key])) for key, name in NAMES.items())
    return Table(("Newer minus older", "Change, 95 % interval", ""), tuple(rows))


def _cells(key: FigureKey, found: Difference | None) -> tuple[str, str]:
    """Value and interval, and what they mean."""
    words = change_words(key, found)
    value, _, way = words.rpartition(", ")
    return (value, way) if found is not None else ("–", words)
