"""What an HTTP status, and what the server said with it, means for a run: one sentence and what to do."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from reviewer.endpoints.protocol import EndpointError, FaultKind
from reviewer.endpoints.untrusted import excerpt, parsed_json

MAX_KEPT_ERROR_BYTES = 65_536

_RETRIED = frozenset({408, 409, 425, 429})
_UNKNOWN_MODEL = re.compile(r"\bmodels?\b.{0,200}\b(not exist|not found)\b|\b(unknown|no such) model\b", re.IGNORECASE)
_FILTER_CODES = frozenset(
    {"content_filter", "content_policy_violation", "responsibleaipolicyviolation", "data_inspection_failed"}
)


@dataclass(frozen=True)
class ServerSaid:
    """The error that a server described in its body; fields are empty where it did not."""

    message: str = ""
    code: str = ""
    type: str = ""
    inner_code: str = ""
    flagged: bool = False

    @staticmethod
    def read(untrusted_body: bytes, secrets: Sequence[str] = ()) -> ServerSaid:
        """From `{"error": {...}}`, `{"error": "..."}`, `{"message": "..."}` or `{"detail": ...}`; else all empty."""
        try:
            outer = parsed_json(untrusted_body)
        except ValueError:
            return ServerSaid()
        if not isinstance(outer, dict):
            return ServerSaid()
        error = outer.get("error", outer)
        if not isinstance(error, dict):
            return ServerSaid(message=excerpt(str(error), secrets))
        message = error.get("message") or error.get("detail") or outer.get("message") or ""
        inner, metadata = error.get("innererror"), error.get("metadata")
        return ServerSaid(
            message=excerpt(str(message), secrets),
            code=_word(error.get("code")),
            type=_word(error.get("type")),
            inner_code=_word(inner.get("code")) if isinstance(inner, dict) else "",
            flagged=isinstance(metadata, dict) and "flagged_input" in metadata,
        )

    @property
    def filtered(self) -> bool:
        """The provider's safety filter stopped the request."""
        if self.code == "invalid_prompt":
            return "policy" in self.message.lower()
        return self.flagged or not _FILTER_CODES.isdisjoint({self.code, self.type, self.inner_code})

    @property
    def unknown_model(self) -> bool:
        return self.code in ("model_not_found", "invalid_model") or bool(_UNKNOWN_MODEL.search(self.message))

    @property
    def out_of_quota(self) -> bool:
        return "insufficient_quota" in (self.code, self.type)


def _word(value: object) -> str:
    return str(value).lower()[:100] if isinstance(value, str | int) else ""


def looks_like_html(headers: Mapping[str, str], untrusted_body: bytes) -> bool:
    start = untrusted_body[:200].lstrip().lower()
    return "html" in headers.get("content-type", "") or start.startswith((b"<!doctype html", b"<html"))


def retry_after_s(headers: Mapping[str, str], now_s: float | None = None) -> float | None:
    """Seconds to wait by `Retry-After`, given in seconds or as an HTTP date; None where absent or unreadable.

    `now_s` is Unix time; a date is measured from the server's own `Date` where it sends one, as clocks differ.
    """
    value = headers.get("retry-after", "").strip()
    try:
        seconds = float(value)
    except ValueError:
        until = _unix_time(value)
        if until is None:
            return None
        sent = _unix_time(headers.get("date", ""))
        seconds = until - (sent if sent is not None else time.time() if now_s is None else now_s)
    return max(0.0, seconds) if math.isfinite(seconds) else None


def _unix_time(http_date: str) -> float | None:
    try:
        return parsedate_to_datetime(http_date).timestamp()
    except (ValueError, OverflowError):
        return None


def status_fault(
    status: int,
    headers: Mapping[str, str],
    untrusted_body: bytes,
    *,
    address: str,
    model: str,
    secrets: Sequence[str] = (),
) -> EndpointError:
    """The error for an answer whose status is not 200. `address` is the one that was asked."""
    said = ServerSaid.read(untrusted_body, secrets)
    kind, what, remedy = _meaning(status, headers, said, address, model, secrets)
    if said.message and said.message not in what:
        what = f"{what} It said: “{said.message}”"
    return EndpointError(
        kind,
        what,
        remedy,
        retry_after_s=retry_after_s(headers),
        status=status,
        raw_body=untrusted_body[:MAX_KEPT_ERROR_BYTES],
    )


def _meaning(
    status: int, headers: Mapping[str, str], said: ServerSaid, address: str, model: str, secrets: Sequence[str]
) -> tuple[FaultKind, str, str]:
    if 300 <= status < 400:
        target = excerpt(headers.get("location", "another address"), secrets)
        remedy = "Redirects are not followed, so that prompts go nowhere unexpected; enter the final address."
        return FaultKind.STOP_RUN, f"{address} redirects to {target} ({status}).", remedy
    if status in (400, 404, 422) and said.unknown_model:
        return FaultKind.STOP_RUN, f"The endpoint does not know the model {model!r} ({status}).", "Check the model id."
    if status == 429 and said.out_of_quota:
        return FaultKind.STOP_RUN, "The quota of this key is used up (429).", "Raise it at the provider, then resume."
    if status in _RETRIED or status >= 500:
        return FaultKind.RETRY, f"The endpoint answered {_named(status)}.", _RETRY_REMEDY[status == 429]
    if status in _FOR_ALL_REQUESTS:
        what, remedy = _FOR_ALL_REQUESTS[status]
        return FaultKind.STOP_RUN, f"{what.format(address=address)} ({status}).", remedy
    return FaultKind.GIVE_UP, f"The endpoint refused the request with {_named(status)}.", "Change what it objects to."


_RETRY_REMEDY = {
    True: "Lower the concurrency or set a limit of requests per minute, then resume the run.",
    False: "Resume the run when the endpoint is well again.",
}

_FOR_ALL_REQUESTS = {
    401: ("The endpoint does not accept the key", "Check the environment variable or keyring entry that holds it."),
    402: ("The endpoint asks for payment", "Look at the account, then resume the run."),
    403: (
        "The endpoint forbids the request",
        "Check that the key may use this model, and the address.",
    ),
    404: (
        "There is nothing at {address}",
        "Check the base URL: it is used as given, and most servers want it to end with /v1.",
    ),
    405: ("{address} takes no such requests", "Check the base URL; most servers want it to end with /v1."),
}


def _named(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
