"""Functions that take or give arrays say what shape these have."""

from __future__ import annotations

import ast
import re

from tests.architecture.checkout import PACKAGE, listed, place, python_files, syntax_tree

NUMERIC = (PACKAGE / "core" / "scoring", PACKAGE / "classify")
ARRAYS = re.compile(r"\b(ndarray|NDArray|Floats|Ints|Flags|Numbers)\b")
SHAPE = re.compile(r"\((?:\w+|\d+),\)|\([\w ·+−]+(?:, [\w −·+]+)+\)|one for each")


def members(tree: ast.Module) -> list[ast.FunctionDef]:
    """Public functions of a module and of its classes; what a function defines inside is its own affair."""
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    found = [each for body in (tree.body, *(each.body for each in classes)) for each in body]
    return [each for each in found if isinstance(each, ast.FunctionDef) and not each.name.startswith("_")]


def takes_arrays(function: ast.FunctionDef) -> bool:
    returned = ast.unparse(function.returns) if function.returns else ""
    return bool(ARRAYS.search(f"{ast.unparse(function.args)} {returned}"))


def test_shapes_are_said() -> None:
    about = [
        (path, node) for path in python_files(*NUMERIC) for node in members(syntax_tree(path)) if takes_arrays(node)
    ]
    silent = [place(path, node) for path, node in about if not SHAPE.search(ast.get_docstring(node) or "")]
    assert len(about) > 50
    assert not silent, listed(silent)
