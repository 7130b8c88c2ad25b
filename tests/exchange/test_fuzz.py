"""Whatever bytes a file holds, reading it ends with records or a KnownError."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.core.errors import InputError, KnownError
from reviewer.exchange.formats.clipboard import read_text
from reviewer.exchange.kit.checks import CASE_FIELDS
from reviewer.exchange.kit.preview import preview_table
from reviewer.exchange.kit.records import DECISION_LINE, LABEL_LINE, RESPONSE_LINE, VERDICT_LINE, BadRow
from reviewer.exchange.registry import FORMATS
from tests.exchange.reading import PLAIN, records_of

HEADINGS = [
    b"key,prompt,label,band,tags,messages,borderline,status\n",
    b"case,run,repeat,text,usage,latency_ms,state\n",
    b"id,case,run,reviewer,action,kind,at,blind,undoes\n",
    b"id,prompt,type,label,focus,note\n",
    b"id,completion,annotation_1,annotation_2,final_label\n",
    b"prompt,category\n",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"",
]
LINES = (RESPONSE_LINE, DECISION_LINE, VERDICT_LINE, LABEL_LINE)
PIECES = [
    b'"',
    b",",
    b"\n",
    b"\r",
    b"{",
    b"}",
    b"[",
    b"]",
    b":",
    b'"key"',
    b'"prompt"',
    b'"label"',
    b'"case"',
    b'"text"',
    b"answer",
    b"1",
    b"1e999",
    b"NaN",
    b"null",
    b"true",
    b"'",
    b"=",
    b";",
    b"\\ud800",
    b"\\u0000",
    b"\xc3\xa9",
    b" ",
]

contents = st.builds(
    bytes.__add__,
    st.sampled_from(HEADINGS),
    st.one_of(st.binary(max_size=200), st.lists(st.sampled_from(PIECES), max_size=60).map(b"".join)),
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def read_or_refuse(path: Path, format_name: str) -> None:
    with suppress(KnownError):
        for record in records_of(path, PLAIN, format_name):
            assert not isinstance(record, BadRow) or record.reason.endswith((".", "}"))


@pytest.mark.parametrize("format_name", ["", *FORMATS])
@given(content=contents)
def test_no_bytes_do_more_than_be_refused(folder: Path, format_name: str, content: bytes) -> None:
    path = folder / "fuzz.csv"
    path.write_bytes(content)

    read_or_refuse(path, format_name)


@given(
    fields=st.dictionaries(
        st.sampled_from(sorted({*CASE_FIELDS, *(name for each in LINES for name in each.names), "suite", "x"})),
        json_values | st.sampled_from(["answer", "undo", "unreviewed", "2025-03-01T09:30:00Z"]),
    ),
    format_name=st.sampled_from([name for name in FORMATS if name.startswith("reviewer-")]),
)
def test_no_field_does_more_than_make_a_bad_row(folder: Path, fields: dict[str, object], format_name: str) -> None:
    path = folder / "fuzz.jsonl"
    path.write_text(json.dumps(fields) + "\n", encoding="utf-8")

    read_or_refuse(path, format_name)


@given(text=st.text(max_size=100) | st.text('a\t\n",prompt', max_size=60))
def test_no_paste_does_more_than_be_refused(text: str) -> None:
    with suppress(KnownError):
        preview_table(text)
        list(read_text(text, PLAIN))


def packed_workbook() -> dict[str, bytes]:
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    sheet = book.create_sheet("Cases", 0)
    for row in (["prompt", "label", "n"], ["Hi?", "answer", 1], ["Ho?", "refuse", 2.5]):
        sheet.append(row)
    book.save(buffer)
    with zipfile.ZipFile(buffer) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


MEMBERS = packed_workbook()


@given(
    name=st.sampled_from(sorted(MEMBERS)), at=st.integers(0, 3000), junk=st.binary(max_size=8), cut=st.integers(0, 20)
)
def test_no_damaged_workbook_does_more_than_be_refused(folder: Path, name: str, at: int, junk: bytes, cut: int) -> None:
    path = folder / "fuzz.xlsx"
    content = MEMBERS[name]
    at %= len(content)
    with zipfile.ZipFile(path, "w") as archive:
        for member, whole in MEMBERS.items():
            archive.writestr(member, whole[:at] + junk + whole[at + cut :] if member == name else whole)

    read_or_refuse(path, "xlsx")


@given(at=st.integers(0, 10_000), junk=st.binary(max_size=4), cut=st.integers(0, 8))
def test_no_workbook_with_damage_in_its_packing_does_more_than_be_refused(
    folder: Path, at: int, junk: bytes, cut: int
) -> None:
    path = folder / "fuzz.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, whole in MEMBERS.items():
            archive.writestr(member, whole)
    content = path.read_bytes()
    at %= len(content)
    path.write_bytes(content[:at] + junk + content[at + cut :])

    read_or_refuse(path, "xlsx")


@pytest.mark.parametrize("damage", ["place", "magic", "deflated"])
def test_a_workbook_whose_sheet_cannot_be_unpacked_is_refused(folder: Path, damage: str) -> None:
    path = folder / "fuzz.xlsx"
    gone = "xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, whole in MEMBERS.items():
            if member != gone or damage != "place":
                archive.writestr(member, whole)
    if damage != "place":
        with zipfile.ZipFile(path) as archive:
            start = archive.getinfo(gone).header_offset
        content = bytearray(path.read_bytes())
        at = start if damage == "magic" else start + 30 + len(gone) + 2
        content[at : at + 4] = bytes(4)
        path.write_bytes(content)

    with pytest.raises(InputError, match=r"not a workbook|damaged"):
        records_of(path, format_name="xlsx")
