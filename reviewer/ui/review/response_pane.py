"""One response under review: its text with the evidence, the verdict with its reason, the buttons that decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QFontMetrics
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from reviewer.core.actions import ActionId, ActionScale
from reviewer.core.decisions import (
    DecisionKind,
    Evidence,
    EvidenceKind,
    Verdict,
    VerdictSource,
    classifiers_differ,
    standing_events,
)
from reviewer.core.responses import DOUBTED_STATES, UNSCORED_STATES, Response, ResponseState
from reviewer.store.facts.review import ReviewItem
from reviewer.ui.kit.evidence import EvidenceLegend
from reviewer.ui.kit.keys import OwnKeys
from reviewer.ui.kit.page import plain_label
from reviewer.ui.kit.plain import literal
from reviewer.ui.kit.reading import ReadingPane
from reviewer.ui.kit.theme import GRID, small_font
from reviewer.ui.review.reasoning_fold import ReasoningFold
from reviewer.wording.plain_text import preview
from reviewer.wording.saying import reason_of, word_of
from reviewer.wording.states import state_words

BUTTONS_A_ROW = 3
NAME_CHARACTERS = 80
LINES_UNDER_TEXT = 3
NO_EVIDENCE = "No part of the text is underlined."
NO_RESPONSE = "This run has no response to the case yet."
PRECEDENCE = "What counts: a person's word, else the judges' vote, else the rules."
REASON_CHARACTERS = 200
"""Of a reason under the text; all of it is in the judges' details."""


class ResponsePane(QWidget):
    """One side of the review screen. `decided` carries the action, None for cannot decide; `judges_wanted` asks for
    what judges said in full.
    """

    decided = Signal(object)
    judges_wanted = Signal()

    def __init__(self, side: str, keys: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._side, self._keys = side, keys
        self._sign = "⇧" if keys else ""
        self._own_keys = OwnKeys((), self)
        self._scale: ActionScale | None = None
        self._item: ReviewItem | None = None
        self._verdict_shown = True
        self.title = plain_label()
        self.reasoning = ReasoningFold(side)
        self.text = ReadingPane(f"{side} response")
        self.verdict = plain_label()
        self.verdict.setAccessibleName(f"{side} verdict")
        self.verdict.setFont(small_font(self.verdict.font()))
        self.verdict.setAlignment(Qt.AlignmentFlag.AlignTop)
        # always room for a reason that wraps and for why the chosen part counts, so that nothing below them moves
        self.verdict.setMinimumHeight(LINES_UNDER_TEXT * QFontMetrics(self.verdict.font()).lineSpacing())
        self.legend = EvidenceLegend(f"{side} legend")
        self.legend.kind_wanted.connect(self._to_kind)
        self.text.evidence_reached.connect(self._tell_why)
        self.judges = QPushButton("Judges…")
        self.judges.setFont(small_font(self.judges.font()))
        self.judges.setAccessibleName(f"{side}: what judges said, in full")
        self.judges.setToolTip("What judges said, in full: who was asked, under which prompt, the reply as it came (I)")
        self.judges.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.judges.clicked.connect(lambda _checked=False: self.judges_wanted.emit())
        self.judges.hide()
        self._own_keys.add(self.judges)
        self.buttons: list[QPushButton] = []
        self._button_box = QWidget()
        self._grid = QGridLayout(self._button_box)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(GRID // 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        layout.addWidget(self.title)
        layout.addWidget(self.reasoning)
        layout.addWidget(self.text, 1)
        layout.addWidget(hairline())
        marks = QHBoxLayout()
        marks.setSpacing(GRID)
        marks.addWidget(self.legend, 1)
        marks.addWidget(self.judges)
        layout.addLayout(marks)
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
        button = QPushButton(literal(text))
        button.setCheckable(True)
        button.setToolTip(f"{tip}\nKey: {self._keys}{key}")
        button.setAccessibleName(f"{self._side}: {text.split('  ')[1]}")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda _checked=False: self.decided.emit(action))
        return button

    def show_item(self, item: ReviewItem | None, reviewer: str) -> None:
        """Show a response, or that there is none; `reviewer`'s standing word is the pressed button."""
        again = item is not None and self._item is not None and item.response_id == self._item.response_id
        self._item = item
        for button in self.buttons:
            button.setEnabled(item is not None and item.response.state not in UNSCORED_STATES)
            button.setChecked(False)
        if item is None:
            self.title.setText("")
            self.text.show_text(NO_RESPONSE)
            self.reasoning.show_reasoning("", again=False)
            self.legend.show_evidence(())
            self.verdict.setText("")
            self.judges.hide()
            return
        repeat = f" · repeat {item.response.repeat}" if item.response.repeat > 1 else ""
        earlier = " · asked again (Shift+E)" if item.response.earlier else ""
        self.title.setText(f"{preview(item.run, NAME_CHARACTERS)}{repeat}{_state_words(item)}{earlier}")
        self.reasoning.show_reasoning(item.response.reasoning, again=again)
        self._show_text(item, stay=again)
        self._show_verdict()
        self._press(item, reviewer)

    def set_verdict_shown(self, shown: bool) -> None:
        self._verdict_shown = shown
        if self._item is not None:
            self._show_text(self._item, stay=True)
            self._show_verdict()

    def _show_text(self, item: ReviewItem, *, stay: bool = False) -> None:
        evidence = evidence_of(item.verdicts) if self._verdict_shown else ()
        self.text.show_text(item.response.text or item.response.error or "(empty)", evidence, stay=stay)
        self.legend.show_evidence(evidence, NO_EVIDENCE if self._verdict_shown and item.verdicts else "")

    def _show_verdict(self) -> None:
        if self._item is None or self._scale is None:
            return
        hidden = "The verdict is hidden (V shows it)."
        lines = [*doubt_lines(self._item.response), *verdict_lines(self._item.verdicts, self._scale)]
        self.judges.setVisible(self._verdict_shown and was_judged(self._item.verdicts))
        why = self.text.words_at(self.text.evidence_at_cursor())
        self.verdict.setText("\n".join([*lines, *([why] if why else [])]) if self._verdict_shown else hidden)

    # evidence

    def step_evidence(self, by: int, kind: EvidenceKind | None = None) -> bool:
        """Go to the next piece of evidence (`by` 1) or the one before (-1); whether there was one."""
        at = self.text.next_evidence(by, kind)
        if at >= 0:
            self.text.go_to_evidence(at)
        return at >= 0

    def _to_kind(self, kind: EvidenceKind) -> None:
        """The next of that kind, from the first again after the last."""
        if not self.step_evidence(1, kind):
            self.text.leave_evidence()
            first = next(at for at, span in enumerate(self.text.evidence) if span.kind is kind)
            self.text.go_to_evidence(first)

    def _tell_why(self, at: int) -> None:
        """Under the text and to a screen reader: why the part that the cursor is in counts."""
        if self._item is None or not self._verdict_shown:
            return
        self._show_verdict()
        if at >= 0 and QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.text, self.text.words_at(at)))

    def _press(self, item: ReviewItem, reviewer: str) -> None:
        standing = [e for e in standing_events(item.events, item.response.hash) if e.reviewer == reviewer]
        if standing and self._scale is not None:
            action = standing[-1].action
            self.buttons[len(self._scale) if action is None else self._scale.rank(action)].setChecked(True)


def _state_words(item: ReviewItem) -> str:
    state = item.response.state
    return "" if state is ResponseState.OK else f" · {state_words(state)}"


def doubt_lines(response: Response) -> list[str]:
    """Of a response in doubt: why it is unscored, and whose word counts."""
    if response.state not in DOUBTED_STATES:
        return []
    why = response.error or f"The state of this response is: {state_words(response.state)}."
    return [f"{preview(why)} Only a person's decision counts."]


def evidence_of(verdicts: Sequence[Verdict]) -> tuple[Evidence, ...]:
    """Everything that any classifier pointed to; where several did, each says who."""
    if len(verdicts) == 1:
        return verdicts[0].evidence
    return tuple(
        replace(span, why=f"{span.why} ({verdict.classifier})") for verdict in verdicts for span in verdict.evidence
    )


def was_judged(verdicts: Sequence[Verdict]) -> bool:
    """Whether a judge has said anything of the response."""
    return any(verdict.source is VerdictSource.JUDGE for verdict in verdicts)


def verdict_lines(verdicts: Sequence[Verdict], scale: ActionScale) -> list[str]:
    """Each classifier's verdict; with a judge's among them also whose counts, and whether they differ."""
    lines = [verdict_words(verdict, scale) for verdict in verdicts]
    if was_judged(verdicts):
        lines.append(f"{PRECEDENCE} They differ here." if classifiers_differ(verdicts) else PRECEDENCE)
    return lines


def verdict_words(verdict: Verdict, scale: ActionScale) -> str:
    """`rules/1.0: 5 refuse 0.93 · declines in its first sentence, offers nothing`; a judge gives no confidence."""
    reason, who = reason_of(verdict), verdict.classifier if verdict.counted else f"{verdict.classifier} (not counted)"
    if len(reason) > REASON_CHARACTERS:
        reason = f"{reason[:REASON_CHARACTERS]}…"
    if verdict.action is None:
        return f"{who}: unscored · {reason}"
    if verdict.source is VerdictSource.JUDGE:
        return f"{who}: {scale.rank(verdict.action) + 1} {scale[verdict.action].short_name} · {reason}"
    number, name = scale.rank(verdict.action) + 1, scale[verdict.action].short_name
    return f"{verdict.classifier}: {number} {name} {verdict.confidence:.2f} · {reason}"


def history_words(items: Sequence[ReviewItem | None], scale: ActionScale) -> str:
    """Everything that people said of what is shown, oldest first."""
    several = sum(item is not None for item in items) > 1
    said = []
    for item in items:
        for event in item.events if item is not None else ():
            what = word_of(event, lambda action: scale[action].short_name)
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
