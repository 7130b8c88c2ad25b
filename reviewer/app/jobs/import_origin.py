"""The file that an import reads, as its rows will name it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from reviewer import __version__
from reviewer.app.jobs.import_contents import ImportRequest
from reviewer.exchange.kit.records import OriginRecord
from reviewer.exchange.kit.sources import faults_named
from reviewer.store.facts.origins import Origin

_CHUNK_BYTES = 1024 * 1024


def origin_of(request: ImportRequest, format_name: str, said: OriginRecord | None, at: str, sha256: str) -> Origin:
    """The file's name and SHA-256, and what it says of its tool. A reading without a version of its own has the
    program's."""
    said = said or OriginRecord("")
    return Origin(
        file=request.path.name,
        sha256=sha256,
        format=format_name,
        tool=said.tool,
        tool_version=said.tool_version,
        mapping_version=said.mapping_version or __version__,
        licence=said.licence,
        non_commercial=said.non_commercial,
        at=at,
    )


def sha256_of(path: Path) -> str:
    """Of a file's bytes; of a folder, over the names and hashes of its files; "" for what was pasted."""
    if path.is_dir():
        lines = (f"{each.relative_to(path).as_posix()} {sha256_of(each)}\n" for each in _files(path))
        return hashlib.sha256("".join(lines).encode("utf-8", "surrogateescape")).hexdigest()
    if not path.is_file():
        return ""
    found = hashlib.sha256()
    with faults_named(path), path.open("rb") as handle:
        while chunk := handle.read(_CHUNK_BYTES):
            found.update(chunk)
    return found.hexdigest()


def _files(path: Path) -> Iterator[Path]:
    return (each for each in sorted(path.rglob("*")) if each.is_file() and not each.is_symlink())
