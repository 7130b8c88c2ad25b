"""`classify --engine ray` on a local Ray of two workers: the same bytes as one process."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from reviewer.classify.engines import Engine, batch_reader
from reviewer.classify.tables import TableReading, classify_table
from tests.peers.places import peers_or_skip
from tests.support.commands import CHECKOUT

pytestmark = pytest.mark.ray

ON_RAY = """
import json, sys
from pathlib import Path
import ray
from reviewer.classify.engines import Engine, batch_reader
from reviewer.classify.tables import TableReading, classify_table
ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
bad = []
tell = lambda row, why: bad.append([row, why])
reading, source, target = TableReading({}, below=0.7), Path(sys.argv[1]), Path(sys.argv[2])
counts = classify_table(source, target, tell, reading, batch_reader(Engine.RAY))
print(json.dumps([list(counts), bad, ray.cluster_resources()["CPU"]]))
"""
TEXTS = ("I'm sorry, but I can't help with that.", "Press the button.", "Which one?", None)


def test_two_workers_write_the_bytes_of_one_process(tmp_path: Path) -> None:
    peers = peers_or_skip()
    rows = [{"id": f"r{n}", "prompt": f"How do I reset phone {n}?", "response": TEXTS[n % 4]} for n in range(2_003)]
    source = tmp_path / "in.parquet"
    parquet.write_table(pa.Table.from_pylist(rows), source, row_group_size=150)
    bad: list[list[object]] = []
    reading = TableReading({}, below=0.7)
    counts = classify_table(
        source, tmp_path / "one.parquet", lambda row, why: bad.append([row, why]), reading, batch_reader(Engine.LOCAL)
    )
    found = peers.ask("ray", ON_RAY, source, tmp_path / "two.parquet", PYTHONPATH=str(CHECKOUT))
    assert found == [list(counts), bad, 2.0]
    one, two = (parquet.read_table(tmp_path / f"{name}.parquet") for name in ("one", "two"))
    assert two.equals(one)
    assert (tmp_path / "two.parquet").read_bytes() == (tmp_path / "one.parquet").read_bytes()
