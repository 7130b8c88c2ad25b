"""Results of promptfoo: what it writes where an answer stands, ratings by people, repeats without a number."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from reviewer.core.actions import ActionId
from reviewer.core.errors import InputError
from reviewer.core.responses import ResponseState
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.records import DecisionRecord, Record, ResponseRecord, RunRecord, Told
from reviewer.exchange.registry import detect
from tests.exchange.reading import PLAIN, bad_rows, cases_in, records_of, written
from tests.support.eval_logs import graded, lines_file, promptfoo_database, promptfoo_json, promptfoo_row

THUMBS = ImportOptions(label_map={"pass": ActionId("answer"), "fail": ActionId("refuse")})


def read(tmp_path: Path, *rows: dict[str, Any], options: ImportOptions = PLAIN, **results: object) -> list[Record]:
    path = promptfoo_json(tmp_path / "results.json", list(rows), **results)
    assert detect(path).name == "promptfoo"
    return records_of(path, options)


def responses_in(records: list[Record]) -> list[ResponseRecord]:
    return [record for record in records if isinstance(record, ResponseRecord)]


def decisions_in(records: list[Record]) -> list[DecisionRecord]:
    return [record for record in records if isinstance(record, DecisionRecord)]


def told(records: list[Record]) -> str:
    return "\n".join(record.sentence for record in records if isinstance(record, Told))


def answered(output: object, finish: str = "stop", **more: object) -> dict[str, Any]:
    return {"response": {"output": output, "finishReason": finish, **more}}


@pytest.mark.parametrize(
    ("changes", "state", "text", "reasoning"),
    [
        (answered("Like this."), ResponseState.OK, "Like this.", ""),
        (answered(""), ResponseState.EMPTY, "", ""),
        (answered("cut off", "length"), ResponseState.TRUNCATED, "cut off", ""),
        (answered("Content filtered by provider", "content_filter"), ResponseState.FILTERED, "", ""),
        (answered("Content filtered by provider", ""), ResponseState.FILTERED, "", ""),
        (answered("Half an ans", "content_filter"), ResponseState.FILTERED, "Half an ans", ""),
        (answered("Thinking: Can't?\n\nYes, I can."), ResponseState.OK, "Yes, I can.", "Can't?"),
        (answered("Thinking: a\n\nThinking: b\n\nYes."), ResponseState.OK, "Yes.", "a\n\nb"),
        (answered("Thinking: without an end"), ResponseState.EMPTY, "", "without an end"),
        (answered({"a": 1}), ResponseState.OK, '{"a": 1}', ""),
        ({"error": "It must hold x", "failureReason": 1, "success": False}, ResponseState.OK, "Like this.", ""),
        (
            {"response": {"error": "API error: 500"}, "error": "API error: 500", "failureReason": 2},
            ResponseState.ERROR,
            "",
            "",
        ),
        (
            {"response": {"error": "400 ResponsibleAIPolicyViolation"}, "failureReason": 2},
            ResponseState.FILTERED,
            "",
            "",
        ),
        ({"response": None, "error": "no connection", "failureReason": 2}, ResponseState.ERROR, "", ""),
    ],
)
def test_the_state_is_decided_before_the_text(
    tmp_path: Path, changes: dict[str, Any], state: ResponseState, text: str, reasoning: str
) -> None:
    response = responses_in(read(tmp_path, promptfoo_row(**changes)))[0].response
    assert (response.state, response.text, response.reasoning) == (state, text, reasoning)


def test_before_there_was_a_reason_a_row_without_output_had_failed(tmp_path: Path) -> None:
    failed = promptfoo_row(response=None, error="no connection")
    wrong = promptfoo_row(question="Else?", error="Expected x", success=False)
    del failed["failureReason"], wrong["failureReason"]
    states = [each.response.state for each in responses_in(read(tmp_path, failed, wrong, version=2))]
    assert states == [ResponseState.ERROR, ResponseState.OK]


def test_tests_with_the_same_variables_are_repeats_by_their_number(tmp_path: Path) -> None:
    rows = [promptfoo_row(output=f"Reply {n}.", testIdx=n) for n in (2, 0, 1)]
    found = {each.response.text: each.response.repeat for each in responses_in(read(tmp_path, *rows))}
    assert found == {"Reply 0.": 1, "Reply 1.": 2, "Reply 2.": 3}
    for row in rows:
        del row["testIdx"]
    assert [each.response.repeat for each in responses_in(read(tmp_path, *rows))] == [1, 2, 3]


def test_providers_and_prompts_are_runs_over_the_same_cases(tmp_path: Path) -> None:
    chat = json.dumps([{"role": "system", "content": "Be brief."}, {"role": "user", "content": "How?"}])
    rows = [
        promptfoo_row(provider={"id": f"lab:{name}", "label": name}, prompt={"raw": raw, "label": label}, promptIdx=n)
        for n, (label, raw) in enumerate((("plain", "How?"), ("chat", chat)))
        for name in ("a", "b")
    ]
    records = read(tmp_path, *reversed(rows))
    assert len(cases_in(records)) == 1
    runs = [record.name for record in records if isinstance(record, RunRecord)]
    assert runs == [f"{each} (eval-x)" for each in ("b · chat", "a · chat", "b · plain", "a · plain")]
    assert responses_in(records)[0].kept["system_prompt"] == "Be brief."


def test_a_prompt_that_asks_something_else_makes_another_case(tmp_path: Path) -> None:
    rows = [promptfoo_row(prompt={"raw": f"{word}: how?", "label": word}, promptIdx=n) for n, word in enumerate("ab")]
    assert [case.key for case in cases_in(read(tmp_path, *reversed(rows)))] == ["one (b)", "one"]


def test_a_description_that_several_tests_have_is_no_key(tmp_path: Path) -> None:
    records = read(tmp_path, promptfoo_row(), promptfoo_row(question="Else?"))
    assert all(case.key.startswith("case-") for case in cases_in(records))
    assert [case.label for case in cases_in(records)] == ["answer", "answer"]


def test_a_thumb_is_a_decision_once_it_is_said_what_it_means(tmp_path: Path) -> None:
    row = promptfoo_row(gradingResult=graded(True, human=False, comment="!highlight No."), failureReason=0)
    records = read(tmp_path, row)
    assert not decisions_in(records)
    assert "promptfoo reviewer says “fail” 1" in told(records)
    assert "did not bring its totals up to date" in told(records)
    decision = decisions_in(read(tmp_path, row, options=THUMBS))[0]
    assert (decision.reviewer, decision.action, decision.note) == ("promptfoo reviewer", "refuse", "No.")
    assert json.loads(responses_in(records)[0].kept["gradingResult"])["comment"] == "!highlight No."


def test_what_a_thumb_means_says_nothing_of_an_assertion(tmp_path: Path) -> None:
    records = read(tmp_path, promptfoo_row(), options=THUMBS)
    assert "contains (“passed” 1)" in told(records)
    assert not decisions_in(records)


def test_older_ratings_had_no_part_of_their_own_and_a_comment_left_the_same_reason(tmp_path: Path) -> None:
    turned = graded(True) | {"pass": False, "reason": "Manual result (overrides all other grading results)"}
    commented = graded(True, comment="Hm.") | {"reason": "Manual result (overrides all other grading results)"}
    rows = [promptfoo_row(gradingResult=turned), promptfoo_row(question="Else?", gradingResult=commented)]
    assert [each.action for each in decisions_in(read(tmp_path, *rows, options=THUMBS))] == ["refuse"]


def test_ratings_in_the_older_forms_table_belong_to_their_results(tmp_path: Path) -> None:
    output = {"prompt": "How?", "provider": "tiny", "text": "Like this.", "gradingResult": graded(True, human=False)}
    table = {"head": {"vars": ["question"]}, "body": [{"vars": ["How?"], "outputs": [output]}]}
    rows = [promptfoo_row(question="Else?"), promptfoo_row()]
    for row in rows:
        del row["failureReason"]
    records = read(tmp_path, *rows, options=THUMBS, version=2, table=table)
    key = next(each.response.case for each in responses_in(records) if each.line == 2)
    assert [(each.case, each.action) for each in decisions_in(records)] == [(key, "refuse")]


def test_json_lines_and_the_database_give_the_same(tmp_path: Path) -> None:
    rows = [promptfoo_row(), promptfoo_row(testIdx=1, output="Again.", gradingResult=graded(True, human=True))]
    whole = read(tmp_path, *rows, options=THUMBS)
    for path in (
        lines_file(tmp_path / "results.jsonl", rows),
        promptfoo_database(tmp_path / "promptfoo.db", rows),
    ):
        assert detect(path).name == "promptfoo"
        records = records_of(path, THUMBS)
        assert [r.response for r in responses_in(records)] == [r.response for r in responses_in(whole)]
        assert [d.action for d in decisions_in(records)] == ["answer"]


def test_a_damaged_database_is_a_sentence_and_is_not_written_to(tmp_path: Path) -> None:
    path = promptfoo_database(tmp_path / "promptfoo.db", [promptfoo_row()] * 50)
    content = bytearray(path.read_bytes())
    content[4096 * 2 : 4096 * 3] = b"\xff" * 4096
    path.write_bytes(content)
    with pytest.raises(InputError, match="SQLite"):
        records_of(path, format_name="promptfoo")
    assert path.read_bytes() == bytes(content)


def test_keys_of_graders_are_dropped_and_told(tmp_path: Path) -> None:
    provider = {"id": "judge", "config": {"apiKey": "very-secret", "temperature": 0}}
    grading = graded(True)
    grading["componentResults"][0]["assertion"]["provider"] = provider
    records = read(tmp_path, promptfoo_row(gradingResult=grading), promptfoo_row(testIdx=1, gradingResult=grading))
    assert "very-secret" not in repr(records)
    assert "2 credentials in the file were left out" in told(records)


def test_what_is_no_result_is_declined(tmp_path: Path) -> None:
    config = {"prompts": ["{{q}}"], "providers": ["a"], "tests": [{"vars": {"q": "x"}}]}
    path = written(tmp_path / "promptfooconfig.json", json.dumps(config))
    with pytest.raises(InputError, match="configuration of promptfoo"):
        records_of(path)
    with pytest.raises(InputError, match="no results"):
        read(tmp_path)
    mixed: list[Any] = [promptfoo_row(), "no object"]
    records = read(tmp_path, *mixed)
    assert list(bad_rows(records)) == [2]
