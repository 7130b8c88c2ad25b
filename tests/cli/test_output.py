"""What a run says of itself on standard error."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reviewer.cli.output import progress_text
from reviewer.core.responses import ResponseState
from reviewer.runner.progress import Progress
from tests.support.commands import Commands

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


def test_a_fault_of_the_program_is_no_answer_and_quotes_nothing(
    reviewer: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_path: object, **_options: object) -> None:
        raise ValueError("a note about a case")

    monkeypatch.setattr("reviewer.app.bundle_opening.open_or_read", fails)
    outcome = reviewer("runs")
    assert outcome.status not in (0, 1)
    assert "in fails" in outcome.err
    assert "a fault of Reviewer itself" in outcome.err
    assert "note about" not in outcome.err
