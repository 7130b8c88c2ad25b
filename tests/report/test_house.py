"""A house template lays a report out, sees nothing but its document, and cannot go on for ever."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reviewer.core.errors import InputError
from reviewer.host.paths import samples_folder
from reviewer.report import house
from reviewer.report.covering import prepared
from reviewer.report.house import house_values, write_house_report
from reviewer.report.options import ReportOptions
from tests.report.samples import HOSTILE, REVIEWED, report_of
from tests.report.test_html import Page

EXAMPLE = samples_folder() / "house-report.html.jinja"


def laid_out(tmp_path: Path, source: str, suffix: str = ".txt", text: str = "May I?") -> str:
    template, out = tmp_path / "house.jinja", tmp_path / f"out{suffix}"
    template.write_text(source, encoding="utf-8")
    write_house_report(report_of(REVIEWED, text=text, name=text), out, template)
    return out.read_text(encoding="utf-8")


def test_the_example_is_a_page_with_the_figures_and_nothing_that_runs(tmp_path: Path) -> None:
    out = tmp_path / "x.html"
    write_house_report(report_of(REVIEWED, text=HOSTILE, name=HOSTILE), out, EXAMPLE)
    page = Page(out.read_text(encoding="utf-8"))
    assert not page.open
    assert not {tag for tag, _ in page.tags} & {"script", "img", "link", "iframe"}
    assert "Two-sided error" in page.text
    assert sum(tag == "h1" for tag, _ in page.tags) == 1


def test_it_sees_the_json_report_and_the_sections(tmp_path: Path) -> None:
    source = "{{ report.score.balanced.value }}|{% for s in sections %}{{ s.key }} {% endfor %}|{{ title }}"
    found = laid_out(tmp_path, source)
    values = json.loads(json.dumps(house_values(report_of(REVIEWED))))
    balanced, keys, title = found.split("|")
    assert float(balanced) == values["report"]["score"]["balanced"]["value"]
    assert keys.split() == [each["key"] for each in values["sections"]]
    assert title == "Right-action score: May I?" or "May I?" in title


def test_loops_and_their_counters_work(tmp_path: Path) -> None:
    source = "{% set n = namespace(x=1) %}{% for s in range(3) %}{% set n.x = n.x * 2 %}{{ loop.index }}{% endfor %}"
    assert laid_out(tmp_path, source + "{{ n.x }}") == "1238"


def test_texts_are_escaped_as_the_ending_asks(tmp_path: Path) -> None:
    source = "{{ report.run }}"
    assert laid_out(tmp_path, source, ".html", "<b>*x*</b>") == "&lt;b&gt;*x*&lt;/b&gt;"
    assert laid_out(tmp_path, source, ".md", "<b>*x*</b>") == r"\<b\>\*x\*\</b\>"
    assert laid_out(tmp_path, source, ".txt", "<b>*x*</b>") == "<b>*x*</b>"


def test_what_is_redacted_is_not_in_what_it_sees() -> None:
    report = prepared(report_of(REVIEWED, text="Say zebra"), ReportOptions(redact=("zebra",))).report
    assert "zebra" not in json.dumps(house_values(report))


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ ''['__class__'] }}",
        "{{ (''|attr('__class__')) }}",
        "{{ self.__init__.__globals__ }}",
        "{{ self._TemplateReference__context.environment }}",
        "{{ report.items.__self__ }}",
        "{{ '{0.__class__.__mro__}'.format(report) }}",
        "{{ cycler.__init__.__globals__.os }}",
        "{{ namespace.__init__.__globals__ }}",
        "{% include '/etc/passwd' %}",
        "{% import '/etc/passwd' as x %}",
        "{% extends '../house.jinja' %}",
        "{% for x in sections %}{{ loop.__class__ }}{% endfor %}",
        "{% for x in sections %}{{ loop._iterator.gi_frame }}{% endfor %}",
        "{% set n = namespace() %}{{ n.__class__ }}",
        "{{ nothing }}",
        "{% for %}",
        "{{ 1 // 0 }}",
        "{{ report.pop('run') }}",
        "{% for i in range(10**9) %}x{% endfor %}",
        "{{ 'x' * 10**10 }}",
        "{{ 'x' * 10**8 }}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    ],
)
def test_a_hostile_or_wrong_template_gets_a_sentence_and_no_file(source: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="The house template"):
        laid_out(tmp_path, source)
    assert not (tmp_path / "out.txt").exists()


@pytest.mark.parametrize(
    "source",
    [
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        "{{ 2 ** (10 ** 10) }}",
    ],
)
def test_one_that_goes_on_is_stopped(source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(house, "SECONDS", 1.0)
    with pytest.raises(InputError, match=r"stopped after 1 seconds|more time or memory|does not work"):
        laid_out(tmp_path, source)
    assert not (tmp_path / "out.txt").exists()


def test_an_ending_that_no_house_template_writes_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"\.html, \.md, \.txt"):
        write_house_report(report_of(REVIEWED), tmp_path / "x.pdf", EXAMPLE)


def test_a_template_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "bytes.jinja").write_bytes(b"\xff\xfe\xff")
    for name in ("none.jinja", "bytes.jinja"):
        with pytest.raises(InputError, match="cannot be read"):
            write_house_report(report_of(REVIEWED), tmp_path / "x.html", tmp_path / name)
