"""Reasoning in a field beside the answer: `{"thinking": "…", "answer": "…"}`, as JSON or as Python prints it, and the
parts of a message as a list. What is visible is the answer's text with its escapes read.

A field for the answer and one for the thoughts must be there, and no other that says anything: an object that was asked
for has fields of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from reviewer.core.reasoning_framed import deliberates
from reviewer.core.reasoning_words import ANSWERS, THOUGHTS

# Names of fields in small letters, without what joins their words.
_THOUGHT = re.compile(
    rf"think(?:ing)?(?:process|content)?|(?:my|inner|internal|private|hidden)?(?:thoughts?|monologue)|thoughtprocess"
    rf"|chainofthought|cot|scratchpad|deliberation|(?:hidden|internal)reasoning|reasoningcontent|{THOUGHTS}"
)
# Before an answer these lead to it; after it they explain it to whoever asked.
_LEADING = re.compile(r"reasoning(?:process|steps|trace)?|steps")
# An object that was asked for has such fields too: they must deliberate.
_WEAK = re.compile(r"analysis|reflection|plan|rationale|considerations|assessment|(?:safety|policy)check")
_ANSWER = re.compile(
    rf"(?:final|user|assistant|visible)?(?:answer|response|reply|output|message)|(?:response|message|answer)touser"
    rf"|final"
    rf"|content|text|completion|{ANSWERS}"
)
_BESIDE = re.compile(r"confidence|score|type|role|id|model|lang(?:uage)?|status|index|signature|name")
_NOTHING = ("null", "None")
_SAYS_NOTHING = (*_NOTHING, "", "[]", "{}", "false", "False")
# a message with its parts
_CONTENTS = ("content", "parts", "output")
_TYPES = ("string", "str", "text")
_THINKING_PARTS = ("thinking", "reasoning", "redacted_thinking", "thought", "reasoning_content", "reasoning_text")
_TEXT_PARTS = ("text", "output_text")
# what holds the thoughts of a part, Bedrock's among them
_INNER = ("summary", "content", "thinking", "reasoning", "reasoningcontent")

# a line that leads to it, as "Here is my output:"
_OPENED = re.compile(
    r"\s*(?P<lead>[^\s{}\[\]<>`][^\n{}\[\]<>`]{0,119}:[ \t]*+\n\s*)?(?:(?P<fence>`{3,})(?:json5?|python"
    r"|py)?[ \t]*+\n\s*)?(?P<bracket>[{\[])"
)
_CUT_OFF = re.compile(r"\s*+,?\s*(?:[\"'](?:[^\"'\\\n]|\\.){0,40}(?:[\"']\s*+:?\s*)?)?\Z")
_CLOSED = re.compile(r"\s*(?:`{3,}\s*)?\Z")
_KEY = re.compile(r"\s*+(?P<quote>[\"'])(?P<key>(?:[^\"'\\\n]|\\.){1,40})(?P=quote)\s*+:\s*+")
_STRINGS = {quote: re.compile(rf"{quote}(?P<said>(?:[^{quote}\\]|\\.)*+)(?P<end>{quote})?", re.S) for quote in "\"'"}
_PLAIN = re.compile(r"[\w.+-]{1,40}")
_WITHIN = re.compile(r"\"(?:[^\"\\]|\\.)*+\"?|'(?:[^'\\]|\\.)*+'?|[\[\]{}]", re.S)
_COMMA = re.compile(r"\s*(?:,|(?=[}\]]))")
# Half of a surrogate pair is no character: its escape stays as it is written.
_TOKEN = re.compile(
    r"[^\\]+|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u(?![dD][89a-fA-F])[0-9a-fA-F]{4}"
    r"|\\x[0-9a-fA-F]{2}|\\[^ux]|\\",
    re.S,
)
_HEX = re.compile(r"(?<=[ux])[0-9a-fA-F]{2,4}")
_BEYOND, _HIGH, _LOW = 0x10000, 0xD800, 0xDC00
_JOINED = str.maketrans("", "", " _-")
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_BETWEEN = "\n\n"
_ONLY_TEXT = frozenset(["text", "thought", "thoughtsignature"])
# what a server sent, with the one message in it
_BODY = re.compile(r"\s*+\{\s*[\"'](?:candidates|choices)[\"']\s*+:\s*+\[\s*+\{")
_BODY_PARTS = re.compile(r"[\"']parts[\"']\s*+:\s*+\[")
_BODY_MESSAGE = re.compile(r"[\"']message[\"']\s*+:\s*+\{")
_PART, _PART_END, _LIST_END = (re.compile(pattern) for pattern in (r"\s*+,?\s*+\{", r"\s*+,?\s*\}", r"\s*\]"))


class ValueSpan(NamedTuple):
    start: int
    end: int


class SortedFields(NamedTuple):
    answers: list[ValueSpan]
    thoughts: list[ValueSpan]
    closed: bool


class ReasoningRecord(NamedTuple):
    """`said` is what the answer says, `origins` where each of its characters stands in the text that came, with one
    more for its end; `answers` are the values that it was read from, `thoughts` those beside it. `closed` is False
    where the text ends before an answer begins.
    """

    said: str
    origins: list[int]
    answers: tuple[ValueSpan, ...]
    thoughts: str
    closed: bool

    def written(self, start: int, end: int) -> Iterator[ValueSpan]:
        """Where `[start, end)` of what the answer says stands in the text that came."""
        first, last = self.origins[start], self.origins[end]
        for answer in self.answers:
            if max(first, answer.start) < min(last, answer.end):
                yield ValueSpan(max(first, answer.start), min(last, answer.end))


class RecordField(NamedTuple):
    """`value` is what stands between the quotation marks of a text, else the whole value."""

    name: str
    value: ValueSpan
    is_text: bool
    ended: bool


def reasoning_record(text: str) -> ReasoningRecord | None:
    """The record that a text is as a whole, or None where it is none that holds reasoning beside an answer."""
    opened = _OPENED.match(text)
    if opened is None:
        return None
    if _BODY.match(text) and (sent := _in_body(text)):
        return record_of(text, sent.answers, sent.thoughts, closed=sent.closed)
    if opened["bracket"] == "[":
        found = _parts(text, opened.end())
    else:
        fields = list(_fields(text, opened.end()))
        found = _whole_object(text, opened.end(), fields)
    if found is None or (opened["lead"] and not any(deliberates(text[slice(*thought)]) for thought in found.thoughts)):
        return None
    return record_of(text, found.answers, found.thoughts, closed=found.closed)


def _in_body(text: str) -> SortedFields | None:
    """The one message of what a server sent: its parts, or its fields."""
    parts, messages = list(_BODY_PARTS.finditer(text)), list(_BODY_MESSAGE.finditer(text))
    if len(parts) == 1 and (end := _bracket_end(text, parts[0].end() - 1)):
        return _parts(text[:end], parts[0].end())
    if len(messages) == 1 and _bracket_end(text, messages[0].end() - 1):
        return sorted_fields(text, list(_fields(text, messages[0].end())), cut_off=False)
    return None


def _is_whole(text: str, inside: int, fields: Sequence[RecordField]) -> bool:
    """Whether the object is all there is, or the text ends within it."""
    end = field_end(fields[-1]) if fields else inside
    return _CUT_OFF.match(text, end) is not None or _closes(text, end) is not None


def _whole_object(text: str, inside: int, fields: Sequence[RecordField]) -> SortedFields | None:
    if not fields or not _is_whole(text, inside, fields):
        return None
    cut_off = not fields[-1].ended or _closes(text, field_end(fields[-1])) is None
    if found := sorted_fields(text, fields, cut_off=cut_off):
        return found
    lists = [field for field in fields if not field.is_text and field.ended and field.name in _CONTENTS]
    beside = [field for field in fields if field not in lists and not _BESIDE.fullmatch(field.name)]
    if cut_off or len(lists) != 1 or any(text[slice(*field.value)] not in _SAYS_NOTHING for field in beside):
        return None
    return _parts(text[: lists[0].value.end], lists[0].value.start + 1)


def _closes(text: str, position: int) -> int | None:
    comma = _COMMA.match(text, position)
    at = comma.end() if comma else position
    return at + 1 if text[at : at + 1] == "}" and _CLOSED.match(text, at + 1) else None


def field_end(field: RecordField) -> int:
    return field.value.end + 1 if field.is_text and field.ended else field.value.end


def _fields(text: str, position: int) -> Iterator[RecordField]:
    """Those of an object, from within it, until one is none."""
    while key := _KEY.match(text, position):
        field = field_at(text, folded_name(key["key"]), key.end())
        if field is None:
            return
        yield field
        comma = _COMMA.match(text, field_end(field))
        if comma is None or not field.ended:
            return
        position = comma.end()


def folded_name(key: str) -> str:
    return "".join(piece for _, piece in _read(key, ValueSpan(0, len(key)))).translate(_JOINED).lower()


def field_at(text: str, name: str, start: int) -> RecordField | None:
    sign = text[start : start + 1]
    if sign in _STRINGS and (string := _STRINGS[sign].match(text, start)):
        return RecordField(name, ValueSpan(*string.span("said")), is_text=True, ended=string["end"] is not None)
    if sign in ("[", "{"):
        end = _bracket_end(text, start)
        return RecordField(name, ValueSpan(start, end or len(text)), is_text=False, ended=end is not None)
    plain = _PLAIN.match(text, start)
    return plain and RecordField(name, ValueSpan(*plain.span()), is_text=False, ended=True)


def _bracket_end(text: str, start: int) -> int | None:
    depth = 0
    for token in _WITHIN.finditer(text, start):
        sign = token.group()
        depth += (sign in ("[", "{")) - (sign in ("]", "}"))
        if not depth:
            return token.end()
    return None


def sorted_fields(text: str, fields: Sequence[RecordField], *, cut_off: bool) -> SortedFields | None:
    """The answer, the thoughts, and whether it came to an answer; None where any other field says something."""
    thoughts: list[ValueSpan] = []
    answers: list[ValueSpan] = []
    for field in fields:
        if _ANSWER.fullmatch(field.name) and (field.is_text or text[slice(*field.value)] in _NOTHING):
            answers.append(field.value if field.is_text else ValueSpan(field.value.end, field.value.end))
        elif _leads(text, field, answered=bool(answers)):
            thoughts.append(field.value)
        elif not _BESIDE.fullmatch(field.name) and text[slice(*field.value)].strip() not in _SAYS_NOTHING:
            return None
    if not thoughts or len(answers) > 1:
        return None
    if answers and not answers[0].end > answers[0].start and not any(_is_said(text, span) for span in thoughts):
        return None
    if not all(_says(text, span) for span in answers or thoughts) or not (answers or cut_off):
        return None
    return SortedFields(answers, thoughts, bool(answers))


def _is_said(text: str, span: ValueSpan) -> bool:
    """Whether it is a text or a list, and no object of settings."""
    return text[span.start : span.start + 1] != "{"


def _leads(text: str, field: RecordField, *, answered: bool) -> bool:
    if _THOUGHT.fullmatch(field.name):
        return True
    if _LEADING.fullmatch(field.name):
        return not answered
    return bool(_WEAK.fullmatch(field.name)) and deliberates(text[slice(*field.value)])


def _says(text: str, span: ValueSpan) -> bool:
    """An ellipsis or the name of a type stands in a template."""
    said = text[slice(*span)].strip()
    return not said or (any(map(str.isalnum, said)) and said.lower() not in _TYPES)


def _parts(text: str, position: int) -> SortedFields | None:
    """The parts of a message: all of them must be thoughts or texts."""
    thoughts: list[ValueSpan] = []
    answers: list[ValueSpan] = []
    while part := _PART.match(text, position):
        fields = list(_fields(text, part.end()))
        named = {field.name: field for field in fields if field.is_text and field.ended}
        kind = text[slice(*named["type"].value)] if "type" in named else ""
        thought = named.get("thinking") or named.get("reasoning") or named.get("text") or named.get("data")
        lists = {field.name: field.value for field in fields if not field.is_text and field.ended}
        inner = next((lists[name] for name in _INNER if name in lists), None)
        if not kind and "text" in named and _is_thought(text, fields):
            thoughts.append(named["text"].value)
        elif not kind and "text" in named and _ONLY_TEXT.issuperset(field.name for field in fields):
            answers.append(named["text"].value)
        elif kind in _THINKING_PARTS and (thought or inner):
            thoughts.append(thought.value if thought else _text_within(text, inner or ValueSpan(0, 0)))
        elif not kind and "reasoningcontent" in lists and len(fields) == 1:
            thoughts.append(_text_within(text, lists["reasoningcontent"]))
        elif kind in _TEXT_PARTS and "text" in named:
            answers.append(named["text"].value)
        elif kind == "message" and "content" in lists:
            answers += _texts_in(text, lists["content"])
        else:
            return None
        closed = _PART_END.match(text, field_end(fields[-1]))
        if closed is None:
            return None
        position = closed.end()
    ended = _LIST_END.match(text, position)
    if ended is None or not _CLOSED.match(text, ended.end()) or not thoughts or not answers:
        return None
    return SortedFields(answers, thoughts, closed=True)


def _text_within(text: str, span: ValueSpan) -> ValueSpan:
    """The one text in an object, however deep; the whole of it where it holds none or several."""
    found = [field.value for field in _fields(text, span.start + 1) if field.is_text and field.name == "text"]
    if text[span.start : span.start + 1] != "{" or len(found) == 1:
        return found[0] if len(found) == 1 else span
    nested = next((field.value for field in _fields(text, span.start + 1) if not field.is_text), None)
    return span if nested is None else _text_within(text, nested)


def _is_thought(text: str, fields: Sequence[RecordField]) -> bool:
    """Whether a part says of itself that it is one, as Gemini's do."""
    return any(field.name == "thought" and text[slice(*field.value)] in ("true", "True") for field in fields)


def _texts_in(text: str, content: ValueSpan) -> Iterator[ValueSpan]:
    """Those of the parts of a message in a list of messages."""
    position = content.start + 1
    while position < content.end and (part := _PART.match(text, position)):
        fields = list(_fields(text, part.end()))
        yield from (field.value for field in fields if field.name == "text" and field.is_text and field.ended)
        closed = _PART_END.match(text, field_end(fields[-1])) if fields else None
        position = closed.end() if closed else content.end


def record_of(
    text: str, answers: Sequence[ValueSpan], thoughts: Sequence[ValueSpan], *, closed: bool
) -> ReasoningRecord:
    said: list[str] = []
    origins: list[int] = []
    for answer in answers:
        if said:
            said.append(_BETWEEN)
            origins += [answer.start] * len(_BETWEEN)
        for start, piece in _read(text, answer):
            said.append(piece)
            origins += range(start, start + len(piece))
    origins.append(answers[-1].end if answers else len(text))
    inner = ("".join(piece for _, piece in _read(text, span)).strip() for span in thoughts)
    return ReasoningRecord("".join(said), origins, tuple(answers), _BETWEEN.join(filter(None, inner)), closed)


def _read(text: str, span: ValueSpan) -> Iterator[tuple[int, str]]:
    """What stands between two quotation marks with its escapes read, in pieces, and where each is written."""
    for token in _TOKEN.finditer(text, *span):
        written = token.group()
        yield token.start(), _unescaped(written) if written[0] == "\\" and len(written) > 1 else written


def _unescaped(escape: str) -> str:
    """The one character that an escape stands for; two surrogates are one."""
    if escape[1] not in "ux":
        return _ESCAPED.get(escape[1], escape[1])
    first, *second = (int(digits, 16) for digits in _HEX.findall(escape))
    return chr(_BEYOND + ((first - _HIGH) << 10) + second[0] - _LOW) if second else chr(first)
