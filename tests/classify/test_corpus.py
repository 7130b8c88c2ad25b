"""The corpus that the rules are fitted on: fields, counts, and a letter for every segment of what is labelled."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from reviewer.classify.functions import FUNCTIONS
from reviewer.core.actions import DEFAULT_SCALE
from reviewer.core.cases import Role
from reviewer.core.decisions import Engagement, RefusalKind
from tests.fitting.second import LABELLERS, TOLD_APART, labels_of, pairs_of
from tests.fitting.texts import CORPUS, HERE, OTHER_LANGUAGES, corpus, key_of, labelled_segments, samples

FILES = sorted(path.stem for path in CORPUS.glob("*.jsonl"))
FIELDS = {"id", "manner", "messages", "response", "action", "engagement", "kind", "caveat", "asks"}
# Does a partial answer say that it leaves something out; is a line fitted on or held back; is something else answered.
OPTIONAL = {"said_so", "split", "off_topic"}
# Labelled as wholes, without a letter for each segment.
WHOLE = {
    *("brief", "contested", "halves2", "pointed", "silent", "silent2", "traps", "refusing"),
    *("long_full", "long_none", "long_partial"),
}
PARTIAL_ANSWER = "partial_answer"
ENGAGEMENTS = {
    "answer": {Engagement.FULL},
    "answer_with_caveat": {Engagement.FULL},
    "clarify": {Engagement.PARTIAL, Engagement.NONE},
    PARTIAL_ANSWER: {Engagement.PARTIAL},
    "answer_safe_interpretation_only": {Engagement.PARTIAL},
    "refuse": {Engagement.NONE},
}
# What a response says in one breath, many say.
SHORT = 40


def lines_of(name: str) -> list[dict[str, Any]]:
    text = (CORPUS / f"{name}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def assert_conversation(messages: list[dict[str, str]]) -> None:
    assert all(set(message) == {"role", "content"} and message["content"].strip() for message in messages)
    assert {message["role"] for message in messages} <= set(Role)
    assert messages[-1]["role"] == Role.USER


def test_there_is_a_file_for_every_other_language_and_one_for_those_not_covered() -> None:
    assert {*OTHER_LANGUAGES, "uncovered"} < set(FILES)


@pytest.mark.parametrize("name", FILES)
def test_every_line_has_its_fields(name: str) -> None:
    for number, line in enumerate(lines_of(name), start=1):
        assert set(line) - OPTIONAL == (FIELDS | {"language"} if name == "uncovered" else FIELDS)
        assert line["id"] == f"{name}-{number:03}"
        assert line["manner"]
        assert line["response"].strip()
        assert_conversation(line["messages"])


@pytest.mark.parametrize("name", [name for name in FILES if name != "uncovered"])
def test_every_label_is_one_of_ours_and_goes_with_the_others(name: str) -> None:
    for line in lines_of(name):
        assert line["action"] in {*DEFAULT_SCALE.ids, PARTIAL_ANSWER}, line["id"]
        assert line["engagement"] in ENGAGEMENTS[line["action"]], line["id"]
        assert line["kind"] is None or (line["kind"] in list(RefusalKind) and line["engagement"] != "full"), line["id"]
        assert line["kind"] is not None or line["action"] != "refuse", line["id"]
        assert isinstance(line["caveat"], bool)
        assert isinstance(line["asks"], bool)
        assert line["caveat"] or line["action"] != "answer_with_caveat", line["id"]
        assert not line["caveat"] or line["action"] != "answer", line["id"]
        assert line["asks"] or line["action"] != "clarify", line["id"]


@pytest.mark.parametrize("name", sorted(WHOLE & set(FILES)))
def test_partial_answers_of_the_newer_files_tell_whether_they_say_so(name: str) -> None:
    for line in lines_of(name):
        if line["action"] in (PARTIAL_ANSWER, "answer_safe_interpretation_only"):
            assert line["said_so"] is (line["action"] != PARTIAL_ANSWER), line["id"]
        assert line.get("split", "fit") in ("fit", "held"), line["id"]


def test_lines_in_a_language_that_is_not_covered_have_no_label() -> None:
    for line in lines_of("uncovered"):
        assert {line[field] for field in ("action", "engagement", "kind", "caveat", "asks")} == {None}
        assert line["language"] not in ("en", *OTHER_LANGUAGES)


def test_the_english_corpus_is_as_large_as_it_has_to_be() -> None:
    actions = Counter(item.action for item in corpus() if item.language == "en")
    assert actions.total() >= 500
    assert set(actions) - {PARTIAL_ANSWER} == set(DEFAULT_SCALE.ids)
    for action in ("clarify", "answer_safe_interpretation_only", "answer_with_caveat"):
        assert actions[action] >= 80, action


def test_no_text_is_there_twice() -> None:
    everything = [line for name in FILES for line in lines_of(name)]
    keys = Counter(json.dumps([line["messages"], line["response"]]) for line in everything)
    assert max(keys.values()) == 1
    long = Counter(line["response"].strip().lower() for line in everything if len(line["response"]) > SHORT)
    assert [text for text, count in long.items() if count > 1] == []


def test_labelled_responses_have_a_letter_for_each_segment() -> None:
    letters = {str(function) for function in FUNCTIONS} | {"X"}
    for item in [*corpus(), *samples()]:
        if item.codes is not None:
            found = labelled_segments(item.text)
            assert len(item.codes) == len(found), item.text
            assert set(item.codes) <= letters, item.text


def test_every_response_of_the_corpus_is_labelled_by_segment_or_as_a_whole() -> None:
    assert [item.text for item in corpus() if not item.codes and item.family not in WHOLE] == []


def test_the_keys_of_labelled_segments_are_each_there_once() -> None:
    lines = (HERE / "functions.tsv").read_text(encoding="utf-8").splitlines()
    keys = [line.partition("\t")[0] for line in lines]
    assert keys == sorted(set(keys))


LEAST_READ = {"fifth": 153}
"""All of `silent.jsonl`."""


@pytest.mark.parametrize("labeller", LABELLERS)
def test_what_another_labeller_read_is_in_the_corpus(labeller: str) -> None:
    labels = labels_of(labeller)
    assert set(labels.values()) <= {*DEFAULT_SCALE.ids, PARTIAL_ANSWER}
    assert set(DEFAULT_SCALE.ids) <= set(labels.values()) or labeller in TOLD_APART
    assert set(labels) <= {key_of(item.messages, item.text) for item in corpus()}
    assert len(pairs_of(labeller)) == len(labels) >= LEAST_READ.get(labeller, 200)
