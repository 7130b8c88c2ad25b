"""Text from outside made fit to be shown: nothing in it may hide, reorder or break what stands around it."""

from __future__ import annotations

from urllib.parse import urlsplit

from reviewer.wording.hidden import has_right_to_left, hidden_in

PREVIEW_CHARACTERS = 200


def plain_text(untrusted_text: str) -> str:
    """The text with each character that nobody would see made visible as its code point: `[U+202E]`."""
    unified = untrusted_text.replace("\r\n", "\n")
    parts: list[str] = []
    at = 0
    for hidden in hidden_in(unified):
        parts += (unified[at : hidden.start], *(f"[U+{ord(each):04X}]" for each in unified[hidden.start : hidden.end]))
        at = hidden.end
    return "".join((*parts, unified[at:])) if parts else unified


def isolated(untrusted_text: str) -> str:
    """For a line that holds other words too: right-to-left words in it reorder nothing that stands beside them."""
    return f"\u2068{untrusted_text}\u2069" if has_right_to_left(untrusted_text) else untrusted_text


NAME_CHARACTERS = 60
"""Of a name in a sentence of a dialog, which no line break helps where it has no blanks."""


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
