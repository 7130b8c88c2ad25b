"""What a run says of itself on standard error."""

from __future__ import annotations

from dataclasses import replace

from reviewer.cli.output import progress_text
from reviewer.core.responses import ResponseState
from reviewer.runner.progress import Progress

GOING = Progress(
    done=20,
    total=60,
    states={ResponseState.OK: 20},
    rate_per_s=2.0,
    seconds_left=20.0,
    in_flight=4,
    retries=3,
    errors=(),
    elapsed_s=10.0,
    last_retry="It answered 503.",
)


def test_a_run_that_goes_on_says_how_fast_and_how_long() -> None:
    assert progress_text(GOING) == "20 of 60 · 2.0/s · 20 s left · ok 20 · 4 in flight · 3 retries (It answered 503.)"
    assert progress_text(replace(GOING, last_retry="")).endswith("4 in flight · 3 retries")


def test_a_run_that_waits_says_what_for_and_no_rate() -> None:
    waiting = replace(GOING, waits_for="There is no connection.", in_flight=0)
    assert progress_text(waiting) == "20 of 60 · There is no connection. · ok 20 · 3 retries"
