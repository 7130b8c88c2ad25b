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
