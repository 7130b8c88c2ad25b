"""What more than one person said: of the right action of a case, and of what a response did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from reviewer.core.actions import ActionId
from reviewer.core.bands import Band
from reviewer.core.cases import CaseKey


class AskedCase(NamedTuple):
    """A case as it was asked: another version of it has other messages."""

    key: CaseKey
    message_hash: str


class GivenLabel(NamedTuple):
    """A label with its band, as one person set them last."""

    label: ActionId
    band: Band


class ReviewedBy(NamedTuple):
    """On how many responses of a run a person's word stands, and on how many of them only a decision in bulk."""

    responses: int
    in_bulk: int


@dataclass(frozen=True)
class Opinions:
    """`labels` are each labeller's, by name; `disputed` has the actions that reviewers differ on, of each response on
    which their standing decisions are not the same, also where somebody has settled it. `versions` counts the labels
    that stand by their version, `open_disputes` those that somebody is against.
    """

    labels: Mapping[str, Mapping[AskedCase, GivenLabel]] = field(default_factory=dict)
    disputed: Mapping[tuple[CaseKey, int], frozenset[ActionId]] = field(default_factory=dict)
    versions: Mapping[int, int] = field(default_factory=dict)
    open_disputes: int = 0
