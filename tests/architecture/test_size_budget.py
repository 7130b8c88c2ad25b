"""Functions, classes and modules stay small enough to be read at a sitting."""

from __future__ import annotations

import ast
import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.architecture.checkout import PACKAGE, ROOT, TESTS, listed, place, python_files, syntax_tree

FUNCTION_LINES = 50
SHARE_OVER = 0.03
MEDIAN_LINES = 6
P90_LINES = {PACKAGE: 20, TESTS: 30}
MODULE_LINES = 500
CLASS_LINES = 400
CLASS_METHODS = {PACKAGE: 22, TESTS: 25}
FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)
BOTH = pytest.mark.parametrize("folder", [PACKAGE, TESTS], ids=["reviewer", "tests"])


class Size(NamedTuple):
    """How long a named piece of code is."""

    lines: int
    where: str


def length(node: ast.stmt) -> int:
    """Lines from the `def` or `class` to the last one; decorators are not counted."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def functions(folder: Path) -> list[Size]:
    """Every function and method below the folder, longest first."""
    found = [
        Size(length(node), f"{length(node)} lines: {node.name} in {place(path, node)}")
        for path in python_files(folder)
        for node in ast.walk(syntax_tree(path))
        if isinstance(node, FUNCTION)
    ]
    return sorted(found, reverse=True)


def classes(folder: Path) -> Iterator[tuple[Path, ast.ClassDef]]:
    for path in python_files(folder):
        for node in ast.walk(syntax_tree(path)):
            if isinstance(node, ast.ClassDef):
                yield path, node


@BOTH
def test_few_functions_are_long(folder: Path) -> None:
    sizes = functions(folder)
    over = [size.where for size in sizes if size.lines > FUNCTION_LINES]
    assert len(over) <= SHARE_OVER * len(sizes), listed(over)


@BOTH
def test_nine_functions_of_ten_fit_a_screen(folder: Path) -> None:
    sizes = functions(folder)
    p90 = statistics.quantiles([size.lines for size in sizes], n=10)[-1]
    assert p90 <= P90_LINES[folder], listed(
        [f"90th percentile {p90}", *(size.where for size in sizes[: len(sizes) // 10])]
    )


def test_half_of_the_functions_are_a_few_lines() -> None:
    sizes = functions(PACKAGE)
    median = statistics.median(size.lines for size in sizes)
    longest = [size.where for size in sizes[:40]]
    assert median <= MEDIAN_LINES, listed([f"median {median} of {len(sizes)}; the longest:", *longest])


@BOTH
def test_no_module_is_long(folder: Path) -> None:
    lengths = [(len(path.read_text(encoding="utf-8").splitlines()), path) for path in python_files(folder)]
    over = [f"{lines} lines: {path.relative_to(ROOT)}" for lines, path in lengths if lines > MODULE_LINES]
    assert not over, listed(over)


@BOTH
def test_no_class_is_long(folder: Path) -> None:
    found = classes(folder)
    over = [f"{length(node)} lines: {node.name} in {place(p, node)}" for p, node in found if length(node) > CLASS_LINES]
    assert not over, listed(over)


@BOTH
def test_no_class_has_many_methods(folder: Path) -> None:
    over = []
    for path, node in classes(folder):
        methods = sum(isinstance(member, FUNCTION) for member in node.body)
        if methods > CLASS_METHODS[folder]:
            over.append(f"{methods} methods: {node.name} in {place(path, node)}")
    assert not over, listed(over)


def test_a_class_name_stands_once_in_the_package() -> None:
    places: dict[str, list[str]] = {}
    for path, node in classes(PACKAGE):
        places.setdefault(node.name, []).append(place(path, node))
    twice = [f"{name}: {', '.join(found)}" for name, found in sorted(places.items()) if len(found) > 1]
    assert not twice, listed(twice)
