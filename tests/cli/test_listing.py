"""`runs`, `suites`, `endpoints`, `endpoint add|test|list`, `doctor`, and which workspace is meant."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from reviewer.classify.language import COVERED_LANGUAGES
from tests.support.commands import Commands, finished, response_file
from tests.support.loopback import LoopbackServer, echo, error, unused_port

RUN_NAMES = {
    "name", "suite", "model_version", "model", "endpoint", "status", "message", "planned", "stored", "missing",
    "states", "reviewed", "balanced", "created_at", "finished_at",
}  # fmt: skip


def test_runs_and_suites_say_what_is_there(filled: Commands) -> None:
    runs = filled.done("runs", "--json").document["runs"]
    assert isinstance(runs, list)
    assert set(runs[0]) == RUN_NAMES
    assert (runs[0]["name"], runs[0]["stored"], runs[0]["status"]) == ("v1", 6, "imported")
    scored = filled.done("score", "--run", "v1", "--json").document["score"]
    assert isinstance(scored, dict)
    assert runs[0]["balanced"] == scored["balanced"]
    assert f"{scored['balanced']['value']:.3f} [" in filled.done("runs").out
    suites = filled.done("suites", "--json").document["suites"]
    assert isinstance(suites, list)
    assert [(each["name"], each["cases"]) for each in suites] == [("cases", {"labelled": 6})]
    assert "v1" in filled.done("runs").out
    assert str(suites[0]["content_hash"])[:12] in filled.done("suites").out


def test_an_endpoint_is_added_changed_listed_and_tested(filled: Commands) -> None:
    with LoopbackServer(echo) as server:
        filled.done("endpoint", "add", "local", "--base-url", server.base_url, "--key-env", "SOME_KEY")
        assert "SOME_KEY" in filled("endpoint", "test", "local").refused()
        filled.done("endpoint", "add", "local", "--base-url", server.base_url, "--concurrency", 2)
        listed = filled.done("endpoint", "list", "--json").document["endpoints"]
        assert isinstance(listed, list)
        assert [(each["name"], each["concurrency"], each["key_env"]) for each in listed if each["name"] == "local"] == [
            ("local", 2, "")
        ]
        assert filled.done("endpoints", "--json").document["endpoints"] == listed
        tested = filled.done("endpoint", "test", "local", "--model", "test-model", "--json").document
        assert (tested["ok"], tested["models"], tested["model_known"]) == (True, ["test-model"], True)
        server.default = error(401, "no")
        outcome = filled("endpoint", "test", "local", "--model", "test-model")
        assert (outcome.status, "does not accept the key" in outcome.out) == (1, True)


def test_an_endpoint_without_a_model_is_only_asked_for_its_list(filled: Commands) -> None:
    with LoopbackServer(echo) as server:
        filled.done("endpoint", "add", "local", "--base-url", server.base_url)
        filled.done("endpoint", "test", "local")
        assert server.completions == []


def test_an_endpoint_that_is_down_fails_the_test_with_3(filled: Commands) -> None:
    filled.done("endpoint", "add", "down", "--base-url", f"http://127.0.0.1:{unused_port()}/v1")
    outcome = filled("endpoint", "test", "down", "--model", "m")
    assert (outcome.status, "There is no connection" in outcome.out) == (3, True)


def test_a_recording_is_an_endpoint_from_every_folder(
    filled: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    filled.done("endpoint", "add", "tape", "--protocol", "recorded", "--responses", response_file(Path()))
    monkeypatch.chdir("/")
    filled.done("run", "--suite", "cases", "--endpoint", "tape", "--model", "m")


def test_doctor_finds_a_sound_workspace_and_a_damaged_one(filled: Commands, tmp_path: Path) -> None:
    outcome = filled("doctor", "--json")
    checks = outcome.document["checks"]
    assert isinstance(checks, list)
    found = {each["what"]: each for each in checks}
    assert {"Reviewer", "window", "SQLite", "program files", "settings", "log", "keyring", "workspace"} <= set(found)
    assert found["workspace"]["sentence"].endswith("is sound")
    damaged = tmp_path / "damaged.sqlite"
    content = bytearray(filled.workspace.read_bytes())
    content[4096 * 3 : 4096 * 12] = b"\xaa" * (4096 * 9)
    damaged.write_bytes(content)
    assert _workspace_finding(filled, damaged).startswith("FAIL")
    assert "check the path" in _workspace_finding(filled, tmp_path / "nowhere.sqlite")
    assert "is a folder" in _workspace_finding(filled, tmp_path)


@pytest.mark.parametrize("of", ["case", "response"])
def test_doctor_finds_a_search_index_of_other_words_and_salvage_makes_a_new_one(
    filled: Commands, tmp_path: Path, of: str
) -> None:
    copy, saved = tmp_path / "copy.sqlite", tmp_path / "saved.sqlite"
    filled.done("backup", "--out", copy)
    with closing(sqlite3.connect(copy)) as connection, connection:
        connection.execute(f"DELETE FROM {of}_fts_docsize WHERE id = (SELECT max(id) FROM {of}_fts_docsize)")  # noqa: S608
    said = _workspace_finding(filled, copy)
    assert f"the search index of the {of}s does not fit their texts" in said
    assert filled.bare("doctor", "--workspace", copy, "--salvage", saved).status == 0
    assert filled.bare("doctor", "--workspace", saved).status == 0


def test_doctor_tells_which_languages_the_rules_read(filled: Commands) -> None:
    document = filled("doctor", "--json").document
    assert document["languages"] == COVERED_LANGUAGES
    (line,) = (line for line in filled("doctor").out.splitlines() if line.startswith("ok    languages: "))
    assert all(f"{name} ({code})" in line for code, name in COVERED_LANGUAGES.items())


def _workspace_finding(commands: Commands, workspace: Path) -> str:
    outcome = commands.bare("doctor", "--workspace", workspace)
    assert outcome.status == 1
    assert "Traceback" not in outcome.err
    return outcome.out.splitlines()[-1]


def test_the_workspace_comes_from_the_option_the_environment_or_the_default(
    filled: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_default = filled.bare("runs").refused()
    assert str(tmp_path / "home") in by_default
    monkeypatch.setenv("REVIEWER_WORKSPACE", str(filled.workspace))
    assert "v1" in filled.bare("runs").out
    assert "There is no workspace" in filled.bare("--workspace", tmp_path / "other.sqlite", "runs").refused()
    assert "There is no workspace" in filled.bare(f"--workspace={tmp_path / 'other.sqlite'}", "runs").refused()


def test_a_workspace_alone_opens_the_window_on_it(filled: Commands) -> None:
    assert filled.bare(filled.workspace).status == 0
    assert filled.bare().status == 0
    assert filled.bare("demo").status == 0
    assert [(path and path.name, demo) for path, demo in filled.windows] == [
        ("workspace.sqlite", False),
        (None, False),
        ("demo.sqlite", True),
    ]


def test_the_program_answers_with_its_statuses(filled: Commands) -> None:
    assert finished("--version").out.startswith("reviewer ")
    assert finished("runs", "--workspace", filled.workspace).status == 0
    assert finished("score", "--run", "nope", "--workspace", filled.workspace).status == 2
