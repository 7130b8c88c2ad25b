"""The workbook opened by programs that did not write it: LibreOffice where it is installed, openpyxl and calamine.

What LibreOffice would have to repair it would leave out or change: every cell of every sheet comes back the same.
"""

from __future__ import annotations

import csv
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape
from python_calamine import CalamineWorkbook

from reviewer.app.demo import build_demo
from reviewer.app.reporting import build_report
from reviewer.report.facts import RunReport
from reviewer.report.write import write_report
from reviewer.store.database import open_workspace
from tests.report.samples import ANSWER, HOSTILE, REFUSE, TEMPLATES, observed, report_of

Sheets = Mapping[str, Sequence[Sequence[object]]]
CASES = 2000
AS_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"
"""Commas, quotes, UTF-8, every cell as it is and not as it is shown, all sheets."""


def demo(folder: Path) -> RunReport:
    with closing(open_workspace(folder / "demo.sqlite")) as workspace:
        build_demo(workspace)
        return build_report(workspace, "1.3", against="1.2")


def large(_folder: Path) -> RunReport:
    """Many cases, whose texts look like formulas, links, numbers and markup."""
    texts = ("=1+1", "@SUM(A1)", "https://example.org", "0012", "1e5", "TRUE", "2026-01-02", HOSTILE, "x" * 400)
    some = [
        observed(f"case-{n:04}", ANSWER, (ANSWER, REFUSE)[n % 2], category=texts[n % len(texts)]) for n in range(CASES)
    ]
    return report_of(some, text=HOSTILE)


@pytest.fixture(scope="module", params=[demo, large], ids=["demo", "large"])
def book(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    make: Callable[[Path], RunReport] = request.param
    folder = tmp_path_factory.mktemp("book")
    write_report(make(folder), folder / "r.xlsx", TEMPLATES)
    return folder / "r.xlsx"


def by_openpyxl(path: Path) -> Sheets:
    found = load_workbook(path)
    return {
        sheet.title: [
            [unescape(cell) if isinstance(cell, str) else cell for cell in row]
            for row in sheet.iter_rows(values_only=True)
        ]
        for sheet in found
    }


def by_calamine(path: Path) -> Sheets:
    found = CalamineWorkbook.from_path(path)
    return {name: found.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in found.sheet_names}


def by_libreoffice(path: Path) -> Sheets:
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice is not installed (Debian: apt-get install libreoffice-calc)")
    out = path.parent / "opened"
    profile = f"-env:UserInstallation={(path.parent / 'profile').as_uri()}"
    asked = [program, "--headless", "--norestore", profile, "--convert-to", AS_CSV, "--outdir", str(out), str(path)]
    subprocess.run(asked, check=True, capture_output=True, timeout=240)
    found: dict[str, list[list[str]]] = {}
    for name in load_workbook(path, read_only=True).sheetnames:
        with (out / f"r-{name}.csv").open(encoding="utf-8", newline="") as file:
            found[name] = [list(row) for row in csv.reader(file)]
    return found


def plain(cell: object) -> str | float:
    """A cell, whatever a reader makes of an empty one, a truth value, a number or the end of a line."""
    if cell is None or cell == "":
        return ""
    if isinstance(cell, bool) or cell in ("TRUE", "FALSE"):
        return str(cell).upper()
    try:
        return round(float(str(cell)), 9)
    except ValueError:
        return str(cell).replace("\r\n", "\n")


def rows(sheets: Sheets) -> dict[str, list[list[str | float]]]:
    """Without the empty ends that some readers add."""
    found: dict[str, list[list[str | float]]] = {}
    for name, read in sheets.items():
        cells = [[plain(cell) for cell in row] for row in read]
        for row in cells:
            while row and row[-1] == "":
                row.pop()
        while cells and not cells[-1]:
            cells.pop()
        found[name] = cells
    return found


@pytest.mark.parametrize("read", [by_calamine, by_libreoffice])
def test_every_cell_of_every_sheet_is_the_same_to_each_reader(book: Path, read: Callable[[Path], Sheets]) -> None:
    wanted, found = rows(by_openpyxl(book)), rows(read(book))
    assert list(found) == list(wanted)
    for name, expected in wanted.items():
        assert len(found[name]) == len(expected), name
        wrong = [(at, a, b) for at, (a, b) in enumerate(zip(expected, found[name], strict=True)) if a != b]
        assert wrong[:1] == [], name
