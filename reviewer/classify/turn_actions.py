"""What each earlier turn of the assistant in a case did: the conversation is written, so the rules read it once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from reviewer.classify.rules import Item, classify_responses
from reviewer.core.actions import ActionId, ActionScale
from reviewer.core.cases import Case, Message, Role

_KEPT = 1024
"""Conversations whose actions are kept."""


@dataclass(frozen=True)
class TurnAction:
    """The action of one turn, by its number from 1 in the case; None where it says nothing that can be read, as where
    it only `calls` tools."""

    turn: int
    action: ActionId | None
    calls: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Conversation:
    """Equal where what is asked and the scale are; the texts are what is read."""

    message_hash: str
    scale: ActionScale
    texts: tuple[Message, ...] = field(compare=False)


def turn_actions(case: Case, scale: ActionScale) -> tuple[TurnAction, ...]:
    """In the order of the turns, () for a case without a turn of the assistant. Read once for a version of a case."""
    if all(message.role is not Role.ASSISTANT for message in case.messages):
        return ()
    # without pictures and files, which would be kept with it
    texts = tuple(Message(message.role, message.content) for message in case.messages)
    actions = _actions(_Conversation(case.message_hash, scale, texts))
    called = (tuple(call.name for call in case.messages[at].calls) for at in _turns(case.messages))
    turns = zip(_turns(case.messages), actions, called, strict=True)
    return tuple(TurnAction(at + 1, action, calls) for at, action, calls in turns)


def _turns(messages: Sequence[Message]) -> list[int]:
    return [at for at, message in enumerate(messages) if message.role is Role.ASSISTANT]


@lru_cache(maxsize=_KEPT)
def _actions(conversation: _Conversation) -> tuple[ActionId | None, ...]:
    texts = conversation.texts
    items = [Item(texts[:at], texts[at].content) for at in _turns(texts)]
    verdicts = classify_responses(items, conversation.scale)
    return tuple(verdict.action if item.text.strip() else None for item, verdict in zip(items, verdicts, strict=True))
