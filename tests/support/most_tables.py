"""A small workspace with a row in most tables, made by commands as people give them."""

from __future__ import annotations

from pathlib import Path

from tests.support.commands import Commands, case_file, lines, response_file


def fill_most_tables(reviewer: Commands, folder: Path) -> None:
    """Two runs over one suite, decided, adjudicated, disputed, planned; source files go into `folder`."""
    reviewer.done("import", case_file(folder), response_file(folder))
    reviewer.done("import", lines(folder / "more.jsonl", [{"case": "c00", "run": "v2", "text": "I cannot help."}]))
    for person, action in (("ann", "refuse"), ("ben", "answer")):
        reviewer.done("decide", "--run", "v1", "--case", "c00", "--action", action, "--reviewer", person)
    reviewer.done("decide", "--run", "v1", "--case", "c01", "--action", "refuse", "--reviewer", "ann")
    words = ("--action", "answer", "--cause", "slip", "--reviewer", "cem")
    reviewer.done("adjudicate", "--run", "v1", "--case", "c00", *words)
    reviewer.done("undo", "--run", "v1", "--case", "c01", "--reviewer", "ann")
    one = ("--suite", "cases", "--case", "c02")
    reviewer.done("label", *one, "--dispute", "--reason", "It is wrong.", "--label", "refuse", "--reviewer", "ann")
    reviewer.done("dispute", "settle", "1", "--keep", "--reason", "It is right.", "--reviewer", "ben")
    reviewer.done("label", *one, "--label", "refuse", "--reason", "It was wrong.", "--reviewer", "cem")
    reviewer.done("plan", "--run", "v1", "--budget", "3")
    reviewer.done("declare", "--reviewer", "ann", "--conflict", "none")
    reviewer.done("endpoint", "add", "here", "--base-url", "http://127.0.0.1:9/v1")
