"""`reviewer batch`, and what `reviewer run` may use."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.commands import Commands, case_file, exported
from tests.support.loopback import LoopbackServer, completion, error


@pytest.fixture
def asked(reviewer: Commands, tmp_path: Path) -> Path:
    """A run that was stored and not sent, as a batch file."""
    reviewer.done("import", case_file(tmp_path), "--suite", "s")
    where = ("--base-url", "http://127.0.0.1:9/v1", "--model", "m", "--name", "far", "--no-send")
    reviewer.done("run", "--suite", "s", *where)
    out = tmp_path / "requests.jsonl"
    reviewer.done("batch", "export", "--run", "far", "--out", out)
    return out


def results(asked: Path, path: Path) -> list[str]:
    """The lines of a result file that answers everything, written to `path`."""
    lines = []
    for line in asked.read_text(encoding="utf-8").splitlines():
        answer = {"status_code": 200, "body": completion("Yes.")}
        lines.append(json.dumps({"custom_id": json.loads(line)["custom_id"], "response": answer}))
    path.write_text("\n".join(lines), encoding="utf-8")
    return lines


def test_a_run_goes_through_a_file(reviewer: Commands, asked: Path, tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    results(asked, path)
    said = reviewer.done("batch", "import", path, "--run", "far", "--json").document
    assert (said["stored"], said["left"], said["foreign"]) == (6, 0, [])
    assert reviewer.done("score", "--run", "far", "--json").document["n_responses"] == 6


def test_what_is_not_stored_is_named_and_the_answer_is_no(reviewer: Commands, asked: Path, tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    first = results(asked, path)[0]
    path.write_text("\n".join((first, "not json", '{"custom_id": "x-y"}')), encoding="utf-8")
    outcome = reviewer("batch", "import", path, "--run", "far")
    assert outcome.status == 1
    assert "1 stored" in outcome.out
    assert "5 still missing" in outcome.out
    for words in ("1 not stored, no result: results.jsonl, line 2: not JSON", "not of this run: results.jsonl, line 3"):
        assert words in outcome.err


def test_a_budget_stops_a_run_which_can_go_on(reviewer: Commands, tmp_path: Path) -> None:
    reviewer.done("import", case_file(tmp_path, 60), "--suite", "s")
    with LoopbackServer() as server:
        where = ("--base-url", server.base_url, "--model", "m", "--name", "dear", "--concurrency", "1")
        prices = ("--price-sent", "2", "--price-received", "4", "--most-tokens", "100")
        outcome = reviewer("run", "--suite", "s", *where, *prices, "--json")
        assert outcome.document["ending"] == "stopped"
        assert "budget of 100 tokens" in str(outcome.document["sentence"])
        tokens = outcome.document["tokens"]
        assert isinstance(tokens, dict)
        assert outcome.document["spend"] == pytest.approx((2 * tokens["sent"] + 4 * tokens["received"]) / 1e6)
        reviewer.done("run", "--resume", "dear")
    assert reviewer.done("runs", "--json").document["runs"][0]["stored"] == 60  # type: ignore[index]


def test_a_budget_of_money_needs_a_price(reviewer: Commands, tmp_path: Path) -> None:
    reviewer.done("import", case_file(tmp_path), "--suite", "s")
    said = reviewer("run", "--suite", "s", "--base-url", "http://127.0.0.1:9/v1", "--model", "m", "--most-spend", "1")
    assert "without a price" in said.refused()


def test_parts_of_what_is_missing_and_more_repeats(reviewer: Commands, tmp_path: Path) -> None:
    reviewer.done("import", case_file(tmp_path), "--suite", "s")
    with LoopbackServer() as server:
        server.script(error(400, "No."))
        where = ("--base-url", server.base_url, "--model", "m", "--name", "r", "--concurrency", "1", "--seed", "5")
        assert reviewer("run", "--suite", "s", *where).status == 1
        failed = server.completions[0].prompt
        reviewer.done("run", "--resume", "r", "--repeats", "3", "--only-failed")
        assert [each.prompt for each in server.completions[6:]] == [failed]
        key = exported(reviewer, "responses", tmp_path)[-1]["case"]
        reviewer.done("run", "--resume", "r", "--case", key)
        assert [each.body["seed"] for each in server.completions[7:]] == [6, 7]
        assert len({each.prompt for each in server.completions[7:]}) == 1
        reviewer.done("run", "--resume", "r")
        assert len(server.completions) == 7 + 2 * 6
    assert "already" in reviewer("run", "--resume", "r", "--repeats", "2").refused()
    assert "no case 'nowhere'" in reviewer("run", "--resume", "r", "--case", "nowhere").refused()
    assert "resumed" in reviewer("run", "--suite", "s", "--case", "x").refused()


def test_a_dry_run_says_what_it_would_do_and_stores_nothing(reviewer: Commands, tmp_path: Path) -> None:
    reviewer.done("import", case_file(tmp_path), "--suite", "s")
    where = ("--base-url", "http://127.0.0.1:9/v1", "--model", "m", "--max-tokens", "100", "--repeats", "2")
    prices = ("--price-sent", "1000000", "--price-received", "1")
    said = reviewer.done("run", "--suite", "s", *where, *prices, "--dry-run", "--json").document
    assert (said["n_cases"], said["n_requests"], said["most_received"]) == (6, 12, 1200)
    tokens, price = said["tokens"], said["price"]
    assert isinstance(tokens, int)
    assert tokens > 0
    assert price == [pytest.approx(tokens), pytest.approx(tokens + 1200 / 1e6)]
    assert (
        "POST http://127.0.0.1:9/v1/chat/completions" in reviewer.done("run", "--suite", "s", *where, "--dry-run").out
    )
    assert reviewer.done("runs", "--json").document["runs"] == []


def test_equal_requests_are_reused_only_where_that_is_asked_for(reviewer: Commands, tmp_path: Path) -> None:
    reviewer.done("import", case_file(tmp_path), "--suite", "s")
    with LoopbackServer() as server:
        where = ("--suite", "s", "--base-url", server.base_url, "--model", "m")
        reviewer.done("run", *where, "--name", "one")
        reviewer.done("run", *where, "--name", "two")
        assert len(server.completions) == 12
        said = reviewer.done("run", *where, "--name", "three", "--reuse").out
        assert "6 responses taken from other runs" in said
        assert len(server.completions) == 12
        # another system prompt is another request, and so is a second repeat
        reviewer.done("run", *where, "--name", "four", "--system", "Be kind.", "--reuse")
        reviewer.done("run", *where, "--name", "five", "--repeats", "2", "--reuse")
        assert len(server.completions) == 12 + 6 + 6
    assert reviewer.done("score", "--run", "three", "--json").document["n_responses"] == 6
