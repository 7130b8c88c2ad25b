"""The program's own line formats: what is taken, and the sentence for what is not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reviewer.core.actions import ActionId
from reviewer.core.cases import CaseStatus
from reviewer.core.decisions import DecisionKind, Hidden
from reviewer.core.errors import InputError
from reviewer.core.responses import ResponseState
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.records import CaseRecord, DecisionRecord, ResponseRecord, RunRecord, SuiteRecord
from reviewer.exchange.kit.sources import MAX_ROW_CHARACTERS
from reviewer.exchange.registry import read_file
from tests.exchange.reading import bad_rows, cases_in, records_of, written

GOOD: dict[str, object] = {"key": "a", "prompt": "Hello?", "label": "answer"}


def lines(tmp_path: Path, *rows: object) -> Path:
    text = "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows)
    return written(tmp_path / "suite.jsonl", text)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"prompt": " "}, "is empty"),
        ({"prompt": None}, "messages are missing"),
        ({"messages": [{"role": "user", "content": "x"}]}, "both a prompt and messages"),
        ({"prompt": 3}, "'prompt' is not a text"),
        ({"prompt": "a\0b"}, "NUL"),
        ({"key": ""}, "'key' is missing"),
        ({"key": 7}, "'key' is not a text"),
        ({"key": " a"}, "space at an end"),
        ({"key": "a" * 201}, "201 characters"),
        ({"label": None}, "label is missing"),
        ({"label": "Explode"}, "'Explode' is not on the scale"),
        ({"label": "1"}, "'1' is not on the scale"),
        ({"band": {"answer_with_caveat": 1.5}}, "is 1.5; it must lie between 0 and 1"),
        ({"band": {"clarify": 0.5}}, "has a gap"),
        ({"band": {"maybe": 0.5}}, "'maybe' is not on the scale"),
        ({"band": {"answer_with_caveat": "half"}}, "not a number"),
        ({"band": [1]}, "band is not an object"),
        ({"band": {"answer": 0.5}, "label": None, "status": "unreviewed"}, "a band and no label"),
        ({"borderline": "yes"}, "neither true nor false"),
        ({"tags": "one"}, "not a list of texts"),
        ({"tags": [""]}, "A tag is not a text, is empty"),
        ({"tags": [1]}, "A tag is not a text, is empty"),
        ({"status": "new"}, "'new' is not known"),
        ({"categorie": "x"}, "no field 'categorie'"),
        ({"prompt": "\ud800"}, "surrogate"),
    ],
)
def test_a_wrong_case_is_one_bad_row_with_a_sentence(tmp_path: Path, change: dict[str, object], reason: str) -> None:
    records = records_of(lines(tmp_path, {"suite": {"name": "S"}}, {**GOOD, **change}, {**GOOD, "key": "b"}))

    assert list(bad_rows(records)) == [2]
    assert reason in bad_rows(records)[2]
    assert bad_rows(records)[2].endswith(".")
    assert [case.key for case in cases_in(records)] == ["b"]


@pytest.mark.parametrize(
    ("messages", "reason"),
    [
        ([{"role": "wizard", "content": "x"}], "unknown role 'wizard'"),
        ([{"role": "user", "content": "x"}, {"role": "assistant", "content": "y"}], "must be the user's"),
        (
            [{"role": "user", "content": [{"type": "text"}]}],
            "Part 1 of message 1 is of the type 'text' and has no text",
        ),
        ([{"role": "user", "content": "x", "nmae": "Bo"}], "Message 1 has no field 'nmae'"),
        ([], "messages are missing"),
        ("hello", "messages are missing"),
    ],
)
def test_wrong_messages_are_a_sentence(tmp_path: Path, messages: object, reason: str) -> None:
    records = records_of(lines(tmp_path, {"key": "a", "messages": messages, "label": "answer"}))

    assert reason in bad_rows(records)[1]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"key": "a", "prompt"', "not JSON"),
        ("[1, 2]", "not a JSON object"),
        ('{"key": "a", "prompt": "x", "label": NaN}', "NaN"),
        ('{"key": "a", "prompt": "x", "label": -Infinity}', "Infinity"),
        ('{"key": ' + "9" * 5000 + "}", "not usable JSON"),
        ('{"key": ' + "[" * 200_000 + "}", "nested too deeply"),
        ('{"key": "a", "messages": [{"role": ' + "[" * 900 + "]" * 900 + ', "content": "x"}]}', "nested too deeply"),
        ('{"key": "a", "prompt": "x", "label": "answer", "band": {"clarify": 1' + "0" * 400 + "}}", "credit for"),
        ('{"key": "a", "prompt": "x", "label": "answer", "band": {"answer_with_caveat": 1e999}}', "credit for"),
    ],
)
def test_line_17_is_named_and_the_rest_goes_on(tmp_path: Path, line: str, reason: str) -> None:
    rows: list[object] = [{**GOOD, "key": f"k{number}"} for number in range(30)]
    rows[16] = line

    records = records_of(lines(tmp_path, *rows))

    assert list(bad_rows(records)) == [17]
    assert reason in bad_rows(records)[17]
    assert len(cases_in(records)) == 29


def test_blank_lines_count_and_are_skipped(tmp_path: Path) -> None:
    records = records_of(lines(tmp_path, "", GOOD, "  ", {**GOOD, "key": ""}))

    assert list(bad_rows(records)) == [4]


def test_a_row_over_the_limit_is_skipped_and_counted(tmp_path: Path) -> None:
    huge = {**GOOD, "key": "huge", "prompt": "x" * (2 * MAX_ROW_CHARACTERS + 5)}

    records = records_of(lines(tmp_path, GOOD, huge, {**GOOD, "key": "b", "label": "?"}))

    assert list(bad_rows(records)) == [2, 3]
    assert "longer than 10,000,000 characters" in bad_rows(records)[2]


def test_a_key_may_come_again_only_with_equal_content(tmp_path: Path) -> None:
    records = records_of(lines(tmp_path, GOOD, {**GOOD, "tags": []}, {**GOOD, "prompt": "Other?"}))

    assert len(cases_in(records)) == 2
    assert "already on line 1" in bad_rows(records)[3]


def test_a_suite_line_sets_scale_and_name_and_comes_once(tmp_path: Path) -> None:
    suite = {"suite": {"name": "Six", "scale": ["answer", "partial_answer", "refuse"], "guideline": "G"}}
    case = {"key": "a", "prompt": "x", "label": "partial_answer", "borderline": True}

    records = records_of(lines(tmp_path, suite, case, suite, {**case, "key": "b", "label": "clarify"}))

    assert isinstance(records[0], SuiteRecord)
    assert (records[0].line, records[0].head.name, records[0].head.guideline) == (1, "Six", "G")
    assert records[0].head.scale.ids == ("answer", "partial_answer", "refuse")
    assert cases_in(records)[0].band == {"answer": 0.5, "refuse": 0.5}
    assert list(bad_rows(records)) == [3, 4]


@pytest.mark.parametrize("suite", ["S", {}, {"name": "S", "scale": ["one"]}, {"name": "S", "scale": 1}, {"nam": "S"}])
def test_a_wrong_suite_line_stops_the_import(tmp_path: Path, suite: object) -> None:
    with pytest.raises(InputError, match="line 1"):
        records_of(lines(tmp_path, {"suite": suite}, GOOD))


def test_without_a_suite_line_the_file_names_the_suite(tmp_path: Path) -> None:
    head = records_of(lines(tmp_path, GOOD))[0]

    assert isinstance(head, SuiteRecord)
    assert (head.line, head.head.name) == (0, "suite")


def test_unreviewed_needs_no_label_and_names_count_as_actions(tmp_path: Path) -> None:
    rows = [
        {"key": "a", "prompt": "x", "status": "unreviewed"},
        {"key": "b", "prompt": "x", "label": "Answer with caveat"},
        {"key": "c", "prompt": "x", "label": "no way"},
    ]
    options = ImportOptions(label_map={"No Way": ActionId("refuse")})

    cases = cases_in(records_of(lines(tmp_path, *rows), options))

    assert [(case.label, case.status) for case in cases] == [
        (None, CaseStatus.UNREVIEWED),
        ("answer_with_caveat", CaseStatus.LABELLED),
        ("refuse", CaseStatus.LABELLED),
    ]


def test_responses_name_each_run_once_and_blank_text_is_empty(tmp_path: Path) -> None:
    rows = [
        {"case": "a", "run": "r1", "text": "Hi", "model": "m", "usage": {"total_tokens": 3}, "latency_ms": 1.5},
        {"case": "b", "run": "r1", "text": " "},
        {"case": "a", "text": "Hi"},
    ]

    records = records_of(lines(tmp_path, *rows))

    assert [(r.name, r.model, r.line) for r in records if isinstance(r, RunRecord)] == [
        ("r1", "m", 1),
        ("suite", "", 3),
    ]
    answers = [r.response for r in records if isinstance(r, ResponseRecord)]
    assert [answer.state for answer in answers] == [ResponseState.OK, ResponseState.EMPTY, ResponseState.OK]
    assert (answers[0].usage, answers[0].latency_ms) == ({"total_tokens": 3}, 1.5)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"repeat": 0}, "whole number"),
        ({"repeat": True}, "whole number"),
        ({"state": "fine"}, "'fine' is not known"),
        ({"usage": {"n": -1}}, "usage"),
        ({"usage": [1]}, "usage"),
        ({"latency_ms": -1}, "latency_ms"),
        ({"case": None}, "'case' is missing"),
        ({"txt": ""}, "no field 'txt'"),
        ({"text": "other"}, "already on line 1"),
    ],
)
def test_a_wrong_response_is_a_sentence(tmp_path: Path, change: dict[str, object], reason: str) -> None:
    row = {"case": "a", "run": "r", "text": "Hi"}

    assert reason in bad_rows(records_of(lines(tmp_path, row, {**row, **change})))[2]


def test_decisions_keep_cannot_decide_adjudication_and_undo(tmp_path: Path) -> None:
    base = {"case": "a", "run": "r", "reviewer": "ann"}
    rows = [
        {**base, "id": "1", "action": None, "at": "2025-03-01T09:30:00Z", "blind": True},
        {**base, "id": "2", "action": "refuse", "kind": "adjudication"},
        {**base, "id": "3", "action": None, "kind": "undo", "undoes": "2"},
    ]

    records = [record for record in records_of(lines(tmp_path, *rows)) if isinstance(record, DecisionRecord)]

    assert [(r.id, r.action, r.kind, r.undoes, r.blind) for r in records] == [
        ("1", None, DecisionKind.DECISION, "", True),
        ("2", "refuse", DecisionKind.ADJUDICATION, "", None),
        ("3", None, DecisionKind.UNDO, "2", None),
    ]


@pytest.mark.parametrize(
    ("said", "blind", "hidden"),
    [
        ({}, None, None),
        ({"blind": None, "hidden": None}, None, None),
        ({"blind": True}, True, None),
        ({"blind": False}, False, frozenset()),
        ({"hidden": []}, False, frozenset()),
        ({"hidden": ["others", "verdict"]}, True, {Hidden.VERDICT, Hidden.OTHERS}),
    ],
)
def test_a_decision_is_blind_or_not_only_where_its_file_says_so(
    tmp_path: Path, said: dict[str, object], blind: bool | None, hidden: frozenset[Hidden] | None
) -> None:
    row = {"case": "a", "run": "r", "reviewer": "ann", "action": "refuse", **said}
    (record,) = [each for each in records_of(lines(tmp_path, row)) if isinstance(each, DecisionRecord)]
    assert (record.blind, record.hidden) == (blind, hidden)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"reviewer": ""}, "reviewer is missing"),
        ({"action": "maybe"}, "'maybe' is not on the scale"),
        ({"hidden": ["verdict"], "blind": False}, "says two things"),
        ({"hidden": [], "blind": True}, "says two things"),
        ({"hidden": ["the verdict"]}, "holds 'the verdict'"),
        ({"hidden": "verdict"}, "is no list"),
        ({"origin": "dream"}, "'dream' is not known"),
        ({"at": "yesterday"}, "cannot be read"),
        ({"at": "2025-03-01T09:30:00"}, "no offset"),
        ({"kind": "undo"}, "must say which"),
        ({"undoes": "1"}, "must say which"),
        ({"response_hash": "abc"}, "not a SHA-256"),
        ({"id": "1", "action": "refuse"}, "already on line 1"),
        ({"verdict": "x"}, "no field 'verdict'"),
    ],
)
def test_a_wrong_decision_is_a_sentence(tmp_path: Path, change: dict[str, object], reason: str) -> None:
    row = {"case": "a", "reviewer": "ann", "action": "answer"}

    assert reason in bad_rows(records_of(lines(tmp_path, {**row, "id": "1"}, {**row, **change})))[2]


def test_the_csv_form_takes_typed_cells_and_refuses_wrong_ones(tmp_path: Path) -> None:
    path = written(
        tmp_path / "run-7.csv",
        'case,text,repeat,latency_ms,usage\na,Hi,2,3.5,"{""n"": 1}"\nb,Hi,two,,\nc,Hi,,,nonsense\n',
    )

    records = records_of(path)

    assert isinstance(records[1], ResponseRecord)
    assert (records[1].run, records[1].response.repeat, records[1].response.usage) == ("run-7", 2, {"n": 1})
    assert "'two' is not a number" in bad_rows(records)[3]
    assert "usage cell cannot be read" in bad_rows(records)[4]


def test_records_are_streamed(tmp_path: Path) -> None:
    """The first case is there before a fault at the end of the file is reached."""
    records = read_file(lines(tmp_path, GOOD, *["{"] * 3), ImportOptions())

    assert isinstance(next(records), SuiteRecord)
    assert isinstance(next(records), CaseRecord)
