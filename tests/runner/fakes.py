"""A clock that only moves when somebody sleeps, a store in memory, and requests."""

from __future__ import annotations

import random
from collections.abc import Sequence

import anyio.lowlevel

from reviewer.core.cases import CaseKey, Message, Role
from reviewer.core.responses import Response, ResponseState
from reviewer.endpoints.protocol import ChatRequest
from reviewer.runner.progress import Progress


class FakeTime:
    """Sleeping takes no time and moves the clock."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.slept: list[float] = []

    def clock(self) -> float:
        return self.now_s

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now_s += seconds
        await anyio.lowlevel.checkpoint()


class FullJitter(random.Random):
    """Jitter that always takes the whole wait."""

    def uniform(self, a: float, b: float) -> float:
        return b


class MemoryStore:
    """Remembers what was committed, and in which batches; also every progress and what was durable then."""

    def __init__(self) -> None:
        self.batches: list[list[Response]] = []
        self.told: list[Progress] = []

    @property
    def responses(self) -> list[Response]:
        return [response for batch in self.batches for response in batch]

    @property
    def states(self) -> dict[tuple[CaseKey, int], ResponseState]:
        return {(response.case, response.repeat): response.state for response in self.responses}

    async def commit(self, batch: Sequence[Response]) -> None:
        # a real store takes a moment, in which the run may be cancelled
        await anyio.lowlevel.checkpoint()
        self.batches.append(list(batch))

    def progress(self, progress: Progress) -> None:
        assert progress.done <= len(self.responses), "counted before it was durable"
        self.told.append(progress)


def requests_for(pairs: Sequence[tuple[CaseKey, int]]) -> list[ChatRequest]:
    return [
        ChatRequest(case, repeat, (Message(Role.USER, f"prompt {case}/{repeat}"),), "test-model")
        for case, repeat in pairs
    ]


def cases(count: int) -> list[CaseKey]:
    return [CaseKey(f"case-{number:04d}") for number in range(count)]


def requests(count: int) -> list[ChatRequest]:
    return requests_for([(case, 1) for case in cases(count)])
