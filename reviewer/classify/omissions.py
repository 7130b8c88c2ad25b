"""Whether a response leaves out a part of what was asked for without saying so, by a linear form over common words.

What gives a safe part in silence speaks about a subject; what answers speaks to the one who asked. That shows in the
words that all subjects share, and in how it begins. So a word that is not common counts as any other that is not, and
a number as any other number: what is learnt about locks holds for loans.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import chain, repeat
from typing import NamedTuple

import numpy as np

from reviewer.classify.asked_refusals import asks_to_leave_out
from reviewer.classify.document import Floats
from reviewer.classify.model import DATA, HUNDREDTHS
from reviewer.classify.openings import Lookup, Words, lookup_of, normed_sums, once, stored_lines
from reviewer.classify.requests import Request
from reviewer.classify.segments import Segment
from reviewer.classify.vocabulary import UNKNOWN, Numbers
from reviewer.classify.words import tokens, without_typography

# So many words of a response are read, as its opening, and of a request.
READ, OPENING, ASKED = 150, 12, 30
# A word of the opening, and one of the request, is another feature than the same in the response.
OPENS, ASKS = "@", "#"
# What stands for all words that are not common, and for all numbers.
UNCOMMON, NUMBER = "X", "0"
# So many characters hold a word and what follows it, nearly always.
_CHARACTERS = 10
_REMEMBERED = 20_000


class _Tokens(dict[str, int]):
    """Numbers of words; one that is not common has the number of what stands for it.

    So many of these are remembered, as most of them come again.
    """

    def __missing__(self, word: str) -> int:
        number = self[NUMBER if word[0].isdigit() else UNCOMMON]
        if len(self) < _REMEMBERED:
            self[word] = number
        return number


class Omissions(NamedTuple):
    """The weights (V + 1,) of the features called `names`, the constant last, and their `rareness` (V,).

    `tokens` numbers the common words; what is looked up in the response, in its opening and in its request.
    """

    names: Sequence[str]
    rareness: Floats
    weights: Floats
    tokens: _Tokens
    parts: tuple[Lookup, Lookup, Lookup]

    def chances(
        self,
        responses: Sequence[Sequence[Segment]],
        requests: Sequence[Request],
        words: Sequence[Words] | None = None,
    ) -> Floats:
        """(B,) how likely each response leaves out a part in silence, from its segments and its request.

        What the request itself asks to leave out counts as none. `words` are those of each response, where known.
        """
        every = repeat(None) if words is None else words
        read, owners = self._numbered([first_words(*one) for one in zip(responses, every, strict=False)])
        asked = self._numbered([request.words[:ASKED] for request in requests])
        begins = np.flatnonzero(np.diff(owners, prepend=-1))
        opens = np.arange(len(owners)) - np.repeat(begins, np.diff(begins, append=len(owners))) < OPENING
        found = []
        for lookup, part in zip(self.parts, ((read, owners), (read[opens], owners[opens]), asked), strict=True):
            found += lookup.found(*part)
        counts, features = once(found, len(responses), len(self.rareness))
        sums = normed_sums(counts, features, self.rareness, self.weights[:-1, None])[:, 0] + self.weights[-1]
        chances = np.asarray(1 / (1 + np.exp(-sums)), np.float32)
        chances[[asks_to_leave_out(request.folded) for request in requests]] = 0
        return chances

    def _numbered(self, words: Sequence[Sequence[str]]) -> tuple[Numbers, Numbers]:
        """The numbers of all words, or of what stands for them, and of which text each is. None is that of UNKNOWN."""
        sizes = [*map(len, words)]
        numbers = np.fromiter(map(self.tokens.__getitem__, chain.from_iterable(words)), np.intp, sum(sizes))
        return numbers, np.repeat(np.arange(len(words)), sizes)


def omissions_of(names: Sequence[str], rareness: Floats, weights: Floats) -> Omissions:
    """`rareness` (V,) and `weights` (V + 1,) of features called `names`, with the tables to look them up in.

    A name is a word or two of the response, of its opening after OPENS, or of the request after ASKS. The words that
    are names by themselves are those that are common.
    """
    known = _Tokens({"": UNKNOWN})
    for word in (*(name for name in names if " " not in name and name[0] not in (OPENS, ASKS)), UNCOMMON, NUMBER):
        known.setdefault(word, len(known))
    of_part: dict[str, list[tuple[str, int]]] = {"": [], OPENS: [], ASKS: []}
    for number, name in enumerate(names):
        mark = name[0] if name[0] in (OPENS, ASKS) else ""
        of_part[mark].append((name.removeprefix(mark), number))
    body, opening, asked = (lookup_of(named, known) for named in of_part.values())
    return Omissions(names, rareness, weights, known, (body, opening, asked))


def first_words(segments: Sequence[Segment], words: Words = None) -> list[str]:
    """The first READ words of a response; `words` are all of a short one."""
    if words is not None:
        return words[:READ]
    text = size = 0
    while text < len(segments) and size <= _CHARACTERS * READ:
        size += len(segments[text].folded)
        text += 1
    read = " ".join([segment.folded for segment in segments[:text]])
    return tokens(without_typography(read[: 2 * _CHARACTERS * READ]))[:READ]


@cache
def stored_omissions(language: str) -> Omissions | None:
    """The weights for a language, read once; None where there are none."""
    path = DATA / f"omissions-{language}.tsv"
    if not path.exists():
        return None
    names, _, numbers = stored_lines(path)
    return omissions_of(names, numbers[:-1, 0] / HUNDREDTHS, numbers[:, 1] / HUNDREDTHS)


def as_numbers(omissions: Omissions) -> Numbers:
    """(V + 1, 2) rareness and weight of each feature in hundredths; the constant comes last."""
    columns = np.column_stack([np.append(omissions.rareness, 0), omissions.weights])
    return np.round(columns * HUNDREDTHS).astype(np.intp)
