"""How the reviewers of a run work and agree: each on their own, by slice, and over time."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from reviewer.core.actions import ActionId
from reviewer.core.cases import Case
from reviewer.core.decisions import Decision, DecisionKind, standing_decisions, standing_events
from reviewer.core.scoring.agreement import FEWEST_FOR_KAPPA
from reviewer.core.scoring.credit import credit
from reviewer.store.database import Workspace
from reviewer.store.facts.agreement import Said
from reviewer.store.facts.runs import RunLine
from reviewer.store.finals import batches
from reviewer.store.queries import suites
from reviewer.store.queries.agreement import hidden_at_decisions, read_by_label

if TYPE_CHECKING:
    from reviewer.core.scoring.alpha import Alpha

FAST_S = 2.0
"""Under so many seconds nobody has read a response."""
PERIODS = 4
REPLICATES = 1_000
"""Of the bootstrap in a slice or period: there are many of them, and their limits are wide anyway."""
VERDICT, LABEL = "verdict", "label"
"""What can be out of sight at a decision, by the words that are stored."""


@dataclass(frozen=True)
class KnownShare:
    """`n` of `known` decisions of which it is known; what is not known is neither."""

    n: int
    known: int

    @property
    def share(self) -> float | None:
        return self.n / self.known if self.known else None


@dataclass(frozen=True)
class Habits:
    """One reviewer's standing decisions: how they were made, and what they did to the score of the run.

    `raised` and `lowered` count decisions that earn more or less than the verdict does; `moved` is what all of them
    together, in the verdicts' place, do to the balanced score of the verdicts; None where none of them tells. `rulings`
    are adjudications, `as_party` those of them by one of those who differed.
    """

    reviewer: str
    decisions: int
    verdict_in_sight: KnownShare
    label_in_sight: KnownShare
    fast: KnownShare
    median_s: float | None
    raised: int
    lowered: int
    moved: float | None
    rulings: int = 0
    as_party: int = 0


@dataclass(frozen=True)
class AgreementPart:
    """Agreement between reviewers on some of the responses: of a slice (`by`, `value`), or of a time from `by` on."""

    by: str
    value: str
    n: int
    raw: float | None
    alpha: Alpha


@dataclass(frozen=True)
class Team:
    habits: tuple[Habits, ...] = ()
    slices: tuple[AgreementPart, ...] = ()
    periods: tuple[AgreementPart, ...] = ()


NOBODY = Team()


@dataclass(frozen=True)
class _Heard:
    """A response with what stands on it: each reviewer's word, and the adjudications."""

    said: Said
    words: Mapping[str, Decision]
    rulings: Sequence[Decision]

    @property
    def actions(self) -> list[ActionId]:
        return [word.action for word in self.words.values() if word.action is not None]


def team_of(workspace: Workspace, line: RunLine, said: Iterable[Said]) -> Team:
    """Of what was read of a run already."""
    heard = [_heard(each) for each in said]
    shared = [each for each in heard if len(each.actions) > 1]
    hidden = hidden_at_decisions(workspace, line.id) if heard else {}
    sizes = read_by_label(workspace, line.id) if heard else {}
    names = sorted({name for each in heard for name in (*each.words, *(event.reviewer for event in each.rulings))})
    return Team(
        tuple(_habits(name, heard, hidden, sizes) for name in names),
        tuple(_by_slice(workspace, line, shared)),
        tuple(_over_time(line, shared)),
    )


def _heard(said: Said) -> _Heard:
    standing = standing_events(said.events, said.hash)
    rulings = [event for event in standing if event.kind is DecisionKind.ADJUDICATION]
    return _Heard(said, standing_decisions(standing), rulings)


def _habits(
    name: str,
    heard: Sequence[_Heard],
    hidden: Mapping[int, frozenset[str] | None],
    sizes: Mapping[ActionId, int],
) -> Habits:
    own = [(each.said, each.words[name]) for each in heard if name in each.words]
    seconds = [word.seconds_spent for _, word in own if word.seconds_spent is not None]
    moves = [move for said, word in own if (move := _move(said, word, sizes)) is not None]
    rulings = [each for each in heard for event in each.rulings if event.reviewer == name]
    return Habits(
        reviewer=name,
        decisions=len(own),
        verdict_in_sight=_in_sight(VERDICT, [word for _, word in own], hidden),
        label_in_sight=_in_sight(LABEL, [word for _, word in own], hidden),
        fast=KnownShare(sum(each < FAST_S for each in seconds), len(seconds)),
        median_s=median(seconds) if seconds else None,
        raised=sum(move > 0 for move in moves),
        lowered=sum(move < 0 for move in moves),
        moved=sum(moves) if moves else None,
        rulings=len(rulings),
        as_party=sum(name in each.words for each in rulings),
    )


def _in_sight(what: str, words: Iterable[Decision], hidden: Mapping[int, frozenset[str] | None]) -> KnownShare:
    """A decision that is marked blind was made without the verdict, also where the rest is not known."""
    seen = []
    for word in words:
        known = hidden.get(word.id)
        if known is not None:
            seen.append(what not in known)
        elif what == VERDICT and word.blind:
            seen.append(False)
    return KnownShare(sum(seen), len(seen))


def _move(said: Said, word: Decision, sizes: Mapping[ActionId, int]) -> float | None:
    """What a word in place of the verdict does to the balanced score; None where one of them scores nothing."""
    if said.label is None or said.automatic is None or word.action is None or not sizes.get(said.label):
        return None
    change = credit(said.label, said.band, word.action) - credit(said.label, said.band, said.automatic)
    return change / (len([n for n in sizes.values() if n]) * sizes[said.label])


def _by_slice(workspace: Workspace, line: RunLine, shared: Sequence[_Heard]) -> Iterator[AgreementPart]:
    """Those with enough responses that two people decided, the larger first."""
    keys = list(dict.fromkeys(each.said.key for each in shared))
    cases = {case.key: case for some in batches(keys) for case in suites.cases_of_run(workspace, line.id, some)}
    found: dict[tuple[str, str], list[_Heard]] = defaultdict(list)
    for each in shared:
        for slice_ in _slices(cases[each.said.key]):
            found[slice_].append(each)
    large = [slice_ for slice_ in found if len(found[slice_]) >= FEWEST_FOR_KAPPA]
    for by, value in sorted(large, key=lambda slice_: (-len(found[slice_]), slice_)):
        yield _part(line, by, value, found[by, value])


def _slices(case: Case) -> list[tuple[str, str]]:
    named = (
        ("label", case.label or ""),
        ("category", case.category),
        ("segment", case.segment),
        ("source", case.source),
        *(("tag", tag) for tag in case.tags),
    )
    return [(by, value) for by, value in named if value]


def _over_time(line: RunLine, shared: Sequence[_Heard]) -> Iterator[AgreementPart]:
    """The responses by when the last of them was decided, in up to four parts of equal size."""
    timed = sorted(((max(word.at for word in each.words.values()), each) for each in shared), key=lambda pair: pair[0])
    parts = min(PERIODS, len(timed) // FEWEST_FOR_KAPPA)
    if parts < 2:
        return
    for number in range(parts):
        some = timed[number * len(timed) // parts : (number + 1) * len(timed) // parts]
        yield _part(line, some[0][0], some[-1][0], [each for _, each in some])


def _part(line: RunLine, by: str, value: str, heard: Sequence[_Heard]) -> AgreementPart:
    # NumPy and SciPy are read where there is something to compute
    from reviewer.core.scoring.alpha import ordinal_alpha

    units = [[line.scale.rank(action) for action in each.actions] for each in heard]
    alpha = ordinal_alpha(units, len(line.scale), fewest=FEWEST_FOR_KAPPA, replicates=REPLICATES)
    return AgreementPart(by, value, len(units), _raw(units), alpha)


def _raw(units: Iterable[Sequence[int]]) -> float | None:
    """The share of all pairs of decisions on one response that are the same."""
    pairs = same = 0
    for unit in units:
        pairs += len(unit) * (len(unit) - 1) // 2
        same += sum(n * (n - 1) // 2 for n in Counter(unit).values())
    return same / pairs if pairs else None


def team_document(team: Team) -> dict[str, object]:
    """What `agreement --json` says of it; names are those that people gave themselves."""
    return {
        "names_self_declared": True,
        "by_reviewer": [_habits_document(each) for each in team.habits],
        "by_slice": [{"by": each.by, "value": each.value, **_part_document(each)} for each in team.slices],
        "over_time": [{"from": each.by, "to": each.value, **_part_document(each)} for each in team.periods],
    }


def _habits_document(each: Habits) -> dict[str, object]:
    return {
        "reviewer": each.reviewer,
        "decisions": each.decisions,
        "verdict_in_sight": _share(each.verdict_in_sight),
        "label_in_sight": _share(each.label_in_sight),
        "under_2_s": _share(each.fast),
        "median_s": each.median_s,
        "raised": each.raised,
        "lowered": each.lowered,
        "balanced_moved_by": each.moved,
        "rulings": each.rulings,
        "rulings_as_party": each.as_party,
    }


def _share(part: KnownShare) -> dict[str, object]:
    return {"n": part.n, "known": part.known, "share": part.share}


def _part_document(each: AgreementPart) -> dict[str, object]:
    alpha = each.alpha
    figures = {"value": alpha.value, "low": alpha.low, "high": alpha.high}
    return {"n": each.n, "raw": each.raw, "alpha_ordinal": figures, "alpha_missing": alpha.reason or None}
