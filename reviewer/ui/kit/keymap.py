"""Which keys each command has now: those of the table, or those that the person gave it; and where two would clash."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from PySide6.QtCore import QKeyCombination, QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QWidget

from reviewer.ui.kit.commands import COMMANDS, Command, CommandTable
from reviewer.ui.kit.positions import meant_by_place, sign_at

Keys = dict[str, tuple[str, ...]]
"""Command → its keys in Qt's portable form."""

BY_ID = {command.id: command for command in COMMANDS}
_COMMAND, _WORDS, _SENTENCES = "reviewer_command", "reviewer_words", "reviewer_sentences"
_NAMED = re.compile(r"\{([a-z_.]+)\}")
_HELD = (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_AltGr, Qt.Key.Key_Meta, Qt.Key.Key_unknown)
_now: Keys = {command.id: command.keys for command in COMMANDS}


def portable(key: str) -> str:
    """One key in Qt's portable form, empty where the text names none."""
    sequence = QKeySequence(key, QKeySequence.SequenceFormat.PortableText)
    is_key = sequence.count() == 1 and sequence != QKeySequence(Qt.Key.Key_unknown)
    return sequence.toString(QKeySequence.SequenceFormat.PortableText) if is_key else ""


def meet(one: Command, other: Command) -> bool:
    """Whether both commands can be called at the same time: on one page, or one of them everywhere."""
    return one.id != other.id and ("" in (one.page, other.page) or one.page == other.page)


def effective(chosen: Mapping[str, str]) -> Keys:
    """The keys of every command, where the person chose `chosen` ones (apart by blanks, empty for none).

    A key that is chosen for one command is taken from the commands that have it from the table; of two that were
    given the same (a file may be edited) the first of the table has it. What is no key is left out.
    """
    keys: Keys = {}
    own = [command for command in COMMANDS if command.id in chosen]
    for command in (*own, *(each for each in COMMANDS if each.id not in chosen)):
        wanted = chosen[command.id].split() if command.id in chosen else command.keys
        free = [key for key in map(portable, wanted) if key and not taken(command, key, keys)]
        keys[command.id] = tuple(dict.fromkeys(free))
    return keys


def taken(command: Command, key: str, keys: Keys) -> Command | None:
    """The command that has this key where `command` works too; None where it is free."""
    others = (BY_ID[other] for other, own in keys.items() if key in own)
    return next((other for other in others if meet(command, other)), None)


def pressed(event: QKeyEvent) -> str:
    """The key of an event as a command would have it: the top row by place, a sign without its Shift; empty for none.

    Keys that only go with others (Shift, Ctrl) are none.
    """
    if event.key() in _HELD or not event.key():
        return ""
    sign = sign_at(QGuiApplication.platformName(), event.nativeScanCode(), event.nativeVirtualKey())
    meant = meant_by_place(event, sign) or event.keyCombination()
    held = meant.keyboardModifiers() & ~Qt.KeyboardModifier.KeypadModifier
    is_sign = meant.key() < Qt.Key.Key_Escape and not chr(meant.key()).isalnum() and meant.key() != Qt.Key.Key_Space
    held = held & ~Qt.KeyboardModifier.ShiftModifier if is_sign else held
    key = portable(QKeySequence(QKeyCombination(held, meant.key())).toString())
    return "" if " " in key else key  # a few keys of players and phones, whose names could not be told from two keys


def native(keys: Iterable[str]) -> str:
    """Keys as people read them on this system, apart by commas."""
    return ", ".join(QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) for key in keys)


# what is told of them on the screen


class KeyChanges(QObject):
    """`changed` comes when commands have other keys: what has named one in a sentence of its own says it anew."""

    changed = Signal()


key_changes = KeyChanges()


def use_keys(table: CommandTable, chosen: Mapping[str, str]) -> None:
    """From now on these keys work, and the screen tells of them, also where it has told of others."""
    keys = effective(chosen)
    table.set_keys(keys)
    if keys == _now:
        return
    _now.update(keys)
    for widget in QApplication.allWidgets():
        if widget.property(_COMMAND):
            _tell(widget)
        _name(widget)
    key_changes.changed.emit()


def key_of(command_id: str) -> str:
    """The first key of a command as people read it; empty where it has none."""
    return native(_now[command_id][:1])


def key_or_name(command_id: str) -> str:
    """The first key of a command as people read it; where it has none, what the command is called in the menus."""
    return key_of(command_id) or f"“{BY_ID[command_id].text.rstrip('…')}”"


def with_key(words: str, command_id: str) -> str:
    """`Edit the case (F2)`."""
    key = key_of(command_id)
    return f"{words} ({key})" if key else words


def named_keys(sentence: str) -> str:
    """A sentence with the keys as they are now: `{review.blind} ends it` is `B ends it`, until it has another key."""
    return _NAMED.sub(lambda found: key_or_name(found[1]), sentence)


def name_keys(widget: QWidget, what: str, sentence: str) -> None:
    """Put a sentence of `named_keys` into a property of a widget, as `toolTip`; it changes with the keys.

    Nothing from outside may stand in it.
    """
    widget.setProperty(_SENTENCES, {**(widget.property(_SENTENCES) or {}), what: sentence})
    _name(widget)


def _name(widget: QWidget) -> None:
    for what, sentence in (widget.property(_SENTENCES) or {}).items():
        widget.setProperty(what, named_keys(sentence))


def tell_key(widget: QWidget, command_id: str, words: str) -> None:
    """A tool tip that names the command's key; it changes with the key."""
    widget.setProperty(_COMMAND, command_id)
    widget.setProperty(_WORDS, words)
    _tell(widget)


def _tell(widget: QWidget) -> None:
    widget.setToolTip(with_key(str(widget.property(_WORDS)), str(widget.property(_COMMAND))))
