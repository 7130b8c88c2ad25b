"""Which folders other computers write in, told by the table of mounts and by the marks of synchronisers."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviewer.host.places import shared_place

MOUNTS = """\
22 1 253:0 / / rw,relatime - ext4 /dev/vda rw
30 22 0:40 / {here}/nfs rw - nfs4 server:/x rw
31 22 0:41 / {here}/with\\040blank rw - cifs //server/x rw
32 22 0:42 / {here}/ssh rw - fuse.sshfs me@host: rw
33 22 0:43 / {here}/usb rw - vfat /dev/sdb1 rw
34 22 0:44 / {here}/ntfs rw - fuse.ntfs-3g /dev/sdc1 rw
35 22 0:45 / {here}/nfs/local rw - ext4 /dev/vdb rw
36 22 0:46 / {here}/over rw - nfs server:/y rw
37 22 0:47 / {here}/over rw - tmpfs none rw
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("nfs", "nfs4"),
        ("nfs/deep/er", "nfs4"),
        ("with blank", "cifs"),
        ("ssh", "sshfs"),
        ("usb", None),
        ("ntfs", None),
        ("nfs/local", None),
        ("over", None),
        ("nfsx", None),
    ],
)
def test_a_network_drive_is_told_by_the_mount_that_the_folder_lies_on(
    tmp_path: Path, folder: str, kind: str | None
) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(MOUNTS.format(here=tmp_path), encoding="utf-8")
    found = shared_place(tmp_path / folder / "w.sqlite", mounts)
    assert (found and found.by) == kind
    assert found is None or ("network drive" in found.sentence and "Keep it on" in found.sentence)


@pytest.mark.parametrize(
    ("made", "by"),
    [
        ("Dropbox/", "Dropbox"),
        ("box/.dropbox.cache/", "Dropbox"),
        ("OneDrive - Example Ltd/", "OneDrive"),
        ("Library/CloudStorage/GoogleDrive-me@example.com/", "Google Drive"),
        ("Library/Mobile Documents/", "iCloud"),
        ("Nextcloud/", "Nextcloud"),
        ("cloud/.sync_0a1b2c3d.db", "Nextcloud"),
        ("shared/.stfolder/", "Syncthing"),
        ("Dropboxes/", None),
        ("plain/notes.db", None),
    ],
)
@pytest.mark.parametrize("below", ["", "a/b"])
def test_a_synchronised_folder_is_told_by_its_name_or_by_what_lies_in_it(
    tmp_path: Path, made: str, by: str | None, below: str
) -> None:
    there = tmp_path / made
    if made.endswith("/"):
        there.mkdir(parents=True)
        root = there.parent if there.name.startswith(".") else there
    else:
        there.parent.mkdir(parents=True)
        there.touch()
        root = there.parent
    (root / below).mkdir(parents=True, exist_ok=True)
    found = shared_place(root / below / "w.sqlite", tmp_path / "no-mounts")
    assert (found and found.by) == by


def test_a_link_into_such_a_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "Dropbox").mkdir()
    (tmp_path / "mine").symlink_to(tmp_path / "Dropbox")
    found = shared_place(tmp_path / "mine" / "w.sqlite", tmp_path / "no-mounts")
    assert found is not None
    assert "Dropbox synchronises" in found.sentence
