"""The lines under parts of a text that is laid out, whatever runs left or right in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import QPointF
from PySide6.QtGui import QTextBlock, QTextLine


def edges_under(block: QTextBlock, origin: QPointF, start: int, end: int) -> Iterator[tuple[float, float, float]]:
    """Left, right and baseline of each line's part of a stretch of the document, for a block drawn at `origin`."""
    for line in _lines_over(block, start, end):
        first = max(start - block.position(), line.textStart())
        last = min(end - block.position(), line.textStart() + line.textLength())
        seen = line.naturalTextRect()
        # without the spaces at which the line was broken; in right-to-left text the end lies left of the start
        left, right = sorted(min(max(_x(line, at), seen.left()), seen.right()) for at in (first, last))
        yield origin.x() + left, origin.x() + right, origin.y() + line.y() + line.ascent()


def _lines_over(block: QTextBlock, start: int, end: int) -> list[QTextLine]:
    """The laid out lines of a block that hold a part of the stretch."""
    layout = block.layout()
    lines = [layout.lineAt(number) for number in range(layout.lineCount())]
    first, last = start - block.position(), end - block.position()
    return [line for line in lines if line.textStart() < last and line.textStart() + line.textLength() > first]


def _x(line: QTextLine, position: int) -> float:
    """The horizontal place of a position in a line. Qt gives it with the position, where its stubs say an object."""
    found: Any = line.cursorToX(position)
    return float(found[0])
