"""`classify IN.jsonl --out OUT.jsonl`: the rules on any responses, line by line, without a workspace."""

from __future__ import annotations

import json
from codecs import StreamWriter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, NamedTuple

from reviewer.classify.rules import Item, classify_responses
from reviewer.core.actions import DEFAULT_SCALE, ActionScale
from reviewer.core.cases import Message, Role
from reviewer.core.decisions import Verdict
from reviewer.core.errors import EnvironmentFault, InputError
from reviewer.core.message_forms import read_messages
from reviewer.host.files import replacing_text

_PROBE_BYTES = 8_192
# So many lines, or so many bytes of them, are read together.
BATCH_LINES = 256
BATCH_BYTES = 4_000_000


class Counts(NamedTuple):
    """Lines that were classified and lines that were left out; how many of the classified ones need a person."""

    good: int
    bad: int
    needs_person: int = 0


class BadLineError(ValueError):
    """A line that cannot be read; its text is a sentence for people."""


def classify_lines(
    source: Path,
    target: Path,
    on_bad: Callable[[int, str], None],
    scale: ActionScale = DEFAULT_SCALE,
    *,
    below: float | None = None,
) -> Counts:
    """Classify every line of `source` into `target`, in order; report each bad line with its number from 1.

    With `below` each line says whether it needs a person: it has no action, or one that is less sure than that.

    The target appears only when everything is written. Raises InputError where the source is missing or no text,
    EnvironmentFault where reading or writing fails.
    """
    _check_source(source)
    with source.open("rb") as lines, replacing_text(target) as out:
        return _copy(lines, out, on_bad, scale, below)


def _check_source(source: Path) -> None:
    if not source.exists():
        raise InputError(f"{source} does not exist.", "Give the path of a JSON Lines file with one response a line.")
    if source.is_dir():
        raise InputError(f"{source} is a folder.", "Give the path of a JSON Lines file.")
    if not source.is_file():
        raise InputError(f"{source} is a device or a pipe.", "Save what it gives to a file first.")
    try:
        with source.open("rb") as file:
            head = file.read(_PROBE_BYTES)
    except OSError as error:
        raise EnvironmentFault(
            f"{source} could not be read: {error.strerror or error}.", "Check its permissions."
        ) from error
    if b"\0" in head:
        raise InputError(f"{source} is a binary file, not JSON Lines.", "Give a text file with one JSON object a line.")


def _copy(
    lines: IO[bytes], out: StreamWriter, on_bad: Callable[[int, str], None], scale: ActionScale, below: float | None
) -> Counts:
    good = bad = left = 0
    for batch in _batches(_numbered(lines)):
        read: list[tuple[str, Item]] = []
        for number, untrusted_line in batch:
            try:
                read.append(_item(untrusted_line))
            except BadLineError as error:
                bad += 1
                on_bad(number, str(error))
        verdicts = classify_responses([item for _, item in read], scale)
        for (identity, _), verdict in zip(read, verdicts, strict=True):
            record = as_record(identity, verdict)
            if below is not None:
                record["needs_person"] = verdict.action is None or verdict.confidence < below
                left += bool(record["needs_person"])
            out.write(json.dumps(record) + "\n")
        good += len(read)
    return Counts(good, bad, left)


def _batches(lines: Iterator[tuple[int, bytes]]) -> Iterator[list[tuple[int, bytes]]]:
    """Lines that are read together: many short ones, or few long ones."""
    batch: list[tuple[int, bytes]] = []
    size = 0
    for number, untrusted_line in lines:
        batch.append((number, untrusted_line))
        size += len(untrusted_line)
        if len(batch) == BATCH_LINES or size > BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _numbered(lines: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    for number, untrusted_line in enumerate(lines, start=1):
        if untrusted_line.strip():
            yield number, untrusted_line.removeprefix(b"\xef\xbb\xbf") if number == 1 else untrusted_line


def _item(untrusted_line: bytes) -> tuple[str, Item]:
    """The id and the response of one input line; a bad line raises with a sentence."""
    fields = _fields(untrusted_line)
    identity, text = fields.get("id"), fields.get("response")
    if not isinstance(identity, str):
        raise BadLineError('The line has no "id" that is a text.')
    if not isinstance(text, str):
        raise BadLineError('The line has no "response" that is a text.')
    return identity, Item(messages_of(fields), text)


def _fields(untrusted_line: bytes) -> dict[str, object]:
    try:
        fields = json.loads(untrusted_line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise BadLineError("The line is not UTF-8.") from error
    except (ValueError, RecursionError) as error:  # a number of more digits than Python reads is no JSONDecodeError
        raise BadLineError("The line is not valid JSON.") from error
    if not isinstance(fields, dict):
        raise BadLineError("The line is not a JSON object.")
    return fields


def messages_of(fields: dict[str, object]) -> tuple[Message, ...]:
    """The messages; here the last turn may be anybody's, and `prompt` stands for one turn of the user."""
    prompt = fields.get("prompt")
    items = fields.get("messages", fields.get("conversations", fields.get("conversation")))
    if items is None and isinstance(prompt, str):
        return (Message(Role.USER, prompt),)
    if not isinstance(items, list) or not items:
        raise BadLineError('The line has neither "messages" nor "prompt".')
    try:
        return read_messages(items)
    except InputError as fault:
        raise BadLineError(str(fault)) from fault


def as_record(identity: str, verdict: Verdict) -> dict[str, object]:
    """The output line for a verdict, as the contract has it; `confidence` is the chance that the engagement is right,
    `action_confidence` the chance that the action is.
    """
    return {
        "id": identity,
        "action": verdict.action,
        "engagement": verdict.engagement,
        "refusal_kind": verdict.refusal_kind,
        "caveat": verdict.caveat,
        "asks": verdict.asks,
        "said_so": verdict.said_so,
        "confidence": verdict.confidence if verdict.engagement_confidence is None else verdict.engagement_confidence,
        "action_confidence": verdict.confidence,
        "evidence": [evidence.as_json() for evidence in verdict.evidence],
        "classifier": verdict.classifier,
        "reason": verdict.reason,
    }
