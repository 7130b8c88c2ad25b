"""Reasoning as agents and their terminals write it down: steps of thought and action, and transcripts of tools."""

from __future__ import annotations

import re

from reviewer.core.reasoning_blocks import Cut

# Thought, action, observation, thought … (Yao et al. 2023, ReAct), maybe with the question above them.
_STEPS = re.compile(r"\s*(?:Question:[^\n]{0,4000}\n+)?Thought:[ \t]*+(?=\S)")
_FINAL = re.compile(
    r"^(?:Final Answer:|AI:)[ \t]*+(?=\S)"
    r"|^Action:[ \t]*+\n?(?P<fence>`{3,})(?:json)?[ \t]*+\n?\s*+"
    r"\{\s*+\"action\"\s*+:\s*+\"Final Answer\"\s*+,\s*+\"action_input\"\s*+:\s*+(?P<quote>\"?)",
    re.M,
)
_ACTION = re.compile(r"^Action:[ \t]*+\S[^\n]*\n+Action Input:", re.M)
_OBJECT_END = {quote: re.compile(rf"{quote}\s*+\}}\s*+`{{3,}}\s*+\Z") for quote in ("", '"')}
_TAIL = 60

_TERMINAL = re.compile(r"\s*[\u2722\u2733\u2736\u273b\u273d\u2234*\u00b7][ \t]*+Thinking(?:\u2026|\.{3})[^\n]{0,60}\n")
_TERMINAL_ANSWER = re.compile(r"^[ \t]*+[\u23fa\u25cf][ \t]*+(?=\S)", re.M)
_STAMP = r"\[\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[\d.Z+:]{0,12}\][ \t]*+"
_LOGGED = re.compile(rf"\s*{_STAMP}thinking[ \t]*+\n")
_LOGGED_ANSWER = re.compile(rf"^{_STAMP}(?!thinking|exec|tokens)[a-z]\w{{1,30}}[ \t]*+\n\s*", re.M)
_LOGGED_END = re.compile(rf"\n\s*{_STAMP}tokens used:[^\n]{{0,40}}\s*+\Z")


def agent_cuts(text: str) -> list[Cut]:
    """The steps before an answer and what is written around it; all of it where an agent came to none."""
    if steps := _STEPS.match(text):
        return _stepped(text, steps)
    if opened := _TERMINAL.match(text):
        answer = _TERMINAL_ANSWER.search(text, opened.end())
        return [Cut(0, answer.end(), opened.end(), answer.start())] if answer else []
    opened = _LOGGED.match(text)
    answer = _LOGGED_ANSWER.search(text, opened.end()) if opened else None
    if opened is None or answer is None:
        return []
    cut = Cut(0, answer.end(), opened.end(), answer.start())
    end = _LOGGED_END.search(text, max(answer.end() - 1, len(text) - 2 * _TAIL))
    return [cut, Cut(end.start(), len(text), len(text), len(text))] if end else [cut]


def _stepped(text: str, steps: re.Match[str]) -> list[Cut]:
    *_, final = [None, *_FINAL.finditer(text, steps.end())]
    if final is None:
        acts = _ACTION.search(text, steps.end())
        return [Cut(0, len(text), steps.end(), len(text), closed=False)] if acts else []
    cut = Cut(0, final.end(), steps.end(), final.start())
    end = (
        _OBJECT_END[final["quote"] or ""].search(text, max(final.end(), len(text) - _TAIL)) if final["fence"] else None
    )
    return [cut, Cut(end.start(), len(text), len(text), len(text))] if end else [cut]
