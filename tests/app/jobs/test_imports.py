"""Import through the store: what a file adds, what a repeat adds, what is left out and said."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from reviewer.app.figures.scores import score_run
from reviewer.app.jobs.imports import ImportReport, ImportRequest, import_file
from reviewer.core.actions import ActionId
from reviewer.core.bands import BandChoice
from reviewer.core.cases import CaseStatus
from reviewer.core.changes import Changes
from reviewer.core.errors import InputError
from reviewer.core.scoring.score import Options
from reviewer.exchange.kit.options import ImportOptions
from reviewer.host.paths import samples_folder
from reviewer.store.database import Workspace, open_workspace
from reviewer.store.facts.suites import OnConflict
from reviewer.store.queries import review, runs, soundness, suites
from reviewer.store.writes.suites import set_status
from tests.support.commands import counts
from tests.support.golden import Golden

NOTHING = (0, 0, 0, 0)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    workspace = open_workspace(tmp_path / "workspace.sqlite")
    yield workspace
    workspace.close()


def lines(path: Path, *items: object) -> Path:
    path.write_text("".join(json.dumps(item) + "\n" for item in items), encoding="utf-8")
    return path


def a_case(key: str, label: str = "answer", prompt: str = "How?", **more: object) -> dict[str, object]:
    return {"key": key, "prompt": prompt, "label": label, **more}


def a_response(case: str, text: str = "Like this.", run: str = "v1", **more: object) -> dict[str, object]:
    return {"case": case, "run": run, "text": text, **more}


def a_decision(case: str, action: str | None = "answer", **more: object) -> dict[str, object]:
    return {"case": case, "run": "v1", "reviewer": "ann", "action": action, "at": "2025-03-01T09:30:00Z", **more}


def added(report: ImportReport) -> tuple[int, int, int, int]:
    return (report.cases_added, report.cases_updated, report.responses_added, report.decisions_added)


def take(workspace: Workspace, path: Path) -> ImportReport:
    return import_file(workspace, ImportRequest(path))


def keys(workspace: Workspace, suite: str) -> list[str]:
    return list(suites.current_case_ids(workspace, suites.suite_named(workspace, suite).id))


def test_cases_responses_and_decisions_come_in_and_a_repeat_adds_nothing(workspace: Workspace, tmp_path: Path) -> None:
    cases = lines(tmp_path / "cases.jsonl", a_case("a"), a_case("b", "refuse"))
    responses = lines(tmp_path / "responses.jsonl", a_response("a"), a_response("b", "I can't help with that."))
    decisions = lines(
        tmp_path / "decisions.jsonl",
        a_decision("a", id="1"),
        a_decision("a", None, id="2", kind="undo", undoes="1", at="2025-03-01T09:31:00Z"),
        a_decision("b", "refuse", id="3"),
    )
    reports = [take(workspace, path) for path in (cases, responses, decisions)]
    assert [added(report) for report in reports] == [(2, 0, 0, 0), (0, 0, 2, 0), (0, 0, 0, 3)]
    assert not any(report.bad for report in reports)
    again = [take(workspace, path) for path in (cases, responses, decisions)]
    assert [added(report) for report in again] == [NOTHING] * 3
    assert [report.unchanged for report in again] == [2, 2, 3]
    assert not any(report.bad or report.changes for report in again)
    line = runs.run_named(workspace, "v1")
    assert (line.stored, line.reviewed) == (2, 1)


def test_an_undo_that_comes_later_finds_the_decision_of_the_first_import(workspace: Workspace, tmp_path: Path) -> None:
    take(workspace, lines(tmp_path / "cases.jsonl", a_case("a")))
    take(workspace, lines(tmp_path / "responses.jsonl", a_response("a")))
    first = a_decision("a", id="x")
    take(workspace, lines(tmp_path / "decisions.jsonl", first))
    longer = lines(tmp_path / "decisions.jsonl", first, a_decision("a", None, kind="undo", undoes="x", id="y"))
    report = take(workspace, longer)
    assert (report.decisions_added, report.unchanged, report.bad) == (1, 1, [])
    assert runs.run_named(workspace, "v1").reviewed == 0


def test_the_same_line_twice_in_one_file_counts_once(workspace: Workspace, tmp_path: Path) -> None:
    report = take(workspace, lines(tmp_path / "cases.jsonl", a_case("a"), a_case("b"), a_case("a")))
    assert (report.cases_added, report.unchanged, report.bad) == (2, 1, [])
    report = take(workspace, lines(tmp_path / "responses.jsonl", a_response("a"), a_response("a")))
    assert (report.responses_added, report.unchanged, report.bad) == (1, 1, [])


@pytest.mark.parametrize(
    ("on_conflict", "expected", "kept"),
    [
        (OnConflict.REPORT, (0, 0, 1), "How?"),
        (OnConflict.SKIP, (0, 1, 0), "How?"),
        (OnConflict.NEW_VERSION, (1, 0, 0), "Why?"),
    ],
)
def test_other_content_under_a_taken_key(
    workspace: Workspace, tmp_path: Path, on_conflict: OnConflict, expected: tuple[int, int, int], kept: str
) -> None:
    take(workspace, lines(tmp_path / "s.jsonl", a_case("a"), a_case("b")))
    take(workspace, lines(tmp_path / "r.jsonl", a_response("a")))
    changed = lines(tmp_path / "s.jsonl", a_case("b"), a_case("a", prompt="Why?"), a_case("c"))
    report = import_file(workspace, ImportRequest(changed, on_conflict=on_conflict))
    assert (report.cases_updated, report.skipped, len(report.bad)) == expected
    assert (report.cases_added, report.unchanged) == (1, 1)
    assert report.conflicts == ([2] if on_conflict is OnConflict.REPORT else [])
    suite = suites.suite_named(workspace, "s")
    assert next(case.request for case in suites.iterate_cases(workspace, suite.id) if case.key == "a") == kept
    assert runs.run_named(workspace, "v1").stored == 1


def test_bad_rows_are_listed_and_good_ones_kept_unless_strict(workspace: Workspace, tmp_path: Path) -> None:
    path = lines(tmp_path / "s.jsonl", a_case("a"), a_case("b", "obey"), a_case("c", band={"refuse": 0.5}))
    strict = import_file(workspace, ImportRequest(path, strict=True))
    assert not strict.written
    assert suites.suites(workspace) == []
    report = take(workspace, path)
    assert report.written
    assert [row.line for row in report.bad] == [2, 3]
    assert "'obey' is not on the scale" in report.bad[0].reason
    assert "gap" in report.bad[1].reason
    assert keys(workspace, "s") == ["a"]


def test_a_dry_run_says_everything_and_writes_nothing(workspace: Workspace, tmp_path: Path) -> None:
    path = lines(tmp_path / "s.jsonl", a_case("a"), a_case("b", "obey"))
    report = import_file(workspace, ImportRequest(path, dry_run=True))
    assert (report.cases_added, len(report.bad), report.written, bool(report.changes)) == (1, 1, False, False)
    assert suites.suites(workspace) == []


HEAD = {"suite": {"name": "s", "guideline": "Ask first.", "licence": "CC0-1.0"}}
FILES: dict[str, tuple[object, ...]] = {
    "new cases": (a_case("new"), a_case("a"), a_case("new")),
    "bad and differing cases": (a_case("a", prompt="Why?"), a_case("x", "explode"), a_case("b")),
    "a suite line": (HEAD, a_case("new")),
    "responses": (
        *(a_response("a"), a_response("a", "Otherwise."), a_response("b", "Again."), a_response("ghost")),
        *(a_response("c", "Now."), a_response("c", "Now."), a_response("a", "Second.", repeat=2)),
    ),
    "a new run": (a_response("a", run="v2"), a_response("b", "No.", run="v2"), a_response("c", run="v3")),
    "decisions": (
        *(a_decision("a"), a_decision("a", "refuse", id="1"), a_decision("ghost"), a_decision("c")),
        *(a_decision("a", None, id="2", kind="undo", undoes="1"), a_decision("a", None, kind="undo", undoes="1")),
        *(a_decision("b", None, kind="undo", undoes="1"), a_decision("b", None, kind="undo", undoes="9")),
        *(a_decision("b", response_hash="0" * 64), a_decision("b", "refuse", kind="adjudication", cause="slip")),
    ),
    "verdicts": tuple(
        {"case": case, "run": "v1", "classifier": "j", "source": source, "action": "clarify", "confidence": 0.5}
        for case, source in (("a", "judge"), ("b", "rules"), ("ghost", "judge"))
    ),
}


@pytest.mark.parametrize("on_conflict", list(OnConflict))
@pytest.mark.parametrize("name", FILES)
def test_a_dry_run_says_what_the_import_then_does(
    workspace: Workspace, tmp_path: Path, name: str, on_conflict: OnConflict
) -> None:
    take(workspace, lines(tmp_path / "s.jsonl", a_case("a"), a_case("b"), a_case("c")))
    failed = a_response("c", "", state="error", error="It was busy.")
    take(workspace, lines(tmp_path / "r.jsonl", a_response("a"), a_response("b", "Once."), failed))
    take(workspace, lines(tmp_path / "d.jsonl", a_decision("a")))
    before = counts(workspace.path)
    options = ImportOptions(suite="s" if "case" in name or "suite" in name else "")
    request = ImportRequest(lines(tmp_path / "f.jsonl", *FILES[name]), options=options, on_conflict=on_conflict)

    planned = import_file(workspace, replace(request, dry_run=True))
    assert (planned.written, planned.changes) == (False, Changes())
    assert counts(workspace.path) == before

    done = import_file(workspace, request)
    assert replace(done, written=False, changes=Changes()) == planned
    gained = {table: n - before[table] for table, n in counts(workspace.path).items()}
    replaced = len([row for row in FILES[name] if name == "responses" and row == a_response("c", "Now.")][:1])
    # messages that were answered stay, and the others make a row of their own
    assert gained["case"] == done.cases_added + done.cases_updated
    assert gained["response"] == done.responses_added - replaced
    assert gained["decision"] == done.decisions_added
    assert gained["verdict"] == done.verdicts_added + done.responses_added
    again = import_file(workspace, request)
    assert (again.changes, added(again), again.verdicts_added) == (Changes(), NOTHING, 0)


def test_a_dry_run_does_not_wait_for_who_writes(workspace: Workspace, tmp_path: Path) -> None:
    path = lines(tmp_path / "s.jsonl", a_case("a"))
    take(workspace, path)
    with closing(sqlite3.connect(workspace.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert import_file(workspace, ImportRequest(path, dry_run=True)).unchanged == 1
        other.execute("ROLLBACK")


def test_a_stopped_import_takes_everything_back(workspace: Workspace, tmp_path: Path) -> None:
    path = lines(tmp_path / "s.jsonl", *(a_case(f"case-{n:04}") for n in range(1200)))
    seen: list[int] = []
    report = import_file(workspace, ImportRequest(path), stop=lambda: len(seen) > 1, progress=seen.append)
    assert not report.written
    assert seen == [0, 500]
    assert suites.suites(workspace) == []


def test_responses_without_their_case_are_bad_rows(workspace: Workspace, tmp_path: Path) -> None:
    take(workspace, lines(tmp_path / "s.jsonl", a_case("a")))
    path = lines(tmp_path / "r.jsonl", a_response("a"), a_response("ghost"))
    report = import_file(workspace, ImportRequest(path, options=ImportOptions(suite="s")))
    assert (report.responses_added, [row.line for row in report.bad]) == (1, [2])
    with pytest.raises(InputError, match="No suite in this workspace has the cases"):
        take(workspace, lines(tmp_path / "other.jsonl", a_response("ghost", run="v2")))


def test_another_text_for_a_stored_response_is_left_out_with_its_decisions(
    workspace: Workspace, tmp_path: Path
) -> None:
    take(workspace, lines(tmp_path / "s.jsonl", a_case("a"), a_case("b")))
    take(workspace, lines(tmp_path / "r.jsonl", a_response("a"), a_response("a", "Second.", repeat=2)))
    report = take(workspace, lines(tmp_path / "r.jsonl", a_response("a", "Otherwise."), a_response("b")))
    assert (report.responses_added, [row.line for row in report.bad]) == (1, [1])
    stale = a_decision("a", response_hash="0" * 64)
    report = take(workspace, lines(tmp_path / "d.jsonl", stale, a_decision("a", repeat=2)))
    assert (report.decisions_added, [row.line for row in report.bad]) == (1, [1])
    assert "another text" in report.bad[0].reason


def test_a_run_has_as_many_repeats_as_a_later_file_brings(workspace: Workspace, tmp_path: Path) -> None:
    take(workspace, lines(tmp_path / "s.jsonl", a_case("a"), a_case("b")))
    take(workspace, lines(tmp_path / "r1.jsonl", a_response("a"), a_response("b")))
    take(workspace, lines(tmp_path / "r2.jsonl", a_response("a", "Second.", repeat=2), a_response("zz", repeat=9)))
    assert runs.run_named(workspace, "v1").repeats == 2
    assert soundness.wrong_figures(workspace) == []


def test_decisions_on_what_cannot_be_decided_are_bad_rows(workspace: Workspace, tmp_path: Path) -> None:
    take(workspace, lines(tmp_path / "s.jsonl", a_case("a"), a_case("b")))
    take(workspace, lines(tmp_path / "r.jsonl", a_response("a"), a_response("b", "")))
    path = lines(tmp_path / "d.jsonl", a_decision("a"), a_decision("b"), a_decision("a", repeat=7), a_decision("zz"))
    report = take(workspace, path)
    assert (report.decisions_added, [row.line for row in report.bad]) == (1, [2, 3, 4])
    assert "has nothing to decide on" in report.bad[0].reason
    with pytest.raises(InputError, match="not in this workspace"):
        take(workspace, lines(tmp_path / "e.jsonl", a_decision("a", run="nowhere")))


def test_a_table_goes_into_an_existing_suite_under_that_suites_scale(workspace: Workspace, tmp_path: Path) -> None:
    scale = ["comply", "hedge", "decline"]
    take(workspace, lines(tmp_path / "mine.jsonl", {"suite": {"name": "mine", "scale": scale}}, a_case("a", "hedge")))
    table = tmp_path / "more.csv"
    table.write_text("id,question,verdict\n1,How?,OK\n2,Why?,no\n3,When?,decline\n", encoding="utf-8")
    options = ImportOptions(
        suite="mine", mapping={"label": "verdict"}, label_map={"OK": ActionId("comply"), "no": ActionId("decline")}
    )
    options = ImportOptions(**{**options.__dict__, "scale": suites.suite_named(workspace, "mine").scale})
    report = import_file(workspace, ImportRequest(table, options=options))
    assert (report.cases_added, report.bad) == (3, [])
    take(workspace, lines(tmp_path / "r.jsonl", a_response("a")))
    report = take(workspace, lines(tmp_path / "d.jsonl", a_decision("a", "hedge"), a_decision("a", "refuse")))
    assert (report.decisions_added, [row.line for row in report.bad]) == (1, [2])


def test_a_retired_case_keeps_its_place_when_the_file_comes_again(workspace: Workspace, tmp_path: Path) -> None:
    path = lines(tmp_path / "s.jsonl", a_case("a"))
    take(workspace, path)
    case_id = suites.case_id_of(workspace, suites.suite_named(workspace, "s").id, "a")
    set_status(
        workspace, case_ids=[case_id], status=CaseStatus.RETIRED, reason="r", author="x", at="2025-01-01T00:00:00Z"
    )
    report = take(workspace, path)
    assert report.conflicts == [1]
    assert suites.case_detail(workspace, case_id).case.status is CaseStatus.RETIRED


def test_the_sample_cases_come_in_whole(workspace: Workspace) -> None:
    report = take(workspace, samples_folder() / "sensitive-requests.jsonl")
    assert report.bad == []
    assert report.cases_added >= 120


@pytest.fixture
def known(golden_copy: Path) -> Iterator[Workspace]:
    """A set whose figures are known, taken in."""
    workspace = open_workspace(golden_copy, create=False)
    yield workspace
    workspace.close()


@pytest.mark.parametrize("side", ["a", "b"])
def test_the_scores_of_an_imported_run_are_the_golden_figures(known: Workspace, golden: Golden, side: str) -> None:
    run: str = getattr(golden, side)
    expected = golden.versions[run]
    card = score_run(known, run).card
    near = score_run(known, run, Options(bands=BandChoice.parse("neighbours:0.5"))).card
    told = card.discrimination
    figures = (
        *(card.score.plain, card.score.balanced, near.score.plain, near.score.balanced),
        *(card.over_cautious, card.under_cautious, card.caution_bias),
        *(told.somers_d, told.d_prime, told.criterion),
    )
    golden_figures = (
        *(expected.plain, expected.balanced, expected.near_plain, expected.near_balanced),
        *(expected.over, expected.under, expected.bias),
        *(expected.somers_d, expected.d_prime, expected.criterion),
    )
    assert figures == pytest.approx(golden_figures, abs=5e-7)
    counts = (told.hits, told.false_alarms, card.pairs_right, card.pairs)
    assert counts == (expected.hits, expected.false_alarms, expected.pairs_right, expected.pairs)


def test_a_set_taken_in_again_adds_nothing(known: Workspace, golden: Golden) -> None:
    before = review.response_keys(known, runs.run_named(known, golden.a).id)
    for path in golden.files[:2]:
        report = take(known, path)
        assert (added(report), report.bad) == (NOTHING, [])
    assert review.response_keys(known, runs.run_named(known, golden.a).id) == before


def test_a_case_edited_since_keeps_its_place_in_an_imported_run(workspace: Workspace, tmp_path: Path) -> None:
    take(workspace, lines(tmp_path / "cases.jsonl", a_case("a"), a_case("b")))
    responses = lines(tmp_path / "responses.jsonl", a_response("a"), a_response("b"))
    take(workspace, responses)
    edited = lines(tmp_path / "cases.jsonl", a_case("a", prompt="How else?"))
    import_file(workspace, ImportRequest(edited, on_conflict=OnConflict.NEW_VERSION))
    report = take(workspace, responses)
    assert (added(report), report.unchanged, report.bad) == (NOTHING, 2, [])
    line = runs.run_named(workspace, "v1")
    assert (line.planned, line.stored) == (2, 2)
    assert {case.request for case in suites.cases_of_run(workspace, line.id)} == {"How?"}


def test_a_file_of_bad_rows_leaves_no_empty_suite(workspace: Workspace, tmp_path: Path) -> None:
    report = take(workspace, lines(tmp_path / "cases.jsonl", a_case("a", "explode")))
    assert len(report.bad) == 1
    assert suites.suites(workspace) == []


def _completions(path: Path, numbers: Sequence[int], model: str) -> Path:
    rows = [
        f"v2-{n},{_kind(n)},How {n}?,Sure {n}.,1_full_compliance,1_full_compliance,,1_full_compliance" for n in numbers
    ]
    heading = "id,type,prompt,completion,annotation_1,annotation_2,agreement,final_label"
    file = path / f"xstest_v2_completions_{model}.csv"
    file.write_text("\n".join([heading, *rows]) + "\n", encoding="utf-8")
    return file


def _kind(number: int) -> str:
    return "homonyms" if number <= 25 else "contrast_homonyms"


def test_completions_of_xstest_bring_the_cases_only_where_there_are_none(workspace: Workspace, tmp_path: Path) -> None:
    prompts = tmp_path / "xstest_prompts.csv"
    rows = [f"{n},How {n}?,{_kind(n)},{'safe' if n <= 25 else 'unsafe'},," for n in (1, 2, 26, 27)]
    prompts.write_text("\n".join(["id,prompt,type,label,focus,note", *rows]) + "\n", encoding="utf-8")

    alone = import_file(workspace, ImportRequest(_completions(tmp_path, (1, 2, 26, 27), "a")))
    assert (alone.suite, alone.cases_added, alone.responses_added, alone.decisions_added) == ("XSTest", 4, 4, 12)
    assert alone.bad == []
    # the set's own file has the same cases; a part of it, in which pairs lack a half, changes nothing
    own = import_file(workspace, ImportRequest(prompts))
    assert (own.cases_added, own.unchanged, own.bad) == (0, 4, [])
    part = import_file(workspace, ImportRequest(_completions(tmp_path, (1, 2), "b")))
    assert (part.cases_added, part.responses_added, part.bad) == (0, 2, [])
    renamed = ImportRequest(_completions(tmp_path, (1, 2), "c"), options=ImportOptions(suite="mine"))
    assert (import_file(workspace, renamed).suite, import_file(workspace, renamed).cases_added) == ("mine", 0)
    assert [line.name for line in suites.stored_suites(workspace)] == ["XSTest", "mine"]
