"""Print a short text without holding the program up."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QFontDatabase, QTextDocument
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtWidgets import QDialog, QWidget

NO_PRINTER = "No printer is set up here. Write the code down, letter by letter."
SENT = "Sent to the printer. A print queue or the printer's memory may hold it for a while."
NOT_PRINTED = "The printer could not be used; nothing was printed."


def print_text(parent: QWidget, text: str, told: Callable[[str], object]) -> None:
    """Ask for a printer and print the text in letters of one width; `told` gets a sentence on what came of it."""
    if not QPrinterInfo.availablePrinterNames():
        told(NO_PRINTER)
        return
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    dialog = QPrintDialog(printer, parent)
    dialog.accepted.connect(lambda: told(SENT if put_on_paper(printer, text) else NOT_PRINTED))
    QDialog.open(dialog)  # QPrintDialog has another of that name


def put_on_paper(printer: QPrinter, text: str) -> bool:
    document = QTextDocument()
    document.setDefaultFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
    document.setPlainText(text)
    document.print_(printer)
    return printer.printerState() is not QPrinter.PrinterState.Error
