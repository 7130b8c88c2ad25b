"""What is read off segments: their words in order, what classes of words stand near each other, and their place.

Everything is looked up for all segments of many responses at once. `tests/fitting/named_features.py` says the same
plainly, segment by segment and by name; a test holds the two together.

Feature numbers of all segments lie in one ascending array, and `starts` says where each segment's begin. The order of
the steps matters: words are numbered once for the whole batch, then runs of words, near classes, places and shares are
found for all segments at once, and only then are they sorted by segment and freed of repetitions. Of three segments of
which the second has no named feature, with 9 as the number that always counts:

    >>> found = SegmentFeatures(np.array([2, 5, 9, 9, 0, 9]), np.array([0, 3, 4]), np.array([7, 1, 3]), np.array([2]))
    >>> [found.of(segment).tolist() for segment in range(3)]
    [[2, 5], [], [0]]
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from itertools import chain, repeat
from typing import NamedTuple

import numpy as np

from reviewer.classify.segments import Segment
from reviewer.classify.vocabulary import (
    BEGINNING,
    LARGEST_SHARE,
    LAST_FROM_END,
    LAST_PLACE,
    LONGEST,
    MOST_SHARED,
    NO_FEATURE,
    NO_STEM,
    SHAPES,
    UNKNOWN,
    Numbers,
    Vocabulary,
)
from reviewer.classify.words import MARK, WordClasses, marked_tokens, stem_of_each

_NEW = -1
# Of a longer segment only this many tokens are read: what it does shows by then.
TOKENS_READ = 80
# Two classes of words are near each other within this many tokens.
NEAR = 7
# The share of a segment's words that the request had used is told in steps of a quarter, the whole among the last.
SHARE_STEPS = 3.99
ENDINGS = {"?": 1, "\uff1f": 1, ":": 2, "\uff1a": 2}
# Quoted words belong to somebody else; where nearly all is quoted, the quotation is what there is.
_MOSTLY = 0.8
_QUOTED = re.compile(r"\"[^\"\n]{0,1200}\"|\u201c[^\u201c\u201d\n]{0,1200}\u201d|\u300c[^\u300c\u300d\n]{0,1200}\u300d")
# The length of a segment in steps that double.
_LENGTHS = np.array([min(LONGEST, (length + 1).bit_length() - 1) for length in range(1 << LONGEST)], np.intp)


class Passage(NamedTuple):
    """The segments of one response, the stems of the words of its request, and its own words where they are known."""

    segments: Sequence[Segment]
    asked: Collection[str]
    own: OwnWords | None = None


class OwnWords(NamedTuple):
    """The words of a response without what it quotes, each segment's after a MARK, and how much each segment quotes."""

    marked: list[str]
    quoted: list[int]

    def words(self) -> list[str] | None:
        """All words of the response; None where it quotes others."""
        return None if any(self.quoted) else [word for word in self.marked if word != MARK]


class SegmentFeatures(NamedTuple):
    """Features of N segments: `numbers` (M,), ascending and once for each segment, from `starts` (N,) on.

    The last of each segment is the number after all named features, which always counts. `lengths` (N,) is in tokens.
    `recurring` (B,) counts for each of B passages the stems of its request that are in its own words.
    """

    numbers: Numbers
    starts: Numbers
    lengths: Numbers
    recurring: Numbers

    def of(self, segment: int) -> Numbers:
        """(n,) the named features of a segment, by its number from 0."""
        return self.of_several(np.array([segment]))[1]

    def of_several(self, segments: Numbers) -> tuple[Numbers, Numbers]:
        """The places (n,) in `segments` (P,), ascending, and of the segments there the named features (n,)."""
        sizes = np.diff(self.starts, append=len(self.numbers))[segments] - 1
        places = np.repeat(np.arange(len(segments)), sizes)
        within = np.arange(len(places)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        return places, self.numbers[self.starts[segments][places] + within]


class _Found(NamedTuple):
    """Features where they were found: `segments` (n,) and `features` (n,), among them NO_FEATURE and repetitions."""

    segments: Numbers
    features: Numbers


class _Written(NamedTuple):
    """The words read of all segments, each segment after a BEGINNING.

    `words` (W,) numbers them and `owners` (W,) says of which segment; of each segment the length and the amount quoted.
    """

    words: Numbers
    owners: Numbers
    lengths: Numbers
    quoted: Numbers


class _Numbering(dict[str, int]):
    """Numbers for words from `first` on; one that is new gets the next."""

    def __init__(self, first: int) -> None:
        super().__init__()
        self._first = first

    def __missing__(self, word: str) -> int:
        number = self[word] = self._first + len(self)
        return number


def segment_features(passages: Sequence[Passage], vocabulary: Vocabulary, classes: WordClasses) -> SegmentFeatures:
    """The features of all segments of `passages`, in their order. A passage has one segment at least."""
    segments = [segment for passage in passages for segment in passage.segments]
    counts = np.array([len(passage.segments) for passage in passages], np.intp)
    numbering = _Numbering(len(vocabulary.tokens))
    written = _written(passages, vocabulary.tokens, numbering)
    new = stem_of_each(numbering, classes)
    known = np.where(written.words < len(vocabulary.tokens), written.words, UNKNOWN)
    shared, recurring = _shared(passages, counts, written, new, vocabulary)
    found = [
        *_runs(known, written.owners, vocabulary),
        *_near(known, written.owners, vocabulary),
        *_places(segments, counts, written, vocabulary),
        *shared,
        _Found(np.arange(len(segments)), np.full(len(segments), vocabulary.features)),
    ]
    numbers, starts = _once(found, len(segments), vocabulary.features)
    return SegmentFeatures(numbers, starts, written.lengths, recurring)


def _written(passages: Sequence[Passage], tokens: Mapping[str, int], numbering: _Numbering) -> _Written:
    """`tokens` are the numbers of known words; the others are numbered by `numbering`."""
    owned = [passage.own or words_owned(passage.segments) for passage in passages]
    every = list(chain.from_iterable([own.marked for own in owned]))
    amounts = list(chain.from_iterable([own.quoted for own in owned]))
    words = np.fromiter(map(tokens.get, every, repeat(_NEW)), np.intp, len(every))
    new = np.flatnonzero(words == _NEW)
    words[new] = [numbering[every[place]] for place in new.tolist()]
    begins = np.flatnonzero(words == BEGINNING)
    sizes = np.diff(begins, append=len(words))
    owners = np.repeat(np.arange(len(begins)), sizes)
    read = np.arange(len(words)) - begins[owners] <= TOKENS_READ
    return _Written(words[read], owners[read], sizes - 1, np.array(amounts, np.intp))


def words_owned(segments: Sequence[Segment]) -> OwnWords:
    """The words of a response, with what its segments quote taken out."""
    pieces = [segment.folded for segment in segments]
    quoted = [0] * len(pieces)
    for place, piece in enumerate(pieces):
        if '"' in piece or "\u201c" in piece or "\u300c" in piece:
            pieces[place], quoted[place] = own_words(piece)
    return OwnWords(marked_tokens(pieces), quoted)


def own_words(folded: str) -> tuple[str, int]:
    """The text without what it quotes, and how much it quotes: 0 nothing, 1 less than half, 2 half or more."""
    if '"' not in folded and "\u201c" not in folded and "\u300c" not in folded:
        return folded, 0
    quoted = sum(map(len, _QUOTED.findall(folded)))
    if not quoted:
        return folded, 0
    if quoted > _MOSTLY * len(folded):
        return folded, 2
    return _QUOTED.sub(" ", folded), 1 if 2 * quoted < len(folded) else 2


def _runs(words: Numbers, owners: Numbers, vocabulary: Vocabulary) -> list[_Found]:
    """Single words and runs of two and three. None crosses into the next segment: nothing leads to a BEGINNING."""
    first = np.flatnonzero(vocabulary.goes_on[words[:-1]] & vocabulary.follows[words[1:]])
    pairs = vocabulary.edges.follow(words[first], words[first + 1])
    longer = np.flatnonzero(vocabulary.goes_on[pairs] & (first + 2 < len(words)))
    third = vocabulary.edges.follow(pairs[longer], words[first[longer] + 2])
    feature = vocabulary.feature
    return [
        _Found(owners, feature[words]),
        _Found(owners[first], feature[pairs]),
        _Found(owners[first[longer]], feature[third]),
    ]


def _near(words: Numbers, owners: Numbers, vocabulary: Vocabulary) -> list[_Found]:
    """Each class that occurs, and each pair of an earlier and a later class that stand near each other."""
    classes = vocabulary.classes
    at = np.flatnonzero(classes.counts[words])
    count = classes.counts[words[at]]
    before = np.cumsum(count) - count
    where = np.repeat(at, count)
    member = classes.members[np.repeat(classes.starts[words[at]] - before, count) + np.arange(len(where))]
    # Segments stand too far apart for any two of their words to be near.
    owner = owners[where]
    position = where + NEAR * owner
    found = [_Found(owner, classes.single[member])]
    earlier, step = np.arange(len(where) - 1), 1
    while earlier.size:
        gap = position[earlier + step] - position[earlier]
        apart = earlier[(gap > 0) & (gap <= NEAR)]
        found.append(_Found(owner[apart], classes.pair[member[apart], member[apart + step]]))
        earlier, step = earlier[gap <= NEAR], step + 1
        earlier = earlier[earlier + step < len(where)]
    return found


def _places(segments: Sequence[Segment], counts: Numbers, written: _Written, vocabulary: Vocabulary) -> list[_Found]:
    """Form, place among the segments of the response, length, ending and quotation."""
    places = vocabulary.places
    rows = np.arange(len(segments))
    shape = np.array([SHAPES[segment.shape] for segment in segments], np.intp)
    ending = np.array([ENDINGS.get(segment.folded[-1], 0) for segment in segments], np.intp)
    first = np.cumsum(counts) - counts
    place = rows - np.repeat(first, counts)
    of = np.repeat(counts, counts)
    quotes, wordless = np.flatnonzero(written.quoted), np.flatnonzero(written.lengths == 0)
    found = [
        places.shape[shape],
        places.place[np.minimum(place, LAST_PLACE)],
        places.from_end[np.minimum(of - 1 - place, LAST_FROM_END)],
        places.of[np.minimum(of, LAST_PLACE)],
        places.length[_LENGTHS[np.minimum(written.lengths, len(_LENGTHS) - 1)]],
        places.ending[ending],
    ]
    return [
        *(_Found(rows, features) for features in found),
        _Found(first, places.first[shape[first]]),
        _Found(quotes, places.quoted[written.quoted[quotes]]),
        _Found(wordless, np.full(len(wordless), places.wordless)),
    ]


def _shared(
    passages: Sequence[Passage],
    counts: Numbers,
    written: _Written,
    new: Sequence[str],
    vocabulary: Vocabulary,
) -> tuple[list[_Found], Numbers]:
    """How many of a segment's own words, and which share of them, the request had used; nothing without a request.

    With it, for each passage, how many of the request's stems its segments use.
    """
    asked = {stem: number for number, stem in enumerate(set(chain.from_iterable(p.asked for p in passages)), start=1)}
    if not asked:
        return [], np.zeros(len(passages), np.intp)
    used = np.zeros((len(passages), len(asked) + 1), bool)
    askers = np.repeat(np.arange(len(passages)), [len(passage.asked) for passage in passages])
    used[askers, [asked[stem] for passage in passages for stem in passage.asked]] = True
    of_stem = np.zeros(len(vocabulary.stems), np.intp)
    both = [stem for stem in asked if stem in vocabulary.stems]
    of_stem[[vocabulary.stems[stem] for stem in both]] = [asked[stem] for stem in both]
    of_word = np.concatenate([of_stem[vocabulary.stem], np.array([asked.get(stem, 0) for stem in new], np.intp)])
    carries = np.concatenate([vocabulary.stem != NO_STEM, np.array([stem != "" for stem in new], bool)])
    response = np.repeat(np.arange(len(passages)), counts)
    requested = np.repeat([bool(passage.asked) for passage in passages], counts)
    count = len(response)
    content = np.bincount(written.owners[carries[written.words]], minlength=count)
    hits = used[response[written.owners], of_word[written.words]]
    shared = np.bincount(written.owners[hits], minlength=count)
    used[response[written.owners[hits]], of_word[written.words[hits]]] = False
    recurring = np.array([len(passage.asked) for passage in passages], np.intp) - used.sum(axis=1)
    rows = np.flatnonzero(requested)
    worded = np.flatnonzero(requested & (content > 0))
    share = (SHARE_STEPS * shared[worded] / content[worded]).astype(np.intp)
    places = vocabulary.places
    told = [
        _Found(rows, places.shared[np.minimum(shared[rows], MOST_SHARED)]),
        _Found(worded, places.share[np.minimum(share, LARGEST_SHARE)]),
    ]
    return told, recurring


def _once(found: Sequence[_Found], count: int, largest: int) -> tuple[Numbers, Numbers]:
    """Each feature once for each segment, in ascending order, and where each segment's begin."""
    bits = largest.bit_length()
    segments = np.concatenate([one.segments for one in found])
    features = np.concatenate([one.features for one in found])
    keys = ((segments << bits) | features)[features != NO_FEATURE]
    keys.sort()
    keys = keys[np.concatenate([[True], keys[1:] != keys[:-1]])]
    return keys & ((1 << bits) - 1), np.searchsorted(keys, np.arange(count) << bits)
