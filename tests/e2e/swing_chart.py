"""The score screen of a workspace in the real window, in a process of its own: what its chart of both rulers shows.

`python -m tests.e2e.swing_chart WORKSPACE` prints the sentence over the chart, then the words of each mark in it.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from reviewer.ui.application import make_application
from reviewer.ui.frame.main_window import MainWindow
from reviewer.ui.kit.session import Session
from reviewer.ui.kit.tasks import Tasks
from reviewer.ui.score.page import ScorePage


def main(workspace: Path) -> None:
    settings = workspace.with_suffix(".json")
    make_application(["reviewer"], settings)
    session = Session(Tasks(), settings)
    window = MainWindow(session)
    window.resize(1366, 768)
    window.show()
    session.open(workspace, create=False)
    settle(session)
    window.show_page("score")
    settle(session)
    page_shown = window.pages["score"]
    assert isinstance(page_shown, ScorePage)
    panel = page_shown.trend
    told = {"said": panel.rulers.said.text(), "marks": [mark.words for mark in panel.rulers_chart.marks()]}
    sys.stdout.write(json.dumps(told) + "\n")
    window.close()


def settle(session: Session) -> None:
    QApplication.processEvents()
    while session.tasks.under_way:
        QApplication.processEvents()
    QApplication.processEvents()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
