"""Beside the page: policy, form, template, sections and detail, what is covered or redacted, the house template."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from reviewer.report.facts import RunReport
from reviewer.report.forms import FORMS
from reviewer.report.house import ESCAPES
from reviewer.report.options import SECTIONS as LEAST_LEVEL
from reviewer.report.options import CoverChoice, Level, ReportOptions
from reviewer.report.redacting import FoundPlace, Redaction
from reviewer.report.sections import SECTIONS
from reviewer.ui.kit.called_by_qt import paints
from reviewer.ui.kit.fields import scrolled
from reviewer.ui.kit.page import plain_label, row
from reviewer.ui.kit.theme import GRID, OUTLINED
from reviewer.ui.reports.made import ReportChoice
from reviewer.ui.reports.policy_button import PolicyButton
from reviewer.ui.score.cards import quiet_label
from reviewer.wording.plain_text import plain_text, preview
from reviewer.wording.plural import counted

WIDTH = 42 * GRID
LIST_ROWS, CATEGORY_ROWS, PATTERN_ROWS = 9, 4, 3
EXAMPLES_SHOWN = 8
NAME_CHARACTERS = 30
TYPED_MS = 400
"""Patterns are looked for when nothing has been typed for so long."""
OWN = "– as chosen here –"
LEVELS = {
    Level.DECISION: "page one: what the decision rests on",
    Level.SUMMARY: "every figure, no list of cases",
    Level.ALL: "everything, with every case",
}
COVERS = {
    CoverChoice.NONE: "nothing",
    CoverChoice.PROMPTS: "requests",
    CoverChoice.RESPONSES: "responses",
    CoverChoice.NEITHER: "requests and responses",
}


class _OutlinedTicks(QStyledItemDelegate):
    """Boxes to tick have the outline of those that stand alone, which is seen in the dark too."""

    @paints
    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        super().initStyleOption(option, index)
        outlined = QApplication.palette(OUTLINED[0]).color(QPalette.ColorRole.Window)
        option.palette.setColor(QPalette.ColorRole.Window, outlined)


class CheckedList(QListWidget):
    """Entries that are ticked with Space or a click; `ticked_changed` comes after a person's tick."""

    ticked_changed = Signal()

    def __init__(self, name: str, rows: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setItemDelegate(_OutlinedTicks(self))
        self.setFixedHeight(rows * (self.fontMetrics().height() + GRID // 2) + GRID)
        self.itemChanged.connect(lambda _item: self.ticked_changed.emit())

    def put(self, entries: Iterable[tuple[str, str, str]], ticked: Iterable[str]) -> None:
        """(id, words, tool tip) of each entry; the place in the list stays."""
        known, place = frozenset(ticked), self.currentRow()
        blocker = QSignalBlocker(self)
        self.clear()
        for key, words, tip in entries:
            entry = QListWidgetItem(plain_text(words))
            entry.setData(Qt.ItemDataRole.UserRole, key)
            entry.setToolTip(plain_text(tip))
            entry.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable)
            entry.setCheckState(Qt.CheckState.Checked if key in known else Qt.CheckState.Unchecked)
            self.addItem(entry)
        self.setCurrentRow(max(place, 0) if self.count() else -1)
        blocker.unblock()

    @property
    def ticked(self) -> tuple[str, ...]:
        entries = (self.item(number) for number in range(self.count()))
        return tuple(
            str(each.data(Qt.ItemDataRole.UserRole)) for each in entries if each.checkState() is Qt.CheckState.Checked
        )


class ReportChoices(QWidget):
    """`chosen` carries the `ReportChoice` after a person's change; the other signals ask for a file or a name."""

    chosen = Signal(object)
    template_chosen = Signal(str)
    template_file_wanted = Signal()
    template_name_wanted = Signal()
    house_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choice = ReportChoice()
        self.policy = PolicyButton()
        self.form, self.template, self.level, self.cover = QComboBox(), QComboBox(), QComboBox(), QComboBox()
        self.save_template = QPushButton("Save as…")
        self.sections = CheckedList("Sections", LIST_ROWS)
        self.categories = CheckedList("Covered only in these categories", CATEGORY_ROWS)
        self.patterns = QPlainTextEdit()
        self.found, self.examples = plain_label(), quiet_label()
        self.house, self.no_house = QPushButton("Choose…"), QPushButton("None")
        self.house_name = quiet_label()
        self._typed = QTimer(self)
        self._typed.setSingleShot(True)
        self._typed.setInterval(TYPED_MS)
        self._fill_boxes()
        self._lay_out()
        self._connect()

    def _fill_boxes(self) -> None:
        for level, words in LEVELS.items():
            self.level.addItem(words, level)
        for cover, words in COVERS.items():
            self.cover.addItem(words, cover)
        self.patterns.setAccessibleName("Patterns to redact")
        self.patterns.setPlaceholderText("A regular expression on each line")
        self.patterns.setTabChangesFocus(True)
        self.patterns.setFixedHeight(PATTERN_ROWS * self.fontMetrics().lineSpacing() + 2 * GRID)
        for box, name in ((self.form, "Form"), (self.template, "Template"), (self.level, "Detail")):
            box.setAccessibleName(name)
        self.cover.setAccessibleName("Covered")
        for box in (self.form, self.template, self.level, self.cover):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(12)
        self.save_template.setAccessibleName("Save these choices as a template")
        self.house.setAccessibleName("Choose a house template")
        self.no_house.setAccessibleName("No house template")
        self.no_house.setToolTip("Lay the report out as the program does")

    def _lay_out(self) -> None:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(2 * GRID, GRID, GRID, 2 * GRID)
        column.setSpacing(GRID // 2)
        for name, control, *more in self._rows():
            label = plain_label(name)
            label.setBuddy(control)
            column.addWidget(label)
            line = row(control, *more)
            line.setStretch(0, 1)
            column.addLayout(line)
            column.addSpacing(GRID)
        for widget in (self.found, self.examples):
            column.insertWidget(column.count() - 3, widget)
            widget.hide()
        column.addWidget(self.house_name)
        column.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scrolled(inner))
        self.setFixedWidth(WIDTH)

    def _rows(self) -> Iterator[tuple[str, QWidget] | tuple[str, QWidget, QWidget]]:
        yield "Release policy", self.policy
        yield "Form of the file", self.form
        yield "Template", self.template, self.save_template
        yield "Detail", self.level
        yield "Sections", self.sections
        yield "Cover", self.cover
        yield "Only in these categories (none ticked: in all)", self.categories
        yield "Redact what these patterns find", self.patterns
        yield "House template (Jinja2)", self.house, self.no_house

    def _connect(self) -> None:
        self.policy.policy_chosen.connect(lambda rules: self._choose(replace(self.choice, policy=rules)))
        self.form.activated.connect(lambda _index: self._choose(replace(self.choice, form=self.form.currentData())))
        self.template.activated.connect(lambda _index: self._choose_template())
        self.save_template.clicked.connect(lambda _checked=False: self.template_name_wanted.emit())
        self.level.activated.connect(lambda _index: self._choose_shown(level=Level(self.level.currentData())))
        self.cover.activated.connect(lambda _index: self._choose_shown(cover=CoverChoice(self.cover.currentData())))
        self.sections.ticked_changed.connect(self._choose_sections)
        self.categories.ticked_changed.connect(
            lambda: self._choose_shown(cover_categories=(*self.categories.ticked, *self._absent()))
        )
        self.patterns.textChanged.connect(self._typed.start)
        self._typed.timeout.connect(self._choose_patterns)
        self.house.clicked.connect(lambda _checked=False: self.house_wanted.emit())
        self.no_house.clicked.connect(lambda _checked=False: self.choose_house(""))

    # showing

    def show_choice(self, choice: ReportChoice) -> None:
        """What is chosen now; what a person is typing is left alone where it says the same."""
        self.choice, shown = choice, choice.shown
        self._show_forms()
        self.level.setCurrentIndex(self.level.findData(shown.level))
        self.cover.setCurrentIndex(self.cover.findData(shown.cover))
        levels = list(Level)
        within = [each for each in SECTIONS if levels.index(LEAST_LEVEL[each.id]) <= levels.index(shown.level)]
        ticked = shown.sections or tuple(each.id for each in SECTIONS)
        self.sections.put(((each.id, each.title, each.holds) for each in within), ticked)
        if tuple(self._patterns()) != shown.redact:
            blocker = QSignalBlocker(self.patterns)
            self.patterns.setPlainText("\n".join(shown.redact))
            blocker.unblock()
        self.house_name.setText(preview(Path(choice.house).name, 60) if choice.house else "")
        self.house_name.setToolTip(choice.house)
        self.no_house.setEnabled(bool(choice.house))

    def _show_forms(self) -> None:
        """A house template writes pages, Markdown and text, the program its own forms."""
        offered = {
            each: (f"{FORMS[each].name} ({each})" if each in FORMS else f"Text ({each})") for each in self._endings
        }
        self.form.clear()
        for ending, words in offered.items():
            self.form.addItem(words, ending)
        self.form.setCurrentIndex(max(self.form.findData(self.choice.form), 0))

    @property
    def _endings(self) -> tuple[str, ...]:
        return tuple(ESCAPES) if self.choice.house else tuple(FORMS)

    @property
    def ending(self) -> str:
        """Of the file that is written."""
        return str(self.form.currentData())

    def show_templates(self, names: Sequence[str]) -> None:
        """Those that were saved, and the way to a file; the one that the choices are of is chosen."""
        self.template.clear()
        self.template.addItem(OWN, "")
        for name in names:
            self.template.addItem(preview(name, 60), name)
        if self.choice.template and self.choice.template not in names:
            self.template.addItem(preview(Path(self.choice.template).name, 60), self.choice.template)
        self.template.addItem("From a file…", None)
        self.template.setCurrentIndex(max(self.template.findData(self.choice.template), 0))

    def show_report(self, whole: RunReport) -> None:
        """The categories and policies that this report has to choose from."""
        there = sorted({case.category for case in whole.cases if case.category})
        self.categories.put(
            ((name, preview(name, NAME_CHARACTERS), name) for name in there), self.choice.shown.cover_categories
        )
        self.policy.offer([facts.lock for facts in whole.locks], self.choice.policy)

    def show_found(self, found: Redaction | None) -> None:
        """What the patterns find: how many places, and a few of them; nothing where there is no pattern."""
        wanted = found is not None and bool(self.choice.shown.redact)
        for widget in (self.found, self.examples):
            widget.setVisible(wanted)
        if found is None or not wanted:
            return
        cases = counted(len(found.cases), "case")
        self.found.setText(f"{counted(found.places, 'place')} will be redacted, in {cases} and around them.")
        self.examples.setText("\n".join(map(_example, found.examples[:EXAMPLES_SHOWN])))

    # choosing

    def _choose(self, choice: ReportChoice) -> None:
        self.choice = choice
        self.chosen.emit(choice)

    def _choose_shown(self, **changed: object) -> None:
        """A choice of one's own is no template's any more."""
        shown = replace(self.choice.shown, **changed)  # type: ignore[arg-type]  # fields of ReportOptions by name
        if shown != self.choice.shown:
            self.template.setCurrentIndex(0)
            self._choose(replace(self.choice, shown=shown, template=""))

    def _choose_sections(self) -> None:
        """All of them are chosen by choosing none in particular; of what the level leaves out nothing is lost."""
        offered = {str(self.sections.item(at).data(Qt.ItemDataRole.UserRole)) for at in range(self.sections.count())}
        before = self.choice.shown.sections or tuple(each.id for each in SECTIONS)
        wanted = {*self.sections.ticked, *(key for key in before if key not in offered)}
        if not set(self.sections.ticked):
            self.show_choice(self.choice)  # a report without any section says nothing: the last one stays
            return
        keys = tuple(each.id for each in SECTIONS if each.id in wanted)
        self._choose_shown(sections=() if len(keys) == len(SECTIONS) else keys)

    def _absent(self) -> tuple[str, ...]:
        """Categories to be covered that no case of this run has: another run may have them."""
        there = {str(self.categories.item(at).data(Qt.ItemDataRole.UserRole)) for at in range(self.categories.count())}
        return tuple(name for name in self.choice.shown.cover_categories if name not in there)

    def _patterns(self) -> list[str]:
        return [line for line in self.patterns.toPlainText().split("\n") if line.strip()]

    def _choose_patterns(self) -> None:
        self._choose_shown(redact=tuple(self._patterns()))

    def _choose_template(self) -> None:
        name = self.template.currentData()
        if name is None:
            self.template.setCurrentIndex(max(self.template.findData(self.choice.template), 0))
            self.template_file_wanted.emit()
        elif name:
            self.template_chosen.emit(name)

    def choose_options(self, template: str, shown: ReportOptions) -> None:
        """The choices of a template."""
        self._choose(replace(self.choice, shown=shown, template=template))
        self.show_choice(self.choice)

    def choose_house(self, path: str) -> None:
        form = self.choice.form if not path or self.choice.form in ESCAPES else ".html"
        self._choose(replace(self.choice, house=path, form=form if form in FORMS or path else ".html"))
        self.show_choice(self.choice)


def _example(place: FoundPlace) -> str:
    case = preview(place.case, NAME_CHARACTERS) or "outside the cases"
    return f"{case}: {preview(f'{place.before}»{place.found}«{place.after}')}"
