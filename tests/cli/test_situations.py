"""Situations that people reported, against a server that answers by rules: what `run` and `judge` make of them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from tests.support.commands import Commands, Outcome, exported
from tests.support.loopback import completion
from tests.support.rule_server import SITUATIONS, Rule, RuleServer, situation

KEY = "sk-test-5f0d7c1ab94e4d31"
Serving = Callable[..., AbstractContextManager["Tried"]]


class Tried:
    """A server that follows the rules, and runs of the six cases against it."""

    def __init__(self, commands: Commands, server: RuleServer, folder: Path) -> None:
        self.commands, self.server, self._folder = commands, server, folder

    def run(self, *more: object, base_url: str = "", model: str = "m", protocol: str = "openai-chat") -> Outcome:
        address = ("--base-url", base_url or self.server.base_url, "--protocol", protocol, "--model", model)
        return self.commands("run", "--suite", "cases", "--name", "r", *address, *more)

    @property
    def responses(self) -> dict[str, dict[str, object]]:
        return {str(each["case"]): each for each in exported(self.commands, "responses", self._folder, run="r")}

    @property
    def states(self) -> dict[str, int]:
        found = [str(response["state"]) for response in self.responses.values()]
        return {state: found.count(state) for state in found}


@pytest.fixture
def serving(reviewer: Commands, tmp_path: Path) -> Serving:
    """A suite of six cases, and a server for the rules that are given."""
    shutil.copy(SITUATIONS / "cases.jsonl", tmp_path / "cases.jsonl")
    reviewer.done("import", tmp_path / "cases.jsonl", "--suite", "cases")

    @contextmanager
    def serve(*rules: Rule) -> Iterator[Tried]:
        with RuleServer(rules) as server:
            yield Tried(reviewer, server, tmp_path)

    return serve


def stopped(outcome: Outcome, *words: str) -> None:
    """The run stopped with these words on standard error."""
    assert outcome.status == 2, outcome
    for word in words:
        assert word in outcome.err, outcome


def test_a_prompt_that_the_provider_blocks_is_filtered_and_the_run_goes_on(serving: Serving) -> None:
    with serving(*situation("02-openai-invalid-prompt-safety")) as tried:
        assert tried.run().status == 0
        assert tried.states == {"ok": 5, "filtered": 1}
        assert tried.responses["b2"]["state"] == "filtered"


def test_a_block_with_403_stops_nothing_and_a_forbidden_key_does(serving: Serving) -> None:
    blocked = {
        "has": "BLOCKED",
        "status": 403,
        "body": {"error": {"message": "Your input was flagged for harassment."}},
    }
    with serving(blocked) as tried:
        assert tried.run().status == 0
        assert tried.states == {"ok": 5, "filtered": 1}
    forbidden = {"status": 403, "body": {"error": {"message": "Your account has been flagged and blocked."}}}
    with serving(forbidden) as tried:
        outcome = tried.commands(
            "run", "--suite", "cases", "--name", "s", "--model", "m", "--base-url", tried.server.base_url
        )
        stopped(outcome, "forbids the request (403)", "Your account has been flagged and blocked.")


def test_an_unknown_path_with_200_stops_at_once(serving: Serving) -> None:
    with serving(*situation("03-lmstudio-200-unexpected-endpoint")) as tried:
        outcome = tried.run("--concurrency", 1, base_url=tried.server.root)
        stopped(outcome, "There is nothing at", "Unexpected endpoint or method", "end with /v1")
        assert len(tried.server.completions) == 1
        assert tried.responses == {}


def test_used_up_credit_with_400_stops_at_once(serving: Serving) -> None:
    with serving(*situation("04-credit-balance-400")) as tried:
        outcome = tried.run("--concurrency", 1, protocol="anthropic-messages")
        stopped(outcome, "Your credit balance is too low", "Look at the account")
        assert len(tried.server.completions) == 1
        assert tried.responses == {}


@pytest.mark.parametrize(
    ("name", "protocol"), [("05-gemini-key-400", "gemini"), ("05b-gemini-openai-key-400-list", "openai-chat")]
)
def test_a_wrong_key_with_400_stops_at_once_and_names_the_variable(
    serving: Serving, monkeypatch: pytest.MonkeyPatch, name: str, protocol: str
) -> None:
    monkeypatch.setenv("MY_GEMINI_KEY", KEY)
    with serving(*situation(name)) as tried:
        outcome = tried.run("--concurrency", 1, "--key-env", "MY_GEMINI_KEY", protocol=protocol)
        stopped(outcome, "does not accept the key (400)", "API key not valid. Please pass", "MY_GEMINI_KEY")
        assert len(tried.server.completions) == 1
        assert KEY not in outcome.err


def test_a_stream_that_nobody_asked_for_is_read(serving: Serving) -> None:
    with serving(*situation("07-stream-only")) as tried:
        assert tried.run().status == 0
        assert {response["text"] for response in tried.responses.values()} == {"Paris is the capital."}
        assert len(tried.server.completions) == 6


def test_a_server_that_only_streams_is_asked_to(serving: Serving) -> None:
    streamed = situation("07-stream-only")[0]
    refused = {**situation("07b-stream-must-be-true")[0], "lacks": '"stream": true'}
    with serving(refused, streamed) as tried:
        assert tried.run("--concurrency", 1).status == 0
        assert tried.states == {"ok": 6}
        asked = [received.body["stream"] for received in tried.server.completions]
        assert asked == [False, *[True] * 6]


def test_streaming_is_asked_for_where_a_person_says_so_and_remembered(serving: Serving) -> None:
    with serving(*situation("07-stream-only")) as tried:
        tried.commands.done("endpoint", "add", "e", "--base-url", tried.server.base_url, "--stream")
        assert tried.commands("run", "--suite", "cases", "--name", "r", "--model", "m", "--endpoint", "e").status == 0
        assert {received.body["stream"] for received in tried.server.completions} == {True}
        assert tried.states == {"ok": 6}


def test_the_servers_words_are_quoted_from_any_body(serving: Serving) -> None:
    with serving(*situation("08-servers-words")) as tried:
        assert tried.run().status == 1
        errors = {key: str(response.get("error", "")) for key, response in tried.responses.items()}
        assert "prompt is longer than the 512 tokens this model was started with" in errors["a1"]
        assert "Unsupported role in contents" in errors["c3"]
        assert "The context has 4096 tokens; you asked for 9000" in errors["d4"]
        assert "seed: Extra inputs are not permitted" in errors["f6"]
        assert tried.responses["e5"]["state"] == "filtered"
        assert "No such model @cf/acme/m or task" in errors["b2"]


def test_a_model_that_is_not_there_stops_the_run_with_words_from_a_list(serving: Serving) -> None:
    rules = [{**rule, "has": ""} for rule in situation("08-servers-words") if rule["has"] == "BLOCKED"]
    with serving(*rules) as tried:
        outcome = tried.run("--concurrency", 1, model="@cf/acme/m")
        stopped(outcome, "does not know the model '@cf/acme/m' (400)", "No such model @cf/acme/m or task")
        assert len(tried.server.completions) == 1


def test_success_is_not_only_200_and_an_encoding_that_is_none_is_read(serving: Serving) -> None:
    with serving(*situation("09-success-is-not-only-200")) as tried:
        assert tried.run("--max-attempts", 1).status == 0
        assert tried.states == {"ok": 6}


def judged(commands: Commands, server: RuleServer, *more: object) -> Outcome:
    address = ("--base-url", server.base_url, "--model", "j", "--concurrency", 1, "--max-attempts", 1)
    return commands("judge", "--run", "v1", *address, *more, "--json")


def test_a_judge_that_takes_no_temperature_is_asked_without_the_one_that_nobody_set(filled: Commands) -> None:
    refusing, answering = situation("18-judge-temperature")
    form = json.loads(json.dumps(answering).replace("Paris is the capital of France.", "Sure."))
    with RuleServer([refusing, form]) as server:
        outcome = judged(filled, server)
        assert outcome.status == 0, outcome
        assert outcome.document["outcomes"] == {"judged": 6}
        assert ["temperature" in received.body for received in server.completions] == [True, *[False] * 6]


def test_a_temperature_that_was_set_stops_the_judging_and_is_named(filled: Commands) -> None:
    with RuleServer(situation("18-judge-temperature")) as server:
        outcome = judged(filled, server, "--temperature", 0.5)
        assert outcome.status == 2
        assert "--temperature" in str(outcome.document["sentence"])
        assert len(server.completions) == 1


@pytest.mark.parametrize(
    ("option", "words"),
    [
        (("--temperature", 0.7), "Unsupported value: 'temperature' does not support 0.7 with this model."),
        (("--seed", 7), "Unrecognized request argument supplied: seed"),
        (("--top-p", 0.9), "top_p: Extra inputs are not permitted"),
        (("--max-tokens", 9), "max_tokens must be at least 16"),
    ],
)
def test_what_a_person_set_and_the_server_does_not_take_stops_the_run_and_is_named(
    serving: Serving, option: tuple[str, object], words: str
) -> None:
    with serving({"status": 400, "body": {"error": {"message": words}}}) as tried:
        stopped(tried.run(*option, "--concurrency", 1), option[0], words.rstrip("."))
        assert len(tried.server.completions) == 1


def test_the_same_refusal_of_the_first_requests_stops_the_run(serving: Serving) -> None:
    refusal = {"status": 400, "body": {"error": {"message": "Seat 17 of 0a1b2c3d4e5f is not paired."}}}
    with serving(refusal) as tried:
        outcome = tried.run("--concurrency", 1)
        stopped(outcome, "The endpoint refuses all requests with", "is not paired")
        assert len(tried.server.completions) == 5


def test_refusals_of_some_requests_are_those_cases_errors(serving: Serving) -> None:
    refusal = {"has": "How do I", "status": 400, "body": {"error": {"message": "No recipes here."}}}
    with serving(refusal) as tried:
        assert tried.run().status == 1
        assert tried.states == {"ok": 2, "error": 4}


def test_the_wait_that_is_asked_for_in_any_form_is_kept_and_costs_no_attempt(serving: Serving) -> None:
    with serving(*situation("25-retry-after")) as tried:
        assert tried.run("--max-attempts", 1).status == 0
        assert tried.states == {"ok": 6}
        for text, least_s in (("capital of France", 0.3), ("bake bread", 0.6), ("whittle", 0.4)):
            waited = tried.server.waited(text)
            assert len(waited) == 2
            assert min(waited) >= least_s


def test_an_endpoint_that_asks_all_requests_to_wait_is_waited_for(serving: Serving) -> None:
    with serving(*situation("25c-retry-after-header")) as tried:
        outcome = tried.run("--max-attempts", 1)
        assert outcome.status == 0
        assert tried.states == {"ok": 6}
        assert "asks to wait 1 s (429)" in outcome.err


def test_a_limit_without_a_time_is_waited_for_as_long_as_was_said(serving: Serving) -> None:
    limit = {"status": 429, "body": {"error": {"message": "Slow down."}}}
    with serving({**limit, "times": 7}) as tried:
        assert tried.run("--max-attempts", 1).status == 0
        assert tried.states == {"ok": 6}
    with serving(limit) as tried:
        outcome = tried.commands(
            "run",
            "--suite",
            "cases",
            "--name",
            "s",
            "--model",
            "m",
            "--base-url",
            tried.server.base_url,
            "--max-wait-s",
            2,
        )
        stopped(outcome, "429 Too Many Requests", "Slow down.", "--max-wait-s")
        assert exported(tried.commands, "responses", tried.commands.workspace.parent, run="s") == []


@pytest.mark.parametrize(
    ("model", "path"),
    [
        ("tunedModels/my-tuned-1", "/v1beta/tunedModels/my-tuned-1:generateContent"),
        ("models/gemini-x", "/v1beta/models/gemini-x:generateContent"),
        ("gemini-x", "/v1beta/models/gemini-x:generateContent"),
        ("publishers/google/models/gemini-x", "/v1beta/publishers/google/models/gemini-x:generateContent"),
        ("projects/p/locations/l/endpoints/7", "/v1beta/projects/p/locations/l/endpoints/7:generateContent"),
    ],
)
def test_models_of_other_collections_have_their_own_path(serving: Serving, model: str, path: str) -> None:
    rules = situation("27-gemini-tuned-model")
    answer = {"body": rules[0]["body"], "path": path}
    with serving(*rules[:2], answer, rules[2]) as tried:
        assert tried.run(model=model, protocol="gemini", base_url=f"{tried.server.root}/v1beta").status == 0
        assert {received.path for received in tried.server.completions} == {path}


@pytest.mark.parametrize("tail", ["", "/", "//", "/chat/completions", "/chat/completions/", "/models", "?x=1", "#x"])
def test_an_address_is_taken_as_it_is_pasted(serving: Serving, tail: str) -> None:
    with serving(*situation("28-pasted-base-urls")) as tried:
        outcome = tried.run(base_url=f" {tried.server.base_url}{tail} ", model="acme/m:free")
        assert outcome.status == 0, outcome
        assert {received.path.partition("?")[0] for received in tried.server.completions} == {"/v1/chat/completions"}


@pytest.mark.parametrize(
    ("protocol", "tail", "path", "body"),
    [
        (
            "anthropic-messages",
            "/v1/messages",
            "/v1/messages",
            {"content": [{"type": "text", "text": "Yes."}], "stop_reason": "end_turn"},
        ),
        (
            "openai-responses",
            "/v1/responses",
            "/v1/responses",
            {
                "status": "completed",
                "output": [{"type": "message", "content": [{"type": "output_text", "text": "Yes."}]}],
            },
        ),
        (
            "gemini",
            "/v1beta/models/other:generateContent",
            "/v1beta/models/m:generateContent",
            {"candidates": [{"content": {"parts": [{"text": "Yes."}]}, "finishReason": "STOP"}]},
        ),
        (
            "azure-openai",
            "/openai/deployments/d/chat/completions?api-version=1",
            "/openai/deployments/d/chat/completions",
            completion("Yes."),
        ),
    ],
)
def test_every_protocols_whole_address_is_taken(
    serving: Serving, protocol: str, tail: str, path: str, body: object
) -> None:
    with serving({"path": path, "body": body}, {"status": 404, "body": "404 page not found"}) as tried:
        assert tried.run(base_url=tried.server.root + tail, protocol=protocol).status == 0
        assert tried.states == {"ok": 6}


@pytest.mark.parametrize("tail", ["/chat/completions", "/models", ""])
def test_a_pasted_address_can_be_tested(reviewer: Commands, tail: str) -> None:
    models: Rule = {"path": "/v1/models", "method": "GET", "body": {"data": [{"id": "m"}]}}
    with RuleServer([models, *situation("28-pasted-base-urls")]) as server:
        reviewer.done("endpoint", "add", "e", "--base-url", server.base_url + tail)
        assert "The endpoint answers" in reviewer.done("endpoint", "test", "e", "--model", "m").out
        assert "It has 1 models: m." in reviewer.done("endpoint", "test", "e").out


def test_an_unknown_path_with_200_is_said_by_the_test_too(reviewer: Commands) -> None:
    with RuleServer(situation("03-lmstudio-200-unexpected-endpoint")) as server:
        reviewer.done("endpoint", "add", "e", "--base-url", server.root)
        for more in ((), ("--model", "m")):
            outcome = reviewer("endpoint", "test", "e", *more)
            assert (outcome.status, "end with /v1" in outcome.out) == (1, True)


def test_another_protocols_address_says_what_to_leave_out(serving: Serving) -> None:
    with serving() as tried:
        outcome = tried.run(base_url=f"{tried.server.base_url}/messages")
        stopped(outcome, "Leave /messages out", "--protocol anthropic-messages")
        assert tried.server.received == []
