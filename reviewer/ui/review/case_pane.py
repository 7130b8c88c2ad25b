"""The request under review: the conversation with its earlier turns folded, the band in words, the action strip."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from reviewer.classify.turn_actions import TurnAction
from reviewer.core import bands
from reviewer.core.actions import ActionScale
from reviewer.core.cases import Case, Message
from reviewer.core.decisions import FinalSource, UnscoredReason
from reviewer.core.scoring.standing import standing
from reviewer.review.place import ShownPlace
from reviewer.store.facts.review import ReviewItem
from reviewer.ui.kit.page import plain_label
from reviewer.ui.kit.reading import ReadingPane
from reviewer.ui.kit.strip import ActionStrip, Marker, StripFacts
from reviewer.ui.kit.theme import GRID, small_font
from reviewer.wording.plain_text import preview
from reviewer.wording.plural import noun
from reviewer.wording.states import state_words

NAME_CHARACTERS = 80
_PEOPLE = (FinalSource.ADJUDICATED, FinalSource.DECIDED)
WORDS_OF_TURNS = 400
READ_BY_RULES = "Earlier turns, as the rules read them: "


class CasePane(QWidget):
    """Shows the case of one place of the queue; `E` unfolds the earlier turns."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._case: Case | None = None
        self.unfolded = False
        self.facts = plain_label()
        self.facts.setFont(small_font(self.facts.font()))
        self.fold = QPushButton()
        self.fold.setFlat(True)
        self.fold.setToolTip("Key: E")
        self.fold.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.fold.clicked.connect(self.toggle_earlier)
        self.text = ReadingPane("Conversation")
        self.turns = plain_label()
        self.turns.setFont(small_font(self.turns.font()))
        self.turns.setAccessibleName("What earlier turns did")
        self.turns.setMinimumWidth(1)
        self.turns.hide()
        self.band = plain_label()
        self.strip = ActionStrip()
        top = QHBoxLayout()
        top.addWidget(self.facts, 1)
        top.addWidget(self.fold)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        layout.addLayout(top)
        layout.addWidget(self.text, 1)
        layout.addWidget(self.turns)
        layout.addWidget(self.band)
        layout.addWidget(self.strip)

    def show_place(self, shown: ShownPlace, scale: ActionScale) -> None:
        left = shown.left
        if left is None:
            return
        if self._case is None or self._case.key != left.case.key:
            self.unfolded = False
        if self._case != left.case:
            self._case = left.case
            self._show_text()
        self._show_facts(left.case)
        earlier = turn_words(shown.turns, scale)
        self.turns.setText(preview(earlier, WORDS_OF_TURNS))
        self.turns.setToolTip(preview(earlier, 10 * WORDS_OF_TURNS))
        self.turns.setVisible(bool(shown.turns))
        label = left.case.label
        self.band.setText(bands.sentence(label, left.case.band, scale) if label else "This case has no label yet.")
        markers = tuple(_marker(item, several=len(shown.items) > 1) for item in shown.items if item is not None)
        self.strip.show_facts(StripFacts(scale, label, left.case.band, markers))
        words = [_standing_words(item, scale) for item in shown.items if item is not None]
        self.band.setText(f"{self.band.text()}   {'   '.join(words)}")

    def toggle_earlier(self) -> None:
        self.unfolded = not self.unfolded
        self._show_text()

    def _show_facts(self, case: Case) -> None:
        facts = [case.key, case.category, case.segment, *case.tags, "borderline" if case.borderline else ""]
        self.facts.setText(" · ".join(preview(fact, NAME_CHARACTERS) for fact in facts if fact))

    def _show_text(self) -> None:
        case = self._case
        if case is None:
            return
        earlier = case.request_at
        turns = noun(earlier, "turn")
        self.fold.setVisible(earlier > 0)
        self.fold.setText(f"Fold {earlier} earlier {turns}" if self.unfolded else f"Show {earlier} earlier {turns}")
        if len(case.messages) == 1 and not case.messages[0].name:
            self.text.show_text(case.request)
        else:
            messages = case.messages if self.unfolded else case.messages[earlier:]
            self.text.show_text("\n\n".join(f"{_who(message)}:\n{message.shown}" for message in messages))


def _who(message: Message) -> str:
    return f"{message.speaker[0].upper()}{message.speaker[1:]}"


def turn_words(turns: Sequence[TurnAction], scale: ActionScale) -> str:
    """`Earlier turns, as the rules read them: turn 2: clarify · turn 4: calls weather`; empty without any."""
    said = [f"turn {each.turn}: {_did(each, scale)}" for each in turns]
    return f"{READ_BY_RULES}{' · '.join(said)}" if said else ""


def _did(turn: TurnAction, scale: ActionScale) -> str:
    calls = f"calls {preview(', '.join(turn.calls), NAME_CHARACTERS)}" if turn.calls else ""
    if turn.action is None:
        return calls or "unscored"
    return ", ".join(filter(None, (scale[turn.action].short_name, calls)))


def _marker(item: ReviewItem, *, several: bool) -> Marker:
    return Marker(item.final.action, item.run if several else "", item.final.source in _PEOPLE)


def _standing_words(item: ReviewItem, scale: ActionScale) -> str:
    """`1.0 ▲ over-cautious (automatic)`, or why it is unscored."""
    stands = standing(item.case.label, item.case.band, item.final.action, scale)
    unscored = state_words(item.response.state) if item.final.reason is UnscoredReason.STATE else item.final.reason
    reason = str(unscored) if unscored else "decided" if item.final.source in _PEOPLE else "automatic"
    return f"{preview(item.run, NAME_CHARACTERS)} {stands.mark} {stands} ({reason})"
