"""What a program shows while it works: that a tool is called, that something loads, how far it has come.

A text counts as one only as a whole, so that a response that speaks of these things stays a response.
"""

from __future__ import annotations

import re

_SHORT = 240
_LONGEST = 4_000

# Signs that turn or fill up: clocks, blocks, half circles, braille spinners, a cursor that blinks.
_TURNING = r"[\u231b\u23f3\u258c-\u2590\u2588\u2591-\u2593\u25cf\u25cb\u25cc\u25d0-\u25d3\u2801-\u28ff\u29d6]"
_SIGN = (
    r"(?:[\u2600-\u27bf\u2190-\u21ff\u23e9-\u23fa\U0001f300-\U0001faff\u2801-\u28ff\u25a0-\u25ff\u2580-\u259f]\ufe0f?"
    r"|[*_>\[(-])"
)
_DOING = (
    r"(?:calling|executing|running|invoking|using|search(?:ing)?|browsing|reading|scanning|analy[sz]ing|fetching"
    r"|retrieving|querying|looking up|opening|generating|thinking|reasoning|working|loading|reloading|processing"
    r"|waiting|working on it|connecting|reconnecting|retrying|downloading|uploading|initiali[sz]ing|starting"
    r"|warming up|preparing"
    r"|pending|queued|writing|typing|composing|streaming|computing|compiling|evaluating|planning|buffering"
    r"|still \w{2,20}ing)"
)
# Fewer words than a sentence, and dots or a sign that moves at the end.
_BUSY = re.compile(
    rf"(?:{_SIGN}\s*){{0,3}}(?:the )?(?:(?:model|assistant|ai|bot|chatbot|agent|llm) (?:is )?)?"
    rf"(?:currently )?{_DOING}(?: (?!(?:how|why|it|like|is|are|was|takes?"
    rf"|about it)\b)[\w'/.-]{{1,30}}){{0,6}}?(?:, please wait)?\s*"
    rf"(?:(?:\.{{3}}|\u2026)\s*(?:\(?\d{{1,4}}(?:\.\d)? ?(?:s|%|sec\w*|of \d+|/ ?\d+)\)?)?|{_TURNING})"
    r"[\s*_\])]{0,4}"
    r"|[.\u2026]{1,6} ?(?:loading|thinking|generating|typing|waiting|working)[.\u2026]{0,6}"
    r"|please (?:wait|stand by|hold)[.!\u2026]{0,6}|(?:just )?(?:one|a) moment(?:,? please)?(?:\.{3}|\u2026)"
    r"|(?:response|output|answer|reply) (?:is )?(?:pending"
    r"|queued|in progress)\.?"
    # the same in other languages
    r"|(?:lade|wird geladen|wird (?:generiert|erstellt)|generiere|chargement|g\u00e9n\u00e9ration(?: en cours)?"
    r"|cargando|generando"
    r"|pensando|carregando|gerando|caricamento|generazione|\u0437\u0430\u0433\u0440\u0443\u0437\u043a\u0430"
    r"|\u0433\u0435\u043d\u0435\u0440\u0430\u0446\u0438\u044f|y\u00fckleniyor|\u0142adowanie"
    r"|r\u00e9flexion en cours"
    r"|\u062c\u0627\u0631\u064d? \w{3,20}"
    r"|(?:\u56de\u7b54|\u8fd4\u7b54|\u5fdc\u7b54)\u3092(?:\u751f\u6210|\u4f5c\u6210)\u3057\u3066\u3044\u307e\u3059"
    r"|\uc7a0\uc2dc\ub9cc \uae30\ub2e4\ub824 \uc8fc\uc138\uc694)(?: [\w']{2,20}){0,3}"
    r"\s*(?:\.{3}|\u2026)",
    re.I,
)
_SPINNING = re.compile(rf"(?:{_TURNING}\s*){{1,40}}(?:{_DOING}(?: \w{{1,20}}){{0,3}})?[.\u2026\s]{{0,4}}", re.I)
_PLEASE = re.compile(
    r"(?:please )?(?:wait|hold on|stand by|be patient)[,.]? (?:while|until) (?:we|i|the \w{2,20})(?:'re| are"
    r"| is| am)?"
    r" (?:process|load|generat|prepar|fetch|start|retriev|connect|work)\w{0,4}\b[^.\n]{0,60}[.\u2026]{0,3}"
    r"|(?:your )?(?:request|prompt|job|message|task) (?:has been|was|is) (?:queued|enqueued|scheduled|submitted"
    r"|accepted"
    r"|received and is being processed)\b[.!]?(?:\s[^\n]{0,80}\d[^\n]{0,20}| (?:for processing)?\.?)?"
    r"|(?:queue position|position in (?:the )?queue|place in (?:the )?queue)\s?[:=]\s?\d{1,6}[^\n]{0,60}"
    r"|you are (?:number )?\d{1,6} in (?:the )?queue"
    r"[^\n]{0,60}"
    r"|(?:estimated|expected|remaining) (?:wait(?:ing)?|time)(?: time)?\s?[:=]?\s?~?\d[^\n]{0,40}"
    r"|eta[:=] ?\d[^\n]{0,40}",
    re.I,
)
_BAR = re.compile(
    r"(?:[^\n]{0,160}?:?\s{0,8}\d{1,3}(?:\.\d{1,2})?%\s?\|[^|\n]{0,80}\|[^\n]{0,120}"
    r"|(?:loading|downloading|fetching|generating|processing|uploading|tokeni[sz]ing)"
    r"\b[^\n]{0,100}?[:\s]\s{0,8}(?:\d{1,3}(?:\.\d{1,2})?%|\d{1,6}/\d{1,6})(?:\s{0,4}[|\[(][^\n]{0,80}"
    r"|[.\u2026]{0,3})"
    r"|\d{1,9}it \[[\d:?]{4,8}, [^\n]{1,40}\]"
    r"|\[(?:=|#|-|>|\u2588|\.| ){4,60}\]\s{0,4}(?:\d{1,3}%|\d{1,6}/\d{1,6})?[^\n]{0,40})(?:\s*\n|\s*\r|\s*\Z)",
    re.I,
)

_ARGUMENTS = r"(?:\s{0,4}[({\[][^\n]{0,2000}[)}\]])?"
_CALL = re.compile(
    r"(?:\W{0,6}(?:[\U0001f300-\U0001faff]\ufe0f?\s?)?)?(?:"
    r"(?:(?:calling|executing|running|invoking|using|called|ran|used|invoked)(?: the)?"
    r" (?:tool|function|plugin|action|skill)s?"
    r"|(?:tool|function|plugin)[ _-]?(?:call|use|usage|calls|invocation|request|output|result|response)s?"
    r"|tool)\s?[:=(]\s?[`\"']?[\w.:/-]{1,80}[`\"']?"
    rf"{_ARGUMENTS}"
    r"|(?:the )?(?:tool|function)(?: call)?(?: [`\"'][\w.-]{1,60}[`\"'])? (?:returned (?:no|an empty"
    r"|nothing)(?: output| result| response)?"
    r"|timed out|failed|did not return(?: anything| output| a result)?)"
    r"|(?:[\w.-]{2,30} )?(?:search|tool|function|browser|python|code|web_search"
    r"|retrieval)(?: execution)? (?:results?|outputs?) (?:omitted|hidden"
    r"|elided|removed|collapsed|truncated)"
    r"|\d{1,3} (?:tool|function) calls?(?: (?:hidden|omitted|made|pending|elided|collapsed))?"
    r"|(?:tool|function)[ _-]?(?:call|use|output|result|response)s?(?: (?:\w{1,20} )?(?:omitted|hidden|pending"
    r"|elided"
    r"|removed|collapsed|truncated|skipped|failed|here))?"
    r")[\s\])}>*_`.\u2026]{0,6}",
    re.I,
)
_BRACKETED = re.compile(r"\s*[\[<({*]")
_FAILED = re.compile(r"\b(?:returned|timed out|failed|not return)\b", re.I)
_TAG = (
    r"(?:antml:)?(?:tool_?calls?|tool_?use|function_?calls?|function_?results?|tool_?results?|tool_?response"
    r"|tool_?output|invoke|tool_?code|tool)"
)
_ELEMENT = re.compile(
    rf"\s*(?:<(?P<name>{_TAG})(?:[ =][^<>\n]{{0,200}})?>.*</(?P=name)>|<function=[\w.-]{{1,80}}>.*</function>"
    r"|\[TOOL_CALLS\]\s*[\[{].*|<\|python_tag\|>.*|<\|tool_calls?(?:_section)?_begin\|>.*"
    r"|<\uff5ctool\u2581calls?\u2581begin\uff5c>.*|functools\[.*\])\s*",
    re.I | re.S,
)
_NAMED = r"[\"'](?:name|tool|tool_name|function|action|recipient_name)[\"']\s*:\s*[\"'][\w.:/-]{1,80}[\"']"
_GIVEN = r"[\"'](?:arguments|parameters|args|tool_input|action_input|tool_args)[\"']\s*:\s*[{\"'\[].*"
_OBJECT = re.compile(
    rf"[\[\s]*\{{\s*(?:[\"'](?:type"
    rf"|id)[\"']\s*:\s*[\"'][\w-]{{1,60}}[\"']\s*,\s*)*{_NAMED}\s*,\s*{_GIVEN}\}}[\]\s]*"
    r"|[\[\s]*\{\s*[\"'](?:tool_calls?|function_call|tool_uses?)[\"']\s*:\s*[\[{].*[\]}]\s*",
    re.S,
)
_SPOKEN = re.compile(
    r"[\"'](?:content|text|response|answer|message|thought|reason|explanation)[\"']\s*:\s*[\"'][^\"']{2}"
)


def is_waiting(text: str) -> bool:
    """A sign that something loads, a bar of progress, or a place in a queue."""
    if len(text) <= _SHORT and any(one.fullmatch(text) for one in (_SPINNING, _BUSY, _PLEASE)):
        return True
    if len(text) > _LONGEST or ("%" not in text and "/" not in text and "]" not in text):
        return False
    lines = [line for line in re.split(r"[\r\n]+", text) if line.strip()]
    return all(map(_BAR.fullmatch, lines))


def is_tool_call(text: str) -> bool:
    """The call of a tool as text, or what a program shows for one, with nothing said beside it."""
    if len(text) > _LONGEST or not text:
        return False
    if text[0] in "<[f" and _ELEMENT.fullmatch(text):
        return True
    if text[0] in "{[" and _OBJECT.fullmatch(text):
        return not _SPOKEN.search(text)
    return (
        len(text) <= _SHORT
        and bool(_CALL.fullmatch(text))
        and (":" in text or bool(_BRACKETED.match(text)) or bool(_FAILED.search(text)))
    )
