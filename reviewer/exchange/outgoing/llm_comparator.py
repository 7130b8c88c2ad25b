"""LLM Comparator's file: the responses of two runs side by side, scored by the credit that they earn."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from reviewer.core.decisions import Decision
from reviewer.core.scoring.credit import credit
from reviewer.exchange.outgoing.facts import Holds, Outgoing, OutgoingPair, OutgoingRow, Written
from reviewer.exchange.outgoing.writing import JsonRow, as_json, write_json_around
from reviewer.wording.plural import counted, noun

_MOST = 1.5
"""A is much better; -1.5 is that B is."""
_FIELDS = {
    "id": "string",
    "repeat": "number",
    "labelled_action": "category",
    "action_a": "category",
    "action_b": "category",
}
_WORDS = ((1.0, "much better"), (0.5, "better"), (0.0, "slightly better"))


class ComparatorFile:
    name = "llm-comparator"
    title = "LLM Comparator, this run against another"
    description = "An LLM Comparator file: run A against run B, with each reviewer who decided on both as a rater."
    suffixes = (".json",)
    holds = Holds.PAIRS

    def write(self, path: Path, outgoing: Outgoing) -> Written:
        head = {
            "metadata": {
                "source_path": outgoing.suite.name,
                "custom_fields_schema": [{"name": name, "type": kind} for name, kind in _FIELDS.items()],
            },
            "models": [{"name": outgoing.run.name}, {"name": outgoing.against.name}],
        }
        unscored: list[str] = []
        before = as_json(head).removesuffix("}") + ', "examples": ['
        count = write_json_around(path, before, _examples(outgoing, unscored), "]}\n")
        n = len(unscored)
        said = f"{counted(n, 'pair')} without a credit on both sides {noun(n, 'stands', 'stand')} at 0."
        return Written(count, (said,) if n else ())


def _examples(outgoing: Outgoing, unscored: list[str]) -> Iterator[JsonRow]:
    for pair in outgoing.pairs():
        first, second = pair.a.credit, pair.b.credit
        if first is None or second is None:
            unscored.append(pair.a.case.key)
        case = pair.a.case
        yield {
            "input_text": case.request
            if case.is_prompt
            else "\n\n".join(f"{m.role}: {m.shown}" for m in case.messages),
            "tags": [*filter(None, [case.category]), *case.tags],
            "output_text_a": pair.a.response.text,
            "output_text_b": pair.b.response.text,
            "score": 0.0 if first is None or second is None else _MOST * (first - second),
            "individual_rater_scores": list(_raters(pair)),
            "rationale_list": [],
            "custom_fields": _custom(pair),
        }


def _custom(pair: OutgoingPair) -> dict[str, object]:
    return {
        "id": pair.a.case.key,
        "repeat": pair.a.response.repeat,
        "labelled_action": pair.a.case.label or "",
        "action_a": pair.a.final.action or "",
        "action_b": pair.b.final.action or "",
    }


def _raters(pair: OutgoingPair) -> Iterator[JsonRow]:
    """Each reviewer who decided on both, by what the two actions earn."""
    second = {said.reviewer: said for said in pair.b.people}
    for said in pair.a.people:
        other = second.get(said.reviewer)
        first, second_earned = _earned(pair.a, said), _earned(pair.b, other)
        if other is None or first is None or second_earned is None:
            continue
        score = _MOST * (first - second_earned)
        notes = [f"{name}: {said_of.note}" for name, said_of in (("A", said), ("B", other)) if said_of.note]
        yield {
            "score": score,
            "rating_label": _label(score / _MOST),
            "is_flipped": False,
            "custom_fields": {"reviewer": said.reviewer},
            "rationale": "\n".join([f"{said.reviewer}: A {said.action}, B {other.action}.", *notes]),
        }


def _earned(row: OutgoingRow, said: Decision | None) -> float | None:
    if said is None or said.action is None or row.case.label is None:
        return None
    return credit(row.case.label, row.case.band, said.action)


def _label(difference: float) -> str:
    if not difference:
        return "same"
    words = next(words for least, words in _WORDS if abs(difference) >= least)
    return f"{'A' if difference > 0 else 'B'} is {words}"
