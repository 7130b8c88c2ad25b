"""Model versions: store one, find one by its name."""

from __future__ import annotations

from reviewer.app.endpoints import check_endpoint, check_sampling
from reviewer.app.written_out import check_version_names
from reviewer.core.errors import InputError
from reviewer.core.models import ModelVersion
from reviewer.host.clock import now
from reviewer.store.database import Workspace
from reviewer.store.queries.runs import model_versions
from reviewer.store.writes.runs import ensure_model_version


def add_version(workspace: Workspace, version: ModelVersion) -> bool:
    """Store a version under its name; False where exactly that one is stored already.

    Raises InputError for a missing name or model, an endpoint or sampling that cannot be, and a name that stands for
    another version: a name must not come to mean something else.
    """
    for what, text in (("name", version.name), ("model", version.model)):
        if not text.strip():
            raise InputError(f"The model version has no {what}.", "Give it one.")
    check_version_names(version)
    check_endpoint(version.endpoint)
    check_sampling(version.sampling)
    namesakes = [each for each in model_versions(workspace) if each.name == version.name]
    if any(each.hash == version.hash for each in namesakes):
        return False
    if namesakes:
        raise InputError(
            f"The model version {version.name!r} is stored and asks for something else.",
            "A model version stays as it is; give this one another name.",
        )
    ensure_model_version(workspace, version=version, at=now())
    return True


def model_version_named(workspace: Workspace, name: str) -> ModelVersion:
    """The newest stored model version of that name. Raises InputError that names those there are."""
    found = model_versions(workspace)
    for version in found:
        if version.name == name:
            return version
    there = ", ".join(dict.fromkeys(version.name for version in found)) or "none yet"
    raise InputError(f"There is no model version {name!r} in this workspace.", f"Model versions: {there}.")
