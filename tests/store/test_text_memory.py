"""What is remembered of texts is forgotten with the workspace that they are from: a locked window closes it."""

from __future__ import annotations

from pathlib import Path

from reviewer.core.text_memory import remembered
from reviewer.store.database import open_workspace


def test_no_text_is_remembered_once_a_workspace_was_closed(tmp_path: Path) -> None:
    read: list[str] = []

    def length(text: str) -> int:
        read.append(text)
        return len(text)

    known = remembered(length, 2)
    assert (known("praline"), known("praline")) == (7, 7)
    assert read == ["praline"]
    open_workspace(tmp_path / "w.sqlite").close()
    assert known("praline") == 7
    assert read == ["praline", "praline"]
