"""Which scripts a text is written in, as far as a font for them may be missing."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable
from typing import NamedTuple


class Script(NamedTuple):
    """The code points from `first` to `last`; whatever font has `letter` has the others."""

    first: int
    last: int
    name: str
    letter: str


SCRIPTS = (
    Script(0x370, 0x3FF, "Greek", "α"),
    Script(0x400, 0x52F, "Cyrillic", "ж"),
    Script(0x531, 0x58F, "Armenian", "ա"),
    Script(0x5D0, 0x5F4, "Hebrew", "א"),
    Script(0x620, 0x6FF, "Arabic", "ب"),
    Script(0x700, 0x74F, "Syriac", "ܐ"),
    Script(0x780, 0x7BF, "Thaana", "ހ"),
    Script(0x900, 0x97F, "Devanagari", "क"),
    Script(0x980, 0x9FF, "Bengali", "ক"),
    Script(0xA00, 0xA7F, "Gurmukhi", "ਕ"),
    Script(0xA80, 0xAFF, "Gujarati", "ક"),
    Script(0xB00, 0xB7F, "Odia", "କ"),
    Script(0xB80, 0xBFF, "Tamil", "க"),
    Script(0xC00, 0xC7F, "Telugu", "క"),
    Script(0xC80, 0xCFF, "Kannada", "ಕ"),
    Script(0xD00, 0xD7F, "Malayalam", "ക"),
    Script(0xD80, 0xDFF, "Sinhala", "ක"),
    Script(0xE00, 0xE7F, "Thai", "ก"),
    Script(0xE80, 0xEFF, "Lao", "ກ"),
    Script(0xF00, 0xFFF, "Tibetan", "ཀ"),
    Script(0x1000, 0x109F, "Burmese", "က"),
    Script(0x10A0, 0x10FF, "Georgian", "ა"),
    Script(0x1200, 0x139F, "Ethiopic", "ሀ"),
    Script(0x1780, 0x17FF, "Khmer", "ក"),
    Script(0x1800, 0x18AF, "Mongolian", "ᠠ"),
    Script(0x3040, 0x30FF, "Japanese kana", "か"),
    Script(0x3400, 0x9FFF, "Chinese characters", "中"),
    Script(0xAC00, 0xD7AF, "Korean", "한"),
    Script(0x1F300, 0x1FAFF, "emoji", "😀"),
)
_FIRST = [script.first for script in SCRIPTS]


def scripts_of(characters: Iterable[str]) -> list[Script]:
    """The scripts of these characters, in the order of their code points."""
    found = set()
    for character in characters:
        at = bisect_right(_FIRST, ord(character)) - 1
        if at >= 0 and ord(character) <= SCRIPTS[at].last:
            found.add(SCRIPTS[at])
    return sorted(found)


def lacking_words(scripts: Collection[Script]) -> str:
    """What a person must know of scripts that no font shows, and what to do; empty without any."""
    if not scripts:
        return ""
    names = [script.name for script in scripts]
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return f"Texts here are partly in {listed}, which no installed font shows: install one, for example a Noto font."
