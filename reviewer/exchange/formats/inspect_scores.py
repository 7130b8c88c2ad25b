"""What graders and people said of a sample of Inspect: a score's first word is its scorer's, edits are people's."""

from __future__ import annotations

from collections.abc import Iterator

from reviewer.core.decisions import DecisionKind
from reviewer.exchange.kit.log_tables import LogTable
from reviewer.exchange.kit.logs import Rating, as_list, as_object, as_text, word_of

Fields = dict[str, object]

UNCHANGED = "UNCHANGED"
"""What an edit writes for a field that it leaves as it was; only as a whole text."""

_GRADING = "grading"


def ratings_of(name: str, untrusted_score: object, reply: str, table: LogTable) -> Iterator[Rating]:
    """The scorer's word and each person's, oldest first."""
    score = as_object(untrusted_score) or {"value": untrusted_score}
    history = [as_object(entry) for entry in as_list(score.get("history"))]
    edits = [entry for entry in history if as_object(entry.get("provenance"))]
    first = history[0] if history else score
    if not as_object(first.get("provenance")):
        yield from _first_ratings(name, first, as_object(score.get("metadata")), reply, table)
    for edit in edits:
        by = as_object(edit.get("provenance"))
        note = "\n".join(filter(None, (as_text(by.get("reason")), _unless_unchanged(edit.get("explanation")))))
        yield Rating(
            as_text(by.get("author")).strip() or f"{table.tool} reviewer",
            _words(edit, reply),
            is_person=True,
            note=note,
            at=as_text(by.get("timestamp")),
        )


def _first_ratings(name: str, score: Fields, metadata: Fields, reply: str, table: LogTable) -> Iterator[Rating]:
    """The scorer's, which is a person's where its name or its metadata say that people labelled."""
    note = as_text(score.get("explanation"))
    if not table.is_people(name):
        yield Rating(name, _words(score, reply), note=note)
        return
    annotators = {known: as_text(metadata[key]) for key, known in table.annotators.items() if metadata.get(key)}
    for person, word in annotators.items():
        yield Rating(person, (word,), is_person=True)
    kind = DecisionKind.ADJUDICATION if annotators else DecisionKind.DECISION
    yield Rating(name, _words(score, reply), is_person=True, note=note, kind=kind)


def _words(score: Fields, reply: str) -> tuple[str, ...]:
    """What may stand for an action: the value, else the answer, unless that is the model's own text, else the action in
    the metadata. A field that an edit left as it was says nothing."""
    answer = _unless_unchanged(score.get("answer"))
    metadata = as_object(score.get("metadata"))
    words = [
        _unless_unchanged(word_of(score.get("value"))),
        "" if answer.strip() == reply.strip() else answer,
        *(as_text(metadata.get(key)) for key in ("action", "label")),
    ]
    return tuple(filter(None, words))


def _unless_unchanged(value: object) -> str:
    text = as_text(value)
    return "" if text == UNCHANGED else text


def kept_score(untrusted_score: object) -> object:
    """The score as it is, without the conversation with its grader."""
    if not isinstance(untrusted_score, dict):
        return untrusted_score
    metadata = untrusted_score.get("metadata")
    if not isinstance(metadata, dict) or _GRADING not in metadata:
        return untrusted_score
    return {**untrusted_score, "metadata": {name: held for name, held in metadata.items() if name != _GRADING}}
