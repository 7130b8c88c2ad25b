"""Secrets are planted, every kind of failure is driven, and no file, message or process list holds one of them."""

from __future__ import annotations

import base64
import json
import sqlite3
import sys
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.support import loopback
from tests.support.commands import Outcome, case_file, finished
from tests.support.loopback import Behaviour, Handler, LoopbackServer

KEY = 'sk-Canary/7"+key0123456789'
HEADER = "Canary-header-4711-abcdef"
WRITTEN = "CanaryWritten4711"
"""Given where it does not belong: in addresses, proxies and headers."""
PLANTED = (KEY, HEADER, WRITTEN)
N_CASES = 12


def echoed(handler: Handler) -> str:
    """All that was sent to the server beside the case."""
    received = handler.received
    return " ".join(value for name, value in received.headers.items() if name in ("authorization", "x-team"))


def echoes(status: int) -> Behaviour:
    def behave(handler: Handler) -> None:
        seen = echoed(handler)
        escaped = "".join(f"\\u{ord(c):04X}" for c in seen)
        said = f'{{"error": {{"message": "wrong: {escaped}", "code": "{escaped}"}}}}'
        handler.answer(status, said.encode(), {"X-Request-Id": seen, "Server": seen, "Location": f"http://h/?k={seen}"})

    return behave


def page(handler: Handler) -> None:
    handler.answer(200, f"<html><title>{echoed(handler)}</title></html>".encode(), kind="text/html")


def answers(handler: Handler) -> None:
    seen = echoed(handler)
    text = f"{seen} {quote(seen, safe='')} {base64.b64encode(seen.encode()).decode()}"
    document = {**loopback.completion(text), "model": seen, "system_fingerprint": seen}
    loopback.raw(json.dumps(document).encode(), headers={"X-Request-Id": seen})(handler)


def streams(handler: Handler) -> None:
    seen = echoed(handler)
    pieces = [json.dumps({"choices": [{"delta": {"content": c}}]}) for c in (seen[:20], seen[20:], " ok")]
    body = "".join(f"data: {piece}\n\n" for piece in pieces) + "data: [DONE]\n\n"
    handler.answer(200, body.encode(), kind="text/event-stream")


FAILURES: dict[str, Behaviour] = {
    **{str(status): echoes(status) for status in (302, 400, 401, 403, 404, 429, 500, 503)},
    "page": page,
    "answer": answers,
    "stream": streams,
    "reset": loopback.reset,
    "half": loopback.half,
}


def in_process_list() -> list[str]:
    found = []
    for each in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            found.append(each.read_bytes().decode(errors="replace"))
    return [line for line in found if "reviewer" in line]


def texts_of(path: Path) -> Iterator[bytes]:
    """A file as it is, and what is packed in it: members of archives, compressed cells of a workspace."""
    held = path.read_bytes()
    yield held
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            yield from (archive.read(name) for name in archive.namelist())
    if held.startswith(b"SQLite format 3"):
        with closing(sqlite3.connect(path)) as opened:
            tables = [row[0] for row in opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            cells = (cell for table in tables for row in opened.execute(f'SELECT * FROM "{table}"') for cell in row)  # noqa: S608
            for cell in cells:
                if isinstance(cell, bytes):
                    with suppress(zlib.error):
                        yield zlib.decompress(cell)


def forms(secret: str) -> tuple[bytes, ...]:
    escaped = json.dumps(secret)[1:-1]
    numbered = "".join(f"\\u{ord(c):04x}" for c in secret)
    whole = (secret, escaped, quote(secret, safe=""), numbered, numbered.upper().replace("\\U", "\\u"))
    return (*(each.encode() for each in whole), base64.b64encode(secret.encode())[:-4])


def leaks(folder: Path, outcomes: list[Outcome], listed: list[str]) -> list[str]:
    places: dict[str, list[bytes]] = {str(path): list(texts_of(path)) for path in folder.rglob("*") if path.is_file()}
    places["output"] = [(each.out + each.err).encode() for each in outcomes]
    places["process list"] = [line.encode() for line in listed]
    return [
        f"{secret[:10]}… in {place}"
        for place, texts in places.items()
        for secret in PLANTED
        if any(form in text for form in forms(secret) for text in texts)
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="the process list is read from /proc")
def test_no_planted_secret_is_anywhere(tmp_path: Path) -> None:
    home = {name: str(tmp_path / "home") for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME")}
    env = {**home, "CANARY_KEY": KEY, "CANARY_TEAM": HEADER}
    workspace, outcomes, listed = ("--workspace", tmp_path / "w.sqlite"), list[Outcome](), list[str]()

    def does(*command: object) -> Outcome:
        outcomes.append(finished(*command, *workspace, env=env))
        return outcomes[-1]

    def watched(behaviour: Behaviour) -> Behaviour:
        def behave(handler: Handler) -> None:
            listed.extend(in_process_list())
            behaviour(handler)

        return behave

    assert does("import", case_file(tmp_path, N_CASES)).status == 0
    with LoopbackServer() as server:
        keyed = ("--key-env", "CANARY_KEY", "--header", "X-Team=$CANARY_TEAM", "--max-attempts", "1")
        few = ("--limit", "2", "--max-wait-s", "0")
        assert does("endpoint", "add", "local", "--base-url", server.base_url, *keyed).status == 0
        for name, behaviour in FAILURES.items():
            server.default = watched(behaviour)
            does("run", "--suite", "cases", "--model", "m", "--endpoint", "local", "--name", name, *few)
            if name in ("302", "401", "page"):
                server.models_behaviour = behaviour
                does("endpoint", "test", "local", "--model", "m")
        assert len(server.completions) >= len(FAILURES)
        assert all(KEY in each.headers["authorization"] for each in server.completions)
    does("endpoint", "test", "local", "--model", "m")
    for name in ("answer", "stream"):
        for end in ("html", "xlsx", "json", "md"):
            assert does("report", "--run", name, "--out", tmp_path / f"{name}.{end}").status == 0
        assert does("export", "--what", "responses", "--run", name, "--out", tmp_path / f"{name}.jsonl").status == 0
    assert does("bundle", "--run", "answer", "--out", tmp_path / "bundle.zip").status == 0
    unsent = ("--suite", "cases", "--model", "m", "--endpoint", "local", "--name", "batch", "--no-send")
    assert does("run", *unsent).status == 0
    assert does("batch", "export", "--run", "batch", "--out", tmp_path / "batch.jsonl").status == 0
    assert does("backup", "--out", tmp_path / "backup.sqlite").status == 0
    does("endpoints", "--json")
    does("doctor")
    assert listed
    assert leaks(tmp_path, outcomes, listed) == []
    # the search finds what is there
    (tmp_path / "planted").write_text(f"x{json.dumps(KEY)}", encoding="utf-8")
    assert leaks(tmp_path, [], []) == [f"{KEY[:10]}… in {tmp_path / 'planted'}"]


REFUSED: dict[str, tuple[str, ...]] = {
    "user and password": ("--base-url", f"http://ann:{WRITTEN}@127.0.0.1:9/v1"),
    "parameter": ("--base-url", f"http://127.0.0.1:9/v1?api-key={WRITTEN}"),
    "no address": ("--base-url", f"ftp://ann:{WRITTEN}@127.0.0.1:9/v1?key={WRITTEN}"),
    "proxy": ("--base-url", "http://127.0.0.1:9", "--proxy", f"http://ann:{WRITTEN}@127.0.0.1:9"),
    "proxy of another kind": ("--base-url", "http://127.0.0.1:9", "--proxy", f"socks5://ann:{WRITTEN}@127.0.0.1:9"),
    "header": ("--base-url", "http://127.0.0.1:9", "--header", f"X-Password={WRITTEN}"),
    "header without a sign": ("--base-url", "http://127.0.0.1:9", "--header", f"Authorization: Bearer {WRITTEN}"),
    "variable": ("--base-url", "http://127.0.0.1:9", "--key-env", f"sk-{WRITTEN}"),
    "entry": ("--base-url", "http://127.0.0.1:9", "--key-service", f"sk-{WRITTEN}"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_written_out_is_neither_stored_nor_repeated(what: str, tmp_path: Path) -> None:
    home = {name: str(tmp_path / "home") for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME")}
    outcome = finished("endpoint", "add", "e", *REFUSED[what], "--workspace", tmp_path / "w.sqlite", env=home)
    outcome.refused(2)
    assert leaks(tmp_path, [outcome], []) == []


@pytest.mark.parametrize("by_variable", [True, False])
def test_a_workspace_with_a_password_is_refused_and_not_repeated(by_variable: bool, tmp_path: Path) -> None:
    url = f"postgresql://ann:{WRITTEN}@db.example/r?password={WRITTEN}"
    given = () if by_variable else ("--workspace", url)
    outcome = finished(
        "runs", *given, env={"HOME": str(tmp_path), **({"REVIEWER_WORKSPACE": url} if by_variable else {})}
    )
    assert "is a URL" in outcome.refused(2)
    assert leaks(tmp_path, [outcome], []) == []
