"""Put a backup in the place of a workspace: all of it or nothing, and what was there is kept."""

from __future__ import annotations

import os
from pathlib import Path

from reviewer.core.errors import EnvironmentFault, InputError
from reviewer.host.backup_files import automatic_name
from reviewer.host.partials import RESTORING, being_made
from reviewer.store.database import check_revision, faults, schema_revision
from reviewer.store.dialects import dialect_for
from reviewer.store.dialects.dialect import Dialect


def restore_workspace(path: Path, source: Path) -> Path | None:
    """Replace the workspace at `path` by the backup `source`; returns where the earlier file is, None if none was.

    The backup itself is only read. It is copied beside the workspace and the copy checked; then the workspace is
    locked, kept under another name, and the copy takes its place in one step. Whatever happens on the way, `path` is
    the whole earlier workspace or the whole backup, never one with the log of the other.

    Raises InputError where `source` is no sound workspace or a newer program's, or where another kind of file is at
    `path`; EnvironmentFault where another program has the workspace open or the disk does not do it.
    """
    path, source = path.expanduser().resolve(), source.expanduser().resolve()
    dialect = dialect_for(path)
    check_backup(source, path)
    if path.is_dir():
        raise InputError(f"{path} is a folder, not a workspace.", "Give the path of a file.")
    if path.exists():
        dialect.check_is_workspace(path)
    fresh, kept, was_there = (
        path.with_name(f".{path.name}.{os.getpid()}{RESTORING}"),
        automatic_name(path, "restore"),
        path.exists(),
    )
    try:
        with being_made(fresh):
            dialect.backup(source, fresh)
            _check_schema(fresh, source, dialect)
            dialect.take_place(path, fresh, kept)
    except OSError as error:
        raise EnvironmentFault(
            f"The backup {source} could not be put in the place of {path} ({error.strerror}).",
            "Check the permissions of the folder and the free space; the workspace is as it was.",
        ) from error
    finally:
        for beside in ("", "-wal", "-shm"):
            fresh.with_name(fresh.name + beside).unlink(missing_ok=True)
    return kept if was_there else None


def check_backup(source: Path, path: Path) -> None:
    """Raises InputError where `source` is no sound workspace, or the one at `path` itself."""
    dialect = dialect_for(source)
    if not source.is_file():
        raise InputError(f"There is no backup at {source}.", "Check the path.")
    if path.exists() and source.samefile(path):
        raise InputError(f"{source} is the workspace itself.", "Give the path of a backup.")
    dialect.check_is_workspace(source)
    if not source.stat().st_size:
        raise InputError(f"The backup {source} is empty.", "Choose another one; nothing was changed.")
    if problems := dialect.problems(source):
        raise InputError(f"The backup {source} is damaged ({problems[0]}).", "Choose another one; nothing was changed.")


def _check_schema(fresh: Path, source: Path, dialect: Dialect) -> None:
    engine = dialect.open_engine(fresh)
    try:
        with faults(dialect, source):
            revision = schema_revision(engine)
    finally:
        engine.dispose()
    if revision is None:
        raise InputError(f"The backup {source} is empty.", "Choose another one; nothing was changed.")
    check_revision(source, revision)
