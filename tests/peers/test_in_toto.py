"""A bundle's attestation, accepted by verifiers that know nothing of bundles: DSSE signature and in-toto statement."""

from __future__ import annotations

import base64
import hashlib
import json
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from reviewer.app.bundle_figures import BundleAsked
from reviewer.app.bundles import write_bundle
from reviewer.core.scoring.score import Options
from reviewer.host.signing import new_key, private_key
from tests.peers.places import Peers, peers_or_skip
from tests.support.builders import filled_workspace

pytestmark = pytest.mark.peers

VERIFY = """
import json, sys
from pathlib import Path
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from google.protobuf import json_format
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.v1.statement import Statement
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import SSlibKey

sealed = json.loads(Path(sys.argv[1]).read_text())
public = load_pem_public_key(Path(sys.argv[2]).read_bytes())
key = SSlibKey.from_crypto(public, keyid=sealed["signatures"][0]["keyid"])
envelope = Envelope.from_dict(sealed)
try:
    accepted = len(envelope.verify([key], 1))
except VerificationError:
    accepted = 0
said = json_format.Parse(envelope.payload, statement_pb2.Statement())
Statement.copy_from_pb(said).validate()
subjects = {each.name: each.digest["sha256"] for each in said.subject}
print(json.dumps({"accepted": accepted, "type": envelope.payload_type, "subjects": subjects,
                  "predicate": said.predicate_type, "metrics": [c["metric"] for c in said.predicate["claims"]]}))
"""


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `attestation.json` and the other members of a signed bundle, its key, and another key."""
    folder = tmp_path_factory.mktemp("signed")
    for name in ("key", "other"):
        new_key(folder / name, "correct horse")
    with closing(filled_workspace(folder / "w.db").workspace) as workspace:
        key = private_key(folder / "key", "correct horse")
        write_bundle(workspace, BundleAsked("run", "", Options()), folder / "b.zip", key=key)
    with zipfile.ZipFile(folder / "b.zip") as archive:
        archive.extractall(folder / "members")
    return folder


def verified(peers: Peers, attestation: Path, key: Path) -> Any:  # noqa: ANN401 what the script prints
    return peers.ask("in-toto", VERIFY, attestation, key)


def test_a_generic_verifier_accepts_the_envelope_and_reads_the_statement(signed: Path) -> None:
    found = verified(peers_or_skip(), signed / "members" / "attestation.json", signed / "key.pub")
    assert (found["accepted"], found["type"]) == (1, "application/vnd.in-toto+json")
    assert found["predicate"] == "https://in-toto.io/attestation/eval-result/v0.1"
    assert found["metrics"] == ["score.balanced", "score.plain"]
    members = {each.name: each for each in (signed / "members").iterdir() if each.name != "attestation.json"}
    digests = {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in members.items()}
    assert found["subjects"] == digests


def test_it_refuses_another_key_and_another_statement(signed: Path, tmp_path: Path) -> None:
    peers, whole = peers_or_skip(), signed / "members" / "attestation.json"
    assert verified(peers, whole, signed / "other.pub")["accepted"] == 0
    sealed = json.loads(whole.read_bytes())
    payload = base64.b64decode(sealed["payload"]).replace(b'"passed":true', b'"passed":null')
    sealed["payload"] = base64.b64encode(payload).decode()
    (tmp_path / "changed.json").write_text(json.dumps(sealed), encoding="utf-8")
    assert verified(peers, tmp_path / "changed.json", signed / "key.pub")["accepted"] == 0
