"""A real workspace file for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from reviewer.store.database import Workspace, open_workspace
from tests.support.builders import Filled, fill, make_cases


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    opened = open_workspace(tmp_path / "workspace.db")
    yield opened
    opened.close()


@pytest.fixture
def filled(workspace: Workspace) -> Filled:
    """Six cases labelled answer and refuse in turn, each with a response that the rules call an answer."""
    return fill(workspace, make_cases(6))
