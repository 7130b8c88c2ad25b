"""A migration that fails at any step leaves the old file as it was, and one backup however often it is tried."""

from __future__ import annotations

import gzip
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from reviewer.store import database
from reviewer.store.database import open_workspace
from tests.store.test_histories import MADE_BEFORE
from tests.store.test_upgrade import first
from tests.support.effort import often

__all__ = ["first"]

STEPS = often(2, 7)
"""Every so many."""


class _Fails(Exception):
    pass


def rows_of(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


def statements(monkeypatch: pytest.MonkeyPatch, failing_at: int | None) -> list[str]:
    """The statements of the migrations that follow, of which the one of that number fails."""
    seen: list[str] = []
    migrate = database.migrate

    def watched(engine: Engine, revision: str = "head") -> None:
        def stop(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
            seen.append(statement)
            if len(seen) == failing_at:
                raise _Fails

        event.listen(engine, "before_cursor_execute", stop)
        try:
            migrate(engine, revision)
        finally:
            event.remove(engine, "before_cursor_execute", stop)

    monkeypatch.setattr(database, "migrate", watched)
    return seen


RESET = "PRAGMA writable_schema = RESET"
"""What a migration that reworded the catalogue says where it fails, too."""


@pytest.mark.parametrize("made_with", ["first", "0011"])
def test_a_failure_at_any_step_changes_nothing_and_fills_no_disk(
    made_with: str, first: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = first
    if made_with != "first":
        path = tmp_path / "w.db"
        path.write_bytes(gzip.decompress(MADE_BEFORE.read_bytes()))
    before, tried, at = rows_of(path), 0, 1
    while True:
        with monkeypatch.context() as patched:
            seen = statements(patched, at)
            try:
                open_workspace(path, create=False).close()
            except _Fails:
                pass
            else:
                break
        assert set(seen[at:]) <= {RESET}
        assert rows_of(path) == before
        assert len(list(path.parent.glob(f"{path.stem}.before-*"))) == 1
        tried, at = tried + 1, at + STEPS
    assert tried * STEPS > 20, "the migrations were gone through"
    assert rows_of(path) != before
    with closing(open_workspace(path, create=False)) as workspace:
        assert workspace.problems() == []
    (backup,) = path.parent.glob(f"{path.stem}.before-*")
    assert [line for line in rows_of(backup) if line.startswith("INSERT")] == [
        line for line in before if line.startswith("INSERT")
    ]
