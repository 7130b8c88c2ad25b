"""The demo's bundle with one byte flipped at every 97th position: always found, and the place is named."""

from __future__ import annotations

import importlib.util
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from reviewer.app.bundle_figures import BundleAsked
from reviewer.app.bundles import write_bundle
from reviewer.app.demo import build_demo
from reviewer.app.verifying import verify_bundle
from reviewer.core.scoring.score import Options
from reviewer.report.bundle_zip import unpacked
from reviewer.store.database import open_workspace
from tests.app.test_bundles import SCRIPT

STEP = 97
WITH_SCRIPT = 100 * STEP


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    workspace = open_workspace(folder / "demo.sqlite")
    build_demo(workspace)
    write_bundle(workspace, BundleAsked("1.3", "1.2", Options()), folder / "demo.zip")
    workspace.close()
    return folder / "demo.zip"


def members_at(path: Path) -> dict[range, str]:
    """Where the content of each member is."""
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
    starts = [info.header_offset + 30 + len(info.filename) for info in entries]
    return {range(at, at + info.file_size): info.filename for at, info in zip(starts, entries, strict=True)}


def flipped(path: Path, changed: Path, step: int) -> Iterator[int]:
    """Each position in turn; meanwhile the byte there is another one in `changed`."""
    whole = path.read_bytes()
    changed.write_bytes(whole)
    with changed.open("r+b") as file:
        for at in range(0, len(whole), step):
            for byte in (whole[at] ^ (1 << at % 8), whole[at]):
                file.seek(at)
                file.write(bytes([byte]))
                file.flush()
                if byte != whole[at]:
                    yield at


def test_every_97th_byte(demo: Path, tmp_path: Path) -> None:
    places = members_at(demo)
    assert verify_bundle(demo).wrong == ()
    for at in flipped(demo, tmp_path / "changed.zip", STEP):
        _, wrong = unpacked(tmp_path / "changed.zip")
        assert wrong, at
        member = next((name for place, name in places.items() if at in place), None)
        assert (member or "zip" if "zip" in wrong[0] else member or "member") in wrong[0], (at, wrong)


def test_the_script_finds_those_in_members_too(demo: Path, tmp_path: Path) -> None:
    script, places = loaded(SCRIPT), members_at(demo)
    assert list(script.check(str(demo))) == []
    for at in flipped(demo, tmp_path / "changed.zip", WITH_SCRIPT):
        if any(at in place for place in places):
            with pytest.raises(zipfile.BadZipFile, match="Bad CRC"):
                list(script.check(str(tmp_path / "changed.zip")))


def loaded(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("verify_bundle", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
