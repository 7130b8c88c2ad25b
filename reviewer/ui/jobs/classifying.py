"""The runs whose responses the present rules are reading anew."""

from __future__ import annotations

from reviewer.app.jobs.classification import ClassifyJob
from reviewer.app.jobs.job import Counted
from reviewer.store.facts.runs import RunLine
from reviewer.ui.jobs.under_way import Going, UnderWay
from reviewer.ui.kit.session import Session
from reviewer.wording.plural import counted


class Classifying(UnderWay[ClassifyJob, Counted, Counted]):
    def classify(self, line: RunLine) -> None:
        """Let the present rules read every response that they have not read; other work goes on."""
        self.begin(line.id, line.name, ClassifyJob(line.id))

    def ended_words(self, going: Going[ClassifyJob, Counted], outcome: Counted) -> str:
        if not outcome.total:
            return f"The present rules have already read every response of {going.run}."
        stopped = "Stopped. " if outcome.stopped else ""
        read = counted(outcome.done, "response")
        return f"{stopped}The rules have read {read} of {going.run} anew; decisions stay as they are."


def classifying_of(session: Session) -> Classifying:
    """The session's runs that are being classified; made at the first call."""
    return session.findChild(Classifying) or Classifying(session)
