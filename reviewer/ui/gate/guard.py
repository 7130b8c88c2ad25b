"""Stands before everything that would take an edited policy away: unsaved edits are asked about in the page."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from reviewer.ui.cases.filters import UnsavedBar
from reviewer.ui.gate.draft import PolicyDraft
from reviewer.wording.plain_text import preview


class PolicyGuard(QObject):
    """`save_wanted` asks for the policy to be saved, after which `go_on` is to be called; `kept` comes when the person
    goes on editing.
    """

    save_wanted = Signal()
    kept = Signal()

    def __init__(self, draft: PolicyDraft, bar: UnsavedBar, parent: QObject) -> None:
        super().__init__(parent)
        self._draft, self._bar = draft, bar
        self._after: Callable[[], object] | None = None
        bar.keep_wanted.connect(self._keep)
        bar.discard_wanted.connect(self._discard)
        bar.save_wanted.connect(self.save_wanted)

    def guard(self, go_on: Callable[[], object]) -> None:
        """Do it now, or after the person has said what becomes of the unsaved edits."""
        if self._draft.is_unsaved:
            self._after = go_on
            self._bar.ask(preview(self._draft.title, 60))
        else:
            go_on()

    def go_on(self) -> None:
        """What the person wanted to do when they were asked; only once."""
        after, self._after = self._after, None
        self._bar.hide()
        if after is not None:
            after()

    def _discard(self) -> None:
        self._draft.discard()
        self.go_on()

    def _keep(self) -> None:
        self._after = None
        self._bar.hide()
        self.kept.emit()
