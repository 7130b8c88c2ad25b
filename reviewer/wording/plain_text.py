"""Text from outside made fit to be shown: nothing in it may hide, reorder or break what stands around it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

PREVIEW_CHARACTERS = 200

# C0 and C1 controls other than tab and line feed, the characters that reorder text beyond themselves, half
# surrogates and non-characters, which no file can hold. Marks (U+200E, U+200F) are needed to write Arabic and Hebrew.
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def plain_text(untrusted_text: str) -> str:
    """The text with each unfit character made visible as its code point: `[U+202E]`."""
    unified = untrusted_text.replace("\r\n", "\n")
    return _UNFIT.sub(lambda match: f"[U+{ord(match.group()):04X}]", unified)


def preview(untrusted_text: str, characters: int = PREVIEW_CHARACTERS) -> str:
    """One line of at most `characters` characters, ending in … where it was cut."""
    # no more than this can matter, and a text may be very long
    line = " ".join(plain_text(untrusted_text[: characters * 20]).split())
    return line if len(line) <= characters else line[: characters - 1].rstrip() + "…"


def public_address(untrusted_url: str) -> str:
    """An endpoint's address without user name, password, query and fragment: those can hold a key."""
    try:
        parts = urlsplit(untrusted_url)
        port = parts.port
    except ValueError:
        return ""
    if not parts.scheme or not parts.hostname:
        return ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return plain_text(f"{parts.scheme}://{host}{'' if port is None else f':{port}'}{parts.path}")
