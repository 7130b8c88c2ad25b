"""Two models' answers in one row: Chatbot Arena's battles and AlpacaEval's annotations, as a run of each model.

Who won is what a person or a judge preferred, which is no action: it is kept beside both responses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from reviewer.core.errors import InputError
from reviewer.exchange.formats.training import response_of, split_answer
from reviewer.exchange.kit.foreign import ForeignCase, ForeignFile, Json, text_at
from reviewer.exchange.kit.json_items import json_lines_or_items
from reviewer.exchange.kit.label_tables import label_table
from reviewer.exchange.kit.ledger import Ledger
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.parquet_rows import is_parquet, parquet_columns, parquet_rows
from reviewer.exchange.kit.records import BadRow, Record
from reviewer.exchange.kit.sources import FileHead, Source

_NO_ANSWER = "{n|side of a battle has|sides of battles have} no answer: a case is imported, and no response."
_WON = (
    "{n|row says which answer was|rows say which answer was} preferred, which is no action: kept beside the responses."
)
_MEASURES = ("num_tokens",)
"""What later exports count beside each turn, which is no part of what was said."""
_MEASURED = "a count beside each turn, which is no part of what was said"


class _Battles:
    """A row has two sides."""

    uses: ClassVar[Mapping[str, str]]
    won: ClassVar[str]

    def sides(self, row: Json) -> Iterator[tuple[str, list[object]]]:
        """(model, the whole conversation with its answer last) of each side."""
        raise NotImplementedError

    def read(self, source: Source, options: ImportOptions) -> Iterator[Record]:
        file = ForeignFile(options, label_table("training"), source.name, Ledger(self.uses))
        yield from file.begin()
        packed = source.text is None and is_parquet(source.path)
        for row in parquet_rows(source.path) if packed else json_lines_or_items(source):
            yield from (row,) if isinstance(row, BadRow) else self._row(file, *row)
        yield from file.end()

    def _row(self, file: ForeignFile, line: int, row: Json) -> Iterator[Record]:
        """Where the sides went different ways, what the second was asked is a case of its own."""
        kept = file.ledger.kept(row)
        if row.get(self.won) is not None:
            file.tell(_WON)
        key, first = text_at(row.get("question_id")).strip(), None
        for model, items in self.sides(row):
            try:
                asked, answer = split_answer([_measured(file, item) for item in items])
            except InputError as fault:
                yield BadRow(line, str(fault))
                continue
            first = asked if first is None else first
            own = key if asked == first or not key else f"{key}-b"
            case, said = file.case(ForeignCase(line, asked, key=own, kept=kept))
            yield from said
            if case is None:
                continue
            if answer is None:
                file.tell(_NO_ANSWER)
                continue
            run, said = file.run(model, line)
            yield from said
            yield from file.response(line, run, response_of(case, answer, model), kept)[1]


def _measured(file: ForeignFile, item: object) -> object:
    """A turn without what was counted of it."""
    if not isinstance(item, dict):
        return item
    for name in _MEASURES:
        if name in item:
            file.ledger.passed_over(f"conversation: {name}", _MEASURED, item[name])
    return {name: value for name, value in item.items() if name not in _MEASURES}


class ArenaBattles(_Battles):
    name = "arena-battles"
    description = "Chatbot Arena battles: both conversations, as a run of each model; who won is kept beside them."
    suffixes = (".json", ".jsonl", ".parquet")
    general = False
    won = "winner"
    uses: ClassVar[Mapping[str, str]] = {
        "conversation_a": "messages",
        "conversation_b": "messages",
        "model_a": "run",
        "model_b": "run",
        "question_id": "key",
    }

    def recognises(self, head: FileHead) -> bool:
        return head.json_keys | parquet_columns(head) >= {"conversation_a", "conversation_b", "model_a", "model_b"}

    def sides(self, row: Json) -> Iterator[tuple[str, list[object]]]:
        for side in ("a", "b"):
            held = row.get(f"conversation_{side}")
            yield text_at(row.get(f"model_{side}")) or f"model {side}", list(held) if isinstance(held, list) else []


class AlpacaEvalPairs(_Battles):
    name = "alpaca-eval-pairs"
    description = "AlpacaEval annotations: both outputs, as a run of each generator; the preference is kept."
    suffixes = (".json", ".jsonl", ".parquet")
    general = False
    won = "preference"
    uses: ClassVar[Mapping[str, str]] = {
        "instruction": "messages",
        "output_1": "text",
        "output_2": "text",
        "generator_1": "run",
        "generator_2": "run",
    }

    def recognises(self, head: FileHead) -> bool:
        return head.json_keys | parquet_columns(head) >= {"instruction", "output_1", "output_2"}

    def sides(self, row: Json) -> Iterator[tuple[str, list[object]]]:
        for side in ("1", "2"):
            if f"output_{side}" in row:
                asked = {"role": "user", "content": text_at(row.get("instruction"))}
                said = {"role": "assistant", "content": text_at(row.get(f"output_{side}"))}
                yield text_at(row.get(f"generator_{side}")) or f"output {side}", [asked, said]
