"""Public sets that some tests read: no part of the repository, looked for in one folder, named when they are absent."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

import pytest

VARIABLE = "REVIEWER_PUBLIC_SETS"
BESIDE = Path(__file__).resolve().parents[3] / "shared" / "data"


class PublicSet(NamedTuple):
    """Where a set is published, under which licence, and what it is called below the folder."""

    name: str
    published: str
    licence: str
    path: str

    @property
    def absent(self) -> str:
        """The one line that a test which needs the set is skipped with."""
        return (
            f"{self.name} is not here: {self.published}, {self.licence}; "
            f"put it at {self.path} in a folder and name that folder in {VARIABLE}"
        )


XSTEST = PublicSet(
    "XSTest",
    "Röttger et al. 2024, github.com/paul-rottger/xstest",
    "CC-BY-4.0 (completions under their models' terms)",
    "xstest",
)
OR_BENCH = PublicSet(
    "OR-Bench", "Cui et al. 2024, github.com/justincui03/or-bench", "CC-BY-4.0", "or_bench/or-bench-hard-1k.csv"
)
OR_BENCH_POINTS = PublicSet(
    "OR-Bench's 32 models",
    "Cui et al. 2024, plot.py of github.com/justincui03/or-bench",
    "CC-BY-4.0",
    "or_bench/plot.py",
)
SAFETY_RBR = PublicSet(
    "Safety-RBR", "OpenAI 2024, github.com/openai/safety-rbr-code-and-data", "MIT", "rbr/rbr_gold_train.jsonl"
)
CHATGPT_REFUSALS = PublicSet(
    "ChatGPT refusals",
    "Reuter & Schulze 2023, github.com/maxwellreuter/chatgpt-refusals",
    "MIT",
    "chatgpt_refusals/all_hand_labeled.json",
)


def folder() -> Path:
    """The folder named by REVIEWER_PUBLIC_SETS; without it, the one beside the checkout."""
    named = os.environ.get(VARIABLE)
    return Path(named).expanduser() if named else BESIDE


def at_hand(wanted: PublicSet) -> Path | None:
    """Where the set is; None if it is not there."""
    path = folder() / wanted.path
    return path if path.exists() else None


def needed(wanted: PublicSet) -> Path:
    """Where the set is; skips the test that asks, and says where to get the set, if it is not there."""
    path = at_hand(wanted)
    if path is None:
        pytest.skip(wanted.absent)
    return path
