"""Every sentence that the statistics can say has what makes it true and, beside it, what makes it false.

Sentences are enumerated from the modules that make them: each piece of fixed words there. A new one without a pair
fails here. A pair is two situations of one kind; the piece is said of the first and not of the second.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from copy import copy
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from reviewer.app.figures import agreement_words, comparing, gating, suite_plan_words
from reviewer.app.figures import anchoring as anchoring_words
from reviewer.core.actions import DEFAULT_SCALE
from reviewer.core.bands import BandChoice, BandSource
from reviewer.core.cases import CaseKey
from reviewer.core.scoring import comparison as comparison_module
from reviewer.core.scoring import gate, movement_words, policy_lock, power, warnings
from reviewer.core.scoring import trend as trend_module
from reviewer.core.scoring.anchoring import Anchoring
from reviewer.core.scoring.comparison import Comparison, compare
from reviewer.core.scoring.computing import scorecard
from reviewer.core.scoring.credit import Observation
from reviewer.core.scoring.movement import movement
from reviewer.core.scoring.movement_words import odds_words
from reviewer.core.scoring.movement_words import trade as trade_words
from reviewer.core.scoring.paired import Difference
from reviewer.core.scoring.policy import policy
from reviewer.core.scoring.policy_lock import EditsSince, PolicyLock, lock_answer
from reviewer.core.scoring.power import Decides
from reviewer.core.scoring.rates import PoleCases
from reviewer.core.scoring.score import Options, Scorecard
from reviewer.core.scoring.slice_swings import SliceSwing
from reviewer.core.scoring.swing import swing
from reviewer.core.scoring.trend import sentence, trend
from reviewer.wording import comparison as comparison_tables
from reviewer.wording import decision, excuses
from reviewer.wording import swing as swing_words
from tests.core import test_sentences as two
from tests.core.strategies import final_of
from tests.core.test_comparison import observation
from tests.core.test_excuses_and_stakes import both_versions
from tests.core.test_swing import HOLDING, found, versions
from tests.core.test_trend import NAMES, SCALE, version
from tests.support.builders import scale_of
from tests.wording.sentences_of_gates import Pair, Told, of_gate_outcomes, of_gates, of_warnings
from tests.wording.sentences_of_versions import (
    of_agreement,
    of_compared_runs,
    of_comparison_tables,
    of_comparison_warnings,
    of_decisions,
    of_plans_of_suites,
)

LEAST_WORDS = 3


def pieces(module: ModuleType) -> list[str]:
    """The fixed words of a module in their order: texts of three words or more that are no docstring."""
    assert module.__file__ is not None
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    docstrings = {
        id(statement.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        for statement in node.body
        if isinstance(statement, ast.Expr)
    }
    texts = [
        node.value.strip()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings
    ]
    return [text for text in dict.fromkeys(texts) if len(re.findall("[a-z]{2,}", text)) >= LEAST_WORDS and " " in text]


def of_two_versions() -> Iterator[Pair]:
    for each in two.CATALOGUE:
        yield partial(two.said, each.true), partial(two.said, each.false)
    for holding in ((), (0, 1, 2, 3, 4)):
        yield partial(two.said, two.CAVEATS, holding), partial(two.said, two.CAVEATS)
    yield partial(two.said, two.GAIN), partial(two.said, two.FEW_DIAL)
    for odds, others in zip(two.ODDS, [*two.ODDS[1:], two.ODDS[0]], strict=True):
        yield partial(odds_words, odds[0]), partial(odds_words, others[0])
    for paid, other in zip(two.TRADES, [*two.TRADES[1:], two.TRADES[0]], strict=True):
        yield partial(_traded, paid[0]), partial(_traded, other[0])
    yield from of_hidden_and_in_between()


def _traded(cases: PoleCases) -> str:
    return trade_words(movement(cases, two.HOLDING).rates)


def of_hidden_and_in_between() -> Iterator[Pair]:
    """What needs a rare table: the comparison as it was found, with that one finding another."""
    slid, few = movement(two.USED_OTHERWISE, two.HOLDING, two.NAMES), movement(two.FEW_DIAL, two.HOLDING, two.NAMES)
    hidden = movement(two.OFF_THE_SCALE, two.HOLDING, two.NAMES)
    assert hidden.frontier is not None
    fits = replace(hidden, frontier=copy(hidden.frontier))
    # the factor is computed once and kept there
    change = copy(vars(fits.frontier)["_change"])
    vars(change)["misfit"], vars(fits.frontier)["_change"] = 1.0, change
    unclear = replace(few, criterion=replace(few.criterion, low=-1.0, high=1.0), use=("", 0.0))
    for true, false in ((replace(slid, use=("", 0.0)), slid), (fits, hidden), (unclear, few)):
        yield partial(getattr, true, "sentence"), partial(getattr, false, "sentence")


def _swing(dials: Sequence[float], n: int = 250, gains: Sequence[float] = ()) -> Told:
    return cache(lambda: swing_words.swing_sentence(found(dials, n, gains)))


def _one_thing_only() -> str:
    cases = versions((0, 0))
    cases.shares[1] = np.eye(5)[4]
    return swing_words.swing_sentence(swing(cases, HOLDING))


def _small(n: int) -> str:
    """What is said of a slice with so many cases at a pole."""
    slices = [SliceSwing("topic", "medical", 3 * n, n, 2 * n, found((0, 0.6, 0)) if n > 100 else None)]
    return " ".join(swing_words.too_few_words(slices))


def of_several_versions() -> Iterator[Pair]:
    there_and_back, steady = (0, 0.8, 0, 0.8), (0, 0, 0, 0)
    yield _swing(there_and_back), _swing(steady)
    yield _swing(steady), _swing(there_and_back)
    yield _swing((0, 0)), _swing(there_and_back)
    yield _swing(steady), _swing((0, 0))
    yield _swing((0, 0), 40), _swing((0, 0), 600, (1.5, 2.6))
    yield _one_thing_only, _swing((0, 0))
    yield (lambda: _d_a_note("0404" * 10, "0044" * 10)), (lambda: _d_a_note("0404" * 10, "0000" * 10))
    yield _told_apart(-0.7, -0.1), _told_apart(-0.7, 0.1)
    yield _told_apart(0.1, 0.7), _told_apart(-0.7, -0.1)
    yield lambda: _small(5), lambda: _small(400)
    slices = {"swings": there_and_back, "steady": steady, "two": (0, 0)}
    yield lambda: swing_words.slice_words(None), lambda: swing_words.slice_words(found(slices["steady"]))
    yield _slice(slices["swings"]), _slice(slices["steady"])
    yield _slice(slices["steady"]), _slice(slices["swings"])
    yield _slice(slices["two"]), _slice(slices["steady"])
    yield lambda: _step((0, 0.8, 0)), lambda: _step((0, 0.8, 1.6))
    yield lambda: _step(steady), lambda: _step((0, 0.8, 1.6))
    yield _turned(0.06, 1.33), _turned(-0.06, 1.33)


def _turned(low: float, high: float) -> Told:
    """A change of the dial with these limits that is not significant among all steps."""
    change = Difference((low + high) / 2, low, high, None)
    return lambda: swing_words.dial_words(change, turned=False)


def _told_apart(low: float, high: float) -> Told:
    """A change of d_a with these limits that the verdict does not call a move."""
    change = Difference((low + high) / 2, low, high, None)
    return lambda: swing_words.discrimination_words(change, changed=False)


def _slice(dials: Sequence[float]) -> Told:
    return lambda: swing_words.slice_words(found(dials))


def _step(dials: Sequence[float]) -> str:
    return swing_words.step_sentence(found(dials).steps[1], "b", "c")


@cache
def _frontier(gains: tuple[float, ...], n: int = 400) -> str:
    sides = [version(0.3 * place - 0.6, gain, place + 1, n) for place, gain in enumerate(gains)]
    return sentence(trend(sides, SCALE), NAMES[: len(gains)])


def _nothing_shared() -> str:
    first, second = version(0.0, 1.0, 1, 20), version(0.0, 1.0, 2, 20)
    return sentence(trend([first[:10], second[20:30]], SCALE), NAMES[:2])


def _one_pole() -> str:
    sides = [version(0.0, 1.0, seed, 20)[:20] for seed in range(1, 6)]
    return sentence(trend(sides, SCALE), NAMES)


def _one_action() -> str:
    """Both poles, and a dial so far that one version never holds back."""
    return sentence(trend([version(60.0, 1.0, 1, 40), version(60.0, 1.0, 2, 40)], SCALE), NAMES[:2])


def of_one_frontier() -> Iterator[Pair]:
    alike, one_better = (1.0,) * 5, (0.8, 0.8, 0.8, 0.8, 1.6)
    yield lambda: _frontier(alike), lambda: _frontier(one_better)
    yield lambda: _frontier(one_better), lambda: _frontier(alike)
    yield lambda: _frontier((1.0, 1.0, 1.0), 60), lambda: _frontier(alike)
    yield _nothing_shared, lambda: _frontier(alike)
    yield _one_pole, lambda: _frontier(alike)
    yield _one_action, lambda: _frontier(alike)


def _lock(first: int | None, *names: str, imported: bool = False, own: str = "bar", last: int = 10) -> str:
    rules = {"bar": {"minimum_skill": 0.1}, "other": {"minimum_skill": 0.2}}
    made = {name: policy(dict(rule)) for name, rule in rules.items()}
    locks = [PolicyLock(made[name].hash, name, rules[name], "ann", "2026-03-01T12:00:00Z", last) for name in names]
    answer = lock_answer(made[own], locks, first, imported=imported)
    return f"{answer.state}. {answer.sentence}"


def of_locks() -> Iterator[Pair]:
    before, after, never = (lambda: _lock(11, "bar")), (lambda: _lock(5, "bar")), (lambda: _lock(5))
    yield before, after
    yield after, before
    yield never, before
    yield (lambda: _lock(11, "bar", imported=True)), before
    yield (lambda: _lock(11, "other")), before
    yield before, (lambda: _lock(11, "other"))
    yield (lambda: _lock(None, "bar")), before
    edited = _lock_sentences(EditsSince(3, 2)), _lock_sentences(EditsSince(3, 3)), _lock_sentences(EditsSince(3, 0))
    for at, one in enumerate(edited):
        yield one, edited[at - 1]
        yield one, _lock_sentences(EditsSince())
    yield _lock_sentences(EditsSince(added=4)), _lock_sentences(EditsSince())


def _lock_sentences(edits: EditsSince) -> Callable[[], str]:
    return lambda: edits.sentence


def of_plans() -> Iterator[Pair]:
    few, enough, none = Decides(0.5, 240, 3, 100), Decides(0.5, 90, None, 100), Decides(0.5, 240, None, 5)
    yield (lambda: few.sentence), (lambda: enough.sentence)
    yield (lambda: enough.sentence), (lambda: few.sentence)
    yield (lambda: few.smallest_sentence), (lambda: none.smallest_sentence)
    yield (lambda: none.smallest_sentence), (lambda: few.smallest_sentence)


def _card(said: str, band: float | None = None, **stakes: float) -> Scorecard:
    """A run over cases, an action each as 0, 1 or 2, labelled 0 and 2 in turn; the middle action is in the band."""
    scale = scale_of(3)
    observations = [
        Observation(
            CaseKey(f"c{n}"),
            scale.ids[0 if n % 2 == 0 else 2],
            final_of(scale.ids[int(rank)]),
            band={} if band is None else {scale.ids[1]: band},
            pair="p" if stakes else "",
            stakes=stakes.get(f"c{n}", 1.0),
        )
        for n, rank in enumerate(said)
    ]
    return scorecard(observations, scale, Options(bands=BandChoice(BandSource.LABELLED)).for_scale(scale))


def _leaning(said: str, *credits: float) -> str:
    """One case labelled 0 and one labelled 2, with credit for the middle action."""
    scale = scale_of(3)
    cases = [
        Observation(CaseKey(f"c{n}"), scale.ids[2 * n], final_of(scale.ids[int(rank)]), band={scale.ids[1]: credit})
        for n, (rank, credit) in enumerate(zip(said, credits, strict=True))
    ]
    return excuses.band_credit(scorecard(cases, scale))


def _d_a_note(*sides: str) -> str:
    """Cases labelled 1 and 5 by turns; each side's actions by rank."""
    said = [[observation(f"c{n:02}", 4 * (n % 2), int(rank)) for n, rank in enumerate(side)] for side in sides]
    return swing_words.d_a_note(trend(said, DEFAULT_SCALE))


def of_bands_and_stakes() -> Iterator[Pair]:
    yield (lambda: excuses.band_credit(_card("0202"))), (lambda: _leaning("02", 0.5, 0.5))
    yield (lambda: _leaning("02", 0.5, 0.5)), (lambda: excuses.band_credit(_card("0202")))
    yield (lambda: _leaning("02", 0.5, 0.2)), (lambda: _leaning("02", 0.5, 0.5))
    yield (lambda: excuses.under_bands(_card("0202"))), (lambda: excuses.under_bands(_card("2020")))
    yield (lambda: excuses.under_bands(_card("0202"))), (lambda: excuses.under_bands(_card("")))
    yield (lambda: excuses.under_bands(_card("2020"))), (lambda: excuses.under_bands(_card("0202")))
    yield (lambda: excuses.under_bands(_card("1111", 0.9))), (lambda: excuses.under_bands(_card("0202")))
    yield (lambda: excuses.under_bands(_card("020000"))), (lambda: excuses.under_bands(_card("02" * 40)))
    yield (lambda: excuses.under_bands(_card("02" * 40))), (lambda: excuses.under_bands(_card("020000")))
    yield (lambda: excuses.under_bands(_card("02" * 38 + "2020", 0.9))), (lambda: excuses.under_bands(_card("0202")))
    alike, apart = both_versions("022", "001"), both_versions("022", "111")
    for_sure = both_versions("022" * 40, "111" * 40)
    yield (lambda: excuses.change_under_bands(apart)), (lambda: excuses.change_under_bands(alike))
    yield (lambda: excuses.change_under_bands(apart)), (lambda: excuses.change_under_bands(for_sure))
    yield (lambda: excuses.change_under_bands(for_sure)), (lambda: excuses.change_under_bands(apart))
    yield (lambda: excuses.rankings_disagree(apart)), (lambda: excuses.rankings_disagree(alike))
    yield (lambda: excuses.rankings_disagree(apart)), (lambda: excuses.rankings_disagree(for_sure))
    yield (lambda: excuses.rankings_disagree(for_sure)), (lambda: excuses.rankings_disagree(apart))
    shares = both_versions("0" * 12 + "2" * 13 + "1" * 35, "1" * 60)
    yield (lambda: excuses.rankings_disagree(shares)), (lambda: excuses.rankings_disagree(apart))
    yield (lambda: excuses.rankings_disagree(_equal_exact())), (lambda: excuses.rankings_disagree(apart))
    yield (lambda: excuses.with_stakes(_card("0202", c0=2.0, c1=5.0))), (lambda: excuses.with_stakes(_card("0202")))


def _leans(low: float, high: float, score: float = 0.0, *, randomised: bool = False, unknown: int = 0) -> Told:
    """Reviewers agree with the verdict in sight by so much more than blind; `score` is what it moved."""
    shift = Difference((low + high) / 2, low, high, None)
    moved = Difference(score, score - 0.01, score + 0.01, None)
    return lambda: anchoring_words.anchoring_words(
        Anchoring(40, 60, shift, score=moved, randomised=randomised, unknown=unknown)
    )


def of_anchoring() -> Iterator[Pair]:
    leaning, contradicting, neither = _leans(0.1, 0.3), _leans(-0.3, -0.1), _leans(-0.1, 0.1)
    unknown = Anchoring(4, 60, reason="it takes more", score_reason="a labelled action has no scored response")
    no_effect = replace(unknown, agreement=Difference(0.2, 0.1, 0.3, None))
    yield leaning, contradicting
    yield contradicting, leaning
    yield neither, leaning
    yield _leans(0.1, 0.3, 0.05), leaning
    yield leaning, _leans(0.1, 0.3, 0.05)
    yield leaning, _leans(0.1, 0.3, randomised=True)
    yield _leans(0.1, 0.3, unknown=3), leaning
    yield (lambda: anchoring_words.anchoring_words(unknown)), leaning
    yield (lambda: anchoring_words.anchoring_words(no_effect)), leaning
    yield leaning, lambda: anchoring_words.anchoring_words(None)


def _equal_exact() -> Comparison:
    """As often exact; A is more often in the band, B earns more there."""
    scale = scale_of(4)

    bands = {scale.ids[1]: 0.1, scale.ids[2]: 0.9}
    first, second = (
        [
            Observation(CaseKey(f"c{n}"), scale.ids[0], final_of(scale.ids[int(rank)]), band=bands)
            for n, rank in enumerate(actions)
        ]
        for actions in ("0113", "0233")
    )
    return compare(first, second, scale)


PAIRS: dict[ModuleType, Callable[[], Iterator[Pair]]] = {
    movement_words: of_two_versions,
    swing_words: of_several_versions,
    trend_module: of_one_frontier,
    policy_lock: of_locks,
    power: of_plans,
    excuses: of_bands_and_stakes,
    anchoring_words: of_anchoring,
    gate: of_gates,
    gating: of_gate_outcomes,
    warnings: of_warnings,
    comparison_module: of_comparison_warnings,
    comparing: of_compared_runs,
    comparison_tables: of_comparison_tables,
    decision: of_decisions,
    suite_plan_words: of_plans_of_suites,
    agreement_words: of_agreement,
}


ALWAYS = {
    movement_words: {"where it should (A", "where it should not (A", "where it should not"},
    anchoring_words: {"as_if_blind"},
    power: {"in 4 of 5 comparisons", "vpki,vpkj->ij", "at each end"},
    suite_plan_words: {"at each end", "Change of judgement (d_a)", "Cases at each end"},
    comparison_tables: {
        *comparison_tables.FIGURES.values(),
        *comparison_tables.RIGHT_WRONG,
        "cases whose action changed",
        "cases without one most frequent action",
        "Stuart–Maxwell on the actions (",
    },
    # said by a suite that was rescaled, which tests/app/test_rescaling.py makes
    comparing: {
        "'s responses were read before the suite got its scale: some of the difference may be between the scales."
    },
}
"""Words around counts that every sentence of a kind has, names of rows, what is made elsewhere or is no sentence."""


@cache
def told(module: ModuleType) -> list[tuple[str, str]]:
    return [(true(), false()) for true, false in PAIRS[module]()]


@pytest.mark.parametrize(
    ("module", "words"),
    [(module, words) for module in PAIRS for words in pieces(module) if words not in ALWAYS.get(module, ())],
    ids=lambda each: str(each)[:60],
)
def test_what_can_be_said_is_said_where_it_is_true_and_not_where_it_is_false(module: ModuleType, words: str) -> None:
    assert any(words in true and words not in false for true, false in told(module)), (
        f"No pair of {module.__name__} makes {words!r} true and false: add one."
    )
