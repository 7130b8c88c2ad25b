"""The workbook, read back by another library."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

from reviewer.core.cases import CaseKey
from reviewer.core.decisions import Decision
from reviewer.report.facts import RunReport
from reviewer.report.json import score_document
from reviewer.report.write import write_report
from reviewer.report.xlsx import MOST_CHARACTERS, fit
from tests.report.samples import AUTOMATIC, HOSTILE, REFUSE, REVIEWED, TEMPLATES, observed, report_of


def read(report: RunReport, folder: Path) -> dict[str, list[list[Any]]]:
    path = folder / "report.xlsx"
    write_report(report, path, TEMPLATES)
    return {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in load_workbook(path)}


def below(rows: list[list[Any]], heading: str) -> list[list[Any]]:
    """The rows under the one that begins with this heading."""
    return rows[[row[0] for row in rows].index(heading) + 1 :]


def test_figures_are_numbers_and_those_of_the_json_report(tmp_path: Path) -> None:
    report = report_of(REVIEWED)
    document: Any = score_document(report)
    found = {row[0]: row[1:4] for row in below(read(report, tmp_path)["Summary"], "Figure")}
    told = {
        "Balanced score": document["score"]["balanced"],
        "Plain score": document["score"]["plain"],
        "Skill": document["skill"],
        "Exact": document["shares"]["exact"],
        "▲ Over-cautious": document["over_cautious"],
        "▼ Under-cautious": document["under_cautious"],
        "Caution bias": document["caution_bias"],
        "d_a": document["discrimination"]["d_a"],
        "Criterion c": document["discrimination"]["criterion"],
    }
    for name, measured in told.items():
        expected = [measured[key] for key in ("value", "low", "high")]
        assert found[name] == [None if each is None else pytest.approx(each, abs=1e-12) for each in expected], name
    assert found["Automatic score"][0] == pytest.approx(document["correction"]["automatic"]["value"])
    assert found["Unscored responses"][0] == document["unscored"] == 1


def test_every_response_and_every_decision_has_a_row(tmp_path: Path) -> None:
    said = {(CaseKey("f"), 1): [Decision(1, "anna", REFUSE, note="=1+1", at="2026-01-02T03:04:05Z")]}
    found = read(report_of(REVIEWED, decisions=said), tmp_path)
    cases = below(found["Cases"], "Case")
    assert [row[0] for row in cases] == list("abcdefg")
    assert [row[11] for row in cases][:3] == [1, 0, 0.5]
    assert cases[4][9] == "response state"
    assert below(found["Decisions"], "Case") == [
        ["f", 1, "anna", "decision", "5 refuse", "2026-01-02T03:04:05Z", "=1+1", None]
    ]
    assert [[row[0], row[6]] for row in below(found["Overrides"], "Case")] == [["f", 1], ["g", 1]]


@pytest.mark.parametrize(
    "text", [HOSTILE, "=HYPERLINK(1)", "https://example.org", "_x000D_ \r _x005F_", "12", "\udc80"]
)
def test_what_looks_like_something_else_stays_text(text: str, tmp_path: Path) -> None:
    path = tmp_path / "r.xlsx"
    write_report(report_of([observed("a", REFUSE, REFUSE, category=text)], text=text), path, TEMPLATES)
    sheet = load_workbook(path)["Cases"]
    cell = sheet["B2"]
    assert (cell.data_type, cell.hyperlink) == ("s", None)
    assert unescape(str(cell.value)) == fit(text)


def test_a_cell_that_would_be_too_long_says_that_it_is_cut(tmp_path: Path) -> None:
    said = {(CaseKey("f"), 1): [Decision(1, "anna", REFUSE, note="long " * 20_000)]}
    (row,) = below(read(report_of(REVIEWED, decisions=said), tmp_path)["Decisions"], "Case")
    assert len(row[6]) == MOST_CHARACTERS
    assert row[6].endswith("… (cut: 100,000 characters)")


def test_heads_stay_in_sight_and_filter(tmp_path: Path) -> None:
    path = tmp_path / "r.xlsx"
    write_report(report_of(AUTOMATIC), path, TEMPLATES)
    book = load_workbook(path)
    names = ["Summary", "Cases", "Decisions", "Slices", "Confusion", "Overrides", "Labels"]
    names += ["Adjudications", "Unscored", "Reviewers", "Method", "All figures"]
    assert book.sheetnames == names
    assert book["Cases"].freeze_panes == "B2"
    assert book["Cases"].auto_filter.ref == "A1:N6"
    assert str(book.properties.created) == "2026-01-02 03:04:05"
