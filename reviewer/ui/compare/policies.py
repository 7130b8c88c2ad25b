"""Which release policy the newer run is held against: one that the suite was given, a file, or none."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject

from reviewer.app.figures.deciding import locked_policy
from reviewer.app.figures.gating import read_policy
from reviewer.core.scoring.policy import Policy
from reviewer.ui.compare.state import Comparing, Comparisons
from reviewer.ui.exchange.files import choose_file
from reviewer.ui.score.decision import GatePanel

POLICY_FILES = "Release policies (*.toml);;All files (*)"


class PolicyChoice(QObject):
    """Offers the suite's policies and those of the files that were read, and tells the state which is chosen."""

    def __init__(self, state: Comparisons, panel: GatePanel) -> None:
        super().__init__(panel)
        self._state, self._panel = state, panel
        self._files: list[Policy] = []
        self._offered: list[Policy] = []
        panel.policy_chosen.connect(self._choose)
        panel.file_wanted.connect(self.ask_for_file)

    def show_comparison(self, shown: Comparing) -> None:
        gate = shown.decision.gate if shown.decision else None
        locked = {lock.hash: f"{lock.name or lock.hash[:12]}, locked {lock.at[:10]}" for lock in shown.locks}
        policies = {rules.hash: rules for rules in (*map(locked_policy, shown.locks), *self._files)}
        self._offered = list(policies.values())
        names = [locked.get(key) or rules.name or key[:12] for key, rules in policies.items()]
        self._panel.offer(names, list(policies).index(gate.policy.hash) if gate else -1)

    def ask_for_file(self) -> None:
        """A policy of a TOML file."""
        choose_file(self._panel.window(), "Policy", str(Path.home()), POLICY_FILES, then=self.read_file)

    def read_file(self, path: Path) -> None:
        """What is wrong with it is said, and the policy of before stays."""
        self._state.session.work(lambda: read_policy(path), self._take)

    def _take(self, rules: Policy) -> None:
        self._files.append(rules)
        self._state.set_policy(rules)

    def _choose(self, number: int) -> None:
        self._state.set_policy(self._offered[number] if number >= 0 else None)
