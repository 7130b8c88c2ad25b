"""Whether a pin has a known vulnerability: `python -m tests.pins ADVISORIES`.

ADVISORIES is a file or folder of advisories in OSV's JSON form (one a file, a list, or a .zip of files), such as the
export for PyPI of osv.dev. None ships with the program and none is fetched: what is said holds for the day on which the
file was made, which is said with it. Exit status: 0 none known, 1 some, 2 the file cannot be used.
"""

from __future__ import annotations

import json
import sys
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

CONSTRAINTS = Path(__file__).resolve().parents[1] / "packaging" / "constraints.txt"


@dataclass(frozen=True)
class Advisory:
    """One that meets a pin."""

    id: str
    package: str
    version: str
    summary: str


@dataclass(frozen=True)
class PinsChecked:
    """`newest` is the last day on which an advisory of the file was changed; empty where none says one."""

    found: tuple[Advisory, ...]
    n_advisories: int
    newest: str


def pins(constraints: Path = CONSTRAINTS) -> dict[str, str]:
    """{canonical name: version}."""
    lines = constraints.read_text(encoding="utf-8").split()
    return {canonicalize_name(name): version for name, _, version in (line.partition("==") for line in lines)}


def check(advisories: Path, pinned: Mapping[str, str]) -> PinsChecked:
    """Raises OSError and ValueError for a file that cannot be used; one without advisories is one."""
    given = [each for each in documents(advisories) if each.get("affected") and not each.get("withdrawn")]
    if not given:
        raise ValueError("it holds no advisories in OSV's form")
    found = [advisory for each in given for advisory in _met(each, pinned)]
    newest = max(str(each.get("modified", ""))[:10] for each in given)
    return PinsChecked(tuple(sorted(found, key=lambda each: (each.package, each.id))), len(given), newest)


def documents(path: Path) -> Iterator[dict[str, Any]]:
    """Every advisory of a file, folder or archive."""
    if path.is_dir():
        for each in sorted(path.glob("*.json")):
            yield from documents(each)
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for name in sorted(archive.namelist()):
                if name.endswith(".json"):
                    yield from _listed(json.loads(archive.read(name)))
    else:
        yield from _listed(json.loads(path.read_bytes()))


def _listed(value: object) -> list[dict[str, Any]]:
    return [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, dict)]


def _met(advisory: Mapping[str, Any], pinned: Mapping[str, str]) -> Iterator[Advisory]:
    for affected in advisory["affected"]:
        package = affected.get("package", {})
        name = canonicalize_name(package.get("name", ""))
        if package.get("ecosystem") == "PyPI" and name in pinned and _is_affected(affected, pinned[name]):
            yield Advisory(str(advisory.get("id")), name, pinned[name], str(advisory.get("summary", "")))
            return


def _is_affected(affected: Mapping[str, Any], version: str) -> bool:
    ranges = [each for each in affected.get("ranges", ()) if each.get("type") == "ECOSYSTEM"]
    return version in affected.get("versions", ()) or any(_within(each["events"], Version(version)) for each in ranges)


def _within(events: Sequence[Mapping[str, str]], version: Version) -> bool:
    """As OSV defines it: from each introduced to the next fixed, or to the last that is affected, both in order."""
    inside = False
    for event in sorted(events, key=lambda each: _version(next(iter(each.values())))):
        kind, at = next((kind, _version(value)) for kind, value in event.items())
        if kind == "introduced" and version >= at:
            inside = True
        elif (kind == "fixed" and version >= at) or (kind == "last_affected" and version > at):
            inside = False
    return inside


def _version(text: str) -> Version:
    try:
        return Version(text)
    except InvalidVersion:
        return Version("0")


def main(arguments: Sequence[str]) -> int:
    if len(arguments) != 1:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    try:
        checked = check(Path(arguments[0]), pins())
    except (OSError, ValueError, zipfile.BadZipFile) as fault:
        sys.stderr.write(f"{arguments[0]} cannot be used: {fault}. Nothing was checked.\n")
        return 2
    made = f"whose newest is of {checked.newest}" if checked.newest else "which name no day"
    lines = [f"{each.package} {each.version}: {each.id} {each.summary}" for each in checked.found]
    lines.append(f"{len(pins())} pins against {checked.n_advisories} advisories, {made}: {len(lines)} known.")
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if checked.found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
