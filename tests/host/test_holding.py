"""Whoever waits for a workspace that another program keeps is told what keeps it."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from reviewer.core.errors import HeldError
from reviewer.host.marks import WORK
from reviewer.store.database import open_workspace
from reviewer.store.dialects import sqlite
from reviewer.store.memory import remember
from tests.architecture.checkout import ROOT

KEEPING = """
import sys
from pathlib import Path
from reviewer.store.database import open_workspace
from reviewer.host.holding import holding
from reviewer.store.memory import remember
path, what = Path(sys.argv[1]), sys.argv[2]
workspace = open_workspace(path)
with holding(path, what), workspace.write():
    remember(workspace, key="c", value="d")
    print("kept", flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("import", "An import is being written to the workspace {path} by another program on this computer (process "),
        ("erasure", "The workspace {path} is being written anew without what was erased, by another program on "),
        ("nothing that is known", "Another program holds the workspace {path}."),
    ],
)
def test_a_second_program_is_told_what_it_waits_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str, said: str
) -> None:
    path = tmp_path / "w.db"
    open_workspace(path).close()
    impatient = tuple(each for each in sqlite._PRAGMAS if "busy_timeout" not in each)
    monkeypatch.setattr(sqlite, "_PRAGMAS", ("busy_timeout = 100", *impatient))
    command = [sys.executable, "-c", KEEPING, str(path), what]
    with (
        closing(open_workspace(path)) as workspace,
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other,
    ):
        assert other.stdout is not None
        assert other.stdout.readline() == "kept\n"
        with pytest.raises(HeldError) as refused:
            remember(workspace, key="a", value="b")
        other.communicate()
        assert str(refused.value).startswith(said.format(path=path))
        assert str(refused.value).endswith("Nothing was changed.")
        remember(workspace, key="a", value="b")
    assert not list(tmp_path.glob(f".*.{WORK}-*"))
