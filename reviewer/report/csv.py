"""The cases as a CSV table, one row for each response, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from reviewer.core.actions import ActionScale
from reviewer.core.bands import Band
from reviewer.report.facts import ReportedCase, ResponseLine, RunReport
from reviewer.wording.plain_text import plain_text

BYTE_ORDER_MARK = "\ufeff"

COLUMNS = (
    "case",
    "category",
    "request",
    "label",
    "band",
    "repeat",
    "state",
    "final",
    "source",
    "unscored_reason",
    "automatic",
    "credit",
    "signed_distance",
    "reviewed",
    "decisions",
    "notes",
)

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def cell(untrusted_text: str) -> str:
    """Text for a spreadsheet: a leading ' keeps what looks like a formula from being one."""
    text = plain_text(untrusted_text)
    starts = (untrusted_text[:1], text.lstrip()[:1])
    return f"'{text}" if any(start in _FORMULA_STARTS for start in starts) else text


def cases_csv(report: RunReport) -> str:
    """The whole table, with a byte order mark, so that spreadsheets read it as UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(_rows(report))
    return BYTE_ORDER_MARK + out.getvalue()


def _rows(report: RunReport) -> Iterator[list[str]]:
    scale = report.scorecard.scale
    for case in report.cases:
        for response in case.responses:
            yield [*_case_cells(case, scale), *_response_cells(response)]


def _case_cells(case: ReportedCase, scale: ActionScale) -> list[str]:
    return [cell(case.key), cell(case.category), cell(case.request), case.label, _band(case.band, scale)]


def _band(band: Band, scale: ActionScale) -> str:
    return "; ".join(f"{action} {band[action]:g}" for action in scale.ids if action in band)


def _response_cells(response: ResponseLine) -> list[str]:
    final = response.final
    said = "; ".join(f"{d.reviewer} ({d.kind}): {d.action or 'cannot decide'}" for d in response.decisions)
    notes = "\n".join(f"{d.reviewer}: {d.note}" for d in response.decisions if d.note)
    return [
        str(response.repeat),
        str(response.state),
        final.action or "",
        str(final.source or ""),
        str(final.reason or ""),
        response.automatic or "",
        "" if response.credit is None else f"{response.credit:g}",
        "" if response.distance is None else str(response.distance),
        "yes" if response.reviewed else "no",
        cell(said),
        cell(notes),
    ]
