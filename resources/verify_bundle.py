"""Check a bundle (see FORMAT.md) with nothing but Python: python verify_bundle.py BUNDLE.zip [PUBLIC_KEY.pub]"""

import base64
import hashlib
import json
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

KINDS = {"rescaling", "policy_lock", "label_event", "verdict", "judge_reply"}
KINDS |= {"decision", "review_event", "label_dispute", "label_settling"}
KINDS |= {"guideline_text", "judge_admission", "declared_interest", "review_plan", "review_plan_item", "tombstone"}


def leaf(value: object, mark: bytes = b"\0") -> bytes:
    return hashlib.sha256(mark + json.dumps(value, sort_keys=True, separators=(",", ":")).encode()).digest()


def root(level: list) -> str:
    while len(level) > 1:
        pairs = [hashlib.sha256(b"\1" + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)]
        level = pairs + (level[-1:] if len(level) % 2 else [])
    return level[0].hex() if level else hashlib.sha256(b"").hexdigest()


def check(path: str, key_path: str | None = None) -> Iterator[str]:
    with zipfile.ZipFile(path) as archive:
        members, seal = {name: archive.read(name) for name in archive.namelist()}, archive.comment
    manifest, digest = json.loads(members["manifest.json"]), hashlib.sha256(members["manifest.json"]).hexdigest()
    if digest.encode() != seal or len(members) != len(archive.namelist()):
        yield "manifest.json is not what the seal says, or a member is there twice"
    for name in sorted({*manifest["members"], *members} - {"manifest.json", "attestation.json"}):
        if name not in members or hashlib.sha256(members[name]).hexdigest() != manifest["members"].get(name):
            yield f"{name} is missing, was changed, or does not belong here"
    lines = {name: content.splitlines() for name, content in members.items() if name.endswith(".jsonl")}
    chained = [json.loads(line) for line in lines.pop("events.jsonl")]
    rows = [json.loads(line) for name in sorted(lines) for line in lines[name]]
    events = {(row["of"], row.get("id", row.get("dispute_id"))): row for row in rows if row["of"] in KINDS}
    yield from chain(chained, events, manifest)
    if root([leaf(row) for row in rows if row["of"] == "case"]) != manifest["case_root"]:
        yield "the cases do not make the root that the manifest gives"
    yield from signature(json.loads(members["attestation.json"]), digest, manifest, key_path)


def chain(entries: list, events: dict, manifest: dict) -> Iterator[str]:
    before, known = "", set()
    for number, entry in enumerate(entries):
        said = {k: v for k, v in entry.items() if k not in {"hash", "leaves", "own"}}
        if entry["sequence"] != number or entry["previous"] != before:
            yield f"entry {number} of the chain does not follow the one before"
        if leaf(said, b"").hex() != entry["hash"]:
            yield f"entry {number} of the chain was changed"
        leaves = [bytes.fromhex(one) for one in entry["leaves"]]
        if leaves and (root(leaves) != entry["root"] or len(leaves) != entry["size"]):
            yield f"the leaves of entry {number} do not make its root"
        for key in entry["own"]:
            known.add((entry["source"], key))
            event = events.get((entry["source"], key))
            lost = manifest["covered"] and event and event.get("covered")
            if event is None or (bytes.fromhex(lost["leaf"]) if lost else leaf(event)) not in leaves:
                yield f"{entry['source']} {key} is {'missing' if event is None else 'not what was recorded'}"
        before = entry["hash"]
    if before != manifest["event_chain_head"]:
        yield "the chain does not end where the manifest says"
    for source, key in sorted(set(events) - known):
        yield f"{source} {key} is not in the chain"


def signature(envelope: dict, digest: str, manifest: dict, key_path: str | None) -> Iterator[str]:
    payload = base64.b64decode(envelope["payload"])
    if json.loads(payload)["subject"][0]["digest"]["sha256"] != digest:
        yield "attestation.json is about another manifest"
    if not manifest["public_key"] or not envelope["signatures"]:
        if key_path or manifest["public_key"]:
            yield "the signature is missing"
        return
    try:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
        from cryptography.hazmat.primitives.serialization import load_pem_public_key
    except ImportError:
        sys.stdout.write("Signature not checked: the package `cryptography` is not installed.\n")
        return
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(manifest["public_key"]))
    key = load_pem_public_key(Path(key_path).read_bytes()) if key_path else key
    kind = envelope["payloadType"].encode()
    signed = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)
    try:
        key.verify(base64.b64decode(envelope["signatures"][0]["sig"]), signed)
    except Exception as error:  # noqa: BLE001 its kind is known only where the library is
        yield f"the signature is not that key's ({type(error).__name__})"


if __name__ == "__main__":
    try:
        found = list(check(*sys.argv[1:3]))
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        found = [f"the bundle cannot be read: {error}"]
    sys.stdout.write(("\n".join(found) or "Everything in the bundle is as it was recorded.") + "\n")
    sys.exit(1 if found else 0)
