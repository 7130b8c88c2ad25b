"""The program's log: a file that turns over, without texts of cases or responses and without keys."""

from __future__ import annotations

import logging
import sys
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from reviewer.host.files import make_private, private_folder
from reviewer.host.tracebacks import traceback_text

_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class _PrivateLog(RotatingFileHandler):
    """A log that only its owner can read, also after it has turned over."""

    def _open(self) -> TextIOWrapper:
        make_private(Path(self.baseFilename))
        return super()._open()


class _WithoutTexts(logging.Formatter):
    """Tracebacks say where, not what with: see `tracebacks`."""

    def formatException(self, ei: _ExcInfo) -> str:
        return traceback_text(ei[1]) if ei[1] is not None else ""


def start_logging(folder: Path) -> None:
    """Log to `folder`/reviewer.log, or to standard error where the folder cannot be written."""
    handler: logging.Handler
    try:
        private_folder(folder)
        handler = _PrivateLog(folder / "reviewer.log", maxBytes=1_000_000, backupCount=3, encoding="utf-8")
    except OSError:
        handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_WithoutTexts("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger("reviewer")
    root.setLevel(logging.INFO)
    root.addHandler(handler)
