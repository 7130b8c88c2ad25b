"""The features of a segment and of an opening, said plainly: by name and one at a time.

Fitting needs them for names that have no number yet. `reviewer/classify/features.py` and `openings.py` read the same
ones for a whole batch at once; `tests/classify/test_features.py` and `test_openings.py` hold them together.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import NamedTuple

from reviewer.classify.features import ENDINGS, NEAR, SHARE_STEPS, TOKENS_READ, own_words
from reviewer.classify.omissions import ASKED, ASKS, NUMBER, OPENING, OPENS, UNCOMMON, first_words
from reviewer.classify.openings import END, first_and_last, words_of
from reviewer.classify.segments import Segment
from reviewer.classify.vocabulary import LAST_FROM_END, LAST_PLACE, LONGEST, MOST_SHARED
from reviewer.classify.words import MARK, WordClasses, stems, tokens

_ENDINGS = {1: ["$question"], 2: ["$announces"]}


class Named(NamedTuple):
    """The names of a segment's features, and its length in tokens."""

    names: set[str]
    length: int


def named_features(segment: Segment, place: int, count: int, asked: Collection[str], classes: WordClasses) -> Named:
    """Names of the features of the `place`-th of `count` segments of a response to a request with the stems `asked`."""
    text, quoted = own_words(segment.folded)
    words = tokens(text)
    read = words[:TOKENS_READ]
    names = {*read, *_runs(read), *_near(read, classes), *_place(segment, place, count, len(words))}
    if quoted:
        names.add(f"$quoted {quoted}")
    if asked:
        names.update(_shared(stems(read, classes), asked))
    return Named(names, len(words))


def _runs(read: Sequence[str]) -> list[str]:
    """Two and three words that follow each other, and with which one or two the segment begins."""
    pairs = [f"{a} {b}" for a, b in pairwise(read)]
    triples = [f"{a} {b} {c}" for a, b, c in zip(read, read[1:], read[2:], strict=False)]
    return [*pairs, *triples, *("^ " + " ".join(read[:size]) for size in (1, 2))]


def _near(read: Sequence[str], classes: WordClasses) -> set[str]:
    """Each class that occurs, and each ordered pair of classes that stand near each other."""
    found: set[str] = set()
    for position, word in enumerate(read):
        before = {name for earlier in read[max(0, position - NEAR) : position] for name in classes.of.get(earlier, ())}
        for name in classes.of.get(word, ()):
            found.add(f"#{name}")
            found.update(f"#{earlier} {name}" for earlier in before)
    return found


def _place(segment: Segment, place: int, count: int, length: int) -> list[str]:
    return [
        f"$shape {segment.shape}",
        f"$place {min(place, LAST_PLACE)}",
        f"$from end {min(count - 1 - place, LAST_FROM_END)}",
        f"$of {min(count, LAST_PLACE)}",
        f"$length {min(LONGEST, (length + 1).bit_length() - 1)}",
        *([f"$first {segment.shape}"] if place == 0 else []),
        *_ENDINGS.get(ENDINGS.get(segment.folded[-1], 0), []),
    ]


def _shared(content: Sequence[str], asked: Collection[str]) -> list[str]:
    """How many of the segment's own words, and which share of them, the request had used."""
    shared = sum(stem in asked for stem in content)
    share = [f"$share {int(SHARE_STEPS * shared / len(content))}"] if content else []
    return [f"$shared {min(shared, MOST_SHARED)}", *share]


def named_openings(segments: Sequence[Segment]) -> list[str]:
    """The first words of a response and the last, single and in pairs; none is counted at both ends."""
    first, last = first_and_last(segments, words_of(segments))
    ended = [END + word for word in last]
    return [
        *first,
        *map(" ".join, pairwise([MARK, *first])),
        *ended,
        *map(" ".join, zip(ended, last[1:], strict=False)),
    ]


def named_omissions(segments: Sequence[Segment], asked: Sequence[str], common: Collection[str]) -> list[str]:
    """The words of a response, of its opening and of its request, single and in pairs; what is not common as one."""
    words = [_masked(word, common) for word in first_words(segments)]
    return [
        *_single_and_pairs("", words),
        *_single_and_pairs(OPENS, words[:OPENING]),
        *_single_and_pairs(ASKS, [_masked(word, common) for word in asked[:ASKED]]),
    ]


def _masked(word: str, common: Collection[str]) -> str:
    return word if word in common else NUMBER if word[0].isdigit() else UNCOMMON


def _single_and_pairs(mark: str, words: Sequence[str]) -> list[str]:
    return [mark + name for name in (*words, *map(" ".join, pairwise(words)))]
