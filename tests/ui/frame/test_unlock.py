"""An encrypted workspace in the window: asked for, refused with a sentence, opened."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviewer.store.encrypting import encrypt, is_locked, lock
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.frame.unlock import PassphraseDialog
from reviewer.ui.kit.session import Session
from tests.support.builders import filled_workspace
from tests.support.encrypted import PASSPHRASE
from tests.ui.conftest import Settle


@pytest.fixture
def sealed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A locked workspace whose passphrase is in no keyring."""
    monkeypatch.setattr("reviewer.host.passphrases._from_keyring", lambda _path: None)
    monkeypatch.delenv("REVIEWER_PASSPHRASE", raising=False)
    path = tmp_path / "sealed.sqlite"
    filled_workspace(path).workspace.close()
    encrypt(path, PASSPHRASE)
    lock(path)
    return path


def asked(window: MainWindow, session: Session, settle: Settle, path: Path) -> PassphraseDialog:
    session.open(path, create=False)
    settle(session)
    dialog = window.unlocking.dialog
    assert dialog is not None
    assert dialog.isVisible()
    return dialog


def test_the_passphrase_is_asked_for_until_it_fits(
    window: MainWindow, session: Session, settle: Settle, sealed: Path
) -> None:
    dialog = asked(window, session, settle, sealed)
    assert not dialog.unlock.isEnabled()
    dialog.passphrase.setText("not the one")
    dialog.unlock.click()
    settle(session)
    assert "does not open" in dialog.told.text()
    assert session.path != sealed
    dialog.passphrase.setText(PASSPHRASE)
    dialog.unlock.click()
    settle(session)
    assert session.path == sealed
    assert window.unlocking.dialog is None


def test_who_cancels_keeps_what_was_open(
    window: MainWindow, session: Session, settle: Settle, sealed: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.sqlite"
    filled_workspace(other).workspace.close()
    session.open(other, create=False)
    settle(session)
    asked(window, session, settle, sealed).reject()
    settle(session)
    assert session.path == other
    assert is_locked(sealed)


def test_the_environment_is_not_asked_about(
    window: MainWindow, session: Session, settle: Settle, sealed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REVIEWER_PASSPHRASE", PASSPHRASE)
    session.open(sealed, create=False)
    settle(session)
    assert session.path == sealed
    assert window.unlocking.dialog is None
