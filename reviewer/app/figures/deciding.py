"""What the decision page says of two compared runs: verdict, three changes, the gate, and what would change it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reviewer.app.figures.comparing import ComparedRuns
from reviewer.app.figures.gating import GateOutcome, gate
from reviewer.app.figures.scores import ScoredRun
from reviewer.core.scoring.policy import Policy, policy
from reviewer.core.scoring.policy_lock import PolicyLock
from reviewer.core.scoring.score import FigureKey
from reviewer.store.database import Workspace
from reviewer.store.facts.runs import RunLine
from reviewer.wording.decision import NAMES, basis, sure, verdict
from reviewer.wording.plain_text import names_apart
from reviewer.wording.plural import counted, noun

if TYPE_CHECKING:
    from reviewer.core.scoring.movement import FrontierTest
    from reviewer.core.scoring.paired import Difference

NAME_CHARACTERS, WORD_CHARACTERS = 40, 24
_ENDLESS = re.compile(rf"[^\s-]{{{WORD_CHARACTERS + 1},}}")


@dataclass(frozen=True)
class ReleaseFacts:
    """The older of two runs and the newer one, and what a person needs who decides on the newer.

    `basis` says what is sure where the verdict is undecided, and the counts. `changes` are newer less older. `gate` is
    None where no policy was chosen.
    """

    older: str
    newer: str
    verdict: str
    basis: str
    changes: Mapping[FigureKey, Difference | None]
    would_change: tuple[str, ...]
    gate: GateOutcome | None = None


def in_time(*lines: RunLine) -> list[RunLine]:
    """The older first: by when they were started, then by their place in the workspace."""
    return sorted(lines, key=lambda line: (line.created_at, line.id))


def _short(one: str, other: str) -> tuple[str, str]:
    """Two names for a sentence in large letters, which breaks at blanks and hyphens only; they read differently."""

    def cut(word: re.Match[str]) -> str:
        return f"{word[0][: WORD_CHARACTERS - 1]}…"

    untrusted_names = (one, other)
    first, second = (_ENDLESS.sub(cut, name) for name in names_apart(untrusted_names, NAME_CHARACTERS))
    if first == second:  # what they differ in stood in a word without end
        first, second = names_apart(untrusted_names, WORD_CHARACTERS)
    return first, second


def decision_of(found: ComparedRuns, outcome: GateOutcome | None = None) -> ReleaseFacts:
    """`found` is from the older run to the newer one. It may take a moment: what would decide is computed here."""
    older, newer = _short(found.a.name, found.b.name)
    c = found.comparison
    return ReleaseFacts(
        older,
        newer,
        verdict(older, newer, c),
        " ".join(filter(None, (sure(c), basis(older, newer, c)))),
        {key: c.deltas[key] for key in NAMES},
        tuple(_would_change(found)),
        outcome,
    )


def compared_scores(scored: Sequence[ScoredRun]) -> ComparedRuns | None:
    """Two scored runs compared without reading them again; None where they are not two of one scale."""
    from reviewer.core.scoring.comparison import compare

    if len(scored) != 2 or scored[0].line.scale.ids != scored[1].line.scale.ids:
        return None
    one, two = scored
    plans = one.observed.plan, two.observed.plan
    options = one.card.options
    found = compare(one.observed.labelled, two.observed.labelled, one.line.scale, options, plans)
    return ComparedRuns(one.line, two.line, found)


def gated(workspace: Workspace, found: ComparedRuns, rules: Policy | None) -> GateOutcome | None:
    """What the policy says of the newer run."""
    if rules is None:
        return None
    return gate(workspace, rules, found.b.name, found.a.name, found.comparison.a.options)


def locked_policy(lock: PolicyLock) -> Policy:
    """The policy that was locked to a suite, as its file had it."""
    return policy({"name": lock.name, **lock.rules})


def _would_change(found: ComparedRuns) -> Iterator[str]:
    c = found.comparison
    if c.movement is None:
        return
    tested = c.movement.frontier
    if tested is not None and c.movement.verdict in ("not_decidable", "none") and not tested.excludes_change:
        yield _more_cases(tested)
    unread = c.a.n_responses - c.a.reviewed + c.b.n_responses - c.b.reviewed
    if unread:
        whole = c.a.n_responses + c.b.n_responses
        yield (
            f"No person has read {unread:,} of the {counted(whole, 'response')} compared here: decisions there can "
            "change the verdict."
        )
    if c.dropped:
        n = len(c.dropped)
        yield f"{counted(n, 'case')} {noun(n, 'is', 'are')} unscored in one of the runs and left out."
    if c.changed:
        n = len(c.changed)
        yield f"{counted(n, 'case')} {noun(n, 'was', 'were')} asked or labelled differently and left out."


def _more_cases(tested: FrontierTest) -> str:
    """How many cases would find a real difference, in words without a term."""
    from reviewer.core.scoring.movement_words import FEWEST_TO_PLAN, MOST_PLANNED
    from reviewer.core.scoring.power import rounded

    if min(tested.cases) < FEWEST_TO_PLAN:
        return "More cases: these are too few to say how many it would take."
    needed = tested.would_decide
    would = f"would show a clear difference (d_a {needed.gain:g}) in 4 of 5 comparisons"
    if needed.cases <= needed.there:
        return (
            f"{noun(needed.there, 'This', 'These')} {counted(needed.there, 'case')} at each end of the scale {would}."
        )
    if needed.cases > MOST_PLANNED and needed.repeats is None:
        return f"More cases: over {MOST_PLANNED:,} at each end of the scale {would}."
    again = "" if needed.repeats is None else f", or asking these {needed.repeats} times each,"
    there = f"instead of {needed.there:,}"
    return f"More cases: {rounded(needed.cases):,} at each end of the scale {there}{again} {would}."
