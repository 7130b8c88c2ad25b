"""Files as older and newer versions of other tools write them: found by themselves, whole, nothing taken wrongly."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from reviewer.core.errors import InputError
from reviewer.core.responses import ResponseState
from reviewer.exchange.kit.records import (
    CaseRecord,
    ColumnUse,
    DecisionRecord,
    Record,
    ResponseRecord,
    RunRecord,
    Told,
    VerdictRecord,
)
from reviewer.exchange.registry import detect
from tests.exchange.reading import bad_rows, cases_in, records_of, written

Row = Mapping[str, object]
USER, ASSISTANT = "user", "assistant"


def lines(path: Path, rows: Sequence[Row]) -> Path:
    return written(path, "".join(json.dumps(row) + "\n" for row in rows))


def whole(path: Path, value: object) -> Path:
    return written(path, json.dumps(value))


def texts(records: Sequence[Record]) -> list[str]:
    return [record.response.text for record in records if isinstance(record, ResponseRecord)]


def states(records: Sequence[Record]) -> list[ResponseState]:
    return [record.response.state for record in records if isinstance(record, ResponseRecord)]


def models(records: Sequence[Record]) -> list[str]:
    return [record.model for record in records if isinstance(record, RunRecord)]


def said_by(records: Sequence[Record]) -> list[tuple[str, str | None]]:
    return [(record.reviewer, record.action) for record in records if isinstance(record, DecisionRecord)]


def asked(records: Sequence[Record]) -> list[list[str]]:
    return [[message.content for message in case.messages] for case in cases_in(list(records))]


def listed(records: Sequence[Record]) -> set[str]:
    return {record.name for record in records if isinstance(record, ColumnUse)}


def turn(role: str, text: str) -> Row:
    return {"role": role, "content": {"text": text, "lang": "en"}}


def test_a_garak_probe_of_several_turns_asks_its_whole_conversation(tmp_path: Path) -> None:
    led = [turn(USER, "one"), turn(ASSISTANT, "first"), turn(USER, "two"), turn(ASSISTANT, "last")]
    attempt = {
        "entry_type": "attempt",
        "uuid": "u",
        "status": 2,
        "probe_classname": "fitd.FITD",
        "prompt": {"turns": led[:1]},
        "outputs": [{"text": "last"}, None],
        "conversations": [{"turns": led}, {"turns": led[:1]}],
    }
    path = lines(tmp_path / "a.report.jsonl", [{"entry_type": "init", "garak_version": "0.14.0"}, attempt])

    records = records_of(path)

    assert asked(records) == [["one", "first", "two"], ["one"]]
    assert states(records) == [ResponseState.OK, ResponseState.ERROR]


def test_garak_s_first_attempts_did_not_say_what_they_are_and_a_digest_is_no_report(tmp_path: Path) -> None:
    attempt = {
        "uuid": "u", "status": "complete", "probe_classname": "dan.Dan", "prompt": "Hi?", "outputs": ["No."],
        "detector_results": {"dan.DAN": [1.0]},
    }  # fmt: skip
    digest = {
        "entry_type": "digest",
        "meta": {"reportfile": "x", "setup": {"entry_type": "start_run setup"}},
        "eval": {},
    }

    assert texts(records_of(lines(tmp_path / "old.report.jsonl", [attempt]))) == ["No."]
    with pytest.raises(InputError, match="garak's digest"):
        records_of(written(tmp_path / "digest.jsonl", json.dumps(digest, indent=4)))


def pieces(former: bool) -> list[dict[str, object]]:
    word = "prompt_text" if former else "value"
    kind = "prompt_data_type" if former else "value_data_type"
    said = [(0, USER, "Hi?"), (1, ASSISTANT, "No.")]
    return [
        {
            "id": f"i{at}",
            "role": role,
            "conversation_id": "c",
            "sequence": at,
            "timestamp": "2024-05-01T00:00:00",
            "labels": {"op": "x"},
            "prompt_target_identifier": {"__type__": "OpenAIChatTarget"},
            f"original_{word}": text,
            f"converted_{word}": text,
            f"converted_{kind}": "text",
        }
        for at, role, text in said
    ]


def test_pyrit_s_first_names_and_its_table_are_the_same_conversation(tmp_path: Path) -> None:
    rows = pieces(former=False)
    cells = [",".join(f'"{value}"' for value in row.values()) for row in rows]
    table = written(tmp_path / "memory.csv", "\n".join([",".join(rows[0]), *cells]))
    found = [records_of(whole(tmp_path / f"{former}.json", pieces(former))) for former in (True, False)]

    for records in (*found, records_of(table)):
        assert (asked(records), texts(records), models(records)) == ([["Hi?"]], ["No."], ["OpenAIChatTarget"])


def test_a_duckdb_database_is_declined_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "pyrit_duckdb_storage.db"
    path.write_bytes(b"\x01" * 8 + b"DUCK" + bytes(4000))

    with pytest.raises(InputError, match="DuckDB database, which is not read here"):
        records_of(path)


TESTED: Row = {"name": "test_case_0", "input": "Hi?", "actualOutput": "No.", "success": False}
METRIC: Row = {"metric": "Bias", "score": 0.5, "success": True}
DEEPEVAL: dict[str, object] = {
    "temporary": {"testCases": [{**TESTED, "metricsMetadata": [METRIC]}], "hyperparameters": {"model": "m"}},
    "latest": {"testRunData": {"testCases": [{**TESTED, "metricsData": [METRIC]}], "hyperparameters": {"model": "m"}}},
    "returned": {"test_results": [{"name": "t", "input": "Hi?", "actual_output": "No.", "metrics_data": [METRIC]}]},
}


@pytest.mark.parametrize("form", DEEPEVAL)
def test_deepeval_s_files_of_a_run_are_one_form(tmp_path: Path, form: str) -> None:
    path = whole(tmp_path / "run.json", DEEPEVAL[form])

    records = records_of(path)

    assert detect(path).name == "deepeval"
    assert (asked(records), texts(records)) == ([["Hi?"]], ["No."])
    (kept,) = [record.kept for record in records if isinstance(record, ResponseRecord)]
    assert kept["metric Bias"].startswith("score 0.5")


def test_deepeval_s_older_conversations_were_pairs(tmp_path: Path) -> None:
    pairs = [{"input": "Hi?", "actualOutput": "Hello."}, {"input": "More?", "actualOutput": "No."}]
    path = whole(tmp_path / "a.json", {"testCases": [], "conversationalTestCases": [{"name": "c", "testCases": pairs}]})

    records = records_of(path)

    assert (asked(records), texts(records)) == ([["Hi?", "Hello.", "More?"]], ["No."])


def test_lm_eval_s_older_files_say_their_model_and_task_in_their_name(tmp_path: Path) -> None:
    sample = {"doc_id": 0, "doc": {"q": "Hi"}, "target": "", "arguments": [["Hi?", {}]], "resps": [["No."]]}
    whole(tmp_path / "results.json", {"results": {"my_task": {}}, "configs": {}, "versions": {}})
    path = whole(tmp_path / "pretrained__Org__m,dtype__float_my_task.jsonl", [sample])

    records = records_of(path)

    assert models(records) == ["Org/m"]
    assert [case.key for case in cases_in(records)] == ["my_task-0"]


def test_what_lm_eval_wrote_out_before_has_replies_or_likelihoods(tmp_path: Path) -> None:
    row = {"doc_id": 0, "prompt_0": "Hi?", "logit_0": "No.", "truth": "x", "em": "0.0"}
    records = records_of(whole(tmp_path / "task_write_out_info.json", [row]))

    assert (asked(records), texts(records)) == ([["Hi?"]], ["No."])
    with pytest.raises(InputError, match="likelihood of given choices"):
        records_of(whole(tmp_path / "choice_write_out_info.json", [{**row, "logit_0": -1.5, "logit_1": -2.5}]))


def test_the_first_openai_evals_named_their_model_in_the_run_s_configuration(tmp_path: Path) -> None:
    specs = {"completions_": [{"name": "gpt-3.5-turbo"}], "embedding_": None}
    data = {"prompt": "Hi?", "sampled": "No.", "metadata": {"model": "gpt-3.5-turbo-0301"}}
    event = {"sample_id": "a", "event_id": 0, "type": "sampling", "data": data}
    path = lines(
        tmp_path / "log.jsonl",
        [{"spec": {"eval_name": "e", "base_eval": "b", "run_config": {"model_specs": specs}}}, event],
    )

    records = records_of(path)

    assert models(records) == ["gpt-3.5-turbo"]
    (response,) = [record.response for record in records if isinstance(record, ResponseRecord)]
    assert response.model == "gpt-3.5-turbo-0301"


def hosted(output: object, error: object = None, finish: str = "stop") -> Row:
    asked_for = [{"role": "developer", "content": "Be kind."}, {"role": USER, "content": "Hi?"}]
    return {
        "object": "eval.run.output_item",
        "run_id": "r",
        "datasource_item": {"id": finish, "label": "answer"},
        "results": [{"name": "check", "passed": True, "score": 1.0}],
        "sample": {"input": asked_for, "output": output, "finish_reason": finish, "model": "m", "error": error},
    }


def test_output_items_of_a_hosted_eval_are_responses_and_their_grades_are_kept(tmp_path: Path) -> None:
    rows = [
        hosted([{"role": ASSISTANT, "content": "Hello."}]),
        hosted([{"role": ASSISTANT, "content": "Hel"}], finish="length"),
        hosted([], {"code": "x", "message": "boom"}, ""),
        hosted([], {"code": "content_filter", "message": "content_filter"}, "content_filter"),
    ]
    for path in (lines(tmp_path / "a.jsonl", rows), whole(tmp_path / "b.json", {"object": "list", "data": rows})):
        records = records_of(path)

        assert states(records) == ["ok", "truncated", "error", "filtered"]
        assert {case.label for case in cases_in(records)} == {"answer"}
        assert {message.content for case in cases_in(records) for message in case.messages} == {"Hi?"}
        kept = [record.kept for record in records if isinstance(record, ResponseRecord)]
        assert all(each["system_prompt"] == "Be kind." and each["result check: score"] == "1.0" for each in kept)
        assert not [record for record in records if isinstance(record, VerdictRecord | DecisionRecord)]


FLAT: dict[str, Row] = {
    "version 2": {
        "id": "r", "status": "completed", "_server_id": "s", "prompt": "Hi?", "response": "No.",
        "label.responses": ["refuse", "answer"], "label.responses.users": ["anna", "ben"],
        "label.responses.status": ["submitted", "draft"],
        "label.suggestion": "refuse", "label.suggestion.score": 0.8, "label.suggestion.agent": "clf",
    },
    "version 1": {
        "prompt": "Hi?", "response": "No.", "external_id": "r", "metadata": "{}", "label-suggestion": "refuse",
        "label": [
            {"user_id": "anna", "value": "refuse", "status": "submitted"},
            {"user_id": "ben", "value": "answer", "status": "draft"},
        ],
        "label-suggestion-metadata": {"type": None, "score": 0.8, "agent": "clf"},
    },
    "version 0": {
        "inputs": {"prompt": "Hi?", "response": "No."}, "prediction": [["refuse", 0.8]], "prediction_agent": "clf",
        "annotation": "refuse", "annotation_agent": "anna", "status": "Validated", "id": "r", "metadata": {},
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("version", "packed"), [*((name, False) for name in FLAT), ("version 2", True), ("version 1", True)]
)
def test_argilla_s_flat_rows_are_its_records(tmp_path: Path, version: str, *, packed: bool) -> None:
    path = tmp_path / ("rows.parquet" if packed else "rows.jsonl")
    if packed:
        import pyarrow as pa
        import pyarrow.parquet as parquet

        parquet.write_table(pa.Table.from_pylist([dict(FLAT[version])]), path)
    else:
        lines(path, [FLAT[version]])

    records = records_of(path)

    assert detect(path).name == "argilla"
    assert (asked(records), texts(records), said_by(records)) == ([["Hi?"]], ["No."], [("anna", "refuse")])
    (verdict,) = [record.verdict for record in records if isinstance(record, VerdictRecord)]
    assert (verdict.action, verdict.confidence) == ("refuse", 0.8)


def test_helm_s_annotations_stay_beside_the_responses(tmp_path: Path) -> None:
    state = {
        "instance": {"input": {"text": "Hi?"}, "references": [], "id": "i"},
        "request": {"model": "m", "prompt": "Hi?"},
        "result": {"success": True, "completions": [{"text": "No."}]},
        "annotations": {"xstest": {"gpt_score": 1.0}},
    }
    path = whole(tmp_path / "scenario_state.json", {"adapter_spec": {"model": "m"}, "request_states": [state]})

    (kept,) = [record.kept for record in records_of(path) if isinstance(record, ResponseRecord)]

    assert json.loads(kept["annotations"]) == {"xstest": {"gpt_score": 1.0}}


def promptfoo(raw: str, response: Row) -> Row:
    return {
        "provider": {"id": "p"}, "prompt": {"raw": raw, "label": "l"}, "vars": {"q": raw}, "success": True,
        "score": 1, "response": response, "failureReason": 0, "promptIdx": 0, "testIdx": 0, "testCase": {},
    }  # fmt: skip


def test_a_filter_s_words_are_no_reply_and_a_refusal_is_one(tmp_path: Path) -> None:
    azure = "The generated content was filtered due to triggering Azure OpenAI Service's content filtering system."
    flagged = {"flagged": True}
    rows = [
        promptfoo("a", {"output": "I can't.", "isRefusal": True, "guardrails": flagged}),
        promptfoo("b", {"output": azure, "guardrails": flagged}),
        promptfoo("c", {"output": "Blocked: content management policy.", "guardrails": flagged}),
        promptfoo("- role: system\n  content: S\n- role: user\n  content: 'Hi: you?'\n", {"output": "Yes."}),
    ]
    document = {"evalId": "e", "results": {"version": 3, "timestamp": "2025", "results": rows}, "config": {}}

    records = records_of(whole(tmp_path / "results.json", document))

    assert states(records) == ["ok", "filtered", "filtered", "ok"]
    assert texts(records) == ["I can't.", "", "", "Yes."]
    assert asked(records)[-1] == ["Hi: you?"]


def test_the_first_promptfoo_named_no_provider_and_its_xml_is_declined(tmp_path: Path) -> None:
    row = {"prompt": {"raw": "Hi?", "display": "Hi?"}, "vars": {}, "response": {"output": "No."}, "success": True}
    failed = {"prompt": {"raw": "Ho?", "display": "Ho?"}, "vars": {}, "error": "API error: 500", "success": False}
    records = records_of(whole(tmp_path / "old.json", {"results": [row, failed], "stats": {}, "table": {}}))

    assert states(records) == ["ok", "error"]
    with pytest.raises(InputError, match="XML form"):
        records_of(written(tmp_path / "a.xml", "<?xml version='1.0'?><promptfoo><evalId>x</evalId></promptfoo>"))


def test_texts_that_an_older_inspect_log_attached_to_its_transcript_are_put_in(tmp_path: Path) -> None:
    reply = {"message": {"role": ASSISTANT, "content": "No."}, "stop_reason": "stop"}
    sample = {
        "id": 1, "epoch": 1, "input": "tc://aa", "target": "", "output": {"model": "m", "choices": [reply]},
        "transcript": {"events": [], "content": {"aa": "What is it?"}},
    }  # fmt: skip
    head = {"task": "t", "created": "2024-06-01T12:00:00", "model": "m"}

    records = records_of(whole(tmp_path / "log.json", {"version": 2, "eval": head, "samples": [sample]}))

    assert asked(records) == [["What is it?"]]


def test_sorry_bench_s_answers_find_their_questions_and_people_s_scores_decide(tmp_path: Path) -> None:
    question = {"question_id": 1, "category": "4", "turns": ["Say x"], "prompt_style": "base"}
    lines(tmp_path / "question.jsonl", [question, {**question, "turns": ["Sagx"], "prompt_style": "ascii"}])
    answer = {"question_id": 1, "model_id": "m", "choices": [{"index": 0, "turns": ["No."]}]}
    (tmp_path / "model_answer").mkdir()

    styled = records_of(lines(tmp_path / "model_answer" / "m_ascii.jsonl", [answer]))
    rated = records_of(lines(tmp_path / "human.jsonl", [{**answer, "prompt_style": "base", "human_score": 0.0}]))

    assert (asked(styled), texts(styled), models(styled)) == ([["Sagx"]], ["No."], ["m"])
    assert (asked(rated), said_by(rated)) == ([["Say x"]], [("SORRY-Bench annotators", "refuse")])


def test_sorry_bench_s_answers_alone_are_no_requests_and_its_judge_s_words_no_cases(tmp_path: Path) -> None:
    answer = {"question_id": 1, "model_id": "m", "choices": [{"index": 0, "turns": ["No."]}]}
    judged = {"question_id": 1, "model": "m", "judge": ["j"], "user_prompt": "p", "judgment": "0", "score": 0}

    records = records_of(lines(tmp_path / "m.jsonl", [answer]))

    assert (cases_in(records), texts(records)) == ([], ["No."])
    assert any("questions are not beside" in record.sentence for record in records if isinstance(record, Told))
    with pytest.raises(InputError, match="what a judge said"):
        records_of(lines(tmp_path / "judged.jsonl", [judged]))


def test_harmbench_s_completions_are_a_run_on_what_was_sent(tmp_path: Path) -> None:
    done = {"do_x": [{"test_case": "Do x now", "generation": "No.", "label": 0}, {"test_case": ["p.png", "x"]}]}
    records = records_of(whole(tmp_path / "llama.json", done))

    assert (asked(records), texts(records), models(records)) == ([["Do x now"]], ["No."], ["llama"])
    assert list(bad_rows(records)) == [2]
    cases = records_of(whole(tmp_path / "test_cases.json", {"do_x": ["Do x", "Do x now"], "do_y": ["Do y"]}))
    assert [tuple(case.tags) for case in cases_in(cases)] == [("do_x",), ("do_x",), ("do_y",)]


SETS: dict[str, tuple[str, str, list[str], list[tuple[str, str | None]]]] = {
    "coconot with responses": (
        "a.csv", "id,category,subcategory,prompt,response\nc1,S,x,Hi?,No.\n", ["No."], []),
    "strongreject responses": (
        "a.csv", "category,source,forbidden_prompt,jailbroken_prompt,response,score\nV,c,Hi?,Hi? now,No.,0\n", ["No."],
        []),
    "falsereject training": (
        "a.jsonl", '{"prompt": "Hi?", "cot_response": "So.", "instruct_response": "Yes."}\n', ["So.", "Yes."], []),
    "do-not-answer with ratings": (
        "a.csv", "id,risk_area,types_of_harm,specific_harms,question,GPT4_response,GPT4_action\n0,a,b,c,Hi?,No.,0\n",
        ["No."], [("Do-Not-Answer annotators", "refuse")]),
    "jailbreakbench judged": ("a.csv", "prompt,response,goal,human_majority\nHi?,No.,g,0\n", ["No."], []),
    "xsb with a model's completions": ("xsb.csv", "id,prompt,label,completion\n1,Hi?,safe,Yes.\n", ["Yes."], []),
}  # fmt: skip


@pytest.mark.parametrize("which", SETS)
def test_what_a_model_said_to_a_published_set_is_a_run(tmp_path: Path, which: str) -> None:
    name, text, replies, decided = SETS[which]

    records = records_of(written(tmp_path / name, text))

    assert (len(cases_in(records)), texts(records), said_by(records)) == (1, replies, decided)


@pytest.mark.parametrize(
    ("heading", "row"),
    [
        ("id_v1,id_v2,type,prompt,focus,note", "v1-1,v2-1,homonyms,How?,kill,x"),
        ("id,type,prompt,focus,note", "v2-1,homonyms,How?,kill,x"),
        ("id,prompt,type,label,focus,note", "1,How?,homonyms,safe,kill,x"),
    ],
)
def test_every_version_of_xstest_has_the_same_keys_and_labels_and_lists_what_is_kept(
    tmp_path: Path, heading: str, row: str
) -> None:
    other = row.replace("v1-1", "v1-26").replace("v2-1", "v2-26").replace("homonyms", "contrast_homonyms")
    other = other.replace("1,How?", "26,How?").replace("safe", "unsafe").replace("How?", "Why?")

    records = records_of(written(tmp_path / "xstest.csv", f"{heading}\n{row}\n{other}\n"))

    found = [(case.key, case.label, case.pair) for case in cases_in(records)]
    assert found == [("1", "answer", "xstest-1"), ("26", "refuse", "xstest-1")]
    assert listed(records) >= {"focus", "note"}
    assert all(record.kept["focus"] == "kill" for record in records if isinstance(record, CaseRecord))


def test_labels_that_a_machine_gave_to_xstest_are_verdicts(tmp_path: Path) -> None:
    text = "id,type,prompt,completion,final_label\nv2-1,homonyms,How?,No.,2_full_refusal\n"

    records = records_of(written(tmp_path / "xstest_v2_completions_gpt4_gpteval.csv", text))

    assert (models(records), texts(records), said_by(records)) == (["gpt4"], ["No."], [])
    (verdict,) = [record.verdict for record in records if isinstance(record, VerdictRecord)]
    assert (verdict.classifier, verdict.action) == ("XSTest: gpteval", "refuse")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("anna.jsonl", '{"id": 1, "data": "Hi?", "label": ["refuse"], "meta": {"response": "No."}}\n'),
        ("anna.jsonl", '{"id": 1, "text": "Hi?", "label": ["refuse"], "meta": {"response": "No."}}\n'),
    ],
)
def test_doccano_s_text_had_another_name(tmp_path: Path, name: str, text: str) -> None:
    records = records_of(written(tmp_path / name, text))

    assert (asked(records), texts(records), said_by(records)) == ([["Hi?"]], ["No."], [("anna", "refuse")])
    assert detect(written(tmp_path / "anna.csv", "id,data,label\n1,Hi?,refuse\n")).name == "doccano"


@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_potato_s_older_table_has_what_was_shown(tmp_path: Path, delimiter: str) -> None:
    rows = (
        ("user", "instance_id", "displayed_text", "action:::refuse", "action:::answer"),
        ("anna", "1", "Hi?", "on", ""),
    )
    path = written(tmp_path / "annotated_instances.tsv", "".join(delimiter.join(row) + "\n" for row in rows))

    assert detect(path).name == "potato"
    assert asked(records_of(path)) == [["Hi?"]]


def test_a_cell_with_a_python_list_is_the_list(tmp_path: Path) -> None:
    table = "question_id,category,turns,prompt_style\n1,4,\"['Say x', 'Go on']\",base\n2,4,['Say,base\n"

    assert asked(records_of(written(tmp_path / "sorry.csv", table))) == [["Say x\n\nGo on"], ["['Say"]]
