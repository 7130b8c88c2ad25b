"""Whatever a record holds, it comes through JSON as it was."""

from __future__ import annotations

import json
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.core.actions import DEFAULT_SCALE
from reviewer.core.cases import Case, CaseKey
from reviewer.core.decisions import Hidden, Verdict
from reviewer.core.messages import FilePart, Message, TextPart, ToolCall
from reviewer.core.responses import Response, ResponseState
from reviewer.core.shapes import from_plain, shape_of, to_plain
from reviewer.exchange.kit.options import ImportOptions, Numbered
from reviewer.exchange.kit.records import BadRow, CaseRecord, DecisionRecord, Record, ResponseRecord, VerdictRecord

ANY = st.characters(codec=None)
texts = st.text(ANY, max_size=20)
parts = st.builds(TextPart, texts) | st.builds(ToolCall, texts, texts) | st.builds(FilePart, data=texts)
messages = st.builds(Message, content=texts, parts=st.lists(parts, max_size=2).map(tuple))
cases = st.builds(
    Case,
    st.builds(CaseKey, texts),
    st.lists(messages, max_size=2).map(tuple),
    band=st.dictionaries(texts, st.floats(0, 1), max_size=2),
    tags=st.lists(texts, max_size=2).map(tuple),
)
responses = st.builds(
    Response, st.builds(CaseKey, texts), text=texts, raw_body=st.binary(max_size=9), usage=st.just({})
)
hidden = st.none() | st.frozensets(st.sampled_from(Hidden))
records = st.one_of(
    st.builds(CaseRecord, st.integers(), cases, st.dictionaries(texts, texts, max_size=2)),
    st.builds(ResponseRecord, st.integers(), texts, responses),
    st.builds(BadRow, st.integers(), texts),
    st.builds(DecisionRecord, action=st.none() | texts, hidden=hidden, seconds_spent=st.none() | st.floats(0, 9)),
    st.builds(VerdictRecord, verdict=st.builds(Verdict, confidence=st.floats(0, 1), engagement_confidence=st.none())),
)


@given(record=records)
def test_a_record_comes_back_as_it_was(record: Record) -> None:
    plain = json.loads(json.dumps(to_plain(record, Record)))

    back = from_plain(plain, Record)

    assert back == record
    assert type(back) is type(record)


def test_options_and_states_come_back_as_what_they_were() -> None:
    options = ImportOptions(DEFAULT_SCALE, "s", mapping={"prompt": "q"}, numbered=Numbered.TURNS)
    response = Response(CaseKey("a"), state=ResponseState.FILTERED)

    assert from_plain(json.loads(json.dumps(to_plain(options, ImportOptions))), ImportOptions) == options
    back = from_plain(json.loads(json.dumps(to_plain(response, Response))), Response)
    assert back.state is ResponseState.FILTERED


@pytest.mark.parametrize("kind", get_args(Record))
def test_every_kind_of_record_has_a_shape(kind: type) -> None:
    assert shape_of(kind)


def test_a_type_of_no_json_is_refused() -> None:
    with pytest.raises(TypeError, match="no shape"):
        shape_of(complex)
