"""Tables that other programs wrote, by detection and without an option, against the counts that come with them."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from reviewer.exchange.kit.records import CaseRecord, ResponseRecord
from tests.exchange.reading import bad_rows, records_of
from tests.support.public_sets import VARIABLE, folder


def logs() -> Path:
    found = folder() / "logs"
    if not (found / "expected.json").exists():
        pytest.skip(f"files that other tools wrote are not here: name their folder in {VARIABLE}")
    return found


def expected(path: str) -> dict[str, object]:
    listed = json.loads((logs() / "expected.json").read_text(encoding="utf-8"))
    found = next((each for each in listed if each["path"] == path), None)
    return dict(found) if found else pytest.skip(f"{path} is not among the files expected")


@pytest.mark.parametrize("name", ["wide_two_models_utf8", "wide_two_models_utf16", "wide_two_models_bom_semicolon"])
def test_wide_tables_give_a_run_for_each_model(name: str) -> None:
    wanted = expected(f"plain_csv/{name}.csv")
    records = records_of(logs() / "plain_csv" / f"{name}.csv")
    workbook = records_of(logs() / "plain_csv" / "wide_two_models.xlsx")

    by_text = wanted["by_text"]
    assert isinstance(by_text, dict)
    for found in (records, workbook):
        assert bad_rows(found) == {}
        assert sum(isinstance(each, CaseRecord) for each in found) == wanted["rows"]
        responses = [each for each in found if isinstance(each, ResponseRecord)]
        without = Counter(f"response_{each.run}" for each in responses if not each.response.text)
        assert without == {column: counts["no_reply_text"] for column, counts in by_text.items()}
        assert Counter(each.run for each in responses) == {
            column.removeprefix("response_"): sum(counts.values()) for column, counts in by_text.items()
        }
    texts = [
        {(each.run, each.response.case): each.response.text for each in found if isinstance(each, ResponseRecord)}
        for found in (records, workbook)
    ]
    assert texts[0] == texts[1]


def test_a_chinese_table_is_read_by_its_own_heading() -> None:
    wanted = expected("plain_csv/zh_gbk.csv")
    records = records_of(logs() / "plain_csv" / "zh_gbk.csv")

    assert sum(isinstance(each, ResponseRecord) for each in records) == wanted["rows"]
    assert bad_rows(records) == {}


@pytest.mark.parametrize(("name", "n"), [("written_by_datasets", 40), ("written_by_pyarrow_zstd", 38)])
def test_parquet_of_other_programs_is_read_with_its_labels(name: str, n: int) -> None:
    records = records_of(logs() / "parquet" / f"{name}.parquet")

    assert bad_rows(records) == {}
    assert sum(isinstance(each, ResponseRecord) for each in records) == n
    assert {each.case.label for each in records if isinstance(each, CaseRecord)} - {None}
