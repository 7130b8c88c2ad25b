"""Scores that Inspect puts to the samples of a log by id and epoch (its scorer `precomputed_scores`)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from reviewer.core.decisions import DecisionKind
from reviewer.exchange.outgoing.facts import Holds, Outgoing, OutgoingRow, Written
from reviewer.exchange.outgoing.writing import JsonRow, LeftOutRows, why_undecided, write_json_lines

_NO_LABEL = "no label of the case, so that nothing says what the action earns"
_UNLABELLED = "No case has a label, so each value is the action's name and not the credit that it earns."


class PrecomputedScores:
    name = "inspect-scores"
    title = "Inspect precomputed scores"
    description = (
        "What people decided, for Inspect's precomputed_scores: a line for each id and epoch, to score a log by."
    )
    suffixes = (".jsonl",)
    holds = Holds.RESPONSES

    def write(self, path: Path, outgoing: Outgoing) -> Written:
        left = LeftOutRows()
        labelled = any(row.credit is not None for row in outgoing.rows() if row.decided)
        count = write_json_lines(path, _scores(outgoing, left, labelled))
        return Written(count, (*left.notes, *(() if labelled or not count else (_UNLABELLED,))))


def _scores(outgoing: Outgoing, left: LeftOutRows, labelled: bool) -> Iterator[JsonRow]:
    for row in outgoing.rows():
        if not row.decided:
            left.add(why_undecided(row))
        elif labelled and row.credit is None:
            left.add(_NO_LABEL)
        else:
            yield {
                "id": row.case.key,
                "epoch": row.response.repeat,
                "value": row.credit if labelled else row.final.action,
                "answer": row.final.action,
                "explanation": _why(row),
                "metadata": _metadata(row),
            }


def _why(row: OutgoingRow) -> str:
    return "\n".join(f"{said.reviewer}: {said.note}" for said in row.people if said.note)


def _metadata(row: OutgoingRow) -> dict[str, object]:
    said = row.deciding
    return {
        "action": row.final.action,
        "labelled_action": row.case.label,
        "reviewers": [each.reviewer for each in row.people],
        "adjudicated": said is not None and said.kind is DecisionKind.ADJUDICATION,
        "at": said.at if said else "",
        "response_hash": row.response.hash,
    }
