"""The offline lock: while it holds, no socket of this program leaves the machine or looks a name up.

It is Python's own audit hook, the lowest place that every library's sockets pass: asyncio's and those of other threads
too. A hook cannot be taken away again; what a policy, a variable or an option locked stays locked until the program
ends. Sockets between programs of this machine that have no network address (a keyring's) are left alone.
"""

from __future__ import annotations

import os
import socket
import sys
import tomllib
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

import platformdirs

from reviewer.core.errors import EnvironmentFault

OFFLINE_VARIABLE = "REVIEWER_OFFLINE"
OFFLINE_OPTION = "--offline"
_NO = frozenset({"", "0", "no", "off", "false"})
_NETWORK = frozenset({socket.AF_INET, socket.AF_INET6})
_LOOK_UPS = frozenset({"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo"})
_USES = frozenset({"socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg"})
_PROGRAMS = frozenset({"urllib.Request", "webbrowser.open", "smtplib.connect", "ftplib.connect"})


class LockedBy(StrEnum):
    """What holds the lock, strongest first; in words for sentences."""

    POLICY = "a policy of this computer"
    VARIABLE = f"the variable {OFFLINE_VARIABLE}"
    OPTION = f"the option {OFFLINE_OPTION}"
    SETTING = "your settings"


class OfflineError(EnvironmentFault):
    """Something was to be sent while the offline lock holds; nothing was."""


_held: set[LockedBy] = set()
_hooked: list[bool] = []


def locked_by() -> LockedBy | None:
    """The strongest that holds the lock; None where it is open."""
    return next((each for each in LockedBy if each in _held), None)


def lock(by: LockedBy) -> None:
    """From now on nothing is sent."""
    if not _hooked:
        sys.addaudithook(_refuse)
        _hooked.append(True)
    _held.add(by)


def follow_setting(offline: bool) -> None:
    """The person's own choice, which they may change while the program runs; what else holds the lock stays."""
    if offline:
        lock(LockedBy.SETTING)
    else:
        _held.discard(LockedBy.SETTING)


def lock_as_told(policies: Iterable[Path] | None = None) -> None:
    """As the policy files of this computer and the environment say. A policy that cannot be read locks."""
    if any(map(_policy_locks, policy_files() if policies is None else policies)):
        lock(LockedBy.POLICY)
    if os.environ.get(OFFLINE_VARIABLE, "").strip().lower() not in _NO:
        lock(LockedBy.VARIABLE)


def policy_files() -> tuple[Path, ...]:
    """Where an administrator may put a policy: places that the person cannot write to, nor move by a variable."""
    if os.name == "posix" and sys.platform != "darwin":
        return Path("/etc/reviewer/policy.toml"), Path("/etc/xdg/reviewer/policy.toml")
    folder = Path(platformdirs.site_config_dir("reviewer", appauthor=False))
    return (folder / "policy.toml",)


def check_online() -> None:
    """Asked in every place that would send. Raises OfflineError that says what holds the lock."""
    by = locked_by()
    if by is not None:
        raise OfflineError(f"Reviewer is offline, by {by}: nothing was sent and no name was looked up.", _remedy(by))


def _remedy(by: LockedBy) -> str:
    return {
        LockedBy.POLICY: "Only who runs this computer can change that.",
        LockedBy.VARIABLE: f"Start without {OFFLINE_VARIABLE} to send.",
        LockedBy.OPTION: f"Start without {OFFLINE_OPTION} to send.",
        LockedBy.SETTING: "Turn off Work offline in the window's View menu to send.",
    }[by]


def _policy_locks(path: Path) -> bool:
    try:
        policy = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return False
    except (OSError, ValueError):
        return True
    return policy.get("offline", False) is not False


def _refuse(event: str, details: tuple[object, ...]) -> None:
    if not _held:
        return
    of_network = event in _USES and getattr(details[0], "family", None) in _NETWORK
    if of_network or event in _LOOK_UPS or event in _PROGRAMS:
        check_online()
