"""Everything that leaves this package is without the keys that were sent: texts, headers, bodies, sentences.

Bodies are searched as they come. What was read in them is searched again, because the pieces of a stream are put
together by then; a body that held a key in pieces is not kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from reviewer.core.responses import Response
from reviewer.endpoints.protocol import EndpointError
from reviewer.endpoints.redaction import SentSecrets
from reviewer.endpoints.streams import events_of

IN_PIECES = b"[The body held a key in pieces and was not kept.]"


def leaving(response: Response, redaction: SentSecrets) -> Response:
    """The response with no secret in any of its texts, nor in its body."""
    if redaction.finds_nothing:
        return response
    text = redaction.text
    cleaned = replace(
        response,
        text=text(response.text),
        reasoning=text(response.reasoning),
        finish_reason=text(response.finish_reason),
        error=text(response.error),
        model=text(response.model),
        fingerprint=text(response.fingerprint),
        usage={text(name): count for name, count in response.usage.items()},
        headers=redaction.headers(response.headers),
    )
    held = (cleaned.text, cleaned.reasoning) != (response.text, response.reasoning)
    return replace(cleaned, raw_body=IN_PIECES if held else _kept(response.raw_body, redaction))


@contextmanager
def faults_leaving(redaction: SentSecrets) -> Iterator[None]:
    """Takes secrets out of an EndpointError on its way, and what it came of, which quotes what the server sent."""
    try:
        yield
    except EndpointError as fault:
        fault.what, fault.remedy = redaction.words(fault.what), redaction.words(fault.remedy)
        fault.args = (f"{fault.what} {fault.remedy}".strip(),)
        fault.raw_body = _kept(fault.raw_body, redaction)
        raise fault from None


def _kept(body: bytes, redaction: SentSecrets) -> bytes:
    """The body; not where the pieces in it make a secret."""
    stream = None if redaction.finds_nothing else events_of(body)
    joined = defaultdict[str, list[str]](list)
    for event in stream.events if stream else ():
        _join(event, joined, "")
    texts = ("".join(pieces) for pieces in joined.values())
    return IN_PIECES if any(redaction.text(text) != text for text in texts) else redaction.body(body)


def _join(value: object, joined: defaultdict[str, list[str]], name: str) -> None:
    """The texts of an event, each behind those that earlier events had in a field of that name."""
    if isinstance(value, str):
        joined[name].append(value)
    elif isinstance(value, dict):
        for inner, each in value.items():
            _join(each, joined, inner)
    elif isinstance(value, list):
        for each in value:
            _join(each, joined, name)
