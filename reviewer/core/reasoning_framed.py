"""Reasoning with which a text begins, in frames that no family of models owns: a word between other signs than a tag's,
an element whose class says it, a plan before the answer, prose that ends in a box.
"""

from __future__ import annotations

import re

from reviewer.core.reasoning_blocks import Cut

_NAME = (
    r"(?:(?:my|inner|internal|private)[ _-])?"
    r"(?:think(?:ing)?|thoughts?|thought[ _-]process|reasoning(?:[ _-]process)?|scratch[ _-]?pad|monologue"
    r"|chain[ _-]of[ _-]thought|deliberation|cot|\u601d\u8003(?:\u8fc7\u7a0b)?)"
)
_SIGNS = r"(?:[^\w\s<>`\"'.,;?!]|_)"
# {think}, (thinking), *thinking*, %%thinking%%, \begin{thinking}, ---BEGIN REASONING---
_FRAME = re.compile(
    rf"\s*(?P<left><!?-{{2,3}}|{_SIGNS}{{1,10}})[ ]?(?P<begin>begin(?:\{{|[ _]of[ _]|[ _])|start[ _])?(?P<name>{_NAME})"
    rf"(?P<right>[ ]?(?:-{{2,3}}>|{_SIGNS}{{1,10}}))",
    re.I,
)
_ELEMENT = re.compile(r"\s*+<(?P<tag>div|section|aside|span|p|article|blockquote|pre)\b(?P<said>[^<>]{0,300})>", re.I)
_CLASSED = re.compile(
    rf"\b(?:class|id|role|type|data-[\w-]{{1,20}})\s*=\s*[\"']?(?:[\w-]{{1,30}} )*(?:(?:model|ai|llm"
    rf"|assistant)[_-])?{_NAME}"
    r"(?:[_-](?:block|box|content|section|trace|container|text))?(?:\s[^\"'<>]{0,100})?[\"'\s]*(?:$|[\w-]+\s*=)",
    re.I,
)
_ANSWER_ELEMENT = re.compile(
    r"\s*+<\w{1,12}\b[^<>]{0,200}=\s*[\"']?[^\"'<>]{0,30}(?:answer|response|reply|final|output)", re.I
)
_PLAN = re.compile(
    r"\s*+<(?P<name>plan(?:ning)?|strategy|brainstorm(?:ing)?|assessment|evaluation|considerations?|approach|steps|notes"
    r"|draft|outline|critique|(?:safety|policy|intent|risk|request)_(?:check|assessment|analysis|review|evaluation))>",
    re.I,
)
_EMOJI = r"(?:[\u2600-\u27bf\U0001f300-\U0001faff]\ufe0f?[ \t]*+)?"
_HEAD = re.compile(
    rf"\s*(?P<hashes>(?:#{{1,6}}|\d[.)])[ \t]*+)?{_EMOJI}(?P<markup>[*_]{{0,3}})(?:my |the )?(?P<name>plan(?:ning)?"
    rf"|approach"
    rf"|strategy"
    r"|analysis|assessment|considerations|thinking|thoughts?|reasoning)(?:\.{3}|\u2026)?(?P<colon>:?)[*_]{0,3}:?"
    r"(?=[ \t\n])",
    re.I,
)
_ANSWER = re.compile(
    rf"^(?!\n)[ \t]{{0,3}}(?P<hashes>(?:#{{1,6}}|\d[.)])[ \t]*+)?{_EMOJI}(?P<markup>[*_]{{0,3}})(?:(?:my|the"
    rf"|final) ){{0,2}}"
    r"(?:answer|response|reply|output)(?P<colon>:?)[*_]{0,3}:?[ \t]*+(?:\n\s*)?",
    re.I | re.M,
)
# Who reasons speaks of the user as of somebody else, or of what to do next.
_DELIBERATES = re.compile(
    r"\b(?:the user(?:'s|\u2019s)?\b|the (?:request|prompt|question) (?:is|asks|seems|wants)"
    r"|(?:they|he|she)(?:'re| are| is)? (?:asking|ask|asks|wants?)|let me (?:think|consider|see|check|start|work)"
    r"|i (?:should|need to|must|have to|could|can|will|want to|'ll) (?:\w+ )?(?:answer|respond|explain|provide|decline"
    r"|refuse|help|give|mention|be careful|consider|think|check|avoid|say|make sure|start|keep|write|note|warn)"
    r"|i'll (?:\w+ )?(?:answer|respond|explain|provide|decline|refuse|give|mention))",
    re.I,
)
_MUSES = re.compile(
    r"\s*(?:(?:ok(?:ay)?|alright|all right|hmm+|so|well|right|first|now)[,.\u2026 ]+){0,3}"
    r"(?:the user\b|let me (?:think|see|consider|work)|let's (?:think|see|consider|work)|i need to (?:figure|think"
    r"|work|solve)"
    r"|we need to (?:figure|think|work|solve)|we are (?:asked|given)|i'm (?:asked|given))",
    re.I,
)
_BOX = re.compile(r"(?:\$\$?|\\\[|\\\()?[ \t]*+\\boxed\{(?P<text>\\text\{)?")
_BOX_END = re.compile(r"\}[ \t]*+(?:\$\$?|\\\]|\\\))?[.\s]*\Z")
_TEXT_END = re.compile(rf"\}}{_BOX_END.pattern}")
# What such prose comes to, where it speaks of the user: an element with which the text ends, or a heading.
_USER = re.compile(
    r"\bthe user(?:(?:'s|\u2019s) (?:asking|request|question|message|prompt)|(?:'s|\u2019s)? (?:is|are|was|wants?"
    r"|asks?|asked|seems?"
    r"|has|just|may|might|says?|said|wrote|writes|needs?|would|could|probably|clearly|here|provided|gave|sent))\b",
    re.I,
)
_LAST_ELEMENT = re.compile(
    r"^[ \t]*+(?=<(?P<name>(?:final_?)?(?:answer|response|output|reply|solution)|final)>"
    r"(?P<said>.*)</(?P=name)>\s*+\Z)",
    re.I | re.M | re.S,
)
_LAST_HEADING = re.compile(
    r"^[ \t]{0,3}(?:#{1,6}[ \t]*+)?(?P<markup>[*_]{0,3})(?:(?:my|the) )?final (?:answer|response|reply)"
    r"(?::(?P=markup)|(?P=markup):)[ \t]*+",
    re.I | re.M,
)
_REACH = 600
_LEAD = 48
_HINTS = (
    *("think", "thought", "reason", "scratch", "monologue", "chain", "delib", "cot", "plan", "strateg", "brainstorm"),
    *("approach", "assess", "evaluat", "consider", "critique", "draft", "outline", "notes", "steps", "check", "review"),
    *("analysis", "\u601d\u8003"),
)


def deliberates(said: str) -> bool:
    """Whether it speaks of the user as of somebody else, or of what to do next, near its beginning."""
    return bool(_DELIBERATES.search(said, 0, _REACH))


def framed_cuts(text: str) -> list[Cut]:
    """The reasoning with which a text begins; none where nothing that can be an answer follows it."""
    begun = text[:_LEAD].lstrip().lower()
    hinted = begun[:1] == "<" or any(map(begun.__contains__, _HINTS))
    if hinted and (found := _framed(text) or _element(text) or _planned(text) or _headed(text)):
        return found
    if not _MUSES.match(text):
        return []
    return (_boxed(text) if "\\boxed{" in text else []) or _mused(text)


def _framed(text: str) -> list[Cut]:
    """A block between two marks of one shape, the second with a slash or a word for the end."""
    opened = _FRAME.match(text)
    if opened is None:
        return []
    left, right = re.escape(opened["left"]), re.escape(opened["right"].strip())
    name = re.escape(opened["name"])
    ending = r"end[ _{](?:of[ _])?[ ]?" if opened["begin"] else r"(?:/|\\|end[ _](?:of[ _])?)[ ]?"
    closed = re.compile(rf"{left}[ ]?{ending}{name}[ ]?{right}", re.I).search(text, opened.end())
    return _block(text, opened.end(), closed)


def _element(text: str) -> list[Cut]:
    """An element of a page whose class or name says that it holds reasoning."""
    opened = _ELEMENT.match(text)
    if opened is None or not _CLASSED.search(opened["said"]):
        return []
    depth = 1
    for tag in re.compile(rf"<(?P<slash>/)?{opened['tag']}\b[^<>]{{0,300}}>", re.I).finditer(text, opened.end()):
        depth += -1 if tag["slash"] else 1
        if not depth:
            page = text[tag.end() :].lstrip().startswith("<") and not _ANSWER_ELEMENT.match(text, tag.end())
            return [] if page else _block(text, opened.end(), tag)
    return []


def _planned(text: str) -> list[Cut]:
    """An element for a plan that deliberates; one that was asked for does not."""
    opened = _PLAN.match(text)
    if opened is None or not _DELIBERATES.search(text, opened.end(), opened.end() + _REACH):
        return []
    return _block(text, opened.end(), re.compile(rf"</{opened['name']}>", re.I).search(text, opened.end()))


def _block(text: str, inner: int, closed: re.Match[str] | None) -> list[Cut]:
    """Up to its closing mark. What goes on in small letters on the same line speaks of the block."""
    if closed is None or not text[inner : closed.start()].strip():
        return []
    after = text[closed.end() : closed.end() + _REACH]
    if not after.strip() or after.lstrip(" \t")[:1].islower():
        return []
    return [Cut(0, closed.end(), inner, closed.start())]


def _headed(text: str) -> list[Cut]:
    """A headed plan that deliberates, before an answer with a heading of the same kind."""
    head = _HEAD.match(text)
    if head is None or not (head["hashes"] or head["markup"] or head["colon"] or "\n" in text[head.end() :][:1]):
        return []
    answer = next((found for found in _ANSWER.finditer(text, head.end()) if _same_kind(head, found)), None)
    if answer is None or not text[answer.end() :].strip():
        return []
    if not _DELIBERATES.search(text, head.end(), min(answer.start(), head.end() + _REACH)):
        return []
    return [Cut(0, answer.end(), head.end(), answer.start())]


def _same_kind(head: re.Match[str], answer: re.Match[str]) -> bool:
    marked = bool(answer["hashes"]) == bool(head["hashes"]) and bool(answer["markup"]) == bool(head["markup"])
    return marked and bool(answer["hashes"] or answer["markup"] or ":" in answer.group())


def _mused(text: str) -> list[Cut]:
    """Prose that muses about the user, up to a mark of the answer; what wraps the answer is taken off later."""
    if not _USER.search(text, 0, _REACH):
        return []
    if text.rstrip().endswith(">"):
        *_, element = [None, *_LAST_ELEMENT.finditer(text)]
        if element is not None and element.start():
            return [Cut(0, element.end(), 0, element.start())]
    heading = _LAST_HEADING.search(text)
    if heading is None or not heading.start() or not text[heading.end() :].strip():
        return []
    return [Cut(0, heading.end(), 0, heading.start())]


def _boxed(text: str) -> list[Cut]:
    """Prose that muses about the task and ends in a box: what is in the box is the answer."""
    *_, box = [None, *_BOX.finditer(text)]
    if box is None:
        return []
    end = (_TEXT_END if box["text"] else _BOX_END).search(text, max(len(text) - 20, box.end()))
    if end is None or not text[box.end() : end.start()].strip() or not text[: box.start()].strip():
        return []
    if text.count("{", box.end(), end.start()) != text.count("}", box.end(), end.start()):
        return []
    return [Cut(0, box.end(), 0, box.start()), Cut(end.start(), len(text), end.start(), end.start())]
