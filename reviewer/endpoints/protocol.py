"""What the program asks of an endpoint, whatever wire protocol it speaks, and how an endpoint says that it failed."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from reviewer.core.cases import CaseKey, Message
from reviewer.core.errors import ExitStatus, KnownError
from reviewer.core.models import Sampling
from reviewer.core.responses import Response


@dataclass(frozen=True)
class ChatRequest:
    """One request: everything that is sent for (case, repeat). `repeat` counts from 1.

    `unasked` names the sampling parameters that nobody asked for: they are left out where the server refuses them.
    """

    case: CaseKey
    repeat: int
    messages: tuple[Message, ...]
    model: str
    sampling: Sampling = field(default_factory=Sampling)
    hash: str = ""
    """Identity of everything that is sent, where it is known; goes with the response."""
    unasked: frozenset[str] = frozenset()


class FaultKind(StrEnum):
    """What a failure means for the run; the client says it, the runner acts on it."""

    RETRY = "retry"
    GIVE_UP = "give_up"
    STOP_RUN = "stop_run"


class EndpointError(KnownError):
    """A request got no usable response.

    `what` and `remedy` are one sentence each and never contain a key. `retry_after_s` is the wait that the server
    asked for, `status` the HTTP status where there was one. `unreachable` says that no connection came about,
    `broke_off` that an answer had begun and was not brought to its end.
    `raw_body` is what the server answered, kept for the failed response.
    """

    def __init__(
        self,
        kind: FaultKind,
        what: str,
        remedy: str = "",
        *,
        retry_after_s: float | None = None,
        status: int | None = None,
        unreachable: bool = False,
        broke_off: bool = False,
        raw_body: bytes = b"",
    ) -> None:
        super().__init__(what, remedy)
        self.kind = kind
        self.retry_after_s = retry_after_s
        self.status = status
        self.unreachable = unreachable
        self.broke_off = broke_off
        self.raw_body = raw_body
        passing = kind is FaultKind.RETRY
        self.exit_status = ExitStatus.ENVIRONMENT_FAILED if passing or unreachable else ExitStatus.INPUT_WRONG

    @property
    def sentence(self) -> str:
        """What happened and what to do, as it is shown."""
        return str(self)


class UnsendableError(EndpointError):
    """A case holds something that the protocol has no form for; nothing was sent. No fault of the endpoint's."""

    def __init__(self, protocol: str, what: str) -> None:
        super().__init__(
            FaultKind.GIVE_UP,
            f"{protocol} cannot send {what}.",
            "Take it out of the case, or ask by a protocol that can.",
        )


def timed_out(timeout_s: float) -> EndpointError:
    """The error for an attempt that took longer than it may."""
    return EndpointError(
        FaultKind.RETRY,
        f"The endpoint did not answer within {timeout_s:g} s.",
        "Raise the timeout, or lower the concurrency, and resume the run.",
    )


class ChatProtocol(Protocol):
    """A connection to one endpoint. Every method but `aclose` raises EndpointError and nothing else that is known."""

    async def send(self, request: ChatRequest) -> Response:
        """The response to one request, in any state. Waits for the whole of it; never retries a failure."""
        ...

    async def list_models(self) -> list[str]:
        """The model ids that the endpoint names, in its order; may be empty."""
        ...

    async def aclose(self) -> None:
        """Close every connection."""
        ...
