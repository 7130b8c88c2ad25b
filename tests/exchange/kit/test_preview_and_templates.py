"""What the mapping dialog shows, and the example that people start from."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from reviewer.core.errors import InputError
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.preview import LabelValue, preview_table
from reviewer.exchange.kit.templates import EXAMPLES, write_template
from tests.exchange.reading import bad_rows, cases_in, records_of, written


@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".xlsx"])
def test_a_template_imports_as_it_is(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"template{suffix}"
    write_template(path)

    records = records_of(path)

    assert bad_rows(records) == {}
    assert [case.content_hash for case in cases_in(records)] == [case.content_hash for case in EXAMPLES]


def test_the_template_shows_what_a_case_can_have() -> None:
    assert {case.label for case in EXAMPLES} == {
        "answer",
        "answer_with_caveat",
        "clarify",
        "answer_safe_interpretation_only",
        "refuse",
    }
    assert any(case.band for case in EXAMPLES)
    assert any(len(case.messages) > 1 for case in EXAMPLES)
    assert len([case for case in EXAMPLES if case.pair]) == 2


def test_a_template_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"\.pdf"):
        write_template(tmp_path / "template.pdf")
    assert list(tmp_path.iterdir()) == []


def test_a_preview_guesses_columns_and_labels(tmp_path: Path) -> None:
    rows = "".join(f"{number},Question {number},{'safe' if number % 3 else 'Unsafe'},odd\n" for number in range(90))
    path = written(tmp_path / "own.csv", f"id,question,label,mine\n{rows}last,Q,rather not,odd\n")

    preview = preview_table(path)

    assert preview.format == "csv"
    assert preview.columns == ("id", "question", "label", "mine")
    assert len(preview.rows) == 20
    assert preview.rows[1] == ("1", "Question 1", "safe", "odd")
    assert preview.mapping == {"key": "id", "prompt": "question", "label": "label"}
    assert [(value.value, value.n, value.action) for value in preview.labels] == [
        ("safe", 60, "answer"),
        ("Unsafe", 30, "refuse"),
        ("rather not", 1, None),
    ]


def test_a_preview_takes_the_mapping_that_was_chosen() -> None:
    preview = preview_table("text\tverdict\nHi?\tclarify\n", 5, ImportOptions(mapping={"label": "verdict"}))

    assert preview.format == "clipboard"
    assert preview.mapping == {"prompt": "text", "label": "verdict"}
    assert [label.action for label in preview.labels] == ["clarify"]


def test_a_workbook_has_a_preview_and_json_lines_have_none(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.create_sheet("Cases", 0)
    sheet.append(["prompt", "action"])
    sheet.append(["Hi?", "Refuse"])
    book.save(tmp_path / "own.xlsx")

    preview = preview_table(tmp_path / "own.xlsx")

    assert (preview.format, preview.rows) == ("xlsx", (("Hi?", "Refuse"),))
    assert preview.labels == (LabelValue("Refuse", 1, preview.labels[0].action),)
    assert preview.labels[0].action == "refuse"
    with pytest.raises(InputError, match="not a table"):
        preview_table(written(tmp_path / "own.jsonl", '{"key": "a", "prompt": "b"}'))
