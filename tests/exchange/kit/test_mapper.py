"""One mapper for every container: guesses, what the person says, the ledger, and what is asked."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from reviewer.core.actions import ActionId
from reviewer.core.errors import InputError
from reviewer.core.responses import ResponseState
from reviewer.exchange.formats.clipboard import read_text
from reviewer.exchange.kit.options import ImportOptions, Numbered
from reviewer.exchange.kit.preview import preview_table
from reviewer.exchange.kit.records import (
    CaseRecord,
    ColumnUse,
    DecisionRecord,
    Record,
    ResponseRecord,
    RunRecord,
    Told,
)
from tests.exchange.reading import PLAIN, bad_rows, cases_in, records_of, written

ROWS = [
    {"id": "a", "prompt": "How do I bake bread?", "response_one": "Mix and bake.", "response_two": "", "note": "x"},
    {"id": "b", "prompt": "How do I bake rolls?", "response_one": "I can't.", "response_two": "Bake!", "note": ""},
]


def responses(records: list[Record]) -> list[tuple[str, str, int, str]]:
    return [
        (each.run, each.response.case, each.response.repeat, each.response.text)
        for each in records
        if isinstance(each, ResponseRecord)
    ]


def ledger(records: list[Record]) -> dict[str, str]:
    return {each.name: each.used_as for each in records if isinstance(each, ColumnUse)}


def told(records: list[Record]) -> str:
    return "\n".join(each.sentence for each in records if isinstance(each, Told))


def as_table(folder: Path, form: str) -> Path:
    path = folder / f"rows.{form}"
    if form == "json":
        return written(path, json.dumps({"made": "today", "examples": ROWS}, indent=1))
    if form == "jsonl":
        return written(path, "".join(json.dumps(row) + "\n" for row in ROWS))
    table = pa.Table.from_pylist(ROWS)
    if form == "parquet":
        parquet.write_table(table, path)
    elif form == "feather":
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table)
    elif form == "arrow":
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table)
    else:
        lines = [",".join(ROWS[0]), *(",".join(row.values()) for row in ROWS)]
        written(path, "\n".join(lines))
    return path


@pytest.mark.parametrize("form", ["csv", "json", "jsonl", "parquet", "arrow", "feather"])
def test_every_container_gives_the_same_cases_and_a_run_for_each_response_column(tmp_path: Path, form: str) -> None:
    records = records_of(as_table(tmp_path, form))

    assert [(case.key, case.request) for case in cases_in(records)] == [(row["id"], row["prompt"]) for row in ROWS]
    assert responses(records) == [
        ("one", "a", 1, "Mix and bake."),
        ("two", "a", 1, ""),
        ("one", "b", 1, "I can't."),
        ("two", "b", 1, "Bake!"),
    ]
    assert [each.name for each in records if isinstance(each, RunRecord)] == ["one", "two"]
    used = {"id": "key", "prompt": "prompt", "response_one": "response (one)", "response_two": "response (two)"}
    assert {**used, "note": "kept"}.items() <= ledger(records).items()
    (first, _) = [each for each in records if isinstance(each, CaseRecord)]
    assert first.kept == {"note": "x"}


def test_an_object_around_the_records_is_told_of(tmp_path: Path) -> None:
    assert ledger(records_of(as_table(tmp_path, "json")))["made"] == ""


def test_several_lists_are_asked_about_and_named_with_sheet(tmp_path: Path) -> None:
    rows = [{"prompt": "How do I bake bread?"}]
    path = written(tmp_path / "x.json", json.dumps({"a": rows, "b": [*rows, {"prompt": "And rolls?"}]}, indent=1))

    with pytest.raises(InputError, match=r"several lists of records: a, b. Say which with --sheet"):
        records_of(path)
    assert len(cases_in(records_of(path, ImportOptions(sheet="b")))) == 2


def test_a_long_table_has_a_run_for_each_model_and_counts_repeats(tmp_path: Path) -> None:
    text = "id,model,prompt,answer,score\n1,m1,How?,One way.,3\n2,m2,How?,Two ways.,4\n3,m1,How?,Three ways.,5\n"

    records = records_of(written(tmp_path / "long.csv", text))

    (case,) = cases_in(records)
    assert responses(records) == [
        ("m1", case.key, 1, "One way."),
        ("m2", case.key, 1, "Two ways."),
        ("m1", case.key, 2, "Three ways."),
    ]
    assert next(each.kept for each in records if isinstance(each, ResponseRecord)) == {"id": "1", "score": "3"}
    assert ledger(records)["id"] == "kept"


def test_a_row_for_each_person_is_one_response_with_several_decisions(tmp_path: Path) -> None:
    text = "prompt,response,annotator,human_label\nHow?,No.,ana,refuse\nHow?,No.,ben,clarify\nHow?,No.,eva,perhaps\n"

    records = records_of(written(tmp_path / "rated.csv", text))

    assert len(responses(records)) == 1
    assert [
        (each.reviewer, each.action, each.repeat, each.hidden) for each in records if isinstance(each, DecisionRecord)
    ] == [
        ("ana", "refuse", 1, None),
        ("ben", "clarify", 1, None),
    ]
    assert "'perhaps' is not on the scale" in bad_rows(records)[4]


def numbers(tmp_path: Path, text: str) -> tuple[list[int], str]:
    """The repeats of the responses to the one request, and what is told."""
    records = records_of(written(tmp_path / "judged.csv", text))
    return [each.response.repeat for each in records if isinstance(each, ResponseRecord)], told(records)


def test_a_row_for_each_judge_is_one_response(tmp_path: Path) -> None:
    rows = ("How?,m,No.,guard,safe\n", "How?,m,No.,other,unsafe\n", "How?,m,So.,guard,safe\n")
    found, said = numbers(tmp_path, f"prompt,model,response,judge,is_safe\n{''.join(rows)}")
    assert found == [1, 2]
    assert "Rows of another judge or metric on a response that came before: 1." in said


def test_the_same_text_twice_from_one_judge_was_given_twice(tmp_path: Path) -> None:
    found, said = numbers(tmp_path, "prompt,model,response,metric\nHow?,m,No.,bleu\nHow?,m,No.,bleu\n")
    assert found == [1, 2]
    assert "another judge" not in said


@pytest.mark.parametrize("column", ["judge", "annotator"])
def test_a_repeat_that_the_file_numbers_is_another_response(tmp_path: Path, column: str) -> None:
    rows = "".join(f"How?,No.,{repeat},{who}\n" for repeat in (1, 2) for who in ("a", "b"))
    found, _ = numbers(tmp_path, f"prompt,response,repeat,{column}\n{rows}")
    assert found == [1, 2]


def test_ratings_in_other_words_are_kept_and_asked_about(tmp_path: Path) -> None:
    path = written(tmp_path / "rated.csv", "prompt,response,rating\nHow?,No.,bad\nWhy?,So.,good\n")

    records = records_of(path)

    assert "--map rating=rating" in told(records)
    assert [each.kept for each in records if isinstance(each, ResponseRecord)] == [
        {"rating": "bad"},
        {"rating": "good"},
    ]
    said = ImportOptions(
        mapping={"rating:Ana": "rating"}, label_map={"bad": ActionId("refuse"), "good": ActionId("answer")}
    )
    decisions = [each for each in records_of(path, said) if isinstance(each, DecisionRecord)]
    assert [(each.reviewer, each.action) for each in decisions] == [("Ana", "refuse"), ("Ana", "answer")]


def test_labels_that_are_no_actions_are_never_guessed(tmp_path: Path) -> None:
    path = written(tmp_path / "x.jsonl", '{"prompt": "How?", "label": 0}\n{"prompt": "Why?", "label": 1}\n')

    records = records_of(path)

    assert {case.label for case in cases_in(records)} == {None}
    assert "--map label=label" in told(records)
    labels = {"0": ActionId("answer"), "1": ActionId("refuse")}
    assert [case.label for case in cases_in(records_of(path, ImportOptions(label_map=labels)))] == ["answer", "refuse"]


@pytest.mark.parametrize("heading", ["prompt,Prompt", "prompt,prompt", "question,Question"])
def test_two_columns_of_one_name_are_asked_about(tmp_path: Path, heading: str) -> None:
    path = written(tmp_path / "x.csv", f"{heading}\nHow?,Why?\n")

    with pytest.raises(InputError, match=r"2 columns that could be the prompt.*Say which with --map"):
        records_of(path)
    assert preview_table(path).asked


def test_numbered_prompts_are_asked_about(tmp_path: Path) -> None:
    path = written(tmp_path / "x.csv", "id,prompt1,prompt2,prompt3\na,One?,Two?,\nb,Three?,,\n")

    with pytest.raises(InputError, match=r"prompt1 to prompt3.*--numbered turns or --numbered family"):
        records_of(path)
    turns = cases_in(records_of(path, ImportOptions(numbered=Numbered.TURNS)))
    assert [[message.content for message in case.messages] for case in turns] == [["One?", "Two?"], ["Three?"]]
    family = cases_in(records_of(path, ImportOptions(numbered=Numbered.FAMILY)))
    assert [(case.key, case.request, case.tags) for case in family] == [
        ("a-1", "One?", ("family a",)),
        ("a-2", "Two?", ("family a",)),
        ("b-1", "Three?", ("family b",)),
    ]


def test_answers_between_numbered_prompts_are_turns_and_the_last_is_the_response(tmp_path: Path) -> None:
    path = written(tmp_path / "x.csv", "prompt1,response1,prompt2,response2\nOne?,First.,Two?,Second.\n")

    records = records_of(path, ImportOptions(numbered=Numbered.TURNS))

    (case,) = cases_in(records)
    assert [str(message.role) for message in case.messages] == ["user", "assistant", "user"]
    assert [text for *_, text in responses(records)] == ["Second."]


@pytest.mark.parametrize(
    "messages",
    [
        [{"role": "user", "content": [{"type": "text", "text": "How?"}]}, {"role": "assistant", "content": "So."}],
        [{"from": "human", "value": "How?"}, {"from": "gpt", "value": "So."}],
    ],
)
def test_a_conversation_that_ends_with_the_assistant_is_a_case_and_a_response(
    tmp_path: Path, messages: list[object]
) -> None:
    path = written(tmp_path / "x.json", json.dumps([{"conversations": messages, "model": "m"}]))
    records = records_of(path, PLAIN, "json")

    assert [case.request for case in cases_in(records)] == ["How?"]
    assert [(run, text) for run, _, _, text in responses(records)] == [("m", "So.")]


def test_states_and_errors_of_a_table_are_taken(tmp_path: Path) -> None:
    text = "prompt,response,error,state\nA?,,HTTP 500,\nB?,,,\nC?,cut,,truncated\nD?,fine,,\n"

    records = records_of(written(tmp_path / "x.csv", text))

    found = [(each.response.state, each.response.error) for each in records if isinstance(each, ResponseRecord)]
    assert found == [
        (ResponseState.ERROR, "HTTP 500"),
        (ResponseState.EMPTY, ""),
        (ResponseState.TRUNCATED, ""),
        (ResponseState.OK, ""),
    ]


def test_a_key_of_a_provider_is_dropped_and_told(tmp_path: Path) -> None:
    row = {"prompt": "How?", "config": {"apiKey": "sk-abcdefghijklmnopqrstu", "note": "sk-abcdefghijklmnopqrstu"}}
    records = records_of(written(tmp_path / "x.json", json.dumps([row])))

    assert "sk-abc" not in repr(records)
    assert ledger(records)["config.apiKey"] == ""
    assert "credential" in told(records)


def test_a_name_of_a_later_record_is_listed_too(tmp_path: Path) -> None:
    lines = [json.dumps({"prompt": f"How {number}?"}) for number in range(300)]
    path = written(tmp_path / "x.jsonl", "\n".join([*lines, json.dumps({"prompt": "Last?", "late": "yes"})]))

    records = records_of(path)

    assert ledger(records)["late"] == "kept"
    assert [each.kept for each in records if isinstance(each, CaseRecord)][-1] == {"late": "yes"}


def test_a_nan_in_a_field_that_is_not_used_costs_nothing(tmp_path: Path) -> None:
    path = written(tmp_path / "x.json", '[{"prompt": "How?", "score": NaN}, {"prompt": "Why?"}]')

    assert len(cases_in(records_of(path))) == 2


def test_a_broken_list_says_behind_which_record(tmp_path: Path) -> None:
    path = written(tmp_path / "x.json", '[{"prompt": "How?"}, {"prompt": "Why?", oops}]')

    with pytest.raises(InputError, match="not whole JSON: behind record"):
        records_of(path)


def test_a_field_nested_too_deeply_or_too_long_costs_a_sentence(tmp_path: Path) -> None:
    deep = "[" * 100_000
    with pytest.raises(InputError, match=r"nested too deeply|not whole JSON"):
        records_of(written(tmp_path / "deep.json", f'[{{"prompt": {deep}'))
    long = json.dumps([{"prompt": "How?"}, {"prompt": "x" * 11_000_000}, {"prompt": "Why?"}])
    records = records_of(written(tmp_path / "long.json", long))
    assert "longer than" in bad_rows(records)[2]
    assert len(cases_in(records)) == 2


@pytest.mark.parametrize("suffix", [".gz", ".bz2", ".xz", ".zst"])
def test_a_packed_file_is_read_as_what_is_inside(tmp_path: Path, suffix: str) -> None:
    import bz2
    import gzip
    import lzma

    import zstandard

    packers: dict[str, Callable[[bytes], bytes]] = {
        ".gz": gzip.compress,
        ".bz2": bz2.compress,
        ".xz": lzma.compress,
        ".zst": zstandard.ZstdCompressor().compress,
    }
    path = tmp_path / f"cases.csv{suffix}"
    content = packers[suffix](b"prompt\nHow do I bake bread?\n")
    path.write_bytes(content)

    records = records_of(path)

    assert [case.request for case in cases_in(records)] == ["How do I bake bread?"]
    path.write_bytes(content[: len(content) // 2 + 4])
    with pytest.raises(InputError, match=r"cannot be unpacked|empty|no format"):
        records_of(path)


def test_map_is_never_ignored_in_the_own_format_either(tmp_path: Path) -> None:
    path = written(tmp_path / "x.jsonl", '{"name": "a", "asked": "How?", "label": "answer"}\n')
    options = ImportOptions(mapping={"key": "name", "prompt": "asked"})

    assert [case.key for case in cases_in(records_of(path, options, "reviewer-cases"))] == ["a"]
    with pytest.raises(InputError, match="'other' that --map names"):
        records_of(
            path, ImportOptions(mapping={"key": "name", "prompt": "asked", "rationale": "other"}), "reviewer-cases"
        )
    with pytest.raises(InputError, match="no field 'colour'"):
        records_of(path, ImportOptions(mapping={"colour": "name"}), "reviewer-cases")


def test_pasted_json_is_read_too() -> None:
    assert [case.request for case in cases_in(list(read_text('[{"prompt": "How?"}]', PLAIN)))] == ["How?"]


@pytest.mark.parametrize(
    "encoding", ["gbk", "cp949", "cp932", "cp1252", "utf-16-le", "utf-16-be", "utf-16", "utf-8-sig"]
)
def test_an_encoding_is_guessed_said_and_can_be_named(tmp_path: Path, encoding: str) -> None:
    request = {
        "gbk": "怎样烤面包？请告诉我。",
        "cp949": "빵을 어떻게 굽나요? 알려 주세요.",
        "cp932": "パンの焼き方を教えてください。",
    }
    text = f"prompt,label\n{request.get(encoding, 'Où est-il? Süßes Brot.')},answer\n"
    path = written(tmp_path / "x.csv", text, encoding)

    records = records_of(path)

    assert cases_in(records)[0].request == text.splitlines()[1].rpartition(",")[0]
    assert ("read as" in told(records)) == (encoding not in ("utf-16", "utf-8-sig"))
    named = records_of(path, ImportOptions(encoding=encoding))
    assert cases_in(named) == cases_in(records)
    with pytest.raises(InputError, match="no encoding 'klingon'"):
        records_of(path, ImportOptions(encoding="klingon"))


def test_ten_thousand_columns_are_a_table(tmp_path: Path) -> None:
    names = ["prompt", *(f"c{number}" for number in range(10_000))]
    path = written(tmp_path / "x.csv", f"{','.join(names)}\n{','.join(['How?'] * len(names))}\n")

    records = records_of(path)

    assert len(cases_in(records)) == 1
    assert len(ledger(records)) == 10_001


def test_the_encoding_of_an_own_file_is_said_too(tmp_path: Path) -> None:
    path = written(tmp_path / "x.jsonl", '{"key": "a", "prompt": "Où est-il?", "label": "answer"}\n', "cp1252")

    records = records_of(path)

    assert [case.request for case in cases_in(records)] == ["Où est-il?"]
    assert "read as Windows-1252" in told(records)
