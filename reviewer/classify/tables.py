"""`classify IN.parquet --out OUT.parquet`: the rules on a table of any size, a batch of rows at a time.

One function reads a batch, whoever calls it: this process, or the workers of a Ray cluster (`--engine ray`). What they
give back is written here, in the rows' order and in groups of one size, so that both write the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from reviewer.classify.lines import BadLineError, Counts, as_record, messages_of
from reviewer.classify.rules import Item, classify_responses
from reviewer.core.actions import DEFAULT_SCALE, ActionScale
from reviewer.core.errors import EnvironmentFault, InputError
from reviewer.host.files import replacing

if TYPE_CHECKING:
    from reviewer.classify.engines import BatchReader

MAGIC = b"PAR1"
BATCH_ROWS = 256
GROUP_ROWS = 65_536
"""Rows that stand together in the file that is written."""
FIELDS = ("id", "prompt", "messages", "response")
_NEEDED = (("id",), ("response",), ("prompt", "messages"))
_FAULT, _NEEDS = "fault", "needs_person"
_TEXTS = ("id", "action", "engagement", "refusal_kind")
_FLAGS = ("caveat", "asks", "said_so")
_NUMBERS = ("confidence", "action_confidence")
_LAST = ("evidence", "classifier", "reason")


class TableReading(NamedTuple):
    """How a batch is read: {field: column}, the actions, and from which confidence down a person is needed. It goes to
    other processes, so that it is plain."""

    columns: Mapping[str, str]
    scale: ActionScale = DEFAULT_SCALE
    below: float | None = None


def is_table(source: Path) -> bool:
    """Whether the file is Parquet by its first bytes."""
    try:
        if not source.is_file():
            return False
        with source.open("rb") as file:
            return file.read(len(MAGIC)) == MAGIC
    except OSError:
        return False


def classify_table(
    source: Path,
    target: Path,
    on_bad: Callable[[int, str], None],
    reading: TableReading,
    batches: BatchReader,
) -> Counts:
    """Classify every row of `source` into `target`, in order; report each bad row with its number from 1.

    The target appears only when everything is written. Raises InputError where a column is not there or the file is
    damaged, EnvironmentFault where reading or writing fails.
    """
    import pyarrow as pa
    import pyarrow.parquet as parquet

    columns = _checked_columns(source, reading.columns)
    read = partial(read_batch, reading=reading._replace(columns=columns))
    schema = _schema(reading.below is not None)
    good = bad = left = 0
    numbers, waiting = count(1), _Waiting()
    try:
        with replacing(target) as out, parquet.ParquetWriter(out, schema, compression="zstd") as writer:
            for rows in batches(source, sorted(set(columns.values())), read):
                for row, number in zip(rows, numbers, strict=False):
                    if row[_FAULT]:
                        bad += 1
                        on_bad(number, row[_FAULT])
                        continue
                    good += 1
                    left += bool(row.get(_NEEDS))
                    waiting.add(row)
                    if waiting.is_full:
                        writer.write_table(pa.Table.from_pylist(waiting.taken(), schema=schema))
            if waiting.rows:
                writer.write_table(pa.Table.from_pylist(waiting.taken(), schema=schema))
    except (pa.ArrowException, UnicodeDecodeError) as fault:
        raise InputError(f"{source} is damaged: {' '.join(str(fault).split())[:160]}", "Write it again.") from fault
    return Counts(good, bad, left)


class _Waiting:
    """Rows on their way into a group of one size."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []

    @property
    def is_full(self) -> bool:
        return len(self.rows) == GROUP_ROWS

    def add(self, row: dict[str, Any]) -> None:
        self.rows.append(row)

    def taken(self) -> list[dict[str, Any]]:
        rows, self.rows = self.rows, []
        return rows


def _schema(asks: bool) -> Any:  # noqa: ANN401
    import pyarrow as pa

    fields = [
        *((name, pa.string()) for name in _TEXTS),
        *((name, pa.bool_()) for name in _FLAGS),
        *((name, pa.float64()) for name in _NUMBERS),
        *((name, pa.string()) for name in _LAST),
    ]
    return pa.schema([*fields, *([(_NEEDS, pa.bool_())] if asks else [])])


def _checked_columns(source: Path, mapping: Mapping[str, str]) -> dict[str, str]:
    """{field: column} of what there is. Raises InputError."""
    import pyarrow as pa
    import pyarrow.parquet as parquet

    try:
        there = parquet.read_schema(source).names
    except (pa.ArrowException, UnicodeDecodeError) as fault:
        raise InputError(f"{source} is no Parquet file that can be read.", "Write it again.") from fault
    except OSError as fault:
        raise EnvironmentFault(f"{source} could not be read: {fault.strerror or fault}.", "Check the disk.") from fault
    for field, column in mapping.items():
        if field not in FIELDS:
            raise InputError(
                f"A response has no field {field[:80]!r}.", f"Map a column to one of: {', '.join(FIELDS)}."
            )
        if column not in there:
            raise InputError(f"{source} has no column {column[:80]!r}.", f"Its columns: {', '.join(there)[:300]}.")
    found = {field: mapping.get(field, field) for field in FIELDS if mapping.get(field, field) in there}
    for needed in _NEEDED:
        if not found.keys() & set(needed):
            words = " or ".join(needed)
            raise InputError(
                f"No column of {source} is known to hold the {words}; its columns are {', '.join(there)[:300]}.",
                f"Say which one does with --map COLUMN={needed[0]}.",
            )
    return found


def read_batch(rows: Sequence[Mapping[str, object]], reading: TableReading) -> list[dict[str, Any]]:
    """The verdict on each row, in order: what a line of `classify` has, the evidence as JSON; a row that cannot be
    read has a `fault`, a sentence, and nothing else."""
    found: list[tuple[str, Item] | str] = [_item(row, reading.columns) for row in rows]
    read = [each for each in found if not isinstance(each, str)]
    verdicts = iter(classify_responses([item for _, item in read], reading.scale))
    return [
        {_FAULT: each} if isinstance(each, str) else _row(as_record(each[0], next(verdicts)), reading.below)
        for each in found
    ]


def _row(record: dict[str, Any], below: float | None) -> dict[str, Any]:
    row = {**record, _FAULT: "", "evidence": json.dumps(record["evidence"], ensure_ascii=False)}
    if below is not None:
        row[_NEEDS] = record["action"] is None or record["action_confidence"] < below
    return row


def _item(untrusted_row: Mapping[str, object], columns: Mapping[str, str]) -> tuple[str, Item] | str:
    """The id and the response of a row, or the sentence that says why it is none."""
    fields = {field: untrusted_row.get(column) for field, column in columns.items()}
    identity, text, messages = fields.get("id"), fields.get("response"), fields.pop("messages", None)
    if isinstance(identity, int) and not isinstance(identity, bool):
        identity = str(identity)
    if not isinstance(identity, str):
        return "The row has no id that is a text or a whole number."
    if not isinstance(text, str):
        return "The row has no response that is a text."
    try:
        return identity, Item(messages_of({**fields, **_turns(messages)}), text)
    except BadLineError as fault:
        return str(fault)


def _turns(messages: object) -> dict[str, object]:
    """The messages of a column that holds lists of objects, or JSON; a field that an object leaves empty is not
    there."""
    if isinstance(messages, str) and messages.strip():
        try:
            messages = json.loads(messages)
        except (ValueError, RecursionError):
            raise BadLineError("The messages are not valid JSON.") from None
    if not isinstance(messages, list):
        return {}
    return {"messages": [_without_nulls(each) for each in messages]}


def _without_nulls(turn: object) -> object:
    return {name: value for name, value in turn.items() if value is not None} if isinstance(turn, dict) else turn


def read_rows(source: Path, columns: Sequence[str]) -> Iterator[list[dict[str, Any]]]:
    """The rows of a Parquet file, a batch at a time."""
    import pyarrow.parquet as parquet

    file = parquet.ParquetFile(source, pre_buffer=False)
    for batch in file.iter_batches(BATCH_ROWS, columns=list(columns)):
        batch.validate(full=True)
        yield batch.to_pylist()
