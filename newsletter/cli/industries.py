"""`newsletter industries`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

import click

from newsletter.cli.doors import FILES, workspace_option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsletter.speech import Language
    from newsletter.subscribers.industries import Name, Nomenclature


class Named(TypedDict):
    """A code as printed, or a number, with its titles."""

    code: str
    da: str
    en: str


class Row(TypedDict):
    """One industry: what it is called, what it lies in, and what lies directly below."""

    code: str
    level: str
    nomenclature: str
    da: str
    en: str
    group10: Named
    path: list[Named]
    below: list[Named]


@click.command("industries")
@click.argument("words", nargs=-1, metavar="[CODE|WORD]...")
@click.option("--nomenclature", "name", type=click.Choice(["DB25", "DB07"]), help="Else the one of newsletter.yml.")
@click.option("--language", type=click.Choice(["da", "en"]), default="da", show_default=True, help="Of the headings.")
@click.option("--json", "as_json", is_flag=True, help="The same facts for programs.")
@workspace_option
def command(words: tuple[str, ...], name: Name | None, language: Language, *, as_json: bool, root: Path) -> None:
    """Look up industry codes: by code, by word, or all sections.

    A code (F, 43, 43.22) shows where it belongs and what is below it. Words search the headings.
    """
    from newsletter.settings import read_settings
    from newsletter.subscribers.industries import DB07_FILE, load

    industries = load(root)
    known = industries.of(name or read_settings(root).industries)
    codes = _found(known, words, language)
    if as_json:
        click.echo(json.dumps([_row(known, code) for code in codes], ensure_ascii=False, indent=1))
    elif words and _are_codes(words):
        for number, code in enumerate(codes):
            click.echo("\n" if number else "", nl=False)
            _show_one(known, code)
    else:
        _show_list(known, codes, language, words)
    if not known.complete and not as_json:
        click.echo(f"{known.name} is known by section only: its headings come with your own {DB07_FILE}", err=True)
    if industries.problems:
        click.echo("\n".join(map(str, industries.problems)), err=True)
        raise SystemExit(FILES)


def _found(known: Nomenclature, words: Sequence[str], language: Language) -> tuple[str, ...]:
    """The sections, the codes that are named, or what the words find."""
    if not words:
        return known.letters
    if not _are_codes(words):
        return known.search(" ".join(words), language)
    try:
        return tuple(map(known.normalise, words))
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def _are_codes(words: Sequence[str]) -> bool:
    from newsletter.subscribers.industries import compact

    try:
        return bool([compact(word) for word in words])
    except ValueError:
        return any(word[:1].isdecimal() for word in words)  # a code with a slip in it: it will be told


def _show_one(known: Nomenclature, code: str) -> None:
    from newsletter.cli.terminal import show_table

    row = _row(known, code)
    path = [
        [each["code"], level, each["da"], each["en"]] for each, level in zip(row["path"], _levels(row), strict=True)
    ]
    show_table(["Code", "", "Danish", "English"], path)
    group = row["group10"]
    click.echo(f"Group of ten: {group['code']} {group['da']} ({group['en']})")
    if row["below"]:
        click.echo("Below:")
        show_table(["Code", "Danish", "English"], [[each["code"], each["da"], each["en"]] for each in row["below"]])


def _levels(row: Row) -> list[str]:
    from newsletter.subscribers.industries import LEVELS

    return [*LEVELS.values()][: len(row["path"])]


def _show_list(known: Nomenclature, codes: Sequence[str], language: Language, words: Sequence[str]) -> None:
    from newsletter.cli.terminal import count, show_table
    from newsletter.subscribers.industries import printed

    if not codes:
        click.echo(f"no heading of {known.name} holds {' '.join(words)!r}: try a shorter word", err=True)
        return
    rows = [[printed(code), known.level(code), known.title(code, language)] for code in codes]
    if words:
        show_table(["Code", "", "Heading"], rows)
    else:
        rows = [[*row, count(known.codes_below(code), "code")] for row, code in zip(rows, codes, strict=True)]
        show_table(["Code", "", "Heading", "Below"], rows)


def _row(known: Nomenclature, code: str) -> Row:
    from newsletter.subscribers.industries import printed

    group = known.group_of(code)
    return {
        "code": printed(code),
        "level": known.level(code),
        "nomenclature": known.name,
        "da": known.title(code),
        "en": known.title(code, "en"),
        "group10": {"code": str(group.number), "da": group.da, "en": group.en},
        "path": [_named(known, each) for each in known.path(code)],
        "below": [_named(known, each) for each in known.below(code)],
    }


def _named(known: Nomenclature, code: str) -> Named:
    from newsletter.subscribers.industries import printed

    return {"code": printed(code), "da": known.title(code), "en": known.title(code, "en")}
