"""ruff is content with the whole repository, rules and layout."""

from __future__ import annotations

from tests.architecture.checkout import run_python, told


def test_ruff_finds_no_fault() -> None:
    result = run_python("-m", "ruff", "check", "--quiet", "reviewer", "tests")
    assert result.returncode == 0, told(result)


def test_ruff_would_lay_nothing_out_differently() -> None:
    result = run_python("-m", "ruff", "format", "--check", "--quiet", "reviewer", "tests")
    assert result.returncode == 0, told(result)
