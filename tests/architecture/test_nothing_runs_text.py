"""Nothing of the package runs what it reads: no pickle, eval, exec, YAML that makes objects, shell."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.architecture.checkout import PACKAGE, ROOT, python_files, syntax_tree

MODULES = {"pickle", "cPickle", "_pickle", "dill", "cloudpickle", "joblib", "shelve", "marshal", "jsonpickle", "code",
           "codeop", "pty", "commands", "xmlrpc", "yaml"}  # fmt: skip
CALLS = {"eval", "exec", "compile", "__import__", "execfile"}
METHODS = {
    "os.system",
    "os.popen",
    "subprocess.getoutput",
    "subprocess.getstatusoutput",
    "numpy.load",
    "np.load",
    "pandas.read_pickle",
    "pd.read_pickle",
    "pd.eval",
    "torch.load",
    "importlib.reload",
    "builtins.eval",
    "builtins.exec",
}
TRUSTED = {"allow_pickle", "shell"}
"""Arguments that must not be true, or anything but a plain False."""


def _faults(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, each.name) for each in node.names if each.name.split(".")[0] in MODULES)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in MODULES:
            yield node.lineno, str(node.module)
        elif isinstance(node, ast.Call):
            yield from ((node.lineno, name) for name in _called(node))


def _called(call: ast.Call) -> Iterator[str]:
    if isinstance(call.func, ast.Name) and call.func.id in CALLS:
        yield call.func.id
    if isinstance(call.func, ast.Attribute) and ast.unparse(call.func) in METHODS:
        yield ast.unparse(call.func)
    for each in call.keywords:
        if each.arg in TRUSTED and not (isinstance(each.value, ast.Constant) and each.value.value is False):
            yield f"{each.arg}="


def test_nothing_runs_what_it_reads() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {what}"
        for path in python_files(PACKAGE)
        for line, what in _faults(syntax_tree(path))
    ]

    assert not found, "\n".join(found)


def test_the_walk_finds_each_kind() -> None:
    source = """
import pickle
from yaml import load
eval("1")
os.system("ls")
np.load(path, allow_pickle=True)
subprocess.run(command, shell=flag)
subprocess.run(command, shell=False)
"""
    assert sorted(line for line, _ in _faults(ast.parse(source))) == [2, 3, 4, 5, 6, 6, 7]
