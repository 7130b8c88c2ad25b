"""A whole session in one process, every use of a socket written down: `python -m tests.e2e.offline_session FOLDER`.

Prints one JSON document: {"used": [what a socket was used for], "statuses": {command: exit status}}.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
from pathlib import Path

SAMPLES = Path(__file__).resolve().parents[2] / "sample_cases"
USES = (
    "socket.connect",
    "socket.bind",
    "socket.sendto",
    "socket.sendmsg",
    "socket.getaddrinfo",
    "socket.gethostbyname",
)


def window_session(folder: Path) -> int:
    """Every page of the window, until each has read what it shows."""
    from reviewer.ui.application import make_application, make_window

    app = make_application(["reviewer"], folder / "settings.json")
    window = make_window(folder / "settings.json")
    window.session.open(folder / "w.sqlite", create=False)
    window.show()
    for page in (None, "cases", "review", "score", "compare", "reports", "runs"):
        if page is not None:
            window.show_page(page)
        app.processEvents()
        while window.session.tasks.under_way:
            app.processEvents()
    window.close()
    return 0


def main() -> None:
    folder, used = Path(sys.argv[1]), list[str]()
    sys.addaudithook(lambda event, details: used.append(f"{event} {details[1:]}") if event in USES else None)
    from reviewer.cli.app import run

    workspace = ["--workspace", str(folder / "w.sqlite")]
    at = ["--run", "1.0", "--case", "chem-02-flatmate-fumes"]
    commands = (
        ["import", str(SAMPLES / "sensitive-requests.jsonl"), str(SAMPLES / "responses-1.0.jsonl"), *workspace],
        ["reclassify", "--run", "1.0", *workspace],
        ["decide", *at, "--action", "answer", "--reviewer", "ann", *workspace],
        ["score", "--run", "1.0", *workspace],
        ["report", "--run", "1.0", "--out", str(folder / "r.html"), *workspace],
        ["report", "--run", "1.0", "--out", str(folder / "r.xlsx"), *workspace],
        ["bundle", "--run", "1.0", "--out", str(folder / "b.zip"), *workspace],
        ["backup", "--out", str(folder / "copy.sqlite"), *workspace],
        ["doctor", *workspace],
        ["--help"],
    )
    statuses, said = dict[str, int](), io.StringIO()
    for command in commands:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            statuses[" ".join(command[:5])] = run(command, lambda _path, _demo: 0)
    statuses["window"] = window_session(folder)
    json.dump({"used": used, "statuses": statuses, "said": said.getvalue()}, sys.stdout)


if __name__ == "__main__":
    main()
