"""Another tool's log as records: each sample's case, response, and what people and graders said of it.

A format reads its file and makes a `LogSample` of each row; all that the formats have in common is here: keys, labels,
repeats, the ledger, what is asked about, dropped credentials.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from reviewer.core.actions import ActionId
from reviewer.core.cases import MAX_KEY_CHARACTERS, Case, CaseKey, CaseStatus, SuiteHead, checked_key, checked_messages
from reviewer.core.decisions import DecisionKind, Verdict, VerdictSource
from reviewer.core.errors import InputError
from reviewer.core.message_forms import check_storable
from reviewer.core.responses import UNSCORED_STATES, Response, ResponseState
from reviewer.exchange.kit.asked_labels import label_words
from reviewer.exchange.kit.checks import ActionNames
from reviewer.exchange.kit.credentials import Credentials
from reviewer.exchange.kit.log_tables import LogTable
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.records import (
    BadRow,
    CaseRecord,
    ColumnUse,
    DecisionRecord,
    LabelWord,
    OriginRecord,
    Record,
    ResponseRecord,
    RunRecord,
    SuiteRecord,
    Told,
    VerdictRecord,
    read_time,
)
from reviewer.exchange.kit.watched import EMPTY, plain
from reviewer.wording.plural import counted, noun

UNMEASURED = 0.5
"""The confidence of another tool's grader: nobody has measured here how often it is right."""

_EXAMPLE_CHARACTERS = 80
_WORD_CHARACTERS = 60
_MOST_WORDS = 12
_DIGITS = 32
"""Of a digest that stands for a text within one file."""
_MAPPED = ("label", "category", "pair", "segment", "rationale", "source", "licence")
_encode = json.JSONEncoder(ensure_ascii=False, default=str).encode


@dataclass(frozen=True)
class Rating:
    """What a grader or a person said of a response: the first of `words` that stands for an action counts."""

    by: str
    words: tuple[str, ...]
    is_person: bool = False
    note: str = ""
    at: str = ""
    kind: DecisionKind = DecisionKind.DECISION


@dataclass(frozen=True)
class Reply:
    """What came back, its state decided by the format."""

    text: str = ""
    state: ResponseState = ResponseState.OK
    reasoning: str = ""
    finish_reason: str = ""
    usage: Mapping[str, int] = field(default_factory=dict)
    model: str = ""
    latency_ms: float | None = None
    error: str = ""


@dataclass(frozen=True)
class LogSample:
    """One row of a log. `id` "" where it has none; `repeat` 0 counts on in the run; `fields` are {place: text} of what
    may be the case's label, category and so on; `case_kept` and `kept` what has no place of its own."""

    line: int
    id: str
    messages: Sequence[object]
    run: str
    model: str
    reply: Reply
    repeat: int = 0
    fields: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    case_kept: Mapping[str, str] = field(default_factory=dict)
    kept: Mapping[str, str] = field(default_factory=dict)
    ratings: tuple[Rating, ...] = ()


class Log:
    """One file on its way to records. `see` and `kept_of` fill the ledger while a format reads."""

    def __init__(self, table: LogTable, options: ImportOptions) -> None:
        for wanted in options.mapping:
            if wanted not in _MAPPED:
                raise InputError(
                    f"A log of {table.tool} has its own place for {wanted!r}.", f"Map one of: {', '.join(_MAPPED)}."
                )
        self.table = table
        self.options = options
        self.credentials = Credentials()
        self.names = ActionNames(options.scale, {**table.label_map(options.scale), **options.label_map})
        self._examples: dict[str, str] = {}
        self._read: dict[str, bool] = {}
        self._cases = _LogCases(self)
        self._runs: set[str] = set()
        self._responses: dict[tuple[str, CaseKey], dict[int, str]] = {}
        self._again = 0
        self._asked: dict[str, Counter[str]] = {}
        self._said: dict[str, Counter[str]] = {}
        self._on_nothing = 0
        self._words: Counter[str] = Counter()

    def see(self, place: str, value: object) -> None:
        """Enter a place of the file in the ledger."""
        if not self._examples.get(place):
            self._examples[place] = kept_text(plain(value))[:_EXAMPLE_CHARACTERS] if value not in EMPTY else ""

    def kept_of(self, fields: Mapping[str, object], above: str = "") -> dict[str, str]:
        """What of these fields has no use: {place: text}. All of them go into the ledger."""
        kept: dict[str, str] = {}
        for name, value in fields.items():
            place = f"{above}{name}"
            self.see(place, value)
            if place not in self._read:
                self._read[place] = self.table.is_read(place)
            if not self._read[place] and value not in EMPTY:
                kept[place] = kept_text(value)
        return kept

    def records(
        self, head: SuiteHead, origin: OriginRecord, samples: Iterable[LogSample | BadRow | Told]
    ) -> Iterator[Record]:
        """All records of the file, the ledger and what a person must know at the end."""
        yield SuiteRecord(0, head)
        yield origin
        for each in samples:
            if not isinstance(each, LogSample):
                yield each
                continue
            try:
                yield from self._sample(each)
            except InputError as fault:
                yield BadRow(each.line, str(fault))
        yield from self._ledger()
        yield from self._told()

    def _sample(self, sample: LogSample) -> Iterator[Record]:
        key, case = self._cases.of(sample)
        if sample.run not in self._runs:
            self._runs.add(sample.run)
            yield RunRecord(sample.line, sample.run, sample.model)
        if case is not None:
            yield CaseRecord(sample.line, case, sample.case_kept)
        reply = sample.reply
        response = Response(
            key,
            text=reply.text,
            state=reply.state,
            reasoning=reply.reasoning,
            finish_reason=reply.finish_reason,
            usage=reply.usage,
            model=reply.model,
            latency_ms=reply.latency_ms,
            error=self.credentials.without_shapes(reply.error, "error"),
            repeat=self._repeat(sample, key),
        )
        yield ResponseRecord(sample.line, sample.run, response, kept=sample.kept)
        yield from self._ratings(sample, response)

    def _repeat(self, sample: LogSample, key: CaseKey) -> int:
        """The sample's own number, else the next of the run; where another reply has it, the next that is free."""
        taken = self._responses.setdefault((sample.run, key), {})
        content = _digest(repr(sample.reply))[:_DIGITS]
        repeat = sample.repeat or len(taken) + 1
        if taken.get(repeat, content) != content:
            self._again += 1
            repeat = max(taken) + 1
        taken[repeat] = content
        return repeat

    def _ratings(self, sample: LogSample, response: Response) -> Iterator[Record]:
        has_nothing = response.state in UNSCORED_STATES or not response.text.strip()
        for rating in sample.ratings:
            action = next(filter(None, map(self.names.find, filter(str.strip, rating.words))), None)
            self._count_word(rating, action)
            if action is None:
                self._count_unknown(rating)
            elif has_nothing:
                self._on_nothing += 1
            elif rating.is_person:
                yield self._decision(sample, response, rating, action)
            else:
                yield self._verdict(sample, response, rating, action)

    def _count_word(self, rating: Rating, action: ActionId | None) -> None:
        """The word that says the action, or the first that could; long texts are no labels."""
        for word in map(str.strip, rating.words):
            if word and len(word) <= _WORD_CHARACTERS and self.names.find(word) == action:
                self._words[word] += 1
                return

    def count_label(self, word: str) -> None:
        if len(word) <= _WORD_CHARACTERS:
            self._words[word] += 1

    def _count_unknown(self, rating: Rating) -> None:
        words = [word.strip() for word in rating.words if word.strip()]
        short = next((word for word in words if len(word) <= _WORD_CHARACTERS), "")
        where = self._asked if rating.is_person else self._said
        where.setdefault(rating.by, Counter())[short or "a longer text"] += 1

    def _asked_together(self) -> list[tuple[Counter[str], list[str]]]:
        """The words that nobody knows with who says them; two fields with the same words are asked about once."""
        found: list[tuple[Counter[str], list[str]]] = []
        for place, counts in self._asked.items():
            same = next((places for known, places in found if known == counts), None)
            if same is None:
                found.append((counts, [place]))
            else:
                same.append(place)
        return found

    def ask(self, place: str, word: str) -> None:
        """Count a word of a label's place that stands for no action."""
        self._asked.setdefault(place, Counter())[word if len(word) <= _WORD_CHARACTERS else "a longer text"] += 1

    def _decision(self, sample: LogSample, response: Response, rating: Rating, action: ActionId) -> DecisionRecord:
        return DecisionRecord(
            sample.line,
            response.case,
            sample.run,
            response.repeat,
            response.hash,
            rating.by,
            action,
            rating.kind,
            note=self.credentials.without_shapes(rating.note.replace("\0", "\ufffd"), "note"),
            at=good_time(rating.at),
        )

    def _verdict(self, sample: LogSample, response: Response, rating: Rating, action: ActionId) -> VerdictRecord:
        """Not counted: how often the grader is right was not measured here."""
        verdict = Verdict(
            f"{self.table.tool}/{rating.by}",
            action,
            UNMEASURED,
            rating.note.replace("\0", "\ufffd"),
            source=VerdictSource.JUDGE,
            counted=False,
        )
        return VerdictRecord(sample.line, response.case, sample.run, response.repeat, "", good_time(rating.at), verdict)

    def _ledger(self) -> Iterator[ColumnUse | Told]:
        chosen = {place: wanted for wanted, place in self.options.mapping.items() if place}
        for place, example in self._examples.items():
            used, why = self.table.use_of(place)
            if place in chosen:
                used, why = chosen[place], "asked for"
            said = self.credentials.without_shapes(example, place)
            yield ColumnUse(place, used, why, said, self.table.choices(place, _MAPPED))
        for place in chosen:
            if place not in self._examples:
                yield Told(f"No row has a field {place!r}, so nothing was read as {chosen[place]}.")

    def _told(self) -> Iterator[Told | LabelWord]:
        yield from self.credentials.told()
        yield from label_words(self._words, self.names)
        for counts, places in self._asked_together():
            yield Told(
                f"{_and(places)} {_listed(counts)}, {noun(len(counts), 'which stands', 'which stand')} for no "
                f"action here. {_say_what(counts)}"
            )
        for by, counts in self._said.items():
            if len(counts) <= _MOST_WORDS:
                yield Told(f"The scores of {by} ({_words(counts)}) say no action; they are kept beside the responses.")
        if self._on_nothing:
            yield Told(
                f"{counted(self._on_nothing, 'rating')} of responses without a text "
                f"{noun(self._on_nothing, 'is', 'are')} kept beside them and no verdict or decision: "
                "there is nothing to decide on."
            )
        if self._again:
            yield Told(
                f"{counted(self._again, 'reply', 'replies')} came under an id and repeat that another reply has; "
                f"{noun(self._again, 'it was', 'they were')} taken as further repeats."
            )
        if self._cases.differing:
            n = self._cases.differing
            yield Told(
                f"{counted(n, 'row')} {noun(n, 'says', 'say')} another label or category of a case than its first row, "
                "which counts."
            )


class _LogCases:
    """The cases of one file: the same id asks the same, or gets a key of its own. What was seen is kept as digests."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._seen: dict[str, tuple[str, tuple[str, ...]]] = {}
        self.differing = 0

    def of(self, sample: LogSample) -> tuple[CaseKey, Case | None]:
        """The key of the sample's case, and the case where it is new. Raises InputError."""
        said = tuple(self._said(sample, wanted) for wanted in _MAPPED)
        text = text_of_messages(sample.messages)
        asked = _digest(text)[:_DIGITS]
        key = _key(sample.id) or content_key(text)
        if key in self._seen and self._seen[key][0] != asked:
            key = f"{key[: MAX_KEY_CHARACTERS - 8]}~{asked[:6]}"
        if key in self._seen:
            self.differing += self._seen[key][1] != said
            return CaseKey(key), None
        case = self._made(key, sample, said)
        self._seen[key] = (asked, said)
        return case.key, case

    def _made(self, key: str, sample: LogSample, said: tuple[str, ...]) -> Case:
        messages = checked_messages(list(sample.messages))
        check_storable(messages)
        values = dict(zip(_MAPPED, said, strict=True))
        label = self._label(sample)
        return Case(
            checked_key(key, "id"),
            messages,
            label=label,
            category=values["category"],
            pair=values["pair"],
            segment=values["segment"],
            rationale=values["rationale"],
            source=values["source"] or sample.source,
            licence=values["licence"],
            status=CaseStatus.LABELLED if label else CaseStatus.UNREVIEWED,
        )

    def _places(self, wanted: str) -> Sequence[str]:
        options = self._log.options
        if wanted in options.mapping:
            return [options.mapping[wanted]] if options.mapping[wanted] else []
        return self._log.table.case_fields.get(wanted, [])

    def _said(self, sample: LogSample, wanted: str) -> str:
        found = (sample.fields.get(place, "").strip() for place in self._places(wanted))
        return next(filter(None, found), "")

    def _label(self, sample: LogSample) -> ActionId | None:
        unknown: list[tuple[str, str]] = []
        for place in self._places("label"):
            word = sample.fields.get(place, "").strip()
            action = self._log.names.find(word) if word else None
            if action is not None:
                self._log.count_label(word)
                return action
            unknown += [(place, word)] if word else []
        for place, word in unknown:
            self._log.ask(place, word)
            self._log.count_label(word)
        return None


def _key(untrusted_id: str) -> str:
    """The id where it can be a key, "" where it cannot."""
    try:
        return checked_key(untrusted_id.strip(), "id")
    except InputError:
        return ""


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def content_key(asked: str) -> str:
    """The key of a case without an id: the same request has the same one in every log."""
    return f"case-{_digest(asked)[:12]}"


def text_of_messages(messages: Sequence[object]) -> str:
    return json.dumps(messages, ensure_ascii=False, sort_keys=True, default=str)


def kept_text(value: object) -> str:
    """What is kept of a value: a text as it is, else JSON."""
    text = value if isinstance(value, str) else _encode(value)
    return text.replace("\0", "\ufffd") if "\0" in text else text


def flattened(value: object, above: str, depth: int = 4) -> Iterator[tuple[str, object]]:
    """(dotted name, value) of all that is no object; what is deeper stays whole."""
    if isinstance(value, dict) and depth:
        for name, held in value.items():
            yield from flattened(held, f"{above}.{name}" if above else str(name), depth - 1)
    else:
        yield above, value


def word_of(value: object) -> str:
    """A score's value as a word that a person could map: 1.0 is `1`, true `true`, an object or list none."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and math.isfinite(value) and value == int(value):
        return str(int(value))
    return str(value) if isinstance(value, str | int | float) else ""


def whole_numbers(untrusted_usage: object) -> dict[str, int]:
    """The counts of a usage object."""
    if not isinstance(untrusted_usage, dict):
        return {}
    return {
        str(name): value
        for name, value in untrusted_usage.items()
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63
    }


def milliseconds(value: object, times: float = 1.0) -> float | None:
    """A latency, None where it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    found = float(value) * times if abs(value) < 2**53 else math.inf
    return found if math.isfinite(found) and found >= 0 else None


def good_time(untrusted_time: str) -> str:
    """RFC 3339, "" for what is none."""
    try:
        return read_time(untrusted_time, "at")
    except InputError:
        return ""


def said_once(records: Iterable[Record]) -> Iterator[Record]:
    """The records of several files as one: what is said of a field, and of all of them, comes once."""
    said: set[str] = set()
    for record in records:
        if isinstance(record, ColumnUse | Told):
            what = record.name if isinstance(record, ColumnUse) else record.sentence
            if what in said:
                continue
            said.add(what)
        yield record


def as_object(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def as_list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def as_text(value: object) -> str:
    """A text or number as text, "" for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value)


def _words(counts: Counter[str]) -> str:
    return ", ".join(f"“{word}” {n:,}" for word, n in counts.most_common(_MOST_WORDS))


def _and(names: Sequence[str]) -> str:
    """`target says`, `target and label say`."""
    return f"{' and '.join(names)} {noun(len(names), 'says', 'say')}"


def _listed(counts: Counter[str]) -> str:
    return f"{len(counts):,} different texts" if len(counts) > _MOST_WORDS else _words(counts)


def _say_what(counts: Counter[str]) -> str:
    first = next(iter(counts))
    if len(counts) > _MOST_WORDS or first == "a longer text":
        return "They are kept beside the rows."
    return f"Say what {noun(len(counts), 'it means', 'they mean')} with --map-label {json.dumps(first)}=ACTION."
