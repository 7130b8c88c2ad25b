"""Whether a judge's verdicts count: measured against people, or said by a person.

Judgings by one judge under one wording stand and fall together: what one of them shows holds for all. Those that were
made before judges were measured keep counting.
"""

from __future__ import annotations

from dataclasses import dataclass

from reviewer.classify.judge.admission import ADMISSION_BAR, JudgedPair, JudgeMeasure, check_bar, measure
from reviewer.core.actions import ActionScale, default_hold_back
from reviewer.core.changes import Changes
from reviewer.core.decisions import JudgeAdmission, final_action, standing_events
from reviewer.host.clock import now
from reviewer.store.database import Workspace
from reviewer.store.facts.judging import AdmissionWord, DecidedReply, JudgeKey, JudgeRunLine
from reviewer.store.queries import judging as queries
from reviewer.store.queries import runs
from reviewer.store.writes import judging as writes


@dataclass(frozen=True)
class PersonsWord:
    """Who lets a judge count that has not been measured, or not well enough, and why."""

    by: str
    why: str


def measured(workspace: Workspace, key: JudgeKey, scale: ActionScale, bar: float = ADMISSION_BAR) -> JudgeMeasure:
    """This judge under this wording against people, on all that they have decided of what it replied on.

    Raises InputError for a bar that no judge can be held to.
    """
    pairs = (_pair(reply) for reply in queries.decided_replies(workspace, key))
    return measure((pair for pair in pairs if pair is not None), default_hold_back(scale), check_bar(bar))


def _pair(reply: DecidedReply) -> JudgedPair | None:
    """None where people have not settled on an action."""
    people = final_action(reply.state, (), standing_events(reply.events, reply.hash)).action
    return None if people is None else JudgedPair(reply.key, people, reply.action, reply.control)


def settle(
    workspace: Workspace, judge_run_id: int, bar: float = ADMISSION_BAR, word: PersonsWord | None = None
) -> tuple[JudgeRunLine, Changes]:
    """Measure the judge of this judging again, and let its verdicts count or not by that and by a person's word.

    A word that was given before holds for what the judge says later. Where nothing is different nothing is written.
    Raises InputError for a word without a name or a reason.
    """
    with workspace.write():
        line = queries.judge_run(workspace, judge_run_id)
        key = JudgeKey(line.version.hash, line.prompt_hash)
        found = measured(workspace, key, runs.run_line(workspace, line.run_id).scale, bar)
        lines = queries.judge_runs_of(workspace, key)
        given = _word(found, word or _given_before(lines))
        behind = [each for each in lines if each.admission is not JudgeAdmission.BEFORE and not _says(each, given)]
        if not behind:
            return line, Changes()
        changes = writes.set_admission(workspace, judge_run_ids=[each.id for each in behind], word=given)
        return queries.judge_run(workspace, judge_run_id), changes


def withdraw(workspace: Workspace, judge_run_id: int, bar: float = ADMISSION_BAR) -> tuple[JudgeRunLine, Changes]:
    """Take a person's word back: the judge counts again by what was measured only."""
    with workspace.write():
        line = queries.judge_run(workspace, judge_run_id)
        key = JudgeKey(line.version.hash, line.prompt_hash)
        found = measured(workspace, key, runs.run_line(workspace, line.run_id).scale, bar)
        by_word = [each for each in queries.judge_runs_of(workspace, key) if each.admission is JudgeAdmission.PERSON]
        changes = writes.set_admission(workspace, judge_run_ids=[each.id for each in by_word], word=_word(found, None))
        return queries.judge_run(workspace, judge_run_id), changes


def _given_before(lines: list[JudgeRunLine]) -> PersonsWord | None:
    said = [each for each in lines if each.admission is JudgeAdmission.PERSON]
    return PersonsWord(said[-1].admitted_by, said[-1].admitted_why) if said else None


def _word(found: JudgeMeasure, word: PersonsWord | None) -> AdmissionWord:
    if word is not None:
        return AdmissionWord(JudgeAdmission.PERSON, found.as_json(), word.by, word.why, now())
    reached = JudgeAdmission.MEASURED if found.reached else JudgeAdmission.BELOW
    return AdmissionWord(reached if found.n else JudgeAdmission.NOT_MEASURED, found.as_json(), at=now())


def _says(line: JudgeRunLine, word: AdmissionWord) -> bool:
    """Whether the judging says this already; the time of a word is not looked at."""
    same = (line.admission, line.admitted_by, line.admitted_why) == (word.admission, word.by, word.why)
    return same and line.measured == word.measured


def admission_sentence(line: JudgeRunLine) -> str:
    """Whether the judge's verdicts count, and why, for people."""
    found = str((line.measured or {}).get("sentence", ""))
    match line.admission:
        case JudgeAdmission.BEFORE:
            return "Its verdicts count: they were given before judges were measured."
        case JudgeAdmission.PERSON:
            return f"Its verdicts count, because {line.admitted_by} says so: {line.admitted_why}. {found}".strip()
        case JudgeAdmission.MEASURED:
            return f"Its verdicts count. {found}"
        case JudgeAdmission.BELOW | JudgeAdmission.NOT_MEASURED:
            return f"Its verdicts are kept and shown, and not counted. {found}".strip()
