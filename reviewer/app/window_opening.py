"""Open a file for a window: other windows on it are told of, and so is a place that other computers write in."""

from __future__ import annotations

import os
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

from reviewer.app.bundle_opening import is_bundle, open_bundle
from reviewer.core.errors import InputError
from reviewer.host.marks import OpenElsewhere, forget_foreign, mark_open, windows_on
from reviewer.store.database import Workspace
from reviewer.store.opening import open_beside, open_or_read


class WhenInUse(StrEnum):
    """What is to be done where another window has the file open."""

    ASK = "ask"
    READ = "read"
    WRITE = "write"


class InUseError(InputError):
    """Other windows have the workspace open; a person decides what is to be done."""

    def __init__(self, path: Path, windows: Sequence[OpenElsewhere]) -> None:
        super().__init__(
            f"The workspace {path} is open in another window. {windows[0].sentence}",
            "Open it to be read, or close it there first.",
        )
        self.path, self.windows = path, windows


def open_for_window(path: Path, *, create: bool, beside: WhenInUse, user: str) -> Workspace:
    """Raises InUseError where it is open elsewhere and `beside` says to ask, else as `open_file`."""
    path = path.expanduser().absolute()
    if is_bundle(path):
        return open_bundle(path)
    if not path.parent.is_dir():
        return open_or_read(path, create=create)  # a folder that is made just now nobody else is in
    # first the mark, then the look: of two that start at once each sees the other
    mark = mark_open(_itself(path), user)
    try:
        workspace = _opened(path, create, beside)
    except BaseException:
        if mark is not None:
            mark.take_away()
        raise
    if mark is not None:
        workspace.when_closed(mark.take_away)
    return workspace


def _opened(path: Path, create: bool, beside: WhenInUse) -> Workspace:
    windows = windows_on(_itself(path))
    if windows and beside is WhenInUse.ASK:
        raise InUseError(path, windows)
    if windows and beside is WhenInUse.READ:
        return open_beside(path)
    if beside is WhenInUse.WRITE:
        forget_foreign(_itself(path))
    return open_or_read(path, create=create)


def _itself(path: Path) -> Path:
    """The file that a symbolic link stands for: the mark lies beside that, whatever it was opened by."""
    return Path(os.path.realpath(path))
