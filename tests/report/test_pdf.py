"""The PDF: the figures of the commands, any text from outside as text, tags and bookmarks, nothing read or fetched."""

from __future__ import annotations

import io
import json
import re
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewer.app.demo import build_demo
from reviewer.app.figures.comparing import compare_runs, comparison_document
from reviewer.app.figures.gating import read_policy
from reviewer.app.reporting import build_report
from reviewer.core.actions import DEFAULT_SCALE
from reviewer.core.errors import EnvironmentFault
from reviewer.host.paths import samples_folder
from reviewer.report.facts import RunReport
from reviewer.report.json import score_document
from reviewer.report.pdf import MOST_CASES, PdfForm, missing_characters
from reviewer.store.database import open_workspace
from reviewer.wording.score import figure, percent
from tests.report.pdf_text import pdf_info, pdf_text
from tests.report.samples import HOSTILE, REVIEWED, TEMPLATES, observed, report_of

Both = tuple[RunReport, dict[str, Any]]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Both:
    """A report of two runs, and what `compare --json` says of them."""
    policy = read_policy(samples_folder() / "release-policy.toml")
    with closing(open_workspace(tmp_path_factory.mktemp("demo") / "demo.sqlite")) as workspace:
        build_demo(workspace)
        report = build_report(workspace, "1.3", against="1.2", policy=policy)
        return report, comparison_document(compare_runs(workspace, "1.2", "1.3"))


def made(report: RunReport) -> bytes:
    out = io.BytesIO()
    PdfForm().write(report, out, TEMPLATES)
    return out.getvalue()


def flat(text: str) -> str:
    """Without line ends, and without what only breaks lines."""
    return " ".join(text.replace("\u200b", "").split())


def test_the_figures_are_those_of_the_commands(demo: Both) -> None:
    report, compared = demo
    shown = flat(pdf_text(made(report), "-raw"))
    said = score_document(report)
    for name in ("balanced", "plain"):
        assert figure(said["score"][name]["value"]) in shown  # type: ignore[index]
    for name in ("exact", "in_band", "out_of_band"):
        assert percent(said["shares"][name]["value"]) in shown  # type: ignore[index]
    assert percent(said["over_cautious"]["value"]) in shown  # type: ignore[index]
    assert compared["sentence"] in shown
    for key in ("d_a", "criterion", "skill", "plain"):
        change = compared["delta"].get(key)
        if change and change["value"] is not None and key != "skill":
            assert f"{change['value']:+.3f}".replace("-", "−") in shown
    for each in report.scorecard.slices:
        assert each.by == "tag" or f" {each.n:,} {figure(each.balanced)} {figure(each.plain)}" in shown
    for case in report.cases:
        assert f"{case.key} ·" in shown


def test_it_has_pages_contents_bookmarks_tags_title_and_language(demo: Both) -> None:
    content = made(demo[0])
    info = pdf_info(content)
    n_pages = int(re.search(r"Pages:\s+(\d+)", info)[1])  # type: ignore[index]
    assert "Is 1.3 better than 1.2, and may it be released?" in info
    assert re.search(r"Tagged:\s+yes", info)
    assert "Author" not in info
    text = pdf_text(content)
    assert all(f"{at} of {n_pages}" in text for at in (1, 2, n_pages))
    assert "Contents" in text
    structure = pdf_info(content, "-struct-text")
    for tag in ("H1", "Table", "TH", "Figure", "TOC", "L"):
        assert re.search(rf"^\s*{tag}\b", structure, re.MULTILINE), tag
    assert b"/Outlines" in content
    assert re.search(rb"/Lang\s*\(en", content)


def test_table_heads_stand_on_each_page(demo: Both) -> None:
    pages = pdf_text(made(demo[0])).split("\f")
    of_cases = [page for page in pages if page.count("\nBest: ") > 2]
    assert len(of_cases) > 5
    assert all("Label, band, final" in page for page in of_cases)


def test_the_same_report_is_the_same_file() -> None:
    report = report_of(REVIEWED)
    assert made(report) == made(report)


NASTY = (
    HOSTILE,
    "#panic() $x^2$ *b* _i_ @ref <label> [c] `raw` // comment /* x */ \\ = heading - list",
    '#read("/etc/passwd") #include "x.typ" #import "@preview/cetz:0.3.0" #image("x.png")',
    "https://example.org/?q=#x www.example.org",
    "../../etc/passwd C:\\Windows\\x",
    "\u202eevil\u2066 \x00 \x1b[31m \x7f \ufffe",
    "half a pair: \ud800 and \udfff",
    "مرحبا بالعالم abc שלום",
    "e\u0301 a\u0308\u0323 \u0301lone \u200d👩‍👩‍👧 🏳️‍🌈 🇩🇪",
)


@pytest.mark.parametrize("text", NASTY)
def test_text_from_outside_is_text(text: str) -> None:
    shown = flat(pdf_text(made(report_of(REVIEWED, text=text, name=text))))
    words = [word for word in re.findall(r"[a-z]{3,}", text) if word.isascii()]
    assert all(word in shown for word in words)
    assert "root:x:" not in shown


@settings(max_examples=8)
@given(st.text(max_size=80))
def test_no_text_breaks_it(text: str) -> None:
    assert made(report_of(REVIEWED[:3], text=text, name=text)).startswith(b"%PDF-")


def test_a_script_without_a_font_is_named_on_the_first_page() -> None:
    text = "Hello 𒀀𒀁 there"  # cuneiform, which few machines have
    lacking = missing_characters(sorted(set(text)), TEMPLATES)
    shown = flat(pdf_text(made(report_of(REVIEWED, text=text))).split("\f")[0])
    assert ("No font on the machine" in shown) == bool(lacking)
    if lacking:
        assert "2 characters]" in flat(pdf_text(made(report_of(REVIEWED, text=text))))


def test_huge_words_and_lines_end_on_the_page() -> None:
    long = report_of(REVIEWED, text="W" * 5_000 + " end " + "x" * 1_000_000)
    content = made(replace(long, run="N" * 300))
    assert "more characters are in the JSON report" in flat(pdf_text(content))
    for box in re.finditer(r'xMin="([\d.]+)".*?xMax="([\d.]+)"', pdf_text(content, "-bbox")):
        assert 0 <= float(box[1]) < float(box[2]) <= 596


def test_what_is_left_off_is_said() -> None:
    ids = DEFAULT_SCALE.ids
    many = [observed(f"c{at:05}", ids[at % 5], ids[at % 4]) for at in range(MOST_CASES + 3)]
    shown = flat(pdf_text(made(report_of(many))))
    assert "3 more are left off here" in shown
    assert f"c{MOST_CASES - 1:05}" in shown
    assert f"c{MOST_CASES:05}" not in shown


def test_a_run_without_a_scored_case_has_a_report() -> None:
    assert "No case is scored yet" in flat(pdf_text(made(report_of(()))))


def test_a_missing_template_is_said(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match=r"typ is not in"):
        PdfForm().write(report_of(REVIEWED), io.BytesIO(), tmp_path)


def test_only_the_folder_of_templates_can_be_read(tmp_path: Path) -> None:
    folder = tmp_path / "templates"
    folder.mkdir()
    (tmp_path / "secret.json").write_text(json.dumps("secret"), encoding="utf-8")
    for name in ("probe.typ", "report.typ"):
        reading = '#set document(title: "x")\n#json("../secret.json")'
        (folder / name).write_text(reading, encoding="utf-8")
    with pytest.raises(EnvironmentFault, match="could not be set"):
        PdfForm().write(report_of(REVIEWED), io.BytesIO(), folder)
