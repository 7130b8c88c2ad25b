"""Verify a bundle: its form, every hash, the chain of events, the signature, and every figure computed again."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from reviewer.app import bundles
from reviewer.core.actions import ActionId
from reviewer.core.bands import BandChoice
from reviewer.core.errors import KnownError
from reviewer.core.event_chain import leaf_hash, merkle_root
from reviewer.core.scoring.score import Options
from reviewer.host.signing import fingerprint, signature_is_by
from reviewer.report.bundle_zip import ATTESTATION, MANIFEST, unpacked
from reviewer.store.chain import EVENTS
from reviewer.store.database import open_workspace
from reviewer.store.queries.bundled import Row
from reviewer.store.writes.bundled import take_rows

_ENTRY = ("sequence", "source", "first", "last", "size", "shape", "root", "previous")
_MOST_DIFFERENCES = 20


@dataclass(frozen=True)
class Verification:
    """What does not fit, each a sentence; the key's fingerprint where the bundle is signed."""

    run: str
    wrong: tuple[str, ...]
    signed_by: str
    key_was_given: bool


def verify_bundle(path: Path, public: bytes | None = None) -> Verification:
    """Raises InputError for what is no bundle or cannot be read; what was changed in one is told, not raised."""
    members, wrong = unpacked(path)
    if MANIFEST not in members or ATTESTATION not in members:
        missing = [name for name in (MANIFEST, ATTESTATION) if name not in members]
        return Verification("", (*wrong, f"The member {missing[0]} is missing."), "", public is not None)
    try:
        manifest = _object(MANIFEST, members[MANIFEST])
        wrong += _hashes(members, manifest)
        rows = read_rows(members)
        wrong += _events(rows, _lines("events.jsonl", members["events.jsonl"]), manifest)
        wrong += _cases(rows, manifest)
        wrong += _signed(members, manifest, public)
        wrong += _figures(members, rows, manifest)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        wrong.append(f"The bundle has not the fields that it needs ({type(error).__name__}: {error}).")
        manifest = {}
    key = manifest.get("public_key")
    by = fingerprint(bytes.fromhex(key)) if isinstance(key, str) and not wrong else ""
    return Verification(str(manifest.get("run", "")), tuple(wrong), by, public is not None)


def _object(name: str, content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except RecursionError as error:
        raise ValueError(f"{name} is nested too deeply") from error
    if not isinstance(found, dict):
        raise TypeError(f"{name} holds no JSON object")
    return found


def _lines(name: str, content: bytes) -> list[Row]:
    return [_object(name, line) for line in content.splitlines()]


def read_rows(members: Mapping[str, bytes]) -> dict[str, list[Row]]:
    """Table → rows, as the members have them. Raises ValueError, KeyError, TypeError."""
    rows: dict[str, list[Row]] = {table: [] for tables in bundles.ROWS.values() for table in tables}
    for name, tables in bundles.ROWS.items():
        for line in _lines(name, members[name]):
            if line["of"] not in tables:
                raise ValueError(f"{name} holds a line of the kind {line['of']}")
            rows[line["of"]].append(line)
    return rows


def _hashes(members: Mapping[str, bytes], manifest: Mapping[str, Any]) -> Iterator[str]:
    said = manifest["members"]
    if manifest["format"] != bundles.FORMAT:
        yield f"The bundle is of the format {manifest['format']}, which this program does not know."
    for name in sorted({*said, *members} - {MANIFEST, ATTESTATION}):
        if name not in members:
            yield f"The member {name} is missing."
        elif name not in said:
            yield f"The member {name} was added."
        elif hashlib.sha256(members[name]).hexdigest() != said[name]:
            yield f"The member {name} was changed."


def _events(rows: Mapping[str, Sequence[Row]], entries: Sequence[Row], manifest: Mapping[str, Any]) -> Iterator[str]:
    events = {table: {row[EVENTS[table][0]]: row for row in rows[table]} for table in EVENTS}
    yield from _disordered(rows)
    previous, known = "", set()
    for sequence, entry in enumerate(entries):
        yield from _entry(sequence, entry, previous)
        previous = entry["hash"]
        for key in entry["own"]:
            known.add((entry["source"], key))
            yield from _event(entry, key, events[entry["source"]].get(key))
    if previous != manifest["event_chain_head"]:
        yield "The chain of events does not end where the manifest says."
    added = [(table, key) for table, found in events.items() for key in found if (table, key) not in known]
    yield from (f"{_named(table)} {key} was added." for table, key in added)


def _disordered(rows: Mapping[str, Sequence[Row]]) -> Iterator[str]:
    for table in EVENTS:
        ids = [row[EVENTS[table][0]] for row in rows[table]]
        for before, after in pairwise(ids):
            if after <= before:
                yield f"{_named(table)} {after} is out of order or there twice."


def _named(table: str) -> str:
    return f"The {table.replace('_', ' ')}"


def _entry(sequence: int, entry: Row, previous: str) -> Iterator[str]:
    said = {name: entry[name] for name in _ENTRY}
    if entry["sequence"] != sequence or entry["previous"] != previous:
        yield f"Entry {entry['sequence']} of the chain of events does not follow the one before."
    said_hash = hashlib.sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode("ascii")).hexdigest()
    if said_hash != entry["hash"]:
        yield f"Entry {entry['sequence']} of the chain of events was changed."
    leaves = [bytes.fromhex(leaf) for leaf in entry["leaves"]]
    if leaves and (merkle_root(leaves).hex() != entry["root"] or len(leaves) != entry["size"]):
        yield f"The leaves of entry {entry['sequence']} of the chain of events were changed."


def _event(entry: Row, key: int, event: Row | None) -> Iterator[str]:
    if event is None:
        yield f"{_named(entry['source'])} {key} is missing."
        return
    at = key - entry["first"] if entry["size"] == entry["last"] - entry["first"] + 1 else -1
    leaves, leaf = entry["leaves"], leaf_hash(event).hex()
    if (at >= 0 and leaves[at] != leaf) or leaf not in leaves:
        yield f"{_named(entry['source'])} {key} is not what was recorded."


def _cases(rows: Mapping[str, Sequence[Row]], manifest: Mapping[str, Any]) -> Iterator[str]:
    """Cases against their labels' events, responses against what was said of them."""
    if bundles.case_root(rows["case"]) != manifest["case_root"]:
        yield "The cases do not make the Merkle root that the manifest gives."
    labels = {(row["case_id"], row["label_version"]): row for row in rows["label_event"]}
    for case in rows["case"]:
        event = labels.get((case["id"], case["label_version"]))
        if event and any(event[name] != case[name] for name in ("label", "band", "status")):
            yield f"The label of case {case['key']} is not the one that its history ends with."
    hashes = {row["id"]: row["hash"] for row in rows["response"]}
    for response in rows["response"]:
        yield from _text(response)
    for table in ("verdict", "decision"):
        for row in rows[table]:
            if row["response_id"] not in hashes:
                yield f"{_named(table)} {row['id']} is on a response that is not here."


def _text(response: Row) -> Iterator[str]:
    from reviewer.core.responses import ResponseState, response_hash

    text, state = response["text"], ResponseState(response["state"])
    if response["hash"] != response_hash(text, state):
        yield f"Response {response['id']} has another text than its hash says."


def _signed(members: Mapping[str, bytes], manifest: dict[str, Any], public: bytes | None) -> Iterator[str]:
    sealed = _object(ATTESTATION, members[ATTESTATION])
    payload = base64.b64decode(sealed["payload"], validate=True)
    score = _object("score.json", members["score.json"])
    expected = json.dumps(bundles.statement(manifest, score), sort_keys=True, separators=(",", ":")).encode("ascii")
    if payload != expected or bundles.envelope(payload, sealed["signatures"]) != members[ATTESTATION]:
        yield f"The member {ATTESTATION} was changed, or is about another manifest."
    said = manifest["public_key"]
    if said is None:
        if public is not None:
            yield "The bundle is not signed."
        return
    if public is not None and public.hex() != said:
        yield "The bundle is signed with another key than the one given."
    signatures = [_signature(one) for one in sealed["signatures"]]
    if not any(signature_is_by(bytes.fromhex(said), one, bundles.before_signing(payload)) for one in signatures):
        yield f"The signature in {ATTESTATION} is not that key's over this content."


def _signature(one: Mapping[str, str]) -> bytes:
    try:
        return base64.b64decode(one["sig"], validate=True)
    except binascii.Error:
        return b""


def _figures(
    members: Mapping[str, bytes], rows: Mapping[str, Sequence[Row]], manifest: Mapping[str, Any]
) -> Iterator[str]:
    """Compute score and comparison from the rows in a workspace of their own, and name what differs."""
    given = manifest["options"]
    options = Options(BandChoice.parse(given["bands"]), tuple(ActionId(name) for name in given["hold_back"]))
    with tempfile.TemporaryDirectory() as folder:
        workspace = open_workspace(Path(folder) / "bundle.db")
        try:
            take_rows(workspace, rows=rows)
            made = bundles.figures(workspace, manifest["run"], manifest["against"] or "", options)
        except KnownError as error:
            yield f"The figures cannot be computed from what is inside ({error})."
            return
        finally:
            workspace.close()
    for name, content in made.items():
        differing = list(_differences(_object(name, content), _object(name, members[name]), name))
        yield from differing[:_MOST_DIFFERENCES]


def _differences(computed: object, said: object, where: str) -> Iterator[str]:
    if isinstance(computed, dict) and isinstance(said, dict):
        for name in sorted({*computed, *said}):
            yield from _differences(computed.get(name), said.get(name), f"{where}: {name}")
    elif isinstance(computed, list) and isinstance(said, list) and len(computed) == len(said):
        for at, (one, other) in enumerate(zip(computed, said, strict=True)):
            yield from _differences(one, other, f"{where} [{at}]")
    elif computed != said or type(computed) is not type(said):
        yield f"{where} is {json.dumps(said)}; computed from the data it is {json.dumps(computed)}."
