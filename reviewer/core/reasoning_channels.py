"""Reasoning in channels: harmony's `<|channel|>analysis<|message|>…`, also where its marks were stripped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from reviewer.core.reasoning_blocks import Cut, without_end
from reviewer.core.reasoning_marks import MOST_MARKS

_CHANNEL = re.compile(
    r"(?:<\|start\|>[^<]{0,80})?<\|channel\|>\s{0,8}(?P<name>[a-z]+)(?:[^<\n]{0,200}(?:<\|constrain\|>[^<\n]{0,80})?"
    r"<\|message\|>)?"
    r"|<\|(?:start|message|end|return|call)\|>(?:(?<=start\|>)\w{0,20}(?=<\|))?",
    re.I,
)
_ANY = re.compile(r"(?:<\|start\|>[^<]{0,80})?<\|channel\|>\s{0,8}[a-z]", re.I)
_VISIBLE = "final"
_LONGEST_LINE = 2_000
# What is left of the marks where a server leaves them out: `analysis…assistantfinal…`.
_STRIPPED = re.compile(
    r"^[ \t]*+assistant[ \t]*+\n?[ \t]*+final[ \t]*+\n"
    r"|(?<![`\"'])assistantfinal(?:[ \t]*+\n|(?=[ \t]*(?:[^\s\w`\"'.,;:)]|[A-Z0-9])))",
    re.M,
)
_BEGINS = re.compile(
    r"\s*(?:assistant)?(?:analysis|commentary(?= to=))"
    # a line of one word is an item of a list
    r"(?:\s*\n(?=[ \t]*+\S+[ \t]+\S)"
    r"|(?=(?:We|User|The|I|I'm|Need|Let|Okay|Ok|So|This|It|They|You|Must|Should|Just|Simple|Provide|Given)\b)"
    r"|(?= to=))"
)


_SPACE_BEGUN = re.compile(r"\s*(?:assistant[ \t]+)?analysis[ \t]+(?=[A-Z])")
_SPACED = re.compile(r"[ \t\n]assistant[ \t\n]+final[ \t\n]+(?=\S)")


def channel_cuts(text: str) -> list[Cut]:
    """Everything that is not in the final channel. Without one nothing is visible yet."""
    if "<|" in text and (first := _ANY.search(text)) and not _shown(text, first):
        return _marked(text)
    if "assistant" in text and "final" in text:
        found = [mark for mark in _STRIPPED.finditer(text) if not _in_code(text, mark.start())]
        begun = None
        if not found and _SPACE_BEGUN.match(text):
            begun, found = _SPACE_BEGUN.match(text), list(_SPACED.finditer(text))
        if found:
            last = found[-1]
            begun = begun or _BEGINS.match(text)
            return [Cut(0, last.end(), begun.end() if begun else 0, last.start())]
    if text.lstrip()[:17].startswith(("analysis", "assistantanalysis")) and (begun := _BEGINS.match(text)):
        return [Cut(0, len(text), begun.end(), len(text), closed=False)]
    return []


def _shown(text: str, mark: re.Match[str]) -> bool:
    """Whether it stands as code, in quotation marks or in a sentence about it."""
    before = text[: mark.start()]
    return before.endswith(tuple("`\"'\u201c\u2018(")) or "```" in before or before.endswith(" ")


def _in_code(text: str, position: int) -> bool:
    """Whether it stands between backticks of its line, which begins at most so far before it."""
    near = max(0, position - _LONGEST_LINE)
    return text.count("`", max(near, text.rfind("\n", near, position) + 1), position) % 2 == 1


def _marked(text: str) -> list[Cut]:
    found = list(islice(_CHANNEL.finditer(text), MOST_MARKS + 1))
    if len(found) > MOST_MARKS:
        return [without_end(text)]
    ends = [*(mark.start() for mark in found[1:]), len(text)]
    cuts: list[Cut] = []
    opened_in_prompt = any(map(_is_final, found))
    shown = _is_final if opened_in_prompt else _is_said_before_a_call
    if found[0].start() and text[: found[0].start()].strip() and opened_in_prompt:
        cuts.append(Cut(0, found[0].start(), 0, found[0].start()))
    visible = said = calls = False
    for mark, end in zip(found, ends, strict=True):
        cuts.append(Cut(mark.start(), mark.end(), mark.start(), mark.start()))
        if mark["name"]:
            visible, calls = shown(mark), " to=" in mark.group()
        if not visible and mark.end() < end:
            cuts.append(Cut(mark.end(), end, mark.end(), end))
        said = said or (visible and bool(text[mark.end() : end].strip()))
    return _closing(cuts, closed=visible or (said and calls))


def _channel(mark: re.Match[str]) -> str:
    return (mark["name"] or "").lower()


def _is_final(mark: re.Match[str]) -> bool:
    return _channel(mark) == _VISIBLE


def _is_said_before_a_call(mark: re.Match[str]) -> bool:
    """What is said to the user before a tool is called: a commentary that is to nobody else."""
    return _channel(mark) == "commentary" and " to=" not in mark.group()


def _closing(cuts: Sequence[Cut], *, closed: bool) -> list[Cut]:
    return [*cuts[:-1], cuts[-1]._replace(closed=closed)]
