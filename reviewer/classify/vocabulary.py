"""The names of a language's features as tables, so that the tokens of many segments are looked up at once.

Runs of up to three words are paths in a tree: tokens are its first nodes, and an edge leads from a node and the next
token to a longer run. A number is that of a feature; NO_FEATURE where a run, a class or a place has no weight.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reviewer.classify.segments import Shape
from reviewer.classify.words import MARK, WordClasses, stems

Numbers = NDArray[np.intp]
Keys = NDArray[np.uint64]

NO_FEATURE = -1
# The tokens of words that no feature and no class names, and of the mark before the first word of a segment.
UNKNOWN, BEGINNING = 0, 1
# The stem of words without content.
NO_STEM = 0
# Beyond these, places, lengths and shares of words are told apart no more.
LAST_PLACE, LAST_FROM_END, LONGEST, MOST_SHARED, LARGEST_SHARE = 4, 2, 6, 3, 3
SHAPES = {shape: number for number, shape in enumerate(Shape)}

_FREE = np.uint64(2**64 - 1)
_NODE_BITS = np.uint64(32)
# Knuth's multiplicative hashing: the golden ratio in 64 bits.
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
# Slots for each edge; most are found where they are first looked for.
_ROOM = 4


class Edges(NamedTuple):
    """A hash table with linear probing: `keys` (2^n,) of node and token, `nodes` (2^n,) that they lead to."""

    keys: Keys
    nodes: Numbers

    def follow(self, nodes: Numbers, tokens: Numbers) -> Numbers:
        """Shape (n,): the nodes to which `tokens` lead from `nodes`; UNKNOWN where there is no edge."""
        wanted = _keys(nodes, tokens)
        slots = _slots(wanted, len(self.keys))
        held = self.keys[slots]
        found = np.where(held == wanted, self.nodes[slots], UNKNOWN)
        missed = np.flatnonzero((held != wanted) & (held != _FREE))
        while missed.size:
            slots[missed] = (slots[missed] + 1) % len(self.keys)
            held = self.keys[slots[missed]]
            hit = held == wanted[missed]
            found[missed[hit]] = self.nodes[slots[missed[hit]]]
            missed = missed[~hit & (held != _FREE)]
        return found


class Classes(NamedTuple):
    """The classes of each token: `counts` (T,) of them, in `members` from `starts` (T,) on.

    `single` (C,) numbers the feature of a class, `pair` (C, C) that of an earlier and a later class.
    """

    counts: Numbers
    starts: Numbers
    members: Numbers
    single: Numbers
    pair: Numbers


class Places(NamedTuple):
    """Numbers of the features of place and form, by what they are counted with."""

    shape: Numbers
    place: Numbers
    from_end: Numbers
    of: Numbers
    length: Numbers
    first: Numbers
    ending: Numbers
    quoted: Numbers
    shared: Numbers
    share: Numbers
    wordless: int


class Vocabulary(NamedTuple):
    """What the tokens of a language are looked up in.

    `tokens` numbers the words of feature names and classes; `feature` (nodes,) numbers each run's feature; `goes_on`
    (nodes,) says which runs have longer ones and `follows` (T,) which tokens can end a run; `stems` numbers the
    stems of the tokens and `stem` (T,) is each token's; tokens without content share the stem "".
    """

    tokens: Mapping[str, int]
    classes: Classes
    places: Places
    edges: Edges
    feature: Numbers
    goes_on: NDArray[np.bool_]
    follows: NDArray[np.bool_]
    stems: Mapping[str, int]
    stem: Numbers
    features: int


def vocabulary(names: Sequence[str], words: WordClasses) -> Vocabulary:
    """The tables for features called `names`, numbered in their order."""
    numbers = {name: number for number, name in enumerate(names)}
    tokens: dict[str, int] = {"": UNKNOWN, MARK: BEGINNING}
    runs = {number: name.split(" ") for name, number in numbers.items() if _is_run(name)}
    for token in (*(token for run in runs.values() for token in run), *words.of):
        tokens.setdefault(token, len(tokens))
    following, feature = _tree(runs, tokens)
    nodes = [node for node, _ in following]
    goes_on, follows = np.zeros(len(feature), bool), np.zeros(len(tokens), bool)
    goes_on[nodes] = True
    follows[[token for _, token in following]] = True
    known = {"": NO_STEM}
    stem = [known.setdefault(found, len(known)) for token in tokens for found in stems((token,), words) or ("",)]
    return Vocabulary(
        tokens,
        _classes(tokens, words, numbers),
        _places(numbers),
        edges_of(following),
        feature,
        goes_on,
        follows,
        known,
        np.array(stem, np.intp),
        len(names),
    )


def _is_run(name: str) -> bool:
    """Classes and places are no runs of words, nor is a beginning without a word."""
    return name[:1] not in ("$", "#") and name != f"{MARK} "


def _tree(runs: Mapping[int, Sequence[str]], tokens: Mapping[str, int]) -> tuple[dict[tuple[int, int], int], Numbers]:
    """The edges of the tree, and each node's feature."""
    following: dict[tuple[int, int], int] = {}
    features: dict[int, int] = {}
    for number, (first, *rest) in runs.items():
        node = tokens[first]
        for word in rest:
            node = following.setdefault((node, tokens[word]), len(tokens) + len(following))
        features[node] = number
    feature = np.full(len(tokens) + len(following), NO_FEATURE, np.intp)
    feature[list(features)] = list(features.values())
    return following, feature


def _keys(nodes: Numbers, tokens: Numbers) -> Keys:
    return (nodes.astype(np.uint64) << _NODE_BITS) | tokens.astype(np.uint64)


def _slots(keys: Keys, size: int) -> Numbers:
    """Where keys belong in a table of `size`, a power of two."""
    return ((keys * _FACTOR) >> np.uint64(65 - size.bit_length())).astype(np.intp)


def edges_of(following: Mapping[tuple[int, int], int]) -> Edges:
    """The table of edges, from a node and a token to the node that they lead to."""
    size = 1 << max(4, (_ROOM * len(following)).bit_length())
    table = Edges(np.full(size, _FREE), np.zeros(size, np.intp))
    pairs = np.array([*following], np.intp).reshape(-1, 2)
    keys, nodes = _keys(pairs[:, 0], pairs[:, 1]), np.array([*following.values()], np.intp)
    slots = _slots(keys, size)
    waiting = np.arange(len(keys))
    while waiting.size:
        fits = waiting[table.keys[slots[waiting]] == _FREE]
        _, chosen = np.unique(slots[fits], return_index=True)
        placed = fits[chosen]
        table.keys[slots[placed]], table.nodes[slots[placed]] = keys[placed], nodes[placed]
        waiting = np.setdiff1d(waiting, placed)
        slots[waiting] = (slots[waiting] + 1) % size
    return table


def _classes(tokens: Mapping[str, int], words: WordClasses, numbers: Mapping[str, int]) -> Classes:
    row = {name: number for number, name in enumerate(words.names)}
    members = [[row[name] for name in words.of.get(token, ())] for token in tokens]
    count = np.array([len(own) for own in members], np.intp)
    pairs = [numbers.get(f"#{earlier} {later}", NO_FEATURE) for earlier, later in product(words.names, repeat=2)]
    return Classes(
        count,
        np.cumsum(count) - count,
        np.array([number for own in members for number in own], np.intp),
        np.array([numbers.get(f"#{name}", NO_FEATURE) for name in words.names], np.intp),
        np.array(pairs, np.intp).reshape(len(row), len(row)),
    )


def _places(numbers: Mapping[str, int]) -> Places:
    def counted(kind: str, last: int) -> Numbers:
        return named(f"${kind} {n}" for n in range(last + 1))

    def named(found: Iterable[str]) -> Numbers:
        return np.array([numbers.get(name, NO_FEATURE) for name in found], np.intp)

    return Places(
        shape=named(f"$shape {shape}" for shape in Shape),
        place=counted("place", LAST_PLACE),
        from_end=counted("from end", LAST_FROM_END),
        of=counted("of", LAST_PLACE),
        length=counted("length", LONGEST),
        first=named(f"$first {shape}" for shape in Shape),
        ending=named(("", "$question", "$announces")),
        quoted=counted("quoted", 2),
        shared=counted("shared", MOST_SHARED),
        share=counted("share", LARGEST_SHARE),
        wordless=numbers.get(f"{MARK} ", NO_FEATURE),
    )
