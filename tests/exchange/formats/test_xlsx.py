"""Workbooks: the first sheet or a named one, values of any kind, and files that only look like workbooks."""

from __future__ import annotations

import datetime
import zipfile
from pathlib import Path

import openpyxl
import pytest

from reviewer.core.errors import InputError
from reviewer.exchange.kit.options import ImportOptions
from tests.exchange.reading import PLAIN, bad_rows, cases_in, records_of, written


def workbook(path: Path, **sheets: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    del book["Sheet"]
    book.save(path)
    return path


def test_cells_are_read_as_people_see_them(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["Id", "Prompt", "Label", "Borderline", "Source"],
        [1, "What time is it?", "answer", True, datetime.date(2025, 3, 1)],
        [],
        [2.5, "Really?", "nonsense", None, None],
    ]

    records = records_of(workbook(tmp_path / "own.xlsx", Cases=rows))

    case = cases_in(records)[0]
    assert (case.key, case.borderline, case.source[:10]) == ("1", True, "2025-03-01")
    assert list(bad_rows(records)) == [4]


def test_a_sheet_can_be_named(tmp_path: Path) -> None:
    path = workbook(tmp_path / "own.xlsx", Notes=[["nothing"]], Cases=[["prompt"], ["Hi?"]])

    assert len(cases_in(records_of(path, ImportOptions(sheet="Cases")))) == 1
    with pytest.raises(InputError, match="no sheet 'Absent'; its sheets are Notes, Cases"):
        records_of(path, ImportOptions(sheet="Absent"))
    with pytest.raises(InputError, match="known to hold the request"):
        records_of(path)


def test_what_is_not_a_workbook_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not a workbook"):
        records_of(written(tmp_path / "text.xlsx", "prompt,label\n"), PLAIN, "xlsx")
    archive = tmp_path / "archive.xlsx"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("hello.txt", "hello")
    with pytest.raises(InputError, match="not a workbook"):
        records_of(archive)


def test_a_damaged_workbook_is_a_sentence(tmp_path: Path) -> None:
    rows: list[list[object]] = [["prompt", "label"]]
    rows += [["Hi?", "answer"] for _ in range(50)]
    path = workbook(tmp_path / "own.xlsx", Cases=rows)
    with zipfile.ZipFile(path) as packed:
        members = {name: packed.read(name) for name in packed.namelist()}
    members["xl/worksheets/sheet1.xml"] = members["xl/worksheets/sheet1.xml"][:-200]
    with zipfile.ZipFile(path, "w") as packed:
        for name, content in members.items():
            packed.writestr(name, content)

    with pytest.raises(InputError, match="not a workbook"):
        records_of(path)
