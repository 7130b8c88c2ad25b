"""What stands behind the figures as JSON: numbers as numbers, actions by their ids."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from reviewer.core.decisions import DecisionKind, Hidden
from reviewer.core.scoring.score import Override
from reviewer.report import behind, deciding
from reviewer.report.facts import ResponseLine, RunReport
from reviewer.report.paper import methods_facts, methods_paragraph
from reviewer.report.provenance import LabelEdit
from reviewer.wording.frontier import frontier_words

Json: TypeAlias = dict[str, object]


def behind_document(report: RunReport) -> Json:
    """The same as JSON has it: figures as numbers, actions by their ids."""
    stands, found = report.provenance, report.provenance.edits
    said: dict[str, Json] = {
        "people": {"overrides": [_override(*each) for each in _with_lines(report)]},
        "labels": {
            "label_edits": [_edit(each) for each in found.edits],
            "score_under_first_labels": vars(found.under_old) if found.under_old else None,
        },
        "agreement": {"agreement": dict(stands.agreement.document) if stands.agreement else None},
        "adjudications": {"adjudications": [_ruling(each) for each in behind.rulings(report)]},
        "reviewers": {"roster": [_reviewer(report, name) for name in report.reviewers]},
        "guideline": {"guideline": _guideline(report)},
        "paper": {"methods": {"paragraph": methods_paragraph(report), "facts": methods_facts(report)}},
        "limits": {"limits": list(behind.limit_sentences(report))},
        "run": {"versions": dict(behind.versions(report))},
        "frontier": {"frontier": _frontier(report)},
    }
    return {key: value for id_, each in said.items() if report.shown.shows(id_) for key, value in each.items()}


def _with_lines(report: RunReport) -> Iterator[tuple[Override, ResponseLine | None]]:
    lines = {(str(case.key), each.repeat): each for case in report.cases for each in case.responses}
    for each in sorted(report.scorecard.overrides, key=behind.weight):
        yield each, lines.get((each.case, each.repeat))


def _override(each: Override, line: ResponseLine | None) -> Json:
    who, when, why = behind.who_when_why(line)
    words = {"by": who, "at": when, "why": why}
    action = {"from": each.automatic, "to": each.final, "change": each.change}
    return {"case": each.case, "repeat": each.repeat, **action, **words}


def _edit(edit: LabelEdit) -> Json:
    return {
        "case": edit.key,
        "label_version": edit.label_version,
        "before": {"label": edit.before, "band": dict(edit.band_before)},
        "after": {"label": edit.now, "band": dict(edit.band_now)},
        "author": edit.author,
        "reason": edit.reason,
        "at": edit.at,
    }


def _ruling(found: behind.SettledResponse) -> Json:
    said = (each for each in found.response.decisions if each.kind is DecisionKind.DECISION)
    event = found.event
    return {
        "case": found.case.key,
        "repeat": found.response.repeat,
        "said": [{"reviewer": each.reviewer, "action": each.action} for each in said],
        "action": event.action,
        "cause": str(event.cause) if event.cause else None,
        "reviewer": event.reviewer,
        "note": event.note,
        "at": event.at,
    }


def _guideline(report: RunReport) -> Json:
    """The text of now, and of each version that was used with how many labels and standing decisions."""
    stands, made = report.provenance, behind.decided_under(report)
    versions: list[Json] = [
        {"version": v, "text": kept.text, "at": kept.at or None, "labels": kept.labels, "decisions": made[v]}
        for v, kept in behind.versions_used(report)
    ]
    now: Json = {"version": stands.guideline_version, "text": stands.guideline or None}
    return {**now, "versions": versions, "decisions_unknown": made[None]}


def _reviewer(report: RunReport, name: str) -> Json:
    one, said = deciding.reviewed_by(report)[name], report.provenance.interests.get(name, ())
    return {
        "name": name,
        "decisions": one.decided,
        "blind": one.blind,
        "adjudications": one.settled,
        "in_bulk": one.in_bulk,
        "hidden": {str(each): one.hidden[each] for each in Hidden},
        "sight_unknown": one.unknown,
        "conflict_of_interest": said[0].text or None if said else None,
        "interests": [{"statement": each.text or None, "at": each.at or None} for each in said],
    }


def _frontier(report: RunReport) -> Json | None:
    found = report.provenance.frontier
    if found is None:
        return None
    points = [
        {
            "name": each.name,
            "held_back_where_it_should": each.at[1],
            "answered_where_it_should": each.at[0],
            "n_should": each.held_back_should[1],
            "n_should_not": each.held_back_should_not[1],
        }
        for each in found.points
    ]
    return {"points": points, "words": frontier_words(found)}
