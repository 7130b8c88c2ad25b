"""Under which name decisions are stored, and what the person says of their own interests."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from reviewer.ui.kit.person import PersonDialog, PersonWords
from reviewer.ui.kit.session import Session

WORDS = PersonWords(
    "Your name and interests",
    "Your decisions are stored under this name; those stored already keep theirs.",
    "Cancel",
    "Use this name",
)


class NameDialog(PersonDialog):
    """Asked for from the menu, at any time."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(session, WORDS, parent)
