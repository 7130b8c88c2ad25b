"""CoverChoice and redact a report before any form sees it, and keep what was hidden, so that the report says so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from reviewer.report.facts import CoveringFacts, FlippedCase, ReportedCase, ResponseLine, RunReport
from reviewer.report.options import CoverChoice, ReportOptions
from reviewer.report.provenance import Provenance
from reviewer.report.redacting import Redaction, redact
from reviewer.wording.plain_text import plain_text, preview
from reviewer.wording.plural import counted, noun

COVERED = "[covered]"
_WORDS: Mapping[str, str] = {
    CoverChoice.PROMPTS: "Requests",
    CoverChoice.RESPONSES: "Responses",
    CoverChoice.NEITHER: "Requests and responses",
}


@dataclass(frozen=True)
class Prepared:
    """A report as it may leave, and what the redaction found."""

    report: RunReport
    redaction: Redaction


def prepared(report: RunReport, options: ReportOptions) -> Prepared:
    """The report with what the options hide hidden. Raises InputError for a pattern that does not work or never ends.

    Redaction goes first: what is covered was looked through too, and counts.
    """
    found = redact(report, options.redact)
    shown = covered(_cut(found.report) if options.redact else found.report, options)
    facts = CoveringFacts(
        cover=str(options.covers),
        categories=options.cover_categories,
        not_found=_not_found(report, options),
        cases=sum(options.covers_category(case.category) for case in report.cases),
        patterns=len(options.redact),
        places=found.places,
        places_in_cases=len(found.cases),
        version_hash=report.model_version.hash,
    )
    hides = options.covers is not CoverChoice.NONE or options.redact
    return Prepared(replace(shown, shown=options, covering=facts if hides else None), found)


def _cut(report: RunReport) -> RunReport:
    """Requests as previews: patterns look at whole ones, because a cut one can hold half of what they look for."""
    cases = tuple(replace(case, request=preview(case.request)) for case in report.cases)
    versus = report.versus
    if versus is not None:
        flips = tuple(replace(each, request=preview(each.request)) for each in versus.flips)
        versus = replace(versus, flips=flips)
    return replace(report, cases=cases, versus=versus)


def _not_found(report: RunReport, options: ReportOptions) -> tuple[str, ...]:
    """Categories that were to be covered and that no case has: a slip of the pen would leave all of them readable."""
    there = {case.category for case in report.cases}
    return tuple(each for each in options.cover_categories if each not in there)


def covered(report: RunReport, options: ReportOptions) -> RunReport:
    """The report without the words of prompts, responses or both. Notes and reasons given for labels may quote either,
    so they go with both.
    """
    if options.covers is CoverChoice.NONE:
        return report
    system = report.model_version.system
    hides_system = options.covers_prompts and not options.cover_categories and system
    return replace(
        report,
        cases=tuple(_case(case, options) for case in report.cases),
        versus=report.versus
        and replace(report.versus, flips=tuple(_flip(each, options) for each in report.versus.flips)),
        model_version=replace(report.model_version, system=COVERED) if hides_system else report.model_version,
        provenance=_reasons(report, options),
    )


def _reasons(report: RunReport, options: ReportOptions) -> Provenance:
    """Why labels of covered cases were changed is covered with them."""
    hidden = {case.key for case in report.cases if options.covers_category(case.category)}
    found = report.provenance.edits
    edits = (replace(each, reason=COVERED) if each.reason and each.key in hidden else each for each in found.edits)
    return replace(report.provenance, edits=replace(found, edits=tuple(edits)))


def _case(case: ReportedCase, options: ReportOptions) -> ReportedCase:
    if not options.covers_category(case.category):
        return case
    request = COVERED if options.covers_prompts and case.request else case.request
    return without_notes(replace(case, request=request))


def without_notes(case: ReportedCase) -> ReportedCase:
    """With `COVERED` for what people noted on its responses."""
    return replace(case, responses=tuple(map(_response, case.responses))) if _has_notes(case) else case


def _has_notes(case: ReportedCase) -> bool:
    return any(decision.note for response in case.responses for decision in response.decisions)


def _response(response: ResponseLine) -> ResponseLine:
    said = tuple(replace(each, note=COVERED) if each.note else each for each in response.decisions)
    return replace(response, decisions=said)


def _flip(flip: FlippedCase, options: ReportOptions) -> FlippedCase:
    hides = options.covers_prompts and options.covers_category(flip.category) and flip.request
    return replace(flip, request=COVERED) if hides else flip


def said(facts: CoveringFacts | None) -> list[str]:
    """What a reader must know of what is not shown; never the patterns, which may hold what they take out."""
    return [plain_text(each) for each in _said(facts)] if facts else []


def _said(facts: CoveringFacts) -> Iterator[str]:
    if facts.cover in _WORDS:
        where = f" in {', '.join(facts.categories)}" if facts.categories else ""
        cases = counted(facts.cases, "case")
        yield f"{_WORDS[facts.cover]} are covered{where}: {cases}, with the notes and reasons on them, which may quote."
    for name in facts.not_found:
        yield f"No case has the category {name}, which was to be covered."
    if facts.patterns:
        places, by = counted(facts.places, "place"), counted(facts.patterns, "pattern")
        where = f"; {counted(facts.places_in_cases, 'case')} had one" if facts.places else ""
        yield f"{places} {noun(facts.places, 'was', 'were')} redacted by {by}{where}."
    yield "Figures and hashes are those of the whole texts."
