"""Content hashes: SHA-256 over one canonical JSON form, so that equal content has an equal hash on every machine."""

from __future__ import annotations

import hashlib
import json


def canonical_json(value: object) -> str:
    """Sorted keys, no spaces, non-ASCII kept. Raises ValueError for NaN and infinities."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def content_hash(value: object) -> str:
    """Hexadecimal SHA-256 of the canonical JSON of `value`. Lone surrogates are kept apart, not refused."""
    return hashlib.sha256(canonical_json(value).encode("utf-8", "surrogatepass")).hexdigest()
