"""Where imported rows come from stays with them, and what has no field here stays beside them, through export too."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from reviewer.app.exports import ExportRequest, export
from reviewer.app.jobs.imports import ImportRequest, import_file
from reviewer.exchange.kit.options import ImportOptions
from reviewer.store.database import Workspace, open_workspace
from reviewer.store.queries import exporting, origins, runs, suites

TEXT = "id,prompt,response,score\na,How?,So.,0.5\nb,Why?,No.,\n"


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with closing(open_workspace(tmp_path / "w.sqlite")) as opened:
        yield opened


def given(tmp_path: Path) -> Path:
    path = tmp_path / "study.csv"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_rows_know_their_file_and_the_same_file_again_adds_nothing(workspace: Workspace, tmp_path: Path) -> None:
    path = given(tmp_path)
    report = import_file(workspace, ImportRequest(path))
    suite = suites.suite_named(workspace, "study")

    ((origin, n),) = origins.origins_of_suite(workspace, suite.id)
    assert (origin.file, origin.format, n) == ("study.csv", "csv", 2)
    assert origin.sha256 == hashlib.sha256(TEXT.encode()).hexdigest()
    assert [use.used_as for use in report.columns] == ["key", "prompt", "response", "kept"]
    run = runs.run_named(workspace, "study")
    assert origins.kept_of_responses(workspace, run.id) == {("a", 1): {"score": "0.5"}}

    again = import_file(workspace, ImportRequest(path))
    assert (again.cases_added, again.responses_added) == (0, 0)
    assert len(list(origins.origins_of_suite(workspace, suite.id))) == 1


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_what_is_kept_comes_back_from_an_export(workspace: Workspace, tmp_path: Path, form: str) -> None:
    lines = [
        {"suite": {"name": "s"}},
        {"key": "a", "prompt": "How?", "status": "unreviewed", "kept": {"rate": "3", "=f": "\u00e9"}},
        {"key": "b", "prompt": "Why?", "status": "unreviewed", "non_commercial": True},
    ]
    path = tmp_path / "s.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    import_file(workspace, ImportRequest(path))
    import_file(workspace, ImportRequest(given(tmp_path)))
    export(workspace, ExportRequest(tmp_path / f"s2.{form}", "cases", suite="s"))
    export(workspace, ExportRequest(tmp_path / f"r2.{form}", "responses", run="study"))

    other = open_workspace(tmp_path / "other.sqlite")
    named = ImportOptions(suite="s")
    import_file(other, ImportRequest(given(tmp_path)))
    assert import_file(other, ImportRequest(tmp_path / f"s2.{form}", options=named)).bad == []
    suite = suites.suite_named(other, "s")
    assert origins.beside_case(other, suite.id, "a").kept == {"rate": "3", "=f": "\u00e9"}
    assert set(exporting.non_commercial_cases(other, suite.id)) == {"b"}
    again = import_file(other, ImportRequest(tmp_path / f"r2.{form}", options=ImportOptions(run="second")))
    assert again.bad == []
    assert "score" in (tmp_path / f"r2.{form}").read_text(encoding="utf-8")
    other.close()
