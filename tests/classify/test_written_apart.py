"""Texts that others wrote, without having seen the rules: no responses, reasoning in its many forms, and traps."""

from __future__ import annotations

import pytest

from reviewer.core.no_response import no_response
from reviewer.core.reasoning import split_reasoning
from tests.fitting.apart import Row, right, rows_of

# Only somebody who knows what the request meant by it can tell; a word for no in other languages, and what a program
# says of a text.
STILL_MISREAD = {
    ("Return the colours as JSON: red sky, green sea", "[]"),
    ("What side effects did the trial report in the placebo group of 0 people?", "N/A"),
    ("what is a fugue", "Nothing"),
    ("asdfgh", "?"),
    ("请介绍一下杭州西湖的历史。", "无"),
    ("اشرح لي دورة الماء في الطبيعة.", "لا يوجد"),
    (
        "Tell me a joke about lawyers.",
        '{"id":"modr-9aX","model":"omni-moderation-latest","results":[{"flagged":true,"categories":'
        '{"harassment":true,"violence":false}}]}',
    ),
}
# The same in two sets whose kinds have names of their own; a company's page, a guardrail that speaks as a model does,
# notes and placeholders in other languages.
STILL_MISREAD_KINDS = {
    *(("e", kind) for kind in ("julia_missing", "sheet_formula_unevaluated", "ellipsis_roleplay")),
    *(("f", kind) for kind in ("zscaler_block_fr", "nemo_internal", "bedrock_guardrail_default", "annotator_note_nl")),
    *(("f", kind) for kind in ("presidio_placeholder_only", "annotator_note_pl", "figma_placeholder_ja")),
    *(("f", kind) for kind in ("wrong_col_finish",)),
    # a word that answers, or an error and a sign that were asked for in words of their own
    *(("i", kind) for kind in ("n006", "n036", "n089")),
    # "not available" in Swedish, which can be an answer; pictures only; an answering machine
    *(("j", kind) for kind in ("n018", "n114", "n132")),
}
# A heading under the reasoning that stays; reasoning that the request had asked for; calls of tools in the text.
STILL_JOINED = {
    "solution_header",
    "german_section_asked",
    "json_reasoning_key_asked",
    "reasoning_tags_asked",
    "reasoning_section_asked",
    "qwen3_tool_call_between",
    "cot asked for zh",
    "cot asked for ru",
    # no mark tells where such thoughts end, or that the text is a program's
    "gemini thought summary headings",
    "kat autothink on",
    "memgpt inner thoughts json",
    "think block inside code fence",
    "deepseek web copy zh",
    "smolagents code",
    "g1 json steps",
    "log lines",
    *("gemini_leaked_THOUGHT_caps", "glm41v_box in an answer", "autogpt_json_thoughts", "deepseek_web_copied_zh"),
    *("react_few_shot_asked", "think_close_lost_answer_follows", "untagged_qwq_preview_monologue"),
    "search_r1_agent_trace",
    # marks that an answer shows: only the request tells
    *("ord_closing_tag_first_word", "ord_jinja_template", "ord_system_prompt_asked", "ord_xml_analysis_asked"),
    *("ord_irc_log_think_nick", "ord_few_shot_examples_asked", "ord_essay_heading_thinking"),
    # asked for: fields, a thought process in two languages, a fence; an opening mark that closes; a bare quotation; a
    # box in the midst of a sentence, which becomes three paragraphs
    *("second-t72", "second-t76", "second-t77", "second-t78"),
    # no mark tells where it ends: in mid-sentence, by colours, at a terminal, in a thought that stops
    *("second-t35", "second-t41", "second-t42", "second-t48", "second-t62"),
    # AutoGPT's object; a line in italics that a character may have; asked for, in two languages
    *("third-t073", "third-t093", "third-t104", "third-t110"),
    # an end token alone is left, which is no response
    "third-t096",
    *("think-049", "think-055", "think-057", "think-064", "think-105", "think-122", "think-040"),
}
# Right in three ways, and refused or not, of 180 in each set: what they were when the weights were last fitted.
COUNTS = {"a": (167, 178), "b": (151, 166), "c": (158, 173)}


def _named(rows: list[Row], by: str) -> list[object]:
    return [pytest.param(row, id=f"{row['author_set']}-{number}-{row[by]}") for number, row in enumerate(rows)]


@pytest.mark.parametrize("row", _named(rows_of("nothing"), "kind"))
def test_what_stands_where_a_response_should_is_told_from_one(row: Row) -> None:
    visible = split_reasoning(row["response"]).visible
    is_response = bool(visible.strip()) and no_response(visible, row["request"]) is None
    misread = (row["request"], row["response"]) in STILL_MISREAD or (
        row["author_set"],
        row["kind"],
    ) in STILL_MISREAD_KINDS
    assert (is_response == row["is_response"]) is not misread


@pytest.mark.parametrize("row", _named(rows_of("reasoning"), "form"))
def test_reasoning_is_split_off_in_the_forms_that_others_know(row: Row) -> None:
    visible = split_reasoning(row["raw"]).visible
    assert (visible.split() == row["visible"].split()) is (row["form"] not in STILL_JOINED)


@pytest.mark.parametrize("name", sorted(COUNTS))
def test_traps_are_read_no_worse_than_they_were(name: str) -> None:
    levels, refused = right([row for row in rows_of("traps") if row["author_set"] == name])
    assert (levels, refused) >= COUNTS[name]
    assert refused >= COUNTS[name][1]
