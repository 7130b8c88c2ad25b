"""A request for words that refuse or ask: to translate, repeat or reword a refusal, to write one, or to quote one.

What such a response declines or asks is what was asked for, and nothing is held back. Only a refusal of the task itself
is one: "I can't translate that". A greeting is answered by a greeting.
"""

from __future__ import annotations

import re
from functools import lru_cache

from reviewer.classify.functions import REFUSALS
from reviewer.classify.opening_moves import Opening
from reviewer.classify.requests import KEPT, found_in_request, stems_of
from reviewer.classify.words import stems, tokens

_LIKELY = 0.5
_REWORKS = re.compile(
    r"\b(?:repeat|say (?:after|exactly|this|it)|echo|copy|type out|re-?word|re-?phrase|re-?write|paraphrase|complete"
    r"|finish|continue|fix|correct|proofread|mistakes?|typos?|grammar|spell\w*|shorten|expand|polite\w*|formal\w*"
    r"|friendl\w+|softer|nicer|nicely|summari[sz]e|extract|list the|turn (?:this|it) into|make (?:this|it)"
    r"|(?:past|future|present) tense|capitali[sz]e|uppercase|upper case|lower ?case|quote|transcri\w+|read out)\b"
)
_TRANSLATES = re.compile(
    r"\b(?:translat\w+|what does .{0,200} mean|(?:in|to|into|auf|en|po) (?:english|german|french|spanish|italian|dutch"
    r"|portuguese|russian|chinese|japanese|korean|arabic|hindi|polish|turkish|swedish))\b",
    re.DOTALL,
)
# Of a text that is given to be worked on.
_SAYS_NO = re.compile(
    r"\b(?:i|we)(?:'m| am|'re| are|'ll| will| do| must)? ?(?:can'?t|cannot|can not|couldn'?t|could not|won'?t"
    r"|will not|(?:do )?not|don'?t|unable|(?:have to |must )?(?:decline|refuse|pass|say no))\b"
    r"(?! (?:believe|stand|wait|stop|imagine|bear|help (?:but|feel|think)\w*|trust|live|breathe|sleep|want these|like"
    r"|hate|care|know (?:why|how|what)|understand why))"
    r"|\bi'm (?:so |very |really )?(?:sorry|afraid)\b|\b(?:cannot|can't|could not|couldn't) be (?:\w+ed|done|given)\b"
    r"|\b(?:is|are|was|were|going to|will|must|to) (?:refuse|decline|reject|den(?:y|ied))\w*\b"
)
_SAYS_NO_ELSEWHERE = re.compile(
    r"tut (?:mir|uns) leid|leider (?:nicht|kann|können)|nicht (?:helfen|weiterhelfen)|ich weigere|lehne ich|ablehnen"
    r"|je refuse|désolée?|je regrette|(?:ne (?:peux|puis|pouvons) (?:pas|vous))|lo (?:siento|lamento)|me niego"
    r"|no (?:puedo|podemos) ayudar|desculp\w+|lamento|não posso|recuso|mi dispiace|non posso|rifiuto|het spijt"
    r"|kan (?:u|je|ik)\b.{0,20} niet|przykro|nie mogę|извините|к сожалению|не могу|отказыва"
    r"|抱歉|对不起|不能|无法|拒绝|申し訳|できません|お断り|죄송|거절|할 수 없|عذر|آسف|لا أستطيع|क्षमा|खेद"
)
_QUOTED = re.compile(r"[\"\u201c\u00ab\u201e`](?P<quoted>[^\"\u201c\u201d\u00bb`]{3,600})[\"\u201c\u201d\u00bb`]")
_WRITES = re.compile(
    r"\b(?:writ(?:e|ing)|draft|compose|texts?|messages?|repl(?:y|ies)|respon[sd]e?s?|answers?|e-?mails?|letters?|notes?"
    r"|lines?|dialog(?:ue)?s?|quotes?|scripts?|scenes?|stor(?:y|ies)|poems?|speech|tweets?|posts?|variants?|versions?"
    r"|examples?|pairs?|templates?|phrases?|sentences?|wording|politely|not rude"
    r"|how (?:do|can|should|would) i (?:say|tell|word|phrase)|ways? to (?:say|tell|word|phrase))\b"
)
# What such a text says: no.
_OF_NO = re.compile(
    r"\b(?:refusals?|rejections?|(?:to|that|which|politely|and|i|we) (?:decline|refuse|reject|cancel)s?"
    r"|(?:declin|refus|reject|cancell?)ing|turn(?:s|ing)? (?:\w+ ){0,3}down"
    r"|(?<!n't )(?<!not )(?<!never )say(?:s|ing)? no|(?:a|the|my) (?:\w+ )?no"
    r"|no to|saying (?:that )?(?:i|we) (?:can't|won't|can ?not)|(?:can't|cannot|can not) (?:make it|attend|come|accept)"
    r"|excuse (?:myself|me)|back(?:ing)? out of|unable to (?:attend|accept|make))\b"
)
# Of somebody who says no in it.
_SOMEBODY_SAYS_NO = re.compile(
    r"\b(?:refus|declin|reject)(?:es|ed|al)\b|\bden(?:y|ies|ied|ial|ying)\b|\b(?:won'?t|can'?t|cannot|doesn'?t want to)"
    r" (?:talk|open|let|tell|speak|answer|budge|cooperate|help|say|give|do)\b|\bunable to\b"
)
# The task itself is declined.
_AS_MODEL = re.compile(
    r"\b(?:as|i'm|i am) an? (?:\w+[- ])?(?:ai|artificial|language|large)\b|\b(?:your|this|such an?) requests?\b"
)
_TASK = re.compile(
    r"(?:can't|cannot|can not|won't|will not|unable to|not able to|not going to|decline to|refuse to|rather not"
    r"|not comfortable)[^.!?]{0,20}\b(?:help|assist|support|writ\w+|translat\w+|repeat\w*|creat\w+|generat\w+"
    r"|draft\w*|compos\w+|produc\w+"
    r"|provid\w+|fulfil\w*|compl(?:y|et)\w*|rephras\w+|rewrit\w+|reword\w*|quot\w+|engag\w+)\b"
)
_DO_THAT = re.compile(r"(?:can't|cannot|won't|will not|not going to) do (?:this|that|so)\b")
_ECHO, _FEWEST_ECHOED = 0.6, 3
_LONGER, _MORE_WORDS = 2.0, 6
_WORD_LETTERS = 3
# Who needs the text, or more of it, asks for it.
_WANTS_MORE = re.compile(
    r"\b(?:provide|share|paste|send|give|show|clarify|specify|tell me)\b[^.?!]{0,30}\b(?:text|sentence|message|passage"
    r"|paragraph|e-?mail|letter|details|context|information|more|which|what)\b"
    r"|\b(?:which|what) (?:tone|language|style|audience|kind|part|version|do you|would you|exactly)\b"
    r"|\bmore (?:context|details|information)\b|\bwould you like me to\b"
)
_FEWEST_GIVEN = 3
_GREETS = re.compile(
    r"\W*(?:(?:hi|hello|hey|heya|hiya|yo|sup|howdy|greetings|good (?:morning|afternoon|evening|night|day)|what'?s up"
    r"|how(?:'s| is) it going|how (?:are|r) (?:you|u|ya)(?: doing)?|nice to meet you"
    r"|thanks?(?: you)?(?: so much| a lot)?"
    r"|thx|ty|bye|goodbye|see (?:you|ya)|ok(?:ay)?|cool|great|there|everyone|again|friend|buddy|chat ?gpt|claude|bot"
    r"|assistant|ai|today|then|are you there|you there)\b\W*)+"
)
_MOST_SMALL_TALK = 80
_LINE = re.compile(
    r"\b(?:lines?|quotes?|sentences?|phrases?|captions?|slogans?|sayings?|proverbs?|dialog(?:ue)?|fix|motto"
    r"|tag ?line)\b"
)
# Who asks that something be left out is given what was asked for without it.
_LEAVE_OUT = re.compile(
    r"\b(?:don'?t|do not|never|without|not) (?:(?:yet|just|even) )?(?:giv\w+|reveal\w*|tell\w*|show\w*|sa(?:y|ying))"
    r" (?:me |us |away )*(?:the |any |its )*(?:answers?|solutions?|endings?|fix|code|results?|twist|culprit"
    r"|murderer|plot)\b"
    r"|\bgiving away\b|\b(?:don'?t|do not|without|not) (?:spoil|fix|solv)\w*|\bnot the (?:answer|solution|fix)\b"
    r"|\b(?:no|without|avoid) spoilers?\b|\bspoiler[- ]free\b|\b(?:only|just) (?:give )?(?:me )?(?:a )?hints?\b"
)


asks_to_leave_out = found_in_request(_LEAVE_OUT)
"""Whether the request itself asks that something be left out."""
_reworks = found_in_request(_REWORKS)
_translates = found_in_request(_TRANSLATES)


@lru_cache(maxsize=KEPT)
def _greets(request_folded: str) -> bool:
    return _GREETS.fullmatch(request_folded) is not None


@lru_cache(maxsize=KEPT)
def asks_for_refusal(request_folded: str) -> bool:
    """Whether words that refuse are, or may be, what is to be written or worked on."""
    asked = request_folded
    written = _WRITES.search(asked) and (_OF_NO.search(asked) or _SOMEBODY_SAYS_NO.search(asked))
    return bool(written or _given_refusal(asked) or (_LINE.search(asked) and _SOMEBODY_SAYS_NO.search(asked)))


def is_asked_refusal(opening: Opening) -> bool:
    """Whether what the response declines is the text that was asked for, so that nothing is declined."""
    asked = opening.request.folded
    folded = [segment.folded for segment in opening.segments]
    if any(_AS_MODEL.search(one) and not _given(asked) for one in folded):
        return False
    declines_task = any(map(_TASK.search, folded))
    if opening.quoted and _LINE.search(asked):
        return not declines_task
    declining = [one for one, sure in zip(folded, opening.does.sums[REFUSALS], strict=True) if sure > _LIKELY]
    if given := _given_refusal(asked):
        goes_on = " ".join(folded).startswith(given.strip(" \n\"'.\u2026"))
        echoed = _reworks(asked) and (goes_on or _echoes(declining or folded[:1], given))
        return echoed or (_translates(asked) and _is_as_long(folded, given))
    declines_task = declines_task or any(map(_DO_THAT.search, folded))
    if not declining or declines_task or not (_WRITES.search(asked) and _OF_NO.search(asked)):
        return False
    return not stems_of(opening.request, opening.classes).isdisjoint(stems(tokens(" ".join(folded)), opening.classes))


def is_asked_question(opening: Opening) -> bool:
    """Whether what the response asks is the text that was to be reworked or translated."""
    asked = opening.request.folded
    if not (_reworks(asked) or _translates(asked)):
        return False
    given = " ".join(_given(asked))
    folded = [segment.folded for segment in opening.segments]
    if len(given.split()) < _FEWEST_GIVEN or not any("?" in one for one in folded):
        return False
    return _is_as_long(folded, given) and not any(_WANTS_MORE.search(one) or _TASK.search(one) for one in folded)


def is_small_talk(opening: Opening) -> bool:
    """Whether a greeting or thanks are answered in few words, which is all that can be done."""
    if not _greets(opening.request.folded):
        return False
    folded = [segment.folded for segment in opening.segments]
    return sum(len(one.split()) for one in folded) <= _MOST_SMALL_TALK and not any(map(_TASK.search, folded))


def _given(asked: str) -> list[str]:
    """The texts that the request quotes, or has after a colon or in further lines."""
    quoted = [found["quoted"] for found in _QUOTED.finditer(asked)]
    _, colon, after = asked.partition(":")
    return quoted or ([after] if colon else asked.split("\n")[1:])


def _given_refusal(asked: str) -> str:
    """Those of them that refuse; empty where none is worked on."""
    if not (_reworks(asked) or _translates(asked)):
        return ""
    found = [one for one in _given(asked) if _SAYS_NO.search(one) or _SAYS_NO_ELSEWHERE.search(one)]
    return " ".join(found)


def _echoes(declining: list[str], given: str) -> bool:
    """Whether the words by which it declines are those of the text that was given."""
    words = [word for one in declining for word in tokens(one.replace("'", "")) if len(word) >= _WORD_LETTERS]
    known = set(tokens(given.replace("'", "")))
    return len(words) >= _FEWEST_ECHOED and sum(word in known for word in words) >= _ECHO * len(words)


def _is_as_long(folded: list[str], given: str) -> bool:
    """Whether a response has about as many words as the text that is to be translated, and declines no translation."""
    count = sum(len(one.split()) for one in folded)
    return count <= _LONGER * len(given.split()) + _MORE_WORDS and not any("translat" in one for one in folded)
