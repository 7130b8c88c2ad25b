"""Which language a response is in. A language without weights of its own is not read at all."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from math import lcm
from struct import Struct
from typing import NamedTuple

from reviewer.classify.model import DATA
from reviewer.classify.words import without_typography

COVERED_LANGUAGES = {
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "de": "German",
    "pt": "Portuguese",
    "zh": "Chinese",
}

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
# The same for a folded sample that is plain ASCII, in less time.
_ASCII_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
# What is in none of these becomes a space; splitting by spaces takes a third of the time.
_SPACED = bytes(code if chr(code) in "abcdefghijklmnopqrstuvwxyz'" else 32 for code in range(256))
_SAMPLE_CHARACTERS = 1_500
# The beginning that is read first: so many function words, and so many times as many as of any other language, leave
# no doubt.
_GLANCE_CHARACTERS = 200
_MANY, _BEYOND_DOUBT = 6, 3
# Room for each word of a sample to count in full.
_FIELD_BITS = 32
# With fewer words than this a text may show no function word at all, or only one that many languages have.
_ENOUGH_WORDS = 12
# A table or code has few function words: the request decides where its language has nearly as many as another.
_NEARLY = 1.6
_CONSONANTS = frozenset("bcdfghjklmnpqrstvwxz")
_HAN, _KANA, _HANGUL = ("\u3400", "\u9fff"), ("\u3040", "\u30ff"), ("\uac00", "\ud7af")
_LATIN_END = "\u0250"
_NO_LETTERS = bytes(code for code in range(256) if not chr(code).isalpha() or code > 127)


class _FunctionWords(NamedTuple):
    """What function words count for: a word of one language only counts `whole`.

    `weights` holds for each word one of the `fields` for each of the `languages`, so that one sum over the words of a
    text counts for all languages at once.
    """

    languages: tuple[str, ...]
    whole: int
    weights: Mapping[str, int]
    fields: Struct


@cache
def _function_words() -> _FunctionWords:
    lists = json.loads((DATA / "languages.json").read_text(encoding="utf-8"))
    found: dict[str, list[int]] = {}
    for number, words in enumerate(lists.values()):
        for word in words.split():
            # "20 s" and "\\d" are no Czech
            if word in _CONSONANTS:
                continue
            found.setdefault(word, []).append(number)
    # A word that several languages share counts for less; in whole numbers, so that the order of words says nothing.
    whole = lcm(*map(len, found.values()))
    weights = {
        word: sum(whole // len(numbers) << _FIELD_BITS * number for number in numbers)
        for word, numbers in found.items()
    }
    return _FunctionWords(tuple(lists), whole, weights, Struct(f"<{len(lists)}I"))


def language_of(folded: str, request: str) -> str | None:
    """The covered language of a folded text, or None. Too short a text is taken to be in that of its request."""
    sample = folded[:_SAMPLE_CHARACTERS]
    if not sample.isascii() and (script := _script(sample)):
        return script if script in COVERED_LANGUAGES else None
    return _at_a_glance(sample) or _of_sample(sample, request)


def _at_a_glance(sample: str) -> str | None:
    """The covered language in which the beginning of a sample is beyond doubt; None where the rest has to be read."""
    if len(sample) <= _GLANCE_CHARACTERS:
        return None
    known = _function_words()
    counts = _fields(_words(sample[:_GLANCE_CHARACTERS]))
    rival, most = sorted(counts)[-2:]
    best = known.languages[counts.index(most)]
    beyond = most >= _MANY * known.whole and most >= _BEYOND_DOUBT * rival
    return best if beyond and best in COVERED_LANGUAGES else None


def _of_sample(sample: str, request: str) -> str | None:
    words = _words(sample)
    counts = _counts(words)
    if max(counts.values(), default=0) < _function_words().whole and len(words) < _ENOUGH_WORDS:
        return _of_request(request) or "en"
    if not counts:
        return None
    # Of languages that are equally likely, one that is covered: the request decides between them.
    best, score = max(counts.items(), key=lambda entry: (entry[1], entry[0] in COVERED_LANGUAGES))
    wanted = _of_request(request)
    if score <= _function_words().whole and len(words) < _ENOUGH_WORDS and wanted:
        # one word among few can be one of code
        return wanted
    if wanted and wanted != best and counts.get(wanted, 0) * _NEARLY > score:
        return wanted
    if best not in COVERED_LANGUAGES:
        return None
    rival = max((n for language, n in counts.items() if language != best), default=0)
    if score > rival:
        return best
    # Between languages that are equally likely, that of the request was taken above; else it is English, or none.
    return "en" if counts.get("en") == score else None


def _of_request(request: str) -> str | None:
    counts = _counts(_words(request[:_SAMPLE_CHARACTERS]))
    best = max(counts, key=lambda language: counts[language], default=None)
    return best if best in COVERED_LANGUAGES else None


def _words(sample: str) -> list[str]:
    text = without_typography(sample)
    if not text.isascii():
        return _WORD.findall(text)
    words = text.encode("ascii").translate(_SPACED).decode("ascii").split()
    if "'" not in text:
        return words
    return [part for word in words for part in (_ASCII_WORD.findall(word) if "'" in word else (word,))]


def _counts(words: list[str]) -> Mapping[str, int]:
    """How much the function words speak for each language of which there are any."""
    return {
        language: count for language, count in zip(_function_words().languages, _fields(words), strict=True) if count
    }


def _fields(words: list[str]) -> tuple[int, ...]:
    """How much the function words speak for each language."""
    known = _function_words()
    total = sum(filter(None, map(known.weights.get, words)))
    return known.fields.unpack(total.to_bytes(known.fields.size, "little"))


def _script(sample: str) -> str | None:
    """Chinese, or a name for another script than Latin, where more than a third of the letters is written in it."""
    plain = sample.encode("ascii", "ignore")
    if 2 * (len(sample) - len(plain)) <= len(plain.translate(None, _NO_LETTERS)):
        return None
    letters = [character for character in sample if character.isalpha()]
    han = sum(_HAN[0] <= letter <= _HAN[1] for letter in letters)
    kana = sum(_KANA[0] <= letter <= _KANA[1] or _HANGUL[0] <= letter <= _HANGUL[1] for letter in letters)
    latin = sum(letter < _LATIN_END for letter in letters)
    # A Han character says as much as two or three letters.
    if 2 * han > latin and han > 4 * kana:
        return "zh"
    if 2 * (len(letters) - latin) > latin:
        return "another script"
    return None
