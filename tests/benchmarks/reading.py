"""Texts that were made to freeze a window: how long until they are seen, how long a scroll step takes.

A real pane of a real window, without a screen. The steps are a line, a page, and jumps over the whole text. What is
counted is the time of the processor, which all of it takes in one thread, so that other programs do not count.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping

from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QMainWindow

from reviewer.core.decisions import Evidence
from reviewer.ui.kit.reading import ReadingPane
from tests.benchmarks.measure import Figure

HOSTILE: Mapping[str, str] = {
    "1 MB": "The quick brown fox jumps over the lazy dog, and again. " * 18_000,
    "50,000 lines": "a line of some words\n" * 50_000,
    "one line of 200,000 characters": "abcdefgh ijkl" * 15_400,
    "one word of 200,000 characters": "x" * 200_000,
    "200,000 Hebrew letters in a line": "שלום עולם " * 20_000,
    "100,000 hidden characters": "ab\u200b\u202e" * 50_000,
}
SEEN_MS, STEP_MS = 100.0, 16.0


def reading() -> Iterator[Figure]:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication.instance() or QApplication([])
    window = QMainWindow()
    pane = ReadingPane("Response")
    window.setCentralWidget(pane)
    window.resize(900, 500)
    window.show()
    app.processEvents()
    evidence = [Evidence(at, at + 40, "declines") for at in range(0, 4_000, 100)]
    for name, text in HOSTILE.items():
        started = time.process_time()
        pane.show_text(text, evidence)
        pane.viewport().repaint()
        yield Figure(f"{name}: seen", _ms_since(started), "ms", aim=SEEN_MS)
        waits = []
        while pane.is_filling:
            started = time.process_time()
            app.processEvents()
            waits.append(_ms_since(started))
        yield Figure(f"{name}: longest wait meanwhile", max(waits, default=0.0), "ms", aim=STEP_MS)
        steps = sorted(_scrolled(pane))
        yield Figure(f"{name}: scroll step, 95 of 100", steps[len(steps) * 95 // 100], "ms", aim=STEP_MS)
    window.close()


def _scrolled(pane: QAbstractScrollArea) -> Iterator[float]:
    """How long each step took, in milliseconds."""
    bar = pane.verticalScrollBar()
    for to in (*range(0, 2_000, 30), *range(2_000, 20_000, 400), *range(0, bar.maximum(), bar.maximum() // 20)):
        started = time.process_time()
        bar.setValue(to)
        pane.viewport().repaint()
        yield _ms_since(started)


def _ms_since(started: float) -> float:
    return (time.process_time() - started) * 1000
