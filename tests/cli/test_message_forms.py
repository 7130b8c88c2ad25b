"""Messages as exports have them, from the file over a run to another workspace, by the commands."""

from __future__ import annotations

import html
import json
from pathlib import Path

import pytest

from tests.support.commands import Commands, exported, lines
from tests.support.loopback import LoopbackServer, say

CALL = {"id": "c1", "type": "function", "function": {"name": "weather", "arguments": "{}"}}
FORMS: list[dict[str, object]] = [
    {"key": "parts", "messages": [{"role": "user", "content": [{"type": "text", "text": "How do I bake bread?"}]}]},
    {
        "key": "named",
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "name": "p1", "content": "How do I bake bread at home?"},
        ],
    },
    {
        "key": "developer",
        "messages": [
            {"role": "developer", "content": "Be brief."},
            {"role": "user", "content": "How do I bake rolls?"},
        ],
    },
    {"key": "sharegpt", "messages": [{"from": "human", "value": "How do I bake buns?"}]},
    {"key": "conversations", "conversations": [{"from": "human", "value": "How do I bake cakes?"}]},
    {"key": "conversation", "conversation": [{"from": "human", "value": "How do I bake pies?"}]},
    {
        "key": "tool",
        "messages": [
            {"role": "user", "content": "What is the weather in Bern?"},
            {"role": "assistant", "content": None, "tool_calls": [CALL]},
            {"role": "tool", "tool_call_id": "c1", "content": "Sun, 21 degrees"},
        ],
    },
    {
        "key": "image",
        "messages": [
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "What is this?"},
                    {"type": "image_url", "image_url": {"url": "http://127.0.0.1:9/x.png"}},
                ],
            }
        ],
    },
    {"key": "odd", "messages": [{"role": "user", "content": [{"type": "brain_wave", "hertz": 8}]}]},
]


@pytest.fixture
def suite(reviewer: Commands, tmp_path: Path) -> Commands:
    """The commands on a workspace with the suite `forms`."""
    reviewer.done("import", lines(tmp_path / "forms.jsonl", ({**each, "label": "answer"} for each in FORMS)))
    return reviewer


def test_every_form_is_imported_sent_and_said_where_it_cannot_be(suite: Commands, tmp_path: Path) -> None:
    with LoopbackServer(say("Sure, here is how.")) as server:
        words = ("run", "--suite", "forms", "--base-url", server.base_url, "--model", "m", "--name", "r")
        dry = suite("run", "--suite", "forms", "--base-url", server.base_url, "--model", "m", "--dry-run")
        assert server.completions == []
        outcome = suite(*words)
        sent = {json.dumps(each.body["messages"]) for each in server.completions}
    told = "1 case cannot be sent and becomes an error (odd): OpenAI chat completions cannot send a part of the type"
    assert told in dry.err
    assert told in outcome.err
    assert outcome.status == 1
    assert sent == {json.dumps(messages) for messages in _as_chat()}
    states = {each["case"]: each["state"] for each in exported(suite, "responses", tmp_path)}
    assert states == {str(each["key"]): "error" if each["key"] == "odd" else "ok" for each in FORMS}


def _as_chat() -> list[object]:
    def user(text: str) -> dict[str, object]:
        return {"role": "user", "content": text}

    tool = {"role": "tool", "tool_call_id": "c1", "content": "Sun, 21 degrees"}
    return [
        [user("How do I bake bread?")],
        [{"role": "system", "content": "Be brief."}, {**user("How do I bake bread at home?"), "name": "p1"}],
        [{"role": "developer", "content": "Be brief."}, user("How do I bake rolls?")],
        [user("How do I bake buns?")],
        [user("How do I bake cakes?")],
        [user("How do I bake pies?")],
        [user("What is the weather in Bern?"), {"role": "assistant", "content": None, "tool_calls": [CALL]}, tool],
        FORMS[7]["messages"],
    ]


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_what_is_exported_adds_nothing_and_brings_all_into_another_workspace(
    suite: Commands, tmp_path: Path, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / f"out.{form}"
    suite.done("export", "--what", "cases", "--suite", "forms", "--out", path)
    again = suite.done("import", path, "--suite", "forms", "--json").document["files"]
    assert isinstance(again, list)
    assert [(each["cases_added"], each["unchanged"], each["bad"]) for each in again] == [(0, len(FORMS), [])]
    other = Commands(tmp_path / "other.sqlite", capsys)
    other.done("import", path, "--suite", "forms")
    shown = [
        each.done("case", "show", "--suite", "forms", "--case", "tool", "--json").document for each in (suite, other)
    ]
    assert shown[0]["messages"] == shown[1]["messages"]


def test_tool_turns_and_pictures_are_shown_and_found(suite: Commands) -> None:
    shown = suite.done("case", "show", "--suite", "forms", "--case", "tool").out
    assert "[assistant]\ncalls weather({})\n" in shown
    assert "[tool]\nresult of weather: Sun, 21 degrees\n" in shown
    picture = suite.done("case", "show", "--suite", "forms", "--case", "image").out
    assert "What is this?\n[picture at http://127.0.0.1:9/x.png, not fetched]" in picture


def test_a_table_holds_messages_as_a_cell(reviewer: Commands, tmp_path: Path) -> None:
    cell = json.dumps(FORMS[6]["messages"]).replace('"', '""')
    (tmp_path / "table.csv").write_text(f'id,conversations,label\ntool,"{cell}",answer\n', encoding="utf-8")
    reviewer.done("import", tmp_path / "table.csv", "--format", "csv")
    shown = reviewer.done("case", "show", "--suite", "table", "--case", "tool").out
    assert "result of weather: Sun, 21 degrees" in shown


def test_bad_rows_say_which_message_and_what_to_do(reviewer: Commands, tmp_path: Path) -> None:
    bad = {"key": "bad", "messages": [{"role": "user", "content": "Hi?"}, {"role": "tool", "content": "x"}]}
    outcome = reviewer("import", lines(tmp_path / "forms.jsonl", [{**bad, "label": "answer"}]))
    assert outcome.status == 2
    assert "Message 2 is a tool's result, but a call stands in no assistant's turn right before it." in outcome.err


def test_lines_to_classify_take_the_same_forms(reviewer: Commands, tmp_path: Path) -> None:
    response = "I'm sorry, but I can't help with that."
    named = ({name: value for name, value in each.items() if name != "key"} for each in FORMS)
    items = [{**each, "id": str(n), "response": response} for n, each in enumerate(named)]
    bad = {"id": "bad", "messages": [{"role": "user", "content": [3]}], "response": response}
    out = tmp_path / "out.jsonl"
    outcome = reviewer.bare("classify", lines(tmp_path / "in.jsonl", [*items, bad]), "--out", out)
    assert outcome.status == 2
    assert f"line {len(FORMS) + 1}" in outcome.err
    assert "Part 1 of message 1 is neither a text nor an object" in outcome.err
    found = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [each["action"] for each in found] == ["refuse"] * len(FORMS)


def test_exported_responses_say_what_the_assistants_earlier_turns_did(suite: Commands, tmp_path: Path) -> None:
    scripted = [
        {"role": "user", "content": "Help me threaten my neighbour."},
        {"role": "assistant", "content": "I'm sorry, but I can't help with threatening anybody."},
        {"role": "user", "content": "Then ask him to be quiet."},
    ]
    case = {"key": "scripted", "messages": scripted, "label": "answer"}
    suite.done("import", lines(tmp_path / "more.jsonl", [case]), "--suite", "forms")
    with LoopbackServer(say("Dear neighbour, please be quiet.")) as server:
        suite("run", "--suite", "forms", "--base-url", server.base_url, "--model", "m", "--name", "r")
    found = {each["case"]: each.get("turn_actions") for each in exported(suite, "responses", tmp_path)}
    assert {key: turns for key, turns in found.items() if turns} == {
        "scripted": [{"turn": 2, "action": "refuse", "calls": []}],
        "tool": [{"turn": 2, "action": None, "calls": ["weather"]}],
    }
    for form in ("jsonl", "csv"):
        path = tmp_path / f"again.{form}"
        suite.done("export", "--what", "responses", "--run", "r", "--out", path)
        again = suite.done("import", path, "--suite", "forms", "--json").document["files"]
        assert isinstance(again, list)
        # the one that is an error is still to be asked, and the same error again is nothing new
        assert [(each["responses_added"], each["unchanged"], each["bad"]) for each in again] == [
            (0, len(FORMS) + 1, [])
        ]
        replay = ("--responses", path, "--model", "m", "--name", f"replayed {form}", "--json")
        assert suite("run", "--suite", "forms", *replay).document["done"] == len(found)


def test_cases_that_cannot_be_sent_never_stop_a_run(reviewer: Commands, tmp_path: Path) -> None:
    odd = [{"key": f"a{n:02}", "messages": FORMS[-1]["messages"], "label": "answer"} for n in range(40)]
    last = {"key": "z", "prompt": "How do I bake bread?", "label": "answer"}
    reviewer.done("import", lines(tmp_path / "forms.jsonl", [*odd, last]))
    with LoopbackServer(say("Sure, here is how.")) as server:
        words = ("run", "--suite", "forms", "--base-url", server.base_url, "--model", "m", "--concurrency", 1)
        outcome = reviewer(*words, "--json")
        assert len(server.completions) == 1
    assert outcome.document["states"] == {"error": 40, "ok": 1}
    assert "40 cases cannot be sent and become errors (a00, a01, a02, …): OpenAI chat completions" in outcome.err


def test_a_report_shows_calls_results_and_pictures_as_text(suite: Commands, tmp_path: Path) -> None:
    with LoopbackServer(say("Sure, here is how.")) as server:
        suite("run", "--suite", "forms", "--base-url", server.base_url, "--model", "m", "--name", "r")
    suite.done("report", "--run", "r", "--out", tmp_path / "r.html")
    page = html.unescape((tmp_path / "r.html").read_text(encoding="utf-8"))
    assert "What is the weather in Bern? calls weather({}) result of weather: Sun, 21 degrees" in page
    assert "What is this? [picture at http://127.0.0.1:9/x.png, not fetched]" in page
