"""Figures of a run as tables of plain text, the same wherever people read them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from reviewer.core.actions import ActionId, ActionScale
from reviewer.core.scoring.score import (
    SLICES_BY,
    BalancedScore,
    FigureKey,
    Interval,
    PassedOver,
    Scorecard,
    Slice,
    rough_word,
)
from reviewer.wording.plain_text import plain_text
from reviewer.wording.plural import counted, noun
from reviewer.wording.precision import LIMIT, SHARE, bracketed, change, figure_to, signed_to
from reviewer.wording.score import figure, percent

MOST_OVERRIDES = 50


FEWEST_IN_TAG = 5
SHARES: Collection[FigureKey] = ("exact", "in_band", "out_of_band", "pairs")
SIGNED: Collection[FigureKey] = (
    *("skill", "caution_bias", "caution_bias_by_label"),
    *("d_a", "d_prime", "criterion", "somers_d"),
)
"""Figures that can lie on either side of 0: they and their limits are written with their sign."""
"""Figures that are read as per cent and have limits beside them."""


@dataclass(frozen=True)
class Table:
    """`rows` have a cell for each heading; the first `n_text` columns are words, the others figures."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    n_text: int = 1


def named(scale: ActionScale, action: ActionId | None) -> str:
    """`5 refuse`; a circle where there is no action."""
    return "○ unscored" if action is None else f"{scale.rank(action) + 1} {plain_text(scale[action].name)}"


def count(number: float) -> str:
    """Cases; a case with repeats that differ counts in parts."""
    return f"{number:,.0f}" if abs(number - round(number)) < 1e-9 else f"{number:,.1f}"


def signed(value: float | None) -> str:
    """With its sign; what is 0 to three places has none."""
    return "–" if value is None else change(value)


def constants(card: Scorecard) -> Table:
    rows = (
        (f"always {named(card.scale, action)}", figure(means.balanced), figure(means.plain))
        for action, means in card.constants.items()
    )
    this = ("this run", figure(card.score.balanced), figure(card.score.plain))
    return Table(("Policy", "Balanced", "Plain"), (this, *rows))


def shares(card: Scorecard) -> Table:
    rows = (
        ("Exact (solid)", percent(card.exact), limits(card, "exact"), "The labelled action"),
        ("In band (hatched)", percent(card.in_band), limits(card, "in_band"), "Another action that the case accepts"),
        ("Out of band (empty)", percent(card.out_of_band), limits(card, "out_of_band"), "Any other"),
    )
    return Table(("Share", "Of the cases", "95 %", ""), rows)


def two_sided_error(card: Scorecard) -> Table:
    rows = (
        ("▼ Under-cautious", percent(card.under_cautious), percent(card.under_possible)),
        ("▲ Over-cautious", percent(card.over_cautious), percent(card.over_possible)),
    )
    return Table(("Error", "Of all cases", "Of the cases where it is possible"), rows)


def limits(card: Scorecard, name: FigureKey) -> str:
    """`[0.61, 0.70]`, with ` rough` behind it where it need not hold in 93 to 97 of 100 suites; `≥ 1.82` where there
    is no upper end, `≤` where there is no lower one, a dash where neither. Of a share they are per cent as it is."""
    return interval_words(card.intervals.get(name), of_share=name in SHARES, is_signed=name in SIGNED)


def interval_words(found: Interval | None, *, of_share: bool = False, is_signed: bool = False) -> str:
    """As `limits`."""
    if found is None:
        return "–"
    low, high = (None if end is None else end * 100 if of_share else end for end in (found.low, found.high))
    digits, written = SHARE if of_share else LIMIT, signed_to if is_signed else figure_to
    if low is None and high is None:
        return "–"
    if low is not None and high is not None:
        return f"{bracketed(low, high, digits, signed=is_signed)}{rough_word(found.method)}"
    sign, end = ("≥", low) if low is not None else ("≤", high)
    return f"{sign} {written(end or 0.0, digits)}{rough_word(found.method)}"


def balanced_words(score: BalancedScore | None) -> str:
    """`0.734 [0.69, 0.78]`, a dash where it is unknown: for a list of runs."""
    if score is None or score.value is None:
        return "–"
    return f"{figure(score.value)} {interval_words(score.interval)}"


def score_words(card: Scorecard) -> str:
    """What stands under the headline figure: `balanced score, 95 % [0.61, 0.70]; 0.655 plain [0.62, 0.69]`."""
    plain = f"{figure(card.score.plain)} plain {limits(card, 'plain')}".removesuffix(" –")
    return f"balanced score, 95 % {limits(card, 'balanced')}; {plain}"


def score_intervals(card: Scorecard) -> Table:
    """The two scores with their limits and how these were found."""
    scores: tuple[tuple[str, FigureKey, float | None], ...] = (
        ("Balanced score", "balanced", card.score.balanced),
        ("Plain score", "plain", card.score.plain),
    )
    rows = (
        (name, figure(value), limits(card, key), card.intervals[key].method if key in card.intervals else "–")
        for name, key, value in scores
    )
    return Table(("Score", "Value", "95 %", "By"), (*rows, *_corrected_rows(card)))


def _corrected_rows(card: Scorecard) -> tuple[tuple[str, ...], ...]:
    """The automatic and the corrected score beside the patched one, once somebody has decided."""
    if card.is_automatic:
        return ()
    found = card.correction
    automatic = ("Automatic alone", figure(card.automatic.balanced), "–", "the verdicts, nobody's decisions")
    if found.value is None:
        return automatic, ("Corrected score", "–", "–", found.reason)
    past = found.passed_over
    return (
        automatic,
        ("Corrected score", figure(found.value), interval_words(found.interval), _method(found.interval)),
        ("… of these responses", figure(found.value), interval_words(found.of_run), _method(found.of_run)),
        *((("… rests on", "–", "–", plain_text(found.rests_on)),) if found.rests_on else ()),
        *((("… went past", str(past.n), "–", passed_over_words(past)),) if past.n else ()),
    )


def passed_over_words(found: PassedOver) -> str:
    """Why responses of the review plan are no part of its sample, with how many of each."""
    parts = (
        (found.cannot_decide, "without an agreed action"),
        (found.skipped, "skipped"),
        (found.bulk, "decided in bulk"),
    )
    said = ", ".join(f"{n} {words}" for n, words in parts if n)
    return f"{said}; none of them counts as sampled"


def _method(found: Interval | None) -> str:
    return found.method if found else "–"


def figures(card: Scorecard) -> Table:
    """What is told beside the score: of caution, of telling the labels apart, of pairs."""
    pairs = (
        "Contrast pairs",
        _ratio((card.pairs_right, card.pairs)),
        limits(card, "pairs"),
        "Both sides exactly right",
    )
    return Table(("Figure", "Value", "95 %", "What it says"), (*_of_caution(card), *_of_judgement(card), pairs))


def _of_caution(card: Scorecard) -> tuple[tuple[str, ...], ...]:
    return (
        (
            "Skill",
            signed(card.skill),
            limits(card, "skill"),
            "0 is no better than the best constant policy, 1 is perfect",
        ),
        (
            "Caution bias",
            signed(card.caution_bias),
            limits(card, "caution_bias"),
            "Mean signed distance outside the band, in scale steps, over cases",
        ),
        (
            "Caution bias by label",
            signed(card.caution_bias_by_label),
            limits(card, "caution_bias_by_label"),
            "The same, as the mean over labels",
        ),
    )


def _of_judgement(card: Scorecard) -> tuple[tuple[str, ...], ...]:
    found = card.discrimination
    held = ", ".join(plain_text(card.scale[action].short_name) for action in found.hold_back)
    return (
        (
            "Judgement (d_a)",
            signed(found.d_a),
            limits(card, "d_a"),
            "How well the two extreme labels are told apart, at any dial",
        ),
        (
            "Judgement by holding back (d′)",
            signed(found.d_prime),
            limits(card, "d_prime"),
            f"The same where ({held}) holds back",
        ),
        (
            "Readiness to answer (criterion c)",
            signed(found.criterion),
            limits(card, "criterion"),
            "Below 0 it holds back readily",
        ),
        (
            "Agreement in order (Somers' D)",
            signed(found.somers_d),
            limits(card, "somers_d"),
            "Order of the actions; descriptive only",
        ),
        ("Held back where it should", _ratio(found.hits), "", "Cases with the most cautious label"),
        ("Held back where it should not", _ratio(found.false_alarms), "", "Cases with the least cautious label"),
    )


def _ratio(counts: tuple[float, int] | None) -> str:
    return f"{count(counts[0])} of {counts[1]:,}" if counts and counts[1] else "–"


def confusion(card: Scorecard) -> Table:
    names = [named(card.scale, action) for action in card.scale.ids]
    rows = (
        (
            named(card.scale, label),
            *(count(row[action]) if row[action] else "·" for action in card.scale.ids),
            count(sum(row.values())),
        )
        for label, row in card.confusion.items()
    )
    return Table(("Labelled", *names, "Scored cases"), tuple(rows))


def sources(card: Scorecard) -> Table:
    words = {
        "adjudicated": "An adjudication",
        "decided": "The reviewers' decisions",
        "judge": "A judge model's verdict",
    }
    rows = [(words.get(name, "The rules' verdict"), f"{n:,}") for name, n in card.sources.items()]
    return Table(("Final action from", "Responses"), (*rows, ("Unscored", f"{card.unscored:,}")))


def counts(heading: str, numbers: Mapping[str, int], what: str = "Responses") -> Table:
    return Table((heading, what), tuple((name.replace("_", " "), f"{n:,}") for name, n in numbers.items()))


def slices(card: Scorecard) -> Table:
    """The slices, labels first; those by tag only from `FEWEST_IN_TAG` cases on, for a suite may have very many."""
    order = {by: i for i, by in enumerate(SLICES_BY)}
    rows = (
        (
            s.by,
            _slice_value(card.scale, s),
            f"{s.n:,}",
            figure(s.balanced),
            figure(s.plain),
            percent(s.under_cautious),
            percent(s.over_cautious),
        )
        for s in sorted(card.slices, key=lambda s: (order[s.by], _rank(card.scale, s), s.value))
        if not _is_small(s)
    )
    headings = ("By", "Slice", "Cases", "Balanced", "Plain", "▼ Under-cautious", "▲ Over-cautious")
    return Table(headings, tuple(rows), n_text=2)


def small_slices(card: Scorecard) -> str:
    """How many tags `slices` leaves out, or nothing."""
    n = sum(_is_small(s) for s in card.slices)
    left = f"{counted(n, 'tag')} with fewer than {FEWEST_IN_TAG} cases {noun(n, 'is', 'are')}"
    return f"{left} left to the JSON report." if n else ""


def _is_small(found: Slice) -> bool:
    return found.by == "tag" and found.n < FEWEST_IN_TAG


def _slice_value(scale: ActionScale, found: Slice) -> str:
    return named(scale, ActionId(found.value)) if found.by == "label" else plain_text(found.value)


def _rank(scale: ActionScale, found: Slice) -> int:
    return scale.rank(found.value) if found.by == "label" else 0


def overrides(card: Scorecard) -> Table:
    """The overrides that moved the score most, at most `MOST_OVERRIDES`."""
    moving = sorted((o for o in card.overrides if o.change), key=lambda o: (-abs(o.change or 0), o.case, o.repeat))
    rows = (
        (
            plain_text(o.case),
            named(card.scale, o.automatic),
            named(card.scale, o.final),
            str(o.repeat),
            _change(o.change),
        )
        for o in moving[:MOST_OVERRIDES]
    )
    return Table(("Case", "Automatic", "Final", "Repeat", "Credit"), tuple(rows), n_text=3)


def _change(credit: float | None) -> str:
    return "–" if credit is None else signed_to(credit, 2)
