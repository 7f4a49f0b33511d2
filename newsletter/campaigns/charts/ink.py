"""The colours of charts, by what they stand for: told apart by colour-blind eyes and in grey, in light and in dark."""

from __future__ import annotations

import re
from collections.abc import Mapping

LIGHT: Mapping[str, str] = {
    "paper": "#ffffff",
    "ink": "#1d2b30",
    "quiet": "#4d5d63",
    "grid": "#ddd2c0",
    "done": "#0b5563",
    "late": "#c8641f",
    "band": "#d5e7ea",
    "week1": "#dcecee",
    "week2": "#a9d0d6",
    "week3": "#7fb9c2",
    "week4": "#2b7684",
    "week5": "#0b5563",
    "on1": "#1d2b30",
    "on2": "#1d2b30",
    "on3": "#1d2b30",
    "on4": "#ffffff",
    "on5": "#ffffff",
}
DARK: Mapping[str, str] = {
    "paper": "#18262b",
    "ink": "#e8eded",
    "quiet": "#adbcbf",
    "grid": "#3a5058",
    "done": "#6cc3d0",
    "late": "#d9772c",
    "band": "#24444c",
    "week1": "#21424a",
    "week2": "#2d606b",
    "week3": "#5fa6b2",
    "week4": "#8accd6",
    "week5": "#b5e6ec",
    "on1": "#e8eded",
    "on2": "#e8eded",
    "on3": "#0f181b",
    "on4": "#0f181b",
    "on5": "#0f181b",
}
_NAMED = re.compile(r'="@(\w+)"')


def css(selector: str) -> str:
    """The colours for a browser: dark on a dark screen, light on paper."""
    light, dark = (";".join(f"--{name}:{colour}" for name, colour in scheme.items()) for scheme in (LIGHT, DARK))
    return f"{selector}{{{light}}}@media screen and (prefers-color-scheme:dark){{{selector}{{{dark}}}}}"


def fixed(svg: str) -> str:
    """Colours as they are on white paper."""
    return _NAMED.sub(lambda found: f'="{LIGHT[found[1]]}"', svg)


def changing(svg: str) -> str:
    """Colours as the page says."""
    return _NAMED.sub(r'="var(--\1)"', svg)
