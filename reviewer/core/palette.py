"""Colours of the window and the reports, as data: one ordinal ramp for actions, and the few neutrals around it.

The ramp has equal luminance (0.165 light, 0.40 dark), so that no action weighs more than another, and runs through
OKLab from ochre over mauve to blue, monotonic on the blue-yellow axis that red-green colour-blind people see. It
avoids red and green: neither refusing nor answering is good in itself. Colour never stands alone; every mark has its
action's number and name. OKLab stops (chroma, hue in degrees), light: (.105, 80) (.06, 50) (.065, 350) (.115, 305)
(.15, 260); dark: (.12, 85) (.065, 50) (.07, 350) (.10, 305) (.12, 256). Source of the space: Ottosson 2020.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

ACTION_RAMP_LIGHT: Mapping[int, tuple[str, ...]] = {
    2: ("#926a19", "#3a6fc8"),
    3: ("#926a19", "#8c648d", "#3a6fc8"),
    4: ("#926a19", "#91666e", "#8362ab", "#3a6fc8"),
    5: ("#926a19", "#90675e", "#8c648d", "#7566b2", "#3a6fc8"),
    6: ("#926a19", "#906854", "#91647a", "#87639f", "#6b68b7", "#3a6fc8"),
    7: ("#926a19", "#90694d", "#91666e", "#8c648d", "#8362ab", "#656aba", "#3a6fc8"),
    8: ("#926a19", "#906947", "#906765", "#8f647f", "#88639a", "#7b64af", "#606bbc", "#3a6fc8"),
    9: ("#926a19", "#906943", "#90675e", "#916475", "#8c648d", "#8662a4", "#7566b2", "#5c6bbd", "#3a6fc8"),
}
ACTION_RAMP_DARK: Mapping[int, tuple[str, ...]] = {
    2: ("#cda447", "#76acf4"),
    3: ("#cda447", "#cd9bb9", "#76acf4"),
    4: ("#cda447", "#ce9e99", "#be9dda", "#76acf4"),
    5: ("#cda447", "#cea087", "#cd9bb9", "#b1a0e3", "#76acf4"),
    6: ("#cda447", "#cea17c", "#cf9da6", "#c49ccd", "#a7a3e7", "#76acf4"),
    7: ("#cda447", "#cda275", "#ce9e99", "#cd9bb9", "#be9dda", "#a0a4e9", "#76acf4"),
    8: ("#cda447", "#cda26f", "#ce9f8f", "#cf9cab", "#c69cc7", "#b89ee1", "#9ba6eb", "#76acf4"),
    9: ("#cda447", "#cda26b", "#cea087", "#cf9da1", "#cd9bb9", "#c29cd2", "#b1a0e3", "#96a6ec", "#76acf4"),
}


@dataclass(frozen=True)
class Theme:
    """Colours as `#rrggbb`. `ink` and `muted` are text (at least 4.5:1 on `page` and `shade`), `edge` is for marks
    and outlines (at least 3:1), `hairline` only separates, `on_action` is text on a solid action colour (4.5:1).
    """

    page: str
    shade: str
    ink: str
    muted: str
    edge: str
    hairline: str
    on_action: str
    ramps: Mapping[int, tuple[str, ...]]

    def action(self, rank: int, n_actions: int) -> str:
        """The colour of the action with this rank (from 0) on a scale of 2 to 9 actions."""
        return self.ramps[n_actions][rank]


LIGHT = Theme(
    page="#ffffff",
    shade="#f4f4f2",
    ink="#1c1d21",
    muted="#5c5f68",
    edge="#7d808a",
    hairline="#d9d9d6",
    on_action="#ffffff",
    ramps=ACTION_RAMP_LIGHT,
)
DARK = Theme(
    page="#17181c",
    shade="#212329",
    ink="#e8e8ea",
    muted="#a9acb6",
    edge="#848894",
    hairline="#383a42",
    on_action="#17181c",
    ramps=ACTION_RAMP_DARK,
)
