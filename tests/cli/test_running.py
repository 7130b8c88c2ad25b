"""`run`: against a real server on the loopback interface, from a recording, and what a bad server does to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.commands import Commands, Outcome, case_file, counts, exported, lines, response_file, unchanged
from tests.support.loopback import (
    Behaviour,
    LoopbackServer,
    content_filter_400,
    echo,
    error,
    html,
    huge,
    raw,
    reply,
    say,
    unknown_model,
    unused_port,
)

KEY = "sk-test-5f0d7c1ab94e4d31"


@pytest.fixture
def suite(reviewer: Commands, tmp_path: Path) -> Commands:
    """The commands on a workspace with the suite `cases` of six cases."""
    reviewer.done("import", case_file(tmp_path))
    return reviewer


def send(commands: Commands, server: LoopbackServer, *more: object) -> Outcome:
    address = ("--base-url", server.base_url, "--model", "test-model", "--max-attempts", 1)
    return commands("run", "--suite", "cases", *address, *more)


def test_a_run_sends_each_case_once_and_can_be_scored(suite: Commands, tmp_path: Path) -> None:
    with LoopbackServer(echo) as server:
        outcome = send(suite, server, "--name", "first", "--json")
        assert outcome.status == 0
        assert sorted(server.prompts().items()) == [(f"How about c{n:02}?", 1) for n in range(6)]
    document = outcome.document
    assert (document["run"], document["ending"], document["states"]) == ("first", "finished", {"ok": 6})
    assert (document["done"], document["total"], document["errors"]) == (6, 6, [])
    assert "6 of 6" in outcome.err
    assert {str(each["text"]) for each in exported(suite, "responses", tmp_path)} == {
        f"You said: How about c{n:02}?" for n in range(6)
    }
    score = suite.done("score", "--run", "first", "--json").document
    assert score["n_responses"] == 6


def test_limit_repeats_system_and_sampling_are_sent(suite: Commands, tmp_path: Path) -> None:
    (tmp_path / "system.txt").write_text("Be kind.", encoding="utf-8")
    options = (
        "--limit",
        2,
        "--repeats",
        3,
        "--system",
        f"@{tmp_path / 'system.txt'}",
        "--name",
        "r",
        "--concurrency",
        1,
    )
    with LoopbackServer(echo) as server:
        assert send(suite, server, *options, "--temperature", 0, "--seed", 7, "--max-tokens", 50).status == 0
        assert server.prompts() == {"How about c00?": 3, "How about c01?": 3}
        body = server.completions[0].body
    assert (body["temperature"], body["seed"], body["max_tokens"], body["model"]) == (0, 7, 50, "test-model")
    assert body["messages"] == [
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": "How about c00?"},
    ]
    places = {(each["case"], each["repeat"]) for each in exported(suite, "responses", tmp_path)}
    assert places == {(key, repeat) for key in ("c00", "c01") for repeat in (1, 2, 3)}


def test_a_stored_model_version_and_a_stored_endpoint_are_used_again(suite: Commands) -> None:
    with LoopbackServer(echo) as server:
        suite.done("endpoint", "add", "local", "--base-url", server.base_url)
        by_endpoint = ("run", "--suite", "cases", "--endpoint", "local", "--model", "test-model")
        suite.done(*by_endpoint, "--model-version", "1.0", "--system", "Be brief.", "--name", "a")
        suite.done("run", "--suite", "cases", "--model-version", "1.0", "--name", "b")
        systems = [received.body["messages"] for received in server.completions]
    assert len(systems) == 12
    assert all(isinstance(each, list) and each[0]["content"] == "Be brief." for each in systems)


def test_a_run_that_is_only_stored_says_so_in_one_document(suite: Commands) -> None:
    words = ("run", "--suite", "cases", "--model", "m", "--base-url", "http://127.0.0.1:9/v1", "--no-send")
    assert suite.done(*words, "--name", "r", "--json").document == {"run": "r", "missing": 6}
    assert "6 requests, none sent" in suite.done(*words, "--name", "s").out


def test_a_recording_is_replayed(suite: Commands, tmp_path: Path) -> None:
    recorded = response_file(tmp_path, count=4)
    outcome = suite("run", "--suite", "cases", "--model", "m", "--responses", recorded, "--name", "r", "--json")
    assert outcome.status == 1
    assert outcome.document["states"] == {"ok": 4, "error": 2}
    response_file(tmp_path)
    assert suite.done("run", "--resume", "r", "--json").document["done"] == 2
    assert len(exported(suite, "responses", tmp_path)) == 6


def test_a_run_that_lacks_nothing_sends_nothing(suite: Commands) -> None:
    with LoopbackServer(echo) as server:
        send(suite, server, "--name", "r")
        with unchanged(suite.workspace):
            assert "0 requests to send" in suite.done("run", "--resume", "r").out
            assert "A run named 'r' exists" in send(suite, server, "--name", "r").refused()
        assert len(server.completions) == 6


def test_a_response_of_50_mb_becomes_an_error_and_the_run_goes_on(suite: Commands) -> None:
    with LoopbackServer(echo) as server:
        server.script(huge(50))
        outcome = send(suite, server, "--name", "r", "--json")
        assert outcome.status == 1
        assert outcome.document["states"] == {"ok": 5, "error": 1}
        assert "larger than" in outcome.err
        assert suite.done("run", "--resume", "r", "--json").document["states"] == {"ok": 1}
    assert counts(suite.workspace)["response"] == 6
    assert suite.workspace.stat().st_size < 5_000_000


STOPPING: dict[str, tuple[Behaviour, str]] = {
    "html": (html, "a web page instead of JSON"),
    "401": (error(401, "bad key"), "does not accept the key (401)"),
    "404": (error(404, "nothing here"), "There is nothing at"),
    "unknown model": (unknown_model, "does not know the model 'test-model'"),
}


@pytest.mark.parametrize("kind", STOPPING)
def test_an_endpoint_that_is_not_one_stops_the_run(suite: Commands, kind: str) -> None:
    behaviour, said = STOPPING[kind]
    with LoopbackServer(behaviour) as server:
        outcome = send(suite, server, "--name", "r", "--concurrency", 1)
        assert (outcome.status, len(server.completions)) == (2, 1)
        assert said in outcome.err
        assert "Traceback" not in outcome.err
        assert counts(suite.workspace)["response"] == 0
        server.default = echo
        assert suite.done("run", "--resume", "r", "--json").document["states"] == {"ok": 6}


FAILING: dict[str, tuple[Behaviour, dict[str, int], int]] = {
    "500": (error(500, "oops"), {"error": 6}, 1),
    "no choice": (raw(b'{"choices": []}'), {"error": 6}, 1),
    "a list": (reply([]), {"error": 6}, 1),
    "not UTF-8": (raw(b"\xff\xfe\xff"), {"error": 6}, 1),
    "filtered": (content_filter_400, {"filtered": 6}, 0),
    "half a character": (raw(b'{"choices": [{"message": {"content": "\\ud800 x \\u0000"}}]}'), {"ok": 6}, 0),
}


@pytest.mark.parametrize("kind", FAILING)
def test_answers_that_are_none_are_kept_as_what_they_are(suite: Commands, kind: str) -> None:
    behaviour, states, status = FAILING[kind]
    with LoopbackServer(behaviour) as server:
        outcome = send(suite, server, "--name", "r", "--json")
    assert (outcome.status, outcome.document["states"]) == (status, states)
    assert counts(suite.workspace)["response"] == 6
    assert suite("score", "--run", "r", "--json").status == 0


def test_an_endpoint_that_is_down(suite: Commands) -> None:
    address = f"http://127.0.0.1:{unused_port()}/v1"
    outcome = suite("run", "--suite", "cases", "--model", "m", "--base-url", address, "--max-attempts", 1)
    assert outcome.status == 3
    assert f"There is no connection to {address}" in outcome.err
    assert "reviewer run --resume" in outcome.err
    assert "Traceback" not in outcome.err


def test_the_key_is_sent_and_never_kept_or_shown(
    suite: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REVIEWER_TEST_KEY", KEY)
    said: list[str] = []
    with LoopbackServer(echo) as server:
        # a server that repeats what it was sent, in an answer, in an error and in a text
        server.script(error(500, f"key {KEY} failed"), raw(f'{{"oops": "{KEY}"}}'.encode()), say(f"Your key is {KEY}."))
        outcome = send(suite, server, "--key-env", "REVIEWER_TEST_KEY", "--name", "r", "--json", "--concurrency", 1)
        assert {each.headers["authorization"] for each in server.completions} == {f"Bearer {KEY}"}
        said += [outcome.out, outcome.err]
        server.script(error(401, f"Incorrect API key provided: {KEY}"))
        said += [suite("run", "--resume", "r").err]
        (name,) = {str(each["name"]) for each in endpoints(suite)}
        server.script(error(401, f"Incorrect API key provided: {KEY}"))
        said += [suite("endpoint", "test", name, "--model", "test-model").out]
    for words in (("endpoints", "--json"), ("runs", "--json"), ("score", "--run", "r", "--json"), ("doctor",)):
        said.append(suite(*words).out)
    suite.done("report", "--run", "r", "--out", tmp_path / "report.html")
    suite.done("report", "--run", "r", "--out", tmp_path / "report.json")
    exported(suite, "responses", tmp_path)
    assert len(said) == 8
    assert not any(KEY in each for each in said)
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert suite.workspace in kept
    assert [path for path in kept if KEY.encode() in path.read_bytes()] == []


def endpoints(commands: Commands) -> list[dict[str, object]]:
    found = commands.done("endpoints", "--json").document["endpoints"]
    assert isinstance(found, list)
    return found


def test_a_bad_line_of_a_recording_stops_before_anything_is_made(suite: Commands, tmp_path: Path) -> None:
    bad = lines(tmp_path / "bad.jsonl", [{"case": "c00", "text": "Yes."}, "{no"])
    with unchanged(suite.workspace):
        assert "line 2" in suite("run", "--suite", "cases", "--model", "m", "--responses", bad).refused()


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        (["--resume", "first", "--temperature", "1.5"], "--temperature cannot be given with --resume"),
        (["--resume", "first", "--concurrency", "9"], "--concurrency cannot be given with --resume"),
        (
            ["--suite", "s", "--model-version", "v", "--system", "Be kind."],
            "--system cannot be given with --model-version",
        ),
    ],
)
def test_an_option_without_effect_is_refused(suite: Commands, given: list[str], refused: str) -> None:
    outcome = suite("run", *given)
    assert outcome.status == 2
    assert refused in outcome.err


def test_a_finished_case_is_asked_again_where_that_is_said(suite: Commands, tmp_path: Path) -> None:
    with LoopbackServer(echo) as server:
        send(suite, server, "--name", "first")
        alone = suite("run", "--resume", "first", "--again")
        assert (alone.status, "not said which case" in alone.err) == (2, True)
        new = suite("run", "--suite", "cases", "--again")
        assert (new.status, "--again are for a run that is resumed" in new.err) == (2, True)
        server.default = say("Otherwise.")
        told = suite.done("run", "--resume", "first", "--case", "c03", "--again", "--dry-run")
        assert "1 request; about" in told.out
        assert len(server.completions) == 6
        suite.done("run", "--resume", "first", "--case", "c03", "--again")
    texts = {each["case"]: each["text"] for each in exported(suite, "responses", tmp_path)}
    assert texts.pop("c03") == "Otherwise."
    assert all(str(text).startswith("You said") for text in texts.values())


def test_what_is_left_of_a_run_has_a_price_too(suite: Commands) -> None:
    with LoopbackServer(echo) as server:
        send(suite, server, "--name", "first")
        priced = ("--price-sent", 1000, "--repeats", 2, "--dry-run")
        told = suite.done("run", "--resume", "first", *priced)
        assert told.out.splitlines() == ["6 requests; about 21 tokens sent. Price: 0.021 for what is sent."]
        document = suite.done("run", "--resume", "first", *priced, "--json").document
        assert (document["n_requests"], document["tokens"], document["price"]) == (6, 21, [0.021, None])
        assert len(server.completions) == 6
