"""What a reader of a score must know before trusting it, each as one sentence."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from reviewer.core.plural import counted, noun
from reviewer.core.scoring.cases import CaseTable
from reviewer.core.scoring.score import SMALL_SAMPLE, Scorecard

FEW_CASES_PER_LABEL = 30
FEW_CLUSTERS = 30
MANY_UNSCORED = 0.05
UNBALANCED = 10
NO_SCORE = ", so there is no balanced score."


def run_warnings(card: Scorecard, table: CaseTable) -> Iterator[str]:
    """Of one run's score, the gravest first."""
    if card.is_automatic and card.n_responses:
        yield "Automatic, not reviewed: nobody has decided a response of this run yet."
    yield from _labels(card, table)
    if card.n_responses and card.unscored / card.n_responses > MANY_UNSCORED:
        whole = counted(card.n_responses, "response")
        share = f"{card.unscored:,} of {whole} {noun(card.unscored, 'is', 'are')} unscored"
        yield f"{share}, more than {MANY_UNSCORED * 100:.0f} %; see the bounds."
    best = card.constants[card.best_constant].balanced if card.best_constant else None
    if card.best_constant and best is not None and card.score.balanced is not None and best >= card.score.balanced:
        name = card.scale[card.best_constant].name
        yield f"The constant policy “always {name}” scores as well or better on these cases."
    yield from _sampling(card, table)


def _labels(card: Scorecard, table: CaseTable) -> Iterator[str]:
    scored = np.bincount(table.label[table.is_scored], minlength=len(card.scale)).tolist()
    for label in card.cases_by_label:
        name, n = card.scale[label].name, scored[card.scale.rank(label)]
        if not n:
            yield f"No case labelled “{name}” is scored{NO_SCORE}"
        elif n < FEW_CASES_PER_LABEL:
            yield (
                f"Only {n} scored {noun(n, 'case is', 'cases are')} labelled “{name}”; under {FEW_CASES_PER_LABEL} is "
                "few."
            )
    sizes = [n for n in scored if n]
    if len(sizes) > 1 and max(sizes) > UNBALANCED * min(sizes):
        yield (
            f"The suite is unbalanced: one labelled action has {max(sizes)} scored cases and another {min(sizes)}; "
            "each weighs the same in the balanced score."
        )


def _sampling(card: Scorecard, table: CaseTable) -> Iterator[str]:
    scored = int(table.is_scored.sum())
    clusters = len(np.unique(table.cluster[table.is_scored]))
    if scored >= FEW_CLUSTERS > clusters:
        groups = noun(clusters, "contrast pair or group", "contrast pairs or groups")
        yield f"The {scored:,} scored cases form only {clusters} {groups}: the intervals are rough."
    balanced = card.intervals.get("balanced")
    if balanced is not None and balanced.method == SMALL_SAMPLE and clusters > 1:
        yield (
            "Hardly any cases tell how sure the score is: few are scored, or nearly all of a labelled action end "
            "alike. Its interval is rough."
        )
    if unstable := len(card.repeats.unstable):
        share = unstable / card.repeats.cases
        yield (
            f"{unstable:,} of {counted(card.repeats.cases, 'repeated case')} did not always get the same action "
            f"({share:.0%}): one response a case would not show it."
        ).replace("%)", " %)")
