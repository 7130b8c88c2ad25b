"""The guideline beside the work: how to choose an action, each action's definition, the case's own rationale."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from reviewer.core.cases import Case, SuiteHead
from reviewer.review.place import Queue
from reviewer.store.queries import suites
from reviewer.ui.kit.cover import covered_words
from reviewer.ui.kit.keymap import name_keys
from reviewer.ui.kit.page import plain_label
from reviewer.ui.kit.reading import ReadingPane
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.theme import GRID


class GuidelinePanel(QWidget):
    """Hidden until H; of the suite of the queue that is reviewed."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._queue: Queue | None = None
        self._suite: SuiteHead | None = None
        self._case: Case | None = None
        self.is_covered = False
        self.text = ReadingPane("Guideline")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, 0, 0, 0)
        title = plain_label()
        name_keys(title, "text", "Guideline ({review.guideline} closes)")
        layout.addWidget(title)
        layout.addWidget(self.text, 1)
        self.hide()

    def read(self, queue: Queue) -> None:
        """Read the guideline of the queue's suite; one that was asked for before comes to nobody."""
        if self._queue is not queue:
            self._queue, self._suite, self._case = queue, None, None
            self.text.show_text("")
        self._session.read(
            lambda workspace: suites.suite_named(workspace, queue.run.suite).head,
            lambda head: self._arrived(queue, head),
            lambda error: self._not_read(queue, error),
        )

    def _arrived(self, queue: Queue, head: SuiteHead) -> None:
        if self._queue is queue:
            self._suite = head
            self._show()

    def _not_read(self, queue: Queue, error: Exception) -> None:
        if self._queue is queue and self._suite is None:
            self.text.show_text("The guideline could not be read.")
        self._session.tasks.failed.emit(error)

    def show_case(self, case: Case | None, *, covered: bool = False) -> None:
        """Of a case whose texts are `covered` the rationale is too, and what the guideline says in its words."""
        self._case, self.is_covered = case, covered
        self._show()

    def toggle(self) -> None:
        self.setVisible(not self.isVisible())
        self._show()

    def _show(self) -> None:
        suite, case = self._suite, self._case
        if suite is None or case is None or not self.isVisible():
            return
        rationale = case.rationale or "No rationale is recorded."
        if self.is_covered:
            rationale = covered_words("rationale", case.category, "review.on")
        parts = [f"This case\n{rationale}"]
        for number, action in enumerate(suite.scale.actions, start=1):
            example = f"\nExample: {action.example}" if action.example else ""
            parts.append(f"{number} {action.name}\n{action.definition}{example}")
        if suite.guideline and self.is_covered and quotes(suite.guideline, case.request):
            parts.append(covered_words("guideline, which quotes the request", case.category, "review.on"))
        elif suite.guideline:
            parts.append(suite.guideline)
        self.text.show_text("\n\n".join(parts))


def quotes(untrusted_guideline: str, untrusted_request: str) -> bool:
    """Whether the guideline has the whole request in it; spaces and large and small letters are the same."""
    guideline, request = (" ".join(text.split()).casefold() for text in (untrusted_guideline, untrusted_request))
    return bool(request) and request.strip(" .?!") in guideline
