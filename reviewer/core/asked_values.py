"""Whether a lone word, number or value answers its request: "None" to a quiz does, "429" to a wish for a story not.

A text like that says nothing by itself, so the request decides. Where it leaves both open, the text counts as before.
"""

from __future__ import annotations

import re

from reviewer.core.asked_abroad import is_question_abroad

# A longer request wants more than a value, as a rule.
_BRIEF = 400
# The work that a request asks for, at its beginning: a value is not what it wants.
_TASK = re.compile(
    r"\W*(?:(?:please|pls|hi|hey|hello|ok|okay|now|so|and|also|can you|could you|would you|will you|i need you to"
    r"|i want you to|help me)\b\W*)*(?:write|draft|compose|create|make|build|describe|explain|tell me|teach|walk me"
    r"|give me|show me|list|summari[sz]e|rewrite|translate|plan|design|develop|generate|roleplay|pretend|act|convince"
    r"|provide|suggest|recommend|prepare|help)\b"
)
_WORDED = re.compile(
    r"\bhow (?:do|would|does) (?:you|i|we|one) (?:say|spell|write|call)\b"
    r"|\b(?:iso|country|language|currency|airport|iata|postal|state) codes?\b|\binitials of\b"
)
_HOW_TO = re.compile(
    r"\b(?:how (?:do|can|could|would|should|to|might|did|does)|ways? (?:to|of)|why|what should i do)\b"
)
# What only a value answers.
_VALUE = re.compile(
    r"\b(?:(?:one|1|single|a) (?:word|token|letter|number|value)|(?:two|three|2|3) (?:words|tokens|letters)"
    r"|(?:number|word|code|value|label|name)s? only|(?:just|only) the (?:number|word|code|value|label|name)"
    r"|true or false|true/false|yes or no|yes/no|returns|(?<!.)return|typeof|reason phrase|status code"
    r"|abbreviation (?:for|of)"
    r"|(?:word|phrase|term|keyword|literal|signal|marker|sentinel|error code|exception) (?:for|of|that|is|does|do"
    r"|marks?)"
    r"|(?:word|phrase|keyword) (?:[a-z]+ ){1,4}(?:puts?|use[sd]?|writes?|says?|shows?|sees?|before|after)"
    r"|(?:chemical )?symbol"
    r" (?:for|of)|(?:the )?(?:word|phrase|keyword) for|(?:which|what) (?:\w+ ){0,3}(?:exceptions?|keywords?"
    r"|literals?|signals?"
    r"|error codes?)|(?:answer|reply|respond) with|say [\"']?(?:none|null|n/a)|if there (?:are|is) none"
    r"|which of (?:these|those|the following|them)|how many of|classify|label|passed or failed|pass or fail"
    r"|succeed(?:ed)? or fail(?:ed)?|land\w* [^.?!\n]{1,40} or fail"
    r"|what(?:'s| is) the value (?:that|which|for)|abbreviation|(?:what|which) (?:does|do|will"
    r"|would) [`\w.()\", \[\]'+-]{2,60}"
    r" (?:write|print|return|output|log|show|give|evaluate)\b"
    r"|(?:which|what) (?:error|level|mark|sign|value)s? (?:does|do|will|would|is|comes|follows)|which (?:one"
    r"|word|level)"
    r" (?:comes|follows|is|stands)|log levels?|(?:past|present) (?:tense|participle)|plural of|synonyms? (?:of|for)"
    r"|(?:limit|result|value) of|evaluates? to|opposite of)\b"
)
# Values of programs, asked for in a question about programs.
_PROGRAM = re.compile(
    r"\b(?:python|javascript|js|typescript|java|kotlin|swift|rust|golang|php|perl|haskell|scala|lua"
    r"|matlab|julia|dart|elixir|clojure|erlang|c#|csharp|excel|yaml|toml|pandas|numpy|postgres\w*|mysql|sqlite"
    r"|graphql|sql|json|ruby|node|http|regex|bash|shells?|c\+\+|ieee|floating point"
    r"|float|reals|status|variable|function|missing value)\b|\bin c\b"
)
# a line of a program in the request
_CODE = re.compile(
    r"console\.log|\b(?:print|printf|println|puts|echo)\b\s?[(\"'$]|\b(?:let|const|var) \w+\s?[;=]|=>|;\s*\w+\("
)
# A server's words, where the request speaks of no status.
_REFUSED = re.compile(r"\b(?:error|status|http)\b.{0,12}\b[45]\d\d\b")
# The form that an answer shall have is not what is asked about.
_FORM = re.compile(r"\b(?:as|in|using) (?:valid |a )?(?:json|yaml|toml)\b")
_EMPTY = re.compile(
    r"\b(?:empty|blank) (?:\w+ ){0,2}(?:lists?|arrays?|dict\w*|objects?|tuples?|sets?|bytes|strings?|map)\b"
)
_FORM_FIELD = re.compile(r"\b(?:fill (?:in|out) (?:this|the|a|my) form|not apply|doesn't apply|not applicable)\b")
_OPERATION = re.compile(r"\d\s*[-+*/^%<>=]{1,2}\s*\(?-?\d|\d+\s*/\s*0\b")
# Words by which a request may want a number or a word for an answer.
_CLOSED = re.compile(
    r"\b(?:what|what's|which|who|whom|whose|when|where|how (?:many|much|old|long|far|big|tall|often|likely|high|deep)"
    r"|numbers?|digits?|integers?|count|values?|percent\w*|years?|age|scor\w+|rat(?:e|es|ed|ing)|ranks?|scale|codes?"
    r"|status|calculate|compute|evaluate|solve|sum|results?|return\w*|output|classif\w*|labels?|choose|pick|select"
    r"|answer with|reply with|respond with|true|false|yes|no|none|null|nothing|continue|complete|finish|fill"
    r"|translate|say|repeat|echo|print\w*|word|one|name)\b|\d|[=<>]"
)
_QUESTION = re.compile(
    r"(?:^|[.!?,:;\n]\s{0,4})(?:is|are|am|was|were|does|do|did|has|have|had|can|could|should|would|will|may|must"
    r"|isn't|aren't|doesn't|don't|didn't|wasn't)\b"
)
_STATUS = "40[0-9]|41[0-9]|42[0-9]|431|451|499|50[0-9]|51[01]|52[0-9]"
# What programs leave in a response's place and people answer questions with.
_LONE = re.compile(
    rf"(?:{_STATUS}|-?9{{3,6}}(?:\.0)?|(?:1970-01-01|1899-12-3[01]|9999-12-31)(?:[t ]00:00:00(?:\.0+)?z?)?"
    rf"|-1(?:\.0)?|0(?:\.0)?|true|false|[-+]?inf(?:inity)?|fail(?:ed|ure)?|failed: ?\w{{2,30}}|unauthorized"
    r"|forbidden|not found|exception|none|null|nil|(?:set|dict|list|tuple|str|object)\(\)|dict\(\)|killed|aborted"
    r"|cancell?ed|blocked|skipped|pending|missing|empty|unknown|invalid|nothing)[.!]?"
)
_LONGEST_VALUE = 60


def asks_for_value(prompt: str, text: str) -> bool:
    """Whether a short text that otherwise says nothing is what was asked for."""
    asked, said = prompt.strip().lower(), text.strip().partition("\n")[0].strip(".! ").lower()
    if len(asked) > _BRIEF or len(said) > _LONGEST_VALUE:
        return False
    if _EMPTY.search(asked) or _FORM_FIELD.search(asked):
        return True
    if _names(asked, said):
        return True
    if _WORDED.search(asked):
        return True
    if _TASK.match(asked) or _HOW_TO.search(asked):
        return False
    if _VALUE.search(asked) or _OPERATION.search(asked):
        return True
    if _REFUSED.search(said):
        return False
    return asked.endswith("?") and (_CODE.search(asked) or _PROGRAM.search(_FORM.sub("", asked))) is not None


def _names(asked: str, said: str) -> bool:
    """Whether the text is one of the answers that the request offers: "positive, negative or error"."""
    if not said or not said[0].isalpha():
        return False
    word = re.escape(said)
    return bool(
        re.search(
            rf"\b(?:say|repeat|echo|answer|reply|respond|print|type|write|output|return|put|use|give)s?"
            rf"(?: (?:me|with|after me|back|only|just|exactly|the (?:word|string|value|text|literal)|out)){{0,3}}:?"
            rf" [\"'*`]?{word}(?!\w)",
            asked,
        )
        or re.search(
            rf"(?:\b(?:or|else|otherwise) [\"'*]?{word}\b|\b{word}[\"'*]? (?:or|/) |say [\"'*]?{word}\b"
            rf"|with [\"'*]?{word}\b)",
            asked,
        )
        or re.search(rf"(?:,|/) ?[\"']?{word}[\"']?(?:,|/| or\b)", asked)
        or re.search(
            rf"[\"'\u201c\u2018\u00ab\u201e\u300c\u300e]{word}[\"'\u201d\u2019\u00bb\u201c\u300d\u300f]", asked
        )
    )


def is_left_alone(prompt: str, text: str) -> bool:
    """Whether a lone value stands after a request that no value answers."""
    lone = text.strip()
    # only the fraction of a date's second has no longest
    if (len(lone) > _LONGEST_VALUE and not lone[0].isdigit()) or _LONE.fullmatch(lone.lower()) is None:
        return False
    asked = prompt.strip().lower()
    return _CLOSED.search(asked) is None and _QUESTION.search(asked) is None and not is_question_abroad(asked)
