"""Characters that nobody sees: which of them a text holds, and what each is called.

Joiners, variation selectors and direction marks stay where writing needs them: in emoji, in scripts that join their
letters, in lines with right-to-left words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple, TypeAlias

_EMOJI = "\u00a9\u00ae\u203c-\u3299\U0001f000-\U0001faff"
_CJK = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
_JOINING = (
    "\u0620-\u06ff\u0700-\u07ff\u0840-\u0dff\u0f00-\u109f\u1780-\u17b3\u17b6-\u180a\u1810-\u18af\ua840-\ua9df"
    "\uaa60-\uaaff\ufb50-\ufdcf\ufdf0-\ufdff\ufe70-\ufefc\U00010a00-\U00011fff"
)
"""Scripts whose letters join or stack: Arabic, Syriac, the Indic ones, Khmer, Mongolian and others."""
_RIGHT_TO_LEFT = (
    "\u0590-\u05ff\u0600-\u061b\u061d-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"
)
_FLAGS = "|".join(
    "".join(chr(0xE0000 + ord(letter)) for letter in region) + "\U000e007f" for region in ("beng", "bsct", "bwls")
)
"""What follows the flag and the first letter in the flags of England, Scotland and Wales."""
ALWAYS_HIDDEN = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u115f\u1160\u17b4\u17b5\u200b\u2028-\u202e\u2060-\u206f\u3164"
    "\ud800-\udfff\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffc\ufffe\uffff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0080-\U000e00ff\U000e01f0-\U000e0fff"
)
MANY = 1_000
"""From so many hidden characters on a loop over them takes too long for who waits to read the text."""
_SIDES = "\u061c\u200e\u200f"
_TAGS = "\U000e0000-\U000e007f"
_TAG_CODES = range(0xE0000, 0xE0080)
_OUT_OF_PLACE = "|".join(
    (
        f"(?<=(?<![{_EMOJI}\ufe0f{_JOINING}])\u200d)",
        f"(?<=\u200d)(?![{_EMOJI}{_JOINING}])",
        f"(?<=(?<![{_JOINING}])\u200c)",
        f"(?<=\u200c)(?![{_JOINING}])",
        f"(?<=(?<![{_EMOJI}{_CJK}0-9#*\u1000-\u109f\ua840-\ua87f])[\ufe00-\ufe0f])",
        f"(?<=(?<![{_CJK}])[\U000e0100-\U000e01ef])",
        "(?<=(?<![\u1810-\u18af])[\u180b-\u180f])",
    )
)
"""Of a character that writing may need: that it stands where nothing needs it."""
# one set of characters comes first, so that the search passes over everything else at its full speed
_HIDDEN = re.compile(
    f"(?P<one>[{ALWAYS_HIDDEN}{_SIDES}{_TAGS}\u180b-\u180f\u200c\u200d\ufe00-\ufe0f\U000e0100-\U000e01ef])"
    f"(?:(?<=[{ALWAYS_HIDDEN}])|(?P<side>(?<=[{_SIDES}]))|{_OUT_OF_PLACE}"
    f"|(?P<flag>(?<=\U0001f3f4\U000e0067)(?:{_FLAGS}))|(?P<tags>(?<=[{_TAGS}])[{_TAGS}]{{0,199}}))(?P=one)*"
)
_SOMETIMES = re.compile(f"[{_SIDES}{_TAGS}\u180b-\u180f\u200c\u200d\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_HIDDEN_ASCII = re.compile("(?P<one>[\x00-\x08\x0b-\x1f\x7f])(?P=one)*")
_WRITTEN_RIGHT_TO_LEFT = re.compile(f"[{_RIGHT_TO_LEFT}]")

_C0 = (
    *("NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "BEL", "BS", "HT", "LF", "VT", "FF", "CR", "SO", "SI"),
    *("DLE", "DC1", "DC2", "DC3", "DC4", "NAK", "SYN", "ETB", "CAN", "EM", "SUB", "ESC", "FS", "GS", "RS", "US"),
)
_NAMES: Mapping[int, str] = {
    **dict(enumerate(_C0)),
    **{0x7F: "DEL", 0x85: "NEL", 0x9B: "CSI", 0xAD: "SHY", 0x34F: "CGJ", 0x61C: "ALM"},
    **{0x115F: "HCF", 0x1160: "HJF", 0x3164: "HF", 0xFFA0: "HHF", 0x180E: "MVS"},
    **{0x180B: "FVS1", 0x180C: "FVS2", 0x180D: "FVS3", 0x180F: "FVS4"},
    **{0x200B: "ZWSP", 0x200C: "ZWNJ", 0x200D: "ZWJ", 0x200E: "LRM", 0x200F: "RLM", 0x2028: "LS", 0x2029: "PS"},
    **{0x202A: "LRE", 0x202B: "RLE", 0x202C: "PDF", 0x202D: "LRO", 0x202E: "RLO", 0x2060: "WJ", 0x2061: "FA"},
    **{0x2062: "IT", 0x2063: "IS", 0x2064: "IP", 0x2066: "LRI", 0x2067: "RLI", 0x2068: "FSI", 0x2069: "PDI"},
    **{0x206A: "ISS", 0x206B: "ASS", 0x206C: "IAFS", 0x206D: "AAFS", 0x206E: "NADS", 0x206F: "NODS"},
    **{0xFEFF: "BOM", 0xFFF9: "IAA", 0xFFFA: "IAS", 0xFFFB: "IAT", 0xFFFC: "OBJ"},
    **{0xFE00 + number: f"VS{number + 1}" for number in range(16)},
    **{0xE0100 + number: f"VS{number + 17}" for number in range(240)},
}


Columns: TypeAlias = tuple[list[int], list[int], list[str]]


class HiddenPlace(NamedTuple):
    """From `start` to before `end`, in code points: one character, perhaps repeated, or a run of tag characters."""

    start: int
    end: int
    name: str

    @property
    def mark(self) -> str:
        return f"⟨{self.name}⟩"


def hidden_in(untrusted_text: str) -> Iterator[HiddenPlace]:
    """What of the text nobody would see, in order; line feeds and tabs are seen. A megabyte takes milliseconds."""
    return map(HiddenPlace, *hidden_columns(untrusted_text))


def hidden_columns(untrusted_text: str, at_once: Callable[[str], Columns] | None = None) -> Columns:
    """The same as columns of starts, ends and names: a text may hold 100,000 of them, and an object each is slow.
    `at_once` reads a text of many, where no hidden character depends on what stands beside it.
    """
    starts, ends, found = [], [], []
    sides = _Sides(untrusted_text)
    for match in (_HIDDEN_ASCII if untrusted_text.isascii() else _HIDDEN).finditer(untrusted_text):
        kind = match.lastgroup  # "one" where it is none of the others
        if kind != "flag" and (kind != "side" or not sides.are_needed_at(match.start())):
            starts.append(match.start())
            ends.append(match.end())
            found.append(match[0])
            if at_once is not None and len(found) == MANY and _SOMETIMES.search(untrusted_text) is None:
                return at_once(untrusted_text)
    return starts, ends, list(map(name_of, found))


class _Sides:
    """Direction marks are needed in lines with right-to-left words; asked from the beginning of a text to its end."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._line_end, self._needed = -1, False

    def are_needed_at(self, place: int) -> bool:
        if place >= self._line_end:
            end = self._text.find("\n", place)
            self._line_end = len(self._text) if end < 0 else end
            begins = self._text.rfind("\n", 0, place) + 1
            self._needed = _WRITTEN_RIGHT_TO_LEFT.search(self._text, begins, self._line_end) is not None
        return self._needed


def has_right_to_left(untrusted_text: str) -> bool:
    return not untrusted_text.isascii() and _WRITTEN_RIGHT_TO_LEFT.search(untrusted_text) is not None


@lru_cache(1_000)
def name_of(characters: str) -> str:
    """Of a character, perhaps repeated, or of a run of tag characters."""
    code = ord(characters[0])
    if code in _TAG_CODES:
        return f"tag {''.join(_tag(ord(each) - 0xE0000) for each in characters)}"
    name = _NAMES.get(code, f"U+{code:04X}")
    return f"{name} ×{len(characters):,}" if len(characters) > 1 else name


def _tag(code: int) -> str:
    """The letter that a tag character stands for; the others in words of their own."""
    return chr(code) if 0x20 <= code < 0x7F else {1: "[begin]", 0x7F: "[end]"}.get(code, f"[{code:02X}]")
