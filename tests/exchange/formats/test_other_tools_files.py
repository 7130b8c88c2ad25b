"""Files that other tools wrote, found by looking at them, give the counts that were taken when they were made."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from reviewer.app.jobs.imports import ImportRequest, import_file
from reviewer.core.decisions import DecisionKind
from reviewer.core.errors import InputError
from reviewer.core.responses import ResponseState
from reviewer.exchange.kit.records import (
    BadRow,
    ColumnUse,
    DecisionRecord,
    OriginRecord,
    Record,
    ResponseRecord,
    Told,
    VerdictRecord,
)
from reviewer.exchange.registry import detect
from reviewer.store.database import Workspace, open_workspace
from tests.exchange.reading import bad_rows, cases_in, records_of
from tests.support.public_sets import VARIABLE, folder

LOGS = folder() / "logs"
HERE = (LOGS / "expected.json").exists()
needs_logs = pytest.mark.skipif(
    not HERE, reason=f"the files of other tools are not here: put them at logs/ in a folder and name it in {VARIABLE}"
)
KINDS = {
    "garak report": "garak",
    "pyrit sqlite": "pyrit",
    "deepeval": "deepeval",
    "deepeval goldens": "deepeval-goldens",
    "llm comparator": "llm-comparator",
    "label studio json": "label-studio",
    "label studio json_min": "label-studio",
    "label studio csv": "label-studio",
    "label studio import tasks": "label-studio",
    "potato user states": "potato",
    "potato export": "potato",
    "openai batch": "openai-batch",
    "openai batch /v1/responses": "openai-batch",
    "anthropic batch": "anthropic-batch",
    "sft": "chat",
    "preference": "preference-pairs",
    "sharegpt": "sharegpt",
    "alpaca": "alpaca",
}


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    opened = open_workspace(tmp_path / "w.sqlite")
    yield opened
    opened.close()


def expected() -> list[dict[str, Any]]:
    held = json.loads((LOGS / "expected.json").read_text("utf-8")) if HERE else []
    return [entry for entry in held if entry["kind"] in KINDS]


def path_of(entry: dict[str, Any]) -> Path:
    return LOGS / str(entry["path"]).replace("batch_input+output+errors", "batch_output.jsonl")


def responses(records: Iterable[Record]) -> list[ResponseRecord]:
    return [record for record in records if isinstance(record, ResponseRecord)]


def by_text(found: Iterable[ResponseRecord]) -> dict[str, int]:
    """{what the reply does: how often}, by the exact replies that the scripted models gave."""
    said: dict[str, str] = {}
    for line in (LOGS / "truth" / "prompts_A.jsonl").read_text("utf-8").splitlines():
        for reply in json.loads(line)["replies"].values():
            said[reply["text"].strip()] = reply["coarse"]
    texts = [record.response.text.strip() for record in found]
    return dict(Counter(said[text] if text else "no_reply_text" for text in texts))


@needs_logs
@pytest.mark.parametrize("entry", expected(), ids=lambda entry: str(entry["path"]))
def test_the_counts_are_those_of_the_tool(entry: dict[str, Any]) -> None:
    path, kind = path_of(entry), str(entry["kind"])

    records = records_of(path)
    found = responses(records)

    assert detect(path).name == KINDS[kind]
    assert not bad_rows(records)
    wanted = {"cases": len(cases_in(records)), "responses": len(found)}
    assert {name: count for name, count in wanted.items() if name in entry} == {
        name: entry[name] for name in wanted if name in entry
    }
    if kind != "llm comparator" and "by_text" in entry and entry["by_text"]:
        answered = [r for r in found if b"error" not in r.response.raw_body[:24]]
        held = [r for r in answered if r.response.state is not ResponseState.ERROR or kind == "garak report"]
        assert by_text(held) == entry["by_text"]
    assert [type(r) for r in records].count(OriginRecord) == 1
    assert any(isinstance(record, ColumnUse) for record in records)


@needs_logs
def test_both_sides_of_a_comparison_are_runs() -> None:
    (entry,) = [each for each in expected() if each["kind"] == "llm comparator"]

    records = records_of(path_of(entry))

    sides = {side: [r for r in responses(records) if r.kept["side"] == side] for side in "AB"}
    assert by_text(sides["A"]) == entry["by_text_a"]
    assert by_text(sides["B"]) == entry["by_text_b"]
    raters = [name for r in sides["A"] for name in r.kept if name.startswith("rater ")]
    assert len(raters) == entry["rater_scores"]
    assert not [record for record in records if isinstance(record, DecisionRecord | VerdictRecord)]


@needs_logs
def test_a_batch_has_the_states_of_its_results() -> None:
    found = responses(records_of(LOGS / "openai_batch" / "batch_output.jsonl"))
    states = Counter(record.response.state for record in found)
    anthropic = responses(records_of(LOGS / "anthropic_batch" / "batch_results.jsonl"))
    of_anthropic = Counter(record.response.state for record in anthropic)

    assert states == {"ok": 34, "empty": 1, "truncated": 1, "filtered": 2, "error": 2}
    assert of_anthropic == {"ok": 33, "empty": 1, "truncated": 1, "filtered": 2, "error": 3}
    asked, returned = {r.run.split(" on ")[0] for r in found}, {r.response.model for r in found if r.response.text}
    assert (asked, returned) == ({"mock-cautious"}, {"mock-cautious-2026-05-01"})
    thought = next(record.response for record in anthropic if record.response.case == "a36")
    assert thought.reasoning
    assert "can't help" not in thought.text


@needs_logs
def test_pyrit_pieces_have_their_states_and_no_error_is_a_reply() -> None:
    (entry,) = [each for each in expected() if each["kind"] == "pyrit sqlite"]

    found = responses(records_of(path_of(entry)))

    kinds = Counter(str(record.kept.get("response_error", "none")) for record in found)
    states = Counter(record.response.state for record in found)
    assert states[ResponseState.FILTERED] == entry["states"]["blocked"]
    assert states[ResponseState.EMPTY] == entry["states"]["empty"]
    assert not [record for record in found if "status_code" in record.response.text]
    assert sum("score: SubStringScorer" in record.kept for record in found) == entry["scores"], kinds


@needs_logs
@pytest.mark.parametrize("name", ["export_JSON.json", "export_JSON_MIN.json", "export_CSV.csv", "export_TSV.tsv"])
def test_label_studio_annotators_decide_the_same_in_every_form(name: str) -> None:
    (entry,) = [each for each in expected() if str(each["path"]).endswith("/export_JSON.json")]

    records = records_of(LOGS / "label_studio-1.23.2" / name)

    decided = [record for record in records if isinstance(record, DecisionRecord)]
    assert Counter(record.action for record in decided) == entry["choices"]
    assert {record.reviewer for record in decided} == {"annotator-1", "annotator-2"}
    assert {record.blind for record in decided} == {None}
    assert {record.kind for record in decided} == {DecisionKind.DECISION}
    both = Counter(record.case for record in decided)
    assert sum(count == 2 for count in both.values()) == entry["tasks_both_annotators"]
    first = next(record for record in decided if record.case == "a01" and record.reviewer == "annotator-1")
    assert first.note.splitlines()[1:] == ["second line ✓", "sure: 5"]


@needs_logs
def test_label_studio_tells_what_is_no_decision() -> None:
    records = records_of(LOGS / "label_studio-1.23.2" / "export_JSON_all_tasks.json")

    told = " ".join(record.sentence for record in records if isinstance(record, Told))
    assert "1 task was skipped" in told
    assert "1 draft was" in told
    assert "36 predictions are only a number" in told
    assert len({record.case for record in records if isinstance(record, VerdictRecord)}) == 11


@needs_logs
@pytest.mark.parametrize(
    "name", ["annotation_output", "exportA_csv/annotations.csv", "exportA_jsonl/annotations.jsonl"]
)
def test_potato_s_users_decide_on_the_texts_of_the_project(name: str) -> None:
    (entry,) = [each for each in expected() if each["kind"] == "potato user states"]

    records = records_of(LOGS / "potato-2.12.1" / name)

    decided = [record for record in records if isinstance(record, DecisionRecord)]
    assert len(decided) == entry["user_item_pairs"]
    assert len({record.reviewer for record in decided}) == entry["annotators"]
    assert len(responses(records)) == len(cases_in(records)) == entry["items"]
    wanted = {key.partition(":")[2]: n for key, n in entry["labels"].items() if key.startswith("action:")}
    assert Counter(record.action for record in decided) == wanted


@needs_logs
@pytest.mark.parametrize(("name", "runs", "cases", "n"), [("dataset_dict", 2, 40, 80), ("single_2_shards", 1, 24, 24)])
def test_datasets_folders_have_splits_and_shards(name: str, runs: int, cases: int, n: int) -> None:
    records = records_of(LOGS / "hf_datasets" / name)

    found = responses(records)
    assert (len({r.run for r in found}), len(cases_in(records)), len(found)) == (runs, cases, n)
    labels = {case.label for case in cases_in(records)}
    assert {"answer", "answer_with_caveat"} <= labels


@needs_logs
def test_a_hit_log_is_declined_with_a_sentence(workspace: Workspace) -> None:
    with pytest.raises(InputError, match=r"hit log.*\.report\.jsonl"):
        import_file(workspace, ImportRequest(LOGS / "garak-0.17.1" / "or_a.hitlog.jsonl"))


@needs_logs
@pytest.mark.parametrize("entry", expected(), ids=lambda entry: str(entry["path"]))
def test_it_goes_into_a_workspace_and_the_same_file_again_adds_nothing(
    entry: dict[str, Any], workspace: Workspace
) -> None:
    path = path_of(entry)
    records = records_of(path)

    first = import_file(workspace, ImportRequest(path))
    again = import_file(workspace, ImportRequest(path))

    assert not [row for row in first.bad if not isinstance(row, BadRow)]
    assert (first.cases_added, first.responses_added) == (len(cases_in(records)), len(responses(records)))
    decided = sum(isinstance(record, DecisionRecord) for record in records)
    assert (first.decisions_added, len(first.bad)) == (decided, 0)
    assert (again.cases_added, again.decisions_added, again.responses_added) == (0, 0, 0)


@needs_logs
def test_a_case_keeps_its_key_in_files_of_the_same_items() -> None:
    goldens = cases_in(records_of(LOGS / "deepeval-4.3.1" / "goldens" / "goldens.csv"))
    one = {case.key: case.request for case in goldens}
    other = {case.key: case.request for case in cases_in(records_of(LOGS / "sharegpt" / "sharegpt.json"))}

    both = one.keys() & other.keys()
    assert {key: one[key] for key in both} == {key: other[key] for key in both}
    assert len(both) > 30
