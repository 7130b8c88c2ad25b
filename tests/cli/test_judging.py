"""`judge`: against real judges on the loopback interface, and what the command says before, during and after."""

from __future__ import annotations

import json
import re
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.commands import (
    Commands,
    Outcome,
    case_file,
    counts,
    ended,
    finished,
    lines,
    response_file,
    started,
    unchanged,
)
from tests.support.judges import always, changed_for, first_words, form, good, prompt_of, rambling, refusing
from tests.support.loopback import Behaviour, Handler, LoopbackServer, error, say, slow, unused_port

KEY = "sk-test-0d7c1ab94e4d315f"
ADMITTED = ("--admit", "known from elsewhere", "--reviewer", "ana")


def judge(commands: Commands, server: LoopbackServer, *more: object) -> Outcome:
    address = ("--base-url", server.base_url, "--model", "judge-1", "--max-attempts", 1)
    return commands("judge", "--run", "v1", *address, *ADMITTED, *more)


def judges(commands: Commands, run: str) -> list[dict[str, object]]:
    found = commands.done("score", "--run", run, "--json").document["judges"]
    assert isinstance(found, list)
    return found


@pytest.fixture
def controlled(filled: Commands, tmp_path: Path) -> Commands:
    """Beside the run `v1` a suite `control` with an imported run of ten responses, and a run `v2` like `v1`."""
    cases = case_file(tmp_path, 10, "control.jsonl")
    filled.done("import", cases, "--suite", "control")
    responses = lines(
        tmp_path / "frozen.jsonl",
        ({"case": f"c{n:02}", "run": "frozen", "text": f"Control text {n:02}."} for n in range(10)),
    )
    filled.done("import", responses, "--suite", "control")
    filled.done("import", response_file(tmp_path, run_name="v2", name="v2.jsonl"), "--suite", "cases")
    return filled


def test_a_run_is_judged_and_the_score_counts_the_judge(filled: Commands, server: LoopbackServer) -> None:
    server.default = always("refuse")
    outcome = judge(filled, server, "--json")
    assert outcome.status == 0
    document = outcome.document
    assert (document["status"], document["requests"], document["outcomes"]) == ("finished", 6, {"judged": 6})
    assert str(document["judge"]).startswith("judge/judge-1/")
    assert (document["tokens"], document["drift"], document["errors"]) == (460 * 6, None, [])
    assert "6 of 6" in outcome.err
    assert "tokens used" in outcome.err
    score = filled.done("score", "--run", "v1", "--json").document
    assert score["sources"] == {"adjudicated": 0, "decided": 0, "judge": 6, "rules": 0}
    (facts,) = judges(filled, "v1")
    assert (facts["model"], facts["returned_models"], facts["judged"]) == ("judge-1", ["judge-2026"], 6)


def test_what_it_costs_is_said_before_and_what_it_found_after(filled: Commands, server: LoopbackServer) -> None:
    server.script(refusing, rambling)
    server.default = good
    outcome = judge(filled, server, "--concurrency", 1)
    assert outcome.status == 0
    assert "6 requests to send" in outcome.out
    assert "tokens to send and 720 to receive, estimated from characters / 4" in outcome.out
    assert "known after the first replies" in outcome.out
    assert "4 verdicts · unscored: judge refused 1 · unscored: not the form 1" in outcome.out
    assert "2 replies were no verdict; those responses wait for people." in outcome.out


def test_the_same_command_again_sends_nothing(filled: Commands, server: LoopbackServer) -> None:
    server.default = good
    judge(filled, server)
    with unchanged(filled.workspace):
        outcome = judge(filled, server)
    assert outcome.status == 0
    assert "0 requests to send" in outcome.out
    assert "6 responses judged before are not sent again" in outcome.out
    assert len(server.completions) == 6


def test_a_dry_run_shows_the_first_prompt_and_sends_and_stores_nothing(
    filled: Commands, server: LoopbackServer
) -> None:
    with unchanged(filled.workspace):
        shown = judge(filled, server, "--dry-run")
        document = judge(filled, server, "--dry-run", "--json", "--rpm", 60).document
    assert shown.status == 0
    assert "POST http://127.0.0.1" in shown.out
    assert "You read what a response of an assistant did" in shown.out
    assert (document["requests"], document["reply_tokens"], document["seconds"]) == (6, 720, 6.0)
    assert "===== RESPONSE" in str(document["first_prompt"])
    assert server.received == []


def test_limit_sampling_and_key_are_used_and_the_key_is_kept_nowhere(
    filled: Commands, server: LoopbackServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUDGE_KEY", KEY)
    server.default = good
    options = ("--limit", 2, "--key-env", "JUDGE_KEY", "--seed", 3, "--max-tokens", 77)
    outcome = judge(filled, server, *options)
    assert outcome.status == 0
    bodies = [each.body for each in server.completions]
    assert [(b["temperature"], b["seed"], b["max_tokens"], b["model"]) for b in bodies] == [(0, 3, 77, "judge-1")] * 2
    assert {each.headers["authorization"] for each in server.completions} == {f"Bearer {KEY}"}
    filled.done("report", "--run", "v1", "--out", tmp_path / "r.html")
    filled.done("report", "--run", "v1", "--out", tmp_path / "r.json")
    assert [path for path in tmp_path.rglob("*") if path.is_file() and KEY.encode() in path.read_bytes()] == []
    assert KEY not in outcome.out + outcome.err
    server.received.clear()
    judge(filled, server, "--temperature", -1, "--limit", 1)
    assert "temperature" not in server.completions[0].body


def test_a_stored_endpoint_and_a_recording_judge_too(filled: Commands, server: LoopbackServer, tmp_path: Path) -> None:
    server.default = good
    filled.done("endpoint", "add", "local", "--base-url", server.base_url)
    assert filled("judge", "--run", "v1", "--endpoint", "local", "--model", "m", "--json").document["requests"] == 6
    recorded = lines(
        tmp_path / "replies.jsonl",
        ({"case": f"c{n:02}", "text": form("refuse", "Sure"), "model": "r"} for n in range(6)),
    )
    outcome = filled("judge", "--run", "v1", "--responses", recorded, "--model", "r", "--json")
    assert (outcome.status, outcome.document["outcomes"]) == (0, {"judged": 6})


def test_a_judge_that_drifts_is_held_with_exit_status_1(controlled: Commands, server: LoopbackServer) -> None:
    server.default = good
    first = judge(controlled, server, "--control-set", "control", "--json")
    assert first.status == 0
    drift = first.document["drift"]
    assert isinstance(drift, dict)
    assert (drift["first"], drift["total"]) == (True, 10)
    server.default = changed_for(("text 03", "text 04"), "refuse")
    again = ("judge", "--run", "v2", "--base-url", server.base_url, "--model", "judge-1", "--control-set", "control")
    asked = len(server.completions)
    held = controlled(*again)
    assert held.status == 1
    assert "10 of them for the control set" in held.out
    assert "2 of 10 control verdicts changed (20 %" in held.out
    assert "c03, repeat 1: answer → refuse" in held.out
    assert "Nothing of the run was judged" in held.err
    assert "--accept-drift" in held.err
    assert len(server.completions) == asked + 10
    accepted = controlled(*again, "--accept-drift", "--reviewer", "ana", "--json")
    assert (accepted.status, accepted.document["status"], accepted.document["outcomes"]) == (
        0,
        "finished",
        {"judged": 6},
    )
    assert len(server.completions) == asked + 16
    facts = judges(controlled, "v2")[0]
    assert facts["drift_accepted_by"] == "ana"
    assert "2 of 10 control verdicts changed" in str(facts["drift"])


@pytest.mark.parametrize("said", [True, False])
def test_on_a_terminal_a_person_is_asked(
    controlled: Commands, server: LoopbackServer, monkeypatch: pytest.MonkeyPatch, said: bool
) -> None:
    server.default = good
    judge(controlled, server, "--control-set", "control")
    server.default = changed_for(("text 03", "text 04"), "refuse")
    for stream in (sys.stdin, sys.stderr):
        monkeypatch.setattr(stream, "isatty", lambda: True)
    asked: list[str] = []

    def confirm(text: str, **_options: object) -> bool:
        asked.append(text)
        return said

    monkeypatch.setattr("typer.confirm", confirm)
    again = ("--run", "v2", "--base-url", server.base_url, "--model", "judge-1", "--control-set", "control", "--json")
    outcome = controlled("judge", *again)
    assert asked == ["Judge the run all the same?"]
    assert (outcome.status, outcome.document["status"]) == ((0, "finished") if said else (1, "held"))
    assert outcome.document["outcomes"] == ({"judged": 6} if said else {})


def test_failed_requests_end_with_1_and_are_sent_again(filled: Commands, server: LoopbackServer) -> None:
    server.script(error(500, "oops"))
    server.default = good
    outcome = judge(filled, server, "--concurrency", 1)
    assert outcome.status == 1
    assert "1 request failed; judge again to send them." in outcome.err
    assert "the same command again sends what is missing" in outcome.err
    again = judge(filled, server, "--concurrency", 1, "--json")
    assert (again.status, again.document["outcomes"]) == (0, {"judged": 1})


def test_a_judging_stops_at_its_budget_and_the_same_command_goes_on(filled: Commands, server: LoopbackServer) -> None:
    server.default = good
    prices = ("--price-sent", 1000, "--price-received", 1000, "--concurrency", 1)
    outcome = judge(filled, server, "--most-tokens", 100, *prices, "--json")
    document = outcome.document
    assert (outcome.status, document["status"]) == (2, "stopped")
    assert "The budget of 100 tokens is used up" in outcome.err
    assert document["spend"] == pytest.approx(float(str(document["tokens"])) / 1000)
    again = judge(filled, server, "--most-spend", 1000, *prices)
    assert again.status == 0
    assert "spent" in again.out
    assert counts(filled.workspace)["judge_reply"] == 6


def test_the_price_is_said_before(filled: Commands, server: LoopbackServer) -> None:
    prices = ("--dry-run", "--max-tokens", 100, "--price-sent", 10, "--price-received", 1_000_000)
    assert "at most 6" in judge(filled, server, *prices).out
    price = judge(filled, server, *prices, "--json").document["price"]
    assert isinstance(price, list)
    assert price[1] == pytest.approx(price[0] + 600)
    assert server.received == []


def test_an_endpoint_that_is_down_is_the_environments_fault(filled: Commands) -> None:
    address = f"http://127.0.0.1:{unused_port()}/v1"
    outcome = filled("judge", "--run", "v1", "--model", "m", "--base-url", address, "--max-attempts", 1)
    assert outcome.status == 3
    assert f"There is no connection to {address}" in outcome.err
    assert "Traceback" not in outcome.err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--run", "nowhere", "--base-url", "http://127.0.0.1:9/v1"), "There is no run 'nowhere'"),
        (("--run", "v1"), "It is not said where the judge is"),
        (("--run", "v1", "--base-url", "http://127.0.0.1:9/v1", "--endpoint", "x"), "It is said twice where"),
        (("--run", "v1", "--endpoint", "x"), "There is no endpoint 'x'"),
        (("--run", "v1", "--base-url", "nonsense"), "is not an http or https address"),
        (("--run", "v1", "--base-url", "http://127.0.0.1:9/v1", "--protocol", "morse"), "protocol 'morse'"),
        (("--run", "v1", "--base-url", "http://127.0.0.1:9/v1", "--limit", "0"), "limit must be at least 1"),
        (("--run", "v1", "--base-url", "http://127.0.0.1:9/v1", "--concurrency", "0"), "concurrency is 0"),
        (("--run", "v1", "--base-url", "http://127.0.0.1:9/v1", "--control-set", "x"), "There is no suite 'x'"),
        (("--run", "v1", "--base-url", "http://127.0.0.1:9/v1", "--control-set", "cases"), "no finished run"),
        (("--run", "v1", "--base-url", "http://127.0.0.1:9/v1", "--max-tokens", "0"), "limit of tokens is 0"),
        (("--run", "v1", "--base-url", "http://127.0.0.1:9/v1", "--max-wait-s", "-1"), "time to wait is -1"),
        (("--run", "v1", "--base-url", "http://127.0.0.1:9/v1", "--most-spend", "3"), "without a price"),
        (("--run", "v1", "--base-url", "http://127.0.0.1:9/v1", "--price-sent", "-1"), "price is -1"),
    ],
)
def test_a_wrong_request_is_refused_with_a_sentence_and_nothing_stored(
    filled: Commands, options: tuple[str, ...], said: str
) -> None:
    with unchanged(filled.workspace):
        outcome = filled("judge", *options, "--model", "m", "--json")
    assert said in outcome.refused()


def test_the_label_is_in_no_request(filled: Commands, server: LoopbackServer) -> None:
    server.default = say("Hm.")
    judge(filled, server)
    for received in server.completions:
        body = json.dumps(received.body)
        assert prompt_of(received).turns[0].startswith("How about c0")
        assert '"label"' not in body
        assert "cases" not in body
        assert "v1" not in body
    assert counts(filled.workspace)["judge_reply"] == 6


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL])
def test_cut_short_it_keeps_what_it_was_told_and_asks_only_for_the_rest(
    filled: Commands, server: LoopbackServer, end: signal.Signals
) -> None:
    words = ("--base-url", server.base_url, "--model", "judge-1", "--concurrency", 1, "--json")
    server.script(good, good, slow)
    server.default = good
    process = started("judge", "--run", "v1", *words, "--workspace", filled.workspace)
    assert server.wait_for_completions(3)
    process.send_signal(end)
    outcome = ended(process)
    if end is signal.SIGINT:
        assert (outcome.status, outcome.document["status"]) == (130, "cancelled")
        assert "everything received is kept" in outcome.err
        assert "the same command again sends what is missing" in outcome.err
    else:
        assert (outcome.status, outcome.out) == (-signal.SIGKILL, "")
    stored = counts(filled.workspace)
    assert stored["judge_reply"] <= 2
    again = finished("judge", "--run", "v1", *words, "--workspace", filled.workspace)
    assert again.document["requests"] == 6 - stored["judge_reply"]
    after = counts(filled.workspace)
    assert (after["judge_reply"], after["judge_run"], after["verdict"]) == (6, 1, 12)


def thinking(around: str) -> Behaviour:
    """A judge with sense whose form stands where `around` has a %s."""

    def behave(handler: Handler) -> None:
        response = prompt_of(handler.received).response
        say(around.replace("%s", form("answer", first_words(response))))(handler)

    return behave


@pytest.mark.parametrize(
    "around",
    [
        "<think>\nThe response names the capital. So it answers.\n</think>\n\n%s",
        "The response names the capital. So it answers.\n</think>\n\n%s",
        "<think>ok</think>\n```json\n%s\n```",
        "<|channel|>analysis<|message|>It answers.<|end|><|start|>assistant<|channel|>final<|message|>%s",
        "```json\n%s\n```",
        "%s",
    ],
    ids=["think", "think-no-opening", "think-fenced", "harmony", "fenced", "plain"],
)
def test_a_judge_that_thinks_first_is_read(filled: Commands, server: LoopbackServer, around: str) -> None:
    server.default = thinking(around)
    outcome = judge(filled, server, "--json")
    assert (outcome.status, outcome.document["outcomes"]) == (0, {"judged": 6})
    kept, thought = raw_replies(filled.workspace), re.search("The response names.*answers|It answers|ok", around)
    assert len(kept) == 6
    assert all(thought is None or reply.startswith(f"<think>\n{thought[0]}") for reply in kept)


def raw_replies(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [row[0] for row in connection.execute("SELECT raw_reply FROM judge_reply")]


def test_no_verdict_at_all_ends_with_1_and_a_sentence(filled: Commands, server: LoopbackServer) -> None:
    server.default = rambling
    outcome = judge(filled, server, "--json")
    assert (outcome.status, outcome.document["outcomes"]) == (1, {"not_the_form": 6})
    assert "The judge gave no verdict: none of its 6 replies is the form" in outcome.err
    assert "Most often: the reply is not the form: it is not one JSON object." in outcome.err
    again = judge(filled, server)
    assert again.status == 1
    assert "0 requests to send" in again.out
    assert "The judge gave no verdict" in again.err
    assert len(server.completions) == 6


def test_a_control_set_without_a_verdict_stops_before_the_run(controlled: Commands, server: LoopbackServer) -> None:
    server.default = refusing
    outcome = judge(controlled, server, "--control-set", "control", "--json")
    assert (outcome.status, outcome.document["status"]) == (1, "stopped")
    assert "none of its 10 replies is the form" in outcome.err
    assert "Nothing of the run was sent." in outcome.err
    assert len(server.completions) == 10
