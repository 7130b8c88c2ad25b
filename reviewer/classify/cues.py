"""Finds cues in text: which phrases stand in a segment, and what they say that it does."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from reviewer.classify.functions import Cue
from reviewer.classify.helping_cues import CAUTION_CUES, HELP_CUES
from reviewer.classify.refusing_cues import DECLINE_CUES, STANCE_CUES

ALL_CUES = DECLINE_CUES + STANCE_CUES + HELP_CUES + CAUTION_CUES
# Inside a text that was asked for, declines and judgements belong to the text.
AUTHORED_CUES = HELP_CUES + CAUTION_CUES

Hit = tuple[Cue, int, int]


class LiveCue(NamedTuple):
    """A cue that may stand in a text, with those of its needs that the text has."""

    cue: Cue
    needs: tuple[str, ...]
    search: Callable[[str], re.Match[str] | None]


_COMPILED = {cue.pattern: re.compile(cue.pattern).search for cue in ALL_CUES}


def live_cues(folded: str, cues: Iterable[Cue]) -> list[LiveCue]:
    """The cues that `folded` can hold at all, asked once of the whole text instead of each sentence."""
    live = []
    for cue in cues:
        needs = tuple([need for need in cue.needs if need in folded])
        if needs:
            live.append(LiveCue(cue, needs, _COMPILED[cue.pattern]))
    return live


def cues_in(folded: str, cues: Iterable[LiveCue]) -> list[Hit]:
    """Every cue that stands in `folded`, once each, with the span of its first match."""
    found = []
    for cue, needs, search in cues:
        for need in needs:
            if need in folded:
                match = search(folded)
                if match:
                    found.append((cue, match.start(), match.end()))
                break
    return found
