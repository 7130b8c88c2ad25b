"""A button whose menu offers release policies: those that a suite was given, those of files, or none."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from reviewer.app.figures.deciding import locked_policy
from reviewer.core.scoring.policy import Policy
from reviewer.core.scoring.policy_lock import PolicyLock
from reviewer.ui.kit.menu_button import MenuButton
from reviewer.ui.kit.plain import literal
from reviewer.wording.plain_text import preview

NONE = "No policy"
NAME_CHARACTERS = 44


class PolicyButton(MenuButton):
    """`policy_chosen` carries a `Policy` or None, `file_wanted` asks for a policy file."""

    policy_chosen = Signal(object)
    file_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.setAccessibleName("Release policy")
        self.setMenu(QMenu(self))
        self._read: list[Policy] = []
        self.offer((), None)

    def take(self, rules: Policy) -> None:
        """A policy that was read from a file: it is offered from now on, and chosen."""
        self._read.append(rules)
        self.policy_chosen.emit(rules)

    def offer(self, locks: Sequence[PolicyLock], chosen: Policy | None) -> None:
        names = {lock.hash: f"{lock.name or lock.hash[:12]}, locked {lock.at[:10]}" for lock in locks}
        policies = {rules.hash: rules for rules in (*map(locked_policy, locks), *self._read)}
        if chosen is not None:
            policies.setdefault(chosen.hash, chosen)
        menu = self.menu()
        menu.clear()
        group = QActionGroup(menu)
        for key, rules in (("", None), *policies.items()):
            words = names.get(key) or (rules.name or key[:12] if rules else NONE)
            action = menu.addAction(literal(preview(words, NAME_CHARACTERS)))
            action.setCheckable(True)
            action.setChecked(key == (chosen.hash if chosen else ""))
            action.triggered.connect(lambda _checked=False, rules=rules: self.policy_chosen.emit(rules))
            group.addAction(action)
            if action.isChecked():
                self.setText(action.text())
                self.setToolTip(words)
        menu.addSeparator()
        menu.addAction("From a file…").triggered.connect(lambda _checked=False: self.file_wanted.emit())
