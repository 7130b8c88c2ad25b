"""What is photographed: a line for each state. Every state begins in a workspace that nobody has been in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from reviewer.store.facts.review import QueueFilter
from reviewer.ui.frame.pages import PAGES
from tests.gallery.photographer import Photographer
from tests.gallery.steps import (
    EVERY_RULE,
    RIGHT_TO_LEFT,
    Step,
    backed_up,
    backups_sealed,
    both_runs,
    bundled,
    case,
    command,
    covered,
    deleted,
    edited_policy,
    encrypted,
    error,
    fitted_line,
    gated,
    held_against_a_policy,
    imported,
    imported_asked,
    imported_files,
    keys,
    locked,
    locked_policy,
    matrix_cell,
    notice,
    other_keys,
    other_theme,
    queue,
    redacted,
    scrolled_to_end,
    sealed,
    strong,
    tabs,
    typed,
    typed_key,
    unlocked,
    verified,
    weak,
    whole_page,
    wide,
    wrong_secret,
)


@dataclass(frozen=True)
class State:
    """The picture is of the window after `steps` on a page of a workspace, or of the dialog that `dialog` opens.

    Without a workspace it is the welcome page.
    """

    name: str
    workspace: str = "demo"
    page: str = ""
    steps: tuple[Step, ...] = ()
    dialog: Step | None = None


def _pages(first: int, workspace: str, prefix: str, letter: str = "") -> tuple[State, ...]:
    return tuple(State(f"{letter}{first + n}-{prefix}{page}", workspace, page) for n, page in enumerate(PAGES))


STATES: tuple[State, ...] = (
    State("01-welcome", ""),
    *_pages(10, "empty", "empty-"),
    *_pages(20, "demo", ""),
    State("30-review-side-by-side", page="review", steps=(keys("Shift+S"),)),
    State("31-review-guideline", page="review", steps=(keys("Shift+S", "H"),)),
    State("32-case-editor", page="cases", steps=(keys("Down", "F2"),)),
    State("33-agreement-cell", page="agreement", steps=(matrix_cell,)),
    State("34-agreement-table", page="agreement", steps=(keys("T"),)),
    State("35-review-disagreements", page="agreement", steps=(keys("D", "W"),)),
    State("37-suite-plan", page="cases", dialog=command("cases.plan")),
    State("38-new-suite", page="cases", dialog=command("cases.new_suite")),
    State("39-rescale", page="cases", dialog=command("cases.rescale")),
    State("40-import", page="cases", dialog=imported),
    State("40-import-files", page="cases", dialog=imported_files),
    State("40-import-asked", page="cases", dialog=imported_asked),
    State("41-paste", page="cases", dialog=command("file.paste")),
    State("42-export", page="cases", dialog=command("file.export")),
    State("43-new-run", page="runs", dialog=command("runs.new")),
    State("44-palette", page="cases", dialog=command("view.palette")),
    State("45-keys", page="cases", dialog=command("help.keys")),
    State("46-about", page="cases", dialog=command("help.about")),
    State("47-send-run", page="runs", dialog=command("runs.send")),
    State("48-classify-again", page="runs", dialog=command("runs.classify")),
    *_pages(50, "hostile", "hostile-"),
    State("60-error", page="cases", steps=(error,)),
    State("61-tools-review", "tools", "review"),
    State("62-tools-review-unfolded", "tools", "review", (keys("E"),)),
    State("63-tools-cases", "tools", "cases", (keys("Down", "Up"),)),
    State("64-tools-editor", "tools", "cases", (keys("Down", "Up", "F2"),)),
    State("65-picture-editor", "tools", "cases", (keys("Down", "F2"),)),
    State("66-swing-slice", "swing", "score", (keys("S"),)),
    State("67-swing", "swing", "score", (keys("S", "Shift+S"),)),
    State("68-swing-points", "swing", "score", (keys("S", "Shift+S", "V", "V"), fitted_line)),
    State("70-review-long", "hostile", steps=(case("long"),)),
    State("71-review-right-to-left", "hostile", steps=(case("right-to-left"),)),
    State("72-review-markup", "hostile", steps=(case("markup"),)),
    State("73-review-cjk", "hostile", steps=(case("cjk"),)),
    State("74-review-hidden-characters", "hostile", steps=(case("hidden"),)),
    State("75-review-25-turns", "hostile", steps=(case("turns"),)),
    State("76-review-25-turns-unfolded", "hostile", steps=(case("turns"), keys("E"))),
    State("77-review-queue-empty", "hostile", "review", (queue(QueueFilter.DISPUTED),)),
    State("78-review-queue-finished", "finished", "review", (queue(QueueFilter.UNDECIDED),)),
    State("79-review-note", page="review", steps=(keys("N"), typed("It offers a safer way, and says why."))),
    State("80-review-decided", page="review", steps=(keys("4"),)),
    State("81-review-undone", page="review", steps=(keys("4", "U"),)),
    State("82-review-focus", page="review", steps=(tabs(4),)),
    State("83-cases-focus", page="cases", steps=(tabs(3),)),
    State("84-notice", page="review", steps=(notice,)),
    State("85-theme-switched-review", page="review", steps=(other_theme,)),
    State("86-theme-switched-score", page="score", steps=(other_theme,)),
    State("87-score-two-runs", page="score", steps=(both_runs,)),
    State("88-score-two-runs-end", page="score", steps=(both_runs, scrolled_to_end)),
    State("89-score-end", page="score", steps=(scrolled_to_end,)),
    State("90-compare-policy", page="compare", steps=(held_against_a_policy,)),
    State("91-compare-how-sure", page="compare", steps=(command("compare.sure"),)),
    State("92-compare-table", page="compare", steps=(keys("T"),)),
    State("93-compare-end", page="compare", steps=(command("compare.sure"), scrolled_to_end)),
    State("91-review-queues", page="review", steps=(keys("Q", "Down"),)),
    State("92-review-go-to", page="review", steps=(keys("G"), typed("bleach"))),
    State("93-review-search", page="review", steps=(keys("Slash"), typed("chlorine"))),
    State("94-review-stretch", page="review", steps=(keys("Shift+J", "Shift+J"),)),
    State("94-review-stretch-reason", page="review", steps=(keys("Shift+J", "Shift+J", "2"),)),
    State("95-review-difference", page="review", steps=(keys("X", "F8"),)),
    State("96-review-blind", page="review", steps=(keys("Shift+S", "B", "J"),)),
    State("96-compare-while-blind", page="review", steps=(keys("B"), command("go.compare"))),
    State("97-review-revealed", page="review", steps=(keys("Shift+S", "B", "J", "2", "Shift+4"),)),
    State("98-blind-settings", page="review", dialog=command("review.blind_settings")),
    State("99-review-covered", page="review", steps=(covered, keys("Home"))),
    State("a0-cases-covered", page="cases", steps=(covered, keys("Down"))),
    State("a1-session-settings", page="review", dialog=command("view.session")),
    State("a2-change-keys", page="review", dialog=command("view.keys")),
    State("a3-review-find", page="review", steps=(keys("Control+F"), typed("the"))),
    State("a4-adjudicate-note", page="adjudicate", steps=(keys("4"),)),
    State("a5-compare-difference", page="compare", steps=(keys("X"),)),
    State("a6-queue-plan", page="review", dialog=command("review.plan")),
    State("a7-report-two-runs", page="reports", steps=(both_runs, whole_page)),
    State("a8-report-redacted", page="reports", steps=(whole_page, redacted)),
    State("a9-report-template", page="reports", steps=(whole_page,), dialog=command("reports.template")),
    State("aa-report-bundle", page="reports", steps=(whole_page,), dialog=command("reports.bundle")),
    State("ab-verified", page="reports", steps=(whole_page, bundled), dialog=verified),
    State("ac-report-find", page="reports", steps=(whole_page, keys("Control+F"), typed("refuse"))),
    State("b0-gate-fails", page="gate", steps=(both_runs, gated(EVERY_RULE))),
    State("b1-gate-one-run", page="gate", steps=(gated(EVERY_RULE.split("# The rules below")[0]),)),
    State("b2-gate-not-toml", page="gate", steps=(gated(EVERY_RULE.replace("0.15", "= 0.15")),)),
    State("b3-gate-right-to-left", "hostile", "gate", (gated(RIGHT_TO_LEFT),)),
    State("b4-gate-unsaved", page="gate", steps=(gated(EVERY_RULE), edited_policy, command("gate.open"))),
    State("b6-gate-no-run", "cases", "gate"),
    State("b7-gate-locked-before", "cases", "gate", (locked_policy,)),
    State("b5-gate-lock", page="gate", steps=(gated(EVERY_RULE),), dialog=command("gate.lock")),
    State("c1-encrypt", page="cases", dialog=strong),
    State("c2-recovery-code", page="cases", dialog=encrypted),
    State("c3-change-refused", page="cases", steps=(sealed,), dialog=weak),
    State("c4-remove-encryption", page="cases", steps=(sealed,), dialog=command("file.decrypt")),
    State("c5-lock-settings", page="cases", dialog=command("view.lock")),
    State("c6-locked", page="review", steps=(sealed, locked)),
    State("c7-locked-wrong-passphrase", page="review", steps=(sealed, wrong_secret)),
    State("c9-restore", page="cases", steps=(backed_up,), dialog=command("file.restore")),
    State("ca-restore-locked", page="cases", steps=(backed_up, backups_sealed), dialog=command("file.restore")),
    State("cb-typed-key", page="runs", dialog=typed_key),
    State("c8-covered-plain", page="review", steps=(locked,)),
    State("cc-bin", page="cases", steps=(deleted,), dialog=command("file.bin")),
    State("cd-imports", page="cases", dialog=command("file.imports")),
    State("ce-delete-suite", page="cases", dialog=command("cases.delete_suite")),
    State("cf-kept-until", page="cases", dialog=command("cases.retention")),
    State("ch-export-erase", page="cases", dialog=command("cases.export_erase")),
    State("cj-export-erase-encrypted", page="cases", steps=(sealed,), dialog=command("cases.export_erase")),
    *_pages(0, "names", "names-", "d"),
    State("d9-names-side-by-side", "names", "review", (keys("Shift+S"),)),
    State("da-names-blind", "names", "review", (keys("Shift+S", "B", "J"),)),
    State("db-names-queues", "names", "review", (keys("Q"),)),
    State("dd-names-label-dispute", "names", "adjudicate", (keys("L", "1"),)),
    State("de-names-palette", "names", "review", dialog=command("view.palette")),
    State("df-names-delete", "names", "cases", dialog=command("cases.delete_suite")),
    State("e0-difference-covered", page="review", steps=(keys("X"), covered)),
    State("e1-keys-changed", page="review", steps=(other_keys, keys("Shift+S"))),
    State("e2-review-wide", page="review", steps=(wide,)),
    State("ci-report-encrypted", page="reports", steps=(whole_page,), dialog=command("reports.export_encrypted")),
)


def photograph(shots: Photographer, wanted: Iterable[str] = ()) -> None:
    """All states, or those with one of `wanted` in their names."""
    before, size, parts, untouched = shots.window.session.settings, shots.window.size(), tuple(wanted), ""
    for state in STATES:
        if parts and not any(part in state.name for part in parts):
            continue
        if not state.workspace:
            shots.window.show_welcome()
        elif state.workspace != untouched:
            shots.open_fresh(state.workspace)
        untouched = "" if state.steps or state.dialog else state.workspace
        # keys reach the window that is in front
        shots.window.activateWindow()
        if state.page:
            shots.page(state.page)
        for step in state.steps:
            step(shots)
            shots.settle()
        _take(shots, state)
        unlocked(shots)
        shots.window.notices.hide()
        shots.window.done.hide()
        shots.window.resize(size)
        if shots.window.session.settings != before:
            shots.window.session.change_settings(before)


def _take(shots: Photographer, state: State) -> None:
    if state.dialog is None:
        shots.take(state.name)
        return
    with shots.dialog(partial(state.dialog, shots)) as dialog:
        shots.take(state.name, dialog)
