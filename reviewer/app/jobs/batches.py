"""A run's requests as a batch file, and the results of one, in parts and in any order, back into the run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from reviewer.app.jobs.sending import Sending, prepare_sending, store_responses
from reviewer.app.jobs.unsendable import LeftOut
from reviewer.core.cases import CaseKey
from reviewer.core.errors import EnvironmentFault, InputError
from reviewer.core.responses import Response, ResponseState
from reviewer.core.runs import RunStatus
from reviewer.host.clock import now
from reviewer.host.files import replacing_text
from reviewer.host.paths import output_file
from reviewer.host.small_files import check_no_pipe
from reviewer.store.database import Workspace
from reviewer.store.facts.runs import RunLine
from reviewer.store.writes import runs as writes

if TYPE_CHECKING:
    from reviewer.endpoints.http_chat import Wire
    from reviewer.endpoints.protocol import ChatRequest

BATCH = 200
MOST_NAMED = 5


@dataclass(frozen=True)
class BatchExported:
    run: str
    path: Path
    format: str
    requests: int
    cannot_send: str = ""
    """Which cases are not in the file, because the protocol has no form for what they hold; in words."""


def export_batch(workspace: Workspace, run: str, path: Path) -> BatchExported:
    """Write what the run still lacks. Raises InputError for an unknown or imported run, a protocol without a batch
    format, and a run that lacks nothing; EnvironmentFault where the file cannot be written.
    """
    from reviewer.exchange.formats.batch import batch_format, batch_lines

    sending = prepare_sending(workspace, run)
    form, wire = batch_format(sending.line.version.endpoint.protocol), _wire(sending)
    if not sending.missing:
        raise InputError(f"The run {run!r} has every response already.", "There is nothing to write.")
    target, version = output_file(path), sending.line.version
    left_out, requests = LeftOut(version), _requests(workspace, sending)
    with replacing_text(target) as file:
        lines = batch_lines(version.endpoint.protocol, sending.line.name, left_out.others(requests), wire)
        file.writelines(lines)
    return BatchExported(sending.line.name, target, form, len(sending.missing) - left_out.count, left_out.words)


def _wire(sending: Sending) -> Wire:
    from reviewer.endpoints.registry import protocol_entry
    from reviewer.exchange.formats.batch import batch_format

    endpoint = sending.line.version.endpoint
    name = endpoint.protocol
    batch_format(name)
    wire = protocol_entry(name).wire
    if wire is None:
        raise InputError(f"The protocol {name!r} is not spoken over HTTP.", "Choose an endpoint of another protocol.")
    return wire(endpoint)


def _requests(workspace: Workspace, sending: Sending) -> Iterator[ChatRequest]:
    while page := sending.take(workspace):
        yield from page


@dataclass
class BatchImported:
    """What became of the lines of result files. What is named in the lists was not stored.

    `foreign` are ids that are not of this run, `changed` answers to other requests than this run makes, `doubled`
    further answers to one request, `unreadable` lines that are no result; `known` had a response already.
    """

    run: str
    stored: int = 0
    errors: int = 0
    known: int = 0
    foreign: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    left: int = 0

    @property
    def refused(self) -> int:
        return len(self.foreign) + len(self.changed) + len(self.doubled) + len(self.unreadable)

    def refused_words(self, most: int) -> list[str]:
        """A sentence for each kind of line that was not stored, naming at most so many."""
        kinds = {
            "not of this run": self.foreign,
            "an answer to another request than this run makes": self.changed,
            "a second answer to one request": self.doubled,
            "no result": self.unreadable,
        }
        return [
            f"{len(found)} not stored, {what}: {'; '.join(found[:most])}{'; …' if len(found) > most else ''}"
            for what, found in kinds.items()
            if found
        ]


def import_batch(workspace: Workspace, run: str, paths: Sequence[Path]) -> BatchImported:
    """Store the answers to the run's own requests; what is stored stays, whatever comes after it.

    Raises InputError for an unknown or imported run or a missing file, EnvironmentFault for one that cannot be read.
    """
    from reviewer.exchange.formats.batch import BatchId, read_result

    sending = prepare_sending(workspace, run)
    wire, report = _wire(sending), BatchImported(sending.line.name)
    name, line = sending.line.name, sending.line
    every = Sending(line, [(key, repeat) for key, repeat in _every(workspace, line)])
    asked = {(found := BatchId.of(name, request)).place: (found, request) for request in _requests(workspace, every)}
    lacking, seen = set(sending.missing), set[str]()
    waiting: list[Response] = []
    for where, untrusted_line in _lines(paths):
        try:
            result = read_result(untrusted_line)
        except ValueError as error:
            report.unreadable.append(f"{where}: {error}")
            continue
        given = BatchId.read(result.id)
        if given.place not in asked:
            report.foreign.append(f"{where}: {result.id[:80]}")
        elif given != asked[given.place][0]:
            report.changed.append(f"{where}: {asked[given.place][1].case}")
        elif given.place in seen:
            report.doubled.append(f"{where}: {asked[given.place][1].case}")
        else:
            seen.add(given.place)
            request = asked[given.place][1]
            if (request.case, request.repeat) not in lacking:
                report.known += 1
                continue
            waiting.append(result.response(request, wire))
            if len(waiting) >= BATCH:
                _store(workspace, every, waiting, report)
    _store(workspace, every, waiting, report)
    report.left = len(prepare_sending(workspace, run).missing)
    status = RunStatus.STOPPED if report.left else RunStatus.FINISHED
    message = f"{report.left} requests have no answer in the batch files read so far." if report.left else ""
    writes.set_run_status(workspace, run_id=line.id, status=status, message=message, at=now())
    return report


def _every(workspace: Workspace, line: RunLine) -> Iterator[tuple[CaseKey, int]]:
    from reviewer.store.queries.suites import case_keys_of_run

    for key in case_keys_of_run(workspace, line.id):
        for repeat in range(1, line.repeats + 1):
            yield key, repeat


def _store(workspace: Workspace, every: Sending, waiting: list[Response], report: BatchImported) -> None:
    if waiting:
        store_responses(workspace, every, waiting)
        report.stored += len(waiting)
        report.errors += sum(response.state is ResponseState.ERROR for response in waiting)
        waiting.clear()


def _lines(paths: Sequence[Path]) -> Iterator[tuple[str, bytes]]:
    from reviewer.exchange.formats.batch import MAX_LINE_BYTES

    for path in paths:
        check_no_pipe(path)
        try:
            with path.open("rb") as file:
                number = 0
                while untrusted_line := file.readline(MAX_LINE_BYTES + 1):
                    number += 1
                    if untrusted_line.strip():
                        yield f"{path.name}, line {number}", untrusted_line
        except (FileNotFoundError, IsADirectoryError) as error:
            raise InputError(f"{path} is not a file.", "Check the path of the batch results.") from error
        except OSError as error:
            raise EnvironmentFault(f"{path} could not be read ({error.strerror}).", "Check its permissions.") from error
