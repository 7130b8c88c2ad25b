"""Which fields of a file were read as what, and which are only kept beside the rows: one line for each name seen."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping

from reviewer.core.hashing import any_json
from reviewer.endpoints.untrusted import storable
from reviewer.exchange.kit.credentials import Credentials
from reviewer.exchange.kit.records import ColumnUse
from reviewer.exchange.kit.watched import plain

KEPT = "kept"
_EXAMPLE_CHARACTERS = 80
_MOST_NAMES = 2_000


class Ledger:
    """`uses` says of each field that the format reads what it becomes; any other is kept."""

    def __init__(self, uses: Mapping[str, str], dropped: Mapping[str, str] | None = None) -> None:
        self._uses = dict(uses)
        self._dropped = dict(dropped or {})
        self._seen: dict[str, str] = {}
        self._offers: dict[str, tuple[str, ...]] = {}
        self._chosen: dict[str, str] = {}
        self.credentials = Credentials()

    def read_as(self, uses: Mapping[str, str]) -> None:
        """What further fields become, where only the file itself says which they are."""
        self._uses.update(uses)

    def offer(self, names: Iterable[str], choices: tuple[str, ...]) -> None:
        """What a person may have these fields read as instead."""
        self._offers.update(dict.fromkeys(names, choices))

    def read_choice(self, mapping: Mapping[str, str], names: Container[str]) -> None:
        """What a person had these names read as: they say so, and stay beside the rows too."""
        self._chosen.update({name: wanted for wanted, name in mapping.items() if name in names})

    def kept(self, item: Mapping[str, object], under: str = "") -> dict[str, str]:
        """{name: text} of the fields that have no place here and say something; every name goes into the ledger."""
        found = {}
        for name, value in item.items():
            whole = storable(f"{under}{name}")
            if whole in self._uses or whole in self._dropped:
                if not self._seen.get(whole):
                    self._see(whole, self._text(self._clean(whole, name, plain(value))))
                continue
            text = self._text(self._clean(whole, name, value))
            self._see(whole, text)
            if text:
                found[whole] = text
        return found

    def passed_over(self, name: str, why: str, value: object = None) -> None:
        """What is not read and not kept either, as a tool's configuration."""
        name = storable(name)
        self._dropped[name] = why
        self._see(name, self._text(self._clean(name, name, value)))

    def _clean(self, whole: str, name: str, value: object) -> object:
        """Without credentials, except in what people judge, which stays as it is."""
        if whole in self._uses:
            return value
        cleaned = self.credentials.without({name: value}, whole.removesuffix(name).rstrip(".: "))
        return cleaned.get(name) if isinstance(cleaned, dict) else None

    @staticmethod
    def _text(value: object) -> str:
        if value is None or value in ("", [], {}):
            return ""
        return storable(value if isinstance(value, str) else any_json(value))

    def _see(self, name: str, text: str) -> None:
        if not self._seen.get(name) and (name in self._seen or len(self._seen) < _MOST_NAMES):
            self._seen[name] = text[:_EXAMPLE_CHARACTERS]

    def lines(self) -> Iterator[ColumnUse]:
        for name, example in self._seen.items():
            choices = self._offers.get(name, ())
            if name in self._chosen:
                yield ColumnUse(name, self._chosen[name], "asked for", example, choices)
            elif name in self._dropped:
                yield ColumnUse(name, "", self._dropped[name], example)
            elif name in self._uses:
                yield ColumnUse(name, self._uses[name], "the tool's own name for it", example, choices)
            else:
                why = "no field here is for it; it is kept beside the row"
                yield ColumnUse(name, KEPT, why, example, choices)
