"""Tokens of a segment and the classes that words belong to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

# A CJK character is a token of its own; elsewhere a word with its apostrophes, or a mark that says something.
_TOKEN = re.compile(r"[\u3400-\u9fff]|[^\W_\u3400-\u9fff]+(?:'[^\W_\u3400-\u9fff]+)*|[?!:\uff1f\uff01\uff1a]")
# In folded text that is plain ASCII, what is no part of a token becomes a space. Apostrophes are looked at later.
_PARTS = frozenset(b"abcdefghijklmnopqrstuvwxyz0123456789'?!:")
_SPACED = bytes(code if code in _PARTS else 32 for code in range(256))
# What stands between pieces of text, and the token that it becomes; neither is part of another token.
_BETWEEN, MARK = "\0", "^"
_SPACED_AND_MARKED = _SPACED.replace(b" ", MARK.encode(), 1)
# Marks that are in no token and stand in many texts that are plain ASCII but for them.
_TYPOGRAPHY = "\u201c\u201d\u2013\u2014\u2026\u2022"
_STEM = 5
_CONTENT_LENGTH = 4


@dataclass(frozen=True, eq=False)
class WordClasses:
    """Groups of words that do the same work: the names of each word's classes, and all their names in order.

    Equal only to itself, so that what is found by it can be remembered.
    """

    of: Mapping[str, tuple[str, ...]]
    names: tuple[str, ...]


def word_classes(lists: Mapping[str, Iterable[str]]) -> WordClasses:
    """Classes named as in `lists`; a word may belong to several."""
    found: dict[str, list[str]] = {}
    for name, words in lists.items():
        for word in words:
            found.setdefault(word, []).append(name)
    return WordClasses({word: tuple(names) for word, names in found.items()}, tuple(lists))


def tokens(folded: str) -> list[str]:
    """The tokens of folded text, in their order."""
    return _split(folded, _SPACED) if folded.isascii() else _TOKEN.findall(folded)


def marked_tokens(pieces: Sequence[str]) -> list[str]:
    """A MARK and then the tokens of the first of these folded texts, a MARK and the tokens of the second, and so on."""
    joined = without_typography(" ".join([part for piece in pieces for part in (_BETWEEN, piece)]))
    if joined.isascii() and joined.count(_BETWEEN) == len(pieces):
        return _split(joined, _SPACED_AND_MARKED)
    return [token for piece in pieces for token in (MARK, *tokens(piece))]


def without_typography(text: str) -> str:
    """The text with spaces for the marks that most often keep it from being plain ASCII."""
    if not text.isascii():
        for mark in _TYPOGRAPHY:
            text = text.replace(mark, " ")
    return text


def _split(ascii_text: str, table: bytes) -> list[str]:
    """Tokens by spaces alone: several times as fast as by an expression."""
    text = ascii_text.encode("ascii").translate(table).decode("ascii")
    for mark in "?!:":
        text = text.replace(mark, f" {mark} ")
    if "'" in text:
        # An apostrophe belongs to a token where it stands between two of its letters.
        text = f" {text} ".replace("''", "  ").replace("' ", "  ").replace(" '", "  ")
    return text.split()


def stems(words: Iterable[str], classes: WordClasses) -> list[str]:
    """The beginnings of the words that carry content: what a request and its answer have in common."""
    return [stem for stem in stem_of_each(words, classes) if stem]


def stem_of_each(words: Iterable[str], classes: WordClasses) -> list[str]:
    """The stem of each word, empty for one without content."""
    of = classes.of
    return [
        word[:_STEM] if (len(word) >= _CONTENT_LENGTH or word >= "\u3400") and word not in of else "" for word in words
    ]
