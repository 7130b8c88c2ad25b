"""What the tests of encrypted workspaces share."""

from __future__ import annotations

PASSPHRASE = "umbrella gravel seventeen lanterns"
