"""Each test has a workspace path of its own, and folders of the person that are nobody's."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.commands import Commands, case_file, response_file


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "HOME"):
        monkeypatch.setenv(variable, str(tmp_path / "home"))
    monkeypatch.delenv("REVIEWER_WORKSPACE", raising=False)


@pytest.fixture
def reviewer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Commands:
    """The commands on a workspace that does not exist yet."""
    return Commands(tmp_path / "workspace.sqlite", capsys)


@pytest.fixture
def filled(reviewer: Commands, tmp_path: Path) -> Commands:
    """The commands on a workspace with the suite `cases` of six cases and the imported run `v1`."""
    reviewer.done("import", case_file(tmp_path), response_file(tmp_path))
    return reviewer
