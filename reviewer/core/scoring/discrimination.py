"""How well the least- and most-cautious labels are told apart: d′, criterion and Somers' D."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

from reviewer.core.actions import ActionId, ActionScale
from reviewer.core.scoring.credit import CaseOutcome


@dataclass(frozen=True)
class HeldBack:
    """Cases held back, counted at the two poles; a case's repeats weigh equally, so counts may be fractions."""

    hits: float
    should: int
    false_alarms: float
    should_not: int


def held_back(outcomes: Sequence[CaseOutcome], scale: ActionScale) -> HeldBack | None:
    """Counts at the most and the least cautious label that occur; None where only one label occurs."""
    scored = [outcome for outcome in outcomes if outcome.scored]
    ranks = {scale.rank(outcome.label) for outcome in scored}
    if len(ranks) < 2:
        return None
    should = [o.held_back for o in scored if scale.rank(o.label) == max(ranks)]
    should_not = [o.held_back for o in scored if scale.rank(o.label) == min(ranks)]
    return HeldBack(sum(should), len(should), sum(should_not), len(should_not))


def d_prime_and_criterion(counts: HeldBack) -> tuple[float, float]:
    """d′ = z(H) − z(F), c = −(z(H) + z(F)) / 2 with the log-linear correction (k + 0.5) / (n + 1).

    Source: Hautus 1995, Behavior Research Methods 27, 46–51.
    """
    z = NormalDist().inv_cdf
    hit = z((counts.hits + 0.5) / (counts.should + 1))
    false_alarm = z((counts.false_alarms + 0.5) / (counts.should_not + 1))
    return hit - false_alarm, -(hit + false_alarm) / 2


def is_constant_policy(outcomes: Sequence[CaseOutcome]) -> bool:
    """One action on everything: nothing can be said of discrimination."""
    return len({action for outcome in outcomes for action in outcome.actions}) <= 1


def confusion(outcomes: Sequence[CaseOutcome], scale: ActionScale) -> dict[ActionId, dict[ActionId, float]]:
    """Labelled action → final action → cases; each case counts 1, divided over its scored repeats."""
    table: dict[ActionId, dict[ActionId, float]] = {}
    labels = {outcome.label for outcome in outcomes}
    for label in (action for action in scale.ids if action in labels):
        row = dict.fromkeys(scale.ids, 0.0)
        for outcome in (o for o in outcomes if o.label == label):
            for action in outcome.actions:
                row[action] += 1 / outcome.scored
        table[label] = row
    return table


def somers_d(table: Mapping[ActionId, Mapping[ActionId, float]], scale: ActionScale) -> float | None:
    """Somers' D of the final action given the label: (concordant − discordant) / pairs not tied on the label.

    Source: Somers 1962, American Sociological Review 27, 799–811. Descriptive only. None with fewer than two labels.
    """
    labels = [label for label in scale.ids if sum(table.get(label, {}).values()) > 0]
    difference = untied = 0.0
    for index, lower in enumerate(labels):
        for higher in labels[index + 1 :]:
            low, high = table[lower], table[higher]
            untied += sum(low.values()) * sum(high.values())
            for i, a in enumerate(scale.ids):
                difference += low[a] * (sum(high[b] for b in scale.ids[i + 1 :]) - sum(high[b] for b in scale.ids[:i]))
    return difference / untied if untied else None
