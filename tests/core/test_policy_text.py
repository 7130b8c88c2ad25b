"""A policy file is changed rule by rule: everything else in it stays, and what is wrong is found in its line."""

from __future__ import annotations

import re
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.core.scoring.policy import policy
from reviewer.core.scoring.policy_text import read_text, statements, with_value
from reviewer.host.paths import resources_folder

SAMPLE = (resources_folder().parent / "sample_cases" / "release-policy.toml").read_text("utf-8")
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=20)
VALUES = {
    "name": TEXTS,
    "minimum_balanced_score": st.floats(0, 1),
    "minimum_skill": st.floats(-1, 1),
    "maximum_broken": st.integers(0, 10**6),
    "no_trade": st.booleans(),
    "protected_cases": st.lists(TEXTS.filter(str.strip), max_size=4).map(lambda each: list(dict.fromkeys(each))),
    "undecided": st.sampled_from(["pass", "fail"]),
}
EDITS = st.one_of(*(st.tuples(st.just(key), st.none() | values) for key, values in VALUES.items()))


def comments(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip().startswith("#")]


@given(st.lists(EDITS, max_size=8))
def test_edits_say_what_is_meant_and_no_comment_is_lost(edits: list[tuple[str, object]]) -> None:
    text, wanted = SAMPLE, tomllib.loads(SAMPLE)
    for key, value in edits:
        text = with_value(text, key, value)
        wanted = {**wanted, key: value} if value is not None else {k: v for k, v in wanted.items() if k != key}
        assert tomllib.loads(text) == wanted
    assert set(comments(SAMPLE)) <= set(comments(text))


def test_only_the_lines_of_the_rule_change() -> None:
    text = with_value(SAMPLE, "minimum_skill", 0.25)
    before, after = SAMPLE.split("\n"), text.split("\n")
    assert [(a, b) for a, b in zip(before, after, strict=True) if a != b] == [
        ("minimum_skill = 0.15", "minimum_skill = 0.25")
    ]


def test_a_new_rule_comes_behind_the_comment_that_shows_it() -> None:
    lines = with_value(SAMPLE, "maximum_broken", 3).split("\n")
    assert lines[lines.index("# maximum_broken = 5") + 1] == "maximum_broken = 3"


@pytest.mark.parametrize(
    ("text", "key", "value", "wanted"),
    [
        ("", "no_trade", True, "no_trade = true\n"),
        ("no_trade = true # why\n", "no_trade", False, "no_trade = false # why\n"),
        ("no_trade = true # why\n", "no_trade", None, "# why\n"),
        ('name = "a # b" # c', "name", "d", 'name = "d" # c'),
        ("no_oscillation = true\n", "no_trade", False, "no_oscillation = false\n"),
        ('protected_tags = [\n  "a", # one\n  "b",\n] # all\nno_trade = true', "protected_tags", ["c"],
         '# one\nprotected_tags = ["c"] # all\nno_trade = true'),
        ('name = """\nno_trade = 1\n"""\n', "no_trade", True, 'name = """\nno_trade = 1\n"""\nno_trade = true\n'),
        ("# no_trade = false\n\nname = 'x'\n", "no_trade", True, "# no_trade = false\nno_trade = true\n\nname = 'x'\n"),
    ],
)  # fmt: skip
def test_a_rule_is_changed_where_it_stands(text: str, key: str, value: object, wanted: str) -> None:
    assert with_value(text, key, value) == wanted


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ('name = "x"\nno_trade = tru\n', 2, "not TOML"),
        ("name = \"x\"\n\n\nprotected_cases = ['a',\n", 5, "not TOML"),
        ("# one\nminimum_skill = 3\n", 2, "minimum_skill is 3"),
        ("# one\n\nmin_skill = 0.3\n", 3, "a rule 'min_skill' that does not exist"),
        ("no_trade = true\n\nno_oscillation = true\n", 3, "which are one rule"),
        ('required_movement = ["slid"]\nforbidden_movement = ["slid"]\n', 2, "requires and forbids slid"),
        ("[rules]\nno_trade = true\n", 0, "a rule 'rules'"),
        ("a = 1\na = 2\n", 2, "not TOML"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, line: int, said: str) -> None:
    found = read_text(text)
    assert found.policy is None
    assert found.problem is not None
    assert found.problem.line == line
    assert said in found.problem.sentence


@given(st.text(max_size=80))
def test_no_text_is_a_fault_of_the_program(text: str) -> None:
    found = read_text(text)
    assert (found.policy is None) == (found.problem is not None)


def test_a_good_text_is_its_policy() -> None:
    found = read_text(SAMPLE)
    assert found.policy == policy(tomllib.loads(SAMPLE))
    assert [each.key for each in statements(SAMPLE)] == re.findall(r"^(\w+) =", SAMPLE, re.MULTILINE)


def test_what_is_far_too_long_is_no_policy() -> None:
    assert "longer than a policy" in str(read_text("#" * 100_000).problem)
