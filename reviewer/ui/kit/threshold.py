"""How sure the rules must be, to be moved, with what that buys on a run said beside it while it moves."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QLabel, QSizePolicy, QSlider, QWidget

from reviewer.core.changes import Changes
from reviewer.store.database import Workspace
from reviewer.ui.kit.held_writes import Held
from reviewer.ui.kit.keys import OwnKeys
from reviewer.ui.kit.latest import LatestRead
from reviewer.ui.kit.page import plain_label, row
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.theme import GRID

if TYPE_CHECKING:
    from reviewer.app.figures.thresholds import ThresholdOnRun

STEPS = 100
KEPT_AFTER_MS = 400


class ThresholdLine(QWidget):
    """One line; hidden until a run is shown. `stored` comes when what was chosen is in the workspace."""

    stored = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._run_id = 0
        self._found: ThresholdOnRun | None = None
        self._figures = LatestRead(session, self._show, self._not_read)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, STEPS)
        self.slider.setPageStep(STEPS // 20)
        self.slider.setFixedWidth(20 * GRID)
        self.slider.setAccessibleName("How sure the rules must be")
        self.value = plain_label(wrap=False)
        self.value.setAccessibleName("Threshold")
        self.sentence = plain_label()
        self.sentence.setAccessibleName("What the threshold buys")
        self.sentence.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        label = QLabel("Rules sure at least")
        label.setBuddy(self.slider)
        line = row(label, self.slider, self.value, self.sentence)
        line.setContentsMargins(0, 0, 0, 0)
        line.setStretch(line.count() - 1, 1)
        self.setLayout(line)
        OwnKeys((self.slider,), self)
        self._keeping = QTimer(self)
        self._keeping.setSingleShot(True)
        self._keeping.setInterval(KEPT_AFTER_MS)
        self._keeping.timeout.connect(self.keep)
        self.slider.valueChanged.connect(self._on_moved)
        self.slider.sliderReleased.connect(self.keep)
        session.changed.connect(self._on_changed)
        self.hide()

    @property
    def threshold(self) -> float:
        return self.slider.value() / STEPS

    def show_run(self, run_id: int) -> None:
        """The run that the sentence is about; 0 for none, which hides the line."""
        if run_id == self._run_id:
            return
        self._run_id, self._found = run_id, None
        self.hide()
        self._read()

    def _read(self) -> None:
        if self._run_id:
            self._figures.ask(partial(_figures_of, run_id=self._run_id))

    def _on_changed(self, changes: Changes) -> None:
        if changes.removed:
            # the run may be gone; who still shows it says so
            self._run_id, self._found = 0, None
            self.hide()
            return
        here = changes.queues or changes.touches_run(self._run_id)
        if here and changes.by is not self and changes.kinds & {"responses", "verdicts", "decisions", "queues"}:
            self._read()

    def _not_read(self, error: Exception) -> None:
        """No figures of another run or moment stay on the screen."""
        self._found = None
        self.hide()
        self._session.tasks.failed.emit(error)

    def _show(self, read: tuple[int, ThresholdOnRun]) -> None:
        run_id, found = read
        if run_id != self._run_id:
            return
        self._found = found
        if not self._keeping.isActive() and not self.slider.isSliderDown():
            self.slider.blockSignals(True)
            self.slider.setValue(round(found.set_to * STEPS))
            self.slider.blockSignals(False)
        self._say()
        self.show()

    def _on_moved(self) -> None:
        self._say()
        if not self.slider.isSliderDown():
            self._keeping.start()

    def _say(self) -> None:
        """What is shown follows the hand; nothing is read for it."""
        self.value.setText(f"{self.threshold:.2f}")
        if self._found is not None:
            figures = self._found.at(self.threshold)
            self.sentence.setText(figures.sentence)
            for widget in (self.sentence, self.slider):
                widget.setToolTip(figures.source)
            self.slider.setAccessibleDescription(figures.sentence)

    def keep(self) -> None:
        """Store what is chosen as the workspace's threshold."""
        self._keeping.stop()
        if self._found is not None:
            write = partial(_store, threshold=self.threshold)
            self._session.write(
                write, lambda _done: self.stored.emit(), self._not_read, by=self, held=Held("Your threshold")
            )


def _figures_of(workspace: Workspace, *, run_id: int) -> tuple[int, ThresholdOnRun]:
    from reviewer.app.figures.thresholds import threshold_on

    return run_id, threshold_on(workspace, run_id)


def _store(workspace: Workspace, *, threshold: float) -> tuple[None, Changes]:
    from reviewer.app.figures.thresholds import choose_threshold

    return None, choose_threshold(workspace, threshold)
