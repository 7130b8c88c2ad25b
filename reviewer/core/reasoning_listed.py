"""Reasoning as an item of a list, in a table or list of HTML, or above the text as a page's front matter.

These forms stand in ordinary texts too, so what is said there must deliberate, and nothing but the answer may follow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from reviewer.core.reasoning_blocks import Cut
from reviewer.core.reasoning_framed import deliberates
from reviewer.core.reasoning_words import ANSWERS, THOUGHTS, may_name_thoughts

_THOUGHT = (
    r"(?:(?:my|internal|inner|private|hidden)[ _-])?"
    rf"(?:reasoning|thinking|thoughts?|thought[ _-]process|chain[ _-]of[ _-]thought|scratchpad|deliberation|{THOUGHTS})"
)
_ANSWER = (
    r"(?:(?:my|the|final|visible|actual)[ _-]){0,2}"
    rf"(?:answer|response|reply|output|{ANSWERS})"
)
_ITEM = r"[ \t]{0,8}(?:[-*+\u2022\u2013]|\(?\d{1,2}[.)]|\[[ xX]\]|[-*] \[[ xX]\])[ \t]+"
_NAMED = r"[*_`]{0,3}%s[*_`]{0,3}[ \t]*+(?::|\uff1a|(?<=[ \t])[-\u2013\u2014][ \t])[*_`]{0,3}[ \t]*+"
_FIRST_ITEM = re.compile(rf"\s*{_ITEM}{_NAMED % _THOUGHT}", re.I)
_ANSWER_ITEM = re.compile(rf"^{_ITEM}{_NAMED % _ANSWER}(?:[|>][-+]?(?=[ \t]*+\n))?", re.I | re.M)
_OTHER_ITEM = re.compile(rf"^{_ITEM}[*_`]{{0,3}}\w[\w ]{{0,30}}[*_`]{{0,3}}[ \t]*+:", re.M)

_TAG = r"(?:</?[a-z][a-z0-9]{0,9}(?:\s[^<>]{0,200})?+>\s*+)"
_OPENS = r"\s*(?:<!doctype[^<>]{0,80}>\s*)?(?=<(?:table|dl|ul|ol|p|div|section)\b)"
# a name is parted from what is said by a tag or a colon
_PARTED = rf"\s*(?::\s*{_TAG}{{0,8}}+|{_TAG}{{1,8}}+:?\s*)"
_HEADS = re.compile(rf"{_OPENS}{_TAG}{{1,8}}+{_THOUGHT}{_PARTED}(?P<next>{_ANSWER}\s*{_TAG}{{1,8}}+)?", re.I)
_NEXT_CELL = re.compile(r"</t[dh]>\s*+<t[dh](?:\s[^<>]{0,200})?>\s*+", re.I)
_ANSWER_TAGGED = re.compile(rf"{_TAG}{{1,8}}+{_ANSWER}{_PARTED}", re.I)
_CLOSERS = re.compile(r"(?:\s*+</[a-z][a-z0-9]{0,9}>)+\s*+\Z", re.I)
_ROW = re.compile(r"</?(?:tr|dt|li)\b", re.I)

_MATTER = re.compile(
    r"\s*(?:(?P<rule>-{3}|\+{3})[ \t]*+\n(?P<body>.{1,20000}?)\n(?:(?P=rule)|\.{3})[ \t]*+(?:\n|\Z)"
    r"|(?P<fence>`{3,})(?:ya?ml|toml)[ \t]*+\n(?P<fenced>.{1,20000}?)\n(?P=fence)[ \t]*+(?:\n|\Z))",
    re.S,
)
_MATTER_KEY = re.compile(
    r"^(?P<quote>[\"']?)(?P<key>[^\W\d][\w-]{0,30}(?: [\w-]{1,20}){0,3})(?P=quote)[ \t]*+[:=][ \t]*+", re.M
)
_THOUGHT_KEY = re.compile(_THOUGHT, re.I)
_BESIDE_KEY = re.compile(r"(?:confidence|score|type|role|id|model|lang(?:uage)?|status|index|signature|name)\Z", re.I)
_HINTS = ("think", "thought", "reason", "scratch", "delib")
_HINT = re.compile(rf"{'|'.join(_HINTS)}|{THOUGHTS}", re.I)
_SIGNS = frozenset("<-+`*\u2022\u2013([")
"""With which the forms begin; an item's number beside."""
_LEAD = 300
_MOST_OPEN = 12


def listed_cuts(text: str) -> list[Cut]:
    """What stands before the answer and around it; nothing where the text has another form."""
    begun = text[: _LEAD + 1].lstrip()[:1]
    # the sign first: a text that begins with a letter, as nearly all do, is not searched
    if not (begun in _SIGNS or begun.isdecimal()) or not _hints(text[:_LEAD]):
        return []
    if begun == "<":
        return _tagged(text)
    return _matter(text) or _items(text)


def _hints(start: str) -> bool:
    if start.isascii():
        folded = start.lower()
        if not any(map(folded.__contains__, _HINTS)) and not may_name_thoughts(folded):
            return False
    return _HINT.search(start) is not None


def _items(text: str) -> list[Cut]:
    """Items that are named, the last one for the answer."""
    head = _FIRST_ITEM.match(text)
    answer = _ANSWER_ITEM.search(text, head.end()) if head else None
    if head is None or answer is None or _OTHER_ITEM.search(text, answer.end()):
        return []
    if not text[answer.end() :].strip() or not deliberates(text[head.end() : answer.start()]):
        return []
    return [Cut(0, answer.end(), head.end(), answer.start())]


def _tagged(text: str) -> list[Cut]:
    """Two cells with their names above them, or each beside its name; lists and paragraphs alike."""
    head = _HEADS.match(text)
    if head is None:
        return []
    start = head.end()
    answer = _NEXT_CELL.search(text, start) if head["next"] else _ANSWER_TAGGED.search(text, start)
    end = _CLOSERS.search(text, _last_closers(text))
    if answer is None or end is None or end.start() <= answer.end():
        return []
    if _ROW.search(text, answer.end(), end.start()) or not deliberates(text[start : answer.start()]):
        return []
    return [Cut(0, answer.end(), start, answer.start()), Cut(end.start(), end.end(), end.end(), end.end())]


def _last_closers(text: str) -> int:
    """From where no more than a few elements can still be closed, so that a long text is not searched for them."""
    position = len(text)
    for _ in range(_MOST_OPEN):
        position = text.rfind("</", 0, position)
        if position < 0:
            return 0
    return position


def _matter(text: str) -> list[Cut]:
    """Fields above the text of which one is for the thoughts and none for the answer."""
    found = _MATTER.match(text)
    if found is None or not text[found.end() :].strip():
        return []
    body = "body" if found["rule"] else "fenced"
    start, end = found.span(body)
    keys = [key for key in _MATTER_KEY.finditer(text, start, end) if _begins_line(text, key.start())]
    thoughts = list(_thoughts(keys, end))
    named = [key for key in keys if not _THOUGHT_KEY.fullmatch(key["key"]) and not _BESIDE_KEY.match(key["key"])]
    if not thoughts or named or not any(deliberates(text[slice(*thought)]) for thought in thoughts):
        return []
    return [Cut(0, found.end(), thoughts[0][0], thoughts[-1][1])]


def _begins_line(text: str, position: int) -> bool:
    return position == 0 or text[position - 1] == "\n"


def _thoughts(keys: list[re.Match[str]], end: int) -> Iterator[tuple[int, int]]:
    for number, key in enumerate(keys):
        if _THOUGHT_KEY.fullmatch(key["key"]):
            yield key.end(), keys[number + 1].start() if number + 1 < len(keys) else end
