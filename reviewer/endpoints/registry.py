"""The wire protocols that the program speaks. A new one is a module of this package and one entry here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from reviewer.core.errors import InputError
from reviewer.core.models import Endpoint
from reviewer.endpoints.protocol import ChatProtocol, ChatRequest
from reviewer.host.offline import check_online

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
    wire: Callable[[Endpoint], Wire] | None = None
    """What is asked and how answers are read, for batch files."""
    takes_template: bool = False


def _over_http(description: str, module: str, wire: str = "WIRE", *, takes_template: bool = False) -> ProtocolEntry:
    """A protocol whose wire is the attribute `wire` of a module of this package, or is made by it from a template."""

    def found(endpoint: Endpoint) -> Wire:
        # imported here: httpx costs a tenth of a second that the start of the window does not have
        loaded = getattr(import_module(f"reviewer.endpoints.{module}"), wire)
        made: Wire = loaded(endpoint.template) if takes_template else loaded
        return made

    def open_http(endpoint: Endpoint) -> ChatProtocol:
        from reviewer.endpoints.http_chat import HttpChat

        return HttpChat(endpoint, found(endpoint))

    def show(endpoint: Endpoint, request: ChatRequest) -> str:
        from reviewer.endpoints.http_chat import shown_request

        return shown_request(endpoint, found(endpoint), request)

    return ProtocolEntry(description, open_http, show, wire=found, takes_template=takes_template)


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
    "http-template": _over_http(
        "Any other JSON over HTTP, by a template", "http_template", "HttpTemplateWire", takes_template=True
    ),
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
    keyring, OfflineError under the offline lock. The caller awaits `aclose` when done.
    """
    entry = protocol_entry(endpoint.protocol)
    if not entry.replays:
        check_online()
    return entry.open(endpoint)


def check_template(template: str) -> None:
    """Raises InputError that says what is wrong with a template of the protocol `http-template`."""
    from reviewer.endpoints.http_template import HttpTemplateWire

    HttpTemplateWire(template)
