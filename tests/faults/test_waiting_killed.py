"""The real window, killed while what was done in it waits for another program's import: nothing of that is stored."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer

from reviewer.store.database import open_workspace
from reviewer.store.queries import review
from reviewer.ui.application import make_application
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.kit import held_writes
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.tasks import Tasks
from tests.support.builders import filled_workspace
from tests.support.commands import CHECKOUT
from tests.support.killed_review import assert_sound
from tests.support.long_import import end_import, importing

ME, CASES = "patient", 3


def life(path: Path) -> None:
    """Of the program that is killed: it decides once the review is shown, and says when that waits."""
    held_writes.FIRST_WAIT_S = 0.2
    app = make_application(["reviewer"], path.with_name("settings.json"))
    window = MainWindow(Session(Tasks(), path.with_name("settings.json")))
    session = window.session
    session.change_settings(replace(session.settings, reviewer=ME))
    session.notice.connect(lambda said: print(said, flush=True))  # noqa: T201 - the test reads it
    session.open(path, create=False)
    window.show()
    decides = QTimer(window, interval=100)

    def decide() -> None:
        if not session.is_open or window.page != "review":
            window.show_page("review")
        elif session.tasks.under_way == 0:
            decides.stop()
            window.commands["review.decide.1"].trigger()

    decides.timeout.connect(decide)
    decides.start()
    app.exec()


@pytest.mark.skipif(sys.platform == "win32", reason="a process is killed otherwise there")
def test_what_waited_when_the_window_was_killed_is_not_stored(tmp_path: Path) -> None:
    path = tmp_path / "own.sqlite"
    filled_workspace(path, CASES).workspace.close()
    words = [sys.executable, "-c", f"from {__name__} import life, Path; life(Path({str(path)!r}))"]
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    with importing(path) as other:
        process = subprocess.Popen(words, cwd=CHECKOUT, env=env, text=True, stdout=subprocess.PIPE)
        assert process.stdout is not None
        assert "is not stored yet: it waits" in process.stdout.readline()
        process.kill()
        process.communicate()
        end_import(other)
    assert_sound(path)
    with closing(open_workspace(path, create=False)) as workspace:
        events = [event for id_ in range(1, CASES + 1) for event in review.review_item(workspace, id_).events]
    assert events == []
