"""`gate`: every rule printed, and the exit status a release script reads."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.commands import CHECKOUT, Commands, case_file, response_file
from tests.support.golden import Golden

SAMPLE = CHECKOUT / "sample_cases" / "release-policy.toml"


def written(folder: Path, text: str) -> Path:
    path = folder / "policy.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_policy_that_passes_and_one_that_fails(filled: Commands, tmp_path: Path) -> None:
    easy = filled("gate", "--policy", written(tmp_path, "maximum_unscored_share = 1.0"), "--run", "v1")
    assert easy.status == 0
    assert "v1 passes the policy: 1 pass." in easy.out
    hard = filled("gate", "--policy", written(tmp_path, "minimum_balanced_score = 0.99"), "--run", "v1")
    assert hard.status == 1
    assert "✗ fail: balanced score, lower limit at least 0.99; found" in hard.out
    document = filled("gate", "--policy", tmp_path / "policy.toml", "--run", "v1", "--json").document
    assert document["passed"] is False
    assert document["against"] is None


def test_the_sample_policy_is_read_and_asks_for_the_version_before(filled: Commands) -> None:
    assert "--against" in filled("gate", "--policy", SAMPLE, "--run", "v1").refused()


def test_the_sample_policy_on_the_golden_pair(
    golden: Golden, golden_copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It trades one side for the other, and whether the frontier moved is not decidable: no release."""
    outcome = Commands(golden_copy, capsys)(
        "gate", "--policy", SAMPLE, "--run", golden.b, "--against", golden.a, "--bands", "none", "--json"
    )
    document = outcome.document
    assert (outcome.status, document["passed"], document["symmetric"]) == (1, False, True)
    rules = document["rules"]
    assert isinstance(rules, list)
    assert [rule["answer"] for rule in rules if rule["rule"] == "trade"] == ["fail"]
    assert {rule["answer"] for rule in rules if rule["rule"] == "movement"} == {"not decidable"}


@pytest.mark.parametrize(
    ("text", "said"),
    [("minimum_skill = ", "is not TOML"), ("", "has no rule"), ("name = 'x'", "has no rule"), ("speed = 3", "speed")],
)
def test_a_policy_that_cannot_be_used(filled: Commands, tmp_path: Path, text: str, said: str) -> None:
    assert said in filled("gate", "--policy", written(tmp_path, text), "--run", "v1").refused()


def test_a_policy_that_is_not_there(filled: Commands, tmp_path: Path) -> None:
    assert "cannot be read" in filled("gate", "--policy", tmp_path / "none.toml", "--run", "v1").refused()


def test_an_asymmetric_policy_is_called_so(filled: Commands, tmp_path: Path) -> None:
    filled.done("import", response_file(tmp_path, run_name="v2", name="second.jsonl"))
    text = 'minimum_skill = 0.1\nforbidden_movement = ["slid:less_cautious"]'
    outcome = filled("gate", "--policy", written(tmp_path, text), "--run", "v1", "--against", "v2")
    assert "asymmetric: it forbids “slid” to less caution and not to more caution." in outcome.out
    document = filled("gate", "--policy", tmp_path / "policy.toml", "--run", "v1", "--against", "v2", "--json").document
    assert document["symmetric"] is False
    even = written(tmp_path, 'forbidden_movement = ["slid"]')
    outcome = filled("gate", "--policy", even, "--run", "v1", "--against", "v2")
    assert "asymmetric" not in outcome.out


def test_the_reviewed_share_says_whose_reviews_count(filled: Commands, tmp_path: Path) -> None:
    policy = written(tmp_path, "minimum_reviewed_share = 0.3")
    assert "nobody has reviewed a response" in filled("gate", "--policy", policy, "--run", "v1").out
    for key, name in (("c00", "ana"), ("c01", "ben"), ("c02", "ana"), ("c00", "ben")):
        filled.done("decide", "--run", "v1", "--case", key, "--action", "answer", "--reviewer", name)
    said = filled("gate", "--policy", policy, "--run", "v1")
    assert (said.status, "by the names that they gave: ana 2, ben 2" in said.out) == (0, True)


def locked(reviewer: Commands, policy: Path, run: str) -> dict[str, object]:
    found = reviewer("gate", "--policy", policy, "--run", run, "--json").document["lock"]
    assert isinstance(found, dict)
    return found


def test_a_bar_that_predates_the_result(reviewer: Commands, tmp_path: Path) -> None:
    reviewer.done("import", case_file(tmp_path))
    policy = written(tmp_path, "minimum_skill = 0.1")
    suite = "cases"
    said = reviewer.done("suite", "lock", suite, "--policy", policy, "--reviewer", "ana").out
    assert "is locked to cases" in said
    assert "had responses by then" not in said
    reviewer.done("import", response_file(tmp_path))
    found = locked(reviewer, policy, "v1")
    assert found["state"] == "before"
    assert str(found["sentence"]).startswith("This policy was locked before the first response of this run, on 20")
    # another bar afterwards is seen, and which rule it changed
    lower = tmp_path / "lower.toml"
    lower.write_text("minimum_skill = 0.05", encoding="utf-8")
    assert "minimum_skill (0.1 → 0.05)" in str(locked(reviewer, lower, "v1")["sentence"])
    again = reviewer.done("suite", "lock", suite, "--policy", lower, "--reviewer", "ana").out
    assert "1 run of the suite had responses by then and cannot count on it: v1." in again
    assert locked(reviewer, lower, "v1")["state"] == "changed"
    assert locked(reviewer, policy, "v1")["state"] == "before"
    # for a later run the last bar counts, not the one that fits best
    reviewer.done("import", response_file(tmp_path, run_name="v2", name="second.jsonl"))
    assert locked(reviewer, policy, "v2")["state"] == "changed"
    assert locked(reviewer, lower, "v2")["state"] == "before"
    listed = reviewer("suite", "locks", suite, "--json").document["locks"]
    assert isinstance(listed, list)
    assert [each["rules"] for each in listed] == [{"minimum_skill": 0.1}, {"minimum_skill": 0.05}]


def test_a_bar_that_was_set_afterwards_or_never(filled: Commands, tmp_path: Path) -> None:
    policy = written(tmp_path, "minimum_skill = 0.1")
    assert locked(filled, policy, "v1")["state"] == "never"
    assert "was never locked" in filled("gate", "--policy", policy, "--run", "v1").out
    filled.done("suite", "lock", "cases", "--policy", policy)
    found = locked(filled, policy, "v1")
    assert found["state"] == "after"
    assert "the bar does not predate the result" in str(found["sentence"])
    assert "locked already" in filled.done("suite", "lock", "cases", "--policy", policy).out
    assert "unknown" in filled("suite", "lock", "unknown", "--policy", policy).refused()


def test_what_a_lock_does_not_keep_is_said(reviewer: Commands, tmp_path: Path) -> None:
    """Labels that were changed after the lock, and bands or actions that were chosen for the answer."""
    reviewer.done("import", case_file(tmp_path))
    policy = written(tmp_path, "minimum_skill = 0.1")
    reviewer.done("suite", "lock", "cases", "--policy", policy, "--reviewer", "ana")
    reviewer.done("import", response_file(tmp_path))
    assert "Since the lock" not in reviewer("gate", "--policy", policy, "--run", "v1").out
    cases = [json.loads(line) for line in case_file(tmp_path).read_text("utf-8").splitlines()]
    key = next(each["key"] for each in cases if each.get("label") == "answer")
    reviewer.done("label", "--suite", "cases", "--case", key, "--label", "clarify", "--reason", "looked again")
    found = locked(reviewer, policy, "v1")
    assert found["state"] == "before"
    assert found["edited_since"] == {"changed": 1, "after_first_response": 1, "added": 0}
    assert "Since the lock, 1 case of this run was labelled or worded differently after its first" in str(
        found["sentence"]
    )
    asked = ("gate", "--policy", policy, "--run", "v1")
    assert "Counted with" not in reviewer(*asked).out
    other = reviewer(*asked, "--bands", "neighbours:0.5", "--hold-back", "refuse").out
    assert "Counted with the bands “neighbours:0.5” in place of the suite's and refuse as what holds back" in other
    assert "no lock keeps it" in other


def test_the_method_is_explained_without_a_run(reviewer: Commands) -> None:
    said = reviewer.done("score", "--explain").out
    for piece in ("Balanced score", "Hautus 1995", "What the score does not say", "Label error"):
        assert piece in said


def test_a_score_needs_a_run(filled: Commands) -> None:
    assert "--run" in filled("score").refused()


def test_a_build_server_gets_a_test_for_each_rule(filled: Commands, tmp_path: Path) -> None:
    rules = written(tmp_path, "minimum_balanced_score = 0.99\nmaximum_unscored_share = 1.0")
    outcome = filled("gate", "--policy", rules, "--run", "v1", "--junit", tmp_path / "gate.xml")
    assert outcome.status == 1
    assert '<testsuite name="release policy" tests="2" failures="1" errors="0" skipped="0">' in (
        tmp_path / "gate.xml"
    ).read_text(encoding="utf-8")


def test_a_report_against_the_version_before_answers_as_the_gate_does(filled: Commands, tmp_path: Path) -> None:
    filled.done("import", response_file(tmp_path, run_name="v2", name="second.jsonl"))
    rules = written(tmp_path, "minimum_balanced_score = 0.99")
    asked = ("report", "--run", "v2", "--against", "v1", "--policy", rules, "--out", tmp_path / "r.md")
    outcome = filled(*asked)
    assert outcome.status == 1
    assert "Report of v2 against v1 written to" in outcome.out
    assert "v2 against v1 does not pass the policy: 1 fail." in outcome.out
    assert filled(*asked, "--json").document["passed"] is False
    assert (tmp_path / "r.md").read_text(encoding="utf-8").startswith("# Is v2 better than v1, and may it be released?")


def test_a_report_against_itself_is_refused_and_writes_nothing(filled: Commands, tmp_path: Path) -> None:
    asked = ("report", "--run", "v1", "--against", "v1", "--out", tmp_path / "r.html")
    assert "given twice" in filled(*asked).refused()
    assert not (tmp_path / "r.html").exists()


def test_a_report_shows_the_bars_and_which_of_them_predate_the_run(reviewer: Commands, tmp_path: Path) -> None:
    reviewer.done("import", case_file(tmp_path))
    early = written(tmp_path, 'name = "early | bar"\nminimum_skill = 0.1')
    reviewer.done("suite", "lock", "cases", "--policy", early, "--reviewer", "ana")
    reviewer.done("import", response_file(tmp_path))
    late = written(tmp_path, 'name = "late"\nminimum_skill = 0.05')
    reviewer.done("suite", "lock", "cases", "--policy", late, "--reviewer", "ben")
    for ending in ("json", "html", "md"):
        reviewer.done("report", "--run", "v1", "--out", tmp_path / f"report.{ending}")
    locks = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["report"]["policy_locks"]
    assert [(each["name"], each["author"], each["predates_the_run"]) for each in locks] == [
        ("early | bar", "ana", True),
        ("late", "ben", False),
    ]
    assert locks[0]["rules"] == {"minimum_skill": 0.1}
    for ending in ("html", "md"):
        text = (tmp_path / f"report.{ending}").read_text(encoding="utf-8")
        assert "Release policies locked to the suite" in text
        assert text.count("the bar does not predate the result") == 1


def test_a_report_of_a_suite_without_a_bar_is_silent_about_it(filled: Commands, tmp_path: Path) -> None:
    filled.done("report", "--run", "v1", "--out", tmp_path / "report.html")
    assert "Release policies" not in (tmp_path / "report.html").read_text(encoding="utf-8")


@pytest.fixture
def other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Commands:
    """Another workspace with the same suite and no response yet."""
    commands = Commands(tmp_path / "other.sqlite", capsys)
    commands.done("import", case_file(tmp_path))
    return commands


def test_locks_go_to_another_workspace_and_say_where_they_come_from(
    reviewer: Commands, other: Commands, tmp_path: Path
) -> None:
    reviewer.done("import", case_file(tmp_path))
    policy = written(tmp_path, 'name = "bar"\nminimum_skill = 0.1')
    reviewer.done("suite", "lock", "cases", "--policy", policy, "--reviewer", "ana")
    file = tmp_path / "locks.json"
    file.write_text(reviewer.done("suite", "locks", "cases", "--json").out, encoding="utf-8")
    assert "1 lock taken over." in other.done("suite", "import-locks", "cases", file).out
    assert "0 locks taken over; 1 there already." in other.done("suite", "import-locks", "cases", file).out
    other.done("import", response_file(tmp_path))
    found = locked(other, policy, "v1")
    assert found["state"] == "before"
    assert "by ana (as a file says)" in str(found["sentence"])
    # the same out of a report, which does not say it twice
    other.done("report", "--run", "v1", "--out", tmp_path / "report.json")
    assert "0 locks taken over" in reviewer.done("suite", "import-locks", "cases", tmp_path / "report.json").out


def test_a_lock_that_comes_after_the_responses_does_not_predate_them(
    filled: Commands, other: Commands, tmp_path: Path
) -> None:
    policy = written(tmp_path, "minimum_skill = 0.1")
    other.done("suite", "lock", "cases", "--policy", policy, "--reviewer", "ana")
    file = tmp_path / "locks.json"
    file.write_text(other.done("suite", "locks", "cases", "--json").out, encoding="utf-8")
    filled.done("suite", "import-locks", "cases", file)
    assert locked(filled, policy, "v1")["state"] == "after"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{}", "holds no locks"),
        ("[]", "holds no JSON object"),
        ('{"locks": [3]}', "Lock 1"),
        ('{"locks": [{"rules": {"minimum_skill": 0.1}, "author": "ana", "at": "2026"}]}', "does not say its hash"),
        (
            '{"locks": [{"rules": {"minimum_skill": 0.1}, "hash": "ff", "author": "ana", "at": "2026"}]}',
            "not those of its hash",
        ),
    ],
)
def test_a_file_that_holds_no_sound_lock(filled: Commands, tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "locks.json"
    file.write_text(text, encoding="utf-8")
    assert said in filled("suite", "import-locks", "cases", file).refused()
    assert "No policy was locked" in filled.done("suite", "locks", "cases").out
