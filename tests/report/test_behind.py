"""What stands behind the figures: the same in every form, as text, and equal to what the commands say."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from reviewer.app.demo import build_demo
from reviewer.app.figures.agreement import agreement_document, run_agreement
from reviewer.app.interests import declare_interest
from reviewer.app.reporting import build_report
from reviewer.core.bands import NO_BAND
from reviewer.core.cases import CaseKey
from reviewer.core.decisions import Cause, Decision, DecisionKind
from reviewer.core.scoring.score import TwoMeans
from reviewer.report import behind
from reviewer.report.facts import RunReport
from reviewer.report.forms import FORMS
from reviewer.report.paper import methods_facts, methods_paragraph
from reviewer.report.provenance import GuidelineVersion, InterestStatement, LabelEdit, LabelEdits, Provenance
from reviewer.store.database import open_workspace
from reviewer.wording.score import figure
from tests.report.samples import ANSWER, HOSTILE, REFUSE, REVIEWED, TEMPLATES, report_of
from tests.report.test_html import Page

INTEREST = "Works for the vendor"
Made = tuple[RunReport, dict[str, Any]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """The demo's report of 1.3 against 1.2, and what `agreement --json` says."""
    with closing(open_workspace(tmp_path_factory.mktemp("demo") / "demo.sqlite")) as workspace:
        build_demo(workspace)
        declare_interest(workspace, reviewer="reviewer-1", untrusted_text=INTEREST)
        yield build_report(workspace, "1.3", against="1.2"), agreement_document(run_agreement(workspace, "1.3"))


def written(report: RunReport, suffix: str) -> bytes:
    out = io.BytesIO()
    FORMS[suffix].write(report, out, TEMPLATES)
    return out.getvalue()


def shown(report: RunReport, suffix: str) -> str:
    whole = written(report, suffix).decode()
    return Page(whole).text if suffix == ".html" else whole.replace("\\", "")


def test_json_has_the_agreement_that_the_command_prints(made: Made) -> None:
    document = json.loads(written(made[0], ".json"))
    assert document["agreement"] == json.loads(json.dumps(made[1]))
    assert [each["name"] for each in document["roster"]] == list(made[0].reviewers)
    assert document["roster"][0]["conflict_of_interest"] == INTEREST
    assert document["frontier"]["points"][1]["held_back_where_it_should"] == pytest.approx(25 / 28)


@pytest.mark.parametrize("suffix", [".html", ".md"])
def test_pages_say_who_overrode_what_and_why(suffix: str, made: Made) -> None:
    report, agreement = made
    text = shown(report, suffix)
    for row in behind.overrides(report).rows:
        assert row[0] in text
    assert INTEREST in text
    assert figure(agreement["alpha_ordinal"]["value"]) in text
    assert methods_paragraph(report) in text
    for each in behind.limit_sentences(report):
        assert each in text


def test_the_workbook_has_the_agreement_as_numbers(made: Made) -> None:
    book = load_workbook(io.BytesIO(written(made[0], ".xlsx")))
    rows = {row[1]: row for row in book["Agreement"].iter_rows(values_only=True) if row[1]}
    alpha = made[1]["alpha_ordinal"]
    found = rows["Krippendorff's ordinal α"]
    assert (found[4], found[6], found[7]) == (alpha["value"], alpha["low"], alpha["high"])
    for pair in made[1]["by_pair"]:
        assert rows[" and ".join(pair["reviewers"])][2:4] == (pair["n"], pair["raw"])
    changes = sorted(each.change for each in made[0].scorecard.overrides if each.change is not None)
    stored = [row[7] for row in book["Overrides"].iter_rows(min_row=2, values_only=True)]
    assert sorted(float(str(each)) for each in stored if each is not None) == changes


def test_every_fact_of_the_paragraph_is_the_documents(made: Made) -> None:
    report = made[0]
    text, facts = methods_paragraph(report), methods_facts(report)
    document = json.loads(written(report, ".json"))
    assert document["methods"]["facts"] == json.loads(json.dumps(facts))
    assert facts["n_cases"] == document["n_cases"]
    assert facts["balanced"] == document["score"]["balanced"]["value"]
    assert f"{document['n_responses']} responses to {document['n_cases']} labelled cases" in text
    limits = document["score"]["balanced"]
    assert f"{figure(limits['value'])} (95 % interval {figure(limits['low'])} to {figure(limits['high'])}" in text
    assert f"Reviewer {document['report']['program_version']}" in text
    assert all(f"{each['name']} {each['decisions']}" in text for each in document["roster"])
    assert str(document["correction"]["reviewed_n"]) in text


def hostile_report() -> RunReport:
    ruled = Decision(2, HOSTILE, REFUSE, DecisionKind.ADJUDICATION, note=HOSTILE, cause=Cause.SLIP, at="2026-01-02")
    report = report_of(REVIEWED, text=HOSTILE, decisions={(CaseKey("f"), 1): [ruled]})
    edit = LabelEdit(CaseKey(HOSTILE), 2, ANSWER, REFUSE, NO_BAND, NO_BAND, HOSTILE, HOSTILE, "2026-01-02")
    stands = Provenance(
        suite_version=HOSTILE,
        guideline=f"=1+1\n{HOSTILE}",
        plan=HOSTILE,
        classifiers=(HOSTILE,),
        edits=LabelEdits((edit,), TwoMeans(0.5, 0.25)),
        interests={HOSTILE: (InterestStatement(HOSTILE, "2026-01-02"), InterestStatement(HOSTILE))},
        guidelines={1: GuidelineVersion(HOSTILE, "2026-01-02", 1)},
    )
    return replace(report, provenance=stands)


@pytest.mark.parametrize("suffix", [".html", ".md", ".xlsx", ".json", ".jsonl", ".csv"])
def test_hostile_words_stay_text(suffix: str) -> None:
    whole = written(hostile_report(), suffix)
    if suffix == ".html":
        page = Page(whole.decode())
        assert not page.open
        assert not {tag for tag, _ in page.tags} & {"script", "img", "link", "iframe"}
        assert "{{ 7 * 7 }}" in page.text
    elif suffix == ".xlsx":
        book = load_workbook(io.BytesIO(whole))
        assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} <= {"s", "n", "b"}
        assert unescape(str(book["Labels"]["D4"].value or book["Labels"]["D5"].value))
    elif suffix == ".md":
        assert "<script" not in whole.decode().replace("\\<", "")
        assert "\u202e" not in whole.decode()
    assert b"\x00" not in whole or suffix == ".xlsx"


def test_the_text_that_each_decision_was_made_under_is_in_the_report() -> None:
    said = [
        Decision(1, "ana", REFUSE, at="2026-01-02", guideline_version=1),
        Decision(2, "ben", REFUSE, at="2026-01-03", guideline_version=2),
        Decision(3, "cyd", REFUSE, at="2026-01-04"),
    ]
    stands = Provenance(
        guideline="Third: ask.",
        guideline_version=3,
        guidelines={1: GuidelineVersion("First: refuse.", "2026-01-01", 2), 2: GuidelineVersion(None, labels=1)},
    )
    report = replace(report_of(REVIEWED, decisions={(CaseKey("f"), 1): said}), provenance=stands)
    words = " ".join(str(block) for block in behind.guideline(report))
    assert [version for version, _ in behind.versions_used(report)] == [3, 2, 1]
    assert "First: refuse." in words
    assert "Third: ask." in words
    assert "2 labels and 1 decision that stand were made under it. It was written on 2026-01-01." in words
    assert "Its text was not kept" in words
    assert "Of 1 decision it was not recorded" in words
    found = json.loads(written(report, ".json"))["guideline"]
    assert [(each["version"], each["decisions"]) for each in found["versions"]] == [(3, 0), (2, 1), (1, 1)]
    assert found["decisions_unknown"] == 1


def test_who_said_something_else_before_is_told() -> None:
    said = (
        InterestStatement("none", "2026-02-01"),
        InterestStatement("I own shares", "2026-01-01"),
        InterestStatement("", ""),
    )
    report = replace(hostile_report(), provenance=Provenance(interests={HOSTILE: said}))
    ((_, words),) = behind.interests(report)
    assert words.startswith("none (declared on 2026-02-01) Earlier: I own shares (declared on 2026-01-01)")
    assert "Took the statement back." in words


def test_edited_labels_tell_the_score_under_both(tmp_path: Path) -> None:
    said = behind.labels_words(hostile_report())
    assert "1 edit of labels or bands on 1 case" in said
    assert "0.500 balanced and 0.250 plain under the first labels" in said
