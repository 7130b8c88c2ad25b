"""A statement is compiled once in a process, and each workspace answers it with its own rows."""

from __future__ import annotations

from contextlib import ExitStack, closing
from pathlib import Path

from sqlalchemy.engine.interfaces import CacheStats
from sqlmodel import col, select

from reviewer.store.database import Workspace, open_workspace
from reviewer.store.encrypting import encrypt, unlock
from reviewer.store.rows import SuiteRow
from tests.support.builders import make_suite
from tests.support.encrypted import PASSPHRASE


def names_in(workspace: Workspace) -> tuple[list[str], CacheStats]:
    """What its suites are called, and whether the statement was compiled for that."""
    statement = select(SuiteRow.name).where(col(SuiteRow.name) != "asked for by this test only")
    with workspace.read() as session:
        result = session.connection().execute(statement)
        return [str(name) for (name,) in result], result.context.cache_hit


def filled(folder: Path, name: str) -> Path:
    path = folder / f"{name}.db"
    with closing(open_workspace(path)) as workspace:
        make_suite(workspace, name=name)
    return path


def test_workspaces_share_statements_and_no_rows(tmp_path: Path) -> None:
    paths = [filled(tmp_path, name) for name in ("first", "second", "third")]
    with ExitStack() as stack:
        first, second = (stack.enter_context(closing(open_workspace(path))) for path in paths[:2])
        assert names_in(first)[0] == ["first"]
        assert names_in(second) == (["second"], CacheStats.CACHE_HIT)
        assert names_in(first) == (["first"], CacheStats.CACHE_HIT)
    with closing(open_workspace(paths[2])) as third:
        assert names_in(third) == (["third"], CacheStats.CACHE_HIT)


def test_an_encrypted_workspace_is_asked_through_its_own_library(tmp_path: Path) -> None:
    plain, sealed = (filled(tmp_path, name) for name in ("plain", "sealed"))
    encrypt(sealed, PASSPHRASE)
    with closing(open_workspace(plain)) as workspace:
        assert names_in(workspace)[0] == ["plain"]
    unlock(sealed, PASSPHRASE)
    with closing(open_workspace(sealed)) as workspace:
        assert names_in(workspace)[0] == ["sealed"]
    with closing(open_workspace(plain)) as workspace:
        assert names_in(workspace) == (["plain"], CacheStats.CACHE_HIT)
