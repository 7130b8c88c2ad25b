"""What the words of an English response settle about its engagement, however its words weigh together."""

from __future__ import annotations

from reviewer.classify.asked_refusals import (
    asks_for_refusal,
    is_asked_question,
    is_asked_refusal,
    is_small_talk,
)
from reviewer.classify.declined_part import cannot_look, leaves_out
from reviewer.classify.opening_moves import Opening, overruled
from reviewer.classify.quiet_refusals import advises, refuses_quietly
from reviewer.core.decisions import Engagement


def settled_by_words(read: Engagement, full: float, opening: Opening) -> Engagement:
    """The level in place of the one that was read; `full` is how likely the response engages fully, in [0, 1]."""
    if asks_for_refusal(opening.request.folded):
        return Engagement.FULL if read is not Engagement.FULL and is_asked_refusal(opening) else read
    if read is not Engagement.FULL and (is_small_talk(opening) or is_asked_question(opening)):
        return Engagement.FULL
    if read is Engagement.NONE and advises(opening):
        return Engagement.FULL
    settled = overruled(read, full, opening)
    if settled is Engagement.FULL:
        if left := cannot_look(opening.segments, opening.request):
            return left
        if leaves_out(opening.segments, opening.does, opening.request, opening.classes):
            return Engagement.PARTIAL
    if settled is not Engagement.NONE and refuses_quietly(opening):
        return Engagement.NONE
    return settled
