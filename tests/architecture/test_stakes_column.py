"""A case's stakes are kept behind its tags: whoever reads that column reads it by the one function that knows."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.checkout import PACKAGE, python_files, syntax_tree

ROW = "CaseRow"
READER = "tags_and_stakes"
MAPPING = PACKAGE / "store" / "mapping.py"


def named(tree: ast.AST, *owners: str) -> list[ast.Attribute]:
    """Where the column is named by one of these."""
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "tags" and ast.unparse(node.value) in owners
    ]


def readers(tree: ast.AST) -> int:
    """How often the column's reader is named."""
    return sum(isinstance(node, ast.Attribute) and node.attr == READER for node in ast.walk(tree))


def sql_texts(tree: ast.AST) -> Iterator[str]:
    """String constants that could be SQL over cases."""
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
        if re.search(r"\b(SELECT|UPDATE|INSERT|WHERE)\b", text) and re.search(r"\btags\b", text):
            yield text


def trees() -> Iterator[tuple[Path, ast.AST]]:
    for path in python_files(PACKAGE):
        if "migrations" not in path.parts:
            yield path, syntax_tree(path)


def test_whoever_names_the_column_reads_it_by_the_one_function() -> None:
    places = {path: named(tree, ROW, "row") for path, tree in trees() if path != MAPPING}
    assert sum(map(len, places.values())) >= 3, "the column is read somewhere, and this looks for it"
    assert [path.name for path, found in places.items() if found and not readers(syntax_tree(path))] == []


def test_there_is_a_call_of_the_reader_for_each_query_of_the_column() -> None:
    """A second query in a module that has one already is found too."""
    queries = [(path, tree) for path, tree in trees() if path != MAPPING]
    assert [path.name for path, tree in queries if len(named(tree, ROW)) > readers(tree)] == []


def test_nobody_names_the_column_in_sql_of_their_own() -> None:
    assert [(path.name, text) for path, tree in trees() for text in sql_texts(tree)] == []
