"""The hash chain over a workspace's events, and Merkle trees (RFC 6962, section 2.1) over what stands together in it.

A leaf is SHA-256(0x00 ‖ canonical JSON), a node SHA-256(0x01 ‖ left ‖ right). An entry stands for the events that one
write appended to one table; it keeps the root over their leaves and the hash of the entry before.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple

HASH_BYTES = 32
SHAPE = 1
"""Which columns of each table the leaves are made of; another set of them gets another number."""

_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


class Entry(NamedTuple):
    """Events `first` to `last` of the table `source`: hashes hexadecimal, `leaves` as bytes one after the other."""

    sequence: int
    source: str
    first: int
    last: int
    size: int
    shape: int
    root: str
    leaves: bytes
    previous: str
    hash: str


class ProofStep(NamedTuple):
    """A neighbour's hash on the way from a leaf to the root."""

    is_left: bool
    hash: bytes


def leaf_hash(content: Mapping[str, object]) -> bytes:
    """Of one event, or one case. Raises ValueError for NaN."""
    return hashlib.sha256(b"\x00" + _ENCODER.encode(content).encode("ascii")).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """The SHA-256 of nothing where there are no leaves."""
    level = list(leaves)
    if not level:
        return hashlib.sha256(b"").digest()
    while len(level) > 1:
        level = _level_above(level)
    return level[0]


def _level_above(level: Sequence[bytes]) -> list[bytes]:
    above = [_node(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
    return [*above, level[-1]] if len(level) % 2 else above


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[ProofStep]:
    """The neighbours that lead from a leaf to the root, lowest first."""
    level, steps = list(leaves), list[ProofStep]()
    while len(level) > 1:
        neighbour = index ^ 1
        if neighbour < len(level):
            steps.append(ProofStep(neighbour < index, level[neighbour]))
        level, index = _level_above(level), index // 2
    return steps


def root_from(leaf: bytes, steps: Sequence[ProofStep]) -> bytes:
    """The root that a leaf and its neighbours make."""
    for step in steps:
        leaf = _node(step.hash, leaf) if step.is_left else _node(leaf, step.hash)
    return leaf


def split_leaves(leaves: bytes) -> list[bytes]:
    return [leaves[at : at + HASH_BYTES] for at in range(0, len(leaves), HASH_BYTES)]


def genesis(identity: str) -> Entry:
    """The entry that a workspace's chain begins with; its root is the leaf of the workspace's identity."""
    return _hashed(0, "", 0, 0, [leaf_hash({"identity": identity})], "")


def next_entry(before: Entry, source: str, first: int, last: int, leaves: Sequence[bytes]) -> Entry:
    return _hashed(before.sequence + 1, source, first, last, leaves, before.hash)


def _hashed(sequence: int, source: str, first: int, last: int, leaves: Sequence[bytes], previous: str) -> Entry:
    root = merkle_root(leaves).hex()
    bare = Entry(sequence, source, first, last, len(leaves), SHAPE, root, b"".join(leaves), previous, "")
    return bare._replace(hash=entry_hash(bare))


def entry_hash(entry: Entry) -> str:
    """Over everything that the entry says but its leaves, which its root stands for."""
    said = {name: value for name, value in entry._asdict().items() if name not in ("leaves", "hash")}
    return hashlib.sha256(_ENCODER.encode(said).encode("ascii")).hexdigest()
