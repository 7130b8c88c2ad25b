"""Imports point one way only, and the contracts that say so catch every import that does not.

The second half plants each forbidden import into empty layers: a contract that cannot fail proves nothing.
"""

from __future__ import annotations

import re
import shutil
import tomllib
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from tests.architecture.checkout import PACKAGE, PYPROJECT, ROOT, python_files, run_python, told

# From the top to the bottom; the packages of one line do not know each other.
LAYERS = (
    ("ui", "cli"),
    ("app",),
    ("report", "review", "runner", "exchange"),
    ("classify",),
    ("wording",),
    ("store", "endpoints"),
    ("host",),
    ("core",),
)
HEIGHT = {package: -depth for depth, line in enumerate(LAYERS) for package in line}
FORBIDDEN_IMPORTS = [(a, b) for a, b in permutations(HEIGHT, 2) if HEIGHT[a] <= HEIGHT[b]]
# The rooms of store, likewise.
STORE = (
    ("erasing",),
    ("queries", "writes", "memory", "opening", "restoring", "rebuilding", "encrypting", "salvaging"),
    ("bin_parts",),
    ("going",),
    ("finals", "decoding"),
    ("rescaled",),
    ("counts", "mapping", "called"),
    ("database",),
    ("migrations", "making"),
    ("chain", "histories"),
    ("review_rows", "chain_rows", "bin_rows"),
    ("rows", "dialects"),
    ("facts",),
)
ROOM_HEIGHT = {f"store.{room}": -depth for depth, line in enumerate(STORE) for room in line}
FORBIDDEN_IN_STORE = [(a, b) for a, b in permutations(ROOM_HEIGHT, 2) if ROOM_HEIGHT[a] <= ROOM_HEIGHT[b]]
NOT_NEEDED = [("store.memory", f"reviewer.store.{room}") for room in ("counts", "facts", "finals", "mapping")]
RESERVED_LIBRARIES = {
    "alembic": "store",
    "sqlalchemy": "store",
    "sqlmodel": "store",
    "httpx": "endpoints",
    "httpx_aiohttp": "endpoints",
    "aiohttp": "endpoints",
    "PySide6": "ui",
    "pyqtgraph": "ui",
}
IMPURE = ("random", "socket", "sqlite3", "subprocess", "time", "urllib", "typer", "pydantic")
LINT_IMPORTS = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"


def lint_imports(folder: Path) -> tuple[int, str]:
    result = run_python("-c", LINT_IMPORTS, "--no-cache", cwd=folder, env={"COLUMNS": "200"})
    return result.returncode, told(result)


def plant(folder: Path, imports: list[tuple[str, str]]) -> None:
    """Write the layers as empty packages under `folder`, with one module per forbidden import."""
    shutil.copy(PYPROJECT, folder)
    for name in ("", *HEIGHT, *ROOM_HEIGHT):
        package = folder / "reviewer" / name.replace(".", "/")
        package.mkdir(parents=True, exist_ok=True)
        (package / "__init__.py").write_text("", encoding="utf-8")
    (folder / "reviewer" / "__main__.py").write_text("", encoding="utf-8")
    for importer, imported in imports:
        module = folder / "reviewer" / importer.replace(".", "/") / f"reaches_{imported.replace('.', '_')}.py"
        module.write_text(f"import {imported}\n", encoding="utf-8")


@pytest.fixture(scope="module")
def planted_layers(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the contracts say of a copy in which every import that the layers forbid is made."""
    folder = tmp_path_factory.mktemp("planted_layers")
    plant(folder, [(importer, f"reviewer.{imported}") for importer, imported in FORBIDDEN_IMPORTS + FORBIDDEN_IN_STORE])
    status, said = lint_imports(folder)
    assert status == 1, said
    return said


@pytest.fixture(scope="module")
def planted_libraries(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the contracts say of a copy in which every package imports every library that belongs to another."""
    folder = tmp_path_factory.mktemp("planted_libraries")
    reserved = [(p, library) for library, owner in RESERVED_LIBRARIES.items() for p in HEIGHT if p != owner]
    own_driver = [(package, "sqlite3") for package in (*HEIGHT, *ROOM_HEIGHT) if package != "store.dialects"]
    no_sql = [(room, library) for room in ("store.facts", "store.memory") for library in ("sqlalchemy", "sqlmodel")]
    plant(folder, reserved + own_driver + no_sql + NOT_NEEDED + [("core", module) for module in IMPURE])
    status, said = lint_imports(folder)
    assert status == 1, said
    return said


def contracts() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    return found


def test_every_import_keeps_the_contracts() -> None:
    status, said = lint_imports(ROOT)
    assert status == 0, said


def test_empty_layers_keep_the_contracts(tmp_path: Path) -> None:
    downward = [(a, f"reviewer.{b}") for a, b in permutations(HEIGHT, 2) if HEIGHT[a] > HEIGHT[b]]
    inside = [(a, f"reviewer.{b}") for a, b in permutations(ROOM_HEIGHT, 2) if ROOM_HEIGHT[a] > ROOM_HEIGHT[b]]
    inside = [each for each in inside if each not in NOT_NEEDED]
    owners = [(owner, library) for library, owner in RESERVED_LIBRARIES.items()]
    plant(tmp_path, downward + inside + owners + [("store.dialects", "sqlite3")])
    status, said = lint_imports(tmp_path)
    assert status == 0, said


@pytest.mark.parametrize(("importer", "imported"), FORBIDDEN_IMPORTS)
def test_an_import_against_the_direction_is_caught(planted_layers: str, importer: str, imported: str) -> None:
    assert f"reviewer.{importer}.reaches_reviewer_{imported} -> reviewer.{imported}" in planted_layers


@pytest.mark.parametrize("library", RESERVED_LIBRARIES)
def test_a_library_outside_its_package_is_caught(planted_libraries: str, library: str) -> None:
    for package in HEIGHT:
        caught = f"reviewer.{package}.reaches_{library} -> {library}" in planted_libraries
        assert caught == (package != RESERVED_LIBRARIES[library]), package


@pytest.mark.parametrize(("importer", "imported"), FORBIDDEN_IN_STORE)
def test_an_import_against_the_direction_inside_store_is_caught(
    planted_layers: str, importer: str, imported: str
) -> None:
    assert f"reviewer.{importer}.reaches_reviewer_{imported.replace('.', '_')} -> reviewer.{imported}" in planted_layers


@pytest.mark.parametrize("package", [*HEIGHT, *ROOM_HEIGHT])
def test_the_driver_of_sqlite_outside_its_room_is_caught(planted_libraries: str, package: str) -> None:
    caught = f"reviewer.{package}.reaches_sqlite3 -> sqlite3" in planted_libraries
    assert caught == (package != "store.dialects")


@pytest.mark.parametrize("library", ["sqlalchemy", "sqlmodel"])
@pytest.mark.parametrize("room", ["facts", "memory"])
def test_sql_in_a_room_without_it_is_caught(planted_libraries: str, room: str, library: str) -> None:
    assert f"reviewer.store.{room}.reaches_{library} -> {library}" in planted_libraries


@pytest.mark.parametrize(("importer", "imported"), NOT_NEEDED)
def test_what_memory_does_not_need_is_caught(planted_libraries: str, importer: str, imported: str) -> None:
    assert f"reviewer.{importer}.reaches_{imported.replace('.', '_')} -> {imported}" in planted_libraries


def test_no_room_of_store_is_left_out_of_its_contract() -> None:
    store = PACKAGE / "store"
    rooms = {path.stem for path in store.iterdir() if path.stem not in ("__init__", "__pycache__")}
    assert rooms == {room.partition(".")[2] for room in ROOM_HEIGHT}
    (contract,) = [each for each in contracts() if each["id"] == "store-rooms"]
    assert [set(line.split(" | ")) for line in contract["layers"]] == [set(line) for line in STORE]


@pytest.mark.parametrize("module", IMPURE)
def test_an_impure_core_is_caught(planted_libraries: str, module: str) -> None:
    assert f"reviewer.core.reaches_{module} -> {module}" in planted_libraries


def test_no_package_is_left_out_of_a_contract() -> None:
    packages = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").is_file()}
    everything = {f"reviewer.{name}" for name in packages | {"__main__"}}
    for contract in contracts():
        if contract["id"].startswith("only-"):
            owner = contract["id"].split("-")[1]
            assert set(contract["source_modules"]) == everything - {f"reviewer.{owner}"}, contract["id"]


ASKS_THE_STORE = {
    "agreement/state.py",
    "cases/list.py",
    "cases/page.py",
    "cases/table.py",
    "compare/cases.py",
    "compare/list.py",
    "compare/page.py",
    "compare/state.py",
    "exchange/export.py",
    "exchange/import_files.py",
    "exchange/imports.py",
    "frame/main_window.py",
    "gate/state.py",
    "reports/state.py",
    "review/deciding.py",
    "review/guideline.py",
    "review/judge_details.py",
    "review/list.py",
    "review/page.py",
    "runs/endpoint.py",
    "runs/judge_run.py",
    "runs/new_run.py",
    "runs/page.py",
    "score/following.py",
    "score/page.py",
    "score/state.py",
}
"""Modules of the window that hold state or hand a query to what does. All others see facts only; it may only shrink."""


def test_only_what_holds_state_asks_the_store() -> None:
    asks = re.compile(r"\breviewer\.store\.(?:queries|writes)\b")
    found = {
        path.relative_to(PACKAGE / "ui").as_posix()
        for path in python_files(PACKAGE / "ui")
        if asks.search(path.read_text(encoding="utf-8"))
    }
    assert found == ASKS_THE_STORE
