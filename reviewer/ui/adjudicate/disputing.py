"""Say that a label is wrong: what it should be instead, and why. The label stays until somebody settles it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from reviewer.core import bands
from reviewer.core.bands import NO_BAND, fitted_band
from reviewer.core.changes import Changes
from reviewer.core.reasons import says_why
from reviewer.review.disputes import LabelledCase, labelled_case, say_against
from reviewer.store.database import Workspace
from reviewer.store.facts.disputes import LabelDispute
from reviewer.ui.cases.action_box import ActionBox
from reviewer.ui.kit.held_writes import Held
from reviewer.ui.kit.keys import OwnKeys
from reviewer.ui.kit.keys_ahead import open_when_read
from reviewer.ui.kit.page import margins, plain_label, row
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.theme import GRID
from reviewer.ui.kit.who import WhoAreYou
from reviewer.ui.review.state import NOT_SHOWN_YET, Reviewing
from reviewer.ui.runs.table import one_line
from reviewer.wording.plain_text import in_sentence

NO_PROPOSAL = "something else (no proposal)"
NO_CASE = "Choose a case first: its label is what you dispute."


class DisputeDialog(QDialog):
    """A digit chooses the label that should be, Return stores it with the reason."""

    def __init__(self, session: Session, about: LabelledCase, parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._about = session, about
        self.setWindowTitle("Dispute the label")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._who = WhoAreYou(session, self)
        self._who.refused.connect(session.refused)
        case, scale = about.case, about.scale
        self.present = plain_label(
            f"{in_sentence(case.key)}, label version {about.label_version}: "
            f"{bands.sentence(case.label, case.band, scale) if case.label else 'no label yet.'}"
        )
        self.label, self.reason = ActionBox(), QLineEdit()
        self.label.setAccessibleName("The label that should be")
        self.label.show_action(None, scale)
        self.label.setItemText(0, NO_PROPOSAL)
        self.reason.setAccessibleName("Reason")
        self.reason.setPlaceholderText("Why, in a few words")
        self.proposed = plain_label()
        self.store = QPushButton("Dispute it")
        self.store.setDefault(True)
        self._lay_out()
        self.label.currentIndexChanged.connect(lambda _index: self._show())
        self.reason.textChanged.connect(lambda _text: self._show())
        self.store.clicked.connect(self._store)
        self._show()
        self.label.setFocus()

    def _lay_out(self) -> None:
        cancel = QPushButton("Cancel")
        cancel.clicked.connect(self.reject)
        should, why = QLabel("&Should be"), QLabel("&Because")
        should.setBuddy(self.label)
        why.setBuddy(self.reason)
        layout = QVBoxLayout(self)
        margins(layout)
        layout.addWidget(self.present)
        layout.addLayout(row(should, self.label, None))
        layout.addWidget(self.proposed)
        layout.addLayout(row(why, self.reason))
        layout.addLayout(row(None, cancel, self.store))
        OwnKeys((cancel, self.store), self)
        self.resize(72 * GRID, 26 * GRID)

    def _show(self) -> None:
        """What would be acceptable beside it: what still holds of the present band."""
        case, scale, label = self._about.case, self._about.scale, self.label.action
        same = label is not None and label == case.label
        said = bands.sentence(label, fitted_band(label, case.band, scale), scale) if label else ""
        self.proposed.setText("It is labelled so already." if same else said)
        self.store.setEnabled(says_why(self.reason.text()) and not same)

    def _store(self) -> None:
        if self._who.asks(self._store, lambda: self._about):
            return
        about, label, reason, me = self._about, self.label.action, self.reason.text(), self._session.reviewer
        band = fitted_band(label, about.case.band, about.scale) if label else NO_BAND

        def write(workspace: Workspace) -> tuple[LabelDispute, Changes]:
            return say_against(workspace, about.case_id, label, band, me, reason)

        said = f"The label of {one_line(about.case.key)} is disputed; it stays until somebody settles it (Adjudicate)."
        held = Held(f"Your dispute of the label of {one_line(about.case.key)}")
        self._session.write(write, lambda _dispute: self._session.notice.emit(said), held=held)
        self.accept()


def dispute_label_of(session: Session, case_id: int, page: QWidget) -> None:
    """Ask what the label of a case should be; a digit that comes before the question is for it."""
    open_when_read(
        session,
        page,
        lambda workspace: labelled_case(workspace, case_id),
        lambda about: DisputeDialog(session, about, page.window()),
    )


def dispute_shown(session: Session, reviewing: Reviewing, page: QWidget) -> None:
    """Of the case under review."""
    item = None if reviewing.why_not(0) else reviewing.item(0)
    if item is None:
        session.notice.emit(reviewing.why_not(0) or NOT_SHOWN_YET)
    else:
        dispute_label_of(session, item.case_id, page)


def dispute_first(session: Session, case_ids: Sequence[int], page: QWidget) -> None:
    """Of the first case that is selected."""
    if case_ids:
        dispute_label_of(session, case_ids[0], page)
    else:
        session.notice.emit(NO_CASE)
