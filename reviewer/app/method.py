"""The method page: every formula, its source, its assumptions, and what the score does not say."""

from __future__ import annotations

from reviewer.app.paths import resources_folder


def method_text() -> str:
    """Markdown, shipped with the program."""
    return (resources_folder() / "method.md").read_text(encoding="utf-8")
