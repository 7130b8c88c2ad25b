"""What keeps a workspace locked for long says so beside it, so that whoever waits is told what it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reviewer.core.errors import EnvironmentFault, HeldError
from reviewer.host.marks import OpenElsewhere, mark_work, works_on

IMPORT, ERASURE = "import", "erasure"
_WORDS = {
    IMPORT: "An import is being written to the workspace {path}",
    ERASURE: "The workspace {path} is being written anew without what was erased,",
}


@contextmanager
def holding(path: Path, what: str) -> Iterator[None]:
    """The workspace is kept by this process until the block ends, with `what` of the above."""
    mark = mark_work(path, what, ())
    try:
        yield
    finally:
        if mark is not None:
            mark.take_away()


def who_holds(path: Path) -> str:
    """What keeps a workspace locked, as a sentence, as far as it is known."""
    held = next((each for each in works_on(path) if each.what in _WORDS and not each.is_own), None)
    return f"Another program holds the workspace {path}." if held is None else _held_by(path, held, "").what


def told_by_whom(path: Path, known: EnvironmentFault) -> EnvironmentFault:
    """Of a workspace that is held, what holds it, where that is known; any other fault as it is."""
    if not isinstance(known, HeldError):
        return known
    held = next((each for each in works_on(path) if each.what in _WORDS), None)
    if held is None:
        return known
    return _held_by(path, held, known.remedy[known.remedy.find("again.") + len("again.") :].strip())


def check_not_held(path: Path) -> None:
    """Raises HeldError, without waiting, where another process says that it keeps the workspace."""
    held = next((each for each in works_on(path) if each.what in _WORDS and not each.is_own), None)
    if held is not None:
        raise _held_by(path, held, "")


def _held_by(path: Path, held: OpenElsewhere, nothing: str) -> HeldError:
    return HeldError(
        f"{_WORDS[held.what].format(path=path)} {held.whereabouts}.",
        " ".join(filter(None, ("Try again in a moment.", held.remedy, nothing))),
    )
