"""The responses and ratings of a mapped record: runs by model, repeats counted, people's words as decisions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from reviewer.core.cases import CaseKey, checked_key
from reviewer.core.errors import InputError
from reviewer.core.responses import Response, ResponseState, state_of
from reviewer.endpoints.untrusted import storable
from reviewer.exchange.kit.checks import ActionNames
from reviewer.exchange.kit.columns import ColumnPlan
from reviewer.exchange.kit.conversations import split_reply
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.records import BadRow, DecisionRecord, Record, ResponseRecord, RunRecord
from reviewer.exchange.kit.sources import folded
from reviewer.exchange.kit.streams import text_of

Values = Mapping[str, object]
_Place = tuple[str, CaseKey, bytes, str]
"""Run, case, the response's hash, and the number of its repeat where the file says it."""
_STATES = {str(state): state for state in ResponseState}
_FIELDS = ("model", "repeat", "state", "error", "finish_reason", "reasoning", "reviewer")
_JUDGES = frozenset(
    {
        *(
            "judge",
            "judge_model",
            "judge_name",
            "grader",
            "grader_model",
            "evaluator",
            "scorer",
            "metric",
            "metric_name",
        ),
        *("annotator_uid", "annotator_model", "criterion", "autograder"),
    }
)
"""Columns that say whose judgement, or on what, a row holds."""


class Answers:
    """What one file says of each case's responses. Where it has a row for each person or each judge, an equal text is
    the same response again; else it is the next repeat."""

    def __init__(self, name: str, options: ImportOptions, plan: ColumnPlan, names: ActionNames) -> None:
        self._name, self._asked_run, self._plan, self._names = name, options.run, plan, names
        self._columns = {field: plan.column_of(field) for field in _FIELDS}
        self._n_responses = len(plan.columns_of("response"))
        self._ratings = plan.columns_of("rating")
        self._by_person = self._columns["reviewer"] is not None
        self._runs: set[str] = set()
        self._repeats: dict[str, dict[CaseKey, int]] = {}
        self._texts: dict[_Place, int] = {}
        self._judge = next((column for column in plan.uses if folded(column) in _JUDGES), None)
        self._judges: dict[_Place, set[str]] = {}
        self._from_zero = 0
        self.n_of_other_judges = 0
        """Rows whose judge is another one's on a response that came before."""

    def records(
        self, line: int, values: Values, key: CaseKey, replies: Sequence[tuple[str, object]], kept: Mapping[str, str]
    ) -> Iterator[Record]:
        """`replies` are (name in the column, what stands there); `kept` goes with the only one."""
        own = kept if self._n_responses < 2 else {}
        for name, value in replies:
            try:
                yield from self._answer(line, values, key, name, _reply_text(value), own)
            except InputError as fault:
                yield BadRow(line, str(fault))

    def _answer(
        self, line: int, values: Values, key: CaseKey, name: str, text: str, kept: Mapping[str, str]
    ) -> Iterator[Record]:
        model = self._said(values, "model") or name
        run = self._run(model)
        if run not in self._runs:
            self._runs.add(run)
            yield RunRecord(line, run, model or run)
        response = self._response(values, key, run, text, model)
        if not self._is_again(values, run, response):
            yield ResponseRecord(line, run, response, kept=kept)
        if self._ratings:
            yield from self._decisions(line, values, name, run, response)

    def _is_again(self, values: Values, run: str, response: Response) -> bool:
        """Whether another person's or another judge's row has brought the same response."""
        place = self._place(values, run, response)
        is_again = self._brought(values, place) is not None
        if self._by_person or self._judge:
            self._texts[place] = response.repeat
        if self._judge:
            self.n_of_other_judges += is_again and not self._by_person
            self._judges.setdefault(place, set()).add(text_of(values.get(self._judge)))
        return is_again

    def _place(self, values: Values, run: str, response: Response) -> _Place:
        return run, response.case, bytes.fromhex(response.hash[:32]), self._said(values, "repeat").strip()

    def _brought(self, values: Values, place: _Place) -> int | None:
        """The repeat of a response that came before. Twice from one judge, it was given twice."""
        if self._by_person:
            return self._texts.get(place)
        if self._judge is None or text_of(values.get(self._judge)) in self._judges.get(place, ()):
            return None
        return self._texts.get(place)

    def _run(self, model: str) -> str:
        if not self._asked_run:
            return model or self._name
        several = self._n_responses > 1 or self._columns["model"] is not None
        return f"{self._asked_run}, {model}" if model and several else self._asked_run

    def _response(self, values: Values, key: CaseKey, run: str, text: str, model: str) -> Response:
        error = self._said(values, "error") if not text.strip() else ""
        said = _STATES.get(self._said(values, "state").strip().lower())
        state = said or (ResponseState.ERROR if error else state_of(text))
        made = Response(
            key,
            text=text,
            reasoning=self._said(values, "reasoning"),
            state=state,
            finish_reason=self._said(values, "finish_reason"),
            model=model,
            error=error,
        )
        number = self._repeat(values, run, made)
        return made if number == 1 else replace(made, repeat=number)

    def _repeat(self, values: Values, run: str, made: Response) -> int:
        said = self._said(values, "repeat").strip()
        if said:
            return self._number(said)
        if (known := self._brought(values, self._place(values, run, made))) is not None:
            return known
        taken = self._repeats.setdefault(run, {})
        taken[made.case] = number = taken.get(made.case, 0) + 1
        return number

    def _number(self, said: str) -> int:
        """Counted from 1; a file that counts from 0 is found by its first row."""
        if not said.isdecimal():
            raise InputError(f"The repeat {said[:40]!r} is no whole number.", "Number the repeats from 1.")
        if said == "0":
            self._from_zero = 1
        return int(said) + self._from_zero

    def _said(self, values: Values, name: str) -> str:
        column = self._columns[name]
        return text_of(values.get(column)) if column else ""

    def _decisions(self, line: int, values: Values, name: str, run: str, response: Response) -> Iterator[Record]:
        for column in self._ratings:
            word = text_of(values.get(column)).strip()
            if not word or not self._is_about(column, name):
                continue
            try:
                action = self._names(word)
                who = checked_key(self._person(values, column), "reviewer")
            except InputError as fault:
                yield BadRow(line, str(fault))
                continue
            yield DecisionRecord(line, response.case, run, response.repeat, response.hash, who, action)

    def _person(self, values: Values, column: str) -> str:
        return self._said(values, "reviewer").strip() or self._plan.uses[column].name or column

    def _is_about(self, column: str, name: str) -> bool:
        """Whether a rating is about the response of that run: the only one, or the one that its column names."""
        return self._n_responses < 2 or bool(name and column.strip().lower().endswith(name.lower()))


def _reply_text(value: object) -> str:
    """The text of a response that may be a message or a list of parts."""
    if value is None or isinstance(value, str):
        return storable(value or "")
    items = value if isinstance(value, list) else [value]
    if all(isinstance(item, str) for item in items):
        return storable("\n".join(map(str, items)))
    if all(isinstance(item, dict) and ("role" in item or "from" in item) for item in items):
        return storable(split_reply([{"role": "user", "content": "?"}, *items])[1] or "")
    return text_of(value)
