"""Who a person is: the name that decisions are stored under, and what they say of their own interests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QDialog, QLineEdit, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from reviewer.app.interests import MOST_CHARACTERS, declare_interest, statements
from reviewer.store.facts.interests import DeclaredInterest
from reviewer.ui.kit.fields import FieldForm
from reviewer.ui.kit.held_writes import Held
from reviewer.ui.kit.page import margins, plain_label, row
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.theme import GRID, small_font
from reviewer.wording.plain_text import preview

HINT = (
    "In your own words; write “none” where you have none. Reports print it beside your name, unchecked, with its date. "
    "What you said before stays in the history."
)
NO_LETTER = "A name needs a letter: a lone number may be a key that was meant for the review."
LINES = 3
MOST_SHOWN, MOST_OF_ONE = 3, 120


@dataclass(frozen=True)
class PersonWords:
    """What the dialog is called, what it says above its fields, and the words on its two buttons."""

    title: str
    about: str
    cancel: str
    use: str


class PersonDialog(QDialog):
    """`chosen` carries the name, never an empty one; by then what was said of interests is on its way to the workspace.

    The field of interests follows the name until the person writes into it; without a workspace that can be written to
    there is none.
    """

    chosen = Signal(str)

    def __init__(self, session: Session, words: PersonWords, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._known: Mapping[str, tuple[DeclaredInterest, ...]] = {}
        self.setWindowTitle(words.title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.name, self.interests, self.before = QLineEdit(session.reviewer), QPlainTextEdit(), plain_label()
        self.name.selectAll()
        self.before.setFont(small_font(self.before.font()))
        self.before.hide()
        self._fit_interests()
        self.form = FieldForm()
        self.form.add("&Name", self.name)
        self.form.add("&Interests", self.interests, hint=HINT)
        self.form.set_shown(self.interests, session.is_open and not session.read_only)
        cancel, self.use = QPushButton(words.cancel), QPushButton(words.use)
        cancel.setAutoDefault(False)
        self.use.setDefault(True)
        layout = QVBoxLayout(self)
        margins(layout)
        for widget in (plain_label(words.about), self.form, self.before):
            layout.addWidget(widget)
        layout.addStretch(1)
        layout.addLayout(row(None, cancel, self.use))
        self.resize(72 * GRID, (40 if self._can_declare else 18) * GRID)
        self.name.textChanged.connect(lambda _text: self._follow_name())
        self.interests.textChanged.connect(self._check)
        self.use.clicked.connect(self.accept)
        cancel.clicked.connect(self.reject)
        self.accepted.connect(self._said)
        self._check()
        if self._can_declare:
            session.read(statements, self._take)

    @property
    def _can_declare(self) -> bool:
        return self._session.is_open and not self._session.read_only

    def _fit_interests(self) -> None:
        self.interests.setTabChangesFocus(True)
        self.interests.setPlaceholderText("nothing declared")
        line = QFontMetrics(self.interests.font()).lineSpacing()
        self.interests.setFixedHeight(LINES * line + 2 * GRID)

    def _take(self, known: Mapping[str, tuple[DeclaredInterest, ...]]) -> None:
        self._known = known
        self._follow_name()

    def _of_name(self) -> tuple[DeclaredInterest, ...]:
        return self._known.get(self.name.text().strip(), ())

    def _follow_name(self) -> None:
        said = self._of_name()
        if not self.interests.document().isModified():
            self.interests.setPlainText(said[0].statement if said else "")
            self.interests.document().setModified(False)
        earlier = "\n".join(_line(each) for each in said[1 : 1 + MOST_SHOWN])
        self.before.setText(f"Said before:\n{earlier}" if earlier else "")
        self.before.setVisible(bool(earlier) and self._can_declare)
        self._check()

    def _check(self) -> None:
        n = len(self.interests.toPlainText().strip())
        too_long = f"{n:,} characters; keep it to {MOST_CHARACTERS:,}." if n > MOST_CHARACTERS else ""
        self.form.show_problem(self.interests, too_long)
        name = self.name.text().strip()
        nobody = bool(name) and not any(map(str.isalpha, name))
        self.form.show_problem(self.name, NO_LETTER if nobody else "")
        self.use.setEnabled(bool(name) and not nobody and not too_long)

    def _said(self) -> None:
        name, text = self.name.text().strip(), self.interests.toPlainText()
        if self._can_declare and self.interests.document().isModified():
            self._session.write(
                lambda workspace: (None, declare_interest(workspace, reviewer=name, untrusted_text=text)),
                held=Held("What you declare"),
            )
        self.chosen.emit(name)


def _line(said: DeclaredInterest) -> str:
    when = f"{said.at[:10]}: " if said.at else ""
    return f"{when}{preview(said.statement, MOST_OF_ONE) or 'the statement was taken back'}"
