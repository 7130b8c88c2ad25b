"""The day's count of uncovered texts."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from reviewer.host.exposure import Exposure, load

DAY = date(2026, 3, 1)


def test_it_is_kept_for_its_day_and_begins_anew_with_the_next(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "exposure.json"
    Exposure().on(DAY).with_more("weapons", 2).with_more("weapons", 1).with_more("law", 1).save(path)
    assert load(path).on(DAY).texts == {"weapons": 3, "law": 1}
    assert load(path).on(date(2026, 3, 2)).texts == {}


@pytest.mark.parametrize(
    "content", ["", "[]", '{"day": 1}', '{"day": "x", "texts": 5}', '{"day": "x", "texts": {"a": "b"}}']
)
def test_a_file_that_is_not_usable_counts_as_none(tmp_path: Path, content: str) -> None:
    path = tmp_path / "exposure.json"
    path.write_text(content, encoding="utf-8")
    assert load(path) == Exposure()
    assert load(tmp_path / "missing.json") == Exposure()
