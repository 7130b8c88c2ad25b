"""A display of a test's own: Xvfb with a keyboard that can be any, and keys pressed by their place on it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from reviewer.host.settings import Settings, save

NEEDED = ("Xvfb", "xdotool", "setxkbmap", "xkbcomp")
MISSING = [tool for tool in NEEDED if shutil.which(tool) is None]
HOW_TO = "apt-get install xvfb xdotool x11-xkb-utils"
WAIT_S = 60.0
SHIFT, CONTROL = 50, 37


def wait_for(what: str, found: Callable[[], bool]) -> None:
    """Look again until it is so; AssertionError with `what` after a minute."""
    deadline = time.monotonic() + WAIT_S
    while not found():
        assert time.monotonic() < deadline, f"there was no {what} within {WAIT_S:.0f} seconds"
        time.sleep(0.05)


class Display:
    """Keys are named by X11's codes of their places: 10 to 19 the top row, 38 where an American keyboard has A."""

    def __init__(self, number: str, folder: Path) -> None:
        home = {name: str(folder / "home") for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "HOME")}
        # somebody who has said who they are
        save(Settings(reviewer="tester"), folder / "home" / "reviewer" / "settings.json")
        self.environment: Mapping[str, str] = {
            **{name: text for name, text in os.environ.items() if name != "QT_SCALE_FACTOR"},
            **home,
            "DISPLAY": f":{number}",
            "QT_QPA_PLATFORM": "xcb",
        }

    def run(self, *command: object) -> str:
        words = [str(word) for word in command]
        done = subprocess.run(words, env=self.environment, capture_output=True, text=True, timeout=WAIT_S, check=False)
        return done.stdout

    def python(self, code: str, *arguments: object, **variables: str) -> str:
        """What a piece of code prints that has a display of its own; it must end well."""
        words = [sys.executable, "-c", code, *(str(each) for each in arguments)]
        environment = {**self.environment, **variables}
        return subprocess.run(words, env=environment, capture_output=True, text=True, timeout=WAIT_S, check=True).stdout

    def use_keyboard(self, layout: str) -> None:
        self.run("setxkbmap", layout)
        assert f"layout:     {layout}\n" in self.run("setxkbmap", "-query")

    def press(self, place: int, *held: int) -> None:
        """Press and release the key at a place while others are held."""
        down = [word for code in held for word in ("keydown", code)]
        up = [word for code in reversed(held) for word in ("keyup", code)]
        self.run("xdotool", *down, "key", place, *up)

    @contextmanager
    def window(self, workspace: Path, title: str) -> Iterator[None]:
        """The real program with a workspace; its window has the focus."""
        words = [sys.executable, "-m", "reviewer", "window", str(workspace)]
        program = subprocess.Popen(words, env=self.environment)
        try:
            wait_for("window", lambda: bool(self._focus(title)))
            yield
        finally:
            program.terminate()
            program.wait(WAIT_S)

    def is_back(self, title: str) -> bool:
        """Whether every dialog is gone and the window has the focus again, which no window manager gives it here."""
        shown = self.run("xdotool", "search", "--onlyvisible", "--name", ".").split()
        return shown == self.run("xdotool", "search", "--onlyvisible", "--name", title).split() and bool(
            self._focus(title)
        )

    def _focus(self, title: str) -> str:
        found = self.run("xdotool", "search", "--onlyvisible", "--name", title).split()
        for window in found:
            self.run("xdotool", "windowfocus", window)
        return "".join(found) if self.run("xdotool", "getwindowfocus").strip() in found else ""


@contextmanager
def own_display(folder: Path) -> Iterator[Display]:
    """Xvfb on a free number, reached through a socket of this machine only."""
    reading, writing = os.pipe()
    words = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1400x900x24", "-noreset", "-nolisten", "tcp"]
    server = subprocess.Popen(words, pass_fds=(writing,), stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading, encoding="ascii") as told:
            number = told.readline().strip()
        assert number, "Xvfb did not start"
        yield Display(number, folder)
    finally:
        server.terminate()
        server.wait(WAIT_S)
