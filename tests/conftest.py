"""Settings for every test: Hypothesis without a deadline, because a busy machine is not a failure."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("reviewer", deadline=None)
settings.load_profile("reviewer")
