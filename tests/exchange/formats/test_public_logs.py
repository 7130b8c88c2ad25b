"""The public logs of other tools: every count that is known of them, found by detection and without an option."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from typing import Any

import pytest

from reviewer.core.errors import InputError
from reviewer.core.received import received
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.records import CaseRecord, DecisionRecord, Record, ResponseRecord, RunRecord, Told
from reviewer.exchange.registry import detect, read_file
from tests.exchange.reading import bad_rows
from tests.support.eval_logs import PUBLIC_KINDS, expected_logs, public_log

KNOWN = [each for each in expected_logs(*PUBLIC_KINDS) if not each.get("loglikelihood_only")]
NAMES = {
    "inspect": "inspect",
    "promptfoo": "promptfoo",
    "lm-eval samples": "lm-eval",
    "openai evals log": "openai-evals",
    "helm": "helm",
}
each_known = pytest.mark.parametrize("known", KNOWN or [None], ids=lambda known: known["path"] if known else "absent")


def records_in(known: dict[str, Any] | None) -> list[Record]:
    if known is None:
        pytest.skip("the public logs are not here")
    path = public_log(known["path"])
    assert detect(path).name == NAMES[known["kind"]]
    found = list(read_file(path, ImportOptions()))
    assert not bad_rows(found)
    return found


@cache
def truth() -> dict[str, dict[str, Any]]:
    """What each request's scripted replies are, by its last turn."""
    lines = public_log("truth/prompts_A.jsonl").read_text("utf-8").splitlines()
    return {each["messages"][-1]["content"]: each for each in map(json.loads, lines)}


def coarse(record: ResponseRecord, asked: str) -> str:
    """What the response does by the truth; its text is the scripted one."""
    response = received(record.response)
    if not response.text.strip():
        return "no_reply_text"
    reply = truth()[asked]["replies"]["mock-open" if "mock-open" in record.run else "mock-cautious"]
    assert response.text.strip() == reply["text"].strip()
    return str(reply["coarse"])


@each_known
def test_all_its_cases_responses_and_texts_are_there(known: dict[str, Any] | None) -> None:
    records = records_in(known)
    assert known is not None
    asked = {record.case.key: record.case.messages[-1].content for record in records if isinstance(record, CaseRecord)}
    responses = [record for record in records if isinstance(record, ResponseRecord)]
    assert (len(asked), len(responses)) == (known["cases"], known["responses"])
    places = {(record.run, record.response.case, record.response.repeat) for record in responses}
    assert len(places) == len(responses)
    by_text: dict[str, Counter[str]] = {}
    for record in responses:
        model = next((name for name in known.get("providers") or [] if name in record.run), "")
        by_text.setdefault(model, Counter())[coarse(record, asked[record.response.case])] += 1
    expected = known["by_text"] if known.get("providers") else {"": known["by_text"]}
    assert by_text == {model: Counter(counts) for model, counts in expected.items()}


@each_known
def test_its_states_are_those_that_are_known(known: dict[str, Any] | None) -> None:
    records = records_in(known)
    assert known is not None
    states = Counter(str(received(record.response).state) for record in records if isinstance(record, ResponseRecord))
    expected = Counter(known.get("states") or {})
    expected["filtered"] += expected.pop("error_content_filter", 0)
    assert not known.get("states") or states == +expected


@each_known
def test_its_model_is_the_one_that_was_asked_for(known: dict[str, Any] | None) -> None:
    records = records_in(known)
    assert known is not None
    models = {record.model for record in records if isinstance(record, RunRecord)}
    assert "model" not in known or models == {known["model"]}


def test_edits_with_provenance_are_decisions_of_whoever_made_them() -> None:
    path = public_log("inspect-0.3.285/07_edited_scores.eval")
    records = list(read_file(path, ImportOptions()))
    decided = [(each.case, each.reviewer) for each in records if isinstance(each, DecisionRecord)]
    said = " ".join(each.sentence for each in records if isinstance(each, Told))
    assert [who for _, who in decided] == ["reviewer-1", "reviewer-2", "reviewer-1", "reviewer-1"]
    assert "“P” 1" in said
    assert "2 responses were declared invalid" in said
    again = list(read_file(path, ImportOptions(label_map={"P": ImportOptions().scale.ids[1]})))
    assert len([each for each in again if isinstance(each, DecisionRecord)]) == 5


def test_what_holds_no_reply_is_declined_with_what_to_import() -> None:
    for name, words in (
        ("lm_eval-0.4.13/dummy_multiple_choice/samples_over_refusal_mc_2026-11-28T20-01-46.401436.jsonl", "likelihood"),
        ("helm-0.5.16/v1/over_refusal:model=local_mock-open/per_instance_stats.json", "scenario_state.json"),
        ("promptfoo-0.123.1/01_two_providers_repeat2.csv", "JSON"),
        ("promptfoo-0.123.1/01_two_providers_repeat2.yaml", "JSON"),
        ("promptfoo-0.123.1/02_two_prompts_two_providers_states.html", "JSON"),
        ("promptfoo-0.123.1/promptfooconfig_01.json", "no responses"),
    ):
        with pytest.raises(InputError, match=words):
            list(read_file(public_log(name), ImportOptions()))


def test_ratings_in_the_database_and_in_the_export_are_the_same() -> None:
    options = ImportOptions(label_map={"pass": ImportOptions().scale.ids[0], "fail": ImportOptions().scale.ids[-1]})
    found = []
    for name in ("03_exported_with_ratings.json", "04_promptfoo.db"):
        records = list(read_file(public_log(f"promptfoo-0.123.1/{name}"), options))
        rated = [each for each in records if isinstance(each, DecisionRecord)]
        found.append(Counter((each.run, each.case, each.repeat, each.action, each.note) for each in rated))
        assert any("96 credentials" in each.sentence for each in records if isinstance(each, Told))
    assert found[0] == found[1]
    assert sum(found[0].values()) == 4


@pytest.mark.parametrize(
    "name",
    [
        "inspect/popularity-gpt-4o-mini.eval",
        "inspect/popularity-llama31.json",
        "inspect/xstest-live-smollm2.eval",
        "lm_eval/samples_math_perturbed_full_2026-01-21T03-44-18.458309.jsonl",
        "openai_evals/autogpt_test-match_from_readme.jsonl",
        "helm-0.5.16/v1",
    ],
)
def test_older_files_and_folders_are_read(name: str) -> None:
    records = list(read_file(public_log(name), ImportOptions()))
    assert not bad_rows(records)
    assert any(isinstance(record, ResponseRecord) and record.response.text for record in records)


def test_no_credential_is_left_in_anything_that_would_be_stored() -> None:
    for name in ("01_two_providers_repeat2.json", "01_two_providers_repeat2.jsonl", "04_promptfoo.db"):
        records = read_file(public_log(f"promptfoo-0.123.1/{name}"), ImportOptions())
        assert "not-a-key" not in "\n".join(map(repr, records))
