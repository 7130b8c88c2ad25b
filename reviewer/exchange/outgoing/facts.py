"""What an export for another tool is made of: cases, responses with what was said of them, and pairs of two runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from reviewer.core.actions import ActionScale
from reviewer.core.cases import Case, CaseKey, CaseStatus, SuiteHead
from reviewer.core.decisions import (
    Decision,
    DecisionKind,
    FinalAction,
    FinalSource,
    Verdict,
    final_action,
    standing_decisions,
)
from reviewer.core.responses import Response, ResponseState
from reviewer.core.scoring.credit import credit

_SPOKEN = frozenset({ResponseState.OK, ResponseState.TRUNCATED, ResponseState.UNKNOWN_END})
_BY_PEOPLE = frozenset({FinalSource.DECIDED, FinalSource.ADJUDICATED})


class Holds(StrEnum):
    """What a form is made of."""

    CASES = "cases"
    RESPONSES = "responses"
    PAIRS = "pairs"


@dataclass(frozen=True)
class OutgoingRun:
    """A run as other tools are told of it; times are RFC 3339, "" where nobody knows them."""

    name: str
    model: str
    created_at: str = ""
    finished_at: str = ""


@dataclass(frozen=True)
class OutgoingRow:
    """A response with its case as it is labelled now, the classifiers' latest verdicts on its text, and the words of
    people that stand, oldest first."""

    case: Case
    response: Response
    verdicts: tuple[Verdict, ...] = ()
    standing: tuple[Decision, ...] = ()

    @property
    def place(self) -> tuple[CaseKey, int]:
        return self.response.case, self.response.repeat

    @property
    def final(self) -> FinalAction:
        return final_action(self.response.state, self.verdicts, self.standing)

    @property
    def decided(self) -> bool:
        """Whether the final action is people's."""
        return self.final.source in _BY_PEOPLE

    @property
    def disputed(self) -> bool:
        return self.final.disputed or self.case.status is CaseStatus.DISPUTED

    @property
    def credit(self) -> float | None:
        """In [0, 1]; None without a label or a final action."""
        action = self.final.action
        if action is None or self.case.label is None or self.case.status is not CaseStatus.LABELLED:
            return None
        return credit(self.case.label, self.case.band, action)

    @property
    def speaks(self) -> bool:
        """Whether there is a text of the model's own, whole or cut."""
        return self.response.state in _SPOKEN and bool(self.response.text.strip())

    @property
    def failed(self) -> bool:
        """Whether nothing came back that could be shown in place of a response."""
        return self.response.state is ResponseState.ERROR or (
            self.response.state is ResponseState.NO_RESPONSE and not self.response.text.strip()
        )

    @property
    def people(self) -> tuple[Decision, ...]:
        """Each reviewer's latest word, then the adjudications."""
        adjudications = [event for event in self.standing if event.kind is DecisionKind.ADJUDICATION]
        return (*standing_decisions(self.standing).values(), *adjudications)

    @property
    def deciding(self) -> Decision | None:
        """The word that the final action is: the last adjudication, else the last decision with that action."""
        action = self.final.action
        said = [event for event in self.people if event.action == action]
        return said[-1] if said and self.decided else None


@dataclass(frozen=True)
class OutgoingPair:
    """Two runs' responses to the same repeat of the same request."""

    a: OutgoingRow
    b: OutgoingRow


@dataclass(frozen=True)
class Outgoing:
    """All that a form can be made of. What is there can be gone through again; `run` is there where responses are,
    `against` where pairs are."""

    suite: SuiteHead
    scale: ActionScale
    cases: Callable[[], Iterator[Case]]
    rows: Callable[[], Iterator[OutgoingRow]]
    pairs: Callable[[], Iterator[OutgoingPair]]
    run: OutgoingRun = OutgoingRun("", "")
    against: OutgoingRun = OutgoingRun("", "")


@dataclass(frozen=True)
class Written:
    """How many rows a file has, and what a person must know of it, in sentences."""

    count: int
    notes: tuple[str, ...] = ()
