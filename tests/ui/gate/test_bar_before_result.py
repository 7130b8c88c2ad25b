"""A bar that is written and locked in the window before there is a result, and what the gate says of it afterwards.

Everything is typed and clicked: the policy, the lock and its question, the run of the gate, the edit of a field.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMessageBox, QPushButton

from reviewer.app.cases import Saved, save_edit
from reviewer.core.changes import Changes
from reviewer.store.database import Workspace
from reviewer.store.facts.runs import Classified
from reviewer.store.queries.suites import case_detail
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.gate.page import GatePage
from tests.support.builders import (
    REFUSE,
    make_cases,
    make_response,
    make_run,
    make_suite,
    make_verdict,
)
from tests.ui.conftest import Fill, Settle

BAR = "minimum_balanced_score = 0.9"


class Person:
    """Somebody at the gate screen, with mouse and keyboard."""

    def __init__(self, window: MainWindow, settle: Settle) -> None:
        self.window, self._settle = window, settle
        window.show_page("gate")
        self.settle()
        page = window.pages["gate"]
        assert isinstance(page, GatePage)
        self.page = page

    def settle(self) -> None:
        QApplication.processEvents()
        self._settle(self.window.session)
        QApplication.processEvents()

    def click(self, button: QPushButton) -> None:
        assert button.isVisible()
        assert button.isEnabled()
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        self.settle()

    def write(self, text: str) -> None:
        edit = self.page.text.edit
        edit.setFocus()
        edit.selectAll()
        QTest.keyClicks(edit, text)
        self.settle()

    def lock(self) -> str:
        """Click "Lock…" and its question's default answer; what was asked."""
        self.click(self.page.lock_button)
        box = next(each for each in self.window.findChildren(QMessageBox, "gate.lock") if each.isVisible())
        asked, yes = box.text(), box.defaultButton()
        assert isinstance(yes, QPushButton)
        self.click(yes)
        self.window.activateWindow()
        self.settle()
        return asked

    def run_gate(self) -> str:
        """What is said of the policy beside the answer."""
        self.click(self.page.run_button)
        assert self.page.results.found is not None
        return self.page.results.about.text()

    def add_run(self, suite: int, name: str) -> None:
        """As a run that is sent comes in."""

        def work(workspace: Workspace) -> tuple[int, Changes]:
            said = [Classified(make_response(case.key), (make_verdict(case.label),)) for case in make_cases(40)]
            return make_run(workspace, suite, said, name=name), Changes(runs=True, responses=True)

        self.window.session.write(work, lambda run: setattr(self.window.session, "run_id", run))
        self.settle()
        self.window.show_page("runs")
        self.settle()
        self.window.show_page("gate")
        self.settle()


@pytest.fixture
def person(window: MainWindow, open_filled: Callable[[Fill], None], settle: Settle) -> Person:
    open_filled(lambda workspace: make_suite(workspace, make_cases(40), "fresh"))
    return Person(window, settle)


def test_a_bar_locked_before_the_run_predates_its_result(person: Person) -> None:
    person.write(BAR)
    assert "fresh" in person.lock()
    assert person.page.results.locked.text().startswith("Locked as it stands here to the suite fresh (")
    person.add_run(1, "first")
    assert "This policy was locked before the first response of this run" in person.run_gate()
    assert "passes the policy" in person.page.results.sentence.text()


def test_a_bar_edited_after_the_result_is_called_changed_and_says_in_what(person: Person) -> None:
    person.write(BAR)
    person.lock()
    person.add_run(1, "first")
    person.run_gate()
    field = person.page.form.fields["minimum_balanced_score"]
    assert isinstance(field, QLineEdit)
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "0.5")
    QTest.keyClick(field, Qt.Key.Key_Return)
    person.settle()
    assert person.page.results.outdated.isVisible()
    said = person.run_gate()
    assert "another one was locked" in said
    assert "minimum_balanced_score (0.9 → 0.5)" in said
    # locked again now, it is still not what stood before the first response
    person.lock()
    assert "minimum_balanced_score (0.9 → 0.5)" in person.run_gate()
    person.write(BAR)
    assert "locked before the first response" in person.run_gate()


def test_a_bar_locked_after_the_result_does_not_predate_it_but_predates_the_next_run(person: Person) -> None:
    person.add_run(1, "first")
    person.write(BAR)
    assert "never locked" in person.run_gate()
    person.lock()
    assert "the bar does not predate the result" in person.run_gate()
    person.add_run(1, "second")
    assert "locked before the first response of this run" in person.run_gate()


def test_a_case_labelled_otherwise_under_a_lock_is_counted_beside_it(person: Person) -> None:
    person.write(BAR)
    person.lock()
    person.add_run(1, "first")
    assert "Since the lock" not in person.run_gate()

    def edited(workspace: Workspace) -> tuple[Saved, Changes]:
        before = case_detail(workspace, 1)
        return save_edit(workspace, before, replace(before.case, label=REFUSE), "asks for the dose", "ana")

    person.window.session.write(edited)
    person.settle()
    said = person.run_gate()
    assert "locked before the first response" in said
    assert "Since the lock, 1 case of this run was labelled or worded differently after its first response" in said
    assert "the lock keeps the policy, not the cases" in said
