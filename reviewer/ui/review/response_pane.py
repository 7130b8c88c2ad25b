"""One response under review: its text with the evidence, the verdict with its reason, the buttons that decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from reviewer.core.actions import ActionScale
from reviewer.core.decisions import (
    Evidence,
    EvidenceKind,
    FinalSource,
    Hidden,
    UnscoredReason,
    Verdict,
    VerdictSource,
    classifiers_differ,
    standing_events,
    words_that_stand,
)
from reviewer.core.responses import DOUBTED_STATES, UNSCORED_STATES, Response, ResponseState
from reviewer.core.scoring.standing import standing
from reviewer.review.place import ShownPlace
from reviewer.store.facts.review import ReviewItem
from reviewer.ui.kit.cover import covered_words
from reviewer.ui.kit.evidence import EvidenceLegend
from reviewer.ui.kit.keymap import key_or_name, tell_key, with_key
from reviewer.ui.kit.keys import OwnKeys
from reviewer.ui.kit.one_line import OneLine
from reviewer.ui.kit.reading import ReadingPane
from reviewer.ui.kit.strip import Marker, StripFacts
from reviewer.ui.kit.theme import GRID, small_font
from reviewer.ui.review.reasoning_fold import ReasoningFold
from reviewer.ui.review.scale_cells import ScaleCell, ScaleCells
from reviewer.wording.plain_text import isolated, preview
from reviewer.wording.plural import counted
from reviewer.wording.saying import reason_of
from reviewer.wording.states import state_words

NAME_CHARACTERS = 80
PEOPLE = (FinalSource.ADJUDICATED, FinalSource.DECIDED)
NO_EVIDENCE = "No part of the text is underlined."
NAMES_ITSELF = "This response names its model, so that hiding the version hides little here."
NO_DECISIONS, NONE_STANDS, MANY_DECISIONS = "No decisions", "None stands…", "999 decisions…"
"""Of those that were taken back, replaced or made of another text none stands; the history tells of them all."""
NO_RESPONSE = "This run has no response to the case yet."
PRECEDENCE = "What counts: a person's word, else the judges' vote, else the rules."
REASON_CHARACTERS = 200
"""Of a reason under the text; all of it is in the judges' details."""


class ResponsePane(QWidget):
    """One side of the review screen. `decided` carries the action, None for cannot decide; `judges_wanted` asks for
    what judges said in full, `history_wanted` for everything that people decided.
    """

    decided = Signal(object)
    judges_wanted = Signal()
    history_wanted = Signal()

    def __init__(self, side: str, suffix: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._side = side
        self._own_keys = OwnKeys((), self)
        self._scale: ActionScale | None = None
        self._item: ReviewItem | None = None
        self._verdict_shown = True
        self._remark, self._no_label = "", ""
        self._covered = False
        self.title = OneLine()
        self.reasoning = ReasoningFold(side)
        self.text = ReadingPane(f"{side} response")
        self.verdict = OneLine()
        self.verdict.setAccessibleName(f"{side} verdict")
        self.verdict.setFont(small_font(self.verdict.font()))
        self.legend = EvidenceLegend(f"{side} legend")
        self.legend.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.legend.kind_wanted.connect(self._to_kind)
        self.text.evidence_reached.connect(self._tell_why)
        self.judges = self._opener("Judges…", "What judges said, in full")
        told = "What judges said, in full: who was asked, under which prompt, the reply as it came"
        tell_key(self.judges, "review.judges", told)
        self.judges.clicked.connect(lambda _checked=False: self.judges_wanted.emit())
        self.judges.hide()
        self.history = self._opener(NO_DECISIONS, "History of decisions")
        told = "Everything that people decided here: who, when, blind or not, with their notes"
        tell_key(self.history, "review.history", told)
        # of one width, so that the next decision moves nothing
        self.history.setText(MANY_DECISIONS)
        self.history.setFixedWidth(self.history.sizeHint().width())
        self.history.setText(NO_DECISIONS)
        self.history.clicked.connect(lambda _checked=False: self.history_wanted.emit())
        self.cells = ScaleCells(side, f"review.decide{suffix}", f"review.cannot_decide{suffix}")
        self.cells.decided.connect(self.decided)
        self._lay_out()

    @property
    def buttons(self) -> list[ScaleCell]:
        """The cells that decide, in the order of the scale; the last one is cannot decide."""
        return self.cells.buttons

    def _opener(self, text: str, name: str) -> QPushButton:
        button = QPushButton(text)
        button.setFont(small_font(button.font()))
        button.setAccessibleName(f"{self._side}: {name[0].lower()}{name[1:]}")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._own_keys.add(button)
        return button

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        layout.addWidget(self.title)
        layout.addWidget(self.reasoning)
        layout.addWidget(self.text, 1)
        said = QHBoxLayout()
        said.setSpacing(2 * GRID)
        said.addWidget(self.legend)
        said.addWidget(self.verdict, 1)
        said.addWidget(self.judges)
        said.addWidget(self.history)
        layout.addLayout(said)
        layout.addWidget(self.cells)

    def set_scale(self, scale: ActionScale) -> None:
        """A cell for each action of the scale, and one for cannot decide."""
        if self._scale != scale:
            self._scale = scale
            self.cells.set_scale(scale)
            QWidget.setTabOrder(self.text, self.buttons[0])

    def show_item(
        self, item: ReviewItem | None, reviewer: str, remark: str = "", no_label: str = "No label yet."
    ) -> None:
        """Show a response, or that there is none; `reviewer`'s standing word is the pressed button. The `remark` stands
        first in the line under it.
        """
        self._remark, self._no_label = remark, no_label
        again = item is not None and self._item is not None and item.response_id == self._item.response_id
        self._item = item
        self._show_history(item)
        if item is None:
            self.title.show_lines(())
            self.text.show_text(NO_RESPONSE)
            self.reasoning.show_reasoning("", again=False)
            self.legend.show_evidence(())
            self.verdict.show_lines(())
            self.judges.hide()
            self.cells.show_facts(None)
            self.cells.press(None, enabled=False)
            return
        self.reasoning.show_reasoning("" if self._covered else item.response.reasoning, again=again)
        self._show_text(item, stay=again)
        self._show_verdict()
        self.cells.press(self._own_rank(item, reviewer), enabled=item.response.state not in UNSCORED_STATES)

    def _show_history(self, item: ReviewItem | None) -> None:
        events = item.events if item is not None else ()
        n = len(words_that_stand(standing_events(events, item.response.hash))) if item is not None else 0
        none = NONE_STANDS if events else NO_DECISIONS
        self.history.setText(f"{counted(n, 'decision')}…" if n else none)
        self.history.setEnabled(bool(events) or (item is not None and bool(item.unblindings)))

    def set_covered(self, covered: bool) -> None:
        """What is shown from now on is covered or not."""
        self._covered = covered

    def set_verdict_shown(self, shown: bool) -> None:
        """From the next response on that is shown, which may be the same one again."""
        self._verdict_shown = shown

    def _show_text(self, item: ReviewItem, *, stay: bool = False) -> None:
        if self._covered:
            self.text.show_text(covered_words("response", item.case.category, "review.on"))
            self.legend.show_evidence(())
            return
        evidence = evidence_of(item.verdicts) if self._verdict_shown else ()
        self.text.show_text(item.response.text or item.response.error or "(empty)", evidence, stay=stay)
        self.legend.show_evidence(evidence, NO_EVIDENCE if self._verdict_shown and item.verdicts else "")

    def _show_verdict(self) -> None:
        item, scale = self._item, self._scale
        if item is None or scale is None:
            return
        self.judges.setVisible(self._verdict_shown and not self._covered and was_judged(item.verdicts))
        name = f"{isolated(preview(item.run, NAME_CHARACTERS))}{aside_words(item)}"
        self.title.show_lines([standing_words(item, scale) if self._verdict_shown else name])
        label, band = item.case.label, item.case.band
        if not self._verdict_shown:
            hidden = f"The verdict is hidden ({key_or_name('review.verdict')} shows it)."
            self.verdict.show_lines([*filter(None, [self._remark]), hidden])
            self.cells.show_facts(StripFacts(scale, label, band, without_label=self._no_label))
            return
        self.cells.show_facts(StripFacts(scale, label, band, (marker_of(item),), self._no_label))
        why = self.text.words_at(self.text.evidence_at_cursor())
        said = (*doubt_lines(item.response), *verdict_lines(item.verdicts, scale), why)
        # a reason may quote what is covered
        self.verdict.show_lines([] if self._covered else [*filter(None, (self._remark, *said))], leading=why)

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

    def _own_rank(self, item: ReviewItem, reviewer: str) -> int | None:
        """The cell of this reviewer's standing word."""
        said = [e for e in standing_events(item.events, item.response.hash) if e.reviewer == reviewer]
        if not said or self._scale is None:
            return None
        action = said[-1].action
        return len(self._scale) if action is None else self._scale.rank(action)


def naming_words(shown: ShownPlace) -> tuple[str, ...]:
    """Of each response of a blind review that it says which model wrote it, "" where it does not."""
    names = Hidden.VERSIONS in shown.hidden
    return tuple(NAMES_ITSELF if names and named else "" for named in shown.naming)


def marker_of(item: ReviewItem) -> Marker:
    """What stands for this response on a strip: solid where a person decided."""
    return Marker(item.final.action, solid=item.final.source in PEOPLE)


def standing_words(item: ReviewItem, scale: ActionScale) -> str:
    """`1.0 ▲ over-cautious (automatic)`, or why it is unscored."""
    stands = standing(item.case.label, item.case.band, item.final.action, scale)
    unscored = state_words(item.response.state) if item.final.reason is UnscoredReason.STATE else item.final.reason
    reason = str(unscored) if unscored else "decided" if item.final.source in PEOPLE else "automatic"
    aside = "" if item.final.reason is UnscoredReason.STATE else aside_words(item)
    return f"{isolated(preview(item.run, NAME_CHARACTERS))} {stands.mark} {stands} ({reason}){aside}"


def aside_words(item: ReviewItem) -> str:
    """What is to be known of the response beside its run: repeat, state, whether it was asked again."""
    repeat = f" · repeat {item.response.repeat}" if item.response.repeat > 1 else ""
    earlier = f" · {with_key('asked again', 'review.forerunners')}" if item.response.earlier else ""
    return f"{repeat}{_state_words(item)}{earlier}"


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


def hairline() -> QWidget:
    line = QFrame()
    line.setFrameShape(QFrame.Shape.HLine)
    line.setFrameShadow(QFrame.Shadow.Plain)
    line.setForegroundRole(line.palette().ColorRole.Mid)
    return line
