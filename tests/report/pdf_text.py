"""Text and facts of a PDF as poppler's tools read them."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache

import pytest


@cache
def _tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed (Debian: apt-get install poppler-utils)")
    return found


def pdf_text(content: bytes, *options: str) -> str:
    """The text of all pages in reading order."""
    command = [_tool("pdftotext"), *options, "-enc", "UTF-8", "-", "-"]
    return subprocess.run(command, input=content, capture_output=True, check=True, timeout=120).stdout.decode()


def pdf_info(content: bytes, *options: str) -> str:
    """What pdfinfo says of it: `-struct-text` for the tags."""
    command = [_tool("pdfinfo"), *options, "-"]
    return subprocess.run(command, input=content, capture_output=True, check=True, timeout=120).stdout.decode()
