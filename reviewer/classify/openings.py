"""What the first and the last words of a response say of it, by a linear form over words and pairs of words.

The segments tell what is done where; this tells how responses of a kind begin and end, and errs elsewhere: averaged,
the two agree with people more often than either, on sets that neither was fitted on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import chain, pairwise
from typing import NamedTuple

import numpy as np

from reviewer.classify.document import Floats
from reviewer.classify.model import DATA, HUNDREDTHS, softmax
from reviewer.classify.segments import Segment
from reviewer.classify.words import MARK, tokens, without_typography

# So many words at the beginning and at the end are read.
FIRST, LAST = 50, 25
# A word or pair at the end is another feature than the same at the beginning.
_END = "<"
# So many characters hold a word and what follows it, nearly always.
_CHARACTERS = 7


class Openings(NamedTuple):
    """The weights (V + 1, classes) of the features that `numbers` names; the last row is the constant.

    `rareness` (V,) is how much each feature counts: what few responses have says more (inverse document frequency).
    """

    classes: tuple[str, ...]
    numbers: Mapping[str, int]
    rareness: Floats
    weights: Floats

    def probabilities(self, responses: Sequence[Sequence[str]]) -> Floats:
        """Shape (B, classes), for the features of each response as `opening_features` names them.

        More features weigh no more: each counts by its rareness, divided by the root of the sum of their squares.
        """
        known = [self._known(names) for names in responses]
        counts = np.array([len(own) for own in known], np.intp)
        flat = np.fromiter(chain.from_iterable(known), np.intp, int(counts.sum()))
        sums = np.zeros((len(known), len(self.classes)), np.float32)
        some = counts > 0
        if some.any():
            starts = (np.cumsum(counts) - counts)[some]
            rare = self.rareness[flat]
            lengths = np.sqrt(np.add.reduceat(rare * rare, starts))
            sums[some] = np.add.reduceat(self.weights[flat] * rare[:, None], starts) / lengths[:, None]
        return softmax(sums + self.weights[-1])

    def _known(self, names: Sequence[str]) -> list[int]:
        """In one order: sums of the same numbers come out the same."""
        found = set(map(self.numbers.get, names))
        found.discard(None)
        return sorted(number for number in found if number is not None)


def opening_features(segments: Sequence[Segment]) -> list[str]:
    """The first words and the last, single and in pairs; none is counted at both ends."""
    first = _words([segment.folded for segment in segments], FIRST + LAST)
    if len(first) > FIRST + LAST:
        last = _words([segment.folded for segment in reversed(segments)], LAST, from_end=True)[-LAST:]
        first = first[:FIRST]
    else:
        first, last = first[:FIRST], first[FIRST:]
    begun = [MARK, *first]
    ended = [_END + word for word in last]
    return [*first, *map(" ".join, pairwise(begun)), *ended, *map(" ".join, zip(ended, last[1:], strict=False))]


def _words(texts: Sequence[str], more_than: int, *, from_end: bool = False) -> list[str]:
    """The words of so many texts as hold more than `more_than`, or of all; `from_end` has them in reverse order.

    Few calls on much text are quicker than many on little: texts are taken by their length first.
    """
    taken = size = 0
    found: list[str] = []
    while taken < len(texts) and len(found) <= more_than:
        while taken < len(texts) and size <= _CHARACTERS * more_than:
            size += len(texts[taken])
            taken += 1
        size = 0
        found = tokens(without_typography(" ".join(texts[taken - 1 :: -1] if from_end else texts[:taken])))
    return found


@cache
def stored_openings(language: str) -> Openings | None:
    """The weights for a language, read once; None where there are none."""
    path = DATA / f"openings-{language}.tsv"
    if not path.exists():
        return None
    heading, *lines = path.read_text(encoding="utf-8").splitlines()
    names = [line.partition("\t")[0] for line in lines]
    numbers = np.fromstring(",".join(line.partition("\t")[2] for line in lines), dtype=np.float32, sep=",")
    classes = tuple(heading.partition("\t")[2].split(",")[1:])
    columns = numbers.reshape(len(lines), len(classes) + 1) / HUNDREDTHS
    named = {name: number for number, name in enumerate(names[:-1])}
    return Openings(classes, named, columns[:-1, 0], columns[:, 1:])
