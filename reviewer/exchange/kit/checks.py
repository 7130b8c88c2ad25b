"""Fields from outside to facts: every check that a case, response or decision line must pass, whatever its format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Set
from dataclasses import replace

from reviewer.core.actions import ActionId, ActionScale, scale_named
from reviewer.core.bands import NO_BAND, Band, checked_band, neighbours_band
from reviewer.core.cases import CASE, Case, CaseKey, CaseStatus, SuiteHead, check_pair_stakes
from reviewer.core.codec import JSON_OF, Fields, read_text
from reviewer.core.decisions import DecisionKind, Hidden
from reviewer.core.errors import InputError
from reviewer.exchange.kit.records import (
    DECISION_LINE,
    LABEL_LINE,
    VERDICT_LINE,
    DecisionRecord,
    LabelRecord,
    VerdictRecord,
)
from reviewer.store.facts.origins import Beside

SUITE_FIELDS = ("name", "version", "scale", "guideline", "description", "licence")
CASE_FIELDS = ("key", "prompt", *CASE.names[1:])
BESIDE_FIELDS = ("kept", "non_commercial")
"""What stands beside a case in a native file and is no part of it."""
SHARE_GPT_NAMES = frozenset({"conversations", "conversation"})
_BESIDE = frozenset(BESIDE_FIELDS)
_NOTHING = Beside()
_SUITE_NAMES = frozenset(SUITE_FIELDS)


_WORD_CHARACTERS, _MOST_UNKNOWN = 60, 100


class ActionNames:
    """Which action a label value means: an id or a name on the scale, else what the person said it stands for."""

    def __init__(self, scale: ActionScale, label_map: Mapping[str, ActionId]) -> None:
        for meant in label_map.values():
            scale.rank(meant)
        self._known = ", ".join(scale.ids)
        self.unknown: Counter[str] = Counter()
        """Values that were asked for and stand for nothing, the first hundred of them."""
        self._names = {_fold(value): meant for value, meant in label_map.items()}
        for action in scale.actions:
            self._names.update(dict.fromkeys((_fold(action.name), _fold(action.short_name)), action.id))
        self._names.update((_fold(known), known) for known in scale.ids)
        self._exact: dict[str, ActionId] = {str(known): known for known in scale.ids}

    def find(self, value: str) -> ActionId | None:
        return self._exact.get(value) or self._names.get(_fold(value))

    def __call__(self, value: str) -> ActionId:
        """The action, or InputError naming the value. A number is never taken for a rank."""
        action = self.find(value)
        if action is None:
            word = value.strip()[:_WORD_CHARACTERS]
            if word in self.unknown or len(self.unknown) < _MOST_UNKNOWN:
                self.unknown[word] += 1
            raise InputError(
                f"The label {value.strip()[:80]!r} is not on the scale.",
                f"Use one of {self._known}, or say with --map-label which action it stands for.",
            )
        return action


def _fold(value: str) -> str:
    return " ".join(value.replace("_", " ").replace("-", " ").casefold().split())


def beside_of(fields: Fields) -> tuple[Fields, Beside]:
    """A native line's own fields, and what stands beside the case. Raises InputError."""
    if not fields.keys() & _BESIDE:
        return fields, _NOTHING
    kept = JSON_OF[str].read(fields.get("kept"), "kept")
    flag = fields.get("non_commercial")
    if flag not in (None, True, False):
        raise InputError("The field 'non_commercial' is neither true nor false.", "Write true or leave it out.")
    return {name: value for name, value in fields.items() if name not in _BESIDE}, Beside(kept, bool(flag))


class Duplicates:
    """Which line used a key first. Equal content may come again; other content under the same key may not."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._seen: dict[Hashable, tuple[int, Hashable]] = {}

    def check(self, line: int, key: Hashable, shown: str, content: Hashable) -> None:
        first, before = self._seen.setdefault(key, (line, content))
        if before != content:
            raise InputError(
                f"{self._what} {shown[:80]!r} is already on line {first} with other content.",
                "Give each its own or leave one out.",
            )


class PairStakes:
    """What the pairs of one file have at stake: the members of a pair may not say different things."""

    def __init__(self) -> None:
        self._said: dict[str, tuple[CaseKey, float]] = {}

    def check(self, case: Case) -> None:
        if case.pair and case.stakes != 1:
            key, stakes = self._said.setdefault(case.pair, (case.key, case.stakes))
            if key != case.key:
                check_pair_stakes(case, {key: stakes})


def check_known(fields: Fields, known: Set[str], what: str) -> None:
    if not fields.keys() <= known:
        unknown = [field for field in fields if field not in known]
        raise InputError(
            f"A {what} has no field {unknown[0][:80]!r}.",
            f"Leave it out or use one of: {', '.join(sorted(known))}.",
        )


def suite_head(fields: object, default_scale: ActionScale) -> SuiteHead:
    """A suite line's content. Raises InputError."""
    if not isinstance(fields, dict):
        raise InputError("The suite is not an object.", 'Write {"suite": {"name": …, "scale": […]}}.')
    check_known(fields, _SUITE_NAMES, "suite")
    scale = fields.get("scale")
    if isinstance(scale, str):
        scale = list(scale_named(scale).ids)
    if scale is not None and not isinstance(scale, list):
        raise InputError("The suite's scale is not a list.", "List its actions from least to most cautious.")
    name = read_text(fields.get("name"), "name")
    if not name.strip():
        raise InputError("The suite has no name.", 'Write {"suite": {"name": …}}.')
    return SuiteHead(
        name=name,
        version=read_text(fields.get("version"), "version") or "1",
        scale=default_scale if scale is None else ActionScale.from_json(scale),
        guideline=read_text(fields.get("guideline"), "guideline"),
        description=read_text(fields.get("description"), "description"),
        licence=read_text(fields.get("licence"), "licence"),
    )


def case_of(fields: Fields, scale: ActionScale, names: ActionNames) -> Case:
    """A case from the fields of a native line. Raises InputError with what is wrong and what to do."""
    values = CASE.values(_with_messages(fields))
    value = values.get("label")
    label = values["label"] = names(value) if value else None
    if label is None and values.get("status", CaseStatus.LABELLED) is CaseStatus.LABELLED:
        raise InputError("The label is missing.", 'Give the right action or "status": "unreviewed".')
    values["band"] = _band(values.get("band"), label, scale, borderline=values.get("borderline", False))
    return Case(**values)


def _with_messages(fields: Fields) -> Fields:
    """`prompt` stands for the messages of one turn; ShareGPT has other names for them."""
    for name in SHARE_GPT_NAMES & fields.keys():
        if fields.get("messages") is not None:
            raise InputError(f"The case has both messages and {name}.", "Give one of them.")
        fields = {**{given: value for given, value in fields.items() if given != name}, "messages": fields[name]}
    if "prompt" not in fields:
        CASE.check_names(fields)
        return fields
    given = {name: value for name, value in fields.items() if name != "prompt"}
    CASE.check_names(given)
    if fields["prompt"] is not None:
        if given.get("messages") is not None:
            raise InputError("The case has both a prompt and messages.", "Give one of them.")
        given["messages"] = [{"role": "user", "content": read_text(fields["prompt"], "prompt")}]
    return given


def _band(value: Mapping[str, object] | None, label: ActionId | None, scale: ActionScale, *, borderline: bool) -> Band:
    if label is None:
        if value:
            raise InputError("The case has a band and no label.", "Give the label or leave the band out.")
        return NO_BAND
    if value:
        return checked_band(label, value, scale)
    return neighbours_band(label, scale) if borderline else NO_BAND


def decision_of(fields: Fields, line: int, run: str, names: ActionNames) -> DecisionRecord:
    """A decision from the fields of a decision line; `run` is for lines that name none. Raises InputError."""
    record = DECISION_LINE.read({**fields, "run": fields.get("run") or run}, line=line)
    if not record.reviewer.strip():
        raise InputError("The reviewer is missing.", "Say who decided.")
    if (record.kind is DecisionKind.UNDO) != bool(record.undoes):
        raise InputError(
            "Only an undo takes a decision back, and it must say which.",
            'Write "kind": "undo" and "undoes" with the id of an earlier line, or neither.',
        )
    if record.cause is not None and record.kind is not DecisionKind.ADJUDICATION:
        raise InputError("Only an adjudication has a cause.", 'Write "kind": "adjudication" or leave the cause out.')
    in_sight = _in_sight(record)
    return replace(in_sight, action=names(record.action) if record.action else None)


def _in_sight(record: DecisionRecord) -> DecisionRecord:
    """What was hidden, as far as the file says: `blind` alone says it of the verdict, and silence is unknown."""
    if record.hidden is None:
        return (
            replace(record, hidden=frozenset())
            if record.blind is False and record.kind is not DecisionKind.UNDO
            else record
        )
    verdict_hidden = Hidden.VERDICT in record.hidden
    if record.blind not in (None, verdict_hidden):
        raise InputError(
            "The decision says two things of whether the verdict was hidden.",
            'Write "blind": true where "hidden" has "verdict", else false, or leave it out.',
        )
    return replace(record, blind=verdict_hidden)


def verdict_of(fields: Fields, line: int, run: str, names: ActionNames) -> VerdictRecord:
    """A verdict from the fields of a verdict line; `run` is for lines that name none. Raises InputError."""
    record = VERDICT_LINE.read({**fields, "run": fields.get("run") or run}, line=line)
    if not record.verdict.classifier.strip():
        raise InputError("The classifier is missing.", "Say which rules or which judge said it.")
    action = record.verdict.action
    return replace(record, verdict=replace(record.verdict, action=names(action) if action else None))


def label_of(fields: Fields, line: int, names: ActionNames) -> LabelRecord:
    """An entry of a label history from the fields of its line. Raises InputError."""
    record = LABEL_LINE.read(fields, line=line)
    label, former = record.event.label, record.event.former_scale
    if label is None or (former is not None and label in former):
        return record
    return replace(record, event=replace(record.event, label=names(label)))
