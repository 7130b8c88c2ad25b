"""Encrypted workspaces: the right secret opens them, anything else gets a sentence, and no byte is written for it."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from reviewer.core.errors import EnvironmentFault, InputError, KnownError
from reviewer.store import encrypting
from reviewer.store.database import open_workspace
from reviewer.store.dialects import converting
from reviewer.store.encrypting import change_passphrase, decrypt, encrypt, is_encrypted, is_locked, lock, unlock
from reviewer.store.restoring import restore_workspace
from tests.architecture.checkout import ROOT
from tests.store.test_restoring import made, said_by
from tests.support.encrypted import PASSPHRASE

OTHER = "violet harbour counting spoons"


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def rows_of(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return sorted(connection.iterdump())


@pytest.fixture(scope="module")
def plain_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("plain") / "w.db", "kept")


@pytest.fixture(scope="module")
def sealed_file(plain_file: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """An encrypted workspace and its recovery code."""
    path = tmp_path_factory.mktemp("sealed") / "w.db"
    shutil.copy(plain_file, path)
    code = encrypt(path, PASSPHRASE)
    fresh = path.read_bytes()
    assert said_by(path) == "kept"
    assert path.read_bytes() == fresh  # to be opened it is not written to, so a damaged one is not either
    return path, code


@pytest.fixture
def plain(plain_file: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(plain_file, tmp_path / "w.db"))


@pytest.fixture
def sealed(sealed_file: tuple[Path, str], tmp_path: Path) -> Iterator[Path]:
    path = Path(shutil.copy(sealed_file[0], tmp_path / "w.db"))
    unlock(path, sealed_file[1])
    yield path
    unlock(sealed_file[0], sealed_file[1])


def test_there_and_back_again_every_row_is_the_same(plain: Path, tmp_path: Path) -> None:
    before = rows_of(plain)
    encrypt(plain, PASSPHRASE)
    assert is_encrypted(plain)
    assert said_by(plain) == "kept"
    decrypt(plain)
    assert rows_of(plain) == before
    assert [path.name for path in tmp_path.iterdir()] == ["w.db"]


def test_a_locked_file_opens_with_its_passphrase_and_with_its_code_only(
    sealed: Path, sealed_file: tuple[Path, str]
) -> None:
    for secret in (PASSPHRASE, sealed_file[1], sealed_file[1].lower().replace("-", " ")):
        lock(sealed)
        with pytest.raises(encrypting.SealedError, match="is encrypted"):
            open_workspace(sealed)
        unlock(sealed, secret)
        assert said_by(sealed) == "kept"


@pytest.mark.parametrize(
    "secret", ["", "not the one", PASSPHRASE.upper(), PASSPHRASE + " ", "\udc80", "2" * 52, "Z" * 52]
)
def test_a_wrong_secret_gets_a_sentence_and_writes_nothing(sealed: Path, secret: str) -> None:
    lock(sealed)
    before = contents(sealed.parent)
    with pytest.raises(encrypting.SealedError, match="does not open") as refused:
        unlock(sealed, secret)
    assert not secret.strip() or secret not in str(refused.value)
    assert is_locked(sealed)
    assert contents(sealed.parent) == before


def cut(n_bytes: int) -> Callable[[bytes], bytes]:
    return lambda held: held[:n_bytes]


def flipped(place: int) -> Callable[[bytes], bytes]:
    return lambda held: held[:place] + bytes([held[place] ^ 1]) + held[place + 1 :]


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "cut in the first bytes": cut(9),
    "only its first bytes": cut(16),
    "half a page": cut(2000),
    "one page": cut(4096),
    "another way to make keys": flipped(4),
    "another salt": flipped(7),
    "another check": flipped(15),
    "a bit of the first page": flipped(99),
    "a bit of the second page": flipped(4096 + 700),
    "zeros behind the start": lambda held: held[:16] + bytes(len(held) - 16),
}


def trouble_with(path: Path) -> str:
    """What a person is told who opens the file with its passphrase and has it checked; raises what is no sentence."""
    try:
        unlock(path, PASSPHRASE)
        with closing(open_workspace(path, create=False)) as workspace:
            return " ".join(workspace.problems())
    except KnownError as told:
        return str(told)


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_gets_a_sentence_and_is_not_written_to(sealed: Path, damage: str) -> None:
    lock(sealed)
    sealed.write_bytes(DAMAGES[damage](sealed.read_bytes()))
    before = contents(sealed.parent)
    assert trouble_with(sealed)
    assert contents(sealed.parent) == before


def test_every_page_is_sealed_against_change(sealed: Path) -> None:
    whole = sealed.read_bytes()
    with closing(open_workspace(sealed)) as workspace:
        for page in range(1, len(whole) // 4096, 7):
            sealed.write_bytes(flipped(page * 4096 + 50)(whole))
            assert workspace.problems(), page
        sealed.write_bytes(whole)
        assert workspace.problems() == []


def test_a_new_passphrase_makes_the_earlier_one_and_its_code_useless(
    sealed: Path, sealed_file: tuple[Path, str]
) -> None:
    code = change_passphrase(sealed, OTHER)
    lock(sealed)
    for former in (PASSPHRASE, sealed_file[1]):
        with pytest.raises(encrypting.SealedError):
            unlock(sealed, former)
    unlock(sealed, code)
    assert said_by(sealed) == "kept"


def test_a_backup_is_encrypted_and_opens_with_the_same_secret(sealed: Path, tmp_path: Path) -> None:
    backup = tmp_path / "b.db"
    with closing(open_workspace(sealed)) as workspace:
        workspace.backup(backup)
    lock(sealed)
    assert is_locked(backup)
    unlock(backup, PASSPHRASE)
    assert said_by(backup) == "kept"


def test_an_encrypted_backup_is_restored_over_a_plain_workspace(sealed: Path, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    current = made(tmp_path / "there" / "w.db", "plain")
    kept = restore_workspace(current, sealed)
    assert kept is not None
    assert is_encrypted(current)
    assert (said_by(current), said_by(kept)) == ("kept", "plain")


def test_a_plain_backup_is_restored_over_an_encrypted_workspace(sealed: Path, tmp_path: Path) -> None:
    (tmp_path / "backups").mkdir()
    kept = restore_workspace(sealed, made(tmp_path / "backups" / "b.db", "plain"))
    assert kept is not None
    assert is_encrypted(kept)
    assert (said_by(sealed), said_by(kept)) == ("plain", "kept")


def test_what_is_already_so_is_refused(plain: Path, sealed_file: tuple[Path, str]) -> None:
    with pytest.raises(InputError, match="encrypted already"):
        encrypt(sealed_file[0], PASSPHRASE)
    for refused in (lambda: decrypt(plain), lambda: change_passphrase(plain, OTHER)):
        with pytest.raises(InputError, match="is not encrypted"):
            refused()


def test_a_workspace_in_use_is_not_converted(plain: Path) -> None:
    with closing(sqlite3.connect(plain, isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM sqlite_master").fetchall()
        with pytest.raises(EnvironmentFault, match="in use"):
            encrypt(plain, PASSPHRASE)
    assert not is_encrypted(plain)
    assert said_by(plain) == "kept"


def test_a_copy_that_lacks_a_row_does_not_take_the_place(plain: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = plain.read_bytes()
    real = converting._first_difference

    def after_a_loss(connection: sqlite3.Connection) -> str | None:
        connection.execute("DELETE FROM fresh.setting")
        return real(connection)

    monkeypatch.setattr(converting, "_first_difference", after_a_loss)
    with pytest.raises(EnvironmentFault, match="did not pass its check"):
        encrypt(plain, PASSPHRASE)
    assert plain.read_bytes() == before
    assert [path.name for path in plain.parent.iterdir()] == ["w.db"]


KILLED = """
import os, signal, sys
from pathlib import Path
from reviewer.store import encrypting
def kill(*_args, **_more):
    os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[2] == "before":
    os.replace = kill
else:
    encrypting._remove = kill
encrypting.encrypt(Path(sys.argv[1]), sys.argv[3])
"""


@pytest.mark.skipif(os.name != "posix", reason="kills with SIGKILL")
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_kill_at_the_change_of_files_leaves_one_whole_workspace(plain: Path, moment: str) -> None:
    killed = subprocess.run([sys.executable, "-c", KILLED, plain, moment, PASSPHRASE], cwd=ROOT, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert is_encrypted(plain) == (moment == "after")
    if moment == "after":
        assert encrypting.plain_copies(plain)  # is told, not hidden
        with pytest.raises(InputError, match="encrypted already"):
            encrypt(plain, PASSPHRASE)
        unlock(plain, PASSPHRASE)
    else:
        encrypt(plain, PASSPHRASE)
    assert encrypting.plain_copies(plain) == []
    assert said_by(plain) == "kept"
