"""A crash on a damaged row is told as what it is: the place in the file is named."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

from reviewer.app.stopping import ReportCancelledError
from reviewer.core.errors import DamagedError, KnownError
from reviewer.store.database import Workspace
from reviewer.store.decoding import UNREADABLE
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


def crash_again(workspace: Workspace, error: Exception) -> None:
    """Raise a crash again, where the workspace is damaged as that. Raises DamagedError, else `error`."""
    with naming_damage(workspace):
        raise error


def crash_beside(workspace: Workspace, error: Exception) -> None:
    """The same by a connection of its own: all of the file is read, and who works in it does not wait meanwhile."""
    with closing(workspace.beside()) as other:
        crash_again(other, error)


def _anything(workspace: Workspace) -> list[str]:
    """What is wrong with the file, the plainest first; that it cannot even be looked at is wrong too."""
    try:
        found = [each.sentence for each in first_damages(workspace)]
        return found or workspace.problems() or wrong_figures(workspace)
    except (KnownError, *UNREADABLE) as error:
        # what the driver said of it, without the statement
        return [f"{getattr(error, 'orig', None) or error!s:.120}"]
