"""A table of figures whose columns do not fit can be moved to them; one whose columns fit has no bar."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from reviewer.ui.kit.figures_table import FiguresTable
from reviewer.wording.tables import Table

WIDE = Table(("Version", *(f"figure {n}" for n in range(8))), (("1.0", *("−54.8 [−73.7, −36.0] rough",) * 8),) * 3)


@pytest.mark.parametrize(("width", "fits"), [(400, False), (4000, True)])
def test_no_column_is_out_of_reach(qapp: QApplication, width: int, fits: bool) -> None:
    table = FiguresTable("Figures")
    table.resize(width, 100)
    table.show()
    table.show_table(WIDE)
    for _ in range(3):
        qapp.processEvents()
    bar = table.horizontalScrollBar()
    assert bar.isVisible() is not fits
    bar.setValue(bar.maximum())
    last = table.visualRect(table.figures.index(2, 8))
    assert last.right() <= table.viewport().width()
    assert last.bottom() <= table.viewport().height()
    table.close()


def brought(table: FiguresTable, *names: str) -> None:
    table.show_table(Table(("Version", "n"), tuple((name, str(at)) for at, name in enumerate(names))))


def test_a_table_that_is_brought_anew_keeps_the_chosen_row(qapp: QApplication) -> None:
    table = FiguresTable("Figures", most_rows=2)
    brought(table, "a", "b", "c", "d", "e", "c")
    table.show()
    qapp.processEvents()
    table.selectRow(5)
    brought(table, "new", "a", "b", "c", "d", "e", "c")
    assert [table.figures.text(index.row(), 0) for index in table.selectionModel().selectedRows()] == ["c"]
    assert table.currentIndex().row() == 6  # the second of that name, as before
    brought(table, "a", "b")
    assert table.selectionModel().selectedRows() == []
    table.selectRow(1)
    table.show_table(Table(("Slice", "n"), (("a", "1"), ("b", "2"))))
    assert table.selectionModel().selectedRows() == []  # other columns: another table
    table.close()
