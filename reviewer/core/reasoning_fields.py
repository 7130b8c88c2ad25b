"""Reasoning in a field beside the answer, written without braces: as YAML, as TOML, or in the cells of a table.

The same holds as for JSON: a field for the answer and one for the thoughts, and no other that says anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from reviewer.core.reasoning_framed import deliberates
from reviewer.core.reasoning_records import ReasoningRecord, RecordField, ValueSpan, folded_name, sorted_fields

_LEAD = re.compile(r"\s*(?:(?P<fence>`{3,})(?:ya?ml|toml|ini)?[ \t]*+\n\s*|(?P<rule>-{3})[ \t]*+\n)?")
_KEY = re.compile(r"(?P<quote>[\"']?)(?P<key>[^\W\d][\w -]{0,40})(?P=quote)[ \t]*+(?P<sign>:(?=[ \t\n])|=)[ \t]*+")
_TABLE_NAME = re.compile(r"\[(?P<key>[^\W\d][\w -]{0,40})\][ \t]*+\n(?:text|content|value|body)[ \t]*+=[ \t]*+")
_TRIPLE = re.compile(r"(?P<mark>\"\"\"|''')\n?(?P<said>.*?)(?P=mark)[ \t]*+(?=\n|\Z)", re.S)
_BLOCK = re.compile(r"[|>][+-]?\d?[ \t]*+\n(?P<said>(?:[ \t]+[^\n]*(?:\n|\Z)|[ \t]*+\n)+)")
_QUOTED = re.compile(r"\"(?P<double>(?:[^\"\\]|\\.)*+)\"[ \t]*+(?=\n|\Z)|'(?P<single>[^']*+)'[ \t]*+(?=\n|\Z)", re.S)
_PLAIN = re.compile(r"(?P<said>[^\n]*(?:\n(?:[ \t]+[^\n]*|-[ \t][^\n]*|[ \t]*+(?=\n[ \t]+\S)))*)")
_END = re.compile(r"\s*(?:`{3,}|-{3}|\.{3})?\s*+\Z")
_LINE = re.compile(r"[^\n]+")
_ESCAPE = re.compile(r"\\(?P<sign>[ntr\"\\])")
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r"}
_ROW = re.compile(r"[ \t]*+\|(?P<cells>[^\n]*)\|[ \t]*+(?:\n|\Z)")
_RULE = re.compile(r"[\s|:-]+")
_CELL = re.compile(r"[^|]+")
_HINT = re.compile(r"[\w\[\"'`|-]")
_MOST = 40


class _FieldSaid(NamedTuple):
    """A field and what it says: pieces of the text that came, and whether their escapes are to be read."""

    field: RecordField
    escaped: bool = False


def reasoning_fields(text: str) -> ReasoningRecord | None:
    """The fields that a text is as a whole, or None where they are none that hold reasoning beside an answer."""
    begun = text[:_MOST].lstrip()
    if not begun or not _HINT.match(begun):
        return None
    if begun[0] == "|":
        return _table(text)
    lead = _LEAD.match(text)
    position = lead.end() if lead else 0
    marked = bool(lead and (lead["fence"] or lead["rule"]))
    written: list[_FieldSaid] = []
    while len(written) < _MOST and (found := _field(text, position)):
        one, position, shaped = found
        written.append(one)
        marked = marked or shaped
    if not written or not marked or not _END.match(text, position):
        return None
    fenced = bool(lead and lead["fence"])
    return _record(text, written, cut_off=fenced and not text.rstrip().endswith("```"))


def _field(text: str, position: int) -> tuple[_FieldSaid, int, bool] | None:
    """The field that begins there, where the next one can, and whether its form is one that prose has not."""
    while text[position : position + 1] == "\n":
        position += 1
    key = _TABLE_NAME.match(text, position) or _KEY.match(text, position)
    if key is None:
        return None
    name, start = folded_name(key["key"]), key.end()
    is_table = key.re is _TABLE_NAME or key["sign"] == "="
    if found := _TRIPLE.match(text, start) or _BLOCK.match(text, start):
        return _FieldSaid(RecordField(name, ValueSpan(*found.span("said")), True, True)), found.end(), True
    if quoted := _QUOTED.match(text, start):
        group = "double" if quoted["double"] is not None else "single"
        value = ValueSpan(*quoted.span(group))
        return _FieldSaid(RecordField(name, value, True, True), group == "double"), quoted.end(), True
    plain = _PLAIN.match(text, start)
    if plain is None or (is_table and not _is_value(plain["said"])):
        return None
    return _FieldSaid(RecordField(name, ValueSpan(*plain.span("said")), True, True)), plain.end(), is_table


def _is_value(said: str) -> bool:
    """A number or a list: a text of TOML's stands in quotation marks."""
    return said.strip()[:1] in ("[", "{") or said.strip().replace(".", "").isalnum()


def _table(text: str) -> ReasoningRecord | None:
    """Names above the cells of one row, or a name and a cell in each; what leads to the answer must deliberate."""
    rows: list[list[ValueSpan]] = []
    position = len(text) - len(text.lstrip())
    while len(rows) < _MOST and (row := _ROW.match(text, position)):
        if not _RULE.fullmatch(row["cells"]):
            rows.append([ValueSpan(*cell.span()) for cell in _CELL.finditer(text, *row.span("cells"))])
        position = row.end()
    if len(rows) < 2 or text[position:].strip() or len({len(row) for row in rows}) != 1:
        return None
    for pairs in [list(zip(*rows, strict=True))] * (len(rows) == 2) + [rows, rows[1:]] * (len(rows[0]) == 2):
        chosen = [RecordField(folded_name(text[slice(*name)].strip(" *_`")), cell, True, True) for name, cell in pairs]
        found = sorted_fields(text, chosen, cut_off=False)
        if found and any(deliberates(text[slice(*thought)]) for thought in found.thoughts):
            return _record(text, list(map(_FieldSaid, chosen)), cut_off=False)
    return None


def _record(text: str, written: list[_FieldSaid], *, cut_off: bool) -> ReasoningRecord | None:
    found = sorted_fields(text, [one.field for one in written], cut_off=cut_off)
    if found is None:
        return None
    escaped = {one.field.value for one in written if one.escaped}
    said: list[str] = []
    origins: list[int] = []
    for answer in found.answers:
        for start, piece in _pieces(text, answer, escaped=answer in escaped):
            said.append(piece)
            origins += range(start, start + len(piece))
    origins.append(found.answers[-1].end if found.answers else len(text))
    thoughts = "\n\n".join(text[slice(*thought)].strip() for thought in found.thoughts)
    return ReasoningRecord("".join(said), origins, tuple(found.answers), thoughts, found.closed)


def _pieces(text: str, answer: ValueSpan, *, escaped: bool) -> Iterator[tuple[int, str]]:
    """What it says in pieces, without the space that lines are set in by."""
    if escaped:
        position = answer.start
        for escape in _ESCAPE.finditer(text, *answer):
            yield position, text[position : escape.start()]
            yield escape.start(), _ESCAPED.get(escape["sign"], escape["sign"])
            position = escape.end()
        yield position, text[position : answer.end]
        return
    lines = [line.span() for line in _LINE.finditer(text, *answer)]
    set_in = min((end - start - len(text[start:end].lstrip()) for start, end in lines[-1:] + lines[:-1]), default=0)
    before = answer.start
    for start, end in lines:
        if start > before:
            yield before, text[before:start]
        yield start + set_in, text[start + set_in : end]
        before = end
