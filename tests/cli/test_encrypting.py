"""`encrypt`, `decrypt` and `passphrase change`; the passphrase comes from anywhere but the command line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from reviewer.host.passphrases import strength
from reviewer.store.encrypting import is_encrypted, lock
from tests.support.commands import Commands, counts
from tests.support.encrypted import PASSPHRASE

OTHER = "violet harbour counting spoons"


@pytest.fixture
def sealed(filled: Commands, monkeypatch: pytest.MonkeyPatch) -> Iterator[Commands]:
    monkeypatch.setenv("REVIEWER_PASSPHRASE", PASSPHRASE)
    filled.done("encrypt")
    lock(filled.workspace)
    yield filled
    lock(filled.workspace)


def test_there_and_back(filled: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    before = counts(filled.workspace)
    monkeypatch.setenv("REVIEWER_PASSPHRASE", PASSPHRASE)
    document = filled.done("encrypt", "--json").document
    assert document.keys() == {"workspace", "recovery_code", "plain_copies"}
    assert is_encrypted(filled.workspace)
    for secret in (PASSPHRASE, str(document["recovery_code"])):
        lock(filled.workspace)
        monkeypatch.setenv("REVIEWER_PASSPHRASE", secret)
        assert "v1" in filled.done("runs").out
    filled.done("decrypt")
    assert counts(filled.workspace) == before


@pytest.mark.parametrize("command", [("runs",), ("doctor",), ("backup",), ("decrypt",), ("passphrase", "change")])
def test_without_the_right_passphrase_a_command_says_so(
    sealed: Commands, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = sealed.workspace.read_bytes()
    monkeypatch.setenv("REVIEWER_PASSPHRASE", "not the one")
    said = sealed(*command).refused()
    assert "does not open" in said
    assert "not the one" not in said
    monkeypatch.delenv("REVIEWER_PASSPHRASE")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    assert "REVIEWER_PASSPHRASE" in sealed(*command).refused()
    assert sealed.workspace.read_bytes() == before


def test_a_changed_passphrase(sealed: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REVIEWER_NEW_PASSPHRASE", OTHER)
    assert "Recovery code" in sealed.done("passphrase", "change").out
    lock(sealed.workspace)
    sealed("runs").refused()
    monkeypatch.setenv("REVIEWER_PASSPHRASE", OTHER)
    sealed.done("runs")


def test_plain_backups_beside_are_named(filled: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REVIEWER_PASSPHRASE", PASSPHRASE)
    copy = str(filled.done("backup", "--json").document["file"])
    assert copy in filled.done("encrypt").out


def test_encrypted_backups_are_restored(sealed: Commands, tmp_path: Path) -> None:
    backup = tmp_path / "kept.sqlite"
    sealed.done("backup", "--out", backup)
    sealed.done("decrypt")
    lock(backup)
    sealed.done("restore", backup, "--yes")
    assert is_encrypted(sealed.workspace)
    assert "v1" in sealed.done("runs").out


@pytest.mark.parametrize(
    "weak", ["short", "password", "Password2026", "aaaaaaaaaaaaaaaaaaaaaa", "qwerty123456", "sunshine"]
)
def test_a_weak_passphrase_is_refused(filled: Commands, weak: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REVIEWER_PASSPHRASE", weak)
    said = filled("encrypt").refused()
    assert "too weak" in said
    assert not is_encrypted(filled.workspace)


def test_what_is_longer_and_stranger_is_stronger() -> None:
    weakest_first = ["password1", "sunshine rain", "umbrella gravel lantern", PASSPHRASE + " k7#Qz!pW2x"]
    bits = [strength(each).bits for each in weakest_first]
    assert bits == sorted(bits)
    assert strength("k7#Qz!pW2xL9").word != "weak"
    assert strength(PASSPHRASE).word != "weak"
