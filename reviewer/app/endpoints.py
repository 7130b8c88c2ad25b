"""What an endpoint and a model version must be like before they are stored, and before a run of them is."""

from __future__ import annotations

import math

from reviewer.app.written_out import check_written_out
from reviewer.core.cases import CaseKey, Message, Role
from reviewer.core.errors import InputError
from reviewer.core.models import Endpoint, Sampling


def check_endpoint(endpoint: Endpoint) -> None:
    """Raises InputError for a missing name, an address, file or limit that cannot be, and for a key written out.

    A key must not get into a workspace, so what looks like one is refused without being repeated.
    """
    from reviewer.endpoints.protocol import ChatRequest
    from reviewer.endpoints.registry import protocol_entry
    from reviewer.runner.limits import Limits

    if not endpoint.name.strip():
        raise InputError("The endpoint has no name.", "Give it one.")
    check_written_out(endpoint)
    entry = protocol_entry(endpoint.protocol)
    Limits(concurrency=endpoint.concurrency, max_attempts=endpoint.max_attempts, timeout_s=endpoint.timeout_s)
    if entry.replays and not endpoint.responses_file:
        raise InputError(f"The endpoint {endpoint.name!r} names no file of responses.", "Give --responses FILE.")
    entry.shown(endpoint, ChatRequest(CaseKey("check"), 1, (Message(Role.USER, "check"),), "check", Sampling()))


def check_sampling(sampling: Sampling) -> None:
    """Raises InputError for a temperature, a top-p or a limit of tokens that no endpoint can take."""
    temperature, top_p, max_tokens = sampling.temperature, sampling.top_p, sampling.max_tokens
    if temperature is not None and not (math.isfinite(temperature) and temperature >= 0):
        raise InputError(f"The temperature is {temperature:g}.", "Give a number from 0.")
    if top_p is not None and not 0 < top_p <= 1:
        raise InputError(f"The top-p is {top_p:g}.", "Give a number above 0 and at most 1.")
    if max_tokens is not None and max_tokens < 1:
        raise InputError(f"The limit of tokens is {max_tokens}.", "Give a whole number from 1.")
