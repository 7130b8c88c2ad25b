"""A file that should hold a few lines can be anything: a sentence says what it is, and nothing is waited for."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from reviewer.core.errors import InputError
from reviewer.host.small_files import MOST_BYTES, small_text


def _pipe(path: Path) -> Path:
    os.mkfifo(path)
    return path


def _written(content: bytes) -> Callable[[Path], Path]:
    def write(path: Path) -> Path:
        path.write_bytes(content)
        return path

    return write


def _linked(target: str) -> Callable[[Path], Path]:
    def link(path: Path) -> Path:
        path.symlink_to(target)
        return path

    return link


@pytest.mark.skipif(sys.platform == "win32", reason="pipes and devices have other names there")
@pytest.mark.parametrize(
    ("make", "why"),
    [
        (_pipe, "it is a device, a pipe or a folder, not a file"),
        (_linked("/dev/zero"), "it is a device, a pipe or a folder, not a file"),
        (_linked("/"), "s a "),
        (_linked("itself"), "Too many levels of symbolic links"),
        (_written(b"a" * (MOST_BYTES + 1)), "is larger than 1,000,000 bytes"),
        (_written("é".encode() * MOST_BYTES), "is larger than 1,000,000 bytes"),
        (_written(b"\xff\xfea"), "it is not UTF-8 text"),
        (_written(b"a\0b"), "is a binary file"),
        (lambda path: path, "No such file"),
        (lambda path: path / ("n" * 70_000), "File name too long"),
        (lambda path: path / "a\0b", "null byte"),
    ],
)
def test_what_is_no_small_text_is_said(tmp_path: Path, make: Callable[[Path], Path], why: str) -> None:
    path = make(tmp_path / "itself")

    with pytest.raises(InputError) as refused:
        small_text(path, "The policy", "Give a TOML file.")

    assert why in str(refused.value)
    assert len(str(refused.value)) < 600


def test_a_mark_of_byte_order_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes("\ufeffé\r\n".encode())

    assert small_text(tmp_path / "a", "The policy", "") == "é\r\n"
