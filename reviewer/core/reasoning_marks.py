"""The marks of reasoning, whatever family of models writes them, and the code around which they mean nothing."""

from __future__ import annotations

import re
from enum import Enum, auto
from functools import lru_cache
from typing import NamedTuple

from reviewer.core.reasoning_words import TAGS, THOUGHTS

# A name that says reasoning, lower case, whatever vendor stands before it.
_NAME = (
    r"(?:[a-z0-9_.\-]{1,20}:|[a-z0-9.]{2,12}[_\-]|(?-i:[a-z]{2,12}(?=T|R)))?(?:(?:begin|start|end"
    r"|stop)(?:[_\-\u2581](?:of[_\-\u2581])?|of)?)?"
    r"(?:(?:my|inner|internal|private|hidden|silent|deep|cot|seed|ant)[_\-]?){0,2}"
    r"(?:think(?:ing|s)?|thoughts?|reasoning|reflect(?:ion|ing)?|scratch[_\-]?pad|analysis|monologue"
    r"|deliberation|rationale|reason|internal|ponder(?:ing)?|contemplat(?:e|ion|or)|ruminat(?:e|ion)"
    rf"|{TAGS}|\u63a8\u7406|chain[_\-]?of[_\-]?thoughts?|cot|budget_reflect|inner_prefix|inner_suffix)"
    r"(?:[_\-\u2581](?:process|content|trace|block|section|steps|reasoning|aloud|budget_reflect)"
    r"|(?<=think)[_\-](?:fast(?:er)?|slow(?:er|ly)?|deep(?:er|ly)?|hard(?:er)?|long(?:er)?|more|again|first|mode"
    r"|step))?"
    r"(?:[_\-\u2581](?:begin|start|end|stop)|_never_used_[0-9a-f]{8,40})?\d{0,2}"
)
# Brackets of other shapes than a tag's; all but Kimi's triangles can stand around a heading, too.
_TRIANGLE = "\u25c1"
_OPENING, _CLOSING = f"{_TRIANGLE}\u3010\u27e8\u2329\u27ea", "\u25b7\u3011\u27e9\u232a\u27eb"
# Where a mark can begin: these are few, and found fast. A bracket or `<` is followed by a name, after little else.
_STARTS = re.compile(
    rf"[`~&\\\uff1c{_OPENING}]|<(?=<?[|\uff5c]?[ \t]*+[/\\]{{0,2}}[ \t]*+[\w.\-][^\s<>])|\[(?=\[?[ \t]*+[\w/])"
)
# No response has so many: a model that writes more of them repeats itself without end.
MOST_MARKS = 20_000
_BEFORE_FENCE = 8
_MARK = re.compile(
    # code, by lines and within a line
    r"(?P<fence>(?P<ticks>`{3,}|~{3,})(?P<info>[^\n]*))"
    r"|(?P<code>`[^`\n]*`)"
    # <think a="b">, <|think|>, </think>, <\u2581\u2026>, &lt;think&gt;
    rf"|(?:\\?<{{1,2}}|&(?:amp;)?lt;|\\u003c|\uff1c)(?P<pipe>[|\uff5c])?[ \t]*+(?P<slash>\\?/"
    rf"|\\)?[ \t]*+(?P<name>{_NAME})"
    r"(?P<more>[ \t]*(?:[ \t\n][^<>&\\]{0,300})?)(?P<single>/)?[|\uff5c]?(?:\\?>{1,2}|&(?:amp;)?gt;|\\u003e|\uff1e)"
    # [THINK], \u25c1think\u25b7
    r"|\[{1,2}[ \t]*+(?P<bslash>/|end of |end )?(?:begin |start )?(?P<bname>think(?:ing)?|thoughts?|reasoning"
    rf"|scratchpad|(?P<bother>{THOUGHTS}))[ \t]*+"
    r"(?:\]\]|\](?![(\[:]))"
    rf"|[{_OPENING}][ \t]*+(?P<tslash>/)?[ \t]*+(?P<tname>{_NAME})[ \t]*+[{_CLOSING}]"
    # unused tokens, Gemma's and openPangu's, and channels with one bar
    r"|(?P<gopen><(?:unused|ctrl)94>|\[unused16\]|<\|channel>)[ \t]*+(?:thoughts?|thinking|analysis)?[ \t]*+\n?"
    r"|(?P<gclose><(?:unused|ctrl)95>|\[unused17\]|<channel\|>)"
    r"|(?P<details><details\b(?P<attributes>[^<>]{0,300})>(?P<summary>\s*+<summary>(?:[^<\n]"
    r"|<(?!/summary)){0,200}</summary>)?)"
    r"|(?P<enddetails></details\s*>)"
    r"|(?P<end><\|end\|>)",
    re.I | re.M,
)
_HINTS = ("<", "[", "\uff1c", "&lt;", "&amp;lt;", "\\u003", *_OPENING)
_TAG_SIGNS = rf"[<&\\\uff1c{_OPENING}\[]"
TAG_ITSELF = (
    rf"(?:<(?=[|\uff5c]?[ \t]*+[/\\]{{0,2}}[ \t]*+[\w.\-][^\s<>])|&(?:amp;)?lt;|\\u003c|\uff1c|[{_OPENING}])"
    rf"[|\uff5c]?[ \t]*+[/\\]{{0,2}}[ \t]*+{_NAME}"
    rf"|\[(?=[ \t]*+[\w/])[ \t]*+(?:/|end of |end )?(?:begin |start )?(?:think|thought|reasoning|scratchpad|{THOUGHTS})"
    r"|<(?:unused|ctrl)9[45]>|\[unused1[67]\]|<\|channel>|<channel\|>|<details\b"
)
# One of the signs that it begins with is found fast; all of it is looked for behind it again.
TAG = re.compile(rf"{_TAG_SIGNS}(?<=(?={TAG_ITSELF}){_TAG_SIGNS})", re.I)
_WEAK = re.compile(r"(?:analysis|reflect\w*|rationale|reason|internal)$", re.I)


class MarkKind(Enum):
    """`END` closes whatever message it stands in, `SINGLE` is a block without content."""

    FENCE = auto()
    OPEN = auto()
    CLOSE = auto()
    SINGLE = auto()
    DETAILS = auto()
    END_DETAILS = auto()
    END = auto()


class ReasoningMark(NamedTuple):
    """`name` is folded. `weak` is one that an answer can hold too; `barred` stands between bars; `bracketed` is a word
    in brackets that can be a stage direction."""

    kind: MarkKind
    start: int
    end: int
    match: re.Match[str]
    name: str = ""
    weak: bool = False
    barred: bool = False
    bracketed: bool = False


def _mark(match: re.Match[str]) -> ReasoningMark | None:
    """None for code within a line: it only takes the marks in it along."""
    start, end = match.span()
    name = match["name"] or match["tname"]
    if name:
        slash, single, pipe = match.group("slash", "single", "pipe")
        kind, folded, weak = _named(name, bool(slash or match["tslash"]), bool(single))
        heads = match["tname"] is not None and match.group()[0] != _TRIANGLE
        return ReasoningMark(kind, start, end, match, folded, heads or weak, bool(pipe), heads)
    if name := match["bname"]:
        kind = MarkKind.CLOSE if match["bslash"] else MarkKind.OPEN
        direction = name.lower() != "think"
        return ReasoningMark(kind, start, end, match, _folded(name), weak=direction, bracketed=direction)
    for group, plain in _PLAIN.items():
        if match[group] is not None:
            return ReasoningMark(plain, start, end, match)
    return None


_PLAIN = {
    "fence": MarkKind.FENCE,
    "gopen": MarkKind.OPEN,
    "gclose": MarkKind.CLOSE,
    "details": MarkKind.DETAILS,
    "enddetails": MarkKind.END_DETAILS,
    "end": MarkKind.END,
}
_EDGES = re.compile(
    r"(?:begin|start|end|stop)(?:[_\-\u2581](?:of[_\-\u2581])?|of|(?=think|thought|reason))|[_\-\u2581](?:begin|start|end|stop|prefix|suffix)$"
)
_CLOSING_NAME = re.compile(
    r"(?:.*:)?(?:end|stop)(?:[_\-\u2581]|of|(?=think|thought|reason)).*|.*[_\-\u2581](?:end|stop|suffix)"
)


@lru_cache(maxsize=1024)
def _named(name: str, slashed: bool, single: bool) -> tuple[MarkKind, str, bool]:
    """The kind of a mark called so, its folded name, and whether an answer can hold it too: one text has the same ones
    again and again."""
    return _kind(name.lower(), slashed, single), _folded(name), bool(_WEAK.fullmatch(name))


def _kind(name: str, slashed: bool, single: bool) -> MarkKind:
    if slashed or _CLOSING_NAME.fullmatch(name):
        return MarkKind.CLOSE
    return MarkKind.SINGLE if single else MarkKind.OPEN


def _folded(name: str) -> str:
    return _EDGES.sub("", name.lower())


def marks_in(text: str) -> list[ReasoningMark]:
    """Those of a text in their order, fences of code among them; none where no mark is of reasoning. Where there are
    more than `MOST_MARKS`, those that follow are not read."""
    if not any(map(text.__contains__, _HINTS)) or not TAG.search(text):
        return []
    found = []
    position = 0
    for start in _STARTS.finditer(text):
        at = start.start()
        if at < position:
            continue
        match = _MARK.match(text, at)
        if match and match["fence"] and text[max(0, at - _BEFORE_FENCE) : at].rpartition("\n")[2].strip(" \t"):
            # ticks within a line are no fence
            position = match.end("ticks")
        elif match:
            position = match.end()
            found += [mark] if (mark := _mark(match)) else []
            if len(found) > MOST_MARKS:
                break
    return found
