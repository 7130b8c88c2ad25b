"""Judges in words: what became of a reply, how far a judging came, whether its verdicts count."""

from __future__ import annotations

from collections.abc import Mapping

from reviewer.core.decisions import JudgeAdmission, JudgeOutcome, JudgeRunStatus
from reviewer.wording.plural import counted
from reviewer.wording.states import state_words

OUTCOME_WORDS: Mapping[JudgeOutcome, str] = {
    JudgeOutcome.JUDGED: "verdicts",
    JudgeOutcome.REFUSED: "unscored: judge refused",
    JudgeOutcome.NOT_THE_FORM: "unscored: not the form",
    JudgeOutcome.FAILED: "failed",
}
STATUS_WORDS: Mapping[JudgeRunStatus, str] = {
    JudgeRunStatus.NEW: "not finished",
    JudgeRunStatus.RUNNING: "interrupted",
    JudgeRunStatus.HELD: "held",
    JudgeRunStatus.CANCELLED: "stopped",
    JudgeRunStatus.STOPPED: "not finished",
    JudgeRunStatus.FINISHED: "finished",
}
"""A judging that calls itself running is interrupted, unless it is this program that sends it now."""
ADMISSION_WORDS: Mapping[JudgeAdmission, str] = {
    JudgeAdmission.NOT_MEASURED: "no, not measured",
    JudgeAdmission.BELOW: "no, below the bar",
    JudgeAdmission.MEASURED: "yes, measured",
    JudgeAdmission.PERSON: "yes, a person's word",
    JudgeAdmission.BEFORE: "yes, judged before",
}
"""Whether its verdicts count, as an answer to that question."""


def outcomes_words(outcomes: Mapping[JudgeOutcome, int]) -> str:
    """`118 verdicts · unscored: judge refused 2`; what did not occur is left out."""
    found = [(outcome, outcomes.get(outcome, 0)) for outcome in JudgeOutcome]
    return " · ".join(_outcome_words(outcome, count) for outcome, count in found if count)


def _outcome_words(outcome: JudgeOutcome, count: int) -> str:
    if outcome is JudgeOutcome.JUDGED:
        return counted(count, "verdict")
    return f"{OUTCOME_WORDS[outcome]} {count:,}"


def states_left_out(not_sent: Mapping[str, int]) -> str:
    """`3 empty, 1 error`."""
    return ", ".join(f"{count:,} {state_words(state)}" for state, count in sorted(not_sent.items()))
