"""Every command of the window in one table: menus, shortcuts, the palette and the help page are made from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from reviewer.ui.kit.positions import KeysByPlace

MOST_ACTIONS = 9
UI_SCALES = (100, 125, 150, 175, 200)
REPEATED = {
    "next",
    "previous",
    "extend_next",
    "extend_previous",
    "page_down",
    "page_up",
    "next_evidence",
    "next_difference",
    "previous_difference",
    "previous_evidence",
    "next_turn",
    "previous_turn",
    "larger",
    "smaller",
}


@dataclass(frozen=True)
class Command:
    """`keys` in Qt's portable form; `page` empty means everywhere; `menu` empty keeps it out of the menus."""

    id: str
    text: str
    keys: tuple[str, ...] = ()
    page: str = ""
    menu: str = ""


def _decide_commands() -> Iterator[Command]:
    for number in range(1, MOST_ACTIONS + 1):
        yield Command(f"review.decide.{number}", f"Decide: action {number}", (str(number),), "review")
    for number in range(1, MOST_ACTIONS + 1):
        yield Command(f"review.decide_right.{number}", f"Decide right: action {number}", (f"Shift+{number}",), "review")


def _settle_commands() -> Iterator[Command]:
    for number in range(1, MOST_ACTIONS + 1):
        yield Command(f"adjudicate.settle.{number}", f"Settle: action {number}", (str(number),), "adjudicate")


COMMANDS: tuple[Command, ...] = (
    Command("file.new", "New workspace…", ("Ctrl+N",), menu="File"),
    Command("file.open", "Open workspace…", ("Ctrl+O",), menu="File"),
    Command("file.demo", "Open the demo workspace", menu="File"),
    Command("file.import", "Import cases or a run…", ("Ctrl+I",), menu="File"),
    Command("file.paste", "Import a pasted table…", ("Ctrl+Shift+V",), menu="File"),
    Command("file.template", "Save a template…", menu="File"),
    Command("file.export", "Export…", ("Ctrl+E",), menu="File"),
    Command("file.packet_send", "Send review packets…", menu="File"),
    Command("file.packet_take", "Take in a review packet…", menu="File"),
    Command("file.verify", "Verify a bundle…", menu="File"),
    Command("file.imports", "Imports, and taking one back…", menu="File"),
    Command("file.bin", "Recently deleted…", menu="File"),
    Command("file.undelete", "Bring back what was deleted last", ("Ctrl+Shift+Z",), menu="File"),
    Command("file.backup", "Back up the workspace…", menu="File"),
    Command("file.restore", "Restore a backup…", menu="File"),
    Command("file.encrypt", "Encrypt this workspace…", menu="File"),
    Command("file.passphrase", "Change the passphrase…", menu="File"),
    Command("file.decrypt", "Remove the encryption…", menu="File"),
    Command("file.lock", "Lock the window", ("Ctrl+L",), menu="File"),
    Command("file.quit", "Quit", ("Ctrl+Q",), menu="File"),
    Command("go.cases", "Cases", ("Ctrl+1",), menu="Go"),
    Command("go.runs", "Runs", ("Ctrl+2",), menu="Go"),
    Command("go.review", "Review", ("Ctrl+3",), menu="Go"),
    Command("go.compare", "Compare", ("Ctrl+4",), menu="Go"),
    Command("go.score", "Score", ("Ctrl+5",), menu="Go"),
    Command("go.reports", "Reports", ("Ctrl+6",), menu="Go"),
    Command("go.agreement", "Agreement", ("Ctrl+7",), menu="Go"),
    Command("go.adjudicate", "Adjudicate", ("Ctrl+8",), menu="Go"),
    Command("go.gate", "Gate", ("Ctrl+9",), menu="Go"),
    Command("view.larger", "Larger text", ("Ctrl++", "Ctrl+="), menu="View"),
    Command("view.smaller", "Smaller text", ("Ctrl+-",), menu="View"),
    Command("view.offline", "Work offline: on or off", menu="View"),
    Command("view.theme_system", "Theme: as the system", menu="View"),
    Command("view.theme_light", "Theme: light", menu="View"),
    Command("view.theme_dark", "Theme: dark", menu="View"),
    *(
        Command(f"view.scale_{percent}", f"Scale: {percent} % from the next start", menu="View")
        for percent in UI_SCALES
    ),
    Command("view.reviewer", "Your name and interests…", menu="View"),
    Command("view.keys", "Change keys…", menu="View"),
    Command("view.session", "Breaks, and texts that stay covered…", menu="View"),
    Command("view.lock", "Lock by itself…", menu="View"),
    Command("view.palette", "Command palette…", ("Ctrl+K",), menu="View"),
    Command("cases.search", "Search cases", ("Ctrl+F",), "cases", "Cases"),
    Command("cases.new", "New case", ("Ctrl+Shift+N",), "cases", "Cases"),
    Command("cases.edit", "Edit the case", ("F2",), "cases", "Cases"),
    Command("cases.uncover", "Show the covered text", ("Ctrl+U",), "cases", "Cases"),
    Command("cases.save", "Save the case", ("Ctrl+S",), "cases", "Cases"),
    Command("cases.close", "Close the editor", ("Esc",), "cases", "Cases"),
    Command("cases.retire", "Retire or bring back the selected cases", ("Ctrl+R",), "cases", "Cases"),
    Command("cases.delete", "Delete the selected cases", ("Del",), "cases", "Cases"),
    Command("cases.delete_suite", "Delete the suite…", (), "cases", "Cases"),
    Command("cases.export_erase", "Export everything of the suite, then erase it…", (), "cases", "Cases"),
    Command("cases.retention", "How long the suite is kept…", (), "cases", "Cases"),
    Command("cases.new_suite", "New suite…", (), "cases", "Cases"),
    Command("cases.rescale", "Change the suite's scale…", (), "cases", "Cases"),
    Command("cases.plan", "What the suite can find…", (), "cases", "Cases"),
    Command("cases.dispute", "Dispute the label…", ("L",), "cases", "Cases"),
    Command("cases.responses", "Responses to the case", ("Ctrl+Return",), "cases", "Cases"),
    Command("cases.undo", "Undo retiring", ("Ctrl+Z",), "cases", "Cases"),
    Command("runs.new", "New run…", ("Ctrl+Shift+R",), menu="Run"),
    Command("runs.resume", "Resume the run", ("F5",), "runs", "Run"),
    Command("runs.send", "Send a part of the run, or more repeats…", ("Shift+F5",), "runs", "Run"),
    Command("runs.pause", "Pause or resume the run", ("F7",), "runs", "Run"),
    Command("runs.cancel", "Cancel the run or its judging", ("Esc",), "runs", "Run"),
    Command("runs.batch_save", "Save the run's missing requests as a batch file…", (), "runs", "Run"),
    Command("runs.batch_read", "Read the results of a batch…", (), "runs", "Run"),
    Command("runs.review", "Review the run", ("Return",), "runs", "Run"),
    Command("runs.judge", "Judge this run…", ("Ctrl+J",), "runs", "Run"),
    Command("runs.judge_go_on", "Resume the judging", ("F6",), "runs", "Run"),
    Command("runs.judge_control", "What the judge's control set said…", ("Shift+F6",), "runs", "Run"),
    Command("runs.judge_counts", "Whether the judge's verdicts count…", ("Ctrl+Shift+J",), "runs", "Run"),
    Command("runs.classify", "Classify the run again by the rules", (), "runs", "Run"),
    Command("runs.delete", "Delete the run", ("Del",), "runs", "Run"),
    Command("runs.carry_over", "Carry decisions over from another run…", (), "runs", "Run"),
    Command("runs.agreement", "Agreement of classifiers and people on the run", (), "runs", "Run"),
    Command("review.next", "Next response", ("J", "Down", "Right"), "review", "Review"),
    Command("review.previous", "Previous response", ("K", "Up", "Left"), "review", "Review"),
    Command("review.first", "First response", ("Home",), "review", "Review"),
    Command("review.last", "Last response", ("End",), "review", "Review"),
    Command("review.page_down", "Read on in the response", ("PgDown",), "review", "Review"),
    Command("review.page_up", "Read back in the response", ("PgUp",), "review", "Review"),
    Command("review.next_evidence", "Next underlined part, and why", ("W",), "review", "Review"),
    Command("review.previous_evidence", "Underlined part before, and why", ("Shift+W",), "review", "Review"),
    Command("review.on", "Uncover, else read on, else the next undecided", ("Space",), "review", "Review"),
    Command("review.next_undecided", "Next undecided response", ("Shift+Space",), "review", "Review"),
    Command("review.queues", "Queues, by number or name…", ("Q",), "review", "Review"),
    Command("review.plan", "Draw a review queue…", ("Shift+Q",), "review", "Review"),
    Command("review.go_to", "Go to a case…", ("G", "Ctrl+P"), "review", "Review"),
    Command("review.search", "Search requests and responses…", ("/", "Ctrl+Shift+F"), "review", "Review"),
    Command("review.twin", "Contrast twin, and back", ("T",), "review", "Review"),
    Command("review.flag", "Flag, or take the flag off", ("F",), "review", "Review"),
    Command("review.skip", "Skip without a decision", ("S",), "review", "Review"),
    Command("review.extend_next", "Select on", ("Shift+J", "Shift+Down"), "review", "Review"),
    Command("review.extend_previous", "Select back", ("Shift+K", "Shift+Up"), "review", "Review"),
    Command("review.find", "Find in the text; again: in the next one", ("Ctrl+F",), "review", "Review"),
    Command("review.cannot_decide", "Cannot decide", ("0",), "review", "Review"),
    Command("review.cannot_decide_right", "Cannot decide right", ("Shift+0",), "review", "Review"),
    Command("review.accept", "Agree with the verdict", ("A",), "review", "Review"),
    Command("review.accept_right", "Agree with the right verdict", ("Shift+A",), "review", "Review"),
    Command("review.adjudicate", "Next decision settles the disagreement", ("D",), "review", "Review"),
    Command("review.dispute", "Dispute the label…", ("L",), "review", "Review"),
    Command("review.note", "Note", ("N",), "review", "Review"),
    Command("review.guideline", "Guideline and rationale", ("H",), "review", "Review"),
    Command("review.undo", "Undo the last decision", ("U",), "review", "Review"),
    Command("review.redo", "Redo what was undone last", ("R",), "review", "Review"),
    Command("review.earlier", "Show or fold earlier turns", ("E",), "review", "Review"),
    Command("review.reasoning", "Show or fold the model's reasoning", ("M",), "review", "Review"),
    Command("review.next_turn", "Next turn of the conversation; Return opens it", ("Alt+Down",), "review", "Review"),
    Command("review.previous_turn", "Turn before; Return opens it", ("Alt+Up",), "review", "Review"),
    Command("review.verdict", "Show or hide the automatic verdict", ("V",), "review", "Review"),
    Command("review.blind", "Blind review, or its end", ("B",), "review", "Review"),
    Command("review.blind_settings", "How blind the review is…", ("Shift+B",), "review", "Review"),
    Command("review.judges", "What judges said, in full…", ("I",), "review", "Review"),
    Command("review.history", "Everything that people decided here…", ("Y",), "review", "Review"),
    Command("review.ask_again", "Ask this case again…", ("Shift+F5",), "review", "Review"),
    Command("review.forerunners", "What it was answered before it was asked again…", ("Shift+E",), "review", "Review"),
    Command("review.side_by_side", "Second run beside this one", ("Shift+S",), "review", "Review"),
    Command("review.difference", "Show or hide what differs in the two responses", ("X",), "review", "Review"),
    Command("review.next_difference", "Next difference", ("F8",), "review", "Review"),
    Command("review.previous_difference", "Difference before", ("Shift+F8",), "review", "Review"),
    Command("compare.table", "Chart or table", ("T",), "compare", "Compare"),
    Command("compare.sure", "How sure: show or fold the statistics", ("H",), "compare", "Compare"),
    Command("compare.policy", "Hold it against a policy file…", ("P",), "compare", "Compare"),
    Command("compare.next", "Next case", ("J",), "compare", "Compare"),
    Command("compare.previous", "Previous case", ("K",), "compare", "Compare"),
    Command("compare.uncover", "Show the covered texts", ("Ctrl+U",), "compare", "Compare"),
    Command("compare.matrix", "To the flip matrix", ("M",), "compare", "Compare"),
    Command("compare.list", "To the list of cases", ("L",), "compare", "Compare"),
    Command("compare.difference", "Show or hide what differs in the two responses", ("X",), "compare", "Compare"),
    Command("compare.next_difference", "Next difference", ("F8",), "compare", "Compare"),
    Command("compare.previous_difference", "Difference before", ("Shift+F8",), "compare", "Compare"),
    Command("compare.find", "Find in the text; again: in the next one", ("Ctrl+F",), "compare", "Compare"),
    Command("compare.review", "Open the case in Review", ("O",), "compare", "Compare"),
    Command("compare.report", "Report of these two runs", ("R",), "compare", "Compare"),
    Command("compare.copy", "Copy the comparison as text", ("Ctrl+Shift+C",), "compare", "Compare"),
    Command("score.copy", "Copy the score as text", ("Ctrl+Shift+C",), "score", "Score"),
    Command("score.table", "Charts or tables", ("T",), "score", "Score"),
    Command("score.versions_view", "Versions: rulers, scores or points", ("V",), "score", "Score"),
    Command("score.next_slice", "Versions: next slice", ("S",), "score", "Score"),
    Command("score.previous_slice", "Versions: previous slice", ("Shift+S",), "score", "Score"),
    Command("score.report", "Report of the run, or of the two", ("R",), "score", "Score"),
    Command("score.agreement", "Agreement of classifiers and people on the run", (), "score", "Score"),
    Command("agreement.differing", "Show me the disagreements", ("D",), "agreement", "Agreement"),
    Command("agreement.apart", "Show where classifiers differ", ("W",), "agreement", "Agreement"),
    Command("agreement.table", "Shaded cells or a table", ("T",), "agreement", "Agreement"),
    Command("adjudicate.next", "Next dispute", ("J", "Down"), "adjudicate", "Adjudicate"),
    Command("adjudicate.previous", "Previous dispute", ("K", "Up"), "adjudicate", "Adjudicate"),
    Command("adjudicate.page_down", "Uncover, else read on", ("Space", "PgDown"), "adjudicate", "Adjudicate"),
    Command("adjudicate.page_up", "Read back", ("PgUp",), "adjudicate", "Adjudicate"),
    Command("adjudicate.cannot_decide", "It cannot be decided; the label stays", ("0",), "adjudicate", "Adjudicate"),
    Command(
        "adjudicate.cause.label_wrong", "They differ because the label is wrong", ("W",), "adjudicate", "Adjudicate"
    ),
    Command(
        "adjudicate.cause.response_ambiguous",
        "They differ because the response is ambiguous",
        ("R",),
        "adjudicate",
        "Adjudicate",
    ),
    Command(
        "adjudicate.cause.guideline_unclear",
        "They differ because the guideline is unclear",
        ("G",),
        "adjudicate",
        "Adjudicate",
    ),
    Command("adjudicate.cause.slip", "They differ by a slip", ("S",), "adjudicate", "Adjudicate"),
    Command("adjudicate.note", "Note", ("N",), "adjudicate", "Adjudicate"),
    Command("adjudicate.party", "Settle it although you are a party", ("Y",), "adjudicate", "Adjudicate"),
    Command("adjudicate.labels", "Disputed labels, or responses", ("L",), "adjudicate", "Adjudicate"),
    Command("adjudicate.guideline", "Guideline and rationale", ("H",), "adjudicate", "Adjudicate"),
    Command("adjudicate.undo", "Undo what you settled last", ("U",), "adjudicate", "Adjudicate"),
    Command("reports.export", "Export the report…", ("Ctrl+S",), "reports", "Report"),
    Command("reports.export_encrypted", "Export the report encrypted…", ("Ctrl+Shift+E",), "reports", "Report"),
    Command("reports.cancel", "Stop making or writing the report", ("Esc",), "reports", "Report"),
    Command("reports.again", "Make the report again", ("F5",), "reports", "Report"),
    Command("reports.choices", "To what the report shows", ("C",), "reports", "Report"),
    Command("reports.preview", "To the report", ("P",), "reports", "Report"),
    Command("reports.find", "Find in the report", ("Ctrl+F",), "reports", "Report"),
    Command("reports.policy", "Hold it against a policy file…", ("Shift+P",), "reports", "Report"),
    Command("reports.template", "Save these choices as a template…", ("Ctrl+Shift+S",), "reports", "Report"),
    Command("reports.bundle", "Export a signed bundle…", ("Ctrl+Shift+B",), "reports", "Report"),
    Command("reports.folder", "Open the folder of the written report", ("O",), "reports", "Report"),
    Command("gate.run", "Run the gate", ("F5", "Ctrl+Return"), "gate", "Gate"),
    Command("gate.new", "New policy…", ("Ctrl+Shift+N",), "gate", "Gate"),
    Command("gate.open", "Open a policy file…", ("Ctrl+Shift+O",), "gate", "Gate"),
    Command("gate.save", "Save the policy", ("Ctrl+S",), "gate", "Gate"),
    Command("gate.save_as", "Save the policy as…", ("Ctrl+Shift+S",), "gate", "Gate"),
    Command("gate.lock", "Lock the policy to the suite…", ("Ctrl+Shift+L",), "gate", "Gate"),
    Command("gate.junit", "Export the answer as JUnit XML…", ("Ctrl+Shift+J",), "gate", "Gate"),
    Command("gate.form", "To the form", ("F",), "gate", "Gate"),
    Command("gate.text", "To the policy's file", ("T",), "gate", "Gate"),
    Command("gate.rules", "To the rules", ("R",), "gate", "Gate"),
    Command("gate.review", "Review the rule's cases", ("O",), "gate", "Gate"),
    Command("gate.compare", "Compare the rule's cases", ("C",), "gate", "Gate"),
    Command("help.keys", "All keys", ("?", "F1"), menu="Help"),
    Command("help.method", "How the figures are computed", ("Shift+F1",), menu="Help"),
    Command("help.safety", "What is kept safe", ("Ctrl+F1",), menu="Help"),
    Command("help.about", "About Reviewer", menu="Help"),
    *_decide_commands(),
    *_settle_commands(),
)


class CommandTable(QObject):
    """One QAction for each command. Views bind what it does; a page's commands work while it is shown.

    `begun` comes before a command does anything; `is_running` while it does.
    """

    begun = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.is_running = False
        self._actions: dict[str, QAction] = {}
        self._bound: dict[str, Callable[[], object]] = {}
        self._page = ""
        self._held = False
        for command in COMMANDS:
            action = QAction(command.text, window)
            action.setObjectName(command.id)
            action.setEnabled(False)
            # a key that is held down moves on, and does nothing else twice
            action.setAutoRepeat(command.id.rpartition(".")[2] in REPEATED)
            action.triggered.connect(partial(self._run, command.id))
            window.addAction(action)
            self._actions[command.id] = action
        self.set_keys({command.id: command.keys for command in COMMANDS})
        KeysByPlace(window)

    def set_keys(self, keys: Mapping[str, Sequence[str]]) -> None:
        """Have each command called by these keys, in Qt's portable form."""
        for command in COMMANDS:
            action = self._actions[command.id]
            action.setShortcuts([QKeySequence(key) for key in keys[command.id]])
            told = f"{command.text} ({keys_text(action)})" if keys[command.id] else command.text
            action.setToolTip(told)

    def __getitem__(self, command_id: str) -> QAction:
        return self._actions[command_id]

    def bind(self, command_id: str, slot: Callable[[], object]) -> QAction:
        """Say what a command does. Each command is bound once, and again after it was released."""
        if command_id in self._bound:
            raise ValueError(f"the command {command_id} is bound twice")
        self._bound[command_id] = slot
        self._refresh()
        return self._actions[command_id]

    def release(self, page: str) -> None:
        """A page goes: its commands do nothing until the next one of its name binds them."""
        for command in COMMANDS:
            if command.page == page:
                self._bound.pop(command.id, None)
        self._refresh()

    def _run(self, command_id: str, _checked: bool = False) -> None:
        if self.is_running:
            self._bound[command_id]()  # a part of what another one does
            return
        self.begun.emit()
        self.is_running = True
        try:
            self._bound[command_id]()
        finally:
            self.is_running = False

    def is_bound(self, command_id: str) -> bool:
        return command_id in self._bound

    def show_page(self, page: str) -> None:
        self._page = page
        self._refresh()

    def hold(self, held: bool) -> None:
        """Whether nothing can be called but quitting."""
        self._held = held
        self._refresh()

    def _refresh(self) -> None:
        for command in COMMANDS:
            usable = command.id in self._bound and command.page in ("", self._page)
            usable = usable and (not self._held or command.id == "file.quit")
            self._actions[command.id].setEnabled(usable)

    def usable(self) -> list[tuple[Command, QAction]]:
        """The commands that do something on the page that is shown."""
        return [(command, self._actions[command.id]) for command in COMMANDS if self._actions[command.id].isEnabled()]


def keys_text(action: QAction) -> str:
    """Its keys as people read them."""
    return ", ".join(key.toString(QKeySequence.SequenceFormat.NativeText) for key in action.shortcuts())
