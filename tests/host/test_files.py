"""Files are written whole or not at all, whatever comes in between."""

from __future__ import annotations

import errno
import os
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from reviewer.core.errors import DiskFullError, EnvironmentFault, InputError
from reviewer.host.files import replacing, replacing_text, write_file
from tests.architecture.checkout import run_python

posix = pytest.mark.skipif(os.name != "posix", reason="permissions, links and limits as POSIX has them")

LIMITED = """
import resource, sys
from pathlib import Path
from reviewer.core.errors import EnvironmentFault
from reviewer.host.files import write_file
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
try:
    write_file(Path(sys.argv[1]), b"x" * 1_000_000)
except EnvironmentFault as fault:
    print(fault.what)
"""


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_file_comes_whole_and_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "out.bin"
    for content in (b"first", b"second and longer", b""):
        write_file(path, content)
        assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


def test_text_keeps_its_line_ends_and_a_mark_comes_once(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    with replacing_text(path, "utf-8-sig") as out:
        out.write("a\r\nb\n")
        out.writelines(["c\r", "\u2028é"])
    assert path.read_bytes() == "\ufeffa\r\nb\nc\r\u2028é".encode()


def break_off(path: Path, error: type[BaseException]) -> None:
    with replacing_text(path) as out:
        out.write("half")
        raise error


@pytest.mark.parametrize("error", [KeyboardInterrupt, ZeroDivisionError])
def test_what_was_there_stays_where_writing_is_broken_off(tmp_path: Path, error: type[BaseException]) -> None:
    path = tmp_path / "out.txt"
    path.write_text("before")
    with pytest.raises(error):
        break_off(path, error)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_half_a_character_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="half of a character"), replacing_text(tmp_path / "out.txt") as out:
        out.write("\ud83d")
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_told_from_other_faults_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(DiskFullError, match="Free some space"), replacing(tmp_path / "out.bin"):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert list(tmp_path.iterdir()) == []


@posix
def test_a_file_that_the_system_does_not_let_grow_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "out.bin"
    path.write_text("before")
    told = run_python("-c", LIMITED, str(path))
    assert f"{path} cannot be written" in told.stdout, told
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_in_the_way_and_a_folder_that_is_missing_are_sentences(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="is a folder"):
        write_file(tmp_path, b"x")
    for path in (tmp_path / "missing" / "out.bin", tmp_path / "file" / "out.bin"):
        with pytest.raises(EnvironmentFault, match="cannot be"):
            write_file(path, b"x")
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


@posix
def test_what_a_link_points_at_is_replaced_and_the_link_stays(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    target, link = tmp_path / "real" / "out.txt", tmp_path / "link.txt"
    target.write_text("before")
    link.symlink_to(target)
    write_file(link, b"after")
    assert link.is_symlink()
    assert target.read_text() == "after"
    target.unlink()
    write_file(link, b"again")
    assert target.read_text() == "again"
    assert [each.name for each in (tmp_path / "real").iterdir()] == ["out.txt"]


@posix
def test_a_new_file_is_for_its_owner_only_and_an_old_one_keeps_its_permissions(tmp_path: Path) -> None:
    new, private, read_only = (tmp_path / name for name in ("new", "private", "read_only"))
    for path, mode in ((private, 0o600), (read_only, 0o444)):
        path.write_text("before")
        path.chmod(mode)
    with umask(0):
        for path in (new, private, read_only):
            write_file(path, b"after")
    assert [mode_of(path) for path in (new, private, read_only)] == [0o600, 0o600, 0o444]


@posix
def test_while_it_is_written_a_private_file_is_open_to_nobody_else(tmp_path: Path) -> None:
    path = tmp_path / "private"
    path.write_text("before")
    path.chmod(0o600)
    with replacing(path):
        assert {mode_of(each) for each in tmp_path.iterdir()} == {0o600}


def test_a_name_as_long_as_the_system_allows_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / ("\U0001f600" * 60)
    write_file(path, b"x")
    assert list(tmp_path.iterdir()) == [path]


def test_of_two_writers_at_once_one_wins_whole(tmp_path: Path) -> None:
    path, start, seen = tmp_path / "out.bin", threading.Barrier(3), list[bytes]()
    contents = [letter * 300_000 for letter in (b"a", b"b")]

    def write(content: bytes) -> None:
        start.wait()
        for _ in range(20):
            write_file(path, content)

    writers = [threading.Thread(target=write, args=(content,)) for content in contents]
    for writer in writers:
        writer.start()
    start.wait()
    while any(writer.is_alive() for writer in writers):
        if path.exists():
            seen.append(path.read_bytes())
    for writer in writers:
        writer.join()
    assert path.read_bytes() in contents
    assert all(each in contents for each in seen)
    assert list(tmp_path.iterdir()) == [path]
