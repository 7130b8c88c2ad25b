"""Messages, cases, hashes, and what is sent for a case."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.core.actions import DEFAULT_SCALE
from reviewer.core.cases import (
    MAX_MESSAGE_CHARACTERS,
    CaseStatus,
    Message,
    Role,
    checked_messages,
    suite_hash,
)
from reviewer.core.errors import InputError
from reviewer.core.hashing import canonical_json, content_hash
from reviewer.core.messages import ToolCall, message_of
from reviewer.core.models import Endpoint, ModelVersion, Sampling
from tests.core.strategies import PROPERTY
from tests.support.builders import ANSWER, CAVEAT, REFUSE, make_case, make_model_version, scale_of, user

SYSTEM, USER, ASSISTANT = (str(role) for role in (Role.SYSTEM, Role.USER, Role.ASSISTANT))


def turn(role: object, content: object = "Hello.") -> dict[str, object]:
    return {"role": role, "content": content}


def test_messages_keep_their_turns_and_texts_as_written() -> None:
    items = [turn(SYSTEM, "Be brief."), turn(USER, " Hi "), turn(ASSISTANT, "Yes?"), turn(USER, "Why?\n")]
    assert [message.as_json() for message in checked_messages(items)] == items


@pytest.mark.parametrize(
    ("items", "told"),
    [
        (None, "missing"),
        ([], "missing"),
        ("Hello", "missing"),
        ({"role": USER}, "missing"),
        (["Hello"], "Message 1 is not a role with a text"),
        ([turn(USER, 3)], "Message 1 is not a role with a text"),
        ([turn(USER), {"role": USER}], "Message 2 is not a role with a text"),
        ([turn("narrator")], "Message 1 has the unknown role 'narrator'"),
        ([turn(None)], "unknown role"),
        ([turn([USER])], "unknown role"),
        ([turn(USER, " \n")], r"Message 1 \(user\) is empty"),
        ([turn(USER), turn(ASSISTANT)], "last turn is the assistant's"),
        ([turn(SYSTEM)], "last turn is the system's"),
        ([turn(USER), turn(SYSTEM), turn(USER)], "after the first turn"),
        ([turn(USER, "x" * (MAX_MESSAGE_CHARACTERS + 1))], "2,000,001 characters"),
    ],
)
def test_bad_messages_are_refused_with_a_sentence(items: object, told: str) -> None:
    with pytest.raises(InputError, match=told) as caught:
        checked_messages(items)
    assert caught.value.remedy


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@PROPERTY
@given(json_values)
def test_canonical_json_reads_back_and_its_hash_survives(value: object) -> None:
    again = json.loads(canonical_json(value))
    assert again == value
    assert content_hash(again) == content_hash(value)


@PROPERTY
@given(st.dictionaries(st.text(), st.integers(), min_size=2))
def test_the_order_of_keys_never_matters(value: dict[str, int]) -> None:
    assert content_hash(dict(reversed(list(value.items())))) == content_hash(value)


def test_the_canonical_form_is_fixed() -> None:
    assert canonical_json({"b": [1, 0.5], "a": "ä"}) == '{"a":"ä","b":[1,0.5]}'
    digest = content_hash({"b": [1, 0.5], "a": "ä"})
    assert digest == "8c35e39ca12b37d3e375f1c5782ee8c4a16a49ec68413b5d0c123c06cc475ed3"


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_json_cannot_say_has_no_hash(value: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        content_hash([value])


def test_lone_surrogates_are_kept_apart() -> None:
    assert len({content_hash(text) for text in ("\ud800", "\ud801", "?", "\ufffd", "")}) == 5


def test_a_suites_hash_knows_its_cases_and_scale_and_not_their_order() -> None:
    hashes = [make_case(key).content_hash for key in ("a", "b", "c")]
    assert suite_hash(DEFAULT_SCALE, hashes) == suite_hash(DEFAULT_SCALE, hashes[::-1])
    assert suite_hash(DEFAULT_SCALE, hashes) != suite_hash(DEFAULT_SCALE, hashes[:2])
    assert suite_hash(DEFAULT_SCALE, hashes) != suite_hash(scale_of(5), hashes)
    assert suite_hash(DEFAULT_SCALE, []) == suite_hash(DEFAULT_SCALE, ())


def test_a_cases_hash_covers_everything_a_person_can_change() -> None:
    case = make_case(band={CAVEAT: 0.5})
    variants = [
        case,
        replace(case, key=make_case("other").key),
        replace(case, messages=user("Something else?")),
        replace(case, label=REFUSE, band={}),
        replace(case, band={CAVEAT: 0.25}),
        replace(case, borderline=True),
        replace(case, tags=("x",)),
        replace(case, status=CaseStatus.DISPUTED),
        replace(case, category="x"),
        replace(case, pair="x"),
        replace(case, segment="x"),
        replace(case, source="x"),
        replace(case, licence="x"),
        replace(case, rationale="x"),
    ]
    assert len({variant.content_hash for variant in variants}) == len(variants)


def test_the_message_hash_covers_roles_and_texts_only() -> None:
    case = make_case()
    assert replace(case, label=REFUSE, category="law").message_hash == case.message_hash
    system, user = Message(Role.SYSTEM, "Hi"), Message(Role.USER, "Hi")
    whole, parts = Message(Role.USER, "ab"), (Message(Role.USER, "a"), Message(Role.USER, "b"))
    for one, other in (((system,), (user,)), ((whole,), parts)):
        assert replace(case, messages=one).message_hash != replace(case, messages=other).message_hash


@given(st.lists(st.text(min_size=1), min_size=1, max_size=3))
def test_the_messages_json_is_the_canonical_json_of_the_messages(texts: list[str]) -> None:
    messages = tuple(Message(Role.USER, text) for text in texts)
    case = replace(make_case(), messages=messages)
    assert case.messages_json == canonical_json([message.as_json() for message in messages])


def test_a_case_line_says_only_what_there_is() -> None:
    line = make_case("k", "Hi?", ANSWER).as_json()
    assert line == {
        "key": "k",
        "messages": [{"role": "user", "content": "Hi?"}],
        "label": "answer",
        "status": "labelled",
    }
    assert "label" not in make_case(label=None).as_json()


OLD = (
    Message(Role.SYSTEM, "Be brief."),
    Message(Role.USER, 'Wie „geht“ das?\n\t"so"'),
    Message(Role.ASSISTANT, "So \\ so."),
    Message(Role.USER, "Danke \U0001f600"),
)


def test_what_older_workspaces_hold_keeps_its_json_and_its_hashes_byte_for_byte() -> None:
    case = replace(make_case("k", label=ANSWER), messages=OLD, category="x")
    assert case.messages_json == (
        '[{"content":"Be brief.","role":"system"},{"content":"Wie „geht“ das?\\n\\t\\"so\\"","role":"user"},'
        '{"content":"So \\\\ so.","role":"assistant"},{"content":"Danke \U0001f600","role":"user"}]'
    )
    assert case.message_hash == "d3679a73a49daea7d64a98910f3c7841beca6db2b2f684da87564c63d738c8e0"
    assert case.content_hash == "37122bba7f2d96a4c95a3aaba09212536d8deb59213049528dac4cc78b61f462"
    sent = replace(VERSION, system="Careful.")
    assert sent.request_hash(sent.messages_for(OLD), 1) == (
        "cd0bc85c6672c3d1cdbbfa1187831570c150c60331b4ec3f044a10dd80b741f4"
    )


def test_the_request_of_a_case_that_ends_with_a_tools_result_begins_with_what_the_user_asked() -> None:
    called = message_of(Role.ASSISTANT, (ToolCall("weather", "{}"),))
    turns = (*user("Sun?"), called, Message(Role.TOOL, "Rain.", "weather"))
    assert replace(make_case(), messages=turns).request == "Sun?\ncalls weather({})\nresult of weather: Rain."


def test_a_developers_message_of_the_case_stays_one_behind_the_versions_system_prompt() -> None:
    strict = make_model_version(system="Be careful.")
    own = (Message(Role.DEVELOPER, "Be brief."), *user("One?"))
    assert strict.messages_for(own) == (Message(Role.DEVELOPER, "Be careful.\n\nBe brief."), *user("One?"))


def test_the_request_is_the_last_turn() -> None:
    turns = (*user("First?"), Message(Role.ASSISTANT, "Well."), *user("Second?"))
    assert replace(make_case(), messages=turns).request == "Second?"


def test_the_versions_system_prompt_precedes_the_cases_own() -> None:
    turns = (*user("One?"), Message(Role.ASSISTANT, "Scripted."), *user("Two?"))
    bare, strict = make_model_version(), make_model_version(system="Be careful.")
    own = (Message(Role.SYSTEM, "You work in a pharmacy."), *turns)
    assert bare.messages_for(turns) == turns
    assert bare.messages_for(own) == own
    assert strict.messages_for(turns) == (Message(Role.SYSTEM, "Be careful."), *turns)
    joined = Message(Role.SYSTEM, "Be careful.\n\nYou work in a pharmacy.")
    assert strict.messages_for(own) == (joined, *turns)


ENDPOINT = Endpoint("local", "openai-chat", "http://127.0.0.1:9/v1")
VERSION = ModelVersion("1.0", ENDPOINT, "m", "s", Sampling(0.0))


def test_a_model_versions_hash_covers_what_shapes_an_answer() -> None:
    variants = [
        VERSION,
        replace(VERSION, model="n"),
        replace(VERSION, system=""),
        replace(VERSION, sampling=Sampling()),
        replace(VERSION, sampling=Sampling(0.0, max_tokens=5)),
        replace(VERSION, endpoint=replace(ENDPOINT, protocol="recorded")),
        replace(VERSION, endpoint=replace(ENDPOINT, base_url="http://127.0.0.1:9/v2")),
        replace(VERSION, endpoint=replace(ENDPOINT, responses_file="other.jsonl")),
    ]
    assert len({variant.hash for variant in variants}) == len(variants)


def test_a_model_versions_hash_leaves_out_names_limits_and_keys() -> None:
    other = Endpoint(
        "far", "openai-chat", "http://127.0.0.1:9/v1/", key_env="KEY", key_service="k", timeout_s=1, concurrency=9
    )
    assert VERSION.hash == replace(VERSION, endpoint=other, name="2.0").hash
    assert Sampling(0.0, seed=0).as_json() == {"temperature": 0.0, "seed": 0}
