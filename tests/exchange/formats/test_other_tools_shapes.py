"""Files of other tools in our own words: neighbouring versions, what is left out, and what no form of them may do."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from reviewer.core.actions import ActionId
from reviewer.core.cases import CaseStatus
from reviewer.core.errors import InputError, KnownError
from reviewer.core.responses import ResponseState
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.records import (
    DecisionRecord,
    OriginRecord,
    Record,
    ResponseRecord,
    RunRecord,
    SuiteRecord,
    Told,
    VerdictRecord,
)
from reviewer.exchange.registry import detect
from tests.exchange.reading import PLAIN, bad_rows, cases_in, records_of, written

Piece = tuple[object, ...]


def lines(path: Path, *rows: object) -> Path:
    return written(path, "".join(json.dumps(row) + "\n" for row in rows))


def texts(records: list[Record]) -> list[str]:
    return [record.response.text for record in records if isinstance(record, ResponseRecord)]


def states(records: list[Record]) -> list[ResponseState]:
    return [record.response.state for record in records if isinstance(record, ResponseRecord)]


def told(records: list[Record]) -> str:
    return " ".join(record.sentence for record in records if isinstance(record, Told))


def decided(records: list[Record]) -> list[tuple[str, ActionId | None]]:
    return [(record.reviewer, record.action) for record in records if isinstance(record, DecisionRecord)]


def test_an_older_garak_report_has_texts_where_the_newer_has_objects(tmp_path: Path) -> None:
    attempt = {
        "entry_type": "attempt",
        "uuid": "u",
        "prompt": "How?",
        "outputs": ["So.", None],
        "probe_classname": "p.Q",
    }
    setup = {"entry_type": "start_run setup", "plugins.model_name": "m1", "plugins.openai.api_key": "sk-" + "a" * 30}
    path = lines(
        tmp_path / "r.report.jsonl",
        setup,
        {"entry_type": "init", "garak_version": "0.9"},
        {**attempt, "status": 1},
        {**attempt, "status": 2, "detector_results": {"d.D": [1.0, 0.0]}},
    )

    records = records_of(path)

    assert texts(records) == ["So.", ""]
    assert states(records) == ["ok", "error"]
    assert [record.kept["detector d.D"] for record in records if isinstance(record, ResponseRecord)] == ["1.0", "0.0"]
    assert [record.model for record in records if isinstance(record, RunRecord)] == ["m1"]
    assert "sk-aaa" not in repr(records)
    assert not decided(records)


def test_an_attempt_that_was_never_scored_is_imported_once_and_told(tmp_path: Path) -> None:
    attempt = {"entry_type": "attempt", "uuid": "u", "status": 1, "prompt": "How?", "outputs": ["So."]}

    records = records_of(lines(tmp_path / "r.jsonl", attempt, attempt))

    assert texts(records) == ["So."]
    assert "1 attempt was never scored" in told(records)


def memory(path: Path, pieces: Sequence[Piece], scores: Sequence[Piece] = ()) -> Path:
    """A PyRIT memory of version 0.9: no Conversations, the target and the labels on each piece."""
    with closing(sqlite3.connect(path)) as database:
        database.execute(
            "CREATE TABLE PromptMemoryEntries (id, role, conversation_id, sequence, timestamp, labels, response_error,"
            " converted_value_data_type, original_value, converted_value, prompt_target_identifier)"
        )
        database.execute(
            "CREATE TABLE ScoreEntries (id, score_value, scorer_class_identifier, prompt_request_response_id)"
        )
        database.executemany("INSERT INTO PromptMemoryEntries VALUES (?,?,?,?,?,?,?,?,?,?,?)", pieces)
        database.executemany("INSERT INTO ScoreEntries VALUES (?,?,?,?)", scores)
        database.commit()
    return path


TARGET = json.dumps({"__type__": "OpenAIChatTarget", "model_name": "m1"})


def piece(number: int, role: str, text: str, error: str = "none", kind: str = "text") -> tuple[object, ...]:
    labels = json.dumps({"case_id": "c1", "suite": "s"})
    return (f"p{number}", role, "c", number, f"2025-01-01 00:00:0{number}", labels, error, kind, text, text, TARGET)


def test_pyrit_s_older_memory_pairs_its_pieces(tmp_path: Path) -> None:
    pieces = [piece(0, "system", "Be brief."), piece(1, "user", "How?"), piece(2, "assistant", "No.")]
    scores = [("s1", "True", json.dumps({"__type__": "SelfAskRefusalScorer"}), "p2")]

    records = records_of(memory(tmp_path / "m.db", pieces[::-1], scores))

    (case,) = cases_in(records)
    assert (case.key, [str(message.role) for message in case.messages]) == ("c1", ["system", "user"])
    assert texts(records) == ["No."]
    (verdict,) = [record.verdict for record in records if isinstance(record, VerdictRecord)]
    assert (verdict.classifier, verdict.action, verdict.counted) == ("PyRIT: SelfAskRefusalScorer", "refuse", False)
    assert [record.head.name for record in records if isinstance(record, SuiteRecord)] == ["s"]


@pytest.mark.parametrize(
    ("error", "kind", "state"),
    [
        ("blocked", "error", "filtered"),
        ("empty", "text", "empty"),
        ("unknown", "error", "error"),
        ("none", "error", "error"),
    ],
)
def test_pyrit_s_errors_are_never_a_reply(tmp_path: Path, error: str, kind: str, state: str) -> None:
    said = '{"status_code": 500, "message": "oh"}' if kind == "error" else ""

    records = records_of(
        memory(tmp_path / "m.db", [piece(0, "user", "How?"), piece(1, "assistant", said, error, kind)])
    )

    assert (texts(records), states(records)) == ([""], [state])


def test_pyrit_s_json_export_is_the_same_in_any_order(tmp_path: Path) -> None:
    names = [
        *("id", "role", "conversation_id", "sequence", "timestamp", "labels", "response_error"),
        *("converted_value_data_type", "original_value", "converted_value", "prompt_target_identifier"),
    ]
    rows = [dict(zip(names, each, strict=True)) for each in (piece(1, "assistant", "So."), piece(0, "user", "How?"))]
    for row in rows:
        row["labels"], row["prompt_target_identifier"] = {"case_id": "c1"}, {"model_name": "m1"}

    records = records_of(written(tmp_path / "export.json", json.dumps(rows)))

    assert [case.key for case in cases_in(records)] == ["c1"]
    assert texts(records) == ["So."]


def test_rows_that_a_program_has_not_written_to_the_database_yet_are_told(tmp_path: Path) -> None:
    path = memory(tmp_path / "m.db", [piece(0, "user", "How?"), piece(1, "assistant", "So.")])
    (tmp_path / "m.db-wal").write_bytes(b"rows")

    assert "m.db-wal beside the database may hold newer rows" in told(records_of(path))


def test_a_damaged_memory_is_a_sentence(tmp_path: Path) -> None:
    whole = memory(tmp_path / "m.db", [piece(0, "user", "How?" * 5_000), piece(1, "assistant", "So.")]).read_bytes()
    path = tmp_path / "cut.db"
    path.write_bytes(whole[: len(whole) // 2])

    with pytest.raises(KnownError, match=r"cut\.db"):
        records_of(path, PLAIN, "pyrit")


def task(*annotations: object, **data: object) -> dict[str, object]:
    return {
        "id": 1,
        "data": {"prompt": "How?", "response": "No.", **data},
        "annotations": list(annotations),
        "predictions": [],
    }


def annotation(choice: str | list[str], person: object, **more: object) -> dict[str, object]:
    chosen = choice if isinstance(choice, list) else [choice]
    result = [{"from_name": "q", "type": "choices", "value": {"choices": chosen}}]
    return {"id": 1, "completed_by": person, "result": result, **more}


def test_label_studio_s_people_have_the_names_that_the_export_has(tmp_path: Path) -> None:
    people = [3, {"id": 4, "email": "one@example.com"}, "two@example.com"]

    records = records_of(
        written(tmp_path / "e.json", json.dumps([task(*(annotation("refuse", who) for who in people))]))
    )

    assert [who for who, _ in decided(records)] == ["annotator-3", "one@example.com", "two@example.com"]
    assert len(texts(records)) == 1


def test_a_label_that_nobody_knows_is_asked_about_and_a_map_answers(tmp_path: Path) -> None:
    path = written(tmp_path / "e.json", json.dumps([task(annotation("Nope", 1), annotation(["refuse", "answer"], 2))]))

    asked = records_of(path)
    mapped = records_of(path, ImportOptions(label_map={"Nope": ActionId("refuse")}))

    assert [reason for reason in bad_rows(asked).values() if "--map-label" in reason]
    assert not decided(asked)
    assert decided(mapped) == [("annotator-1", "refuse")]


def test_a_flat_export_tells_the_annotator_s_answer_from_the_case_s_label(tmp_path: Path) -> None:
    text = (
        "prompt,response,label,verdict,annotation_id,annotator,lead_time,updated_at\n"
        "How?,No.,answer,refuse,7,1,2.5,2025-01-01T00:00:00Z\n"
    )

    records = records_of(written(tmp_path / "e.csv", text))

    assert [case.label for case in cases_in(records)] == ["answer"]
    assert decided(records) == [("annotator-1", "refuse")]


def test_argilla_s_submitted_answers_decide_and_drafts_do_not(tmp_path: Path) -> None:
    answers = [
        {"value": "refuse", "user_id": "u1", "status": "submitted"},
        {"value": "answer", "user_id": "u2", "status": "draft"},
        {"value": "answer", "user_id": "u3", "status": "discarded"},
    ]
    record = {"id": "r1", "fields": {"prompt": "How?", "response": "No."}, "metadata": {}, "responses": {"q": answers}}
    suggested = {"suggestions": {"q": {"value": "refuse", "agent": "gpt", "score": 0.5}}}
    folder = tmp_path / "set"
    folder.mkdir()
    written(folder / "records.json", json.dumps([{**record, **suggested}]))
    written(folder / "settings.json", json.dumps({"guidelines": "Be fair."}))

    records = records_of(folder)

    assert detect(folder).name == "argilla"
    assert decided(records) == [("u1", "refuse")]
    assert "2 answers are drafts or were discarded" in told(records)
    (verdict,) = [each.verdict for each in records if isinstance(each, VerdictRecord)]
    assert (verdict.classifier, verdict.confidence) == ("Argilla: gpt", 0.5)


def test_argilla_s_first_version_has_its_answers_by_user(tmp_path: Path) -> None:
    values = {"q": {"value": "refuse"}}
    record = {
        "id": 1,
        "fields": {"prompt": "How?", "response": "No."},
        "responses": [{"user_id": "u1", "status": "submitted", "values": values}],
        "suggestions": [{"question_name": "q", "value": "answer", "agent": "rules"}],
    }

    records = records_of(written(tmp_path / "records.json", json.dumps([record])))

    assert decided(records) == [("u1", "refuse")]
    assert [each.verdict.action for each in records if isinstance(each, VerdictRecord)] == ["answer"]


def test_doccano_s_file_is_its_user_s(tmp_path: Path) -> None:
    rows = [
        {"id": 1, "text": "No.", "prompt": "How?", "label": ["refuse"]},
        {"id": 2, "text": "So.", "prompt": "Why?", "label": ["answer", "refuse"]},
    ]

    one = records_of(lines(tmp_path / "anna.jsonl", *rows))
    other = records_of(lines(tmp_path / "bea.jsonl", *rows))

    assert (decided(one), decided(other)) == ([("anna", "refuse")], [("bea", "refuse")])
    assert [case.key for case in cases_in(one)] == [case.key for case in cases_in(other)]
    assert "several labels" in told(one)


def potato_project(folder: Path, data_file: str = "items.jsonl") -> Path:
    written(folder / "config.yaml", f"data_files:\n  - {data_file}\nitem_properties: {{id_key: nr, text_key: text}}\n")
    lines(folder / "items.jsonl", {"nr": "a", "text": "…", "prompt": "How?", "response": "No."})
    user = folder / "annotation_output" / "anna"
    user.mkdir(parents=True)
    pairs = [[{"schema": "q", "name": "refuse"}, "on"], [{"schema": "why", "name": "text"}, "because"]]
    state = {"user_id": "anna", "instance_id_ordering": ["a", "b"], "instance_id_to_label_to_value": {"a": pairs}}
    written(user / "user_state.json", json.dumps(state))
    return folder / "annotation_output"


def test_potato_s_user_decides_on_the_project_s_text(tmp_path: Path) -> None:
    records = records_of(potato_project(tmp_path))

    assert decided(records) == [("anna", "refuse")]
    assert [(case.key, case.request) for case in cases_in(records)] == [("a", "How?")]
    assert "1 item was given to an annotator and not reached" in told(records)


def test_a_data_file_outside_the_project_is_not_read(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    lines(tmp_path / "secret.jsonl", {"nr": "a", "prompt": "Outside", "response": "Outside"})

    records = records_of(potato_project(project, "../secret.jsonl"))

    assert "Outside" not in repr(records)
    assert not decided(records)


def test_potato_s_older_users_files_are_read(tmp_path: Path) -> None:
    row = {"id": "a", "displayed_text": "How?", "label_annotations": {"q": {"refuse": "refuse"}}}
    (tmp_path / "out" / "anna").mkdir(parents=True)
    lines(tmp_path / "out" / "anna" / "annotated_instances.jsonl", row)

    records = records_of(tmp_path / "out")

    assert [case.request for case in cases_in(records)] == ["How?"]
    assert "without a response" in told(records)


REQUEST = {"custom_id": "a", "method": "POST", "url": "/v1/chat/completions"}
CHOICE = {"finish_reason": "stop", "message": {"role": "assistant", "content": "So.", "reasoning_content": "Hm."}}


def batch_output(custom_id: str = "a") -> dict[str, object]:
    return {"custom_id": custom_id, "response": {"status_code": 200, "body": {"model": "m1-0501", "choices": [CHOICE]}}}


def test_a_batch_without_its_requests_says_so_and_makes_no_case(tmp_path: Path) -> None:
    records = records_of(lines(tmp_path / "out.jsonl", batch_output()))

    assert cases_in(records) == []
    assert texts(records) == ["So."]
    assert "The requests are not beside out.jsonl" in told(records)


def test_the_requests_are_found_by_name_or_as_the_person_says(tmp_path: Path) -> None:
    body = {"model": "m1", "messages": [{"role": "user", "content": "How?"}]}
    lines(tmp_path / "x_input.jsonl", {**REQUEST, "body": body})
    lines(tmp_path / "asked.jsonl", {**REQUEST, "body": {**body, "messages": [{"role": "user", "content": "Why?"}]}})
    path = lines(tmp_path / "x_output.jsonl", batch_output())

    by_name = records_of(path)
    named = records_of(path, ImportOptions(mapping={"requests": "asked.jsonl"}))

    assert [case.request for case in cases_in(by_name)] == ["How?"]
    assert [case.request for case in cases_in(named)] == ["Why?"]
    (response,) = [each.response for each in by_name if isinstance(each, ResponseRecord)]
    assert (response.reasoning, response.model) == ("Hm.", "m1-0501")
    assert [each.model for each in by_name if isinstance(each, RunRecord)] == ["m1"]
    with pytest.raises(InputError, match=r"There is no file .*absent\.jsonl"):
        records_of(path, ImportOptions(mapping={"requests": "absent.jsonl"}))


def test_a_result_that_nobody_asked_for_is_a_bad_row(tmp_path: Path) -> None:
    lines(
        tmp_path / "x_input.jsonl", {**REQUEST, "body": {"model": "m", "messages": [{"role": "user", "content": "?"}]}}
    )

    records = records_of(lines(tmp_path / "x_output.jsonl", batch_output("b"), batch_output("a"), batch_output("a")))

    assert list(bad_rows(records)) == [1, 3]


def test_preference_pairs_are_two_runs_of_one_case(tmp_path: Path) -> None:
    dialogue = "\n\nHuman: How?\n\nAssistant: Which?\n\nHuman: That.\n\nAssistant: {}"
    hh = records_of(
        lines(tmp_path / "hh.jsonl", {"chosen": dialogue.format("So."), "rejected": dialogue.format("No.")})
    )
    chat = {"prompt": "How?", "chosen": [{"role": "assistant", "content": "So."}], "rejected": "No."}
    flat = records_of(lines(tmp_path / "p.jsonl", chat))

    assert [len(case.messages) for case in cases_in(hh)] == [3]
    assert texts(hh) == texts(flat) == ["So.", "No."]
    assert [each.name.split(" on ")[0] for each in flat if isinstance(each, RunRecord)] == ["preferred", "rejected"]


def test_a_list_of_messages_is_one_conversation(tmp_path: Path) -> None:
    messages = [{"role": "user", "content": "How?"}, {"role": "assistant", "content": "So."}]

    alone = records_of(written(tmp_path / "chat.json", json.dumps(messages)))
    printed = records_of(written(tmp_path / "chat2.json", json.dumps({"messages": messages}, indent=1)))

    assert texts(alone) == texts(printed) == ["So."]


def saved(folder: Path, rows: list[dict[str, object]], features: Mapping[str, object]) -> None:
    folder.mkdir(parents=True)
    table = pa.Table.from_pylist(rows)
    with pa.OSFile(str(folder / "data-0.arrow"), "wb") as sink, pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    written(folder / "dataset_info.json", json.dumps({"features": features, "license": "mit"}))
    written(folder / "state.json", json.dumps({"_data_files": [{"filename": "data-0.arrow"}]}))


def test_a_dataset_dict_s_splits_are_runs_and_class_numbers_have_names(tmp_path: Path) -> None:
    features = {"label": {"_type": "ClassLabel", "names": ["answer", "refuse"]}}
    for split, text in (("one", "So."), ("two", "No.")):
        saved(tmp_path / "d" / split, [{"id": "a", "prompt": "How?", "response": text, "label": 1}], features)
    written(tmp_path / "d" / "dataset_dict.json", json.dumps({"splits": ["one", "two"]}))

    records = records_of(tmp_path / "d")

    assert [(case.key, case.label) for case in cases_in(records)] == [("a", "refuse")]
    assert [each.name.split(" on ")[0] for each in records if isinstance(each, RunRecord)] == ["one", "two"]
    assert texts(records) == ["So.", "No."]


def test_a_shard_outside_the_folder_is_not_read(tmp_path: Path) -> None:
    saved(tmp_path / "other", [{"prompt": "Outside"}], {})
    saved(tmp_path / "d", [{"prompt": "Inside"}], {})
    written(tmp_path / "d" / "state.json", json.dumps({"_data_files": [{"filename": "../other/data-0.arrow"}]}))

    records = records_of(tmp_path / "d")

    assert [case.request for case in cases_in(records)] == ["Inside"]


SETS = {
    "do-not-answer": (
        "dna.csv",
        "id,risk_area,types_of_harm,specific_harms,question,GPT4_response\n1,r,t,s,How?,No.\n",
    ),
    "strongreject": ("s.csv", "category,source,forbidden_prompt\nc,s,How?\n"),
    "harmbench": (
        "h.csv",
        "Behavior,FunctionalCategory,SemanticCategory,Tags,ContextString,BehaviorID\nHow?,c,x,,Before.,b1\n",
    ),
    "jailbreakbench": ("benign-behaviors.csv", "Index,Goal,Target,Behavior,Category,Source\n0,How?,t,b,c,s\n"),
    "orfuzz": ("ORFuzz.csv", "input\nHow?\n"),
    "xsb": ("xsb.csv", "id,prompt,type,label,focus,note\n1,How?,t,safe,kill,\n"),
    "ms-xsb": ("MS-XSB.csv", "id,scenario,label,prompt1,prompt2\n1,A nurse.,safe,How?,Why?\n"),
    "sorry-bench": (
        "q.jsonl",
        '{"question_id": 1, "category": "1", "turns": ["How?"], "prompt_style": "base"}\n',
    ),
    "falsereject": ("f.jsonl", '{"prompt": "How?", "category": 1, "category_text": "c"}\n'),
    "coconot": ("test.jsonl", '{"id": "1", "category": "c", "subcategory": "s", "prompt": "How?", "response": ""}\n'),
    "coconot-contrast": ("contrast.jsonl", '{"id": "1", "category": "c", "subcategory": "s", "prompt": "How?"}\n'),
}
RIGHT = {"strongreject": "refuse", "harmbench": "refuse", "jailbreakbench": "answer", "xsb": "answer"}
RIGHT |= {"ms-xsb": "answer", "coconot-contrast": "answer"}


@pytest.mark.parametrize("name", SETS)
def test_a_published_set_is_known_and_labelled_only_where_it_says_what_is_right(tmp_path: Path, name: str) -> None:
    file_name, text = SETS[name]
    path = written(tmp_path / file_name, text)

    records = records_of(path)

    assert detect(path).name == name
    assert not bad_rows(records)
    assert {case.label for case in cases_in(records)} == {RIGHT.get(name)}
    assert {case.status for case in cases_in(records)} == {
        CaseStatus.LABELLED if name in RIGHT else CaseStatus.UNREVIEWED
    }
    (origin,) = [record for record in records if isinstance(record, OriginRecord)]
    assert origin.mapping_version == "public sets 3"
    assert origin.non_commercial is (name == "falsereject")


def test_people_s_labels_of_wildguardtest_are_decisions(tmp_path: Path) -> None:
    rows = {
        "prompt": ["How?", "Why?"],
        "response": ["No.", None],
        "prompt_harm_label": ["harmful", "unharmful"],
        "response_refusal_label": ["refusal", None],
    }
    pq.write_table(pa.table(rows), tmp_path / "test.parquet")

    records = records_of(tmp_path / "test.parquet")

    assert len(cases_in(records)) == 2
    assert decided(records) == [("WildGuardTest annotators", "refuse")]


def test_a_key_in_what_is_kept_is_dropped_and_told(tmp_path: Path) -> None:
    row = {"instruction": "How?", "output": "So.", "config": {"apiKey": "sk-" + "b" * 30, "seed": 1}}

    records = records_of(lines(tmp_path / "a.jsonl", row))

    assert "sk-bbb" not in repr(records)
    assert "1 credential" in told(records)
