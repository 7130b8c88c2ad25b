"""`python -m tests.killing [--kills 200] [--seed N]`: the real window is killed while people decide, again and again.

Each time the program is started anew on the same workspace, in a process of its own; hands decide with real keys, and
SIGKILL comes at a random moment, while it starts too. Then the file is opened, checked whole, and compared with what
the window had called stored. Says how many decisions were acknowledged and how many of them are lost.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.commands import CHECKOUT
from tests.support.killed_review import Decided, assert_sound, decided, said
from tests.ui.review.blind_desk import build

CASES = 150
"""Of one workspace."""
ENOUGH = 0.7
"""The share of its responses that is decided before a new workspace is made: hands look long for the last ones."""
LONGEST_S = 4.0
TOLD_EVERY = 10
WHILE_STARTING = 0.15
"""The share of kills that may come before the first decision."""


@dataclass
class Tally:
    kills: int = 0
    starting: int = 0
    acknowledged: int = 0
    lost: int = 0
    unasked: int = 0
    more: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        return (
            f"{self.kills} kills ({self.starting} drawn for the start), {self.acknowledged:,} decisions acknowledged, "
            f"{self.lost} lost, {self.unasked} that no key said, {self.more} stored and not yet acknowledged, "
            f"{len(self.wrong)} files unsound.\n"
        )

    @property
    def is_good(self) -> bool:
        return not (self.lost or self.unasked or self.wrong) and self.more <= self.kills


@dataclass
class Desk:
    """A workspace, and what was told of it by now."""

    path: Path
    pressed: Decided = field(default_factory=Counter)
    kept: Decided = field(default_factory=Counter)
    is_done: bool = False


def kill_once(desk: Desk, tally: Tally, rng: random.Random) -> None:
    folder = desk.path.parent
    homes = dict.fromkeys(("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"), str(folder / "home"))
    env = {**os.environ, **homes, "PYTHONPATH": str(CHECKOUT), "QT_QPA_PLATFORM": "offscreen"}
    command = (sys.executable, "-m", "tests.e2e.blind_hands", str(desk.path), "100000", "100000", "close")
    hands = subprocess.Popen(
        command, cwd=CHECKOUT, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert hands.stdout is not None
    with hands:
        told = ""
        starts = rng.random() < WHILE_STARTING
        if not starts:
            told = hands.stdout.readline()  # it has begun
        timer = threading.Timer(rng.uniform(0, LONGEST_S), hands.send_signal, [signal.SIGKILL])
        timer.start()
        told += hands.stdout.read()
        timer.cancel()
    desk.is_done = hands.returncode == 0
    tally.kills += not desk.is_done
    tally.starting += not desk.is_done and starts
    desk.pressed += said(told, "pressing")
    desk.kept += said(told, "stored")


def look(desk: Desk, tally: Tally) -> None:
    """Compare the file with what was told; what came beside that is counted once, and is known from then on."""
    try:
        assert_sound(desk.path)
    except AssertionError as error:
        tally.wrong.append(f"{error!s:.300}")
    there = decided(desk.path, 2 * CASES)
    tally.lost += (desk.kept - there).total()
    tally.unasked += (there - desk.pressed).total()
    tally.more += (there - desk.kept).total()
    desk.kept = there
    desk.is_done = desk.is_done or there.total() >= ENOUGH * 2 * CASES


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.killing", description="Kill the window while it decides.")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(arguments)
    rng, tally = random.Random(asked.seed), Tally()  # noqa: S311 the same moments each time
    with tempfile.TemporaryDirectory(prefix="reviewer-killing-") as folder:
        made = 0
        desk = Desk(Path(folder) / "none", is_done=True)
        while tally.kills < asked.kills:
            if desk.is_done:
                made += 1
                desk = Desk(Path(folder) / str(made) / "w.sqlite")
                desk.path.parent.mkdir()
                build(desk.path, CASES)
            before = desk.kept.total()
            kill_once(desk, tally, rng)
            tally.acknowledged += desk.kept.total() - before
            look(desk, tally)
            if tally.kills % TOLD_EVERY == 0:
                sys.stdout.write(tally.words)
                sys.stdout.flush()
    sys.stdout.write(tally.words)
    for sentence in tally.wrong:
        sys.stdout.write(f"  {sentence}\n")
    return 0 if tally.is_good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
