"""The top of the score screen: the score as its largest thing, what it means, and how much of it people have read."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from reviewer.app.figures.scores import ScoredRun
from reviewer.core.scoring.score import Interval, rough_word
from reviewer.ui.kit.page import answer_label, plain_label
from reviewer.ui.kit.theme import GRID
from reviewer.ui.score.cards import quiet_label, version_name
from reviewer.wording import score as wording
from reviewer.wording.labels import version_words
from reviewer.wording.plain_text import names_apart
from reviewer.wording.score import figure


class ScoreTop(QWidget):
    """One run: its score, what it means, how much of it people have read, by which labels. Two: the same below their
    decision.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title, self.score = quiet_label(), answer_label()
        self.sentence, self.reviewed, self.moved = plain_label(), quiet_label(), quiet_label()
        self.score.setAccessibleName("Balanced score")
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.sentence.setAccessibleName("The score in one sentence")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        for widget in (self.title, self.score, self.sentence, self.reviewed, self.moved):
            layout.addWidget(widget)
        self.moved.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.moved.setAccessibleName("What moved, with its statistics")

    def show_runs(self, runs: Sequence[ScoredRun], moved: str) -> None:
        """`moved` says what changed between two runs, in a statistician's words."""
        card = runs[0].card
        self.title.setText(wording.title(card))
        self.score.setText(score_words(card.score.balanced, card.intervals.get("balanced")))
        self.score.setVisible(len(runs) == 1)
        names = names_apart([run.line.name for run in runs], 60)
        sentences = [wording.summary(run.card, name) for run, name in zip(runs, names, strict=True)]
        self.sentence.setText("\n".join(sentences))
        self.moved.setText(moved)
        self.moved.setVisible(bool(moved))
        read = [f"{name}: {wording.review_state(run.card)}" for run, name in zip(runs, names, strict=True)]
        labels = dict.fromkeys(version_words(run.opinions.versions, run.opinions.open_disputes) for run in runs)
        self.reviewed.setText("   ·   ".join([*read, *labels]))


def score_words(value: float | None, found: Interval | None) -> str:
    """`0.448 of 1, between 0.37 and 0.53`."""
    if value is None:
        return "No score yet"
    if found is None or found.low is None or found.high is None:
        return f"{figure(value)} of 1"
    roughly = "roughly " if rough_word(found.method) else ""
    return f"{figure(value)} of 1, {roughly}between {figure(found.low, 2)} and {figure(found.high, 2)}"


def told_apart(runs: Sequence[ScoredRun]) -> list[str]:
    """The warnings of one run, or of two, each with its run's mark where it is not said of both."""
    if len(runs) == 1:
        return list(runs[0].card.warnings)
    said = [run.card.warnings for run in runs]
    both = [f"Both: {warning}" for warning in said[0] if warning in said[1]]
    return both + [
        f"{version_name(runs, run)}: {warning}"
        for run, own, other in zip(runs, said, reversed(said), strict=True)
        for warning in own
        if warning not in other
    ]
