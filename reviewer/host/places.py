"""The places that files lie in: what kind of disk it is, how much room it has, who else brings files there."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

_MOUNTS = Path("/proc/self/mountinfo")
_NETWORK = frozenset(
    (
        *("nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "afpfs", "webdav", "9p", "afs", "ceph", "glusterfs"),
        *("lustre", "gpfs", "beegfs", "ncpfs", "davfs", "ocfs2", "gfs2"),
    )
)
_NETWORK_FUSE = (
    *("sshfs", "rclone", "davfs2", "gvfsd-fuse", "s3fs", "glusterfs", "ceph", "smbnetfs", "curlftpfs"),
    *("google-drive-ocamlfuse", "onedriver", "goofys", "gcsfuse", "juicefs", "seaweedfs"),
)
_NAMES = {
    "Dropbox": "Dropbox",
    "OneDrive": "OneDrive",
    "Google Drive": "Google Drive",
    "GoogleDrive": "Google Drive",
    "My Drive": "Google Drive",
    "Nextcloud": "Nextcloud",
    "ownCloud": "ownCloud",
    "iCloudDrive": "iCloud",
    "iCloud Drive": "iCloud",
    "Mobile Documents": "iCloud",
    "com~apple~CloudDocs": "iCloud",
    "CloudStorage": "a cloud drive",
}
"""Beginnings of the names that synchronisers give their folders."""
_MARKS = {
    ".dropbox": "Dropbox",
    ".dropbox.cache": "Dropbox",
    ".849C9593-D756-4E56-8D6E-42412F2A707B": "OneDrive",
    ".tmp.drivedownload": "Google Drive",
    ".tmp.driveupload": "Google Drive",
    ".stfolder": "Syncthing",
    ".stversions": "Syncthing",
    ".nextcloudsync.log": "Nextcloud",
    ".owncloudsync.log": "ownCloud",
}
"""What synchronisers put into the folders that they keep."""
_SYNC_DATABASES = ((".sync_", ".db"), ("._sync_", ".db"))
"""Nextcloud's and ownCloud's, whose names hold a number."""


class SharedPlace(NamedTuple):
    """A folder that other computers write in as well: `by` is the file system or the program that does it."""

    by: str
    is_network: bool

    @property
    def sentence(self) -> str:
        if self.is_network:
            return (
                f"It lies on a network drive ({self.by}), where two computers can write to it at once and damage it. "
                "Keep it on this computer's disk and put backups on the network drive."
            )
        return (
            f"It lies in a folder that {self.by} synchronises: the copy that comes back may be older or torn. "
            "Keep it outside that folder and put backups there."
        )


def shared_place(path: Path, mounts: Path = _MOUNTS) -> SharedPlace | None:
    """What brings other computers' files to the folder of `path`; None where nothing is known to."""
    folder = path.expanduser().absolute().parent
    for each in dict.fromkeys((folder, folder.resolve())):
        kind = _file_system(each, mounts)
        program = kind.removeprefix("fuse.")
        if kind in _NETWORK or (kind != program and program in _NETWORK_FUSE):
            return SharedPlace(program, is_network=True)
        if by := _synchroniser(each):
            return SharedPlace(by, is_network=False)
    return None


def _file_system(folder: Path, mounts: Path) -> str:
    """Its kind, by the longest mount point above the folder; "" where the system does not say."""
    try:
        lines = mounts.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return "smb" if sys.platform == "win32" and str(folder).startswith("\\\\") else ""
    found = [(point, kind) for point, kind in _mounted(lines) if folder.is_relative_to(point)]
    # of two that lie at the same place the later one covers the earlier
    return max(enumerate(found), key=lambda each: (len(each[1][0].parts), each[0]))[1][1] if found else ""


def _mounted(lines: Sequence[str]) -> Iterator[tuple[Path, str]]:
    """Mount point and kind of file system, as proc(5) has them: blanks are written as \\040."""
    for line in lines:
        before, _, after = line.partition(" - ")
        fields = before.split(" ")
        if len(fields) > 4 and after:
            point = fields[4].replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\")
            yield Path(point), after.split(" ")[0]


def _synchroniser(folder: Path) -> str:
    for each in (folder, *folder.parents):
        try:
            inside = set(os.listdir(each))
        except OSError:
            inside = set()
        for mark in inside & _MARKS.keys():
            return _MARKS[mark]
        if any(name.startswith(a) and name.endswith(b) for name in inside for a, b in _SYNC_DATABASES):
            return "Nextcloud"
        for name, by in _NAMES.items():
            if each.name == name or each.name.startswith((f"{name} -", f"{name}-", f"{name} (")):
                return by
    return ""


def room(folder: Path) -> int:
    """Bytes that can still be written there. Raises OSError where nobody knows."""
    return shutil.disk_usage(folder).free


def is_read_only_disk(path: Path) -> bool:
    if not hasattr(os, "statvfs"):
        return False
    return bool(os.statvfs(path).f_flag & os.ST_RDONLY)
