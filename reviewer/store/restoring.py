"""Putting a backup in a workspace's place."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from reviewer.core.errors import EnvironmentFault, InputError
from reviewer.store.dialects import sqlite


def restore_workspace(path: Path, source: Path) -> Path:
    """Make the workspace at `path` a checked copy of `source`; returns where what was there before is kept.

    Raises InputError for a source that is no workspace, EnvironmentFault where a file cannot be written. Nothing is
    replaced before both copies have passed their check.
    """
    path, source = path.expanduser().absolute(), source.expanduser().absolute()
    if not source.is_file():
        raise InputError(f"There is no file {source}.", "Check the path.")
    if source.stat().st_size == 0:
        raise InputError(f"{source} is empty.", "Give a backup, or any other workspace file.")
    sqlite.check_is_workspace(source)
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    kept = path.with_name(f"{path.stem}.before-restore-{stamp}{path.suffix}")
    arriving = path.with_name(f"{path.name}.restored-{stamp}")
    if path.resolve() == source.resolve():
        raise InputError(f"{source} is the workspace itself.", "Give a backup of it.")
    sqlite.backup(source, arriving)
    try:
        if path.exists():
            sqlite.check_is_workspace(path)
            sqlite.backup(path, kept)
        for leftover in (path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
            leftover.unlink(missing_ok=True)
        arriving.replace(path)
    except OSError as error:
        raise EnvironmentFault(f"{path} could not be replaced ({error.strerror}).", "Check its folder.") from error
    finally:
        arriving.unlink(missing_ok=True)
    return kept
