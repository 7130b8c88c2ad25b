"""How often a reviewer says the same again of a response that came back to them with the earlier word hidden."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from reviewer.core.actions import ActionScale
from reviewer.core.decisions import DecisionKind, standing_events
from reviewer.core.scoring.agreement import FEWEST_FOR_KAPPA, Agreement, Pair, agreement
from reviewer.store.facts.agreement import Said
from reviewer.wording.plain_text import preview
from reviewer.wording.score import figure, percent

NAME_CHARACTERS = 60


@dataclass(frozen=True)
class OwnConsistency:
    """One reviewer against themselves: in `figures` the first word is the first reader, the second the second."""

    reviewer: str
    figures: Agreement


def own_consistency(said: Sequence[Said], scale: ActionScale) -> tuple[OwnConsistency, ...]:
    """Of each reviewer to whom something came back, by name."""
    pairs: dict[str, list[Pair]] = {}
    for reviewer, pair in _pairs(said):
        pairs.setdefault(reviewer, []).append(pair)
    return tuple(
        OwnConsistency(reviewer, agreement(found, scale, fewest=FEWEST_FOR_KAPPA))
        for reviewer, found in sorted(pairs.items())
    )


def _pairs(said: Iterable[Said]) -> Iterator[tuple[str, Pair]]:
    """(reviewer, (word before it came back, word when it did)) of the words that stand, each pair once."""
    for each in said:
        standing = [e for e in standing_events(each.events, each.hash) if e.kind is DecisionKind.DECISION]
        for second in (event for event in standing if event.came_back):
            own = [e for e in standing if e.reviewer == second.reviewer and e.id < second.id]
            if own and not own[-1].came_back:
                yield second.reviewer, (own[-1].action, second.action)


def consistency_words(found: Iterable[OwnConsistency]) -> str:
    """`Of what came back unannounced, ana said the same again on 9 of 10 (90 %; κ 0.87).`; "" where nothing did."""
    told = [
        f"{preview(one.reviewer, NAME_CHARACTERS)} said the same again on {one.figures.same} of {one.figures.n} "
        f"({percent(one.figures.raw)}{_kappa(one.figures)})"
        for one in found
        if one.figures.n
    ]
    return f"Of the responses that came back unannounced, {'; '.join(told)}." if told else ""


def _kappa(found: Agreement) -> str:
    return "" if found.kappa.value is None else f"; κ {figure(found.kappa.value)}"
