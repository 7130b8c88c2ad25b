"""Folders that `datasets` saves (`save_to_disk`): Arrow streams in shards, one folder a split in a DatasetDict.

A ClassLabel's numbers are read as their names. With several splits and no column for the model, each split's responses
are a run of its name.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from reviewer.core.errors import InputError
from reviewer.core.responses import Response, ResponseState
from reviewer.exchange.formats.training import split_answer
from reviewer.exchange.kit.beside import lies_in
from reviewer.exchange.kit.foreign import ForeignCase, ForeignFile, Json, object_at, objects_at, text_at
from reviewer.exchange.kit.json_items import unusable
from reviewer.exchange.kit.label_tables import label_table
from reviewer.exchange.kit.ledger import Ledger
from reviewer.exchange.kit.naming_columns import listed_columns
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.parquet_rows import why_unread
from reviewer.exchange.kit.records import BadRow, Record
from reviewer.exchange.kit.sources import FileHead, Source, faults_named
from reviewer.exchange.kit.task_fields import NAMES, TaskFields

if TYPE_CHECKING:
    from pyarrow import RecordBatch

_STATE, _INFO, _DICT = "state.json", "dataset_info.json", "dataset_dict.json"
_MOST_BYTES = 50_000_000
_EXTRA = {"state": ("state", "response_state"), "finish_reason": ("finish_reason", "stop_reason")}
_STATES = frozenset(str(state) for state in ResponseState)
_ROWS_AT_ONCE = 500


@dataclass(frozen=True)
class _Split:
    """A split's name, "" in a dataset without any, its shards in order, and {column: names} of its ClassLabels."""

    name: str
    shards: tuple[Path, ...]
    classes: Mapping[str, list[str]]
    licence: str


class DatasetsFolder:
    name = "datasets-folder"
    description = "A folder saved by Hugging Face datasets (Arrow shards, splits): cases, and responses as runs."
    suffixes = ()
    general = False

    def recognises(self, head: FileHead) -> bool:
        return head.path.is_dir() and bool({_INFO, _DICT} & set(head.members))

    def read(self, source: Source, options: ImportOptions) -> Iterator[Record]:
        if source.text is not None or not source.path.is_dir():
            source.check()
            raise InputError(f"{source.path} is a file.", "Choose the folder that save_to_disk wrote.")
        yield from _FolderReading(source.path, options).records()


def _splits_of(path: Path) -> list[_Split]:
    """Raises InputError for a folder without any."""
    names = _object(path / _DICT).get("splits")
    listed = [name for name in names if isinstance(name, str)] if isinstance(names, list) else []
    folders = [(name, path / name) for name in listed if lies_in(path, path / name)]
    found = [_split_of(name, folder) for name, folder in folders or [("", path)]]
    if not any(split.shards for split in found):
        raise InputError(
            f"{path} is a folder without Arrow files of a dataset.", "Choose the folder that save_to_disk wrote."
        )
    return found


def _split_of(name: str, folder: Path) -> _Split:
    info = _object(folder / _INFO)
    listed = [text_at(each.get("filename")) for each in objects_at(_object(folder / _STATE).get("_data_files"))]
    shards = [folder / each for each in listed if each and lies_in(folder, folder / each)]
    shards = shards or sorted(each for each in folder.glob("*.arrow") if lies_in(folder, each))
    classes = {}
    for column, feature in object_at(info.get("features")).items():
        labels = object_at(feature).get("names")
        if object_at(feature).get("_type") == "ClassLabel" and isinstance(labels, list):
            classes[column] = [text_at(label) for label in labels]
    return _Split(name, tuple(shards), classes, text_at(info.get("license")))


def _object(path: Path) -> Json:
    """The object in a small JSON file; an empty one where there is no such file, or none that can be read."""
    with faults_named(path):
        if not path.is_file() or path.stat().st_size > _MOST_BYTES:
            return {}
        try:
            held = json.loads(path.read_bytes().decode("utf-8-sig", "replace"))
        except (ValueError, RecursionError):
            return {}
    return held if isinstance(held, dict) and not unusable(held) else {}


class _FolderReading:
    def __init__(self, path: Path, options: ImportOptions) -> None:
        self._splits = _splits_of(path)
        self._options = options
        self._file = ForeignFile(options, label_table("datasets"), path.name, Ledger({}), tuple(NAMES))
        self._fields: TaskFields | None = None
        self._number = 0

    def records(self) -> Iterator[Record]:
        licence = next((split.licence for split in self._splits if split.licence), "")
        yield from self._file.begin(licence=licence)
        for split in self._splits:
            for shard in split.shards:
                for row in _rows(shard, split.classes):
                    self._number += 1
                    reason = unusable(row)
                    if reason:
                        yield BadRow(self._number, reason)
                    else:
                        yield from self._row(split, row)
        yield from self._file.end()

    def _row(self, split: _Split, row: dict[str, object]) -> Iterator[Record]:
        file, fields = self._file, self._fields or self._known(row)
        kept = file.ledger.kept(row)
        state = _first(row, "state")
        if state and state not in _STATES:
            kept["state"] = state
        asked, text = fields.request(row), fields.response(row)
        if "response" not in fields.names and isinstance(asked, list):
            asked, text = _split(asked)
        given = ForeignCase(
            self._number,
            asked,
            key=fields.text(row, "key"),
            label=fields.text(row, "label"),
            category=fields.text(row, "category"),
            kept=kept,
        )
        key, said = file.case(given)
        yield from said
        if key is None or ("response" not in fields.names and text is None):
            return
        model = fields.text(row, "model")
        run, said = file.run(model, self._number, "" if model else split.name)
        yield from said
        came = Response(key, text=text or "", model=model, finish_reason=_first(row, "finish_reason"))
        if state in _STATES:
            came = Response(key, text=text or "", model=model, state=ResponseState(state))
        yield from file.response(self._number, run, came, kept)[1]

    def _known(self, row: dict[str, object]) -> TaskFields:
        """Which column is what, from the first row. Raises InputError where none holds the request."""
        fields = TaskFields.of(row, self._options.mapping)
        if not {"prompt", "messages"} & fields.names.keys():
            raise InputError(
                f"No column is known to hold the request; the columns are {listed_columns(row)}.",
                "Say which one does with --map COLUMN=prompt.",
            )
        extra = {name: field for field, names in _EXTRA.items() for name in names if name in row}
        self._file.ledger.read_as({**extra, **fields.uses})
        self._file.ledger.offer((name for name in row if name not in extra), tuple(NAMES))
        self._fields = fields
        return fields


def _split(messages: list[object]) -> tuple[list[object], str | None]:
    """What was asked, and the assistant's last turn; messages that nobody can read make a bad row later."""
    try:
        asked, answer = split_answer(messages)
    except InputError:
        return messages, None
    return asked, answer.content if answer else None


def _first(row: Json, field: str) -> str:
    return next((text for name in _EXTRA[field] if (text := text_at(row.get(name)))), "")


def _rows(shard: Path, classes: Mapping[str, list[str]]) -> Iterator[dict[str, object]]:
    """The rows of a shard as JSON values. Raises KnownError for what is no Arrow file."""
    import pyarrow as pa

    try:
        with faults_named(shard, is_text=False), pa.OSFile(str(shard)) as handle:
            for batch in _batches(handle):
                # offsets of a damaged shard would be followed out of the memory that it has
                batch.validate(full=True)
                for begin in range(0, batch.num_rows, _ROWS_AT_ONCE):
                    for row in batch.slice(begin, _ROWS_AT_ONCE).to_pylist():
                        yield {name: _value(value, classes.get(name)) for name, value in row.items()}
    except (pa.ArrowException, ValueError) as fault:
        why, remedy = why_unread(fault)
        raise InputError(f"{shard} is no whole Arrow file: {why}.", f"{remedy}, as the dataset was saved.") from None


def _batches(handle: object) -> Iterator[RecordBatch]:
    """Of a stream, which `datasets` writes, or of a file with a footer."""
    import pyarrow as pa

    try:
        reader = pa.ipc.open_stream(handle)
    except pa.ArrowInvalid:
        whole = pa.ipc.open_file(handle)
        yield from (whole.get_batch(number) for number in range(whole.num_record_batches))
        return
    yield from reader


def _value(value: object, classes: list[str] | None) -> object:
    """A cell as JSON has it: the name of a class, a time or bytes as text."""
    if classes is not None and isinstance(value, int):
        return classes[value] if 0 <= value < len(classes) else None
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, list | tuple):
        return [_value(item, None) for item in value]
    if isinstance(value, dict):
        return {str(name): _value(item, None) for name, item in value.items()}
    return f"{len(value):,} bytes" if isinstance(value, bytes) else str(value)
