from __future__ import annotations

import json
from pathlib import Path

import pytest

from reviewer.core.errors import EnvironmentFault, ExitStatus, InputError
from reviewer.report.facts import RunReport
from reviewer.report.forms import FORMS, TextForm
from reviewer.report.write import write_report
from tests.report.samples import AUTOMATIC, HOSTILE, REVIEWED, TEMPLATES, report_of


@pytest.mark.parametrize("suffix", FORMS)
@pytest.mark.parametrize("text", ["May I?", HOSTILE, "half \udc80 pair", "שלום"])
def test_every_format_is_written_whole(suffix: str, text: str, tmp_path: Path) -> None:
    path = tmp_path / f"report{suffix.upper()}"
    path.write_text("before")
    write_report(report_of(REVIEWED, text=text), path, TEMPLATES)
    assert path.read_bytes() not in (b"", b"before")
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


def test_json_and_jsonl_hold_every_case(tmp_path: Path) -> None:
    report = report_of(AUTOMATIC)
    write_report(report, tmp_path / "r.json", TEMPLATES)
    write_report(report, tmp_path / "r.jsonl", TEMPLATES)
    whole = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    lines = [json.loads(line) for line in (tmp_path / "r.jsonl").read_text(encoding="utf-8").split("\n") if line]
    assert whole["cases"] == lines
    assert [line["key"] for line in lines] == list("abcde")


def test_markdown_takes_no_markup_from_outside(tmp_path: Path) -> None:
    name = "a|b <img src=x> [x](https://example.org)"
    write_report(report_of(AUTOMATIC, name=name), tmp_path / "r.md", TEMPLATES)
    text = (tmp_path / "r.md").read_text(encoding="utf-8")
    assert text.startswith("# Right-action score (automatic, not reviewed)")
    assert r"a\|b \<img src=x\> \[x\](https:\//example.org)" in text


@pytest.mark.parametrize("name", ["report.ods", "report.xls", "report"])
def test_unknown_endings_name_the_known_ones(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"\.html, \.json, \.jsonl, \.csv, \.pdf, \.xlsx, \.md"):
        write_report(report_of(AUTOMATIC), tmp_path / name, TEMPLATES)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_missing_or_in_the_way_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "taken.json").mkdir()
    with pytest.raises(EnvironmentFault, match="cannot be written") as fault:
        write_report(report_of(AUTOMATIC), tmp_path / "missing" / "r.json", TEMPLATES)
    assert fault.value.exit_status is ExitStatus.ENVIRONMENT_FAILED
    with pytest.raises(InputError, match="is a folder"):
        write_report(report_of(AUTOMATIC), tmp_path / "taken.json", TEMPLATES)
    assert [entry.name for entry in tmp_path.iterdir()] == ["taken.json"]


def test_a_new_form_is_one_line_of_the_registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def named(report: RunReport, _templates: Path) -> str:
        return report.run

    monkeypatch.setitem(FORMS, ".name", TextForm(".name", "Name", "the run's name alone", named))
    write_report(report_of(AUTOMATIC, name="first"), tmp_path / "r.name", TEMPLATES)
    assert (tmp_path / "r.name").read_text(encoding="utf-8") == "first"
