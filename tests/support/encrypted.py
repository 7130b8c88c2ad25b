"""Encrypted workspaces for tests: one derivation of a key serves them all."""

from __future__ import annotations

from pathlib import Path

from reviewer.store.database import open_workspace
from reviewer.store.encrypting import encrypt

PASSPHRASE = "umbrella gravel seventeen lanterns"


def encrypted_template(path: Path) -> Path:
    """An empty encrypted workspace, unlocked in this process; so is every copy of it."""
    open_workspace(path).close()
    encrypt(path, PASSPHRASE)
    return path
