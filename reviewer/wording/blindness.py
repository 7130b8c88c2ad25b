"""In words: what was out of a reviewer's sight when they decided, and what they had shown."""

from __future__ import annotations

from collections.abc import Iterable

from reviewer.core.decisions import Decision, Hidden

WORDS = {
    Hidden.VERDICT: "verdict",
    Hidden.VERSIONS: "versions",
    Hidden.SIDES: "sides",
    Hidden.OTHERS: "others’ words",
    Hidden.LABEL: "label",
    Hidden.EARLIER: "own earlier word",
}


def blind_word(event: Decision) -> str:
    """`blind (verdict, versions, others’ words hidden; sides by chance)`, `not blind`, or that nobody knows."""
    known = event.verdict_hidden
    if known is None:
        return "blind or not: unknown"
    said = "blind" if known else "not blind"
    hidden = _listed((event.hidden or frozenset()) - {Hidden.SIDES})
    sides = "sides by chance" if Hidden.SIDES in (event.hidden or ()) else ""
    more = "; ".join(filter(None, (f"{hidden} hidden" if hidden else "", sides)))
    return f"{said} ({more})" if more else said


def looked_words(revealed: Iterable[Hidden]) -> str:
    """`looked at what was hidden: verdict, versions`."""
    return f"looked at what was hidden: {_listed(revealed)}"


def _listed(hidden: Iterable[Hidden]) -> str:
    there = frozenset(hidden)
    return ", ".join(words for word, words in WORDS.items() if word in there)
