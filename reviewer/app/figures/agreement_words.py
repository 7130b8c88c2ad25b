"""Agreement in words and tables, the same on the command line and in the window."""

from __future__ import annotations

from collections.abc import Sequence

from reviewer.app.figures.agreement import AgainstPeople, RunAgreement
from reviewer.app.figures.anchoring import anchoring_words
from reviewer.app.figures.own_consistency import consistency_words
from reviewer.core.actions import ActionId
from reviewer.core.scoring.agreement import FEWEST_FOR_KAPPA, Agreement, Coefficient
from reviewer.wording.plain_text import preview
from reviewer.wording.plural import counted, noun
from reviewer.wording.precision import SCORE, bracketed
from reviewer.wording.score import figure, percent
from reviewer.wording.tables import Table, named

NAME_CHARACTERS = 60
PAIR_CHARACTERS = 16
NOT_RECORDED = "imported, given by a command, or made before it was recorded"


def people_words(found: RunAgreement) -> str:
    """`People decided 42 of 132 responses; 3 disputed, 1 cannot decide.`"""
    open_ = [f"{n} {words}" for n, words in ((found.disputed, "disputed"), (found.cannot_decide, "cannot decide")) if n]
    rest = f"; besides {' and '.join(open_)}" if open_ else ""
    return f"People decided {found.decided:,} of {counted(found.responses, 'response')}{rest}."


def blind_words(found: RunAgreement) -> str:
    """Which share of people's decisions was blind, of how many that is unknown, and which way the others lean."""
    if not found.decided:
        return ""
    if found.blind == found.decided:
        return "Every decision was blind: the verdict was not in sight."
    if found.blind_unknown == found.decided:
        all_ = "the one decision" if found.decided == 1 else f"all {found.decided} decisions"
        return f"Whether the verdict was in sight is unknown for {all_}: {NOT_RECORDED}."
    unknown = f"; for {found.blind_unknown} that is unknown: {NOT_RECORDED}" if found.blind_unknown else ""
    whole, were = counted(found.decided, "decision"), noun(found.blind, "was", "were")
    said = f"{found.blind:,} of {whole} {were} blind ({percent(found.blind / found.decided)}){unknown}."
    if not found.in_sight:
        return said
    if found.anchoring is not None and found.anchoring.agreement is not None:
        # what is measured needs no warning of what is likely
        return said
    return f"{said} Who has seen the verdict agrees with it more often, so this agreement is likely too high."


def agreement_sentence(found: RunAgreement, one: AgainstPeople | None) -> str:
    """One sentence on one classifier against people, or on what is missing."""
    run = preview(found.line.name, NAME_CHARACTERS)
    if one is None:
        return f"No classifier has read {run} yet; let the rules classify it, or have it judged."
    name, actions = preview(one.name, NAME_CHARACTERS), one.actions
    if not actions.n:
        return f"{name} cannot be compared with people on {run} yet: {_nothing(found, one)}"
    whole = f"{counted(actions.n, 'response')} of {run}"
    same = f"{name} says what people say on {actions.same:,} of {whole} ({percent(actions.raw)})"
    unscored = f" It left {actions.first_unscored} unscored." if actions.first_unscored else ""
    if actions.kappa.value is None:
        return f"{same}; no κ: {actions.kappa.reason}.{unscored}"
    weighted = kappa_words(actions.weighted_kappa)
    return f"{same}; κ {kappa_words(actions.kappa)}, or {weighted} where a near miss costs less.{unscored}"


def _nothing(found: RunAgreement, one: AgainstPeople) -> str:
    if not found.decided:
        return "nobody has decided a response of it. Decide some in the review."
    if one.actions.first_unscored:
        return f"it left unscored every response that people decided ({one.actions.first_unscored:,})."
    return f"it has read none of the {counted(found.decided, 'response')} that people decided."


def notes(found: RunAgreement) -> tuple[str, ...]:
    """What to bear in mind with the figures, a sentence each."""
    few = 0 < found.decided < FEWEST_FOR_KAPPA
    said = (
        f"Only {found.decided} decided so far: κ needs at least {FEWEST_FOR_KAPPA}." if few else "",
        alpha_words(found),
        blind_words(found),
        anchoring_words(found.anchoring),
        consistency_words(found.consistency),
        "The figures hold for the responses that people decided, which need not be like the others of the run."
        if 0 < found.decided < found.responses
        else "",
        rank_words(found),
    )
    return tuple(sentence for sentence in said if sentence)


def rank_words(found: RunAgreement) -> str:
    """On which ranks a weighted κ counts steps; empty where there is none."""
    one = next((one for one in found.classifiers if one.actions.weighted_kappa.value is not None), None)
    if one is None and found.reviewers.weighted_kappa.value is None:
        return ""
    ranks = ", ".join(f"{action.short_name} {rank}" for rank, action in enumerate(found.line.scale.actions))
    return f"The weighted κ counts the steps between ranks, taken as equal: {ranks}; on fewer levels, theirs from 0 on."


def alpha_words(found: RunAgreement) -> str:
    """Krippendorff's α between reviewers with its limits, or why there is none; empty with one reviewer."""
    alpha = found.alpha
    if not found.reviewers.by_pair:
        return ""
    if alpha.value is None:
        return f"No α between the reviewers: {alpha.reason}."
    value = kappa_words(Coefficient(alpha.value))
    limits = f"{bracketed(alpha.low, alpha.high, SCORE, signed=False)}{', a rough interval,' if alpha.is_rough else ''}"
    return (
        f"Between the reviewers Krippendorff's ordinal α is {value} {limits} over {counted(alpha.units, 'response')}."
    )


def kappa_words(kappa: Coefficient) -> str:
    return figure(kappa.value)


def classifiers_table(found: Sequence[RunAgreement]) -> Table:
    """A row for each classifier on each run: errors differ by model family, so they stand side by side."""
    rows = (
        (
            preview(run.line.name, NAME_CHARACTERS),
            preview(run.line.version.name, NAME_CHARACTERS),
            preview(one.name, NAME_CHARACTERS),
            f"{one.actions.n:,}",
            percent(one.actions.accuracy),
            kappa_words(one.actions.kappa),
            kappa_words(one.actions.weighted_kappa),
            f"{one.actions.first_unscored:,}",
            f"{len(one.differing):,}",
        )
        for run in found
        for one in run.classifiers
    )
    headings = ("Run", "Model version", "Classifier", "n", "Accuracy", "κ", "κ weighted", "Unscored", "Differ")
    return Table(headings, tuple(rows), n_text=3)


def levels_table(one: AgainstPeople) -> Table:
    """The same pairs on the scale's actions and on fewer levels."""
    levels = (
        (f"{len(one.actions.scale)} actions", one.actions),
        ("full, partial, none", one.engagement),
        ("held back or not", one.held_back),
    )
    rows = (_level_row(words, found) for words, found in levels if found is not None)
    return Table(("Told apart", "n", "Accuracy", "κ", "κ weighted"), tuple(rows))


def _level_row(words: str, found: Agreement) -> tuple[str, ...]:
    kappas = (kappa_words(found.kappa), kappa_words(found.weighted_kappa))
    return (words, f"{found.n:,}", percent(found.accuracy), *kappas)


def reviewers_table(found: RunAgreement) -> Table:
    """Each pair of reviewers who decided the same responses, and each one to whom some came back."""
    rows = (
        _level_row(" and ".join(preview(name, NAME_CHARACTERS) for name in pair), one)
        for pair, one in found.reviewers.by_pair.items()
    )
    again = (_level_row(f"{preview(o.reviewer, NAME_CHARACTERS)}, asked again", o.figures) for o in found.consistency)
    return Table(("Reviewers", "n", "Same", "κ", "κ weighted"), (*rows, *again))


def pair_confusion_table(pair: tuple[str, str], found: Agreement) -> Table:
    """Two reviewers on the same responses: the second by row, the first by column."""
    scale = found.scale
    rows = (
        (named(scale, second), *(f"{row[first]:,}" for first in scale.ids)) for second, row in found.confusion.items()
    )
    headings = (f"{rank} {action.short_name}" for rank, action in enumerate(scale.actions, start=1))
    corner = f"{preview(pair[1], PAIR_CHARACTERS)} \\ {preview(pair[0], PAIR_CHARACTERS)}"
    return Table((corner, *headings), tuple(rows))


def confusion_table(one: AgainstPeople) -> Table:
    """People by row, the classifier by column, with the unscored apart."""
    scale = one.actions.scale
    rows = (
        (
            named(scale, people),
            *(f"{one.actions.confusion[people][said]:,}" for said in scale.ids),
            f"{one.actions.unscored[people]:,}",
        )
        for people in rows_that_occur(one.actions)
    )
    headings = (f"{rank} {action.short_name}" for rank, action in enumerate(scale.actions, start=1))
    return Table(("people", *headings, "○ unscored"), tuple(rows))


def rows_that_occur(found: Agreement) -> list[ActionId]:
    """The actions that people decided, in the scale's order."""
    return [action for action, row in found.confusion.items() if sum(row.values()) + found.unscored[action]]


def kept_words(shown: int, found: int) -> str:
    """That some responses are not listed, "" where all are."""
    kept = found - shown
    return f" {kept:,} more {noun(kept, 'is', 'are')} kept for measuring the judge." if kept else ""


def cell_words(one: AgainstPeople, people: ActionId, classifier: ActionId | None) -> str:
    """`3 responses: people 1 answer, rules/1.0 5 refuse`; None is the column of the unscored."""
    row = one.actions.confusion[people]
    n = one.actions.unscored[people] if classifier is None else row[classifier]
    responses = counted(n, "response")
    scale, name = one.actions.scale, preview(one.name, NAME_CHARACTERS)
    return f"{responses}: people {named(scale, people)}, {name} {named(scale, classifier)}"
