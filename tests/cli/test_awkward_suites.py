"""Suites of awkward shape on the command line: nothing breaks, and no sentence says what it cannot."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pytest

from reviewer.core.actions import ActionId
from reviewer.core.cases import Case
from reviewer.store.database import open_workspace
from reviewer.store.facts.runs import Classified
from tests.support.builders import ANSWER, CAVEAT, REFUSE, make_case, make_response, make_run, make_suite, make_verdict
from tests.support.commands import Commands
from tests.support.effort import often
from tests.wording.test_counts_in_sentences import faults

POLICY = """
minimum_balanced_score = 0.6
minimum_skill = 0.1
maximum_unscored_share = 0.1
minimum_slice_score = 0.5
minimum_slice_cases = 1
maximum_slice_loss = 0.05
maximum_broken = 1
protected_cases = ["c00"]
protected_tags = ["incident"]
no_trade = true
forbidden_movement = ["moved:inward"]
"""


@dataclass(frozen=True)
class Shape:
    """Cases by key → (label, what v1, v2 … did in each repeat, a letter of `ACTIONS` for each)."""

    name: str
    cases: Mapping[str, tuple[ActionId, Sequence[str]]]
    repeats: int = 1
    pair: int = 0
    suites: int = 1
    """Of how many suites the runs are, the cases the same."""


ACTIONS = {"a": ANSWER, "c": CAVEAT, "r": REFUSE, ".": None}


def cases(*groups: tuple[ActionId, Sequence[str], int]) -> Mapping[str, tuple[ActionId, Sequence[str]]]:
    """So many cases of a label for each (label, what each version did in each repeat, number)."""
    found = [(label, said) for label, said, n in groups for _ in range(n)]
    return {f"c{number:02}": each for number, each in enumerate(found)}


SHAPES = (
    Shape("no case labelled refuse", cases((ANSWER, "aar", 12), (CAVEAT, "cac", 12))),
    Shape("one label only", cases((REFUSE, "rar", 8), (REFUSE, "arr", 5))),
    Shape("one pole unscored", cases((ANSWER, "aaa", 10), (REFUSE, "...", 10))),
    Shape("identical versions", cases((ANSWER, "aaa", 15), (ANSWER, "rrr", 5), (REFUSE, "rrr", 20))),
    Shape(
        "a version that becomes perfect",
        cases((ANSWER, "raa", 12), (ANSWER, "aaa", 40), (REFUSE, "arr", 12), (REFUSE, "rrr", 40)),
    ),
    Shape("hardly any errors, and then none", cases((ANSWER, "raa", 12), (ANSWER, "aaa", 20), (REFUSE, "rrr", 30))),
    Shape("always the same", cases((ANSWER, "rar", 10), (REFUSE, "rar", 10))),
    Shape("one case", cases((ANSWER, "ara", 1))),
    Shape("one case of each", cases((ANSWER, "ara", 1), (REFUSE, "rrr", 1))),
    Shape("two versions", cases((ANSWER, "ar", 9), (REFUSE, "rr", 9))),
    Shape("two suites", cases((ANSWER, "ara", 9), (REFUSE, "rra", 9)), suites=2),
    Shape("repeats", cases((ANSWER, "arararar", 6), (REFUSE, "rrrrraaa", 6)), repeats=4),
    Shape("pairs", cases((ANSWER, "aar", 6), (REFUSE, "rar", 6)), pair=2),
    Shape("all in one group", cases((ANSWER, "aar", 6), (REFUSE, "rar", 6)), pair=12),
    Shape("nothing scored", cases((ANSWER, "...", 4), (REFUSE, "...", 4))),
    Shape("one version unscored", cases((ANSWER, "a.a", 4), (REFUSE, "r.r", 4))),
    Shape("repeats in groups", cases((ANSWER, "aaararra", 6), (REFUSE, "rrararrr", 6)), repeats=4, pair=3),
    Shape("a swing", cases((ANSWER, "arara", 30), (REFUSE, "ararr", 30), (ANSWER, "aaaaa", 9), (REFUSE, "rrrrr", 9))),
)


def fill(reviewer: Commands, shape: Shape) -> list[str]:
    """The workspace of a shape; the names of its runs, all of which were begun at the same moment."""
    versions = max(len(said) for _, said in shape.cases.values()) // shape.repeats
    workspace = open_workspace(reviewer.workspace)
    stored = [_case(number, key, label, shape.pair) for number, (key, (label, _)) in enumerate(shape.cases.items())]
    suites = [make_suite(workspace, stored, f"Suite {n}") for n in range(shape.suites)]
    for version in range(versions):
        responses = [
            Classified(make_response(key, repeat=repeat + 1), (make_verdict(ACTIONS[said[place]]),))
            for key, (_, said) in shape.cases.items()
            for repeat, place in enumerate(range(version * shape.repeats, (version + 1) * shape.repeats))
        ]
        make_run(workspace, suites[version % shape.suites], responses, name=f"v{version + 1}", repeats=shape.repeats)
    workspace.close()
    return [f"v{version + 1}" for version in range(versions)]


def _case(number: int, key: str, label: ActionId, pair: int) -> Case:
    topic, tags = ("medical", "legal")[number % 2], ("incident",) if number % 3 == 0 else ()
    return make_case(key, label=label, category=topic, tags=tags, pair=f"p{number // pair}" if pair else "")


def _refuse(constant: str) -> float:
    raise AssertionError(f"{constant} is no JSON")


def check(reviewer: Commands, *words: object) -> None:
    """A command gives an answer or a refusal, never a crash; its document is strict JSON."""
    outcome = reviewer(*words)
    assert outcome.status in (0, 1, 2), outcome
    assert "Traceback" not in outcome.err
    assert "Usage: " not in outcome.err
    said = f"{outcome.out}\n{outcome.err}"
    assert not re.search(r"\b(?:nan|inf|None|NaN)\b", said), said
    if "--json" in words and outcome.out:
        json.loads(outcome.out, parse_constant=_refuse)
    # a table's columns stand two spaces apart
    sentences = [line for line in said.splitlines() if "  " not in line and "--json" not in words]
    assert [fault for line in sentences for fault in faults(line)] == []


@pytest.mark.parametrize("shape", SHAPES[:: often(2, 5)], ids=lambda shape: shape.name)
def test_every_command_answers_on_a_suite_of_awkward_shape(reviewer: Commands, shape: Shape) -> None:
    names = fill(reviewer, shape)
    policy = reviewer.workspace.with_name("policy.toml")
    policy.write_text(POLICY, encoding="utf-8")
    runs = [word for name in names for word in ("--run", name)]
    a, b = names[:2]
    check(reviewer, "score", "--run", b, "--json")
    for more in ((), ("--json",)):
        check(reviewer, "compare", "--a", a, "--b", b, *more)
    check(reviewer, "trend", *runs, "--by-slice", "--json")
    check(reviewer, "trend", *runs, "--models")
    check(reviewer, "gate", "--policy", policy, "--run", b, "--against", a)
    check(reviewer, "agreement", "--run", b)
    out = reviewer.workspace.with_name("report.md")
    reviewer.done("report", "--run", b, "--against", a, "--out", out)
    assert not re.search(r"(?<![-\w])(?:nan|NaN|inf|Infinity)(?![-\w])", out.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("name", "says", "never"),
    [
        ("identical versions", ["no change can be detected."], ["moved", "slid", "tells the two ends apart", "trade"]),
        ("a version that becomes perfect", ["It tells the two ends apart better", "higher by at least"], ["no change"]),
        ("no case labelled refuse", [], ["labelled refuse"]),
        ("one label only", ["shared cases are labelled “refuse”"], ["frontier", "held back 8"]),
        ("always the same", ["whatever is asked"], ["It tells the two ends apart", "It only turned the dial"]),
        ("nothing scored", ["nothing can be compared"], ["better", "worse"]),
        ("one version unscored", ["nothing can be compared"], ["better", "worse"]),
        ("one case of each", ["no change can be detected."], ["tells the two ends apart", "It only turned the dial"]),
        ("hardly any errors, and then none", ["12 fewer cases", "cannot be decided"], ["as much as A does"]),
    ],
)
def test_a_comparison_says_what_it_can_and_no_more(
    reviewer: Commands, name: str, says: Sequence[str], never: Sequence[str]
) -> None:
    shape = next(each for each in SHAPES if each.name == name)
    fill(reviewer, shape)
    sentence = reviewer.done("compare", "--a", "v1", "--b", "v2", "--json").document["sentence"]
    assert isinstance(sentence, str)
    for words in says:
        assert words in sentence
    for words in never:
        assert words not in sentence
