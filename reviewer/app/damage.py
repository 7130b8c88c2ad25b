"""A crash on a damaged row is told as what it is: the place in the file is named."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from reviewer.app.stopping import ReportCancelledError
from reviewer.core.errors import DamagedError, KnownError
from reviewer.store.database import Workspace
from reviewer.store.decoding import UNREADABLE
from reviewer.store.opening import open_beside
from reviewer.store.queries.soundness import first_damages, wrong_figures


@contextmanager
def naming_damage(workspace: Workspace) -> Iterator[None]:
    """What would be a crash is the file's fault where the file is damaged: then the place is named.

    Raises DamagedError in its stead; a crash in a sound workspace goes on as it is.
    """
    try:
        yield
    except (KnownError, ReportCancelledError):
        raise
    except Exception as error:
        found = _anything(workspace)
        if not found:
            raise
        more = " There is more; `reviewer doctor` lists it." if len(found) > 1 else ""
        raise DamagedError(f"The workspace {workspace.path} is damaged: {found[0]}.{more}") from error


def crash_beside(path: Path, error: Exception) -> None:
    """Raise a crash again, as damage where the open workspace at `path` is damaged. That reads all of it, by a
    connection of its own, so that nobody who works in it waits meanwhile.

    Raises DamagedError, KnownError where the file cannot be opened a second time, else `error`.
    """
    with closing(open_beside(path)) as beside, naming_damage(beside):
        raise error


def _anything(workspace: Workspace) -> list[str]:
    """What is wrong with the file, the plainest first; that it cannot even be looked at is wrong too."""
    try:
        found = [each.sentence for each in first_damages(workspace)]
        return found or workspace.problems() or wrong_figures(workspace)
    except (KnownError, *UNREADABLE) as error:
        # what the driver said of it, without the statement
        return [f"{getattr(error, 'orig', None) or error!s:.120}"]
