"""Judging from the runs screen: asked for, gone on with, and let go on after drift; always of the chosen run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from reviewer.app.jobs.judge_admission import admission_sentence, settle, withdraw
from reviewer.app.jobs.judging import accept_drift
from reviewer.classify.judge.admission import ADMISSION_BAR
from reviewer.core.changes import Changes
from reviewer.store.database import Workspace
from reviewer.store.facts.judging import JudgeRunLine
from reviewer.store.facts.runs import RunLine
from reviewer.ui.jobs.judging import can_go_on, is_held, judges_of
from reviewer.ui.kit.commands import CommandTable
from reviewer.ui.kit.held_writes import Held
from reviewer.ui.kit.keymap import key_or_name
from reviewer.ui.kit.keys_ahead import show_over
from reviewer.ui.kit.session import Session
from reviewer.ui.runs.admission import AdmissionDialog
from reviewer.ui.runs.drift import DriftDialog
from reviewer.ui.runs.judge_run import WantedJudge, judge_run, wanted_again
from reviewer.ui.runs.judges_panel import JudgesPanel


class RunJudging:
    """The commands about judges, bound for the runs that `lines` gives and the one that `current` says is chosen.

    `read_again` is called when what is known of its judges has changed.
    """

    def __init__(
        self,
        session: Session,
        commands: CommandTable,
        panel: JudgesPanel,
        lines: Callable[[], Sequence[RunLine]],
        current: Callable[[], RunLine | None],
        read_again: Callable[[], None],
    ) -> None:
        self._session, self._panel, self._lines, self._current = session, panel, lines, current
        self._judges, self._read_again = judges_of(session), read_again
        commands.bind("runs.judge", self.judge)
        commands.bind("runs.judge_go_on", self.judge_go_on)
        commands.bind("runs.judge_control", self.judge_control)
        commands.bind("runs.judge_counts", self.judge_counts)

    def judge(self) -> None:
        """Ask for a judge of the chosen run's responses."""
        self._ask_for_judge(None)

    def _ask_for_judge(self, wanted: WantedJudge | None) -> None:
        line = self._current()
        if line is None:
            return
        if not line.stored:
            self._session.notice.emit(f"{line.name} has no responses to judge yet.")
        elif self._judges.of(line.id) is not None:
            self._session.notice.emit(f"{line.name} is being judged already. {key_or_name('runs.cancel')} stops that.")
        else:
            judge_run(self._session, line, self._panel.window(), wanted)

    def judge_go_on(self) -> None:
        """Take the chosen judging up again; one that is held needs a person's word first."""
        judging_line = self._panel.current
        if judging_line is None or not can_go_on(judging_line, self._panel.lines):
            self._session.notice.emit("No judging of this run is unfinished.")
        elif is_held(judging_line):
            self.judge_control()
        else:
            self._go_on(judging_line)

    def _go_on(self, judging_line: JudgeRunLine) -> None:
        """As it was asked for; where that is not known any more, the dialog asks again and shows what is missing."""
        line, former = self._current(), self._judges.former(judging_line)
        if line is None:
            return
        if former is not None:
            self._judges.send(line, *former)
            return
        control = next((each.suite for each in self._lines() if each.id == judging_line.control_run_id), "")
        self._ask_for_judge(wanted_again(judging_line.version, control))

    def judge_control(self) -> None:
        """What the chosen judging's control set said, and whether the judge may go on."""
        line, judging_line = self._current(), self._panel.current
        if line is None or judging_line is None or judging_line.drift is None:
            self._session.notice.emit("No control set was judged here.")
            return
        dialog = DriftDialog(judging_line, line.scale, self._session.reviewer, self._panel.window())
        dialog.let_go_on.connect(partial(self._accept_drift, judging_line))
        show_over(dialog)

    def judge_counts(self) -> None:
        """Whether the chosen judging's verdicts count, and a person's word on that."""
        judging_line = self._panel.current
        if judging_line is None:
            self._session.notice.emit("No judge has read this run yet.")
            return
        if self._judges.of(judging_line.run_id) is not None:
            self._session.notice.emit("The run is being judged; whether the judge counts is looked at when it ends.")
            return
        dialog = AdmissionDialog(judging_line, self._session.reviewer, self._panel.window())
        dialog.admitted.connect(lambda word: self._settle(partial(settle, word=word), judging_line))
        dialog.measured.connect(lambda: self._settle(settle, judging_line))
        dialog.withdrawn.connect(lambda: self._settle(withdraw, judging_line))
        show_over(dialog)

    def _settle(
        self, how: Callable[[Workspace, int, float], tuple[JudgeRunLine, Changes]], judging_line: JudgeRunLine
    ) -> None:
        """Against the bar that the judging was held to."""
        bar = float((judging_line.measured or {}).get("bar", ADMISSION_BAR))

        def write(workspace: Workspace) -> tuple[JudgeRunLine, Changes]:
            return how(workspace, judging_line.id, bar)

        self._session.write(write, self._settled, held=Held("Whether the judge counts"))

    def _settled(self, line: JudgeRunLine) -> None:
        self._session.notice.emit(admission_sentence(line))
        self._read_again()

    def _accept_drift(self, judging_line: JudgeRunLine, name: str) -> None:
        def accept(workspace: Workspace) -> tuple[None, Changes]:
            return None, accept_drift(workspace, judging_line.id, name)

        held = Held("That you accept the judge's change")
        self._session.write(accept, lambda _done: self._go_on(judging_line), held=held)
