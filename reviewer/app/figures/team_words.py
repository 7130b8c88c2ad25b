"""What is said of a run's reviewers, in tables and sentences: the same on the command line and in the window."""

from __future__ import annotations

from collections.abc import Sequence

from reviewer.app.figures.team import AgreementPart, KnownShare, Team
from reviewer.wording.plain_text import preview
from reviewer.wording.plural import counted
from reviewer.wording.score import figure, percent
from reviewer.wording.tables import Table, signed

NAME_CHARACTERS = 40
UNKNOWN = "not known"
SELF_DECLARED = "Names are self-declared: nothing checks who decided."


def habits_table(team: Team) -> Table:
    """A row for each reviewer: how they decided, and where that moved the score."""
    rows = (
        (
            preview(each.reviewer, NAME_CHARACTERS),
            f"{each.decisions:,}",
            share_words(each.verdict_in_sight),
            share_words(each.label_in_sight),
            share_words(each.fast),
            "–" if each.median_s is None else f"{each.median_s:.0f} s",
            f"{each.raised:,}",
            f"{each.lowered:,}",
            signed(each.moved),
        )
        for each in team.habits
    )
    headings = (
        *("Reviewer", "Decisions", "Verdict in sight", "Label in sight"),
        *("Under 2 s", "Median", "Raised", "Lowered", "Score moved"),
    )
    return Table(headings, tuple(rows), n_text=1)


def share_words(part: KnownShare) -> str:
    """`12 %`, or that nobody knows."""
    return UNKNOWN if part.share is None else percent(part.share)


def slices_table(parts: Sequence[AgreementPart]) -> Table:
    rows = ((each.by, preview(each.value, NAME_CHARACTERS), *_figures(each)) for each in parts)
    return Table(("Slice", "", "n", "Same", "α"), tuple(rows), n_text=2)


def periods_table(parts: Sequence[AgreementPart]) -> Table:
    rows = ((each.by[:10] or UNKNOWN, each.value[:10] or UNKNOWN, *_figures(each)) for each in parts)
    return Table(("From", "To", "n", "Same", "α"), tuple(rows), n_text=2)


def _figures(each: AgreementPart) -> tuple[str, str, str]:
    return f"{each.n:,}", percent(each.raw), figure(each.alpha.value)


def rulings_words(team: Team) -> str:
    """Who settled what, and how much of it as one of those who differed; empty where nobody did."""
    said = [
        f"{preview(each.reviewer, NAME_CHARACTERS)} {counted(each.rulings, 'dispute')}"
        f"{f', {each.as_party} as a party' if each.as_party else ''}"
        for each in team.habits
        if each.rulings
    ]
    return f"Settled: {'; '.join(said)}." if said else ""
