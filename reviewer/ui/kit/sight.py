"""What a blind review keeps out of sight in the whole window: pages beside the review ask here."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from reviewer.ui.kit.keymap import named_keys

NAMES_VERSIONS = "This names versions. End the blind review first ({review.blind} in Review)."


class Sight(QObject):
    """`blind`: no verdict, version or word of others is to be seen; `unlabelled`: nor a label. `changed` says so."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.blind = self.unlabelled = False

    def keep_out(self, *, blind: bool, label: bool) -> None:
        """From now on; without a blind review everything is in sight."""
        now = (blind, blind and label)
        if now != (self.blind, self.unlabelled):
            self.blind, self.unlabelled = now
            self.changed.emit()

    def unless_blind(self, act: Callable[[], object], refuse: Callable[[str], object]) -> Callable[[], None]:
        """What names versions and verdicts: it is done, or a sentence says why not while they are hidden."""

        def do() -> None:
            refuse(named_keys(NAMES_VERSIONS)) if self.blind else act()

        return do
