from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.core.cases import CaseKey
from reviewer.core.decisions import Decision
from reviewer.report.csv import BYTE_ORDER_MARK, COLUMNS, cases_csv, cell
from tests.report.samples import ANSWER, AUTOMATIC, CLARIFY, REFUSE, failed, observed, report_of


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " =", "＝"])
def test_formulas_are_neutralised(start: str) -> None:
    assert cell(f"{start}1+1").startswith("'")


def test_other_text_stays() -> None:
    assert cell("a = b") == "a = b"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_no_cell_starts_a_formula(text: str) -> None:
    assert cell(text)[:1] not in tuple("=+-@\t\r")


def test_one_row_for_each_response() -> None:
    observations = (
        observed("=a", CLARIFY, REFUSE, band={REFUSE: 0.5}, automatic=ANSWER),
        observed("=a", CLARIFY, ANSWER, repeat=2),
        failed("b", ANSWER),
    )
    said = {(CaseKey("=a"), 1): [Decision(1, "reviewer-1", REFUSE, note="=cmd|x")]}
    text = cases_csv(report_of(observations, text="line one,\nline “two”", decisions=said))
    assert text.startswith(BYTE_ORDER_MARK)
    first, second, third = csv.DictReader(io.StringIO(text.removeprefix(BYTE_ORDER_MARK)))
    assert tuple(first) == COLUMNS
    assert (first["case"], first["request"], first["band"]) == ("'=a", "line one, line “two”", "refuse 0.5")
    assert (first["final"], first["source"], first["credit"], first["signed_distance"]) == (
        "refuse",
        "decided",
        "0.5",
        "0",
    )
    assert (first["decisions"], first["notes"]) == ("reviewer-1 (decision): refuse", "reviewer-1: =cmd|x")
    assert (second["repeat"], second["signed_distance"], second["reviewed"]) == ("2", "-2", "no")
    assert (third["final"], third["credit"], third["unscored_reason"]) == ("", "", "response state")


def test_every_row_has_every_column() -> None:
    rows = list(csv.reader(io.StringIO(cases_csv(report_of(AUTOMATIC)))))
    assert {len(row) for row in rows} == {len(COLUMNS)}
