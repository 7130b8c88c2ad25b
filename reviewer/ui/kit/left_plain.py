"""What is said where a plain file has left an encrypted workspace."""

from __future__ import annotations

from reviewer.app.encryption import LEFT_PLAIN
from reviewer.ui.kit.session import Session


def left_plain(session: Session) -> str:
    """With a blank before it, to follow a sentence; empty where the workspace is not encrypted."""
    return f" {LEFT_PLAIN}" if session.is_open and session.workspace.is_encrypted else ""
