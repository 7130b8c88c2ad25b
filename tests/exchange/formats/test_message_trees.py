"""Conversations that branch: every answer is a response to the turns that lead to it, whoever wrote the file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from reviewer.core.actions import ActionId
from reviewer.core.responses import ResponseState
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.records import DecisionRecord, Record
from reviewer.exchange.registry import detect
from tests.exchange.reading import bad_rows, cases_in, lines, read, records_of, replies, texts, told

Node = dict[str, Any]


def asked(records: list[Record]) -> list[list[str]]:
    return [[turn.content for turn in case.messages] for case in cases_in(records)]


def written(path: Path, content: object) -> Path:
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def open_webui(**annotation: object) -> list[Node]:
    turns: list[Node] = [
        {"id": "1", "parentId": None, "childrenIds": ["2", "3"], "role": "user", "content": "Is brie soft?"},
        {"id": "2", "parentId": "1", "role": "assistant", "content": "Yes.", "model": "m", "annotation": annotation},
        {"id": "3", "parentId": "1", "role": "assistant", "content": "No.", "model": "arena", "selectedModelId": "n"},
        {"id": "4", "parentId": "3", "role": "user", "content": "Sure?"},
        {"id": "5", "parentId": "4", "role": "assistant", "content": "", "model": "m", "error": {"content": "500"}},
    ]
    chat = {"history": {"messages": {turn["id"]: turn for turn in turns}, "currentId": "5"}, "messages": turns[:1]}
    return [{"id": "c", "user_id": "u", "title": "Brie", "chat": chat}]


def test_open_webui_has_a_case_for_each_question_and_a_run_for_each_model(tmp_path: Path) -> None:
    path = written(tmp_path / "chat.json", open_webui(rating=1, reason="right"))
    records = read(path, "message-trees")
    assert asked(records) == [["Is brie soft?"], ["Is brie soft?", "No.", "Sure?"]]
    assert [each.response.model for each in replies(records)] == ["m", "n", "m"]
    assert texts(records) == [(ResponseState.OK, "Yes."), (ResponseState.OK, "No."), (ResponseState.ERROR, "")]
    assert replies(records)[2].response.error == "500"
    assert "1 answer was rated “thumbs up”, which stands for no action here" in told(records)
    assert bad_rows(records) == {}


def test_what_a_thumb_means_is_what_the_person_says_it_means(tmp_path: Path) -> None:
    path = written(tmp_path / "chat.json", open_webui(rating=-1, reason="not right", comment="hard"))
    records = records_of(path, ImportOptions(label_map={"thumbs down": ActionId("refuse")}))
    decisions = [each for each in records if isinstance(each, DecisionRecord)]
    assert [(each.reviewer, each.action, each.note) for each in decisions] == [("u", "refuse", "not right: hard")]


def node(id_: str, parent: str | None, role: str = "", content: object = None, **more: object) -> tuple[str, Node]:
    message = {"id": id_, "author": {"role": role}, "content": content, "metadata": {}, "recipient": "all", **more}
    return id_, {"id": id_, "parent": parent, "children": [], "message": message if role else None}


def said(*parts: object) -> Mapping[str, object]:
    return {"content_type": "multimodal_text" if len(parts) > 1 else "text", "parts": list(parts)}


def test_a_chatgpt_export_leaves_out_steps_and_says_so(tmp_path: Path) -> None:
    model = {"metadata": {"model_slug": "m"}}
    picture = {"content_type": "image_asset_pointer", "asset_pointer": "file-service://x", "width": 3}
    nodes = [
        node("r", None),
        node("s", "r", "system", said("")),
        node("u", "s", "user", said(picture, "What is this?")),
        node("a", "u", "assistant", {"content_type": "code", "text": "look()"}, **{**model, "recipient": "browser"}),
        node("t", "a", "tool", {"content_type": "tether_quote", "text": "a cheese"}),
        node("b", "t", "assistant", said("A brie."), **model),
        node("c", "u", "assistant", said("A cheese."), **model),
        node("v", "b", "user", said("Is it soft?")),
    ]
    row = {"title": "Cheese", "mapping": dict(nodes), "conversation_id": "c", "current_node": "b"}
    path = written(tmp_path / "conversations.json", [row])
    records = read(path, "message-trees")
    assert asked(records) == [
        ["[image_asset_pointer]\nWhat is this?"],
        ["[image_asset_pointer]\nWhat is this?", "A brie.", "Is it soft?"],
    ]
    assert [(each.response.text, each.response.repeat) for each in replies(records)] == [
        ("A brie.", 1),
        ("A cheese.", 2),
    ]
    for sentence in ("2 turns are a step", "1 part of a turn is no text", "1 turn of a user has no answer"):
        assert sentence in told(records)


@pytest.mark.parametrize("nested", [False, True])
def test_librechat_is_read_flat_and_nested(tmp_path: Path, nested: bool) -> None:
    first: Node = {"messageId": "1", "parentMessageId": "00000000-0000-0000-0000-000000000000", "text": "Is brie soft?"}
    first |= {"sender": "User", "isCreatedByUser": True}
    parts = [{"type": "think", "think": "Brie is."}, {"type": "text", "text": {"value": "Yes."}}]
    answer = {"messageId": "2", "parentMessageId": "1", "content": parts, "sender": "GPT", "model": "m"}
    failed = {"messageId": "3", "parentMessageId": "1", "text": "Timeout", "error": True, "model": "n"}
    turns = [{**first, "children": [answer, failed]}] if nested else [first, answer, failed]
    path = written(tmp_path / "chat.json", {"conversationId": "c", "messages": turns})
    records = read(path, "message-trees")
    assert asked(records) == [["Is brie soft?"]]
    assert [(each.response.text, each.response.reasoning) for each in replies(records)] == [
        ("Yes.", "Brie is."),
        ("", ""),
    ]
    assert [each.response.error for each in replies(records)] == ["", "Timeout"]


OASST: list[Node] = [
    {"message_id": "3", "parent_id": "2", "text": "Sure?", "role": "prompter", "lang": "en"},
    {"message_id": "2", "parent_id": "1", "text": "Yes.", "role": "assistant", "rank": 0, "labels": {"quality": 0.7}},
    {"message_id": "1", "parent_id": None, "text": "Is brie soft?", "role": "prompter"},
    {"message_id": "4", "parent_id": "1", "text": "No.", "role": "assistant", "model_name": "m", "synthetic": True},
    {"message_id": "5", "parent_id": "3", "text": "Very.", "role": "assistant"},
]


def as_tree() -> Node:
    by_id = {turn["message_id"]: {**turn, "replies": []} for turn in OASST}
    for turn in by_id.values():
        if turn["parent_id"]:
            by_id[turn["parent_id"]]["replies"].append(turn)
    return {"message_tree_id": "1", "tree_state": "ready", "prompt": by_id["1"]}


@pytest.mark.parametrize("rows", [[{**turn, "message_tree_id": "1"} for turn in OASST], [as_tree()]])
def test_openassistant_is_read_as_messages_in_any_order_and_as_trees(tmp_path: Path, rows: list[Node]) -> None:
    path = lines(tmp_path / "oasst.jsonl", rows)
    records = read(path, "message-trees")
    assert sorted(asked(records)) == [["Is brie soft?"], ["Is brie soft?", "Yes.", "Sure?"]]
    found = {each.response.text: (each.response.model, each.kept.get("rank")) for each in replies(records)}
    assert found == {"Yes.": ("written by people", "0"), "No.": ("m", None), "Very.": ("written by people", None)}


def test_turns_that_lead_in_a_circle_or_nowhere_end(tmp_path: Path) -> None:
    turns = [
        {"message_id": "1", "parent_id": "2", "text": "Why?", "role": "prompter"},
        {"message_id": "2", "parent_id": "1", "text": "So.", "role": "assistant"},
        {"message_id": "3", "parent_id": "gone", "text": "Yes.", "role": "assistant"},
    ]
    path = lines(tmp_path / "oasst.jsonl", [{**turn, "message_tree_id": "1"} for turn in turns])
    records = read(path, "message-trees")
    assert asked(records) == [["Why?"]]
    assert "1 turn follows one that is not in the file" in told(records)
    assert "1 answer answers no turn of a user" in told(records)


def test_a_list_of_models_answers_is_a_run_of_each_model(tmp_path: Path) -> None:
    answers = [
        {"model": "m", "response": "Yes.", "overall_score": 8.0, "annotations": {"honesty": {"Rating": "5"}}},
        {"model": "n", "response": " ", "critique": "empty"},
    ]
    row = {"source": "s", "instruction": "Is brie soft?", "models": ["m", "n"], "completions": answers}
    path = written(tmp_path / "set.json", [row])
    records = read(path, "answer-lists")
    assert asked(records) == [["Is brie soft?"]]
    assert texts(records) == [(ResponseState.OK, "Yes."), (ResponseState.ERROR, "")]
    assert replies(records)[0].kept["overall_score"] == "8.0"
    assert replies(records)[0].kept["annotations.honesty.Rating"] == "5"
    assert "1 answer holds no text" in told(records)


def test_other_names_of_a_list_of_answers_are_known(tmp_path: Path) -> None:
    row = {
        "prompt": "Is brie soft?",
        "outputs": [{"generator": "m", "output": "Yes."}, {"generator": "n", "output": "No."}],
    }
    path = lines(tmp_path / "set.jsonl", [row])
    assert [each.response.model for each in replies(read(path, detect(path).name))] == ["m", "n"]
