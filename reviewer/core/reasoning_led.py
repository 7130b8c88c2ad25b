"""Reasoning with which a text begins behind a mark that only leads to it: an arrow, a comment, a sign, an element for
private notes. Such marks stand in ordinary texts too, so what is cut off must deliberate, or be closed by its name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from reviewer.core.reasoning_blocks import Cut
from reviewer.core.reasoning_framed import deliberates

_NAME = (
    r"(?:(?:my|inner|internal|private|silent)[ _-]?)?(?:think(?:ing|s)?|thoughts?|reasoning|scratch[ _-]?pad|monologue"
    r"|deliberation|cot|chain[ _-]of[ _-]thought)"
)
_ANSWER = r"(?:(?:my|the|final)[ _-]?){0,2}(?:answer|response|reply|output|final)"
# -> think, => thinking, @thinking, # thinking, \think, BEGIN THINKING, #+BEGIN_THINKING: each in a line of its own
_LINE = re.compile(
    rf"\s*(?P<mark>[-=~.]{{1,4}}>|>{{2,4}}|[@$%^~!\\/]{{1,3}}|#{{1,3}}|--|;;|#\+begin_|begin\b|start\b)[ \t]?"
    rf"(?P<name>{_NAME})[ \t]*+:?[ \t]*+\n",
    re.I,
)
# @think …, with @answer in a line below
_SIGNED = re.compile(rf"\s*(?P<mark>[@$]|[-=]>)[ \t]?(?P<name>{_NAME})[ \t:]+(?=\S)", re.I)
_COMMENT = re.compile(
    rf"\s*(?:/\*+[ \t]*+{_NAME}[ \t]*+:(?P<block>.*?)\*/|\(\*[ \t]*+{_NAME}[ \t]*+:(?P<pascal>.*?)\*\)"
    rf"|(?P<lines>(?P<sign>//|--|;;?|%|#)[ \t]*+{_NAME}[ \t]*+:[^\n]*(?:\n[ \t]*+(?P=sign)[^\n]*)*))[ \t]*+(?:\n|\Z)",
    re.I | re.S,
)
_STARRED = re.compile(
    rf"\s*(?P<star>[*_]{{1,3}}|~~)(?:{_NAME})(?: (?:to|for) (?:it|my|him"
    rf"|her)self)?[ \t]*+:[ \t]*+(?P<said>[^\n]{{1,4000}}?)(?P=star)[ \t]*+\n",
    re.I,
)
_TAGGED = re.compile(
    rf"\s*+<(?P<tag>[a-z][\w-]{{0,20}})(?:\s[^<>\n]{{0,200}})?>\s*+"
    rf"(?:[*_]{{0,2}}{_NAME}[*_]{{0,2}}[ \t]*+(?::|\n|\u2014))",
    re.I,
)
_PRIVATE = re.compile(
    r"\s*(?P<left>[<\[])(?P<tag>scratch|hidden|private|meta|notes?|self[_-]?talk|mind|inner|internal|aside|preamble"
    r"|working"
    r"|background|backstage|comment|silent|not[_-]shown)(?:\s[^<>\[\]\n]{0,200})?[>\]]",
    re.I,
)
_MACRO = re.compile(rf"\s*\\{_NAME}\{{(?P<said>[^{{}}]{{1,8000}})\}}[ \t]*+(?:\n|\Z)", re.I)
_DOUBLED = re.compile(
    rf"\s*+<<[ \t]*+{_NAME}[ \t]*+>>(?P<said>.*?)<<[ \t]*+(?:end|done|answer|/{_NAME})[ \t]*+>>", re.I | re.S
)
# ||thinking: …||, [spoiler=Reasoning]…[/spoiler], :THINKING: … :END:, a quotation that thinks
_HIDDEN = re.compile(
    rf"\s*(?:\|\|[ \t]*+{_NAME}[ \t]*+:(?P<said>[^|]{{1,8000}})\|\|"
    rf"|\[(?P<tag>spoiler|hide|collapse)=[\"']?{_NAME}[\"']?\](?P<block>.*?)\[/(?P=tag)\]"
    rf"|:{_NAME}:[ \t]*+\n(?P<lines>.*?)\n[ \t]*+:END:"
    rf"|>[ \t]*+[*_]{{0,3}}{_NAME}[*_]{{0,3}}:(?P<pascal>[^\n]*(?:\n[ \t]*+>[^\n]*)*))[ \t]*+(?:\n|\Z)",
    re.I | re.S,
)
# The call of a tool that only takes a thought down, written into the text.
_THOUGHT_CALL = re.compile(
    r"\s*+<(?P<tag>tool_call|function_call|tool_use)>(?P<said>\s*+\{[^{}]{0,200}?\"name\"\s*+:\s*\"(?:think|thought|reason"
    r"|scratch)\w{0,20}\".*?)</(?P=tag)>"
    r"|\s*+<(?P<call>invoke|function)(?:=| name=)\"?(?:think|thought|reason"
    r"|scratch)\w{0,20}\"?>(?P<block>.*?)</(?P=call)>",
    re.I | re.S,
)
_PICTURED = re.compile(r"\s*[\U0001f914\U0001f9e0\U0001f4ad]\ufe0f?[ \t]*+(?:thinking[^\n]{0,10}\n)?", re.I)
_PICTURED_ANSWER = re.compile(
    r"^[ \t]*+(?:[\U0001f4ac\U0001f5e3\U0001f4dd\u2705\U0001f4a1\U0001f4e3\U0001f449]\ufe0f?[ \t]*+(?:answer[ \t]*+:?)?"
    r"|-{3,}|\*{3,}|_{3,}|={3,})[ \t]*+",
    re.I | re.M,
)
_DASHED = re.compile(rf"\s*{_NAME}[ \t]+(?:[-\u2013\u2014\u2192]|[-=]>)[ \t]+", re.I)
_DASHED_ANSWER = re.compile(rf"^[ \t]*+{_ANSWER}[ \t]+(?:[-\u2013\u2014\u2192]|[-=]>)[ \t]+", re.I | re.M)
_LEAD = 48
_HINT = re.compile(
    r"think|thought|reason|scratch|tool_|function|monolog|delib|cot|chain|hidden|private|meta|note|self|mind|inner"
    r"|internal|aside"
    r"|preamble"
    r"|working|background|backstage|comment|silent|not.shown|[\U0001f914\U0001f9e0\U0001f4ad]"
)
_SIGNS = re.compile(r"[^\w\s]|begin\b|start\b|reasoning\b|think|thought", re.I)


class _LedTo(NamedTuple):
    """Where the reasoning lies, and where what is visible begins; `named`: its own name closes it;
    `empty`: a block of its own with nothing in it."""

    inner_start: int
    inner_end: int
    end: int
    named: bool = False
    empty: bool = False


def led_cuts(text: str) -> list[Cut]:
    """The reasoning that a text begins with; none where nothing follows it."""
    begun = text[:_LEAD].lstrip()
    if not _SIGNS.match(begun) or not _HINT.search(begun.lower()):
        return []
    for found in filter(None, (find(text) for find in _FINDERS)):
        said = text[found.inner_start : found.inner_end]
        after = text[found.end : found.end + _LEAD].strip()
        if after and ((said.strip() and (found.named or deliberates(said))) or found.empty):
            return [Cut(0, found.end, found.inner_start, found.inner_end)]
    return []


def _lined(text: str) -> _LedTo | None:
    opened = _LINE.match(text)
    return opened and _closed(text, opened, rest=r"[ \t]*+:?[ \t]*+$")


def _signed(text: str) -> _LedTo | None:
    opened = _SIGNED.match(text)
    return opened and _closed(text, opened, rest=r"(?:[ \t:]+|$)")


def _closed(text: str, opened: re.Match[str], *, rest: str) -> _LedTo | None:
    """Up to a line with the same mark, or its mirror, and a word for the end or for an answer."""
    mark, name = opened["mark"].lower(), re.escape(opened["name"])
    if mark in ("begin", "start", "#+begin_"):
        ends = rf"(?:#\+)?(?:end|stop)[ _](?:of[ _])?{name}"
        named = re.compile(rf"^[ \t]*+{ends}{rest}", re.I | re.M).search(text, opened.end())
        return named and _LedTo(opened.end(), named.start(), named.end(), named=True)
    mirror = mark.replace(">", "<")[::-1]
    marks = rf"(?:{re.escape(mark)}|{re.escape(mirror)})[ \t]?"
    ends = rf"{marks}(?P<own>(?:/|end[ _]?(?:of[ _]?)?|done[ _]?)(?:{name})?|(?<=<[-=~.]){name})|{marks}{_ANSWER}"
    closed = re.compile(rf"^[ \t]*+(?:{ends}){rest}", re.I | re.M).search(text, opened.end())
    return closed and _LedTo(opened.end(), closed.start(), closed.end(), named=bool(closed["own"]))


def _whole(patterns: Sequence[re.Pattern[str]], text: str) -> _LedTo | None:
    """What is one match from its mark to its end."""
    for pattern in patterns:
        if match := pattern.match(text):
            groups = match.groupdict()
            group = next(name for name in ("said", "block", "pascal", "lines") if groups.get(name) is not None)
            return _LedTo(match.start(group), match.end(group), match.end())
    return None


def _commented(text: str) -> _LedTo | None:
    return _whole((_COMMENT, _STARRED, _MACRO, _HIDDEN), text)


def _doubled(text: str) -> _LedTo | None:
    found = _DOUBLED.match(text)
    return found and _LedTo(*found.span("said"), found.end(), empty=not found["said"].strip())


def _called(text: str) -> _LedTo | None:
    found = _whole((_THOUGHT_CALL,), text)
    return found and found._replace(named=True)


def _tagged(text: str) -> _LedTo | None:
    """An element of any name that says within that it is thinking, or one whose name says that it is not shown."""
    opened = _TAGGED.match(text) or _PRIVATE.match(text)
    if opened is None:
        return None
    left, right = ("\\[", "\\]") if text.lstrip()[:1] == "[" else ("<", ">")
    closed = re.compile(rf"{left}/{re.escape(opened['tag'])}[ \t]*+{right}", re.I).search(text, opened.end())
    return closed and _LedTo(opened.end(), closed.start(), closed.end())


def _pictured(text: str) -> _LedTo | None:
    return _between(text, _PICTURED, _PICTURED_ANSWER)


def _dashed(text: str) -> _LedTo | None:
    return _between(text, _DASHED, _DASHED_ANSWER)


def _between(text: str, begins: re.Pattern[str], ends: re.Pattern[str]) -> _LedTo | None:
    opened = begins.match(text)
    closed = ends.search(text, opened.end()) if opened else None
    return _LedTo(opened.end(), closed.start(), closed.end()) if opened and closed else None


_FINDERS = (_lined, _signed, _commented, _doubled, _called, _tagged, _pictured, _dashed)
