"""What travels between workspaces: a plan's share, and the decisions and disputes that come back. Plain facts."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from reviewer.core.actions import ActionId
from reviewer.core.bands import NO_BAND, Band
from reviewer.core.cases import Case, CaseKey, SuiteHead
from reviewer.core.decisions import Cause, DecisionKind, ReviewEventKind
from reviewer.core.responses import Response


@dataclass(frozen=True)
class TravellingDecision:
    """A decision, adjudication or undo as it travels: `uid` and `undoes` are the same in every workspace.

    `hidden` is what was out of sight when it was made, None where nobody knows.
    """

    uid: str
    case: CaseKey
    repeat: int
    response_hash: str
    scale_hash: str
    reviewer: str
    at: str
    action: ActionId | None = None
    kind: DecisionKind = DecisionKind.DECISION
    undoes: str = ""
    note: str = ""
    blind: bool = False
    bulk: bool = False
    seconds_spent: float | None = None
    cause: Cause | None = None
    hidden: tuple[str, ...] | None = None
    guideline_version: int | None = None
    origin: str = ""


@dataclass(frozen=True)
class TravellingDispute:
    """A disputed label as it travels: of the case as it was asked (`message_hash`), under the label version it had."""

    uid: str
    case: CaseKey
    message_hash: str
    label_version: int
    reviewer: str
    reason: str
    at: str
    label: ActionId | None = None
    band: Band = field(default_factory=lambda: NO_BAND)


@dataclass(frozen=True)
class TravellingMark:
    """A flag, its end, a skip or a look behind a blind review, as it travels: `revealed` is what was looked at.

    Such events have no name of their own: the same word of the same person at the same moment is the same event, and
    `nth` counts those that are equal in all of that.
    """

    case: CaseKey
    repeat: int
    response_hash: str
    reviewer: str
    kind: ReviewEventKind
    at: str
    revealed: tuple[str, ...] | None = None
    nth: int = 0

    @property
    def identity(self) -> tuple[object, ...]:
        return self.case, self.repeat, self.reviewer, self.kind, self.at, self.revealed, self.nth


@dataclass(frozen=True)
class PlacedResponse:
    """A response of a share in its place of the plan, with its inclusion probability there."""

    position: int
    probability: float
    response: Response


@dataclass(frozen=True)
class Share:
    """What one reviewer is to decide: the responses in the plan's order, and the cases that they answer."""

    cases: tuple[Case, ...]
    responses: tuple[PlacedResponse, ...]


@dataclass(frozen=True)
class KnownText:
    """A response that a run has: which text, and whether there is something to decide on."""

    response_id: int
    hash: str
    decidable: bool


class PacketKind(StrEnum):
    """A `share` is what a reviewer is to decide, `decisions` are what comes back."""

    SHARE = "share"
    DECISIONS = "decisions"


@dataclass(frozen=True)
class PacketHead:
    """What a packet is about. `token` names the run without saying its name: the SHA-256 of `salt` and name.

    `run` and `plan` are "" in a blind one. `uid` is the packet's own, the same each time it is taken in.
    """

    uid: str
    kind: PacketKind
    token: str
    salt: str
    suite: str
    scale_hash: str
    at: str
    reviewer: str = ""
    run: str = ""
    plan: str = ""
    design: str = "uniform"
    seed: int = 1
    needed: int = 1
    repeats: int = 1
    guideline_version: int = 1
    blind: bool = False
    format: int = 1


@dataclass(frozen=True)
class Packet:
    """A packet as its file has it; `suite` is None in one that brings decisions only."""

    head: PacketHead
    suite: SuiteHead | None = None
    cases: tuple[Case, ...] = ()
    responses: tuple[PlacedResponse, ...] = ()
    decisions: tuple[TravellingDecision, ...] = ()
    disputes: tuple[TravellingDispute, ...] = ()
    marks: tuple[TravellingMark, ...] = ()
