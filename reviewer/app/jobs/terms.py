"""How a run is sent: pace, prices, budget and patience, kept with the run for the next time it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from reviewer.core.changes import Changes
from reviewer.runner.budget import Budget, Used
from reviewer.runner.limits import MAX_WAIT_S
from reviewer.store.database import Workspace
from reviewer.store.memory import recalled, remember


@dataclass(frozen=True)
class Pace:
    """How fast to ask at most; None is no bound."""

    requests_per_minute: float | None = None
    tokens_per_minute: float | None = None


@dataclass(frozen=True)
class Terms:
    """How a run is sent: how fast, at which prices and up to which budget, and how many seconds it waits for an
    endpoint that went away or for room on a full disk before it stops.
    """

    pace: Pace = field(default_factory=Pace)
    budget: Budget = field(default_factory=Budget)
    max_wait_s: float = MAX_WAIT_S

    @staticmethod
    def of_json(found: Mapping[str, Any]) -> Terms:
        """What `asdict` made, after a way through JSON."""
        return Terms(Pace(**found["pace"]), Budget(**found["budget"]), found["max_wait_s"])


def terms_of(workspace: Workspace, run_id: int) -> Terms:
    """Those that the run was last sent with from the window, else the plain ones."""
    found = recalled(workspace, _key(run_id))
    return Terms.of_json(found) if isinstance(found, dict) else Terms()


def keep_terms(workspace: Workspace, run_id: int, terms: Terms) -> Changes:
    return remember(workspace, key=_key(run_id), value=asdict(terms))


def _key(run_id: int) -> str:
    return f"terms of run {run_id}"


def price_words(budget: Budget, tokens: int, most_received: int | None) -> str:
    """`Price: 1.2 for what is sent, at most 3.4 in all.`; nothing without a price."""
    least, most = (budget.spend(Used(tokens, received)) for received in (0, most_received or 0))
    if not (budget.price_sent or budget.price_received):
        return ""
    return f"Price: {least:.4g} for what is sent" + ("." if most_received is None else f", at most {most:.4g} in all.")
