"""Telling an endpoint that is gone from requests that fail one by one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from reviewer.core.responses import Response
from reviewer.endpoints.protocol import ChatRequest, EndpointError, FaultKind

FAILURES_IN_A_ROW = 20
"""With as many more as are sent at once: after so many requests without one success nothing succeeds any more."""
REFUSALS_ALIKE = 5
"""So many first requests, or all where there are fewer, refused in the same words: the rest will be too."""
_REFUSED = 400
"""The least status of a refusal."""
_PASSING = re.compile(r"[0-9a-f-]{8,}|\d+", re.IGNORECASE)
"""Numbers and ids, which differ where the words are the same."""


@dataclass(frozen=True)
class Failed:
    """A request that was given up at a second of the run's clock, and the response of state `error` that it is."""

    request: ChatRequest
    response: Response
    at_s: float


class Breaker:
    """Counts requests that were given up in a row, and keeps those back that may pass until it is known what they were.

    Where a request that was begun later succeeds, they failed by themselves; where nothing succeeds any more, they are
    asked again once the endpoint is back. After Nygard, Release It!, 2018, chapter 5.
    """

    def __init__(self, at_once: int, total: int, *, has_answered: bool = False) -> None:
        self._most_unreachable = min(at_once + 2, total)
        self._most_failed = at_once + FAILURES_IN_A_ROW
        self._unreachable = self._failed = 0
        self._kept: list[Failed] = []
        self.has_succeeded = False
        self._most_alike = max(2, min(REFUSALS_ALIKE, total))
        self._refusals: list[tuple[int | None, str]] | None = None if has_answered else []

    def succeeded(self, begun_s: float) -> list[Failed]:
        """A request that was begun then was answered: those that had failed before that, which are kept no longer."""
        self._unreachable = self._failed = 0
        self.has_succeeded = True
        self._refusals = None
        known = [failed for failed in self._kept if failed.at_s <= begun_s]
        self._kept = [failed for failed in self._kept if failed.at_s > begun_s]
        return known

    def attempt_failed(self, fault: EndpointError) -> None:
        if not fault.unreachable:
            self._unreachable = 0

    def keep(self, failed: Failed) -> None:
        self._kept.append(failed)

    def given_up(self, fault: EndpointError) -> EndpointError | None:
        """The fault by which nothing succeeds any more, once that is so. A file that lacks a response is no failure."""
        if self._are_alike(fault):
            return EndpointError(
                FaultKind.STOP_RUN,
                f"The endpoint refuses all requests with one and the same answer: {fault.what}",
                fault.remedy,
                status=fault.status,
            )
        self._unreachable += fault.unreachable
        self._failed += fault.unreachable or fault.kind is FaultKind.RETRY or fault.status is not None
        if self._unreachable >= self._most_unreachable:
            return fault
        if self._failed >= self._most_failed:
            return EndpointError(
                FaultKind.STOP_RUN,
                f"The last {self._failed} requests all failed. The last of them: {fault.what}",
                "Look at the endpoint, then resume.",
                status=fault.status,
            )
        return None

    def _are_alike(self, fault: EndpointError) -> bool:
        """Whether enough requests were refused, all of them so, and none answered."""
        if self._refusals is None:
            return False
        is_refusal = fault.kind is FaultKind.GIVE_UP and fault.status is not None and fault.status >= _REFUSED
        self._refusals.append((fault.status, _PASSING.sub("#", fault.what)))
        if not is_refusal or self._refusals[-1] != self._refusals[0]:
            self._refusals = None
            return False
        return len(self._refusals) >= self._most_alike

    def taken(self) -> list[Failed]:
        """What is kept back; nothing is from now on."""
        kept, self._kept = self._kept, []
        return kept
