"""The real window, offscreen, on real workspace files; each test ends with every thread stopped."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from reviewer.app.demo import build_demo
from reviewer.store.database import Workspace, open_workspace
from reviewer.ui.application import make_application
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.kit import held_writes
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.tasks import Tasks
from tests.support.loopback import LoopbackServer, echo
from tests.ui.score_screen import Screen

Settle = Callable[[Session], None]
WAIT_MS = 60_000


@pytest.fixture(scope="session")
def qapp(tmp_path_factory: pytest.TempPathFactory) -> QApplication:
    return make_application(["reviewer"], tmp_path_factory.mktemp("settings") / "none.json")


@pytest.fixture(autouse=True)
def application(qapp: QApplication) -> QApplication:
    """A widget without one ends the process: every test has it, whichever a worker begins with."""
    return qapp


@pytest.fixture
def settle(qtbot: QtBot) -> Settle:
    """Wait until nothing is under way off the GUI thread and its results have arrived."""

    def wait(session: Session) -> None:
        qtbot.waitUntil(lambda: session.tasks.under_way == 0, timeout=WAIT_MS)

    return wait


@pytest.fixture
def session(qtbot: QtBot, qapp: QApplication, tmp_path: Path, settle: Settle) -> Iterator[Session]:
    """A session on an empty workspace of its own."""
    session = Session(Tasks(), tmp_path / "settings.json")
    session.open(tmp_path / "empty.sqlite", create=True)
    settle(session)
    yield session
    session.close()
    # deleted here and now: left to the garbage collector, they would be destroyed on whatever thread it runs on
    for left_over in (session, session.tasks):
        left_over.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo workspace, built once; tests work on copies."""
    path = tmp_path_factory.mktemp("demo") / "demo.sqlite"
    workspace = open_workspace(path)
    build_demo(workspace)
    workspace.close()
    return path


@pytest.fixture
def demo_copy(demo_file: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "demo.sqlite"
    shutil.copy(demo_file, copy)
    return copy


@pytest.fixture
def demo_session(session: Session, demo_copy: Path, settle: Settle) -> Session:
    session.open(demo_copy, create=False)
    settle(session)
    return session


@pytest.fixture
def window(qtbot: QtBot, session: Session) -> MainWindow:
    """The real window on the session, shown; open another workspace in it as needed."""
    window = MainWindow(session)
    qtbot.addWidget(window)
    window.resize(1366, 768)
    window.show()
    qtbot.waitExposed(window)
    return window


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    """A model server that answers what it was asked."""
    with LoopbackServer(default=echo) as server:
        yield server


@pytest.fixture
def screen(window: MainWindow, demo_session: Session, settle: Settle) -> Screen:
    assert demo_session is window.session
    return Screen(window, settle)


Fill = Callable[[Workspace], object]


@pytest.fixture
def open_filled(window: MainWindow, settle: Settle, tmp_path: Path) -> Callable[[Fill], None]:
    """Opens a workspace that is filled as a test wants it."""

    def make(fill: Fill) -> None:
        workspace = open_workspace(tmp_path / "own.sqlite", create=True)
        fill(workspace)
        workspace.close()
        window.session.open(tmp_path / "own.sqlite", create=False)
        settle(window.session)

    return make


@pytest.fixture
def open_screen(window: MainWindow, settle: Settle, open_filled: Callable[[Fill], None]) -> Callable[[Fill], Screen]:
    """Opens the score screen on such a workspace."""

    def make(fill: Fill) -> Screen:
        open_filled(fill)
        return Screen(window, settle)

    return make


@pytest.fixture
def soon_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """What has to wait for another program is told so, and tried again, sooner than a person would be."""
    monkeypatch.setattr(held_writes, "AGAIN_MS", 100)
    monkeypatch.setattr(held_writes, "FIRST_WAIT_S", 0.3)
