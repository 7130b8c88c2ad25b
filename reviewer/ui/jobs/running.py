"""The runs that are being sent: begun, ended and resumed from here."""

from __future__ import annotations

from reviewer.app.jobs.sending import SendJob
from reviewer.app.jobs.terms import Terms
from reviewer.core.responses import ResponseState
from reviewer.runner.progress import Ending, Progress, RunOutcome
from reviewer.store.facts.runs import RunLine
from reviewer.ui.jobs.under_way import Going, UnderWay
from reviewer.ui.kit.keymap import key_or_name
from reviewer.ui.kit.session import Session


class Running(UnderWay[SendJob, Progress, RunOutcome]):
    def send(self, line: RunLine, job: SendJob | None = None, terms: Terms | None = None) -> None:
        """Send what the run lacks, or what the job says; without `terms` as the last time."""
        self.begin(line.id, line.name, job or SendJob(line.name), terms)

    def ended_words(self, going: Going[SendJob, Progress], outcome: RunOutcome) -> str:
        resume = key_or_name("runs.resume")
        name, failed = going.run, outcome.progress.states.get(ResponseState.ERROR, 0)
        if outcome.ending is Ending.STOPPED:
            return f"The run {name} stopped: {outcome.sentence} What was received is kept."
        if outcome.ending is Ending.CANCELLED:
            return f"The run {name} was cancelled; what was received is kept. Resume it with {resume}."
        if failed:
            return f"The run {name} is finished, but {failed} of its requests failed. {resume} sends these again."
        return f"The run {name} is finished."


def running_of(session: Session) -> Running:
    """The session's runs under way; made at the first call."""
    return session.findChild(Running) or Running(session)
