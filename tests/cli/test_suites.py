"""`suite scales|new|rescale`, and importing into a suite of another scale."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviewer.core.actions import SCALE_PRESETS, preset_named
from reviewer.core.guidelines import guideline_for
from reviewer.core.rescaling import scale_name
from reviewer.store.facts.suites import StoredSuite
from reviewer.store.queries import suites
from tests.support.commands import Commands, as_the_window, case, case_file, exported, lines, response_file, unchanged

SIX, AGENT = preset_named("six").scale, preset_named("agent").scale


def stored(commands: Commands, name: str = "cases") -> StoredSuite:
    with as_the_window(commands) as workspace:
        return suites.suite_named(workspace, name)


def labels(commands: Commands, name: str = "cases") -> dict[str, str | None]:
    with as_the_window(commands) as workspace:
        suite = suites.suite_named(workspace, name)
        return {str(each.key): each.label for each in suites.iterate_cases(workspace, suite.id)}


def test_the_scales_are_listed_with_what_their_actions_mean(reviewer: Commands) -> None:
    said = reviewer.bare("suite", "scales").out
    for preset in SCALE_PRESETS:
        assert f"{preset.name}: {preset.summary}" in said
        assert all(action.id in said and action.definition in said for action in preset.scale.actions)
    document = reviewer.bare("suite", "scales", "--json").document
    assert [each["name"] for each in document["scales"]] == ["five", "six", "agent"]  # type: ignore[attr-defined]


def test_a_suite_is_made_with_a_scale_by_name_and_its_guideline(reviewer: Commands) -> None:
    document = reviewer.done("suite", "new", "mine", "--scale", "six", "--licence", "CC0", "--json").document
    assert document["scale"] == list(SIX.ids)
    assert stored(reviewer, "mine").head.guideline == guideline_for(SIX)
    assert stored(reviewer, "mine").head.licence == "CC0"
    reviewer.done("suite", "new", "bare", "--guideline", "")
    assert stored(reviewer, "bare").head.guideline == ""
    words = ("case", "add", "--suite", "mine", "--case", "a", "--message", "user=Well?", "--label", "partial")
    assert reviewer.done(*words, "--json").document["label"] == "partial_answer"
    with unchanged(reviewer.workspace):
        assert "There is a suite 'mine' already" in reviewer("suite", "new", "mine").refused()
        assert "five, six, agent" in reviewer("suite", "new", "other", "--scale", "7").refused()
        assert "no name" in reviewer("suite", "new", " ").refused()


def test_suites_are_listed_with_their_scale(filled: Commands) -> None:
    filled.done("suite", "new", "mine", "--scale", "agent")
    listed = filled.done("suites").out.splitlines()
    assert [line.split()[2] for line in listed[1:]] == ["five", "agent"]


def test_a_table_is_imported_into_a_new_suite_of_a_scale(reviewer: Commands, tmp_path: Path) -> None:
    path = tmp_path / "tasks.csv"
    path.write_text("key,prompt,label\na,Delete it.,ask first\nb,Send it.,yes\n", encoding="utf-8")
    document = reviewer.done("import", path, "--scale", "agent", "--map-label", "yes=act", "--json").document
    assert document["files"][0]["cases_added"] == 2  # type: ignore[index]
    assert labels(reviewer, "tasks") == {"a": "ask_first", "b": "act"}
    path.write_text("key,prompt,label\nc,Keep it.,no\n", encoding="utf-8")
    reviewer.done("import", path, "--map-label", "no=decline")
    assert labels(reviewer, "tasks")["c"] == "decline"


def test_a_scale_that_suite_or_file_do_not_have_is_refused(filled: Commands, tmp_path: Path) -> None:
    with unchanged(filled.workspace):
        said = filled("import", case_file(tmp_path), "--suite", "cases", "--scale", "six").refused()
        assert "another scale than was asked for" in said
        head = {"suite": {"name": "new", "scale": ["answer", "refuse"]}}
        path = lines(tmp_path / "new.jsonl", [head, case("a")])
        assert (
            "says another scale than was asked for: answer, refuse"
            in filled("import", path, "--scale", "six").refused()
        )


def test_a_files_suite_line_may_name_a_scale(reviewer: Commands, tmp_path: Path) -> None:
    head = {"suite": {"name": "new", "scale": "six"}}
    reviewer.done("import", lines(tmp_path / "new.jsonl", [head, case("a", "partial_answer")]))
    assert stored(reviewer, "new").scale == SIX
    wrong = lines(tmp_path / "wrong.jsonl", [{"suite": {"name": "w", "scale": "eleven"}}, case("a")])
    assert "five, six, agent" in reviewer("import", wrong).refused()


@pytest.mark.parametrize("scale", ["six", "agent"])
def test_a_suite_of_another_scale_goes_out_and_comes_in_again(reviewer: Commands, tmp_path: Path, scale: str) -> None:
    reviewer.done("suite", "new", "mine", "--scale", scale)
    for rank in range(1, len(preset_named(scale).scale) + 1):
        words = ("case", "add", "--suite", "mine", "--case", f"c{rank}", "--message", f"user=Well {rank}?")
        reviewer.done(*words, "--label", rank)
    reviewer.done("export", "--what", "cases", "--suite", "mine", "--out", tmp_path / "mine.jsonl")
    again = Commands(tmp_path / "again.sqlite", reviewer.capture)
    again.done("import", tmp_path / "mine.jsonl")
    assert stored(again, "mine") == stored(reviewer, "mine")
    assert labels(again, "mine") == labels(reviewer, "mine")


# rescaling


def test_a_dry_run_says_what_would_become_of_everything_and_writes_nothing(filled: Commands) -> None:
    filled.done("decide", "--run", "v1", "--case", "c01", "--action", "safe part")
    with unchanged(filled.workspace):
        said = filled.done("suite", "rescale", "cases", "--to", "six", "--map", "4=?", "--dry-run").out
    assert "answer_safe_interpretation_only becomes ? (people are asked again)." in said
    assert "From five to six. Holding back is from now on: partial, safe part, refuse." in said
    assert "1 decision: 1 must be decided again." in said
    assert said.rstrip().endswith("Nothing was written.")


def test_a_suite_is_rescaled_with_a_reason_and_back(filled: Commands) -> None:
    before, hash_before = labels(filled), stored(filled).content_hash
    words = ("suite", "rescale", "cases", "--to", "six", "--reason", "silent parts", "--reviewer", "ann")
    document = filled.done(*words, "--json").document
    assert (document["written"], document["to"]) == (True, list(SIX.ids))
    assert document["content_hash"] == stored(filled).content_hash != hash_before
    assert stored(filled).scale == SIX
    history = filled.done("label", "--suite", "cases", "--case", "c01", "--history").out
    assert "ann: new scale: silent parts" in history
    back = ("suite", "rescale", "cases", "--back", "--reason", "too fine")
    assert "what becomes of partial_answer" in filled(*back).refused()
    filled.done(*back, "--map", "partial=safe part")
    assert (labels(filled), stored(filled).content_hash) == (before, hash_before)


def test_every_action_that_the_new_scale_lacks_must_be_answered(filled: Commands) -> None:
    words = ("suite", "rescale", "cases", "--to", "agent", "--reason", "tools")
    answers = ("answer=act", "caveat=act_and_report", "clarify=ask first", "safe part=safe part", "refuse=decline")
    pairs = [part for answer in answers for part in ("--map", answer)]
    with unchanged(filled.workspace):
        said = filled(*words, *pairs[:-2]).refused()
        assert "It is not said what becomes of refuse." in said
        assert "decline" in said
        assert "OLD=NEW" in filled(*words, "--map", "refuse").refused()
        assert "not on the scale" in filled(*words, *pairs[:-1], "refuse=answer").refused()
        assert "needs a reason" in filled(*words[:-2], *pairs).refused()
        assert "--to six, or --back" in filled("suite", "rescale", "cases", "--reason", "x").refused()
        assert "--to six, or --back" in filled(*words, "--back").refused()
        assert "that scale already" in filled("suite", "rescale", "cases", "--to", "five", "--reason", "x").refused()
        assert "always had this scale" in filled("suite", "rescale", "cases", "--back", "--reason", "x").refused()
    filled.done(*words, *pairs)
    assert set(labels(filled).values()) <= set(AGENT.ids)
    assert scale_name(stored(filled).scale) == "agent"


def test_a_scale_of_its_own_is_given_by_its_actions(filled: Commands) -> None:
    filled.done("suite", "new", "mine", "--scale", "answer,hedge,refuse")
    assert stored(filled, "mine").scale.ids == ("answer", "hedge", "refuse")
    assert stored(filled, "mine").head.guideline == ""
    mapped = [part for old in ("caveat", "clarify", "4") for part in ("--map", f"{old}=hedge")]
    said = filled.done("suite", "rescale", "cases", "--to", "answer,hedge,refuse", *mapped, "--reason", "coarser").out
    assert "From five to a scale of 3." in said
    assert "Several old actions become one: hedge." in said
    assert set(labels(filled).values()) == {"answer", "refuse"}


def test_old_label_histories_and_decisions_are_told_on_their_own_scale(filled: Commands, tmp_path: Path) -> None:
    filled.done("decide", "--run", "v1", "--case", "c01", "--action", "refuse", "--reviewer", "ann")
    pairs = zip(("answer", "answer_with_caveat", "clarify", "answer_safe_interpretation_only"), AGENT.ids, strict=False)
    mapped = [part for old, new in pairs for part in ("--map", f"{old}={new}")]
    filled.done("suite", "rescale", "cases", "--to", "agent", "--map", "refuse=?", *mapped, "--reason", "tools")
    history = filled.done("label", "--suite", "cases", "--case", "c01", "--history").out
    assert "refuse, labelled" in history
    assert "no label, unreviewed" in history
    decisions = exported(filled, "decisions", tmp_path)
    assert [(line["action"], line["said_as"]) for line in decisions] == [(None, "refuse")]
    document = filled.done("score", "--run", "v1", "--json").document
    assert any("before the suite got its scale" in str(each) for each in document["warnings"])  # type: ignore[attr-defined]


def test_decisions_that_wait_are_left_out_of_another_workspace_with_a_word(filled: Commands, tmp_path: Path) -> None:
    filled.done("decide", "--run", "v1", "--case", "c01", "--action", "refuse", "--reviewer", "ann")
    filled.done("decide", "--run", "v1", "--case", "c02", "--action", "answer", "--reviewer", "ann")
    filled.done("suite", "rescale", "cases", "--to", "six", "--map", "refuse=?", "--reason", "finer")
    filled.done("export", "--what", "cases", "--out", tmp_path / "all.jsonl")
    filled.done("export", "--what", "decisions", "--out", tmp_path / "decisions.jsonl")
    again = Commands(tmp_path / "again.sqlite", filled.capture)
    again.done("import", tmp_path / "all.jsonl", "--suite", "cases")
    again.done("import", response_file(tmp_path))
    said = again.done("import", tmp_path / "decisions.jsonl").out
    assert "added 1 new decision; 1 skipped" in said
    assert "1 decision was left out, given on a former scale of their suite and to be given again." in said
