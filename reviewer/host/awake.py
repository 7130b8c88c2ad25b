"""Keeping the computer from going to sleep while a run is sent; the screen may go dark."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

_log = logging.getLogger(__name__)


@contextmanager
def kept_awake() -> Iterator[None]:
    """For as long as it is open, where the system lets a program ask for that; the log says where it does not.

    A run that sleeps all the same goes on afterwards: what was under way is asked again.
    """
    # read when the first run is sent
    from wakepy import keep

    with keep.running(on_fail="pass") as mode:
        if not mode.active:
            _log.info("The system cannot be asked to stay awake while the run goes.")
        yield
