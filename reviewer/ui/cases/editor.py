"""The editor of one case. It shows at once what an edit does to the scores that there are."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QFrame,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from reviewer.app.cases import check_case, needs_reason
from reviewer.core.actions import DEFAULT_SCALE, ActionScale
from reviewer.core.bands import neighbours_band
from reviewer.core.cases import Case, CaseKey, CaseStatus, Message, Role, checked_messages, stakes_cell
from reviewer.core.errors import InputError, KnownError
from reviewer.store.facts.suites import CaseDetail
from reviewer.ui.cases.action_box import ActionBox
from reviewer.ui.cases.band_editor import BandEditor
from reviewer.ui.cases.effect import EditEffect
from reviewer.ui.cases.turns import TurnsEditor
from reviewer.ui.kit.keymap import tell_key
from reviewer.ui.kit.page import heading, plain_label, row
from reviewer.ui.kit.scrolling import TabbedScroll
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.theme import GRID
from reviewer.wording.plain_text import preview

NEW_VERSION = (
    "The messages have responses already: saving makes a new version of the case, and the responses stay with the old "
    "one."
)


_FIELDS = (
    *("messages", "label", "band", "borderline", "status", "rationale"),
    *("key", "category", "tags", "pair", "segment", "stakes"),
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
        self._shown: tuple[object, ...] = ()
        self._effect = EditEffect(session, self)
        self._make_fields()
        self._lay_out()
        self._connect()

    def _make_fields(self) -> None:
        self.title = heading("", wrap=True)
        self.title.setMinimumWidth(1)  # a key without a blank must not widen the panel
        self.key = QLineEdit()
        self.turns = TurnsEditor()
        self.label = ActionBox()
        self.band = BandEditor()
        self.borderline = QCheckBox("Borderline: careful people may differ")
        self.status = QComboBox()
        for status in (CaseStatus.LABELLED, CaseStatus.UNREVIEWED, CaseStatus.DISPUTED, CaseStatus.RETIRED):
            self.status.addItem(str(status), status)
        self.category, self.tags, self.pair, self.segment = QLineEdit(), QLineEdit(), QLineEdit(), QLineEdit()
        self.stakes = QLineEdit()
        self.stakes.setPlaceholderText("1, or what a miss costs here, in either direction")
        self.category.setPlaceholderText("for example medicine")
        self.tags.setPlaceholderText("one; two")
        self.pair.setPlaceholderText("the same word on both cases of a contrast pair")
        self.rationale = QPlainTextEdit()
        self.rationale.setTabChangesFocus(True)
        self.rationale.setMaximumHeight(10 * GRID)
        self.reason = QLineEdit()
        self.reason.setPlaceholderText("needed when label, band or status change")
        self.effect, self.trouble, self.version_note = self._effect.label, plain_label(), plain_label()
        self.trouble.setAccessibleName("What is wrong")
        self.version_note.setText(NEW_VERSION)
        self.save = QPushButton("Save")
        tell_key(self.save, "cases.save", "Save the case")
        self.cancel = QPushButton("Close")
        tell_key(self.cancel, "cases.close", "Leave the editor")

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
        self.area = TabbedScroll()
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
            ("Stakes", self.stakes),
        )

    def _connect(self) -> None:
        for line in (self.key, self.category, self.tags, self.pair, self.segment, self.stakes, self.reason):
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
        self._effect.due.connect(self._preview)

    # what is edited

    def edit(self, detail: CaseDetail, scale: ActionScale) -> None:
        """Start on a stored case."""
        self._detail = detail
        self._start(detail.case, scale, f"Edit {preview(detail.case.key)}")
        self.turns.take_focus()

    def edit_new(self, key: str, scale: ActionScale) -> None:
        """Start on a case that is not there yet."""
        self._detail = None
        empty = Case(CaseKey(key), (Message(Role.USER, ""),), status=CaseStatus.UNREVIEWED)
        self._start(empty, scale, "New case")
        self.turns.take_focus()

    def _start(self, case: Case, scale: ActionScale, title: str) -> None:
        self._original, self._scale = case, scale
        self.title.setText(title)
        self._form.setRowVisible(self.key, self._detail is None)
        self._form.setRowVisible(self.reason, self._detail is not None)
        self._show(case)
        self.trouble.clear()
        self.version_note.hide()
        self.area.verticalScrollBar().setValue(0)
        self._effect.begin(self._detail)

    def _show(self, case: Case) -> None:
        self.key.setText(case.key)
        self.turns.show_messages(case.messages)
        self.label.show_action(case.label, self._scale)
        self.band.show_band(case.label, case.band, self._scale)
        self.borderline.setChecked(case.borderline)
        self.status.setCurrentIndex(self.status.findData(case.status))
        self.category.setText(case.category)
        self.tags.setText("; ".join(case.tags))
        self.pair.setText(case.pair)
        self.segment.setText(case.segment)
        self.stakes.setText(f"{case.stakes:g}" if case.stakes != 1 else "")
        self.rationale.setPlainText(case.rationale)
        self.reason.clear()
        order_tabs(self)
        self._shown = self._fields()

    @property
    def dirty(self) -> bool:
        """Whether leaving would lose something."""
        return self._original is not None and self._fields() != self._shown

    def _fields(self) -> tuple[object, ...]:
        """Everything as it stands in the widgets."""
        lines = (self.key, self.category, self.tags, self.pair, self.segment, self.stakes)
        return (
            self.turns.messages,
            self.label.action,
            self.band.band,
            self.borderline.isChecked(),
            self._status,
            self.rationale.toPlainText(),
            *(line.text() for line in lines),
        )

    def stop(self) -> None:
        """Nothing is edited any more."""
        self._original = self._detail = None
        self._effect.stop()

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
            label=self.label.action,
            band=self.band.band if self.label.action else {},
            borderline=self.borderline.isChecked(),
            status=self._status,
            category=self.category.text().strip(),
            tags=original.tags if same["tags"] else tags,
            pair=self.pair.text().strip(),
            segment=self.segment.text().strip(),
            rationale=original.rationale if same["rationale"] else rationale,
            stakes=original.stakes if same["stakes"] else stakes_cell(self.stakes.text().strip() or "1"),
        )

    @property
    def _status(self) -> CaseStatus:
        # Qt gives a StrEnum back as a plain text.
        return CaseStatus(self.status.currentData())

    # what happens

    def _relabelled(self) -> None:
        """A first label makes the case labelled, taking it away makes it unreviewed."""
        self.label.show_definition()
        self.band.relabel(self.label.action)
        self._fill_borderline()
        status = self._status
        if self.label.action is None and status is CaseStatus.LABELLED:
            self.status.setCurrentIndex(self.status.findData(CaseStatus.UNREVIEWED))
        elif self.label.action is not None and status is CaseStatus.UNREVIEWED:
            self.status.setCurrentIndex(self.status.findData(CaseStatus.LABELLED))
        self._changed()

    def _fill_borderline(self) -> None:
        """A borderline case without a band gets its neighbours at half credit, as on import."""
        if self.borderline.isChecked() and self.label.action is not None and not self.band.band:
            self.band.set_band(neighbours_band(self.label.action, self._scale))
        self._changed()

    def _changed(self) -> None:
        self.trouble.clear()
        self._effect.wait()

    def _preview(self) -> None:
        try:
            case = self._case()
        except InputError:
            return
        answered = self._detail is not None and self._detail.has_responses
        changed = self._original is not None and case.message_hash != self._original.message_hash
        self.version_note.setVisible(answered and changed)
        self._effect.show_effect(case)

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

    def hold(self, *, is_held: bool) -> None:
        """While an edit waits to be stored, it stays as it is; only Cancel is left."""
        self.area.setEnabled(not is_held)
        self.save.setEnabled(not is_held)
        if is_held:
            self.cancel.setFocus()

    def show_trouble(self, error: Exception) -> None:
        """Keep the fields and say what stands in the way. What is not the person's to mend goes to the notice bar."""
        if isinstance(error, KnownError):
            self.trouble.setText(str(error))
        else:
            self._session.tasks.failed.emit(error)


def order_tabs(editor: CaseEditor) -> None:
    """Turns and credits are made anew for each case: put them where they stand on the screen."""
    order = [editor.key, *editor.turns.controls, editor.label, *editor.band.controls, editor.borderline, editor.reason]
    order += [editor.rationale, editor.status, editor.category, editor.tags, editor.pair, editor.segment, editor.stakes]
    for before, after in pairwise([*order, editor.cancel, editor.save]):
        QWidget.setTabOrder(before, after)
