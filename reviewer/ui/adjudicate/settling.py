"""From keys to a ruling: the action, its cause and the note come in any order, and the last one that is due settles."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from reviewer.core.actions import ActionId
from reviewer.core.decisions import Cause
from reviewer.core.reasons import says_why
from reviewer.review.docket import OnTheTable, majority, needs_note
from reviewer.ui.adjudicate.state import Adjudicating, band_words, nothing_here
from reviewer.ui.adjudicate.table import SHOWS, MatterView
from reviewer.ui.kit.keymap import named_keys
from reviewer.ui.kit.who import WhoAreYou
from reviewer.wording.plural import noun

STEPS = "{adjudicate.next} {adjudicate.previous} next, previous"
HINT = (
    "Say why they differ, then choose the action.   {adjudicate.undo} undo · {adjudicate.guideline} guideline · "
    f"{{adjudicate.note}} note · {STEPS}"
)
LABEL_HINT = (
    "The action that you choose is the label from now on; "
    "{adjudicate.cannot_decide} leaves it as it is and needs a note.   "
    f"{{adjudicate.guideline}} guideline · {STEPS}"
)
PARTY = "You are one of those who differ here. Press {adjudicate.party} to settle it all the same; it will be marked."
LABEL_PARTY = "You disputed this label yourself. Press {adjudicate.party} to settle it all the same; it will be marked."
ANY_WAY = "You are a party and settle it all the same; it will be marked."
UNREAD = (
    f"This text is covered, so nothing was settled on it. {{{SHOWS}}} shows it; "
    "{adjudicate.cannot_decide} says that it cannot be decided."
)
CAUSE_DUE = (
    "Now say why they differ: {adjudicate.cause.label_wrong}, {adjudicate.cause.response_ambiguous}, "
    "{adjudicate.cause.guideline_unclear} or {adjudicate.cause.slip}. The same action again settles it without."
)


@dataclass(frozen=True)
class Chosen:
    """An action that waits for a cause or a note; None is cannot decide, or, of a label, that it stays."""

    action: ActionId | None


class Settling(QObject):
    """`refused` says why a key did nothing; `left` comes when the note is done with and work goes on in the list."""

    refused = Signal(str)
    left = Signal()

    def __init__(self, state: Adjudicating, table: MatterView, parent: QWidget) -> None:
        super().__init__(parent)
        self._state, self._table = state, table
        self._who = WhoAreYou(state.session, parent)
        self._who.refused.connect(self.refused)
        self._chosen: Chosen | None = None
        self._shown: tuple[str, int] | None = None
        self._anyway = False
        self._uncovered: tuple[str, int] | None = None
        state.session.cover.changed.connect(self._cover_again)
        table.cells.decided.connect(self.settle)
        table.ruling.caused.connect(self._go_on)
        table.ruling.noted.connect(self._after_note)
        table.ruling.left.connect(self.left)

    @property
    def _matter(self) -> OnTheTable | None:
        return self._state.current

    def show_matter(self, matter: OnTheTable | None) -> None:
        """Another matter begins with nothing chosen; the same one as it is by now keeps what was."""
        if matter is None:
            self._shown, self._chosen = None, None
            self._table.ruling.begin_nothing()
            self._table.show_nothing(nothing_here(self._state.docket, of_labels=self._state.of_labels))
            self._tell("")
            return
        if matter.key != self._shown:
            self._shown, self._chosen, self._anyway = matter.key, None, False
            self._uncovered = None
            self._table.ruling.begin(causes=matter.dispute is None)
        self._table.show_matter(matter, self._state.session.reviewer, covered=self.is_covered)
        self._show_chosen()
        self._tell(self._begin_hint(matter))

    def _begin_hint(self, matter: OnTheTable) -> str:
        label = matter.dispute is not None
        if self._state.is_party:
            return ANY_WAY if self._anyway else LABEL_PARTY if label else PARTY
        return LABEL_HINT if label else HINT

    @property
    def is_covered(self) -> bool:
        """Whether the texts of the matter are covered."""
        matter = self._matter
        if matter is None or matter.key == self._uncovered:
            return False
        return self._state.session.cover.covers(matter.case.category)

    def read_on(self) -> None:
        """Show what is covered, and count it; where nothing is, read on."""
        matter = self._matter
        if matter is None or not self.is_covered:
            self._table.read_on(1)
            return
        self._uncovered = matter.key
        self._state.session.count_uncovered(matter.case.category, 1)
        self.show_matter(matter)

    def _cover_again(self) -> None:
        """Other categories are covered from now on; also what was uncovered here."""
        self._uncovered = None
        if self._matter is not None:
            self.show_matter(self._matter)

    def begin_anew(self) -> None:
        """Another person has sat down: nothing that was chosen, confirmed or uncovered here is theirs."""
        self._shown = self._uncovered = None

    def settle_number(self, number: int) -> None:
        scale = self._table.scale
        if scale is None or self._state.why_not():
            self.refused.emit(self._state.why_not())
        elif number > len(scale):
            self.refused.emit(f"This suite's scale has {len(scale)} actions; there is no {number}.")
        else:
            self.settle(scale.ids[number - 1])

    def settle(self, action: ActionId | None) -> None:
        """A digit or cell: settle so, or say what is due first."""
        matter, why = self._matter, self._state.why_not()
        if why or matter is None:
            self._show_chosen()
            self.refused.emit(why)
        elif self.is_covered and action is not None:
            self._show_chosen()
            self.refused.emit(named_keys(UNREAD))
        elif matter.dispute is not None and action is not None and action == matter.dispute.present.label:
            self._show_chosen()
            self.refused.emit(named_keys("That is the label it has. {adjudicate.cannot_decide} leaves it as it is."))
        else:
            again = self._chosen == Chosen(action)
            self._chosen = Chosen(action)
            self._try(without_cause=again)

    def press_cause(self, cause: Cause) -> None:
        """By key: choose it, or take it away; a matter that is not shown yet has none."""
        if why := self._state.why_not():
            self.refused.emit(why)
        else:
            self._table.ruling.press(cause)

    def confirm_party(self) -> None:
        """Settle it although one is a party."""
        if not self._state.is_party:
            self.refused.emit("You are no party to this one: settle it as any other.")
            return
        self._anyway = True
        self._tell(ANY_WAY)
        self._go_on()

    def take_note(self) -> None:
        """Into the note, where there is anything that it could be about."""
        if self._matter is None:
            self.refused.emit(self._state.why_not())
        else:
            self._table.ruling.note.setFocus()

    def _go_on(self) -> None:
        if self._chosen is not None:
            self._try()

    def _after_note(self) -> None:
        self.left.emit()
        self._go_on()

    def _try(self, *, without_cause: bool = False) -> None:
        matter, chosen, ruling = self._matter, self._chosen, self._table.ruling
        if matter is None or chosen is None:
            return
        self._show_chosen()
        if self._who.asks(partial(self._try, without_cause=without_cause), lambda: self._shown):
            return
        if self._state.is_party and not self._anyway:
            self._tell(LABEL_PARTY if matter.dispute is not None else PARTY)
        elif why := self._note_due(matter, chosen):
            self._tell(why)
            ruling.note.setFocus()
        elif matter.dispute is None and ruling.cause is None and not without_cause:
            self._tell(CAUSE_DUE)
        elif self._state.settle(chosen.action, ruling.cause, ruling.note.text(), anyway=self._anyway):
            self._chosen = None

    def _note_due(self, matter: OnTheTable, chosen: Chosen) -> str:
        """Why a note must come first; empty where none is due or it is there."""
        if says_why(self._table.ruling.note.text()):
            return ""
        if matter.dispute is not None:
            as_proposed = chosen.action is not None and chosen.action == matter.dispute.proposed.label
            return "" if as_proposed else f"Say in the note why; Return settles it.{self._band_to_come(matter, chosen)}"
        if not needs_note(matter.decisions, chosen.action):
            return ""
        most, n = majority(matter.decisions), len(matter.decisions)
        agree = sum(each.action == most for each in matter.decisions)
        return f"{agree} of {n} {noun(agree, 'says', 'say')} something else: say in the note why; Return settles it."

    def _band_to_come(self, matter: OnTheTable, chosen: Chosen) -> str:
        scale = self._table.scale
        if scale is None or chosen.action is None or matter.dispute is None:
            return ""
        return band_words(matter.dispute.present.band, chosen.action, scale)

    def _show_chosen(self) -> None:
        chosen = self._chosen
        enabled = self._matter is not None
        action = chosen.action if chosen is not None else None
        self._table.press(action, enabled=enabled, none=chosen is not None and chosen.action is None)

    def _tell(self, hint: str) -> None:
        self._table.hint.show_lines([named_keys(hint)] if hint else [])
