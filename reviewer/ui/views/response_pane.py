"""One response under review: its text with the evidence, the verdict with its reason, the buttons that decide."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from reviewer.core.actions import ActionId, ActionScale
from reviewer.core.decisions import DecisionKind, Verdict, standing_events
from reviewer.core.responses import UNSCORED_STATES, ResponseState
from reviewer.store.queries.review import ReviewItem
from reviewer.ui.theme import GRID, small_font
from reviewer.ui.widgets.keys import OwnKeys
from reviewer.ui.widgets.page import plain_label
from reviewer.ui.widgets.reading import ReadingPane

BUTTONS_A_ROW = 3
NO_RESPONSE = "This run has no response to the case yet."


class ResponsePane(QWidget):
    """One side of the review screen. `decided` carries the action, None for cannot decide."""

    decided = Signal(object)

    def __init__(self, side: str, keys: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._side, self._keys = side, keys
        self._sign = "⇧" if keys else ""
        self._own_keys = OwnKeys((), self)
        self._scale: ActionScale | None = None
        self._item: ReviewItem | None = None
        self._verdict_shown = True
        self.title = plain_label(wrap=False)
        self.text = ReadingPane(f"{side} response")
        self.verdict = plain_label()
        self.verdict.setAccessibleName(f"{side} verdict")
        self.verdict.setFont(small_font(self.verdict.font()))
        self.verdict.setAlignment(Qt.AlignmentFlag.AlignTop)
        # two lines always: a reason that wraps on one side must not shift the buttons against the other
        self.verdict.setMinimumHeight(2 * QFontMetrics(self.verdict.font()).lineSpacing())
        self.buttons: list[QPushButton] = []
        self._button_box = QWidget()
        self._grid = QGridLayout(self._button_box)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(GRID // 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        layout.addWidget(self.title)
        layout.addWidget(self.text, 1)
        layout.addWidget(hairline())
        layout.addWidget(self.verdict)
        layout.addWidget(self._button_box)

    def set_scale(self, scale: ActionScale) -> None:
        """Make a button for each action of the scale, with its definition, and one for cannot decide."""
        if self._scale == scale:
            return
        self._scale = scale
        for button in self.buttons:
            self._grid.removeWidget(button)
            button.deleteLater()
        self.buttons = [
            self._button(
                f"{self._sign}{number}  {action.short_name}",
                action.id,
                f"{action.name}: {action.definition}",
                str(number),
            )
            for number, action in enumerate(scale.actions, start=1)
        ]
        self.buttons.append(
            self._button(f"{self._sign}0  cannot decide", None, "Stored as a decision; the response is unscored", "0")
        )
        for index, button in enumerate(self.buttons):
            self._grid.addWidget(button, index // BUTTONS_A_ROW, index % BUTTONS_A_ROW)
            QWidget.setTabOrder(self.buttons[index - 1] if index else self.text, button)
            self._own_keys.add(button)

    def _button(self, text: str, action: ActionId | None, tip: str, key: str) -> QPushButton:
        button = QPushButton(text)
        button.setCheckable(True)
        button.setToolTip(f"{tip}\nKey: {self._keys}{key}")
        button.setAccessibleName(f"{self._side}: {text.split('  ')[1]}")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda _checked=False: self.decided.emit(action))
        return button

    def show_item(self, item: ReviewItem | None, reviewer: str) -> None:
        """Show a response, or that there is none; `reviewer`'s standing word is the pressed button."""
        self._item = item
        for button in self.buttons:
            button.setEnabled(item is not None and item.response.state not in UNSCORED_STATES)
            button.setChecked(False)
        if item is None:
            self.title.setText("")
            self.text.show_text(NO_RESPONSE)
            self.verdict.setText("")
            return
        repeat = f" · repeat {item.response.repeat}" if item.response.repeat > 1 else ""
        self.title.setText(f"{item.run}{repeat}{_state_words(item)}")
        self._show_text(item)
        self._show_verdict()
        self._press(item, reviewer)

    def set_verdict_shown(self, shown: bool) -> None:
        self._verdict_shown = shown
        if self._item is not None:
            self._show_text(self._item)
            self._show_verdict()

    def _show_text(self, item: ReviewItem) -> None:
        evidence = item.verdicts[0].evidence if item.verdicts and self._verdict_shown else ()
        self.text.show_text(item.response.text or item.response.error or "(empty)", evidence)

    def _show_verdict(self) -> None:
        if self._item is None or self._scale is None:
            return
        hidden = "The verdict is hidden (V shows it)."
        lines = [verdict_words(verdict, self._scale) for verdict in self._item.verdicts]
        self.verdict.setText("\n".join(lines) if self._verdict_shown else hidden)

    def _press(self, item: ReviewItem, reviewer: str) -> None:
        standing = [e for e in standing_events(item.events, item.response.hash) if e.reviewer == reviewer]
        if standing and self._scale is not None:
            action = standing[-1].action
            self.buttons[len(self._scale) if action is None else self._scale.rank(action)].setChecked(True)


def _state_words(item: ReviewItem) -> str:
    state = item.response.state
    return "" if state is ResponseState.OK else f" · {str(state).replace('_', ' ')}"


def verdict_words(verdict: Verdict, scale: ActionScale) -> str:
    """`rules/1.0: 5 refuse 0.93 · declines in its first sentence, offers nothing`."""
    if verdict.action is None:
        return f"{verdict.classifier}: unscored · {verdict.reason}"
    number, name = scale.rank(verdict.action) + 1, scale[verdict.action].short_name
    return f"{verdict.classifier}: {number} {name} {verdict.confidence:.2f} · {verdict.reason}"


def history_words(items: Sequence[ReviewItem | None], scale: ActionScale) -> str:
    """Everything that people said of what is shown, oldest first."""
    several = sum(item is not None for item in items) > 1
    said = []
    for item in items:
        for event in item.events if item is not None else ():
            what = scale[event.action].short_name if event.action else "cannot decide"
            if event.kind is DecisionKind.UNDO:
                what = "undo"
            elif event.kind is DecisionKind.ADJUDICATION:
                what = f"settles: {what}"
            where = f" on {item.run}" if several and item is not None else ""
            blind = " blind" if event.blind else ""
            note = f" “{event.note[:120]}”" if event.note else ""
            said.append((event.id, f"{event.reviewer}{where}: {what} {event.at[11:16]}{blind}{note}"))
    return "   ·   ".join(text for _, text in sorted(said)) or "Nobody has decided yet."


def hairline() -> QWidget:
    line = QFrame()
    line.setFrameShape(QFrame.Shape.HLine)
    line.setFrameShadow(QFrame.Shadow.Plain)
    line.setForegroundRole(line.palette().ColorRole.Mid)
    return line


def evidence_legend() -> QLabel:
    """What the underlines mean."""
    words = "Underlines: solid declines · dotted hedges or delivers · wave asks · dash-dot cautions · dashed redirects"
    label = plain_label(words, wrap=False)
    label.setFont(small_font(label.font()))
    return label
