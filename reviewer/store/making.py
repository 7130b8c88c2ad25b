"""A new workspace is made whole or not at all: of one that nothing was stored in, nothing stays."""

from __future__ import annotations

import logging
from pathlib import Path

from reviewer.store.dialects.dialect import Dialect

_log = logging.getLogger(__name__)
_BESIDE = ("-wal", "-shm", "-journal")


class NewFile:
    """What is not there yet of a workspace at `path`, noted before it is made."""

    def __init__(self, path: Path) -> None:
        path = path.expanduser().absolute()
        self.path = path
        self.is_new = not path.exists()
        self._fresh = [each for each in (*map(self._beside, _BESIDE), path) if not each.exists()]
        self._folders = [each for each in path.parents if not each.exists()]

    def _beside(self, ending: str) -> Path:
        return self.path.with_name(self.path.name + ending)

    def take_away(self, dialect: Dialect, moment: int = 0) -> None:
        """Remove it, with the folders that were made for it, where it is as it was at `moment`; 0: it was only begun.

        What another program has stored there meanwhile stays, and so does what one has open.
        """
        if self.is_new and self.path.exists() and dialect.is_unused(self.path, moment):
            self.remove()

    def remove(self) -> None:
        """Whatever it holds. What cannot be removed is logged."""
        try:
            for each in self._fresh:
                each.unlink(missing_ok=True)
            for folder in self._folders:
                if folder.exists() and not any(folder.iterdir()):
                    folder.rmdir()
        except OSError as error:
            _log.info("What was begun of %s cannot be removed: %s", self.path, error)
