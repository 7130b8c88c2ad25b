"""What other tools' files have in common: cases with keys that stay, runs, repeats, people's words, and a ledger."""

from __future__ import annotations

import itertools
import json
import re
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from reviewer.core.cases import Case, CaseKey, CaseStatus, SuiteHead, checked_key
from reviewer.core.decisions import DecisionKind, Verdict, VerdictSource
from reviewer.core.errors import InputError
from reviewer.core.hashing import content_hash
from reviewer.core.received import received
from reviewer.core.responses import Response
from reviewer.endpoints.untrusted import storable
from reviewer.exchange.kit.asked_labels import label_words
from reviewer.exchange.kit.checks import ActionNames, Duplicates, case_of
from reviewer.exchange.kit.label_tables import LabelTable
from reviewer.exchange.kit.ledger import Ledger
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.records import (
    BadRow,
    CaseRecord,
    DecisionRecord,
    OriginRecord,
    Record,
    ResponseRecord,
    RunRecord,
    SuiteRecord,
    Told,
    VerdictRecord,
)
from reviewer.exchange.kit.sources import folded
from reviewer.wording.plural import counted

KEY_DIGITS = 12
_COUNTED = re.compile(r"\{n\|([^|{}]*)\|([^|{}]*)\}")
_MOST_WORDS, _WORD_CHARACTERS = 8, 60
UNKNOWN_MODEL = "unknown model"
_CANNOT_DECIDE = "cannot_decide"
"""A person's word that is no action: it stands for a decision without one."""
Json = Mapping[str, object]


@dataclass(frozen=True)
class ForeignCase:
    """A case as a tool's file has it. `request` is a prompt or a list of messages in any form; `key` the tool's own id,
    "" where it has none that stays; `label` the word that the file itself has for the right action."""

    line: int
    request: object
    key: str = ""
    label: str = ""
    category: str = ""
    tags: Sequence[str] = ()
    source: str = ""
    licence: str = ""
    kept: Mapping[str, str] = field(default_factory=dict)

    @property
    def messages(self) -> object:
        return [{"role": "user", "content": self.request}] if isinstance(self.request, str) else self.request


@dataclass(frozen=True)
class PersonSaid:
    """What a person said of a response in another tool. `word` is their label, `id` the annotation's."""

    line: int
    reviewer: str
    word: str
    note: str = ""
    at: str = ""
    id: str = ""
    seconds: float | None = None
    kind: DecisionKind = DecisionKind.DECISION


@dataclass(frozen=True)
class Judged:
    """What another tool's classifier said of a response: its name, its word, and how sure it was, in [0, 1]."""

    line: int
    classifier: str
    word: str
    confidence: float
    at: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Answered:
    """A response that has its place: what a decision or a verdict on it refers to."""

    run: str
    response: Response


class ForeignFile:
    """Turns what one file holds into records, one suite and as many runs as it has models."""

    def __init__(
        self, options: ImportOptions, table: LabelTable, suite: str, ledger: Ledger, mapped: Sequence[str] = ()
    ) -> None:
        """`mapped` are the fields that a person may map. Raises InputError where others are."""
        check_mapped(options, table.tool, mapped)
        self.ledger = ledger
        self.suite = options.suite or suite
        self.table = table
        self._options = options
        self.names = ActionNames(options.scale, {**table.label_map(options.scale), **options.label_map})
        self._duplicates = Duplicates("The key")
        self._cases: set[CaseKey] = set()
        self._runs: dict[str, str] = {}
        self._repeats: dict[tuple[str, CaseKey], int] = {}
        self._texts: dict[tuple[str, CaseKey, str], Answered] = {}
        self._told: dict[str, int] = {}
        self._unknown: Counter[str] = Counter()
        self._words: Counter[str] = Counter()

    def begin(
        self, tool_version: str = "", *, licence: str = "", non_commercial: bool = False, description: str = ""
    ) -> Iterator[Record]:
        """What stands before the rows."""
        yield OriginRecord(self.table.tool, tool_version, self.table.version, licence, non_commercial)
        head = SuiteHead(self.suite, scale=self._options.scale, licence=licence, description=description)
        yield SuiteRecord(0, head)

    def end(self) -> Iterator[Record]:
        """What is known only behind the rows: the ledger, and what was counted."""
        yield from self.ledger.lines()
        yield from self.ledger.credentials.told()
        yield from label_words(self._words, self.names)
        for sentence, count in self._told.items():
            found = _COUNTED.search(sentence)
            yield Told(sentence.replace(found[0], counted(count, found[1], found[2])) if found else sentence)
        if self._unknown:
            words = ", ".join(f"“{word}” {count:,}" for word, count in self._unknown.most_common(_MOST_WORDS))
            first = json.dumps(next(iter(self._unknown)), ensure_ascii=False)
            yield Told(
                f"Labels of cases that stand for no action here: {words}. They are kept; say what one means with "
                f"--map-label {first}=ACTION."
            )

    def tell(self, sentence: str, count: int = 1) -> None:
        """A sentence for the person, once for the file; `{n|task was|tasks were}` becomes how often it was told."""
        self._told[sentence] = self._told.get(sentence, 0) + count

    def case(self, given: ForeignCase) -> tuple[CaseKey | None, list[Record]]:
        """The case's key, None where it cannot be used, and the records that say so: none for one that came before."""
        try:
            case = self._checked(given)
            self._duplicates.check(given.line, case.key, case.key, case.content_hash)
        except InputError as fault:
            return None, [BadRow(given.line, str(fault))]
        if case.key in self._cases:
            return case.key, []
        self._cases.add(case.key)
        kept = given.kept
        if given.label:
            self._words[given.label[:_WORD_CHARACTERS]] += 1
        if given.label and case.label is None:
            self._unknown[given.label[:_WORD_CHARACTERS]] += 1
            kept = {**kept, "label": given.label}
        return case.key, [CaseRecord(given.line, case, kept)]

    def _checked(self, given: ForeignCase) -> Case:
        """Raises InputError."""
        if not given.request:
            raise InputError("The request is empty.", "Write the text or leave the row out.")
        label = self.names.find(given.label) if given.label else None
        fields: dict[str, object] = {
            "key": given.key.strip() or "case-0",
            "messages": given.messages,
            "label": label,
            "category": storable(given.category),
            "tags": [storable(tag) for tag in given.tags if tag.strip()] or None,
            "source": given.source,
            "licence": given.licence,
            "status": None if label else str(CaseStatus.UNREVIEWED),
        }
        case = case_of({name: value for name, value in fields.items() if value}, self._options.scale, self.names)
        return case if given.key.strip() else replace(case, key=drawn_key(case))

    def run(self, model: str, line: int = 0, name: str = "") -> tuple[str, list[Record]]:
        """The run of a model's responses, and its record where it is new. Named after the model and the suite, so that
        the same model on other cases has a run of its own."""
        model = storable(model).strip() or UNKNOWN_MODEL
        label = name or model
        if label in self._runs:
            return self._runs[label], []
        asked = self._options.run
        run = f"{label} on {self.suite}" if not asked else asked if not self._runs else f"{asked}, {label}"
        self._runs[label] = run
        return run, [RunRecord(line, run, model)]

    def response(
        self, line: int, run: str, came: Response, kept: Mapping[str, str] | None = None, *, once: bool = False
    ) -> tuple[Answered, list[Record]]:
        """The response at its place, counted as the next repeat of its case in the run. With `once` an equal text of
        the case is the same response again, as where a file has a row for each annotator."""
        text, reasoning = storable(came.text), storable(came.reasoning)
        if (text, reasoning) != (came.text, came.reasoning):
            came = replace(came, text=text, reasoning=reasoning)
        response = received(came)
        same = (run, response.case, response.hash)
        if once and same in self._texts:
            return self._texts[same], []
        place = (run, response.case)
        repeat = self._repeats[place] = self._repeats.get(place, 0) + 1
        answered = Answered(run, response if repeat == response.repeat else replace(response, repeat=repeat))
        if once:
            self._texts[same] = answered
        return answered, [ResponseRecord(line, run, answered.response, kept=kept or {})]

    def decision(self, about: Answered, said: PersonSaid) -> DecisionRecord | BadRow:
        """A person's word on a response: a decision, or the row that asks what the word means."""
        response = about.response
        self._words[said.word.strip()[:_WORD_CHARACTERS]] += 1
        try:
            action = None if folded(said.word) == _CANNOT_DECIDE else self.names(said.word)
            reviewer = checked_key(said.reviewer, "reviewer")
        except InputError as fault:
            return BadRow(said.line, str(fault))
        return DecisionRecord(
            said.line,
            response.case,
            about.run,
            response.repeat,
            response.hash,
            reviewer,
            action,
            said.kind,
            note=storable(said.note),
            at=rfc3339(said.at),
            id=said.id,
            seconds_spent=said.seconds,
        )

    def verdict(self, about: Answered, judged: Judged) -> VerdictRecord | None:
        """A classifier's word where its table or the scale knows it; None where it is only kept."""
        action = self.table.judged(judged.classifier, judged.word, self._options.scale) or self.names.find(judged.word)
        if action is None:
            return None
        said = Verdict(
            f"{self.table.tool}: {storable(judged.classifier)}",
            action,
            judged.confidence,
            storable(judged.reason) or f"It said “{judged.word[:80]}”.",
            source=VerdictSource.JUDGE,
            counted=False,
        )
        response = about.response
        at = rfc3339(judged.at)
        return VerdictRecord(judged.line, response.case, about.run, response.repeat, response.hash, at, said)


def check_mapped(options: ImportOptions, tool: str, mapped: Sequence[str]) -> None:
    """Raises InputError where a person mapped what the format has its own place for: it would be ignored."""
    for wanted in options.mapping:
        if wanted not in mapped:
            remedy = f"Map one of: {', '.join(mapped)}." if mapped else "Import it without a mapping: it needs none."
            raise InputError(f"A file of {tool} has its own place for {wanted!r}.", remedy)


def drawn_key(case: Case) -> CaseKey:
    """A key from what is asked, and of which category: the same whenever the same item comes again."""
    return CaseKey(f"case-{content_hash({'messages': case.messages_json, 'of': case.category})[:KEY_DIGITS]}")


def rfc3339(value: object) -> str:
    """A tool's time with its offset; "" where it has none, because nobody knows then which hour it was."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return ""
    return "" if moment is None or moment.tzinfo is None else moment.astimezone(UTC).isoformat()


def text_at(value: object) -> str:
    """A field that should be a text or a number, as text; "" for all else."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    return str(value)


def object_at(value: object) -> Json:
    return value if isinstance(value, dict) else {}


def objects_at(value: object) -> list[Json]:
    """The objects of a list; nothing of all else."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def one_more(found: Container[str], name: str) -> str:
    """The name, with a number where it is there already: a tool may give the same one twice."""
    return next(each for n in itertools.count(1) if (each := name if n == 1 else f"{name} ({n})") not in found)


def chance(value: object) -> float:
    """A score as a chance, if it can be one; else 0: nothing is known of how sure the classifier was."""
    good = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1
    return float(value) if good and isinstance(value, int | float) else 0.0
