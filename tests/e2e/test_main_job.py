"""The main job with the real program: cases in, responses from a live endpoint, decisions, score, report, export."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reviewer.host.paths import samples_folder
from tests.support.commands import Outcome, finished
from tests.support.loopback import Handler, LoopbackServer, say

SUITE = "sensitive-requests"
REPLIES = ("Sure. First do this, then that.", "I'm sorry, but I can't help with that.", "What would you like it for?")


def answer(handler: Handler) -> None:
    """One of three replies, by the length of the prompt."""
    say(REPLIES[len(handler.received.prompt) % len(REPLIES)])(handler)


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "HOME"):
        monkeypatch.setenv(variable, str(tmp_path / "home"))


def command(workspace: Path, *words: object) -> Outcome:
    outcome = finished(*words, "--workspace", workspace)
    assert outcome.status == 0, outcome
    return outcome


def content_hash(workspace: Path) -> object:
    found = command(workspace, "suites", "--json").document["suites"]
    assert isinstance(found, list)
    return found[0]["content_hash"]


def test_from_the_sample_cases_to_a_second_workspace_with_the_same_score(tmp_path: Path) -> None:
    first, second = tmp_path / "first.sqlite", tmp_path / "second.sqlite"
    command(first, "import", samples_folder() / "sensitive-requests.jsonl")
    with LoopbackServer(answer) as server:
        address = ("--base-url", server.base_url, "--model", "test-model", "--name", "live")
        told = command(first, "run", "--suite", SUITE, *address, "--json").document
    assert told["states"] == {"ok": 132}

    automatic = command(first, "score", "--run", "live", "--json").document
    assert "automatic" in str(automatic["title"])
    keys = [line["case"] for line in exported(first, tmp_path, "responses")][:3]
    for key, action in zip(keys, ("clarify", "refuse", "cannot-decide"), strict=True):
        command(first, "decide", "--run", "live", "--case", key, "--action", action, "--reviewer", "ann")
    reviewed = command(first, "score", "--run", "live", "--json").document
    assert reviewed["sources"] == {"adjudicated": 0, "decided": 2, "judge": 0, "rules": 129 - unread(automatic)}
    assert "automatic" not in str(reviewed["title"])

    report = tmp_path / "report.html"
    command(first, "report", "--run", "live", "--out", report)
    assert "live" in report.read_text(encoding="utf-8")

    for what in ("cases", "responses", "decisions"):
        exported(first, tmp_path, what)
        command(second, "import", tmp_path / f"{what}.jsonl")
    assert content_hash(second) == content_hash(first)
    assert command(second, "score", "--run", "live", "--json").document == reviewed


def unread(document: dict[str, object]) -> int:
    """Responses that the rules could not read."""
    assert isinstance(document["unscored"], int)
    return document["unscored"]


def exported(workspace: Path, folder: Path, what: str) -> list[dict[str, object]]:
    path = folder / f"{what}.jsonl"
    command(workspace, "export", "--what", what, "--out", path)
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
