"""Blocks of reasoning between an opening and a closing mark: which marks count, and what they take out."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from reviewer.core.reasoning_marks import MOST_MARKS, MarkKind, ReasoningMark, marks_in
from reviewer.core.reasoning_words import THOUGHTS

_THOUGHT = re.compile(rf"\b(?:thoughts?|thinking|reasoning|chain of thought|{THOUGHTS})\b", re.I)
_TYPED = re.compile(r"""\b(?:type|class|id|data-\w+)\s*=\s*["']?[^"'<>=]{0,60}?(?:reasoning|thinking|thought)""", re.I)
_QUOTES = "`\"'\u201c\u201d\u2018\u2019\u00ab\u00bb\u201e\u300c\u300d\u300e\u300f"
_SPOKEN_BEFORE = re.compile(
    r"\b(?:the|an?|of|in|with|by|between|inside|within|and|or|using|uses?|used|emits?|opening|closing|called"
    r"|named|like"
    r"|as|before|after|from|into|then|see|writes?|puts?|adds?|tags?|tokens?|marks?|markers?|elements?)[ \t]+$"
    r"|(?:\u6807\u7b7e|\u6807\u8bb0|\u4f7f\u7528)[ \t]*+$",
    re.I,
)
# what any match of it ends with
_LEADS_ON = (" ", "\t", "\u7b7e", "\u8bb0", "\u7528")
_WHOSE = re.compile(r"\b(?:who|whose|speaker|character|by|from|actor|name)\s*=", re.I)
_SPOKEN_AFTER = re.compile(
    r"[ \t]+(?:tags?|tokens?|blocks?|elements?|markers?|marks?|sections?|and|or|means?|indicates?|opens?|closes?"
    r"|starts?|ends?|delimits?|wraps?|refers|denotes|contains?"
    r"|(?:is|are|was) (?:an?|the|used|not|only|what|how|where|for|(?:[A-Z]\w+ )?(?:for|word)))\b"
    r"|[,;:)!?](?!\w)|\.(?!\.)|[ \t]*+(?:\u6807\u7b7e|\u6807\u8bb0|\u7b49)"
)
_ENDS_SENTENCE = tuple(".!?\u2026:)]\"'\u201d>*_\u3002\uff01\uff1f\uff1a")
_EXAMPLE = re.compile(r"\b(?:example|format|looks? like|structure|template|tags?|like this|syntax|as follows)\b", re.I)
_UNSEEN = "\\s\ufeff\u200b-\u200f\u2060\u00ad"
# What can stand before the first mark: nothing that is seen, or who speaks.
_LEAD = re.compile(
    rf"[{_UNSEEN}]*(?:(?:<\|\w{{1,20}}\|>(?:assistant|model)?\s*){{1,4}}|<s>|<bos>|<assistant>|<start_of_turn>(?:model)?"
    r"|\W{0,3}(?:assistant|response|answer|ai|model|bot|output)\W{0,3}:?\W{0,3})?"
    rf"[{_UNSEEN}]*",
    re.I,
)
# All there is of a text that was cut off in its first mark.
_BEGUN = re.compile(
    r"\s*<(?:\|c?(?:ch(?:a(?:n(?:n(?:el?)?)?)?)?)?|/?th(?:i(?:n(?:k(?:i(?:ng?)?)?)?)?)?"
    r"|/?rea(?:s(?:o(?:n(?:i(?:ng?)?)?)?)?)?)\|?\s*"
)
_LONGEST_BEGUN = 24
_REACH = 80
_SHOWN_REACH = 2_000
# how a regular expression goes on
_PATTERN = re.compile(r"\(?(?:\?[:P<]|\[\^?|\.[*+]|\\[sSwWdDn])")
_ANSWER = re.compile(
    r"^[ \t]*+<(?P<name>(?:(?:final|user|assistant)_?)?(?:answer|response|output|reply|solution))>", re.I | re.M
)
_SETTING = re.compile(r"\s*[a-z_]\w{0,40}[ \t]*+=[ \t]*+\S", re.I)


class Cut(NamedTuple):
    """`[start, end)` of what is not visible; `[inner_start, inner_end)` is the reasoning in it."""

    start: int
    end: int
    inner_start: int
    inner_end: int
    closed: bool = True

    def within(self, start: int, end: int) -> Cut:
        """The part of it from `start` to `end`."""
        inner_start = min(max(self.inner_start, start), end)
        inner_end = max(min(self.inner_end, end), inner_start)
        return Cut(max(self.start, start), min(self.end, end), inner_start, inner_end, self.closed)

    def moved(self, by: int) -> Cut:
        return Cut(self.start + by, self.end + by, self.inner_start + by, self.inner_end + by, self.closed)


def is_setting(said: str) -> bool:
    """Whether what stands under a word in brackets are the settings of a program: `enabled = true`."""
    return bool(_SETTING.match(said))


def without_end(text: str) -> Cut:
    """What to cut where marks follow each other without end: nothing of such a text is surely visible."""
    return Cut(0, len(text), 0, len(text), closed=False)


def block_cuts(text: str) -> list[Cut]:
    """The blocks of reasoning in a text, in their order."""
    if len(text) <= _LONGEST_BEGUN and _BEGUN.fullmatch(text):
        return [without_end(text)]
    found = marks_in(text)
    if not found:
        return []
    if len(found) > MOST_MARKS:
        return [without_end(text)]
    scan = _Scan(text, Counter(mark.name for mark in found if mark.kind is MarkKind.CLOSE))
    for mark in found:
        scan.take(mark)
    cuts = scan.finish()
    return [*cuts[:-1], _until_answer(text, cuts[-1])] if cuts and not cuts[-1].closed else cuts


def _until_answer(text: str, cut: Cut) -> Cut:
    """A block that nobody closed ends where an element for the answer begins that the text ends with."""
    *_, opened = [None, *_ANSWER.finditer(text, cut.inner_start)]
    if opened is None:
        return cut
    closer, left = f"</{opened['name'].lower()}>", text[opened.end() :].lower().rstrip()
    # An answer that is cut off has no closing mark; then it must at least begin a paragraph.
    cut_off = bool(left) and closer not in left and text[: opened.start()].rstrip(" \t").endswith("\n\n")
    if not left.endswith(closer) and not cut_off:
        return cut
    return Cut(cut.start, opened.start(), cut.inner_start, opened.start())


class _Nesting:
    """The names of the blocks that are open, one within the other."""

    def __init__(self) -> None:
        self._names: list[str] = []
        self.counted: Counter[str] = Counter()

    def enter(self, name: str) -> None:
        self._names.append(name)
        self.counted[name] += 1

    def leave(self, name: str) -> bool:
        """The innermost block of that name ends, with what is within it; where none has it, the innermost one does.
        Whether none is left open."""
        known = self.counted[name] > 0
        while self._names:
            left = self._names.pop()
            self.counted[left] -= 1
            if left == name or not known:
                break
        return not self._names


@dataclass
class _Scan:
    """Goes over the marks from left to right. `closers` are the closing marks that are still to come, by name, `spoken`
    the opening ones that were no marks: as many closing ones are none either."""

    text: str
    closers: Counter[str]
    cuts: list[Cut] = field(default_factory=list)
    visible_from: int = 0
    opened: ReasoningMark | None = None
    within: _Nesting = field(default_factory=_Nesting)
    fence: str = ""
    spoken: int = 0
    fallback: ReasoningMark | None = None

    def take(self, mark: ReasoningMark) -> None:
        """The next mark."""
        if mark.kind is MarkKind.CLOSE:
            self.closers[mark.name] -= 1
        if mark.kind is MarkKind.FENCE:
            self._turn_fence(mark.match)
        elif self.opened is None:
            self._in_fence(mark) if self.fence else self._outside(mark)
        elif self.opened.kind is MarkKind.DETAILS:
            self._in_details(self.opened, mark)
        else:
            self._inside(self.opened, mark)

    def finish(self) -> list[Cut]:
        """What was cut, when all marks are taken."""
        opened, fallback = self.opened, self.fallback
        if opened and fallback:
            self._close(opened, fallback)
        elif opened and (not opened.bracketed or self._surely_opens(opened)):
            end = len(self.text)
            self.cuts.append(Cut(self._start(opened), end, opened.end, end, closed=False))
        elif fallback and self.fence and not self.spoken:
            self._lone(fallback)
        return self.cuts

    def _surely_opens(self, mark: ReasoningMark) -> bool:
        """Whether a word in brackets that nobody closes is a mark: alone in its line, and in English."""
        shown = mark.match["tname"] or mark.match["bother"] or is_setting(self.text[mark.end : mark.end + _REACH])
        return self._alone(mark) and not shown

    def _turn_fence(self, match: re.Match[str]) -> None:
        ticks, info = match["ticks"], match["info"]
        if not self.fence:
            self.fence = "" if ticks[0] in info else ticks
        elif ticks.startswith(self.fence) and not info.strip():
            self.fence = ""

    def _in_fence(self, mark: ReasoningMark) -> None:
        self.spoken += mark.kind is MarkKind.OPEN
        if mark.kind is MarkKind.CLOSE and self._alone(mark):
            self.fallback = mark

    def _outside(self, mark: ReasoningMark) -> None:
        if mark.kind is MarkKind.OPEN:
            if self._opens(mark):
                self._open(mark)
            else:
                self.spoken += 1
        elif mark.kind is MarkKind.DETAILS:
            if self._holds_reasoning(mark):
                self._open(mark)
        elif mark.kind is MarkKind.CLOSE:
            if self.spoken:
                self.spoken -= 1
            elif not self._spoken_of(mark):
                self._lone(mark)
        elif mark.kind is MarkKind.SINGLE and self._begins(mark):
            self._cut(Cut(self._start(mark), mark.end, mark.end, mark.end))

    def _open(self, mark: ReasoningMark) -> None:
        self.opened, self.fallback = mark, None
        self.within.enter(mark.name)

    def _inside(self, opened: ReasoningMark, mark: ReasoningMark) -> None:
        if mark.kind is MarkKind.CLOSE or (mark.kind is MarkKind.END and opened.barred):
            if not self.fence and not self._spoken_of(mark):
                self._leave(opened, mark)
            elif self._alone(mark):
                self.fallback = mark
            elif not self.fence and not self.closers[mark.name] and _in_one_line(self.text, opened, mark):
                # a sentence goes on about a block that it shows
                self.within.leave(opened.name)
                self.opened = None
        elif mark.kind is MarkKind.OPEN and not self.fence and self._closed_within(mark):
            self.within.enter(mark.name)
        elif mark.kind is MarkKind.SINGLE and mark.name == opened.name and not self.closers[mark.name]:
            # The slash on the wrong side, and none on the right one.
            self._leave(opened, mark)

    def _closed_within(self, mark: ReasoningMark) -> bool:
        """Whether a closing mark is left for a block within a block; else it is only spoken of there."""
        return self.closers[mark.name] > self.within.counted[mark.name] and not self._spoken_of(mark)

    def _in_details(self, opened: ReasoningMark, mark: ReasoningMark) -> None:
        if mark.kind is MarkKind.DETAILS:
            self.within.enter(mark.name)
        elif mark.kind is MarkKind.END_DETAILS:
            self._leave(opened, mark)

    def _leave(self, opened: ReasoningMark, mark: ReasoningMark) -> None:
        if self.within.leave(mark.name):
            self._close(opened, mark)

    def _close(self, opened: ReasoningMark, mark: ReasoningMark) -> None:
        self._cut(Cut(self._start(opened), mark.end, opened.end, mark.start))
        self.opened = None

    def _start(self, mark: ReasoningMark) -> int:
        """Where its cut begins: what leads to a first mark goes with it."""
        if not self.visible_from and self._begins(mark):
            return 0
        # the sign of a quotation that the text begins with
        return 0 if mark.start <= _REACH and self.text[: mark.start].strip() == ">" else mark.start

    def _lone(self, mark: ReasoningMark) -> None:
        self._cut(Cut(self.visible_from, mark.end, self.visible_from, mark.start))

    def _cut(self, cut: Cut) -> None:
        self.cuts.append(cut)
        self.visible_from, self.fence, self.fallback = cut.end, "", None

    # what stands next to a mark

    def _begins(self, mark: ReasoningMark) -> bool:
        """Whether nothing visible stands before it: nothing at all, or who speaks."""
        before = self.text[self.visible_from : mark.start] if mark.start - self.visible_from < _REACH else "x"
        return not before.strip() or (self.visible_from == 0 and bool(_LEAD.fullmatch(before)))

    def _opens(self, mark: ReasoningMark) -> bool:
        # an element of somebody's thoughts in a play or a comic says whose they are
        if self._spoken_of(mark) or _WHOSE.search(mark.match["more"] or ""):
            return False
        if self._begins(mark):
            return True
        if mark.weak:
            return False
        before = self.text[max(0, mark.start - _REACH) : mark.start]
        line = before.rpartition("\n")[2]
        if line.strip() == ">" and self._quoted_below_text(mark):
            return False
        if "\n" in before and not line.strip():
            said = before.rstrip()
            return len(line.expandtabs()) < 4 and not (said.endswith((":", "\uff1a")) and _EXAMPLE.search(said))
        following = self.text[mark.end : mark.end + 2].lstrip()
        ended = before.rstrip().endswith(_ENDS_SENTENCE)
        return self.closers[mark.name] > 0 and ended and not following[:1].islower()

    def _quoted_below_text(self, mark: ReasoningMark) -> bool:
        """Whether it stands in a quotation that the answer shows: something else was said above it."""
        above = self.text[max(self.visible_from, mark.start - _SHOWN_REACH) : mark.start].split("\n")
        return any(line.strip() and not line.lstrip().startswith(">") for line in above[:-1])

    def _spoken_of(self, mark: ReasoningMark) -> bool:
        """Whether it stands in quotation marks or in a sentence about it."""
        text = self.text
        before = text[max(self.visible_from, mark.start - _REACH, 0) : mark.start].rpartition("\n")[2]
        after = text[mark.end : mark.end + _REACH].partition("\n")[0]
        if before[-1:] in tuple(_QUOTES) and after[:1] in (*_QUOTES, ",", ".", ";"):
            return True
        if before[-1:] in tuple(_QUOTES) and _PATTERN.match(after):
            return True
        if mark.kind is MarkKind.CLOSE and not before.strip():
            return False
        # To search from every place of what stands before costs most, and only one that ends like this can be meant.
        if before.endswith(_LEADS_ON) and _SPOKEN_BEFORE.search(before):
            return True
        if _SPOKEN_AFTER.match(after):
            return True
        return mark.kind is MarkKind.CLOSE and not mark.barred and _in_a_sentence(before, after)

    def _alone(self, mark: ReasoningMark) -> bool:
        return self._heads_line(mark) and self.text[mark.end : mark.end + 1] in ("", "\n", "\r")

    def _heads_line(self, mark: ReasoningMark) -> bool:
        return not self.text[max(0, mark.start - _REACH) : mark.start].rpartition("\n")[2].strip()

    def _holds_reasoning(self, mark: ReasoningMark) -> bool:
        if _TYPED.search(mark.match["attributes"]):
            return True
        return self._begins(mark) and bool(_THOUGHT.search(mark.match["summary"] or ""))


def _in_one_line(text: str, opened: ReasoningMark, mark: ReasoningMark) -> bool:
    between = text[opened.start : mark.end]
    return mark.name == opened.name and len(between) <= _REACH * 4 and "\n" not in between


def _in_a_sentence(before: str, after: str) -> bool:
    apart = before[-1:].isspace() and after[:1].isspace()
    return apart and after.strip()[:1].islower() and not before.rstrip().endswith(_ENDS_SENTENCE)
