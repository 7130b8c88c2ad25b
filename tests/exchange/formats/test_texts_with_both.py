"""A request and a response in one text, in a judge's prompt, below two headings, among other rows: read as both."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from reviewer.core.responses import ResponseState
from reviewer.exchange.kit.one_text import apart
from reviewer.exchange.kit.records import RunRecord
from tests.exchange.reading import bad_rows, cases_in, lines, read, replies, texts, told


@pytest.mark.parametrize(
    "text",
    [
        "Prompt: Name a bird.\nResponse: The owl.",
        "Q: Name a bird. A: The owl.",
        "<b>Prompt:</b> Name a bird.<br><b>Answer:</b> The owl.",
        "<p>User: Name a bird.</p><p>Assistant: The owl.</p>",
        "Frage: Name a bird.\n\nAntwort: The owl.",
        "**Question:** Name a bird.\n**Answer:** The owl.",
        "问题：Name a bird.\n回答：The owl.",
    ],
)
def test_a_text_with_both_under_names_is_read_apart(text: str) -> None:
    assert apart(text) == ([{"role": "user", "content": "Name a bird."}], "The owl.")


@pytest.mark.parametrize(
    "text",
    [
        "Name a bird.",
        "Prompt: Name a bird.",
        "Prompt: Name a bird.\nResponse:",
        "Q: 1+1?\nA: 2\nQ: 2+2?\nA:",
        "Write a play.\nUser: Hello\nBot: Hi",
        "A: the first\nB: the second\nWhich is better?",
        "Response: The owl.\nPrompt: Name a bird.",
        "How do I ask? Q: is it? A: it is.",
        "",
    ],
)
def test_a_text_that_is_a_request_alone_stays_whole(text: str) -> None:
    assert apart(text) is None


def test_marks_of_a_page_stay_where_the_text_is_none() -> None:
    assert apart("Prompt: Make <b>this</b> bold.\nResponse: <b>this</b>") == (
        [{"role": "user", "content": "Make <b>this</b> bold."}],
        "<b>this</b>",
    )


def test_turns_that_go_on_are_messages() -> None:
    asked, said = apart("User: Hi\nBot: Hello\nUser: Who?\nBot: A bot.") or ([], "")
    assert [turn["content"] for turn in asked if isinstance(turn, dict)] == ["Hi", "Hello", "Who?"]
    assert said == "A bot."


def test_doccanos_one_text_is_a_case_and_a_response(tmp_path: Path) -> None:
    rows = [{"id": 1, "text": "Prompt: Name a bird.\nResponse: The owl.", "label": ["answer"], "Comments": []}]
    records = read(lines(tmp_path / "anna.jsonl", rows), "doccano")
    assert texts(records) == [(ResponseState.OK, "The owl.")]
    assert [case.request for case in cases_in(records)] == ["Name a bird."]
    assert "1 text holds a request and a response under names of their own" in told(records)


def test_what_a_judge_was_given_is_what_it_judged(tmp_path: Path) -> None:
    judged = {"question_id": 1, "model": "m", "judge": ["j", "b"], "judgment": "1", "score": 1.0, "turn": 1}
    talk = (
        "<|The Start of Assistant A's Conversation with User|>\n\n### User:\nHi\n\n### Assistant A:\nHello\n\n"
        "### User:\nWho?\n\n### Assistant A:\nA bot.\n\n<|The End of Assistant A's Conversation with User|>"
    )
    question = "[Instruction]\nRate.\n\n[Question]\nHi\n\n"
    marked = f"{question}[The Start of Assistant's Answer]\nHello\n[The End of Assistant's Answer]"
    rows = [
        {**judged, "user_prompt": "### Question\nName a bird.\n### Potential Answer\nThe owl."},
        {**judged, "question_id": 2, "user_prompt": "### Question\nName a fish.\n### Potential Answer\n"},
        {**judged, "question_id": 3, "user_prompt": marked},
        {**judged, "question_id": 3, "turn": 2, "user_prompt": talk},
        {**judged, "question_id": 4, "user_prompt": "…"},
    ]
    records = read(lines(tmp_path / "a.jsonl", rows), "sorry-bench-judgments")
    assert [text for _, text in texts(records)] == ["The owl.", "", "Hello", "A bot."]
    assert replies(records)[0].kept["judgment"] == "1"
    assert "1 row has no request and response in the judge's prompt" in told(records)


def test_an_empty_prompt_of_garaks_is_told_and_no_bad_row(tmp_path: Path) -> None:
    attempt = {"entry_type": "attempt", "status": 2, "probe_classname": "test.Blank", "detector_results": {}}
    rows = [
        {**attempt, "uuid": "a", "prompt": "", "outputs": ["The", "In the"]},
        {**attempt, "uuid": "b", "prompt": "Hi?", "outputs": ["No."]},
    ]
    records = read(lines(tmp_path / "a.report.jsonl", rows), "garak")
    assert not bad_rows(records)
    assert [text for _, text in texts(records)] == ["No."]
    assert "2 outputs answer an empty prompt" in told(records)


def test_chats_among_preference_pairs_are_read_too(tmp_path: Path) -> None:
    user, reply = {"role": "user", "content": "Hi?"}, {"role": "assistant", "content": "No."}
    other = {"role": "user", "content": "How?"}
    rows: list[dict[str, object]] = [
        {"messages": [user, reply]},
        {
            "input": {"messages": [other]},
            "preferred_output": [reply],
            "non_preferred_output": [{**reply, "content": "So."}],
        },
    ]
    records = read(lines(tmp_path / "a.jsonl", rows), "preference-pairs")
    assert sorted(text for _, text in texts(records)) == ["No.", "No.", "So."]
    assert len([each for each in records if isinstance(each, RunRecord)]) == 3


def test_messages_that_say_who_wrote_them_and_when_are_read(tmp_path: Path) -> None:
    user = {"role": "user", "content": "Hi?", "language": "English", "turn_identifier": 5, "toxic": True}
    said = {"role": "assistant", "content": "", "language": "English", "turn_identifier": 6}
    records = read(lines(tmp_path / "a.jsonl", [{"conversation": [user, said], "model": "m"}]), "json")
    assert not bad_rows(records)
    assert texts(records) == [(ResponseState.EMPTY, "")]


def test_a_column_that_tells_of_a_response_is_none(tmp_path: Path) -> None:
    row = {
        **{"prompt": "Hi?", "response_0": "No.", "response_1": "So.", "response_0_source": "Alpaca"},
        **{"response_1_source": "Llama", "response_0_sha256": "ab12", "response_0_severity_level": "low"},
    }
    records = read(lines(tmp_path / "a.jsonl", [row]), "json")
    assert sorted(text for _, text in texts(records)) == ["No.", "So."]


def test_two_heading_rows_and_merged_requests_of_a_sheet(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.create_sheet("S", 0)
    rows: list[list[object]] = [
        ["Ratings of March"],
        ["Nr", "Prompt", "Llama 3", None, "Gemma", None],
        [None, None, "Response", "Rater A", "Response", "Rater A"],
        [1, "Hi?", "No.", 4, "So.", 5],
        [2, "How?", "Thus.", 3, "Never.", 1],
        [None, None, "Anyhow.", 3, "Always.", 1],
    ]
    for row in rows:
        sheet.append(row)
    for merged in ("A1:F1", "A2:A3", "B2:B3", "C2:D2", "E2:F2", "A5:A6", "B5:B6"):
        sheet.merge_cells(merged)
    book.save(tmp_path / "a.xlsx")
    records = read(tmp_path / "a.xlsx", "xlsx")
    assert [case.request for case in cases_in(records)] == ["Hi?", "How?"]
    assert not bad_rows(records)
    assert sorted((each.run, each.response.repeat, each.response.text) for each in replies(records)) == [
        ("Gemma", 1, "Never."), ("Gemma", 1, "So."), ("Gemma", 2, "Always."),
        ("Llama 3", 1, "No."), ("Llama 3", 1, "Thus."), ("Llama 3", 2, "Anyhow."),
    ]  # fmt: skip
    assert "The two heading rows were read as one" in told(records)


def test_a_row_for_each_judge_is_one_response(tmp_path: Path) -> None:
    row = {"forbidden_prompt": "F?", "jailbroken_prompt": "J?", "response": "No.", "model": "m", "score": "0"}
    rows = [{**row, "evaluator": "a"}, {**row, "evaluator": "b"}]
    assert len(replies(read(lines(tmp_path / "a.jsonl", rows), "strongreject-jailbroken"))) == 1


def test_a_models_answer_beside_a_sets_own_reference_is_the_response(tmp_path: Path) -> None:
    row = {
        "id": "1",
        "category": "c",
        "subcategory": "s",
        "prompt": "Hi?",
        "response": "Own.",
        "model_output": "Said.",
        "model": "m",
    }
    assert [text for _, text in texts(read(lines(tmp_path / "a.jsonl", [row]), "coconot"))] == ["Said."]


def test_falserejects_answers_are_read_where_the_category_is_named_too(tmp_path: Path) -> None:
    row = {"category": 1, "category_text": "c", "prompt": "Hi?", "instruct_response": "A.", "cot_response": "B."}
    assert len(replies(read(lines(tmp_path / "a.jsonl", [row]), "falsereject-train"))) == 2
