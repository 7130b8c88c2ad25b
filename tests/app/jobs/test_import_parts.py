"""A file that is longer than one part: decided, written and taken back as if it had been read whole."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import anyio
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from reviewer.app.jobs import import_ahead, import_contents, import_writing, imports
from reviewer.app.jobs.classification import ClassifyJob
from reviewer.app.jobs.imports import ImportReport, ImportRequest, import_file
from reviewer.app.jobs.job import JobContext
from reviewer.core.actions import ActionId
from reviewer.core.changes import Changes
from reviewer.core.errors import DiskFullError
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.registry import read_file
from reviewer.store.database import Workspace, open_workspace
from reviewer.store.facts.suites import OnConflict
from reviewer.store.queries import runs, suites
from tests.support.commands import counts

Rows = list[tuple[object, ...]]


def lines(path: Path, *items: object) -> Path:
    path.write_text("".join(json.dumps(item) + "\n" for item in items), encoding="utf-8")
    return path


def table(path: Path, n: int, n_cases: int) -> Path:
    columns = {
        "prompt": [f"How do I do thing number {number % n_cases}?" for number in range(n)],
        "model": [f"m{number // n_cases % 3}" for number in range(n)],
        "response": [f"<think>Hm.</think>Take {number} and mix it with water." for number in range(n)],
        "score": [f"0.{number}" for number in range(n)],
    }
    parquet.write_table(pa.table(columns), path)
    return path


def two_columns(path: Path) -> Path:
    rows = [f'"Request {n % 40}?",safe,"Sure, {n}.","I can\'t help with {n}."' for n in range(60)]
    rows[33] = '"Request 900?",explode,"Sure.","No."'
    rows[50] = ',safe,"Sure.","No."'
    path.write_text("\n".join(["prompt,label,gpt_response,llama_response", *rows]) + "\n", encoding="utf-8")
    return path


def decided(path: Path) -> Path:
    """Ratings in the rows of the responses, by two people, and equal rows far apart."""
    rows = [f'"Request {n % 20}?","Sure, {n % 20}.",ana,refuse' for n in range(40)]
    rows += [f'"Request {n}?","Sure, {n}.",ben,answer' for n in range(20)]
    path.write_text("\n".join(["prompt,response,annotator,rating", *rows]) + "\n", encoding="utf-8")
    return path


def workspace_of(path: Path) -> Workspace:
    """With a suite and a run, one response of which failed and one of which is decided on."""
    workspace = open_workspace(path, create=True)
    folder = path.parent / f"{path.stem} files"
    folder.mkdir()
    cases = [{"key": f"c{n}", "prompt": f"Native {n}?", "label": "answer"} for n in range(30)]
    responses = [{"case": f"c{n}", "run": "v1", "text": f"Yes, {n}."} for n in range(20)]
    responses[7] |= {"text": "", "state": "error", "error": "It was busy."}
    decision = {"case": "c1", "run": "v1", "reviewer": "ann", "action": "answer", "at": "2025-03-01T09:30:00Z"}
    for name, items in (("s", cases), ("r", responses), ("d", [decision])):
        assert import_file(workspace, ImportRequest(lines(folder / f"{name}.jsonl", *items))).bad == []
    return workspace


def native_responses(path: Path) -> Path:
    items: list[object] = [{"case": f"c{n}", "run": "v1", "text": f"Yes, {n}."} for n in range(30)]
    items += [{"case": "c3", "run": "v1", "text": "Otherwise."}, {"case": "ghost", "run": "v1", "text": "Yes."}]
    items += [{"case": f"c{n % 30}", "run": "v2", "repeat": 1 + n // 30, "text": f"No, {n}."} for n in range(50)]
    items += [{"case": f"c{n}", "run": "v2", "repeat": 1, "text": "Said twice."} for n in range(5)]
    return lines(path, *items)


def native_decisions(path: Path) -> Path:
    said = {"run": "v1", "at": "2025-03-01T09:30:00Z"}
    items: list[object] = [
        {**said, "case": f"c{n}", "reviewer": "ann", "action": "refuse", "id": f"{n}"} for n in range(20)
    ]
    undo = {**said, "reviewer": "ann", "action": None, "kind": "undo"}
    items += [{**undo, "case": f"c{n}", "id": f"u{n}", "undoes": f"{n}"} for n in (2, 3, 4, 3)]
    items += [{**said, "case": "ghost", "reviewer": "ann", "action": "refuse"}]
    return lines(path, *items)


def other_cases(path: Path) -> Path:
    items = [{"key": f"c{n}", "prompt": f"Native {n % 25}?", "label": "answer"} for n in range(40)]
    return lines(path, *items, *items[:10])


FILES = {
    "table.parquet": lambda path: table(path, 90, 12),
    "two.csv": two_columns,
    "decided.csv": decided,
    "r.jsonl": native_responses,
    "d.jsonl": native_decisions,
    "s.jsonl": other_cases,
}


def small_parts(monkeypatch: pytest.MonkeyPatch, records: int) -> None:
    """So small that some are written while later ones are read."""
    monkeypatch.setattr(import_contents, "PART_RECORDS", records)
    monkeypatch.setattr(import_ahead, "AHEAD_RECORDS", 2 * records)
    monkeypatch.setattr(import_contents, "WATCHED_EVERY", 1)


CONTENT = (
    'SELECT run.name, "case".key, "case".version, repeat, state, text, reasoning, final_action, automatic_action, '
    'reviewed, kept FROM response JOIN run ON run.id = run_id JOIN "case" ON "case".id = case_id '
    "LEFT JOIN response_origin ON response_id = response.id ORDER BY 1, 2, 3, 4",
    'SELECT run.name, "case".key, position FROM run_case JOIN run ON run.id = run_id '
    'JOIN "case" ON "case".id = case_id ORDER BY run.name, position',
    'SELECT suite.name, suite.content_hash, key, "case".version, current, "case".content_hash FROM "case" '
    "JOIN suite ON suite.id = suite_id ORDER BY 1, 3, 4",
    "SELECT run.name, case_count, repeats, run_count.state, responses, reviewed FROM run "
    "JOIN run_count ON run_id = run.id ORDER BY 1, 4",
    "SELECT reviewer, action, kind, undoes, response_id, response_hash FROM decision ORDER BY id",
    "SELECT text FROM response_fts WHERE response_fts MATCH 'mix OR sure' ORDER BY 1",
)


def content(path: Path) -> list[Rows]:
    with closing(sqlite3.connect(path)) as connection:
        return [connection.execute(query).fetchall() for query in CONTENT]


def plain(report: ImportReport) -> ImportReport:
    return replace(report, path=Path(), changes=Changes())


@pytest.mark.parametrize("records", [1, 7, 32])
@pytest.mark.parametrize("name", FILES)
def test_in_parts_a_file_comes_to_what_it_comes_to_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, records: int
) -> None:
    path = FILES[name](tmp_path / name)
    options = ImportOptions(suite="s" if name == "s.jsonl" else "", label_map={"safe": ActionId("answer")})
    request = ImportRequest(path, options=options, on_conflict=OnConflict.NEW_VERSION)
    whole, parted = workspace_of(tmp_path / "whole.sqlite"), workspace_of(tmp_path / "parted.sqlite")
    expected = import_file(whole, request)
    small_parts(monkeypatch, records)
    planned = import_file(parted, replace(request, dry_run=True))
    found = import_file(parted, request)
    again = import_file(parted, request)
    whole.close()
    parted.close()

    assert plain(found) == plain(expected)
    assert plain(replace(planned, written=True, act_id=expected.act_id)) == plain(expected)
    assert content(parted.path) == content(whole.path)
    assert counts(parted.path) == counts(whole.path)
    assert (again.cases_added, again.responses_added, again.decisions_added, again.changes) == (0, 0, 0, Changes())


def test_a_bad_row_far_down_is_named_with_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small_parts(monkeypatch, 10)
    workspace = workspace_of(tmp_path / "w.sqlite")
    report = import_file(
        workspace,
        ImportRequest(two_columns(tmp_path / "t.csv"), options=ImportOptions(label_map={"safe": ActionId("answer")})),
    )
    assert [row.line for row in report.bad] == [35, 52]
    assert report.runs == ["gpt", "llama"]
    workspace.close()


def test_with_strict_a_bad_row_far_down_takes_all_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small_parts(monkeypatch, 10)
    workspace = workspace_of(tmp_path / "w.sqlite")
    before = counts(workspace.path)
    options = ImportOptions(label_map={"safe": ActionId("answer")})
    report = import_file(workspace, ImportRequest(two_columns(tmp_path / "t.csv"), options=options, strict=True))
    workspace.close()
    assert (report.written, len(report.bad), report.changes) == (False, 2, Changes())
    assert counts(workspace.path) == before


def test_an_import_that_is_stopped_in_its_third_part_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_parts(monkeypatch, 10)
    workspace, path = workspace_of(tmp_path / "w.sqlite"), table(tmp_path / "t.parquet", 90, 12)
    before, seen = counts(workspace.path), list[int]()
    report = import_file(workspace, ImportRequest(path), stop=lambda: max(seen, default=0) > 25, progress=seen.append)
    assert (report.written, counts(workspace.path)) == (False, before)
    assert import_file(workspace, ImportRequest(path)).responses_added == 90
    workspace.close()


def test_a_full_disk_in_a_later_part_leaves_nothing_and_the_import_can_be_done_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, path = workspace_of(tmp_path / "w.sqlite"), table(tmp_path / "t.parquet", 3_000, 12)
    before = counts(workspace.path)
    small_parts(monkeypatch, 200)
    _pragma(workspace, f"max_page_count = {_pragma(workspace, 'page_count') + 60}")
    with pytest.raises(DiskFullError, match="full"):
        import_file(workspace, ImportRequest(path))
    assert counts(workspace.path) == before
    _pragma(workspace, "max_page_count = 1000000")
    assert import_file(workspace, ImportRequest(path)).responses_added == 3_000
    assert workspace.problems() == []
    # what comes row by row afterwards is found too: the index has its trigger back
    late = {"case": "c25", "run": "v1", "text": "A quincunx."}
    import_file(workspace, ImportRequest(lines(tmp_path / "late.jsonl", late)))
    workspace.close()
    with closing(sqlite3.connect(workspace.path)) as connection:
        found = connection.execute("SELECT count(*) FROM response_fts WHERE response_fts MATCH 'quincunx'").fetchone()
    assert found == (1,)


def _pragma(workspace: Workspace, words: str) -> int:
    with workspace.read() as session:
        return int(session.connection().exec_driver_sql(f"PRAGMA {words}").scalar_one())


def _dies(workspace_path: str, path: str) -> None:
    """Imports in parts of ten and is killed while it reads the fifth."""
    import_contents.PART_RECORDS, import_contents.WATCHED_EVERY = 10, 1

    def progress(count: int) -> None:
        if count > 45:
            os.kill(os.getpid(), signal.SIGKILL)

    import_file(open_workspace(Path(workspace_path)), ImportRequest(Path(path)), progress=progress)


def test_a_program_that_is_killed_in_a_later_part_leaves_the_workspace_as_it_was(tmp_path: Path) -> None:
    workspace, path = workspace_of(tmp_path / "w.sqlite"), table(tmp_path / "t.parquet", 90, 12)
    workspace.close()
    before = counts(workspace.path)
    process = multiprocessing.get_context("forkserver").Process(target=_dies, args=(str(workspace.path), str(path)))
    process.start()
    process.join(120)
    assert process.exitcode == -signal.SIGKILL
    assert counts(workspace.path) == before
    opened = open_workspace(workspace.path)
    assert import_file(opened, ImportRequest(path)).responses_added == 90
    opened.close()


def test_what_is_too_much_to_be_read_at_once_is_read_by_the_job_and_comes_to_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = table(tmp_path / "t.parquet", 90, 12)
    whole, parted = workspace_of(tmp_path / "whole.sqlite"), workspace_of(tmp_path / "parted.sqlite")
    assert import_file(whole, ImportRequest(path)).unread == 0
    small_parts(monkeypatch, 10)
    monkeypatch.setattr(imports, "READ_WITH_IMPORT", 25)
    monkeypatch.setattr(import_writing, "READ_WITH_IMPORT", 25)
    report = import_file(parted, ImportRequest(path))
    assert (report.unread, report.responses_added) == (65, 90)
    lines_ = [runs.run_named(parted, name) for name in report.runs]
    assert sum(ClassifyJob(line.id).estimate(parted) for line in lines_) == 65

    async def read() -> None:
        for line in lines_:
            await ClassifyJob(line.id).perform(JobContext(parted))

    anyio.run(read)
    whole.close()
    parted.close()
    assert content(parted.path) == content(whole.path)
    assert counts(parted.path)["verdict"] == counts(whole.path)["verdict"]


def _written_between(tmp_path: Path, name: str, writes: list[ImportRequest], *, first: bool) -> Workspace:
    """A workspace into which a file and what others write went: they before it, or while it was read."""
    workspace = workspace_of(tmp_path / f"{name}.sqlite")

    def others(_count: int = 0) -> None:
        while writes:
            other = open_workspace(workspace.path)
            import_file(other, writes.pop(0))
            other.close()

    if first:
        others()
    import_file(workspace, ImportRequest(native_responses(tmp_path / "r.jsonl")), progress=others)
    return workspace


def test_who_writes_while_a_file_is_read_does_not_wait_and_the_file_is_decided_on_what_is_there_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # a response where the file has another, a response that failed before, a case that asks something else now
    response = lines(tmp_path / "o.jsonl", {"case": "c25", "run": "v1", "text": "I was first."})
    late = lines(tmp_path / "l.jsonl", {"case": "c7", "run": "v1", "text": "Late, but there."})
    case = lines(tmp_path / "s.jsonl", {"key": "c9", "prompt": "Quite another thing?", "label": "refuse"})
    edited = ImportRequest(case, options=ImportOptions(suite="s"), on_conflict=OnConflict.NEW_VERSION)
    writes = [ImportRequest(response), ImportRequest(late), edited]
    monkeypatch.setattr(import_contents, "WATCHED_EVERY", 20)
    before, between = (
        _written_between(tmp_path, name, [*writes], first=first) for name, first in (("a", True), ("b", False))
    )
    before.close()
    between.close()
    assert content(between.path) == content(before.path)
    assert counts(between.path) == counts(before.path)


def test_a_part_ends_with_long_texts_before_it_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_contents, "PART_CHARACTERS", 1_000)
    contents = import_contents.FileContents()
    path = lines(
        tmp_path / "s.jsonl",
        *({"key": f"k{n}", "prompt": "x" * 400, "label": "answer"} for n in range(10)),
    )
    sizes = [len(part.cases) for part in contents.parts(read_file(path, ImportOptions()), lambda _count: None)]
    assert sizes == [3, 3, 3, 1]


def test_suites_hash_is_that_of_their_cases_in_any_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    items = [{"key": f"c{n}", "prompt": f"Native {n}?", "label": "answer"} for n in range(30)]
    small_parts(monkeypatch, 4)
    hashes = []
    for name, order in (("a", items), ("b", items[::-1])):
        workspace = open_workspace(tmp_path / f"{name}.sqlite", create=True)
        import_file(workspace, ImportRequest(lines(tmp_path / "s.jsonl", *order)))
        hashes.append(suites.suite_named(workspace, "s").content_hash)
        workspace.close()
    assert hashes[0] == hashes[1]
