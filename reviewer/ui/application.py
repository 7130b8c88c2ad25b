"""Start the window: check the bindings, make the application, open what was asked for."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication

from reviewer.host.logs import start_logging
from reviewer.host.paths import log_folder, settings_file
from reviewer.host.settings import load
from reviewer.ui.frame.ending import EndAsked
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.frame.on_screen import show_on_screen
from reviewer.ui.kit.focus import FocusRings
from reviewer.ui.kit.plain import PlainLabels
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.tasks import Tasks
from reviewer.ui.kit.theme import apply_theme

SWITCHED_EVERY_S = 0.001
"""How long one thread may keep the interpreter from another that waits for it, in seconds: Python's own 5 ms are long
beside the 50 ms that a key may take, and it is handed over several times for each key.
"""


def make_application(arguments: list[str], settings_path: Path) -> QApplication:
    """The QApplication in our style and in the person's scale, or the one that exists."""
    existing = QApplication.instance()
    settings = load(settings_path)
    if settings.ui_scale != 100:
        os.environ.setdefault("QT_SCALE_FACTOR", str(settings.ui_scale / 100))
    app = existing if isinstance(existing, QApplication) else QApplication(arguments)
    sys.setswitchinterval(SWITCHED_EVERY_S)
    app.setApplicationName("Reviewer")
    app.setDesktopFileName("reviewer")
    app.setStyle(PlainLabels("Fusion"))
    if app.findChild(FocusRings) is None:
        FocusRings(app)
    apply_theme(app, settings.theme)
    return app


def make_window(settings_path: Path) -> MainWindow:
    return MainWindow(Session(Tasks(), settings_path))


def run_window(workspace: Path | None, *, demo: bool = False) -> int:
    """Show the window until it is closed; returns the exit status."""
    start_logging(log_folder())
    app = make_application(sys.argv[:1], settings_file())
    window = make_window(settings_file())
    sys.excepthook = window.crashes.hook
    if demo:
        window.files.open_demo()
    elif workspace is not None:
        window.session.open(workspace, create=True)
    show_on_screen(window)
    EndAsked(window).watch(app)
    return app.exec()
