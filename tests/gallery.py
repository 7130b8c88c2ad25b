"""`python -m tests.gallery OUT_DIR`: a PNG of every screen and dialog, light and dark, at 100 % and 200 %.

The demo workspace is built in a folder of its own; a second, hostile one holds very long, right-to-left and
markup-like text. Nothing of the person's own settings or workspaces is touched.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from reviewer.app.demo import build_demo
from reviewer.core.actions import ActionId
from reviewer.core.cases import Case, CaseKey, Message, Role, SuiteHead
from reviewer.core.errors import EnvironmentFault
from reviewer.core.models import Endpoint, ModelVersion
from reviewer.core.responses import Response
from reviewer.core.runs import RunStatus
from reviewer.host.clock import now
from reviewer.host.settings import Settings, save
from reviewer.store.database import Workspace, open_workspace
from reviewer.store.facts.runs import Classified
from reviewer.store.facts.suites import OnConflict
from reviewer.store.writes import runs as run_writes
from reviewer.store.writes import suites as suite_writes
from reviewer.ui.application import make_application, make_window
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.frame.pages import PAGES
from reviewer.ui.kit.heat_map import HeatMap
from reviewer.ui.score.trend import TrendPanel
from tests.support.builders import fill
from tests.support.swinging import swing_workspace
from tests.support.tool_cases import AGENT, IN_PIECES, PICTURED, case_of

SIZE = (1366, 768)
WAIT_S = 30.0
LONG = "Rechtsschutzversicherungsgesellschaften und Donaudampfschifffahrtsgesellschaftskapitän. " * 230
RIGHT_TO_LEFT = "أهلاً، لا أستطيع أن أكتب هذا الخطاب باسم شخص آخر. يمكنني أن أساعدك في كتابة خطاب باسمك. " * 6
MARKUP = '<h1>Not a heading</h1> <img src="http://127.0.0.1/x"> <a href="file:///etc/passwd">link</a> \u202etxet\u202c'


def hostile_workspace(path: Path) -> None:
    """Three cases whose texts are as unkind to a layout as texts get."""
    workspace = open_workspace(path)
    suite_id, _ = suite_writes.ensure_suite(workspace, head=SuiteHead("hostile texts"), at=now())
    texts = {"long": LONG, "right-to-left": RIGHT_TO_LEFT, "markup": MARKUP}
    cases = [
        Case(CaseKey(f"{name}-{'x' * 60}"), (Message(Role.USER, text[:4000]),), ActionId("clarify"), category=name * 8)
        for name, text in texts.items()
    ]
    suite_writes.add_cases(
        workspace, suite_id=suite_id, cases=cases, at=now(), author="gallery", on_conflict=OnConflict.REPORT
    )
    _hostile_run(workspace, suite_id, cases, list(texts.values()))
    workspace.close()


def tool_workspace(path: Path) -> None:
    """Conversations with tool turns, a picture and a name."""
    workspace = open_workspace(path)
    fill(workspace, [case_of("agent", AGENT), case_of("picture", PICTURED), case_of("pieces", IN_PIECES)])
    workspace.close()


def four_versions(path: Path) -> None:
    """Four versions that undo each other."""
    workspace = open_workspace(path)
    swing_workspace(workspace)
    workspace.close()


def _hostile_run(workspace: Workspace, suite_id: int, cases: list[Case], texts: list[str]) -> None:
    version = ModelVersion("v" * 80, Endpoint("imported", "imported"), "m" * 80)
    version_id, _ = run_writes.ensure_model_version(workspace, version=version, at=now())
    run_id, _ = run_writes.create_run(
        workspace,
        name="a run with a name that goes on for rather longer than any list is wide",
        suite_id=suite_id,
        model_version_id=version_id,
        case_ids=[],
        repeats=1,
        at=now(),
        status=RunStatus.IMPORTED,
    )
    run_writes.extend_run(workspace, run_id=run_id, case_ids=list(range(1, len(cases) + 1)))
    items = [Classified(Response(case.key, text=text)) for case, text in zip(cases, texts, strict=True)]
    run_writes.add_responses(workspace, run_id=run_id, responses=items, at=now())


class Photographer:
    """Brings the window into a state, waits until it is calm, takes its picture."""

    def __init__(self, window: MainWindow, out: Path, suffix: str) -> None:
        self.window, self.out, self.suffix = window, out, suffix

    def settle(self) -> None:
        deadline = time.monotonic() + WAIT_S
        while self.window.session.tasks.under_way and time.monotonic() < deadline:
            QApplication.processEvents()
            time.sleep(0.002)
        for _ in range(3):
            QApplication.processEvents()

    def take(self, name: str, widget: QWidget | None = None) -> None:
        self.settle()
        path = self.out / f"{name}-{self.suffix}.png"
        if not (widget or self.window).grab().save(str(path)):
            raise EnvironmentFault(f"The picture {path} could not be written.", "Check the folder.")

    def open(self, path: Path, *, create: bool = False) -> None:
        self.window.session.open(path, create=create)
        self.settle()

    def page(self, name: str) -> None:
        self.window.show_page(name)
        self.settle()

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.window.focusWidget() or self.window, key, modifier)
        self.settle()

    @contextmanager
    def dialog(self, show: Callable[[], object]) -> Iterator[QDialog]:
        """The dialog that `show` opens, closed again afterwards."""
        before = set(self.window.findChildren(QDialog))
        show()
        self.settle()
        opened = [dialog for dialog in self.window.findChildren(QDialog) if dialog not in before and dialog.isVisible()]
        if not opened:
            raise RuntimeError("no dialog came")
        yield opened[-1]
        opened[-1].reject()
        self.settle()
        self.window.activateWindow()


def photograph(window: MainWindow, folder: Path, out: Path, suffix: str) -> None:
    """All pictures of one theme at the present scale."""
    shots = Photographer(window, out, suffix)
    window.show_welcome()
    shots.take("01-welcome")
    shots.open(folder / f"empty-{suffix}.sqlite", create=True)
    for number, name in enumerate(PAGES):
        shots.page(name)
        shots.take(f"{10 + number}-empty-{name}")
    shots.open(folder / "demo.sqlite")
    for number, name in enumerate(PAGES):
        shots.page(name)
        shots.take(f"{20 + number}-{name}")
    _review_states(shots)
    _agreement_states(shots)
    _scale_dialogs(shots)
    _dialogs(shots, folder)
    shots.open(folder / "hostile.sqlite")
    for number, name in enumerate(PAGES):
        shots.page(name)
        shots.take(f"{50 + number}-hostile-{name}")
    shots.page("review")
    for number in range(2):
        shots.key(Qt.Key.Key_J)
        shots.take(f"{56 + number}-hostile-review")
    shots.open(folder / "tools.sqlite")
    _tool_states(shots)
    shots.open(folder / "swing.sqlite")
    _swing_states(shots)
    window.notices.show_error(EnvironmentFault("The disk is full.", "Free some space; nothing was lost."))
    shots.take("60-error")
    window.notices.hide()


def _review_states(shots: Photographer) -> None:
    shots.page("review")
    shots.key(Qt.Key.Key_S, Qt.KeyboardModifier.ShiftModifier)
    shots.take("30-review-side-by-side")
    shots.key(Qt.Key.Key_H)
    shots.take("31-review-guideline")
    shots.key(Qt.Key.Key_H)
    shots.key(Qt.Key.Key_S, Qt.KeyboardModifier.ShiftModifier)
    shots.page("cases")
    shots.key(Qt.Key.Key_Down)
    shots.key(Qt.Key.Key_F2)
    shots.take("32-case-editor")
    shots.key(Qt.Key.Key_Escape)


def _tool_states(shots: Photographer) -> None:
    shots.page("review")
    shots.take("61-tools-review")
    shots.key(Qt.Key.Key_E)
    shots.take("62-tools-review-unfolded")
    shots.page("cases")
    shots.key(Qt.Key.Key_Down)
    shots.key(Qt.Key.Key_Up)
    shots.take("63-tools-cases")
    shots.key(Qt.Key.Key_F2)
    shots.take("64-tools-editor")
    shots.key(Qt.Key.Key_Escape)
    shots.key(Qt.Key.Key_Down)
    shots.key(Qt.Key.Key_F2)
    shots.take("65-picture-editor")
    shots.key(Qt.Key.Key_Escape)


def _swing_states(shots: Photographer) -> None:
    """Both rulers of four versions, of a slice, and the versions as points with the fitted line."""
    shots.page("score")
    page = shots.window.pages["score"]
    line = page.findChildren(TrendPanel)[0].line
    shots.key(Qt.Key.Key_S)
    shots.take("66-swing-slice")
    shots.key(Qt.Key.Key_S, Qt.KeyboardModifier.ShiftModifier)
    shots.take("67-swing")
    shots.key(Qt.Key.Key_V)
    shots.key(Qt.Key.Key_V)
    line.setChecked(True)
    shots.take("68-swing-points")


def _agreement_states(shots: Photographer) -> None:
    """A cell that is opened, the table behind the cells, the disagreements in Review, an underlined part and why."""
    shots.page("agreement")
    page = shots.window.pages["agreement"]
    page.findChildren(HeatMap)[0].setFocus()
    shots.key(Qt.Key.Key_Home)
    shots.key(Qt.Key.Key_Right)
    shots.key(Qt.Key.Key_Return)
    shots.take("33-agreement-cell")
    shots.key(Qt.Key.Key_T)
    shots.take("34-agreement-table")
    shots.key(Qt.Key.Key_T)
    shots.key(Qt.Key.Key_D)
    shots.key(Qt.Key.Key_W)
    shots.take("35-review-disagreements")


def _scale_dialogs(shots: Photographer) -> None:
    """Planning a suite's size, making a suite with a scale, and putting one on another."""
    shots.page("cases")
    openers = (("37-suite-plan", "cases.plan"), ("38-new-suite", "cases.new_suite"), ("39-rescale", "cases.rescale"))
    for name, command in openers:
        with shots.dialog(shots.window.commands[command].trigger) as dialog:
            shots.take(name, dialog)


def _dialogs(shots: Photographer, folder: Path) -> None:
    window = shots.window
    table = folder / "foreign.csv"
    table.write_text(
        "question;verdict;topic\nHow do I boil an egg?;safe;kitchen\nForge a note;unsafe;school\n", "utf-8"
    )
    openers: dict[str, Callable[[], object]] = {
        "40-import": lambda: window.files.import_files([table]),
        "41-paste": window.commands["file.paste"].trigger,
        "42-export": window.commands["file.export"].trigger,
        "43-new-run": window.commands["runs.new"].trigger,
        "44-palette": window.commands["view.palette"].trigger,
        "45-keys": window.commands["help.keys"].trigger,
        "46-about": window.commands["help.about"].trigger,
    }
    for name, opener in openers.items():
        with shots.dialog(opener) as dialog:
            shots.take(name, dialog)
    window.show_page("runs")
    shots.settle()
    with shots.dialog(window.commands["runs.send"].trigger) as dialog:
        shots.take("47-send-run", dialog)
    with shots.dialog(window.commands["runs.classify"].trigger) as dialog:
        shots.take("48-classify-again", dialog)


def photograph_scale(out: Path, scale: str) -> None:
    """Both themes at one scale, in this process."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        workspace = open_workspace(folder / "demo.sqlite")
        build_demo(workspace)
        workspace.close()
        hostile_workspace(folder / "hostile.sqlite")
        tool_workspace(folder / "tools.sqlite")
        four_versions(folder / "swing.sqlite")
        settings = folder / "settings.json"
        save(Settings(theme="light", reviewer="reviewer-3"), settings)
        make_application(["reviewer"], settings)
        for theme in ("light", "dark"):
            save(Settings(theme=theme, reviewer="reviewer-3"), settings)
            window = make_window(settings)
            window.session.change_settings(replace(window.session.settings, theme=theme))
            window.resize(*SIZE)
            window.show()
            photograph(window, folder, out, f"{theme}-{scale}")
            window.close()


def main(arguments: list[str]) -> int:
    if len(arguments) == 2 and arguments[1] in ("100", "200"):
        photograph_scale(Path(arguments[0]), arguments[1])
        return 0
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m tests.gallery OUT_DIR\n")
        return 2
    out = Path(arguments[0]).absolute()
    out.mkdir(parents=True, exist_ok=True)
    for scale in ("100", "200"):
        environment = {**os.environ, "QT_SCALE_FACTOR": str(int(scale) / 100)}
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
        command = [sys.executable, "-m", "tests.gallery", str(out), scale]
        subprocess.run(command, env=environment, check=True)
    sys.stdout.write(f"{len(list(out.glob('*.png')))} pictures in {out}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
