"""PyRIT's memory: its SQLite file, and the JSON and CSV that versions before 0.9 exported. Pieces make conversations.

A piece that was blocked or failed has the error's JSON where the reply stands; what state it means is in the table.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path

from reviewer.core.cases import CaseKey
from reviewer.core.errors import InputError
from reviewer.core.responses import Response, ResponseState
from reviewer.exchange.kit.delimited import read_named
from reviewer.exchange.kit.foreign import (
    Answered,
    ForeignCase,
    ForeignFile,
    Json,
    Judged,
    PersonSaid,
    chance,
    object_at,
    objects_at,
    one_more,
    text_at,
)
from reviewer.exchange.kit.json_items import json_lines_or_items
from reviewer.exchange.kit.label_tables import label_table
from reviewer.exchange.kit.ledger import Ledger
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.python_cells import python_value
from reviewer.exchange.kit.records import BadRow, Record
from reviewer.exchange.kit.sources import FileHead, Source, check_recognised
from reviewer.store.dialects.foreign import MAGIC, ForeignValue, foreign_columns, foreign_rows

_PIECES = "PromptMemoryEntries"
_SQL = {
    _PIECES: "SELECT * FROM PromptMemoryEntries ORDER BY "
    "min(timestamp) OVER (PARTITION BY conversation_id), conversation_id, sequence, timestamp",
    "ScoreEntries": "SELECT * FROM ScoreEntries",
    "TargetIdentifiers": "SELECT * FROM TargetIdentifiers",
    "Conversations": "SELECT * FROM Conversations",
    "AttackResultEntries": "SELECT * FROM AttackResultEntries",
}
_NEEDED = frozenset({"role", "conversation_id", "sequence", "converted_value", "timestamp"})
_EXPORT_NEEDED = (
    frozenset({"conversation_id", "converted_value", "original_value"}),
    frozenset({"conversation_id", "converted_prompt_text", "original_prompt_text"}),
)
_FORMER = {
    f"{which}_prompt_{former}": f"{which}_value{now}"
    for which in ("original", "converted")
    for former, now in (("text", ""), ("data_type", "_data_type"), ("data_sha256", "_sha256"))
}
"""What versions before 0.5 called the fields of a piece."""
_IDENTIFIED = ("prompt_target", "orchestrator", "attack", "scorer")
_DUCKDB = slice(8, 12), b"DUCK"
_STRUCTURED = frozenset({"labels", "prompt_metadata", "scores", *(f"{each}_identifier" for each in _IDENTIFIED)})
_CASE_NAMES = ("case_id", "case_key", "case", "sample_id", "id")
_SUITE_NAMES = ("suite", "dataset_name", "dataset", "test_name")
_USES = {
    "role": "role",
    "conversation_id": "which pieces belong together",
    "sequence": "order of the messages",
    "converted_value": "messages and text",
    "original_value": "kept where it differs from what was sent",
    "response_error": "state",
    "converted_value_data_type": "whether it is a text",
    "label: case_id": "key",
    "label: label": "label",
}
_OF_ASKED = ("converter_identifiers", "prompt_metadata")
"""How a request was changed before it was sent, and what is noted of it."""
_IN_PARTS = {
    "scores": "each is a verdict or a decision, or is kept under its scorer's name",
    "prompt_target_identifier": "the model is read from it; the rest is the target's configuration",
}
_OF_SCORE = ("score_value", "score_category", "score_rationale")
_PLACES_OF_SCORE = frozenset({"id", "prompt_request_response_id", "scorer_class_identifier"})
"""What only says which score it is, and of which reply."""
_ASSISTANT = frozenset({"assistant", "simulated_assistant"})
_FILES = (
    "{n|piece is|pieces are} no text but a picture, sound or file, of which only the place is known: that is shown."
)
_CLOSE = "Close PyRIT and import again."
_NO_REPLY = "{n|conversation ends|conversations end} without a reply: a case is imported, and no response."
_REFUSALS = (
    "{n|blocked reply has|blocked replies have} the model's own words of refusal beside it: kept as "
    "“structured_refusal”."
)
_SCORES = "{n|score is|scores are} of a scorer whose words no table knows: kept beside the responses."


class PyRitMemory:
    name = "pyrit"
    description = "PyRIT's memory (SQLite, or the older JSON and CSV exports): conversations, replies and scores."
    suffixes = (".db", ".sqlite", ".json", ".jsonl", ".csv")
    general = False

    def recognises(self, head: FileHead) -> bool:
        if head.start.startswith(MAGIC):
            return foreign_columns(head.path).get(_PIECES, frozenset()) >= _NEEDED
        fields = {*head.json_keys, *head.columns}
        return any(fields >= needed for needed in _EXPORT_NEEDED)

    def read(self, source: Source, options: ImportOptions) -> Iterator[Record]:
        reading = _PyRitReading(source, options)
        if source.text is None and _is_sqlite(source.path):
            yield from reading.records(_stored(source.path))
        else:
            yield from reading.exported()


class PyRitDuckDb:
    """Said in a sentence: what PyRIT wrote before it used SQLite cannot be read here."""

    name = "pyrit-duckdb"
    description = "A DuckDB database, as PyRIT wrote before version 0.9: declined with how to export it."
    suffixes = (".db", ".duckdb")
    general = False

    def recognises(self, head: FileHead) -> bool:
        at, magic = _DUCKDB
        return head.start[at] == magic

    def read(self, source: Source, options: ImportOptions) -> Iterator[Record]:
        check_recognised(self, source.path)
        raise InputError(
            f"{source.path} is a DuckDB database, which is not read here.",
            "If PyRIT wrote it, export it there as JSON: memory.export_conversations(file_path=…).",
        )
        yield


def _is_sqlite(path: Path) -> bool:
    return bool(foreign_columns(path))


def _stored(path: Path) -> Iterator[tuple[list[Json], Json]]:
    """(the pieces of a conversation, what is known of it) from the database."""
    tables = foreign_columns(path)
    scores = _by(_table(path, tables, "ScoreEntries"), "prompt_request_response_id")
    about: dict[str, dict[str, object]] = {}
    targets = {text_at(row.get("hash")): row for row in _table(path, tables, "TargetIdentifiers")}
    for row in _table(path, tables, "Conversations"):
        target = targets.get(text_at(row.get("target_identifier_hash"))) or object_at(row.get("target_identifier"))
        about.setdefault(text_at(row.get("conversation_id")), {})["target"] = target
    for row in _table(path, tables, "AttackResultEntries"):
        about.setdefault(text_at(row.get("conversation_id")), {})["attack"] = row
    pieces = _table(path, tables, _PIECES)
    for conversation, group in groupby(pieces, key=lambda piece: text_at(piece.get("conversation_id"))):
        held: list[Json] = [{**piece, "scores": scores.get(text_at(piece.get("id")), [])} for piece in group]
        yield held, about.get(conversation, {})


def _table(path: Path, tables: Mapping[str, frozenset[str]], name: str) -> Iterator[Json]:
    """The rows of a table with their JSON read; none where this version has no such table."""
    if name in tables:
        for row in foreign_rows(path, _SQL[name]):
            yield {column: _parsed(value) for column, value in row.items()}


def _parsed(value: ForeignValue) -> object:
    """JSON columns come as texts, and only their objects and lists are read."""
    if isinstance(value, str) and value[:1] in ("{", "[") and len(value) < 10_000_000:
        try:
            found = json.loads(value)
        except (ValueError, RecursionError):
            return value
        return found if isinstance(found, dict | list) else value
    return value if not isinstance(value, bytes) else value.hex()


def _by(rows: Iterable[Json], name: str) -> dict[str, list[Json]]:
    found: dict[str, list[Json]] = {}
    for row in rows:
        found.setdefault(text_at(row.get(name)), []).append(row)
    return found


class _PyRitReading:
    def __init__(self, source: Source, options: ImportOptions) -> None:
        self._source, self._options = source, options
        self._file: ForeignFile | None = None
        self._number = 0

    def exported(self) -> Iterator[Record]:
        """The JSON or CSV export: pieces in any order."""
        pieces: list[Json] = []
        for row in _exported_rows(self._source):
            if isinstance(row, BadRow):
                yield row
            else:
                pieces.append({_FORMER.get(name, name): value for name, value in row[1].items()})
        grouped = _by(pieces, "conversation_id").values()
        yield from self.records((sorted(group, key=_order), {}) for group in grouped)

    def records(self, conversations: Iterable[tuple[list[Json], Json]]) -> Iterator[Record]:
        for found, about in conversations:
            self._number += 1
            pieces: list[Json] = [self._source.watch.row(dict(piece)) for piece in found]
            labels = {**object_at(pieces[0].get("labels")), **object_at(object_at(about.get("attack")).get("labels"))}
            if self._file is None:
                suite = _first(labels, _SUITE_NAMES) or self._source.name
                self._file = ForeignFile(self._options, label_table("pyrit"), suite, Ledger(_USES))
                yield from self._file.begin(text_at(pieces[-1].get("pyrit_version")))
                self._tell_of_log()
            yield from _PyRitConversation(self._file, self._number, pieces, about, labels).records()
        if self._file is not None:
            yield from self._file.end()

    def _tell_of_log(self) -> None:
        """What a program wrote last may stand in a log beside the database, which is not read."""
        log = self._source.path.with_name(f"{self._source.path.name}-wal")
        if self._file is not None and log.is_file() and log.stat().st_size:
            self._file.tell(f"{log.name} beside the database may hold newer rows, which were not read. {_CLOSE}")


def _exported_rows(source: Source) -> Iterator[tuple[int, Json] | BadRow]:
    """In a table, objects and lists stand as Python writes them, and the numbers are texts."""
    if source.start().lstrip("\ufeff \t\r\n")[:1] in ("[", "{"):
        yield from json_lines_or_items(source)
        return
    for row in read_named(source, ("conversation_id",)):
        if isinstance(row, BadRow):
            yield row
            continue
        line, cells = row
        found: dict[str, object] = {
            name: python_value(cell) if name in _STRUCTURED else cell for name, cell in cells.items()
        }
        sequence = cells.get("sequence", "").strip()
        yield line, {**found, "sequence": int(sequence)} if sequence.isdecimal() and len(sequence) < 10 else found


def _order(piece: Json) -> tuple[float, str]:
    sequence = piece.get("sequence")
    return (float(sequence) if isinstance(sequence, int | float) else 0.0, text_at(piece.get("timestamp")))


def _first(held: Json, names: Iterable[str]) -> str:
    return next((text for name in names if (text := text_at(held.get(name)))), "")


class _PyRitConversation:
    """The pieces of one conversation: all but the last reply are what was asked."""

    def __init__(self, file: ForeignFile, number: int, pieces: list[Json], about: Json, labels: Json) -> None:
        self._file, self._number, self._about, self._labels = file, number, about, labels
        replies = text_at(pieces[-1].get("role")) in _ASSISTANT
        last = _order(pieces[-1])[0]
        self._reply = [piece for piece in pieces if replies and _order(piece)[0] == last and _is_said(piece)]
        self._asked = [piece for piece in pieces if not (replies and _order(piece)[0] == last and _is_said(piece))]

    def records(self) -> Iterator[Record]:
        file, labels = self._file, self._labels
        kept = file.ledger.kept(labels, "label: ")
        for piece in self._asked:
            held = {name: piece[name] for name in _OF_ASKED if piece.get(name)}
            kept |= file.ledger.kept(held, "asked: ")
        given = ForeignCase(
            self._number,
            [self._message(piece) for piece in self._asked],
            key=_first(labels, _CASE_NAMES),
            label=text_at(labels.get("label")),
            category=_first(labels, ("category", "harm_category")),
            kept=kept,
        )
        key, said = file.case(given)
        yield from said
        if key is None:
            return
        if not self._reply:
            file.tell(_NO_REPLY)
            return
        model = self._model()
        run, said = file.run(model, self._number)
        yield from said
        answered, said = file.response(self._number, run, self._response(key, model), self._kept())
        yield from said
        for piece in self._reply:
            for score in objects_at(piece.get("scores")):
                yield from self._score(answered, score)

    def _message(self, piece: Json) -> Json:
        role = "assistant" if text_at(piece.get("role")) in _ASSISTANT else text_at(piece.get("role"))
        return {"role": role, "content": self._text(piece)}

    def _text(self, piece: Json) -> str:
        """What was sent; a picture's or file's place in its stead."""
        text = piece.get("converted_value", piece.get("original_value"))
        kind = text_at(piece.get("converted_value_data_type")) or "text"
        shown = text if isinstance(text, str) else json.dumps(text, ensure_ascii=False) if text is not None else ""
        if kind.endswith("_path"):
            self._file.tell(_FILES)
            return f"[{kind.removesuffix('_path')}: {shown}]"
        return shown

    def _model(self) -> str:
        target = object_at(self._about.get("target")) or object_at(self._reply[0].get("prompt_target_identifier"))
        inner = object_at(target.get("identifier_json"))
        names = ("model_name", "underlying_model_name", "deployment_name", "model")
        return _first(target, names) or _first(inner, names) or _first(target, ("class_name", "__type__"))

    def _response(self, key: CaseKey, model: str) -> Response:
        piece = self._reply[-1]
        word = text_at(piece.get("response_error")) or "none"
        failed = word != "none" or piece.get("converted_value_data_type") == "error"
        finish = text_at(object_at(piece.get("prompt_metadata")).get("finish_reason"))
        if not failed:
            text = "\n".join(self._text(each) for each in self._reply if not _is_reasoning(each))
            thought = "\n".join(self._text(each) for each in self._reply if _is_reasoning(each))
            return Response(key, text=text, reasoning=thought, finish_reason=finish, model=model)
        state = ResponseState(self._file.table.not_replies.get(word, "error"))
        error = f"PyRIT has no reply: {self._text(piece)[:300] or word}" if state is ResponseState.ERROR else ""
        return Response(key, state=state, finish_reason=finish, model=model, error=error)

    def _kept(self) -> dict[str, str]:
        file, kept = self._file, {}
        for piece in self._reply:
            if object_at(piece.get("prompt_metadata")).get("structured_refusal"):
                file.tell(_REFUSALS)
            if text_at(piece.get("response_error")) not in ("", "none"):
                kept["error"] = self._text(piece)
            kept.update(file.ledger.kept({name: value for name, value in piece.items() if name not in _IN_PARTS}))
            for name in _IN_PARTS.keys() & piece.keys():
                file.ledger.passed_over(name, _IN_PARTS[name])
        attack = object_at(self._about.get("attack"))
        names = ("outcome", "outcome_reason", "objective", "executed_turns", "error_message")
        kept.update(file.ledger.kept({name: attack[name] for name in names if name in attack}, "attack: "))
        changed = [
            text_at(piece.get("original_value"))
            for piece in self._asked
            if piece.get("original_value") not in (None, piece.get("converted_value"))
        ]
        return {**kept, **self._scores(), **({"before conversion": "\n".join(changed)} if changed else {})}

    def _scores(self) -> dict[str, str]:
        """{`score: SCORER`: value and reason} of the reply, and whatever else PyRIT wrote of each score."""
        found: dict[str, str] = {}
        for score in (score for piece in self._reply for score in objects_at(piece.get("scores"))):
            said = [_words_of(score.get(name)) for name in _OF_SCORE]
            name = one_more(found, f"score: {_scorer(score)}")
            found[name] = ": ".join(filter(None, said))
            left = {field: value for field, value in score.items() if field not in (*_OF_SCORE, *_PLACES_OF_SCORE)}
            found |= self._file.ledger.kept(left, f"{name}: ")
        return found

    def _score(self, about: Answered, score: Json) -> Iterator[Record]:
        """A person's score is a decision, a refusal scorer's a verdict, and any other is kept beside the response."""
        name = _scorer(score)
        word, why = text_at(score.get("score_value")), text_at(score.get("score_rationale"))
        at = text_at(score.get("timestamp") or score.get("date_time"))
        if name.startswith("HumanInTheLoop"):
            yield self._file.decision(
                about, PersonSaid(self._number, "PyRIT person", word, why, at, text_at(score.get("id")))
            )
            return
        sure = chance(object_at(score.get("score_metadata")).get("confidence"))
        verdict = self._file.verdict(about, Judged(self._number, name, word, sure, at, why))
        if verdict is not None:
            yield verdict
        else:
            self._file.tell(_SCORES)


def _words_of(value: object) -> str:
    """A text, or the texts of a list: a score may be of several categories."""
    return ", ".join(filter(None, map(text_at, value))) if isinstance(value, list) else text_at(value)


def _scorer(score: Json) -> str:
    return _first(object_at(score.get("scorer_class_identifier")), ("class_name", "__type__")) or "scorer"


def _is_said(piece: Json) -> bool:
    return text_at(piece.get("role")) in _ASSISTANT


def _is_reasoning(piece: Json) -> bool:
    return piece.get("converted_value_data_type") == "reasoning"
