"""What a reviewer may set for an afternoon's work: breaks, how sure the score is to be, which texts stay covered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from reviewer.app.cases import all_categories
from reviewer.host.settings import Settings
from reviewer.ui.kit.fields import FieldForm, number, whole_number
from reviewer.ui.kit.keymap import key_or_name
from reviewer.ui.kit.page import margins, plain_label, row
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.theme import GRID
from reviewer.wording.plain_text import preview
from reviewer.wording.plural import counted

_ROLE = Qt.ItemDataRole.UserRole
LONGEST_BREAK_MIN = 600
NARROWEST, WIDEST = 0.1, 50.0
"""Of the ± that the score is brought to, in hundredths."""
CATEGORY_CHARACTERS = 80


class SessionDialog(QDialog):
    """Kept with the settings when it is closed with the button that says so."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Breaks, and texts that stay covered")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._session = session
        now = session.settings
        self.minutes = QLineEdit(str(now.break_minutes))
        self.width_ = QLineEdit(f"{100 * now.score_width:g}")
        self.grey = QCheckBox("Write all texts, lists and tables in &grey")
        self.grey.setChecked(now.grey_text)
        self.categories = QListWidget()
        self.categories.setAccessibleName("Categories that stay covered")
        self.seen = plain_label(exposure_words(session))
        self.seen.setAccessibleName("Texts that you uncovered")
        form = FieldForm()
        form.add(
            "&Minutes of review after which a break is suggested",
            self.minutes,
            check=self._minutes,
            hint="0 for never. Time without a key or the mouse does not count beyond two minutes.",
        )
        form.add(
            "&Score: ± how many hundredths you want to reach",
            self.width_,
            check=self._width,
            hint="The line above the review says how many more reviews that takes.",
        )
        self._form = form
        shows = key_or_name("review.on")
        label = plain_label(f"Texts of these categories stay covered until {shows} shows them in the review:")
        keep, cancel = QPushButton("&Keep"), QPushButton("Cancel")
        keep.setDefault(True)
        keep.clicked.connect(self._keep)
        cancel.clicked.connect(self.reject)
        layout = QVBoxLayout(self)
        margins(layout)
        layout.addWidget(label)
        layout.addWidget(self.categories, 1)
        layout.addWidget(self.seen)
        layout.addWidget(self.grey)
        layout.addWidget(form)
        layout.addLayout(row(None, cancel, keep))
        self.resize(72 * GRID, 76 * GRID)
        self._show_categories(())
        if session.is_open:
            reading = session.read(all_categories, self._show_categories)
            self.finished.connect(lambda _result: reading.cancel())

    def _show_categories(self, names: Sequence[str]) -> None:
        """Those of the workspace, and those that were chosen elsewhere."""
        chosen = {name.casefold(): name for name in self._session.settings.covered}
        self.categories.clear()
        for key, name in sorted({**chosen, **{name.casefold(): name for name in names}}.items()):
            item = QListWidgetItem(preview(name, CATEGORY_CHARACTERS))
            item.setData(_ROLE, name)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if key in chosen else Qt.CheckState.Unchecked)
            self.categories.addItem(item)
        self.categories.setCurrentRow(0)

    def _minutes(self) -> int:
        found = whole_number(self.minutes.text(), "The time until a break", low=0, high=LONGEST_BREAK_MIN)
        return Settings().break_minutes if found is None else found

    def _width(self) -> float:
        found = number(self.width_.text(), "The width", low=NARROWEST, high=WIDEST)
        return Settings().score_width if found is None else found / 100

    def _keep(self) -> None:
        if not self._form.is_sound():
            return
        items = [self.categories.item(at) for at in range(self.categories.count())]
        covered = tuple(str(item.data(_ROLE)) for item in items if item.checkState() is Qt.CheckState.Checked)
        self._session.change_settings(
            replace(
                self._session.settings,
                break_minutes=self._minutes(),
                score_width=self._width(),
                covered=covered,
                grey_text=self.grey.isChecked(),
            )
        )
        self.accept()


def exposure_words(session: Session) -> str:
    """`You uncovered today: 12 texts of weapons (4 since the start), …`"""
    today, here = session.cover.uncovered_today, session.cover.this_session
    if not today:
        return "You uncovered no text today."
    told = [
        f"{counted(count, 'text')} of {preview(name, CATEGORY_CHARACTERS)} ({here[name]} since the start)"
        for name, count in sorted(today.items())
    ]
    return f"You uncovered today: {', '.join(told)}."
