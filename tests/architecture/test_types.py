"""mypy --strict is content with all of reviewer/ and tests/."""

from __future__ import annotations

from tests.architecture.checkout import run_python, told


def test_mypy_strict_finds_no_fault() -> None:
    result = run_python("-m", "mypy", "--strict", "--no-error-summary", "reviewer", "tests")
    assert result.returncode == 0, told(result)
