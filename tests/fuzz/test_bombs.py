"""A file that costs far more than its size ends with records or a sentence, in bounded memory, and never a crash.

`python -m tests.fuzz bombs` sets off all of them and prints what each cost.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from reviewer.exchange.guarded import read_guarded
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.records import Told
from tests.fuzz import bombs, containers
from tests.fuzz.bombs import Bomb
from tests.fuzz.reading import read_apart

MOST_MEGABYTES = 1_000
QUICK = (
    containers.xlsx_far_row,
    containers.xlsx_outside_entity,
    containers.ods_billion_laughs,
    containers.zip_zeros,
    bombs.json_deep_objects,
    bombs.parquet_null_rows,
    bombs.pipe,
    bombs.device,
    bombs.folder_of_links,
    bombs.nul_name,
)

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pipes, devices and limits of memory are others there")


@pytest.mark.parametrize("bomb", QUICK, ids=lambda bomb: bomb.__name__)
def test_a_bomb_ends_with_a_sentence(tmp_path: Path, bomb: Bomb) -> None:
    path = bomb(tmp_path)

    found = read_apart(path)

    assert not found.crash, found.said
    assert found.said.endswith((".", "records"))
    assert len(found.said) < 2_000
    assert found.megabytes < MOST_MEGABYTES


def test_nothing_is_written_beside_a_bomb(tmp_path: Path) -> None:
    containers.zip_outside_names(tmp_path)
    before = sorted(tmp_path.rglob("*"))

    read_apart(before[0])

    assert sorted(tmp_path.rglob("*")) == before


def test_what_a_sheet_says_of_its_size_is_told(tmp_path: Path) -> None:
    row = '<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>{text}</t></is></c></row>'
    rows = "".join(row.format(n=n, text=text) for n, text in enumerate(["prompt", "How?", "Why?"], start=1))
    sheet = f'<worksheet><dimension ref="A1:XFD1048576"/><sheetData>{rows}</sheetData></worksheet>'
    path = containers.xlsx_with(tmp_path / "said.xlsx", sheet)

    told = [each.sentence for each in read_guarded(path, ImportOptions()) if isinstance(each, Told)]

    assert "The sheet says that it has 1,048,576 rows; 3 rows have something in them." in told
