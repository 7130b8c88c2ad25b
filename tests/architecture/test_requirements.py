"""What is asked for in pyproject.toml and what packaging/constraints.txt pins agree, and the PySide6 pin holds."""

from __future__ import annotations

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.architecture.checkout import CONSTRAINTS, PYPROJECT

PROJECT = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))
PIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*==[0-9][0-9A-Za-z.+!-]*")


def requirements() -> list[Requirement]:
    extras = PROJECT["project"]["optional-dependencies"].values()
    lines = [*PROJECT["build-system"]["requires"], *PROJECT["project"]["dependencies"], *(x for e in extras for x in e)]
    return [Requirement(line) for line in lines]


def pins() -> dict[str, Version]:
    pairs = [line.split("==") for line in CONSTRAINTS.read_text(encoding="utf-8").splitlines()]
    return {canonicalize_name(name): Version(version) for name, version in pairs}


def asks_for_pyside(python: str, pyside: str) -> bool:
    """Whether an installation under this Python may take this version of PySide6."""
    applicable = [
        requirement
        for requirement in requirements()
        if canonicalize_name(requirement.name) == "pyside6-essentials"
        and (requirement.marker is None or requirement.marker.evaluate({"python_version": python}))
    ]
    assert applicable, f"no requirement of PySide6 applies to Python {python}"
    return all(requirement.specifier.contains(pyside, prereleases=True) for requirement in applicable)


def test_constraints_are_names_and_versions_only() -> None:
    lines = CONSTRAINTS.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not PIN.fullmatch(line)] == []


@pytest.mark.parametrize("requirement", requirements(), ids=str)
def test_every_requirement_is_pinned_to_a_version_that_meets_it(requirement: Requirement) -> None:
    if requirement.marker is not None and not requirement.marker.evaluate({"python_version": "3.11"}):
        pytest.skip(f"does not apply to Python 3.11, which the pins were made on: {requirement}")
    assert requirement.specifier.contains(pins()[canonicalize_name(requirement.name)])


@pytest.mark.parametrize(
    ("python", "pyside", "asked_for"),
    [
        ("3.11", "6.12.0", False),
        ("3.11", "6.12.1", False),
        ("3.11", "6.11.3", True),
        ("3.11", "6.8.0", True),
        ("3.11", "6.7.3", False),
        ("3.12", "6.12.0", True),
        ("3.13", "6.12.0", True),
    ],
)
def test_pyside_that_kills_python_3_11_is_never_asked_for(python: str, pyside: str, asked_for: bool) -> None:
    assert asks_for_pyside(python, pyside) is asked_for


def test_the_pinned_pyside_suits_every_python() -> None:
    pinned = str(pins()["pyside6-essentials"])
    assert all(asks_for_pyside(python, pinned) for python in ("3.11", "3.12", "3.13"))
