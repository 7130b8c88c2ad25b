"""The colours of a picture, counted all at once: a call for each pixel of a window takes seconds."""

from __future__ import annotations

from collections import Counter

from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QWidget


def colours_of(widget: QWidget) -> Counter[str]:
    """How many pixels of a widget have each colour, by its name (#rrggbb)."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    found = Counter(memoryview(image.constBits()).cast("I"))
    return Counter({QColor(value & 0xFFFFFF).name(): count for value, count in found.items()})
