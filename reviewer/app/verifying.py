"""Verify a bundle: its form, every hash, the chain of events, the signature, and every figure computed again."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from reviewer import __version__
from reviewer.app import bundle_statement, bundles
from reviewer.app.bundle_cover import BundleCover, hidden_tables, may_be_covered
from reviewer.app.bundle_figures import EDITION, POLICY, BundleAsked, figures, page, workspace_of
from reviewer.core.actions import ActionId
from reviewer.core.bands import BandChoice
from reviewer.core.errors import InputError, KnownError
from reviewer.core.event_chain import leaf_hash, merkle_root
from reviewer.core.scoring.score import Options
from reviewer.host.signing import fingerprint, signature_is_by
from reviewer.report.bundle_zip import ATTESTATION, FIRST_FORMAT, FORMAT, MANIFEST, json_page, unpacked
from reviewer.store.chain import EVENTS, FIRST_EVENTS
from reviewer.store.database import Workspace
from reviewer.store.queries.bin import standing, told_tombstones
from reviewer.store.queries.bundled import Row
from reviewer.store.rebuilding import misfitting
from reviewer.wording.deleting import deletion_words

EVENTS_OF: Mapping[str, Sequence[str]] = {FORMAT: tuple(EVENTS), FIRST_FORMAT: FIRST_EVENTS}
"""Format of a bundle → the kinds of its rows that are events, and in its chain."""
_ENTRY = ("sequence", "source", "first", "last", "size", "shape", "root", "previous")
_MOST_DIFFERENCES = 20
_BY_METHOD = frozenset({"low", "high", "rough", "closed_forms", "interval_methods", "thresholds"})
"""What a figure's method gives, which may get better from one version to the next."""
_SENTENCES = frozenset({"asked", "found", "why", "sentence", "sure", "warnings"})
"""What is put into words, which may be better ones from one version to the next."""
_LIMITS, _NUMBER = re.compile(r"\[[^\]]*\]"), re.compile(r"\d+(?:[.,]\d+)*")
_MALFORMED = (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError, RecursionError)


@dataclass(frozen=True)
class Verification:
    """What does not fit, each a sentence; what cannot be checked; the key's fingerprint where the bundle is signed;
    what had been deleted from the workspace that it was made in, a sentence each.
    """

    run: str
    wrong: tuple[str, ...]
    unchecked: tuple[str, ...]
    signed_by: str
    key_was_given: bool
    deleted: tuple[str, ...] = ()


@dataclass(frozen=True)
class OpenedBundle:
    """The members of a bundle taken apart. `wrong` is what its form, its hashes, its chain and its signature tell."""

    members: Mapping[str, bytes]
    manifest: Mapping[str, Any]
    rows: Mapping[str, list[Row]]
    asked: BundleAsked
    wrong: tuple[str, ...]


def verify_bundle(path: Path, public: bytes | None = None) -> Verification:
    """Raises InputError for what is no bundle or cannot be read; what was changed in one is told, not raised."""
    members, wrong = unpacked(path)
    manifest: Mapping[str, Any] = {}
    unchecked: list[str] = []
    deleted: list[str] = []
    if wrong and not members:
        return Verification("", tuple(wrong), (), "", public is not None)
    try:
        found = _taken_apart(members, wrong, public)
        manifest, wrong = found.manifest, list(found.wrong)
        unchecked = [*manifest["cannot_be_checked"]]
        wrong += _computed(found)
        deleted = deletion_words(standing(told_tombstones(found.rows["tombstone"])))
        if not _is_of_this_program(manifest):
            unchecked += [
                "report.html is of another version of Reviewer: only its hash was checked.",
                "The limits of figures too, which this version may compute otherwise; values were computed again.",
                "Of sentences only the numbers were compared, because this version may put them otherwise.",
            ]
    except _MALFORMED as error:
        # where something is known to be changed, that its fields are not there says nothing more
        wrong = wrong or [f"The bundle has not the fields that it needs ({type(error).__name__}: {str(error)[:200]})."]
    key = manifest.get("public_key")
    by = fingerprint(bytes.fromhex(key)) if isinstance(key, str) and not wrong else ""
    return Verification(
        str(manifest.get("run", "")), tuple(wrong), tuple(unchecked), by, public is not None, tuple(deleted)
    )


def open_verified(path: Path) -> OpenedBundle:
    """A bundle whose form, hashes, chain and signature fit; its figures are not computed.

    Raises InputError for what is no bundle and for one that was changed.
    """
    members, wrong = unpacked(path)
    try:
        found = _taken_apart(members, wrong, None)
        wrong = list(found.wrong)
    except _MALFORMED:
        wrong = wrong or ["It has not the fields that a bundle needs."]
    if wrong:
        raise InputError(f"The bundle {path} was changed: {wrong[0]}", "`reviewer verify` says all that is wrong.")
    return found


def _taken_apart(members: Mapping[str, bytes], wrong: Sequence[str], public: bytes | None) -> OpenedBundle:
    for name in (MANIFEST, ATTESTATION):
        if name not in members:
            raise KeyError(name)
    manifest = _object(MANIFEST, members[MANIFEST])
    told = [*wrong, *_hashes(members, manifest)]
    asked, rows = _asked(members, manifest), read_rows(members)
    told += _events(rows, _lines("events.jsonl", members["events.jsonl"]), manifest, asked.cover)
    told += _cases(rows)
    told += _manifest(rows, manifest, asked)
    told += _signed(members, manifest, public)
    return OpenedBundle(members, manifest, rows, asked, tuple(told))


def _asked(members: Mapping[str, bytes], manifest: Mapping[str, Any]) -> BundleAsked:
    given, cover = manifest["options"], manifest["covered"]
    options = Options(BandChoice.parse(given["bands"]), tuple(ActionId(name) for name in given["hold_back"]))
    return BundleAsked(
        manifest["run"], manifest["against"] or "", options, members.get(POLICY), BundleCover(cover) if cover else None
    )


def _object(name: str, content: bytes) -> dict[str, Any]:
    found = json.loads(content)
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
    if manifest["format"] not in EVENTS_OF:
        yield f"The bundle is of the format {manifest['format']}, which this program does not know."
    for name in sorted({*said, *members} - {MANIFEST, ATTESTATION}):
        if name not in members:
            yield f"The member {name} is missing."
        elif name not in said:
            yield f"The member {name} was added."
        elif hashlib.sha256(members[name]).hexdigest() != said[name]:
            yield f"The member {name} was changed."


def _manifest(rows: Mapping[str, Sequence[Row]], manifest: Mapping[str, Any], asked: BundleAsked) -> Iterator[str]:
    """What the manifest says of the rows, against the rows."""
    for name, value in bundles.manifest_of(rows, asked).items():
        yield from _differences(value, manifest.get(name), f"{MANIFEST}: {name}")


def _events(
    rows: Mapping[str, Sequence[Row]], entries: Sequence[Row], manifest: Mapping[str, Any], cover: BundleCover | None
) -> Iterator[str]:
    kinds = EVENTS_OF.get(manifest["format"], FIRST_EVENTS)
    events = {table: {row[EVENTS[table][0]]: row for row in rows[table]} for table in kinds}
    yield from _disordered(rows, kinds)
    previous, known = "", set()
    for sequence, entry in enumerate(entries):
        yield from _entry(sequence, entry, previous)
        previous = entry["hash"]
        if entry["own"] and entry["source"] not in events:
            yield f"Entry {sequence} of the chain of events is of a kind that the format {manifest['format']} has not."
            continue
        for key in entry["own"]:
            known.add((entry["source"], key))
            yield from _event(entry, key, events[entry["source"]].get(key), cover)
    if previous != manifest["event_chain_head"]:
        yield "The chain of events does not end where the manifest says."
    added = [(table, key) for table, found in events.items() for key in found if (table, key) not in known]
    yield from (f"{_named(table)} {key} was added." for table, key in added)


def _disordered(rows: Mapping[str, Sequence[Row]], kinds: Sequence[str]) -> Iterator[str]:
    for table in kinds:
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
    if (leaves or entry["own"]) and (merkle_root(leaves).hex() != entry["root"] or len(leaves) != entry["size"]):
        yield f"The leaves of entry {entry['sequence']} of the chain of events were changed."


def _event(entry: Row, key: int, event: Row | None, cover: BundleCover | None) -> Iterator[str]:
    if event is None:
        yield f"{_named(entry['source'])} {key} is missing."
        return
    at = key - entry["first"] if entry["size"] == entry["last"] - entry["first"] + 1 else -1
    leaves, leaf = entry["leaves"], _leaf(entry["source"], event, cover)
    if (at >= 0 and leaves[at] != leaf) or leaf not in leaves:
        yield f"{_named(entry['source'])} {key} is not what was recorded."


def _leaf(table: str, event: Row, cover: BundleCover | None) -> str:
    """Of an event that lost words to the covering, the hash that it brought along; of any other the one that it has."""
    lost = event.get("covered")
    if lost is not None and set(lost["fields"]) <= may_be_covered(table, cover):
        return str(lost["leaf"])
    return leaf_hash(event).hex()


def _cases(rows: Mapping[str, Sequence[Row]]) -> Iterator[str]:
    """Cases against the end of their labels' histories; that what was said is on a response that is there."""
    labels: dict[int, Row] = {}
    for row in rows["label_event"]:
        if row["label_version"] >= labels.get(row["case_id"], row)["label_version"]:
            labels[row["case_id"]] = row
    for case in rows["case"]:
        event = labels.get(case["id"])
        if event is None or any(event[name] != case[name] for name in ("label", "band", "status", "label_version")):
            yield f"The label of case {case['key']} is not the one that its history ends with."
    there = {row["id"] for row in rows["response"]}
    for table in ("verdict", "decision"):
        for row in rows[table]:
            if row["response_id"] not in there:
                yield f"{_named(table)} {row['id']} is on a response that is not here."


def _signed(members: Mapping[str, bytes], manifest: Mapping[str, Any], public: bytes | None) -> Iterator[str]:
    sealed = _object(ATTESTATION, members[ATTESTATION])
    payload = base64.b64decode(sealed["payload"], validate=True)
    expected = bundle_statement.payload_of(manifest, members)
    if payload != expected or bundle_statement.envelope(payload, sealed["signatures"]) != members[ATTESTATION]:
        yield f"The member {ATTESTATION} was changed, or is about another manifest."
    if json_page(manifest) != members[MANIFEST]:
        yield f"The member {MANIFEST} is not written as a manifest is."
    said = manifest["public_key"]
    if said is None:
        if sealed["signatures"]:
            yield f"The member {ATTESTATION} has a signature, and {MANIFEST} names no key."
        if public is not None:
            yield "The bundle is not signed."
        return
    if public is not None and public.hex() != said:
        yield "The bundle is signed with another key than the one given."
    signatures = [_signature(one) for one in sealed["signatures"]]
    signed = bundle_statement.before_signing(payload)
    if not any(signature_is_by(bytes.fromhex(said), one, signed) for one in signatures):
        yield f"The signature in {ATTESTATION} is not that key's over this content."


def _signature(one: Mapping[str, str]) -> bytes:
    try:
        return base64.b64decode(one["sig"], validate=True)
    except binascii.Error:
        return b""


def _computed(found: OpenedBundle) -> list[str]:
    """What is another when it is computed from the rows, in a workspace of their own."""
    try:
        with workspace_of(found.rows, str(found.manifest["schema"])) as workspace:
            wrong = [
                f"{each.kind.capitalize()} {each.name}: {each.what}."
                for each in misfitting(workspace, hidden_tables(found.asked.cover))
            ]
            return [*wrong[:_MOST_DIFFERENCES], *_figures(workspace, found)]
    except KnownError as error:
        return [f"The figures cannot be computed from what is inside ({error})."]


def _is_of_this_program(manifest: Mapping[str, Any]) -> bool:
    """Whether every sentence and the page must be the same to the letter; the first edition was not numbered."""
    made = manifest["made_with"]
    return bool(made["reviewer"] == __version__ and made.get("edition", 1) == EDITION)


def _figures(workspace: Workspace, found: OpenedBundle) -> Iterator[str]:
    is_same_program = _is_of_this_program(found.manifest)
    for name, content in figures(workspace, found.asked).items():
        computed, said = _object(name, content), _object(name, found.members[name])
        if not is_same_program:
            computed = _as_far_as_said(computed, said)
        yield from list(_differences(computed, said, name))[:_MOST_DIFFERENCES]
    if is_same_program and page(workspace, found.asked, found.manifest["made_at"]) != found.members["report.html"]:
        yield "The member report.html is not the report that the data inside makes."


def _as_far_as_said(computed: Any, said: Any, *, words: bool = False) -> Any:  # noqa: ANN401 any JSON value
    """Without the figures that a program of before did not have yet, and with its limits, how it made them, and its
    words for sentences of the same numbers."""
    if isinstance(computed, dict) and isinstance(said, dict):
        return {
            name: said[name] if name in _BY_METHOD else _as_far_as_said(value, said[name], words=name in _SENTENCES)
            for name, value in computed.items()
            if name in said
        }
    if isinstance(computed, list) and isinstance(said, list) and len(computed) == len(said):
        return [_as_far_as_said(one, other, words=words) for one, other in zip(computed, said, strict=True)]
    if words and isinstance(computed, str) and isinstance(said, str):
        return said if _numbers(computed) == _numbers(said) else computed
    return computed


def _numbers(sentence: str) -> list[str]:
    """Those that are no limits, which stand in brackets."""
    return _NUMBER.findall(_LIMITS.sub("", sentence))


def _differences(computed: object, said: object, where: str) -> Iterator[str]:
    if isinstance(computed, dict) and isinstance(said, dict):
        for name in sorted({*computed, *said}):
            yield from _differences(computed.get(name), said.get(name), f"{where}: {name}")
    elif isinstance(computed, list) and isinstance(said, list) and len(computed) == len(said):
        for at, (one, other) in enumerate(zip(computed, said, strict=True)):
            yield from _differences(one, other, f"{where} [{at}]")
    elif computed != said or type(computed) is not type(said):
        yield f"{where} is {json.dumps(said)[:200]}; computed from the data it is {json.dumps(computed)[:200]}."
