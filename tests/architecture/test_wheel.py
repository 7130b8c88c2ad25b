"""The wheel holds the whole program with its resources and sample cases, and runs away from the checkout."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tests.architecture.checkout import PACKAGE, RESOURCES, ROOT, SAMPLE_CASES, own_files, run_python, told


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built without the network by the build tool that is installed."""
    folder = tmp_path_factory.mktemp("wheel")
    result = run_python("-m", "hatchling", "build", "-t", "wheel", "-d", folder)
    assert result.returncode == 0, told(result)
    built = list(folder.glob("*.whl"))
    assert len(built) == 1, built
    return built[0]


@pytest.fixture(scope="module")
def members(wheel: Path) -> dict[str, int]:
    """Size in bytes of every file in the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return {info.filename: info.file_size for info in archive.infolist()}


@pytest.mark.parametrize("folder", [RESOURCES, SAMPLE_CASES], ids=["resources", "sample_cases"])
def test_data_is_in_the_wheel(members: dict[str, int], folder: Path) -> None:
    files = list(own_files(folder))
    assert files
    for path in files:
        assert members.get(f"reviewer/_data/{path.relative_to(ROOT)}") == path.stat().st_size, path


def test_code_is_in_the_wheel_and_nothing_else_is(members: dict[str, int]) -> None:
    code = {str(path.relative_to(ROOT)) for path in own_files(PACKAGE)}
    beside = {name for name in members if not name.startswith("reviewer/_data/") and ".dist-info/" not in name}
    assert beside == code


def test_the_licence_and_the_console_script_are_in_the_wheel(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        licences = [name for name in archive.namelist() if name.endswith(".dist-info/licenses/LICENSE")]
        entry_points = [name for name in archive.namelist() if name.endswith(".dist-info/entry_points.txt")]
        assert len(licences) == len(entry_points) == 1
        assert "Apache License" in archive.read(licences[0]).decode()
        assert "reviewer = reviewer.__main__:main" in archive.read(entry_points[0]).decode()


def test_the_wheel_runs_the_demo_from_its_own_data(wheel: Path, tmp_path: Path) -> None:
    installed = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(installed)
    environment = {
        "PYTHONPATH": str(installed),
        "HOME": str(tmp_path),
        "REVIEWER_WORKSPACE": str(tmp_path / "w.sqlite"),
    }
    where = run_python("-c", "import reviewer; print(reviewer.__file__)", cwd=tmp_path, env=environment)
    assert where.stdout.startswith(str(installed)), told(where)
    out = tmp_path / "out"
    result = run_python("-m", "reviewer", "demo", "--headless", "--out", out, cwd=tmp_path, env=environment)
    assert result.returncode == 0, told(result)
    assert list(out.glob("*.html"))
