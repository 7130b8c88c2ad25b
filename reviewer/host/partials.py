"""Large files that are written beside their target first. Each is marked as long as its process lives, so that what a
killed one leaves is told from what is being written.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reviewer.core.errors import EnvironmentFault
from reviewer.host.files import make_private, overwrite_and_remove
from reviewer.host.marks import forget_marks, is_marked, mark_open, marked_files

_log = logging.getLogger(__name__)
_ENDING = ".partial"
RESTORING, CONVERTING = ".restoring", ".converting"
"""Of copies that are to take a workspace's place; one that is converted may be plain beside what is encrypted."""

_OLD_S = 3600.0
"""An unmarked one that was not written to for so long is nobody's: who copies writes all the time."""


@contextmanager
def partial_of(target: Path) -> Iterator[Path]:
    """An empty private file that is to be renamed to `target`; it is removed at the end where it was not.

    Raises EnvironmentFault where another one is being written to the same target, OSError where none can be made.
    """
    partial = target.with_name(target.name + _ENDING)
    if is_marked(partial):
        raise EnvironmentFault(
            f"{target} is being written already.", "Wait until that is done, or choose another file."
        )
    forget_marks(partial)
    mark = mark_open(partial, "")
    try:
        partial.unlink(missing_ok=True)
        make_private(partial)
        yield partial
    finally:
        for each in _with_logs(partial):
            each.unlink(missing_ok=True)
        if mark is not None:
            mark.take_away()


@contextmanager
def being_made(path: Path) -> Iterator[None]:
    """The file at `path`, which has one of the endings above, is this process's until the block ends."""
    mark = mark_open(path, "")
    try:
        yield
    finally:
        if mark is not None:
            mark.take_away()


def remove_left_partials(folder: Path, stem: str) -> None:
    """Remove what killed programs left in the folder: files whose mark nobody holds any more, and unmarked ones that
    are named after `stem` and old. What cannot be removed is logged.
    """
    try:
        for ending in (_ENDING, RESTORING, CONVERTING):
            for partial in marked_files(folder, ending):
                if not is_marked(partial):
                    _remove(partial)
                    forget_marks(partial)
        for partial in folder.iterdir():
            if _is_old(partial, stem) and not is_marked(partial):
                _remove(partial)
    except OSError as error:
        _log.info("What was left in %s cannot be removed: %s", folder, error)


def _is_old(path: Path, stem: str) -> bool:
    named = path.name.startswith((f"{stem}.before-", f"{stem}.backup-", f"{stem}.encrypted-"))
    is_ours = named and path.name.endswith(_ENDING)
    is_ours |= path.name.startswith(f".{stem}.") and path.name.endswith((RESTORING, CONVERTING))
    return is_ours and time.time() - path.stat().st_mtime > _OLD_S


def _with_logs(partial: Path) -> list[Path]:
    """It, behind what a database may have put beside it."""
    return [partial.with_name(partial.name + ending) for ending in ("-journal", "-wal", "-shm", "")]


def _remove(partial: Path) -> None:
    for left in _with_logs(partial):
        if partial.name.endswith(CONVERTING) and left.exists():
            overwrite_and_remove(left)
        left.unlink(missing_ok=True)
    _log.info("Removed %s, which a killed program left.", partial.name)
