"""Reasoning under a heading of its own at the beginning, before a headed answer; and what an answer is wrapped in."""

from __future__ import annotations

import re

from reviewer.core.reasoning_blocks import Cut

_MARKUP = r"(?:#{1,6}[ \t]*)?(?P<%s>[*_]{0,3}|\[)[ \t]*"
_THOUGHT = (
    r"(?:(?:here(?:'s|\u2019s| is)|this is)[ \t]+)?"
    r"(?:(?:my|the|an?|internal|inner|private|step[- ]by[- ]step)[ \t]+){0,3}"
    r"(?:thought[ \t]+process|thinking[ \t]+process|reasoning[ \t]+process|chain[ \t]of[ \t]thought|thoughts?|thinking"
    r"|reasoning|monologue|scratchpad|deliberation)"
)
_ANSWER = (
    r"(?:(?:here(?:'s|\u2019s| is)|this is)[ \t]+)?(?:(?:my|the|final|actual|visible|public)[ \t]+){0,3}"
    r"(?:answer|response|reply|output|solution)(?:[ \t]+to[ \t]+(?:the[ \t]+)?user)?"
)
_AFTER = r"[ \t]*(?:(?P=%s)|\])?[ \t]*(?P<%s>:|\uff1a)?[ \t]*(?:(?P=%s)(?!\w)|\])?[ \t]*"
_HEAD = re.compile(rf"\s*{_MARKUP % 'markup'}{_THOUGHT}{_AFTER % ('markup', 'colon', 'markup')}", re.I)
_NEXT = re.compile(
    rf"^[ \t]{{0,3}}(?P<hashes>#{{1,6}}[ \t]*)?(?P<markup>[*_]{{0,3}}|\[)[ \t]*{_ANSWER}"
    rf"{_AFTER % ('markup', 'colon', 'markup')}(?P<rest>\S?)",
    re.I | re.M,
)
_AGAIN = re.compile(
    rf"^[ \t]{{0,3}}(?:#{{1,6}}[ \t]*)?[*_\[]{{0,3}}[ \t]*{_THOUGHT}[ \t]*[*_\]]{{0,3}}[ \t]*(?::|$)", re.I | re.M
)
_FENCED = re.compile(r"\s*(?P<fence>`{3,}|~{3,}|:{3,})[ \t]*(?:thinking|think|thoughts?|reasoning)[ \t]*\n", re.I)
_DONE = re.compile(r"^[ \t]*\.{3}[ \t]*done thinking\.?[ \t]*$", re.I | re.M)
_DOTS = re.compile(r"\s*[*_]{0,3}Thinking(?:\.{3}|\u2026)[*_]{0,3}[ \t]*\n", re.I)
_LASTED = re.compile(
    r"\s*[*_]{0,3}(?:Thought|Reasoned) for (?:\d+|a few|a couple of|several) ?(?:seconds?|minutes?|s|m)\b[^\n]{0,20}\n"
)
_QUOTED = re.compile(r"\s*(?:^[ \t]*>[^\n]*(?:\n|\Z))+", re.M)
_WRAPPER = re.compile(
    r"\s*<\|?(?P<name>(?:final_?)?(?:answer|response|output|reply|solution|result)|final|begin_of_solution"
    r"|start_response)\|?>",
    re.I,
)
_PARTNERS = {"begin_of_solution": "<|end_of_solution|>", "start_response": "<|end_response|>"}


def headed_cuts(text: str) -> list[Cut]:
    """A section of reasoning with which the text begins. Without an answer's heading after it nothing is cut."""
    begun = text[:160].lstrip()[:120].lower()
    if not any(word in begun for word in ("thought", "thinking", "reason", "monologue", "scratchpad", "delib")):
        return []
    return _fenced(text) or _dotted(text) or _section(text)


def _section(text: str) -> list[Cut]:
    head = _HEAD.match(text)
    if head is None or not (head["colon"] or head["markup"] or "#" in head.group() or _ends_line(text, head.end())):
        return []
    answer = next(filter(_is_heading, _NEXT.finditer(text, head.end())), None)
    if answer is None or _AGAIN.search(text, answer.end()):
        return []
    end = answer.start("rest")
    return [Cut(0, end, head.end(), answer.start())]


def _ends_line(text: str, position: int) -> bool:
    return text[position : position + 1] in ("", "\n", "\r")


def _is_heading(answer: re.Match[str]) -> bool:
    """An answer's heading stands alone in its line or has a colon or markup; else the line is a sentence."""
    return bool(answer["colon"] or (not answer["rest"] and (answer["hashes"] or answer["markup"])))


def _fenced(text: str) -> list[Cut]:
    opened = _FENCED.match(text)
    if opened is None:
        return []
    closed = re.compile(rf"^[ \t]*{re.escape(opened['fence'])}[ \t]*$", re.M).search(text, opened.end())
    if closed is None:
        return [Cut(0, len(text), opened.end(), len(text), closed=False)]
    return [Cut(0, closed.end(), opened.end(), closed.start())]


def _dotted(text: str) -> list[Cut]:
    """`Thinking...` with `...done thinking.` after it, or with a quotation under it."""
    if lasted := _LASTED.match(text):
        return [Cut(0, lasted.end(), 0, lasted.end())]
    opened = _DOTS.match(text)
    if opened is None:
        return []
    closed = _DONE.search(text, opened.end()) or _QUOTED.match(text, opened.end())
    return [Cut(0, closed.end(), opened.end(), closed.end())] if closed else []


def unwrapping_cuts(text: str) -> list[Cut]:
    """The marks around an answer that stands after reasoning: `<answer>…</answer>`."""
    opened = _WRAPPER.match(text)
    if opened is None:
        return []
    name = opened["name"].lower()
    closer = _PARTNERS.get(name, f"</{name}>")
    end = text.lower().rfind(closer)
    cuts = [Cut(0, opened.end(), 0, 0)]
    return cuts if end < opened.end() else [*cuts, Cut(end, end + len(closer), end, end)]
