"""Short sentences in eighteen languages: refusals, questions, answers and warnings that use a program's words are
responses, and a program's own plain sentence is none.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from reviewer.core.no_response import no_response
from reviewer.core.plain_faults import is_plain_fault
from tests.support.counted_work import lines_run

Row = Mapping[str, Any]
ROWS: list[Row] = [
    json.loads(line)
    for line in (Path(__file__).parent / "short_texts_abroad.jsonl").read_text(encoding="utf-8").splitlines()
]


@pytest.mark.parametrize("row", [pytest.param(row, id=f"{row['language']}-{at}") for at, row in enumerate(ROWS)])
def test_a_short_text_is_told_from_a_fault(row: Row) -> None:
    assert (no_response(row["text"], row["request"]) is None) is row["is_response"]


@pytest.mark.parametrize("row", [pytest.param(row, id=f"{row['language']}-{at}") for at, row in enumerate(ROWS)])
def test_a_fault_stays_one_beside_a_request_for_something_else(row: Row) -> None:
    if not row["is_response"]:
        assert no_response(row["text"], "Recommend three novels about the sea.") is not None


@pytest.mark.parametrize(
    ("request_text", "text"),
    [
        ("Wie heißt es, wenn ein Server zu lange braucht?", "Zeitüberschreitung"),
        ("What is the error called?", "Timeout"),
        ("Why do I get 429?", "Too many requests: slow down, or wait for the time in the Retry-After header."),
        ("In German, how do you say 'zero'?", "null"),
        ("Give the ISO code of Namibia.", "NA"),
    ],
)
def test_what_something_is_called_is_a_response(request_text: str, text: str) -> None:
    assert no_response(text, request_text) is None


def test_an_article_makes_a_fault_an_answer() -> None:
    assert no_response("Server error") is not None
    assert no_response("A server error.") is None


@pytest.mark.parametrize("unit", ["server ", "serv", "a_b ", "fehler. ", "\u00a7"])
def test_words_are_looked_up_in_linear_work(unit: str) -> None:
    work = [lines_run(is_plain_fault, unit * count) for count in (4, 8)]
    assert work[1] <= 2.5 * work[0] + 100
