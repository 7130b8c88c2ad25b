"""The frame of the state machines of impatient hands: a real window over two real files that are equal to the byte.

The order in which work is done and arrives is Hypothesis's, so what lands in the wrong file is taken there without
complaint, and is found when the files are checked.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.kit.page import Page
from reviewer.ui.kit.session import Session
from tests.ui.stepped import SteppedTasks


class ImpatientPerson(RuleBasedStateMachine):
    """A person on one screen, what can happen meanwhile, and that the window is closed and opened again."""

    template: Path
    ME: str
    SCREEN: str

    @initialize()
    def start(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.paths = [self.folder / f"{name}.sqlite" for name in ("alpha", "beta")]
        for path in self.paths:
            shutil.copy(self.template, path)
        self.begin_counting()
        self.begin()

    def begin_counting(self) -> None:
        """Nothing has been done yet."""
        raise NotImplementedError

    def check(self, path: Path) -> None:
        """Hold what is in a file against what was done there."""
        raise NotImplementedError

    def begin(self) -> None:
        self.tasks = SteppedTasks()
        self.session = Session(self.tasks, self.folder / "settings.json")
        self.session.change_settings(replace(self.session.settings, reviewer=self.ME))
        self.window = MainWindow(self.session)
        self.open_other()
        self.tasks.drain()
        self.window.show_page(self.SCREEN)
        self.tasks.drain()

    def end(self) -> None:
        if not self.tasks._closed:
            self.tasks.drain()
            self.window.close()
        self.window.deleteLater()
        self.session.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    @property
    def screen(self) -> Page:
        return self.window.pages[self.SCREEN]

    @precondition(lambda self: self.tasks._closed)
    @rule()
    def start_again(self) -> None:
        self.end()
        self.begin()

    def open_other(self) -> None:
        current = self.session.path
        self.session.open(self.paths[1] if current == self.paths[0] else self.paths[0], create=False)

    @precondition(lambda self: not self.tasks._closed)
    @rule()
    def wait(self) -> None:
        self.tasks.drain()

    @precondition(lambda self: not self.tasks._closed)
    @rule()
    def quit(self) -> None:
        self.window.close()

    def teardown(self) -> None:
        if not hasattr(self, "window"):
            return
        self.end()
        for path in self.paths:
            self.check(path)
        shutil.rmtree(self.folder)


def run_impatient(machine: type[ImpatientPerson], *, examples: int, steps: int) -> None:
    """So many histories of so many steps. What fails is short enough to be read as it is; shrinking takes minutes."""
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            phases=(Phase.reuse, Phase.generate),
            suppress_health_check=list(HealthCheck),
        ),
    )
