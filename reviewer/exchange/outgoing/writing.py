"""Putting rows into a file, and the sentences on what was left out of it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from reviewer.core.cases import Case
from reviewer.core.messages import Message
from reviewer.exchange.outgoing.facts import OutgoingRow
from reviewer.host.files import replacing_text
from reviewer.wording.plural import counted, noun

JsonRow = Mapping[str, object]


class LeftOutRows:
    """Rows that a form cannot hold, by the reason: the end of a sentence that begins with how many. Without a reason
    nobody needs to be told.
    """

    def __init__(self, what: str = "response") -> None:
        self._what = what
        self._counts: Counter[str] = Counter()

    def add(self, reason: str) -> None:
        self._counts[reason] += 1

    def count(self, reason: str) -> int:
        return self._counts[reason]

    @property
    def notes(self) -> tuple[str, ...]:
        return tuple(
            f"{counted(n, self._what)} {noun(n, 'was', 'were')} left out: {reason}."
            for reason, n in self._counts.items()
            if reason
        )


def why_undecided(row: OutgoingRow) -> str:
    """Why a response has no action of people's."""
    return "reviewers differ, and nobody has settled it" if row.final.disputed else "no action that a person decided"


def as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def write_json_lines(path: Path, rows: Iterable[JsonRow]) -> int:
    """One object a line; the number of rows. Raises as `replacing_text`."""
    count = 0
    with replacing_text(path) as out:
        for row in rows:
            out.write(as_json(row) + "\n")
            count += 1
    return count


def write_json_list(path: Path, rows: Iterable[JsonRow]) -> int:
    """One list, an object a line; the number of rows. Raises as `replacing_text`."""
    return write_json_around(path, "[", rows, "]\n")


def write_json_around(path: Path, before: str, rows: Iterable[JsonRow], behind: str) -> int:
    """Rows as the items of a list that stands between two texts; their number. Raises as `replacing_text`."""
    count = 0
    with replacing_text(path) as out:
        out.write(before)
        for row in rows:
            out.write((",\n" if count else "\n") + as_json(row))
            count += 1
        out.write("\n" + behind)
    return count


def chat_messages(case: Case) -> list[dict[str, object]]:
    """The messages in OpenAI's form, without what only this program reads."""
    return [chat_message(message) for message in case.messages]


def chat_message(message: Message) -> dict[str, object]:
    return {name: value for name, value in message.as_json().items() if name != "is_error"}


def prompt_text(case: Case) -> str:
    """The request as one text: itself, or of a conversation the messages as JSON."""
    return case.request if case.is_prompt else as_json(chat_messages(case))


def about_case(case: Case) -> dict[str, object]:
    """What a case says beside its messages, under its fields' names; fields that say nothing are left out."""
    return {name: value for name, value in case.as_json().items() if name not in ("key", "messages") and value}
