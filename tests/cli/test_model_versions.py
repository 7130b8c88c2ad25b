"""`model-version add|list`, and runs of what they stored."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviewer.store.queries.runs import model_versions
from tests.support.commands import Commands, as_the_window, unchanged
from tests.support.loopback import LoopbackServer, echo

VERSION = {"name", "model", "endpoint", "protocol", "base_url", "responses_file", "system", "sampling", "hash"}


@pytest.fixture
def stored(filled: Commands) -> Commands:
    """The commands on a workspace with the endpoint `local`."""
    filled.done("endpoint", "add", "local", "--base-url", "http://127.0.0.1:9/v1", "--concurrency", 2)
    return filled


def add(commands: Commands, name: str, *more: object) -> dict[str, object]:
    words = ("model-version", "add", name, "--endpoint", "local", "--model", "m")
    return commands.done(*words, *more, "--json").document


def test_a_version_is_frozen_hashed_and_listed(stored: Commands, tmp_path: Path) -> None:
    (tmp_path / "system.txt").write_text("Be kind.", encoding="utf-8")
    options = ("--system", f"@{tmp_path / 'system.txt'}", "--temperature", 0, "--max-tokens", 50, "--seed", 7)
    document = add(stored, "1.0", *options)
    assert set(document) == VERSION | {"added"}
    assert (document["system"], document["endpoint"], document["added"]) == ("Be kind.", "local", True)
    assert document["sampling"] == {"temperature": 0.0, "max_tokens": 50, "seed": 7}
    listed = stored.done("model-version", "list", "--json").document["model_versions"]
    assert isinstance(listed, list)
    assert listed[0] == {name: value for name, value in document.items() if name != "added"}
    with as_the_window(stored) as workspace:
        found = model_versions(workspace)[0]
    assert (found.name, found.hash, found.endpoint.concurrency) == ("1.0", document["hash"], 2)
    assert "temperature 0, max_tokens 50, seed 7" in stored.done("model-version", "list").out


def test_the_same_again_adds_nothing_and_another_under_its_name_is_refused(stored: Commands) -> None:
    add(stored, "1.0", "--system", "Be kind.")
    with unchanged(stored.workspace):
        assert add(stored, "1.0", "--system", "Be kind.")["added"] is False
        other = ("model-version", "add", "1.0", "--endpoint", "local", "--model", "m", "--system", "Be brief.")
        assert "is stored and asks for something else" in stored(*other).refused()


def test_a_run_of_a_stored_version_sends_what_it_says(filled: Commands) -> None:
    with LoopbackServer(echo) as server:
        filled.done("endpoint", "add", "local", "--base-url", server.base_url)
        add(filled, "2.0", "--system", "Be kind.", "--temperature", 0.5)
        filled.done("run", "--suite", "cases", "--model-version", "2.0", "--name", "r")
        bodies = [received.body for received in server.completions]
    assert len(bodies) == 6
    assert {(body["model"], body["temperature"]) for body in bodies} == {("m", 0.5)}
    listed = filled.done("runs", "--json").document["runs"]
    assert isinstance(listed, list)
    assert listed[0]["model_version"] == "2.0"


WRONG = {
    "no place": ("add x --model m", "has no endpoint"),
    "two places": ("add x --model m --endpoint local --base-url http://127.0.0.1:9", "said twice where requests go"),
    "protocol beside": ("add x --model m --endpoint local --protocol gemini", "cannot be given with --endpoint"),
    "endpoint": ("add x --model m --endpoint nope", "no endpoint 'nope'"),
    "address": ("add x --model m --base-url nowhere", "not an http or https address"),
    "temperature": ("add x --model m --endpoint local --temperature=-1", "The temperature is -1"),
    "top p": ("add x --model m --endpoint local --top-p 2", "The top-p is 2"),
    "tokens": ("add x --model m --endpoint local --max-tokens 0", "The limit of tokens is 0"),
    "system": ("add x --model m --endpoint local --system @nowhere.txt", "cannot be read"),
    "header": ("add x --model m --endpoint local --header X", "does not say NAME=VALUE"),
    "key": ("add x --model m --endpoint local --key-env sk-1", "not the name of a variable"),
    "name": ("add  --model m --endpoint local", "has no name"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_version_that_cannot_be_meant(stored: Commands, kind: str) -> None:
    command, said = WRONG[kind]
    with unchanged(stored.workspace):
        assert said in stored("model-version", *command.split(" ")).refused()
