from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QApplication

from reviewer.host.settings import Settings, save
from reviewer.ui.application import make_application, make_window
from tests.gallery.photographer import Photographer
from tests.gallery.states import photograph
from tests.gallery.workspaces import make_workspaces

SIZE = (1366, 768)
SCALES = ("100", "200")
SCALE, FOLDER = "REVIEWER_GALLERY_SCALE", "REVIEWER_GALLERY_FOLDER"


def photograph_scale(out: Path, made: Path, scale: str, parts: list[str]) -> list[str]:
    """Both themes at one scale, in this process; the pictures on which the screen shows less than the window holds."""
    unpainted: list[str] = []
    settings = made / f"settings-{scale}.json"
    # the welcome page has something to offer
    known = Settings(theme="light", reviewer="reviewer-3", recent=tuple(str(path) for path in made.glob("*.sqlite")))
    save(known, settings)
    make_application(["reviewer"], settings)
    for theme in ("light", "dark"):
        save(replace(known, theme=theme), settings)
        window = make_window(settings)
        window.session.change_settings(replace(window.session.settings, theme=theme))
        window.resize(*SIZE)
        window.show()
        window.activateWindow()
        shots = Photographer(window, out, f"{theme}-{scale}")
        shots.folder = made
        QApplication.processEvents()
        photograph(shots, parts)
        unpainted += shots.unpainted
        window.close()
    return unpainted


def main(arguments: list[str]) -> int:
    if not arguments or arguments[0].startswith("-"):
        sys.stderr.write("usage: python -m tests.gallery OUT_DIR [PART ...]\n")
        return 2
    out, parts = Path(arguments[0]).absolute(), arguments[1:]
    if SCALE in os.environ:
        unpainted = photograph_scale(out, Path(os.environ[FOLDER]), os.environ[SCALE], parts)
        sys.stderr.write("".join(f"not painted: {name}\n" for name in unpainted))
        return 1 if unpainted else 0
    out.mkdir(parents=True, exist_ok=True)
    failed = 0
    with tempfile.TemporaryDirectory() as made:
        make_workspaces(Path(made))
        for scale in SCALES:
            own = {SCALE: scale, FOLDER: made, "QT_SCALE_FACTOR": str(int(scale) / 100)}
            environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ, **own}
            command = [sys.executable, "-m", "tests.gallery", str(out), *parts]
            failed = subprocess.run(command, env=environment, check=False).returncode or failed
    sys.stdout.write(f"{len(list(out.glob('*.png')))} pictures in {out}\n")
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
