"""A response that answers, and declines another part of what was asked: at its end, or because it cannot look.

One clause weighs little beside the rest, so that the whole reads like an answer, or like a refusal. Where two things
were asked for, the clause is about one of them; where one was, it is a manner of speaking ("I can't promise that")
unless it names what was asked for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from reviewer.classify.explaining import Likely
from reviewer.classify.functions import INDEX, REFUSALS, Function
from reviewer.classify.requests import Request, found_in_request, stems_of
from reviewer.classify.segments import Segment
from reviewer.classify.words import WordClasses, stems, tokens
from reviewer.core.decisions import Engagement

_MOST_SEGMENTS, _MOST_WORDS, _FEWEST_GIVEN = 8, 140, 7
_LIKELY = 0.5
_GIVEN = [INDEX[f] for f in (Function.DELIVERS, Function.HANDS_OVER, Function.SUBSTITUTES, Function.CORRECTS)]
# What joins two things that are asked for at once.
_SEVERAL = re.compile(
    r"\b(?:and|plus|also|then|as well|too)\b|[+&;]|\?[^?]{8,}\?|\n\s*(?:2|b)[.)]"
    r"|, (?:how|what|which|who|where|when)\b"
)
# How a last sentence says that something is left out, of whoever speaks or of the thing itself.
_LEAVES_OUT = re.compile(
    r"\bi(?:'m| am|'ll| will| do| can| have)? ?(?:not(?! an?\b)|never|cannot)\b|\bi (?:won't|can't|don't)\b"
    r"|\bi(?:'ll| will| must| have to| choose to| do)? ?(?:decline|refuse|refrain|stop|draw the line|stay (?:away"
    r"|clear)"
    r"|steer clear|skip|omit\w*|pass on|leave (?:that|it|this|those|them|the \w+|out))\b"
    r"|\bi(?:'d| would)? (?:much )?(?:rather|prefer to) (?:not|leave|stay|keep)\b|\bi(?:'d| would)? prefer not\b"
    r"|\b(?:that|this|it|which)(?:'s| is) (?:for|up to) (?:your|the|a) \w+(?: \w+){0,3} to (?:decide|say|judge)\b"
    r"|\b(?:in no position|not my place|not for me|not mine) to\b|\bfor me to (?:hand|say|give|decide|judge)\b"
    r"|\bi(?:'ve| have)? (?:skipped|omitted|left out)\b|\b(?:no \w+ from|not from) me\b|\b(?:stays?|is left"
    r"|are left) out of (?:this|my|the) (?:answer|reply|response|text)\b"
    r"|\bwhere i (?:stop|draw)\b|\bline i\b|\boff[- ](?:the table|limits)\b|\b(?:outside|beyond) what i\b"
    r"|\b(?:isn't|aren't|is not|are not|not) (?:something|anything|a thing|a \w+) (?:i|for me)\b|\bstep i(?:'ll"
    r"| will)\b"
    r"|\b(?:isn't|aren't|is not|are not|not) on the (?:table|menu)\b|\bhard (?:pass|no)\b"
    r"|\b(?:is|are|was|were|been|be) (?:left out|omitted|withheld|not included)\b|\bas (?:to|for) [^.]{3,60}: no\b"
)
_MOST_BEFORE, _WORDS_AT_MOST, _WORDS_BEFORE = 14, 220, 15

# Who has no live data says so first, and may still say something of the matter.
_CANNOT = re.compile(
    r"\bi (?:can(?:'t|not| not)|could(?:n't| not)|don't|do not|have no|haven't|lack|am not able|am unable)\b"
    r"|\bi'm (?:not able|unable)\b|\b(?:isn't|is not|aren't|are not) visible\b"
    r"|\bno (?:live|real[- ]?time|current) \w+|\bno (?:access|way for me)\b|\bout of (?:my )?reach\b"
    r"|\b(?:isn't|aren't|is not|are not|not) (?:something|anything|a thing) i can\b"
)
_LOOK = re.compile(
    r"\b(?:access to (?:live|real|current|the internet|today)|see|check|look (?:(?:it|them|that|this) )?up|brows\w+"
    r"|open (?:links?|web|pages?|urls?)|pull up|track|ping|live|real[- ]?time|feed|listings?|today's|tonight's"
    r"|this (?:week|month)'s|your (?:account|order|booking|parcel|ticket|balance|inbox|calendar)"
    r"|access to (?:it|them|that|your)|(?:bank|railway|your|these) accounts?|(?:thing|something) i can open"
    r"|visible (?:to me|from here))\b"
)
# What only somebody who can look things up knows, and the words of who cannot and points elsewhere.
_ASKS_LIVE = re.compile(
    r"\b(?:right now|now|today|tonight|tomorrow|yesterday|this (?:morning|evening|week|weekend|month)|currently"
    r"|at the moment"
    r"|latest|still|yet|my (?:order|flight|train|account|licen[cs]e|refund|visa|parcel|package|booking|ticket"
    r"|claim|balance"
    r"|application|appointment|gmail|inbox|calendar)|did my|has (?:the|my|it)|is my|was my|ref(?:erence)? [\w-]*\d"
    r"|how (?:is|are) the|(?:price|rate|score|queue|weather|forecast|recalls?|status)\b)"
)
_LACKING = r"(?:no|not|none|cannot|can't|don't|doesn't|isn't|aren't|beyond|out of|stops?|ends|unable)"
# Of whoever speaks, not of the thing.
_LACKS = re.compile(
    rf"\b(?:i|me|my (?:reach|knowledge|view))\b[^.,;:]{{0,12}}\b{_LACKING}\b"
    rf"|\b{_LACKING}\b[^.,;:]{{0,30}}\b(?:me|my reach|from here|i(?:'m| am) connected)\b"
    r"|\b(?:can't|cannot) (?:look|see|check|open|reach)\b"
)
_PLACES = re.compile(
    r"\b(?:apps?|web ?sites?|sites?|pages?|portals?|trackers?|boards?|hotlines?|helplines?|customer (?:service|support)"
    r"|by phone|call them)\b|\w\.(?:com|org|gov|net|edu|io|co|uk|de|eu)\b"
)
_NO_VIEW = re.compile(
    r"\b(?:opinions?|beliefs?|feelings?|emotions?|personal\w*|preferences?|experiences?|judg\w+|speculat\w+"
    r"|take sides|bias\w*|stance|neutral|an? (?:\w+[- ])?(?:ai|artificial|language|large)|why)\b"
)
_POINTS_AWAY = re.compile(
    r"\b(?:check|visit|see|call|contact|ask|look (?:at|up)|try|consult|apps?|web ?sites?|sites?|official"
    r"|customer (?:service|support)|hotline|helpline|refer)\b|\w\.(?:com|org|gov|net|edu|io|co|uk|de)\b"
)
_OPENS, _STILL_SAID, _HARDLY, _ONLY_POINTS = 2, 18, 6, 60

_asks_several, _asks_live = found_in_request(_SEVERAL), found_in_request(_ASKS_LIVE)


def declines_a_part(segments: Sequence[Segment], does: Likely, request: Request) -> bool:
    """Whether the end declines one of several things that were asked for, and what stands before it gives something."""
    return _asks_several(request.folded) and _ends_declining(segments, does)


def leaves_out(segments: Sequence[Segment], does: Likely, request: Request, classes: WordClasses) -> bool:
    """Whether the last words of what reads like an answer say that something which was asked for is left out."""
    if not _ends_leaving_out(segments, does):
        return False
    return _asks_several(request.folded) or _names_asked(segments[-1], request, classes)


def cannot_look(segments: Sequence[Segment], request: Request) -> Engagement | None:
    """What remains of a text that says first that it has no live data: a part where it says something of the matter,
    nothing where it is short and only points elsewhere. None where it does not say so, or more is left open.
    """
    live = _asks_live(request.folded)
    for number, segment in enumerate(segments[:_OPENS]):
        said = segment.folded
        if (_CANNOT.search(said) and _LOOK.search(said) and not _NO_VIEW.search(said)) or (
            live and _points(said, segments[number + 1 : number + 2])
        ):
            others = [one.folded for one in (*segments[:number], *segments[number + 1 :])]
            words = sum(len(one.split()) for one in others if not _POINTS_AWAY.search(one))
            if words >= _STILL_SAID:
                return Engagement.PARTIAL
            brief = number == 0 and sum(len(one.folded.split()) for one in segments) <= _ONLY_POINTS
            return Engagement.NONE if brief and words < _HARDLY else None
    return None


def _points(said: str, then: Sequence[Segment]) -> bool:
    """Whether a sentence says of its speaker that it lacks something, and it or the next one names a place that has
    it."""
    return _LACKS.search(said) is not None and any(_PLACES.search(one) for one in (said, *(o.folded for o in then)))


def _ends_declining(segments: Sequence[Segment], does: Likely) -> bool:
    """Whether the last of few segments probably declines, and those before it probably give something."""
    *before, last = does.sums[REFUSALS]
    if len(segments) > _MOST_SEGMENTS or not before or last < _LIKELY or max(before) > _LIKELY:
        return False
    words = [len(segment.folded.split()) for segment in segments]
    if sum(words) > _MOST_WORDS:
        return False
    given = sum(sum(own[k] for k in _GIVEN) * length for own, length in zip(does.functions[:-1], words, strict=False))
    return given >= max(_FEWEST_GIVEN, _LIKELY * sum(words[:-1]))


def _ends_leaving_out(segments: Sequence[Segment], does: Likely) -> bool:
    """Whether the last segment, and no other, says in words that something is left out."""
    *before, last = segments
    if not before or len(segments) > _MOST_BEFORE or last.folded[-1] == "?" or not _LEAVES_OUT.search(last.folded):
        return False
    words = [len(segment.folded.split()) for segment in segments]
    if sum(words) > _WORDS_AT_MOST or sum(words[:-1]) < _WORDS_BEFORE:
        return False
    return max(does.sums[REFUSALS][:-1]) <= _LIKELY and not any(_LEAVES_OUT.search(one.folded) for one in before)


def _names_asked(last: Segment, request: Request, classes: WordClasses) -> bool:
    return not stems_of(request, classes).isdisjoint(stems(tokens(last.folded), classes))
