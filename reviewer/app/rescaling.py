"""A suite goes over to another scale of actions: what that would do, doing it, and taking it back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from reviewer.classify.actions import action_on
from reviewer.core.actions import ActionScale, default_hold_back
from reviewer.core.changes import Changes
from reviewer.core.decisions import Verdict
from reviewer.core.errors import InputError
from reviewer.core.guidelines import next_guideline
from reviewer.core.rescaling import (
    Answers,
    RescaleCounts,
    Rescaled,
    Rescaling,
    ScaleUse,
    back_answers,
    outcome,
    scale_name,
)
from reviewer.host.clock import now
from reviewer.store.database import Workspace
from reviewer.store.facts.suites import StoredRescaling, StoredSuite
from reviewer.store.queries import rescaling as queries
from reviewer.store.writes.rescaling import rescale_suite
from reviewer.store.writes.runs import append_verdicts
from reviewer.wording.plural import counted, noun

_NEAREST_NOTE = "; the scale has no "


@dataclass(frozen=True)
class RescaleResult:
    """What a rescaling does or did; `read_again` counts responses whose rules' reading is another action now than the
    answers alone would make of it. `guideline_stays`: people wrote one that speaks of the old scale."""

    rescaling: Rescaling
    use: ScaleUse
    done: Rescaled
    read_again: int
    guideline_stays: bool = False

    @property
    def sentences(self) -> list[str]:
        """For people: labels, bands, words of people, of classifiers."""
        before, after = scale_name(self.rescaling.before), scale_name(self.rescaling.after)
        held = ", ".join(self.rescaling.after[action].short_name for action in default_hold_back(self.rescaling.after))
        joined = ", ".join(self.rescaling.after[action].name for action in self.rescaling.joined)
        done, anew, other = self.done, self.read_again, "another action by what the rules read"
        return [
            f"From {before} to {after}. Holding back is from now on: {held}.",
            _said("label", done.labels, "labelled"),
            *_if(done.bands_widened, "band", "takes in what now lies between", "take in what now lies between"),
            *_if(done.bands_narrowed, "band", "loses an action or credit", "lose an action or credit"),
            _said("decision", done.decisions, "decided", "stand as they are", "stay and read as another action"),
            _said("response", done.verdicts, "classified", "keep their action", "read as another action"),
            *_if(anew, "response", f"gets {other}", f"get {other}"),
            *([f"Several old actions become one: {joined}. The histories keep what they were."] if joined else []),
            *(["The guideline stays as it is: look whether it fits the new scale."] if self.guideline_stays else []),
        ]

    def as_json(self) -> dict[str, object]:
        return {
            "from": list(self.rescaling.before.ids),
            "to": list(self.rescaling.after.ids),
            "map": dict(self.rescaling.answers),
            "hold_back": list(default_hold_back(self.rescaling.after)),
            "labels": self.done.labels._asdict(),
            "bands": {"widened": self.done.bands_widened, "narrowed": self.done.bands_narrowed},
            "decisions": self.done.decisions._asdict(),
            "responses": {**self.done.verdicts._asdict(), "read_again": self.read_again},
        }


def _if(number: int, kind: str, one: str, many: str) -> list[str]:
    return [f"{counted(number, kind)} {noun(number, one, many)}."] if number else []


def _said(
    kind: str, counts: RescaleCounts, done: str, stay: str = "stay as they are", other: str = "become another action"
) -> str:
    total = sum(counts)
    if not total:
        return f"No {kind}s."
    parts = [
        f"{counts.same:,} {stay}" if counts.same else "",
        f"{counts.other:,} {other}" if counts.other else "",
        f"{counts.again:,} must be {done} again" if counts.again else "",
    ]
    return f"{counted(total, kind)}: {', '.join(filter(None, parts))}."


def in_use(workspace: Workspace, suite: StoredSuite) -> tuple[ScaleUse, list[StoredRescaling]]:
    """What of the suite's scale is in use, and the rescalings that it has been through, oldest first."""
    return queries.scale_use(workspace, suite.id), queries.rescalings(workspace, suite.id)


def plan_rescaling(workspace: Workspace, suite: StoredSuite, rescaling: Rescaling) -> RescaleResult:
    """What it would do; nothing is written."""
    use = queries.scale_use(workspace, suite.id)
    again = sum(1 for _ in _read_again(workspace, suite.id, rescaling))
    written = suite.head.guideline
    stays = bool(written) and next_guideline(written, rescaling.before, rescaling.after) is None
    return RescaleResult(rescaling, use, outcome(use, rescaling), again, stays)


def rescale(
    workspace: Workspace, suite: StoredSuite, rescaling: Rescaling, *, reason: str, author: str, back: bool = False
) -> tuple[RescaleResult, Changes]:
    """Do it, in one transaction. What the rules read stays; where the new scale has another action for it than the
    answers give, that is appended as their verdict."""
    at = now()
    with workspace.write():
        result = plan_rescaling(workspace, suite, rescaling)
        anew = [(key, verdict, at) for key, verdict in _read_again(workspace, suite.id, rescaling)]
        changes = rescale_suite(
            workspace,
            suite_id=suite.id,
            rescaling=rescaling,
            reason=reason,
            author=author,
            at=at,
            back=back,
            guideline=next_guideline(suite.head.guideline, rescaling.before, rescaling.after),
        )
        if anew:
            changes |= append_verdicts(workspace, verdicts=anew)
    return result, changes


def way_back(workspace: Workspace, suite: StoredSuite, answers: Answers) -> Rescaling:
    """The way to the scale before the suite's last rescaling, with answers where it is not clear what was."""
    last = _last(workspace, suite)
    return Rescaling(suite.scale, last.before, {**back_answers(last), **answers})


def last_scale(workspace: Workspace, suite: StoredSuite) -> ActionScale:
    """The scale before the suite's last rescaling. Raises InputError where it always had the one that it has."""
    return _last(workspace, suite).before


def _last(workspace: Workspace, suite: StoredSuite) -> Rescaling:
    steps = queries.rescalings(workspace, suite.id)
    if not steps:
        raise InputError(f"The suite {suite.name!r} has always had this scale.", "Choose the scale that it is to have.")
    return steps[-1].rescaling


def _read_again(workspace: Workspace, suite_id: int, rescaling: Rescaling) -> Iterator[tuple[int, Verdict]]:
    """(response id, verdict) where the rules' reading is another action on the new scale than the answers give."""
    for response_id, said, action in queries.rules_verdicts(workspace, suite_id):
        if said.engagement is None:
            continue
        choice = action_on(
            rescaling.after,
            said.engagement,
            caveat=said.caveat,
            asks=said.asks,
            said_so=said.said_so is not False,
        )
        if choice.action != (None if action is None else rescaling.answers.get(action)):
            reason = said.reason.partition(_NEAREST_NOTE)[0]
            noted = "; ".join(filter(None, (reason, choice.note)))
            yield response_id, replace(said, action=choice.action, reason=noted)
