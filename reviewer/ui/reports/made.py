"""What the reports screen shows: which runs, what is chosen for the report, and the report that came of it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from reviewer.core.actions import ActionId
from reviewer.core.bands import BandChoice
from reviewer.core.errors import InputError
from reviewer.core.scoring.policy import Policy, policy
from reviewer.core.scoring.score import Options
from reviewer.report.blocks import ReportSection
from reviewer.report.covering import covered, prepared
from reviewer.report.document import blocks_of, title
from reviewer.report.facts import RunReport
from reviewer.report.html import MOST_CASES
from reviewer.report.options import EVERYTHING, CoverChoice, ReportOptions, read_template, template_text
from reviewer.report.redacting import Redaction
from reviewer.report.sections import SECTIONS
from reviewer.store.facts.runs import RunLine

log = logging.getLogger(__name__)

MOST_ROWS = 100
"""Of flips and of other long tables on the page; the written forms have more of them."""


@dataclass(frozen=True)
class ReportChoice:
    """What is asked of a report. `form` is an ending, `template` the name that `shown` was loaded by, `house` a path.

    `run` and `against` are names, empty where nothing was chosen yet.
    """

    run: str = ""
    against: str = ""
    options: Options = field(default_factory=Options)
    shown: ReportOptions = EVERYTHING
    form: str = ".html"
    template: str = ""
    policy: Policy | None = None
    house: str = ""

    def as_json(self) -> dict[str, object]:
        rules = self.policy and {"name": self.policy.name, **self.policy.rules}
        return {
            **{name: getattr(self, name) for name in _TEXTS},
            "bands": str(self.options.bands),
            "hold_back": list(self.options.hold_back),
            "shown": template_text(self.shown),
            "policy": rules,
        }


_TEXTS = ("run", "against", "form", "template", "house")


def choice_of(stored: object) -> ReportChoice:
    """What was kept of the choices; what an older or newer version wrote and this one cannot use is left out."""
    if not isinstance(stored, dict):
        return ReportChoice()
    texts = {name: stored[name] for name in _TEXTS if isinstance(stored.get(name), str)}
    found = replace(ReportChoice(), **texts)
    for read in (_with_options, _with_shown, _with_policy):
        try:
            found = read(found, stored)
        except InputError as error:
            log.info("a choice for reports that was kept is not usable and was left out: %s", error)
    return found


def _with_options(found: ReportChoice, stored: Mapping[str, object]) -> ReportChoice:
    held = stored.get("hold_back")
    hold_back = tuple(ActionId(str(each)) for each in held) if isinstance(held, list) else ()
    return replace(found, options=Options(BandChoice.parse(str(stored.get("bands"))), hold_back))


def _with_shown(found: ReportChoice, stored: Mapping[str, object]) -> ReportChoice:
    return replace(found, shown=read_template(str(stored.get("shown", "")), "kept in the workspace"))


def _with_policy(found: ReportChoice, stored: Mapping[str, object]) -> ReportChoice:
    rules = stored.get("policy")
    return replace(found, policy=policy(rules)) if isinstance(rules, dict) else found


@dataclass(frozen=True)
class WholeReport:
    """All runs, and the report of one of them with nothing hidden yet; `line` is None where there is no run."""

    lines: tuple[RunLine, ...]
    line: RunLine | None = None
    against: RunLine | None = None
    report: RunReport | None = None


@dataclass(frozen=True)
class MadeReport:
    """The report as it may leave, what its patterns found, and its sections as the page shows them."""

    report: RunReport
    redaction: Redaction
    title: str
    sections: tuple[ReportSection, ...]


def made_report(whole: RunReport, shown: ReportOptions, covers: Callable[[str], bool]) -> MadeReport:
    """What `shown` makes of the whole report. On the page texts of the categories that `covers` names stay covered.

    Raises InputError for a pattern that does not work.
    """
    found = prepared(whole, shown)
    categories = tuple(sorted({case.category for case in whole.cases if covers(case.category)}))
    on_page = ReportOptions(cover=CoverChoice.NEITHER, cover_categories=categories)
    seen = covered(found.report, on_page) if categories else found.report
    hidden = {case.key for case in whole.cases if case.category in categories}
    examples = tuple(each for each in found.redaction.examples if each.case not in hidden)
    redaction = replace(found.redaction, examples=examples)
    return MadeReport(found.report, redaction, title(found.report), tuple(_sections(seen)))


def _sections(report: RunReport) -> Iterator[ReportSection]:
    for each in SECTIONS:
        if report.shown.shows(each.id):
            blocks = blocks_of(report, each.id, MOST_CASES if each.id == "cases" else MOST_ROWS)
            if blocks:
                yield ReportSection(each.id, each.title, blocks)
