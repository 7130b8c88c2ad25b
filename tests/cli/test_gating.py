"""`gate`: every rule printed, and the exit status a release script reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.commands import CHECKOUT, Commands

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


@pytest.mark.parametrize(
    ("text", "said"),
    [("minimum_skill = ", "is not TOML"), ("", "has no rule"), ("name = 'x'", "has no rule"), ("speed = 3", "speed")],
)
def test_a_policy_that_cannot_be_used(filled: Commands, tmp_path: Path, text: str, said: str) -> None:
    assert said in filled("gate", "--policy", written(tmp_path, text), "--run", "v1").refused()


def test_a_policy_that_is_not_there(filled: Commands, tmp_path: Path) -> None:
    assert "cannot be read" in filled("gate", "--policy", tmp_path / "none.toml", "--run", "v1").refused()


def test_the_method_is_explained_without_a_run(reviewer: Commands) -> None:
    said = reviewer.done("score", "--explain").out
    for piece in ("Balanced score", "Hautus 1995", "What the score does not say", "Label error"):
        assert piece in said


def test_a_score_needs_a_run(filled: Commands) -> None:
    assert "--run" in filled("score").refused()
