"""Undoes what is wrapped around a response, so that its own words are read: JSON, fences, quotes, entities, roles.

Each step gives shorter text and says where every code point of it came from, so that evidence points into the original.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from reviewer.classify.literals import told_in
from reviewer.classify.mangled import unmangled
from reviewer.classify.spans import Traced

# Longer texts are no single wrapped reply, and are read only in part.
_LONGEST = 100_000
_DEEPEST = 4
_BEGUN = 24
_CODE = ("json", "python", "yaml", "xml", "html")
_PROSE = ("", "text", "txt", "plain", "plaintext", "markdown", "md", *_CODE)
_CODE_LINE = re.compile(r"[;{}]$|^(?:def |class |import |from \w+ import|#include|#!|\$ |<[!/?a-z]|\s{2,}\S)")
_SOME_CODE = 0.25
_ROLE = r"(?:ai|assistant|chat ?bot|chatgpt|bot|model|ai assistant|answer|response|reply|output|gpt|llm)"
_ROLE_FIRST = re.compile(
    rf"\s*(?:\*\*|#{{1,4}} |\[|<)?{_ROLE}(?:\*\*)?(?:\]|>)?(?:\*\*)?[ \t]*(?::(?:\*\*)?|\n)[ \t\n]*", re.I
)
_ECHO = re.compile(
    r"\s*(?:\*\*|#{1,4} |\[)?(?:user|human|question|q|prompt|instruction)(?:\*\*|\])?[ \t]*:.{0,4000}?"
    rf"\n\s{{0,8}}(?:\*\*|#{{1,4}} |\[)?(?:{_ROLE}|a)(?:\*\*|\])?[ \t]*:(?:\*\*)?[ \t\n]*",
    re.I | re.S,
)
_TOKENS = re.compile(
    r"<\|[a-z_0-9]{1,40}\|>|</?s>|\[/?INST\]|<(?:start|end)_of_turn>(?:model|user)?|<\uff5c[^<>\n]{1,40}\uff5c>"
)
_QUOTED_LINE = re.compile(r"^[ \t]*>[ \t]?", re.M)
_BOLD_LINE = re.compile(r"\*\*|__")
_MARKS = {'"': '"', "\u201c": "\u201d", "\u00ab": "\u00bb", "\u201e": "\u201c", "\u300c": "\u300d", "\u2018": "\u2019"}
_LEADS = re.compile(r"\s*(?:my|the) (?:reply|answer|response)(?: is)?[ \t]*:[ \t]*\n+(?=[ \t]*>)", re.I)


class _Step(NamedTuple):
    """One kind of wrapping: `seen` is quick and may be wrong, `undo` gives None where there is nothing to undo.

    It sees the text, and so many characters that it begins with.
    """

    seen: Callable[[str, str], bool]
    undo: Callable[[Traced], Traced | None]


def unwrapped(whole: Traced) -> Traced | None:
    """The text within its wrappings; None where there are none, which is what most texts are."""
    if len(whole.text) > _LONGEST:
        return None
    found: Traced | None = None
    # Wrappings stand in each other: what is in a fence is looked at again.
    for _ in range(_DEEPEST):
        inner = _once(found or whole)
        if inner is None:
            break
        found = inner
    return found


def _once(whole: Traced) -> Traced | None:
    found, now = None, whole
    begun = now.text.lstrip()[:_BEGUN]
    for seen, undo in _STEPS:
        if seen(now.text, begun):
            inner = undo(now)
            if inner is not None and inner.text.strip():
                found = now = inner
                begun = now.text.lstrip()[:_BEGUN]
    return found


def _in_literal(whole: Traced) -> Traced | None:
    """The one text that JSON, or a list or dictionary as Python writes it, holds."""
    if (span := told_in(whole.text.rstrip())) is None:
        return None
    return unmangled(whole.part(*span), escapes=True) or whole.part(*span)


def _in_fence(whole: Traced) -> Traced | None:
    """What a fence round the whole holds, where that is prose or a literal and no code."""
    text = whole.text.rstrip()
    fence = text.lstrip()[:3]
    start = text.find("\n") + 1
    end = len(text) - len(fence) if text.endswith(fence, start) else len(text)
    language, inside = text[:start].strip()[len(fence) :].strip().lower(), text[start:end]
    if not start or fence in inside or language not in _PROSE:
        return None
    prose = language not in _CODE and not _is_code(inside)
    return whole.part(start, end) if prose or told_in(inside.strip()) else None


def _is_code(text: str) -> bool:
    lines = [line.rstrip() for line in text.split("\n") if line.strip()]
    return sum(_CODE_LINE.search(line) is not None for line in lines) > _SOME_CODE * len(lines)


def _in_quotation(whole: Traced) -> Traced | None:
    """A block quotation over the whole response, or under a line that says that it is the response."""
    if lead := _LEADS.match(whole.text):
        whole = whole.part(lead.end(), len(whole.text))
    if all(line.lstrip().startswith(">") for line in whole.text.split("\n") if line.strip()):
        return whole.replaced(_QUOTED_LINE, lambda _: "")
    return None


def _in_marks(whole: Traced) -> Traced | None:
    """Quotation marks round the whole, with none of them within."""
    text = whole.text.rstrip()
    start = len(text) - len(text.lstrip())
    closing = _MARKS.get(text[start : start + 1], "")
    if len(text) - start < 3 or text[-1] != closing:
        return None
    inside = text[start + 1 : -1]
    return None if closing in inside or text[start] in inside else whole.part(start + 1, len(text) - 1)


def _in_bold(whole: Traced) -> Traced | None:
    """Bold over every line."""
    lines = [line.strip() for line in whole.text.split("\n") if line.strip()]
    if all(line[:2] in ("**", "__") and line[-2:] == line[:2] and len(line) > 4 for line in lines):
        return whole.replaced(_BOLD_LINE, lambda _: "")
    return None


def _after_echo(whole: Traced) -> Traced | None:
    return _after(_ECHO, whole)


def _after_role(whole: Traced) -> Traced | None:
    return _after(_ROLE_FIRST, whole)


def _after(pattern: re.Pattern[str], whole: Traced) -> Traced | None:
    match = pattern.match(whole.text)
    return whole.part(match.end(), len(whole.text)) if match else None


def _without_tokens(whole: Traced) -> Traced | None:
    return whole.replaced(_TOKENS, lambda _: "\n")


def _begins(*marks: str) -> Callable[[str, str], bool]:
    return lambda _, begun: begun.startswith(marks)


def _holds_role(_: str, begun: str) -> bool:
    return ":" in begun or begun[:1] in "[<#" or "\n" in begun


_STEPS: Sequence[_Step] = (
    _Step(lambda text, _: "<" in text or "[" in text, _without_tokens),
    _Step(_begins("```", "~~~"), _in_fence),
    _Step(_begins("{", "[", "'", '"', "("), _in_literal),
    _Step(lambda text, begun: begun[:1] == ">" or "\n>" in text[:60], _in_quotation),
    _Step(_begins("**", "__"), _in_bold),
    _Step(_begins(*_MARKS), _in_marks),
    _Step(_holds_role, _after_echo),
    _Step(_holds_role, _after_role),
    _Step(lambda _, __: True, unmangled),
)
