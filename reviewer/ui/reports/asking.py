"""What the choices of a report need files and names for: policies, templates, a house template."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from reviewer.app.figures.gating import read_policy
from reviewer.report.options import ReportOptions
from reviewer.ui.exchange.files import choose_file
from reviewer.ui.reports.choices import ReportChoices
from reviewer.ui.reports.state import Reporting
from reviewer.ui.reports.templates import TemplateFiles

POLICY_FILES = "Release policies (*.toml);;All files (*)"
HOUSE_FILES = "House templates (*.jinja *.jinja2 *.j2 *.html *.md *.txt);;All files (*)"


class ChoiceFiles(QObject):
    """Answers what the choices ask for. What is wrong with a file is said, and what was chosen before stays."""

    def __init__(self, state: Reporting, choices: ReportChoices, parent: QWidget) -> None:
        super().__init__(parent)
        self._state, self._choices, self._window = state, choices, parent
        self.templates = TemplateFiles(state.session, parent)
        choices.template_chosen.connect(self.templates.load)
        choices.template_file_wanted.connect(self.templates.ask_for_file)
        choices.template_name_wanted.connect(self.save_template)
        choices.house_wanted.connect(self.ask_for_house)
        choices.policy.policy_chosen.connect(lambda _rules: self._offer_policies())
        choices.policy.file_wanted.connect(self.ask_for_policy)
        self.templates.listed.connect(choices.show_templates)
        self.templates.loaded.connect(self._take_template)
        self.templates.saved.connect(self._saved_template)

    def save_template(self) -> None:
        """Ask under which name these choices are to be kept."""
        self.templates.ask_for_name(self._state.choice.shown)

    def ask_for_policy(self) -> None:
        """A policy of a TOML file."""
        session, take = self._state.session, self._choices.policy.take
        choose_file(
            self._window.window(),
            "Release policy",
            str(Path.home()),
            POLICY_FILES,
            then=lambda path: session.work(lambda: read_policy(path), take),
        )

    def ask_for_house(self) -> None:
        choose_file(
            self._window.window(),
            "House template",
            str(Path.home()),
            HOUSE_FILES,
            then=lambda path: self._choices.choose_house(str(path)),
        )

    def _take_template(self, named: str, shown: ReportOptions) -> None:
        self._choices.choose_options(named, shown)
        self._choices.show_templates(self.templates.names)

    def _saved_template(self, name: str) -> None:
        choice = replace(self._state.choice, template=name)
        self._choices.show_choice(choice)
        self._state.choose(choice)

    def _offer_policies(self) -> None:
        whole = self._state.whole.report if self._state.whole else None
        if whole is not None:
            self._choices.policy.offer([facts.lock for facts in whole.locks], self._state.choice.policy)
