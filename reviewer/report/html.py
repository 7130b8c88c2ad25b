"""The report as one HTML file that needs nothing else: no program, no network, no script."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from reviewer.core import palette
from reviewer.core.actions import ActionId, ActionScale
from reviewer.core.bands import sentence
from reviewer.core.decisions import Decision, FinalSource
from reviewer.core.errors import EnvironmentFault
from reviewer.core.responses import DOUBTED_STATES, UNSCORED_STATES
from reviewer.report import bars, covering, deciding, strip
from reviewer.report import tables as report_tables
from reviewer.report.blocks import CaseCells
from reviewer.report.facts import ReportedCase, ResponseLine, RunReport
from reviewer.wording import comparison as comparison_tables
from reviewer.wording import movement, tables
from reviewer.wording import score as wording
from reviewer.wording.plain_text import plain_text
from reviewer.wording.saying import word_of
from reviewer.wording.states import state_words
from reviewer.wording.tables import count, named

if TYPE_CHECKING:
    from jinja2 import Template

TEMPLATE = "run.html.jinja"
MOST_CASES = 2000
"""A page with more rows than this is slow to open and nobody reads it; the other formats hold all."""
MOST_FLIPS = 500

_SOURCE_WORDS = {
    FinalSource.ADJUDICATED: "adjudicated",
    FinalSource.DECIDED: "reviewers",
    FinalSource.JUDGE: "judge",
    FinalSource.RULES: "rules",
}


def render_html(report: RunReport, template_folder: Path) -> str:
    """The whole page. Raises EnvironmentFault where the template is missing from the installation."""
    card = report.scorecard
    return _template(template_folder).render(
        report=report,
        card=card,
        wording=wording,
        tables=tables,
        heads=report_tables,
        bars=bars,
        deciding=deciding,
        changed=comparison_tables,
        movement=movement,
        most_flips=MOST_FLIPS,
        run=plain_text(report.run),
        suite=plain_text(report.suite),
        system=plain_text(report.model_version.system),
        light=palette.LIGHT,
        dark=palette.DARK,
        rows=[case_row(case, card.scale) for case in report.cases[:MOST_CASES]],
        n_left_off=max(0, len(report.cases) - MOST_CASES),
        legend=legend(card.scale),
        shows=report.shown.shows,
        hidden=covering.said(report.covering),
        actions=[(named(card.scale, a.id), plain_text(a.definition)) for a in card.scale.actions],
        confusion_cells=_confusion_cells(report),
    )


def _template(folder: Path) -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateNotFound

    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    try:
        return environment.get_template(TEMPLATE)
    except TemplateNotFound:
        raise EnvironmentFault(
            f"The report template {TEMPLATE} is not in {folder}.", "Install Reviewer again: its files are incomplete."
        ) from None


def case_row(case: ReportedCase, scale: ActionScale) -> CaseCells:
    """A case as the page shows it."""
    return CaseCells(
        key=plain_text(case.key),
        category=plain_text(case.category),
        request=plain_text(case.request),
        picture=strip.strip(scale, case.label, case.band, strip.case_markers(case)),
        best=sentence(case.label, case.band, scale),
        finals=tuple(_finals(case, scale)),
        verdict=_verdict(case),
        decided_by=", ".join(dict.fromkeys(_decided_by(response) for response in case.responses)),
        said=tuple(_said(decision, scale) for r in case.responses for decision in r.decisions),
    )


def _finals(case: ReportedCase, scale: ActionScale) -> Iterator[str]:
    numbers: dict[ActionId | None, int] = {}
    for response in case.responses:
        numbers[response.final.action] = numbers.get(response.final.action, 0) + 1
    for action, n in numbers.items():
        yield f"{n} × {named(scale, action)}" if len(case.responses) > 1 else named(scale, action)


def _verdict(case: ReportedCase) -> str:
    if case.distance is None:
        return ""
    if case.credit == 1:
        return "right"
    over = any(r.distance is not None and r.distance > 0 for r in case.responses)
    under = any(r.distance is not None and r.distance < 0 for r in case.responses)
    if over and under:
        return "▲▼ out of band on both sides"
    return wording.distance(case.distance) if over or under else f"in band, credit {case.credit:.2g}"


def _decided_by(response: ResponseLine) -> str:
    final = response.final
    if final.source is not None:
        return _SOURCE_WORDS[final.source]
    if response.state in UNSCORED_STATES | DOUBTED_STATES:
        return state_words(response.state)
    return str(final.reason or "nobody")


def _said(decision: Decision, scale: ActionScale) -> str:
    action = word_of(decision, lambda one: named(scale, one))
    note = f" – {decision.note}" if decision.note else ""
    return plain_text(f"{decision.reviewer}: {action}{note}")


def legend(scale: ActionScale) -> str:
    """A strip that explains itself: the middle action labelled, its neighbours in the band, both kinds of marker."""
    middle = scale.ids[len(scale) // 2]
    neighbours = {scale.ids[r]: 0.5 for r in (len(scale) // 2 - 1, len(scale) // 2 + 1) if 0 <= r < len(scale)}
    markers = [
        strip.StripMark(scale.ids[-1], solid=True, word="decided by people"),
        strip.StripMark(scale.ids[0], solid=False, word="automatic"),
    ]
    return strip.strip(scale, middle, neighbours, markers, strip.LARGE)


@dataclass(frozen=True)
class ConfusionCell:
    """A cell's words, whether final equals labelled, and its share of the row in tenths, for the shading."""

    words: str
    exact: bool
    tenths: int


def _confusion_cells(report: RunReport) -> list[tuple[str, list[ConfusionCell], str]]:
    card = report.scorecard
    rows = []
    for label, row in card.confusion.items():
        whole = sum(row.values())
        cells = [
            ConfusionCell(count(n) if n else "·", action == label, round(10 * n / whole) if whole else 0)
            for action, n in row.items()
        ]
        rows.append((named(card.scale, label), cells, count(whole)))
    return rows
