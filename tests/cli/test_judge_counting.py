"""`judge`: whose verdicts count, and what a judge is sent: measured, admitted, cut, warned of."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.commands import Commands, Outcome, case_file, lines, response_file
from tests.support.judges import always, good, prompt_of
from tests.support.loopback import LoopbackServer


def judges(commands: Commands, run: str) -> list[dict[str, object]]:
    found = commands.done("score", "--run", run, "--json").document["judges"]
    assert isinstance(found, list)
    return found


def sources(commands: Commands, run: str = "v1") -> dict[str, int]:
    found = commands.done("score", "--run", run, "--json").document["sources"]
    assert isinstance(found, dict)
    return found


def not_admitted(commands: Commands, server: LoopbackServer, *more: object, run: str = "v1") -> Outcome:
    address = ("--base-url", server.base_url, "--model", "judge-1", "--max-attempts", 1)
    return commands("judge", "--run", run, *address, *more)


def test_a_judge_that_was_measured_on_nothing_is_shown_and_not_counted(
    filled: Commands, server: LoopbackServer
) -> None:
    server.default = always("refuse")
    outcome = not_admitted(filled, server)
    assert outcome.status == 0
    assert "6 verdicts" in outcome.out
    assert "Its verdicts are kept and shown, and not counted. There is nothing to measure the judge on" in outcome.out
    assert "--admit" in outcome.out
    assert sources(filled) == {"adjudicated": 0, "decided": 0, "judge": 0, "rules": 6}
    counted = not_admitted(filled, server, "--admit", "measured elsewhere", "--reviewer", "ana", "--json")
    admission = counted.document["admission"]
    assert isinstance(admission, dict)
    assert (admission["counted"], admission["why"], admission["by"], admission["reason"]) == (
        True,
        "person",
        "ana",
        "measured elsewhere",
    )
    assert len(server.completions) == 6
    assert sources(filled)["judge"] == 6
    assert "A word is given and taken back" in not_admitted(filled, server, "--admit", "so", "--no-admit").refused()
    taken_back = not_admitted(filled, server, "--no-admit", "--json").document["admission"]
    assert isinstance(taken_back, dict)
    assert (taken_back["counted"], taken_back["by"], taken_back["reason"]) == (False, None, None)
    assert sources(filled)["judge"] == 0


@pytest.fixture
def decided(filled: Commands, tmp_path: Path) -> Commands:
    """Beside `v1` a control suite with a frozen run of 40 responses that ana decided, half of them refusals."""
    cases = case_file(tmp_path, 40, "control.jsonl")
    filled.done("import", cases, "--suite", "control")
    texts = [f"I cannot do {n:02}." if n % 2 else f"Here is {n:02}." for n in range(40)]
    responses = ({"case": f"c{n:02}", "run": "frozen", "text": text} for n, text in enumerate(texts))
    filled.done("import", lines(tmp_path / "frozen.jsonl", responses), "--suite", "control")
    said = (
        {
            "case": f"c{n:02}",
            "run": "frozen",
            "reviewer": "ana",
            "action": "refuse" if n % 2 else "answer",
            "at": "2026-01-01T00:00:00Z",
        }
        for n in range(40)
    )
    filled.done("import", lines(tmp_path / "decisions.jsonl", said), "--suite", "control")
    return filled


def test_a_judge_that_reads_a_decided_control_set_well_is_admitted(decided: Commands, server: LoopbackServer) -> None:
    server.default = good
    outcome = not_admitted(decided, server, "--control-set", "control", "--json")
    admission = outcome.document["admission"]
    assert isinstance(admission, dict)
    assert (outcome.status, admission["counted"], admission["why"]) == (0, True, "measured")
    assert (admission["measured"]["held_back"]["right"], admission["measured"]["given"]["n"]) == (20, 20)
    assert sources(decided)["judge"] == 6
    assert "20 of 20 (95 % limits 0.83 to 1.00)" in str(judges(decided, "v1"))


def test_a_judge_that_reads_it_badly_is_not_and_a_higher_bar_is_not_reached(
    decided: Commands, server: LoopbackServer
) -> None:
    server.default = always("answer")
    bad = not_admitted(decided, server, "--control-set", "control")
    assert "0 of 20 (95 % limits 0.00 to 0.17) so" in bad.out
    assert "do not both reach the bar of 0.8" in bad.out
    assert sources(decided)["judge"] == 0
    server.default = good
    again = ("--seed", 4, "--control-set", "control", "--bar", 0.9, "--json")
    high = not_admitted(decided, server, *again).document["admission"]
    assert isinstance(high, dict)
    assert (high["counted"], high["why"]) == (False, "below_the_bar")
    assert "--bar" not in not_admitted(decided, server, "--bar", 2).out
    assert "bar for judges is 2" in not_admitted(decided, server, "--bar", 2).refused()


def test_decisions_made_later_admit_a_judge_without_asking_it_again(
    tmp_path: Path, filled: Commands, server: LoopbackServer
) -> None:
    """Half of the reviewers' own decisions measures, whichever run they are on."""
    filled.done("import", case_file(tmp_path, 90, "many.jsonl"), "--suite", "many")
    texts = [f"I cannot do {n:02}." if n % 2 else f"Here is {n:02}." for n in range(90)]
    responses = ({"case": f"c{n:02}", "run": "big", "text": text} for n, text in enumerate(texts))
    filled.done("import", lines(tmp_path / "big.jsonl", responses), "--suite", "many")
    server.default = good
    assert "not counted" in not_admitted(filled, server, run="big").out
    asked = len(server.completions)
    said = (
        {"case": f"c{n:02}", "run": "big", "reviewer": "ana", "action": "refuse" if n % 2 else "answer"}
        for n in range(90)
    )
    filled.done("import", lines(tmp_path / "said.jsonl", said), "--suite", "many")
    outcome = not_admitted(filled, server, "--json", run="big")
    admission = outcome.document["admission"]
    assert isinstance(admission, dict)
    found = admission["measured"]
    assert (admission["why"], found["held_back"]["n"] + found["given"]["n"] + found["for_wording"]) == ("measured", 90)
    assert 30 < found["for_wording"] < 60
    assert len(server.completions) == asked


def test_long_texts_are_sent_in_part_and_that_is_said(filled: Commands, server: LoopbackServer, tmp_path: Path) -> None:
    text = "Here is the beginning. " + "word " * 20_000 + "And this is the end."
    filled.done("import", case_file(tmp_path, 1, "one.jsonl"), "--suite", "one")
    filled.done("import", lines(tmp_path / "r.jsonl", [{"case": "c00", "run": "long", "text": text}]), "--suite", "one")
    server.default = good
    outcome = not_admitted(filled, server, "--most-characters", 1_000, run="long")
    assert outcome.status == 0
    assert "1 text longer than 1,000 characters is sent in part" in outcome.err
    sent = prompt_of(server.completions[0]).response
    assert sent.startswith("Here is the beginning.")
    assert sent.endswith("And this is the end.")
    assert f"[… {len(text) - 1_000:,} characters left out …]" in sent
    with closing(sqlite3.connect(filled.workspace)) as connection:
        ((reason,),) = connection.execute("SELECT reason FROM verdict WHERE source = 'judge'").fetchall()
    assert f"not shown {len(text) - 1_000:,} characters of the response" in reason


def test_a_judge_of_the_same_family_is_warned_of(filled: Commands, server: LoopbackServer, tmp_path: Path) -> None:
    filled.done("import", case_file(tmp_path, 1, "one.jsonl"), "--suite", "one")
    line = {"case": "c00", "run": "theirs", "text": "Here.", "model": "gpt-4o-mini"}
    filled.done("import", lines(tmp_path / "r.jsonl", [line]), "--suite", "one")
    address = ("--base-url", server.base_url, "--dry-run")
    assert "of the gpt family" in filled("judge", "--run", "theirs", "--model", "azure/gpt-4.1", *address).err
    assert "family" not in filled("judge", "--run", "theirs", "--model", "claude-3-haiku", *address).err


def test_what_is_not_counted_here_is_not_counted_where_it_is_imported(
    filled: Commands, server: LoopbackServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.default = always("refuse")
    not_admitted(filled, server)
    judged = tmp_path / "verdicts.jsonl"
    filled.done("export", "--what", "verdicts", "--run", "v1", "--out", judged)
    other = Commands(tmp_path / "other.sqlite", capsys)
    other.done("import", case_file(tmp_path), response_file(tmp_path))
    other.done("import", judged)
    assert sources(other) == {"adjudicated": 0, "decided": 0, "judge": 0, "rules": 6}
    not_admitted(filled, server, "--admit", "measured elsewhere", "--reviewer", "ana")
    judged = tmp_path / "counted.jsonl"
    filled.done("export", "--what", "verdicts", "--run", "v1", "--out", judged)
    third = Commands(tmp_path / "third.sqlite", capsys)
    third.done("import", case_file(tmp_path), response_file(tmp_path))
    third.done("import", judged)
    assert sources(third)["judge"] == 6
