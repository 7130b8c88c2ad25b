"""What came back, made into what is stored: the visible text apart from the reasoning, and a true state.

Every way into the store goes through `received`. It changes nothing of what it has been through, so that what is
exported comes back equal; what it has been through bears a mark, and is not read a second time.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from reviewer.core.finish import Finish, end_words, finish_of
from reviewer.core.no_response import no_response
from reviewer.core.no_response_kinds import NoResponse, NoResponseKind
from reviewer.core.reasoning import SplitText, split_reasoning
from reviewer.core.responses import Response, ResponseState
from reviewer.core.text_memory import remembered

_KEPT = frozenset({ResponseState.FILTERED, ResponseState.TOOL_CALL_ONLY, ResponseState.ERROR})
"""States that no text speaks against."""
_BETWEEN = "\n\n"
_MARK = "is_received"
"""Stands in the object beside its fields, so that a copy with other values has none."""
_finish = lru_cache(maxsize=256)(finish_of)
_REMEMBERED, _REMEMBERED_CHARACTERS = 10_000, 1_000
"""So many texts of at most so many characters are known again: the same few words come for many requests of a file."""


def received(response: Response) -> Response:
    """The response with its reasoning apart, its state, and why it is in it where that is an error or in doubt.

    The state that it comes with holds where neither its text nor its end speaks against it.
    """
    if _MARK in response.__dict__:
        return response
    text = response.text
    split = _split_again(text) if len(text) <= _REMEMBERED_CHARACTERS else split_reasoning(text)
    state, error = _state(response, split)
    if _is_whole(split, text) and (state, error) == (response.state, response.error):
        return marked_received(response)
    reasoning = _BETWEEN.join(filter(None, (response.reasoning, split.reasoning)))
    return marked_received(replace(response, text=split.visible, reasoning=reasoning, state=state, error=error))


_split_again = remembered(split_reasoning, _REMEMBERED)


def _is_whole(split: SplitText, text: str) -> bool:
    """Whether nothing was taken off; the text may have been split when it came before."""
    return not split.spans and not split.reasoning and split.visible == text


def marked_received(response: Response) -> Response:
    """The same response, with the mark: for what another process has had `received` already."""
    response.__dict__[_MARK] = True
    return response


def _state(response: Response, split: SplitText) -> tuple[ResponseState, str]:
    given, said = response.state, response.error
    if given in _KEPT:
        return given, said
    finish = _finish(response.finish_reason)
    if finish is Finish.FILTERED:
        return ResponseState.FILTERED, said
    if finish is Finish.BROKEN_OFF:
        return ResponseState.ERROR, said or end_words(finish, response.finish_reason)
    none = _no_response(split)
    if none:
        return ResponseState.NO_RESPONSE, none
    if given is ResponseState.NO_RESPONSE:
        return given, said
    if not split.visible.strip():
        return ResponseState.EMPTY, said
    if finish is Finish.UNKNOWN and given is not ResponseState.TRUNCATED:
        # a template's endpoint has words of its own for a cut
        return ResponseState.UNKNOWN_END, said or end_words(finish, response.finish_reason)
    if finish is Finish.CUT or not split.closed:
        return ResponseState.TRUNCATED, said
    return ResponseState.OK if given is ResponseState.EMPTY else given, said


def _no_response(split: SplitText) -> str:
    """Why the text is none, in a sentence; an empty one where it is one, or nothing came."""
    if split.visible.strip():
        is_short = len(split.visible) <= _REMEMBERED_CHARACTERS
        found = _no_response_again(split.visible) if is_short else no_response(split.visible)
    elif split.spans:
        found = NoResponse(NoResponseKind.ONLY_REASONING if split.closed else NoResponseKind.ENDLESS_REASONING)
    else:
        found = None
    return found.sentence if found else ""


def _no_response_of(visible: str) -> NoResponse | None:
    return no_response(visible)


_no_response_again = remembered(_no_response_of, _REMEMBERED)
