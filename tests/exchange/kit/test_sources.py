"""Files that are not what they should be: each a sentence, before a single record."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviewer.core.errors import EnvironmentFault, InputError
from reviewer.exchange.kit.sources import faults_named
from reviewer.exchange.registry import FORMATS, detect, format_named
from tests.exchange.reading import PLAIN, records_of, written


@pytest.mark.parametrize("format_name", ["", *(name for name in FORMATS)])
def test_missing_files_folders_and_empty_files_are_sentences(tmp_path: Path, format_name: str) -> None:
    with pytest.raises(InputError, match="There is no file"):
        records_of(tmp_path / "absent.csv", PLAIN, format_name)
    with pytest.raises(InputError, match="is a folder"):
        records_of(tmp_path, PLAIN, format_name)
    with pytest.raises(InputError):
        records_of(written(tmp_path / "empty.csv", ""), PLAIN, format_name)


def test_other_faults_of_the_file_system_are_the_environment_s(tmp_path: Path) -> None:
    refused = pytest.raises(EnvironmentFault, match=r"own\.csv cannot be read: No access\. Check")
    with refused, faults_named(tmp_path / "own.csv"):
        raise PermissionError(13, "No access")


@pytest.mark.parametrize("name", ["x.csv", "x.jsonl", "x.bin"])
def test_a_binary_file_is_named_as_such(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"\x7fELF\0\0\1\2" * 50)

    with pytest.raises(InputError, match="binary file"):
        records_of(path)
    with pytest.raises(InputError, match="binary file"):
        records_of(path, PLAIN, "csv")


def test_a_nul_far_into_the_file_refuses_all_of_it(tmp_path: Path) -> None:
    path = written(tmp_path / "x.csv", "prompt,label\n" + "x,answer\n" * 20_000 + "a\0b,answer\n")

    with pytest.raises(InputError, match="binary file"):
        records_of(path)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_another_encoding_is_refused_with_the_byte_and_the_line(tmp_path: Path, mark: bytes) -> None:
    path = tmp_path / "x.csv"
    good = mark + b"prompt,label\n" + "é,answer\n".encode() * 200_000
    path.write_bytes(good + "où,answer\n".encode("cp1252"))

    with pytest.raises(InputError, match=f"byte {len(good) + 1:,} \\(line 200,002\\)") as refusal:
        records_of(path)
    assert "Save it as UTF-8" in refusal.value.remedy


def test_a_cut_character_at_the_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes("prompt,label\né".encode()[:-1])

    with pytest.raises(InputError, match="byte 13"):
        records_of(path)


def test_unknown_files_and_formats_name_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"reviewer-cases, .*or-bench"):
        detect(written(tmp_path / "x.dat", "nothing that anybody knows"))
    with pytest.raises(InputError, match="no format 'yaml'"):
        format_named("yaml")


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.jsonl", '{"suite": {"name": "S"}}\n', "reviewer-cases"),
        ("a.jsonl", '{"key": "a", "messages": []}', "reviewer-cases"),
        ("a.jsonl", '\ufeff{"bad\n{"key": "a", "prompt": ""}', "reviewer-cases"),
        ("a.jsonl", '{"key": "a", "prompt": "' + "x" * 100_000 + '"}', "reviewer-cases"),
        ("a.jsonl", '{"case": "a", "text": "b"}', "reviewer-responses"),
        ("a.jsonl", '{"case": "a", "reviewer": "b"}', "reviewer-decisions"),
        ("a.jsonl", '{"key": "a", "prompt": "b", "score": NaN}\n{"key": "b", "prompt": "c"}', "json"),
        ("a.csv", "key,prompt,label\n", "reviewer-cases"),
        ("a.csv", "key,prompt,label,mine\n", "csv"),
        ("a.csv", "key,prompt\n", "csv"),
        ("a.csv", "prompt,category\n", "csv"),
        ("or-bench-80k.csv", "prompt,category\n", "or-bench"),
        ("a.csv", "id,prompt,type,label,focus,note\n", "xstest-prompts"),
        ("a.csv", "id,type,prompt,completion,annotation_1,annotation_2,agreement,final label\n", "xstest-completions"),
        ("a.txt", "question\tanswer\n", "csv"),
    ],
)
def test_formats_are_recognised(tmp_path: Path, name: str, text: str, expected: str) -> None:
    assert detect(written(tmp_path / name, text)).name == expected


def test_every_format_says_what_it_is() -> None:
    for name, each in FORMATS.items():
        assert each.name == name
        assert each.description.endswith(".")
        assert "\n" not in each.description
