"""What people and classifiers said of a response, in words."""

from __future__ import annotations

from collections.abc import Callable

from reviewer.core.actions import ActionId, known_action
from reviewer.core.decisions import Decision, Verdict

SILENT = "it leaves something out and does not say so"
CANNOT_DECIDE = "cannot decide"


def reason_of(verdict: Verdict) -> str:
    """Why a classifier says so; a part that does not say that it is one is marked."""
    if verdict.said_so is not False or SILENT in verdict.reason:
        return verdict.reason
    return "; ".join(filter(None, (verdict.reason, SILENT)))


def word_of(decision: Decision, name: Callable[[ActionId], str]) -> str:
    """The action that a person chose; what was said on a former scale of the suite is told beside it."""
    if decision.said_as is None:
        return CANNOT_DECIDE if decision.action is None else name(decision.action)
    known = known_action(decision.said_as)
    former = known.short_name if known else decision.said_as.replace("_", " ")
    if decision.action is None:
        return f"{former} on the former scale, to be decided again"
    return f"{name(decision.action)} ({former} on the former scale)"
