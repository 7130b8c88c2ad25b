"""Everything that can be wrong with what is given: a sentence, the right status, and nothing torn."""

from __future__ import annotations

import os
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.commands import CHECKOUT, Commands, case, case_file, finished, lines, program, unchanged

WITH_ASSISTANT_LAST = [{"role": "user", "content": "Hello?"}, {"role": "assistant", "content": "Hello."}]
BAD_ROWS = {
    "unknown action": (case("x", "perhaps"), "'perhaps' is not on the scale"),
    "credit 1.5": (case("x", band={"answer_with_caveat": 1.5}), "1.5; it must lie between 0 and 1"),
    "gap": (case("x", band={"clarify": 0.5}), "The band has a gap"),
    "empty prompt": (case("x", prompt=" "), "empty"),
    "unknown role": ({"key": "x", "label": "answer", "messages": [{"role": "boss", "content": "Go."}]}, "'boss'"),
    "last turn": ({"key": "x", "label": "answer", "messages": WITH_ASSISTANT_LAST}, "user"),
    "duplicate key": (case("good", prompt="Something else?"), "'good'"),
    "not an object": ("[1]", "not a JSON object"),
    "too deep": ('{"key": ' + "[" * 5000 + "]" * 5000 + "}", "nested too deeply"),
    "half a character": ('{"key": "x", "label": "answer", "prompt": "\\ud800"}', "surrogate"),
    "not a number": ('{"key": "x", "label": "answer", "prompt": "p", "band": {"clarify": NaN}}', "NaN"),
}


@pytest.mark.parametrize("kind", BAD_ROWS)
def test_a_bad_row_is_named_and_the_good_ones_stay(reviewer: Commands, tmp_path: Path, kind: str) -> None:
    row, said = BAD_ROWS[kind]
    path = lines(tmp_path / "rows.jsonl", [case("good"), row])
    outcome = reviewer("import", path)
    assert outcome.status == 2
    assert "added 1 new case; 1 bad row." in outcome.out
    assert outcome.err.startswith(f"{path}, line 2: ")
    assert said in outcome.err
    assert len(outcome.err.splitlines()) == 1
    with unchanged(reviewer.workspace):
        assert reviewer("import", path, "--strict").status == 2


def test_invalid_json_on_line_17(reviewer: Commands, tmp_path: Path) -> None:
    rows = [case(f"c{n}") for n in range(16)]
    outcome = reviewer("import", lines(tmp_path / "rows.jsonl", [*rows, '{"key": ', case("last")]))
    assert outcome.status == 2
    assert "line 17: This is not JSON" in outcome.err
    assert "added 17 new cases" in outcome.out


def test_a_row_of_50_mb_is_one_bad_row(reviewer: Commands, tmp_path: Path) -> None:
    long = case("b", prompt="a" * 50_000_000)
    outcome = reviewer("import", lines(tmp_path / "long.jsonl", [case("a"), long, case("c")]))
    assert (outcome.status, "added 2 new cases; 1 bad row." in outcome.out) == (2, True)
    assert "line 2: The row is longer than" in outcome.err
    assert len(outcome.err) < 1000


def binary(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 20)


def empty(path: Path) -> None:
    path.write_bytes(b"")


def two_encodings(path: Path) -> None:
    start = '{"key": "a", "prompt": "déjà vu, tête-à-tête, na'.encode()
    path.write_bytes(start + b'\xefve?", "label": "answer"}\n')


def folder(path: Path) -> None:
    path.mkdir()


def pipe(path: Path) -> None:
    os.mkfifo(path)


def missing(path: Path) -> None:
    assert not path.exists()


FILES: dict[Callable[[Path], None], str] = {
    missing: "There is no file",
    binary: "binary",
    empty: "is empty",
    two_encodings: "not UTF-8",
    folder: "is a folder",
    pipe: "a pipe",
}


@pytest.mark.parametrize("make", FILES, ids=lambda make: make.__name__)
@pytest.mark.parametrize("name", ["given.jsonl", "given.csv"])
def test_a_file_that_cannot_be_read_at_all(
    filled: Commands, tmp_path: Path, make: Callable[[Path], None], name: str
) -> None:
    path = tmp_path / name
    make(path)
    with unchanged(filled.workspace):
        for option in ("--json", "--strict"):
            sentence = filled("import", path, option).refused()
            assert FILES[make] in sentence
            assert str(path) in sentence


REQUESTS = {
    "column that is not there": (("--map", "nope=prompt"), "no column 'nope'"),
    "map without =": (("--map", "question"), "does not say COL=FIELD"),
    "map to no field": (("--map", "question=answerer"), "no field 'answerer'"),
    "label map without =": (("--map-label", "safe"), "does not say VALUE=ACTION"),
    "label map to no action": (("--map-label", "safe=perhaps"), "'perhaps' is not on the scale"),
    "format": (("--format", "excel"), "There is no format 'excel'"),
}


@pytest.mark.parametrize("kind", REQUESTS)
def test_an_import_that_cannot_be_meant(filled: Commands, tmp_path: Path, kind: str) -> None:
    options, said = REQUESTS[kind]
    path = tmp_path / "table.csv"
    path.write_text("question,label\nHow?,answer\n", encoding="utf-8")
    with unchanged(filled.workspace):
        assert said in filled("import", path, *options).refused()


WRONG = {
    "score, no such run": ("score --run nope", "no run 'nope'"),
    "score, bands": ("score --run v1 --bands wide", "'wide' are not known"),
    "score, credit": ("score --run v1 --bands neighbours:1.5", "between 0 and 1"),
    "score, credit nan": ("score --run v1 --bands neighbours:nan", "between 0 and 1"),
    "score, hold back": ("score --run v1 --hold-back perhaps", "'perhaps' is not on the scale"),
    "report, no such run": ("report --run nope --out OUT.html", "no run 'nope'"),
    "report, ending": ("report --run v1 --out OUT.docx", ".docx is not known"),
    "export, what": ("export --what scores --out OUT.jsonl", "'scores' cannot be exported"),
    "export, suite": ("export --what cases --suite nope --out OUT.jsonl", "no suite 'nope'"),
    "export, run": ("export --what responses --run nope --out OUT.jsonl", "no run 'nope'"),
    "export, ending": ("export --what cases --out OUT.docx", ".docx"),
    "export, form": ("export --what cases --out OUT.jsonl --format docx", "'docx'"),
    "decide, run": ("decide --run nope --case c00 --action answer", "no run 'nope'"),
    "decide, case": ("decide --run v1 --case nope --action answer", "'nope'"),
    "decide, repeat": ("decide --run v1 --case c00 --action answer --repeat 9", "repeat 9"),
    "decide, action": ("decide --run v1 --case c00 --action perhaps", "'perhaps' is not on the scale"),
    "run, suite": ("run --suite nope --model m --base-url http://127.0.0.1:9/v1", "no suite 'nope'"),
    "run, nothing": ("run", "--suite is missing"),
    "run, no model": ("run --suite cases", "has no model"),
    "run, version": ("run --suite cases --model-version nope", "no model version 'nope'"),
    "run, two places": ("run --suite cases --model m --endpoint e --base-url http://127.0.0.1:9", "said twice where"),
    "run, frozen": ("run --suite cases --model-version v --top-p 0.5", "--top-p cannot be given with --model-version"),
    "run, resumed": ("run --resume v1 --base-url http://127.0.0.1:9", "--base-url cannot be given with --resume"),
    "run, part": ("run --suite cases --again", "for a run that is resumed"),
    "run, resume": ("run --resume nope", "no run 'nope'"),
    "run, imported": ("run --resume v1", "was imported"),
    "run, address": ("run --suite cases --model m --base-url nowhere", "not an http or https address"),
    "run, password": ("run --suite cases --model m --base-url http://a:b@127.0.0.1:9", "user name or password"),
    "run, protocol": ("run --suite cases --model m --base-url http://127.0.0.1:9 --protocol x", "'x' is not known"),
    "run, no recording": ("run --suite cases --model m --responses nope.jsonl", "is not a file"),
    "endpoint, address": ("endpoint add e --base-url nowhere", "not an http or https address"),
    "endpoint, protocol": ("endpoint add e --protocol x", "'x' is not known"),
    "endpoint, timeout": ("endpoint add e --base-url http://127.0.0.1:9 --timeout-s nan", "timeout is nan"),
    "endpoint, key": ("endpoint add e --base-url http://127.0.0.1:9 --key-env sk-1", "not the name of a variable"),
    "endpoint, nothing": ("endpoint add e", "not an http or https address"),
    "endpoint, test": ("endpoint test nope", "nope"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_request_that_cannot_be_meant(filled: Commands, tmp_path: Path, kind: str) -> None:
    command, said = WRONG[kind]
    with unchanged(filled.workspace):
        assert said in filled(*command.replace("OUT", str(tmp_path / "out")).split(" ")).refused()
    assert not list(tmp_path.glob("out*"))


@pytest.mark.parametrize(
    "option",
    ["--concurrency=0", "--concurrency=-1", "--timeout-s=0", "--timeout-s=nan", "--rpm=-1", "--tpm=0", "--limit=0",
     "--repeats=0", "--max-attempts=0", "--temperature=nan", "--temperature=-1", "--top-p=2", "--max-tokens=0",
     "--key-env=NO_SUCH_VARIABLE_HERE", "--key-env=sk-0123", "--header=Authorization=Bearer 0123", "--header=X",
     "--system=@nowhere.txt"],
)  # fmt: skip
def test_a_run_that_could_not_be_sent_is_not_made(filled: Commands, option: str) -> None:
    with unchanged(filled.workspace):
        sentence = filled("run", "--suite", "cases", "--model", "m", "--base-url", "http://127.0.0.1:9/v1", option)
        assert "0123" not in sentence.refused()


@pytest.mark.parametrize(
    "command", ["scor", "impotr", "endpoint nope", "report", "score --run", "import --on-conflict x f"]
)
def test_a_command_that_is_not_known_opens_no_window(reviewer: Commands, command: str) -> None:
    outcome = reviewer.bare(*command.split(" "))
    assert (outcome.status, outcome.out, reviewer.windows) == (2, "", [])
    assert "Error: " in outcome.err


def test_a_score_of_no_run_asks_for_one_and_opens_no_window(reviewer: Commands) -> None:
    outcome = reviewer.bare("score")
    assert (outcome.status, outcome.out, reviewer.windows) == (2, "", [])
    assert outcome.err == "reviewer: No run is named. Give one with --run NAME; `reviewer runs` lists them.\n"


OUTPUTS = ("report --run v1 --out", "export --what cases --out", "classify RESPONSES --out")


@pytest.mark.parametrize("command", OUTPUTS)
def test_output_is_put_only_where_a_file_can_be(filled: Commands, tmp_path: Path, command: str) -> None:
    name = "out.html" if "report" in command else "out.jsonl"
    words = command.replace("RESPONSES", str(tmp_path / "responses.jsonl")).split(" ")
    tail = [] if "classify" in command else ["--workspace", filled.workspace]
    os.mkfifo(tmp_path / name)
    (tmp_path / "folder" / name).mkdir(parents=True)
    with unchanged(filled.workspace):
        assert "a pipe" in filled.bare(*words, tmp_path / name, *tail).refused()
        assert "is a folder" in filled.bare(*words, tmp_path / "folder" / name, *tail).refused()
        for place in (tmp_path / "nowhere" / name, tmp_path / "cases.jsonl" / name):
            assert str(place) in filled.bare(*words, place, *tail).refused(3)
    assert stat.S_ISFIFO((tmp_path / name).stat().st_mode)
    assert not list(tmp_path.rglob("*.part"))


def test_output_through_a_link_leaves_the_link(filled: Commands, tmp_path: Path) -> None:
    (tmp_path / "link.jsonl").symlink_to(tmp_path / "target.jsonl")
    filled.done("export", "--what", "cases", "--out", tmp_path / "link.jsonl")
    assert (tmp_path / "link.jsonl").is_symlink()
    assert len((tmp_path / "target.jsonl").read_text(encoding="utf-8").splitlines()) == 7


def no_workspace(path: Path) -> None:
    path.write_text("This is a letter, not a database.\n" * 200, encoding="utf-8")


def other_database(path: Path) -> None:
    path.write_bytes(b"SQLite format 3\0" + b"x" * 4000)


NO_WORKSPACES: dict[Callable[[Path], None], str] = {
    no_workspace: "not a Reviewer workspace",
    other_database: "not a Reviewer workspace",
    folder: "is a folder",
    pipe: "a pipe",
}


@pytest.mark.parametrize("make", NO_WORKSPACES, ids=lambda make: make.__name__)
def test_a_workspace_that_is_none(reviewer: Commands, tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(reviewer.workspace)
    for words in (("runs", "--json"), ("import", case_file(tmp_path)), ("score", "--run", "x")):
        assert NO_WORKSPACES[make] in reviewer(*words).refused()


def test_a_workspace_that_does_not_exist_is_made_by_import_only(reviewer: Commands, tmp_path: Path) -> None:
    for words in (("runs",), ("suites",), ("endpoints",), ("score", "--run", "x"), ("endpoint", "list")):
        assert "There is no workspace at" in reviewer(*words).refused()
    assert not reviewer.workspace.exists()
    reviewer.done("import", case_file(tmp_path))
    assert reviewer.workspace.is_file()


def test_a_workspace_where_none_can_be_made(reviewer: Commands, tmp_path: Path) -> None:
    cases = case_file(tmp_path)
    reviewer.workspace = cases / "workspace.sqlite"
    assert "cannot be made" in reviewer("import", cases).refused(3)
    assert "is a URL" in reviewer.bare("runs", "--workspace", "postgresql://ann:hidden@host/db").refused()
    assert "hidden" not in reviewer.bare("runs", "--workspace", "postgresql://ann:hidden@host/db").err


@pytest.mark.skipif(os.geteuid() == 0, reason="an administrator may write everywhere")
def test_a_workspace_on_a_read_only_folder(filled: Commands, tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir()
    closed.chmod(0o500)
    filled.workspace = closed / "workspace.sqlite"
    filled("import", tmp_path / "cases.jsonl").refused(3)


FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.is_char_device(), reason="the system has no /dev/full")
@pytest.mark.parametrize("words", ["score --run v1 --json", "runs", "--version"])
def test_standard_output_on_a_full_disk(filled: Commands, words: str) -> None:
    with FULL.open("w") as full:
        told = _with_output_to(full.fileno(), words.split(" "), filled.workspace)
    assert told == (3, "reviewer: The output could not be written: No space left on device. Make room for it.\n")


def test_a_reader_that_has_gone_ends_the_program_quietly(filled: Commands) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        assert _with_output_to(writing, ["score", "--run", "v1"], filled.workspace) == (3, "")
    finally:
        os.close(writing)


def _with_output_to(descriptor: int, words: list[str], workspace: Path) -> tuple[int, str]:
    tail = [] if words == ["--version"] else ["--workspace", workspace]
    ended = subprocess.run(
        program(*words, *tail), cwd=CHECKOUT, stdout=descriptor, stderr=subprocess.PIPE, text=True, check=False
    )
    return ended.returncode, ended.stderr


def test_a_full_disk_tears_nothing(filled: Commands, tmp_path: Path) -> None:
    big = lines(tmp_path / "big.jsonl", (case(f"b{n}", prompt="word " * 500) for n in range(800)))
    limit = "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
    limit += "resource.setrlimit(resource.RLIMIT_FSIZE, (700_000, 700_000)); "
    limit += "from reviewer.cli.app import run; sys.exit(run(sys.argv[1:], lambda path, demo: 0))"
    with unchanged(filled.workspace):
        outcome = finished("import", big, "--workspace", filled.workspace, prefix=("-c", limit))
        assert "The disk failed" in outcome.refused(3)
    filled.done("import", big)
