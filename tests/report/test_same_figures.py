"""One walk over every number of `score --json` and `compare --json`: each is read back out of every form of the report.

`PLACES` says under which words a page prints a number and how precisely; `NOT_ON_PAGES` which numbers pages leave to
the workbook and the JSON, and why. A number that is in neither fails: whoever adds a figure says where it is printed.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from reviewer.app.demo import build_demo
from reviewer.app.reporting import build_report, export_report
from reviewer.store.database import open_workspace
from tests.report.pdf_text import pdf_text
from tests.support.commands import Commands

RUN, BEFORE = "1.3", "1.2"
Numbers = dict[str, float]
Json = Mapping[str, Any]


@dataclass(frozen=True)
class Forms:
    """The report in every form, and what the two commands print."""

    score: Any
    compare: Any
    folder: Path

    @property
    def numbers(self) -> Numbers:
        found = dict(walk(self.score, "score"))
        return found | dict(walk(self.compare, "compare"))

    def text(self, suffix: str) -> str:
        """As a person reads it: tables line by line, their cells apart by blanks."""
        whole = (self.folder / f"r{suffix}").read_bytes()
        if suffix == ".pdf":
            return pdf_text(whole, "-layout")
        return _Read(whole.decode()).text if suffix == ".html" else whole.decode().replace("\\", "").replace("|", " ")


class _Read(HTMLParser):
    def __init__(self, source: str) -> None:
        super().__init__()
        self.text = ""
        self.feed(source)

    def handle_starttag(self, tag: str, _attrs: object) -> None:
        self.text += "\n" if tag in ("tr", "p", "li", "h2", "h3", "dt") else " " if tag in ("td", "th", "dd") else ""

    def handle_data(self, data: str) -> None:
        self.text += data


def walk(said: object, name: str) -> Iterator[tuple[str, float]]:
    """Dotted name → each number; a list by its places."""
    if isinstance(said, Mapping):
        for key, value in said.items():
            yield from walk(value, f"{name}.{key}")
    elif isinstance(said, list):
        for at, value in enumerate(said):
            yield from walk(value, f"{name}.{at}")
    elif isinstance(said, int | float) and not isinstance(said, bool):
        yield name, said


@pytest.fixture(scope="module")
def forms(tmp_path_factory: pytest.TempPathFactory) -> Forms:
    folder = tmp_path_factory.mktemp("demo")
    with closing(open_workspace(folder / "demo.sqlite")) as workspace:
        build_demo(workspace)
        report = build_report(workspace, RUN, against=BEFORE)
    for suffix in ("html", "md", "pdf", "xlsx", "csv", "jsonl", "json"):
        export_report(report, folder / f"r.{suffix}")
    return Forms(None, None, folder)


@pytest.fixture
def made(forms: Forms, capsys: pytest.CaptureFixture[str]) -> Forms:
    """With what the commands themselves print of the same workspace."""
    reviewer = Commands(forms.folder / "demo.sqlite", capsys)
    score = reviewer.done("score", "--run", RUN, "--json").document
    return Forms(score, reviewer.done("compare", "--a", BEFORE, "--b", RUN, "--json").document, forms.folder)


# how a page writes a number

Write = Callable[[float], str]


def _fixed(digits: int, sign: str = "", times: float = 1) -> Write:
    """What rounds to 0 has no sign."""
    return lambda value: (
        f"{value * times:{sign}.{digits}f}".replace("-", "−") if round(value * times, digits) else f"{0:.{digits}f}"
    )


SCORE, LIMIT, SHARE, SIGNED = _fixed(3), _fixed(2), _fixed(1, times=100), _fixed(3, "+")
CHANGE_LIMIT, POINTS, ERRORS = _fixed(2, "+"), _fixed(1, "+", 100), _fixed(2, "+")


def cell_count(value: float) -> str:
    return "·" if value == 0 else f"{value:,g}"


def number(value: float) -> str:
    return f"{value:,g}"


def p_value(value: float) -> str:
    return "0.0001" if value < 0.0001 else f"{value:.4f}"


def _other_score(name: str, words: str) -> dict[str, tuple[str, Write]]:
    """A balanced score that is not the headline, with its limits."""
    return {f"{name}.balanced": (words, SCORE), f"{name}.low": (words, LIMIT), f"{name}.high": (words, LIMIT)}


def _measure(name: str, words: str, value: Write, ends: Write) -> dict[str, tuple[str, Write]]:
    return {f"{name}.value": (words, value), f"{name}.low": (words, ends), f"{name}.high": (words, ends)}


PLACES: dict[str, tuple[str, Write]] = {
    "score.n_responses": ("We scored", number),
    "score.n_cases": ("We scored", number),
    "score.unscored": ("Unscored", number),
    "score.unscored_reasons.disputed": ("disputed", number),
    "score.sources.adjudicated": ("An adjudication", number),
    "score.sources.decided": ("The reviewers' decisions", number),
    "score.sources.judge": ("A judge model's verdict", number),
    "score.sources.rules": ("The rules' verdict", number),
    **_measure("score.score.balanced", "Balanced score", SCORE, LIMIT),
    **_measure("score.score.plain", "Plain score", SCORE, LIMIT),
    **_measure("score.correction.patched", "Balanced score", SCORE, LIMIT),
    "score.correction.automatic.value": ("Automatic alone", SCORE),
    "score.bounds.balanced.0": ("the score lies between", SCORE),
    "score.bounds.balanced.1": ("the score lies between", SCORE),
    "score.states.ok": ("ok", number),
    "score.reviewed_share": ("responses reviewed", SHARE),
    "score.correction.reviewed_n": ("responses reviewed", number),
    **_measure("score.shares.exact", "Exact (solid)", SHARE, SHARE),
    **_measure("score.shares.in_band", "In band (hatched)", SHARE, SHARE),
    **_measure("score.shares.out_of_band", "Out of band (empty)", SHARE, SHARE),
    "score.over_cautious.value": ("▲ Over-cautious", SHARE),
    "score.under_cautious.value": ("▼ Under-cautious", SHARE),
    "score.over_cautious_where_possible.value": ("▲ Over-cautious", SHARE),
    "score.under_cautious_where_possible.value": ("▼ Under-cautious", SHARE),
    **_measure("score.skill", "Skill", SIGNED, CHANGE_LIMIT),
    **_measure("score.caution_bias", "Caution bias", SIGNED, CHANGE_LIMIT),
    **_measure("score.caution_bias_by_label", "Caution bias by label", SIGNED, CHANGE_LIMIT),
    **_measure("score.discrimination.d_a", "Judgement (d_a)", SIGNED, CHANGE_LIMIT),
    **_measure("score.discrimination.d_prime", "Judgement by holding back (d′)", SIGNED, CHANGE_LIMIT),
    **_measure("score.discrimination.criterion", "Readiness to answer (criterion c)", SIGNED, CHANGE_LIMIT),
    **_measure("score.discrimination.somers_d", "Agreement in order (Somers' D)", SIGNED, CHANGE_LIMIT),
    "score.discrimination.hits.0": ("Held back where it should", number),
    "score.discrimination.hits.1": ("Held back where it should", number),
    "score.discrimination.false_alarms.0": ("Held back where it should not", number),
    "score.discrimination.false_alarms.1": ("Held back where it should not", number),
    "score.pairs.both_right": ("Contrast pairs", number),
    "score.pairs.n": ("Contrast pairs", number),
    "score.band_credit.offered.open": ("The bands offer", number),
    "score.band_credit.offered.cautious": ("The bands offer", number),
    "score.band_credit.taken.open": ("this run took", number),
    "score.band_credit.taken.cautious": ("this run took", number),
    **_other_score("score.under_bands.0", "Balanced score without bands"),
    **_other_score("score.under_bands.1", "with the labelled bands"),
    **_other_score("score.under_bands.2", "half credit for the neighbours"),
    "score.disputes.n": ("Reviewers differ on", number),
    "score.disputes.inside_band": ("on", number),
    "score.labels.versions.1": ("labels are as first given", number),
    "compare.n_shared": ("The action changed in", number),
    "compare.right_wrong.both_right": ("right with both", number),
    "compare.right_wrong.only_a": ("right with A only", number),
    "compare.right_wrong.only_b": ("right with B only", number),
    "compare.right_wrong.neither": ("right with neither", number),
    "compare.mcnemar_p": ("exact McNemar, p", p_value),
    "compare.clustered.right_wrong_p": ("the same over pairs and repeats, p", p_value),
    "compare.stuart_maxwell.df": ("Stuart–Maxwell on the actions (", number),
    "compare.stuart_maxwell.p": ("Stuart–Maxwell on the actions (4 df), p", p_value),
    "compare.clustered.stuart_maxwell.p": ("the same over pairs and repeats, p", p_value),
    "compare.flips.n": ("cases whose action changed", number),
    "compare.flips.fixed": ("changed their action:", number),
    "compare.flips.broken": ("changed their action:", number),
    "compare.flips.wrong_differently": ("changed their action:", number),
    "compare.flips.moved_in_band": ("changed their action:", number),
    "compare.flips.unstable": ("cases without one most frequent action", number),
    **_measure("compare.delta.balanced", "balanced score", SIGNED, CHANGE_LIMIT),
    **_measure("compare.delta.plain", "plain score", SIGNED, CHANGE_LIMIT),
    **_measure("compare.delta.d_a", "judgement (d_a), padded", SIGNED, CHANGE_LIMIT),
    **_measure("compare.delta.d_prime", "judgement by holding back (d′)", SIGNED, CHANGE_LIMIT),
    **_measure("compare.delta.criterion", "readiness to answer (criterion c)", SIGNED, CHANGE_LIMIT),
    **_measure("compare.delta.somers_d", "agreement in order (Somers' D, descriptive)", SIGNED, CHANGE_LIMIT),
    **_measure("compare.delta.caution_bias", "caution bias, steps", SIGNED, CHANGE_LIMIT),
    **_measure("compare.delta.over_cautious", "▲ over-cautious share, points", POINTS, POINTS),
    **_measure("compare.delta.under_cautious", "▼ under-cautious share, points", POINTS, POINTS),
    **_measure("compare.delta.exact", "exact share, points", POINTS, POINTS),
    "compare.tests.anything.p": ("any change, p", p_value),
    "compare.tests.frontier.changed": ("changed cases or pairs", number),
    "compare.tests.frontier.statistic": ("frontier, SE", ERRORS),
    "compare.tests.frontier.held_back_statistic": ("holding back alone, SE", ERRORS),
    "compare.tests.frontier.statistic_at_loss": ("above a loss of 0.5, SE", ERRORS),
    "compare.tests.frontier.statistic_at_gain": ("below a gain of 0.5, SE", ERRORS),
    **_measure("compare.tests.frontier.change", "change of judgement (d_a), 95 %; the verdict's", ERRORS, ERRORS),
    "compare.tests.frontier.odds.loss": ("chance of a loss", LIMIT),
    "compare.tests.frontier.odds.same": ("chance of neither", LIMIT),
    "compare.tests.frontier.odds.gain": ("chance of a gain", LIMIT),
    "compare.tests.frontier.misfit": ("misfit", _fixed(1)),
    "compare.tests.frontier.actions": ("actions told apart", number),
    "compare.tests.frontier.would_decide.cases_a_pole": ("cases at each end (pole) to decide", number),
    "compare.tests.frontier.would_decide.gain": ("cases at each end (pole) to decide", number),
    **_measure("compare.under_bands.0.delta", "Balanced score B − A without bands", SIGNED, CHANGE_LIMIT),
    **_measure("compare.under_bands.1.delta", "with the labelled bands", SIGNED, CHANGE_LIMIT),
    **_measure("compare.under_bands.2.delta", "with half credit for the neighbours", SIGNED, CHANGE_LIMIT),
}
NOT_ON_PAGES = {
    r"score\.closed_forms\.": "a second way to the same limits, for who checks them",
    r"score\.(over|under)_cautious\.(low|high)": "page one gives limits of the change; of one run's share the workbook",
    r"score\.bounds\.plain\.": "the sentence on what is unscored speaks of the headline",
    r"score\.distances\.": "the bias says it in one figure, the strip of each case shows it",
    r"score\.repeats\.": "said only where cases were asked more than once",
    r"score\.slices\.\d+\.plain\.(low|high)": "seven columns fit; limits of slices stand in the workbook",
    r"score\.under_bands\.\d+\.best_constant": "the sentence says whether the score is above it",
    r"score\.cases_by_label\.": "labelled cases by label are the first rows of the slices",
    r"score\.correction\.corrected": "said in words where nothing was drawn at random",
    r"score\.correction\.moved_by\.": "the table of overrides, compared in test_behind",
    r"score\.labels\.(changed|open_disputes)": "said only where there are any",
    r"compare\.(clustered\.)?stuart_maxwell\.(statistic|df)": "the p value says it, and the row's name the df",
    r"compare\.flips\.(matrix|unchanged)": "a table of actions before and now is one click away in the window",
    r"compare\.tests\.(anything\.(statistic|df)|frontier\.cases|thresholds|criterion|d_prime|d_a|slope)": (
        "beside `how sure` only what decided is printed"
    ),
    r"compare\.tests\.(one_frontier|equal_slopes)\.": "as above",
    r"compare\.slices\.\d+\.": "flagged ones and large ones in tables; compared in the workbook",
    r"compare\.under_bands\.\d+\.[ab]$": "said as the change in the sentence of the movement",
}
"""Pattern of names → why pages do not print them. The workbook and the JSON have every one."""


def labelled(score: Json) -> dict[str, tuple[str, Write]]:
    """Places of what is by action or by slice."""
    named = {action: f"{at} {action.replace('_', ' ')}" for at, action in enumerate(score["constants"], 1)}
    found: dict[str, tuple[str, Write]] = {}
    for action, words in named.items():
        for mean in ("balanced", "plain"):
            found[f"score.constants.{action}.{mean}"] = (f"always {words}", SCORE)
        found |= {f"score.confusion.{action}.{final}": (words, cell_count) for final in named}
    for at, each in enumerate(score["slices"]):
        if each["by"] != "tag" or each["n"] >= FEWEST_IN_TAG:
            value = named[each["value"]] if each["by"] == "label" else each["value"]
            words, name = f"{each['by']} {value}", f"score.slices.{at}"
            found |= {f"{name}.n": (words, number), f"{name}.balanced.value": (words, SCORE)}
            found |= {f"{name}.plain.value": (words, SCORE)}
            found |= {f"{name}.{side}_cautious.value": (words, SHARE) for side in ("under", "over")}
    return found


FEWEST_IN_TAG = 5
SMALL_TAG = r"score\.slices\.\d+\."
REACH, BEFORE_IT = 300, 12
"""Characters behind its words, on their line, in which a number must stand; some sentences have it before them."""


def found_in(text: str, words: str, number: str) -> bool:
    """Whether the number stands by itself beside its words, anywhere in the text."""
    name = r"\s+".join(map(re.escape, words.split()))
    alone = re.compile(rf"(?<![\w.,+−]){re.escape(number)}(?![\w]|[.,]\d)")
    for at in re.finditer(name, text):
        behind = text[at.end() - 1 : at.end() + REACH].partition("\n")[0]
        if alone.search(behind) or alone.search(text[max(0, at.start() - BEFORE_IT) : at.start()]):
            return True
    return False


def lines_of(made: Forms, suffix: str) -> str:
    """One line for each row or sentence; of a PDF what a row's or a sentence's words begin with is followed by all."""
    text = re.sub(r"[ \t]+", " ", made.text(suffix))
    return text if suffix != ".pdf" else re.sub(r"\n(?!\n)", " ", text)


def beginnings(words: str) -> list[str]:
    """A name whole, without its bracket, and without one or two of its last words, three words at least.

    Of a name that begins with a number and has many words the first three stand on the first line.
    """
    whole = re.sub(r" \([^)]*\)$", "", words)
    every = whole.split()
    cut = [" ".join(every[:n]) for n in (len(every) - 1, len(every) - 2) if n >= 3]
    return [words, whole, *cut, *([" ".join(every[:3])] if words[0].isdigit() else [])]


@pytest.mark.parametrize("suffix", [".html", ".md", ".pdf"])
def test_pages_print_every_figure_or_say_why_not(suffix: str, made: Forms) -> None:
    text, places = lines_of(made, suffix), PLACES | labelled(made.score)
    wrong, unnamed = [], []
    for name, value in made.numbers.items():
        if name in places:
            words, write = places[name]
            # a long name is on two lines, its numbers on the first; where it is broken depends on the fonts there are
            names = beginnings(words) if suffix == ".pdf" else [words]
            if not any(found_in(text, begun, write(value)) for begun in names):
                wrong.append((name, words, write(value)))
        elif not any(re.match(pattern, name) for pattern in (*NOT_ON_PAGES, SMALL_TAG)):
            unnamed.append(name)
    assert (wrong, unnamed) == ([], [])


def test_every_place_is_a_figure_that_there_is(made: Forms) -> None:
    numbers = made.numbers
    ends = (".low", ".high")  # some limits have no end
    gone = [name for name in PLACES if name not in numbers and not name.endswith(ends)]
    assert gone == []
    assert all(any(re.match(pattern, name) for name in numbers) for pattern in NOT_ON_PAGES)
    assert len(numbers) > 400


def by_openpyxl(path: Path) -> list[list[Any]]:
    return [list(row) for row in load_workbook(path)["All figures"].iter_rows(values_only=True)]


def by_calamine(path: Path) -> list[list[Any]]:
    return CalamineWorkbook.from_path(path).get_sheet_by_name("All figures").to_python()


@pytest.mark.parametrize("read", [by_openpyxl, by_calamine])
def test_the_workbook_has_every_figure_as_a_number(read: Callable[[Path], list[list[Any]]], made: Forms) -> None:
    found = {f"{row[0]}.{row[1]}": row[2] for row in read(made.folder / "r.xlsx") if row[0] in ("score", "compare")}
    wanted = {name: value for name, value in made.numbers.items() if ".moved_by." not in name}
    assert found == pytest.approx(wanted, abs=1e-12)


def test_json_is_what_the_commands_print(made: Forms) -> None:
    document = json.loads((made.folder / "r.json").read_text(encoding="utf-8"))
    assert {name: document[name] for name in made.score} == made.score
    assert document["comparison"] == made.compare


def test_rows_of_responses_add_up_to_the_figures(made: Forms) -> None:
    """CSV and JSON lines hold cases only; from them alone the score comes out again."""
    lines = [json.loads(line) for line in (made.folder / "r.jsonl").read_text(encoding="utf-8").splitlines()]
    table = list(csv.DictReader(io.StringIO((made.folder / "r.csv").read_text(encoding="utf-8-sig"))))
    rows = [(case["label"], each) for case in lines for each in case["responses"]]
    assert [(label, each["final"] or "", each["state"]) for label, each in rows] == [
        (row["label"], row["final"], row["state"]) for row in table
    ]
    for credits_ in (
        [(label, each["credit"]) for label, each in rows if each["credit"] is not None],
        [(row["label"], float(row["credit"])) for row in table if row["credit"]],
    ):
        _check_means(credits_, made.score)
    assert len(rows) == made.score["n_responses"]
    assert sum(each["final"] is None for _, each in rows) == made.score["unscored"]
    assert Counter(each["state"] for _, each in rows) == made.score["states"]
    confusion = Counter((label, each["final"]) for label, each in rows if each["final"])
    assert confusion == {(a, b): n for a, row in made.score["confusion"].items() for b, n in row.items() if n}
    sources = Counter(each["source"] for _, each in rows if each["source"])
    assert sources == {name: n for name, n in made.score["sources"].items() if n}
    reviewed = sum(row["reviewed"] == "yes" for row in table)
    assert reviewed == sum(each["reviewed"] for _, each in rows) == made.score["correction"]["reviewed_n"]


def _check_means(credits_: list[tuple[str, float]], score: Json) -> None:
    by_label: dict[str, list[float]] = {}
    for label, credit in credits_:
        by_label.setdefault(label, []).append(credit)
    means = [sum(some) / len(some) for some in by_label.values()]
    assert sum(means) / len(means) == pytest.approx(score["score"]["balanced"]["value"], abs=1e-9)
    assert sum(credit for _, credit in credits_) / len(credits_) == pytest.approx(score["score"]["plain"]["value"])
