"""That a program failed, said in a plain sentence: one made of nothing but words of servers, of faults and of what
joins them, in whatever order.

Sentences of people have other words beside these. What declines ("the request was refused", "this cannot be answered")
is a response; of what is refused or cannot be done, only what happened to a machine counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from reviewer.core.fault_words import (
    BESIDE,
    CANNOT,
    CONNECT,
    FAULTS,
    MACHINES,
    NOTS,
    REFUSED,
    THINGS,
    UNDONE,
    WORDS,
)

_LONGEST, _MOST_WORDS = 160, 24
_AROUND = (
    "\u3000 .,;:!?()[]{}<>*_\"'`\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb/|\u2026\u2013\u2014-\u0964\u060c\u061b\u061f"
)
_WITHIN = re.compile(r"[.,;:!?()\[\]<>*_\"'\u2018\u2019\u201c-\u201e/\u2026\u2013\u2014]+")
# a status, an address, a name with underscores, a constant in capitals: they say where it was
_CODE = re.compile(r"[45]\d\d|https?://\S{1,100}|\w{1,30}_\w{1,40}|E[A-Z]{4,14}")
_MANY = {
    *(("too", "many"), ("zu", "viele"), ("trop", "de"), ("te", "veel"), ("zbyt", "wiele"), ("слишком", "много")),
    *(("çok", "fazla"), ("terlalu", "banyak")),
}
# in every language: a fault, a code, a number
_MANY_OF_IT, _A_CODE, _A_NUMBER = "\u00a7", "#", "0"
_NUMBER = re.compile(r"\d{1,3}(?:s|ms|%)?")
_LEAST_STEM = 3
_CODES = BESIDE + 1
Bits = tuple[int, ...]
_ALL = (1 << len(WORDS)) - 1
_UNKNOWN: Bits = (0,) * (_CODES + 1)


def _bits_by_word() -> dict[str, Bits]:
    """For each word one number a class, with a bit for each language."""
    found: dict[str, list[int]] = {}
    for place, lists in enumerate(WORDS.values()):
        for kind, words in enumerate(lists):
            for word in words.split():
                found.setdefault(word, list(_UNKNOWN))[kind] |= 1 << place
    for sign, kind in ((_MANY_OF_IT, FAULTS), (_A_CODE, _CODES), (_A_NUMBER, BESIDE)):
        found[sign] = [_ALL * (each == kind) for each in range(len(_UNKNOWN))]
    return {word: tuple(bits) for word, bits in found.items()}


_BITS = _bits_by_word()


def _bits_of(word: str) -> Bits:
    if word in _BITS:
        return _BITS[word]
    for end in range(len(word), _LEAST_STEM - 1, -1):
        stem = f"{word[:end]}*"
        if stem in _BITS:
            return _BITS[stem]
    return _UNKNOWN


def _words(text: str) -> Iterator[str]:
    """Its words in small letters, one at a time: most texts are given up at the first or second."""
    before = ""
    for token in text.split():
        bare = token.strip(_AROUND)
        word = bare.replace("\u0130", "i").lower()
        if word in _BITS:
            yield word
        elif _CODE.fullmatch(bare):
            yield _A_CODE
        elif _NUMBER.fullmatch(bare):
            yield _A_NUMBER
        else:
            yield from filter(None, _WITHIN.split(word))
        if (before, word) in _MANY:
            yield _MANY_OF_IT
        before = word


def is_plain_fault(text: str) -> bool:
    """Whether it is a sentence or two of such words alone, with what failed and that it failed among them."""
    if len(text) > _LONGEST or text.count(" ") > _MOST_WORDS:
        return False
    known, seen = _ALL, list(_UNKNOWN)
    for word in _words(text):
        here = 0
        for kind, of_kind in enumerate(_bits_of(word)):
            seen[kind] |= of_kind
            here |= of_kind
        known &= here
        if not known:
            return False
    undone = seen[NOTS] & seen[UNDONE] | seen[CANNOT] & (seen[CONNECT] | seen[UNDONE] & seen[_CODES])
    failed = (seen[MACHINES] | seen[THINGS]) & (seen[FAULTS] | undone) | seen[MACHINES] & seen[REFUSED]
    return bool(known & failed)
