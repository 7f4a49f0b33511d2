"""SVG, written by hand: elements are text, colours are named by what they stand for, numbers are rounded."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from newsletter.campaigns.charts import ink
from newsletter.campaigns.charts.form import Form
from newsletter.campaigns.charts.lettering import FAMILY, legible, sound, width, wrap

_FONT = f"'{FAMILY}','Source Sans 3','Segoe UI',Helvetica,Arial,sans-serif"
Spot = tuple[float, float]


def number(value: float) -> str:
    """At most two decimals, and never -0."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _attributes(values: dict[str, str | float]) -> str:
    told = ((name.rstrip("_").replace("_", "-"), value) for name, value in values.items())
    return "".join(f' {name}="{escape(value) if isinstance(value, str) else number(value)}"' for name, value in told)


def element(name: str, content: str = "", /, **attributes: str | float) -> str:
    """One element; `content` is SVG already."""
    return f"<{name}{_attributes(attributes)}>{content}</{name}>" if content else f"<{name}{_attributes(attributes)}/>"


def box(x: float, y: float, wide: float, tall: float, **more: str | float) -> str:
    """A rectangle."""
    return element("rect", x=x, y=y, width=max(wide, 0), height=max(tall, 0), **more)


def line(start: Spot, end: Spot, **more: str | float) -> str:
    """A straight line."""
    return element("line", x1=start[0], y1=start[1], x2=end[0], y2=end[1], **({"stroke": "@ink"} | more))


def path(spots: Iterable[Spot], *, closed: bool = False, **more: str | float) -> str:
    """A line through spots; an area when closed."""
    way = "L".join(f"{number(x)} {number(y)}" for x, y in spots)
    look = {"fill": "none"} if not closed else {}
    return element("path", d=f"M{way}{'Z' if closed else ''}", **(look | more))


def words(x: float, y: float, text: str, size: float, **more: str | float) -> str:
    """A text, from x on; `anchor` middle or end puts it there otherwise. With `halo` it stands out from lines below."""
    look: dict[str, str | float] = {"fill": "@ink", "font_size": size}
    if more.pop("halo", ""):
        look |= {"paint_order": "stroke", "stroke": "@paper", "stroke_width": 4, "stroke_linejoin": "round"}
    if anchor := more.pop("anchor", ""):
        look["text_anchor"] = anchor
    if more.pop("bold", ""):
        look["font_weight"] = "600"
    return element("text", escape(legible(text)), x=x, y=y, **(look | more))


def hatch(name: str, colour: str) -> str:
    """Slanted lines, so that what is late is told apart without its colour."""
    stripes = box(0, 0, 6, 6, fill=colour) + line((0, 0), (0, 6), stroke="@paper", stroke_width=2.4)
    return element(
        "pattern", stripes, id=name, width=6, height=6, patternUnits="userSpaceOnUse", patternTransform="rotate(45)"
    )


def reach(text: str, form: Form, *, bold: bool = False) -> float:
    """How wide a text may get in a form."""
    return width(legible(text), form.size, bold=bold) * form.slack


def headline(text: str, form: Form) -> tuple[str, float]:
    """The chart's headline where it stands alone, and how far down that goes."""
    if not form.titled:
        return "", form.pad
    size = form.size * 1.3
    lines = wrap(text, size, form.width - 2 * form.pad, lines=2, bold=True)
    shown = [words(form.pad, form.pad + size * (0.85 + 1.25 * n), each, size, bold=1) for n, each in enumerate(lines)]
    return "".join(shown), form.pad + size * 1.25 * len(lines) + form.size * 0.4


def document(form: Form, name: str, told: tuple[str, str], height: float, parts: Iterable[str]) -> str:
    """The whole picture, with its title and what it says in words."""
    title, says = told
    known = f"{name}-{form.name}"
    head = element("title", escape(sound(title)), id=f"{known}-title") + element(
        "desc", escape(sound(says)), id=f"{known}-desc"
    )
    style = "" if form.fixed else element("style", ink.css("svg.chart") + "svg.chart{forced-color-adjust:none}")
    paper = box(0, 0, form.width, height, fill="@paper")
    svg = element(
        "svg",
        head + style + paper + "".join(parts),
        xmlns="http://www.w3.org/2000/svg",
        class_="chart",
        viewBox=f"0 0 {number(form.width)} {number(height)}",
        width=form.width,
        height=height,
        role="img",
        aria_labelledby=f"{known}-title",
        aria_describedby=f"{known}-desc",
        font_family=_FONT,
    )
    return ink.fixed(svg) if form.fixed else ink.changing(svg)
