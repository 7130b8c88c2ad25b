"""A format that a person named for a file that is in another one: the sentence says what the file is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from reviewer.core.errors import InputError
from reviewer.exchange.registry import FORMATS
from tests.exchange.reading import records_of
from tests.fuzz.seeds import seeds_of

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
KINDS = {
    "a.parquet": ("parquet", "seed.parquet", "a Parquet file"),
    "a.xlsx": ("xlsx", "seed.xlsx", "a zip file"),
    "a.db": ("pyrit", "seed.db", "a database"),
    "a.arrow": ("arrow", "seed.arrow", "an Arrow file"),
    "a.png": ("", "", "a picture"),
}
DECLINING = ("pyrit-duckdb", "promptfoo-other", "lm-eval-results", "helm-stats")


@pytest.fixture(params=KINDS)
def binary(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, str]:
    form, seed, words = KINDS[request.param]
    path = tmp_path / str(request.param)
    path.write_bytes(seeds_of(form)[seed] if form else PICTURE)
    return path, words


def refusals(path: Path) -> Iterator[tuple[str, str]]:
    for name in FORMATS:
        try:
            records_of(path, format_name=name)
        except InputError as error:
            yield name, str(error)


def test_a_format_of_text_says_what_the_file_is(binary: tuple[Path, str]) -> None:
    path, words = binary
    said = dict(refusals(path))
    assert words in said["reviewer-cases"]
    assert "UTF-8" not in " ".join(said[name] for name in said if name not in ("xlsx", "ods"))


def test_a_format_that_only_declines_speaks_of_its_own_files(binary: tuple[Path, str]) -> None:
    path, _ = binary
    said = dict(refusals(path))
    assert {name: said[name].split(". ")[0] for name in DECLINING} == {
        name: f"{path} is no file of the format {name}" for name in DECLINING
    }


def test_no_sentence_ends_twice(binary: tuple[Path, str]) -> None:
    path, _ = binary
    assert [said for _, said in refusals(path) if ".." in said.replace("…", "")] == []
