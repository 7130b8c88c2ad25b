"""One case of a bundle shown with its place in the Merkle tree, without the others."""

from __future__ import annotations

import json
from pathlib import Path

from reviewer.app.verifying import read_rows
from reviewer.core.errors import InputError
from reviewer.core.event_chain import ProofStep, inclusion_proof, leaf_hash, merkle_root, root_from
from reviewer.host.files import write_file
from reviewer.host.small_files import check_no_pipe
from reviewer.report.bundle_zip import json_page, unpacked

_MOST_BYTES = 100_000_000


def prove_case(bundle: Path, key: str, out: Path) -> str:
    """Write the proof of a case and return the bundle's root over its cases. Raises InputError, EnvironmentFault."""
    members, wrong = unpacked(bundle)
    if wrong:
        raise InputError(f"{bundle} was changed: {wrong[0]}", "See `reviewer verify`.")
    try:
        cases = read_rows(members)["case"]
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{bundle} cannot be read ({error}).", "See `reviewer verify`.") from error
    places = [place for place, case in enumerate(cases) if case["key"] == key]
    if not places:
        raise InputError(f"{bundle} has no case {key!r}.", "Check the key.")
    leaves = [leaf_hash(case) for case in cases]
    steps = [{"is_left": step.is_left, "hash": step.hash.hex()} for step in inclusion_proof(leaves, places[-1])]
    write_file(out, json_page({"case": cases[places[-1]], "steps": steps}))
    return merkle_root(leaves).hex()


def proof_holds(proof: Path, root: str) -> bool:
    """Whether the case in the file is one of those that made the root. Raises InputError for another file."""
    check_no_pipe(proof)
    try:
        with proof.open("rb") as file:
            said = json.loads(file.read(_MOST_BYTES))
        steps = [ProofStep(bool(step["is_left"]), bytes.fromhex(step["hash"])) for step in said["steps"]]
        return root_from(leaf_hash(said["case"]), steps).hex() == root.strip().lower()
    except OSError as error:
        raise InputError(f"{proof} cannot be read ({error.strerror}).", "Check the path.") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise InputError(f"{proof} is no proof of a case.", "Make one with `reviewer prove`.") from error
