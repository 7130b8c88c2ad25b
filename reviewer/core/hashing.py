"""Content hashes: SHA-256 over one canonical JSON form, so that equal content has an equal hash on every machine."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from json.encoder import encode_basestring

_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def canonical_json(value: object) -> str:
    """Sorted keys, no spaces, non-ASCII kept. Raises ValueError for NaN and infinities."""
    return _ENCODER.encode(value)


def any_json(value: object) -> str:
    """As `canonical_json`, with `NaN` and `Infinity` for what no JSON can hold: for a text that is kept, not a hash."""
    try:
        return canonical_json(value)
    except ValueError:
        return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def canonical_string(text: str) -> str:
    """One string as canonical JSON writes it."""
    return encode_basestring(text)


def text_hash(canonical: str) -> str:
    """Hexadecimal SHA-256 of a text that is in canonical form already."""
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def pieces_hash(canonical: Iterable[str]) -> str:
    """The same of a text that comes in pieces."""
    found = hashlib.sha256()
    for piece in canonical:
        found.update(piece.encode("utf-8", "surrogatepass"))
    return found.hexdigest()


def content_hash(value: object) -> str:
    """Hexadecimal SHA-256 of the canonical JSON of `value`. Lone surrogates are kept apart, not refused."""
    return text_hash(canonical_json(value))
