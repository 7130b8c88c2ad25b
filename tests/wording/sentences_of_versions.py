"""What a comparison, a suite's plan and an agreement can say: pairs of situations, for the catalogue of sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import cast

from reviewer.app.figures import agreement_words as agreement
from reviewer.app.figures import comparing as comparing_words
from reviewer.app.figures import suite_plan_words as plan_words
from reviewer.app.figures.agreement import AgainstPeople, RunAgreement, run_agreement
from reviewer.app.figures.comparing import ComparedRuns
from reviewer.app.figures.suite_plans import Assumed, PlanningBasis, PlanQuestion, SizePlan, plan_suite
from reviewer.core.actions import DEFAULT_SCALE, ActionScale
from reviewer.core.decisions import FinalAction, UnscoredReason
from reviewer.core.scoring.agreement import Agreement
from reviewer.core.scoring.agreement import agreement as agreed
from reviewer.core.scoring.alpha import Alpha
from reviewer.core.scoring.anchoring import Anchoring
from reviewer.core.scoring.comparison import Comparison, compare
from reviewer.core.scoring.credit import Observation
from reviewer.core.scoring.movement import MovementVerdict
from reviewer.core.scoring.paired import Difference
from reviewer.store.database import open_workspace
from reviewer.store.facts.runs import Classified, RunLine
from reviewer.store.facts.suites import CaseSlices
from reviewer.store.queries.review import response_ids
from reviewer.wording import comparison as comparison_tables
from reviewer.wording import decision as decision_words
from reviewer.wording.tables import Table
from tests.app.figures import test_comparison_sentence as whole
from tests.core.test_comparison import observation
from tests.support.builders import (
    ANSWER,
    REFUSE,
    decide,
    make_cases,
    make_response,
    make_run,
    make_suite,
    make_verdict,
    scale_of,
)
from tests.wording import test_decision as deciding
from tests.wording.sentences_of_gates import Pair, Told, refusal

IDS = DEFAULT_SCALE.ids
UNSCORED = FinalAction(None, None, UnscoredReason.STATE)


def text_of(table: Table) -> str:
    return "\n".join("\t".join(row) for row in (table.headings, *table.rows))


def of_comparison_warnings() -> Iterator[Pair]:
    many, few, none = ([observation(f"c{n:03}", 4 * (n % 2), 4 * (n % 2)) for n in range(size)] for size in (60, 6, 0))
    corrected = [replace(o, reviewed=True, automatic=IDS[4 - IDS.index(o.label)]) for o in many]
    kept = [replace(o, reviewed=True, automatic=o.label) for o in many]

    def said(first: Sequence[Observation], second: Sequence[Observation]) -> str:
        return " ".join(compare(first, second, DEFAULT_SCALE).warnings)

    enough = partial(said, many, many)
    yield partial(said, none, none), enough
    yield partial(said, few, few), enough
    yield partial(said, many[:1], many[:1]), enough
    yield partial(said, corrected, kept), partial(said, kept, kept)
    failed = [replace(o, final=UNSCORED) if at < 4 else o for at, o in enumerate(many)]
    yield partial(said, many, failed), partial(said, many, [*failed[:3], *many[3:]])


def _line(name: str, number: int, scale: ActionScale = DEFAULT_SCALE) -> RunLine:
    return cast("RunLine", SimpleNamespace(name=name, id=number, scale=scale, created_at=f"2026-03-0{number}"))


def of_compared_runs() -> Iterator[Pair]:
    for _, true, false in whole.CATALOGUE:
        yield partial(whole.said, true), partial(whole.said, false)
    yield partial(whole.said, {(0, 0, 4): 1}), partial(whole.said, whole.CHEAPER)
    old, new = _line("old", 1), _line("new", 2)
    found = deciding.SAME
    yield (lambda: ComparedRuns(new, old, found).backwards), (lambda: ComparedRuns(old, new, found).backwards)
    check = comparing_words.check_comparable
    other = _line("other", 3, scale_of(2))
    yield (lambda: refusal(lambda: check(old, old))), (lambda: refusal(lambda: check(old, new)))
    yield (lambda: refusal(lambda: check(old, other))), (lambda: refusal(lambda: check(old, new)))


def of_comparison_tables() -> Iterator[Pair]:
    found = deciding.BETTER
    bare = compare([], [], DEFAULT_SCALE)
    staked = _staked()

    def why(of: Comparison, row: int) -> Told:
        return lambda: comparison_tables.why(of, row)

    yield why(found, 0), (lambda: "")
    own = list(found.deltas).index("d_a")
    yield why(found, own), why(found, 0)
    yield why(staked, len(staked.deltas)), why(found, 0)
    yield why(found, 0), why(staked, len(staked.deltas))
    yield (lambda: text_of(comparison_tables.figures(staked))), (lambda: text_of(comparison_tables.figures(found)))
    one, other = ([observation(f"c{n}", 4 * (n % 2), said, pair="p") for n in range(4)] for said in (0, 4))
    pairs = compare(one, other, DEFAULT_SCALE)
    right_wrong = comparison_tables.right_wrong
    yield (lambda: text_of(right_wrong(pairs))), (lambda: text_of(right_wrong(bare)))


def _staked() -> Comparison:
    sides = ([observation(f"c{n:02}", 4 * (n % 2), n % 3) for n in range(first, first + 40)] for first in (0, 0))
    one, other = ([replace(o, stakes=3.0) if o.case == "c03" else o for o in side] for side in sides)
    return compare(one, other, DEFAULT_SCALE)


def of_decisions() -> Iterator[Pair]:
    words = partial(decision_words.verdict, "old", "new")
    situations = [deciding.BETTER, deciding.WORSE, deciding.SAME, deciding.ALIKE_AND_FEW, deciding.ALWAYS]
    situations += [deciding.ONE_LABEL, deciding.NOTHING, deciding.FEW, deciding.compared({(0, 4): 1}, {})]
    for found, other in zip(situations, [*situations[1:], situations[0]], strict=True):
        yield partial(words, found), partial(words, other)
    moved = deciding.BETTER.movement
    assert moved is not None
    for way in ("in_between", "more_cautious"):
        slid = replace(deciding.BETTER, movement=replace(moved, verdict=MovementVerdict.SLID, direction=way))
        yield partial(words, slid), partial(words, deciding.BETTER)
    basis = partial(decision_words.basis, "old", "new")
    yield partial(basis, deciding.BETTER), partial(basis, deciding.NOTHING)
    undecided = deciding.compared({(4, 0): 40, (0, 0): 60}, {(4, 4): 90, (4, 0): 10})
    yield partial(words, undecided), partial(words, deciding.BETTER)
    inward = replace(deciding.BETTER, movement=replace(moved, direction="inward"))
    turned = deciding.latent((1.3, 0.9), (1.3, 0.0), cases=2_000)
    said = [undecided, deciding.BETWEEN, deciding.FEW_BETWEEN, deciding.HARDLY, deciding.CAVEATS, turned, inward]
    for found in said:
        yield partial(decision_words.sure, found), partial(decision_words.sure, deciding.SAME)
    yield (lambda: text_of(decision_words.changes_table(deciding.BETTER.deltas))), (lambda: "")
    change = decision_words.change_words
    yield (lambda: change("balanced", None)), (lambda: change("balanced", Difference(0.2, 0.1, 0.3, None)))
    yield (lambda: change("balanced", Difference(0.0, -0.1, 0.1, None))), (lambda: change("balanced", None))


@cache
def _plan(labels: tuple[tuple[int, int], ...], question: PlanQuestion, d_a: float | None) -> SizePlan:
    """Of a suite with so many cases of each label, in turn; a topic holds the first three of each."""
    most = max((count for _, count in labels), default=0)
    cases = [
        CaseSlices(IDS[label], (("category", "small" if n < 3 else "large"),), ())
        for n in range(most)
        for label, count in labels
        if n < count
    ]
    return plan_suite(
        PlanningBasis("suite" if labels else "", DEFAULT_SCALE, cases, assumed=Assumed(d_a=d_a)), question
    )


def _planned(
    answer: int = 0, refuse: int = 0, *, limit: int | None = None, sizes: tuple[int, ...] = (), d_a: float | None = None
) -> Told:
    """All that is said of a plan; without cases, of none."""

    def said() -> str:
        labels = ((0, answer), (4, refuse)) if answer else ()
        plan = _plan(labels, PlanQuestion(limit=limit, sizes=sizes), d_a)
        tables = [plan_words.gains_table(plan), *([plan_words.sizes_table(plan)] if sizes else [])]
        return "\n".join([plan_words.sentence(plan), *plan_words.notes(plan), *map(text_of, tables)])

    return said


def of_plans_of_suites() -> Iterator[Pair]:
    many, few, nothing = _planned(300, 300), _planned(5, 5), _planned()
    yield nothing, many
    yield many, nothing
    yield few, many
    yield many, few
    yield _planned(300, 300, limit=20), many
    yield many, _planned(300, 300, limit=20)
    yield _planned(300, 300, sizes=(1, 100)), many
    yield _planned(300, 100), many
    yield _planned(300, 300, d_a=3.0), _planned(300, 300, d_a=1.0)
    yield _planned(300, 300, d_a=5.5), many


@cache
def _agreement() -> tuple[RunAgreement, AgainstPeople]:
    """A run with twelve responses, all of them decided, of which the rules read the last otherwise."""
    with TemporaryDirectory() as folder:
        workspace = open_workspace(Path(folder) / "workspace.sqlite")
        cases = make_cases(12)
        read = [REFUSE if n % 2 else ANSWER for n in range(12)]
        responses = [
            Classified(make_response(case.key), (make_verdict(action),))
            for case, action in zip(cases, read, strict=True)
        ]
        run = make_run(workspace, make_suite(workspace, cases), responses)
        for number, (response, action) in enumerate(zip(response_ids(workspace, run), read, strict=True)):
            for reviewer in ("ana", "ben"):
                decide(workspace, response, REFUSE if number == 10 else action, reviewer)
        found = run_agreement(workspace, "run")
        workspace.close()
    return found, found.classifiers[0]


def _notes(found: RunAgreement) -> Told:
    return lambda: "\n".join([agreement.people_words(found), *agreement.notes(found)])


def _against(pairs: int, *, unscored: int = 0) -> AgainstPeople:
    """A classifier that has read the first so many of the decided responses."""
    readings = [(IDS[4 * (n % 2)], IDS[4 * (n % 2)]) for n in range(pairs)] + [(None, IDS[0])] * unscored
    return replace(_agreement()[1], actions=agreed(readings, DEFAULT_SCALE, fewest=10))


def of_agreement() -> Iterator[Pair]:
    found, one = _agreement()
    shift = Difference(0.2, 0.1, 0.3, None)

    def said(run: RunAgreement, against: AgainstPeople | None) -> Told:
        return lambda: agreement.agreement_sentence(run, against)

    sound = _notes(replace(found, blind=12, in_sight=0))
    yield sound, _notes(replace(found, blind=0, in_sight=12))
    yield _notes(replace(found, blind=4, in_sight=8)), sound
    yield (
        _notes(replace(found, blind=4, in_sight=8)),
        _notes(replace(found, blind=4, in_sight=8, anchoring=Anchoring(40, 60, shift, score=shift))),
    )
    yield _notes(replace(found, blind=0, in_sight=0)), sound
    yield _notes(replace(found, blind=0, in_sight=0, decided=1)), sound
    yield _notes(replace(found, blind=4, in_sight=4)), _notes(replace(found, blind=4, in_sight=8))
    yield _notes(replace(found, disputed=1, cannot_decide=2)), sound
    yield _notes(replace(found, decided=2, blind=2)), sound
    yield _notes(replace(found, decided=6, blind=6)), sound
    yield (
        sound,
        _notes(replace(found, classifiers=(), reviewers=replace(found.reviewers, weighted_kappa=_none().kappa))),
    )
    yield sound, _notes(replace(found, alpha=Alpha(None, None, None, 3, "only 3"), blind=12, in_sight=0))
    yield _notes(replace(found, alpha=Alpha(None, None, None, 3, "only 3"))), sound
    yield _notes(replace(found, alpha=Alpha(0.5, 0.3, 0.7, 12))), _notes(replace(found, alpha=Alpha(0.5, 0.3, 0.7, 40)))
    yield said(found, one), said(found, None)
    yield said(found, None), said(found, one)
    yield said(found, _against(0)), said(found, one)
    yield said(replace(found, decided=0), _against(0)), said(found, one)
    yield said(found, _against(0, unscored=3)), said(found, one)
    yield said(found, _against(12, unscored=1)), said(found, one)
    yield said(found, _against(3)), said(found, one)
    kept = agreement.kept_words
    yield (lambda: kept(1, 3)), (lambda: kept(3, 3))
    yield (lambda: text_of(agreement.levels_table(one))), (lambda: "")


def _none() -> Agreement:
    return agreed([], DEFAULT_SCALE, fewest=10)
