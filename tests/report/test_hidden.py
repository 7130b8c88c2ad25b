"""What is covered or redacted is in no form of a report, not even in the compressed parts of a file."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.core.cases import CaseKey
from reviewer.core.decisions import Decision
from reviewer.core.errors import InputError
from reviewer.report import redacting
from reviewer.report.covering import COVERED, prepared
from reviewer.report.facts import RunReport
from reviewer.report.forms import FORMS
from reviewer.report.options import CoverChoice, Level, ReportOptions, read_template, template_text
from reviewer.report.redacting import MARK, redact
from reviewer.report.write import write_report
from tests.report.pdf_text import pdf_text
from tests.report.samples import REVIEWED, TEMPLATES, report_of

CANARY = "canary7f3a"
SAID = Decision(1, f"ana {CANARY}", None, note=f"he wrote {CANARY}", at="2026-01-02T03:04:05Z")


def full_of(canary: str) -> RunReport:
    """A report with it in everything that a person outside may have written."""
    observations = [
        replace(o, case=CaseKey(f"{canary} {o.case}"), category=f"{canary} law", tags=(f"{canary} tag",) * 1)
        for o in REVIEWED
    ]
    decisions = {(observations[-1].case, 1): [SAID]}
    report = report_of(observations, text=f"Say {canary} please", name=f"{canary} run", decisions=decisions)
    version = replace(report.model_version, name=f"m {canary}", model=f"id {canary}")
    return replace(report, suite=f"{canary} suite", model_version=version)


def bytes_of(report: RunReport, suffix: str) -> str:
    """Everything that the file holds, unpacked."""
    out = io.BytesIO()
    FORMS[suffix].write(report, out, TEMPLATES)
    found = [out.getvalue()]
    if suffix == ".xlsx":
        with zipfile.ZipFile(out) as members:
            found += [members.read(name) for name in members.namelist()]
    text = "\n".join(each.decode("utf-8", "replace") for each in found)
    return text + pdf_text(out.getvalue()) if suffix == ".pdf" else text


@pytest.mark.parametrize("suffix", FORMS)
def test_what_a_pattern_finds_is_in_no_form(suffix: str) -> None:
    report = full_of(CANARY)
    assert CANARY in bytes_of(report, suffix)
    shown = prepared(report, ReportOptions(redact=(CANARY,))).report
    assert CANARY not in bytes_of(shown, suffix)
    assert "redacted" in bytes_of(shown, suffix)


@pytest.mark.parametrize("suffix", FORMS)
@pytest.mark.parametrize("cover", [CoverChoice.PROMPTS, CoverChoice.NEITHER])
def test_covered_requests_are_in_no_form(suffix: str, cover: CoverChoice) -> None:
    report = report_of(REVIEWED, text=f"Say {CANARY} please")
    shown = prepared(report, ReportOptions(cover=cover)).report
    assert CANARY not in bytes_of(shown, suffix)
    assert COVERED.strip("[]") in bytes_of(shown, suffix)


@pytest.mark.parametrize("cover", [CoverChoice.PROMPTS, CoverChoice.RESPONSES, CoverChoice.NEITHER])
def test_notes_may_quote_and_are_covered_with_either(cover: CoverChoice) -> None:
    report = report_of(REVIEWED, decisions={(CaseKey("g"), 1): [SAID]})
    assert f"he wrote {CANARY}" in bytes_of(report, ".json")
    assert f"he wrote {CANARY}" not in bytes_of(prepared(report, ReportOptions(cover=cover)).report, ".json")


def test_only_the_categories_that_are_named_are_covered() -> None:
    observations = [replace(o, category="law" if o.case in "abc" else "health") for o in REVIEWED]
    report = report_of(observations, text="Say it")
    found = prepared(report, ReportOptions(cover_categories=("law", "lwa"))).report
    by_category = {(case.category, case.request) for case in found.cases}
    assert by_category == {("law", COVERED), ("health", "Say it")}
    assert found.covering is not None
    assert found.covering.cases == 3
    assert found.covering.not_found == ("lwa",)


def test_hiding_changes_no_figure_and_no_hash() -> None:
    report = full_of(CANARY)
    shown = prepared(report, ReportOptions(cover=CoverChoice.NEITHER, redact=("canary", "[0-9a-f]+"))).report
    before, after = (json.loads(bytes_of(each, ".json")) for each in (report, shown))
    for name in ("score", "shares", "confusion", "bounds", "over_cautious", "under_cautious", "discrimination"):
        assert before[name] == after[name]
    for name in ("suite_hash", "scale_hash", "created_at"):
        assert before["report"][name] == after["report"][name]
    assert before["report"]["model_version"]["hash"] == after["report"]["model_version"]["hash"]


def test_the_preview_counts_places_and_names_cases() -> None:
    report = report_of(REVIEWED, text="zebra zebra yak")
    found = redact(report, ["zebra", "yak", "zebra zebra"])
    in_cases = 2 * len(report.cases)
    system = 2
    assert found.places == in_cases + system
    assert found.cases == tuple(case.key for case in report.cases)
    assert {each.found for each in found.examples} == {"zebra zebra", "yak"}
    assert all(case.request == f"{MARK} {MARK}" for case in found.report.cases)


def test_places_that_overlap_are_one_and_empty_ones_none() -> None:
    found = redact(report_of(REVIEWED, text="abcdef"), ["abc", "bcd", "x*"])
    assert {case.request for case in found.report.cases} == {f"{MARK}ef"}


def test_a_pattern_that_never_ends_is_stopped_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redacting, "SECONDS", 1.0)
    report = report_of(REVIEWED, text="a" * 60 + "!")
    with pytest.raises(InputError, match=r"The pattern '\(a\+\)\+\$' was stopped"):
        redact(report, ["fine", "(a+)+$"])


def test_a_pattern_that_is_none_is_named() -> None:
    with pytest.raises(InputError, match=r"The pattern '\(' does not work"):
        redact(report_of(REVIEWED), ["fine", "("])


@pytest.mark.parametrize("level", [Level.DECISION, Level.SUMMARY])
@pytest.mark.parametrize("suffix", [".html", ".md", ".pdf", ".json", ".xlsx"])
def test_a_lower_level_has_the_score_and_no_case(level: Level, suffix: str) -> None:
    report = prepared(report_of(REVIEWED, text="Say it"), ReportOptions(level=level)).report
    shown = bytes_of(report, suffix)
    assert "Say it" in bytes_of(replace(report, shown=ReportOptions()), suffix) or suffix == ".md"
    assert "Right-action score" in shown
    if suffix != ".json":  # which has the system prompt too
        assert ("Say it" in shown) == (level is Level.SUMMARY and suffix in (".html", ".pdf"))


def test_a_table_of_cases_has_no_lower_level(tmp_path: Path) -> None:
    report = replace(report_of(REVIEWED), shown=ReportOptions(level=Level.SUMMARY))
    for suffix in (".csv", ".jsonl"):
        with pytest.raises(InputError, match="the cases and nothing else"):
            write_report(report, tmp_path / f"r{suffix}", TEMPLATES)
        assert not list(tmp_path.iterdir())


def test_sections_are_those_that_were_chosen() -> None:
    report = replace(report_of(REVIEWED), shown=ReportOptions(sections=("slices", "errors")))
    for suffix in (".html", ".md", ".pdf"):
        shown = bytes_of(report, suffix)
        assert "Two-sided error" in shown
        assert "Slices" in shown
        assert "Contrast pairs" not in shown
    with pytest.raises(InputError, match="The section 'slice' is not known"):
        ReportOptions(sections=("slice",))


TEXTS = st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=4).map(tuple)


@given(
    st.builds(
        ReportOptions,
        sections=st.lists(st.sampled_from(["cases", "slices", "run"])).map(tuple),
        level=st.sampled_from(Level),
        cover=st.sampled_from(CoverChoice),
        cover_categories=TEXTS,
        redact=TEXTS,
    )
)
def test_a_template_comes_back_as_it_was(options: ReportOptions) -> None:
    assert read_template(template_text(options), "x") == options


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("levle = 'all'", "keys that are not known: 'levle'"),
        ("level = 'most'", "'most', which is not known"),
        ("redact = 'x'", "not a list of texts"),
        ("redact = [1]", "not a list of texts"),
        ("level = ", "is not TOML"),
        ("sections = ['nothing']", "'nothing' is not known"),
    ],
)
def test_a_template_that_is_wrong_gets_a_sentence(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_template(text, "mine.toml")
