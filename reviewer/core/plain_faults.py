"""That a program failed, said in a plain sentence: one made of nothing but words of servers, of faults and of what joins
them, in whatever order.

Sentences of people have other words beside these. What declines ("the request was refused", "this cannot be answered")
is a response; of what is refused or cannot be done, only what happened to a machine counts.
"""

from __future__ import annotations

import re

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
_BETWEEN = re.compile(r"[\s.,;:!?()\[\]{}<>*_\"'\u2018\u2019\u201c-\u201f\u00ab\u00bb/\u2026\u2013\u2014\u0964\u060c\u061b]+")
# a status, an address, a name with underscores, a constant in capitals: they say where it was
_CODE = re.compile(r"\b(?:HTTP[ /]?)?[45]\d\d\b|https?://\S{1,100}|\b\w{1,30}_\w{1,40}\b|\bE[A-Z]{4,14}\b")
_TOO_MANY = re.compile(r"\b(?:too many|zu viele|trop de|te veel|zbyt wiele|слишком много|çok fazla|terlalu banyak)\b", re.I)
_FAULT_IN_ALL = "\u00a7"
_NUMBER = re.compile(r"\d{1,3}(?:s|ms|%)?")
_LEAST_STEM = 3
Bits = tuple[int, ...]


def _bits_by_word() -> dict[str, Bits]:
    """For each word one number a class, with a bit for each language."""
    found: dict[str, list[int]] = {}
    for place, lists in enumerate(WORDS.values()):
        for kind, words in enumerate(lists):
            for word in words.split():
                found.setdefault(word, [0] * (BESIDE + 1))[kind] |= 1 << place
    return {word: tuple(bits) for word, bits in found.items()}


_BITS = _bits_by_word()
_ALL = (1 << len(WORDS)) - 1
_UNKNOWN: Bits = (0,) * (BESIDE + 1)


_BITS[_FAULT_IN_ALL] = tuple(_ALL * (kind == FAULTS) for kind in range(BESIDE + 1))


def _bits_of(word: str) -> Bits:
    if word in _BITS:
        return _BITS[word]
    for end in range(len(word), _LEAST_STEM - 1, -1):
        stem = f"{word[:end]}*"
        if stem in _BITS:
            return _BITS[stem]
    return _UNKNOWN


def is_plain_fault(text: str) -> bool:
    """Whether it is a sentence or two of such words alone, with what failed and that it failed among them."""
    if len(text) > _LONGEST:
        return False
    told, codes = _CODE.subn(" ", text)
    told = _TOO_MANY.sub(_FAULT_IN_ALL, told)
    words = [word for word in _BETWEEN.split(told.replace("\u0130", "i").lower()) if word]
    if len(words) > _MOST_WORDS:
        return False
    known, seen = _ALL, list(_UNKNOWN)
    for word in words:
        if _NUMBER.fullmatch(word):
            continue
        bits = _bits_of(word)
        here = 0
        for kind, of_kind in enumerate(bits):
            seen[kind] |= of_kind
            here |= of_kind
        known &= here
        if not known:
            return False
    undone = seen[NOTS] & seen[UNDONE] | seen[CANNOT] & (seen[CONNECT] | (seen[UNDONE] if codes else 0))
    failed = (seen[MACHINES] | seen[THINGS]) & (seen[FAULTS] | undone) | seen[MACHINES] & seen[REFUSED]
    return bool(known & failed)
