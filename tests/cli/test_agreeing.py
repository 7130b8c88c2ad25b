"""`reviewer agreement` as somebody types it."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from tests.support.commands import Commands


def decided(filled: Commands, count: int) -> None:
    """Two reviewers' decisions on the first cases: one always answer, the other turn by turn."""
    for number in range(count):
        key, other = f"c{number:02}", ("answer", "refuse")[number % 2]
        filled.done("decide", "--run", "v1", "--case", key, "--action", "answer", "--reviewer", "ana")
        filled.done("decide", "--run", "v1", "--case", key, "--action", other, "--reviewer", "ben")


def test_the_document_holds_what_the_contract_names(filled: Commands) -> None:
    decided(filled, 4)
    document: dict[str, Any] = filled.done("agreement", "--run", "v1", "--json").document
    assert document["reviewers"] == ["ana", "ben"]
    assert (document["n"], document["raw"], document["weighted_kappa"]) == (4, 0.5, None)
    assert document["alpha_ordinal"] == {"value": None, "low": None, "high": None}
    assert document["by_pair"][0]["reviewers"] == ["ana", "ben"]
    assert "at least 10" in document["by_pair"][0]["kappa_missing"]
    assert document["people"]["decided"] == 2
    assert document["people"]["disputed"] == 2
    (rules,) = document["classifiers"]
    assert rules["name"].startswith("rules/")
    assert rules["n"] + rules["unscored"] == 2
    assert {"accuracy", "kappa", "confusion"} <= set(rules)
    assert document["intra_reviewer"] == []


def test_people_read_sentences_and_small_tables(filled: Commands) -> None:
    decided(filled, 4)
    said = filled.done("agreement", "--run", "v1").out
    assert "People decided 2 of 6 responses; besides 2 disputed." in said
    assert "Whether the verdict was in sight is unknown for all 2 decisions" in said
    assert "ana and ben" in said


def test_without_decisions_it_says_what_is_missing(filled: Commands) -> None:
    assert "nobody has decided" in filled.done("agreement", "--run", "v1").out


def test_an_unknown_run_is_refused(filled: Commands) -> None:
    assert "no run 'other'" in filled("agreement", "--run", "other").refused()


def test_the_csv_has_a_row_for_each_level_and_each_pair(filled: Commands, tmp_path: Path) -> None:
    decided(filled, 4)
    out = tmp_path / "agreement.csv"
    assert str(out) in filled.done("agreement", "--run", "v1", "--csv", out).out
    with out.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    document: dict[str, Any] = filled.done("agreement", "--run", "v1", "--json").document
    (rules,), (pair,) = document["classifiers"], document["by_pair"]
    by_level = {row["told_apart"]: row for row in rows if row["second"] == "people"}
    assert set(by_level) == {"actions", "engagement", "held_back"}
    assert (by_level["actions"]["first"], int(by_level["actions"]["n"])) == (rules["name"], rules["n"])
    (reviewers,) = (row for row in rows if row["second"] != "people")
    assert [reviewers["first"], reviewers["second"]] == pair["reviewers"]
    assert (float(reviewers["same"]), reviewers["kappa"]) == (pair["raw"], "")
    assert reviewers["missing"] == pair["kappa_missing"]
