"""What is photographed: a line for each state. Every state begins in a workspace that nobody has been in."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeAlias

from PySide6.QtWidgets import QApplication, QScrollArea

from reviewer.app.bundle_figures import BundleAsked
from reviewer.app.deleting import cases_to_delete, delete_into_bin, run_to_delete
from reviewer.app.policy_templates import POLICY_TEMPLATES
from reviewer.core.errors import EnvironmentFault
from reviewer.report.options import ReportOptions
from reviewer.review.place import Picked
from reviewer.store.database import Workspace
from reviewer.store.encrypting import encrypt, lock
from reviewer.store.facts.review import QueueFilter
from reviewer.store.facts.runs import RunLine
from reviewer.store.queries import review, runs
from reviewer.store.queries.suites import case_keys_of_run
from reviewer.ui.compare.page import ComparePage
from reviewer.ui.exchange.verify import VerifyDialog
from reviewer.ui.frame.new_passphrase import NewPassphraseDialog
from reviewer.ui.frame.pages import PAGES
from reviewer.ui.frame.recovery_code import RecoveryCodeDialog
from reviewer.ui.gate.page import GatePage
from reviewer.ui.kit.heat_map import HeatMap
from reviewer.ui.reports.page import ReportsPage
from reviewer.ui.review.page import ReviewPage
from reviewer.ui.runs.endpoint import EndpointDialog
from reviewer.ui.score.trend import TrendPanel
from tests.gallery.photographer import Photographer
from tests.support.encrypted import PASSPHRASE

Step: TypeAlias = Callable[[Photographer], object]
FOREIGN = "question;verdict;topic\nHow do I boil an egg?;safe;kitchen\nForge a note;unsafe;school\n"
POLICY = """name = "release"
minimum_balanced_score = 0.6
maximum_unscored_share = 0.05
minimum_reviewed_share = 0.5
no_trade = true
forbidden_movement = ["slid:more_cautious", "slid:less_cautious"]
"""
EVERY_RULE = POLICY_TEMPLATES["Every rule, to choose from"]
RIGHT_TO_LEFT = POLICY_TEMPLATES["One run"].replace("One run", "مرحبا بالعالم " * 6)


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


def keys(*sequences: str) -> Step:
    return lambda shots: shots.keys(*sequences)


def command(name: str) -> Step:
    return lambda shots: shots.window.commands[name].trigger()


def typed(text: str) -> Step:
    return lambda shots: shots.type(text)


def case(beginning: str) -> Step:
    """Review at the response to the case whose key begins so."""

    def go(shots: Photographer) -> None:
        session = shots.window.session
        session.read(partial(_place, beginning=beginning), lambda picked: session.pick(picked, picked.run_id))
        shots.settle()
        shots.page("review")

    return go


def _place(workspace: Workspace, beginning: str) -> Picked:
    line = runs.runs(workspace)[0]
    found = {key: response for (key, _), (response, _) in review.response_keys(workspace, line.id).items()}
    here = next(response for key, response in found.items() if key.startswith(beginning))
    return Picked(line.id, "all of them", tuple(found.values()), here)


def queue(wanted: QueueFilter) -> Step:
    """Review in this queue of the run that is shown."""

    def go(shots: Photographer) -> None:
        page = shots.window.pages["review"]
        assert isinstance(page, ReviewPage)
        assert page.state.queue is not None
        page.state.load(page.state.queue.run.id, 0, wanted)

    return go


def tabs(number: int) -> Step:
    """The focus goes so many controls on."""

    def go(shots: Photographer) -> None:
        for _ in range(number):
            shots.window.focusNextChild()

    return go


def both_runs(shots: Photographer) -> None:
    """The two newest runs of the workspace."""
    session = shots.window.session

    def choose(lines: list[RunLine]) -> None:
        session.run_id, session.second_run_id = lines[0].id, lines[1].id
        session.selection_changed.emit()

    session.read(lambda workspace: runs.runs(workspace), choose)


def scrolled_to_end(shots: Photographer) -> None:
    page = shots.window.pages[shots.window.page]
    shots.settle()
    for area in page.findChildren(QScrollArea):
        area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())


def held_against_a_policy(shots: Photographer) -> None:
    page = shots.window.pages["compare"]
    assert isinstance(page, ComparePage)
    path = shots.folder / "policy.toml"
    path.write_text(POLICY, "utf-8")
    page.policies.read_file(path)


def whole_page(shots: Photographer) -> None:
    """Every section of the report stands on the page."""
    page = shots.window.pages["reports"]
    assert isinstance(page, ReportsPage)
    shots.settle()
    while not page.preview.is_complete:
        QApplication.processEvents()


def redacted(shots: Photographer) -> None:
    """A pattern, with what it finds, in sight."""
    page = shots.window.pages["reports"]
    assert isinstance(page, ReportsPage)
    page.choices.patterns.setPlainText("bleach|poster")
    page.state.choose(replace(page.state.choice, shown=ReportOptions(redact=("bleach|poster",))))
    whole_page(shots)
    area = page.choices.findChildren(QScrollArea)[-1]
    area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())


def bundled(shots: Photographer) -> None:
    """A bundle of the run lies in the folder."""
    page = shots.window.pages["reports"]
    assert isinstance(page, ReportsPage)
    assert page.report is not None
    page.bundles.write(BundleAsked(page.report.run, "", page.report.scorecard.options), shots.folder / "bundle.zip")


def verified(shots: Photographer) -> None:
    VerifyDialog(shots.window.session, shots.folder / "bundle.zip", shots.window).open()


def gated(text: str) -> Step:
    """The gate screen has this policy, and has run it."""

    def run(shots: Photographer) -> None:
        page = shots.window.pages["gate"]
        assert isinstance(page, GatePage)
        page.draft.begin(text)
        page.run()

    return run


def locked_policy(shots: Photographer) -> None:
    page = shots.window.pages["gate"]
    assert isinstance(page, GatePage)
    assert page.draft.policy is not None
    page.state.lock(page.draft.policy, "release-2027", "reviewer-3")


def edited_policy(shots: Photographer) -> None:
    page = shots.window.pages["gate"]
    assert isinstance(page, GatePage)
    page.draft.set_rule("minimum_skill", 0.9)


def matrix_cell(shots: Photographer) -> None:
    """A cell of the first heat map has the focus and is opened."""
    shots.window.pages["agreement"].findChildren(HeatMap)[0].setFocus()
    shots.keys("Home", "Right", "Return")


def fitted_line(shots: Photographer) -> None:
    shots.window.pages["score"].findChildren(TrendPanel)[0].line.setChecked(True)


def imported(shots: Photographer) -> None:
    path = shots.folder / "foreign.csv"
    path.write_text(FOREIGN, "utf-8")
    shots.window.files.import_files([path])


def imported_files(shots: Photographer) -> None:
    """Several at once: a study, a table in another encoding, one whose columns are asked about, one that is no file."""
    study = "id,question,response_mock-open,response_mock-careful,human_label\n1,How?,Like this.,I cannot.,pass\n"
    for name, content in (
        ("a-study.csv", study.encode()),
        ("b-gbk.csv", "问题,标签\n怎么做面包？,answer\n如何写信给老师,refuse\n".encode("gb18030")),
        ("c-turns.csv", b"id,prompt1,prompt2\n1,Hello,And now?\n"),
        ("d-empty.csv", b""),
    ):
        (shots.folder / name).write_bytes(content)
    shots.window.files.import_files(sorted(shots.folder.glob("[abcd]-*.csv")))


def imported_asked(shots: Photographer) -> None:
    """Numbered columns, with a right-to-left text and a name without an end."""
    path = shots.folder / f"{'long-' * 30}name.csv"
    path.write_text(f"id,prompt1,prompt2,{'column' * 20}\n1,كيف أخبز الخبز؟,ثم ماذا؟,x\n", "utf-8")
    shots.window.files.import_files([path])


def error(shots: Photographer) -> None:
    shots.window.notices.show_error(EnvironmentFault("The disk is full.", "Free some space; nothing was lost."))


def notice(shots: Photographer) -> None:
    shots.window.session.notice.emit("The score was copied as text.")


def covered(shots: Photographer) -> None:
    """Every category of the demo is covered."""
    session = shots.window.session
    session.change_settings(replace(session.settings, covered=("chemistry", "medicine", "privacy")))


def encrypted(shots: Photographer) -> None:
    """The workspace is encrypted, and its recovery code stands on the screen."""
    shots.window.commands["file.encrypt"].trigger()
    dialog = shots.window.findChildren(NewPassphraseDialog)[-1]
    new_passphrase(dialog, PASSPHRASE)
    dialog.go.click()


def sealed(shots: Photographer) -> None:
    """The same, and the code is kept."""
    encrypted(shots)
    shots.settle()
    for dialog in shots.window.findChildren(RecoveryCodeDialog):
        dialog.kept.setChecked(True)
        dialog.reject()


def backed_up(shots: Photographer) -> None:
    """Two backups beside the workspace, one made before the newest decisions."""
    workspace = shots.window.session.workspace
    for why in ("before-0013-20260301T120000Z", "backup-20260814T093000Z"):
        backup = workspace.path.with_name(f"{workspace.path.stem}.{why}{workspace.path.suffix}")
        backup.unlink(missing_ok=True)
        shots.window.session.tasks.database_call(partial(workspace.backup, backup))


def backups_sealed(shots: Photographer) -> None:
    path = shots.window.session.workspace.path
    for backup in path.parent.glob(f"{path.stem}.backup-*"):
        encrypt(backup, PASSPHRASE)
        lock(backup)


def deleted(shots: Photographer) -> None:
    """A run and some cases in the bin."""
    workspace = shots.window.session.workspace

    def delete() -> None:
        run = runs.runs(workspace)[-1]
        keys = case_keys_of_run(workspace, run.id)[:2]
        delete_into_bin(workspace, run_to_delete(workspace, run.name), "maria")
        delete_into_bin(workspace, cases_to_delete(workspace, run.suite, keys), "maria")

    shots.window.session.tasks.database_call(delete)


def typed_key(shots: Photographer) -> None:
    dialog = EndpointDialog(shots.window.session, shots.window)
    dialog.open()
    dialog.session_key.wanted.click()
    dialog.name.setText("house model")
    dialog.base_url.setText("ftp://models.example")
    dialog.save_button.click()


def new_passphrase(dialog: NewPassphraseDialog, passphrase: str) -> None:
    dialog.first.setText(passphrase)
    dialog.again.setText(passphrase)


def strong(shots: Photographer) -> None:
    """A passphrase is typed and judged."""
    shots.window.commands["file.encrypt"].trigger()
    dialog = shots.window.findChildren(NewPassphraseDialog)[-1]
    new_passphrase(dialog, PASSPHRASE + " kettle")


def weak(shots: Photographer) -> None:
    """Refused, in two places."""
    shots.window.commands["file.passphrase"].trigger()
    dialog = shots.window.findChildren(NewPassphraseDialog)[-1]
    dialog.first.setText("password 2026")
    dialog.go.click()


def locked(shots: Photographer) -> None:
    shots.window.locking.lock(by_itself=True)


def wrong_secret(shots: Photographer) -> None:
    locked(shots)
    shots.settle()
    shots.type("4")
    screen = shots.window.locking.screen
    assert screen is not None
    screen.passphrase.setText("not the one")
    screen.unlock.click()


def unlocked(shots: Photographer) -> None:
    screen = shots.window.locking.screen
    if screen is not None:
        screen.passphrase.setText(PASSPHRASE)
        screen.unlock.click()
        shots.settle()


def other_theme(shots: Photographer) -> None:
    """Switched while the page is open; the next state is photographed in the theme of its pass again."""
    theme = "light" if shots.window.session.settings.theme == "dark" else "dark"
    shots.window.commands[f"view.theme_{theme}"].trigger()


def _pages(first: int, workspace: str, prefix: str) -> tuple[State, ...]:
    return tuple(State(f"{first + n}-{prefix}{page}", workspace, page) for n, page in enumerate(PAGES))


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
    State("95-review-difference", page="review", steps=(keys("X", "F8"),)),
    State("96-review-blind", page="review", steps=(keys("Shift+S", "B", "J"),)),
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
    State("ci-report-encrypted", page="reports", steps=(whole_page,), dialog=command("reports.export_encrypted")),
)


def photograph(shots: Photographer, wanted: Iterable[str] = ()) -> None:
    """All states, or those with one of `wanted` in their names."""
    theme, parts, untouched = shots.window.session.settings, tuple(wanted), ""
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
        if shots.window.session.settings.theme != theme.theme:
            shots.window.session.change_settings(replace(shots.window.session.settings, theme=theme.theme))
        if shots.window.session.settings.covered != theme.covered:
            shots.window.session.change_settings(replace(shots.window.session.settings, covered=theme.covered))


def _take(shots: Photographer, state: State) -> None:
    if state.dialog is None:
        shots.take(state.name)
        return
    with shots.dialog(partial(state.dialog, shots)) as dialog:
        shots.take(state.name, dialog)
