"""Give commands other keys: what would clash is named before it is done, and everything can be put back."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QDialog,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from reviewer.ui.kit.called_by_qt import filters
from reviewer.ui.kit.commands import COMMANDS, Command
from reviewer.ui.kit.keymap import BY_ID, effective, native, pressed, taken
from reviewer.ui.kit.keys import OwnKeys
from reviewer.ui.kit.matching import mismatch
from reviewer.ui.kit.page import margins, plain_label, row
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.theme import GRID

_ROLE = Qt.ItemDataRole.UserRole
_GOES_ON = (Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Escape)
"""They leave the field, so that nobody is caught in it."""
_RETURN = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_WORKS_A_BUTTON = (Qt.Key.Key_Space, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)
_SHIFT = Qt.KeyboardModifier.ShiftModifier
HOW_TO = "Type to find a command, press Return, then the key that it is to have."


class KeyField(QLineEdit):
    """Takes one key in place of what it types. `taken` carries it in Qt's portable form."""

    taken = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setPlaceholderText("Press the new key here")
        self.setAccessibleName("New key")
        self.key = ""

    @filters
    def event(self, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or event.key() in _GOES_ON:
            return super().event(event)
        event.accept()
        if event.type() is QEvent.Type.KeyPress and (key := pressed(event)):
            self.show_key(key)
            self.taken.emit(key)
        return True

    def show_key(self, key: str) -> None:
        """The key that is meant, nothing for none."""
        self.key = key
        self.setText(native((key,)) if key else "")


class KeysDialog(QDialog):
    """What is changed works at once and is kept with the settings."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Change keys")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._session = session
        self.filter = QLineEdit()
        self.filter.setPlaceholderText("Filter: a part of a command")
        self.filter.setAccessibleName("Filter the commands")
        self.table = self._make_table()
        self.field = KeyField()
        self.status = plain_label(HOW_TO)
        self.status.setAccessibleName("What the key is used for")
        self.status.setMinimumHeight(3 * self.fontMetrics().height())
        self.status.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.use, self.add = QPushButton("&Use it alone"), QPushButton("&Add it")
        self.take = QPushButton("&Take it from there")
        self.none, self.reset = QPushButton("&No key"), QPushButton("&Put back")
        self.reset_all, close = QPushButton("Put &all back"), QPushButton("&Close")
        buttons = (self.use, self.add, self.take, self.none, self.reset, self.reset_all, close)
        self._own_keys = OwnKeys(buttons, self)
        for button in buttons:
            button.setAutoDefault(False)
            button.installEventFilter(self)
        for part in (self.filter, self.table):
            part.installEventFilter(self)
        self._connect(close)
        layout = QVBoxLayout(self)
        margins(layout)
        layout.addWidget(self.filter)
        layout.addWidget(self.table, 1)
        layout.addLayout(row(self.field, self.use, self.add, self.take))
        layout.addWidget(self.status)
        layout.addLayout(row(self.none, self.reset, self.reset_all, None, close))
        self.resize(100 * GRID, 80 * GRID)
        self._fill()
        self.filter.setFocus()

    @filters
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """One hand does it: what is typed filters, the arrows choose, Return goes on, and on a button presses it."""
        if not isinstance(event, QKeyEvent) or event.type() is not QEvent.Type.KeyPress:
            return super().eventFilter(watched, event)
        key, held = Qt.Key(event.key()), event.modifiers() & ~(_SHIFT | Qt.KeyboardModifier.KeypadModifier)
        if isinstance(watched, QPushButton):
            takes = key in _RETURN and not held
            if takes:
                watched.click()
            elif watched in (self.use, self.take) and pressed(event) and key not in (*_GOES_ON, *_WORKS_A_BUTTON):
                takes = bool(QApplication.sendEvent(self.field, event))  # another key is meant
            return takes
        if watched is self.filter and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            return bool(QApplication.sendEvent(self.table, event))
        if watched is self.filter and key in _RETURN:
            self._ask_for_key()
            return True
        if watched is self.table and event.text().isprintable() and event.text().strip() and not held:
            self.filter.setFocus()
            return bool(QApplication.sendEvent(self.filter, event))
        return super().eventFilter(watched, event)

    def _ask_for_key(self) -> None:
        if self.field.isEnabled():
            self.field.setFocus()

    def _make_table(self) -> QTableWidget:
        table = QTableWidget(0, 3)
        table.setAccessibleName("Commands")
        table.setHorizontalHeaderLabels(["Where", "Command", "Keys"])
        table.verticalHeader().hide()
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.verticalHeader().setDefaultSectionSize(table.fontMetrics().height() + GRID)
        table.setTabKeyNavigation(False)
        header = table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        return table

    def _connect(self, close: QPushButton) -> None:
        self.filter.textChanged.connect(self._fill)
        self.table.currentCellChanged.connect(lambda *_: self._look())
        self.table.activated.connect(lambda _index: self._ask_for_key())
        self.field.taken.connect(self._look_at)
        self.use.clicked.connect(lambda: self._give(alone=True))
        self.add.clicked.connect(lambda: self._give(alone=False))
        self.take.clicked.connect(self._take)
        self.none.clicked.connect(lambda: self._store({**self._chosen, self.command.id: ""}))
        self.reset.clicked.connect(self._put_back)
        self.reset_all.clicked.connect(lambda: self._store({}))
        close.clicked.connect(self.reject)

    @property
    def _chosen(self) -> dict[str, str]:
        return self._session.settings.keys

    @property
    def command(self) -> Command:
        """The command that is chosen."""
        item = self.table.item(max(self.table.currentRow(), 0), 0)
        return BY_ID[item.data(_ROLE)] if item is not None else COMMANDS[0]

    def _fill(self) -> None:
        chosen = self.command.id if self.table.rowCount() else ""
        keys = effective(self._chosen)
        listed = [each for each in COMMANDS if mismatch(self.filter.text(), each.text) is not None]
        self.table.setRowCount(len(listed))
        for at, command in enumerate(listed):
            own = f"{native(keys[command.id])}{'  (changed)' if command.id in self._chosen else ''}"
            for column, words in enumerate((_where(command), command.text.rstrip("…"), own)):
                item = QTableWidgetItem(words)
                item.setData(_ROLE, command.id)
                self.table.setItem(at, column, item)
        at = next((at for at, command in enumerate(listed) if command.id == chosen), 0)
        self.table.setCurrentCell(at, 0)
        self._look()

    # a key is looked at before it is given

    def _look(self) -> None:
        """Another command is chosen: no key is meant for it yet."""
        self.field.show_key("")
        self.status.setText(HOW_TO if self.table.rowCount() else "No command is like this.")
        for button in (self.use, self.add, self.take):
            button.setEnabled(False)
        for control in (self.none, self.reset, self.field):
            control.setEnabled(self.table.rowCount() > 0)

    def _look_at(self, key: str) -> None:
        command, keys = self.command, effective(self._chosen)
        clash = taken(command, key, keys)
        own = key in keys[command.id]
        self.use.setEnabled(clash is None)
        self.add.setEnabled(clash is None and not own)
        self.take.setEnabled(clash is not None)
        if clash is not None:
            self.status.setText(
                f"{native((key,))} is “{clash.text.rstrip('…')}” ({_where(clash)}), which works here too. "
                "Press another key, or take it from there."
            )
        else:
            self.status.setText(f"{native((key,))} is {'this command’s already' if own else 'free'}.")
        (self.take if clash is not None else self.use).setFocus()

    def _give(self, *, alone: bool) -> None:
        before = () if alone else effective(self._chosen)[self.command.id]
        self._store({**self._chosen, self.command.id: " ".join((*before, self.field.key))})

    def _take(self) -> None:
        key, command, keys = self.field.key, self.command, effective(self._chosen)
        chosen = dict(self._chosen)
        while (clash := taken(command, key, keys)) is not None:
            keys[clash.id] = tuple(other for other in keys[clash.id] if other != key)
            chosen[clash.id] = " ".join(keys[clash.id])
        self._store({**chosen, command.id: key})

    def _put_back(self) -> None:
        """As in the table, unless another command was given that key."""
        command = self.command
        rest = {name: own for name, own in self._chosen.items() if name != command.id}
        others = {name: own for name, own in effective(rest).items() if name != command.id}
        clashes = [(key, taken(command, key, others)) for key in command.keys]
        told = [f"{native((key,))} is “{clash.text.rstrip('…')}” now" for key, clash in clashes if clash is not None]
        if told:
            self.status.setText(f"{', '.join(told)}. Give that one another key first, or put all back.")
        else:
            self._store(rest)

    def _store(self, chosen: dict[str, str]) -> None:
        self._session.change_settings(replace(self._session.settings, keys=chosen))
        self._fill()
        self.filter.setFocus()
        self.filter.selectAll()


def _where(command: Command) -> str:
    return command.page.capitalize() or "Everywhere"
