"""Make a bundle: a run, or two, with all that its figures are made of, sealed, and signed where a key is given."""

from __future__ import annotations

import base64
import hashlib
import json
import platform
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reviewer import __version__
from reviewer.core.event_chain import leaf_hash, merkle_root
from reviewer.core.scoring.score import Options
from reviewer.host.files import write_file
from reviewer.host.paths import resources_folder
from reviewer.report.bundle_zip import ATTESTATION, MANIFEST, packed
from reviewer.store.database import Workspace
from reviewer.store.queries import runs
from reviewer.store.queries.bundled import Row, bundled_rows, chain_lines

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

FORMAT = "reviewer-bundle/1"
PREDICATE = "https://in-toto.io/attestation/eval-result/v0.1"
PAYLOAD = "application/vnd.in-toto+json"
ROWS: Mapping[str, Sequence[str]] = {
    "context.jsonl": (
        "suite", "endpoint", "model_version", "run", "run_case", "run_count", "judge_run", "review_plan",
        "review_plan_item", "review_assignment", "rescaling", "policy_lock",
    ),
    "cases.jsonl": ("case",),
    "labels.jsonl": ("label_event", "label_dispute", "label_settling"),
    "responses.jsonl": ("response",),
    "verdicts.jsonl": ("verdict", "judge_reply"),
    "decisions.jsonl": ("decision", "review_event"),
}  # fmt: skip
"""Member → the tables whose rows are its lines."""


def write_bundle(
    workspace: Workspace,
    run: str,
    out: Path,
    options: Options,
    *,
    against: str = "",
    key: Ed25519PrivateKey | None = None,
) -> str:
    """The SHA-256 of the manifest, which names the bundle. Raises InputError for an unknown run, EnvironmentFault."""
    names = [run, against] if against else [run]
    rows = bundled_rows(workspace, [runs.run_named(workspace, name).id for name in names])
    members = {name: json_lines(row for table in tables for row in rows[table]) for name, tables in ROWS.items()}
    chain = list(chain_lines(workspace, rows))
    members["events.jsonl"] = json_lines(chain)
    members |= figures(workspace, run, against, options) | _shipped() | _page(workspace, run, against, options)
    about = {
        "format": FORMAT,
        "run": run,
        "against": against or None,
        "options": {"bands": str(options.bands), "hold_back": list(options.hold_back)},
        "made_with": {"reviewer": __version__, "python": platform.python_version()},
        "event_chain_head": chain[-1]["hash"],
        "case_root": case_root(rows["case"]),
        "public_key": key.public_key().public_bytes_raw().hex() if key else None,
        **_said_of(rows),
        "members": {name: hashlib.sha256(content).hexdigest() for name, content in sorted(members.items())},
    }
    members[MANIFEST] = json_page(about)
    members[ATTESTATION] = attestation(about, members["score.json"], key)
    write_file(out, packed(members))
    return hashlib.sha256(members[MANIFEST]).hexdigest()


def json_lines(rows: Iterable[Row]) -> bytes:
    return "".join(_line(row) + "\n" for row in rows).encode("ascii")


def _line(row: object) -> str:
    return json.dumps(row, sort_keys=True, separators=(",", ":"), default=_as_text, allow_nan=False)


def _as_text(value: object) -> str:
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else str(value)


def json_page(value: object) -> bytes:
    return (json.dumps(value, sort_keys=True, indent=1, allow_nan=False) + "\n").encode("ascii")


def case_root(cases: Sequence[Row]) -> str:
    """The Merkle root over the cases as they stand in the bundle."""
    return merkle_root([leaf_hash(case) for case in cases]).hex()


def figures(workspace: Workspace, run: str, against: str, options: Options) -> dict[str, bytes]:
    """`score.json`, and `compare.json` where there are two."""
    from reviewer.app.figures.comparing import compare_runs, comparison_document
    from reviewer.app.reporting import build_report
    from reviewer.report.json import score_document

    made = {"score.json": json_page(score_document(build_report(workspace, run, options)))}
    if against:
        compared = comparison_document(compare_runs(workspace, against, run, options))
        made["compare.json"] = json_page(compared)
    return made


def _page(workspace: Workspace, run: str, against: str, options: Options) -> dict[str, bytes]:
    from reviewer.app.reporting import write_run_report

    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "report.html"
        write_run_report(workspace, run, options, page, against=against)
        return {"report.html": page.read_bytes()}


def _shipped() -> dict[str, bytes]:
    names = {"FORMAT.md": "bundle_format.md", "verify_bundle.py": "verify_bundle.py"}
    return {name: (resources_folder() / file).read_bytes() for name, file in names.items()}


def _said_of(rows: Mapping[str, Sequence[Row]]) -> dict[str, Any]:
    """What a reader looks for first: scale, models, seeds, classifiers, and policies with whether they came first."""
    first = min((row["id"] for row in rows["response"]), default=0)
    return {
        "scale": [json.loads(suite["scale"]) for suite in rows["suite"]],
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
        ],
    }


def attestation(about: Mapping[str, Any], score: bytes, key: Ed25519PrivateKey | None) -> bytes:
    """The DSSE envelope with the in-toto statement on this bundle; without a key it has no signature."""
    payload = _line(statement(about, json.loads(score))).encode("ascii")
    signatures = []
    if key:
        public = key.public_key().public_bytes_raw()
        signature = key.sign(before_signing(payload))
        signatures = [{"keyid": hashlib.sha256(public).hexdigest(), "sig": base64.b64encode(signature).decode()}]
    return envelope(payload, signatures)


def envelope(payload: bytes, signatures: Sequence[Mapping[str, str]]) -> bytes:
    return json_page(
        {"payload": base64.b64encode(payload).decode(), "payloadType": PAYLOAD, "signatures": list(signatures)}
    )


def before_signing(payload: bytes) -> bytes:
    """DSSE's pre-authentication encoding, version 1."""
    return b"DSSEv1 %d %s %d %s" % (len(PAYLOAD), PAYLOAD.encode(), len(payload), payload)


def statement(about: Mapping[str, Any], score: Mapping[str, Any]) -> dict[str, Any]:
    """In-toto Statement v1 with the proposed predicate on evaluation results; its subject is the manifest."""
    value = score["score"]["balanced"]["value"]
    root = base64.b64encode(bytes.fromhex(about["case_root"])).decode()
    return {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": MANIFEST, "digest": {"sha256": hashlib.sha256(json_page(about)).hexdigest()}}],
        "predicateType": PREDICATE,
        "predicate": {
            "verifier": {"id": "https://reviewer.invalid/bundle/1"},
            "suite": {"name": score["suite"], "version": ""},
            "claims": []
            if value is None
            else [{"metric": "balanced", "comparator": ">=", "threshold": repr(value), "passed": True}],
            "sampleSize": score["n_responses"],
            "assuranceLevel": "self_attested",
            "subjectProfile": "receipt",
            "receipt": {"schema": FORMAT, "merkleRootB64": root},
            "harness": {"name": "reviewer", "version": about["made_with"]["reviewer"]},
            "policies": about["policies"],
        },
    }
