"""The request under review: the conversation with its earlier turns folded, and in one line where the case stands."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from reviewer.classify.turn_actions import TurnAction
from reviewer.core import bands
from reviewer.core.actions import ActionScale
from reviewer.core.cases import Case, Message
from reviewer.core.decisions import Hidden
from reviewer.review.place import ShownPlace
from reviewer.ui.kit.cover import covered_words
from reviewer.ui.kit.keymap import tell_key
from reviewer.ui.kit.one_line import OneLine
from reviewer.ui.kit.page import plain_label
from reviewer.ui.kit.reading import ReadingPane
from reviewer.ui.kit.theme import GRID, small_font
from reviewer.ui.kit.turns import MOST_UNFOLDED, headed
from reviewer.ui.review.response_pane import standing_words
from reviewer.wording.plain_text import isolated, preview
from reviewer.wording.plural import noun

NAME_CHARACTERS = 80
WORDS_OF_TURNS = 400
LABEL_HIDDEN = "The label is hidden until you have decided."
READ_BY_RULES = "Earlier turns, as the rules read them: "


class CasePane(QWidget):
    """Shows the case of one place of the queue; `E` unfolds the earlier turns, each by itself where they are many.
    `height_changed` comes with another case, and when turns are unfolded or folded.
    """

    height_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._case: Case | None = None
        self.unfolded = False
        self._best = ""
        self._standing: list[str] = []
        self._told = self._verdict_shown = True
        self._covered = self._shown_otherwise = False
        self.facts = OneLine()
        self.facts.setAccessibleName("Case")
        self.facts.setFont(small_font(self.facts.font()))
        self.fold = QPushButton()
        self.fold.setFlat(True)
        tell_key(self.fold, "review.earlier", "Show or fold earlier turns")
        self.fold.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.fold.clicked.connect(self.toggle_earlier)
        self.text = ReadingPane("Conversation")
        self.text.reshaped.connect(self.height_changed)
        self.turns = plain_label()
        self.turns.setFont(small_font(self.turns.font()))
        self.turns.setAccessibleName("What earlier turns did")
        self.turns.setMinimumWidth(1)
        self.turns.hide()
        self.band = OneLine()
        self.band.setAccessibleName("Where the case stands")
        self.band.setFont(small_font(self.band.font()))
        top = QHBoxLayout()
        top.setSpacing(2 * GRID)
        top.addWidget(self.facts, 1)
        top.addWidget(self.band, 3)
        top.addWidget(self.fold)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        layout.addLayout(top)
        layout.addWidget(self.text, 1)
        layout.addWidget(self.turns)

    def show_place(self, shown: ShownPlace, scale: ActionScale) -> None:
        left = shown.left
        if left is None:
            return
        if self._case is None or self._case.key != left.case.key:
            self.unfolded = False
        if self._case != left.case or self._shown_otherwise:
            self._case, self._shown_otherwise = left.case, False
            self._show_text()
        self._show_facts(left.case)
        earlier = turn_words(shown.turns, scale)
        self.turns.setText(preview(earlier, WORDS_OF_TURNS))
        self.turns.setToolTip(preview(earlier, 10 * WORDS_OF_TURNS))
        self.turns.setVisible(bool(shown.turns))
        label = left.case.label
        self._best = bands.sentence(label, left.case.band, scale) if label else without_label(shown)
        self._standing = [standing_words(item, scale) for item in shown.items if item is not None]
        self._show_band()
        self.height_changed.emit()

    def set_covered(self, covered: bool) -> None:
        """What is shown from now on is covered or not."""
        self._shown_otherwise = self._shown_otherwise or covered != self._covered
        self._covered = covered

    def show_nothing(self) -> None:
        """No case is under review: nothing of the one before stays."""
        self._case, self._best, self._standing = None, "", []
        self.facts.show_lines(())
        self.text.show_text("")
        self.turns.hide()
        self.fold.hide()
        self._show_band()

    def tell_standing(self, told: bool) -> None:
        """Whether how the responses stand is said here, or over each of them."""
        self._told = told
        self._show_band()

    def set_verdict_shown(self, shown: bool) -> None:
        """Without the verdict nothing tells how the responses stand, from the next place on that is shown."""
        self._verdict_shown = shown

    def _show_band(self) -> None:
        standing_now = self._standing if self._told and self._verdict_shown else []
        self.band.show_lines(["   ".join([self._best, *standing_now])] if self._best else [])

    def own_height(self) -> int:
        """What it takes to show all of it, in pixels at the present width."""
        over = [each.sizeHint().height() for each in (self.facts, self.band, self.fold) if not each.isHidden()]
        under = 0 if self.turns.isHidden() else self.turns.sizeHint().height() + GRID // 2
        return max(over) + GRID // 2 + self.text.own_height() + under

    def toggle_earlier(self) -> None:
        self.unfolded = not self.unfolded
        self._show_text()
        self.height_changed.emit()

    def step_turn(self, by: int) -> None:
        """To the next heading of a turn (`by` 1) or the one before (-1), where Return folds and opens it."""
        if not self.unfolded and self._case is not None and self._case.request_at and by < 0:
            self.toggle_earlier()
            self.text.moveCursor(QTextCursor.MoveOperation.End)
        self.text.step_section(by)

    def _show_facts(self, case: Case) -> None:
        facts = [case.key, case.category, case.segment, *case.tags, "borderline" if case.borderline else ""]
        self.facts.show_lines([" · ".join(isolated(preview(fact, NAME_CHARACTERS)) for fact in facts if fact)])

    def _show_text(self) -> None:
        case = self._case
        if case is None:
            return
        earlier = case.request_at
        turns = noun(earlier, "turn")
        self.fold.setVisible(earlier > 0)
        self.fold.setText(f"Fold {earlier} earlier {turns}" if self.unfolded else f"Show {earlier} earlier {turns}")
        if self._covered:
            self.text.show_text(covered_words("request", case.category, "review.on"))
        elif len(case.messages) == 1 and not case.messages[0].name:
            self.text.show_text(case.request)
        else:
            messages = case.messages if self.unfolded else case.messages[earlier:]
            text, sections = headed((f"{_who(message)}:", message.shown) for message in messages)
            folded = range(earlier) if self.unfolded and earlier > MOST_UNFOLDED else ()
            self.text.show_text(text, sections=sections, folded=folded)


def without_label(shown: ShownPlace) -> str:
    """What stands in the place of a label: that it is hidden, or that there is none."""
    return LABEL_HIDDEN if Hidden.LABEL in shown.hidden else "This case has no label yet."


def _who(message: Message) -> str:
    return f"{message.speaker[0].upper()}{message.speaker[1:]}"


def turn_words(turns: Sequence[TurnAction], scale: ActionScale) -> str:
    """`Earlier turns, as the rules read them: turn 2: clarify · turn 4: calls weather`; empty without any."""
    said = [f"turn {each.turn}: {_did(each, scale)}" for each in turns]
    return f"{READ_BY_RULES}{' · '.join(said)}" if said else ""


def _did(turn: TurnAction, scale: ActionScale) -> str:
    calls = f"calls {isolated(preview(', '.join(turn.calls), NAME_CHARACTERS))}" if turn.calls else ""
    if turn.action is None:
        return calls or "unscored"
    return ", ".join(filter(None, (scale[turn.action].short_name, calls)))
