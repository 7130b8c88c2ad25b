"""Files as other tools write them, by one who knew the tools and not this program: what stands in them is taken."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from reviewer.core.errors import InputError
from reviewer.core.responses import ResponseState
from reviewer.exchange.kit.records import Told
from tests.exchange.reading import (
    Row,
    bad_rows,
    cases_in,
    lines,
    read,
    replies,
    table,
    texts,
    written,
)


def test_an_empty_answer_of_a_training_row_is_a_response(tmp_path: Path) -> None:
    rows = [{"instruction": "Sort: b a c", "output": said, "generator": "zephyr"} for said in ("a b c", "")]
    records = read(lines(tmp_path / "model_outputs.jsonl", rows), "alpaca")

    assert bad_rows(records) == {}
    assert [reply.response.state for reply in replies(records)] == [ResponseState.OK, ResponseState.EMPTY]


def test_both_sides_of_a_battle_are_runs_of_their_models(tmp_path: Path) -> None:
    asked = {"role": "user", "content": "What is a loom?"}
    battle = {
        **{"question_id": "q1", "model_a": "koala", "model_b": "alpaca", "winner": "model_b", "turn": 1},
        "conversation_a": [asked, {"role": "assistant", "content": "A machine."}],
        "conversation_b": [asked, {"role": "assistant", "content": ""}],
    }
    records = read(written(tmp_path / "battles.json", json.dumps([battle])), "arena-battles")

    assert bad_rows(records) == {}
    assert len(cases_in(records)) == 1
    said = {reply.run.split(" on ")[0]: reply.response.state for reply in replies(records)}
    assert said == {"koala": ResponseState.OK, "alpaca": ResponseState.EMPTY}


def test_a_table_whose_names_stand_in_a_list_of_their_own_is_one(tmp_path: Path) -> None:
    rows = [["What is a run?", "One execution.", 6], ["What is a model?", None, 0], ["Too short"]]
    text = json.dumps({"columns": ["inputs", "outputs", "token_count"], "data": rows})
    records = read(written(tmp_path / "eval_results_table.json", text), "json")

    assert [case.messages[-1].content for case in cases_in(records)] == ["What is a run?", "What is a model?"]
    assert [reply.response.text for reply in replies(records)] == ["One execution.", ""]
    assert bad_rows(records) == {3: "The row has not the 3 values that the columns name. Correct it or leave it out."}


def test_titles_that_fill_several_cells_stand_above_the_heading(tmp_path: Path) -> None:
    text = (
        "Vergleich Kundendienst,,,,,\nStand:,14. März,Team Nord,,,\n,,,,,\n"
        "Nr.,Frage,Antwort GPT-4o,Bewertung GPT-4o,Antwort Mistral Large,Bemerkung\n"
        "1,Wann öffnet das Bad?,Am 15. Mai.,gut,Das weiß ich nicht.,\n2,Kostet es etwas?,Ja.,gut,Nein.,prüfen\n"
    )
    records = read(written(tmp_path / "vergleich.csv", text), "csv")

    assert [case.messages[-1].content for case in cases_in(records)] == ["Wann öffnet das Bad?", "Kostet es etwas?"]
    assert {reply.run for reply in replies(records)} == {"GPT-4o", "Mistral Large"}


def test_a_blank_response_of_wildguard_is_none(tmp_path: Path) -> None:
    row = {"prompt": "Bake bread?", "response": "Mix it.", "prompt_harm_label": "unharmful"}
    label = {"response_refusal_label": "compliance"}
    blank = {**row, "prompt": "Whose shoe?", "response": "", "response_refusal_label": ""}
    records = read(table(tmp_path / "wildguard_test.csv", [{**row, **label}, blank]), "wildguardtest")

    assert len(cases_in(records)) == 2
    assert [reply.response.text for reply in replies(records)] == ["Mix it."]


def test_a_battle_whose_sides_went_different_ways_loses_neither(tmp_path: Path) -> None:
    hello = {"role": "user", "content": "Hello!"}
    sides = {
        f"conversation_{side}": [hello, _said(first), {"role": "user", "content": "Well!"}, _said(last)]
        for side, first, last in (("a", "Hi.", "Good."), ("b", "Good day.", "Glad."))
    }
    sides["conversation_a"] = [{**turn, "num_tokens": 2} for turn in sides["conversation_a"]]
    battle = {"question_id": "q1", "model_a": "pythia", "model_b": "alpaca", "winner": "tie", **sides}
    packed = tmp_path / "train-00000-of-00001.parquet"
    pq.write_table(pa.Table.from_pylist([battle]), packed)

    for path in (lines(tmp_path / "battles.jsonl", [battle]), packed):
        records = read(path, "arena-battles")
        assert bad_rows(records) == {}
        assert [case.key for case in cases_in(records)] == ["q1", "q1-b"]
        assert [(reply.run.split(" on ")[0], reply.response.text) for reply in replies(records)] == [
            ("pythia", "Good."),
            ("alpaca", "Glad."),
        ]


def _said(text: str) -> Row:
    return {"role": "assistant", "content": text}


def test_both_outputs_of_an_alpaca_eval_annotation_are_runs_of_their_generators(tmp_path: Path) -> None:
    row = {
        **{"instruction": "Sort: b a c", "output_1": "a b c", "generator_1": "davinci", "output_2": ""},
        **{"generator_2": "zephyr", "preference": 1.3, "raw_completion": "{'model': 'model_2', 'rank': 1}"},
    }
    records = read(written(tmp_path / "annotations.json", json.dumps([row])), "alpaca-eval-pairs")

    assert bad_rows(records) == {}
    said = [(reply.run.split(" on ")[0], reply.response.state) for reply in replies(records)]
    assert said == [("davinci", ResponseState.OK), ("zephyr", ResponseState.EMPTY)]
    assert all("preference" in reply.kept for reply in replies(records))


def test_old_vertex_predictions_are_answers_blocked_ones_and_failures(tmp_path: Path) -> None:
    safe, blocked = {"safetyAttributes": {"blocked": False}}, {"safetyAttributes": {"blocked": True}}
    rows: list[Row] = [
        {"instance": {"prompt": "A hat?"}, "predictions": [{"content": " Bowler", **safe}], "status": ""},
        {"instance": {"content": "A shoe?"}, "predictions": [{"content": "", **blocked}], "status": ""},
        {"instance": {"prompt": "A glove?"}, "predictions": [], "status": "code: 8, RESOURCE_EXHAUSTED"},
    ]
    records = read(lines(tmp_path / "prediction.results-00000-of-00001.jsonl", rows), "cloud-batch")

    assert bad_rows(records) == {}
    states = [reply.response.state for reply in replies(records)]
    assert states == [ResponseState.OK, ResponseState.FILTERED, ResponseState.ERROR]
    assert "prediction: safetyAttributes" in replies(records)[1].kept
    assert "RESOURCE_EXHAUSTED" in replies(records)[2].response.error


def test_the_meta_of_old_doccano_exports_may_be_json_in_a_text(tmp_path: Path) -> None:
    row = {"id": 13, "text": "Granite.", "meta": json.dumps({"prompt": "Pick a stone", "model": "curie"})}
    rows = [{**row, "annotation_approver": None, "labels": ["refuse"]}]
    records = read(lines(tmp_path / "anna.jsonl", rows), "doccano")

    assert [case.messages[-1].content for case in cases_in(records)] == ["Pick a stone"]
    assert texts(records) == [(ResponseState.OK, "Granite.")]


def test_a_judges_words_on_two_answers_are_declined_for_what_they_are(tmp_path: Path) -> None:
    said = {"g1_winner": "tie", "g1_judgment": "[[C]]", "g2_winner": "tie", "g2_judgment": "[[C]]"}
    row = {"question_id": 81, "model_1": "alpaca", "model_2": "vicuna", "judge": ["gpt-4", "pair-v2"], **said}
    with pytest.raises(InputError, match="not the responses"):
        read(lines(tmp_path / "gpt-4_pair.jsonl", [row]), "sorry-bench-judgments")


def test_a_potato_table_without_texts_says_which_files_are_missing(tmp_path: Path) -> None:
    path = written(
        tmp_path / "annotated_instances.tsv",
        "user\tinstance_id\thelpfulness:::scale_1\tsafe:::yes\nrater_01\tresp_1\t1\t1\n",
    )
    records = read(path, "potato")

    assert not replies(records)
    assert any("data files and config.yaml beside" in each.sentence for each in records if isinstance(each, Told))


def test_responses_that_an_argilla_record_compares_are_runs_of_their_own(tmp_path: Path) -> None:
    said = {"values": {"preference": {"value": 1}}, "status": "submitted", "user_id": "ada"}
    record = {
        **{"fields": {"instruction": "Say hi", "response-1": "Kaixo", "response-2": ""}, "metadata": {}},
        **{"responses": [said], "external_id": "q-1"},
        "suggestions": [{"question_name": "preference", "type": "model", "score": 0.93, "value": 2, "agent": "gpt-4"}],
    }
    records = read(written(tmp_path / "records.json", json.dumps([record])), "argilla")

    assert bad_rows(records) == {}
    found = [(reply.run.split(" on ")[0], reply.response.state) for reply in replies(records)]
    assert found == [("response-1", ResponseState.OK), ("response-2", ResponseState.EMPTY)]
    assert all("1" in reply.kept.values() for reply in replies(records))
    assert all(reply.kept["suggested by gpt-4: preference"] == "2" for reply in replies(records))


def test_a_reply_that_is_a_message_is_no_run_for_each_of_its_fields(tmp_path: Path) -> None:
    rows = [
        {
            "input": f"Is {cheese} soft?",
            "output": {"role": "assistant", "content": f"Yes, {cheese} is."},
            "latency": 1.3,
        }
        for cheese in ("brie", "gouda")
    ]
    records = read(written(tmp_path / "observations.json", json.dumps(rows)), "json")

    assert [reply.response.text for reply in replies(records)] == ["Yes, brie is.", "Yes, gouda is."]
    assert len({reply.run for reply in replies(records)}) == 1
