"""What is done before a picture is taken: keys, files, policies, passphrases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
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
        session.read(partial(_place, beginning=beginning), lambda picked: session.pick(picked))
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
    dialog = shots.shown(NewPassphraseDialog)
    new_passphrase(dialog, PASSPHRASE)
    dialog.go.click()


def sealed(shots: Photographer) -> None:
    """The same, and the code is kept."""
    encrypted(shots)
    dialog = shots.shown(RecoveryCodeDialog)
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
    dialog = shots.shown(NewPassphraseDialog)
    new_passphrase(dialog, PASSPHRASE + " kettle")


def weak(shots: Photographer) -> None:
    """Refused, in two places."""
    shots.window.commands["file.passphrase"].trigger()
    dialog = shots.shown(NewPassphraseDialog)
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
        shots.wait_until(lambda: not shots.window.locking.is_locked, "The unlocked window")
        shots.settle()


def other_theme(shots: Photographer) -> None:
    """Switched while the page is open; the next state is photographed in the theme of its pass again."""
    theme = "light" if shots.window.session.settings.theme == "dark" else "dark"
    shots.window.commands[f"view.theme_{theme}"].trigger()


def other_keys(shots: Photographer) -> None:
    """Some keys are others than those of the table."""
    session = shots.window.session
    chosen = {"review.decide.1": "Z", "review.cannot_decide": "", "review.note": "Ctrl+Alt+N", "review.verdict": "F9"}
    session.change_settings(replace(session.settings, keys=chosen))


def wide(shots: Photographer) -> None:
    """The request stands beside the response."""
    shots.window.resize(1600, 900)
