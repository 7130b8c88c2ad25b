"""Bundles: made the same everywhere, verified, and every change in them found and named."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reviewer.app.bundle_figures import BundleAsked
from reviewer.app.bundles import write_bundle
from reviewer.app.proving import proof_holds, prove_case
from reviewer.app.verifying import verify_bundle
from reviewer.core.errors import InputError
from reviewer.core.scoring.score import Options
from reviewer.host.signing import fingerprint, new_key, private_key, read_public_key
from reviewer.report.bundle_zip import json_page, packed, unpacked
from reviewer.store.queries.runs import runs
from tests.support.builders import REFUSE, decide, filled_workspace, undo

SCRIPT = Path(__file__).parents[2] / "resources" / "verify_bundle.py"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace, a key and two bundles of its run, one of them signed."""
    made = tmp_path_factory.mktemp("bundles")
    filled = filled_workspace(made / "workspace.db")
    undo(filled.workspace, decide(filled.workspace, filled.response_ids[0], REFUSE))
    decide(filled.workspace, filled.response_ids[1], REFUSE)
    decide(filled.workspace, filled.response_ids[2], REFUSE)
    new_key(made / "key", "a long passphrase")
    run = runs(filled.workspace)[0].name
    asked = BundleAsked(run, "", Options())
    write_bundle(filled.workspace, asked, made / "plain.zip")
    write_bundle(filled.workspace, asked, made / "signed.zip", key=private_key(made / "key", "a long passphrase"))
    filled.workspace.close()
    return made


def members_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def edited(folder: Path, tmp_path: Path, member: str, change: Callable[[list[Any]], None]) -> Path:
    """The bundle with lines of a member changed and every hash of members made to fit again."""
    members = members_of(folder / "plain.zip")
    lines = [json.loads(line) for line in members[member].splitlines()]
    change(lines)
    members[member] = "".join(json.dumps(line, sort_keys=True, separators=(",", ":")) + "\n" for line in lines).encode()
    manifest = json.loads(members["manifest.json"])
    manifest["members"][member] = hashlib.sha256(members[member]).hexdigest()
    members["manifest.json"] = json_page(manifest)
    target = tmp_path / "edited.zip"
    target.write_bytes(packed(members))
    return target


def test_a_bundle_verifies(folder: Path) -> None:
    assert verify_bundle(folder / "plain.zip").wrong == ()
    public = read_public_key(folder / "key.pub")
    found = verify_bundle(folder / "signed.zip", public)
    assert found.wrong == ()
    assert found.signed_by == fingerprint(public)


def test_another_key_and_none_are_told(folder: Path, tmp_path: Path) -> None:
    other = new_key(tmp_path / "other", "another passphrase")
    assert "another key" in verify_bundle(folder / "signed.zip", other).wrong[0]
    assert "not signed" in verify_bundle(folder / "plain.zip", other).wrong[0]


@pytest.mark.parametrize("name", ["plain.zip", "signed.zip"])
def test_a_changed_byte_anywhere_is_found(folder: Path, tmp_path: Path, name: str) -> None:

    whole, changed = (folder / name).read_bytes(), tmp_path / "changed.zip"
    for at in range(0, len(whole), 97):
        flipped = bytearray(whole)
        flipped[at] ^= 1
        changed.write_bytes(flipped)
        _, wrong = unpacked(changed)
        assert wrong, at
        assert any(said in wrong[0] for said in ("member", "(in ", "end of the zip", "index of the zip")), wrong


@pytest.mark.parametrize("step", [9_973])
def test_the_command_says_so_too(folder: Path, tmp_path: Path, step: int) -> None:
    whole, changed = (folder / "signed.zip").read_bytes(), tmp_path / "changed.zip"
    for at in [*range(0, len(whole), step), len(whole) - 70, len(whole) - 1]:
        flipped = bytearray(whole)
        flipped[at] ^= 4
        changed.write_bytes(flipped)
        assert verify_bundle(changed).wrong, at


EDITS: list[tuple[str, Callable[[list[Any]], None], str]] = [
    ("decisions.jsonl", lambda lines: lines.pop(1), "The decision 2 is missing"),
    ("decisions.jsonl", lambda lines: lines.append({**lines[-1], "id": 99}), "The decision 99 was added"),
    ("decisions.jsonl", lambda lines: lines[0].update(action="answer"), "The decision 1 is not what was recorded"),
    ("decisions.jsonl", lambda lines: lines.reverse(), "is out of order"),
    ("verdicts.jsonl", lambda lines: lines[2].update(confidence=0.1), "The verdict 3 is not what was recorded"),
    ("labels.jsonl", lambda lines: lines[0].update(label="refuse"), "The label event 1 is not what was recorded"),
    ("cases.jsonl", lambda lines: lines[0].update(label="refuse"), "The label of case case-000 is not the one"),
    ("responses.jsonl", lambda lines: lines[0].update(text="Other words."), "Response 1: the text is not the one"),
    ("events.jsonl", lambda lines: lines.pop(1), "Entry 2 of the chain"),
    ("events.jsonl", lambda lines: lines[1].update(first=9), "Entry 1 of the chain of events was changed"),
]


@pytest.mark.parametrize(("member", "change", "told"), EDITS)
def test_an_edited_event_is_named_though_all_hashes_fit(
    folder: Path, tmp_path: Path, member: str, change: Callable[[list[Any]], None], told: str
) -> None:
    wrong = verify_bundle(edited(folder, tmp_path, member, change)).wrong
    assert any(told in sentence for sentence in wrong), wrong


def test_a_changed_figure_is_named(folder: Path, tmp_path: Path) -> None:
    members = members_of(folder / "plain.zip")
    score = json.loads(members["score.json"])
    score["score"]["plain"]["value"] = 0.987
    members["score.json"] = json_page(score)
    target = tmp_path / "better.zip"
    target.write_bytes(packed(members))
    wrong = verify_bundle(target).wrong
    assert "The member score.json was changed." in wrong
    assert any(sentence.startswith("score.json: score: plain: value is 0.987") for sentence in wrong)


@pytest.mark.parametrize("name", ["plain.zip", "signed.zip"])
def test_the_script_inside_says_the_same(folder: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "verify.py").write_bytes(members_of(folder / name)["verify_bundle.py"])
    done = subprocess.run([sys.executable, "-I", tmp_path / "verify.py", folder / name], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    target = edited(folder, tmp_path, "decisions.jsonl", lambda lines: lines[0].update(note="changed"))
    done = subprocess.run([sys.executable, "-I", SCRIPT, target], capture_output=True, text=True)
    assert done.returncode == 1
    assert "decision 1 is not what was recorded" in done.stdout


def test_the_script_fits_on_two_pages() -> None:
    assert len(SCRIPT.read_text(encoding="utf-8").splitlines()) <= 100


def test_the_attestation_is_in_toto_in_a_dsse_envelope(folder: Path) -> None:
    """Read by the letter of DSSE and in-toto Statement v1, not by the code that wrote it."""
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    members = members_of(folder / "signed.zip")
    sealed = json.loads(members["attestation.json"])
    body, kind = base64.b64decode(sealed["payload"]), sealed["payloadType"]
    signed = b" ".join([b"DSSEv1", str(len(kind)).encode(), kind.encode(), str(len(body)).encode(), body])
    key: Any = load_pem_public_key((folder / "key.pub").read_bytes())
    key.verify(base64.b64decode(sealed["signatures"][0]["sig"]), signed)
    said = json.loads(body)
    assert said["_type"] == "https://in-toto.io/Statement/v1"
    assert said["subject"][0]["digest"]["sha256"] == hashlib.sha256(members["manifest.json"]).hexdigest()
    assert said["predicateType"] == "https://in-toto.io/attestation/eval-result/v0.1"


def test_what_is_no_bundle_gets_a_sentence(tmp_path: Path) -> None:

    bad = tmp_path / "bad.zip"
    for content in (b"", b"no zip", b"PK\x05\x06" + b"\xff" * 82):
        bad.write_bytes(content)
        with pytest.raises(InputError, match=r"bad\.zip"):
            verify_bundle(bad)


def test_a_key_is_its_owners(folder: Path) -> None:
    assert b"ENCRYPTED PRIVATE KEY" in (folder / "key").read_bytes()
    assert os.name != "posix" or (folder / "key").stat().st_mode & 0o777 == 0o600


def test_a_bundle_of_the_first_format_still_verifies() -> None:
    for path in (Path(__file__).parent / "made_before").iterdir():
        assert verify_bundle(path).wrong == (), path


def test_another_place_time_zone_and_language_make_the_same_data(folder: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "bir başka yer"
    elsewhere.mkdir()
    (elsewhere / "w.db").write_bytes((folder / "workspace.db").read_bytes())
    run = json.loads(members_of(folder / "plain.zip")["manifest.json"])["run"]
    given = ["bundle", "--workspace", "w.db", "--run", run, "--out", "b.zip"]
    told = {"TZ": "Pacific/Kiritimati", "LC_ALL": "tr_TR.UTF-8", "PYTHONPATH": str(SCRIPT.parents[1])}
    subprocess.run([sys.executable, "-m", "reviewer", *given], cwd=elsewhere, env={**os.environ, **told}, check=True)
    assert verify_bundle(elsewhere / "b.zip").wrong == ()
    here, there = members_of(folder / "plain.zip"), members_of(elsewhere / "b.zip")
    assert list(here) == list(there)
    made_now = {"report.html", "manifest.json", "attestation.json"}
    assert [name for name in here if here[name] != there[name] and name not in made_now] == []


def test_one_case_is_shown_without_the_others(folder: Path, tmp_path: Path) -> None:
    proof = tmp_path / "proof.json"
    root = prove_case(folder / "plain.zip", "case-003", proof)
    assert root == json.loads(members_of(folder / "plain.zip")["manifest.json"])["case_root"]
    assert proof_holds(proof, root)
    assert "case-002" not in proof.read_text(encoding="utf-8")
    proof.write_text(proof.read_text(encoding="utf-8").replace('"label": "', '"label": "x', 1), encoding="utf-8")
    assert not proof_holds(proof, root)
