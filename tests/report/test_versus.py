"""The report of a run against the version before: the same figures in every form, all of them those of `compare`."""

from __future__ import annotations

import csv
import io
import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from reviewer.app.demo import build_demo
from reviewer.app.figures.comparing import compare_runs, comparison_document
from reviewer.app.figures.gating import gate, gate_document, read_policy
from reviewer.app.reporting import build_report, export_report
from reviewer.host.paths import samples_folder
from reviewer.report import deciding
from reviewer.report.facts import RunReport
from reviewer.report.forms import FORMS
from reviewer.report.html import render_html
from reviewer.store.database import open_workspace
from reviewer.wording.decision import verdict
from tests.report.samples import TEMPLATES
from tests.report.test_html import Page

BEFORE, RUN = "1.2", "1.3"


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> tuple[RunReport, dict[str, Any], dict[str, Any]]:
    """The report, and what `compare --json` and `gate --json` say of the same runs."""
    policy = read_policy(samples_folder() / "release-policy.toml")
    with closing(open_workspace(tmp_path_factory.mktemp("demo") / "demo.sqlite")) as workspace:
        build_demo(workspace)
        report = build_report(workspace, RUN, against=BEFORE, policy=policy)
        said = comparison_document(compare_runs(workspace, BEFORE, RUN))
        answer = dict(gate_document(gate(workspace, policy, RUN, BEFORE)))
    return report, said, answer


Compared = tuple[RunReport, dict[str, Any], dict[str, Any]]


def test_the_json_report_holds_what_the_commands_say(compared: Compared, tmp_path: Path) -> None:
    report, said, answer = compared
    export_report(report, tmp_path / "r.json")
    whole = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    assert whole["comparison"] == json.loads(json.dumps(said))
    assert whole["gate"] == json.loads(json.dumps(answer))
    kinds = {kind: n for kind, n in said["flips"].items() if kind not in ("n", "matrix", "unchanged")}
    assert {kind: sum(each["kind"] == kind for each in whole["flipped"]) for kind in kinds} == kinds


@pytest.mark.parametrize("suffix", [".html", ".md"])
def test_page_one_has_the_question_the_answer_and_the_three_changes(suffix: str, compared: Compared) -> None:
    report, said, answer = compared
    out = io.BytesIO()
    FORMS[suffix].write(report, out, TEMPLATES)
    text = out.getvalue().decode()
    shown = Page(text).text if suffix == ".html" else text.replace("\\", "")
    assert verdict("1.2", "1.3", report.versus.comparison) in shown if report.versus else False
    assert "Is 1.3 better than 1.2, and may it be released?" in shown
    assert answer["sentence"] in shown
    assert said["sentence"] in shown
    balanced, over = said["delta"]["balanced"], said["delta"]["over_cautious"]
    assert f"{balanced['value']:+.3f} [{balanced['low']:+.2f}, {balanced['high']:+.2f}], better" in shown
    points = [f"{100 * over[end]:+.1f}".replace("-", "−") for end in ("value", "low", "high")]
    assert f"{points[0]} points [{points[1]}, {points[2]}], better" in shown
    for rule in answer["rules"]:
        asked = rule["asked"].replace("_", " ")
        words = asked.removesuffix(" forbidden").replace(":", " ") if rule["rule"] == "movement" else asked
        assert words in shown
    assert "movement (4 rules)" in shown
    assert "forbidden: moved inward, moved and slid inward" in shown
    assert f"It may not be released yet: {answer['sentence']}" in shown
    score = (
        f"What is sure: its balanced score rose by {said['delta']['balanced']['value']:.3f}, most of it on the cases"
    )
    assert f"{score} labelled between the two ends of the scale." in shown
    assert said["sure"] in shown
    assert shown.index("may it be released?") < shown.index(answer["sentence"]) < shown.index("Right-action score")


def test_a_table_of_the_shared_cases_says_that_the_score_above_counts_others(compared: Compared) -> None:
    versus = compared[0].versus
    assert versus is not None
    said = f"Before and now are of the {len(versus.comparison.cases)} cases compared; the score above is of all scored"
    assert versus.comparison.dropped
    assert deciding.flip_counts(versus).startswith(said)
    whole = replace(versus, comparison=replace(versus.comparison, only_b=(), dropped=(), changed=()))
    assert "Before and now" not in deciding.flip_counts(whole)


def test_the_page_nests_and_loads_nothing(compared: Compared) -> None:
    page = Page(render_html(compared[0], TEMPLATES))
    assert not page.open
    assert not {tag for tag, _ in page.tags} & {"script", "img", "link", "iframe"}
    assert sum(tag == "h1" for tag, _ in page.tags) == 1


def test_the_workbook_has_the_changes_as_numbers_and_every_flip(compared: Compared, tmp_path: Path) -> None:
    report, said, answer = compared
    export_report(report, tmp_path / "r.xlsx")
    book = load_workbook(tmp_path / "r.xlsx")
    rows = {row[0]: row[1:4] for row in book["Comparison"].iter_rows(values_only=True)}
    for name, key in (("balanced score", "balanced"), ("▲ over-cautious share", "over_cautious")):
        found = said["delta"][key]
        assert rows[name] == tuple(pytest.approx(found[end]) for end in ("value", "low", "high"))
    flips = list(book["Flips"].iter_rows(min_row=2, values_only=True))
    assert len(flips) == sum(n for kind, n in said["flips"].items() if kind not in ("n", "matrix", "unchanged"))
    assert flips[0][0] == "broken"
    gate_rows = [row[0] for row in book["Gate"].iter_rows(values_only=True) if row[1]]
    assert sum(str(row).startswith("✓") for row in gate_rows) == sum(r["answer"] == "pass" for r in answer["rules"])


def test_the_tables_of_responses_stay_those_of_the_run(compared: Compared, tmp_path: Path) -> None:
    report = compared[0]
    export_report(report, tmp_path / "r.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "r.csv").read_text(encoding="utf-8-sig"))))
    assert len(rows) == sum(len(case.responses) for case in report.cases)
