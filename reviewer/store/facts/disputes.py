"""What people said against labels, and how it was settled. Plain facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reviewer.core.actions import ActionId
from reviewer.core.bands import Band
from reviewer.core.cases import CaseKey


@dataclass(frozen=True)
class ProposedLabel:
    """The label and band that a dispute asks for; without a label it only says that the present one is wrong."""

    label: ActionId | None
    band: Band


@dataclass(frozen=True)
class LabelSettled:
    """How a dispute was settled: the label version that holds what was agreed, None where the label stays."""

    label_version: int | None
    author: str
    reason: str
    at: str


@dataclass(frozen=True)
class LabelDispute:
    """A disputed label: of which case version, under which label version, what is proposed, by whom and why.

    `present` is the label that the case has now. `settled` is None while it is open.
    """

    id: int
    uid: str
    case_id: int
    key: CaseKey
    label_version: int
    proposed: ProposedLabel
    present: ProposedLabel
    reviewer: str
    reason: str
    at: str
    settled: LabelSettled | None = None


@dataclass(frozen=True)
class DisputedResponse:
    """A response on which reviewers differ, and what each of them says of it now."""

    response_id: int
    key: CaseKey
    repeat: int
    said: Mapping[str, ActionId | None]
