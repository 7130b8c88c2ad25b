"""The editor of one case. It shows at once what an edit does to the scores that there are."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QFrame,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from reviewer.app.cases import check_case, needs_reason
from reviewer.app.figures.relabelling import RelabelStanding, effects, load_standing, sentence
from reviewer.core.actions import DEFAULT_SCALE, ActionId, ActionScale
from reviewer.core.bands import neighbours_band
from reviewer.core.cases import Case, CaseKey, CaseStatus, Message, Role, checked_messages
from reviewer.core.errors import InputError, KnownError
from reviewer.store.facts.suites import CaseDetail
from reviewer.ui.cases.band_editor import BandEditor
from reviewer.ui.cases.turns import TurnsEditor
from reviewer.ui.kit.page import heading, plain_label, row
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.tasks import Task
from reviewer.ui.kit.theme import GRID

PREVIEW_MS = 300
NO_LABEL = "no label yet"
NEW_VERSION = (
    "The messages have responses already: saving makes a new version of the case, and the responses stay with the old "
    "one."
)


_FIELDS = (
    *("messages", "label", "band", "borderline", "status", "rationale"),
    *("key", "category", "tags", "pair", "segment"),
)


@dataclass(frozen=True)
class Edit:
    """What is to be stored; `detail` None is a new case."""

    detail: CaseDetail | None
    case: Case
    reason: str


class CaseEditor(QWidget):
    """Fields over a case. It stores nothing itself: `save_wanted` carries an Edit."""

    save_wanted = Signal(object)
    cancelled = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._detail: CaseDetail | None = None
        self._original: Case | None = None
        self._scale: ActionScale = DEFAULT_SCALE
        self._standing: RelabelStanding | None = None
        self._shown: tuple[object, ...] = ()
        self._preview_task: Task[str] | None = None
        self._make_fields()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PREVIEW_MS)
        self._timer.timeout.connect(self._preview)
        self._lay_out()
        self._connect()

    def _make_fields(self) -> None:
        self.title = heading("", wrap=True)
        self.title.setMinimumWidth(1)  # a key without a blank must not widen the panel
        self.key = QLineEdit()
        self.turns = TurnsEditor()
        self.label = QComboBox()
        self.band = BandEditor()
        self.borderline = QCheckBox("Borderline: careful people may differ")
        self.status = QComboBox()
        for status in (CaseStatus.LABELLED, CaseStatus.UNREVIEWED, CaseStatus.DISPUTED, CaseStatus.RETIRED):
            self.status.addItem(str(status), status)
        self.category, self.tags, self.pair, self.segment = QLineEdit(), QLineEdit(), QLineEdit(), QLineEdit()
        self.category.setPlaceholderText("for example medicine")
        self.tags.setPlaceholderText("one; two")
        self.pair.setPlaceholderText("the same word on both cases of a contrast pair")
        self.rationale = QPlainTextEdit()
        self.rationale.setTabChangesFocus(True)
        self.rationale.setMaximumHeight(10 * GRID)
        self.reason = QLineEdit()
        self.reason.setPlaceholderText("needed when label, band or status change")
        self.effect, self.trouble, self.version_note = plain_label(), plain_label(), plain_label()
        self.effect.setAccessibleName("What the edit does to the scores")
        self.trouble.setAccessibleName("What is wrong")
        self.version_note.setText(NEW_VERSION)
        self.save = QPushButton("Save")
        self.save.setToolTip("Save the case (Ctrl+S)")
        self.cancel = QPushButton("Close")
        self.cancel.setToolTip("Leave the editor (Esc)")

    def _lay_out(self) -> None:
        inner = QWidget()
        form = QFormLayout(inner)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        form.setContentsMargins(0, 0, 2 * GRID, 0)
        form.setVerticalSpacing(GRID)
        for caption, field in self._rows():
            if caption:
                form.addRow(caption, field)
            else:
                form.addRow(field)
            if caption and not isinstance(field, TurnsEditor | BandEditor):
                field.setAccessibleName(caption)
        self.area = QScrollArea()
        self.area.setWidget(inner)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._form = form
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, 0, 0, 0)
        layout.setSpacing(GRID)
        for widget in (self.title, self.area, self.version_note, self.effect, self.trouble):
            layout.addWidget(widget, 1 if widget is self.area else 0)
        layout.addLayout(row(self.cancel, self.save, None))

    def _rows(self) -> Sequence[tuple[str, QWidget]]:
        return (
            ("Key", self.key),
            ("Messages", self.turns),
            ("Labelled action", self.label),
            ("Also acceptable", self.band),
            ("", self.borderline),
            ("Reason for the change", self.reason),
            ("Rationale", self.rationale),
            ("Status", self.status),
            ("Category", self.category),
            ("Tags", self.tags),
            ("Pair", self.pair),
            ("Segment", self.segment),
        )

    def _connect(self) -> None:
        for line in (self.key, self.category, self.tags, self.pair, self.segment, self.reason):
            line.textEdited.connect(self._changed)
        self.turns.changed.connect(self._changed)
        self.turns.renumbered.connect(partial(order_tabs, self))
        self.band.changed.connect(self._changed)
        self.rationale.textChanged.connect(self._changed)
        self.status.activated.connect(self._changed)
        self.label.activated.connect(self._relabelled)
        self.borderline.clicked.connect(self._fill_borderline)
        self.save.clicked.connect(self.try_to_save)
        self.cancel.clicked.connect(self.cancelled)

    # what is edited

    def edit(self, detail: CaseDetail, scale: ActionScale) -> None:
        """Start on a stored case."""
        self._detail = detail
        self._start(detail.case, scale, f"Edit {detail.case.key}")
        self.turns.take_focus()

    def edit_new(self, key: str, scale: ActionScale) -> None:
        """Start on a case that is not there yet."""
        self._detail = None
        empty = Case(CaseKey(key), (Message(Role.USER, ""),), status=CaseStatus.UNREVIEWED)
        self._start(empty, scale, "New case")
        self.turns.take_focus()

    def _start(self, case: Case, scale: ActionScale, title: str) -> None:
        self._original, self._scale, self._standing = case, scale, None
        self.title.setText(title)
        self._form.setRowVisible(self.key, self._detail is None)
        self._form.setRowVisible(self.reason, self._detail is not None)
        self._show(case)
        for label in (self.trouble, self.effect):
            label.clear()
        self.version_note.hide()
        self.area.verticalScrollBar().setValue(0)
        if self._detail is not None and self._detail.has_responses:
            case_id = self._detail.id
            self._session.read(lambda workspace: load_standing(workspace, case_id), self._have_standing)

    def _show(self, case: Case) -> None:
        self.key.setText(case.key)
        self.turns.show_messages(case.messages)
        self.label.clear()
        self.label.addItem(NO_LABEL, None)
        for rank, action in enumerate(self._scale.actions, start=1):
            self.label.addItem(f"{rank} {action.name}", action.id)
            self.label.setItemData(rank, f"{action.definition} {action.example}".strip(), Qt.ItemDataRole.ToolTipRole)
        self.label.setCurrentIndex(0 if case.label is None else self._scale.rank(case.label) + 1)
        self._show_definition()
        self.band.show_band(case.label, case.band, self._scale)
        self.borderline.setChecked(case.borderline)
        self.status.setCurrentIndex(self.status.findData(case.status))
        self.category.setText(case.category)
        self.tags.setText("; ".join(case.tags))
        self.pair.setText(case.pair)
        self.segment.setText(case.segment)
        self.rationale.setPlainText(case.rationale)
        self.reason.clear()
        self._timer.stop()
        order_tabs(self)
        self._shown = self._fields()

    @property
    def dirty(self) -> bool:
        """Whether leaving would lose something."""
        return self._original is not None and self._fields() != self._shown

    def _fields(self) -> tuple[object, ...]:
        """Everything as it stands in the widgets."""
        lines = (self.key, self.category, self.tags, self.pair, self.segment)
        return (
            self.turns.messages,
            self._label,
            self.band.band,
            self.borderline.isChecked(),
            self._status,
            self.rationale.toPlainText(),
            *(line.text() for line in lines),
        )

    def stop(self) -> None:
        """Nothing is edited any more."""
        self._original = self._detail = self._standing = None
        self._timer.stop()

    def _case(self) -> Case:
        """The case as the fields have it. Raises InputError for messages that cannot be sent or a bad key."""
        if self._original is None:
            raise InputError("Nothing is edited.")
        key = self.key.text().strip()
        if not key:
            raise InputError("The case has no key.", "Give it one of its own.")
        original = self._original
        # What a field would not give back exactly, such as a tag with a semicolon, stays as it was unless it is edited.
        same = dict(zip(_FIELDS, map(operator.eq, self._fields(), self._shown), strict=True))
        tags = tuple(tag for part in self.tags.text().split(";") if (tag := part.strip()))
        rationale = self.rationale.toPlainText()
        return replace(
            original,
            key=CaseKey(key),
            messages=checked_messages(self.turns.messages),
            label=self._label,
            band=self.band.band if self._label else {},
            borderline=self.borderline.isChecked(),
            status=self._status,
            category=self.category.text().strip(),
            tags=original.tags if same["tags"] else tags,
            pair=self.pair.text().strip(),
            segment=self.segment.text().strip(),
            rationale=original.rationale if same["rationale"] else rationale,
        )

    @property
    def _label(self) -> ActionId | None:
        label: ActionId | None = self.label.currentData()
        return label

    @property
    def _status(self) -> CaseStatus:
        # Qt gives a StrEnum back as a plain text.
        return CaseStatus(self.status.currentData())

    # what happens

    def _relabelled(self) -> None:
        """A first label makes the case labelled, taking it away makes it unreviewed."""
        self._show_definition()
        self.band.relabel(self._label)
        self._fill_borderline()
        status = self._status
        if self._label is None and status is CaseStatus.LABELLED:
            self.status.setCurrentIndex(self.status.findData(CaseStatus.UNREVIEWED))
        elif self._label is not None and status is CaseStatus.UNREVIEWED:
            self.status.setCurrentIndex(self.status.findData(CaseStatus.LABELLED))
        self._changed()

    def _show_definition(self) -> None:
        tip = self.label.currentData(Qt.ItemDataRole.ToolTipRole)
        self.label.setToolTip(str(tip) if tip else "Choose the right action for this request")

    def _fill_borderline(self) -> None:
        """A borderline case without a band gets its neighbours at half credit, as on import."""
        if self.borderline.isChecked() and self._label is not None and not self.band.band:
            self.band.set_band(neighbours_band(self._label, self._scale))
        self._changed()

    def _changed(self) -> None:
        self.trouble.clear()
        self._timer.start()

    def _have_standing(self, standing: RelabelStanding) -> None:
        if self._detail is not None and standing.case.key == self._detail.case.key:
            self._standing = standing
            self._preview()

    def _preview(self) -> None:
        """What the edit does to the scores, worked out beside the GUI thread."""
        if self._preview_task is not None:
            self._preview_task.cancel()
        standing = self._standing
        try:
            case = self._case()
        except InputError:
            return
        answered = self._detail is not None and self._detail.has_responses
        changed = self._original is not None and case.message_hash != self._original.message_hash
        self.version_note.setVisible(answered and changed)
        if standing is None:
            self.effect.setText("" if answered else "No run has answered this case yet, so no score changes.")
            return
        self._preview_task = self._session.work(lambda: sentence(effects(standing, case)), self.effect.setText)

    def try_to_save(self) -> None:
        """Emit the edit, or say what is wrong with it beside the button."""
        if self._original is None:
            return
        try:
            case = self._case()
            self._check(case)
        except InputError as fault:
            self.show_trouble(fault)
            return
        self.save_wanted.emit(Edit(self._detail, case, self.reason.text().strip()))

    def _check(self, case: Case) -> None:
        before, reason = self._detail.case if self._detail else None, self.reason.text()
        if needs_reason(before, case) and not reason.strip():
            self.area.ensureWidgetVisible(self.reason)
            self.reason.setFocus()
        check_case(before, case, reason)

    def show_trouble(self, error: Exception) -> None:
        """Keep the fields and say what stands in the way. What is not the person's to mend goes to the notice bar."""
        if isinstance(error, KnownError):
            self.trouble.setText(str(error))
        else:
            self._session.tasks.failed.emit(error)


def order_tabs(editor: CaseEditor) -> None:
    """Turns and credits are made anew for each case: put them where they stand on the screen."""
    order = [editor.key, *editor.turns.controls, editor.label, *editor.band.controls, editor.borderline, editor.reason]
    order += [editor.rationale, editor.status, editor.category, editor.tags, editor.pair, editor.segment]
    for before, after in pairwise([*order, editor.cancel, editor.save]):
        QWidget.setTabOrder(before, after)
