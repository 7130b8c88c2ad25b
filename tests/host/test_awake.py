"""A run asks the system to stay awake while it goes, and goes all the same where it cannot be asked."""

from __future__ import annotations

import logging

import pytest

from reviewer.host.awake import kept_awake

SAID = "The system cannot be asked to stay awake while the run goes."


def test_where_the_system_cannot_be_asked_the_log_says_so_and_the_run_goes_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("WAKEPY_FORCE_FAILURE", "yes")
    gone_on = False
    with caplog.at_level(logging.INFO), kept_awake():
        gone_on = True
    assert gone_on
    assert SAID in caplog.messages


def test_where_it_can_nothing_is_said(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setenv("WAKEPY_FAKE_SUCCESS", "yes")
    with caplog.at_level(logging.INFO), kept_awake():
        pass
    assert SAID not in caplog.messages
