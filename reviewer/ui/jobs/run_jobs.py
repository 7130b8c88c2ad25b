"""Everything that can go on with a run: a new kind of job about runs is a line here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from reviewer.ui.jobs.classifying import Classifying, classifying_of
from reviewer.ui.jobs.judging import Judges, judges_of
from reviewer.ui.jobs.running import Running, running_of
from reviewer.ui.jobs.under_way import Going, UnderWay
from reviewer.ui.kit.session import Session


@dataclass(frozen=True)
class RunJobs:
    sending: Running
    judging: Judges
    classifying: Classifying

    @property
    def kinds(self) -> tuple[UnderWay[Any, Any, Any], ...]:
        return self.sending, self.judging, self.classifying

    @property
    def run_ids(self) -> list[int]:
        """The runs with which anything goes on."""
        return list(dict.fromkeys(run_id for kind in self.kinds for run_id in kind.run_ids))

    def going(self, run_id: int) -> list[Going[Any, Any]]:
        """What goes on with a run and is not about to end."""
        found = [kind.of(run_id) for kind in self.kinds]
        return [going for going in found if going is not None and not going.ending]

    def end(self, run_id: int) -> None:
        """End what goes on with a run; what was stored is kept."""
        for kind in self.kinds:
            kind.end(run_id)

    def pause(self, run_id: int) -> bool:
        """Begin nothing new with a run, or go on where all is paused. False where nothing goes on.

        Where it waits for something outside, that is looked for at once instead.
        """
        paused = not self.pauses_nothing(run_id)
        for kind in self.kinds:
            kind.set_paused(run_id, paused)
        return bool(self.going(run_id))

    def pauses_nothing(self, run_id: int) -> bool:
        """Whether all that goes on with a run is paused or waits, so that it can only go on."""
        return not any(going.moves for going in self.going(run_id))


def jobs_of(session: Session) -> RunJobs:
    """What goes on with the runs of the session's workspace."""
    return RunJobs(running_of(session), judges_of(session), classifying_of(session))
