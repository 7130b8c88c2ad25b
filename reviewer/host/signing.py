"""Ed25519 keys in files: made, read, used. The private one is PKCS#8 under a passphrase, open to its owner only."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from reviewer.core.errors import EnvironmentFault, InputError
from reviewer.host.small_files import check_no_pipe

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0 and O, 1, I and L, which are mistaken for each other."""
_GROUPS, _GROUP = 6, 4
_SHORTEST = 8


def new_key(path: Path, passphrase: str) -> bytes:
    """Write a new private key to `path` and its public one beside it (`.pub`); the public key's 32 bytes.

    Raises InputError where a file is there or the passphrase is short, EnvironmentFault where it cannot be written.
    """
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    if len(passphrase) < _SHORTEST:
        raise InputError(f"The passphrase has fewer than {_SHORTEST} characters.", "Choose a longer one.")
    public_path = path.with_name(path.name + ".pub")
    if path.exists() or public_path.exists():
        raise InputError(f"{path} or {public_path} is there already.", "Choose another name; keys are not replaced.")
    key = Ed25519PrivateKey.generate()
    encrypted = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(passphrase.encode()),
    )
    _write_new(path, encrypted, 0o600)
    try:
        _write_new(public_path, public_pem(_raw(key.public_key())).encode(), 0o644)
    except EnvironmentFault:
        path.unlink(missing_ok=True)
        raise
    return _raw(key.public_key())


def _write_new(path: Path, content: bytes, mode: int) -> None:
    """Whole or not at all."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(content)
    except OSError as error:
        if not isinstance(error, FileExistsError):
            path.unlink(missing_ok=True)
        raise EnvironmentFault(f"{path} cannot be written ({error.strerror}).", "Choose another folder.") from error


def private_key(path: Path, passphrase: str) -> Ed25519PrivateKey:
    """Raises InputError for another file than an Ed25519 key's and for a wrong passphrase."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(_content(path), passphrase.encode())
    except (ValueError, TypeError) as error:
        raise InputError(f"The key {path} could not be opened.", "Check the file and the passphrase.") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise InputError(f"{path} is not an Ed25519 key.", "Make one with `reviewer key new`.")
    return key


def read_public_key(path: Path) -> bytes:
    """The 32 bytes of the public key in a PEM file. Raises InputError."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = load_pem_public_key(_content(path))
    except ValueError as error:
        raise InputError(f"{path} is not a public key.", "Give the file that ends in .pub.") from error
    if not isinstance(key, Ed25519PublicKey):
        raise InputError(f"{path} is not an Ed25519 key.", "Give the file that ends in .pub.")
    return _raw(key)


def _content(path: Path) -> bytes:
    check_no_pipe(path)
    try:
        with path.open("rb") as file:
            return file.read(10_000)
    except OSError as error:
        raise InputError(f"The key {path} cannot be read ({error.strerror}).", "Check the path.") from error


def _raw(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes_raw()


def public_pem(public: bytes) -> str:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    key = Ed25519PublicKey.from_public_bytes(public)
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()


def signature_is_by(public: bytes, signature: bytes, signed: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, signed)
    except (InvalidSignature, ValueError):
        return False
    return True


def fingerprint(public: bytes) -> str:
    """Six groups of four characters, some 119 bits of the key's SHA-256, to be read out on the phone."""
    number, written = int.from_bytes(hashlib.sha256(public).digest(), "big"), ""
    for _ in range(_GROUPS * _GROUP):
        number, digit = divmod(number, len(_ALPHABET))
        written += _ALPHABET[digit]
    return " ".join(written[at : at + _GROUP] for at in range(0, len(written), _GROUP))
