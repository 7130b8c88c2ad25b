"""Which column holds which field: what the person said, then what names and first values speak for, and why."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from reviewer.core.cases import CaseStatus, stakes_cell
from reviewer.core.codec import flag_cell
from reviewer.core.errors import InputError
from reviewer.core.written_secrets import is_credential_name
from reviewer.exchange.kit.checks import ActionNames
from reviewer.exchange.kit.field_names import (
    INDEX_NAMES,
    NO_RESPONSE_WORDS,
    OF_CASES,
    OF_RESPONSES,
    RESPONSE_WORDS,
    SYNONYMS,
)
from reviewer.exchange.kit.naming_columns import listed_columns
from reviewer.exchange.kit.options import ImportOptions, Numbered
from reviewer.exchange.kit.sources import folded
from reviewer.exchange.kit.streams import RecordStream, text_of

KEPT, IGNORED = "kept", ""
FIELDS = (*OF_CASES, *OF_RESPONSES, "turn", KEPT)
SAID = "you said so"
NEVER_STORED = "its name is one for a key or a password, which is never stored"
_NUMBERED = re.compile(r"(prompt|turn|question|message|user|user_prompt|human|query)_?(\d{1,3})\Z")
_NUMBERED_REPLY = re.compile(r"(response|answer|reply|assistant|completion|output|bot|model)_?(\d{1,3})\Z")
Values = Mapping[str, object]


@dataclass(frozen=True)
class Use:
    """What a column is read as: a field, `kept` or "" for nothing, and why. `name` is the run of a response, the person
    of a rating, the number of a turn."""

    field: str
    why: str
    name: str = ""


@dataclass
class ColumnPlan:
    """{column: use} in the file's order; `asked` are sentences on what only a person can say; `told` on what was
    decided and could be decided otherwise."""

    uses: dict[str, Use] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def column_of(self, wanted: str) -> str | None:
        return next((column for column, use in self.uses.items() if use.field == wanted), None)

    def columns_of(self, wanted: str) -> list[str]:
        return [column for column, use in self.uses.items() if use.field == wanted]

    @property
    def has_request(self) -> bool:
        return any(use.field in ("prompt", "messages", "turn") for use in self.uses.values())

    @property
    def mapping(self) -> dict[str, str]:
        """{field: column}; of a field that several columns hold, each under `field:name`."""
        found: dict[str, str] = {}
        for column, use in self.uses.items():
            if use.field not in (KEPT, IGNORED):
                found[f"{use.field}:{use.name or column}" if use.field in found else use.field] = column
        return found


def plan_columns(
    stream: RecordStream,
    columns: Sequence[str],
    sample: Sequence[Values],
    options: ImportOptions,
    labels_are_asked: bool = False,
) -> ColumnPlan:
    """Raises InputError for a mapping that names no field or no column."""
    guessing = _Guessing(stream, columns, sample, options)
    guessing.labels_are_asked = labels_are_asked or bool(options.label_map)
    guessing.run()
    return guessing.plan


class _Guessing:
    def __init__(
        self, stream: RecordStream, columns: Sequence[str], sample: Sequence[Values], options: ImportOptions
    ) -> None:
        self._stream, self._columns, self._sample, self._options = stream, columns, sample, options
        self._names = ActionNames(options.scale, options.label_map)
        self._settled = {key.partition(":")[0] for key in options.mapping}
        self._found: dict[str, Use] = {}
        self.labels_are_asked = False
        self.plan = ColumnPlan()

    def run(self) -> None:
        self._take_mapped()
        for wanted in SYNONYMS:
            if wanted not in self._settled and wanted != "response":
                self._guess(wanted)
        if "response" not in self._settled:
            self._guess_responses()
        self._settle_requests()
        self._settle_ratings()
        for column in self._columns:
            self.plan.uses[column] = self._found.get(column) or self._left_over(column)

    def _take_mapped(self) -> None:
        for key, column in self._options.mapping.items():
            wanted, _, name = key.partition(":")
            if wanted not in FIELDS:
                known = ", ".join(FIELDS)
                raise InputError(f"A case has no field {wanted[:80]!r}.", f"Map a column to one of: {known}.")
            if column:
                self._check_there(column)
                self._found[column] = Use(wanted, SAID, name)

    def _check_there(self, column: str) -> None:
        if column in self._columns:
            return
        several = column in self._stream.repeated
        found = "has more than one column" if several else "has no column"
        remedy = f"Name one: {column} (1), {column} (2)." if several else "Correct the mapping."
        shown = listed_columns(self._columns)
        raise InputError(f"{self._stream.where} {found} {column[:80]!r}; its columns are {shown}.", remedy)

    # guesses

    def _left(self) -> list[str]:
        return [column for column in self._columns if column not in self._found]

    def _values(self, column: str) -> list[object]:
        return [value for each in self._sample if (value := each.get(column)) is not None and value != ""]

    def _guess(self, wanted: str) -> None:
        by_name: dict[str, list[str]] = {}
        for column in self._left():
            by_name.setdefault(folded(_without_number(column, self._stream)), []).append(column)
        known = [name for name in SYNONYMS[wanted] if name in by_name and self._fits(wanted, by_name[name][0])]
        if not known:
            self._guess_inside(wanted, by_name)
            return
        columns = by_name[known[0]]
        if len(columns) > 1:
            self._ask_which(wanted, columns)
        self._found[columns[0]] = Use(wanted, "its name says so")
        others = [column for name in known[1:] for column in by_name[name]]
        if wanted == "prompt" and others:
            self.plan.told.append(
                f"{_listed(others)} could be the request too; {columns[0]!r} was read as it. "
                f"--map {others[0]}=prompt takes the other."
            )

    def _guess_inside(self, wanted: str, by_name: Mapping[str, Sequence[str]]) -> None:
        """A name inside of an object, `input.prompt`, where nothing at the top has one."""
        if wanted not in ("prompt", "messages", "model"):
            return
        names = set(SYNONYMS[wanted]) - ({"text", "input", "type"} if wanted == "prompt" else set())
        inside = [column for name, found in by_name.items() for column in found if name.rpartition(".")[2] in names]
        inside = [column for column in inside if "." in column and self._fits(wanted, column)]
        if len(inside) == 1:
            self._found[inside[0]] = Use(wanted, "the name inside of it says so")

    def _ask_which(self, wanted: str, columns: Sequence[str]) -> None:
        self.plan.asked.append(
            f"{self._stream.where} has {len(columns)} columns that could be the {wanted}: "
            f"{listed_columns(columns)}. Say which with --map {_quoted(columns[0], wanted)}."
        )

    def _fits(self, wanted: str, column: str) -> bool:
        """Whether some of the first values can be the field's; a column without values can be anything."""
        check = _CHECKS.get(wanted)
        values = self._values(column)
        if wanted in ("label", "rating"):
            return (
                not values
                or any(self._names.find(text_of(value)) for value in values)
                or (wanted == "label" and self.labels_are_asked)
            )
        return check is None or not values or any(_passes(check, value) for value in values)

    # responses

    def _guess_responses(self) -> None:
        left = {column: folded(_without_number(column, self._stream)) for column in self._left()}
        exact = [column for name in SYNONYMS["response"] for column, found in left.items() if found == name]
        exact = [column for column in exact if self._is_text(column)]
        if exact:
            same = [column for column in exact if left[column] == left[exact[0]]]
            if len(same) > 1:
                self._ask_which("response", same)
            self._found[exact[0]] = Use("response", "its name says so")
            return
        if message := self._message_text(left):
            self._found[message] = Use("response", "it is the text of a message")
            return
        for column, name in left.items():
            run = _run_in(column, name)
            if run and self._is_text(column):
                self._found[column] = Use("response", "its name says whose response it is", run)

    def _message_text(self, left: Mapping[str, str]) -> str:
        """`output.content` beside `output.role`: a message that the model answered with."""
        named = {name: column for column, name in left.items()}
        for name, column in named.items():
            holder, _, last = name.rpartition(".")
            is_reply = holder.rpartition(".")[2] in {*SYNONYMS["response"], "message"}
            if last in ("content", "text") and is_reply and f"{holder}.role" in named and self._is_text(column):
                return column
        return ""

    def _is_text(self, column: str) -> bool:
        """Whether the first values are texts that say something, and not numbers or a few words again and again."""
        values = self._values(column)
        texts = [value for value in values if isinstance(value, str)]
        if len(texts) < len(values):
            return False
        few = len(values) > 10 and len(set(texts)) <= 3
        return not values or (not few and any(not _is_number(text) for text in texts))

    # what hangs together

    def _settle_requests(self) -> None:
        prompt, messages = self._of("prompt"), self._of("messages")
        if not prompt and not messages and not self._take_numbered():
            shown = listed_columns(self._columns)
            self.plan.asked.insert(
                0,
                f"No column of {self._stream.where} is known to hold the request; its columns are {shown}. "
                f"Say which one does with --map COLUMN=prompt.{self._stream.elsewhere}",
            )
        if prompt and messages and SAID not in (self._found[prompt].why, self._found[messages].why):
            self._found[prompt] = Use("prompt", f"read where {messages!r}, which has the conversation, is empty")
        key = self._of("key")
        request = self._of("prompt") or self._of("messages")
        if key and request and self._found[key].why != SAID and self._of("response"):
            self._settle_key(key, request)

    def _settle_key(self, key: str, request: str) -> None:
        """An id of the row is none of the case: then one request has several."""
        ids_of: dict[str, set[str]] = {}
        for each in self._sample:
            ids_of.setdefault(text_of(each.get(request)), set()).add(text_of(each.get(key)))
        if any(len(ids) > 1 for ids in ids_of.values()):
            self._found[key] = Use(KEPT, "it numbers the rows: one request has several")

    def _take_numbered(self) -> bool:
        """prompt1 … prompt20: the turns of a conversation or a family of requests, as the person says."""
        if "turn" in self._settled:
            return True
        found = _numbered(self._left(), _NUMBERED)
        if len(found) < 2:
            return False
        if not self._options.numbered:
            named = f"{found[min(found)]} to {found[max(found)]}"
            self.plan.asked.append(
                f"The columns {named} of {self._stream.where} are the turns of one conversation, or a family of "
                "requests of their own. Say which with --numbered turns or --numbered family."
            )
        replies = _numbered(self._free(found), _NUMBERED_REPLY)
        for number, column in found.items():
            self._found[column] = Use("turn", "it is numbered", f"{number}")
        if self._options.numbered is not Numbered.FAMILY:
            for number, column in replies.items():
                self._found[column] = Use("turn", "it answers a numbered turn", f"{number}a")
        return True

    def _free(self, found: Mapping[int, str]) -> list[str]:
        """The columns left, and those that were taken for responses by a guess."""
        free = [column for column, use in self._found.items() if use.field == "response" and use.why != SAID]
        return [*(column for column in self._left() if column not in found.values()), *free]

    def _settle_ratings(self) -> None:
        if not self._of("response") and not self._of("messages"):
            for column, use in list(self._found.items()):
                if use.field in OF_RESPONSES and use.why != SAID:
                    self._found[column] = Use(KEPT, "there is no response that it could be about")

    def _of(self, wanted: str) -> str | None:
        return next((column for column, use in self._found.items() if use.field == wanted), None)

    def _left_over(self, column: str) -> Use:
        name = folded(column)
        if name in INDEX_NAMES or name.startswith("unnamed:"):
            return Use(IGNORED, "it numbers the rows")
        if is_credential_name(column.rpartition(".")[2]):
            return Use(IGNORED, NEVER_STORED)
        if name in SYNONYMS["label"] and self._values(column):
            self._tell_of_values(column, "label")
            return Use(KEPT, "its values are no actions of the scale")
        if name in SYNONYMS["rating"] and self._of("response"):
            self._tell_of_values(column, "rating")
            return Use(KEPT, "its values are no actions of the scale")
        return Use(KEPT, "no field is known for it; it is kept beside the row")

    def _tell_of_values(self, column: str, wanted: str) -> None:
        values = list(dict.fromkeys(text_of(value)[:40] for value in self._values(column)))
        self.plan.told.append(
            f"The values of {column!r} ({', '.join(values[:5])[:120]}) are no actions of the scale, so they were only "
            f"kept. To use them, say --map {_quoted(column, wanted)}, and with --map-label VALUE=ACTION what each "
            "stands for."
        )


def with_new_column(plan: ColumnPlan, column: str) -> Use:
    """The use of a name that the first records do not have."""
    secret = is_credential_name(column.rpartition(".")[2])
    why = NEVER_STORED if secret else "it came in a later record"
    use = plan.uses[column] = Use(IGNORED if secret else KEPT, why)
    return use


def _without_number(column: str, stream: RecordStream) -> str:
    """`label` of `label (2)`, where two columns have the name."""
    name = column.rpartition(" (")[0]
    return name if name in stream.repeated else column


def _quoted(column: str, wanted: str) -> str:
    return f'"{column}={wanted}"' if " " in column else f"{column}={wanted}"


def _listed(columns: Sequence[str]) -> str:
    return ", ".join(repr(column[:60]) for column in columns[:5])


_OF_MESSAGES = frozenset(["role", "content", "text", "refusal", "annotations", "audio", "tool_calls", "function_call"])


def _run_in(column: str, name: str) -> str:
    """The model in a response column's name, as it is written: `response_mock-open` → `mock-open`; "" for another."""
    parts = re.split(r"[_\s.:\-/]+", name)
    if parts[0] == "model" and len(parts) > 2:
        parts = parts[1:]  # “Model A response”
    if len(parts) < 2 or NO_RESPONSE_WORDS & set(parts) or ("." in name and parts[-1] in _OF_MESSAGES):
        return ""
    if parts[0] in RESPONSE_WORDS:
        return re.sub(r"^\W*[^\W_]+[_\s.:\-/]+", "", column.strip())
    return re.sub(r"[_\s.:\-/]+[^\W_]+\W*$", "", column.strip()) if parts[-1] in RESPONSE_WORDS else ""


def _numbered(columns: Sequence[str], pattern: re.Pattern[str]) -> dict[int, str]:
    """{number: column} in order, of the word that most of them have."""
    found: dict[str, dict[int, str]] = {}
    for column in columns:
        match = pattern.match(folded(column))
        if match:
            found.setdefault(match[1], {})[int(match[2])] = column
    most = max(found.values(), key=len, default={})
    return dict(sorted(most.items()))


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _passes(check: Callable[[object], bool], value: object) -> bool:
    try:
        return check(value)
    except InputError:
        return False


def _is_conversation(value: object) -> bool:
    return isinstance(value, list) or (isinstance(value, str) and value.lstrip().startswith("["))


def _is_amount(value: object) -> bool:
    return isinstance(value, int | float) or (isinstance(value, str) and stakes_cell(value) > 0)


def _is_flag(value: object) -> bool:
    return isinstance(value, bool) or (isinstance(value, str) and flag_cell(value) in (True, False))


def _is_whole(value: object) -> bool:
    return isinstance(value, int) or (isinstance(value, str) and value.strip().isdecimal())


_CHECKS: Mapping[str, Callable[[object], bool]] = {
    "prompt": lambda value: isinstance(value, str),
    "system": lambda value: isinstance(value, str),
    "messages": _is_conversation,
    "stakes": _is_amount,
    "borderline": _is_flag,
    "repeat": _is_whole,
    "status": lambda value: isinstance(value, str) and value in list(CaseStatus),
    "band": lambda value: isinstance(value, dict) or (isinstance(value, str) and (":" in value or "=" in value)),
    "key": lambda value: isinstance(value, str | int),
    "rationale": lambda value: isinstance(value, str),
}


def guess_mapping(columns: Sequence[str]) -> dict[str, str]:
    """{field: column} for the columns whose names say what they hold; nothing where none holds the request."""
    stream = RecordStream("", "", iter(()))
    try:
        plan = plan_columns(stream, columns, (), ImportOptions())
    except InputError:
        return {}
    return plan.mapping if plan.has_request else {}
