"""The checkout as the architecture tests see it: where it is, which files are its own, and how to run a tool in it."""

from __future__ import annotations

import ast
import fnmatch
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "reviewer"
TESTS = ROOT / "tests"
RESOURCES = ROOT / "resources"
SAMPLE_CASES = ROOT / "sample_cases"
PYPROJECT = ROOT / "pyproject.toml"
CONSTRAINTS = ROOT / "packaging" / "constraints.txt"

TEXT_SUFFIXES = frozenset(
    {".cfg", ".csv", ".desktop", ".html", ".ini", ".j2", ".json", ".jsonl", ".mako", ".md", ".py"}
)
TEXT_SUFFIXES |= frozenset({"", ".sh", ".svg", ".toml", ".txt", ".xml", ".yaml", ".yml"})


@cache
def _ignored_names() -> tuple[str, ...]:
    lines = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    return (".git", *(line.strip().strip("/") for line in lines if line.strip() and not line.startswith("#")))


def is_ignored(name: str) -> bool:
    """Whether a file or folder of this name is left out of the repository."""
    return any(fnmatch.fnmatch(name, pattern) for pattern in _ignored_names())


def own_files(folder: Path = ROOT) -> Iterator[Path]:
    """Every file of the repository below `folder`, without what .gitignore names."""
    for path in sorted(folder.iterdir()):
        if is_ignored(path.name):
            continue
        if path.is_dir():
            yield from own_files(path)
        else:
            yield path


def own_texts() -> Iterator[tuple[Path, str]]:
    """Every text file of the repository with its content."""
    for path in own_files():
        if path.suffix in TEXT_SUFFIXES:
            yield path, path.read_text(encoding="utf-8")


def python_files(*folders: Path) -> list[Path]:
    """The Python modules below the folders, in a stable order."""
    return [path for folder in folders for path in own_files(folder) if path.suffix == ".py"]


@cache
def syntax_tree(path: Path) -> ast.Module:
    """The parsed module."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def place(path: Path, node: ast.expr | ast.stmt | ast.excepthandler) -> str:
    """`folder/module.py:12`, as editors open it."""
    return f"{path.relative_to(ROOT)}:{node.lineno}"


def run_python(
    *arguments: str | Path, cwd: Path = ROOT, env: Mapping[str, str] | None = None, timeout_s: float = 900
) -> subprocess.CompletedProcess[str]:
    """Run this interpreter with the arguments and return what it printed; the exit status is the caller's to judge."""
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=timeout_s,
        check=False,
    )


def told(result: subprocess.CompletedProcess[str]) -> str:
    """Everything a process printed, for the message of a failed test."""
    return f"exit status {result.returncode}\n{result.stdout}{result.stderr}"


def listed(offenders: Sequence[str]) -> str:
    """Offenders one a line, for the message of a failed test."""
    return "\n" + "\n".join(offenders)
