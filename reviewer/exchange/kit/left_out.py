"""The last lines of a file's ledger: the fields that its format never asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reviewer.core.hashing import any_json
from reviewer.endpoints.untrusted import storable
from reviewer.exchange.kit.credentials import Credentials
from reviewer.exchange.kit.records import ColumnUse
from reviewer.exchange.kit.watched import Watch

LEFT_OUT = "no field here is for it, and it is not kept"
_MOST_APART, _MOST_SHOWN = 6, 60
_EXAMPLE_CHARACTERS = 80


def left_out(watch: Watch, listed: Mapping[str, bool]) -> Iterator[ColumnUse]:
    """A line for each field that was not asked for and is not `listed` already, or one for many of the same object."""
    for above, fields in watch.never_asked(listed).items():
        shown = [(place, example) for place, value in fields if (example := _example(place, value))]
        if above and len(shown) > _MOST_APART:
            names = ", ".join(place.rpartition(".")[2] for place, _ in shown)
            why = f"{len(shown)} fields of it have no place here, and they are not kept"
            yield ColumnUse(storable(above), "", why, storable(names)[:_EXAMPLE_CHARACTERS])
            continue
        for place, example in shown[:_MOST_SHOWN]:
            yield ColumnUse(storable(place), "", LEFT_OUT, example)
        if len(shown) > _MOST_SHOWN:
            yield ColumnUse("…", "", f"{len(shown) - _MOST_SHOWN} more fields that are not kept", shown[_MOST_SHOWN][0])


def _example(place: str, value: object) -> str:
    """ "" where it is nothing but a credential, which is told of elsewhere."""
    name = place.rpartition(".")[2]
    cleaned = Credentials().without({name: value}, place)
    held = cleaned.get(name, "") if isinstance(cleaned, dict) else ""
    return storable(held if isinstance(held, str) else any_json(held))[:_EXAMPLE_CHARACTERS]
