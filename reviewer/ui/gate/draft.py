"""The policy that is being edited: its text, what the text says, which file it is of, and what is not saved yet."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from reviewer.core.errors import InputError
from reviewer.core.scoring.policy import Policy
from reviewer.core.scoring.policy_text import MOST_CHARACTERS, PolicyText, read_text, with_value
from reviewer.host.files import write_file
from reviewer.host.small_files import check_no_pipe


class PolicyDraft(QObject):
    """`changed` comes after every edit, `replaced` where another policy has taken this one's place or it was saved."""

    changed = Signal()
    replaced = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.text, self.saved_text = "", ""
        self.path: Path | None = None
        self.read = read_text("")
        self._line_end, self._name = "\n", ""

    @property
    def is_unsaved(self) -> bool:
        return self.text != self.saved_text

    @property
    def policy(self) -> Policy | None:
        """What the text asks; None where it is wrong or asks nothing."""
        found = self.read.policy
        return found if found is not None and found.asks else None

    @property
    def title(self) -> str:
        """What the policy is called on the screen; while its text cannot be read, what it was called before."""
        if self.read.values:
            self._name = str(self.read.values.get("name") or "")
        return self._name or (self.path.name if self.path else "New policy")

    def begin(self, text: str, path: Path | None = None, saved_text: str | None = None) -> None:
        """Edit this text from now on; with `saved_text` that is what its file holds."""
        self._line_end = "\r\n" if "\r\n" in text else "\n"
        self.text = text.replace("\r\n", "\n")
        self.saved_text = self.text if saved_text is None else saved_text
        self.path = path
        self.read = read_text(self.text)
        self.replaced.emit()

    def edit(self, text: str) -> None:
        """The person has typed in the file's text."""
        if text != self.text:
            self.text, self.read = text, read_text(text)
            self.changed.emit()

    def set_rule(self, key: str, value: object) -> None:
        """The person has changed a rule in the form, or taken it out (None). Raises InputError for a wrong value."""
        if self.read.problem is not None and not self.read.values:
            raise InputError("The text cannot be read, so the form cannot change it.", "Mend the text first.")
        wanted = with_value(self.text, key, value)
        found = read_text(wanted)
        own = _own_fault(found, self.read)
        if own:
            raise InputError(own)
        self.edit(wanted)

    def discard(self) -> None:
        """Back to what the file holds."""
        self.begin(self.saved_text.replace("\n", self._line_end), self.path)

    def saving(self, path: Path) -> Callable[[], Path]:
        """Writes the text as it is now; to be called off the GUI thread."""
        content = self.text.replace("\n", self._line_end).encode()

        def write() -> Path:
            write_file(path, content)
            return path

        return write

    def was_saved(self, path: Path, text: str) -> None:
        self.path, self.saved_text = path, text
        self.replaced.emit()

    def as_json(self) -> dict[str, object]:
        """What the workspace remembers, so that nothing typed is lost with the window."""
        return {"text": self.text, "saved": self.saved_text, "path": str(self.path or "")}


def _own_fault(found: PolicyText, before: PolicyText) -> str:
    """What is newly wrong by an edit of the form; "" where nothing is, or only what was wrong before."""
    if found.problem is None or found.problem == before.problem:
        return ""
    return found.problem.sentence


def policy_file(path: Path) -> str:
    """The text of a policy file. Raises InputError for one that is no text or far too long."""
    check_no_pipe(path)
    try:
        if path.stat().st_size > 4 * MOST_CHARACTERS:
            raise InputError(f"The file {path} is longer than a policy can be.", "Give a TOML file of a page.")
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"The policy {path} cannot be read: {error.strerror}.", "Give a TOML file.") from error
    except UnicodeDecodeError as error:
        raise InputError(f"The policy {path} cannot be read: it is not UTF-8 text.", "Give a TOML file.") from error
