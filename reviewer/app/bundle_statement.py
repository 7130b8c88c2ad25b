"""What a bundle's attestation says: an in-toto Statement v1 in a DSSE envelope, with the proposed `eval-result`.

The predicate is the one proposed at in-toto/attestation (issue 565, pull request 575), version 0.1.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from reviewer.report.bundle_zip import MANIFEST, json_page

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "https://in-toto.io/attestation/eval-result/v0.1"
PAYLOAD = "application/vnd.in-toto+json"


def attestation(about: Mapping[str, Any], members: Mapping[str, bytes], key: Ed25519PrivateKey | None) -> bytes:
    """The envelope with the statement on this bundle; without a key it has no signature."""
    payload = payload_of(about, members)
    signatures = []
    if key:
        public = key.public_key().public_bytes_raw()
        signature = key.sign(before_signing(payload))
        signatures = [{"keyid": hashlib.sha256(public).hexdigest(), "sig": base64.b64encode(signature).decode()}]
    return envelope(payload, signatures)


def payload_of(about: Mapping[str, Any], members: Mapping[str, bytes]) -> bytes:
    """The statement as it is signed; it follows from the manifest, the score and the gate's answer."""
    return json.dumps(statement(about, members), sort_keys=True, separators=(",", ":")).encode("ascii")


def envelope(payload: bytes, signatures: Sequence[Mapping[str, str]]) -> bytes:
    return json_page(
        {"payload": base64.b64encode(payload).decode(), "payloadType": PAYLOAD, "signatures": list(signatures)}
    )


def before_signing(payload: bytes) -> bytes:
    """DSSE's pre-authentication encoding, version 1."""
    return b"DSSEv1 %d %s %d %s" % (len(PAYLOAD), PAYLOAD.encode(), len(payload), payload)


def statement(about: Mapping[str, Any], members: Mapping[str, bytes]) -> dict[str, Any]:
    """Its subjects are the manifest and every member that the manifest names."""
    digests = {MANIFEST: hashlib.sha256(json_page(about)).hexdigest(), **about["members"]}
    subject = [{"name": name, "digest": {"sha256": digest}} for name, digest in digests.items()]
    predicate = _predicate(about, json.loads(members["score.json"]), json.loads(members.get("gate.json", b"null")))
    return {"_type": STATEMENT, "subject": subject, "predicateType": PREDICATE, "predicate": predicate}


def _predicate(about: Mapping[str, Any], score: Mapping[str, Any], gate: Mapping[str, Any] | None) -> dict[str, Any]:
    root = base64.b64encode(bytes.fromhex(about["case_root"])).decode()
    found: dict[str, Any] = {
        "verifier": {"id": "urn:reviewer:bundle:1"},
        "evaluatedAt": about["made_at"],
        "suite": {name: about["suite"][name] for name in ("name", "version")},
        "claims": [*_score_claims(score), *_gate_claims(gate)],
        "sampleSize": score["n_responses"],
        "commitments": {
            "model": {"alg": "sha256", "value": about["model_hash"], "salted": False},
            "dataset": {"alg": "sha256", "value": about["suite"]["content_hash"], "salted": False},
        },
        "assuranceLevel": "self_attested",
        "subjectProfile": "receipt",
        "receipt": {"schema": about["format"], "merkleRootB64": root},
        "harness": {"name": "reviewer", "version": about["made_with"]["reviewer"]},
        "policies": about["policies"],
    }
    lock = gate["lock"] if gate else None
    if lock and lock["state"] == "before":
        found["preRegistration"] = {"alg": "sha256", "value": lock["hash"], "at": lock["at"]}
    return found


def _score_claims(score: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A figure is claimed to be at least what it is, as a decimal text, so that no reader rounds it.

    Where there is no score, what is claimed is how many responses there are: the predicate wants at least one claim.
    """
    values = {f"score.{name}": score["score"][name]["value"] for name in ("balanced", "plain")}
    known = {name: value for name, value in values.items() if value is not None}
    return [
        _claim(name, value, passed=True) for name, value in (known or {"n_responses": score["n_responses"]}).items()
    ]


def _gate_claims(gate: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """Each rule of the policy as a claim that it is met: 1 where it passes, and what was asked and found beside it."""
    return [
        {**_claim(f"gate.{rule['rule']}", 1, passed=rule["answer"] == "pass"), "rule": rule}
        for rule in (gate["rules"] if gate else ())
    ]


def _claim(metric: str, threshold: float, *, passed: bool) -> dict[str, Any]:
    return {"metric": metric, "comparator": ">=", "threshold": repr(threshold), "passed": passed}
