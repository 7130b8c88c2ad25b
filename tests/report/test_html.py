from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from reviewer.core.cases import CaseKey
from reviewer.core.decisions import Decision
from reviewer.core.errors import EnvironmentFault
from reviewer.report.html import MOST_CASES, render_html
from reviewer.wording import score as wording
from tests.report.samples import ANSWER, AUTOMATIC, HOSTILE, REFUSE, REVIEWED, TEMPLATES, observed, report_of

VOID = {"meta", "br", "col", "link", "img", "input", "hr"}


class Page(HTMLParser):
    """Reads a page as a browser would: its elements, their attributes, its text, and whether they nest."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_figures_equal_the_scorecard() -> None:
    report = report_of(REVIEWED)
    page = Page(render_html(report, TEMPLATES))
    card = report.scorecard
    assert not page.open
    for shown in (
        wording.figure(card.score.balanced),
        wording.percent(card.over_cautious),
        wording.percent(card.in_band),
        wording.summary(card, report.run),
        wording.bounds(card),
        wording.overrides(card),
        card.options.bands.source,
        report.suite_hash,
        report.model_version.hash,
    ):
        assert shown in page.text


def test_title_says_automatic_until_somebody_decided() -> None:
    automatic, reviewed = render_html(report_of(AUTOMATIC), TEMPLATES), render_html(report_of(REVIEWED), TEMPLATES)
    assert "<h1>Right-action score (automatic, not reviewed)</h1>" in automatic
    assert "0 of 5 responses reviewed" in automatic
    assert "automatic, not reviewed" not in reviewed
    assert "2 of 7 responses reviewed" in reviewed


def test_page_loads_nothing_and_runs_nothing() -> None:
    said = {(CaseKey("a"), 1): [Decision(1, HOSTILE, REFUSE, note=HOSTILE)]}
    observations = (*AUTOMATIC, observed("hostile" + HOSTILE, ANSWER, ANSWER, category=HOSTILE, tags=(HOSTILE,) * 5))
    source = render_html(report_of(observations, text=HOSTILE, name=HOSTILE, decisions=said), TEMPLATES)
    page = Page(source)
    names = {tag for tag, _ in page.tags}
    assert not names & {"script", "img", "iframe", "link", "object", "embed", "form", "a", "base", "use", "image"}
    for _, attributes in page.tags:
        assert not [name for name in attributes if name.startswith("on") or name in ("src", "href")]
    assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:" in source.replace("&#39;", "'")
    assert "url(" not in source
    assert "<script>alert(1)</script>" in page.text
    assert "{{ 7 * 7 }}" in page.text


def test_text_from_outside_can_neither_hide_nor_reorder() -> None:
    source = render_html(report_of(AUTOMATIC, text=HOSTILE, name=HOSTILE), TEMPLATES)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", source)
    assert "[U+202E]evil[U+0000]" in source


def test_no_key_on_the_page() -> None:
    source = render_html(report_of(AUTOMATIC), TEMPLATES)
    assert "hunter2" not in source
    assert "http://127.0.0.1:8000/v1" in source


def test_report_of_an_empty_run() -> None:
    page = Page(render_html(report_of(()), TEMPLATES))
    assert "has no responses to labelled cases yet" in page.text
    assert "nan" not in page.text.lower().split()


def test_cases_beyond_the_limit_are_counted() -> None:
    many = [observed(f"case-{number:05}", ANSWER, ANSWER) for number in range(MOST_CASES + 3)]
    assert "3 more cases are left off this page" in render_html(report_of(many), TEMPLATES)


def test_missing_template_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match="Install Reviewer again"):
        render_html(report_of(AUTOMATIC), tmp_path)
