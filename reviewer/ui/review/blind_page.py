"""What a blind review does on the page: the names in the line above, the line that reveals, keys that would tell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from reviewer.core.decisions import Hidden
from reviewer.review.place import Picked, Queue, ShownPlace
from reviewer.store.facts.review import QueueFilter
from reviewer.ui.kit.keymap import named_keys
from reviewer.ui.kit.keys_ahead import show_over
from reviewer.ui.kit.session import Session
from reviewer.ui.review.bar import ReviewBar
from reviewer.ui.review.blind_settings import BlindSettings
from reviewer.ui.review.reveal import RevealLine
from reviewer.ui.review.state import Reviewing

TELLING: dict[str, str] = {
    QueueFilter.OUT_OF_LABEL: "holds what differs from the label",
    QueueFilter.DISAGREEMENT: "holds what classifiers differ on",
    QueueFilter.DISPUTED: "holds what reviewers differ on",
    QueueFilter.UNSCORED: "holds what has no action yet",
    QueueFilter.NEEDS_PERSON: "was put together by the verdicts",
}
"""Queues in which being there tells something that is hidden."""


class BlindOnPage(QObject):
    """`refused` carries why a key did nothing."""

    refused = Signal(str)

    def __init__(
        self, session: Session, reviewing: Reviewing, bar: ReviewBar, reveal: RevealLine, page: QWidget
    ) -> None:
        super().__init__(page)
        self._session, self._reviewing, self._bar, self._reveal, self._page = session, reviewing, bar, reveal, page
        self._blind = reviewing.blind
        self._blind.changed.connect(self._follow)
        reviewing.queue_loaded.connect(self._begin)
        reviewing.revealed.connect(self._tell)
        bar.blind.clicked.connect(lambda _checked=False: self.toggle())

    def toggle(self) -> None:
        begins = not self._blind.on
        self._blind.toggle()
        # it ends once that is stored
        self._bar.blind.setChecked(self._blind.on)
        if begins:
            self._warn()

    def open_settings(self) -> None:
        dialog = BlindSettings(self._blind.blinding, self._page.window())
        dialog.chosen.connect(
            lambda label, again: self._blind.choose(replace(self._blind.blinding, label=label, again=again))
        )
        show_over(dialog)

    def unless(self, word: Hidden, sentence: str, act: Callable[[], object]) -> Callable[[], None]:
        """A key that does what it does, or says why not while that is hidden."""

        def do() -> None:
            shown = self._reviewing.current
            if shown is not None and word in shown.hidden:
                self.refused.emit(named_keys(sentence))
            else:
                act()

        return do

    def _follow(self) -> None:
        self._bar.set_blind(self._blind.on)
        self._reveal.setVisible(self._blind.on)

    def _begin(self, queue: Queue | None) -> None:
        self._follow()
        self._reveal.begin()
        if queue is not None:
            self._warn()

    def _tell(self, place: ShownPlace) -> None:
        if self._reviewing.scale is not None:
            self._reveal.tell(place, self._reviewing.scale, self._session.reviewer)

    def _warn(self) -> None:
        queue = self._reviewing.queue
        if queue is None or not self._blind.on or isinstance(queue.filter, Picked) or queue.filter not in TELLING:
            return
        told = TELLING[queue.filter]
        self._session.notice.emit(
            f"This queue {told}, so that being in it tells something. Choose another one to be blind to all of it."
        )
