"""Encrypt a workspace, change its passphrase, take the encryption away, with a copy of what there was before."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from reviewer.core.errors import EnvironmentFault, KnownError
from reviewer.host.clock import now
from reviewer.host.passphrases import keep_in_keyring
from reviewer.store import encrypting
from reviewer.store.database import open_workspace

LEFT_PLAIN = "The workspace is encrypted and what was just written is not: whoever gets the file can read it."

Stopped = Callable[[], bool]


@dataclass(frozen=True)
class Converted:
    """What came of it: the recovery code of an encrypted one, the copy beside it, other files beside it that are plain,
    and what could not be done then, a sentence each.
    """

    recovery_code: str = field(default="", repr=False)
    copy: Path | None = None
    plain: tuple[Path, ...] = ()
    trouble: tuple[str, ...] = ()


def encrypt_workspace(path: Path, passphrase: str, *, keyring: bool, stopped: Stopped) -> Converted:
    """The closed workspace under a passphrase; the plain file is overwritten, and the copy is encrypted too.

    Raises as `store.encrypting.encrypt`.
    """
    code, trouble = encrypting.encrypt(path, passphrase, stopped), []
    copy = None
    try:
        copy = _copy(path, "encrypted")
    except KnownError as error:  # the recovery code must reach the person all the same
        trouble.append(str(error))
    if keyring:
        trouble += _kept(path, passphrase)
    return Converted(code, copy, tuple(encrypting.plain_copies(path)), tuple(trouble))


def change_workspace_passphrase(path: Path, passphrase: str, *, keyring: bool, stopped: Stopped) -> Converted:
    """The closed and unlocked workspace under another passphrase; the copy opens with the earlier one. Raises as above.

    Without `keyring` an entry of the earlier passphrase is taken out of it.
    """
    copy = _copy(path, "before-passphrase")
    try:
        code = encrypting.change_passphrase(path, passphrase, stopped)
    except BaseException:
        copy.unlink(missing_ok=True)
        raise
    trouble = _kept(path, passphrase if keyring else None)
    return Converted(code, copy, tuple(encrypting.plain_copies(path)), tuple(trouble if keyring else ()))


def remove_encryption(path: Path, *, stopped: Stopped) -> Converted:
    """The closed and unlocked workspace as a plain file; the copy stays encrypted. Raises as above."""
    copy = _copy(path, "before-plain")
    try:
        encrypting.decrypt(path, stopped)
    except BaseException:
        copy.unlink(missing_ok=True)
        raise
    _kept(path, None)
    return Converted(copy=copy)


def _copy(path: Path, when: str) -> Path:
    stamp = now().partition(".")[0].replace("-", "").replace(":", "")
    copy = path.with_name(f"{path.stem}.{when}-{stamp}Z{path.suffix}")
    with closing(open_workspace(path, create=False)) as workspace:
        workspace.backup(copy)
    return copy


def _kept(path: Path, passphrase: str | None) -> list[str]:
    """The workspace is converted by now: that the keyring failed is told and undoes nothing."""
    try:
        keep_in_keyring(path, passphrase)
    except EnvironmentFault as error:
        return [str(error)]
    return []
