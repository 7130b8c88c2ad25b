"""What export writes, import reads back: equal content hashes for cases, equal records for the rest."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.core.actions import Action, ActionId, ActionScale
from reviewer.core.cases import CASE, Case, CaseKey, Message, Role, SuiteHead
from reviewer.core.codec import Codec, escape_cell, unescape_cell
from reviewer.core.decisions import Verdict
from reviewer.core.errors import EnvironmentFault, InputError
from reviewer.core.responses import Response
from reviewer.exchange.formats.native_out import (
    ExportForm,
    write_cases,
    write_records,
)
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.records import (
    DECISION_LINE,
    LABEL_LINE,
    RESPONSE_LINE,
    VERDICT_LINE,
    CaseRecord,
    ColumnUse,
    DecisionRecord,
    LabelRecord,
    LabelWord,
    OriginRecord,
    ResponseRecord,
    SuiteRecord,
    Told,
    VerdictRecord,
)
from reviewer.store.facts.origins import Beside
from reviewer.store.facts.suites import LabelEvent
from tests.exchange import strategies
from tests.exchange.reading import bad_rows, cases_in, records_of

HEAD = SuiteHead("Round")


@pytest.fixture(params=list(ExportForm), scope="module")
def form(request: pytest.FixtureRequest) -> ExportForm:
    return ExportForm(request.param)


@pytest.fixture(scope="module")
def target(form: ExportForm) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder) / f"out.{form}"


beside = st.builds(Beside, strategies.kept, st.booleans())


@given(data=st.data(), cases=st.lists(strategies.cases(), min_size=1, max_size=4, unique_by=lambda case: case.key))
def test_cases_keep_their_content_hash(form: ExportForm, target: Path, data: st.DataObject, cases: list[Case]) -> None:
    # the two sides of a pair have equal stakes
    stakes = {case.pair: case.stakes for case in cases if case.pair}
    cases = [replace(case, stakes=stakes.get(case.pair, case.stakes)) for case in cases]
    stands_beside = {case.key: data.draw(beside) for case in cases if data.draw(st.booleans())}
    assert write_cases(target, HEAD, cases, form, stands_beside) == len(cases)

    records = records_of(target, format_name="reviewer-cases")

    assert bad_rows(records) == {}
    assert [case.content_hash for case in cases_in(records)] == [case.content_hash for case in cases]
    found = {each.case.key: (each.kept, each.non_commercial) for each in records if isinstance(each, CaseRecord)}
    said = {key: (each.kept, each.non_commercial) for key, each in stands_beside.items()}
    assert found == {case.key: said.get(case.key, ({}, False)) for case in cases}


@given(
    head=st.builds(
        SuiteHead,
        strategies.filled_text.map(str.strip).filter(bool),
        strategies.filled_text,
        strategies.scales,
        strategies.any_text,
        strategies.any_text,
        strategies.any_text,
    )
)
@pytest.mark.parametrize("whole", [ExportForm.JSONL, ExportForm.PARQUET])
def test_a_suite_line_comes_back_equal(
    tmp_path_factory: pytest.TempPathFactory, whole: ExportForm, head: SuiteHead
) -> None:
    path = tmp_path_factory.getbasetemp() / f"head.{whole}"
    write_cases(path, head, [], whole)
    assert [each.head for each in records_of(path) if isinstance(each, SuiteRecord)] == [head]


@given(record=strategies.responses())
def test_responses_come_back_equal(form: ExportForm, target: Path, record: ResponseRecord) -> None:
    assert there_and_back(target, form, RESPONSE_LINE, record, "reviewer-responses") == [record]


@given(record=strategies.decisions())
def test_decisions_and_undos_come_back_equal(form: ExportForm, target: Path, record: DecisionRecord) -> None:
    assert there_and_back(target, form, DECISION_LINE, record, "reviewer-decisions") == [record]


@given(record=strategies.verdicts())
def test_verdicts_come_back_equal(form: ExportForm, target: Path, record: VerdictRecord) -> None:
    assert there_and_back(target, form, VERDICT_LINE, record, "reviewer-verdicts") == [record]


@given(record=strategies.labels())
def test_label_histories_come_back_equal(form: ExportForm, target: Path, record: LabelRecord) -> None:
    assert there_and_back(target, form, LABEL_LINE, record, "reviewer-labels") == [record]


@pytest.mark.parametrize(
    ("codec", "records", "not_written"),
    [
        (CASE, (Case,), set()),
        (RESPONSE_LINE, (ResponseRecord, Response), {"line", "response"}),
        (DECISION_LINE, (DecisionRecord,), {"line"}),
        (VERDICT_LINE, (VerdictRecord, Verdict), {"line", "verdict"}),
        (LABEL_LINE, (LabelRecord, LabelEvent), {"line", "event"}),
    ],
)
def test_no_field_is_forgotten(codec: Codec[Any], records: tuple[Any, ...], not_written: set[str]) -> None:
    assert set(codec.names) == {field.name for record in records for field in fields(record)} - not_written


def test_long_texts_come_back_equal(form: ExportForm, target: Path) -> None:
    text = "=\r\n\u2028\0'" * 100_000
    record = ResponseRecord(0, "run", Response(CaseKey("k"), text=text, raw_body=b"\0\xff" * 100_000))
    assert there_and_back(target, form, RESPONSE_LINE, record, "reviewer-responses") == [record]


def there_and_back(path: Path, form: ExportForm, codec: Codec[Any], record: object, name: str) -> list[object]:
    """What comes in of a record that was written."""
    assert write_records(path, codec, [record], form) == 1
    records = records_of(path, format_name=name)
    assert bad_rows(records) == {}
    same = (each for each in records if isinstance(each, type(record)))
    return [replace(each, line=0) for each in same if not isinstance(each, OriginRecord | ColumnUse | Told | LabelWord)]


@given(strategies.nul_text)
def test_escaping_a_cell_is_undone_exactly_and_leaves_no_formula(text: str) -> None:
    escaped = escape_cell(text)

    assert unescape_cell(escaped) == text
    assert escaped[:1] not in set("=+-@\t\r") or not escaped


def test_an_apostrophe_before_a_word_stays() -> None:
    assert unescape_cell("'tis") == "'tis"


def test_exports_are_recognised_without_naming_the_format(tmp_path: Path, form: ExportForm) -> None:
    case = Case(CaseKey("k"), (Message(Role.USER, "What time is it?"),), ActionId("answer"))
    path = tmp_path / f"out.{form}"
    write_cases(path, HEAD, [case], form)
    assert cases_in(records_of(path)) == [case]

    write_records(path, RESPONSE_LINE, [ResponseRecord(0, "run", Response(CaseKey("k"), text="Noon."))], form)
    assert isinstance(records_of(path)[-1], ResponseRecord)

    write_records(
        path, DECISION_LINE, [DecisionRecord(0, CaseKey("k"), "run", 1, "", "ann", ActionId("clarify"))], form
    )
    assert isinstance(records_of(path)[-1], DecisionRecord)


def test_the_scale_and_guideline_of_a_suite_survive_json_lines(tmp_path: Path) -> None:
    scale = ActionScale((Action(ActionId("yes"), "Yes"), Action(ActionId("no"), "No", "Declines.", "“No.”", "no")))
    head = SuiteHead("Own scale", "3", scale, "Think first.", "Two actions", "CC0-1.0")
    case = Case(CaseKey("k"), (Message(Role.USER, "May I?"),), ActionId("no"))
    path = tmp_path / "own.jsonl"
    write_cases(path, head, [case], ExportForm.JSONL)

    records = records_of(path)

    assert records[0] == SuiteRecord(1, head)
    assert cases_in(records) == [case]
    assert records_of(path, ImportOptions(suite="Renamed"))[0] == SuiteRecord(1, replace(head, name="Renamed"))


def test_a_failed_export_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("before")
    half = ResponseRecord(0, "run", Response(CaseKey("k"), text="\ud83d"))

    with pytest.raises(InputError, match="half of a character"):
        write_records(path, RESPONSE_LINE, [half], ExportForm.CSV)

    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(InputError, match="half of a character"):
        write_records(path, RESPONSE_LINE, [half], ExportForm.JSONL)


def test_an_export_into_a_missing_folder_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match="cannot be written"):
        write_cases(tmp_path / "absent" / "out.jsonl", HEAD, [], ExportForm.JSONL)
