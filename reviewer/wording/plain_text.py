"""Text from outside made fit to be shown: nothing in it may hide, reorder or break what stands around it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from urllib.parse import urlsplit

from reviewer.wording.hidden import has_right_to_left, hidden_in

PREVIEW_CHARACTERS = 200
MOST_COMPARED = 2_000
"""Characters of names in which they are told apart."""


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


def in_sentence(untrusted_name: str) -> str:
    """A name in a sentence of a dialog: cut, so that it needs no line break, and turning nothing beside it round."""
    return isolated(preview(untrusted_name, NAME_CHARACTERS))


def names_apart(untrusted_names: Sequence[str], characters: int) -> list[str]:
    """As `preview` for names that stand beside each other: those that would read the same are cut in their middle, so
    that what they differ in is seen.
    """
    whole = [preview(name, MOST_COMPARED) for name in untrusted_names]
    short = [preview(name, characters) for name in untrusted_names]
    for words in {each for each in short if short.count(each) > 1}:
        alike = [at for at, each in enumerate(short) if each == words]
        names = {whole[at] for at in alike}
        if len(names) > 1:
            differ = _alike(names)
            for at in alike:
                short[at] = _cut_in_the_middle(whole[at], differ, characters)
    return short


def _alike(names: Collection[str]) -> int:
    """How many characters all of them begin with."""
    return next((at for at, each in enumerate(zip(*names, strict=False)) if len(set(each)) > 1), min(map(len, names)))


def _cut_in_the_middle(name: str, differ: int, characters: int) -> str:
    """Its beginning, and what stands where it begins to differ from others."""
    head = characters // 3
    room = characters - head - 2
    begin = max(head, min(differ, len(name) - room))
    end = "…" if begin + room < len(name) else ""
    return f"{name[:head].rstrip()}…{name[begin : begin + room].strip()}{end}" if len(name) > characters else name


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
