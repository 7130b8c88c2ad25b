"""Deleting and bringing back: every row as it was, in any order, also after new work; else nothing is lost."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reviewer.core.actions import DEFAULT_SCALE, preset_named
from reviewer.core.decisions import JudgeOutcome, JudgeReply, ReviewEventKind
from reviewer.core.errors import DamagedError, InputError
from reviewer.core.rescaling import Rescaling, same_answers
from reviewer.core.runs import RunStatus
from reviewer.store.chain import EVENTS
from reviewer.store.database import Workspace, open_workspace
from reviewer.store.dialects.unlocking import deletable
from reviewer.store.erasing import erase_items
from reviewer.store.facts.bin import BinKind, Removal, ToDelete
from reviewer.store.facts.disputes import ProposedLabel
from reviewer.store.facts.judging import NewJudgeRun
from reviewer.store.facts.review import DRAFTS
from reviewer.store.facts.runs import Classified
from reviewer.store.memory import recalled, remember
from reviewer.store.queries.bin import bin_items, tombstones
from reviewer.store.queries.chain import first_misfit
from reviewer.store.queries.review import response_ids
from reviewer.store.queries.soundness import first_damages, wrong_figures
from reviewer.store.queries.suites import current_case_ids
from reviewer.store.review_rows import metadata
from reviewer.store.writes.bringing_back import bring_back
from reviewer.store.writes.carrying import carry_decisions
from reviewer.store.writes.decisions import create_review_plan
from reviewer.store.writes.deleting import delete_rows, preview
from reviewer.store.writes.disputes import dispute_label, settle_dispute
from reviewer.store.writes.judging import add_replies, create_judge_run
from reviewer.store.writes.rescaling import rescale_suite
from reviewer.store.writes.review_events import append_review_event
from reviewer.store.writes.runs import set_run_status
from tests.support.builders import (
    ANSWER,
    AT,
    LATER,
    REFUSE,
    Filled,
    decide,
    fill,
    make_case,
    make_cases,
    make_model_version,
    make_response,
    make_run,
    make_suite,
    make_verdict,
    put_cases,
    undo,
)
from tests.support.effort import often

LOG = ("chain_entry", "tombstone", "bin_item", "bin_part")


def contents(workspace: Workspace) -> dict[str, list[str]]:
    """Every row of every table but the record of what was done."""
    with closing(sqlite3.connect(workspace.path)) as connection:
        return {
            name: sorted(map(repr, connection.execute(f'SELECT * FROM "{name}"')))  # noqa: S608 tables of ours
            for name in metadata.tables
            if name not in LOG
        }


def found_words(workspace: Workspace, word: str) -> list[int]:
    with closing(sqlite3.connect(workspace.path)) as connection:
        return [
            row[0]
            for name in ("case_fts", "response_fts")
            for row in connection.execute(f"SELECT rowid FROM {name} WHERE {name} MATCH ?", (word,))  # noqa: S608 ours
        ]


def check_sound(workspace: Workspace) -> None:
    assert first_misfit(workspace) is None
    assert workspace.problems() == []
    assert [each.sentence for each in first_damages(workspace)] == []
    assert wrong_figures(workspace) == []


@pytest.fixture
def rich(workspace: Workspace) -> Filled:
    """Two suites and two runs over the first one, with something in every table that hangs on a case or a run."""
    filled = fill(workspace, make_cases(6))
    other = make_suite(workspace, make_cases(2), "Other")
    make_run(workspace, other, [Classified(make_response("case-000"), (make_verdict(ANSWER),))], name="other run")
    answered = [Classified(make_response(f"case-{n:03}"), (make_verdict(REFUSE),)) for n in range(6)]
    second = make_run(workspace, filled.suite_id, answered, name="second")
    ids = filled.response_ids
    undo(workspace, decide(workspace, ids[0], REFUSE))
    decide(workspace, ids[1], REFUSE)
    append_review_event(workspace, response_id=ids[2], reviewer="ana", kind=ReviewEventKind.FLAGGED, at=AT)
    for case_id in (1, 2):
        proposed = ProposedLabel(None, {})
        dispute_id, _ = dispute_label(workspace, case_id=case_id, proposed=proposed, reviewer="ana", reason="no", at=AT)
    settle_dispute(workspace, dispute_id=dispute_id, label=None, author="lead", reason="it is right", at=AT)
    items = [(ids[3], 0.5), (ids[0], 0.5)]
    create_review_plan(workspace, run_id=filled.run_id, items=items, design="uniform", seed=1, at=AT)
    new = NewJudgeRun(second, make_model_version(), "judge/small/1", "p", "1", control_run_id=filled.run_id)
    judge_run_id, _ = create_judge_run(workspace, judging=new, at=AT)
    for control, key in ((True, ids[0]), (False, response_ids(workspace, second)[0])):
        reply = JudgeReply(key, "h", JudgeOutcome.JUDGED, make_verdict(REFUSE, "judge/small/1"))
        add_replies(workspace, judge_run_id=judge_run_id, replies=[reply], control=control, at=AT)
    remember(workspace, key=DRAFTS, value={str(ids[0]): "half a note", "9999": "another"})
    return filled


def refusal(workspace: Workspace, item_id: int) -> str:
    """Bring it back; what stands in the way, else nothing."""
    try:
        told = restore(workspace, item_id)
    except InputError as error:
        return str(error)
    return " ".join(told)


def delete(workspace: Workspace, what: BinKind, **roots: tuple[int, ...]) -> int:
    wanted = ToDelete(what, f"{what} {roots}", roots)
    return delete_rows(workspace, wanted=wanted, author="ana", at=AT)[0].item_id


def case_of(workspace: Workspace, suite_id: int, key: str) -> int:
    return dict(current_case_ids(workspace, suite_id))[key]


def restore(workspace: Workspace, item_id: int, name: str = "") -> list[str]:
    return bring_back(workspace, item_id=item_id, author="bo", at=LATER, name=name)[0]


@pytest.mark.parametrize("table", ["suite", "case", "run"])
def test_what_was_deleted_comes_back_row_for_row(rich: Filled, table: str) -> None:
    workspace = rich.workspace
    before, found = contents(workspace), found_words(workspace, "case")
    what = {"suite": BinKind.SUITE, "case": BinKind.CASES, "run": BinKind.RUN}[table]
    wanted = preview(workspace, ToDelete(what, "it", {table: (1,)}))
    assert contents(workspace) == before
    item_id = delete(workspace, what, **{table: (1,)})
    check_sound(workspace)
    assert contents(workspace) != before
    assert dict(bin_items(workspace)[0].counts) == wanted
    assert len(found_words(workspace, "case")) < len(found)
    assert restore(workspace, item_id) == []
    check_sound(workspace)
    assert contents(workspace) == before
    assert found_words(workspace, "case") == found
    assert bin_items(workspace) == []
    assert [each.kind for each in tombstones(workspace)] == [Removal.DELETED, Removal.RESTORED]


def test_a_suite_takes_everything_of_its_own_and_nothing_else(rich: Filled) -> None:
    delete(rich.workspace, BinKind.SUITE, suite=(rich.suite_id,))
    left = contents(rich.workspace)
    assert [len(left[name]) for name in ("suite", "run", "case", "response", "decision", "judge_run")] == [
        1,
        1,
        2,
        1,
        0,
        0,
    ]
    assert recalled(rich.workspace, DRAFTS) == {"9999": "another"}


ROOTS: list[tuple[BinKind, dict[str, tuple[int, ...]]]] = [
    (BinKind.CASES, {"case": (1,)}),
    (BinKind.CASES, {"case": (2, 3)}),
    (BinKind.RUN, {"run": (1,)}),
    (BinKind.RUN, {"run": (3,)}),
    (BinKind.SUITE, {"suite": (1,)}),
    (BinKind.SUITE, {"suite": (2,)}),
]


@settings(max_examples=often(60, 12), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations(ROOTS), st.data())
def test_deletions_come_back_in_any_order(
    rich_file: bytes, folder: Callable[[], Path], order: list[Any], data: st.DataObject
) -> None:
    """One that hangs on another that is deleted says which; that one first, and everything is as it was."""
    path = folder() / "w.db"
    path.write_bytes(rich_file)
    workspace = open_workspace(path)
    before, items = contents(workspace), []
    for what, roots in order[: data.draw(st.integers(2, 6))]:
        if any(preview(workspace, ToDelete(what, "", roots))):
            items.append(delete(workspace, what, **roots))
    waiting = data.draw(st.permutations(items))
    while waiting:
        later = []
        for item_id in waiting:
            held = contents(workspace)
            said = refusal(workspace, item_id)
            if said:
                assert "which was deleted too" in said
                assert contents(workspace) == held
                later.append(item_id)
        assert len(later) < len(waiting)
        waiting = later
    check_sound(workspace)
    assert contents(workspace) == before
    workspace.close()


@pytest.fixture
def rich_file(rich: Filled) -> bytes:
    rich.workspace.close()
    return rich.workspace.path.read_bytes()


@pytest.fixture
def folder(tmp_path: Path) -> Callable[[], Path]:
    """A new folder each time."""

    def made() -> Path:
        new = tmp_path / f"folder-{sum(1 for _ in tmp_path.iterdir())}"
        new.mkdir()
        return new

    return made


def test_new_work_on_what_remains_stays(rich: Filled) -> None:
    workspace = rich.workspace
    item_id = delete(workspace, BinKind.CASES, case=(1,))
    decided = decide(workspace, rich.response_ids[4], REFUSE, "cy")
    put_cases(workspace, rich.suite_id, [make_case("new")])
    restore(workspace, item_id)
    check_sound(workspace)
    now = contents(workspace)
    assert any(row.startswith(f"({decided}, ") for row in now["decision"])
    assert len(now["case"]) == 9


def test_numbers_are_never_given_again(rich: Filled) -> None:
    """Else a place that somebody remembers, or a line in the chain, would mean something else."""
    workspace = rich.workspace
    last = {name: max_id(workspace, name) for name in ("run", "response", "case", "decision", "label_event")}
    erase_items(workspace, item_ids=[delete(workspace, BinKind.SUITE, suite=(1, 2))], author="ana", at=AT)
    filled = fill(workspace, make_cases(2))
    decide(workspace, filled.response_ids[0], REFUSE)
    for name, before in last.items():
        assert min_id(workspace, name) > before, name
    check_sound(workspace)


def max_id(workspace: Workspace, name: str) -> int:
    with closing(sqlite3.connect(workspace.path)) as connection:
        return int(connection.execute(f'SELECT max(id) FROM "{name}"').fetchone()[0])  # noqa: S608 tables of ours


def min_id(workspace: Workspace, name: str) -> int:
    with closing(sqlite3.connect(workspace.path)) as connection:
        return int(connection.execute(f'SELECT min(id) FROM "{name}"').fetchone()[0])  # noqa: S608 tables of ours


def test_every_table_with_numbers_gives_them_once(workspace: Workspace) -> None:
    with closing(sqlite3.connect(workspace.path)) as connection:
        made = dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'"))
    numbered = [name for name, table in metadata.tables.items() if "id" in table.c]
    assert len(numbered) > 20
    assert [name for name in numbered if "AUTOINCREMENT" not in made[name]] == []


def test_an_event_that_goes_without_a_tombstone_is_found(rich: Filled) -> None:
    workspace = rich.workspace
    delete(workspace, BinKind.CASES, case=(1,))
    with workspace.write() as session, deletable(session.connection(), ["verdict"]):
        session.connection().exec_driver_sql("DELETE FROM verdict WHERE response_id = 3")
    misfit = first_misfit(workspace)
    assert misfit is not None
    assert (misfit.source, misfit.how) == ("verdict", "is missing")


def test_an_event_that_is_put_back_past_the_program_is_found(rich: Filled) -> None:
    workspace = rich.workspace
    with closing(sqlite3.connect(workspace.path)) as connection:
        row = connection.execute("SELECT * FROM label_event WHERE case_id = 1").fetchone()
        delete(workspace, BinKind.CASES, case=(1,))
        marks = ", ".join("?" * len(row))
        connection.execute(f"INSERT INTO label_event VALUES ({marks})", row)  # noqa: S608 question marks
        connection.commit()
    misfit = first_misfit(workspace)
    assert misfit is not None
    assert misfit.how == "was deleted and is here again"


def test_a_settling_after_one_was_deleted_is_taken_up(rich: Filled) -> None:
    """Settlings are counted, not looked at by their ids: one that went would hide one that came."""
    workspace = rich.workspace
    delete(workspace, BinKind.CASES, case=(2,))
    settle_dispute(workspace, dispute_id=1, label=None, author="lead", reason="it is right", at=AT)
    check_sound(workspace)


def test_what_lies_in_the_bin_is_checked_before_it_comes_back(rich: Filled) -> None:
    workspace = rich.workspace
    item_id = delete(workspace, BinKind.CASES, case=(1,))
    with closing(sqlite3.connect(workspace.path)) as connection:
        connection.execute(
            "UPDATE bin_part SET content = (SELECT content FROM bin_part ORDER BY id LIMIT 1) WHERE id = 2"
        )
        connection.commit()
    before = contents(workspace)
    with pytest.raises(DamagedError, match="not what was deleted"):
        restore(workspace, item_id)
    assert contents(workspace) == before
    assert len(bin_items(workspace)) == 1


# what stands in the way


def test_a_name_that_was_used_again_is_told_and_another_can_be_given(rich: Filled) -> None:
    workspace = rich.workspace
    item_id = delete(workspace, BinKind.SUITE, suite=(rich.suite_id,))
    make_suite(workspace, make_cases(1), "Suite")
    before = contents(workspace)
    with pytest.raises(InputError, match="another suite with the name Suite by now"):
        restore(workspace, item_id)
    assert contents(workspace) == before
    restore(workspace, item_id, "Suite of before")
    check_sound(workspace)
    assert len(contents(workspace)["suite"]) == 3


def test_a_key_that_was_used_again_is_told_and_nothing_is_lost(rich: Filled) -> None:
    workspace = rich.workspace
    item_id = delete(workspace, BinKind.CASES, case=(1,))
    put_cases(workspace, rich.suite_id, [make_case("case-000", "Another?")])
    with pytest.raises(InputError, match="another case with the key case-000 by now"):
        restore(workspace, item_id)
    delete(workspace, BinKind.CASES, case=(case_of(workspace, rich.suite_id, "case-000"),))
    restore(workspace, item_id)
    check_sound(workspace)


def test_a_suite_on_another_scale_does_not_take_labels_of_the_former_one(rich: Filled) -> None:
    workspace = rich.workspace
    item_id = delete(workspace, BinKind.CASES, case=(1,))
    six = preset_named("six").scale
    to_six = Rescaling(DEFAULT_SCALE, six, same_answers(DEFAULT_SCALE, six))
    rescale_suite(workspace, suite_id=rich.suite_id, rescaling=to_six, reason="finer", author="ana", at=AT)
    with pytest.raises(InputError, match="gone over to another scale"):
        restore(workspace, item_id)


def test_what_stays_and_rests_on_it_keeps_it(rich: Filled) -> None:
    """A decision that was carried over says from which one: that one stays as long."""
    workspace = rich.workspace
    second = response_ids(workspace, 3)
    event_id = decide(workspace, rich.response_ids[4], REFUSE, "cy")
    carry_decisions(workspace, pairs=[(event_id, second[4])], at=AT)
    before = contents(workspace)
    with pytest.raises(InputError, match="of the run second were carried over"):
        delete(workspace, BinKind.RUN, run=(rich.run_id,))
    assert contents(workspace) == before
    delete(workspace, BinKind.RUN, run=(3,))
    delete(workspace, BinKind.RUN, run=(rich.run_id,))
    check_sound(workspace)


def test_a_run_that_is_being_sent_is_not_deleted(rich: Filled) -> None:
    workspace = rich.workspace
    set_run_status(workspace, run_id=rich.run_id, status=RunStatus.RUNNING)
    for what, roots in (
        (BinKind.RUN, {"run": (1,)}),
        (BinKind.CASES, {"case": (1,)}),
        (BinKind.SUITE, {"suite": (1,)}),
    ):
        with pytest.raises(InputError, match="The run run is being sent"):
            delete(workspace, what, **roots)
    wanted = ToDelete(BinKind.RUN, "run", {"run": (1,)})
    delete_rows(workspace, wanted=wanted, author="ana", at=AT, interrupted=True)
    assert [each.what for each in bin_items(workspace)] == [BinKind.RUN]


def test_what_is_gone_cannot_be_deleted_or_brought_back_again(rich: Filled) -> None:
    item_id = delete(rich.workspace, BinKind.RUN, run=(rich.run_id,))
    with pytest.raises(InputError, match="gone already"):
        delete(rich.workspace, BinKind.RUN, run=(rich.run_id,))
    restore(rich.workspace, item_id)
    with pytest.raises(InputError, match="no deletion"):
        restore(rich.workspace, item_id)


def test_every_event_can_be_deleted_with_what_it_belongs_to() -> None:
    """A table that nothing of a suite reaches would keep what was deleted: each is looked at here once."""
    reached = {"suite"}
    for table in metadata.sorted_tables:
        keys = [key for column in table.columns for key in column.foreign_keys if not column.nullable]
        if any(key.column.table.name in reached for key in keys):
            reached.add(table.name)
    assert set(EVENTS) - reached == {"declared_interest", "tombstone"}


def test_a_tombstone_holds_no_content(rich: Filled) -> None:
    delete(rich.workspace, BinKind.SUITE, suite=(rich.suite_id,))
    with closing(sqlite3.connect(rich.workspace.path)) as connection:
        (row,) = connection.execute("SELECT * FROM tombstone").fetchall()
    said = json.dumps(row)
    assert not any(word in said for word in ("Suite", "case-0", "Reply", "half a note", "second"))
