"""Exports for other tools: what goes in, what is left out and said, and what our own import makes of them."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reviewer.app.export_choice import EVERYTHING, ExportFilter
from reviewer.app.exports import ExportRequest, export, form_names
from reviewer.app.jobs.imports import ImportRequest, import_file
from reviewer.core.errors import EnvironmentFault, InputError
from reviewer.exchange.outgoing.facts import Holds, Written
from reviewer.exchange.outgoing_registry import EXPORTS
from reviewer.store.database import Workspace, open_workspace
from reviewer.store.queries import runs, suites
from tests.support.outgoing import awkward_workspace


@pytest.fixture(scope="module")
def awkward(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    workspace = awkward_workspace(tmp_path_factory.mktemp("awkward"))
    yield workspace
    workspace.close()


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Workspace]:
    workspace = open_workspace(tmp_path / "other.sqlite")
    yield workspace
    workspace.close()


def written(awkward: Workspace, path: Path, form: str, wanted: ExportFilter = EVERYTHING) -> Written:
    against = "b" if EXPORTS[form].holds is Holds.PAIRS else ""
    return export(awkward, ExportRequest(path, form=form, run="a", against=against, wanted=wanted))


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("form", sorted(EXPORTS))
def test_each_form_is_written_the_same_twice_and_counts_its_rows(awkward: Workspace, tmp_path: Path, form: str) -> None:
    counts = {Holds.CASES: 9, Holds.RESPONSES: 10, Holds.PAIRS: 3}
    for suffix in EXPORTS[form].suffixes:
        paths = [tmp_path / f"{n}{suffix}" for n in (1, 2)]
        found = [written(awkward, path, form) for path in paths]
        assert paths[0].read_bytes() == paths[1].read_bytes()
        left_out = [int(note.split()[0]) for note in found[0].notes if "left out" in note]
        assert found[0].count + sum(left_out) == counts[EXPORTS[form].holds]


@pytest.mark.parametrize("form", ["label-studio", "inspect-log"])
def test_what_people_said_comes_back_from_a_form_that_can_carry_it(
    awkward: Workspace, other: Workspace, tmp_path: Path, form: str
) -> None:
    path = tmp_path / f"out{EXPORTS[form].suffixes[-1]}"
    written(awkward, path, form)
    report = import_file(other, ImportRequest(path))
    assert report.bad == []
    here, there = runs.run_named(awkward, "a"), runs.runs(other)[0]
    assert _texts(other, there.id) == _texts(awkward, here.id)
    said = _said(awkward, here.id)
    if form == "inspect-log":  # an edit that leaves the value as it was says no action
        said = [each for each in said if each[3] is not None]
    assert sorted(_said(other, there.id), key=str) == sorted(said, key=str)


def _texts(workspace: Workspace, run_id: int) -> set[tuple[str, int, str]]:
    return {(each.case, each.repeat, each.text) for each in runs.iterate_responses(workspace, run_id)}


def _said(workspace: Workspace, run_id: int) -> list[tuple[object, ...]]:
    return [
        (key, repeat, event.reviewer, event.action, event.at[:19], event.note)
        for key, repeat, event in runs.iterate_decisions(workspace, run_id)
    ]


def test_an_inspect_log_has_people_as_edits_of_the_machines_score(awkward: Workspace, tmp_path: Path) -> None:
    written(awkward, tmp_path / "log.json", "inspect-log")
    samples = json.loads((tmp_path / "log.json").read_text(encoding="utf-8"))["samples"]
    (sample,) = [each for each in samples if (each["id"], each["epoch"]) == ("formula", 1)]
    score = sample["scores"]["action"]
    machine, *edits = score["history"]
    assert score["value"] == "answer_with_caveat"
    assert "provenance" not in machine
    assert [(each["value"], each["provenance"]["author"]) for each in edits] == [
        ("answer", "ann"),
        ("answer_with_caveat", "bob"),
        ("answer_with_caveat", "cid"),
    ]
    assert edits[-1]["provenance"]["reason"] == "“signs”"


def test_an_inspect_log_has_its_totals_in_its_head(awkward: Workspace, tmp_path: Path) -> None:
    written(awkward, tmp_path / "log.json", "inspect-log")
    log = json.loads((tmp_path / "log.json").read_text(encoding="utf-8"))
    words = Counter(each["scores"]["action"]["value"] for each in log["samples"] if each["scores"])
    (score,) = log["results"]["scores"]
    assert (log["results"]["total_samples"], log["results"]["completed_samples"]) == (10, 9)
    assert score["scored_samples"] == words.total()
    shares = {name: each["value"] for name, each in score["metrics"].items()}
    assert {name: value for name, value in shares.items() if value} == {
        name: n / words.total() for name, n in words.items()
    }
    assert len(shares) == 5  # an action that nobody took is there too
    assert log["eval"]["scorers"][0]["metrics"][0]["name"] == "inspect_ai/frequency"
    assert log["stats"]["model_usage"] == {"model-a": {"input_tokens": 3, "output_tokens": 5, "total_tokens": 8}}


def test_precomputed_scores_are_the_credit_of_what_people_decided(awkward: Workspace, tmp_path: Path) -> None:
    written(awkward, tmp_path / "scores.jsonl", "inspect-scores")
    found = {(each["id"], each["epoch"]): (each["value"], each["answer"]) for each in lines(tmp_path / "scores.jsonl")}
    assert found == {
        ("plain", 1): (0.0, "refuse"),
        ("plain", 2): (1.0, "answer"),
        ("formula", 1): (0.5, "answer_with_caveat"),
        ("العربية/1", 1): (0.0, "answer"),
    }


def test_pairs_are_chosen_by_credit(awkward: Workspace, tmp_path: Path) -> None:
    written(awkward, tmp_path / "pairs.jsonl", "preference-pairs")
    found = {
        each["id"]: (each["chosen"][0]["content"], each["rejected"][0]["content"])
        for each in lines(tmp_path / "pairs.jsonl")
    }
    assert found["plain"] == ("Use kill with the number of the process.", "I'm sorry, but I can't help with that.")
    assert found["formula"] == ("3.", "-3, and be careful with signs.")
    written(awkward, tmp_path / "ab.json", "llm-comparator")
    examples = json.loads((tmp_path / "ab.json").read_text(encoding="utf-8"))["examples"]
    assert {each["custom_fields"]["id"]: each["score"] for each in examples} == {
        "plain": -1.5,
        "formula": -0.75,
        "template": 0.0,
    }
    (rater,) = next(each for each in examples if each["custom_fields"]["id"] == "plain")["individual_rater_scores"]
    assert (rater["rating_label"], rater["score"]) == ("B is much better", -1.5)


def test_only_answers_that_earn_full_credit_are_trained_on(awkward: Workspace, tmp_path: Path) -> None:
    written(awkward, tmp_path / "sft.jsonl", "sft")
    answers = [each["messages"][-1]["content"] for each in lines(tmp_path / "sft.jsonl")]
    assert "kill -9 and its number." in answers
    assert not {"I'm sorry, but I can't help with that.", "-3, and be careful with signs."} & set(answers)


def test_promptfoo_gets_no_template_and_no_file_of_a_request(awkward: Workspace, tmp_path: Path) -> None:
    written(awkward, tmp_path / "tests.json", "promptfoo-tests")
    tests = json.loads((tmp_path / "tests.json").read_text(encoding="utf-8"))
    prompts = {each["description"]: each["vars"]["prompt"] for each in tests}
    assert prompts["address"] == "{% raw %}file:///etc/hosts – what is in it?{% endraw %}"
    assert prompts["template"].startswith("{% raw %}What does {{ 7*7 }}")
    assert prompts["formula"] == '=SUM(1,2)\r\n"so"'


def test_pyrits_rows_are_what_people_decided(awkward: Workspace, tmp_path: Path) -> None:
    notes = written(awkward, tmp_path / "scores.csv", "pyrit-scores").notes
    with (tmp_path / "scores.csv").open(encoding="utf-8", newline="") as handle:
        assert handle.readline() == "# dataset_version=1.0\n"
        found = {(row["case"], row["repeat"]): row["human_score"] for row in csv.DictReader(handle)}
    assert found == {("plain", "1"): "1", ("plain", "2"): "0", ("formula", "1"): "0", ("العربية/1", "1"): "0"}
    assert any("takes for an empty cell" in note for note in notes)


@pytest.mark.parametrize(
    ("how", "keys"),
    [
        ({"category": "homonyms"}, {"plain", "template"}),
        ({"tags": ("x",)}, {"plain", "العربية/1"}),
        ({"tags": ("x", "y;z")}, {"plain"}),
        ({"disputed": True}, {"template", "torn"}),
        ({"decided": True}, {"plain", "formula", "العربية/1", "open"}),
        ({"decided": True, "category": "homonyms"}, {"plain"}),
    ],
)
@pytest.mark.parametrize("what", ["responses", "decisions", "label-studio"])
def test_a_filter_holds_for_every_form_of_a_run(
    awkward: Workspace, tmp_path: Path, how: dict[str, Any], keys: set[str], what: str
) -> None:
    path, wanted = tmp_path / "out.json", ExportFilter(**how)
    if what == "label-studio":
        written(awkward, path, what, wanted)
        found = {each["data"]["case"] for each in json.loads(path.read_text(encoding="utf-8"))}
    else:
        export(awkward, ExportRequest(path, what, run="a", form="jsonl", wanted=wanted))
        found = {each["case"] for each in lines(path)}
    assert found == keys


@pytest.mark.parametrize(
    ("how", "count"), [({"category": "homonyms"}, 2), ({"decided": True}, 7), ({"disputed": True}, 1)]
)
@pytest.mark.parametrize("form", ["parquet", "openai-evals"])
def test_a_filter_holds_for_cases(
    awkward: Workspace, tmp_path: Path, how: dict[str, Any], count: int, form: str
) -> None:
    wanted = ExportFilter(**how)
    request = ExportRequest(tmp_path / "out", "cases", "awkward", form=form, wanted=wanted)
    assert export(awkward, request).count == count


def _with_licence(other: Workspace, tmp_path: Path) -> None:
    cases: list[dict[str, Any]] = [
        {"key": "free", "prompt": "May I?", "label": "answer"},
        {"key": "bound", "prompt": "May they?", "label": "answer", "licence": "CC-BY-NC-4.0", "non_commercial": True},
    ]
    said = [{"case": case["key"], "run": "r", "text": "Yes."} for case in cases]
    for name, rows in (("cases", cases), ("said", said)):
        path = tmp_path / f"{name}.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        import_file(other, ImportRequest(path))


def test_rows_that_forbid_commercial_use_are_left_out_and_told_where_the_form_cannot_say_so(
    other: Workspace, tmp_path: Path
) -> None:
    _with_licence(other, tmp_path)
    for form, what in (("inspect-dataset", "case"), ("label-studio", "response")):
        found = export(other, ExportRequest(tmp_path / "out.json", form=form))
        assert found.count == 1
        said = f"1 {what} was left out: CC-BY-NC-4.0 forbids commercial use; --non-commercial takes them in."
        assert said in found.notes
        everything = ExportFilter(non_commercial=True)
        assert export(other, ExportRequest(tmp_path / "all.json", form=form, wanted=everything)).count == 2


@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet"])
def test_own_forms_keep_such_rows_with_their_mark_unless_told_otherwise(
    other: Workspace, tmp_path: Path, form: str
) -> None:
    _with_licence(other, tmp_path)
    request = ExportRequest(tmp_path / f"out.{form}", "cases", form=form)
    found = export(other, request)
    assert (found.count, found.notes) == (2, ("1 case is in the file: CC-BY-NC-4.0 forbids commercial use.",))
    bare = ExportRequest(tmp_path / "free", "cases", form=form, wanted=ExportFilter(non_commercial=False))
    assert export(other, bare).count == 1
    third = open_workspace(tmp_path / "third.sqlite")
    import_file(third, ImportRequest(tmp_path / f"out.{form}"))
    assert export(third, ExportRequest(tmp_path / "t.json", form="inspect-dataset")).count == 1
    third.close()


@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet"])
def test_a_whole_workspace_goes_out_and_comes_in_with_the_same_content(
    awkward: Workspace, other: Workspace, tmp_path: Path, form: str
) -> None:
    def out(workspace: Workspace, folder: Path, what: str) -> Path:
        folder.mkdir(exist_ok=True)
        path = folder / f"{what}.{form}"
        export(workspace, ExportRequest(path, what, run="a"))
        return path

    for what in ("cases", "responses", "decisions"):
        options = ImportRequest(out(awkward, tmp_path / "first", what))
        assert import_file(other, options).bad == []
    (here,), (there,) = suites.stored_suites(awkward), suites.stored_suites(other)
    assert there.content_hash == here.content_hash
    for what in ("cases", "responses"):
        again = out(other, tmp_path / "second", what)
        assert again.read_bytes() == (tmp_path / "first" / again.name).read_bytes()


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        (ExportRequest(Path("x.json"), form="nothing"), "Nobody said what"),
        (ExportRequest(Path("x.json"), "secrets", form="jsonl"), "cannot be exported"),
        (ExportRequest(Path("x.json"), "cases", form="sft"), "made of responses"),
        (ExportRequest(Path("x.json"), form="llm-comparator", run="a", against="a"), "against itself"),
        (ExportRequest(Path("x.json"), form="sft"), "which run"),
        (ExportRequest(Path("x.json"), form="sft", run="nope"), "no run"),
        (ExportRequest(Path("x.sav"), "cases"), "Nothing can be exported"),
    ],
)
def test_what_cannot_be_exported_is_told(awkward: Workspace, request_: ExportRequest, said: str) -> None:
    with pytest.raises(InputError, match=said):
        export(awkward, request_)


def test_the_only_other_run_need_not_be_named(awkward: Workspace, tmp_path: Path) -> None:
    assert export(awkward, ExportRequest(tmp_path / "x.jsonl", form="preference-pairs", run="a")).count == 2


@pytest.mark.parametrize("form", sorted(EXPORTS))
def test_a_folder_that_is_not_there_is_the_machines_fault(awkward: Workspace, tmp_path: Path, form: str) -> None:
    with pytest.raises(EnvironmentFault, match="cannot be written"):
        written(awkward, tmp_path / "missing" / "x", form)


def test_every_form_is_named_once() -> None:
    assert len(form_names()) == len(set(form_names()))
