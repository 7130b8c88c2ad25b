"""How well typed words match a name: by beginnings, by parts, and with a slip or two."""

from __future__ import annotations

import re

_ONE_SLIP_FROM, _TWO_SLIPS_FROM = 3, 7
"""Letters of a typed word from which on it may have so many slips."""
_PART, _SLIP = 1.0, 2.0
"""What a part within a word, and each slip, count against a match; the beginning of a word counts nothing."""


def mismatch(typed: str, name: str) -> float | None:
    """How badly what was typed matches a name, 0 where each word begins one of its words; None where it does not."""
    words = re.findall(r"\w+", name.casefold())
    costs = [_cost(word, words, name.casefold()) for word in typed.casefold().split()]
    return None if any(cost is None for cost in costs) else sum(cost for cost in costs if cost is not None)


def _cost(typed: str, words: list[str], name: str) -> float | None:
    if any(word.startswith(typed) for word in words):
        return 0.0
    if typed in name:
        return _PART
    allowed = (len(typed) >= _ONE_SLIP_FROM) + (len(typed) >= _TWO_SLIPS_FROM)
    slips = min((slips_to_beginning(typed, word) for word in words), default=allowed + 1)
    return _SLIP * slips if slips <= allowed else None


def slips_to_beginning(typed: str, word: str) -> int:
    """The fewest letters left out, added, changed or swapped with their neighbour that make `typed` a beginning of
    `word`.

    Source: optimal string alignment (Damerau 1964), with the rest of `word` free.
    """
    word = word[: len(typed) + 2]
    before: list[int] = []
    row = list(range(len(word) + 1))
    for at, letter in enumerate(typed, start=1):
        earlier, before, row = before, row, [at]
        for place, other in enumerate(word, start=1):
            cost = min(before[place] + 1, row[-1] + 1, before[place - 1] + (letter != other))
            if at > 1 and place > 1 and letter == word[place - 2] and typed[at - 2] == other:
                cost = min(cost, earlier[place - 2] + 1)
            row.append(cost)
    return min(row)
