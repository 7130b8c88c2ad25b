"""Reads a file of somebody else's as a program of its own (`reviewer.host.children`), with limits on itself.

The question is one JSON object: `work`, `path`, `options`, `format`. Each line of the answer is a JSON list: records
(`reviewer.core.shapes`), at the end `null` or an object with the fault that ended it.
"""

from __future__ import annotations

import gc
import json
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reviewer.exchange.kit.options import ImportOptions

_BATCH = 200
_BATCH_CHARACTERS = 1 << 18


def main() -> None:
    """The arguments are the limits: seconds and bytes."""
    sys.path.insert(0, str(Path(__file__).parents[2]))  # this copy of the package, whatever else is installed
    from reviewer.core.errors import KnownError
    from reviewer.host.limiting import limit_this_process

    gc.set_threshold(100_000, 50, 50)  # many small objects and hardly a cycle among them
    limit_this_process(int(sys.argv[1]), int(sys.argv[2]))
    question = json.loads(sys.stdin.buffer.read())
    sys.excepthook = _unexpected
    last: object = None
    try:
        for line in _answer(question):
            _say(line)
    except KnownError as fault:
        last = {"kind": type(fault).__name__, "what": fault.what, "remedy": fault.remedy}
    except MemoryError:
        last = {"memory": True}
    _say(json.dumps(last))


def _say(line: str) -> None:
    sys.stdout.buffer.write(line.encode("ascii") + b"\n")
    sys.stdout.buffer.flush()


def _answer(question: dict[str, object]) -> Iterator[str]:
    from reviewer.core.shapes import from_plain, to_plain
    from reviewer.exchange.kit.options import ImportOptions
    from reviewer.exchange.kit.preview import TablePreview, preview_table

    options: ImportOptions = from_plain(question["options"], ImportOptions)
    path, format_name = Path(str(question["path"])), str(question["format"])
    if question["work"] == "preview":
        yield json.dumps([to_plain(preview_table(path, options=options, format_name=format_name), TablePreview)])
        return
    yield from _batches(path, options, format_name)


def _batches(path: Path, options: ImportOptions, format_name: str) -> Iterator[str]:
    """Records as they come, some at a time: a line for each would cost more than the reading."""
    from reviewer.core.shapes import shape_of
    from reviewer.exchange.kit.arriving import as_received
    from reviewer.exchange.kit.records import Record
    from reviewer.exchange.registry import read_file

    write, encode = shape_of(Record).write, json.JSONEncoder(check_circular=False).encode
    batch: list[str] = []
    size = 0
    for record in as_received(read_file(path, options, format_name)):
        batch.append(encode(write(record)))
        size += len(batch[-1])
        if len(batch) >= _BATCH or size > _BATCH_CHARACTERS:
            yield f"[{','.join(batch)}]"
            batch, size = [], 0
    yield f"[{','.join(batch)}]"


def _unexpected(kind: type[BaseException], _fault: BaseException, trace: TracebackType | None) -> None:
    """Where it was raised, without its words: those may quote the file."""
    where = [f"{each.filename}:{each.lineno} in {each.name}" for each in traceback.extract_tb(trace)]
    _say(json.dumps({"unexpected": kind.__name__, "where": where[-8:]}))


if __name__ == "__main__":
    main()
