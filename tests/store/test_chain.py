"""Nothing that was appended can be changed, taken out, put in or put elsewhere without the chain saying so."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from reviewer.core.actions import ActionId
from reviewer.core.decisions import DecisionKind
from reviewer.store import sealing
from reviewer.store.database import Workspace, open_workspace
from reviewer.store.facts.review import NewDecision
from reviewer.store.writes import decisions
from tests.support.builders import Filled

AT = "2026-03-01T09:00:00Z"


def decide(filled: Filled, count: int) -> None:
    for response_id in filled.response_ids[:count]:
        said = NewDecision(response_id, "Ann", ActionId("refuse"), DecisionKind.DECISION)
        decisions.append_decision(filled.workspace, decision=said, at=AT)


def tampered(path: Path, *statements: str) -> list[str]:
    """What the workspace finds wrong after somebody did this with another program."""
    with closing(sqlite3.connect(path)) as connection:
        triggers = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
        kept = [row[0] for row in connection.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger'")]
        for trigger in triggers:
            connection.execute(f"DROP TRIGGER {trigger}")
        for statement in statements:
            connection.execute(statement)
        for definition in kept:
            connection.execute(definition)
        connection.commit()
    opened = open_workspace(path)
    try:
        return opened.problems()
    finally:
        opened.close()


@pytest.fixture
def closed(filled: Filled) -> Path:
    decide(filled, 4)
    filled.workspace.close()
    return filled.workspace.path


def test_the_file_itself_says_which_tables_are_appended_and_each_of_them_is_sealed(workspace: Workspace) -> None:
    with closing(sqlite3.connect(workspace.path)) as connection:
        rows = connection.execute(
            "SELECT tbl_name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%_no_delete'"
        ).fetchall()
        columns = {kind: {row[1] for row in connection.execute(f"PRAGMA table_info({kind})")} for kind, _ in rows}
    parts = {part for inner in sealing.PARTS.values() for part in inner}
    assert {kind for kind, _ in rows} == {*sealing.COLUMNS, *parts, "event_chain"}
    for kind, sealed in sealing.COLUMNS.items():
        assert set(sealed) <= columns[kind]


def test_what_was_written_is_in_the_chain(filled: Filled) -> None:
    with filled.workspace.read() as session:
        before = [each.kind for each in sealing.chain_of(session.connection())]
    decide(filled, 2)
    with filled.workspace.read() as session:
        after = [each.kind for each in sealing.chain_of(session.connection())]
    assert {"label_event", "verdict"} <= set(before)
    assert after == [*before, "decision", "decision"]
    assert filled.workspace.problems() == []


def test_what_was_taken_back_leaves_no_link(filled: Filled) -> None:
    def fail() -> None:
        with filled.workspace.write():
            decide(filled, 1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert filled.workspace.problems() == []
    decide(filled, 1)
    assert filled.workspace.problems() == []


EDITS: dict[str, tuple[tuple[str, ...], str]] = {
    "changed": (("UPDATE decision SET note = 'other' WHERE id = 2",), "decision 2 or its place was changed"),
    "changed action": (("UPDATE decision SET action = 'answer' WHERE id = 3",), "decision 3 or its place was changed"),
    "changed verdict": (("UPDATE verdict SET confidence = 0.5 WHERE id = 1",), "verdict 1 or its place was changed"),
    "changed label": (("UPDATE label_event SET label = 'clarify' WHERE id = 1",), "label event 1 or its place"),
    "another time": (("UPDATE decision SET at = '2027-01-01T00:00:00Z' WHERE id = 1",), "decision 1 or its place"),
    "taken out": (("DELETE FROM decision WHERE id = 2",), "decision 2 was taken out"),
    "taken out with its link": (
        ("DELETE FROM decision WHERE id = 2", "DELETE FROM event_chain WHERE kind = 'decision' AND row_id = 2"),
        "is missing",
    ),
    "last one taken out with its link": (
        ("DELETE FROM decision WHERE id = 4", "DELETE FROM event_chain WHERE kind = 'decision' AND row_id = 4"),
        "the chain ends with event",
    ),
    "put in": (
        (
            "INSERT INTO decision (response_id, response_hash, scale_hash, reviewer, action, kind, note, blind, bulk,"
            " at) SELECT response_id, response_hash, scale_hash, 'Eve', action, kind, note, blind, bulk, at"
            " FROM decision WHERE id = 1",
        ),
        "decision 5 was put in beside the chain",
    ),
    "in another order": (
        ("UPDATE decision SET id = 99 WHERE id = 1", "UPDATE decision SET id = 1 WHERE id = 2"),
        "decision 1 or its place was changed",
    ),
    "another link": (("UPDATE event_chain SET hash = 'x' WHERE kind = 'decision' AND row_id = 1",), "decision 1 or"),
}


@pytest.mark.parametrize("name", EDITS)
def test_every_edit_is_found_and_named(closed: Path, name: str) -> None:
    statements, said = EDITS[name]
    faults = tampered(closed, *statements)
    assert any(said in fault for fault in faults), faults


def test_nothing_is_found_where_nobody_tampered(closed: Path) -> None:
    assert tampered(closed) == []


@pytest.mark.parametrize("read", [sealing.identity_of])
def test_a_workspace_keeps_its_identity_and_no_other_has_it(tmp_path: Path, read: Callable[..., str]) -> None:
    def identity(path: Path) -> str:
        workspace = open_workspace(path)
        try:
            with workspace.read() as session:
                return read(session.connection())
        finally:
            workspace.close()

    first, second = tmp_path / "a.sqlite", tmp_path / "b.sqlite"
    assert identity(first) == identity(first) != identity(second)
