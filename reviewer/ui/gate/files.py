"""Policies from templates and files, saving them, and a gate's answer as JUnit XML."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QMenu, QMessageBox, QWidget

from reviewer.app.figures.gating import GateOutcome
from reviewer.app.policy_templates import POLICY_TEMPLATES
from reviewer.app.reporting import gate_facts
from reviewer.ui.exchange.files import choose_file
from reviewer.ui.gate.draft import PolicyDraft, policy_file
from reviewer.ui.kit.keys_ahead import show_over
from reviewer.ui.kit.left_plain import left_plain
from reviewer.ui.kit.session import Session
from reviewer.wording.plain_text import preview

POLICY_FILES = "Release policies (*.toml);;All files (*)"
JUNIT_FILES = "JUnit XML (*.xml)"

After = Callable[[], object]


class PolicyFiles(QObject):
    """`guard` is asked before another policy takes the place of one with unsaved edits."""

    def __init__(self, session: Session, draft: PolicyDraft, guard: Callable[[After], None], parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._draft, self._guard, self._window = session, draft, guard, parent
        self.menu = QMenu(parent)
        for name, text in POLICY_TEMPLATES.items():
            action = self.menu.addAction(name)
            action.triggered.connect(lambda _checked=False, text=text: self.begin(text))

    def begin(self, text: str) -> None:
        """A new policy, of which no file is yet."""
        self._guard(lambda: self._draft.begin(text))

    def choose(self) -> None:
        self._guard(
            lambda: choose_file(self._window.window(), "Release policy", self._folder(), POLICY_FILES, then=self.read)
        )

    def read(self, path: Path) -> None:
        """Edit this file; what is wrong with it is said in its text."""
        self._session.work(lambda: policy_file(path), lambda text: self._draft.begin(text, path))

    def save(self, then: After = bool) -> None:
        """Write the file that the policy is of, or ask for one; `then` is done when it is written."""
        if self._draft.path is None:
            self.save_as(then)
        else:
            self._write(self._draft.path, then)

    def save_as(self, then: After = bool) -> None:
        dialog = QFileDialog(self._window.window(), "Save the policy", self._folder(), POLICY_FILES)
        dialog.setObjectName("gate.save")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("toml")
        dialog.selectFile(self._draft.path.name if self._draft.path else "release-policy.toml")
        dialog.fileSelected.connect(lambda chosen: self._write(Path(chosen), then))
        show_over(dialog)

    def _write(self, path: Path, then: After) -> None:
        text = self._draft.text

        def done(written: Path) -> None:
            self._draft.was_saved(written, text)
            self._session.notice.emit(f"The policy was saved in {written}.")
            then()

        self._session.work(self._draft.saving(path), done)

    def _folder(self) -> str:
        return str(self._draft.path.parent if self._draft.path else Path.home())

    def export_junit(self, outcome: GateOutcome) -> None:
        """Ask where the answer is to go as JUnit XML, a test for each rule."""
        dialog = QFileDialog(self._window.window(), "Export the answer", self._folder(), JUNIT_FILES)
        dialog.setObjectName("gate.junit")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("xml")
        dialog.selectFile("gate.xml")
        dialog.fileSelected.connect(partial(self.write_junit, outcome))
        show_over(dialog)

    def write_junit(self, outcome: GateOutcome, chosen: str) -> None:
        from reviewer.report.junit import write_junit

        path, plain = Path(chosen), left_plain(self._session)

        def work() -> Path:
            write_junit(gate_facts(outcome), path)
            return path

        self._session.work(work, lambda done: self._session.notice.emit(f"The answer was written to {done}.{plain}"))


def choose_suite(button: QWidget, suites: Sequence[str], then: Callable[[str], None]) -> None:
    """A menu of all suites under the button, the first one marked."""
    menu = QMenu(button)
    menu.setObjectName("gate.suites")
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for suite in suites:
        action = menu.addAction(preview(suite).replace("&", "&&"))
        action.triggered.connect(lambda _checked=False, suite=suite: then(suite))
    open_under(button, menu)


def open_under(button: QWidget, menu: QMenu) -> None:
    """The menu under its button, the first entry marked. A button's own way would wait here until it is closed."""
    menu.setActiveAction(menu.actions()[0])
    menu.popup(button.mapToGlobal(button.rect().bottomLeft()))


def ask_to_lock(window: QWidget, suite: str, author: str, then: After) -> None:
    """A lock is for good: say so first."""
    box = QMessageBox(window)
    box.setObjectName("gate.lock")
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle("Lock the policy")
    box.setText(
        f"Lock these rules to the suite {suite}, as {author}? Runs that have no response yet can then show that the "
        "bar predates their result. A lock is kept for good; another policy can be locked after it."
    )
    box.setStandardButtons(QMessageBox.StandardButton.Cancel)
    lock = box.addButton("Lock", QMessageBox.ButtonRole.AcceptRole)
    lock.clicked.connect(lambda _checked=False: then())
    box.setDefaultButton(lock)
    show_over(box)
