"""`python -m tests.fitting.second` prints how far others, who knew the definitions only, agree with our labels.

Where a difference was settled against the author, `first.tsv` keeps what the author had said.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from reviewer.core.actions import DEFAULT_SCALE
from tests.fitting.figures import kappa
from tests.fitting.texts import HERE, Labelled, corpus, key_of

LABELLERS = ("second", "third")


class Pair(NamedTuple):
    """The action its author first gave a response of the corpus, and the one that another labeller gave it."""

    item: Labelled
    first: str
    other: str


def labels_of(labeller: str) -> Mapping[str, str]:
    """The action that `labeller` gave each response, by the response's key."""
    _, *lines = (HERE / f"{labeller}.tsv").read_text(encoding="utf-8").splitlines()
    return {key: action for key, action, *_ in (line.split("\t") for line in lines)}


def pairs_of(labeller: str) -> list[Pair]:
    """The responses that `labeller` read, in the order of the corpus."""
    labels, settled = labels_of(labeller), labels_of("first")
    keyed = ((key_of(item.messages, item.text), item) for item in corpus())
    return [Pair(item, settled.get(key, str(item.action)), labels[key]) for key, item in keyed if key in labels]


def report(labeller: str) -> list[str]:
    """The lines to print for one labeller."""
    actions = [(pair.first, pair.other) for pair in pairs_of(labeller)]
    differing = Counter((ours, other) for ours, other in actions if ours != other)
    agreed = 1 - differing.total() / len(actions)
    return [
        f"{labeller} labeller: n {len(actions)}, raw agreement {agreed:.4f}, kappa {kappa(actions):.3f}",
        *(
            f"  {n:>3}  ours {ours}, {labeller} {other}"
            for (ours, other), n in sorted(differing.items(), key=lambda entry: (-entry[1], *map(_rank, entry[0])))
        ),
    ]


def _rank(action: str) -> int:
    return [str(known) for known in DEFAULT_SCALE.ids].index(action)


def main() -> None:
    for labeller in LABELLERS:
        sys.stdout.write("\n".join(report(labeller)) + "\n")


if __name__ == "__main__":
    main()
