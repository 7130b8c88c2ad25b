"""A name or a text from a file cannot make a terminal do anything."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.wording.terminal import shown, shown_in_json, shown_in_line
from tests.support.commands import Commands

OBEYED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ufeff\U000e0000-\U000e0fff]"
)
EVIL = "x\x1b]0;owned\x07\x1b[2J\x9b31m\u202egpj\u2066\U000e0041\r\x08\u2028"


def hostile_files(folder: Path) -> list[Path]:
    cases = folder / "cases.jsonl"
    suite = {"suite": {"name": f"suite {EVIL}", "version": f"1{EVIL}", "guideline": EVIL, "description": EVIL}}
    rows = [
        {
            "key": f"k{number}",
            "prompt": f"{EVIL} {number}?",
            "label": "answer" if number % 2 else "refuse",
            "category": f"c{EVIL}",
            "tags": [f"t{EVIL}"],
            "rationale": EVIL,
            "source": EVIL,
            "licence": EVIL,
        }
        for number in range(6)
    ]
    cases.write_text("".join(json.dumps(row) + "\n" for row in (suite, *rows)))
    files = [cases]
    for run in ("a", "b"):
        responses = folder / f"{run}.jsonl"
        lines = [
            {
                "case": f"k{number}",
                "run": f"{run}{EVIL}",
                "text": f"Yes {EVIL}, this is how. {run}",
                "model": f"m{EVIL}",
            }
            for number in range(6)
        ]
        responses.write_text("".join(json.dumps(line) + "\n" for line in lines))
        files.append(responses)
    return files


@pytest.fixture
def hostile(reviewer: Commands, tmp_path: Path) -> Commands:
    reviewer.done("import", *hostile_files(tmp_path))
    run = run_name(reviewer, "a")
    reviewer.done(
        "decide", "--run", run, "--case", "k1", "--action", "answer", "--reviewer", f"R{EVIL}", "--note", EVIL
    )
    reviewer.done("decide", "--run", run, "--case", "k1", "--action", "refuse", "--reviewer", "Other")
    return reviewer


def run_name(reviewer: Commands, first: str) -> str:
    runs = json.loads(reviewer.done("runs", "--json").out)
    return next(str(run["name"]) for run in runs["runs"] if run["name"].startswith(first))


def test_no_command_passes_on_what_a_terminal_obeys(hostile: Commands, tmp_path: Path) -> None:
    a, b = run_name(hostile, "a"), run_name(hostile, "b")
    suite = f"suite {EVIL}"
    commands = [
        ("runs",),
        ("suites",),
        ("score", "--run", a),
        ("compare", "--a", a, "--b", b),
        ("trend", a, b),
        ("agreement", "--run", a),
        ("adjudicate", "--list", "--run", a),
        ("case", "show", "--suite", suite, "k1"),
        ("dispute", "list"),
        ("threshold", "--run", a),
        ("doctor",),
        ("report", "--run", a, "--out", tmp_path / f"r{EVIL.replace('/', '')}.html"),
        ("export", "--what", "cases", "--suite", suite, "--out", tmp_path / "out.jsonl"),
        ("import", *hostile_files(tmp_path)),
        ("score", "--run", f"no such {EVIL}"),
        ("decide", "--run", a, "--case", f"none {EVIL}", "--action", EVIL),
        ("import", tmp_path / f"none {EVIL}"),
    ]
    said = ""
    for command in commands:
        for more in ((), ("--json",)):
            outcome = hostile(*command, *more)
            said += outcome.out
            assert OBEYED.findall(outcome.out + outcome.err) == [], (command, outcome)
    assert "\\x1b]0;owned" in said
    assert "\\u202e" in said


def test_json_still_says_the_same(hostile: Commands) -> None:
    assert EVIL in run_name(hostile, "a")


@given(st.text(st.characters(exclude_categories=())))
def test_a_shown_text_holds_nothing_that_is_obeyed(text: str) -> None:
    assert not OBEYED.search(shown(text))
    assert not re.search("[\n\t]", shown_in_line(text))
    assert shown(shown(text)) == shown(text)
    document = json.dumps({"text": text}, ensure_ascii=False)
    assert json.loads(shown_in_json(document)) == json.loads(document)
    assert not OBEYED.search(shown_in_json(document))


@pytest.mark.parametrize(
    "words", [("backup", EVIL), (EVIL,), ("runs", f"--{EVIL}"), ("decide", "--repeat", EVIL), ("bin", EVIL)]
)
def test_what_was_typed_wrongly_is_quoted_harmlessly(reviewer: Commands, words: tuple[str, ...]) -> None:
    done = reviewer(*words)
    assert done.status == 2
    assert "Error: " in done.err
    assert not OBEYED.search(done.out + done.err)
