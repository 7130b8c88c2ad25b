"""What a person does with judges in the real window, for the tests of judging."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from reviewer.core.runs import RunStatus
from reviewer.store.database import Workspace
from reviewer.store.facts.judging import JudgeRunLine
from reviewer.store.facts.runs import Classified
from reviewer.store.queries import judging as queries
from reviewer.store.writes.runs import save_endpoint, set_run_status
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.jobs.judging import judges_of
from reviewer.ui.runs.judge_run import JudgeDialog
from reviewer.ui.runs.judges_panel import JudgesPanel
from reviewer.ui.runs.page import RunsPage
from reviewer.ui.runs.table import RUN
from tests.support.builders import AT, make_case, make_response, make_run, make_suite
from tests.support.judged_runs import judge_at, text_of, workspace_to_judge
from tests.support.loopback import LoopbackServer
from tests.ui.asked import dialog_in_front
from tests.ui.conftest import WAIT_MS, Settle

CONTROL = 20
SECRET_NAME, SECRET = "JUDGE_TEST_KEY", "sk-this-is-nobodys-key-0123456789"
Key = Qt.Key
ALT = Qt.KeyboardModifier.AltModifier
CONTROL_KEY = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
PLAIN = Qt.KeyboardModifier.NoModifier


class Bench:
    """The window on a workspace with a run to be judged and a judge's endpoint, and what a person does there."""

    def __init__(self, qtbot: QtBot, window: MainWindow, settle: Settle, path: Path) -> None:
        self.qtbot, self.window, self.session, self._settle, self.path = qtbot, window, window.session, settle, path
        self.session.change_settings(replace(self.session.settings, reviewer="tester"))

    def settle(self) -> None:
        self._settle(self.session)
        QApplication.processEvents()

    def open(self, *prepare: Callable[[Workspace], object]) -> None:
        workspace = workspace_to_judge(self.path)
        for step in prepare:
            step(workspace)
        workspace.close()
        self.session.open(self.path, create=False)
        self.settle()
        self.window.show_page("runs")
        self.settle()

    @property
    def page(self) -> RunsPage:
        page = self.window.pages["runs"]
        assert isinstance(page, RunsPage)
        return page

    @property
    def panel(self) -> JudgesPanel:
        return self.page.detail.judges

    def choose(self, run: str) -> None:
        rows = range(self.page.model.rowCount())
        row = next(row for row in rows if self.page.model.index(row, RUN).data() == run)
        self.page.table.setCurrentIndex(self.page.model.index(row, 0))
        self.settle()

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = PLAIN, on: QWidget | None = None) -> None:
        if dialog_in_front() is None:
            self.window.activateWindow()  # what a window manager does when the dialog above it closes
            self.qtbot.waitUntil(self.window.isActiveWindow, timeout=WAIT_MS)
        QTest.keyClick(on or self.page.table, key, modifier)

    def judge_dialog(self) -> JudgeDialog:
        self.press(Key.Key_J, CONTROL_KEY)
        dialog = modal(JudgeDialog)
        self.settle()
        return dialog

    def estimated(self, dialog: JudgeDialog, piece: str = "") -> None:
        self.qtbot.waitUntil(
            lambda: dialog.start_button.isEnabled() and piece in dialog.estimate.text(), timeout=WAIT_MS
        )

    def fill(self, dialog: JudgeDialog, model: str = "judge-1") -> None:
        QTest.keyClick(dialog, Key.Key_M, ALT)
        QTest.keyClicks(focused(), model)
        self.estimated(dialog)

    def ended(self, run: str = "run") -> None:
        judges = judges_of(self.session)
        self.qtbot.waitUntil(lambda: not judges.run_ids, timeout=WAIT_MS)
        self.settle()

    def stored(self, run_id: int = 1) -> Sequence[JudgeRunLine]:
        return self.session.tasks.database_call(lambda: queries.judge_runs(self.session.workspace, run_id))

    def cells(self) -> list[list[str]]:
        table = self.panel.table
        found = []
        for row in range(table.rowCount()):
            items = [table.item(row, column) for column in range(table.columnCount())]
            found.append([item.text() if item is not None else "" for item in items])
        return found


D = TypeVar("D", bound=QDialog)


def modal(kind: type[D]) -> D:
    """The dialog that waits, active as a window manager makes it."""
    dialog = dialog_in_front()
    assert isinstance(dialog, kind), dialog
    dialog.activateWindow()
    QApplication.processEvents()
    return dialog


def focused() -> QWidget:
    """The widget that the keys go to."""
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def endpoint_of(server: LoopbackServer, *, key_env: str = "") -> Callable[[Workspace], object]:
    endpoint = judge_at(server, key_env=key_env).endpoint
    return lambda workspace: save_endpoint(workspace, endpoint=endpoint, at=AT)


def add_control(workspace: Workspace) -> None:
    cases = [make_case(f"k{number:02}", f"How about {number}?") for number in range(CONTROL)]
    responses = [Classified(make_response(case.key, text_of(n))) for n, case in enumerate(cases)]
    run_id = make_run(workspace, make_suite(workspace, cases, "control"), responses, name="frozen")
    set_run_status(workspace, run_id=run_id, status=RunStatus.FINISHED, at=AT)
