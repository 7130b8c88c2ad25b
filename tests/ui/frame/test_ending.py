"""The system asks the window to end while what was done in it waits for another program: it is stored first."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer

from reviewer.store.database import open_workspace
from reviewer.store.queries import review
from reviewer.ui.application import make_application
from reviewer.ui.frame.ending import EndAsked
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.kit import held_writes
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.tasks import Tasks
from tests.support.builders import filled_workspace
from tests.support.commands import CHECKOUT
from tests.support.long_import import end_import, importing

posix = pytest.mark.skipif(os.name != "posix", reason="other systems have no such signals")
CASES = 3


def life(path: Path, then: str = "") -> None:
    """Of the program that is ended: it decides once the review is shown, calls a command if one is named, and says
    what the window says.
    """
    held_writes.FIRST_WAIT_S = 0.2
    app = make_application(["reviewer"], path.with_name("settings.json"))
    window = MainWindow(Session(Tasks(), path.with_name("settings.json")))
    session = window.session
    session.change_settings(replace(session.settings, reviewer="patient"))
    session.notice.connect(lambda said: print(said, flush=True))  # noqa: T201 - the test reads it
    session.open(path, create=False)
    window.show()
    EndAsked(window).watch(app)
    decides = QTimer(window, interval=100)

    def decide() -> None:
        if not session.is_open or window.page != "review":
            window.show_page("review")
        elif session.tasks.under_way == 0:
            decides.stop()
            window.commands["review.decide.1"].trigger()
            if then:
                window.commands[then].trigger()
            print("decided", flush=True)  # noqa: T201 - the test reads it

    decides.timeout.connect(decide)
    decides.start()
    sys.exit(app.exec())


@contextmanager
def window_on(path: Path, then: str = "") -> Iterator[subprocess.Popen[str]]:
    filled_workspace(path, CASES).workspace.close()
    words = [sys.executable, "-c", f"from {__name__} import life, Path; life(Path({str(path)!r}), {then!r})"]
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    process = subprocess.Popen(words, cwd=CHECKOUT, env=env, text=True, stdout=subprocess.PIPE)
    try:
        yield process
    finally:
        process.kill()
        ended(process)


def ended(process: subprocess.Popen[str]) -> int:
    if process.stdout is not None:
        process.stdout.close()
    return process.wait()


def read_until(process: subprocess.Popen[str], words: str) -> None:
    assert process.stdout is not None
    said = []
    while line := process.stdout.readline():
        said.append(line)
        if words in line:
            return
    raise AssertionError(said)


def decided(path: Path) -> int:
    with closing(open_workspace(path, create=False)) as workspace:
        return sum(len(review.review_item(workspace, id_).events) for id_ in range(1, CASES + 1))


@posix
@pytest.mark.parametrize("asks", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_what_waits_is_stored_before_the_window_ends(tmp_path: Path, asks: str) -> None:
    path = tmp_path / "own.sqlite"
    with window_on(path) as process, importing(path) as other:
        read_until(process, "is not stored yet: it waits")
        process.send_signal(getattr(signal, asks))
        read_until(process, "1 thing that you did is not stored yet. The window closes by itself once it is")
        end_import(other)
        assert ended(process) == 0
    assert decided(path) == 1


@posix
def test_a_second_signal_leaves_without_it(tmp_path: Path) -> None:
    path = tmp_path / "own.sqlite"
    with window_on(path) as process, importing(path) as other:
        read_until(process, "is not stored yet: it waits")
        process.send_signal(signal.SIGTERM)
        read_until(process, "The window closes by itself once it is")
        process.send_signal(signal.SIGTERM)
        assert ended(process) == 0
        end_import(other)
    assert decided(path) == 0


@posix
def test_where_nothing_waits_a_signal_closes_the_window_in_order(tmp_path: Path) -> None:
    path = tmp_path / "own.sqlite"
    with window_on(path) as process:
        read_until(process, "decided")
        process.send_signal(signal.SIGTERM)
        assert ended(process) == 0
    assert decided(path) == 1
    assert not path.with_name("own.sqlite-wal").exists()


@posix
def test_a_dialog_that_is_open_does_not_keep_the_window(tmp_path: Path) -> None:
    path = tmp_path / "own.sqlite"
    with window_on(path, then="help.keys") as process:
        read_until(process, "decided")
        process.send_signal(signal.SIGTERM)
        assert ended(process) == 0
    assert decided(path) == 1


@dataclass
class Leaving:
    """A person's session that ends."""

    may_ask: bool = True
    is_cancelled: bool = False

    def allowsInteraction(self) -> bool:
        return self.may_ask

    def cancel(self) -> None:
        self.is_cancelled = True


def test_the_end_of_the_session_goes_on_where_nothing_waits(window: MainWindow) -> None:
    leaving = Leaving()
    EndAsked(window).session_ends(leaving)
    assert not leaving.is_cancelled
