"""Where the other tools are installed, each in an environment of its own."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

VARIABLE = "REVIEWER_PEERS"
PYTHON_TOOLS = {
    "common": ("inspect-ai", "label-studio-sdk", "datasets"),
    "comparator": ("llm-comparator", "pydantic"),
    "in-toto": ("in-toto-attestation", "securesystemslib", "cryptography"),
    "pyrit": ("pyrit",),
    "ray": ("ray[data]", "platformdirs"),
}
"""{environment: what is installed in it}."""
NODE, NODE_TOOLS = "node", ("promptfoo", "node@22")
"""promptfoo asks for a newer Node than some systems have, so it is started with one of its own."""


@dataclass(frozen=True)
class Peers:
    """The folder that `python -m tests.peers` filled."""

    folder: Path

    def python(self, environment: str) -> Path:
        found = self.folder / environment / "bin" / "python"
        if not found.exists():
            pytest.skip(f"{', '.join(PYTHON_TOOLS[environment])}: not installed below {self.folder}")
        return found

    def ask(self, environment: str, script: str, *arguments: object, **variables: str) -> Any:  # noqa: ANN401
        """What a script says as JSON in its last line, run by an environment's Python."""
        command = [str(self.python(environment)), "-c", script, *map(str, arguments)]
        return json.loads(ran(command, variables).splitlines()[-1])

    def promptfoo(self, folder: Path, *arguments: object) -> str:
        programs = self.folder / NODE / "node_modules" / ".bin"
        if not (programs / "promptfoo").exists():
            pytest.skip(f"promptfoo: not installed below {self.folder}")
        off = {"PROMPTFOO_DISABLE_TELEMETRY": "1", "PROMPTFOO_DISABLE_UPDATE": "1"}
        command = [str(programs / "node"), str(programs / "promptfoo"), *map(str, arguments)]
        return ran(command, {**off, "PROMPTFOO_CONFIG_DIR": str(folder)}, folder)


def ran(command: list[str], variables: dict[str, str], folder: Path | None = None) -> str:
    """Standard output of a command that must end well."""
    done = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, **variables}, cwd=folder, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


def peers_or_skip() -> Peers:
    if VARIABLE not in os.environ:
        pytest.skip("not part of the normal run: python -m tests.peers installs the other tools and runs these")
    return Peers(Path(os.environ[VARIABLE]))
