"""The wire protocols that the program speaks. A new one is a module of this package and one entry here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from reviewer.core.errors import InputError
from reviewer.core.models import Endpoint
from reviewer.endpoints.protocol import ChatProtocol, ChatRequest

if TYPE_CHECKING:
    from reviewer.endpoints.http_chat import Wire


@dataclass(frozen=True)
class ProtocolEntry:
    """A protocol: what it is in one line, how it is opened, and whether it `replays` known cases only.

    `shown` gives a request as text, as it will be sent but for the key; it raises InputError for a wrong address.
    """

    description: str
    open: Callable[[Endpoint], ChatProtocol]
    shown: Callable[[Endpoint, ChatRequest], str]
    replays: bool = False
    wire: Callable[[], Wire] | None = None
    """What is asked and how answers are read, for batch files."""


def _over_http(description: str, module: str, wire: str = "WIRE") -> ProtocolEntry:
    """A protocol whose wire is the attribute `wire` of a module of this package."""

    def found() -> Wire:
        # imported here: httpx costs a tenth of a second that the start of the window does not have
        loaded: Wire = getattr(import_module(f"reviewer.endpoints.{module}"), wire)
        return loaded

    def open_http(endpoint: Endpoint) -> ChatProtocol:
        from reviewer.endpoints.http_chat import HttpChat

        return HttpChat(endpoint, found())

    def show(endpoint: Endpoint, request: ChatRequest) -> str:
        from reviewer.endpoints.http_chat import shown_request

        return shown_request(endpoint, found(), request)

    return ProtocolEntry(description, open_http, show, wire=found)


def _open_recorded(endpoint: Endpoint) -> ChatProtocol:
    from reviewer.endpoints.recorded import Recorded

    return Recorded(endpoint)


def _show_recorded(endpoint: Endpoint, request: ChatRequest) -> str:
    return (
        "Nothing is sent. The response is looked up in a file:\n\n"
        f"{endpoint.responses_file}\ncase {request.case}, repeat {request.repeat}, model {request.model}"
    )


PROTOCOLS: Mapping[str, ProtocolEntry] = {
    "openai-chat": _over_http("OpenAI chat completions, spoken by most servers", "openai_chat"),
    "azure-openai": _over_http("Azure OpenAI chat completions", "openai_chat", "AZURE"),
    "openai-responses": _over_http("OpenAI Responses", "openai_responses"),
    "anthropic-messages": _over_http("Anthropic Messages", "anthropic_messages"),
    "gemini": _over_http("Google Gemini generateContent", "gemini"),
    "recorded": ProtocolEntry(
        "Replays a file of recorded responses; no network", _open_recorded, _show_recorded, replays=True
    ),
}


def protocol_entry(name: str) -> ProtocolEntry:
    """Raises InputError for an unknown name."""
    try:
        return PROTOCOLS[name]
    except KeyError:
        raise InputError(f"The protocol {name[:40]!r} is not known.", f"Use one of: {', '.join(PROTOCOLS)}.") from None


def open_protocol(endpoint: Endpoint) -> ChatProtocol:
    """A connection to the endpoint; sends nothing yet. May block on the keyring or on reading a file.

    Raises InputError for an unknown protocol, a wrong address or file, a missing key; EnvironmentFault without a
    keyring. The caller awaits `aclose` when done.
    """
    return protocol_entry(endpoint.protocol).open(endpoint)
