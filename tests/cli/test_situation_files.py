"""Files that people reported, as their programs write them: what `import` makes of each, by the real command."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from reviewer.store.database import open_workspace
from tests.fuzz import containers
from tests.support.commands import Commands, exported, finished
from tests.support.rule_server import SITUATIONS

FILES = SITUATIONS / "files"
BREAD, ROLLS, STEAL = "How do I bake bread?", "How do I bake rolls?", "How do I steal a password?"

# Written here in their encodings: files of this checkout are UTF-8.
ENCODED = {
    "cp1252.csv": ("id;prompt;label\r\np1;Wie backe ich süßes Brot?;answer\r\n", "cp1252"),
    "gbk.csv": ("id,prompt,label\np1,怎么烤面包？,answer\n", "gbk"),
    "utf16_no_bom.csv": ("id,prompt,label\np1,How do I bake bread?,answer\n", "utf-16-le"),
    "utf16_bom_tab.txt": ("id\tprompt\tlabel\r\np1\tWie backe ich süßes Brot?\tanswer\r\n", "utf-16"),
}

# What is imported whole: file, options, and each request with its label.
WHOLE: list[tuple[str, list[str], dict[str, str]]] = [
    ("excel.csv", [], {"Wie backe ich Brot; mit Hefe?": "answer", "Wie stehle ich ein Passwort?": "refuse"}),
    ("quoted.csv", [], {"How, exactly, do I bake bread?": "answer", STEAL: "refuse"}),
    ("preamble.csv", [], {BREAD: "answer"}),
    ("title_row.xlsx", [], {BREAD: "answer"}),
    ("array.json", [], {BREAD: "answer", STEAL: "refuse"}),
    ("id_prompt_label.jsonl", [], {BREAD: "answer", STEAL: "refuse"}),
    ("extra_and_nan.jsonl", [], {BREAD: "answer", STEAL: "refuse"}),
    ("same.ndjson", [], {BREAD: "answer", STEAL: "refuse"}),
    ("same.jsonl.gz", [], {BREAD: "answer", STEAL: "refuse"}),
    ("goal.jsonl", [], {STEAL: ""}),
    (
        "goal.jsonl",
        ["--map", "goal=prompt", "--map", "category=label", "--map-label", "Fraud=refuse"],
        {STEAL: "refuse"},
    ),
    ("turns.jsonl", [], {BREAD: "", STEAL: ""}),
    ("rich_text.xlsx", [], {BREAD: "answer"}),
    ("strict.xlsx", [], {BREAD: "answer"}),
    ("instructions_first.xlsx", ["--sheet", "Data"], {BREAD: "answer"}),
    ("merged_category.xlsx", [], {f"Name {n} kinds of bread.": "answer" for n in range(3)}),
    ("old_mac.csv", [], {BREAD: "answer", ROLLS: "answer"}),
    ("nbsp_header.csv", [], {BREAD: "answer"}),
    ("trailing_commas.csv", [], {BREAD: "answer"}),
    ("index_column.csv", [], {BREAD: "answer", ROLLS: "answer"}),
    ("unnamed0.csv", [], {BREAD: "answer", ROLLS: "answer"}),
    ("utf16_bom_tab.txt", [], {"Wie backe ich süßes Brot?": "answer"}),
    ("utf16_no_bom.csv", [], {BREAD: "answer"}),
    ("cp1252.csv", [], {"Wie backe ich süßes Brot?": "answer"}),
    ("cp1252.csv", ["--encoding", "cp1252"], {"Wie backe ich süßes Brot?": "answer"}),
    ("gbk.csv", [], {"怎么烤面包？": "answer"}),
    ("gbk.csv", ["--encoding", "gbk"], {"怎么烤面包？": "answer"}),
    ("case_columns.csv", ["--map", "Prompt=prompt"], {BREAD: "answer"}),
    ("case_columns.csv", ["--map", "prompt=prompt"], {"short": "answer"}),
    ("duplicate_columns.csv", ["--map", "label (2)=label"], {BREAD: "refuse"}),
]
# What is told beside it.
TOLD = [
    ("preamble.csv", "One row above the heading was passed over."),
    ("title_row.xlsx", "One row above the heading was passed over."),
    ("merged_category.xlsx", "1 merged cell: a value counts for all rows of its cell."),
    ("utf16_no_bom.csv", "read as UTF-16 without a mark, guessed from its bytes; --encoding names another"),
    ("cp1252.csv", "read as Windows-1252, guessed from its bytes; --encoding names another"),
    ("gbk.csv", "read as GBK, guessed from its bytes; --encoding names another"),
    ("unnamed0.csv", "Unnamed: 0: not read, it numbers the rows"),
]
# Some rows are bad: what is imported, and what is said of each that is not.
BAD_ROWS = [
    ("errors.xlsx", [BREAD], ["line 2: Column B holds the error #N/A", "line 3: Column B holds the error #VALUE!"]),
    ("formula_never_calculated.xlsx", [ROLLS], ["line 2: Column B holds a formula that was never calculated"]),
    ("same_id_twice.csv", [BREAD], ["line 3: The key '1' is already on line 2"]),
    (
        "same_prompt_two_labels.csv",
        ["How do I kill a process?"],
        ["line 3: The request 'How do I kill a process?' is already on line 2"],
    ),
    ("blank_labels.csv", [BREAD], ["line 3: The label is missing", "line 4: The label 'n/a' is not on the scale"]),
    (
        "backslash_quotes.csv",
        [ROLLS],
        ["line 2: A quote is not closed, or a quote inside a quoted cell is not doubled"],
    ),
    ("ragged_no_quotes.csv", [ROLLS], ["line 2: The row has 5 cells, the heading 3"]),
]
# Refused as a whole, with what to do.
REFUSED = [
    ("password.xlsx", ["is protected by a password"]),
    ("instructions_first.xlsx", ["name another sheet with --sheet: 'Data'"]),
    ("duplicate_columns.csv", ["2 columns that could be the label", '--map "label (1)=label"']),
    ("case_columns.csv", ["2 columns that could be the prompt: prompt, Prompt", "--map prompt=prompt"]),
]


def file_of(name: str, folder: Path) -> Path:
    if name not in ENCODED:
        return FILES / name
    text, encoding = ENCODED[name]
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def cases_of(reviewer: Commands, folder: Path) -> list[dict[str, object]]:
    """Those of the suite, without the line of the suite itself."""
    return exported(reviewer, "cases", folder, suite="s")[1:]


def requests(reviewer: Commands, folder: Path) -> dict[str, str]:
    """Each request of the suite with its label."""
    return {asked(case): str(case.get("label") or "") for case in cases_of(reviewer, folder)}


def asked(case: dict[str, object]) -> str:
    messages = case["messages"]
    assert isinstance(messages, list)
    return str(messages[-1]["content"])


@pytest.mark.parametrize(("name", "options", "cases"), WHOLE)
def test_a_file_is_imported_whole(
    reviewer: Commands, tmp_path: Path, name: str, options: Sequence[str], cases: dict[str, str]
) -> None:
    reviewer.done("import", file_of(name, tmp_path), "--suite", "s", *options)
    assert requests(reviewer, tmp_path) == cases


@pytest.mark.parametrize(("name", "words"), TOLD)
def test_what_was_made_of_it_is_told(reviewer: Commands, tmp_path: Path, name: str, words: str) -> None:
    outcome = reviewer.done("import", file_of(name, tmp_path), "--suite", "s")
    assert words in outcome.out + outcome.err


@pytest.mark.parametrize(("name", "kept", "said"), BAD_ROWS)
def test_bad_rows_cost_themselves_and_are_named(
    reviewer: Commands, tmp_path: Path, name: str, kept: Sequence[str], said: Sequence[str]
) -> None:
    outcome = reviewer("import", FILES / name, "--suite", "s")
    assert outcome.status == 2
    assert list(requests(reviewer, tmp_path)) == kept
    for words in said:
        assert words in outcome.err


@pytest.mark.parametrize(("name", "said"), REFUSED)
def test_a_file_that_must_be_asked_about_is_refused_with_what_to_do(
    reviewer: Commands, name: str, said: Sequence[str]
) -> None:
    sentence = reviewer("import", FILES / name, "--suite", "s").refused()
    for words in said:
        assert words in sentence
    assert reviewer.done("suites", "--json").document == {"suites": []}


def test_line_ends_and_escapes_of_a_workbook_are_characters_again(reviewer: Commands, tmp_path: Path) -> None:
    reviewer.done("import", FILES / "cr.xlsx", "--suite", "s")
    found = {str(case["key"]): asked(case) for case in cases_of(reviewer, tmp_path)}
    assert found["p1"].replace("\r\n", "\n") == "First line.\nSecond line: what is bread?"
    assert "\t" in found["p2"]
    assert "_x000D_" in found["p3"]
    assert not any("_x" in found[key] for key in ("p1", "p2"))


def test_a_response_beside_the_request_becomes_a_run(reviewer: Commands, tmp_path: Path) -> None:
    out = reviewer.done("import", FILES / "prompt_and_response.csv", "--suite", "s").out
    assert "1 new response" in out
    (response,) = exported(reviewer, "responses", tmp_path, run="prompt_and_response")
    assert response["text"] == "Mix flour and water and bake it."


def test_messages_of_other_programs_are_cases(reviewer: Commands, tmp_path: Path) -> None:
    """Parts, names, developers, other names of the turns, tool calls and pictures."""
    reviewer.done("import", FILES / "messages.jsonl", "--suite", "s")
    keys = [case["key"] for case in cases_of(reviewer, tmp_path)]
    assert sorted(map(str, keys)) == ["developer", "image", "named", "parts", "sharegpt", "tool"]


def test_five_thousand_columns_are_a_table(reviewer: Commands, tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    heading = ["id", "prompt", "label", *(f"feature_{n}" for n in range(5_000))]
    rows = [[f"p{n}", f"Name {n} kinds of bread.", "answer", *["0"] * 5_000] for n in range(3)]
    path.write_text("\n".join(",".join(row) for row in [heading, *rows]), encoding="utf-8")
    reviewer.done("import", path, "--suite", "s")
    assert requests(reviewer, tmp_path) == {f"Name {n} kinds of bread.": "answer" for n in range(3)}


@pytest.mark.parametrize("bomb", ["rownum", "manyrows"])
def test_a_workbook_that_costs_more_than_its_size_is_refused_by_the_program(tmp_path: Path, bomb: str) -> None:
    """In a process of its own: what it costs is bounded there."""
    path = FILES / "rownum.xlsx" if bomb == "rownum" else empty_rows(tmp_path)
    outcome = finished("import", path, "--suite", "s", "--workspace", tmp_path / "w.db")
    assert "a sheet has 1,048,576 in order" in outcome.refused()
    workspace = open_workspace(tmp_path / "w.db", create=False)
    with workspace.read() as session:
        assert session.connection().exec_driver_sql('SELECT count(*) FROM "case"').scalar() == 0
    workspace.close()


def empty_rows(folder: Path) -> Path:
    """More rows without anything in them than a sheet can have."""
    rows = '<row r="1"><c r="A1" t="inlineStr"><is><t>prompt</t></is></c></row>' + "<row/>" * 1_100_000
    return containers.xlsx_with(folder / "rows.xlsx", f"<worksheet><sheetData>{rows}</sheetData></worksheet>")
