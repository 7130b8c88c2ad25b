"""Make a bundle: a run, or two, with all that its figures are made of, sealed, and signed where a key is given."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reviewer import __version__
from reviewer.app.bundle_cover import cannot_be_checked, covered_rows
from reviewer.app.bundle_figures import EDITION, POLICY, BundleAsked, figures, page, policy_of, workspace_of
from reviewer.app.bundle_statement import attestation
from reviewer.app.stopping import never, stop_if
from reviewer.core.errors import InputError
from reviewer.core.event_chain import leaf_hash, merkle_root
from reviewer.host.clock import now
from reviewer.host.files import replacing
from reviewer.host.paths import resources_folder
from reviewer.host.sealed_files import sealed
from reviewer.report.bundle_zip import ATTESTATION, FORMAT, MANIFEST, json_page, packed
from reviewer.store.database import HEAD_REVISION, Workspace
from reviewer.store.queries import runs
from reviewer.store.queries.bundled import Row, bundled_rows, chain_lines

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ROWS: Mapping[str, Sequence[str]] = {
    "context.jsonl": (
        "suite", "endpoint", "model_version", "run", "run_case", "run_count", "judge_run", "judge_admission",
        "review_plan", "review_plan_item", "review_assignment", "rescaling", "policy_lock", "guideline_text", "origin",
        "case_origin", "response_origin", "setting", "tombstone",
    ),
    "cases.jsonl": ("case",),
    "labels.jsonl": ("label_event", "label_dispute", "label_settling"),
    "responses.jsonl": ("response",),
    "verdicts.jsonl": ("verdict", "judge_reply"),
    "decisions.jsonl": ("decision", "review_event", "declared_interest"),
}  # fmt: skip
"""Member → the tables whose rows are its lines."""


@dataclass(frozen=True)
class BundleWritten:
    """`digest` is the SHA-256 of the manifest, which names the bundle; `unchecked` what nobody else can check in it."""

    digest: str
    case_root: str
    unchecked: tuple[str, ...]


def write_bundle(
    workspace: Workspace,
    asked: BundleAsked,
    out: Path,
    *,
    key: Ed25519PrivateKey | None = None,
    passphrase: str = "",
    cancelled: Callable[[], bool] = never,
) -> BundleWritten:
    """Put a bundle into the place of `out`, encrypted where there is a passphrase.

    Raises InputError for a bundle that was opened, an unknown run, two that cannot be compared, a policy that is none,
    and where the figures do not follow from what a bundle holds; EnvironmentFault where the file cannot be written;
    ReportCancelledError soon after `cancelled` says so: then what was at `out` before is still there, and nothing else.
    """
    if workspace.is_of_bundle:
        raise InputError(
            "A bundle is not made of a bundle: it has the events and not the whole chain.", "Copy the file as it is."
        )
    policy_of(asked)
    names = [asked.run, asked.against] if asked.against else [asked.run]
    lines = [runs.run_named(workspace, name) for name in names]
    rows = bundled_rows(workspace, [line.id for line in lines])
    stop_if(cancelled)
    chain, computed = list(chain_lines(workspace, rows)), figures(workspace, asked, cancelled)
    if asked.cover:
        rows = covered_rows(rows, asked.cover)
    members = {name: json_lines(row for table in tables for row in rows[table]) for name, tables in ROWS.items()}
    members["events.jsonl"] = json_lines(chain)
    about = {
        "format": FORMAT,
        "made_at": now(),
        "made_with": {"reviewer": __version__, "edition": EDITION, "python": platform.python_version()},
        "schema": HEAD_REVISION,
        "event_chain_head": chain[-1]["hash"],
        "public_key": key.public_key().public_bytes_raw().hex() if key else None,
        **manifest_of(rows, asked),
    }
    members |= computed | _rebuilt(rows, asked, about["made_at"], computed, cancelled) | _shipped()
    if asked.policy is not None:
        members[POLICY] = asked.policy
    about["members"] = {name: hashlib.sha256(content).hexdigest() for name, content in sorted(members.items())}
    members[MANIFEST] = json_page(about)
    members[ATTESTATION] = attestation(about, members, key)
    _put(out, members, passphrase, cancelled)
    digest = hashlib.sha256(members[MANIFEST]).hexdigest()
    return BundleWritten(digest, about["case_root"], tuple(about["cannot_be_checked"]))


def _put(out: Path, members: Mapping[str, bytes], passphrase: str, cancelled: Callable[[], bool]) -> None:
    stop_if(cancelled)
    content = packed(members)
    with replacing(out) as file:
        file.write(sealed(content, passphrase) if passphrase else content)
        stop_if(cancelled)


def _rebuilt(
    rows: Mapping[str, list[Row]],
    asked: BundleAsked,
    made_at: str,
    computed: Mapping[str, bytes],
    cancelled: Callable[[], bool],
) -> dict[str, bytes]:
    """The report, from the workspace that whoever verifies will compute the figures in."""
    with workspace_of(json_rows(rows), HEAD_REVISION) as workspace:
        stop_if(cancelled)
        again = figures(workspace, asked, cancelled)
        for name, content in computed.items():
            if again[name] != content:
                raise InputError(
                    f"The figures in {name} rest on more than a bundle of {asked.run} holds.",
                    "Nothing was written. Try again, in case somebody was reviewing meanwhile; else report it.",
                )
        return {"report.html": page(workspace, asked, made_at, cancelled)}


def json_rows(rows: Mapping[str, list[Row]]) -> dict[str, list[Row]]:
    """The rows as they come out of a bundle."""
    return {table: [json.loads(_line(row)) for row in found] for table, found in rows.items()}


def json_lines(rows: Iterable[Row]) -> bytes:
    return "".join(_line(row) + "\n" for row in rows).encode("ascii")


def _line(row: object) -> str:
    return json.dumps(row, sort_keys=True, separators=(",", ":"), default=_as_text, allow_nan=False)


def _as_text(value: object) -> str:
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else str(value)


def _shipped() -> dict[str, bytes]:
    names = {"FORMAT.md": "bundle_format.md", "verify_bundle.py": "verify_bundle.py"}
    return {name: (resources_folder() / file).read_bytes() for name, file in names.items()}


def case_root(cases: Sequence[Row]) -> str:
    """The Merkle root over the cases as they stand in the bundle."""
    return merkle_root([leaf_hash(case) for case in cases]).hex()


def manifest_of(rows: Mapping[str, Sequence[Row]], asked: BundleAsked) -> dict[str, Any]:
    """What the manifest says that follows from the rows and from what was asked; `verify` computes it again.

    Scale, models, seeds, classifiers, and policies with whether they came before the first response of the run.
    """
    run = next(row for row in rows["run"] if row["name"] == asked.run)
    suite = next(row for row in rows["suite"] if row["id"] == run["suite_id"])
    version = next(row for row in rows["model_version"] if row["id"] == run["model_version_id"])
    first = min((row["id"] for row in rows["response"] if row["run_id"] == run["id"]), default=0)
    return {
        "run": asked.run,
        "against": asked.against or None,
        "options": {"bands": str(asked.options.bands), "hold_back": list(asked.options.hold_back)},
        "covered": asked.cover and str(asked.cover),
        "cannot_be_checked": cannot_be_checked(asked.cover),
        "case_root": case_root(rows["case"]),
        "suite": {name: suite[name] for name in ("name", "version", "content_hash", "guideline_version")},
        "model_hash": version["hash"],
        "scale": json.loads(suite["scale"]),
        "runs": [{name: row[name] for name in ("name", "status", "repeats", "created_at")} for row in rows["run"]],
        "models": [
            {name: row[name] for name in ("name", "protocol", "model", "hash")} for row in rows["model_version"]
        ],
        "sampling": [json.loads(row["sampling"]) for row in rows["model_version"]],
        "seeds": [row["seed"] for row in rows["review_plan"]],
        "classifiers": sorted({row["classifier"] for row in rows["verdict"]}),
        "policies": [
            {
                **{name: row[name] for name in ("name", "policy_hash", "author", "at")},
                "before_first_response": row["last_response_id"] < first,
            }
            for row in rows["policy_lock"]
            if row["suite_id"] == suite["id"]
        ],
    }
