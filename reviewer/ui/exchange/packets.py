"""Send review packets, and take one in: what was added, and what contradicts and was left out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from reviewer.app.packets import (
    PacketTaken,
    PacketWritten,
    ToSend,
    export_decisions,
    import_packet,
    send_shares,
    to_send,
)
from reviewer.core.changes import Changes
from reviewer.host.sealed_files import SealedError
from reviewer.store.database import Workspace
from reviewer.store.facts.review import StoredPlan
from reviewer.ui.kit.fields import align_fields
from reviewer.ui.kit.held_dialog import HeldInDialog
from reviewer.ui.kit.held_writes import Held
from reviewer.ui.kit.keys_ahead import FilledLater, show_over
from reviewer.ui.kit.left_plain import left_plain
from reviewer.ui.kit.page import margins, plain_label, row
from reviewer.ui.kit.passphrase import FilePassphrase
from reviewer.ui.kit.reading import ReadingPane
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.theme import GRID
from reviewer.ui.kit.trouble import error_words
from reviewer.ui.runs.table import one_line
from reviewer.wording.plain_text import NAME_CHARACTERS, preview
from reviewer.wording.plural import counted

PACKETS = "Review packets (*.jsonl);;All files (*)"
OVERLAPS = (0.0, 0.1, 0.2, 0.5, 1.0)
NOTHING = "There is nothing to send: no run has a review plan, and nobody has decided anything yet."
SHARE_WORDS = (
    "A packet holds requests, responses, guideline and scale: no verdicts, and nothing that others decided. "
    "Its reader opens it in a workspace of their own with “Take in a review packet”."
)
BACK_WORDS = "What was decided goes back to the workspace that the packet came from, and is joined there."


class PacketsDialog(FilledLater):
    """A plan's shares, one file for each reviewer, or the decisions on a run in one file."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._plans: list[StoredPlan] = []
        self.setWindowTitle("Send review packets")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.what, self.names, self.overlap = QComboBox(), QLineEdit(), QComboBox()
        self.blind = QCheckBox("Leave out what &names the model version")
        self.unlabelled = QCheckBox("Leave out the &labels")
        self.secret = FilePassphrase()
        self.words, self.problem = plain_label(), plain_label()
        self._storing = HeldInDialog(session, self, self.problem.setText)
        self.write = QPushButton("&Write…")
        self._lay_out()
        self.what.currentIndexChanged.connect(lambda _index: self._show())
        self.names.textChanged.connect(lambda _text: self._show_usable())
        self.write.clicked.connect(self._choose)
        session.read(to_send, self._arrived, self._not_read)

    def _lay_out(self) -> None:
        self.names.setPlaceholderText("ann, ben, cem")
        for share in OVERLAPS:
            self.overlap.addItem(f"{share:.0%} of it by two people".replace("%", " %"), share)
        form = QFormLayout()
        for label, field in (("&Send", self.what), ("&To", self.names), ("&Overlap", self.overlap)):
            form.addRow(label, field)
            field.setAccessibleName(label.replace("&", ""))
        align_fields(form, self.secret)
        cancel = QPushButton("Cancel")
        cancel.clicked.connect(self.reject)
        self.write.setDefault(True)
        self.write.setEnabled(False)
        layout = QVBoxLayout(self)
        margins(layout)
        layout.addLayout(form)
        for widget in (self.blind, self.unlabelled, self.secret, self.words, self.problem):
            layout.addWidget(widget)
        layout.addStretch(1)
        layout.addLayout(row(None, cancel, self.write))
        self.resize(76 * GRID, 48 * GRID)

    def _arrived(self, found: ToSend) -> None:
        self._plans = [plan for plan, _ in found.plans]
        called = self._called([*(run for _, run in found.plans), *found.decided])
        for plan, run in found.plans:
            name = f"{one_line(plan.name)}, " if plan.name else ""
            self.what.addItem(f"plan {plan.id} ({name}{counted(plan.size, 'response')}) of {called[run]}", plan.id)
        for run in found.decided:
            self.what.addItem(f"what was decided on {called[run]}", run)
        if not self.what.count():
            self.problem.setText(NOTHING)
        self._show()
        self.end_filling()

    def _called(self, runs: Sequence[str]) -> dict[str, str]:
        """The name of each run; in a blind review, after which what was decided is sent back, a number."""
        hidden = self._session.sight.blind
        numbers = {run: f"run {at}" for at, run in enumerate(dict.fromkeys(runs), 1)}
        return numbers if hidden else {run: one_line(run) for run in runs}

    @property
    def plan(self) -> StoredPlan | None:
        """The plan that is chosen; None where it is what was decided on a run."""
        return next((plan for plan in self._plans if plan.id == self.what.currentData()), None)

    @property
    def reviewers(self) -> list[str]:
        """As they are typed; those of a plan that was split are taken as they are, also where a name holds a comma."""
        plan = self.plan
        if plan is not None and plan.reviewers and self.names.text() == ", ".join(plan.reviewers):
            return list(plan.reviewers)
        return list(dict.fromkeys(name for each in self.names.text().split(",") if (name := each.strip())))

    def _show(self) -> None:
        plan = self.plan
        if plan is not None and plan.reviewers:
            self.names.setText(", ".join(plan.reviewers))
        for field in (self.names, self.blind, self.unlabelled):
            field.setEnabled(plan is not None)
        self.overlap.setEnabled(plan is not None and not plan.reviewers)
        self.words.setText(SHARE_WORDS if plan is not None else BACK_WORDS if self.what.count() else "")
        self._show_usable()

    def _show_usable(self) -> None:
        self.write.setEnabled(bool(self.what.count()) and (self.plan is None or bool(self.reviewers)))

    def _choose(self) -> None:
        if not self.secret.is_sound():
            return
        dialog = QFileDialog(self, "Write the packets into this folder")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if self.plan is None:
            dialog.setWindowTitle("Write what was decided")
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            dialog.setNameFilter(PACKETS)
            dialog.selectFile("decisions.jsonl")
        else:
            dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(lambda chosen: self.write_to(Path(chosen)))
        show_over(dialog)

    def write_to(self, path: Path) -> None:
        """Into this folder, or, what was decided, this file."""
        plan, names, run = self.plan, self.reviewers, str(self.what.currentData())
        overlap, blind, labels = self.overlap.currentData(), self.blind.isChecked(), not self.unlabelled.isChecked()
        self.write.setEnabled(False)
        secret = self.secret.passphrase

        def work(workspace: Workspace) -> tuple[Sequence[PacketWritten], Changes]:
            if plan is None:
                return [export_decisions(workspace, run, path, secret)], Changes()
            how = {"blind": blind, "labels": labels}
            return send_shares(workspace, plan.id, names, path, overlap=overlap, passphrase=secret, **how)

        plain = "" if secret else left_plain(self._session)
        self._storing.write("What the packets need", work, partial(self._written, plain), self._failed)

    def _written(self, plain: str, written: Sequence[PacketWritten]) -> None:
        names = ", ".join(each.path.name for each in written)
        self._session.notice.emit(f"{names}: written to {written[0].path.parent}.{plain}")
        if not self._storing.is_gone:
            self.accept()

    def _not_read(self, error: Exception) -> None:
        self._failed(error)
        self.end_filling()

    def _failed(self, error: Exception) -> None:
        if self._storing.is_gone:
            self._session.tasks.failed.emit(error)
            return
        self.problem.setText(error_words(error))
        self._show_usable()


class TakenDialog(QDialog):
    """What contradicts, whole: it was left out, and a person has to look at it."""

    def __init__(self, taken: PacketTaken, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("What was left out")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.text = ReadingPane("What was left out")
        self.text.show_text("\n".join(each.sentence for each in taken.conflicts))
        close = QPushButton("Close")
        close.setDefault(True)
        close.clicked.connect(self.reject)
        layout = QVBoxLayout(self)
        margins(layout)
        layout.addWidget(plain_label(taken.sentence))
        layout.addWidget(self.text, 1)
        layout.addLayout(row(None, close))
        self.resize(84 * GRID, 48 * GRID)


def start_sending(session: Session, window: QWidget) -> PacketsDialog:
    dialog = PacketsDialog(session, window)
    show_over(dialog)
    return dialog


def take_in(session: Session, path: Path, window: QWidget) -> None:
    """Take a packet into the open workspace; a line says what came, a dialog what was left out."""
    author = session.reviewer

    def taken(found: PacketTaken) -> None:
        session.notice.emit(found.sentence)
        if found.conflicts:
            show_over(TakenDialog(found, window))

    def failed(error: Exception) -> None:
        if isinstance(error, SealedError):
            session.locked.emit(path, lambda: take_in(session, path, window))
        else:
            session.tasks.failed.emit(error)

    held = Held(f"What {preview(path.name, NAME_CHARACTERS)} holds")
    session.write(lambda workspace: import_packet(workspace, path, author), taken, failed, held=held)
