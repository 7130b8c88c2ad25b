"""The parts of a message as a program prints them: `[ThinkingBlock(thinking='…'), TextBlock(text='…')]`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from reviewer.core.reasoning_records import ReasoningRecord, RecordField, ValueSpan, field_at, field_end, record_of

_OPENED = re.compile(r"\s*+(?P<bracket>\[)?\s*+(?=[A-Z]\w{2,60}\()")
_PART = re.compile(r"\s*+,?\s*+(?P<name>[A-Z]\w{2,60})\(\s*+")
_KEYWORD = re.compile(r"\s*+,?\s*+(?P<key>[a-z_]\w{0,40})=")
_PART_END = re.compile(r"\s*+,?\s*+\)")
_ENDS = {"[": re.compile(r"\s*+,?\s*+\]\s*+\Z"), None: re.compile(r"\s*+\Z")}
# a message with its thoughts in a field beside its text
_MESSAGE = re.compile(r"(?:Chat)?(?:Completion)?Message|(?:AI|Assistant)Message")
_BESIDE = ("reasoning_content", "reasoning", "thinking")
_THINKING = re.compile(
    r"(?:Response)?(?:Redacted)?(?:Thinking|Reasoning|Thought)(?:Block|Part|Content|Item|Delta)?(?:Param)?"
)
_TEXT = re.compile(r"(?:Response)?(?:Output)?Text(?:Block|Part|Content|Item|Delta)?(?:Param)?")
_SAYS = ("thinking", "reasoning", "thought", "text", "content", "data", "summary")
_TOLD = ("content",)
_MOST = 100


def printed_parts(text: str) -> ReasoningRecord | None:
    """The parts that a text is as a whole, or None where it holds no thoughts. Without a text nothing is to be seen."""
    opened = _OPENED.match(text)
    if opened is None:
        return None
    position = opened.end()
    thoughts: list[ValueSpan] = []
    answers: list[ValueSpan] = []
    for _ in range(_MOST):
        part = _PART.match(text, position)
        if part is None:
            break
        fields = list(_fields(text, part.end()))
        closed = _PART_END.match(text, field_end(fields[-1]) if fields else part.end())
        said = _said(fields, _SAYS)
        if closed is None:
            return None
        if _THINKING.fullmatch(part["name"]):
            said = said or next((field.value for field in fields if field.name == "summary"), None)
            thoughts += [said] if said else []
        elif _MESSAGE.fullmatch(part["name"]) and (beside := _said(fields, _BESIDE)) and (told := _said(fields, _TOLD)):
            thoughts.append(beside)
            answers.append(told)
        elif _TEXT.fullmatch(part["name"]) and said:
            answers.append(said)
        else:
            return None
        position = closed.end()
    if not thoughts or not _ENDS[opened["bracket"]].match(text, position):
        return None
    return record_of(text, answers, thoughts, closed=True)


def _said(fields: Sequence[RecordField], names: Sequence[str]) -> ValueSpan | None:
    """The text of the first of the fields by these names that has one."""
    found = (field.value for name in names for field in fields if field.name == name and field.is_text)
    return next((value for value in found if value.start < value.end), None)


def _fields(text: str, position: int) -> Iterator[RecordField]:
    while key := _KEYWORD.match(text, position):
        field = field_at(text, key["key"], key.end())
        if field is None or not field.ended:
            return
        yield field
        position = field_end(field)
