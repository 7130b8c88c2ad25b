"""Which dialog lies in front of the window now."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QWidget

from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.kit.keys_ahead import keys_ahead


def dialog_in_front() -> QWidget | None:
    """A dialog for a file, else the last one that was opened; None where the window itself is in front."""
    if (modal := QApplication.activeModalWidget()) is not None:
        return modal
    shown = [each for each in QApplication.topLevelWidgets() if isinstance(each, MainWindow) and each.isVisible()]
    return next((dialog for each in shown if (dialog := keys_ahead(each).over) is not None), None)
