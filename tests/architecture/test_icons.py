"""The icons are plain, take the colour of the text around them, and fetch nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.checkout import RESOURCES

ICONS = sorted((RESOURCES / "icons").glob("*.svg"))
SHAPES = {"svg", "g", "path", "circle", "rect", "line", "polyline", "polygon", "ellipse"}
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsl\(|url\(")
NEEDED = {
    "app",
    "cases",
    "runs",
    "review",
    "score",
    "reports",
    "search",
    "undo",
    "guideline",
    "note",
    "next",
    "previous",
}


def test_the_set_is_complete() -> None:
    assert {path.stem for path in ICONS} >= NEEDED | {"warning", "lock"}


@pytest.mark.parametrize("icon", ICONS, ids=lambda path: path.stem)
def test_an_icon_has_shapes_and_no_colour_of_its_own(icon: Path) -> None:
    text = icon.read_text(encoding="utf-8")
    assert 'viewBox="0 0 24 24"' in text
    assert 'stroke="currentColor"' in text
    assert set(re.findall(r"<(\w+)", text)) <= SHAPES
    assert not COLOUR.search(text)
    assert "href" not in text
