"""Writes bundles of what the reports screen shows."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from reviewer.app.bundle_cover import BundleCover
from reviewer.app.bundle_figures import BundleAsked
from reviewer.app.stopping import ReportCancelledError
from reviewer.core.scoring.policy import Policy
from reviewer.core.scoring.policy_text import toml_value
from reviewer.report.facts import RunReport
from reviewer.ui.kit.keys_ahead import show_over
from reviewer.ui.kit.left_plain import left_plain
from reviewer.ui.kit.session import Session
from reviewer.ui.reports.bundle_dialog import BundleDialog
from reviewer.ui.reports.writing import file_name
from reviewer.wording.plain_text import in_sentence

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from reviewer.app.bundles import BundleWritten
    from reviewer.store.database import Workspace

BUNDLES = "Bundles (*.zip)"


class BundleFiles(QObject):
    """`busy_changed` says whether a bundle is being written; `written` comes with the path of one that was."""

    busy_changed = Signal(bool)
    written = Signal(object)

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._window = session, parent
        self._stop = threading.Event()
        self.is_busy = False

    def ask(self, report: RunReport, policy: Policy | None) -> None:
        """Ask for what is taken out, for a key and for the file, then write the bundle of the report's runs."""
        against = report.versus.run if report.versus else ""
        names = f"{in_sentence(report.run)}{f' against {in_sentence(against)}' if against else ''}"
        about = f"{names}, with all that the figures are made of, in one file that anyone can verify."
        asked = BundleAsked(report.run, against, report.scorecard.options, policy_toml(policy))
        dialog = BundleDialog(self._session, about, self._window)
        dialog.wanted.connect(partial(self._ask_for_file, asked))
        show_over(dialog)

    def _ask_for_file(
        self, asked: BundleAsked, cover: BundleCover | None, key: Ed25519PrivateKey | None, passphrase: str
    ) -> None:
        folder = self._session.path.parent if self._session.path else Path.home()
        dialog = QFileDialog(self._window.window(), "Export a bundle", str(folder), BUNDLES)
        dialog.setObjectName("reports.bundle_file")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("zip")
        dialog.selectFile(f"{file_name(asked.run, asked.against).replace('report', 'bundle', 1)}.zip")
        whole = BundleAsked(asked.run, asked.against, asked.options, asked.policy, cover)
        dialog.fileSelected.connect(lambda chosen: self.write(whole, Path(chosen), key, passphrase))
        show_over(dialog)

    def write(self, asked: BundleAsked, path: Path, key: Ed25519PrivateKey | None = None, passphrase: str = "") -> None:
        """Write it and say where it is, and what nobody else can check in it."""

        self._stop = stop = threading.Event()

        def work(workspace: Workspace) -> BundleWritten:
            from reviewer.app.bundles import write_bundle

            return write_bundle(workspace, asked, path, key=key, passphrase=passphrase, cancelled=stop.is_set)

        def done(made: BundleWritten) -> None:
            self._set_busy(False)
            signed = f"{'signed' if key else 'not signed'}{', encrypted' if passphrase else ''}"
            said = f"The bundle, {signed}, was written to {path}.{'' if passphrase else left_plain(self._session)}"
            self._session.notice.emit(" ".join((said, *made.unchecked)))
            self.written.emit(path)

        def failed(error: Exception) -> None:
            self._set_busy(False)
            if not isinstance(error, ReportCancelledError):
                self._session.tasks.failed.emit(error)

        self._set_busy(True)
        self._session.read(work, done, failed)

    def cancel(self) -> bool:
        """Have the bundle that is being written not take its place; whether one is being written."""
        self._stop.set()
        return self.is_busy

    def _set_busy(self, busy: bool) -> None:
        self.is_busy = busy
        self.busy_changed.emit(busy)


def policy_toml(policy: Policy | None) -> bytes | None:
    """The policy as a file that asks the same."""
    if policy is None:
        return None
    rules: Mapping[str, object] = {**({"name": policy.name} if policy.name else {}), **policy.rules}
    return "".join(f"{key} = {toml_value(value)}\n" for key, value in rules.items()).encode()
