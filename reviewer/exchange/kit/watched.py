"""Objects of a file that remember which of their fields a format asked for, so that all others can be listed.

A format reads what it knows of another tool's file. What the tool writes besides, now or in a later version, is found
here without the format's help.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from reviewer.core.json_text import JsonObject

_WHOLE_ROWS, _EACH = 300, 100
"""So many rows of a file are watched from its start, and behind them each hundredth and each with a field that none
before it had."""
_MOST_PLACES = 5_000
EMPTY: tuple[object, ...] = (None, "", [], {})
"""What says nothing."""
_NONE: Mapping[str, str] = MappingProxyType({})


class Watch:
    """What was there in one file, by its place, and which of it was asked for."""

    def __init__(self) -> None:
        self._rows = 0
        self._there: dict[str, tuple[str, object]] = {}
        """{place of a field: the place of what it stands in, a value that says something}."""
        self._asked: set[str] = {""}
        self._roots: set[str] = set()
        self._shapes: dict[str, _NamesSeen] = {}
        self._n_names = 0

    def row(self, fields: JsonObject, place: str = "") -> JsonObject:
        """The row of a file, watched if its turn has come; `place` leads to it, as `samples[]`."""
        self._rows += 1
        self._roots.add(place)
        self._asked.add(_field(place))
        if isinstance(fields, Watched):
            return fields
        shape = self._shapes.setdefault(place, _NamesSeen())
        if self._n_names < _MOST_PLACES and shape.has_new(fields):
            self._n_names += shape.learn(fields)
            return Watched(self, place, fields)
        return Watched(self, place, fields) if self._rows <= _WHOLE_ROWS or self._rows % _EACH == 0 else fields

    def top(self, fields: JsonObject) -> JsonObject:
        """The object at the top of a document, as far as it was read."""
        return Watched(self, "", fields)

    def read(self, place: str) -> None:
        """The rows at this place are read, also if there are none."""
        self._asked.add(_field(place))

    def see(self, names: Iterable[str]) -> None:
        """Fields at the top of a document, whatever is in them."""
        for name in names:
            self.saw("", name, "…")

    def of(self, value: object, place: str) -> object:
        """The value, with every object in it watched."""
        if isinstance(value, dict):
            return value if isinstance(value, Watched) else Watched(self, place, value)
        if isinstance(value, list):
            return [self.of(item, f"{place}[]") if isinstance(item, dict | list) else item for item in value]
        return value

    def saw(self, above: str, name: str, value: object) -> None:
        place = _place(above, name)
        if place not in self._there and value not in EMPTY and len(self._there) < _MOST_PLACES:
            self._there[place] = (above, value)

    def ask(self, above: str, name: str) -> None:
        self._asked.add(_place(above, name))

    def never_asked(self, listed: Mapping[str, bool]) -> dict[str, list[tuple[str, object]]]:
        """{place of an object: (place, a value) of each of its fields that nobody asked for, though it was itself}.

        `listed` are the names that the ledger has, and whether it says that they are read: what is not read as a whole
        is not gone through.
        """
        found: dict[str, list[tuple[str, object]]] = {}
        for place, (above, value) in self._there.items():
            if place not in self._asked and _field(above) in self._asked and not self._is_listed(place, listed):
                found.setdefault(above, []).append((place, value))
        return found

    def _is_listed(self, place: str, listed: Mapping[str, bool]) -> bool:
        names = [place, *(place.removeprefix(f"{root}.") for root in self._roots if root)]
        names += [name.replace("[]", "") for name in names]
        return any(name in listed or any(listed.get(each) is False for each in _above(name)) for name in names)


class _NamesSeen:
    """The names that said something in the objects of one place, and the shapes of the objects in them."""

    __slots__ = ("_inner", "_names")

    def __init__(self) -> None:
        self._names: set[str] = set()
        self._inner: dict[str, _NamesSeen] = {}

    def has_new(self, fields: JsonObject) -> bool:
        """Whether a field of the object, or of one in it, says something that none of its name did before; an object
        under a name that never held one is new with all that it says.
        """
        if any(fields[name] not in EMPTY for name in fields.keys() - self._names):
            return True
        inner = self._inner
        for name, held in fields.items():
            if type(held) is dict:
                if held and (name not in inner or inner[name].has_new(held)):
                    return True
            elif type(held) is list:
                for item in held:
                    if type(item) is dict and item and (name not in inner or inner[name].has_new(item)):
                        return True
        return False

    def learn(self, fields: JsonObject) -> int:
        """Add the names that say something; how many were new."""
        said = {name for name, held in fields.items() if held not in EMPTY}
        learned = len(said - self._names)
        self._names |= said
        for name in said:
            held = fields[name]
            for item in held if type(held) is list else (held,):
                if type(item) is dict:
                    learned += self._inner.setdefault(name, _NamesSeen()).learn(item)
        return learned


class Watched(dict[str, object]):
    """An object of a file. Whoever takes a value of it asks for that field; `untouched` and `like` only hand it on."""

    __slots__ = ("_former", "_place", "_watch")

    def __init__(self, watch: Watch, place: str, fields: JsonObject, former: Mapping[str, str] = _NONE) -> None:
        """`former` has the name in the file of each field that has another one here."""
        held = {name: watch.of(value, _place(place, former.get(name, name))) for name, value in fields.items()}
        super().__init__(held)
        self._watch, self._place, self._former = watch, place, former
        for name, value in fields.items():
            watch.saw(place, former.get(name, name), value)

    def __iter__(self) -> Iterator[str]:
        # without one of its own, `{**fields}` would copy the values past all that stands here
        return super().__iter__()

    def __getitem__(self, name: str) -> object:
        self._ask(name)
        return super().__getitem__(name)

    def __or__(self, other: Any) -> Any:  # noqa: ANN401 as its base has it
        self._ask_all()
        return super().__or__(other)

    def get(self, name: Any, default: Any = None, /) -> Any:  # noqa: ANN401 as its base has it
        self._ask(name)
        return super().get(name, default)

    def pop(self, name: Any, *default: Any) -> Any:  # noqa: ANN401 as its base has it
        self._ask(name)
        return super().pop(name, *default)

    def items(self) -> Any:  # noqa: ANN401 as its base has it
        self._ask_all()
        return super().items()

    def values(self) -> Any:  # noqa: ANN401 as its base has it
        self._ask_all()
        return super().values()

    def like(self, fields: JsonObject, former: Mapping[str, str]) -> Watched:
        """Other fields in the same place."""
        names = {name: self._former.get(old, old) for name, old in former.items()}
        return Watched(self._watch, self._place, fields, names)

    def _ask(self, name: str) -> None:
        self._watch.ask(self._place, self._former.get(name, name))

    def _ask_all(self) -> None:
        for name in self:
            self._ask(name)


def untouched(fields: Mapping[str, object]) -> Iterable[tuple[str, object]]:
    """The items of an object, none of them asked for by that."""
    return dict.items(fields) if isinstance(fields, Watched) else fields.items()


def items_of(fields: Mapping[str, object], kind: type) -> Iterator[tuple[str, Any]]:
    """The items whose value is of this kind; no other is asked for."""
    for name, value in untouched(fields):
        if isinstance(value, kind):
            yield name, fields[name]


def plain(value: object) -> object:
    """The value without its watch, nothing of it asked for by that: what an example is made of."""
    if isinstance(value, Watched):
        return {name: plain(held) for name, held in untouched(value)}
    return [plain(held) for held in value] if isinstance(value, list) else value


def like(fields: Mapping[str, object], changed: JsonObject, former: Mapping[str, str] = _NONE) -> JsonObject:
    """`changed` in the place of `fields`, watched as they are; `former` has the file's names of renamed ones."""
    return fields.like(changed, former) if isinstance(fields, Watched) else changed


def _place(above: str, name: str) -> str:
    return f"{above}.{name}" if above else name


def _above(name: str) -> Iterator[str]:
    """The names of all that it stands in."""
    while "." in name:
        name = name.rpartition(".")[0].rstrip("[]")
        yield name


def _field(place: str) -> str:
    """The field that an object stands in: `samples` of `samples[]`."""
    return place.rstrip("[]")
