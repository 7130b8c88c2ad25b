"""Schema 0014 over a workspace of before: all of it or nothing; what was imported then can be taken back."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from reviewer.app.import_acts import undo_import
from reviewer.app.jobs.imports import ImportRequest, import_file
from reviewer.core.errors import InputError
from reviewer.store import database
from reviewer.store.database import open_workspace
from reviewer.store.dialects import sqlite
from reviewer.store.facts.runs import Classified
from reviewer.store.queries.chain import first_misfit
from reviewer.store.queries.import_acts import import_acts
from reviewer.store.queries.review import response_ids
from reviewer.store.queries.suites import suites
from tests.support.builders import REFUSE, decide, fill, make_cases, make_response, make_run, make_suite

CASES = '{"key": "a", "prompt": "One?", "label": "answer"}\n{"key": "b", "prompt": "Two?", "label": "refuse"}\n'
RESPONSES = (
    '{"case": "a", "run": "r", "text": "Sure."}\n{"case": "b", "run": "r", "text": "I cannot help with that."}\n'
)


@pytest.fixture(scope="module")
def before_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace of schema 0013 with two imports, a suite of its own and a decision."""
    folder = tmp_path_factory.mktemp("before")
    path = folder / "w.db"
    with closing(open_workspace(path)) as workspace:
        for name, content in (("cases.jsonl", CASES), ("responses.jsonl", RESPONSES)):
            (folder / name).write_text(content, "utf-8")
            import_file(workspace, ImportRequest(folder / name))
        filled = fill(workspace, make_cases(3))
        decide(workspace, filled.response_ids[0], REFUSE)
    engine = sqlite.open_engine(path)
    database.downgrade(engine, "0013")
    engine.dispose()
    return path


@pytest.fixture
def before(before_file: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(before_file, tmp_path / "w.db"))


def everything(path: Path) -> list[str]:
    """The schema and every row."""
    with closing(sqlite3.connect(path)) as connection:
        made = connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2").fetchall()
        names = [name for kind, name, _ in made if kind == "table"]
        return [
            repr(made),
            *(repr(row) for name in names for row in connection.execute(f'SELECT * FROM "{name}"')),  # noqa: S608 ours
        ]


class BrokenOffError(Exception):
    """What a step of the migration raises here."""


def statements_until(path: Path, fails_at: int) -> int:
    """Migrate, failing at a statement; how many there were until then."""
    engine, count = sqlite.open_engine(path), iter(range(1_000_000))
    seen = 0

    def look(*_given: Any) -> None:  # noqa: ANN401 what the event gives
        nonlocal seen
        if seen == fails_at:
            return  # the catalogue is put back
        seen = next(count)
        if seen == fails_at:
            raise BrokenOffError

    event.listen(engine, "before_cursor_execute", look)
    try:
        database.migrate(engine)
    except BrokenOffError:
        return seen
    finally:
        engine.dispose()
    return seen


@pytest.mark.parametrize("fails_at", range(3, 94, 7))
def test_a_step_that_fails_leaves_the_file_as_it_was(before: Path, fails_at: int) -> None:
    held = everything(before)
    assert statements_until(before, fails_at) == fails_at
    assert everything(before) == held
    with closing(open_workspace(before)) as workspace:
        assert workspace.problems() == []
        assert first_misfit(workspace) is None


def test_the_steps_that_fail_reach_to_its_end(before: Path) -> None:
    assert 87 < statements_until(before, -1) < 110


def test_what_was_imported_before_can_be_taken_back(before: Path) -> None:
    with closing(open_workspace(before)) as workspace:
        acts = {act.file: act for act in import_acts(workspace)}
        assert set(acts) == {"cases.jsonl", "responses.jsonl"}
        assert acts["cases.jsonl"].added["case"] == (1, 2)
        assert acts["responses.jsonl"].added["response"] == (1, 2)
        with pytest.raises(InputError, match="1 run and 2 responses"):
            undo_import(workspace, acts["cases.jsonl"].id, "ana")
        undo_import(workspace, acts["responses.jsonl"].id, "ana")
        undo_import(workspace, acts["cases.jsonl"].id, "ana")
        assert [each.name for each in suites(workspace)] == ["Suite"]
        assert workspace.problems() == []
        assert first_misfit(workspace) is None


def test_numbers_go_on_where_they_were(before: Path) -> None:
    with closing(open_workspace(before)) as workspace:
        filled = fill_another(workspace)
        assert min(filled) == 6
        assert first_misfit(workspace) is None


def fill_another(workspace: database.Workspace) -> tuple[int, ...]:
    cases = make_cases(2)
    suite_id = make_suite(workspace, cases, "Another")
    run_id = make_run(workspace, suite_id, [Classified(make_response(case.key), ()) for case in cases], name="another")
    return tuple(response_ids(workspace, run_id))
