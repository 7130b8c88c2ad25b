"""Folders that are made to be fuzzed: nothing outside of them is changed, and reading them ends with a sentence."""

from __future__ import annotations

import random
from contextlib import suppress
from pathlib import Path

import pytest

from reviewer.core.errors import KnownError
from reviewer.exchange.registry import read_file
from tests.exchange.reading import PLAIN
from tests.fuzz.folders import OUTSIDE, SEVERAL, write_changed
from tests.support.effort import often


@pytest.mark.parametrize("format_name", SEVERAL)
def test_a_changed_folder_is_read_or_refused_and_what_lies_outside_stays(tmp_path: Path, format_name: str) -> None:
    chance, folder = random.Random(format_name), tmp_path / "several"  # noqa: S311 - repeats itself
    for _ in range(often(150, 15)):
        path = write_changed(format_name, folder, chance)
        with suppress(KnownError):
            assert OUTSIDE.decode().strip() not in repr(list(read_file(path, PLAIN, format_name)))
        assert {each.name for each in tmp_path.iterdir()} == {"several", "outside.txt"}
        assert (tmp_path / "outside.txt").read_bytes() == OUTSIDE


@pytest.mark.parametrize("name", ["\0", "a" * 300, "../outside.jsonl", "loop"])
def test_a_name_in_a_potato_project_that_is_none_of_its_files_reads_nothing(tmp_path: Path, name: str) -> None:
    project = tmp_path / "project"
    (project / "annotation_output").mkdir(parents=True)
    (project / "loop").symlink_to(project / "loop")
    (tmp_path / "outside.jsonl").write_text('{"id": "a", "text": "Outside"}', encoding="utf-8")
    (project / "config.yaml").write_text(f"data_files:\n  - {name}\n", encoding="utf-8")
    state = '{"user_id": "u", "instance_id_to_label_to_value": {"a": [[{"schema": "q", "name": "refuse"}, "on"]]}}'
    (project / "annotation_output" / "user_state.json").write_text(state, encoding="utf-8")
    with suppress(KnownError):
        assert "Outside" not in repr(list(read_file(project / "annotation_output", PLAIN, "potato")))
