"""What is remembered of a million rows while they are imported: numbers and digests, in few pieces of memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from reviewer.core.responses import ResponseState

DIGEST_BYTES = 16
_WIDTH = DIGEST_BYTES + 1
_SLOTS = 16
_STATES = tuple(ResponseState)
_NUMBER_OF = {state: number for number, state in enumerate(_STATES, start=1)}
_OF_FILE = 0x80


def digest_of(hash_: str) -> bytes:
    """The start of a SHA-256 in hexadecimal: enough to tell two texts in one place apart."""
    return bytes.fromhex(hash_[: 2 * DIGEST_BYTES])


class CaseNumbers:
    """A number for each case key, from 0 in the order in which they came."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def __call__(self, key: str) -> int:
        numbers = self._numbers
        number = numbers.get(key)
        if number is None:
            number = numbers[key] = len(numbers)
        return number

    def keys(self) -> list[str]:
        """By number."""
        return list(self._numbers)


class CaseDigests:
    """The content of a suite's cases by their numbers, and which of them the file has brought."""

    def __init__(self) -> None:
        self._digests, self._came = bytearray(), bytearray()

    def __contains__(self, number: int) -> bool:
        return any(self._digests[number * DIGEST_BYTES : (number + 1) * DIGEST_BYTES])

    def has(self, number: int, digest: bytes) -> bool:
        return self._digests[number * DIGEST_BYTES : (number + 1) * DIGEST_BYTES] == digest

    def put(self, number: int, digest: bytes) -> None:
        start = number * DIGEST_BYTES
        if start >= len(self._digests):
            self._digests.extend(bytes(start + DIGEST_BYTES - len(self._digests)))
        self._digests[start : start + DIGEST_BYTES] = digest

    def comes(self, number: int) -> bool:
        """Whether it is the first time that the file brings the case."""
        if number >= len(self._came):
            self._came.extend(bytes(number + 1 - len(self._came)))
        is_first = not self._came[number]
        self._came[number] = 1
        return is_first


class NumberSet:
    """A set of such numbers, a byte each."""

    def __init__(self, numbers: Iterable[int] = ()) -> None:
        self._marks, self._count = bytearray(), 0
        for number in numbers:
            self.add(number)

    def __contains__(self, number: int) -> bool:
        return number < len(self._marks) and self._marks[number] != 0

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[int]:
        """From the least to the greatest."""
        return (number for number, mark in enumerate(self._marks) if mark)

    def add(self, number: int) -> None:
        if number in self:
            return
        if number >= len(self._marks):
            self._marks.extend(bytes(number + 1 - len(self._marks)))
        self._marks[number] = 1
        self._count += 1


class PlaceStanding(NamedTuple):
    """What a run has in a place: a text's digest, its state, and whether the file has said something of the place."""

    digest: bytes
    state: ResponseState
    came: bool


class RunPlaces:
    """What a run has of each (case number, repeat): 17 bytes each, sixteen places in one piece."""

    def __init__(self) -> None:
        self._pages: dict[int, bytearray] = {}

    def get(self, number: int, repeat: int) -> PlaceStanding | None:
        page = self._pages.get(number // _SLOTS | repeat << 32)
        if page is None:
            return None
        start = number % _SLOTS * _WIDTH
        mark = page[start]
        if not mark:
            return None
        digest = bytes(page[start + 1 : start + _WIDTH])
        return PlaceStanding(digest, _STATES[(mark & ~_OF_FILE) - 1], bool(mark & _OF_FILE))

    def put(self, number: int, repeat: int, digest: bytes, state: ResponseState, *, came: bool) -> None:
        pages, at = self._pages, number // _SLOTS | repeat << 32
        page = pages.get(at)
        if page is None:
            page = pages[at] = bytearray(_SLOTS * _WIDTH)
        start = number % _SLOTS * _WIDTH
        page[start] = _NUMBER_OF[state] | (_OF_FILE if came else 0)
        page[start + 1 : start + _WIDTH] = digest

    def came(self, number: int, repeat: int) -> None:
        """The file has said something of a place that there is."""
        self._pages[number // _SLOTS | repeat << 32][number % _SLOTS * _WIDTH] |= _OF_FILE
