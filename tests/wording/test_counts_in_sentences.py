"""One case is one case: whatever the numbers, a sentence is one that a person would write.

Three ways: every sentence of the catalogue, what is said of runs of no, one and two cases, and the fixed words behind a
number in the modules that make such sentences.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from reviewer.core.actions import DEFAULT_SCALE
from reviewer.core.scoring.comparison import compare
from reviewer.core.scoring.computing import scorecard
from reviewer.core.scoring.credit import Observation
from reviewer.core.scoring.power import Decides
from reviewer.wording import decision, excuses
from reviewer.wording import score as score_words
from tests.core.test_comparison import observation
from tests.support.commands import CHECKOUT
from tests.wording.sentences_of_gates import gate_words
from tests.wording.test_sentence_catalogue import PAIRS, told

NOUNS = (
    *("actions", "cases", "changes", "comparisons", "decisions", "groups", "labels", "models", "others", "pairs"),
    *("people", "places", "repeats", "requests", "responses", "reviewers", "runs", "slices", "steps", "suites"),
    *("tags", "times", "trials", "verdicts", "versions"),
)
BETWEEN = "(?!of |the |to |has |no |says |what |uses |that )[a-z]+ "
PLURAL = rf"(?:{BETWEEN}){{0,2}}?(?:{'|'.join(NOUNS)})\b"
WRONG = {
    "one of many": re.compile(rf"(?<![\d.,/:+−-])(?<!to )\b1 {PLURAL}"),
    "one of them are": re.compile(rf"(?<![\d.,])\b1 of [\d,]+ {PLURAL} (?:are|were|have|hold)\b"),
    "two full stops": re.compile(r"(?<!\.)\.\.(?!\.)"),
    "a full stop after another sign": re.compile(r"[,;:]\.|\.;|\.,"),
    "a gap": re.compile(r"  | [,;.)](?!\d)|\( "),
    "what is no number": re.compile(r"\b(?:nan|inf|None)\b"),
}


def faults(said: str) -> list[str]:
    return [f"{name}: {match[0]!r} in {said!r}" for name, form in WRONG.items() if (match := form.search(said))]


def test_wrong_sentences_are_seen() -> None:
    wrong = (
        *("1 cases are shared", "1 new cases", "on 1 more cases", "1 of 3 responses are unscored"),
        *("…row..", "a score of nan", "it is , so", "no case.;"),
    )
    assert all(map(faults, wrong))
    right = (
        "1 of 3 responses is unscored",
        "11 cases",
        "1.1 cases",
        "5 to 1 comparisons …",
        "3 cases …",
        "0.1 repeats",
    )
    assert not any(map(faults, right))


@pytest.mark.parametrize("module", PAIRS, ids=lambda module: module.__name__)
def test_the_sentences_of_the_catalogue_are_well_formed(module: object) -> None:
    found = [line for pair in told(module) for said in pair for line in said.splitlines() if "\t" not in line]
    assert [fault for line in found for fault in faults(line)] == []


def runs_of(n: int, label: int | None) -> Iterator[list[Observation]]:
    """Runs of n cases: right, wrong, unscored, in a pair, twice the same and twice different."""
    labels = [label if label is not None else 4 * (number % 2) for number in range(n)]
    for said, pair, repeats in product(("right", "wrong", "unscored", "torn"), ("", "p"), (1, 2)):
        yield [
            replace(
                observation(f"c{number}", own, _action(said, own, repeat), repeat=repeat, pair=pair),
                tags=("incident",),
                reviewed=pair == "p",
            )
            for number, own in enumerate(labels)
            for repeat in range(1, repeats + 1)
        ]


def _action(said: str, label: int, repeat: int) -> int | None:
    if said == "unscored":
        return None
    return label if said == "right" or (said == "torn" and repeat == 1) else 4 - label


ASKED = {
    "minimum_balanced_score": 0.8,
    "minimum_skill": 0.1,
    "maximum_unscored_share": 0.1,
    "minimum_reviewed_share": 0.1,
    "minimum_alpha": 0.5,
    "minimum_slice_score": 0.5,
    "minimum_slice_cases": 1,
    "maximum_slice_loss": 0.05,
    "maximum_broken": 1,
    "protected_cases": ["c0"],
    "protected_tags": ["incident"],
    "no_trade": True,
    "forbidden_movement": ["moved:inward"],
}


@pytest.mark.parametrize(("n", "label"), [(0, None), (1, 0), (1, 4), (2, None), (2, 0)])
def test_what_is_said_of_hardly_any_cases_is_well_formed(n: int, label: int | None) -> None:
    found: list[str] = []
    runs = list(runs_of(n, label))
    for run in runs:
        card = scorecard(run, DEFAULT_SCALE)
        found += [score_words.summary(card, "v1"), score_words.bounds(card), score_words.review_state(card)]
        found += [*card.warnings, *excuses.page_one(card)]
    for a, b in (pair for apart in (0, 1, 5) for pair in zip(runs, runs[apart:] + runs[:apart], strict=True)):
        compared = compare(a, b, DEFAULT_SCALE)
        found += [decision.verdict("v1", "v2", compared), decision.basis("v1", "v2", compared), *compared.warnings]
        found += [compared.movement.sentence] if compared.movement else []
        found += gate_words(ASKED, b, a).splitlines()
    assert [fault for said in dict.fromkeys(found) for fault in faults(said)] == []


def test_what_would_decide_is_well_formed() -> None:
    for there, cases, repeats in product((0, 1, 2, 300), (1, 2, 100), (None, 2)):
        needed = Decides(0.5, cases, repeats, there)
        assert faults(needed.sentence) + faults(needed.smallest_sentence) == []


MAKERS = ("core/scoring", "wording", "app/figures", "report", "ui/score", "ui/compare", "ui/gate")
NEVER_ONE = re.compile(
    r"""^(?:
        [A-Z_]+                             # a constant of the program, which is larger
        | _?percent\(.*\)                    # a share
        | len\(names\) | len\(found\.names\) | len\(.*scale\)
    )$""",
    re.VERBOSE,
)
AT_LEAST_TWO = {
    ("agreement_words", "found.decided"),
    ("comparing", "c.n_shared"),
    ("comparison", "n[0]"),
    ("deciding", "needed.repeats"),
    ("decision", "found.n_shared"),
    ("gate", "len(own)"),
    ("paper", "stands.repeats"),
    ("pick_runs", "together"),
    ("power", "self.repeats"),
    ("states", "n"),
    ("suite_plan_words", "limit"),
    ("suite_plans", "self.repeats"),
    ("thresholds", "self.judged"),
    ("warnings", "max(sizes)"),
    ("warnings", "scored"),
}
"""Numbers that are said only where they are two or more: the words for one are beside them, or one cannot be."""


def _numbers() -> Iterator[tuple[str, str, str]]:
    """(module, what is put in, the words behind it) of every number before a noun in the plural."""
    words = re.compile(rf" {PLURAL}")
    for folder in MAKERS:
        for path in sorted((CHECKOUT / "reviewer" / folder).glob("*.py")):
            yield from _in(path, words)


def _in(path: Path, words: re.Pattern[str]) -> Iterator[tuple[str, str, str]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        for value, after in zip(node.values, node.values[1:], strict=False) if isinstance(node, ast.JoinedStr) else ():
            if isinstance(value, ast.FormattedValue) and isinstance(after, ast.Constant):
                behind = words.match(str(after.value))
                if behind and not re.search(r"\b(?:noun|counted|preview)\(", put := ast.unparse(value.value)):
                    yield path.stem, put, behind[0]


def test_a_number_before_a_noun_knows_singular_and_plural() -> None:
    found = {(module, put): words for module, put, words in _numbers() if not NEVER_ONE.match(put)}
    assert {each: words for each, words in found.items() if each not in AT_LEAST_TWO} == {}
    assert set(found) >= AT_LEAST_TWO, "an exception that is no longer needed"
