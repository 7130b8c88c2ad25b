"""What the first and the last words of a response say of it, by a linear form over words and pairs of words.

The segments tell what is done where; this tells how responses of a kind begin and end, and errs elsewhere: averaged,
the two agree with people more often than either, on sets that neither was fitted on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import chain, repeat
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reviewer.classify.document import Floats
from reviewer.classify.model import DATA, HUNDREDTHS, softmax
from reviewer.classify.segments import Segment
from reviewer.classify.vocabulary import BEGINNING, NO_FEATURE, UNKNOWN, Edges, Numbers, edges_of
from reviewer.classify.words import MARK, tokens, without_typography

# So many words at the beginning and at the end are read.
FIRST, LAST = 50, 25
# A word or pair at the end is another feature than the same at the beginning.
END = "<"
# So many characters hold a word and what follows it, nearly always.
_CHARACTERS = 7
# A response of so many is looked through at once.
WHOLE = 1_200
Words = list[str] | None


class Lookup(NamedTuple):
    """The features at one end of a response: `words` (T,) by a token's number, `pairs` by those of two tokens.

    A pair leads to the number after its feature, because UNKNOWN is where nothing leads.
    """

    words: Numbers
    pairs: Edges

    def found(self, tokens: Numbers, owners: Numbers) -> list[tuple[Numbers, Numbers]]:
        """Of `tokens` (W,) with `owners` (W,): owners and features (n,) of words, and of pairs with one owner.

        NO_FEATURE where none is known.
        """
        together = np.flatnonzero((tokens[:-1] != UNKNOWN) & (tokens[1:] != UNKNOWN) & (owners[:-1] == owners[1:]))
        pairs = self.pairs.follow(tokens[together], tokens[together + 1]) - 1
        return [(owners, self.words[tokens]), (owners[together], pairs)]


class Openings(NamedTuple):
    """The weights (V + 1, classes) of the features called `names`; the last row is the constant.

    `rareness` (V,) is how much each feature counts: what few responses have says more (inverse document frequency).
    `tokens` numbers the words of the names, which `begun` and `ended` look features up by.
    """

    classes: tuple[str, ...]
    names: Sequence[str]
    rareness: Floats
    weights: Floats
    tokens: dict[str, int]
    begun: Lookup
    ended: Lookup

    def probabilities(self, responses: Sequence[Sequence[Segment]], words: Sequence[Words] | None = None) -> Floats:
        """Shape (B, classes), for the segments of each response; `words` are those of each, where they are known.

        More features weigh no more: each counts by its rareness, divided by the root of the sum of their squares.
        """
        every = map(words_of, responses) if words is None else words
        counts, flat = self._known([first_and_last(*one) for one in zip(responses, every, strict=True)])
        return softmax(normed_sums(counts, flat, self.rareness, self.weights[:-1]) + self.weights[-1])

    def _known(self, ends: Sequence[tuple[list[str], list[str]]]) -> tuple[NDArray[np.intp], Numbers]:
        """How many features each response has, and their numbers, each once and in ascending order."""
        begun = self._numbered([[MARK, *first] for first, _ in ends])
        ended = self._numbered([last for _, last in ends])
        found = [*self.begun.found(*begun), *self.ended.found(*ended)]
        return once(found, len(ends), len(self.rareness))

    def _numbered(self, words: Sequence[Sequence[str]]) -> tuple[Numbers, Numbers]:
        """The numbers of all words, and of which response each is."""
        sizes = np.array([len(own) for own in words], np.intp)
        numbers = map(self.tokens.get, chain.from_iterable(words), repeat(UNKNOWN))
        return np.fromiter(numbers, np.intp, int(sizes.sum())), np.repeat(np.arange(len(words)), sizes)


def once(found: Sequence[tuple[Numbers, Numbers]], responses: int, features: int) -> tuple[NDArray[np.intp], Numbers]:
    """How many features each response has, and their numbers, each once and in ascending order.

    `found` are owners and features (n,), among these NO_FEATURE and repetitions.
    """
    owners = np.concatenate([one for one, _ in found])
    numbers = np.concatenate([one for _, one in found])
    size = features + 1
    # In one order: sums of the same numbers come out the same.
    keys = (owners * size + numbers)[numbers != NO_FEATURE]
    keys.sort()
    keys = keys[np.diff(keys, prepend=-1) > 0]
    return np.bincount(keys // size, minlength=responses), keys % size


def normed_sums(counts: NDArray[np.intp], features: Numbers, rareness: Floats, weights: Floats) -> Floats:
    """(B, classes) sums of `weights` (V, classes) for B responses with so many `features` each, by their rareness.

    Each is divided by the root of the sum of the squares of rareness, so that more features weigh no more.
    """
    sums = np.zeros((len(counts), weights.shape[1]), np.float32)
    some = counts > 0
    if some.any():
        starts = (np.cumsum(counts) - counts)[some]
        rare = rareness[features]
        lengths = np.sqrt(np.add.reduceat(rare * rare, starts))
        sums[some] = np.add.reduceat(weights[features] * rare[:, None], starts) / lengths[:, None]
    return sums


def openings_of(classes: tuple[str, ...], names: Sequence[str], rareness: Floats, weights: Floats) -> Openings:
    """`rareness` (V,) and `weights` (V + 1, classes) of features called `names`, with the tables to look them up in.

    A name is a word or two of the beginning, MARK before the first, or of the end after an END.
    """
    known = {"": UNKNOWN, MARK: BEGINNING}
    for word in chain.from_iterable(name.removeprefix(END).split(" ") for name in names):
        known.setdefault(word, len(known))
    begun = ((name, number) for number, name in enumerate(names) if not name.startswith(END))
    ended = ((name.removeprefix(END), number) for number, name in enumerate(names) if name.startswith(END))
    return Openings(classes, names, rareness, weights, known, lookup_of(begun, known), lookup_of(ended, known))


def lookup_of(named: Iterable[tuple[str, int]], known: dict[str, int]) -> Lookup:
    """What features, by name and number, are looked up in; `known` numbers the tokens."""
    words = np.full(len(known), NO_FEATURE, np.intp)
    pairs: dict[tuple[int, int], int] = {}
    for name, number in named:
        first, *second = name.split(" ")
        if second:
            pairs[known[first], known[second[0]]] = number + 1
        else:
            words[known[first]] = number
    return Lookup(words, edges_of(pairs))


def words_of(segments: Sequence[Segment], known: Words = None) -> Words:
    """All words of a response of at most so many characters that it is looked through at once; None of a longer one.

    `known` are its words where they have been taken apart before.
    """
    texts = [segment.folded for segment in segments]
    if sum(map(len, texts)) > WHOLE:
        return None
    return _tokens(texts) if known is None else known


def first_and_last(segments: Sequence[Segment], words: Words) -> tuple[list[str], list[str]]:
    """The first words of a response and the last, none counted at both ends; `words` are as `words_of` gives them."""
    if words is not None and len(words) <= FIRST + LAST:
        return words[:FIRST], words[FIRST:]
    if words is not None:
        return words[:FIRST], words[-LAST:]
    texts = [segment.folded for segment in segments]
    first = _words(texts, FIRST + LAST)
    if len(first) <= FIRST + LAST:
        return first[:FIRST], first[FIRST:]
    return first[:FIRST], _words(texts, LAST, from_end=True)[-LAST:]


def _words(texts: Sequence[str], more_than: int, *, from_end: bool = False) -> list[str]:
    """The words of so many of the first texts, or of the last, as hold more than `more_than`, or of all.

    Few calls on much text are quicker than many on little: texts are taken by their length first.
    """
    taken = size = 0
    found: list[str] = []
    while taken < len(texts) and len(found) <= more_than:
        while taken < len(texts) and size <= _CHARACTERS * more_than:
            size += len(texts[-1 - taken if from_end else taken])
            taken += 1
        size = 0
        found = _tokens(texts[-taken:] if from_end else texts[:taken])
    return found


def _tokens(texts: Sequence[str]) -> list[str]:
    return tokens(without_typography(" ".join(texts)))


@cache
def stored_openings(language: str) -> Openings | None:
    """The weights for a language, read once; None where there are none."""
    path = DATA / f"openings-{language}.tsv"
    if not path.exists():
        return None
    names, columns, numbers = stored_lines(path)
    hundredths = numbers / HUNDREDTHS
    return openings_of(tuple(columns[1:]), names, hundredths[:-1, 0], hundredths[:, 1:])


def stored_lines(path: Path) -> tuple[list[str], list[str], Floats]:
    """Of a file of weights the names of V features, those of its columns, and (V + 1, columns) numbers."""
    heading, *lines = path.read_text(encoding="utf-8").splitlines()
    names = [line.partition("\t")[0] for line in lines]
    columns = heading.partition("\t")[2].split(",")
    numbers = np.fromstring(",".join(line.partition("\t")[2] for line in lines), dtype=np.float32, sep=",")
    return names[:-1], columns, numbers.reshape(len(lines), len(columns))
