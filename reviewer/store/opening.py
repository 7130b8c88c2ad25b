"""Open a workspace so that it can be written to, or, where nothing can be written, so that it can be read."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from sqlmodel import SQLModel

from reviewer.core.errors import DiskFullError, EnvironmentFault, InputError, UnwritableError
from reviewer.host.places import is_read_only_disk, room
from reviewer.store.database import (
    HEAD_REVISION,
    Workspace,
    check_revision,
    check_shape,
    faults,
    open_workspace,
    schema_revision,
)
from reviewer.store.dialects import dialect_for

_LITTLE_ROOM = 1 << 20


def open_or_read(path: Path, *, create: bool = True) -> Workspace:
    """The workspace, as `open_workspace` opens it; one that cannot be written to is opened to be read and says why.

    A log that cannot be brought into the file where it lies, and a file of an earlier version, are then read in a
    private copy in the temporary folder.

    Raises as `open_workspace`, and EnvironmentFault where it cannot be read either.
    """
    path = path.expanduser().absolute()
    if path.is_file() and os.access(path, os.R_OK) and not os.access(path, os.W_OK):
        return _kept_from_writing(path, None)
    try:
        return open_workspace(path, create=create)
    except (UnwritableError, DiskFullError) as fault:
        if not (path.is_file() and os.access(path, os.R_OK)):
            raise
        return _kept_from_writing(path, fault)


def open_to_read(path: Path, said: str) -> Workspace:
    """A workspace in which nothing is changed, neither in the file nor beside it; `said` is why. Raises as above."""
    path = path.expanduser().absolute()
    if not path.is_file():
        raise InputError(f"There is no workspace at {path}.", "Check the path.")
    dialect_for(path).check_is_workspace(path)
    return _in_its_place(path, said) or _in_a_copy(path, said)


def open_beside(path: Path) -> Workspace:
    """A workspace that another program writes to, to be read here as it is at each moment."""
    said = f"{path.name} is open in another window, so here you can only read it."
    try:
        return open_workspace(path, create=False, read_only=said)
    except (UnwritableError, DiskFullError):
        return open_to_read(path, said)


def _kept_from_writing(path: Path, fault: EnvironmentFault | None) -> Workspace:
    workspace = open_to_read(path, _why(path, fault))
    workspace.is_kept_from_writing = True
    return workspace


def _why(path: Path, fault: EnvironmentFault | None) -> str:
    """Why it cannot be written to, and what that means, in two sentences."""
    if is_read_only_disk(path):
        reason = "The disk it lies on can only be read"
    elif not os.access(path, os.W_OK):
        reason = "You have no permission to write to the file"
    elif not os.access(path.parent, os.W_OK):
        reason = "You have no permission to write in its folder"
    elif isinstance(fault, DiskFullError) or room(path.parent) < _LITTLE_ROOM:
        reason = "Its disk is full"
    else:
        reason = fault.what.removesuffix(".") if fault else "It cannot be written to"
    return f"{path.name} is open to be read; nothing in it can be changed. {reason}."


def _in_its_place(path: Path, said: str) -> Workspace | None:
    """None where that cannot be done."""
    dialect = dialect_for(path)
    try:
        engine = dialect.open_engine_to_read(path)
    except UnwritableError:
        return None
    try:
        with faults(dialect, path):
            revision = schema_revision(engine)
            check_revision(path, revision)
            if revision != HEAD_REVISION:
                engine.dispose()
                return None
            check_shape(path, engine, dialect, SQLModel.metadata)
    except UnwritableError:
        engine.dispose()
        return None
    except BaseException:
        engine.dispose()
        raise
    return Workspace(path, engine, dialect, said)


def _in_a_copy(path: Path, said: str) -> Workspace:
    # the one who closes the workspace takes the folder away: it lives as long as the window may
    folder = tempfile.TemporaryDirectory(prefix="reviewer-read-", ignore_cleanup_errors=True)
    copy = Path(folder.name) / path.name
    try:
        dialect_for(path).copy_to_read(path, copy)
        workspace = open_workspace(copy, create=False, read_only=said, closed=folder.cleanup, backs_up=False)
    except OSError as error:
        folder.cleanup()
        raise EnvironmentFault(
            f"{path} can only be read in a copy, and none can be made in {folder.name} ({error.strerror}).",
            "Make room there, or copy the workspace to a folder that you can write in.",
        ) from error
    except BaseException:
        folder.cleanup()
        raise
    workspace.shown_path = path
    return workspace
