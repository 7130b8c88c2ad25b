"""Messages in the forms that exports have them in: what is read of each, what is shown, and what is refused."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewer.core.cases import Case, Message, Role, checked_messages
from reviewer.core.errors import InputError
from reviewer.core.hashing import canonical_json
from reviewer.core.message_forms import read_messages, stored_message
from reviewer.core.messages import FileKind, FilePart, TextPart, ToolCall, message_of, texts_in, with_text
from tests.core.strategies import PROPERTY
from tests.exchange.strategies import messages
from tests.support.builders import make_case, user
from tests.support.effort import often

PNG = b"\x89PNG\r\n\x1a\n" + bytes(600)
PNG_DATA = base64.b64encode(PNG).decode()
PDF = b"%PDF-1.4 small"
PDF_DATA = base64.b64encode(PDF).decode()
CALL = {"id": "c1", "type": "function", "function": {"name": "weather", "arguments": '{"city": "Bern"}'}}
ASKED = {"role": "user", "content": "What is the weather in Bern?"}
CALLED = {"role": "assistant", "content": None, "tool_calls": [CALL]}
RESULT = {"role": "tool", "tool_call_id": "c1", "content": "Sun, 21 degrees"}
AS_READ = (
    Message(Role.USER, "What is the weather in Bern?"),
    message_of(Role.ASSISTANT, (ToolCall("weather", '{"city": "Bern"}', "c1"),)),
    Message(Role.TOOL, "Sun, 21 degrees", "weather", (), "c1"),
)


def digits(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]


def asked(content: object) -> tuple[Message, ...]:
    return checked_messages([{"role": "user", "content": content}])


def shape(turns: tuple[Message, ...]) -> list[tuple[str, str]]:
    return [(str(turn.role), turn.shown) for turn in turns]


@PROPERTY
@given(messages())
def test_what_is_written_of_messages_reads_back_to_the_same(turns: tuple[Message, ...]) -> None:
    written = json.loads(canonical_json([turn.as_json() for turn in turns]))
    assert tuple(map(stored_message, written)) == turns
    assert checked_messages(written) == turns


@PROPERTY
@given(messages())
def test_messages_have_one_hash_however_they_were_written(turns: tuple[Message, ...]) -> None:
    case: Case = replace(make_case(), messages=turns)
    assert case.messages_json == canonical_json([turn.as_json() for turn in turns])
    assert replace(case, messages=checked_messages(json.loads(case.messages_json))).message_hash == case.message_hash


# texts


@pytest.mark.parametrize("kind", ["text", "input_text", "output_text"])
def test_a_list_of_texts_is_one_text_and_asks_the_same_thing(kind: str) -> None:
    assert asked([{"type": kind, "text": "How do I bake bread?"}]) == user("How do I bake bread?")
    assert asked([{"type": kind, "text": "One."}, {"type": kind, "text": "Two."}]) == user("One.\nTwo.")


def test_a_name_and_a_developer_stay() -> None:
    items = [{"role": "developer", "content": "Be brief."}, {"role": "user", "name": "p1", "content": "Rolls?"}]
    turns = checked_messages(items)
    assert [turn.as_json() for turn in turns] == items
    assert [turn.speaker for turn in turns] == ["developer", "user p1"]


def test_what_says_nothing_of_what_is_sent_is_no_fault() -> None:
    item: dict[str, object] = {
        "role": "user",
        "content": "Hi?",
        "tool_calls": None,
        "refusal": None,
        "annotations": [],
        "weight": 1,
    }
    assert checked_messages([item]) == user("Hi?")


# share gpt


def test_turns_of_share_gpt() -> None:
    turns = checked_messages(
        [
            {"from": "system", "value": "Be brief."},
            {"from": "human", "value": "Buns?"},
            {"from": "gpt", "value": "Which?", "weight": 0},
            {"from": "human", "value": "Sweet ones."},
        ]
    )
    assert shape(turns) == [
        ("system", "Be brief."),
        ("user", "Buns?"),
        ("assistant", "Which?"),
        ("user", "Sweet ones."),
    ]


@pytest.mark.parametrize(
    "turn",
    [{"from": "user", "content": "Buns?"}, {"role": "human", "value": "Buns?"}, {"role": "user", "text": "Buns?"}],
)
def test_turns_with_half_of_their_names_changed(turn: dict[str, object]) -> None:
    assert checked_messages([turn]) == user("Buns?")


@pytest.mark.parametrize("result", ["observation", "tool", "function_response"])
def test_calls_and_results_of_share_gpt(result: str) -> None:
    call = json.dumps({"name": "weather", "arguments": {"city": "Bern"}})
    items = [{"from": "human", "value": "Sun?"}, {"from": "function_call", "value": call}]
    turns = checked_messages([*items, {"from": result, "value": "Rain."}])
    assert shape(turns) == [
        ("user", "Sun?"),
        ("assistant", 'calls weather({"city":"Bern"})'),
        ("tool", "result of weather: Rain."),
    ]


# tools


def test_calls_and_results_of_openai_are_turns_and_the_result_knows_its_tool() -> None:
    turns = checked_messages([ASKED, CALLED, RESULT])
    assert turns == AS_READ
    assert shape(turns)[1:] == [
        ("assistant", 'calls weather({"city": "Bern"})'),
        ("tool", "result of weather: Sun, 21 degrees"),
    ]


def test_the_older_function_call_and_its_result() -> None:
    called = {"role": "assistant", "content": None, "function_call": {"name": "weather", "arguments": "{}"}}
    turns = checked_messages([ASKED, called, {"role": "function", "name": "weather", "content": "Sun"}])
    assert shape(turns)[1:] == [("assistant", "calls weather({})"), ("tool", "result of weather: Sun")]


def test_items_of_the_responses_interface() -> None:
    call = {"type": "function_call", "call_id": "c1", "name": "weather", "arguments": '{"city": "Bern"}'}
    other = {**call, "call_id": "c2", "name": "time", "status": "completed", "id": "fc_1"}
    turns = checked_messages(
        [
            {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Sun?"}]},
            call,
            other,
            {"type": "function_call_output", "call_id": "c2", "output": "Noon"},
            {"type": "function_call_output", "call_id": "c1", "output": "Sun"},
        ]
    )
    assert shape(turns) == [
        ("user", "Sun?"),
        ("assistant", 'calls weather({"city": "Bern"})\ncalls time({"city": "Bern"})'),
        ("tool", "result of time: Noon"),
        ("tool", "result of weather: Sun"),
    ]


def test_reasoning_before_a_turn_is_part_of_it() -> None:
    thought = {"type": "reasoning", "id": "r1", "summary": [], "encrypted_content": "abc"}
    call = {"type": "function_call", "call_id": "c1", "name": "weather", "arguments": "{}"}
    output = {"type": "function_call_output", "call_id": "c1", "output": {"sky": "sun"}}
    answer = {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Sun."}]}
    turns = checked_messages([ASKED, thought, call, output, thought, answer, ASKED])
    assert [turn.role for turn in turns] == ["user", "assistant", "tool", "assistant", "user"]
    assert [turn.shown for turn in turns[1:4]] == [
        "[reasoning: not readable]\ncalls weather({})",
        'result of weather: {"sky":"sun"}',
        "[reasoning: not readable]\nSun.",
    ]


@pytest.mark.parametrize("result", [{"sky": "sun"}, [{"sky": "sun"}, 3], 21, True])
def test_what_a_tool_gave_as_plain_json_is_its_text(result: object) -> None:
    called = {"from": "function_call", "value": '{"name": "weather"}'}
    chat = checked_messages([ASKED, CALLED, {**RESULT, "content": result}])
    shared = checked_messages([{"from": "human", "value": "x"}, called, {"from": "observation", "value": result}])
    assert chat[-1].content == shared[-1].content == canonical_json(result)


def test_blocks_of_anthropic() -> None:
    use = {"type": "tool_use", "id": "c1", "name": "weather", "input": {"city": "Bern"}}
    result = {
        "type": "tool_result",
        "tool_use_id": "c1",
        "content": [{"type": "text", "text": "down"}],
        "is_error": True,
    }
    turns = checked_messages(
        [
            ASKED,
            {"role": "assistant", "content": [{"type": "text", "text": "I look."}, use]},
            {"role": "user", "content": [result, {"type": "text", "text": "And now?"}]},
        ]
    )
    assert shape(turns)[1:] == [
        ("assistant", 'I look.\ncalls weather({"city":"Bern"})'),
        ("tool", "result of weather (the tool failed): down"),
        ("user", "And now?"),
    ]


@pytest.mark.parametrize(
    ("items", "told"),
    [
        ([ASKED, CALLED], "last turn is the assistant's"),
        (
            [{"role": "user", "content": [{"type": "thinking", "thinking": "Well."}]}],
            "holds nothing but reasoning",
        ),
        ([ASKED, RESULT], "Message 2 is a tool's result, but a call 'c1' stands in no assistant's turn"),
        ([ASKED, CALLED, {**RESULT, "tool_call_id": "c9"}], "Message 3 is a tool's result, but a call 'c9'"),
        ([ASKED, CALLED, ASKED], "Message 2 calls 'weather', and the result does not follow"),
        ([ASKED, {**CALLED, "role": "user"}], r"Message 2 \(user\) calls a tool"),
        (
            [ASKED, {**CALLED, "tool_calls": [{"id": "c1", "type": "function"}]}, RESULT],
            "Message 2 has a call of the type",
        ),
        ([ASKED, {**CALLED, "tool_calls": [{**CALL, "function": {"arguments": "{}"}}]}], "does not name it"),
        ([{"from": "human", "value": "a"}, {"from": "function_call", "value": "{"}], "Message 2 calls a tool, but"),
        ([{"from": "human"}], 'Message 1 has no "value"'),
        ([{"from": "narrator", "value": "x"}], "unknown role 'narrator'"),
        ([{"role": "user", "content": [{"typ": "text"}]}], "Part 1 of message 1 does not say of which type"),
        ([{"role": "user", "content": [3]}], "Part 1 of message 1 is neither"),
        ([{"role": "user", "content": [{"type": "text", "text": "x", "txet": "y"}]}], "no field 'txet'"),
        ([{"role": "user", "content": [{"type": "image_url", "image_url": {}}]}], "has no data and no address"),
        (
            [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:image/png;base64,%"}}]}],
            "base64",
        ),
        ([{"role": "system", "content": [{"type": "image_url", "image_url": "https://a"}]}, ASKED], "more than text"),
        ([{"role": "user", "content": "x", "name": 3}], "has a name that is no text"),
    ],
)
def test_what_cannot_be_sent_is_refused_with_a_sentence(items: list[object], told: str) -> None:
    with pytest.raises(InputError, match=told) as caught:
        checked_messages(items)
    assert caught.value.remedy


def test_read_only_the_last_turn_may_be_anybodys() -> None:
    assert read_messages([ASKED, CALLED]) == AS_READ[:2]


# pictures and files

PICTURE = FilePart(FileKind.IMAGE, "image/png", data=PNG_DATA)


@pytest.mark.parametrize(
    "part",
    [
        {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PNG_DATA}"}},
        {"type": "image_url", "image_url": f"data:image/png;base64,{PNG_DATA}"},
        {"type": "input_image", "image_url": f"data:image/png;base64,{PNG_DATA}"},
        {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PNG_DATA}},
        {"type": "image", "image": PNG_DATA, "mimeType": "image/png"},
        {"type": "image", "data": PNG_DATA},
        {"type": "file", "file": {"file_data": f"data:;base64,{PNG_DATA}"}},
    ],
)
def test_a_picture_is_the_same_in_every_form(part: dict[str, Any]) -> None:
    (turn,) = asked([{"type": "text", "text": "What is this?"}, part])
    assert turn.parts == (TextPart("What is this?"), PICTURE)
    assert turn.shown == f"What is this?\n[picture, image/png, 608 bytes, SHA-256 {digits(PNG)}]"


@pytest.mark.parametrize(
    ("part", "shown"),
    [
        (
            {"type": "image_url", "image_url": {"url": "http://127.0.0.1:9/x.png"}},
            "[picture at http://127.0.0.1:9/x.png, not fetched]",
        ),
        (
            {"type": "file", "file": {"filename": "plan.pdf", "file_data": f"data:application/pdf;base64,{PDF_DATA}"}},
            f"[file, plan.pdf, application/pdf, 14 bytes, SHA-256 {digits(PDF)}]",
        ),
        (
            {"type": "document", "title": "plan.pdf", "source": {"type": "base64", "data": PDF_DATA}},
            f"[file, plan.pdf, application/pdf, 14 bytes, SHA-256 {digits(PDF)}]",
        ),
        (
            {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "Bread."}},
            f"[file, text/plain, 6 bytes, SHA-256 {digits(b'Bread.')}]",
        ),
        (
            {"type": "image_url", "image_url": {"url": "data:image/svg+xml,%3Csvg/%3E"}},
            f"[picture, image/svg+xml, 6 bytes, SHA-256 {digits(b'<svg/>')}]",
        ),
        ({"type": "input_file", "file_id": "file-1"}, "[file kept by the provider as file-1]"),
        (
            {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}},
            "[audio, audio/wav, 3 bytes, SHA-256 709e80c88487]",
        ),
        ({"type": "brain_wave", "hertz": 8}, "[part of the type brain_wave]"),
        ({"type": "image", "image": "/home/me/x.png"}, "[picture at /home/me/x.png, not fetched]"),
    ],
)
def test_what_is_no_text_is_shown_as_a_placeholder_and_kept(part: dict[str, Any], shown: str) -> None:
    (turn,) = asked([part])
    assert turn.shown == shown
    assert stored_message(json.loads(canonical_json(turn.as_json()))) == turn


def test_an_unknown_part_keeps_every_field() -> None:
    part = {"type": "brain_wave", "hertz": 8, "of": [{"who": None}]}
    (turn,) = asked([{"type": "text", "text": "x"}, part])
    assert turn.as_json()["content"] == [{"type": "text", "text": "x"}, part]


def test_the_names_of_hostile_files_and_tools_stay_on_one_line() -> None:
    named = {"filename": "a\n\u202egnp.exe\n" + "b" * 300, "file_data": PDF_DATA}
    (turn,) = asked([{"type": "file", "file": named}])
    assert not {"\n", "\u202e"} & set(turn.shown)
    assert len(turn.shown) < 200
    call = {"id": "c1", "type": "function", "function": {"name": "we\nather", "arguments": ""}}
    turns = checked_messages([ASKED, {**CALLED, "tool_calls": [call]}, RESULT])
    assert shape(turns)[1:] == [("assistant", "calls we ather()"), ("tool", "result of we ather: Sun, 21 degrees")]


def test_reasoning_of_earlier_turns_is_kept_apart_from_what_was_said() -> None:
    thought = {"role": "assistant", "content": "Yes.", "reasoning_content": "Hm."}
    turn = checked_messages([ASKED, thought, ASKED])[1]
    assert (turn.content, turn.shown) == ("Yes.", "[reasoning: Hm.]\nYes.")


def test_a_picture_counts_as_what_it_costs_about_and_not_by_its_bytes() -> None:
    (turn,) = asked([{"type": "text", "text": "abcd"}, {"type": "image", "data": PNG_DATA}])
    assert turn.length == 4_004
    assert AS_READ[1].length == len("weather") + len('{"city": "Bern"}')


# editing


def test_another_text_leaves_pictures_and_calls_where_they_are() -> None:
    (turn,) = asked([{"type": "image", "data": PNG_DATA}, {"type": "text", "text": "Old"}])
    assert with_text(turn, "New").parts == (PICTURE, TextPart("New"))
    assert with_text(turn, "").parts == (PICTURE,)
    assert with_text(AS_READ[1], "I look.").shown == 'I look.\ncalls weather({"city": "Bern"})'
    assert with_text(AS_READ[2], "Rain") == replace(AS_READ[2], content="Rain")
    assert [texts_in(each) for each in (turn, *AS_READ)] == [1, 1, 0, 1]


# anything


words = st.sampled_from(
    [
        *("role", "content", "type", "text", "user", "assistant", "tool", "system", "from", "value", "human", "gpt"),
        *("function_call", "tool_calls", "function", "name", "arguments", "id", "tool_call_id", "image_url", "url"),
        *("image", "source", "data", "media_type", "file", "file_data", "input_audio", "format", "tool_use", "input"),
        *("tool_result", "tool_use_id", "observation", "data:image/png;base64,AAAA", "https://a", "{}", "AAAA", ""),
    ]
)
anything = st.recursive(
    words | st.none() | st.booleans() | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=4),
    max_leaves=20,
)


@settings(PROPERTY, max_examples=often(1000, 300))
@given(st.lists(anything | st.dictionaries(words, anything, max_size=4), max_size=4))
def test_whatever_comes_is_read_to_what_can_be_kept_and_shown_or_refused_with_a_sentence(items: list[object]) -> None:
    refused: list[InputError] = []
    try:
        turns = checked_messages(items)
    except InputError as fault:
        refused.append(fault)
    else:
        assert tuple(map(stored_message, json.loads(canonical_json([turn.as_json() for turn in turns])))) == turns
        assert all(turn.shown or turn.role is Role.ASSISTANT for turn in turns)
    assert all(fault.what and fault.remedy for fault in refused)
