"""TOML of any kind is read or refused at once, however it is made."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.core.toml_text import MOST_CHARACTERS, parse_toml

DEEP = {
    "lists": "a = " + "[" * 100_000,
    "lists that end": "a = " + "[" * 200 + "]" * 200,
    "tables": "a = " + "{a = " * 5_000,
    "dotted key": "a" + ".a" * 100_000 + " = 1",
    "dotted heading": "[" + "a." * 100_000 + "a]",
    "dotted in parts": "[" + "a." * 40 + "a]\n" + "a." * 40 + "a = 1",
    "quoted keys": '["a"' + ' . "a"' * 50_000 + "]",
}


@pytest.mark.parametrize("name", DEEP)
def test_what_nests_without_end_is_refused(name: str) -> None:
    assert parse_toml(DEEP[name]) == "it is nested too deeply"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a = 1\na = 2", "Cannot overwrite a value"),
        ("a = " + "9" * 10_000, "Exceeds the limit"),
        ("#" * (MOST_CHARACTERS + 1), "it has more than 1,000,000 characters"),
        ('a = "\ud800', "Unterminated string"),
    ],
)
def test_the_reason_is_said(text: str, why: str) -> None:
    found = parse_toml(text)

    assert isinstance(found, str)
    assert found.startswith(why)


def test_texts_may_hold_dots() -> None:
    assert parse_toml(f'a = "{"." * 500}"\nb.c = [1, {{d = 2}}]') == {"a": "." * 500, "b": {"c": [1, {"d": 2}]}}


@given(text=st.text(max_size=60) | st.text("ab.=[]{}\"'\n#,1-:T\\", max_size=60))
def test_any_text_is_a_table_or_a_reason(text: str) -> None:
    assert parse_toml(text) != ""
