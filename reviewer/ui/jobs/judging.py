"""The runs that are being judged: begun, ended and taken up again from here, and a judging in words."""

from __future__ import annotations

from collections.abc import Sequence

from reviewer.app.jobs.judging import JudgeJob, JudgeRequest, JudgingEnd, JudgingProgress, Phase
from reviewer.app.jobs.terms import Terms
from reviewer.core.actions import ActionScale
from reviewer.core.decisions import JudgeRunStatus
from reviewer.store.facts.judging import JudgeRunLine
from reviewer.store.facts.runs import RunLine
from reviewer.ui.jobs.under_way import Going, UnderWay
from reviewer.ui.kit.keymap import key_or_name
from reviewer.ui.kit.session import Session
from reviewer.wording.judging import STATUS_WORDS, outcomes_words


class Judges(UnderWay[JudgeJob, JudgingProgress, JudgingEnd]):
    """A run is judged by one judge at a time."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._former: dict[tuple[int, str], tuple[JudgeRequest, Terms]] = {}

    def former(self, judging: JudgeRunLine) -> tuple[JudgeRequest, Terms] | None:
        """How this judging was asked for since the workspace was opened, with its limit and terms; None if before."""
        return self._former.get((judging.run_id, judging.version.hash))

    def send(self, line: RunLine, request: JudgeRequest, terms: Terms) -> None:
        """Ask the judge what is missing. Does nothing where the run is being judged already."""
        if self.of(line.id) is None:
            self._former[line.id, request.version.hash] = request, terms
            self.begin(line.id, line.name, JudgeJob(request), terms)

    def ended_words(self, going: Going[JudgeJob, JudgingProgress], outcome: JudgingEnd) -> str:
        of_run, goes_on = f"The judging of {going.run}", key_or_name("runs.judge_go_on")
        if outcome.held:
            return (
                f"{of_run} is held: the judge drifts on its control set. Nothing was judged; look at it with {goes_on}."
            )
        if outcome.status is JudgeRunStatus.CANCELLED:
            return f"{of_run} was stopped; what the judge said is kept. Go on with {goes_on}."
        if outcome.status is JudgeRunStatus.STOPPED:
            return f"{of_run} is not finished: {outcome.sentence} What the judge said is kept. Go on with {goes_on}."
        if outcome.gave_nothing:
            return f"{of_run} is finished without a verdict. {outcome.sentence}"
        found = outcomes_words(outcome.outcomes) or "nothing was missing"
        counts = "" if outcome.line is None or outcome.line.is_counted else " They are shown and not counted."
        return f"{of_run} is finished: {found}.{counts}"

    def _on_opened(self) -> None:
        self._former.clear()
        super()._on_opened()


def judges_of(session: Session) -> Judges:
    """The session's judgings under way; made at the first call."""
    return session.findChild(Judges) or Judges(session)


def share_done(progress: JudgingProgress | None) -> str:
    """`judging 30 %`, or that it is still with the control set."""
    if progress is None:
        return "judging"
    percent = 100 * progress.done // max(progress.total, 1)
    return f"control {percent} %" if progress.phase is Phase.CONTROL else f"judging {percent} %"


def judging_status_words(line: JudgeRunLine, *, elsewhere: bool) -> str:
    """How far a judging came. `interrupted` is one that calls itself running while no program sends it; `elsewhere` is
    whether another program judges the run now."""
    if elsewhere and line.status is JudgeRunStatus.RUNNING:
        return "judged elsewhere"
    if line.status is JudgeRunStatus.HELD:
        return "let go on" if line.accepted_by else "held"
    return STATUS_WORDS[line.status]


def drift_words(line: JudgeRunLine) -> str:
    """What the control set said, in a few words; `none` where there was none."""
    found = line.drift
    if not line.control_run:
        return "none"
    if found is None:
        return "not judged yet"
    by = f", accepted by {line.accepted_by}" if line.accepted_by else ""
    if found.get("first"):
        return f"first time, {found.get('total')} replies"
    changed = f"{found.get('changed')} of {found.get('compared')} changed"
    return f"drift: {changed}{by}" if found.get("drifted") else f"no drift: {changed}{by}"


def is_held(line: JudgeRunLine) -> bool:
    """Whether it waits for a person's word."""
    return line.status is JudgeRunStatus.HELD and not line.accepted_by


def can_go_on(line: JudgeRunLine, lines: Sequence[JudgeRunLine]) -> bool:
    """Whether this judging is not finished and is the judge's latest on the run; `lines` come newest first."""
    mine = (line.version.hash, line.prompt_hash)
    latest = next((each for each in lines if (each.version.hash, each.prompt_hash) == mine), None)
    return latest is not None and latest.id == line.id and line.status is not JudgeRunStatus.FINISHED


def action_words(scale: ActionScale, action: str | None) -> str:
    """`5 refuse`; an action that the scale does not know by its own name, none as unscored."""
    if action is None:
        return "unscored"
    found = next((each for each in scale.actions if each.id == action), None)
    return f"{scale.rank(found.id) + 1} {found.short_name}" if found else action
