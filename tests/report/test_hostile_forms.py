"""Hostile words in every place of a report and in every form, a house template's too: text, whole, in bounded time."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

from reviewer.core.cases import CaseKey
from reviewer.core.decisions import Decision
from reviewer.host.paths import samples_folder
from reviewer.report.csv import cell
from reviewer.report.facts import RunReport
from reviewer.report.forms import FORMS
from reviewer.report.house import ESCAPES, write_house_report
from reviewer.report.xlsx import fit
from tests.report.pdf_text import pdf_text
from tests.report.samples import ANSWER, HOSTILE, REFUSE, TEMPLATES, observed, report_of
from tests.report.test_html import Page

LONG = 10_000_000
WORDS = {
    "markup": HOSTILE,
    "jinja": "{{ 7 * 7 }} {% for a in range(9) %}x{% endfor %} {# gone #}",
    "typst": '#import "/etc/passwd" #eval("1+1") $x$ @label <label> #read("x")',
    "formula": '=HYPERLINK("https://example.org","x")',
    "command": "=cmd|' /C calc'!A0",
    "bidi": "\u202e\u2066abc\u2069 \u200b\ufeff",
    "nul": "a\x00b\x07c",
    "path": "../../etc/passwd",
    "address": "https://example.org/x?y=1 www.example.org mailto:a@example.org",
    "half": "\udc80 half a pair",
    "markdown": "![x](https://example.org/a.png) [y](javascript:alert(1)) `z` | # h",
}
FETCHED = ("script", "img", "link", "iframe", "object", "embed", "form", "base", "a")


def hostile(text: str) -> RunReport:
    said = [Decision(1, text, REFUSE, note=text, at="2026-01-02T03:04:05Z", blind=True)]
    some = [observed("a", ANSWER, REFUSE, category=text), observed("b", REFUSE, REFUSE, category=text)]
    return report_of(some, text=text, name=text, decisions={(CaseKey("a"), 1): said})


def written(report: RunReport, suffix: str) -> bytes:
    out = io.BytesIO()
    FORMS[suffix].write(report, out, TEMPLATES)
    return out.getvalue()


@pytest.mark.parametrize("text", WORDS.values(), ids=list(WORDS))
@pytest.mark.parametrize("suffix", FORMS)
def test_it_is_shown_as_text_and_nothing_is_fetched_or_run(suffix: str, text: str) -> None:
    CHECKS[suffix](written(hostile(text), suffix), text)


def _html(whole: bytes, _text: str) -> None:
    page = Page(whole.decode())
    assert not page.open
    assert not {tag for tag, _ in page.tags} & set(FETCHED)
    assert not [name for _, attrs in page.tags for name in attrs if name.startswith("on")]
    assert not [value for _, attrs in page.tags for name, value in attrs.items() if name in ("src", "href", "action")]
    assert "\u202e" not in page.text
    assert "\x00" not in page.text


def _markdown(whole: bytes, _text: str) -> None:
    text = whole.decode()
    assert not re.search(r"(?<!\\)(<script|!\[|\]\(|`z)", text)
    for mark in ("://", "\u202e", "\x00"):
        assert mark not in text


def _pdf(whole: bytes, text: str) -> None:
    assert b"/JavaScript" not in whole
    assert b"/URI" not in whole
    assert b"/Launch" not in whole
    assert b"/EmbeddedFile" not in whole
    if text == WORDS["typst"]:
        assert '#eval("1+1")' in pdf_text(whole)
    if text == WORDS["jinja"]:
        assert "{{ 7 * 7 }}" in pdf_text(whole)


def _workbook(whole: bytes, text: str) -> None:
    book = load_workbook(io.BytesIO(whole))
    cells = [each for sheet in book for row in sheet.iter_rows() for each in row]
    assert {each.data_type for each in cells} <= {"s", "n", "b"}
    assert not [each for each in cells if each.hyperlink]
    assert unescape(str(book["Cases"]["B2"].value)) == fit(text)
    assert unescape(str(book["Decisions"]["G2"].value)) == fit(text)


def _csv(whole: bytes, text: str) -> None:
    rows = list(csv.DictReader(io.StringIO(whole.decode("utf-8-sig"), newline="")))
    assert {row["category"] for row in rows} == {cell(text).encode("utf-8", "backslashreplace").decode()}
    assert not [value for row in rows for value in row.values() if value[:1] in ("=", "+", "@")]


def _json(whole: bytes, text: str) -> None:
    found = json.loads(whole)
    assert {case["category"] for case in found["cases"]} == {text}
    assert found["cases"][0]["responses"][0]["decisions"][0]["note"] == text


def _lines(whole: bytes, text: str) -> None:
    found: list[Any] = [json.loads(line) for line in whole.splitlines()]
    assert {case["category"] for case in found} == {text}


CHECKS = {
    ".html": _html,
    ".md": _markdown,
    ".pdf": _pdf,
    ".xlsx": _workbook,
    ".csv": _csv,
    ".json": _json,
    ".jsonl": _lines,
}


def places(tmp_path: Path) -> Iterator[Path]:
    for suffix in ESCAPES:
        yield tmp_path / f"out{suffix}"


@pytest.mark.parametrize("text", WORDS.values(), ids=list(WORDS))
def test_a_house_template_shows_it_as_text(text: str, tmp_path: Path) -> None:
    for path in places(tmp_path):
        write_house_report(hostile(text), path, samples_folder() / "house-report.html.jinja")
        assert path.stat().st_size > 1000
    _html((tmp_path / "out.html").read_bytes(), text)


@pytest.mark.parametrize("suffix", FORMS)
def test_a_line_of_ten_million_characters_is_written(suffix: str) -> None:
    line = ("<b>=x " * (LONG // 6 + 1))[:LONG]
    whole = written(hostile(line), suffix)
    if suffix in (".json", ".jsonl"):
        assert line.encode() in whole
    elif suffix == ".xlsx":
        note = load_workbook(io.BytesIO(whole))["Decisions"]["G2"].value
        assert str(note).endswith(f"… (cut: {LONG:,} characters)")
    assert len(whole) > 1000
