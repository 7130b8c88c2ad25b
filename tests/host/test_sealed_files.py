"""Encrypted packets and bundles: the right passphrase gives back every byte, anything else is a sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reviewer.core.errors import InputError
from reviewer.host.sealed_files import SealedError, content_of, forget_files, is_locked_file, sealed, unlock_file
from tests.support.encrypted import PASSPHRASE

PIECE, TAG, HEADER = 65_536, 16, 37


@pytest.fixture(scope="module")
def whole() -> tuple[bytes, bytes]:
    """A content of three pieces, and the file."""
    content = bytes(range(256)) * (2 * PIECE // 256) + b"the end"
    return content, sealed(content, PASSPHRASE)


@pytest.fixture
def path(tmp_path: Path, whole: tuple[bytes, bytes]) -> Iterator[Path]:
    path = tmp_path / "file.zip"
    path.write_bytes(whole[1])
    yield path
    forget_files()


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE])
def test_every_size_comes_back(size: int, tmp_path: Path) -> None:
    content, path = bytes(size), tmp_path / "f"
    path.write_bytes(sealed(content, PASSPHRASE))
    with pytest.raises(SealedError, match="is encrypted"):
        content_of(path)
    unlock_file(path, PASSPHRASE)
    assert content_of(path) == content
    forget_files()
    assert is_locked_file(path)


def test_a_wrong_passphrase_opens_nothing_five_times_and_is_not_repeated(path: Path) -> None:
    for n in range(5):
        with pytest.raises(SealedError, match="does not open") as told:
            unlock_file(path, f"wrong {n}")
        assert f"wrong {n}" not in str(told.value)
    assert is_locked_file(path)


def without_piece(held: bytes, at: int) -> bytes:
    start = HEADER + at * (PIECE + TAG)
    return held[:start] + held[start + PIECE + TAG :]


def swapped(held: bytes) -> bytes:
    size = PIECE + TAG
    first, second = held[HEADER : HEADER + size], held[HEADER + size : HEADER + 2 * size]
    return held[:HEADER] + second + first + held[HEADER + 2 * size :]


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "only the header": lambda held: held[:HEADER],
    "cut at a piece": lambda held: held[: HEADER + PIECE + TAG],
    "cut in a piece": lambda held: held[:-3],
    "the first piece is gone": lambda held: without_piece(held, 0),
    "the second piece is gone": lambda held: without_piece(held, 1),
    "the last piece is gone": lambda held: without_piece(held, 2),
    "two pieces changed places": swapped,
    "something behind it": lambda held: held + b"x",
    "a piece behind it": lambda held: held + held[-7 - TAG :],
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_was_changed_gives_nothing(path: Path, whole: tuple[bytes, bytes], damage: str) -> None:
    unlock_file(path, PASSPHRASE)
    path.write_bytes(DAMAGES[damage](whole[1]))
    with pytest.raises(InputError, match="not as it was written"):
        content_of(path)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(HEADER, HEADER + 2 * (PIECE + TAG) + 22), bit=st.integers(0, 7))
def test_no_flipped_bit_goes_unseen(path: Path, whole: tuple[bytes, bytes], at: int, bit: int) -> None:
    held = bytearray(whole[1])
    path.write_bytes(held)
    if is_locked_file(path):
        unlock_file(path, PASSPHRASE)
    held[at] ^= 1 << bit
    path.write_bytes(held)
    with pytest.raises(InputError, match="not as it was written"):
        content_of(path)


@pytest.mark.parametrize("at", [4, 5, 20, 21, 36])
def test_a_changed_header_is_told(path: Path, whole: tuple[bytes, bytes], at: int) -> None:
    held = bytearray(whole[1])
    held[at] ^= 1
    path.write_bytes(held)
    with pytest.raises(InputError, match=r"does not open|newer Reviewer"):
        unlock_file(path, PASSPHRASE)


@pytest.mark.parametrize("held", [b"", b"RVWS", b"hello" * 100])
def test_another_file_is_told(held: bytes, tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(held)
    with pytest.raises(InputError, match="not a whole encrypted file"):
        unlock_file(path, PASSPHRASE)
