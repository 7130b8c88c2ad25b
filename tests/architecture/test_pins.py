"""The check of the pins: versions inside and outside what an advisory names, and files that are none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.pins import check, main, pins


def advisory(*events: dict[str, str], name: str = "Some_Package", **more: object) -> dict[str, object]:
    affected = {"package": {"ecosystem": "PyPI", "name": name}, "ranges": [{"type": "ECOSYSTEM", "events": events}]}
    return {"id": "X-1", "modified": "2026-10-01T00:00:00Z", "summary": "s", "affected": [affected], **more}


@pytest.mark.parametrize(
    ("version", "known"),
    [("0.9", False), ("1.0", True), ("1.9", True), ("1.10", False), ("2.0", True), ("2.5", True), ("2.6", False)],
)
def test_a_version_is_held_against_each_stretch(version: str, known: bool, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    events = ({"introduced": "1.0"}, {"fixed": "1.10"}, {"introduced": "2.0"}, {"last_affected": "2.5"})
    path.write_text(json.dumps([advisory(*events)]), encoding="utf-8")
    checked = check(path, {"some-package": version})
    assert (len(checked.found), checked.newest) == (int(known), "2026-10-01")


def test_what_was_withdrawn_or_is_of_others_is_not_counted(tmp_path: Path) -> None:
    given = [advisory({"introduced": "0"}, withdrawn="2026-01-01"), advisory({"introduced": "0"}, name="other")]
    (tmp_path / "a.json").write_text(json.dumps(given), encoding="utf-8")
    assert check(tmp_path, {"some-package": "1"}).found == ()


def test_it_says_of_which_day_its_data_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(advisory({"introduced": "0"}, name=next(iter(pins())))), encoding="utf-8")
    assert main([str(path)]) == 1
    assert "whose newest is of 2026-10-01: 1 known." in capsys.readouterr().out


@pytest.mark.parametrize("content", ["", "[]", "{}", "no JSON"])
def test_a_file_that_is_none_is_no_clean_bill(content: str, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(content, encoding="utf-8")
    assert main([str(path)]) == 2
