"""One case to read: its turns, its strip and sentence, why it is labelled so, its twins and its label history."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListWidget, QPushButton, QVBoxLayout, QWidget

from reviewer.core import bands
from reviewer.core.actions import DEFAULT_SCALE, ActionScale
from reviewer.core.cases import Case
from reviewer.store.facts.origins import Beside
from reviewer.store.facts.suites import CaseDetail, LabelEvent
from reviewer.ui.kit.cover import COVERED, Cover, covered_words
from reviewer.ui.kit.keymap import tell_key
from reviewer.ui.kit.page import heading, plain_label, row
from reviewer.ui.kit.reading import ReadingPane
from reviewer.ui.kit.scrolling import TabbedScroll
from reviewer.ui.kit.strip import ActionStrip, StripFacts
from reviewer.ui.kit.text_looks import Section
from reviewer.ui.kit.theme import GRID
from reviewer.ui.kit.turns import headed
from reviewer.wording.origins import origin_words
from reviewer.wording.plain_text import isolated, plain_text, preview

HISTORY_ROWS = 4
TWINS = 3
KEPT_SHOWN, KEPT_CHARACTERS = 20, 120


class CasePanel(QWidget):
    """Reads a CaseDetail out. `twin_wanted` carries the id of the case to jump to."""

    edit_wanted = Signal()
    retire_wanted = Signal()
    responses_wanted = Signal()
    twin_wanted = Signal(int)

    def __init__(self, cover: Cover, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cover = cover
        self._uncovered: int | None = None
        self._beside = Beside()
        cover.changed.connect(self._show_turns)
        self._detail: CaseDetail | None = None
        self._scale: ActionScale = DEFAULT_SCALE
        self.title = heading("", wrap=True)
        self.title.setWordWrap(True)
        self.title.setMinimumWidth(1)  # a key without a blank must not widen the panel
        self.facts = plain_label()
        self.turns = ReadingPane("The case's messages")
        self.strip = ActionStrip()
        self.sentence = plain_label()
        self.sentence.setAccessibleName("Label and band in words")
        self.rationale = plain_label()
        self.rationale.setAccessibleName("Rationale")
        self.rationale.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.history = QListWidget()
        self.history.setAccessibleName("Label history")
        self.history.setWordWrap(True)
        self.history.setFrameShape(QFrame.Shape.NoFrame)
        self.history.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.history.setMaximumHeight(HISTORY_ROWS * 4 * GRID)
        self.edit = QPushButton("Edit")
        tell_key(self.edit, "cases.edit", "Edit the case")
        self.edit.clicked.connect(self.edit_wanted)
        self.retire = QPushButton("Retire")
        tell_key(self.retire, "cases.retire", "Retired cases are kept and not scored")
        self.retire.clicked.connect(self.retire_wanted)
        self.responses = QPushButton("Responses")
        tell_key(self.responses, "cases.responses", "What was answered to it, in Review")
        self.responses.clicked.connect(self.responses_wanted)
        self.twins = [self._make_twin() for _ in range(TWINS)]
        self._lay_out()
        self.show_detail(None, DEFAULT_SCALE)

    def _make_twin(self) -> QPushButton:
        button = QPushButton("Twin")
        button.setToolTip("Go to the other case of the contrast pair")
        button.clicked.connect(lambda: self._jump(button))
        return button

    def _lay_out(self) -> None:
        below = QWidget()
        words = QVBoxLayout(below)
        words.setContentsMargins(0, 0, GRID, 0)
        words.setSpacing(GRID)
        for widget in (self.sentence, self.rationale, self.facts):
            widget.setMinimumWidth(1)
            words.addWidget(widget)
        words.addWidget(plain_label("Label history"))
        words.addWidget(self.history)
        words.addStretch(1)
        scroll = TabbedScroll()
        scroll.setWidget(below)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self.title)
        layout.addWidget(self.turns, 3)
        layout.addWidget(self.strip)
        layout.addWidget(scroll, 2)
        layout.addLayout(row(self.edit, self.retire, self.responses, *self.twins, None))

    @property
    def detail(self) -> CaseDetail | None:
        return self._detail

    def show_detail(self, detail: CaseDetail | None, scale: ActionScale, beside: Beside | None = None) -> None:
        """Show a case with where it came from, or that none is chosen."""
        if detail is None or detail.id != self._uncovered:
            self._uncovered = None
        self._detail, self._scale = detail, scale
        for widget in (self.turns, self.strip, self.edit, self.retire, self.responses, self.history):
            widget.setEnabled(detail is not None)
        self.history.clear()
        for number, twin in enumerate(self.twins):
            twin.setVisible(detail is not None and number < len(detail.twin_ids))
        if detail is None:
            self.title.setText("No case chosen")
            for label in (self.sentence, self.rationale, self.facts):
                label.clear()
            self.turns.show_text("")
            self.strip.show_facts(None)
            return
        case = detail.case
        self.title.setText(preview(case.key))
        self.strip.show_facts(StripFacts(scale, case.label, case.band))
        self.sentence.setText(_words(case, scale))
        self._beside = beside or Beside()
        self.retire.setText("Bring back" if case.status == "retired" else "Retire")
        self._show_turns()

    def _show_turns(self) -> None:
        """The texts, and with them what may quote them: why it was labelled so, and what its file says beside it."""
        detail = self._detail
        if detail is None:
            return
        covered = self.is_covered
        rationale = detail.case.rationale or "No rationale was given."
        hidden = covered_words("rationale", detail.case.category, "cases.uncover")
        self.rationale.setText(hidden if covered else plain_text(rationale))
        self.facts.setText("\n".join((_facts(detail), *_beside_words(self._beside, covered=covered))))
        self.history.clear()
        for event in reversed(detail.history):
            self.history.addItem(_event_words(event, self._scale, covered=covered))
        if covered:
            self.turns.show_text(covered_words("request", detail.case.category, "cases.uncover"))
            return
        text, sections = conversation(detail.case)
        self.turns.show_text(text, sections=sections)

    @property
    def is_covered(self) -> bool:
        """Whether the texts of the case that is shown are covered."""
        detail = self._detail
        return detail is not None and self._uncovered != detail.id and self._cover.covers(detail.case.category)

    def uncover(self) -> str:
        """Show a text that is covered, until another case is shown; its category, empty where none is covered."""
        detail = self._detail
        if detail is None or not self.is_covered:
            return ""
        self._uncovered = detail.id
        self._show_turns()
        return detail.case.category

    def _jump(self, button: QPushButton) -> None:
        if self._detail is not None:
            self.twin_wanted.emit(self._detail.twin_ids[self.twins.index(button)])


def conversation(case: Case) -> tuple[str, list[Section]]:
    """The turns as one text with their headings; a single user turn stands alone."""
    if len(case.messages) == 1 and not case.messages[0].name:
        return case.request, []
    total = len(case.messages)
    return headed(
        (f"— turn {number} of {total}, {message.speaker} —", message.shown)
        for number, message in enumerate(case.messages, start=1)
    )


def _words(case: Case, scale: ActionScale) -> str:
    return bands.sentence(case.label, case.band, scale) if case.label else "No label yet."


def _facts(detail: CaseDetail) -> str:
    case = detail.case
    parts = [
        str(case.status),
        "borderline" if case.borderline else "",
        f"category {_name(case.category)}" if case.category else "",
        f"tags {', '.join(map(_name, case.tags))}" if case.tags else "",
        f"pair {_name(case.pair)}" if case.pair else "",
        f"segment {_name(case.segment)}" if case.segment else "",
        f"stakes {case.stakes:g}" if case.stakes != 1 else "",
        f"source {_name(case.source)}" if case.source else "",
        f"version {detail.version}" if detail.version > 1 else "",
        "answered by at least one run" if detail.has_responses else "not answered by any run yet",
    ]
    return " · ".join(part for part in parts if part)


def _name(untrusted_name: str) -> str:
    return isolated(preview(untrusted_name))


def _beside_words(beside: Beside, *, covered: bool) -> Iterator[str]:
    """Where the case came from, and what its file says of it beside what has a field here."""
    if beside.origin is not None:
        yield f"From {origin_words(beside.origin)}"
    for name, text in list(beside.kept.items())[:KEPT_SHOWN]:
        said = COVERED if covered else isolated(preview(text, KEPT_CHARACTERS))
        yield f"{isolated(preview(name, KEPT_CHARACTERS))}: {said}"
    if len(beside.kept) > KEPT_SHOWN:
        yield f"and {len(beside.kept) - KEPT_SHOWN:,} more that its file says"


def _event_words(event: LabelEvent, scale: ActionScale, *, covered: bool) -> str:
    on = event.former_scale or scale
    said = bands.sentence(event.label, event.band, on) if event.label else "No label."
    status = "" if event.status == "labelled" else f" ({event.status})"
    reason = f" – {COVERED if covered else isolated(plain_text(event.reason))}" if event.reason else ""
    return f"{event.version}. {said}{status}{reason} · {_name(event.author)}, {event.at[:16].replace('T', ' ')}"
