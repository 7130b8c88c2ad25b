"""One mapper for any stream of records: cases, and where it has responses and ratings, runs and decisions."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from reviewer.core.cases import Case, CaseKey, CaseStatus, SuiteHead
from reviewer.core.errors import InputError
from reviewer.endpoints.untrusted import storable
from reviewer.exchange.kit.asked_labels import label_words
from reviewer.exchange.kit.cells import CONVERTERS, VERBATIM
from reviewer.exchange.kit.checks import ActionNames, PairStakes, case_of
from reviewer.exchange.kit.columns import IGNORED, KEPT, NEVER_STORED, ColumnPlan, plan_columns, with_new_column
from reviewer.exchange.kit.conversations import messages_of, split_reply, turns_of, with_system
from reviewer.exchange.kit.credentials import Credentials
from reviewer.exchange.kit.field_names import OF_CASES
from reviewer.exchange.kit.mapped_answers import Answers
from reviewer.exchange.kit.options import ImportOptions, Numbered
from reviewer.exchange.kit.records import (
    BadRow,
    CaseRecord,
    ColumnUse,
    Record,
    SuiteRecord,
    Told,
)
from reviewer.exchange.kit.streams import MAX_COLUMNS, RecordEntry, RecordStream, text_of

LOOKED_AT = 200
_EXAMPLE_CHARACTERS = 80
_PLAIN = tuple(name for name in OF_CASES if name not in ("prompt", "messages", "system"))
_REMEMBERED_CASES, _REMEMBERED_CHARACTERS = 10_000, 2_000
"""So many requests of at most so many characters are known again without being checked again."""
_LINE, _CONTENT = slice(0, 8), slice(8, 20)
_OTHER_JUDGES = (
    "Rows of another judge or metric on a response that came before: {n}. It is one response, and what its first row "
    "says is kept."
)
_OTHERWISE = "Rows that repeat a case with other labels or fields than where it came first, which was kept: {n}."


@dataclass(frozen=True)
class Looked:
    """The first records of a stream, the plan for its columns, and the stream from its beginning."""

    plan: ColumnPlan
    first: Sequence[RecordEntry | BadRow]
    entries: Iterator[RecordEntry | BadRow]


def look_at(stream: RecordStream, options: ImportOptions, *, labels_are_asked: bool = False) -> Looked:
    """With `labels_are_asked`, as in the window, a label column may have values that nobody has mapped yet.

    Raises InputError for a mapping that does not fit, KnownError for what cannot be read.
    """
    first = list(islice(stream.entries, LOOKED_AT))
    found = [each for each in first if isinstance(each, RecordEntry)]
    columns = list(dict.fromkeys(chain(stream.columns, *(each.values for each in found))))
    if not columns:
        reason = next((each.reason for each in first if isinstance(each, BadRow)), "It holds no record.")
        raise InputError(f"{stream.where} has no record that can be read: {reason}", "Correct the file.")
    if len(columns) > MAX_COLUMNS:
        raise InputError(
            f"{stream.where} has {len(columns):,} columns, more than {MAX_COLUMNS:,}.", "Leave out those without use."
        )
    plan = plan_columns(stream, columns, [each.values for each in found], options, labels_are_asked)
    return Looked(plan, first, chain(first, stream.entries))


def read_stream(stream: RecordStream, options: ImportOptions) -> Iterator[Record]:
    """Raises InputError where only a person can say what a column holds: the sentence names --map."""
    looked = look_at(stream, options)
    if looked.plan.asked:
        what, _, remedy = looked.plan.asked[0].partition(" Say ")
        raise InputError(what, f"Say {remedy}")
    yield from _Mapping(stream, options, looked.plan).records(looked.entries)


@dataclass
class _Row:
    """What is being made of one entry."""

    line: int
    values: Mapping[str, object]
    reply: str | None = None


class _Mapping:
    """The records of one stream under its plan."""

    def __init__(self, stream: RecordStream, options: ImportOptions, plan: ColumnPlan) -> None:
        self._stream, self._options, self._plan = stream, options, plan
        self._names = ActionNames(options.scale, options.label_map)
        self._stakes, self._credentials = PairStakes(), Credentials()
        self._cases: dict[CaseKey, bytes] = {}
        """Of each the line where it came first, and the starts of the hashes of its content and of what it asks."""
        self._checked: dict[tuple[object, ...], CaseKey] = {}
        self._answers = Answers(stream.name, options, plan, self._names)
        self._examples: dict[str, str] = {}
        self._told: Counter[str] = Counter()
        self._columns()

    def _columns(self) -> None:
        plan = self._plan
        self._of_case = [(name, column) for name in _PLAIN if (column := plan.column_of(name))]
        self._case_columns = [column for _, column in self._of_case]
        self._prompt, self._messages = plan.column_of("prompt"), plan.column_of("messages")
        self._system = plan.column_of("system")
        self._turns = {plan.uses[column].name or f"{at}": column for at, column in self._numbered(plan)}
        self._responses = {column: plan.uses[column].name for column in plan.columns_of("response")}
        self._unlabelled, self._unkeyed = plan.column_of("label") is None, plan.column_of("key") is None
        self._kept = plan.columns_of(KEPT)
        self._secret = [column for column, use in plan.uses.items() if use.why == NEVER_STORED]
        self._seen = set(plan.uses)

    @staticmethod
    def _numbered(plan: ColumnPlan) -> Iterator[tuple[int, str]]:
        return enumerate(plan.columns_of("turn"), start=1)

    def records(self, entries: Iterator[RecordEntry | BadRow]) -> Iterator[Record]:
        options = self._options
        yield from self._stream.told
        yield from map(Told, self._plan.told)
        yield SuiteRecord(0, SuiteHead(options.suite or self._stream.name, scale=options.scale))
        for entry in entries:
            if isinstance(entry, BadRow):
                yield entry
            else:
                yield from self._of_entry(entry)
        yield from self._ledger()
        yield from self._credentials.told()
        yield from label_words(self._names.unknown, self._names)
        yield from self._stream.behind()
        yield from (Told(sentence.format(n=f"{count:,}")) for sentence, count in self._told.items())
        if self._answers.n_of_other_judges:
            yield Told(_OTHER_JUDGES.format(n=f"{self._answers.n_of_other_judges:,}"))

    def _of_entry(self, entry: RecordEntry) -> Iterator[Record]:
        if not entry.values.keys() <= self._seen:
            self._take_new(entry)
        if len(self._examples) < len(self._plan.uses):
            self._note_examples(entry)
        if self._turns and self._options.numbered is Numbered.FAMILY:
            for row, items in self._family(entry):
                yield from self._of_row(row, items)
            return
        try:
            row = _Row(entry.line, entry.values)
            items = self._asked(row)
        except InputError as fault:
            yield BadRow(entry.line, str(fault))
            return
        yield from self._of_row(row, items)

    def _of_row(self, row: _Row, items: object) -> Iterator[Record]:
        said = self._said_of_case(row, items)
        if said is not None and (known := self._checked.get(said)) is not None:
            yield from self._answers.records(row.line, row.values, known, self._replies(row), self._kept_of(row.values))
            return
        try:
            fields = self._fields(row, items)
            case = case_of(fields, self._options.scale, self._names)
            is_new = self._check_first(row, case)
        except InputError as fault:
            yield BadRow(row.line, str(fault))
            return
        if said is not None and is_new and len(self._checked) < _REMEMBERED_CASES:
            self._checked[said] = case.key
        answered = bool(self._responses) or row.reply is not None
        kept = self._kept_of(row.values)
        if is_new or not answered:
            yield CaseRecord(row.line, case, {} if answered and len(self._responses) < 2 else kept)
        if answered:
            replies = [("", row.reply)] if row.reply is not None else self._replies(row)
            yield from self._answers.records(row.line, row.values, case.key, replies, kept)

    def _said_of_case(self, row: _Row, items: object) -> tuple[object, ...] | None:
        """All that a row with responses says of its case, as it stands there: an equal row need not be checked again.
        None where that is no short text."""
        if not self._responses or not isinstance(items, str) or self._turns:
            return None
        values = row.values
        said = (items, values.get(self._system) if self._system else None, *map(values.get, self._case_columns))
        is_short = all(each is None or (type(each) is str and len(each) < _REMEMBERED_CHARACTERS) for each in said)
        return said if is_short else None

    def _replies(self, row: _Row) -> list[tuple[str, object]]:
        return [(name, row.values.get(column)) for column, name in self._responses.items()]

    # the case

    def _asked(self, row: _Row) -> object:
        """The request, as text or messages; takes the reply that a conversation ends with. Raises InputError."""
        if self._turns:
            items, reply = turns_of(row.values, self._turns)
            row.reply = reply
            return items
        given = row.values.get(self._messages) if self._messages else None
        if given is not None and given != "" and given != []:
            items = messages_of(given)
            if not self._responses:
                items, row.reply = split_reply(items)
            return items
        prompt = row.values.get(self._prompt) if self._prompt else None
        if prompt is None or prompt == "" or (isinstance(prompt, str) and prompt.isspace()):
            raise InputError("The request is empty.", "Write the text or leave the row out.")
        if not isinstance(prompt, str):
            raise InputError("The request is no text.", "Map another column to it, or leave the row out.")
        return storable(prompt) if "\ud800" <= max(prompt) <= "\udfff" else prompt

    def _family(self, entry: RecordEntry) -> Iterator[tuple[_Row, object]]:
        """Each numbered column is a request of its own; those of a row share a tag."""
        for number, column in self._turns.items():
            text = text_of(entry.values.get(column))
            if text.strip():
                row = _Row(entry.line, {**entry.values, "": number})
                yield row, text

    def _fields(self, row: _Row, items: object) -> dict[str, object]:
        fields: dict[str, object] = {}
        for name, column in self._of_case:
            value = row.values.get(column)
            if value is not None and value != "" and (converted := _converted(name, value)) is not None:
                fields[name] = converted
        system = text_of(row.values.get(self._system)) if self._system else ""
        if isinstance(items, str) and not system.strip():
            fields["prompt"] = items
        else:
            asked = [{"role": "user", "content": items}] if isinstance(items, str) else items
            fields["messages"] = with_system(asked, system) if isinstance(asked, list) else asked
        if isinstance(band := fields.get("band"), dict):
            fields["band"] = {self._names(str(action)): credit for action, credit in band.items()}
        self._complete(row, fields)
        return fields

    def _complete(self, row: _Row, fields: dict[str, object]) -> None:
        if self._unlabelled:
            fields.setdefault("status", str(CaseStatus.UNREVIEWED))
        number = row.values.get("") if self._turns and self._options.numbered is Numbered.FAMILY else None
        if "key" in fields and number is not None:
            tags = fields.get("tags")
            fields["tags"] = [*(tags if isinstance(tags, list) else []), f"family {fields['key']}"]
            fields["key"] = f"{fields['key']}-{number}"
        elif "key" not in fields and self._unkeyed:
            fields["key"] = drawn_key(fields)

    def _check_first(self, row: _Row, case: Case) -> bool:
        """Whether the case has not come before. Raises InputError where it came with other content."""
        here = row.line.to_bytes(8, "big") + bytes.fromhex(case.content_hash[:24] + case.message_hash[:24])
        first = self._cases.setdefault(case.key, here)
        if first == here:
            self._stakes.check(case)
            return True
        if first[_CONTENT] == here[_CONTENT]:
            return False
        if first[20:] == here[20:] and (self._responses or row.reply is not None):
            self._told[_OTHERWISE] += 1
            return False
        drawn, line = self._unkeyed, int.from_bytes(first[_LINE], "big")
        shown = case.request if drawn else case.key
        what = "The request" if drawn else "The key"
        raise InputError(
            f"{what} {shown[:80]!r} is already on line {line} with other content.",
            "Give each its own or leave one out.",
        )

    # what is kept, and the ledger

    def _kept_of(self, values: Mapping[str, object]) -> dict[str, str]:
        found = {}
        for column in self._secret:
            self._credentials.without({column.rpartition(".")[2]: values.get(column)}, column.rpartition(".")[0])
        for column in self._kept:
            value = values.get(column)
            if value is not None and value != "" and value != [] and value != {}:
                text = text_of(self._credentials.without(value, column))
                if text.strip():
                    found[storable(column)] = text
        return found

    def _take_new(self, entry: RecordEntry) -> None:
        for column in entry.values:
            if column not in self._seen:
                self._seen.add(column)
                use = with_new_column(self._plan, column)
                if use.field == KEPT:
                    self._kept.append(column)
                elif use.why == NEVER_STORED:
                    self._secret.append(column)
        if len(self._seen) > MAX_COLUMNS:
            raise InputError(
                f"{self._stream.where} has more than {MAX_COLUMNS:,} different names in its rows; the last come with "
                f"record {entry.line:,}.",
                "Names that differ from row to row are data: write them as values.",
            )

    def _note_examples(self, entry: RecordEntry) -> None:
        for column, value in entry.values.items():
            if column not in self._examples:
                text = text_of(Credentials().without(value))[:_EXAMPLE_CHARACTERS]
                if text.strip():
                    self._examples[column] = text

    def _ledger(self) -> Iterator[ColumnUse]:
        return ledger_of(self._plan, self._examples, self._stream)


def ledger_of(plan: ColumnPlan, examples: Mapping[str, str], stream: RecordStream) -> Iterator[ColumnUse]:
    for column, use in plan.uses.items():
        named = f"{use.field} ({use.name})" if use.name and use.field != KEPT else use.field
        yield ColumnUse(storable(column), named, use.why, "" if use.why == NEVER_STORED else examples.get(column, ""))
    for name, example in stream.outside.items():
        yield ColumnUse(storable(name), IGNORED, "the file says it once, outside of its records", example)


def drawn_key(fields: Mapping[str, object]) -> str:
    """From the request, so that the same table again adds nothing."""
    asked = json.dumps(fields.get("messages", fields.get("prompt")), ensure_ascii=False)
    return f"case-{hashlib.sha256(asked.encode(errors='surrogatepass')).hexdigest()[:12]}"


def _converted(name: str, value: object) -> object:
    if isinstance(value, str):
        if value.isspace():
            return None
        cell = storable(value if name in VERBATIM else value.strip())
        return CONVERTERS[name](cell, name) if name in CONVERTERS else cell
    if name in CONVERTERS or (name == "tags" and isinstance(value, list)):
        return [text_of(each) for each in value] if name == "tags" and isinstance(value, list) else value
    return text_of(value)
