from __future__ import annotations

import sys
from importlib import metadata
from pathlib import Path

import pytest

from reviewer.host.environment import installed_pyside_version, pyside_problem


@pytest.mark.parametrize("pyside", ["6.12", "6.12.0", "6.12.1", "6.12.0a1"])
@pytest.mark.parametrize("python", [(3, 10), (3, 11)])
def test_pyside_that_kills_this_python_is_refused_with_a_sentence(pyside: str, python: tuple[int, int]) -> None:
    problem = pyside_problem(pyside, python)
    assert problem is not None
    assert f"PySide6 {pyside} ends Python 3.{python[1]}" in problem
    assert "PySide6-Essentials>=6.8,<6.12" in problem


@pytest.mark.parametrize(
    ("pyside", "python"),
    [("6.12.0", (3, 12)), ("6.12.0", (3, 13)), ("6.11.3", (3, 11)), ("6.8.0", (3, 11)), ("6.1.2", (3, 11))],
)
def test_other_pairs_are_welcome(pyside: str, python: tuple[int, int]) -> None:
    assert pyside_problem(pyside, python) is None


def test_a_missing_pyside_is_said_to_leave_the_commands() -> None:
    problem = pyside_problem(None, (3, 11))
    assert problem is not None
    assert problem.startswith("PySide6 is not installed")


def test_the_installed_version_is_read_without_importing_qt() -> None:
    assert installed_pyside_version() == metadata.version("PySide6-Essentials")


def test_no_pyside_anywhere_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    assert installed_pyside_version() is None


def test_what_is_installed_here_can_run() -> None:
    assert pyside_problem(installed_pyside_version(), sys.version_info[:2]) is None
