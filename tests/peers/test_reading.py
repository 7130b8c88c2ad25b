"""Each file that export writes for another tool, read by that tool."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from reviewer.app.exports import ExportRequest, export
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.records import BadRow, ResponseRecord, Told
from reviewer.exchange.outgoing.facts import Holds
from reviewer.exchange.outgoing_registry import EXPORTS
from reviewer.exchange.registry import read_file
from tests.peers.places import Peers, peers_or_skip
from tests.support.outgoing import awkward_workspace

pytestmark = pytest.mark.peers

INSPECT_LOG = """
import json, sys
from inspect_ai.log import read_eval_log, read_eval_log_sample_summaries
from inspect_ai.log import recompute_metrics
path = sys.argv[1]
log, head = read_eval_log(path), read_eval_log(path, header_only=True)
people = [
    (s.id, s.epoch, edit.value, edit.provenance.author)
    for s in log.samples for score in (s.scores or {}).values() for edit in score.history if edit.provenance
]
summaries = len(read_eval_log_sample_summaries(path))
def totals(results):
    shares = [{n: m.value for n, m in s.metrics.items()} for s in results.scores]
    return [[s.name, s.scored_samples, s.unscored_samples, each] for s, each in zip(results.scores, shares)]
ours = totals(head.results)
used = head.stats.model_usage
usage = {name: [used[name].input_tokens, used[name].output_tokens, used[name].total_tokens] for name in used}
recompute_metrics(log)
anew = totals(log.results)
print(json.dumps({"status": log.status, "samples": len(log.samples), "head": head.results.total_samples,
    "summaries": summaries, "completed": head.results.completed_samples,
    "totals": ours, "anew": anew, "usage": usage, "people": people, "errors": [s.id for s in log.samples if s.error]}))
"""
INSPECT_DATASET = """
import json, sys
from inspect_ai.dataset import json_dataset
samples = list(json_dataset(sys.argv[1]))
asked = {s.id: s.input if isinstance(s.input, str) else [m.role for m in s.input] for s in samples}
print(json.dumps({s.id: [asked[s.id], s.target] for s in samples}))
"""
INSPECT_SCORES = """
import json, sys
from inspect_ai import Task, eval, score
from inspect_ai.dataset import json_dataset
from inspect_ai.scorer import precomputed_scores
task = Task(dataset=json_dataset(sys.argv[1]))
(log,) = eval(task, model="mockllm/model", epochs=2, log_dir=sys.argv[3], display="none")
scored = score(log, precomputed_scores(sys.argv[2]), display="none")
print(json.dumps([[s.id, s.epoch, s.scores["precomputed_scores"].value] for s in scored.samples if s.scores]))
"""
LABEL_STUDIO = """
import json, sys
from label_studio_sdk.label_interface import LabelInterface
tasks = json.load(open(sys.argv[1]))
interface = LabelInterface(open(sys.argv[2]).read())
refused = [p for t in tasks for p in t["predictions"] if not interface.validate_prediction(p)]
refused += [a for t in tasks for a in t["annotations"] if not interface.validate_annotation(a)]
fields = {name for t in tasks for name in t["data"]}
missing = [name for name in ("prompt", "response") if name not in fields]
print(json.dumps({"tasks": len(tasks), "refused": refused, "missing": missing}))
"""
DATASETS = """
import json, sys
from datasets import load_dataset
kind = "parquet" if sys.argv[1].endswith("parquet") else "json"
rows = load_dataset(kind, data_files=sys.argv[1], cache_dir=sys.argv[2])["train"]
print(json.dumps([len(rows), rows.column_names]))
"""
COMPARATOR = """
import json, sys
from typing import Any
from pydantic import TypeAdapter
from llm_comparator import types
rows = json.load(open(sys.argv[1]))
TypeAdapter(list[dict[str, Any]]).validate_python(rows["examples"])
found = {name: set(getattr(getattr(types, name), "__annotations__", {})) for name in dir(types)}
print(json.dumps({"n": len(rows["examples"]), "top": sorted(rows), "models": rows["models"],
    "rating": sorted(rows["examples"][0]["individual_rater_scores"][0]),
    "known": sorted(found.get("IndividualRating", found.get("RatingInfo", ())))}))
"""
PYRIT = """
import json, sys
from pyrit.score import HumanLabeledDataset, MetricsType
found = HumanLabeledDataset.from_csv(csv_path=sys.argv[1], metrics_type=MetricsType.OBJECTIVE, dataset_name="awkward")
found.validate()
texts = [entry.conversation[0].message_pieces[0].original_value for entry in found.entries]
print(json.dumps([[text, e.human_scores, e.objective] for text, e in zip(texts, found.entries)]))
"""


@pytest.fixture(scope="module")
def peers() -> Peers:
    return peers_or_skip()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with every form of the awkward workspace, under the form's name."""
    folder = tmp_path_factory.mktemp("files")
    workspace = awkward_workspace(folder)
    for name, form in EXPORTS.items():
        for suffix in form.suffixes:
            against = "b" if form.holds is Holds.PAIRS else ""
            export(workspace, ExportRequest(folder / f"{name}{suffix}", form=name, run="a", against=against))
    for what in ("cases", "responses"):
        export(workspace, ExportRequest(folder / f"{what}.parquet", what, run="a"))
    yield folder
    workspace.close()


@pytest.mark.parametrize("suffix", ["json", "eval"])
def test_inspect_reads_the_log_with_peoples_edits(peers: Peers, files: Path, suffix: str) -> None:
    found = peers.ask("common", INSPECT_LOG, files / f"inspect-log.{suffix}")
    assert (found["status"], found["samples"], found["head"], found["summaries"]) == ("success", 10, 10, 10)
    assert ["formula", 1, "answer_with_caveat", "cid"] in found["people"]
    assert len(found["people"]) == 11
    assert found["errors"] == ["address"]


@pytest.mark.parametrize("suffix", ["json", "eval"])
def test_the_totals_of_the_log_are_those_that_inspect_computes(peers: Peers, files: Path, suffix: str) -> None:
    found = peers.ask("common", INSPECT_LOG, files / f"inspect-log.{suffix}")
    assert found["totals"] == found["anew"]
    ((name, scored, unscored, shares),) = found["totals"]
    assert (name, unscored, found["completed"]) == ("action", 0, 9)
    assert sum(shares.values()) == pytest.approx(1)
    assert scored * shares["refuse"] >= 1
    assert found["usage"] == {"model-a": [3, 5, 8]}


@pytest.mark.parametrize("suffix", ["json", "jsonl"])
def test_inspect_reads_the_dataset(peers: Peers, files: Path, suffix: str) -> None:
    found = peers.ask("common", INSPECT_DATASET, files / f"inspect-dataset.{suffix}")
    assert len(found) == 9
    assert found["formula"] == ['=SUM(1,2)\r\n"so"', "answer"]
    assert found["tool"][0] == ["system", "user", "assistant", "tool"]


def test_inspect_scores_a_log_by_what_people_decided(peers: Peers, files: Path, tmp_path: Path) -> None:
    names = (files / "inspect-dataset.jsonl", files / "inspect-scores.jsonl", tmp_path)
    found = peers.ask("common", INSPECT_SCORES, *names)
    assert ["formula", 1, 0.5] in found
    assert len(found) == 4


def test_label_studio_accepts_tasks_predictions_and_annotations(peers: Peers, files: Path) -> None:
    found = peers.ask("common", LABEL_STUDIO, files / "label-studio.json", files / "label-studio.config.xml")
    assert found == {"tasks": 10, "refused": [], "missing": []}


@pytest.mark.parametrize(
    ("name", "count"),
    [("preference-pairs.jsonl", 2), ("openai-evals.jsonl", 8), ("cases.parquet", 9), ("responses.parquet", 10)],
)
def test_datasets_loads_rows(peers: Peers, files: Path, tmp_path: Path, name: str, count: int) -> None:
    assert peers.ask("common", DATASETS, files / name, tmp_path)[0] == count


def test_llm_comparator_knows_the_fields(peers: Peers, files: Path) -> None:
    found = peers.ask("comparator", COMPARATOR, files / "llm-comparator.json")
    assert (found["n"], found["top"]) == (3, ["examples", "metadata", "models"])
    assert set(found["known"]) <= set(found["rating"])


def test_pyrit_reads_what_people_scored(peers: Peers, files: Path) -> None:
    found = peers.ask("pyrit", PYRIT, files / "pyrit-scores.csv")
    assert len(found) == 4
    assert ["I'm sorry, but I can't help with that.", [1], "How do I kill a process?"] in found


def test_promptfoo_imports_the_results_with_their_ratings(peers: Peers, files: Path, tmp_path: Path) -> None:
    peers.promptfoo(tmp_path, "import", files / "promptfoo.json")
    with closing(sqlite3.connect(tmp_path / "promptfoo.db")) as database:
        gradings = [row[0] for row in database.execute("SELECT grading_result FROM eval_results")]
    assert len(gradings) == 10
    assert sum('"human"' in (each or "") for each in gradings) == 4


def test_what_promptfoo_gives_back_and_keeps_is_what_it_was_given(peers: Peers, files: Path, tmp_path: Path) -> None:
    def replies(path: Path) -> list[tuple[str, str, str]]:
        records = list(read_file(path, ImportOptions()))
        assert [each for each in records if isinstance(each, BadRow)] == []
        assert "People rated 4 results" in "".join(each.sentence for each in records if isinstance(each, Told))
        found = (each.response for each in records if isinstance(each, ResponseRecord))
        return sorted((each.text, each.reasoning, each.state) for each in found)

    given = files / "promptfoo.json"
    peers.promptfoo(tmp_path, "import", given)
    peers.promptfoo(tmp_path, "export", "eval", "latest", "-o", tmp_path / "back.json")
    assert len(replies(given)) == 10
    assert replies(tmp_path / "back.json") == replies(given)
    assert replies(tmp_path / "promptfoo.db") == replies(given)


def test_promptfoo_asks_each_request_as_it_is(peers: Peers, files: Path, tmp_path: Path) -> None:
    tests = json.loads((files / "promptfoo-tests.json").read_text(encoding="utf-8"))
    config = {"prompts": ["{{prompt}}"], "providers": ["echo"], "tests": tests}
    (tmp_path / "config.json").write_text(json.dumps(config), encoding="utf-8")
    peers.promptfoo(tmp_path, "validate", "config", "-c", "config.json")
    peers.promptfoo(tmp_path, "eval", "-c", "config.json", "--no-cache", "--no-table", "--output", "out.json")
    results = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["results"]["results"]
    said = {each["testCase"]["description"]: each["response"]["output"] for each in results}
    assert said["template"] == "What does {{ 7*7 }} or {% endraw %} print?"
    assert said["address"] == "file:///etc/hosts – what is in it?"
    assert said["formula"] == '=SUM(1,2)\r\n"so"'
