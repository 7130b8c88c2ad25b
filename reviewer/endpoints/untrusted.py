"""Text from outside, made fit to be stored and to be quoted in a sentence."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from reviewer.endpoints.redaction import SentSecrets

EXCERPT_CHARACTERS = 200

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_HALVES = re.compile("[\ud800-\udbff][\udc00-\udfff]")


def storable(untrusted_text: str) -> str:
    """The text with NUL and lone surrogates, which no database and no UTF-8 file can hold, replaced by U+FFFD. Two
    halves of one character, which a stream can send one after the other, are that character."""
    if untrusted_text.isascii() and "\x00" not in untrusted_text:
        return untrusted_text
    return _UNSTORABLE.sub("\ufffd", _HALVES.sub(_character, untrusted_text))


def _character(halves: re.Match[str]) -> str:
    return halves.group().encode("utf-16-le", "surrogatepass").decode("utf-16-le")


def parsed_json(untrusted_body: bytes) -> object:
    """The JSON value of a body. Bytes that are not UTF-8 are read as U+FFFD; raises ValueError for all else."""
    text = untrusted_body.decode("utf-8-sig", errors="replace")
    try:
        # strict=False: a raw control character inside a string is no reason to lose a response
        value: object = json.loads(text, strict=False)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return value


def cleaned(untrusted_text: str, secrets: Iterable[str] = ()) -> str:
    """At most 2,000 characters on one line, without secrets and without control characters."""
    # redact before cutting: a secret that straddles the cut must not survive by half
    untrusted_text = SentSecrets(secrets).words(untrusted_text)
    printable = "".join(c if c.isprintable() else " " for c in storable(untrusted_text[: EXCERPT_CHARACTERS * 10]))
    return " ".join(printable.split())


def excerpt(untrusted_text: str, secrets: Iterable[str] = ()) -> str:
    """As `cleaned`, at most 200 characters."""
    line = cleaned(untrusted_text, secrets)
    return line if len(line) <= EXCERPT_CHARACTERS else f"{line[: EXCERPT_CHARACTERS - 1]}…"
