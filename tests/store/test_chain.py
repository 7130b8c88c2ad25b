"""The chain over the events: every write is in it, and every change made past the program is named."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.core.decisions import ReviewEventKind
from reviewer.core.errors import DamagedError
from reviewer.core.event_chain import inclusion_proof, leaf_hash, merkle_root, root_from
from reviewer.store.chain import EVENTS
from reviewer.store.database import open_workspace
from reviewer.store.dialects.sqlite import own_triggers
from reviewer.store.facts.bin import BinKind, ToDelete
from reviewer.store.facts.disputes import ProposedLabel
from reviewer.store.memory import recalled, remember
from reviewer.store.queries.chain import chain_length, first_misfit
from reviewer.store.writes.deleting import delete_rows
from reviewer.store.writes.disputes import dispute_label, settle_dispute
from reviewer.store.writes.review_events import append_review_event
from tests.store.test_schema import raw_file
from tests.support.builders import AT, REFUSE, Filled, decide, filled_workspace, make_suite, undo

__all__ = ["raw_file"]
NOT_EVENTS = {"adjudication", "review_assignment", "chain_entry", "origin"}
"""An adjudication's cause is in its decision's leaf; a share says who is to look and an origin where rows came from,
not what was found."""


@pytest.fixture(scope="module")
def whole_file(raw_file: Path) -> Path:
    """The file with a row in every table that has events."""
    workspace = open_workspace(raw_file)
    settled = ProposedLabel(None, {})
    append_review_event(workspace, response_id=1, reviewer="ana", kind=ReviewEventKind.FLAGGED, at=AT)
    dispute_id, _ = dispute_label(workspace, case_id=1, proposed=settled, reviewer="ana", reason="neither", at=AT)
    settle_dispute(workspace, dispute_id=dispute_id, label=None, author="lead", reason="it is right", at=AT)
    gone = ToDelete(BinKind.SUITE, "Gone", {"suite": (make_suite(workspace, name="Gone"),)})
    delete_rows(workspace, wanted=gone, author="ana", at=AT)
    workspace.close()
    return raw_file


@pytest.fixture
def copied(whole_file: Path, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A file with rows in all tables, without the triggers that would refuse to change them."""
    copy = tmp_path / "copied.db"
    copy.write_bytes(whole_file.read_bytes())
    with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        drop_triggers(connection)
        yield connection


def drop_triggers(connection: sqlite3.Connection) -> None:
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")


def misfit_of(connection: sqlite3.Connection) -> tuple[str, int, str] | None:
    for statement in own_triggers().values():
        connection.execute(statement.replace("CREATE TRIGGER", "CREATE TRIGGER IF NOT EXISTS", 1))
    workspace = open_workspace(Path(connection.execute("PRAGMA database_list").fetchone()[2]))
    try:
        return first_misfit(workspace)
    finally:
        workspace.close()
        drop_triggers(connection)


def test_every_table_that_is_appended_to_is_in_the_chain(raw_file: Path) -> None:
    with closing(sqlite3.connect(raw_file)) as connection:
        names = connection.execute(
            "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%no_update'"
        )
        assert set(EVENTS) | NOT_EVENTS == {name for (name,) in names}


def otherwise(value: object) -> object:
    if value is None:
        return 1
    if isinstance(value, int | float):
        return 1 - value if value in (0, 1) else value + 1
    return f"{value} changed"


@pytest.mark.parametrize("table", EVENTS)
def test_every_column_of_an_event_is_covered(copied: sqlite3.Connection, table: str) -> None:
    key, *columns = EVENTS[table]
    event_id, *values = copied.execute(f"SELECT {key}, {', '.join(columns)} FROM {table}").fetchone()  # noqa: S608 ours
    copied.execute("PRAGMA ignore_check_constraints = ON")
    for column, value in zip(columns, values, strict=True):
        change = f"UPDATE {table} SET {column} = ? WHERE {key} = ?"  # noqa: S608 as above
        copied.execute(change, (otherwise(value), event_id))
        assert misfit_of(copied) == (table, event_id, "is not what was recorded"), column
        copied.execute(change, (value, event_id))
        assert misfit_of(copied) is None
    copied.execute(f"DELETE FROM {table} WHERE {key} = ?", (event_id,))  # noqa: S608 as above
    assert misfit_of(copied) == (table, event_id, "is missing")


def test_an_event_put_in_past_the_program_is_named(copied: sqlite3.Connection) -> None:
    copied.execute(
        "INSERT INTO review_event (response_id, reviewer, kind, detail, at) VALUES (1, 'eve', 'flagged', '', '')"
    )
    (row,) = copied.execute("SELECT max(id) FROM review_event").fetchone()
    assert misfit_of(copied) == ("review_event", row, "is not in the chain")


def test_an_event_put_in_past_the_program_is_not_taken_up_by_the_next_write(copied: sqlite3.Connection) -> None:
    put_in = "INSERT INTO review_event (response_id, reviewer, kind, detail, at) VALUES (1, 'eve', 'flagged', '', '')"
    for statement in own_triggers().values():
        copied.execute(statement)
    copied.execute(put_in)
    (row,) = copied.execute("SELECT max(id) FROM review_event").fetchone()
    (file,) = (Path(name) for _, where, name in copied.execute("PRAGMA database_list") if where == "main")
    with closing(open_workspace(file)) as workspace:
        with pytest.raises(DamagedError, match=f"put review event {row} into"):
            remember(workspace, key="is", value="later")
        assert recalled(workspace, "is") is None
    assert misfit_of(copied) == ("review_event", row, "is not in the chain")


@pytest.mark.parametrize(
    ("statement", "how"),
    [
        ("UPDATE chain_entry SET root = previous WHERE sequence = 2", "was changed"),
        ("UPDATE chain_entry SET previous = hash WHERE sequence = 2", "does not follow the one before"),
        ("UPDATE chain_entry SET leaves = x'00' WHERE sequence = 2", "was changed"),
        ("DELETE FROM chain_entry WHERE sequence = 2", "is missing"),
    ],
)
def test_a_changed_chain_is_named(copied: sqlite3.Connection, statement: str, how: str) -> None:
    copied.execute(statement)
    assert misfit_of(copied) == ("chain", 2, how)


def test_another_identity_does_not_fit(copied: sqlite3.Connection) -> None:
    copied.execute("UPDATE setting SET value = '\"other\"' WHERE key = 'workspace.identity'")
    found = misfit_of(copied)
    assert found is not None
    assert found[:2] == ("chain", 0)


def test_a_decision_and_its_undoing_are_events(filled: Filled) -> None:
    before = chain_length(filled.workspace)
    undo(filled.workspace, decide(filled.workspace, filled.response_ids[0], REFUSE))
    assert chain_length(filled.workspace) == before + 2
    assert first_misfit(filled.workspace) is None


def test_several_writers_make_one_chain(tmp_path: Path) -> None:
    filled = filled_workspace(tmp_path / "workspace.db")
    before = chain_length(filled.workspace)

    def decide_all(name: str) -> None:
        other = open_workspace(filled.workspace.path)
        for response_id in filled.response_ids:
            decide(other, response_id, REFUSE, name)
        other.close()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(decide_all, ("ana", "bo", "cy")))
    assert chain_length(filled.workspace) == before + 3 * len(filled.response_ids)
    assert first_misfit(filled.workspace) is None
    filled.workspace.close()


@given(st.integers(1, 70), st.data())
def test_a_leaf_and_its_proof_lead_to_the_root(count: int, data: st.DataObject) -> None:
    leaves = [leaf_hash({"n": number}) for number in range(count)]
    index = data.draw(st.integers(0, count - 1))
    assert root_from(leaves[index], inclusion_proof(leaves, index)) == merkle_root(leaves)
    assert root_from(leaf_hash({"n": -1}), inclusion_proof(leaves, index)) != merkle_root(leaves)
