"""One token, line or sentence over and over: a model that does not find an end."""

from __future__ import annotations

import re

_LEAST_CHARACTERS = 48
# Where each character is a word or half of one, so many do.
_LEAST_OF_HAN, _HAN = 24, "\u3400"
# One letter or digit that often is no word in any language.
_LEAST_OF_ONE = 28
_TAIL = 16
_LONGEST_PERIOD = 2_000
_SHARE = 0.6
_NUMBERS = re.compile(r"\d+")
_FEW_LINES = 8
_LINE_END = 5
_TURNS = 6
_OPENERS = "([{<\"'`"


def endless_repetition(text: str) -> bool:
    """Whether most of a text repeats one piece of it, after a start or from its first word."""
    if len(text) >= _LEAST_OF_ONE and text[0].isalnum() and text == text[0] * len(text):
        return True
    if len(text) < _LEAST_CHARACTERS:
        return len(text) >= _LEAST_OF_HAN and text[-1] >= _HAN and _short_period(text)
    return _opens_on(text) or _periodic(text) or _few_words(text) or _few_lines(text)


def _periodic(text: str) -> bool:
    """Whether the text ends in at least so many turns of one period, which are most of it."""
    end = len(text)
    before = text.rfind(text[-_TAIL:], max(0, end - _LONGEST_PERIOD - _TAIL), end - 1)
    if before < 0:
        return False
    period = end - _TAIL - before
    start = _repeats_from(text, period)
    covered = end - start
    return covered >= max(_LEAST_CHARACTERS, _TURNS * period) and covered >= _SHARE * end and _worth(text[-period:])


def _opens_on(text: str) -> bool:
    """Whether most of it is one bracket or quotation mark again and again, which opens something without end."""
    left = text.rstrip(text[-1]) if text[-1] in _OPENERS else text
    return len(text) - len(left) >= max(_LEAST_CHARACTERS * 2, _SHARE * len(text))


def _short_period(text: str) -> bool:
    """Whether all but the first characters are up to four characters again and again."""
    return any(text[4:] == text[4 - period : -period] and _worth(text[-period:]) for period in range(1, 5))


def _worth(piece: str) -> bool:
    """White space and rules between sections repeat without harm."""
    return any(character.isalnum() for character in piece)


def _repeats_from(text: str, period: int) -> int:
    """Where the part begins, up to the end, in which each character is the one a period before it."""
    low, high = 0, len(text) - period
    while low < high:
        middle = (low + high) // 2
        if text[middle : len(text) - period] == text[middle + period :]:
            high = middle
        else:
            low = middle + 1
    return low


def _few_words(text: str) -> bool:
    """Whether a long end of the text is made of two words at most, in whatever order."""
    tail = text[-_LEAST_CHARACTERS * 8 :]
    last = tail[-_TAIL:].split()[-1:]
    if not last or tail.count(last[0]) < 12:
        return False
    words = tail.lower().split()
    return len(words) >= 40 and len(set(words[1:])) <= 2


def _few_lines(text: str) -> bool:
    """Whether most lines are one another again, but for numbers in them."""
    if text.count("\n") < _FEW_LINES:
        return False
    lines = text.split("\n")
    if len({line[-_LINE_END:] for line in lines}) > len(lines) // 2:
        return False
    lines = [line for line in _NUMBERS.sub("0", text).split("\n") if len(line.strip()) > 3]
    return len(lines) >= _FEW_LINES and len(set(lines)) <= len(lines) * (1 - _SHARE) / 2
