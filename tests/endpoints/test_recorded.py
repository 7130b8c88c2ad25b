"""Replaying a file of response lines."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.core.cases import CaseKey, Message, Role
from reviewer.core.errors import EnvironmentFault, InputError
from reviewer.core.models import Endpoint
from reviewer.core.responses import Earlier, Response, ResponseState
from reviewer.endpoints import recorded
from reviewer.endpoints.protocol import ChatRequest, EndpointError, FaultKind
from reviewer.endpoints.recorded import Recorded
from reviewer.exchange.formats.native_out import ExportForm, write_records
from reviewer.exchange.kit.records import RESPONSE_LINE, ResponseRecord

pytestmark = pytest.mark.anyio

FULL = {
    "case": "c1",
    "run": "r",
    "repeat": 2,
    "text": "No.",
    "reasoning": "Hm",
    "state": "truncated",
    "finish_reason": "length",
    "usage": {"total_tokens": 5},
    "model": "m-1.0",
    "latency_ms": 12.5,
}


def request_(case: str, repeat: int = 1, model: str = "m") -> ChatRequest:
    return ChatRequest(CaseKey(case), repeat, (Message(Role.USER, "Hi"),), model)


def opened(folder: Path, *lines: object) -> Recorded:
    file = folder / "responses.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return Recorded(Endpoint("rec", "recorded", responses_file=str(file)))


async def test_a_line_comes_back_as_it_was_recorded(tmp_path: Path) -> None:
    client = opened(tmp_path, FULL)
    assert await client.send(request_("c1", 2, "m-1.0")) == Response(
        CaseKey("c1"),
        2,
        text="No.",
        reasoning="Hm",
        state=ResponseState.TRUNCATED,
        finish_reason="length",
        usage={"total_tokens": 5},
        model="m-1.0",
        latency_ms=12.5,
    )
    assert await client.list_models() == ["m-1.0"]
    await client.aclose()


EARLIER = (Earlier("No.\r\n", ResponseState.OK, "2026-03-01T00:00:00Z", "Hm", "m-0.9"),)
WHOLE = Response(
    CaseKey("c1"),
    3,
    text='=1+1\r, \u2028"so"\n',
    reasoning="Hm",
    state=ResponseState.FILTERED,
    finish_reason="stop",
    usage={"total_tokens": 2**60},
    model="m-1.0",
    latency_ms=0.1,
    error="Cut off.",
    attempts=2,
    raw_body=b"\0\xff",
    request_hash="0f" * 32,
    fingerprint="fp",
    headers={"x-request-id": "1"},
    history=("It was busy.",),
    earlier=EARLIER,
)


@pytest.mark.parametrize("form", [ExportForm.JSONL, ExportForm.CSV])
async def test_what_export_writes_is_replayed_whole_with_the_earlier_responses(
    tmp_path: Path, form: ExportForm
) -> None:
    file = tmp_path / f"responses.{form}"
    bare = Response(CaseKey("c2"), text="", state=ResponseState.EMPTY)
    write_records(file, RESPONSE_LINE, [ResponseRecord(0, "r", WHOLE), ResponseRecord(0, "r", bare)], form)
    client = Recorded(Endpoint("rec", "recorded", responses_file=str(file)))
    assert await client.send(request_("c1", 3, "m-1.0")) == WHOLE
    assert await client.send(request_("c2", 1, "")) == bare


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("case,text\nc1,Yes\nc1,No\n", "line 3: case 'c1', repeat 1 was already given"),
        ('case,text\nc1,"two\nlines"\nc2,Yes,\n,No\n', "line 5 names no case"),
        ("case,text,repeat\nc1,Yes,two\n", "line 2: 'two' is not a number"),
        ('case,text\nc1,"Yes\n', "is not a row of CSV"),
        ("key,text\nc1,Yes\n", "is neither JSON Lines nor a table with a column named case"),
    ],
)
def test_a_bad_row_is_refused_with_file_and_line(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "bad.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        Recorded(Endpoint("rec", "recorded", responses_file=str(file)))
    assert words in caught.value.what
    assert str(file) in caught.value.what


async def test_a_line_needs_only_case_and_text(tmp_path: Path) -> None:
    client = opened(tmp_path, {"case": "c1", "text": "Yes\u0000."}, {"case": "c2", "text": None}, {"case": "c3"})
    first = await client.send(request_("c1"))
    assert (first.text, first.state, first.repeat) == ("Yes\ufffd.", ResponseState.OK, 1)
    assert (await client.send(request_("c2"))).state is ResponseState.EMPTY
    assert (await client.send(request_("c3"))).state is ResponseState.EMPTY
    assert await client.list_models() == []


async def test_several_versions_share_a_file(tmp_path: Path) -> None:
    client = opened(
        tmp_path,
        {"case": "c1", "text": "old", "model": "1.0"},
        {"case": "c1", "text": "new", "model": "1.1"},
    )
    assert (await client.send(request_("c1", model="1.0"))).text == "old"
    assert (await client.send(request_("c1", model="1.1"))).text == "new"
    with pytest.raises(EndpointError, match=r"no responses of the model '2'. It has: 1.0, 1.1") as caught:
        await client.send(request_("c1", model="2"))
    assert caught.value.kind is FaultKind.STOP_RUN


async def test_one_models_responses_are_taken_under_any_id(tmp_path: Path) -> None:
    client = opened(tmp_path, {"case": "c1", "text": "Yes.", "model": "m-2024-08-06"})
    assert (await client.send(request_("c1", model="m"))).text == "Yes."


async def test_a_line_without_a_model_serves_ids_that_are_not_named(tmp_path: Path) -> None:
    client = opened(tmp_path, {"case": "c1", "text": "any"}, {"case": "c1", "text": "new", "model": "1.1"})
    assert (await client.send(request_("c1", model="other"))).text == "any"


async def test_a_missing_response_is_given_up(tmp_path: Path) -> None:
    client = opened(tmp_path, FULL)
    with pytest.raises(EndpointError, match=r"no response of the model 'm-1\.0' to case 'c1', repeat 1") as caught:
        await client.send(request_("c1", 1))
    assert caught.value.kind is FaultKind.GIVE_UP
    with pytest.raises(EndpointError, match="no response to case"):
        await opened(tmp_path).send(request_("c1"))


async def test_a_recorded_error_stays_one(tmp_path: Path) -> None:
    response = await opened(tmp_path, {"case": "c1", "state": "error"}).send(request_("c1"))
    assert response.state is ResponseState.ERROR
    assert response.error


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"{", "is not JSON"),
        (b'{"case": "c1", "text": "\xff"}', "is not JSON in UTF-8"),
        (b"[1]", "names no case"),
        (b'{"case": "", "text": "x"}', "names no case"),
        (b'{"case": "c", "text": 7}', "'text' is not a text"),
        (b'{"case": "c", "repeat": 0}', "'repeat' is not a whole number"),
        (b'{"case": "c", "repeat": true}', "'repeat' is not a whole number"),
        (b'{"case": "c", "state": "fine"}', "the state 'fine' is not known"),
        (b'{"case": "c", "state": {}}', "is not known"),
        (b'{"case": "c", "usage": {"n": 1.5}}', "'usage' is not an object"),
        (b'{"case": "c", "latency_ms": NaN}', "'latency_ms' is not a number"),
        (b'{"case": "c1", "text": "other"}', "was already given with another response"),
    ],
)
def test_a_bad_line_is_refused_with_file_and_number(tmp_path: Path, line: bytes, words: str) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_bytes(b'{"case": "c1", "text": "x"}\n\n' + line + b"\n")
    with pytest.raises(InputError, match="line 3") as caught:
        Recorded(Endpoint("rec", "recorded", responses_file=str(file)))
    assert words in caught.value.what
    assert str(file) in caught.value.what


def test_a_line_that_is_too_long_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorded, "MAX_LINE_BYTES", 1000)
    with pytest.raises(InputError, match="line 1 is longer than"):
        opened(tmp_path, {"case": "c1", "text": "x" * 2000})


def test_the_same_line_twice_is_one(tmp_path: Path) -> None:
    opened(tmp_path, FULL, FULL)


def test_a_file_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    for path in ("", str(tmp_path / "none.jsonl"), str(tmp_path)):
        with pytest.raises(InputError, match="file"):
            Recorded(Endpoint("rec", "recorded", responses_file=path))


def test_a_file_that_the_system_does_not_open_is_the_environments_fault(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match="could not be read"):
        Recorded(Endpoint("rec", "recorded", responses_file=str(tmp_path / ("x" * 1000))))


@given(content=st.binary(max_size=400))
def test_any_bytes_open_or_are_refused_with_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    file = tmp_path_factory.mktemp("any") / "any.jsonl"
    file.write_bytes(content)
    with contextlib.suppress(InputError):
        Recorded(Endpoint("rec", "recorded", responses_file=str(file)))
