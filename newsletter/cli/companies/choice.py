"""The options by which companies are chosen, and what they mean in the register."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsletter.cli.contacts import contact_names

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

_OPTIONS = (
    click.option("--segment", "segments", multiple=True, metavar="NAME", help="Companies in this segment."),
    click.option("--industry", "industries", multiple=True, metavar="CODE", help="Section (F), division (43), class."),
    click.option("--municipality", "municipalities", multiple=True, metavar="NAME", help="By name or code."),
    click.option("--postcode", "postcodes", multiple=True, metavar="RANGE", help="Postcode, or a range: 8000-8299."),
    click.option("--with", "contacts", multiple=True, metavar="CONTACT", help="Those whose fixed contact this is now."),
    click.option("--without-contact", is_flag=True, help="Those without a fixed contact."),
)


def choice_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that choose companies: all must fit, of one said several times any may."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def chosen_by(
    root: Path,
    *,
    segments: Sequence[str] = (),
    industries: Sequence[str] = (),
    municipalities: Sequence[str] = (),
    postcodes: Sequence[str] = (),
    contacts: Sequence[str] = (),
    without_contact: bool = False,
) -> list[ColumnElement[bool]]:
    """The conditions that the options say; none when no option was given."""
    from newsletter.subscribers.companies import contacts as fixed

    check_contacts(root, contacts)
    words: dict[str, Sequence[str]] = {"industry": industries, "postcode": postcodes, "contact": contacts}
    words["municipality"] = _municipalities(municipalities)
    _check("--postcode", _postcode, postcodes)
    rules = {key: list(value) for key, value in words.items() if value}
    conditions = [fixed.without_contact()] if without_contact else []
    return [*conditions, *_fitting(root, rules, segments)] if rules or segments else conditions


def check_contacts(root: Path, names: Sequence[str]) -> None:
    """Raises UsageError, with a guess, for a contact that is not in content/contacts/."""
    from newsletter.problems import guess

    known = contact_names(root)
    for name in names:
        if name not in known:
            raise click.UsageError(f"there is no content/contacts/{name}.md; {guess(name, known)}")


def _fitting(root: Path, rules: dict[str, list[str]], segments: Sequence[str]) -> list[ColumnElement[bool]]:
    from newsletter.problems import guess
    from newsletter.subscribers.companies.choosing import fitting
    from newsletter.subscribers.rules.book import read_book
    from newsletter.subscribers.segments import Rule
    from newsletter.workspace import read_workspace

    book = read_book(read_workspace(root))
    for name in segments:
        if name not in book.segments:
            raise click.UsageError(f"no segment is called {name!r}; {guess(name, book.segments)}")
    _check("--industry", book.industries.of(book.nomenclature).normalise, rules.get("industry", ()))
    wanted: dict[str, Any] = dict(rules)
    if segments:
        wanted["any"] = [{"segment": name} for name in segments]
    return [fitting(Rule.model_validate(wanted), book)]


def _municipalities(names: Sequence[str]) -> list[str]:
    from newsletter.subscribers.municipalities import municipality

    return _check("--municipality", municipality, names)


def _postcode(text: str) -> object:
    from newsletter.subscribers.postcodes import postcodes

    return postcodes(text)


def _check(option: str, look: Callable[[str], Any], words: Sequence[str]) -> list[Any]:
    try:
        return [look(word) for word in words]
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint=option) from error
