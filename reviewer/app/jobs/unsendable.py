"""Which cases hold what a protocol has no form for: said before anything is sent, an error for each when it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reviewer.core.cases import Case, CaseKey
from reviewer.core.models import ModelVersion
from reviewer.wording.plural import counted, noun

if TYPE_CHECKING:
    from reviewer.endpoints.protocol import ChatRequest

MOST_NAMED = 3


def refusal(version: ModelVersion, request: ChatRequest) -> str:
    """Why the request cannot be made, in a sentence; empty where it can, or where nothing is sent at all."""
    from reviewer.endpoints.protocol import UnsendableError
    from reviewer.endpoints.registry import protocol_entry

    wire = protocol_entry(version.endpoint.protocol).wire
    if wire is None:
        return ""
    try:
        wire(version.endpoint).payload(request, frozenset())
    except UnsendableError as fault:
        return fault.what
    return ""


def unsendable_words(version: ModelVersion, cases: Iterable[Case]) -> str:
    """A sentence for each reason, naming some of the cases; empty where all can be sent. Sends nothing."""
    from reviewer.endpoints.protocol import ChatRequest

    found: dict[str, list[CaseKey]] = {}
    for case in cases:
        request = ChatRequest(case.key, 1, version.messages_for(case.messages), version.model, version.sampling)
        if why := refusal(version, request):
            found.setdefault(why, []).append(case.key)
    return _words(found, "cannot be sent and becomes an error", "cannot be sent and become errors")


@dataclass
class LeftOut:
    """Requests that cannot be made, set aside from the others."""

    version: ModelVersion
    count: int = 0
    _found: dict[str, list[CaseKey]] = field(default_factory=dict)

    def others(self, requests: Iterable[ChatRequest]) -> Iterator[ChatRequest]:
        for request in requests:
            rich = any(message.parts for message in request.messages)
            why = refusal(self.version, request) if rich else ""
            if not why:
                yield request
                continue
            self.count += 1
            cases = self._found.setdefault(why, [])
            if request.case not in cases:
                cases.append(request.case)

    @property
    def words(self) -> str:
        return _words(
            self._found, "is not in the file, for it cannot be sent", "are not in the file, for they cannot be sent"
        )


def _words(found: Mapping[str, Sequence[CaseKey]], one: str, many: str) -> str:
    said = []
    for why, keys in found.items():
        more = "" if len(keys) <= MOST_NAMED else ", …"
        fate = noun(len(keys), one, many)
        said.append(f"{counted(len(keys), 'case')} {fate} ({', '.join(keys[:MOST_NAMED])}{more}): {why}")
    return " ".join(said)
