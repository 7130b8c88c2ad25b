"""Which rows an export takes: a category, tags, what people decided, what is disputed, and licences."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QLineEdit

from reviewer.app.export_choice import ExportFilter
from reviewer.ui.runs.table import one_line

EVERY = "every category"


class ExportRows:
    """The fields in which a person says which rows are wanted."""

    def __init__(self) -> None:
        self.category = QComboBox()
        self.category.setAccessibleName("Only the category")
        self.tags = QLineEdit()
        self.tags.setAccessibleName("Only with the tags")
        self.tags.setPlaceholderText("tags with commas; a case must have all of them")
        self.decided = QCheckBox("Only what people decided (of cases: the labelled ones)")
        self.disputed = QCheckBox("Only what is disputed")
        self.non_commercial = QCheckBox("Also rows whose licence forbids commercial use")
        self.show_categories(())

    def add_to(self, form: QFormLayout) -> None:
        form.addRow("Category", self.category)
        form.addRow("Tags", self.tags)
        for box in (self.decided, self.disputed, self.non_commercial):
            form.addRow("", box)

    def show_categories(self, names: Sequence[str]) -> None:
        chosen = self.category.currentData()
        self.category.clear()
        self.category.addItem(EVERY, "")
        for name in filter(None, names):
            self.category.addItem(one_line(name), name)
        self.category.setCurrentIndex(max(self.category.findData(chosen), 0))

    @property
    def wanted(self) -> ExportFilter:
        tags = tuple(filter(None, (tag.strip() for tag in self.tags.text().split(","))))
        return ExportFilter(
            str(self.category.currentData()),
            tags,
            self.decided.isChecked(),
            self.disputed.isChecked(),
            self.non_commercial.isChecked(),
        )
