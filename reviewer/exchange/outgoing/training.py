"""Rows to train with: preference pairs of two runs, and chats whose answer earns full credit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from reviewer.exchange.outgoing.facts import Holds, Outgoing, OutgoingRow, Written
from reviewer.exchange.outgoing.writing import JsonRow, LeftOutRows, chat_messages, write_json_lines

_NO_CREDIT = "no label or no final action, so that nothing says what is earned"
_NO_TEXT = "no text of the model's own"
_SAME = "the same credit on both sides"
_NOT_FULL = "less than full credit"
_AGAIN = "the same words as in an earlier repeat"


class PreferenceRows:
    name = "preference-pairs"
    title = "Preference pairs to train with"
    description = "Preference pairs (prompt, chosen, rejected) where two runs differ in credit; for DPO."
    suffixes = (".jsonl",)
    holds = Holds.PAIRS

    def write(self, path: Path, outgoing: Outgoing) -> Written:
        left = LeftOutRows("pair")
        return Written(write_json_lines(path, _pairs(outgoing, left)), left.notes)


def _pairs(outgoing: Outgoing, left: LeftOutRows) -> Iterator[JsonRow]:
    met = set[tuple[str, ...]]()
    for pair in outgoing.pairs():
        texts = (pair.a.case.key, pair.a.response.hash, pair.b.response.hash)
        first, second = pair.a.credit, pair.b.credit
        if first is None or second is None:
            left.add(_NO_CREDIT)
        elif not (pair.a.speaks and pair.b.speaks):
            left.add(_NO_TEXT)
        elif first == second:
            left.add(_SAME)
        elif texts in met:
            left.add(_AGAIN)
        else:
            met.add(texts)
            chosen, rejected = (pair.a, pair.b) if first > second else (pair.b, pair.a)
            yield {
                "id": pair.a.case.key,
                "prompt": chat_messages(pair.a.case),
                "chosen": [_said(chosen)],
                "rejected": [_said(rejected)],
            }


def _said(row: OutgoingRow) -> dict[str, object]:
    return {"role": "assistant", "content": row.response.text}


class ChatRows:
    name = "sft"
    title = "Chats to train with"
    description = "Chats to train with (messages): the responses of a run that earn full credit."
    suffixes = (".jsonl",)
    holds = Holds.RESPONSES

    def write(self, path: Path, outgoing: Outgoing) -> Written:
        left = LeftOutRows()
        return Written(write_json_lines(path, _chats(outgoing, left)), left.notes)


def _chats(outgoing: Outgoing, left: LeftOutRows) -> Iterator[JsonRow]:
    met = set[tuple[str, ...]]()
    for row in outgoing.rows():
        texts = (row.case.key, row.response.hash)
        if row.credit is None:
            left.add(_NO_CREDIT)
        elif not row.speaks:
            left.add(_NO_TEXT)
        elif row.credit < 1:
            left.add(_NOT_FULL)
        elif texts in met:
            left.add(_AGAIN)
        else:
            met.add(texts)
            yield {"messages": [*chat_messages(row.case), _said(row)]}
