"""Every form in which servers say how long to wait."""

from __future__ import annotations

import json
from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.endpoints.said import ServerSaid
from reviewer.endpoints.waits import LONGEST_S, MOST_UNASKED_S, wait_asked_for, wait_in_words_s

NOW_S = 1_764_000_000.0


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "2s"}, 2.0),
        ({"retry-after": "1m30s"}, 90.0),
        ({"retry-after": "500ms"}, 0.5),
        ({"retry-after": "2 seconds"}, 2.0),
        ({"retry-after": "1h"}, 3600.0),
        ({"retry-after": "00:01:30"}, 90.0),
        ({"retry-after": "00:00:02.5000000"}, 2.5),
        ({"retry-after-ms": "1500"}, 1.5),
        ({"x-ms-retry-after-ms": "250"}, 0.25),
        ({"retry-after-ms": "nonsense", "retry-after": "3"}, 3.0),
        ({"retry-after": formatdate(NOW_S + 30, usegmt=True)}, 30.0),
        ({"retry-after": "2025-11-24T16:00:30Z"}, 30.0),
        ({"retry-after": str(int(NOW_S) + 20)}, 20.0),
        ({"x-ratelimit-reset-requests": "12s"}, 12.0),
        ({"x-ratelimit-reset-tokens": "6m0s"}, 360.0),
        ({"x-ratelimit-reset-requests": "12s", "x-ratelimit-reset-tokens": "1m0s"}, 60.0),
        (
            {
                "x-ratelimit-reset-requests": "12s",
                "x-ratelimit-remaining-requests": "0",
                "x-ratelimit-reset-tokens": "6m",
                "x-ratelimit-remaining-tokens": "900",
            },
            12.0,
        ),
        ({"x-ratelimit-reset": str(int(NOW_S) + 15)}, 15.0),
        ({"x-ratelimit-reset": str((int(NOW_S) + 15) * 1000)}, 15.0),
        ({"x-ratelimit-reset": "15"}, 15.0),
        ({"ratelimit-reset": "15"}, 15.0),
        ({"anthropic-ratelimit-requests-reset": "2025-11-24T16:00:09Z"}, 9.0),
        ({"retry-after": "3", "x-ratelimit-reset-requests": "90s"}, 3.0),
        ({"retry-after": "PT45S"}, 45.0),
        ({"retry-after": "P0DT0H2M1.5S"}, 121.5),
        ({"ratelimit": '"default";r=0;t=28'}, 28.0),
        ({"ratelimit": "limit=10, remaining=0, reset=28"}, 28.0),
        ({"retry-after": "P"}, 0.0),
        ({"retry-after": "1e400"}, None),
        ({"retry-after": "9" * 40}, None),
        ({"retry-after": ""}, None),
        ({"x-ratelimit-reset": "soon"}, None),
        ({"x-ratelimit-reset": "86400"}, None),
    ],
)
def test_headers(headers: dict[str, str], seconds: float | None) -> None:
    assert wait_asked_for(headers, None, "", NOW_S) == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        ("Please retry in 12s.", 12.0),
        ("Please try again in 1m2.5s.", 62.5),
        ("Rate limit reached. Try again after 20 seconds", 20.0),
        ("please wait 3 minutes before the next request", 180.0),
        ("Please try again in 350ms. Visit the docs.", 0.35),
        ("Please retry after 5 seconds, or raise your quota", 5.0),
        ("Limit resets in 5 minutes and 3 seconds", 303.0),
        ("Requests will be available again in 2 min", 120.0),
        ("retry_after: 7", 7.0),
        ("请在 8 秒后重试", 8.0),
        ("8秒后重试", 8.0),
        ("10秒後に再試行してください", 10.0),
        ("10초 후에 다시 시도하세요.", 10.0),
        ("Bitte versuchen Sie es in 15 Sekunden erneut.", 15.0),
        ("Warten Sie 2 Minuten und versuchen Sie es erneut.", 120.0),
        ("Veuillez réessayer dans 10 secondes.", 10.0),
        ("Por favor, inténtelo de nuevo en 10 segundos.", 10.0),
        ("Tente novamente em 10 segundos.", 10.0),
        ("Riprova tra 10 secondi.", 10.0),
        ("Повторите попытку через 2 минуты.", 120.0),
        ("Limit: 100 requests in 60 seconds exceeded", None),
        ("try again in 99999999 seconds", None),
        ("You have 20 seconds of audio", None),
        ("limit of 12s", None),
        ("Slow down", None),
        ("You can make another request in 9 seconds.", 9.0),
        ("Rate limit exceeded, next request allowed in 14s", 14.0),
        ("Requests are limited. Retry in one minute.", 60.0),
        ("Come back in 30 seconds", 30.0),
        ("cooldown: 22 seconds", 22.0),
        ("Try again in PT1M20S", 80.0),
        ("Bitte 15 Sekunden warten.", 15.0),
        ("Espere 25 segundos.", 25.0),
        ("Probeer het over 16 seconden opnieuw.", 16.0),
        ("Spróbuj ponownie za 23 sekundy.", 23.0),
        ("Lütfen 13 saniye sonra tekrar deneyin.", 13.0),
        ("Vui lòng thử lại sau 10 giây.", 10.0),
        ("Coba lagi dalam 2 menit.", 120.0),
        ("حاول مرة أخرى بعد 10 ثوان.", 10.0),
        ("10 सेकंड बाद पुनः प्रयास करें।", 10.0),
        ("请稍等 10 秒", 10.0),
        ("請於 2 小時後重試", None),
        ("The answer took 1 minute", None),
        ("The offer ended at 2020-01-01T00:00:00Z", None),
    ],
)
def test_words(words: str, seconds: float | None) -> None:
    assert wait_in_words_s(words) == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("error", "seconds"),
    [
        ({"details": [{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "3s"}]}, 3.0),
        ({"details": [{"retryDelay": "3.25s"}]}, 3.25),
        ({"details": [{"retryDelay": {"seconds": 3, "nanos": 500_000_000}}]}, 3.5),
        ({"retry_after": 4}, 4.0),
        ({"retry_after_ms": 400}, 0.4),
        ({"metadata": {"retryAfter": "6"}}, 6.0),
        ({"reset_in_seconds": 29}, 29.0),
        ({"wait_time": "29s"}, 29.0),
        ({"reset_at": "9999-01-01T00:00:00Z"}, None),
        ({"retry_after": True}, None),
        ({"retry_after": "later"}, None),
        ({"retry_after": {"seconds": "x"}}, None),
    ],
)
def test_fields_of_the_body(error: dict[str, object], seconds: float | None) -> None:
    said = ServerSaid.read(json.dumps({"error": {"message": "Quota exceeded", **error}}).encode())
    assert wait_asked_for({}, said.wait_s, said.words, NOW_S) == pytest.approx(seconds)


def test_a_page_says_under_its_title_how_long() -> None:
    page = (
        b"<html><head><title>429 Too Many Requests</title></head><body><p>Please try again in 35 s.</p></body></html>"
    )
    said = ServerSaid.read(page)
    assert said.page
    assert said.wait_s == 35.0


def test_of_several_the_longest_that_is_asked_for_outright_is_kept() -> None:
    headers = {"retry-after": "1", "x-ratelimit-reset-requests": "90s"}
    assert wait_asked_for(headers, 3.0, "try again in 12s", NOW_S) == 12.0


@given(st.text(max_size=60), st.sampled_from(["retry-after", "retry-after-ms", "x-ratelimit-reset-tokens"]))
def test_any_text_is_a_wait_that_can_be_or_none(value: str, name: str) -> None:
    seconds = wait_asked_for({name: value}, None, value, NOW_S)
    assert seconds is None or 0.0 <= seconds <= LONGEST_S
    in_words = wait_in_words_s(f"retry in {value}")
    assert in_words is None or 0.0 <= in_words <= MOST_UNASKED_S
