"""A bundle in the window: a banner says what it is, its cases are read, and a decision is refused with a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviewer.app.bundle_figures import BundleAsked
from reviewer.app.bundles import write_bundle
from reviewer.core.changes import Changes
from reviewer.core.scoring.score import Options
from reviewer.store.database import open_workspace
from reviewer.ui.frame.banner import ReadOnlyBanner
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.review.page import ReviewPage
from tests.support.builders import REFUSE, decide
from tests.ui.conftest import Settle


@pytest.fixture
def bundle(demo_copy: Path, tmp_path: Path) -> Path:
    workspace = open_workspace(demo_copy)
    write_bundle(workspace, BundleAsked("1.3", "1.2", Options()), tmp_path / "demo.zip")
    workspace.close()
    return tmp_path / "demo.zip"


def test_a_bundle_is_shown_and_not_changed(window: MainWindow, bundle: Path, settle: Settle) -> None:
    session = window.session
    banner = window.findChild(ReadOnlyBanner)
    assert banner is not None
    assert not banner.isVisibleTo(window)
    window.files.open(bundle)
    settle(session)
    assert session.path == bundle
    assert banner.isVisibleTo(window)
    assert "demo.zip is open to be read" in banner.text.text()
    for page in ("cases", "runs", "score", "compare", "review"):
        window.show_page(page)
        settle(session)
    review = window.pages["review"]
    assert isinstance(review, ReviewPage)
    review.state.remember_place()  # as it does a moment after each step
    review.deciding.keep_draft(1, "a thought")
    settle(session)
    assert not window.notices.text
    refused: list[Exception] = []
    session.write(lambda workspace: (decide(workspace, 1, REFUSE), Changes()), failed=refused.append)
    settle(session)
    assert "nothing in it can be changed" in str(refused[0])


def test_a_workspace_after_it_has_no_banner(window: MainWindow, bundle: Path, demo_copy: Path, settle: Settle) -> None:
    for path, there in ((bundle, True), (demo_copy, False)):
        window.files.open(path)
        settle(window.session)
        banner = window.findChild(ReadOnlyBanner)
        assert banner is not None
        assert banner.isVisibleTo(window) is there
