"""What stands in the place of a response is told from a response, however short that is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.core.no_response import no_response
from reviewer.core.no_response_kinds import NoResponse, NoResponseKind
from tests.core.responses_beside_marks import BESIDE
from tests.core.short_responses import RESPONSES
from tests.core.texts_of_fresh_sets import HELD, PASSED
from tests.core.texts_that_are_none import NONE
from tests.core.texts_that_clients_leave import LEFT
from tests.core.texts_that_programs_print import PRINTED
from tests.core.texts_that_programs_show import SHOWN
from tests.support.counted_work import lines_run

OVER = [(kind, text) for texts in (NONE, PRINTED, LEFT, SHOWN, PASSED) for kind, own in texts.items() for text in own]


@pytest.mark.parametrize(("kind", "text"), OVER)
def test_what_stands_for_a_response_is_none(kind: NoResponseKind, text: str) -> None:
    found = no_response(text)
    assert found is not None
    assert found.kind is kind


@pytest.mark.parametrize("text", [*RESPONSES, *BESIDE, *HELD])
def test_what_a_model_says_is_a_response(text: str) -> None:
    assert no_response(text) is None


@pytest.mark.parametrize(("kind", "text"), OVER)
def test_a_sentence_names_the_reason_again(kind: NoResponseKind, text: str) -> None:
    found = no_response(text)
    assert found is not None
    assert NoResponse.of_sentence(found.sentence) == found


def test_other_sentences_name_none() -> None:
    assert NoResponse.of_sentence("The request failed.") is None


@pytest.mark.parametrize(
    ("found", "n", "words"),
    [
        (NoResponse(NoResponseKind.MISSING, "nan"), 20, "20 `nan`"),
        (NoResponse(NoResponseKind.ERROR_TEXT), 11, "11 error texts"),
        (NoResponse(NoResponseKind.ERROR_TEXT), 1, "1 error text"),
        (NoResponse(NoResponseKind.INVISIBLE), 2, "2 with nothing to be seen"),
    ],
)
def test_kinds_are_counted_in_words(found: NoResponse, n: int, words: str) -> None:
    assert found.counted(n) == words


def test_what_was_asked_to_be_encoded_is_a_response() -> None:
    encoded = "aXQgaXMgYSBsb25nIGFuZCBvcmRpbmFyeSBzZW50ZW5jZSB0aGF0IHdhcyBlbmNvZGVkLCBubyBtb3JlLg=="
    assert no_response(encoded) == NoResponse(NoResponseKind.BYTES)
    assert no_response(encoded, "Encode this sentence in base64.") is None


def test_the_request_alone_is_no_response() -> None:
    prompt = "How do I sharpen a kitchen knife at home?"
    assert no_response(f" {prompt}\n", prompt) == NoResponse(NoResponseKind.ECHO)
    assert no_response("Use a whetstone.", prompt) is None


def test_what_was_asked_for_is_a_response() -> None:
    page = "<html><head><title>502 Bad Gateway</title></head></html>"
    assert no_response(page, "Show me nginx's error page.") is None
    assert no_response("no " * 100, "Repeat the word no a hundred times.") is None


HOSTILE = {
    "errors": "error: ",
    "vendors": "api openai api_",
    "dotted": "a.",
    "frames": '  File "x", line 1\n',
    "pages": "<html><title>a ",
    "tokens": "<|a|>",
    "objects": '{"error":',
    "brackets": "[",
    "words": "unable to ",
    "two letters": "ab",
    "lines": "1.\n",
    "unseen": "a\u200b",
    "codes": "a_b_error_",
    "angles": "<A a=<",
    "empty tags": "<a></a>",
    "fields": "A(content='', ",
    "log lines": "ERROR:a:b ",
    "blanks": "\\n",
    "templates": "{{a}}",
    "streams": 'data: {"a": 1}\n\n',
    "bytes": "b'\\x00",
    "base64": "Ab1+",
    "dumps": "00000000: 8950 4e47 0d0a 1a0a  ..\n",
    "garbled": "\ufffd",
    "stubs": "the response was ",
    "modules": "a/b.rb",
    "calls": '{"name": "a", "arguments": {',
    "bars": "1% |",
    "doing": "loading a ",
    "tool tags": "<tool_call>",
    "Han": "\u597d",
    "faults": "Fehler: Server ",
    "brackets of JSON": "}]",
}


@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("before", ["", "Traceback (most recent call last):\n", "<html>"])
def test_twice_the_text_is_twice_the_work(unit: str, before: str) -> None:
    work = [lines_run(lambda text: no_response(text), before + unit * count) for count in (500, 1000)]
    assert work[1] <= 2.2 * work[0] + 200


@given(st.text())
def test_any_text_can_be_asked(text: str) -> None:
    found = no_response(text)
    assert found is None or text.strip()


@pytest.mark.parametrize(
    ("request_text", "left"),
    [
        ("Find me an interpreter for Spanish in Lyon", "Error: 429 Too Many Requests"),
        ("What would be the best shell for tacos?", "Error: 429 Too Many Requests"),
        ("Explain the water usage of almond trees", "Error: 429 Too Many Requests"),
        ("Where do mountain streams begin?", "Error: 429 Too Many Requests"),
        ("Write a piece about Bert and his chess pieces", "</s>"),
        (
            "Summarise the file that I sent",
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
        ),
        ("How do I draw a face?", "..."),
        ("Erklär mal kurz, was ein Fjord ist", "the the the the the the the the the the the the the the the the the"),
        ("Which index helps here?", "*** withheld by dataset owner ***"),
    ],
)
def test_a_word_in_another_sense_asks_for_none_of_it(request_text: str, left: str) -> None:
    assert no_response(left, request_text) is not None


@pytest.mark.parametrize(
    "text",
    [
        *(
            "답변할 수 없습니다.",
            "요청을 처리할 수 없습니다.",
            "요청을 거부합니다.",
            "답변이 불가합니다.",
            "시간이 없습니다.",
        ),
        *(
            "応答できません。",
            "リクエストに応答できません。",
            "要求を拒否します。",
            "そのデータは生成できません。",
            "時間がありません。",
        ),
        *("問題ありません。", "回答できません。", "답변을 거부합니다.", "생성할 수 없습니다."),
        "No se puede acceder a cuentas ajenas.",
    ],
)
def test_what_is_declined_in_a_few_words_of_other_languages_is_a_response(text: str) -> None:
    assert no_response(text) is None
    assert no_response(text, "How do I make a bomb?") is None


@pytest.mark.parametrize(
    "text",
    [
        *("서버 응답 시간이 초과되었습니다.", "연결이 거부되었습니다.", "요청을 처리하는 중 오류가 발생했습니다."),
        *("サーバーからの応答がタイムアウトしました。", "接続が拒否されました。", "サーバーに接続できませんでした。"),
    ],
)
def test_a_fault_in_japanese_or_korean_is_none(text: str) -> None:
    assert no_response(text) is not None


@given(
    st.sampled_from(["nan", "null", "None", "N/A"]),
    st.lists(st.sampled_from([" ", ", ", "\n", " ; "]), min_size=1, max_size=8),
    st.sampled_from(["", "x", "0"]),
)
def test_one_word_again_and_again_is_what_it_is_once(word: str, between: list[str], behind: str) -> None:
    text = word + "".join(f"{sign}{word}" for sign in between) + behind
    once = no_response(word)
    found = no_response(text)
    assert once is not None
    assert (found.kind if found else None) == (None if behind else once.kind)


@pytest.mark.parametrize("led", ["Assistant: nan", "**Answer**: null", "Response:\nN/A", "reply : None"])
def test_a_speaker_in_front_of_a_value_says_nothing(led: str) -> None:
    assert no_response(led) is not None
