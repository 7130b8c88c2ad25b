"""What an edit of a case would do to the scores that there are, said while it is made."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from reviewer.app.figures.relabelling import RelabelStanding, effects, load_standing, sentence
from reviewer.core.cases import Case
from reviewer.store.facts.suites import CaseDetail
from reviewer.ui.kit.page import plain_label
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.tasks import Task

PREVIEW_MS = 300


class EditEffect(QObject):
    """`due` asks for the case as it is now: what its runs score is known, or nothing was typed for a moment."""

    due = Signal()

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self.label = plain_label()
        self.label.setAccessibleName("What the edit does to the scores")
        self._session = session
        self._detail: CaseDetail | None = None
        self._standing: RelabelStanding | None = None
        self._task: Task[str] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PREVIEW_MS)
        self._timer.timeout.connect(self.due)

    def begin(self, detail: CaseDetail | None) -> None:
        """Read what the runs score now; a new case, or one that nothing answered, has no effect."""
        self.stop()
        self.label.clear()
        self._detail = detail
        if detail is not None and detail.has_responses:
            self._session.read(
                lambda workspace: load_standing(workspace, detail.id), self._have_standing, self._not_known
            )

    def stop(self) -> None:
        self._detail = self._standing = None
        self._timer.stop()

    def wait(self) -> None:
        """Something was typed: the effect is worked out when it has been quiet for a moment."""
        self._timer.start()

    def _have_standing(self, standing: RelabelStanding) -> None:
        if self._detail is not None and standing.case.key == self._detail.case.key:
            self._standing = standing
            self.due.emit()

    def show_effect(self, case: Case) -> None:
        """Worked out beside the GUI thread."""
        if self._task is not None:
            self._task.cancel()
        standing = self._standing
        if standing is None:
            # of an answered case it is being read, or the label says that it could not be
            if self._detail is None or not self._detail.has_responses:
                self.label.setText("No run has answered this case yet, so no score changes.")
            return
        self._task = self._session.work(lambda: sentence(effects(standing, case)), self.label.setText, self._not_known)

    def _not_known(self, error: Exception) -> None:
        if self._detail is not None:
            self.label.setText("What this does to the scores could not be worked out. You can still save the edit.")
        self._session.tasks.failed.emit(error)
