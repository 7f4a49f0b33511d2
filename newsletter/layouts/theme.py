"""layouts/theme.yml: colours for light and dark, type, logo; and the prose sheet that takes its colours from it."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from newsletter.fields import Model
from newsletter.problems import Invalid, Problem, guess
from newsletter.source import Source
from newsletter.values import Text

THEME_FILE = "layouts/theme.yml"
PROSE_FILE = "layouts/prose.css"


def _colour(text: str) -> str:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", text):
        raise ValueError(f"{text!r} is not a colour; write six digits, for example #0b5563")
    return text.lower()


Colour = Annotated[str, AfterValidator(_colour)]


class Colours(Model):
    """One set of colours. Pairs are checked for contrast (WCAG 2.1, 1.4.3 and 1.4.11)."""

    page: Colour = Field(description="Around the letter.")
    card: Colour = Field(description="The letter itself.")
    text: Colour = Field(description="What is read.")
    muted: Colour = Field(description="Small print.")
    heading: Colour = Field(description="Headings, and the band at the top.")
    accent: Colour = Field(description="Buttons, badges, bars.")
    on_accent: Colour = Field(description="Text on the accent.")
    link: Colour = Field(description="Links in a text.")
    soft: Colour = Field(description="Boxes.")
    line: Colour = Field(description="Borders and dividers; decoration only.")


class Logo(Model):
    """The sender's mark."""

    file: Text = Field(description="File name in content/images/.")
    alt: Text = Field(description="What it says, for those who do not see it.")
    width: int = Field(ge=16, le=600, description="Pixels.")


class Theme(Model):
    """layouts/theme.yml."""

    width: int = Field(640, ge=320, le=800, description="Width of the letter in pixels.")
    font: Text = Field(description="Font stack; fonts are never fetched.")
    logo: Logo
    light: Colours
    dark: Colours


def prose_sheet(source: Source, theme: Theme) -> str:
    """The prose sheet with `var(--link)` and the like replaced by the theme's light colours.

    Raises Invalid for a colour the theme does not have.
    """
    known = {**theme.light.model_dump(), "font": theme.font}
    problems = [
        Problem.at(source.place(match.start()), "unknown-colour", f"no colour {name!r}", guess(name, known))
        for match in _VARIABLE.finditer(source.text)
        if (name := match.group(1)) not in known
    ]
    if problems:
        raise Invalid(problems)
    return _VARIABLE.sub(lambda match: str(known[match.group(1)]), source.text)


_VARIABLE = re.compile(r"var\(--([\w-]+)\)")
