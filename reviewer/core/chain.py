"""The chain of events: each carries the hash of the one before, so that none can be changed, taken out or put in.

A link is SHA-256 over the hash before it, the kind of the event and the SHA-256 of its canonical JSON, joined by line
feeds: `previous \\n kind \\n content`, all hexadecimal but the kind. The first has GENESIS before it.
"""

from __future__ import annotations

import hashlib

GENESIS = "0" * 64


def link(previous: str, kind: str, content: str) -> str:
    """The hash of an event of this kind whose content has the hash `content`; all hashes are 64 hexadecimal digits."""
    return hashlib.sha256(f"{previous}\n{kind}\n{content}".encode()).hexdigest()
