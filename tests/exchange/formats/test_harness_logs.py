"""Logs of lm-evaluation-harness, OpenAI Evals and HELM: replies, repeats, and what each of them cannot say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from reviewer.core.errors import InputError
from reviewer.core.responses import ResponseState
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.records import Record, ResponseRecord, RunRecord, SuiteRecord, Told
from reviewer.exchange.registry import detect
from tests.exchange.reading import PLAIN, bad_rows, cases_in, records_of, written
from tests.support.eval_logs import evals_lines, helm_file, helm_state, lines_file, lm_eval_row

SAMPLES = "samples_task_a_2026-01-02T03-04-05.678.jsonl"


def responses_in(records: list[Record]) -> list[ResponseRecord]:
    return [record for record in records if isinstance(record, ResponseRecord)]


def told(records: list[Record]) -> str:
    return "\n".join(record.sentence for record in records if isinstance(record, Told))


def run_in(records: list[Record]) -> RunRecord:
    return next(record for record in records if isinstance(record, RunRecord))


def lm_eval(folder: Path, *rows: dict[str, Any], options: ImportOptions = PLAIN) -> list[Record]:
    path = lines_file(folder / SAMPLES, list(rows))
    assert detect(path).name == "lm-eval"
    return records_of(path, options)


@pytest.mark.parametrize(
    ("results", "model"),
    [
        ({"model_name": "lab/tiny", "lm_eval_version": "0.4.9"}, "lab/tiny"),
        ({"config": {"model": "hf", "model_args": "pretrained=lab/tiny,dtype=auto"}}, "lab/tiny"),
        ({"config": {"model": "chat", "model_args": {"model": "tiny", "api_key": "x"}}}, "tiny"),
        (None, "lab/tiny"),
    ],
)
def test_the_model_is_in_the_results_beside_or_in_the_folders_name(
    tmp_path: Path, results: dict[str, Any] | None, model: str
) -> None:
    folder = tmp_path / "lab__tiny"
    folder.mkdir()
    if results is not None:
        written(folder / "results_2026-01-02T03-04-05.678.json", json.dumps(results))
    records = lm_eval(folder, lm_eval_row())
    assert run_in(records).model == model
    assert next(each for each in records if isinstance(each, SuiteRecord)).head.name == "task_a"
    assert ("no results file" in told(records)) is (results is None)


def test_every_reply_of_a_document_is_a_repeat_and_other_filters_add_nothing(tmp_path: Path) -> None:
    row = lm_eval_row(resps=[["One.", "Two."]])
    records = lm_eval(tmp_path, row, {**row, "filter": "strict"}, lm_eval_row(1, [[""]]))
    found = [(each.response.case, each.response.repeat, each.response.text) for each in responses_in(records)]
    assert found == [("d0", 1, "One."), ("d0", 2, "Two."), ("d1", 1, "")]
    assert responses_in(records)[2].response.state is ResponseState.EMPTY
    assert "1 line of further filters" in told(records)
    assert [case.label for case in cases_in(records)] == ["answer", "answer"]


@pytest.mark.parametrize(
    "arguments",
    [
        {"gen_args_0": {"arg_0": "Question?", "arg_1": {"until": []}}},
        [["Question?", {"until": []}]],
        [[json.dumps([{"role": "system", "content": "S"}, {"role": "user", "content": "Question?"}]), {}]],
    ],
)
def test_the_request_is_the_one_that_was_sent(tmp_path: Path, arguments: object) -> None:
    records = lm_eval(tmp_path, lm_eval_row(arguments=arguments, doc={"n": 1}))
    case = cases_in(records)[0]
    assert [(str(message.role), message.content) for message in case.messages] == [("user", "Question?")]
    assert case.key == "task_a-0"


@pytest.mark.parametrize("pair", [["-0.26", "False"], [-0.26, False], [-1.5, True]])
def test_likelihoods_of_choices_are_no_replies(tmp_path: Path, pair: list[object]) -> None:
    with pytest.raises(InputError, match="likelihood of given choices"):
        lm_eval(tmp_path, lm_eval_row(resps=[[pair], [pair]]))
    mixed = lm_eval(tmp_path, lm_eval_row(resps=[[pair]]), lm_eval_row(1))
    assert len(responses_in(mixed)) == 1
    assert "1 document with likelihoods" in told(mixed)


def test_a_list_in_place_of_lines_is_read(tmp_path: Path) -> None:
    path = written(tmp_path / SAMPLES, json.dumps([lm_eval_row(), lm_eval_row(1)], indent=2))
    assert len(responses_in(records_of(path))) == 2


def test_events_of_a_sample_are_joined_in_any_order(tmp_path: Path) -> None:
    spec, report, match, sampling = evals_lines()
    for lines in ([spec, report, match, sampling], [sampling, match, report, spec]):
        records = records_of(lines_file(tmp_path / "log.jsonl", lines), format_name="openai-evals")
        assert not bad_rows(records)
        record = responses_in(records)[0]
        assert (record.response.case, record.response.text, record.response.model) == ("ours.a.1", "A reply.", "tiny-1")
        assert json.loads(record.kept["match"])["correct"] is True
        assert run_in(records).model == "tiny"
        assert "match (“correct” 1)" in told(records)


@pytest.mark.parametrize(
    ("prompt", "sampled", "asked", "texts"),
    [
        ("Question?", "A reply.", ["Question?"], ["A reply."]),
        ([{"role": "user", "content": "Q"}], ["One.", "Two."], ["Q"], ["One.", "Two."]),
        (["Part", "two"], [{"content": "A reply."}], ["Part\ntwo"], ["A reply."]),
    ],
)
def test_older_and_newer_prompts_and_samples(
    tmp_path: Path, prompt: object, sampled: object, asked: list[str], texts: list[str]
) -> None:
    path = lines_file(tmp_path / "log.jsonl", evals_lines(prompt, sampled))
    assert detect(path).name == "openai-evals"
    records = records_of(path)
    assert [message.content for message in cases_in(records)[0].messages] == asked
    assert [each.response.text for each in responses_in(records)] == texts
    assert [each.response.repeat for each in responses_in(records)] == list(range(1, len(texts) + 1))


def test_a_log_without_samplings_is_declined(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="without a sampling event"):
        records_of(lines_file(tmp_path / "log.jsonl", evals_lines()[:3]))


@pytest.mark.parametrize(
    ("result", "state"),
    [
        ({}, ResponseState.OK),
        ({"completions": [{"text": "cut", "finish_reason": {"reason": "length"}}]}, ResponseState.TRUNCATED),
        (
            {"completions": [{"text": ""}], "success": False, "error": "Content blocked by filter"},
            ResponseState.FILTERED,
        ),
        ({"completions": [], "success": False, "error": "500"}, ResponseState.ERROR),
        ({"completions": [{"text": ""}]}, ResponseState.EMPTY),
    ],
)
def test_the_state_of_a_completion(tmp_path: Path, result: dict[str, Any], state: ResponseState) -> None:
    path = helm_file(tmp_path / "scenario_state.json", [helm_state(**result)])
    assert detect(path).name == "helm"
    assert responses_in(records_of(path))[0].response.state is state


def test_completions_and_trials_are_repeats_and_thinking_is_apart(tmp_path: Path) -> None:
    two = helm_state(completions=[{"text": "One.", "thinking": {"text": "Hm."}}, {"text": "Two.", "thinking": "Ho."}])
    records = records_of(helm_file(tmp_path / "scenario_state.json", [two, helm_state(text="Three.")]))
    found = [(each.response.repeat, each.response.text, each.response.reasoning) for each in responses_in(records)]
    assert found == [(1, "One.", "Hm."), (2, "Two.", "Ho."), (3, "Three.", "")]
    assert cases_in(records)[0].label == "answer"


def test_a_folder_of_runs_is_read_if_they_are_of_one_scenario(tmp_path: Path) -> None:
    for name in ("ours:model=a", "ours:model=b"):
        (tmp_path / "v1" / name).mkdir(parents=True)
        helm_file(tmp_path / "v1" / name / "scenario_state.json", [helm_state()])
    assert detect(tmp_path / "v1").name == "helm"
    records = records_of(tmp_path / "v1")
    assert len({each.run for each in responses_in(records)}) == 2
    (tmp_path / "v1" / "other:model=a").mkdir()
    helm_file(tmp_path / "v1" / "other:model=a" / "scenario_state.json", [helm_state()])
    with pytest.raises(InputError, match="several scenarios: other, ours"):
        records_of(tmp_path / "v1")
