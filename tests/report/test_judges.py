"""Who judged a run stands in every form of its report, and nothing of it where nobody did."""

from __future__ import annotations

from dataclasses import replace

from reviewer.report.facts import JudgeFacts
from reviewer.report.html import render_html
from reviewer.report.json import score_document
from reviewer.report.md import markdown
from reviewer.report.tables import judges
from tests.report.samples import AUTOMATIC, HOSTILE, TEMPLATES, report_of

JUDGE = JudgeFacts(
    "judge/m/12345678", "m", "http://127.0.0.1:9/v1", ("m-2026", "m-2027"), ("fp",), "1", "ab" * 32, 1200, 3
)
DRIFTED = replace(
    JUDGE,
    drift="4 of 20 control verdicts changed.",
    drift_accepted_by="ana",
    counted=False,
    admission="Its verdicts are kept and shown, and not counted.",
)


def test_each_judge_is_a_row() -> None:
    table = judges(report_of(AUTOMATIC, judges=[JUDGE, DRIFTED]))
    assert table.rows == (
        ("judge/m/12345678", "m-2026, m-2027", "1 / abababababab", "none", "counted", "1,200", "3"),
        (
            "judge/m/12345678",
            "m-2026, m-2027",
            "1 / abababababab",
            "4 of 20 control verdicts changed. ana let it go on.",
            "Its verdicts are kept and shown, and not counted.",
            "1,200",
            "3",
        ),
    )


def test_page_and_markdown_have_them_only_where_there_are_judges() -> None:
    judged, plain = report_of(AUTOMATIC, judges=[DRIFTED]), report_of(AUTOMATIC)
    for render in (markdown, lambda report: render_html(report, TEMPLATES)):
        assert "m-2026, m-2027" in render(judged)
        assert "ana let it go on." in render(judged)
        assert "Rubric / prompt" not in render(plain)


def test_the_document_holds_all_of_it() -> None:
    assert score_document(report_of(AUTOMATIC))["judges"] == []
    assert score_document(report_of(AUTOMATIC, judges=[DRIFTED]))["judges"] == [
        {
            "classifier": "judge/m/12345678",
            "model": "m",
            "endpoint": "http://127.0.0.1:9/v1",
            "returned_models": ["m-2026", "m-2027"],
            "fingerprints": ["fp"],
            "rubric_version": "1",
            "prompt_hash": "ab" * 32,
            "judged": 1200,
            "unscored": 3,
            "drift": "4 of 20 control verdicts changed.",
            "drift_accepted_by": "ana",
            "counted": False,
            "admission": "Its verdicts are kept and shown, and not counted.",
        }
    ]


def test_what_a_server_calls_itself_is_text() -> None:
    page = render_html(report_of(AUTOMATIC, judges=[replace(JUDGE, returned_models=(HOSTILE,))]), TEMPLATES)
    assert "<script>" not in page
    assert "\u202e" not in page
