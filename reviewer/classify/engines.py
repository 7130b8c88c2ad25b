"""Who reads the batches of a table: this process, or the workers of a Ray cluster."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from reviewer.core.errors import EnvironmentFault

Rows = list[dict[str, Any]]
ReadBatch = Callable[[Sequence[Mapping[str, object]]], Rows]


class Engine(StrEnum):
    LOCAL = "local"
    RAY = "ray"


class BatchReader(Protocol):
    def __call__(self, source: Path, columns: Sequence[str], read: ReadBatch) -> Iterator[Rows]:
        """What `read` says of each batch of the table's rows, in the rows' order."""
        ...


def batch_reader(engine: Engine) -> BatchReader:
    """Raises EnvironmentFault where the engine is not installed."""
    if engine is Engine.LOCAL:
        return _locally
    try:
        import ray.data  # noqa: F401
    except ImportError as fault:
        raise EnvironmentFault(
            "Ray is not installed, and --engine ray needs it.", "Install reviewer[ray], or leave --engine out."
        ) from fault
    return _on_ray


def _locally(source: Path, columns: Sequence[str], read: ReadBatch) -> Iterator[Rows]:
    from reviewer.classify.tables import read_rows

    return map(read, read_rows(source, columns))


def _on_ray(source: Path, columns: Sequence[str], read: ReadBatch) -> Iterator[Rows]:
    """Partitions are read where the workers are, so that the path must be one that all of them see."""
    import pyarrow as pa
    import ray
    import ray.data

    from reviewer.classify.tables import BATCH_ROWS

    ray.init(ignore_reinit_error=True, log_to_driver=False)
    ray.data.DataContext.get_current().execution_options.preserve_order = True

    def verdicts(table: Any) -> Any:  # noqa: ANN401
        return pa.table({"row": [json.dumps(row) for row in read(table.to_pylist())]})

    rows = ray.data.read_parquet(str(source.absolute()), columns=list(columns))
    spread = rows.map_batches(verdicts, batch_size=BATCH_ROWS, batch_format="pyarrow", zero_copy_batch=True)
    return _decoded(spread)


def _decoded(spread: Any) -> Iterator[Rows]:  # noqa: ANN401
    for batch in spread.iter_batches(batch_size=None, batch_format="pyarrow"):
        yield [json.loads(row) for row in batch.column("row").to_pylist()]
