"""Options that several commands share: each declared once, the ones that belong together as one object."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer

from reviewer.app.damage import naming_damage
from reviewer.cli.encrypting import unlock_for_command
from reviewer.cli.output import complain
from reviewer.cli.waiting import LongWait
from reviewer.core.actions import ActionId
from reviewer.core.bands import BandChoice
from reviewer.core.errors import InputError
from reviewer.core.scoring.score import Options
from reviewer.host.paths import workspace_path
from reviewer.host.small_files import small_text
from reviewer.runner.limits import MAX_WAIT_S
from reviewer.store.database import Workspace
from reviewer.store.making import NewFile

if TYPE_CHECKING:
    from reviewer.app.jobs.terms import Terms
    from reviewer.runner.budget import Budget


WorkspaceOption = Annotated[
    str | None,
    typer.Option(
        "--workspace",
        help="Workspace file, or a bundle to read; else REVIEWER_WORKSPACE, else the default one.",
        show_default=False,
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
RunOption = Annotated[str, typer.Option("--run", help="Name of the run.")]
SuiteOption = Annotated[str, typer.Option("--suite", help="Name of the suite.")]
CaseOption = Annotated[str, typer.Option("--case", help="Key of the case.")]
RepeatOption = Annotated[int, typer.Option(help="Which response, where a case has several.")]
ReviewerOption = Annotated[str, typer.Option(help="Who does it; default the account's name.")]
NoteOption = Annotated[str, typer.Option(help="Why.")]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Say what would be sent; send and store nothing.")]
LimitOption = Annotated[int | None, typer.Option(help="Only the first N by case key.")]
ModelOption = Annotated[str, typer.Option(help="Model id as the endpoint knows it.")]
SeedOption = Annotated[int | None, typer.Option(help="Seed sent with each request.")]
BandsOption = Annotated[str, typer.Option("--bands", help="labelled, none or neighbours:CREDIT.")]
SCALE_HELP = "five, six, agent (see `reviewer suite scales`), or action ids with commas, least cautious first."
ScaleOption = Annotated[str, typer.Option("--scale", help=f"Actions of a new suite: {SCALE_HELP}")]
HoldBackOption = Annotated[
    str, typer.Option("--hold-back", help="Actions that hold back, with commas; default what withholds for good.")
]
ProtocolOption = Annotated[
    str,
    typer.Option(
        help="openai-chat, azure-openai, openai-responses, anthropic-messages, gemini, http-template, or recorded."
    ),
]


@dataclass(frozen=True)
class OptionGroup:
    """Options that belong together: each field is one, with its declaration as its type."""

    def given(self) -> dict[str, Any]:
        """Those that are not as they are by default."""
        found = {option.name: (getattr(self, option.name), option.default) for option in fields(self)}
        return {name: value for name, (value, default) in found.items() if value not in (default, None)}


def takes_options(command: Callable[..., None]) -> Callable[..., None]:
    """The command as Typer can read it: a parameter whose type is an OptionGroup stands for the fields of that."""
    parameters = inspect.signature(command, eval_str=True).parameters
    groups = {name: _fields_of(p.annotation) for name, p in parameters.items() if _is_group(p.annotation)}
    expanded = [each for name, parameter in parameters.items() for each in groups.get(name, [parameter])]

    def run(**values: object) -> None:
        taken = {
            group: parameters[group].annotation(**{each.name: values.pop(each.name) for each in options})
            for group, options in groups.items()
        }
        command(**taken, **values)

    run.__name__, run.__doc__ = command.__name__, command.__doc__
    run.__annotations__ = {each.name: each.annotation for each in expanded}
    keywords = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in expanded]
    vars(run)["__signature__"] = inspect.Signature(keywords)
    return run


def _is_group(annotation: object) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, OptionGroup)


def _fields_of(group: type[OptionGroup]) -> list[inspect.Parameter]:
    hints = get_type_hints(group, include_extras=True)
    keyword, required = inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.empty
    defaults = {each.name: required if each.default is MISSING else each.default for each in fields(group)}
    return [inspect.Parameter(name, keyword, default=d, annotation=hints[name]) for name, d in defaults.items()]


def refuse(options: dict[str, Any], beside: str, remedy: str) -> None:
    """An option that would have no effect is refused rather than dropped without a word."""
    for name in options:
        raise InputError(f"--{name.replace('_', '-')} cannot be given with {beside}.", remedy)


@dataclass(frozen=True)
class CountingOptions(OptionGroup):
    """How a score counts."""

    bands: BandsOption = "labelled"
    hold_back: HoldBackOption = ""

    @property
    def parsed(self) -> Options:
        """Raises InputError for bands that are not known; the scale checks the actions."""
        actions = tuple(ActionId(action.strip()) for action in self.hold_back.split(",") if action.strip())
        return Options(BandChoice.parse(self.bands), actions)


@dataclass(frozen=True)
class AddressOptions(OptionGroup):
    """Where requests go, where the key is found, and how hard to ask; what is not given is as it is by default."""

    base_url: Annotated[str, typer.Option(help="Address, for example http://127.0.0.1:8090/v1.")] = ""
    protocol: ProtocolOption = "openai-chat"
    responses: Annotated[str, typer.Option(help="File of recorded responses, for --protocol recorded.")] = ""
    key_env: Annotated[str, typer.Option(help="Environment variable that holds the key.")] = ""
    key_service: Annotated[str, typer.Option(help="Keyring service that holds the key.")] = ""
    ask_key: Annotated[
        bool, typer.Option("--ask-key", help="Ask for the key at each command, unseen; it is stored nowhere.")
    ] = False
    header: Annotated[list[str] | None, typer.Option(help="NAME=VALUE; a value $VAR is read from the environment.")] = (
        None
    )
    concurrency: Annotated[int | None, typer.Option(help="Requests at once.")] = None
    timeout_s: Annotated[float | None, typer.Option(help="Seconds for one attempt.")] = None
    max_attempts: Annotated[int | None, typer.Option(help="Attempts for one request.")] = None
    stream: Annotated[
        bool, typer.Option("--stream", help="Stream responses, for a server that gives them only so.")
    ] = False


@dataclass(frozen=True)
class EndpointOptions(AddressOptions):
    """As AddressOptions, or an endpoint that is stored."""

    endpoint: Annotated[str, typer.Option(help="A stored endpoint, by name, in place of --base-url.")] = ""

    @property
    def n_places(self) -> int:
        """How many of the three ways to say where requests go were taken."""
        return sum(map(bool, (self.base_url, self.responses, self.endpoint)))


@dataclass(frozen=True)
class SamplingOptions(OptionGroup):
    """What is sent with each request beside the case."""

    system: Annotated[str, typer.Option(help="System prompt, or @FILE.")] = ""
    temperature: Annotated[float | None, typer.Option(help="Sampling temperature.")] = None
    top_p: Annotated[float | None, typer.Option(help="Nucleus sampling.")] = None
    max_tokens: Annotated[int | None, typer.Option(help="Most tokens of a response.")] = None
    seed: SeedOption = None


@dataclass(frozen=True)
class NetworkOptions(OptionGroup):
    """How an endpoint is reached."""

    proxy: Annotated[str, typer.Option(help="Address of a proxy.")] = ""
    ca_file: Annotated[str, typer.Option(help="PEM file of a private certificate authority.")] = ""
    client_cert: Annotated[str, typer.Option(help="PEM file of the client certificate.")] = ""
    client_key: Annotated[str, typer.Option(help="PEM file of its key, where that is a file of its own.")] = ""
    verify_tls: Annotated[bool, typer.Option(help="Check the server's certificate.")] = True


@dataclass(frozen=True)
class PaceOptions(OptionGroup):
    """How fast to ask at most."""

    rpm: Annotated[float | None, typer.Option(help="Most requests a minute.")] = None
    tpm: Annotated[float | None, typer.Option(help="Most tokens a minute, estimated.")] = None


@dataclass(frozen=True)
class BudgetOptions(OptionGroup):
    """Prices, and when the sending stops by itself."""

    most_tokens: Annotated[int | None, typer.Option(help="Stop after so many tokens.")] = None
    price_sent: Annotated[float, typer.Option(help="Price of a million tokens sent.")] = 0.0
    price_received: Annotated[float, typer.Option(help="Price of a million tokens received.")] = 0.0
    most_spend: Annotated[float | None, typer.Option(help="Stop after spending so much at these prices.")] = None
    max_wait_s: Annotated[
        float,
        typer.Option(
            help="Seconds to wait for an endpoint that is away or asks to wait, or a full disk, before stopping."
        ),
    ] = MAX_WAIT_S


@dataclass(frozen=True)
class ResponseOptions(OptionGroup):
    """One response of a run, and who speaks of it."""

    run: RunOption
    case: CaseOption
    repeat: RepeatOption = 1
    reviewer: ReviewerOption = ""


@dataclass(frozen=True)
class ActingOptions(OptionGroup):
    """Who acts, on which workspace, and whether the answer is a document."""

    reviewer: ReviewerOption = ""
    json: JsonOption = False
    workspace: WorkspaceOption = None

    @property
    def author(self) -> str:
        from reviewer.host.settings import default_reviewer

        return self.reviewer or default_reviewer()


@dataclass(frozen=True)
class SuiteCaseOptions(OptionGroup):
    """One case of a suite."""

    suite: SuiteOption
    case: CaseOption


@contextmanager
def opened(given: str | None, *, create: bool = True) -> Iterator[Workspace]:
    """The workspace or the bundle asked for, closed again at the end. Raises KnownError.

    Whatever fails after something was stored, it is said that it was: nobody is to do it a second time unknowingly. A
    new workspace that nothing was stored in is taken away again.
    What another program writes meanwhile is waited for, and told.
    """
    from reviewer.app.bundle_opening import open_file

    path = workspace_file(given)
    wait, new = LongWait(path), NewFile(path)
    unlock_for_command(path)
    workspace = open_file(path, create=create)
    born = workspace.moment() if new.is_new else 0
    stays = True
    for notice in workspace.notices:
        complain(f"reviewer: {notice}")
    if workspace.is_kept_from_writing:
        complain(f"reviewer: {workspace.read_only}")
    try:
        with naming_damage(workspace), workspace.waiting(wait.patience):
            _do_what_is_due(workspace)
            yield workspace
    except Exception as error:
        is_said = isinstance(error, typer.Exit | InputError)
        stays = workspace.has_written or is_said  # after wrong input the next command finds it, as it would an old one
        if workspace.has_written and not is_said:
            complain("reviewer: part of this was stored before it failed, and is kept; look before you try again.")
        raise
    except BaseException:
        stays = workspace.has_written
        wait.tell_if_given_up(has_written=workspace.has_written)
        raise
    finally:
        workspace.close()
        if not stays:
            new.take_away(workspace.dialect, born)


def _do_what_is_due(workspace: Workspace) -> None:
    """Erase and delete what is due, told before and after."""
    from reviewer.app.erasing import do_what_is_due, what_is_due

    due = what_is_due(workspace)
    for sentence in due.sentences:
        complain(f"reviewer: {sentence}")
    for sentence in do_what_is_due(workspace, due):
        complain(f"reviewer: {sentence}")


@contextmanager
def opened_to_act(given: str | None, *, create: bool = False) -> Iterator[Workspace]:
    """As `opened`, for a command that does one thing: all that it writes and its answer are one transaction."""
    with opened(given, create=create) as workspace, workspace.write():
        yield workspace


def workspace_file(given: str | None) -> Path:
    """The file that is meant. Raises InputError for a URL, of which nothing is repeated."""
    return workspace_path(given)


_TEXT_BYTES = 16_000_000


def text_or_file(given: str, what: str) -> str:
    """The text itself, or what the file holds where it is `@FILE`. Raises InputError where that cannot be read."""
    return file_text(given[1:], what) if given.startswith("@") else given


def file_text(path: str, what: str) -> str:
    """Raises InputError where the file cannot be read; `what` names what should be in it."""
    return small_text(Path(path), what, "Check the path.", most=_TEXT_BYTES)


def terms_of(pace: PaceOptions, budget: BudgetOptions) -> Terms:
    """How it is sent: pace, prices, budget and patience. Raises InputError for what cannot be."""
    from reviewer.app.jobs.terms import Pace, Terms
    from reviewer.runner.budget import Budget

    limits = Budget(budget.price_sent, budget.price_received, budget.most_tokens, budget.most_spend)
    return Terms(Pace(pace.rpm, pace.tpm), limits, budget.max_wait_s)


def price_bounds(budget: Budget, tokens: int, most_received: int | None) -> dict[str, object]:
    """From which price, for what is sent alone, to which at most; None: no limit."""
    from reviewer.runner.budget import Used

    most = None if most_received is None else budget.spend(Used(tokens, most_received))
    return {"price": [budget.spend(Used(tokens)), most]}
