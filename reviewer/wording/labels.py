"""Labels and their versions in words."""

from __future__ import annotations

from collections.abc import Mapping

from reviewer.wording.plural import counted, noun


def version_words(versions: Mapping[int, int], still_open: int) -> str:
    """Which versions of its labels a run is scored by: `2 of 120 labels were changed since they were given…`.

    `versions` counts labels by version, `still_open` disputes that nobody has settled.
    """
    total, first = sum(versions.values()), versions.get(1, 0)
    if not total:
        return "No case of it is labelled."
    if first == total:
        said = f"All {counted(total, 'label')} are as first given (version 1)."
    else:
        n = total - first
        since = noun(n, "was changed since it was", "were changed since they were")
        changed = f"{n:,} of {counted(total, 'label')} {since} first given"
        said = f"{changed}; the newest is version {max(versions)}."
    return f"{said} {counted(still_open, 'dispute')} of a label not settled." if still_open else said
