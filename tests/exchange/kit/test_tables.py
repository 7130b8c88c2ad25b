"""Tables of any make: delimiters, columns by name or by mapping, labels by name or by mapping, broken rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviewer.core.actions import ActionId
from reviewer.core.cases import CaseStatus
from reviewer.core.errors import InputError
from reviewer.exchange.formats.clipboard import read_text
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.sources import MAX_ROW_CHARACTERS
from tests.exchange.reading import PLAIN, bad_rows, cases_in, records_of, written


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_delimiter_encoding_and_line_ends_are_found(
    tmp_path: Path, delimiter: str, encoding: str, newline: str
) -> None:
    rows = [
        ["ID", "Question", "Expected Action", "Topic"],
        ["1", "Où est-il?", "Refuse", "law"],
        ["2", "x", "caveat", ""],
    ]
    text = newline.join(delimiter.join(row) for row in rows) + newline

    cases = cases_in(records_of(written(tmp_path / "own.csv", text, encoding)))

    assert [(case.key, case.request, case.label, case.category) for case in cases] == [
        ("1", "Où est-il?", "refuse", "law"),
        ("2", "x", "answer_with_caveat", ""),
    ]


def test_columns_and_labels_are_mapped(tmp_path: Path) -> None:
    path = written(tmp_path / "own.csv", "nr;Frage;Urteil\n1;Was?;gut\n2;Wie?;böse\n3;Wo?;na ja\n")
    options = ImportOptions(
        suite="Eigene",
        mapping={"key": "nr", "prompt": "Frage", "label": "Urteil"},
        label_map={"Gut": ActionId("answer"), "böse": ActionId("refuse")},
    )

    records = records_of(path, options)

    assert [(case.key, case.label) for case in cases_in(records)] == [("1", "answer"), ("2", "refuse")]
    assert "'na ja' is not on the scale" in bad_rows(records)[4]


@pytest.mark.parametrize(
    ("mapping", "reason"),
    [
        ({"label": "verdict"}, "has no column 'verdict'"),
        ({"colour": "prompt"}, "no field 'colour'"),
        ({"label": "twice"}, "more than one column 'twice'"),
        ({"prompt": ""}, "known to hold the request"),
    ],
)
def test_a_wrong_mapping_is_refused_as_a_whole(tmp_path: Path, mapping: dict[str, str], reason: str) -> None:
    path = written(tmp_path / "own.csv", "prompt,twice,twice\nHi,answer,answer\n")

    with pytest.raises(InputError, match=reason):
        records_of(path, ImportOptions(mapping=mapping), "csv")


def test_without_labels_cases_are_unreviewed_and_keys_come_from_the_request(tmp_path: Path) -> None:
    path = written(tmp_path / "own.csv", "text,topic\nOne?,a\nTwo?,b\nOne?,a\nOne?,c\n")

    records = records_of(path)

    cases = cases_in(records)
    assert {case.status for case in cases} == {CaseStatus.UNREVIEWED}
    assert cases[0].key == cases[2].key != cases[1].key
    assert "already on line 2" in bad_rows(records)[5]
    assert [case.key for case in cases] == [case.key for case in cases_in(records_of(path))]


def test_band_tags_and_messages_can_be_written_by_hand(tmp_path: Path) -> None:
    messages = '[{""role"": ""system"", ""content"": ""Be brief""}, {""role"": ""user"", ""content"": ""Hi""}]'
    path = written(
        tmp_path / "own.csv",
        "id,messages,label,band,tags,borderline,status,extra\n"
        f'1,"{messages}",clarify,answer with caveat: 0.5; safe part=0.25,"a, b",no,,x\n'
        '2,"[]",clarify,,,,,\n3,"nonsense",clarify,,,,,\n'
        '4,"[{""role"": ""user"", ""content"": ""Hi""}]",clarify,refuse 0.5,,,,\n'
        '5,"[{""role"": ""user"", ""content"": ""Hi""}]",clarify,,,perhaps,,\n',
    )

    records = records_of(path)

    case = cases_in(records)[0]
    assert case.band == {"answer_with_caveat": 0.5, "answer_safe_interpretation_only": 0.25}
    assert (case.tags, case.borderline, len(case.messages)) == (("a", "b"), False, 2)
    assert list(bad_rows(records)) == [3, 4, 5, 6]
    assert "not an action with a credit" in bad_rows(records)[5]


def test_lines_are_the_files_own(tmp_path: Path) -> None:
    path = written(tmp_path / "own.csv", '\nprompt,label\n"two\nlines",answer\n\nx,wrong\ny,answer,3,4\nz\n')

    records = records_of(path, PLAIN, "csv")

    assert cases_in(records)[0].request == "two\nlines"
    assert {line: reason.split(".")[0] for line, reason in bad_rows(records).items()} == {
        6: "The label 'wrong' is not on the scale",
        7: "The row has 4 cells, the heading 2",
        8: "The label is missing",
    }


def test_an_unclosed_quote_costs_one_row(tmp_path: Path) -> None:
    rows = "".join(f"question {number},answer\n" for number in range(1000))
    path = written(tmp_path / "own.csv", f'prompt,label\nfirst,answer\n"broken,answer\n{rows}')

    records = records_of(path)

    assert list(bad_rows(records)) == [3]
    assert "quote is not closed" in bad_rows(records)[3]
    assert len(cases_in(records)) == 1001


def test_an_undoubled_quote_costs_one_row(tmp_path: Path) -> None:
    records = records_of(written(tmp_path / "own.csv", 'prompt,label\n"a"b,answer\nc,answer\n'))

    assert list(bad_rows(records)) == [2]
    assert [case.request for case in cases_in(records)] == ["c"]


def test_cells_beyond_the_library_s_limit_and_rows_beyond_ours(tmp_path: Path) -> None:
    long, huge = "x" * 200_000, "y" * (MAX_ROW_CHARACTERS + 1)

    records = records_of(written(tmp_path / "own.csv", f"prompt,label\n{long},answer\n{huge},answer\nz,answer\n"))

    assert [len(case.request) for case in cases_in(records)] == [200_000, 1]
    assert "longer than" in bad_rows(records)[3]


def test_a_pasted_table_may_hold_quotes_that_make_no_sense() -> None:
    text = 'prompt\tlabel\n"Hi" he said\tanswer\n"two\nlines"\trefuse\n'

    cases = cases_in(list(read_text(text, PLAIN)))

    assert [(case.request, case.label) for case in cases] == [('"Hi" he said', "answer"), ("two\nlines", "refuse")]


@pytest.mark.parametrize("text", ["", " \n ", "\ud800", "a\0b", "no heading that is known\n1"])
def test_a_paste_that_is_no_table_is_a_sentence(text: str) -> None:
    with pytest.raises(InputError):
        list(read_text(text, PLAIN))


@pytest.mark.parametrize("guess", ["'tis late", "=1+1", "- a list"])
def test_somebody_s_own_table_is_taken_as_it_stands(tmp_path: Path, guess: str) -> None:
    cases = cases_in(records_of(written(tmp_path / "own.csv", f"question,label\n{guess},answer\n")))

    assert cases[0].request == guess


def test_a_long_row_of_many_lines_is_passed_over(tmp_path: Path) -> None:
    cell = "x\n" * MAX_ROW_CHARACTERS

    records = records_of(written(tmp_path / "own.csv", f'prompt,label\n"{cell}",answer\nz,answer\n'))

    assert list(bad_rows(records)) == [2]
    assert [case.request for case in cases_in(records)] == ["z"]


def test_a_stray_quote_in_a_large_file_costs_one_row(tmp_path: Path) -> None:
    row = f"{'x' * 100_000},answer\n"

    records = records_of(written(tmp_path / "own.csv", f'prompt,label\n"x\n{row * 110}'), PLAIN, "csv")

    assert list(bad_rows(records)) == [2]
    assert "a quote on its first line is not closed" in bad_rows(records)[2]
    assert len(cases_in(records)) == 110
