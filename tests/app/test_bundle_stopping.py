"""A bundle that nobody wants any more: wherever it is stopped, what was there before stays, and nothing beside it."""

from __future__ import annotations

import tempfile
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest

from reviewer.app.bundle_figures import BundleAsked
from reviewer.app.bundles import write_bundle
from reviewer.app.stopping import ReportCancelledError
from reviewer.core.scoring.score import Options
from tests.support.builders import filled_workspace


def test_wherever_it_is_stopped_nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    (tmp_path / "out").mkdir()
    target = tmp_path / "out" / "b.zip"
    filled = filled_workspace(tmp_path / "w.db")
    asked = BundleAsked("run", "", Options())
    with closing(filled.workspace) as workspace:
        stopped_at = 0
        for last in count():
            questions = iter(range(10_000))
            target.write_bytes(b"of before")
            try:
                write_bundle(workspace, asked, target, cancelled=lambda: next(questions) >= last)  # noqa: B023 called here
            except ReportCancelledError:
                stopped_at += 1
                assert target.read_bytes() == b"of before"
                assert list(target.parent.iterdir()) == [target]
                assert list((tmp_path / "temporary").iterdir()) == []
            else:
                break
        assert stopped_at > 5
        assert target.read_bytes() != b"of before"
