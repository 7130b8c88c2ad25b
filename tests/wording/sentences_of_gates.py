"""What a gate and a run's warnings can say: pairs of situations, for the catalogue of sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache, partial

from reviewer.app.figures import gating as gating_words
from reviewer.app.figures.gating import GateOutcome, Locked
from reviewer.core.actions import DEFAULT_SCALE
from reviewer.core.bands import BandChoice
from reviewer.core.errors import InputError
from reviewer.core.scoring.comparison import case_flips, compare
from reviewer.core.scoring.computing import scorecard
from reviewer.core.scoring.gate import GateEvidence, judged
from reviewer.core.scoring.policy import policy
from reviewer.core.scoring.policy_lock import lock_answer
from reviewer.core.scoring.score import Correction, Interval, Options, Scorecard
from reviewer.store.facts.opinions import ReviewedBy
from tests.core.test_comparison import observation
from tests.core.test_gate import Side, changed, side

Told = Callable[[], str]
Pair = tuple[Told, Told]
NO_LOCK = lock_answer(policy({"minimum_skill": 0.1}), [], None)


def refusal(call: Callable[[], object]) -> str:
    """What the program says where it refuses, and nothing where it does not."""
    try:
        call()
    except InputError as error:
        return str(error)
    return ""


def gate_words(document: Mapping[str, object], run: Side, before: Side | None = None, **more: Scorecard) -> str:
    """Every rule's question, finding and reason."""
    comparison = compare(before, run, DEFAULT_SCALE) if before is not None else None
    flips = tuple(case_flips(comparison)) if comparison else ()
    tagged = {tag: frozenset(o.case for o in run if tag in o.tags) for tag in ("incident",)}
    card = more.get("card") or scorecard(run, DEFAULT_SCALE)
    evidence = GateEvidence(card, None, "nobody decided", comparison, flips, tagged)
    return "\n".join(
        f"{rule.name}: {rule.asked}; {rule.found}; {rule.why}" for rule in judged(policy(document), evidence)
    )


def _corrected(value: float | None = None, reason: str = "") -> Scorecard:
    limits = None if value is None else Interval(value - 0.1, value + 0.1, "normal")
    return replace(scorecard(side(40), DEFAULT_SCALE), correction=Correction(value, limits, reason=reason))


def of_gates() -> Iterator[Pair]:
    good, bad, before = side(40), side(20), side(40)
    one_label = [o for o in good if o.case.startswith("0")]
    score, skill = {"minimum_balanced_score": 0.8}, {"minimum_skill": 0.9}
    floor, loss = {"minimum_slice_score": 0.5}, {"maximum_slice_loss": 0.05}
    weak = changed(good, **{f"b_{n:03}": 0 for n in range(36)})

    def of(document: Mapping[str, object], run: Side, before: Side | None = None, **more: Scorecard) -> Told:
        return lambda: gate_words(document, run, before, **more)

    yield of(score, good), of(floor, good)
    yield of(score, bad), of(score, good)
    yield of(score, side(36)), of(score, good)
    yield of(skill, side(1, of=2)), of(score, good)
    yield of(score, [observation("0-0", 0, 0)]), of(score, good)
    yield of({"maximum_unscored_share": 0.1}, []), of({"maximum_unscored_share": 0.1}, good)
    yield of(score, good, card=_corrected(0.7)), of(score, good)
    whole = replace(_corrected(0.7).correction, of_run=Interval(0.7, 0.7, "normal"))
    yield of(score, good, card=replace(_corrected(0.7), correction=whole)), of(score, good, card=_corrected(0.7))
    asked = {**score, "figures": "corrected"}
    yield of(asked, good, card=_corrected()), of(asked, good, card=_corrected(0.7))
    yield of(asked, good, card=_corrected(reason="too few were decided")), of(asked, good, card=_corrected(0.7))
    yield of(asked, good), of(score, good)
    never = replace(scorecard(good, DEFAULT_SCALE), best_constant=None)
    yield of(skill, good, card=replace(never, correction=_corrected(0.7).correction)), of(skill, good)
    yield of(floor, good), of(score, good)
    yield of({**floor, "minimum_slice_cases": 500}, good), of(floor, good)
    yield of(floor, weak), of(floor, good)
    yield of({"minimum_slice_score": 0.1}, weak), of(floor, good)
    yield of(floor, good), of(floor, weak)
    yield of(floor, one_label), of(floor, good)
    empty = {o.case: None for o in good if o.case.startswith("4")}
    one_unscored = [replace(o, final=observation(o.case, 4, empty.get(o.case, 0)).final) for o in good]
    yield of(floor, one_unscored), of(floor, good)
    tagged = [[replace(o, category="kept" if o.case.endswith("0") else "lost") for o in run] for run in (before, bad)]
    yield of(loss, tagged[1], tagged[0]), of(floor, good)
    yield of(loss, tagged[0], tagged[0]), of(loss, tagged[1], tagged[0])
    yield of({**loss, "minimum_slice_cases": 500}, tagged[1], tagged[0]), of(loss, tagged[1], tagged[0])
    broken = {"maximum_broken": 3}
    for document, now in ((broken, changed(before, a_005=None, a_006=None, a_007=None, a_008=None)), (broken, before)):
        yield of(document, now, before), of(floor, good)
    yield of(broken, changed(before, **{f"a_{n:03}": None for n in range(5)}), before), of(broken, before, before)
    yield from _of_protected(before)
    trade, half = {"no_trade": True}, changed(before, **{f"b_{n:03}": 0 for n in range(30)})
    yield of(trade, changed(before, **{f"a_{n:03}": 4 for n in range(30)}), half), of(trade, before, before)
    yield of(trade, one_label, one_label), of(trade, before, before)
    moved = {"required_movement": ["moved"]}
    yield of(moved, one_label, one_label), of(moved, before, before)
    yield (lambda: refusal(of(trade, good))), (lambda: refusal(of(trade, good, before)))


def _of_protected(before: Side) -> Iterator[Pair]:
    asked = {"protected_cases": ["0-001", "4-002"]}
    gone = [o for o in before if o.case != "0-001"]
    relabelled = [replace(o, label=DEFAULT_SCALE.ids[2]) if o.case == "0-001" else o for o in before]
    whole = [*before, *(observation("0-001", 0, 0, repeat=n) for n in (2,))]
    torn = [*before, *(observation("0-001", 0, 4, repeat=n) for n in (2,))]
    tags = {"protected_tags": ["incident"]}
    marked = [replace(o, tags=("incident",)) for o in before]

    def of(run: Side, old: Side = before, document: Mapping[str, object] = asked) -> Told:
        return lambda: gate_words(document, run, old)

    yield of(before), (lambda: gate_words({"minimum_balanced_score": 0.5}, before))
    yield of(changed(before, a_001=4)), of(before)
    yield of(changed(before, a_001=None)), of(before)
    yield of(gone), of(before)
    yield of(relabelled), of(before)
    yield of(torn, whole), of(before)
    yield of(gone, gone), of(before)
    yield of(before, before, {"protected_tags": ["incident"]}), of(marked, marked, tags)
    yield of(marked, marked, tags), of(before)


def of_gate_outcomes() -> Iterator[Pair]:
    symmetric, one_sided = policy({"minimum_skill": 0.1}), policy({"forbidden_movement": ["slid:more_cautious"]})
    passed, failed = (
        GateOutcome(symmetric, "v2", "v1", judged(symmetric, _evidence(right)), NO_LOCK) for right in (40, 1)
    )
    asymmetric = replace(passed, policy=one_sided)
    yield (lambda: failed.sentence), (lambda: passed.sentence)
    yield (lambda: " ".join(asymmetric.about_policy)), (lambda: " ".join(passed.about_policy))
    counting, usual = gating_words.unusual_counting, Options().for_scale(DEFAULT_SCALE)
    for odd in (replace(usual, bands=BandChoice.parse("none")), replace(usual, hold_back=usual.hold_back[-1:])):
        yield partial(counting, odd, DEFAULT_SCALE), partial(counting, usual, DEFAULT_SCALE)
    new = Locked("suite", symmetric, True, "2026-03-01T12:00:00Z", "ann", ())
    for other in (replace(new, is_new=False), replace(new, begun=("v1",)), replace(new, policy=one_sided)):
        yield partial(_locked, other), partial(_locked, new)
    words = gating_words.reviewers_words
    yield (lambda: words({})), (lambda: words({"ana": ReviewedBy(3, 0)}))
    yield (lambda: words({"ana": ReviewedBy(3, 2)})), (lambda: words({}))
    yield (lambda: words({"ana": ReviewedBy(3, 2)})), (lambda: words({"ana": ReviewedBy(3, 0)}))
    sound = b"minimum_skill = 0.1"
    for wrong in (b"minimum_skill = ", b"", b"\xff\xfe\x00"):
        yield partial(_read, wrong), partial(_read, sound)


def _locked(found: Locked) -> str:
    return " ".join(found.sentences)


def _read(content: bytes) -> str:
    return refusal(lambda: gating_words.policy_in(content, "bar.toml"))


def _evidence(right: int) -> GateEvidence:
    return GateEvidence(scorecard(side(right), DEFAULT_SCALE), None, "", None)


@cache
def _warnings(*cases: tuple[int, int | None], pair: int = 0, repeats: int = 1, reviewed: bool = False) -> str:
    """Of cases by (label, action), the same repeated; `pair` cases stand together; of repeats the last differs."""
    found = []
    for n, (label, action) in enumerate(cases):
        for repeat in range(1, repeats + 1):
            said = 4 - action if action is not None and repeat > 1 else action
            one = observation(f"c{n:03}", label, said, repeat=repeat, pair=f"p{n // pair}" if pair else "")
            found.append(replace(one, reviewed=reviewed))
    return " ".join(scorecard(found, DEFAULT_SCALE).warnings)


def of_warnings() -> Iterator[Pair]:
    right = ((0, 0), (4, 4)) * 40
    mixed = ((0, 0), (4, 4), (0, 4), (4, 0)) * 20

    def sound() -> str:
        return _warnings(*mixed, reviewed=True)

    yield (lambda: _warnings(*mixed)), sound
    yield (lambda: _warnings(*mixed, *((0, None),) * 10)), sound
    yield (lambda: _warnings(*right)), sound
    yield (lambda: _warnings(*((0, 4), (4, 4)) * 40)), (lambda: _warnings(*right))
    yield (lambda: _warnings(*((0, 0), (0, 4)) * 40, *((4, 4), (4, 0)) * 3)), sound
    yield (lambda: _warnings(*mixed, pair=20)), sound
    yield (lambda: _warnings(*mixed, pair=80)), sound
    yield (lambda: _warnings(*((0, 0),) * 40, (4, None))), sound
    yield (lambda: _warnings(*mixed, repeats=2)), sound
