"""Reasoning under a heading of its own at the beginning, before a headed answer; and what an answer is wrapped in."""

from __future__ import annotations

import re
from itertools import islice

from reviewer.core.reasoning_blocks import Cut, is_setting
from reviewer.core.reasoning_framed import deliberates
from reviewer.core.reasoning_words import ANSWERS, THOUGHTS, may_name_thoughts

# In these what follows stands in the same line.
_CORNERS = tuple("【［")
_OPENED, _CLOSED = r"[\[(【［「]", r"[\])】］」]"
_MARKUP = (
    rf"(?:#{{1,6}}[ \t]*+)?(?:(?:step|part"
    rf"|phase)[ \t]*+\d[ \t]*+[-:.)\u2013\u2014]{{0,2}}[ \t]*+)?(?:[\u2600-\u27bf\U0001f300-\U0001faff]\ufe0f?[ \t]*+)?"
    rf"(?P<%s>{_OPENED}|[*_]{{0,3}})(?:(?<=[*_])[\[(])?[ \t]*+"
)
_THOUGHT = (
    r"(?:(?:here(?:'s|\u2019s| is)|this is)[ \t]++)?"
    r"(?:(?:my|the|an?|internal|inner|private|hidden|step[- ]by[- ]step)[ \t]++){0,3}"
    r"(?:thought[ \t]++process|thinking[ \t]++process|reasoning[ \t]++process|chain[ \t]of[ \t]thought|thoughts?"
    r"|thinking"
    r"|(?:(?<=internal )|(?<=private )|(?<=hidden ))(?:analysis|assessment|notes|reflection|deliberation)"
    rf"|reasoning|monologue|scratchpad|deliberation|{THOUGHTS})(?:[ \t]*+\((?:not|hidden|private"
    rf"|internal)[^()\n]{{1,40}}\))?"
)
_ANSWER = (
    r"(?:(?:here(?:'s|\u2019s| is)|this is)[ \t]++)?(?:(?:my|the|final|actual|visible|public|external"
    r"|user[ -]facing)[ \t]++){0,3}"
    rf"(?:answer|response|reply|output|solution|{ANSWERS})(?:[ \t]++to[ \t]++(?:the[ \t]++)?user)?"
)
_AFTER = rf"[ \t]*+(?:(?P=%s)|{_CLOSED})?[ \t]*+(?P<%s>:|\uff1a)?[ \t]*+(?:(?P=%s)(?!\w)|{_CLOSED})?[ \t]*+"
_HEAD = re.compile(rf"\s*{_MARKUP % 'markup'}{_THOUGHT}{_AFTER % ('markup', 'colon', 'markup')}", re.I)
_NEXT = re.compile(
    rf"^(?!\n)[ \t]{{0,3}}(?P<hashes>#{{1,6}}[ \t]*+)?"
    rf"(?:(?:step|part|phase)[ \t]*+\d[ \t]*+[-:.)\u2013\u2014]{{0,2}}[ \t]*+)?"
    rf"(?P<markup>{_OPENED}|[*_]{{0,3}})(?:(?<=[*_])[\[(])?[ \t]*+{_ANSWER}"
    rf"{_AFTER % ('markup', 'colon', 'markup')}(?P<rest>\S?)",
    re.I | re.M,
)
_PROCESS = re.compile(
    r"\W*(?:my |internal )?(?:(?:thought|thinking|reasoning) process|chain of thought|thinking)\b", re.I
)
# as tools write it before a text, in a paragraph of its own
_PREFIXED = re.compile(r"\s*Thinking:[ \t]+(?=\S)[^\n]+\n[ \t]*+\n(?=\s*\S)")
_FORM_FIELD = re.compile(r"\s*[*_]{0,2}[A-Z][\w ]{1,24}[*_]{0,2}:")
_AGAIN = re.compile(
    rf"^[ \t]{{0,3}}(?:#{{1,6}}[ \t]*+)?[*_\[]{{0,3}}[ \t]*+{_THOUGHT}[ \t]*+[*_\]]{{0,3}}[ \t]*+(?::|$)", re.I | re.M
)
_FENCED = re.compile(r"\s*+(?P<fence>`{3,}|~{3,}|:{3,})[ \t]*+(?:thinking|think|thoughts?|reasoning)[ \t]*+\n", re.I)
_DONE = re.compile(r"^[ \t]*+(?:\.{3}|\u2026)[ \t]*+done thinking\.?[ \t]*+$", re.I | re.M)
_DOTS = re.compile(
    r"\s*(?:[\u2600-\u27bf\U0001f300-\U0001faff]\ufe0f?[ \t]*+)?[*_]{0,3}Thinking(?:\.{3}|\u2026)[*_]{0,3}[ \t]*+\n",
    re.I,
)
_LASTED = re.compile(
    r"\s*[*_]{0,3}(?:Thought|Reasoned|Thinking|Reasoning|Pondered|Worked)(?: (?:about|on|over"
    r"|through) [^\n]{1,80}?)? for"
    r" (?:about )?(?:\d+|a few|a couple of|several) ?(?:seconds?|minutes?|s"
    r"|m)\b[^\n]{0,20}\n"
)
_LINE = re.compile(r"^[ \t]{0,3}(?:-{3,}|\*{3,}|_{3,})[ \t]*+$", re.M)
# another field of a form: **Feelings:** …
_FIELD = re.compile(r"^[ \t]{0,3}(?:\*\*|__)[^\n*_:]{2,40}:?(?:\*\*|__):?[ \t]+\S", re.M)
# an item of a list, which is looked at apart
_STARRED = re.compile(r"\s*\*[ \t]")
# the element of an answer by its class
_CLASSED = re.compile(
    r"\s*+<(?P<name>div|section|p|span|article|aside)\s[^<>]{0,80}?\b(?:class|id)=[\"']?(?:final[-_ ]?|user[-_ ]?)?"
    r"(?:answer|response|output|reply|result)[\"']?[^<>]{0,80}>",
    re.I,
)
_OPENS = re.compile(r"(?:begin|start)_")
_COMMENT = re.compile(r"\s*+<!--\s*(?:thinking|thoughts?|reasoning)\b.*?-->", re.I | re.S)
_QUOTED_HEAD = re.compile(
    r"\s*>[ \t]*+(?:\[!(?:\w{3,12}\][-+]?[ \t]*+)?)?"
    r"(?:[\u2600-\u27bf\U0001f300-\U0001faff]\ufe0f?[ \t]*+)?[*_]{0,3}(?:thinking|thought process"
    r"|reasoning)\b[^\w\n]{0,6}\n(?:[ \t]*+>[^\n]*(?:\n|\Z))+"
    # a callout that is named so, whatever its title
    r"|\s*>[ \t]*+\[!(?:think(?:ing)?|thoughts?|reasoning)\][-+]?[^\n]{0,80}\n(?:[ \t]*+>[^\n]*(?:\n|\Z))+",
    re.I,
)
_QUOTED = re.compile(r"\s*(?:^[ \t]*+>[^\n]*(?:\n|\Z))+", re.M)
# --- thinking ---, with an answer under a line of the same kind
_RULED = re.compile(rf"\s*(?P<rule>[-=~*#]{{2,10}})[ \t]*+{_THOUGHT}[ \t]*+(?P=rule)[ \t]*+\n", re.I)
_RULED_ANSWER = re.compile(rf"^[ \t]*+(?P<rule>[-=~*#]{{2,10}})[ \t]*+{_ANSWER}[ \t]*+(?P=rule)[ \t]*+\n", re.I | re.M)
# *(thinking: …)* in a paragraph of its own
_ASIDE = re.compile(
    r"\s*[*_]{0,2}[(\[](?:thinking|thoughts?|(?:internal|inner) (?:monologue|thoughts?)"
    r"|reasoning)[ \t]*+:[^()\[\]\n]{1,4000}"
    r"[)\]][*_]{0,2}[ \t]*+\n\s*\n",
    re.I,
)
# as Granite writes it, also within a line
_TOLD = re.compile(r"\s*here(?:'s|\u2019s| is| are) (?:my|the) (?:thought|thinking|reasoning) (?:process|steps):", re.I)
# how a chapter on the word begins
_DEFINES = re.compile(
    r"\s*(?:(?:(?:an?|the) (?:word |term |process of )?[\"'*_\u201c]{0,2}(?:thought|response|answer|reply|reasoning"
    r"|output)"
    r"|reasoning|thinking|thoughts|responses|answers|replies|outputs|solutions)[\"'*_\u201d]{0,2}"
    r" (?:is|are|means?|refers?|consists?|comes?|can|may|describes?|denotes?)"
    r"(?! (?:that|no|yes|not|\d|:))(?: (?:an?|the|what|how|when|of|to|be|from|one|any|all))?\b)",
    re.I,
)
_TOLD_ANSWER = re.compile(r"\bhere(?:'s|\u2019s| is) (?:my|the) (?:final )?(?:response|answer|reply):[ \t]*+\n?", re.I)
# Stages of a method as elements, with the answer in an element after them.
_STAGES = re.compile(
    r"\s*+<(?:plan(?:ning)?|summary|caption|strategy|critique|review|draft|brainstorm(?:ing)?|outline|notes)>", re.I
)
_STAGED_ANSWER = re.compile(
    r"</[a-z_]{2,30}>\s*(?=<(?P<name>(?:final_?)?(?:answer|response|output|reply|solution|conclusion))>)", re.I
)
# harmony's channels as headings
_ANALYSIS = re.compile(r"\s*(?P<markup>[*_#]{0,3})[ \t]?analysis(?:(?P=markup)[ \t]*+:?|:(?P=markup))[ \t]*+\n?", re.I)
_FINAL = re.compile(
    r"^(?:[*_#]{0,3})[ \t]?(?:assistant ?)?final(?:[*_]{0,2}[ \t]*+:|:[*_]{0,2}|[*_]{0,2}[ \t]*+$)\s*+", re.I | re.M
)
# as agents write it
_THOUGHT_STEP = re.compile(r"\s*Thought:[ \t]*+(?=\S)")
_ACTION = re.compile(
    r"^Action:[ \t]*+(?:respond|answer|reply|finish|final[ _]answer)[ \t]*+\n+Action Input:[ \t]*+(?=\S)", re.I | re.M
)
_STEP_ENDS = re.compile(r"\n\s*\n|^\w[\w ]{0,30}:", re.M)
_BARE = re.compile(r"\s*thought\n")
# an analysis of a poem does not
_WEIGHS = re.compile(r"\b(?:we|let's|need to|user|polic(?:y|ies)|(?:dis)?allowed|comply|refus\w*|should|must)\b", re.I)
# as Apriel tells of them
_STEPS = re.compile(r"\s*(?:here are|these are) my (?:reasoning|thinking) steps:?[ \t]*+\n", re.I)
_BEGUN = re.compile(r"^[ \t]*+\[BEGIN FINAL (?:RESPONSE|ANSWER)\][ \t]*+\n?", re.M)
# s1's parts of a message, also where their marks are left out; names in a line of their own; between rules
_PART = re.compile(r"\s*+<\|im_start\|>(?:assistant/)?(?:think|thinking|reasoning)[ \t]*+\n")
_PART_ANSWER = re.compile(r"<\|im_start\|>(?:answer|final|assistant)[ \t]*+\n")
_BARE_PART, _BARE_PART_ANSWER = re.compile(r"\s*think\n"), re.compile(r"^answer\n", re.M)
_CAPITALS = re.compile(r"\s*(?:THOUGHTS?|THINKING|REASONING)[ \t]*+\n")
_CAPITALS_ANSWER = re.compile(r"^(?:RESPONSE|ANSWER|REPLY|FINAL ANSWER|OUTPUT)[ \t]*+\n", re.M)
_BETWEEN_RULES = re.compile(r"\s*[-=]{5,}\n\W{0,8}(?:THINKING|REASONING)\W{0,6}\n")
_RULES_ANSWER = re.compile(r"^[-=]{5,}\n\W{0,8}(?:ANSWER|RESPONSE)\W{0,6}\n", re.M)
# DSPy's fields: the next one is the answer, whatever its name
_DSPY = re.compile(r"\s*+\[\[ ## (?:reasoning|rationale|thoughts?|thinking) ## \]\][ \t]*+\n")
_DSPY_NEXT = re.compile(r"^\[\[ ## (?!completed\b)\w{1,40} ## \]\][ \t]*+\n?", re.M)
_PAIRS = (
    (_PART, _PART_ANSWER),
    (_BARE_PART, _BARE_PART_ANSWER),
    (_CAPITALS, _CAPITALS_ANSWER),
    (_BETWEEN_RULES, _RULES_ANSWER),
    (_DSPY, _DSPY_NEXT),
    (_THOUGHT_STEP, _ACTION),
    (_RULED, _RULED_ANSWER),
    (_TOLD, _TOLD_ANSWER),
    (_ANALYSIS, _FINAL),
    (_STEPS, _BEGUN),
)
_WRAPPER = re.compile(
    rf"\s*+<\|?(?P<name>(?:(?:final|user|assistant|visible|public)_?)?(?:answer|response|output|reply|solution|result"
    rf"|conclusion|{ANSWERS})|attempt_completion|final|(?:begin"
    r"|start)_of_(?:solution|answer|response|box)"
    r"|start_response|final_response)\|?>",
    re.I,
)
_BRACKETED = re.compile(
    r"\s*(?P<open>\[)(?P<name>(?:final[ _])?(?:answer|response|output|reply))(?P<close>\])[ \t]*+\n", re.I
)
_SUMMED_UP = re.compile(r"\s*(?P<open><)(?P<name>summary)(?P<close>>)(?=.*</summary>\s*+\Z)", re.I | re.S)
# as Solar opens the message that is meant for people
_MESSAGE = re.compile(r"\s*(?:<\|(?:begin|start)\|>[ \t]*+\w{0,20}[ \t]*+)?<\|content\|>", re.I)
_MESSAGE_END = "<|end|>"
# What tokenizers set around a message, and is left where it is written out.
_FIRST_TOKENS = re.compile(
    r"\s*(?:(?:<[|\uff5c](?:begin|start|bos|im_start|message)[^<>|\uff5c\n]{0,40}[|\uff5c]>|<s>|<bos>)\s*)+", re.I
)
_LAST_TOKENS = re.compile(
    r"(?:\s*(?:<[|\uff5c](?:end|eot|eos|eom|im_end|return|stop|assistant_end)[^<>|\uff5c\n]{0,40}[|\uff5c]>|</s>|<eos>|<\w{2,12}:eos>"
    r"|<end_of_turn>|<turn\|>|<sep>|<end_code>|\[unused10\]|\[\[ ## completed ## \]\]|\[END FINAL (?:RESPONSE"
    r"|ANSWER)\]))+\s*+\Z",
    re.I,
)
_LONE_END = re.compile(r"\s*+</(?P<name>response|answer|output|reply|assistant|message|result|final)>\s*+\Z", re.I)
# GLM's marks around the value that was asked for, and blanks as a program writes them out
_BOX = re.compile(r"<\|(?:begin|end)_of_box\|>")
_MOST_BOXES = 20
_WRITTEN_BREAKS = re.compile(r"(?:\\n)+")
_TAIL = 200
_HINTS = ("thought", "think", "analysis", "reason", "monologue", "scratchpad", "deliberat")
_FOREIGN_HINT = re.compile(THOUGHTS)


def headed_cuts(text: str) -> list[Cut]:
    """A section of reasoning with which the text begins. Without an answer's heading after it nothing is cut."""
    begun = text[:160].lstrip()[:120].lower()
    if begun[:1] == "<" and (stages := _STAGES.match(text)):
        return _staged(text, stages)
    if not any(map(begun.__contains__, _HINTS)) and not (may_name_thoughts(begun) and _FOREIGN_HINT.search(begun)):
        return []
    if whole := _COMMENT.match(text) or _QUOTED_HEAD.match(text) or _ASIDE.match(text):
        return [Cut(0, whole.end(), 0, whole.end())]
    return _fenced(text) or _dotted(text) or _section(text) or _paired(text) or _prefixed(text) or _unmarked(text)


def _section(text: str) -> list[Cut]:
    head = _HEAD.match(text)
    if (
        head is None
        or _STARRED.match(text)
        or not (head["colon"] or head["markup"] or "#" in head.group() or _ends_line(text, head.end()))
    ):
        return []
    answer = next(filter(_is_heading, _NEXT.finditer(text, head.end())), None)
    if answer is None and head["colon"] and _PROCESS.match(text):
        return _ruled_off(text, head)
    if answer is None or _AGAIN.search(text, answer.end()):
        return []
    end = answer.start("rest")
    said = text[head.end() : answer.start()]
    if not deliberates(said) and (is_setting(said) or _is_chapter(text, head, end, said) or _FIELD.search(said)):
        return []
    return [Cut(0, end, head.end(), answer.start())]


def _ruled_off(text: str, head: re.Match[str]) -> list[Cut]:
    """A thought process down to the one rule in the text."""
    rules = list(islice(_LINE.finditer(text, head.end()), 2))
    if len(rules) != 1 or not text[rules[0].end() :].strip():
        return []
    return [Cut(0, rules[0].end(), head.end(), rules[0].start())]


def _is_chapter(text: str, head: re.Match[str], end: int, said: str) -> bool:
    """Whether the heading is one of a document's: it says what the word means, or other chapters follow."""
    if _DEFINES.match(said) or _DEFINES.match(text, end):
        return True
    level = head.group().strip().partition(" ")[0]
    return level.startswith("#") and bool(re.compile(rf"^{level} ", re.M).search(text, end))


def _staged(text: str, stages: re.Match[str]) -> list[Cut]:
    """All before the last element of an answer, which must be what the text ends with."""
    *_, answer = [None, *_STAGED_ANSWER.finditer(text, stages.end())]
    if answer is None:
        return []
    closer = f"</{answer['name'].lower()}>"
    left = text[answer.end() :].lower().rstrip()
    if closer in left and not left.endswith(closer):
        return []
    return [Cut(0, answer.end(), stages.end(), answer.start())]


def _paired(text: str) -> list[Cut]:
    """One mark and after it the one that belongs to it: `analysis:` and `final:`; where an analysis is followed by an
    answer that has another heading, it is a part of it.
    """
    for begins, ends in _PAIRS:
        if (head := begins.match(text)) and (answer := ends.search(text, head.end())):
            said = text[head.end() : answer.start()]
            if begins is _ANALYSIS and not (deliberates(said) or _WEIGHS.search(said)):
                continue
            return [Cut(0, answer.end(), head.end(), answer.start())]
    return []


def _prefixed(text: str) -> list[Cut]:
    """One paragraph that a tool calls thinking; in a form other fields follow it."""
    found = _PREFIXED.match(text)
    if found is None or _FORM_FIELD.match(text, found.end()):
        return []
    return [Cut(0, found.end(), text.index(":") + 1, found.end())]


def _unmarked(text: str) -> list[Cut]:
    """Gemma's thoughts without their marks: the word in a line of its own, and a paragraph that deliberates. An agent's
    thought that breaks off in mid-sentence has no answer yet."""
    if bare := _BARE.match(text):
        end = text.find("\n\n", bare.end())
        if end > 0 and text[end:].strip() and deliberates(text[bare.end() : end]):
            return [Cut(0, end, bare.end(), end)]
    step = _THOUGHT_STEP.match(text)
    if step is None or not text.rstrip()[-1:].isalnum() or _STEP_ENDS.search(text, step.end()):
        return []
    breaks_off = deliberates(text[step.end() :])
    return [Cut(0, len(text), step.end(), len(text), closed=False)] if breaks_off else []


def _ends_line(text: str, position: int) -> bool:
    return text[position : position + 1] in ("", "\n", "\r")


def _is_heading(answer: re.Match[str]) -> bool:
    """An answer's heading stands alone in its line or has a colon or markup; else the line is a sentence."""
    if answer["markup"] in _CORNERS:
        return True
    return bool(answer["colon"] or (not answer["rest"] and (answer["hashes"] or answer["markup"])))


def _fenced(text: str) -> list[Cut]:
    opened = _FENCED.match(text)
    if opened is None:
        return []
    closed = re.compile(rf"^[ \t]*+{re.escape(opened['fence'])}[ \t]*+$", re.M).search(text, opened.end())
    if closed is None:
        return [Cut(0, len(text), opened.end(), len(text), closed=False)]
    return [Cut(0, closed.end(), opened.end(), closed.start())]


def _dotted(text: str) -> list[Cut]:
    """`Thinking...` with `...done thinking.` after it, or with a quotation under it."""
    if lasted := _LASTED.match(text):
        line = _LINE.search(text, lasted.end())
        end = line.start() if line and deliberates(text[lasted.end() : line.start()]) else lasted.end()
        return [Cut(0, line.end() if line and end > lasted.end() else end, 0, end)]
    opened = _DOTS.match(text)
    if opened is None:
        return []
    closed = _DONE.search(text, opened.end()) or _QUOTED.match(text, opened.end())
    return [Cut(0, closed.end(), opened.end(), closed.end())] if closed else []


def unwrapping_cuts(text: str) -> list[Cut]:
    """The marks around an answer that stands after reasoning: `<answer>…</answer>`, or a rule above it."""
    if breaks := _WRITTEN_BREAKS.match(text):
        return [Cut(0, breaks.end(), 0, 0)]
    if message := _MESSAGE.match(text):
        return _unwrapped(text, message.end(), _MESSAGE_END)
    opened = _WRAPPER.match(text) or _CLASSED.match(text)
    if opened is None and (named := _BRACKETED.match(text) or _SUMMED_UP.match(text)):
        return _unwrapped(text, named.end(), f"{named['open'][0]}/{named['name'].lower()}{named['close']}")
    if opened is None:
        rule = _LINE.match(text)
        if rule and not _LINE.search(text, rule.end()):
            return [Cut(0, rule.end(), 0, 0)]
        return _tokens_around(text)
    name = opened["name"].lower()
    closer = f"<|{_OPENS.sub('end_', name)}|>" if _OPENS.match(name) else f"</{name}>"
    return _unwrapped(text, opened.end(), closer)


def _tokens_around(text: str) -> list[Cut]:
    """The tokens before a message and behind it. A row of them without end is left: each round would read it all."""
    first, tail = _FIRST_TOKENS.match(text), max(0, len(text) - _TAIL)
    start = first.end() if first else 0
    cuts = [Cut(0, start, 0, 0)] if first else []
    cuts += [Cut(*box.span(), box.end(), box.end()) for box in islice(_BOX.finditer(text, start), _MOST_BOXES)]
    tail = max(start, tail, cuts[-1].end if cuts else 0)
    last = _LAST_TOKENS.search(text, tail) or _lone_end(text, tail)
    ends = last is not None and last.start() > tail
    return [*cuts, Cut(last.start(), len(text), len(text), len(text))] if last and ends else cuts


def _lone_end(text: str, start: int) -> re.Match[str] | None:
    """The end of an element that began before the reasoning."""
    last = _LONE_END.search(text, start)
    return last if last and f"<{last['name'].lower()}" not in text[: last.start()].lower() else None


def _unwrapped(text: str, start: int, closer: str) -> list[Cut]:
    """Without the mark that ends at `start`, and without the last one that closes it."""
    end = text.lower().rfind(closer)
    cuts = [Cut(0, start, 0, 0)]
    return cuts if end < start else [*cuts, Cut(end, end + len(closer), end, end)]
