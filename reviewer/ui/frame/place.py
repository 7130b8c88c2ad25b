"""The status bar: which workspace is open, who reviews, and whether work is going on."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QLabel, QProgressBar, QStatusBar

from reviewer.host.offline import LockedBy
from reviewer.ui.kit.theme import GRID
from reviewer.wording.plain_text import plain_text, preview

MOST_NAME = 60
"""Characters of a file's name: it must not make the window wider."""

BUSY_AFTER_MS = 300

LONGEST_PACE = "9,999 this session, median 999 s, 9,999 min "


class PlaceBar(QStatusBar):
    """Says where the person is."""

    def __init__(self) -> None:
        super().__init__()
        self._place = QLabel()
        self._pace = QLabel()
        self._pace.setAccessibleName("How the session goes")
        self._pace.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._pace.setContentsMargins(0, 0, GRID, 0)
        # of one width, so that nothing moves with the count
        self._pace.setFixedWidth(self.fontMetrics().horizontalAdvance(LONGEST_PACE) + 2 * GRID)
        self._busy = QProgressBar()
        self._busy.setRange(0, 0)
        self._busy.setMaximumWidth(12 * GRID)
        self._busy.setTextVisible(False)
        self._busy.setAccessibleName("Work is going on")
        keeps_its_place = self._busy.sizePolicy()
        keeps_its_place.setRetainSizeWhenHidden(True)
        self._busy.setSizePolicy(keeps_its_place)
        self._busy.hide()
        self._busy_soon = QTimer(self)
        self._busy_soon.setSingleShot(True)
        self._busy_soon.setInterval(BUSY_AFTER_MS)
        self._busy_soon.timeout.connect(self._busy.show)
        self.offline = QLabel()
        self.offline.setAccessibleName("Whether anything can be sent")
        self.offline.setContentsMargins(GRID, 0, GRID, 0)
        self.addWidget(self._place, 1)
        self.addPermanentWidget(self.offline)
        self.addPermanentWidget(self._pace)
        self.addPermanentWidget(self._busy)
        self.setSizeGripEnabled(False)

    def show_place(self, path: Path | None, reviewer: str) -> None:
        """The workspace's name; its whole path is a tool tip, because it may be long and nobody's business."""
        self._place.setText(f"{preview(path.name, MOST_NAME)}   ·   reviewer: {reviewer}" if path else "")
        self._place.setToolTip(plain_text(str(path or "")))

    def show_lock(self, by: LockedBy | None) -> None:
        """Whether the offline lock holds, and what holds it."""
        self.offline.setText("Offline" if by else "")
        self.offline.setToolTip(f"Nothing is sent and no name looked up: locked by {by}." if by else "")
        self.offline.setVisible(by is not None)

    def show_pace(self, words: str) -> None:
        """How many decisions in this session, how fast, for how long."""
        self._pace.setText(words)

    def show_busy(self, is_busy: bool) -> None:
        """What is over in a moment, as most reads are, is not shown: the sign would come and go with each key."""
        if not is_busy:
            self._busy_soon.stop()
            self._busy.hide()
        elif not self._busy_soon.isActive():
            self._busy_soon.start()
