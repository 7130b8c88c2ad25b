"""Texts that are too long for a judge, cut in the middle: head and tail are sent, and how much is left out is said.

A model's context ends somewhere. What goes past it is dropped by the server without a word, or refused; a judge that
was sent the beginning of a response only takes it for the whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reviewer.core.cases import Message
from reviewer.core.errors import InputError

MOST_CHARACTERS = 24_000
"""Of a response, and as many of its conversation: about 6,000 tokens each, which any model of today takes."""
LEAST_CHARACTERS = 500
_LEAST_OF_A_TURN = 200


@dataclass(frozen=True)
class Excerpt:
    """What is sent of a text: all of it, or its head and tail around `left_out` characters."""

    head: str
    tail: str = ""
    left_out: int = 0

    @property
    def shown(self) -> str:
        """With the mark in a line of its own where something is left out."""
        return f"{self.head}\n{left_out_mark(self.left_out, 'character')}\n{self.tail}" if self.left_out else self.head

    @property
    def resumes_at(self) -> int:
        """Where the tail begins in the whole text."""
        return len(self.head) + self.left_out


def left_out_mark(number: int, what: str) -> str:
    """`[… 12,345 characters left out …]`."""
    return f"[… {number:,} {what}{'' if number == 1 else 's'} left out …]"


def check_most_characters(most: int) -> int:
    """The limit, or InputError where a judge could read nothing of a text so short."""
    if most < LEAST_CHARACTERS:
        raise InputError(
            f"A judge that is sent at most {most:,} characters of a text cannot judge it.",
            f"Give {LEAST_CHARACTERS:,} or more.",
        )
    return most


def excerpt(text: str, most: int = MOST_CHARACTERS) -> Excerpt:
    """At most `most` characters of a text, as many from its beginning as from its end."""
    if len(text) <= most:
        return Excerpt(text)
    head = text[: most - most // 2]
    tail = text[len(text) - most // 2 :]
    return Excerpt(head, tail, len(text) - len(head) - len(tail))


def conversation_excerpt(turns: Sequence[Message], most: int = MOST_CHARACTERS) -> tuple[Message | None, ...]:
    """The turns with at most about `most` characters in all; a run of None stands for turns that are left out.

    The longest turns are cut first, all to one length. Where that would leave too little of each, only the first turn
    and the last ones are sent.
    """
    if sum(len(turn.shown) for turn in turns) <= most:
        return tuple(turns)
    fit = max(most // _LEAST_OF_A_TURN, 2)
    kept = [*turns] if len(turns) <= fit else [turns[0], *turns[len(turns) - fit + 1 :]]
    level = _level([len(turn.shown) for turn in kept], most)
    cut: list[Message | None] = [Message(turn.role, excerpt(turn.shown, level).shown) for turn in kept]
    return (cut[0], *[None] * (len(turns) - len(kept)), *cut[1:])


def cut_turns(turns: Sequence[Message], most: int = MOST_CHARACTERS) -> int:
    """How many turns are sent in part or not at all."""
    return sum(turn != shown for turn, shown in zip(turns, conversation_excerpt(turns, most), strict=True))


def _level(lengths: Sequence[int], most: int) -> int:
    """The length to which the longest are cut so that all together have `most`."""
    left = most
    for place, length in enumerate(ordered := sorted(lengths)):
        share = left // (len(ordered) - place)
        if length > share:
            return share
        left -= length
    return most
