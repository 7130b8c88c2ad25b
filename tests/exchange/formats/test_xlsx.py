"""Workbooks: the first sheet or a named one, values of any kind, and files that only look like workbooks."""

from __future__ import annotations

import datetime
import zipfile
from pathlib import Path

import openpyxl
import pytest

from reviewer.core.errors import InputError
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.records import CaseRecord, Told
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


def edited(path: Path, **replaced: tuple[str, str]) -> Path:
    """The workbook with a text replaced in each member whose name begins so."""
    with zipfile.ZipFile(path) as packed:
        members = {name: packed.read(name) for name in packed.namelist()}
    with zipfile.ZipFile(path, "w") as packed:
        for name, content in members.items():
            old, new = replaced.get(Path(name).stem, ("", ""))
            packed.writestr(name, content.replace(old.encode(), new.encode()) if old else content)
    return path


def test_escapes_are_taken_back(tmp_path: Path) -> None:
    path = workbook(tmp_path / "own.xlsx", Cases=[["prompt"], ["One@Two#Three%x000D_"]])
    edited(path, sharedStrings=("@", "_x000D_"), sheet1=("@", "_x000D_"))
    edited(path, sharedStrings=("#", "_x0009_"), sheet1=("#", "_x0009_"))
    edited(path, sharedStrings=("%", "_x005F_"), sheet1=("%", "_x005F_"))

    assert cases_in(records_of(path))[0].request == "One\rTwo\tThree_x000D_"


def test_error_cells_and_formulas_without_a_value_are_bad_rows(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.create_sheet("Cases", 0)
    for row in (["prompt"], ["#REF!"], ['="a"&"b"'], ["#N/A is an error?"]):
        sheet.append(row)
    sheet["A2"].data_type = "e"
    book.save(tmp_path / "own.xlsx")

    records = records_of(tmp_path / "own.xlsx")

    assert "error #REF!" in bad_rows(records)[2]
    assert "never calculated" in bad_rows(records)[3]
    assert [case.request for case in cases_in(records)] == ["#N/A is an error?"]


def test_numbers_and_dates_are_as_shown(tmp_path: Path) -> None:
    moment = datetime.datetime(2025, 3, 1, 9, 30)  # noqa: DTZ001 spreadsheets know no zones
    path = workbook(tmp_path / "own.xlsx", Cases=[["prompt", "n", "when"], ["How?", 0.1 + 0.2, moment]])

    kept = [each.kept for each in records_of(path) if isinstance(each, CaseRecord)]

    assert kept == [{"n": "0.3", "when": "2025-03-01T09:30:00"}]


def test_titles_hidden_rows_and_other_sheets_are_told(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.create_sheet("Cases", 0)
    for row in (["Safety review, round 3"], ["prompt", "label"], ["Hi?", "answer"], ["Ho?", "refuse"]):
        sheet.append(row)
    sheet.row_dimensions[4].hidden = True
    book["Sheet"].sheet_state = "hidden"
    book.save(tmp_path / "own.xlsx")

    records = records_of(tmp_path / "own.xlsx")

    told = " ".join(each.sentence for each in records if isinstance(each, Told))
    assert "One row above the heading" in told
    assert "1 row of the sheet is hidden" in told
    assert "Hidden: 'Sheet'" in told
    assert len(cases_in(records)) == 2


def test_a_strict_workbook_is_read_and_a_protected_one_named(tmp_path: Path) -> None:
    path = workbook(tmp_path / "own.xlsx", Cases=[["prompt"], ["Hi?"]])
    strict = "http://purl.oclc.org/ooxml/officeDocument/relationships"
    edited(path, workbook=("http://schemas.openxmlformats.org/officeDocument/2006/relationships", strict))
    assert len(cases_in(records_of(path))) == 1

    protected = tmp_path / "locked.xlsx"
    protected.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"))
    with pytest.raises(InputError, match="protected by a password"):
        records_of(protected)


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="999999999"><c t="inlineStr"><is><t>x</t></is></c></row>',
        '<row r="1"/><row r="1"/>',
        '<!DOCTYPE x [<!ENTITY a "aaaa">]>',
    ],
)
def test_a_workbook_that_claims_too_much_is_a_sentence(tmp_path: Path, rows: str) -> None:
    path = workbook(tmp_path / "own.xlsx", Cases=[["prompt"], ["Hi?"]])
    edited(
        path,
        sheet1=("<sheetData>" if rows[1] == "r" else "<worksheet", rows if rows[1] == "!" else f"<sheetData>{rows}"),
    )

    with pytest.raises(InputError, match="not a workbook that can be read"):
        records_of(path)


def ods(path: Path, content: str) -> Path:
    names = (
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    )
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("content.xml", f"<office:document-content {names}>{content}</office:document-content>")
    return path


def cell(text: str, more: str = "") -> str:
    return f'<table:table-cell office:value-type="string"{more}><text:p>{text}</text:p></table:table-cell>'


def test_an_open_document_is_read_and_its_repeats_are_bounded(tmp_path: Path) -> None:
    empty = '<table:table-cell table:number-columns-repeated="16384"/>'
    spaced = cell('Two<text:s/><text:s text:c="2"/>or<text:line-break/>so?')
    rows = (
        f"<table:table-row>{cell('prompt')}{cell('label')}{empty}</table:table-row>"
        f"<table:table-row>{spaced}{cell('answer')}</table:table-row>"
        f'<table:table-row table:number-rows-repeated="2">{cell("Again?")}{cell("refuse")}</table:table-row>'
        f'<table:table-row table:number-rows-repeated="900000">{cell("Bomb?")}{cell("refuse")}</table:table-row>'
        f'<table:table-row table:number-rows-repeated="1048000">{empty}</table:table-row>'
    )
    path = ods(
        tmp_path / "own.ods", f'<table:table table:name="One">{rows}</table:table><table:table table:name="Two"/>'
    )

    records = records_of(path)

    assert [case.request for case in cases_in(records)] == ["Two   or\nso?", "Again?", "Again?"]
    assert "repeat 900,000 times" in bad_rows(records)[5]
    with pytest.raises(InputError, match="no sheet 'Three'; its sheets are One, Two"):
        records_of(path, ImportOptions(sheet="Three"))
