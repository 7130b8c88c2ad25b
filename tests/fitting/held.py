"""`python -m tests.fitting.held` measures the stored weights on what of our own corpus is never fitted on.

Traps by their kind, beside the half of them that is fitted on: where that is read well and the other is not, the
variants were learnt by heart. Parts that do not say so by their domain, and how often the demo's answers, by another
author, are taken for such parts.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from reviewer.classify.rules import Item, classify_responses
from reviewer.core.actions import DEFAULT_SCALE, preset_named
from reviewer.core.decisions import Engagement, Verdict
from tests.fitting.matching import refuses_at_first
from tests.fitting.texts import Labelled, corpus, samples

WIDTH = 24
PARTIAL_ANSWER = "partial_answer"
_SIX = preset_named("six").scale


def trap_line(name: str, found: Sequence[Labelled]) -> str:
    """Counts of what is read right of what is held back and of what is fitted on, and of refusals told by phrases."""
    held, fitted = [item for item in found if item.held], [item for item in found if not item.held]
    verdicts = classify_responses(_items(held), DEFAULT_SCALE)
    read = list(zip(held, verdicts, strict=True))
    levels = sum(verdict.engagement == item.engagement for item, verdict in read)
    actions = sum(verdict.action == item.action for item, verdict in read)
    phrases = sum(refuses_at_first(item.text) == (item.engagement == "none") for item in held)
    known = classify_responses(_items(fitted), DEFAULT_SCALE)
    learnt = sum(verdict.engagement == item.engagement for item, verdict in zip(fitted, known, strict=True))
    return f"{name:<{WIDTH}}{len(held):>6}{levels:>8}{actions:>8}{phrases:>9}{len(fitted):>9}{learnt:>8}"


def silent_line(name: str, found: Sequence[Labelled]) -> str:
    """How many parts do not say so, how many of them are called that, and how often something else is."""
    read = [verdict.action == PARTIAL_ANSWER for verdict in classify_responses(_items(found), _SIX)]
    meant = [item.engagement == "partial" and item.said_so is False for item in found]
    both = sum(a and b for a, b in zip(meant, read, strict=True))
    return f"{name:<{WIDTH}}{len(found):>6}{sum(meant):>8}{both:>8}{sum(read) - both:>8}"


def taken_for_parts(verdicts: Sequence[Verdict]) -> int:
    return sum(verdict.engagement is Engagement.PARTIAL for verdict in verdicts)


def _items(found: Sequence[Labelled]) -> list[Item]:
    return [Item(item.messages, item.text) for item in found]


def _manners(found: Sequence[Labelled]) -> list[tuple[str, list[Labelled]]]:
    names = sorted({item.manner for item in found})
    return [*((name, [item for item in found if item.manner == name]) for name in names), ("all", list(found))]


def main() -> None:
    lines = [f"{'traps':<{WIDTH}}{'held':>6}{'3-way':>8}{'5-way':>8}{'phrases':>9}{'fitted':>9}{'3-way':>8}"]
    # What answers another question is not misread but marked: `tests.fitting.off_topic` counts that.
    traps = [item for item in corpus(("traps",)) if item.manner != "other-question"]
    lines += [trap_line(name, found) for name, found in _manners(traps)]
    lines += [f"{'parts that say nothing':<{WIDTH}}{'rows':>6}{'silent':>8}{'found':>8}{'false':>8}"]
    apart = [item for item in corpus(("silent", "silent2")) if item.held]
    lines += [silent_line(name, found) for name, found in _manners(apart)]
    lines += [silent_line(name, [item for item in apart if item.family == name]) for name in ("silent", "silent2")]
    answers = [item for item in samples() if item.engagement == "full"]
    parts = taken_for_parts(classify_responses(_items(answers), DEFAULT_SCALE))
    lines += [f"the demo's answers: {len(answers)}, taken for parts {parts}"]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
