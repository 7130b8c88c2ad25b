"""Show a folder in the system's own program for files."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QProcess

_PROGRAMS = {"darwin": "open", "win32": "explorer"}


def open_folder(folder: Path) -> bool:
    """Whether a program could be started for it; nothing waits for that program."""
    started = QProcess.startDetached(_PROGRAMS.get(sys.platform, "xdg-open"), [str(folder)])
    return bool(started[0] if isinstance(started, tuple) else started)
