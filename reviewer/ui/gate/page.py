"""The gate screen: a policy as a form and as its file, and what it says of a run, rule by rule with its cases."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSplitter, QToolButton, QVBoxLayout, QWidget

from reviewer.app.policy_templates import POLICY_TEMPLATES
from reviewer.core.changes import Changes
from reviewer.core.scoring.score import Options
from reviewer.review.place import Picked
from reviewer.ui.cases.filters import UnsavedBar
from reviewer.ui.cases.page import CloseGuard
from reviewer.ui.gate.draft import PolicyDraft
from reviewer.ui.gate.files import PolicyFiles, ask_to_lock
from reviewer.ui.gate.form import PolicyForm
from reviewer.ui.gate.results import GateResults
from reviewer.ui.gate.state import Gated, Gating, kept_draft
from reviewer.ui.gate.text import PolicyTextPane
from reviewer.ui.kit.commands import CommandTable
from reviewer.ui.kit.keymap import tell_key
from reviewer.ui.kit.page import Grade, Page, grade_of_figures, row, section_label
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.theme import GRID
from reviewer.ui.review.response_pane import hairline
from reviewer.ui.score.cards import quiet_label
from reviewer.ui.score.options import ScoreOptions
from reviewer.wording.plain_text import preview

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
        self.files = PolicyFiles(session, self.draft, self.guard, self)
        self.title, self.file = section_label(), quiet_label()
        self.new_button = QToolButton()
        self.open_button, self.save_button = QPushButton("Open…"), QPushButton("Save")
        self.lock_button, self.run_button = QPushButton("Lock…"), QPushButton("Run the gate")
        self._after: Callable[[], object] | None = None
        self._begun = False
        self._close_guard = CloseGuard(
            lambda: self.has_unsaved_input, lambda: self.holds_back(self.window().close), self
        )
        self._lay_out()
        self._connect()
        self._bind(commands)

    def _lay_out(self) -> None:
        self.new_button.setText("New   ")
        self.new_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.new_button.setMenu(self.files.menu)
        tell_key(self.new_button, "gate.new", "Begin a policy from a template")
        tell_key(self.open_button, "gate.open", "Edit the policy of a file")
        tell_key(self.save_button, "gate.save", "Save the policy in its file")
        tell_key(self.lock_button, "gate.lock", "Lock the policy to the suite, so that it predates results")
        tell_key(self.run_button, "gate.run", "Hold the run against the policy")
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
        nothing = "There is no run to hold against a policy yet. Start a run, or import responses you already have."
        self._switch = self.fill(content, nothing, "runs.new")

    def _connect(self) -> None:
        self.state.changed.connect(self._show)
        self.state.failed.connect(self._failed)
        self.draft.changed.connect(self._show_draft)
        self.draft.replaced.connect(self._show_draft)
        self.options.runs_chosen.connect(self._choose_runs)
        self.options.options_chosen.connect(self._choose_options)
        self.results.case_opened.connect(self.review_cases)
        self.results.review.clicked.connect(lambda _checked=False: self.review_cases())
        self.results.compare.clicked.connect(lambda _checked=False: self.compare_cases())
        self.open_button.clicked.connect(lambda _checked=False: self.files.open())
        self.save_button.clicked.connect(lambda _checked=False: self.files.save())
        self.lock_button.clicked.connect(lambda _checked=False: self.lock())
        self.run_button.clicked.connect(lambda _checked=False: self.run())
        self.unsaved.keep_wanted.connect(self._keep_editing)
        self.unsaved.discard_wanted.connect(self._discard)
        self.unsaved.save_wanted.connect(lambda: self.files.save(self._go_on))

    def _bind(self, commands: CommandTable) -> None:
        for command, act in {
            "run": self.run,
            "new": self.new_button.showMenu,
            "open": self.files.open,
            "save": self.files.save,
            "save_as": self.files.save_as,
            "lock": self.lock,
            "junit": self.export_junit,
            "form": lambda: self.form.fields["name"].setFocus(),
            "text": self.text.edit.setFocus,
            "rules": self.results.rules.setFocus,
            "review": self.review_cases,
            "compare": self.compare_cases,
        }.items():
            commands.bind(f"gate.{command}", act)

    # showing

    def grade(self, changes: Changes) -> Grade:
        shown = self.state.shown
        lines = (shown.line, shown.against) if shown else ()
        return grade_of_figures(changes, [line.id for line in lines if line])

    def refresh(self) -> None:
        self._close_guard.watch(self.window())
        self.state.load()

    def _show(self, shown: Gated) -> None:
        self._switch.show_content(shown.line is not None)
        self._begin(shown)
        if shown.line is None:
            return
        self.options.show_runs(shown.lines, shown.line, shown.against)
        self.options.show_options(shown.options, shown.line.scale)
        self.results.show_run(shown.found)
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

    def _failed(self, error: Exception) -> None:
        self.not_read(error)

    def _show_draft(self) -> None:
        unsaved = " · not saved" if self.draft.is_unsaved else ""
        self.title.setText(preview(self.draft.title, 60))
        where = str(self.draft.path) if self.draft.path else "no file yet"
        self.file.setText(f"{preview(where, 90)}{unsaved}")
        policy = self.draft.policy
        self.run_button.setEnabled(policy is not None)
        self.lock_button.setEnabled(policy is not None)
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
        policy = self.draft.policy
        if policy is None:
            problem = self.draft.read.problem
            self.session.notice.emit(str(problem) if problem else "The policy asks nothing yet: give it a rule.")
            return
        self.state.keep(self.draft)
        self.state.run(policy)

    def lock(self) -> None:
        """Lock the policy to the suite of the run, after a question."""
        policy, shown = self.draft.policy, self.state.shown
        if policy is None or shown is None or shown.line is None:
            self.session.notice.emit("There is no policy that could be locked: it is wrong, or asks nothing yet.")
            return
        author = self.session.reviewer
        ask_to_lock(self.window(), preview(shown.line.suite), author, lambda: self.state.lock(policy, author))

    def export_junit(self) -> None:
        """The answer for a build server."""
        if self.results.found is None:
            self.session.notice.emit("The gate has not been run yet, so there is no answer to export.")
        else:
            self.files.export_junit(self.results.found.outcome)

    # the cases

    def review_cases(self, begin: int = -1) -> None:
        """Review the chosen rule's cases as a queue of their own, from the chosen one on."""
        chosen, found = self.results.rule, self.results.found
        if chosen is None or found is None or not chosen[1].cases:
            self.session.notice.emit("This rule has no cases to go to.")
            return
        cases = chosen[1].cases
        at = max(begin if begin >= 0 else self.results.cases.currentIndex().row(), 0)
        run_id, title = found.line.id, preview(chosen[0], 90)

        def go(ids: list[int], first: int) -> None:
            if not ids:
                self.session.notice.emit("The run has no response to these cases.")
                return
            self.session.pick(Picked(run_id, title, tuple(ids), first), run_id)
            self.commands["go.review"].trigger()

        self.state.find(found, cases, at, go)

    def compare_cases(self) -> None:
        """See the chosen rule's cases in both versions."""
        chosen, found = self.results.rule, self.results.found
        if chosen is None or found is None or found.against is None or not chosen[1].cases:
            self.session.notice.emit(
                "There is nothing to compare: the rule has no cases, or there is no version before."
            )
            return
        self.session.compared_cases = (preview(chosen[0], 90), frozenset(str(each.case) for each in chosen[1].cases))
        self.session.run_id, self.session.second_run_id = found.line.id, found.against.id
        self.session.selection_changed.emit()
        self.commands["go.compare"].trigger()

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
        self.guard(go_on)
        return True

    def guard(self, go_on: Callable[[], object]) -> None:
        """Do it now, or after the person has said what becomes of the unsaved edits."""
        if self.draft.is_unsaved:
            self._after = go_on
            self.unsaved.ask(preview(self.draft.title, 60))
        else:
            go_on()

    def _go_on(self) -> None:
        after, self._after = self._after, None
        self.unsaved.hide()
        if after is not None:
            after()

    def _discard(self) -> None:
        self.draft.discard()
        self._go_on()

    def _keep_editing(self) -> None:
        self._after = None
        self.unsaved.hide()
        self.text.edit.setFocus()

    def leave(self) -> None:
        if self._begun:
            self.state.keep(self.draft)

    def take_focus(self) -> None:
        if self._switch.is_empty:
            self._switch.setFocus()
        else:
            (self.results.rules if self.results.found else self.text.edit).setFocus()
