"""The command line's root: which commands there are, and how errors and interrupts become exit statuses."""

from __future__ import annotations

import io
import signal
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from types import FrameType
from typing import IO, Protocol, runtime_checkable

import typer
from typer.main import get_command

from reviewer import __version__
from reviewer.cli import (
    agreeing,
    batching,
    bundling,
    carrying,
    cases,
    classifying,
    comparing,
    deciding,
    declaring,
    deleting,
    disputing,
    encrypting,
    endpoints,
    exchange,
    following,
    gating,
    importing_back,
    judging,
    keeping,
    listing,
    packets,
    planning,
    proving,
    reporting,
    retaining,
    running,
    scoring,
    signing,
    suite_planning,
    suites,
    thresholds,
    versions,
    window,
)
from reviewer.cli.output import complain, say
from reviewer.cli.window import OpenWindow
from reviewer.core.errors import ExitStatus, KnownError
from reviewer.host.offline import OFFLINE_OPTION, LockedBy, follow_setting, lock, lock_as_told
from reviewer.host.paths import settings_file
from reviewer.host.settings import load
from reviewer.host.tracebacks import traceback_text

app = typer.Typer(
    name="reviewer",
    help="Review what language models did on sensitive requests and compute one honest score from it. "
    "With --offline, or REVIEWER_OFFLINE=1, before or behind any command nothing is sent and no name looked up.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=False,
)
app.command("window")(window.window_command)
app.command("demo")(window.demo_command)
app.command("import")(exchange.import_command)
app.command("export")(exchange.export_command)
app.add_typer(importing_back.imports_app, name="imports")
app.command("formats")(exchange.formats_command)
app.command("run")(running.run_command)
app.command("classify")(classifying.classify_command)
app.command("reclassify")(classifying.reclassify_command)
app.command("judge")(judging.judge_command)
app.command("threshold")(thresholds.threshold_command)
app.command("plan")(planning.plan_command)
app.command("plan-suite")(suite_planning.plan_suite_command)
app.command("decide")(deciding.decide_command)
app.command("undo")(deciding.undo_command)
app.command("adjudicate")(deciding.adjudicate_command)
app.command("carry-over")(carrying.carry_over_command)
app.command("label")(cases.label_command)
app.add_typer(cases.case_app, name="case")
app.add_typer(disputing.dispute_app, name="dispute")
app.command("score")(scoring.score_command)
app.command("compare")(comparing.compare_command)
app.command("trend")(following.trend_command)
app.command("gate")(gating.gate_command)
app.command("agreement")(agreeing.agreement_command)
app.command("report")(reporting.report_command)
app.command("declare")(declaring.declare_command)
app.command("bundle")(bundling.bundle_command)
app.command("verify")(bundling.verify_command)
app.command("prove")(proving.prove_command)
app.command("check-proof")(proving.check_proof_command)
app.add_typer(signing.key_app, name="key")
app.command("runs")(listing.runs_command)
app.command("suites")(listing.suites_command)
app.add_typer(suites.suite_app, name="suite")
app.command("endpoints")(endpoints.endpoints_command)
app.add_typer(endpoints.endpoint_app, name="endpoint")
app.add_typer(versions.version_app, name="model-version")
app.add_typer(batching.batch_app, name="batch")
app.add_typer(packets.packet_app, name="packet")
app.command("backup")(keeping.backup_command)
app.command("restore")(keeping.restore_command)
app.add_typer(deleting.delete_app, name="delete")
app.add_typer(deleting.bin_app, name="bin")
app.command("erase")(deleting.erase_command)
app.add_typer(retaining.retention_app, name="retention")
app.command("encrypt")(encrypting.encrypt_command)
app.command("decrypt")(encrypting.decrypt_command)
app.command("unseal")(encrypting.unseal_command)
app.add_typer(encrypting.passphrase_app, name="passphrase")
app.command("doctor")(keeping.doctor_command)

COMMANDS = frozenset(
    {*(str(command.name) for command in app.registered_commands), *(str(group.name) for group in app.registered_groups)}
)


@runtime_checkable
class _WrongUse(Protocol):
    """What Typer raises where a command was typed wrongly."""

    exit_code: int

    def show(self, file: IO[str] | None = None) -> None:
        """Write the usage, and what is wrong."""


class InterruptedBySignal(BaseException):
    """Ctrl+C outside a run: it must not be taken for an ordinary failure on its way up."""


def run(arguments: Sequence[str], open_window: OpenWindow) -> int:
    """Run one command and return its exit status. `open_window` shows the window where a command asks for it."""
    signal.signal(signal.SIGINT, _interrupt)
    given = list(arguments)
    lock_as_told()
    follow_setting(load(settings_file()).offline)
    if OFFLINE_OPTION in given:
        given.remove(OFFLINE_OPTION)
        lock(LockedBy.OPTION)
    if not given or _is_workspace(given[0]):
        given.insert(0, "window")
    try:
        if given == ["--version"]:
            say(f"reviewer {__version__}")
            return ExitStatus.DONE
        # what was typed wrongly is quoted: it is written here, as all that goes to a terminal is
        ended_with = _commands()(
            args=_workspace_last(given), prog_name="reviewer", obj=open_window, standalone_mode=False
        )
        return ended_with if isinstance(ended_with, int) else ExitStatus.DONE
    except SystemExit as ended:
        return int(ended.code or 0) if isinstance(ended.code, int | None) else ExitStatus.ANSWER_IS_NO
    except KnownError as error:
        complain(f"reviewer: {error}")
        return error.exit_status
    except InterruptedBySignal:
        complain("reviewer: interrupted; everything stored before is kept.")
        return ExitStatus.INTERRUPTED
    except typer.Abort:
        complain("Aborted!")
        return ExitStatus.ANSWER_IS_NO
    except Exception as fault:  # noqa: BLE001 - Python's own traceback would quote texts of cases, and end with 1
        if isinstance(fault, _WrongUse):
            complain(_usage_words(fault))
            return ExitStatus.INPUT_WRONG
        complain(traceback_text(fault))
        complain("reviewer: this is a fault of Reviewer itself. What was stored before is kept.")
        return ExitStatus.ENVIRONMENT_FAILED


def _usage_words(fault: _WrongUse) -> str:
    words = io.StringIO()
    fault.show(words)
    return words.getvalue().rstrip()


@cache
def _commands() -> Callable[..., object]:
    """All commands with their options: made once, because that takes longer than most of them."""
    return get_command(app)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise InterruptedBySignal


def _is_workspace(word: str) -> bool:
    """Whether the first word is a workspace to open: a mistyped command must not become a new file of that name."""
    if word in COMMANDS or word.startswith("-"):
        return False
    return Path(word).suffix != "" or len(Path(word).parts) > 1 or Path(word).exists()


def _workspace_last(given: list[str]) -> list[str]:
    """`--workspace PATH` may stand before the command; the commands themselves know it behind."""
    if len(given) > 2 and given[0] == "--workspace":
        return [*given[2:], *given[:2]]
    if given and given[0].startswith("--workspace="):
        return [*given[1:], given[0]]
    return given
