"""The command line works where PySide6 cannot be imported, and starting it loads nothing heavy."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.architecture.checkout import ROOT, run_python, told

RUN_WITHOUT_QT = """
import importlib.abc
import runpy
import sys


class NoQt(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"PySide6", "shiboken6", "pyqtgraph"}:
            raise ModuleNotFoundError(f"{name} is blocked in this test", name=name)
        return None


sys.meta_path.insert(0, NoQt())
sys.argv = ["reviewer", *sys.argv[1:]]
runpy.run_module("reviewer", run_name="__main__", alter_sys=True)
"""

HEAVY = ("PySide6", "aiohttp", "httpx", "jinja2", "krippendorff", "numpy", "openpyxl", "pyqtgraph", "scipy")
READERS = ("reviewer.core.no_response", "reviewer.core.reasoning")
"""What reads texts, with hundreds of patterns to compile; a command that reads none goes without."""
IMPORT_AND_LIST = """
import json
import sys

import reviewer.__main__
import reviewer.cli
import reviewer.cli.app

json.dump(sorted(sys.modules), sys.stdout)
"""


def reviewer_without_qt(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {"PYTHONPATH": str(ROOT), "HOME": str(home), "REVIEWER_WORKSPACE": str(home / "workspace.sqlite")}
    return run_python("-c", RUN_WITHOUT_QT, *arguments, cwd=home, env=environment)


@pytest.mark.parametrize("arguments", [("--help",), ("formats",), ("formats", "--json"), ("import", "--help")])
def test_the_command_line_answers_without_qt(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    result = reviewer_without_qt(tmp_path, *arguments)
    assert result.returncode == 0, told(result)
    assert result.stdout.strip()


def test_the_whole_headless_way_works_without_qt(tmp_path: Path) -> None:
    out = tmp_path / "demo"
    result = reviewer_without_qt(tmp_path, "demo", "--headless", "--out", str(out))
    assert result.returncode == 0, told(result)
    assert list(out.glob("*.html")), sorted(path.name for path in out.iterdir())


def test_the_block_blocks(tmp_path: Path) -> None:
    probe = RUN_WITHOUT_QT.replace(
        'runpy.run_module("reviewer", run_name="__main__", alter_sys=True)', "import PySide6"
    )
    result = run_python("-c", probe, cwd=tmp_path)
    assert result.returncode == 1, told(result)
    assert "PySide6 is blocked in this test" in result.stderr


def test_importing_the_command_line_loads_nothing_heavy() -> None:
    result = run_python("-c", IMPORT_AND_LIST)
    assert result.returncode == 0, told(result)
    loaded = set(json.loads(result.stdout))
    assert not loaded.intersection((*HEAVY, *READERS))
