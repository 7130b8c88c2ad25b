"""The gate screen by keyboard: form and file say the same, the answer is the command line's, cases are gone to."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QLineEdit,
    QMenu,
    QMessageBox,
    QPlainTextEdit,
)
from pytestqt.qtbot import QtBot

from reviewer.app.figures.gating import gate, gate_document
from reviewer.app.policy_templates import POLICY_TEMPLATES
from reviewer.app.reporting import gate_facts
from reviewer.app.suites import new_suite
from reviewer.core.actions import DEFAULT_SCALE
from reviewer.core.changes import Changes
from reviewer.core.scoring.policy import policy
from reviewer.host.paths import resources_folder
from reviewer.report.junit import write_junit
from reviewer.store.database import Workspace, open_workspace
from reviewer.store.facts.runs import Classified, RunLine
from reviewer.store.facts.suites import StoredSuite
from reviewer.store.queries import runs
from reviewer.store.queries.policies import policy_locks
from reviewer.store.queries.suites import suite_named
from reviewer.ui.compare.page import ComparePage
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.gate.form import MovementMenu
from reviewer.ui.gate.page import GatePage
from reviewer.ui.gate.results import LOCK_FIRST, NO_RUN, NO_SUITE
from reviewer.ui.kit.session import Session
from reviewer.ui.review.page import ReviewPage
from tests.support.builders import make_case, make_response, make_run, make_suite
from tests.ui.conftest import Fill, Settle
from tests.ui.test_failed_reads import break_it

EVERY = POLICY_TEMPLATES["Every rule, to choose from"]
SAMPLE = resources_folder().parent / "sample_cases" / "release-policy.toml"
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


class Desk:
    """The gate screen of the demo, the newest run against the one before it."""

    def __init__(self, window: MainWindow, settle: Settle) -> None:
        self.window, self.session, self._settle = window, window.session, settle
        window.session.read(runs.runs, self._choose)
        self.settle()
        window.show_page("gate")
        self.settle()

    def _choose(self, lines: list[RunLine]) -> None:
        self.lines = lines
        self.session.run_id, self.session.second_run_id = lines[0].id, lines[1].id

    @property
    def page(self) -> GatePage:
        page = self.window.pages["gate"]
        assert isinstance(page, GatePage)
        return page

    def settle(self) -> None:
        QApplication.processEvents()
        self._settle(self.session)
        QApplication.processEvents()

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.window.focusWidget() or self.window, key, modifier)
        self.settle()

    def begin(self, text: str) -> None:
        self.page.draft.begin(text)

    def run(self, text: str) -> None:
        self.begin(text)
        self.press(Qt.Key.Key_F5)

    def type_text(self, text: str) -> None:
        self.page.text.edit.setPlainText(text)

    def field(self, key: str) -> QLineEdit:
        field = self.page.form.fields[key]
        assert isinstance(field, QLineEdit)
        return field

    def fill(self, key: str, typed: str) -> None:
        field = self.field(key)
        field.setFocus()
        field.selectAll()
        QTest.keyClick(field, Qt.Key.Key_Backspace)
        QTest.keyClicks(field, typed)
        QTest.keyClick(field, Qt.Key.Key_Return)
        QApplication.processEvents()

    def choose_rule(self, name: str) -> int:
        """By keyboard from the first rule on; the row of the first with this name."""
        assert self.page.results.found is not None
        names = [rule.name for rule in self.page.results.found.outcome.rules]
        self.page.results.rules.setFocus()
        self.press(Qt.Key.Key_Home, CONTROL)
        for _ in range(names.index(name)):  # type: ignore[arg-type]
            self.press(Qt.Key.Key_Down)
        return names.index(name)  # type: ignore[arg-type]

    @property
    def document(self) -> dict[str, object]:
        assert self.page.results.found is not None
        return dict(gate_document(self.page.results.found.outcome))

    def dialog(self, name: str) -> QFileDialog:
        found = self.window.findChild(QFileDialog, name)
        assert isinstance(found, QFileDialog)
        return found


@pytest.fixture
def desk(window: MainWindow, demo_session: Session, settle: Settle) -> Desk:
    assert demo_session is window.session
    return Desk(window, settle)


def test_the_answer_is_the_command_lines(desk: Desk, demo_copy: Path) -> None:
    for text in (*POLICY_TEMPLATES.values(), SAMPLE.read_text("utf-8")):
        if not policy(tomllib.loads(text)).asks:
            continue
        desk.run(text)
        workspace = open_workspace(demo_copy)
        told = gate(workspace, policy(tomllib.loads(text)), desk.lines[0].name, desk.lines[1].name)
        workspace.close()
        assert desk.document == json.loads(json.dumps(gate_document(told)))
        rules = desk.page.results.rules.figures.table.rows
        assert [row[1] for row in rules] == [rule.name for rule in told.rules]
        assert told.sentence == desk.page.results.sentence.text()


def test_a_field_changes_its_line_and_the_text_its_field(desk: Desk) -> None:
    desk.begin(SAMPLE.read_text("utf-8"))
    desk.fill("minimum_skill", "0,3")
    changed = SAMPLE.read_text("utf-8").replace("minimum_skill = 0.15", "minimum_skill = 0.3")
    assert desk.page.text.edit.toPlainText() == changed == desk.page.draft.text
    desk.type_text(changed.replace("minimum_skill = 0.3", "minimum_skill = 0.45"))
    assert desk.field("minimum_skill").text() == "0.45"
    desk.fill("minimum_skill", "")
    assert "minimum_skill" not in tomllib.loads(desk.page.draft.text)
    desk.page.text.edit.undo()
    assert tomllib.loads(desk.page.draft.text)["minimum_skill"] == 0.45
    assert desk.field("minimum_skill").text() == "0.45"


def test_every_field_of_the_form_says_what_the_file_says(desk: Desk) -> None:
    desk.begin("")
    form = desk.page.form.fields
    typed = {"name": "mine", "minimum_alpha": "-0.5", "maximum_broken": "3", "maximum_slice_loss": ".1"}
    for key, words in typed.items():
        desk.fill(key, words)
    trade, undecided, cases = form["no_trade"], form["undecided"], form["protected_cases"]
    movements = form["forbidden_movement"]
    assert isinstance(trade, QCheckBox)
    assert isinstance(undecided, QComboBox)
    assert isinstance(cases, QPlainTextEdit)
    assert isinstance(movements, MovementMenu)
    QTest.keyClick(trade, Qt.Key.Key_Space)
    undecided.setFocus()
    QTest.keyClick(undecided, Qt.Key.Key_Down)
    cases.setFocus()
    QTest.keyClicks(cases, "a, b")
    QTest.keyClick(cases, Qt.Key.Key_Return)
    QTest.keyClicks(cases, "c")
    trade.setFocus()
    movements.actions_by_word["slid:more_cautious"].trigger()
    assert tomllib.loads(desk.page.draft.text) == {
        "name": "mine",
        "minimum_alpha": -0.5,
        "maximum_broken": 3,
        "maximum_slice_loss": 0.1,
        "no_trade": True,
        "undecided": "pass",
        "protected_cases": ["a, b", "c"],
        "forbidden_movement": ["slid:more_cautious"],
    }
    QTest.keyClick(trade, Qt.Key.Key_Space)
    assert "no_trade" not in tomllib.loads(desk.page.draft.text)


def test_what_is_no_value_is_said_and_changes_nothing(desk: Desk) -> None:
    desk.begin(EVERY)
    desk.fill("minimum_skill", "7")
    assert "minimum_skill is 7.0 in the policy" in desk.page.form.problem.text()
    assert desk.page.draft.text == EVERY
    desk.fill("minimum_skill", "much")
    assert "'much'" in desk.page.form.problem.text()
    desk.fill("minimum_skill", "0.2")
    assert not desk.page.form.problem.isVisible()


def test_a_text_that_is_no_toml_says_where(desk: Desk) -> None:
    desk.begin(EVERY)
    wrong = EVERY.replace("minimum_skill = 0.15", "minimum_skill = = 2")
    desk.type_text(wrong)
    line = wrong.split("\n").index("minimum_skill = = 2") + 1
    assert desk.page.text.problem.text().startswith(f"▸ Line {line}: This is not TOML")
    assert [each.cursor.blockNumber() for each in desk.page.text.edit.extraSelections()] == [line - 1]
    assert not desk.page.form.isEnabled()
    desk.page.run()
    assert f"Line {line}" in desk.window.notices.text
    desk.type_text(EVERY)
    assert desk.page.form.isEnabled()
    assert not desk.page.text.problem.isVisible()


def test_an_answer_to_another_policy_says_so(desk: Desk) -> None:
    desk.run(EVERY)
    assert not desk.page.results.outdated.isVisible()
    desk.fill("minimum_skill", "0.9")
    assert desk.page.results.outdated.isVisible()
    desk.window.setFocus()
    desk.press(Qt.Key.Key_F5)
    assert not desk.page.results.outdated.isVisible()


def test_a_policy_about_a_change_needs_the_version_before(desk: Desk) -> None:
    desk.page.options.second.setFocus()
    desk.press(Qt.Key.Key_Home)
    desk.run(EVERY)
    assert "Choose that version under Against" in desk.window.notices.text
    assert desk.page.results.found is None


def test_the_cases_of_broken_are_those_that_the_rule_names(desk: Desk) -> None:
    desk.run(EVERY)
    desk.choose_rule("broken")
    chosen = desk.page.results.rule
    assert chosen is not None
    found = desk.page.results.found
    assert found is not None
    rule = next(rule for rule in found.outcome.rules if rule.name == "broken")
    named = rule.found.partition(": ")[2].split(", ")
    assert [each.case for each in chosen[1].cases if each.said.startswith("broken")] == named
    desk.page.results.compare.setFocus()
    desk.press(Qt.Key.Key_C)
    assert desk.window.page == "compare"
    compare = desk.window.pages["compare"]
    assert isinstance(compare, ComparePage)
    desk.settle()
    assert {row.key for row in compare.cases.model.rows} <= {each.case for each in chosen[1].cases}
    assert set(named) <= {row.key for row in compare.cases.model.rows}


@pytest.mark.parametrize("name", ["balanced score", "reviewed share", "worst slice", "broken"])
def test_one_key_reviews_the_cases_of_a_rule(desk: Desk, name: str) -> None:
    desk.run(EVERY)
    desk.choose_rule(name)
    chosen = desk.page.results.rule
    assert chosen is not None
    assert chosen[0].partition(":")[0] in desk.page.results._title.text(), "also where its row is out of sight"
    wanted = {each.case for each in chosen[1].cases}
    assert wanted
    desk.page.results.cases.setCurrentIndex(desk.page.results.cases.cases.index(1))
    desk.press(Qt.Key.Key_O)
    assert desk.window.page == "review"
    review = desk.window.pages["review"]
    assert isinstance(review, ReviewPage)
    desk.settle()
    assert review.state.queue is not None
    assert len(review.state.queue.ids) == len(chosen[1].cases)
    shown = review.state.current
    assert shown is not None
    assert shown.left is not None
    assert shown.left.case.key == chosen[1].cases[1].case


def test_unsaved_edits_are_asked_about(desk: Desk, tmp_path: Path, settle: Settle) -> None:
    desk.begin(EVERY)
    desk.fill("minimum_skill", "0.9")
    edited = desk.page.draft.text
    for leave in (
        lambda: desk.page.files.begin("no_trade = true\n"),
        desk.window.close,
        lambda: desk.window.files.open(tmp_path / "other.sqlite"),
    ):
        leave()
        assert desk.page.unsaved.isVisible()
        desk.page.unsaved.keep.click()
        assert not desk.page.unsaved.isVisible()
        assert desk.page.draft.text == edited
        assert desk.window.isVisible()
    desk.page.files.begin("no_trade = true\n")
    desk.page.unsaved.discard.click()
    assert desk.page.draft.text == "no_trade = true\n"


def test_a_policy_is_saved_as_it_was_written(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_bytes(b"# mine\r\nminimum_skill = 0.1 # low\r\n")
    desk.page.files.read(path)
    desk.settle()
    desk.fill("minimum_skill", "0.2")
    assert "not saved" in desk.page.file.text()
    desk.press(Qt.Key.Key_S, CONTROL)
    assert path.read_bytes() == b"# mine\r\nminimum_skill = 0.2 # low\r\n"
    assert "not saved" not in desk.page.file.text()
    desk.press(Qt.Key.Key_S, CONTROL | SHIFT)
    dialog = desk.dialog("gate.save")
    edit = dialog.findChild(QLineEdit, "fileNameEdit")
    assert isinstance(edit, QLineEdit)
    edit.selectAll()
    QTest.keyClicks(edit, str(tmp_path / "again"))
    QTest.keyClick(edit, Qt.Key.Key_Return)
    desk.settle()
    assert (tmp_path / "again.toml").read_bytes() == path.read_bytes()


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"\xff\xfe\x00", "not UTF-8"), (b"#" * 400_000, "longer than a policy"), (None, "cannot be read")],
)
def test_a_file_that_is_no_policy_is_a_sentence(desk: Desk, tmp_path: Path, content: bytes | None, said: str) -> None:
    path = tmp_path / "policy.toml"
    if content is not None:
        path.write_bytes(content)
    before = desk.page.draft.text
    desk.page.files.read(path)
    desk.settle()
    assert said in desk.window.notices.text
    assert desk.page.draft.text == before


def test_a_policy_is_locked_after_a_question(desk: Desk, demo_copy: Path) -> None:
    desk.run(EVERY)
    desk.press(Qt.Key.Key_L, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    box = desk.window.findChild(QMessageBox, "gate.lock")
    assert isinstance(box, QMessageBox)
    assert desk.session.reviewer in box.text()
    box.reject()
    desk.window.activateWindow()
    desk.settle()
    assert desk.document["lock"]["state"] == "never"  # type: ignore[index]
    desk.press(Qt.Key.Key_L, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    box = next(each for each in desk.window.findChildren(QMessageBox) if each.isVisible())
    QTest.keyClick(box, Qt.Key.Key_Return)
    desk.settle()
    workspace = open_workspace(demo_copy)
    locks = policy_locks(workspace, desk.lines[0].suite_id)
    workspace.close()
    assert [lock.hash for lock in locks] == [policy(tomllib.loads(EVERY)).hash]
    assert desk.document["lock"]["state"] == "after"  # type: ignore[index]
    assert "the bar does not predate the result" in desk.page.results.about.text()


def test_a_suite_without_a_run_is_chosen_and_locked_before_its_first_response(desk: Desk, demo_copy: Path) -> None:
    def work(workspace: Workspace) -> tuple[StoredSuite, Changes]:
        return new_suite(workspace, name="fresh & new", scale=DEFAULT_SCALE)

    desk.session.write(work)
    desk.settle()
    desk.page.refresh()
    desk.settle()
    desk.begin(EVERY)
    desk.press(Qt.Key.Key_L, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    menu = desk.page.findChild(QMenu, "gate.suites")
    assert isinstance(menu, QMenu)
    assert [action.text() for action in menu.actions()] == [desk.lines[0].suite, "fresh && new"]
    QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Return)
    desk.settle()
    box = desk.window.findChild(QMessageBox, "gate.lock")
    assert isinstance(box, QMessageBox)
    assert "fresh & new" in box.text()
    QTest.keyClick(box, Qt.Key.Key_Return)
    desk.settle()
    workspace = open_workspace(demo_copy)
    fresh = suite_named(workspace, "fresh & new")
    locked, others = policy_locks(workspace, fresh.id), policy_locks(workspace, desk.lines[0].suite_id)
    workspace.close()
    assert [lock.hash for lock in locked] == [policy(tomllib.loads(EVERY)).hash]
    assert not others


def test_the_answer_is_exported_as_the_command_line_writes_it(desk: Desk, demo_copy: Path, tmp_path: Path) -> None:
    desk.run(EVERY)
    here, there = tmp_path / "here.xml", tmp_path / "there.xml"
    found = desk.page.results.found
    assert found is not None
    desk.page.files.write_junit(found.outcome, str(here))
    desk.settle()
    workspace = open_workspace(demo_copy)
    told = gate(workspace, policy(tomllib.loads(EVERY)), desk.lines[0].name, desk.lines[1].name)
    workspace.close()
    write_junit(gate_facts(told), there)
    assert here.read_bytes() == there.read_bytes()


def test_what_is_being_edited_is_there_again(desk: Desk, demo_copy: Path, tmp_path: Path, qtbot: QtBot) -> None:
    desk.begin(EVERY)
    desk.fill("minimum_skill", "0.9")
    edited = desk.page.draft.text
    desk.page.leave()
    desk.settle()
    desk.page.draft.discard()
    desk.session.open(tmp_path / "other.sqlite", create=True)
    desk.settle()
    assert desk.page.draft.text != edited
    desk.session.open(demo_copy, create=False)
    desk.settle()
    assert desk.page.draft.text == EVERY


def shown_gate(window: MainWindow, settle: Settle) -> GatePage:
    window.show_page("gate")
    settle(window.session)
    page = window.pages["gate"]
    assert isinstance(page, GatePage)
    return page


def test_without_a_suite_a_policy_can_be_written_and_the_next_step_is_to_import(
    window: MainWindow, open_filled: Callable[[Fill], None], settle: Settle
) -> None:
    open_filled(lambda _workspace: None)
    page = shown_gate(window, settle)
    assert page.results.sentence.text() == NO_RUN
    assert page.results.steps.text() == NO_SUITE
    assert page.results.next.text() == window.commands["file.import"].text()
    assert page.text.edit.isVisible()
    assert page.form.isVisible()
    assert not page.options.isVisible()
    assert not page.lock_button.isEnabled()
    QTest.keyClick(page.text.edit, Qt.Key.Key_F5)
    settle(window.session)
    assert NO_RUN in window.notices.text


def test_before_its_first_run_a_policy_is_locked_by_keyboard_and_the_screen_says_so(
    window: MainWindow, open_filled: Callable[[Fill], None], settle: Settle
) -> None:
    open_filled(lambda workspace: make_suite(workspace, [make_case("one")], "fresh"))
    page = shown_gate(window, settle)
    assert page.results.steps.text() == LOCK_FIRST
    assert page.results.next.text() == window.commands["runs.new"].text()
    assert page.results.locked.text() == ""
    QTest.keyClick(window.focusWidget() or window, Qt.Key.Key_L, CONTROL | SHIFT)
    settle(window.session)
    box = window.findChild(QMessageBox, "gate.lock")
    assert isinstance(box, QMessageBox)
    QTest.keyClick(box, Qt.Key.Key_Return)
    settle(window.session)
    assert page.results.locked.isVisible()
    assert page.results.locked.text().startswith("Locked as it stands here to the suite fresh (")
    page.draft.begin(EVERY)
    assert not page.results.locked.isVisible(), "another policy is not locked"


def test_with_one_run_a_rule_about_a_change_says_that_there_is_no_version_before(
    window: MainWindow, open_filled: Callable[[Fill], None], settle: Settle
) -> None:
    def fill(workspace: Workspace) -> None:
        suite = make_suite(workspace, [make_case("one")])
        make_run(workspace, suite, [Classified(make_response("one"))])

    open_filled(fill)
    page = shown_gate(window, settle)
    page.draft.begin(EVERY)
    QTest.keyClick(page.text.edit, Qt.Key.Key_F5)
    settle(window.session)
    assert "This suite has one run only" in window.notices.text


def test_a_gate_that_cannot_read_its_run_says_so(desk: Desk, demo_session: Session, demo_copy: Path) -> None:
    told: list[object] = []
    demo_session.tasks.failed.connect(told.append)
    break_it(demo_copy)

    desk.run(EVERY)

    assert told
    assert desk.window.notices.text
    assert not desk.page.state.is_busy


def test_the_key_for_a_new_policy_opens_the_templates_and_waits_for_nothing(desk: Desk) -> None:
    desk.press(Qt.Key.Key_N, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    menu = QApplication.activePopupWidget()
    assert menu is desk.page.files.menu
    QTest.keyClick(menu, Qt.Key.Key_Return)
    desk.settle()
    assert desk.page.draft.text == next(iter(POLICY_TEMPLATES.values()))
