"""The runs screen in the real window, and what a person does there."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from reviewer.app.runs import RunRequest, create_run
from reviewer.core.changes import Changes
from reviewer.core.models import Endpoint, ModelVersion
from reviewer.core.runs import RunStatus
from reviewer.store.database import Workspace
from reviewer.store.facts.runs import RunLine
from reviewer.store.writes.runs import set_run_status
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.runs.page import RunsPage
from reviewer.ui.runs.table import STATUS
from tests.support.builders import make_cases, make_suite
from tests.support.loopback import LoopbackServer
from tests.ui.conftest import WAIT_MS, Settle

CASES = 20
Key = Qt.Key


def model_at(base_url: str, *, concurrency: int = 2) -> ModelVersion:
    endpoint = Endpoint("here", "openai-chat", base_url, concurrency=concurrency, max_attempts=1)
    return ModelVersion("v1", endpoint, "test-model")


class Screen:
    """The window on its runs page, and what a person does there."""

    def __init__(self, qtbot: QtBot, window: MainWindow, settle: Settle) -> None:
        self.qtbot, self.window, self.session = qtbot, window, window.session
        self._settle = settle

    def settle(self) -> None:
        self._settle(self.session)

    def go(self) -> RunsPage:
        self.window.show_page("runs")
        self.settle()
        return self.page

    @property
    def page(self) -> RunsPage:
        page = self.window.pages["runs"]
        assert isinstance(page, RunsPage)
        return page

    def add_suite(self, n_cases: int = CASES) -> None:
        def work(workspace: Workspace) -> tuple[int, Changes]:
            return make_suite(workspace, make_cases(n_cases), "suite"), Changes(suites=True, cases=True)

        self.session.write(work)
        self.settle()

    def start(self, server: LoopbackServer) -> RunsPage:
        """A run over the suite, sent with F5."""
        self.add_suite()
        self.add_run(model_at(server.base_url))
        page = self.go()
        self.press(page.table, Key.Key_F5)
        return page

    def add_run(self, version: ModelVersion, name: str = "r") -> None:
        def work(workspace: Workspace) -> tuple[RunLine, Changes]:
            return create_run(workspace, RunRequest("suite", version, name=name)), Changes(runs=True)

        self.session.write(work)
        self.settle()

    def set_status(self, status: RunStatus) -> None:
        """As if another program had written it down."""
        line = self.page.model.lines[0]

        def work(workspace: Workspace) -> tuple[None, Changes]:
            return None, set_run_status(workspace, run_id=line.id, status=status)

        self.session.write(work)
        self.settle()

    def press(
        self, widget: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        QTest.keyClick(widget, key, modifier)

    def cell(self, column: int, row: int = 0) -> str:
        return str(self.page.model.index(row, column).data())

    def wait(self, status: str, row: int = 0) -> None:
        self.qtbot.waitUntil(lambda: self.cell(STATUS, row) == status, timeout=WAIT_MS)
        self.settle()

    def wait_stored(self, count: int) -> None:
        self.qtbot.waitUntil(lambda: self.page.model.lines[0].stored >= count, timeout=WAIT_MS)
