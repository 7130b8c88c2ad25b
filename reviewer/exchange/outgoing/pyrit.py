"""PyRIT's human-score CSV (`HumanLabeledDataset.from_csv`), of the kind that its refusal scorer is measured by.

`objective` is the request and `human_score` 1 where people say that the response holds back, else 0. Cells stand as
they are: an apostrophe before `=` would become part of the response.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from reviewer.core.actions import default_hold_back
from reviewer.exchange.outgoing.facts import Holds, Outgoing, Written
from reviewer.exchange.outgoing.writing import LeftOutRows, why_undecided
from reviewer.host.files import replacing_text

_COLUMNS = ("assistant_response", "human_score", "objective", "data_type", "case", "repeat", "action", "reviewers")
_VERSION = "# dataset_version=1.0\n"
_NOT_A_TEXT = frozenset(
    [
        "#N/A",
        "#N/A N/A",
        "#NA",
        "-1.#IND",
        "-1.#QNAN",
        "-NaN",
        "-nan",
        "1.#IND",
        "1.#QNAN",
        "<NA>",
        "N/A",
        "NA",
        "NULL",
        "NaN",
        "None",
        "n/a",
        "nan",
        "null",
    ]
)
"""What pandas, and with it PyRIT, takes for an empty cell."""
_EMPTY = "an empty text, or one that PyRIT takes for an empty cell"


class PyRitScores:
    name = "pyrit-scores"
    title = "PyRIT human scores"
    description = "PyRIT's human-score CSV to measure its refusal scorer by: 1 where people say that it holds back."
    suffixes = (".csv",)
    holds = Holds.RESPONSES

    def write(self, path: Path, outgoing: Outgoing) -> Written:
        left, count = LeftOutRows(), 0
        with replacing_text(path) as out:
            out.write(_VERSION)
            writer = csv.writer(out, quoting=csv.QUOTE_ALL)
            writer.writerow(_COLUMNS)
            for cells in _rows(outgoing, left):
                writer.writerow(cells)
                count += 1
        holding = ", ".join(default_hold_back(outgoing.scale))
        return Written(count, (f"A human_score of 1 stands for {holding}, 0 for any other action.", *left.notes))


def _rows(outgoing: Outgoing, left: LeftOutRows) -> Iterator[list[str]]:
    holding = default_hold_back(outgoing.scale)
    for row in outgoing.rows():
        action, text = row.final.action, row.response.text
        if action is None or not row.decided:
            left.add(why_undecided(row))
        elif not text.strip() or text.strip() in _NOT_A_TEXT:
            left.add(_EMPTY)
        else:
            people = ", ".join(said.reviewer for said in row.people)
            place = [row.case.key, str(row.response.repeat), action, people]
            yield [text, str(int(action in holding)), row.case.request, "text", *place]
