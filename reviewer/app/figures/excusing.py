"""What people's differences would change: disputes that the bands excuse, and the score under each labeller."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from reviewer.core.actions import ActionId
from reviewer.core.cases import CaseKey
from reviewer.core.scoring.credit import Observation
from reviewer.core.scoring.score import Scorecard
from reviewer.report.facts import LabelFacts, LabellerScore, PeopleDiffer
from reviewer.store.facts.opinions import AskedCase, GivenLabel, Opinions


def people_differ(observed: Sequence[Observation], card: Scorecard, said: Opinions) -> PeopleDiffer:
    """Of the labelled responses that `card` was computed from, with its bands."""
    inside = [_is_inside(o, said.disputed[o.case, o.repeat], card) for o in observed if _place(o) in said.disputed]
    several = said.labels if len(said.labels) > 1 else {}
    labellers = tuple(_under(observed, card, name, given) for name, given in sorted(several.items()))
    labels = LabelFacts(said.versions, said.open_disputes)
    return PeopleDiffer(len(inside), sum(inside), tuple(sorted(said.labels)), labellers, labels)


def _place(o: Observation) -> tuple[CaseKey, int]:
    return o.case, o.repeat


def _is_inside(o: Observation, actions: frozenset[ActionId], card: Scorecard) -> bool:
    """Whether whatever of these is right earns credit."""
    band = card.options.bands.band(o.label, o.band, card.scale)
    return actions <= {o.label, *band}


def _under(
    observed: Sequence[Observation], card: Scorecard, name: str, given: Mapping[AskedCase, GivenLabel]
) -> LabellerScore:
    from reviewer.core.scoring.cases import case_table
    from reviewer.core.scoring.computing import means
    from reviewer.core.scoring.run_intervals import score_intervals

    asked = {AskedCase(o.case, o.message_hash): GivenLabel(o.label, o.band) for o in observed}
    own = {case: label for case, label in given.items() if case in asked}
    table = case_table((_relabelled(o, own) for o in observed), card.scale, card.options.bands)
    differ = sum(label != asked[case] for case, label in own.items())
    balanced, (limits, _) = means(table, table.credit).balanced, score_intervals(table)
    return LabellerScore(name, len(own), differ, balanced, limits.get("balanced"))


def _relabelled(o: Observation, own: Mapping[AskedCase, GivenLabel]) -> Observation:
    found = own.get(AskedCase(o.case, o.message_hash))
    return o if found is None else replace(o, label=found.label, band=found.band)
