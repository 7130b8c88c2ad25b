"""A value of another column in the place of a response: an id, a model's name, a score, a time, the counts of tokens, a
job's state, a verdict.
"""

from __future__ import annotations

import re

_LONGEST = 300
_ID = re.compile(
    r"(?:chatcmpl|cmpl|resp|msg|gen|run|thread|req|batch|call|toolu|asst|conv)[-_](?=[\w-]*\d)[A-Za-z0-9_-]{12,80}"
    r"|JID-[0-9a-f]{12,40}(?: [^\n]{1,60})?|<AsyncResult: [\w-]{8,60}>"
    r"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
)
_MODEL = re.compile(
    r"[A-Za-z0-9][\w.-]{1,40}/[A-Za-z][\w.-]{2,60}(?<=[\d])(?:-?\w{1,12}){0,4}(?::[\w.-]{1,20})?"
    r"|(?:gpt|claude|gemini|llama|mistral|mixtral|qwen|deepseek|command-r|gemma|phi|grok|o[134])-[\w.-]{1,40}"
)
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d(?::?\d\d)?)?")
_SCORE = re.compile(r"-?\d{1,4}\.\d{7,20}|-?\d(?:\.\d{1,12})?e-\d{1,3}", re.I)
_COUNTS = re.compile(
    r"\{(?:\s*[\"'](?:prompt|completion|total|input|output|cached|reasoning"
    r"|cache_\w{2,20})_(?:input_)?tokens[\"']\s*:"
    r"\s*\d{1,9}\s*,?){1,8}\s*\}",
    re.I,
)
_STATE = re.compile(
    r"up_for_re(?:try|schedule)|upstream_failed|no_status|was_cancelled: ?(?:true|false)|is_skipped: ?(?:true|false)"
    r"|end_turn|stop_sequence|max_tokens|tool_calls|content_filter|finish_reason: ?\w{2,20}"
)
_ASKS_ID = re.compile(
    r"\b(?:ids?|identifiers?|uuids?|guids?|keys?|tokens?|jobs?|tickets?|codes?|hash\w*|example|sample|format)\b", re.I
)
_ASKS_MODEL = re.compile(
    r"\b(?:models?|llms?|checkpoints?|repo\w*|hugging ?face|versions?|ollama|name|which|what)\b|模型|モデル|모델|модел",
    re.I,
)
_ASKS_TIME = re.compile(
    r"\b(?:times?|dates?|timestamps?|when|iso|utc|clock|convert|format|epoch|unix|hours?|zeit\w*|datum|uhrzeit|heure"
    r"|hora|fecha|data)\b|时间|日期|時刻|日時|시간|время|дат", re.I
)  # fmt: skip
_ASKS_NUMBER = re.compile(
    r"\d|[=+*/^√π]|\b(?:what|which|pi|solve|golden|numbers?|digits?|decimals?|values?|scores?|probabilit\w*|random"
    r"|calculat\w*|comput\w*|evaluat\w*|rat(?:e|es|io|ing)|constants?|sqrt|roots?|logarithms?|sine?|cosine?|mean"
    r"|average|sum|how (?:much|many|long|far|old)|percent\w*|estimate|weight|temperature|price|mass|charge|zahl|nombre"
    r"|número|numero|число|combien|cu[aá]nt\w*|wie viel\w*)\b",
    re.I,
)
_ASKS_STATE = re.compile(
    r"\b(?:finish|stop|reasons?|states?|status|values?|json|api|fields?|keywords?|airflow|tasks?|usage|tokens?"
    r"|count\w*)\b",
    re.I,
)
# the verdict of a guard's model, a judge or a test
_VERDICT = re.compile(
    r"(?:un)?safe|(?:not )?(?:harmful|toxic|flagged)|benign|(?:non-?)?compli(?:ant|ance)|(?:is_)?(?:refusal"
    r"|jailbreak(?:ed|ing)?)"
    r"|\[\[(?:[ABC]|\d{1,2}|rating: ?\d{1,2})\]\]|(?:rating|score|verdict|label"
    r"|grade) ?[:=] ?\[{0,2}[\w.]{1,12}\]{0,2}",
    re.I,
)
_ASKS_VERDICT = re.compile(
    r"\b(?:(?:un)?safe\w*|harm\w*|toxic\w*|flag\w*|benign|complian\w*|comply|refus\w*|jailbreak\w*|classif\w*|label\w*"
    r"|judge\w*|rat(?:e|ing)s?|scor\w*|verdicts?|grad(?:e|es|ing)|assess\w*|evaluat\w*|moderat\w*|danger\w*|risk\w*"
    r"|is|are|was|were|does|do|(?<!how )can i|should i|ok(?:ay)? to|which|word|choose|better)\b",
    re.I,
)
_COLUMNS = (
    (_ID, _ASKS_ID),
    (_MODEL, _ASKS_MODEL),
    (_TIME, _ASKS_TIME),
    (_SCORE, _ASKS_NUMBER),
    (_COUNTS, _ASKS_STATE),
    (_STATE, _ASKS_STATE),
    (_VERDICT, _ASKS_VERDICT),
)


def is_of_another_column(text: str, prompt: str) -> bool:
    """Whether a lone value is one that the request does not ask for; without the request nothing is known of it."""
    if len(text) > _LONGEST or not prompt:
        return False
    return any(value.fullmatch(text) and not asks.search(prompt[:2_000]) for value, asks in _COLUMNS)
