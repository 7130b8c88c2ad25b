"""The gate screen: a policy as a form and as its file, and what it says of a run, rule by rule with its cases."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSplitter, QVBoxLayout, QWidget

from reviewer.app.policy_templates import POLICY_TEMPLATES
from reviewer.core.changes import Changes
from reviewer.core.scoring.policy_lock import PolicyLock
from reviewer.core.scoring.score import Options
from reviewer.ui.cases.filters import UnsavedBar
from reviewer.ui.cases.page import CloseGuard
from reviewer.ui.gate.draft import PolicyDraft
from reviewer.ui.gate.files import PolicyFiles, ask_to_lock, choose_suite, open_under
from reviewer.ui.gate.form import PolicyForm
from reviewer.ui.gate.going import GoingToCases
from reviewer.ui.gate.guard import PolicyGuard
from reviewer.ui.gate.results import LOCK_FIRST, NO_RUN, NO_SUITE, GateResults
from reviewer.ui.gate.state import Gated, Gating, kept_draft
from reviewer.ui.gate.text import PolicyTextPane
from reviewer.ui.kit.commands import CommandTable
from reviewer.ui.kit.keymap import tell_key
from reviewer.ui.kit.menu_button import MenuButton
from reviewer.ui.kit.page import Grade, Page, grade_of_figures, row, section_label
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.theme import GRID
from reviewer.ui.review.response_pane import hairline
from reviewer.ui.score.cards import quiet_label
from reviewer.ui.score.options import ScoreOptions
from reviewer.wording.plain_text import plain_text, preview

FORM_WIDTH, TEXT_WIDTH = 44 * GRID, 40 * GRID


class GatePage(Page):
    """Edits a policy and runs it. The draft is the workspace's until it is saved in a file."""

    name = "gate"

    def __init__(self, session: Session, commands: CommandTable, parent: QWidget | None = None) -> None:
        super().__init__(session, commands, parent)
        self.state, self.draft = Gating(session, self), PolicyDraft(self)
        self.options = ScoreOptions(beside=True, names=("Run", "Against"))
        self.form, self.text, self.results = PolicyForm(self.draft), PolicyTextPane(self.draft), GateResults()
        self.unsaved = UnsavedBar()
        self.guard = PolicyGuard(self.draft, self.unsaved, self)
        self.files = PolicyFiles(session, self.draft, self.guard.guard, self)
        self.going = GoingToCases(self.state, self.results, commands)
        self.title, self.file = section_label(), quiet_label()
        self.new_button = MenuButton()
        self.open_button, self.save_button = QPushButton("Open…"), QPushButton("Save")
        self.lock_button, self.run_button = QPushButton("Lock…"), QPushButton("Run the gate")
        self._begun, self._next = False, "runs.new"
        self._close_guard = CloseGuard(
            lambda: self.has_unsaved_input, lambda: self.holds_back(self.window().close), self
        )
        self._lay_out()
        self._connect()
        self._bind(commands)

    def _lay_out(self) -> None:
        self.new_button.setText("New")
        self.new_button.setMenu(self.files.menu)
        tell_key(self.new_button, "gate.new", "Begin a policy from a template")
        tell_key(self.open_button, "gate.open", "Edit the policy of a file")
        tell_key(self.save_button, "gate.save", "Save the policy in its file")
        tell_key(self.lock_button, "gate.lock", "Lock the policy to the suite, so that it predates results")
        tell_key(self.run_button, "gate.run", "Hold the run against the policy")
        self.unsaved.setContentsMargins(2 * GRID, GRID // 2, 2 * GRID, GRID // 2)
        self.options.line.addWidget(self.run_button)
        self.options.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        head = row(self.title, self.new_button, self.open_button, self.save_button, self.lock_button)
        head.setStretch(0, 1)
        policy = QWidget()
        column = QVBoxLayout(policy)
        column.setContentsMargins(0, GRID, 0, GRID)
        heading = QVBoxLayout()
        heading.setContentsMargins(2 * GRID, 0, 0, 0)
        heading.addLayout(head)
        heading.addWidget(self.file)
        column.addLayout(heading)
        sides = QHBoxLayout()
        sides.setSpacing(GRID)
        sides.addWidget(self.form, 1)
        sides.addWidget(self.text, 1)
        column.addLayout(sides, 1)
        split = QSplitter()
        split.addWidget(policy)
        split.addWidget(self.results)
        split.setChildrenCollapsible(False)
        split.setStretchFactor(0, 1)
        split.setStretchFactor(1, 1)
        self.form.setMinimumWidth(FORM_WIDTH - 8 * GRID)
        self.text.setMinimumWidth(TEXT_WIDTH - 8 * GRID)
        self.results.setMinimumWidth(48 * GRID)
        split.setSizes([FORM_WIDTH + TEXT_WIDTH, 72 * GRID])
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for widget in (self.options, hairline(), self.unsaved):
            layout.addWidget(widget)
        layout.addWidget(split, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(content)

    def _connect(self) -> None:
        self.state.changed.connect(self._show)
        self.state.failed.connect(self.not_read)
        self.draft.changed.connect(self._show_draft)
        self.draft.replaced.connect(self._show_draft)
        self.options.runs_chosen.connect(self._choose_runs)
        self.options.options_chosen.connect(self._choose_options)
        self.open_button.clicked.connect(lambda _checked=False: self.files.choose())
        self.save_button.clicked.connect(lambda _checked=False: self.files.save())
        self.lock_button.clicked.connect(lambda _checked=False: self.lock())
        self.run_button.clicked.connect(lambda _checked=False: self.run())
        self.results.next_wanted.connect(lambda: self.commands[self._next].trigger())
        self.guard.kept.connect(self.text.edit.setFocus)
        self.guard.save_wanted.connect(lambda: self.files.save(self.guard.go_on))

    def _bind(self, commands: CommandTable) -> None:
        for command, act in {
            "run": self.run,
            "new": lambda: open_under(self.new_button, self.files.menu),
            "open": self.files.choose,
            "save": self.files.save,
            "save_as": self.files.save_as,
            "lock": self.lock,
            "junit": self.export_junit,
            "form": lambda: self.form.fields["name"].setFocus(),
            "text": self.text.edit.setFocus,
            "rules": self.results.rules.setFocus,
            "review": self.going.review,
            "compare": self.going.compare,
        }.items():
            commands.bind(f"gate.{command}", act)

    # showing

    def grade(self, changes: Changes) -> Grade:
        shown = self.state.shown
        if shown is not None and shown.line is None:
            return super().grade(changes)
        lines = (shown.line, shown.against) if shown else ()
        return grade_of_figures(changes, [line.id for line in lines if line])

    def refresh(self) -> None:
        self._close_guard.watch(self.window())
        self.state.load()

    def _show(self, shown: Gated) -> None:
        self._begin(shown)
        self.options.setVisible(shown.line is not None)
        if shown.line is None:
            self._show_no_run(shown)
            return
        self.options.show_runs(shown.lines, shown.line, shown.against)
        self.options.show_options(shown.options, shown.line.scale)
        self.results.show_run(shown.found)
        self._show_draft()

    def _show_no_run(self, shown: Gated) -> None:
        """The policy can be written and locked before there is anything to hold against it."""
        self._next = "runs.new" if shown.suites else "file.import"
        words = LOCK_FIRST if shown.suites else NO_SUITE
        self.results.show_nothing_yet(words, self.commands[self._next].text())
        self._show_draft()

    def _begin(self, shown: Gated) -> None:
        """The draft that the workspace remembers, or else the first of the templates."""
        if self._begun:
            return
        self._begun = True
        kept = kept_draft(shown.kept)
        if kept is not None:
            self.draft.begin(kept[0], kept[2], kept[1])
        else:
            self.draft.begin(next(iter(POLICY_TEMPLATES.values())))

    def _show_draft(self) -> None:
        unsaved = " · not saved" if self.draft.is_unsaved else ""
        self.title.setText(preview(self.draft.title, 60))
        where = str(self.draft.path) if self.draft.path else "no file yet"
        self.file.setText(f"{preview(where, 90)}{unsaved}")
        policy = self.draft.policy
        shown = self.state.shown
        self.run_button.setEnabled(policy is not None)
        self.lock_button.setEnabled(policy is not None and bool(shown and shown.suites))
        self.results.show_locked(_locked_words(policy.hash, shown.locked) if policy and shown else "")
        found = self.results.found
        self.results.show_outdated(found is not None and policy != found.outcome.policy)

    # choosing and running

    def _choose_runs(self, run_id: int, second_id: int) -> None:
        self.session.run_id, self.session.second_run_id = run_id, second_id or None
        self.session.selection_changed.emit()

    def _choose_options(self, options: Options) -> None:
        self.state.options = options
        self.state.load()

    def run(self) -> None:
        """Hold the run against the policy as it is written now."""
        policy, shown = self.draft.policy, self.state.shown
        if shown is not None and shown.line is None:
            self.session.notice.emit(NO_RUN)
            return
        if policy is None:
            problem = self.draft.read.problem
            self.session.notice.emit(str(problem) if problem else "The policy asks nothing yet: give it a rule.")
            return
        self.state.keep(self.draft)
        self.state.run(policy)

    def lock(self) -> None:
        """Lock the policy to a suite, after a question; also to one that has no run yet."""
        suites = self.state.shown.suites if self.state.shown else ()
        if self.draft.policy is None:
            self.session.notice.emit("There is no policy that could be locked: it is wrong, or asks nothing yet.")
        elif not suites:
            self.session.notice.emit("There is no suite yet that the policy could be locked to. Import or make one.")
        elif len(suites) == 1:
            self._ask_to_lock(suites[0])
        else:
            choose_suite(self.lock_button, suites, self._ask_to_lock)

    def _ask_to_lock(self, suite: str) -> None:
        policy, author = self.draft.policy, self.session.reviewer
        if policy is not None:
            ask_to_lock(self.window(), preview(suite), author, lambda: self.state.lock(policy, suite, author))

    def export_junit(self) -> None:
        """The answer for a build server."""
        if self.results.found is None:
            self.session.notice.emit("The gate has not been run yet, so there is no answer to export.")
        else:
            self.files.export_junit(self.results.found.outcome)

    # unsaved edits

    @property
    def has_unsaved_input(self) -> bool:
        return self.draft.is_unsaved

    def _refresh_if_shown(self) -> None:
        """Edits of the policy are no reason not to read the runs anew: reading touches none of them."""
        self._asked_for = True
        super()._refresh_if_shown()

    def holds_back(self, go_on: Callable[[], object]) -> bool:
        if not self.draft.is_unsaved:
            return False
        self.commands["go.gate"].trigger()
        self.guard.guard(go_on)
        return True

    def leave(self) -> None:
        self.keep_typed()

    def keep_typed(self) -> None:
        if self._begun:
            self.state.keep(self.draft)

    def take_focus(self) -> None:
        (self.results.rules if self.results.found else self.text.edit).setFocus()


def _locked_words(policy_hash: str, locked: Sequence[tuple[str, PolicyLock]]) -> str:
    """To which suites a policy is locked, since when and by whom."""
    own = [
        f"{preview(suite)} ({lock.at[:10]}, {preview(lock.author)})"
        for suite, lock in locked
        if lock.hash == policy_hash
    ]
    return plain_text(f"Locked as it stands here to the suite {', '.join(own)}.") if own else ""
