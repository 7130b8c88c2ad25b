"""What people write into the cells of a table, read into what JSON would hold of the field."""

from __future__ import annotations

from reviewer.core.cases import stakes_cell
from reviewer.core.codec import flag_cell, json_cell
from reviewer.core.errors import InputError
from reviewer.core.json_text import JsonObject

VERBATIM = frozenset({"prompt", "rationale"})
"""Fields whose spaces at the ends say something."""


def _to_tags(cell: str, _name: str) -> object:
    if cell.startswith("["):
        return json_cell(cell, "tags")
    parts = cell.split(";" if ";" in cell else ",")
    return [tag for part in parts if (tag := part.strip())]


def _to_band(cell: str, _name: str) -> object:
    """`{"clarify": 0.5}` or `clarify: 0.5; refuse: 0.25`."""
    if cell.startswith("{"):
        return json_cell(cell, "band")
    band: JsonObject = {}
    for part in cell.replace(",", ";").split(";"):
        action, _, credit = part.replace("=", ":").partition(":")
        try:
            band[action.strip()] = float(credit)
        except ValueError:
            raise InputError(
                f"The band {part.strip()[:80]!r} is not an action with a credit.", "Write it like clarify: 0.5."
            ) from None
    return band


CONVERTERS = {
    "messages": json_cell,
    "tags": _to_tags,
    "band": _to_band,
    "borderline": flag_cell,
    "stakes": stakes_cell,
    "kept": json_cell,
    "non_commercial": flag_cell,
}
