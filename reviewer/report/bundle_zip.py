"""A bundle as a zip with one possible form: members in order, stored, no times, sealed with the manifest's hash."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

from reviewer.core.errors import InputError
from reviewer.host.sealed_files import content_of, is_sealed
from reviewer.host.small_files import check_no_pipe

FORMAT, FIRST_FORMAT = "reviewer-bundle/2", "reviewer-bundle/1"
MANIFEST, ATTESTATION = "manifest.json", "attestation.json"
MEMBERS = (
    MANIFEST, ATTESTATION, "context.jsonl", "cases.jsonl", "labels.jsonl", "responses.jsonl", "verdicts.jsonl",
    "decisions.jsonl", "events.jsonl", "score.json", "compare.json", "policy.toml", "gate.json",
    "report.html", "FORMAT.md", "verify_bundle.py",
)  # fmt: skip
MOST_BYTES = 2_000_000_000
_NOT_BEFORE = (1980, 1, 1, 0, 0, 0)
_END, _SEAL = 22, 64


def json_page(value: object) -> bytes:
    """A member that is one JSON document, the same for the same value. Raises ValueError for NaN."""
    return (json.dumps(value, sort_keys=True, indent=1, allow_nan=False) + "\n").encode("ascii")


def packed(members: Mapping[str, bytes]) -> bytes:
    """The bytes of the zip: the same for the same members, wherever it is made."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in MEMBERS:
            if name in members:
                info = zipfile.ZipInfo(name, _NOT_BEFORE)
                info.create_system, info.external_attr = 3, 0o644 << 16
                archive.writestr(info, members[name])
        archive.comment = hashlib.sha256(members[MANIFEST]).hexdigest().encode()
    return out.getvalue()


def unpacked(path: Path) -> tuple[dict[str, bytes], list[str]]:
    """Member name → content, and what is wrong with the zip itself, each a sentence.

    Raises InputError for what is no bundle at all or cannot be read.
    """
    content = _content(path)
    end = content[-_END - _SEAL :]
    was_bundle = all(name.encode() in content for name in (MANIFEST, ATTESTATION, FORMAT[:-1]))
    if not end.startswith(b"PK\x05\x06"):
        if was_bundle:
            return {}, ["The end of the zip, its index and seal, was cut off or changed."]
        raise InputError(f"{path} is no bundle.", "Give a file that `reviewer bundle` made.")
    count = int.from_bytes(end[10:12], "little")
    if count > len(MEMBERS) and was_bundle:
        return {}, [f"The end of the zip says that it has {count} members; a bundle has {len(MEMBERS)} at most."]
    if count > len(MEMBERS):
        raise InputError(f"{path} says that it has {count} members; a bundle has {len(MEMBERS)}.", "Get it again.")
    try:
        members, wrong = _members(content)
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError, OverflowError) as error:
        if was_bundle:
            return {}, [f"The index of the zip was changed ({error})."]
        raise InputError(f"{path} cannot be read as a zip ({error}).", "Get the file again.") from error
    if not wrong and MANIFEST in members:
        wrong = _other_form(content, members)
    return members, wrong


def _content(path: Path) -> bytes:
    check_no_pipe(path)
    try:
        if path.stat().st_size > MOST_BYTES:
            raise InputError(f"{path} is larger than a bundle can be.", "Get the file again.")
        return content_of(path) if is_sealed(path) else path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}).", "Check the path.") from error


def _members(content: bytes) -> tuple[dict[str, bytes], list[str]]:
    members, wrong = dict[str, bytes](), list[str]()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for info in archive.infolist():
            told = _unwanted(info, members)
            if told:
                wrong.append(told)
                continue
            try:
                members[info.filename] = archive.read(info)
            except (zipfile.BadZipFile, EOFError, RuntimeError, NotImplementedError) as error:
                wrong.append(f"The member {info.filename} cannot be read ({error}).")
    return members, wrong


def _unwanted(info: zipfile.ZipInfo, members: Mapping[str, bytes]) -> str:
    if info.filename in members:
        return f"The member {info.filename} is there twice."
    if info.filename not in MEMBERS:
        return f"The member {info.filename!r} does not belong into a bundle."
    if info.flag_bits & 1 or info.compress_type != zipfile.ZIP_STORED or info.file_size != info.compress_size:
        return f"The member {info.filename} is encrypted or compressed, which no bundle's member is."
    return ""


def _other_form(content: bytes, members: Mapping[str, bytes]) -> list[str]:
    """The first byte that is not what packing the members again gives, with the member that it is of."""
    again = packed(members)
    if again == content:
        return []
    pairs = enumerate(zip(content, again, strict=False))
    first = next((at for at, (one, other) in pairs if one != other), min(len(content), len(again)))
    where = "the zip's index or seal"
    if first < again.find(b"PK\x01\x02"):
        with zipfile.ZipFile(io.BytesIO(again)) as archive:
            where = [info.filename for info in archive.infolist() if info.header_offset <= first][-1]
    return [f"The zip was changed at byte {first:,} (in {where})."]
