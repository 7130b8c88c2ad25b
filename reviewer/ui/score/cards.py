"""The figures of a run on the score screen: its card of charts, and the figures of one or two runs in columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QToolButton, QVBoxLayout, QWidget

from reviewer.app.figures.scores import ScoredRun
from reviewer.core.scoring.score import FigureKey, Interval, Scorecard, rough_word
from reviewer.report.tables import people
from reviewer.ui.kit.figures_table import FiguresTable
from reviewer.ui.kit.page import plain_label, row, section_label
from reviewer.ui.kit.theme import GRID, heading_font, small_font
from reviewer.ui.score.bars import ErrorBar, ScoreBar, SharesBar, error_limit
from reviewer.wording import excuses
from reviewer.wording import score as wording
from reviewer.wording.formulas import FORMULAS, INTERVALS
from reviewer.wording.frontier import LETTERS, SHAPES
from reviewer.wording.plain_text import names_apart, preview
from reviewer.wording.plural import counted, noun
from reviewer.wording.score import figure
from reviewer.wording.states import state_words
from reviewer.wording.tables import (
    SIGNED,
    Table,
    confusion,
    constants,
    count,
    interval_words,
    named,
    shares,
    signed,
    sources,
    two_sided_error,
)

NAME_CHARACTERS = 28


class ScoreCard(QWidget):
    """One run's score with its constant policies, its two-sided error and its shares, as charts or as tables."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = section_label()
        self.value, self.beside, self.bounds = plain_label(wrap=False), quiet_label(), quiet_label()
        self.value.setFont(heading_font(self.value.font()))
        self.value.setAccessibleName("Balanced score")
        self.button = QToolButton()
        self.score, self.error, self.shares = ScoreBar(), ErrorBar(), SharesBar()
        self.constants_table = FiguresTable("Score and constant policies")
        self.error_table = FiguresTable("Two-sided error")
        self.shares_table = FiguresTable("How often it was right")
        self.charts = _column((self.score, self.error, self.shares))
        self.tables = _column((self.constants_table, self.error_table, self.shares_table))
        self.tables.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        layout.addLayout(row(self.name, None, self.button))
        layout.addWidget(self.value)
        layout.addWidget(self.beside)
        layout.addWidget(self.bounds)
        layout.addSpacing(GRID)
        layout.addWidget(self.charts)
        layout.addWidget(self.tables)
        layout.addStretch(1)

    def show_run(self, run: ScoredRun, both: Sequence[ScoredRun]) -> None:
        """`both` are all the runs that are shown: their bars have one scale."""
        card = run.card
        self.name.setText(version_name(both, run) if len(both) > 1 else "What it is made of")
        self.value.setVisible(len(both) > 1)
        self.value.setText(with_interval(figure(card.score.balanced), card.intervals.get("balanced")))
        plain = with_interval(figure(card.score.plain), card.intervals.get("plain"))
        skill = with_interval(signed(card.skill), card.intervals.get("skill"), is_signed=True)
        named_ = "balanced score     " if len(both) > 1 else ""
        self.beside.setText(f"{named_}plain score {plain}     skill {skill}")
        self.bounds.setText(bounds_words(run))
        self.score.show_card(card)
        self.error.show_card(card, error_limit(*(other.card for other in both)))
        self.shares.show_card(card)
        self.constants_table.show_table(constants(card))
        self.error_table.show_table(two_sided_error(card))
        self.shares_table.show_table(shares(card), words=(3,))

    def show_tables(self, shown: bool) -> None:
        self.charts.setVisible(not shown)
        self.tables.setVisible(shown)


def _column(parts: Sequence[QWidget]) -> QWidget:
    column = QWidget()
    layout = QVBoxLayout(column)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(2 * GRID)
    for part in parts:
        layout.addWidget(part)
    layout.addStretch(1)
    return column


def quiet_label(text: str = "") -> QLabel:
    """Small print in the muted text colour of the theme."""
    label = plain_label(text)
    label.setFont(small_font(label.font()))
    label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    return label


def bounds_words(run: ScoredRun) -> str:
    """What is unscored and why, and what the disputed cases would change."""
    card = run.card
    if not card.n_responses:
        return ""
    reasons = ", ".join(f"{n:,} {reason}" for reason, n in card.unscored_reasons.items())
    said = [wording.bounds(card), f"Unscored because of: {reasons}." if reasons else ""]
    if run.with_disputed is not None:
        said.append(
            f"With the {counted(len({o.case for o in run.observed.disputed}), 'disputed case')} the balanced score is "
            f"{figure(run.with_disputed.score.balanced)}."
        )
    return " ".join(sentence for sentence in said if sentence)


def beside_words(runs: Sequence[ScoredRun]) -> str:
    """What a band excuses, stakes and people's differences; a line for each run, with its mark where there are two."""
    names = (f"{version_name(runs, run)}: " if len(runs) > 1 else "" for run in runs)
    return "\n".join(f"{name}{' '.join(_beside(run))}" for name, run in zip(names, runs, strict=True))


def _beside(run: ScoredRun) -> list[str]:
    return [*excuses.page_one(run.card), *people(run.people)]


def held_back_words(card: Scorecard) -> str:
    """`Held back (safe part, refuse) 200/200 where it should, 149/250 where it should not.`"""
    found = card.discrimination
    held = ", ".join(card.scale[action].short_name for action in found.hold_back)
    if found.hits is None or found.false_alarms is None:
        return f"Holding back ({held}) needs cases with two different labels."
    hits, false_alarms = (f"{count(k)}/{n:,}" for k, n in (found.hits, found.false_alarms))
    return f"Held back ({held}) {hits} where it should, {false_alarms} where it should not."


@dataclass(frozen=True)
class Figure:
    """One line of the figures: `key` is the one of its formula and of its interval, `value` is what is shown."""

    key: FigureKey
    name: str
    value: str


def figures_table(runs: Sequence[ScoredRun]) -> tuple[Table, tuple[FigureKey, ...]]:
    """The figures with their intervals, a column for each run, and the key of each row."""
    columns = [_figures(run.card) for run in runs]
    rows = tuple((same[0].name, *(each.value for each in same)) for same in zip(*columns, strict=True))
    return Table(("", *_names(runs)), rows), tuple(each.key for each in columns[0])


def why(runs: Sequence[ScoredRun], key: FigureKey) -> str:
    """How a figure is computed and how its interval was found, in words."""
    found = (run.card.intervals.get(key) for run in runs)
    methods = dict.fromkeys(interval.method for interval in found if interval is not None)
    return " ".join((FORMULAS[key], *(INTERVALS.get(method, f"95 % interval: {method}.") for method in methods)))


def _figures(card: Scorecard) -> tuple[Figure, ...]:
    best = card.constants[card.best_constant].balanced if card.best_constant else None
    constant = f"{figure(best)} always {card.scale[card.best_constant].short_name}" if card.best_constant else "–"
    bounds = "–" if card.low.balanced is None else f"{figure(card.low.balanced)} to {figure(card.high.balanced)}"
    return (
        _figure(card, "balanced", "Balanced score", figure(card.score.balanced)),
        Figure("bounds", "Bounds", bounds),
        _figure(card, "plain", "Plain score", figure(card.score.plain)),
        Figure("best_constant", "Best constant policy", constant),
        _figure(card, "skill", "Skill", signed(card.skill)),
        Figure("automatic", "Automatic alone", figure(card.automatic.balanced)),
        Figure("corrected", "Corrected", with_interval(figure(card.correction.value), card.correction.interval)),
        *_share_figures(card),
        *_discrimination_figures(card),
    )


def _share_figures(card: Scorecard) -> Sequence[Figure]:
    shares: Sequence[tuple[FigureKey, str, float | None]] = (
        ("exact", "Exact", card.exact),
        ("in_band", "In band", card.in_band),
        ("out_of_band", "Out of band", card.out_of_band),
        ("under_cautious", "▼ Under-cautious", card.under_cautious),
        ("under_possible", "▼ Under-cautious where it can be", card.under_possible),
        ("over_cautious", "▲ Over-cautious", card.over_cautious),
        ("over_possible", "▲ Over-cautious where it can be", card.over_possible),
    )
    return [_figure(card, key, name, wording.percent(share)) for key, name, share in shares]


def _discrimination_figures(card: Scorecard) -> Sequence[Figure]:
    found = card.discrimination
    values: Sequence[tuple[FigureKey, str, float | None]] = (
        ("caution_bias", "Caution bias", card.caution_bias),
        ("caution_bias_by_label", "Caution bias by label", card.caution_bias_by_label),
        ("d_a", "Judgement (d_a)", found.d_a),
        ("d_prime", "Judgement by holding back (d′)", found.d_prime),
        ("criterion", "Readiness to answer (criterion c)", found.criterion),
        ("somers_d", "Agreement in order (Somers' D)", found.somers_d),
    )
    counts: Sequence[tuple[FigureKey, str, tuple[float, int] | None]] = (
        ("held_back_should", "Held back where it should", found.hits),
        ("held_back_should_not", "Held back where it should not", found.false_alarms),
        ("pairs", "Contrast pairs", (card.pairs_right, card.pairs)),
    )
    return [
        *(_figure(card, key, name, signed(value)) for key, name, value in values),
        *(Figure(key, name, _ratio(each)) for key, name, each in counts),
    ]


def _figure(card: Scorecard, key: FigureKey, name: str, value: str) -> Figure:
    return Figure(key, name, with_interval(value, card.intervals.get(key), is_signed=key in SIGNED))


def with_interval(value: str, found: Interval | None, *, is_signed: bool = False) -> str:
    """`0.734 [0.69, 0.78]`; limits as percent where the value is, with signs where it has them; an open end as
    `[≥ +1.20]`.

    `rough` stands behind limits that need not hold in 93 to 97 of 100 suites.
    """
    ends = interval_words(found, of_share=value.endswith("%"), is_signed=is_signed)
    if found is None or value == "–" or ends == "–":
        return value
    rough = rough_word(found.method)
    bare = ends.removesuffix(rough)
    return f"{value} {bare if bare.startswith('[') else f'[{bare}]'}{rough}"


def _ratio(counts: tuple[float, int] | None) -> str:
    return f"{count(counts[0])} of {counts[1]:,}" if counts and counts[1] else "–"


def counts_table(runs: Sequence[ScoredRun]) -> Table:
    """Responses by source, by state and by reason, and the cases left out; a column for each run."""
    groups = [_counts(run) for run in runs]
    names = dict.fromkeys(name for group in groups for name in group)
    rows = tuple((name, *(f"{group.get(name, 0):,}" for group in groups)) for name in names)
    return Table(("", *_names(runs)), rows)


def _counts(run: ScoredRun) -> Mapping[str, int]:
    card = run.card
    scored = sum(sum(row.values()) for row in card.confusion.values())
    left_out = {**({"disputed": len({o.case for o in run.observed.disputed})}), **run.observed.not_scored}
    return {
        "Labelled cases": card.n_cases,
        "Scored cases": round(scored),
        **{f"Cases left out: {status}": n for status, n in left_out.items() if n},
        "Responses": card.n_responses,
        "Responses reviewed": card.reviewed,
        **{f"Final action from {name.lower()}": int(n.replace(",", "")) for name, n in sources(card).rows[:-1]},
        "Unscored": card.unscored,
        **{f"Unscored: {reason}": n for reason, n in card.unscored_reasons.items()},
        **{f"Response state: {state_words(state)}": n for state, n in card.states.items()},
    }


def version_name(runs: Sequence[ScoredRun], run: ScoredRun) -> str:
    """`● A  1.0` where two runs are shown, with the shape and letter that the frontier chart gives it."""
    name = preview(run.line.name, 60)
    if len(runs) < 2:
        return name
    number = 0 if run is runs[0] else 1
    return f"{SHAPES[number]} {LETTERS[number]}  {name}"


def _names(runs: Sequence[ScoredRun]) -> tuple[str, ...]:
    if len(runs) == 1:
        return ("",)
    return tuple(names_apart([run.line.name for run in runs], NAME_CHARACTERS))


def score_as_text(runs: Sequence[ScoredRun], sentence: str = "") -> str:
    """Everything on the screen but the charts, tab-separated; `sentence` says what moved between two runs."""
    lines = [wording.title(runs[0].card), *([sentence] if sentence else [])]
    for run in runs:
        lines += [wording.summary(run.card, preview(run.line.name)), f"{wording.review_state(run.card)}."]
        lines += [
            wording.bands(run.card),
            held_back_words(run.card),
            bounds_words(run),
            *_beside(run),
            *run.card.warnings,
        ]
    for table in (figures_table(runs)[0], counts_table(runs), *(_confusion_of(run) for run in runs)):
        lines += ["", *("\t".join(cells) for cells in (table.headings, *table.rows))]
    return "\n".join(lines)


def confusion_as_text(card: Scorecard) -> str:
    table = confusion(card)
    return "\n".join("\t".join(cells) for cells in (table.headings, *table.rows))


def _confusion_of(run: ScoredRun) -> Table:
    table = confusion(run.card)
    return Table((f"{preview(run.line.name)}: labelled", *table.headings[1:]), table.rows)


def cell_words(card: Scorecard, label: str, final: str) -> str:
    """`41 cases labelled 1 answer, final 5 refuse`; a case whose repeats differ counts in parts."""
    row = next((cells for action, cells in card.confusion.items() if action == label), {})
    number = next((n for action, n in row.items() if action == final), 0.0)
    cases = f"{count(number)} {noun(number, 'case')}"
    of_label, of_final = (named(card.scale, action.id) for action in (card.scale[label], card.scale[final]))
    return f"{cases} labelled {of_label}, final {of_final}"
