"""Where a chart is shown, and what that asks of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """A place for charts."""

    name: str
    width: int
    height: int | None = None
    """Where the place is no taller; else each chart is as tall as it needs."""
    size: float = 14
    """Of the letters."""
    scale: int = 1
    """Pixels for each unit, in a PNG."""
    titled: bool = False
    """Whether the picture stands alone, and says its own headline."""
    fixed: bool = False
    """Whether its colours stay, whatever the screen."""
    slack: float = 1.0
    """How much wider letters may be than in our font: a browser may not have it."""

    @property
    def pad(self) -> float:
        """The empty edge."""
        return self.size if self.titled else 2

    @property
    def narrow(self) -> bool:
        """Whether names must stand above what they name."""
        return self.width < 30 * self.size


WIDE = Form(name="wide", width=720, slack=1.22)
NARROW = Form(name="narrow", width=340, slack=1.22)
PRINT = Form(name="print", width=640, size=13, fixed=True)
MAIL = Form(name="mail", width=600, size=17, scale=2, titled=True, fixed=True)
SLIDE = Form(name="slide", width=960, height=540, size=16, scale=2, titled=True, fixed=True)
