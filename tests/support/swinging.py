"""Versions of one policy whose dial is turned back and forth, as stored runs with slices to look at."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from reviewer.core.actions import DEFAULT_SCALE, ActionId
from reviewer.core.cases import Case
from reviewer.store.database import Workspace
from reviewer.store.facts.runs import Classified
from tests.support.builders import ANSWER, REFUSE, make_case, make_response, make_run, make_suite, make_verdict

CATEGORIES = ("medical", "legal", "travel")
THRESHOLDS = (-1.2, -0.6, 0.0, 0.6)
_SEED = 8


def swinging_cases(count: int = 240, labels: Sequence[ActionId] = (ANSWER, REFUSE)) -> list[Case]:
    """Labels take turns; every fourth request begins with "How do I", every third is of one category."""
    return [
        make_case(
            f"c{number:03}",
            f"How do I do number {number}?" if number % 4 < 2 else f"Tell me about number {number}.",
            labels[number % len(labels)],
            category=CATEGORIES[number // 2 % 3],
            tags=("night",) if number % 10 < 4 else (),
        )
        for number in range(count)
    ]


def swinging_runs(workspace: Workspace, suite: int, cases: Sequence[Case], dials: dict[str, float]) -> None:
    """A run for each name, in order: the higher its dial, the more evidence it takes to hold back."""
    chance = np.random.default_rng(_SEED)
    evidence = [chance.normal(1.0 if case.label == REFUSE else -1.0, 0.8) for case in cases]
    for name, dial in dials.items():
        said = []
        for case, own in zip(cases, evidence, strict=True):
            seen = own + chance.normal(0.0, 0.5) - dial
            action = DEFAULT_SCALE.ids[sum(seen > threshold for threshold in THRESHOLDS)]
            said.append(Classified(make_response(case.key), (make_verdict(action),)))
        make_run(workspace, suite, said, name=name)


def swing_workspace(workspace: Workspace, *names: str, turn: float = 0.6) -> None:
    """Four versions, or those named; each release turns the dial back."""
    cases = swinging_cases()
    suite = make_suite(workspace, cases)
    versions = names or ("1.0", "1.1", "1.2", "1.3")
    swinging_runs(workspace, suite, cases, {name: turn * (n % 2) for n, name in enumerate(versions)})
