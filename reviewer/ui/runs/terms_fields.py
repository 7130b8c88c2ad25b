"""Fields that say how a run is sent: how fast, at which prices, up to which budget."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QLineEdit

from reviewer.app.jobs.terms import Pace, Terms
from reviewer.core.errors import InputError
from reviewer.runner.budget import Budget
from reviewer.ui.kit.fields import FieldForm, number, whole_number

MOST_A_MINUTE = 10_000_000
MOST_PRICE = 1_000_000
MOST_TOKENS = 1_000_000_000_000
BUDGET_HINT = "The run stops there and can be resumed; each start counts from zero."


def a_minute(edit: QLineEdit, what: str) -> float | None:
    """A rate above 0, None for an empty field. Raises InputError."""
    return _above_0(number(edit.text(), what, low=0, high=MOST_A_MINUTE), what)


def _above_0(found: float | None, what: str) -> float | None:
    if found == 0:
        raise InputError(f"{what} must be more than 0.", "Leave it empty for no bound.")
    return found


class TermsFields:
    """Adds its fields to a form; `edits` are for whoever wants to know of changes."""

    def __init__(self, form: FieldForm) -> None:
        self.rpm, self.tpm, self.price_sent, self.price_received, self.most_tokens, self.most_spend = (
            QLineEdit() for _ in range(6)
        )
        self.edits = (self.rpm, self.tpm, self.price_sent, self.price_received, self.most_tokens, self.most_spend)
        self._max_wait_s = Terms().max_wait_s
        form.add("Re&quests a minute", self.rpm, check=partial(a_minute, self.rpm, "Requests a minute"))
        form.add("To&kens a minute", self.tpm, check=partial(a_minute, self.tpm, "Tokens a minute"))
        form.add(
            "Pr&ice of tokens sent",
            self.price_sent,
            check=partial(self._price, self.price_sent),
            hint="For a million tokens, in any currency.",
        )
        form.add("Price &of tokens received", self.price_received, check=partial(self._price, self.price_received))
        form.add("&Budget of tokens", self.most_tokens, check=self._tokens, hint=BUDGET_HINT)
        form.add("&Highest spend", self.most_spend, check=self._budget)
        for edit in (self.rpm, self.tpm, self.most_tokens, self.most_spend):
            edit.setPlaceholderText("no bound")
        for edit in (self.price_sent, self.price_received):
            edit.setPlaceholderText("not known")

    def show_terms(self, terms: Terms) -> None:
        pace, budget = terms.pace, terms.budget
        self._max_wait_s = terms.max_wait_s
        prices = budget.price_sent or None, budget.price_received or None
        values = (pace.requests_per_minute, pace.tokens_per_minute, *prices, budget.most_tokens, budget.most_spend)
        for edit, value in zip(self.edits, values, strict=True):
            edit.setText("" if value is None else f"{value:.12g}")

    def terms(self) -> Terms:
        """What the fields say. Raises InputError."""
        pace = Pace(a_minute(self.rpm, "Requests a minute"), a_minute(self.tpm, "Tokens a minute"))
        return Terms(pace, self._budget(), self._max_wait_s)

    def _price(self, edit: QLineEdit) -> float:
        return number(edit.text(), "A price", low=0, high=MOST_PRICE) or 0.0

    def _tokens(self) -> int | None:
        return whole_number(self.most_tokens.text(), "The budget of tokens", low=1, high=MOST_TOKENS)

    def _budget(self) -> Budget:
        spend = _above_0(number(self.most_spend.text(), "The budget", low=0, high=MOST_PRICE), "The budget")
        return Budget(self._price(self.price_sent), self._price(self.price_received), self._tokens(), spend)
