"""`python -m tests.fitting.second` prints how far others, who knew the definitions only, agree with our labels.

Where a difference was settled against the author, `first.tsv` keeps what the author had said.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from reviewer.core.actions import preset_named
from tests.fitting.figures import kappa
from tests.fitting.texts import HERE, Labelled, corpus, key_of

LABELLERS = ("second", "third", "fourth", "fifth")
# Who was asked whether a part says so, and in which action that shows.
TOLD_APART, SILENT = ("fourth", "fifth"), "partial_answer"


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
    return [Pair(item, settled.get(key, _action(item, labeller)), labels[key]) for key, item in keyed if key in labels]


def _action(item: Labelled, labeller: str) -> str:
    silent = labeller in TOLD_APART and item.engagement == "partial" and item.said_so is False
    return SILENT if silent else str(item.action)


def report(labeller: str) -> list[str]:
    """The lines to print for one labeller."""
    actions = [(pair.first, pair.other) for pair in pairs_of(labeller)]
    differing = Counter((ours, other) for ours, other in actions if ours != other)
    agreed = 1 - differing.total() / len(actions)
    return [
        f"{labeller} labeller: n {len(actions)}, raw agreement {agreed:.4f}, kappa {kappa(actions):.3f}",
        *_silent(labeller, actions),
        *(
            f"  {n:>3}  ours {ours}, {labeller} {other}"
            for (ours, other), n in sorted(differing.items(), key=lambda entry: (-entry[1], *map(_rank, entry[0])))
        ),
    ]


def _silent(labeller: str, actions: list[tuple[str, str]]) -> list[str]:
    """How often both call a response a part that does not say so, of those that one of them does."""
    if labeller not in TOLD_APART:
        return []
    one = [pair for pair in actions if SILENT in pair]
    return [f"  parts that do not say so: both {sum(ours == other for ours, other in one)} of {len(one)}"]


def _rank(action: str) -> int:
    return [str(known) for known in preset_named("six").scale.ids].index(action)


def main() -> None:
    for labeller in LABELLERS:
        sys.stdout.write("\n".join(report(labeller)) + "\n")


if __name__ == "__main__":
    main()
