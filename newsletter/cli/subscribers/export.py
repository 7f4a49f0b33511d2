"""`newsletter subscribers export`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsletter.cli.doors import by_option, now, opened, workspace_option

if TYPE_CHECKING:
    from newsletter.store.register import Register
    from newsletter.subscribers.importing.exporting import Extent
    from newsletter.subscribers.importing.fields import FieldName
    from newsletter.subscribers.importing.writing import ListFormat


@click.command("export")
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path))
@click.option("--mapping", metavar="NAME", help="The columns of a list, as an import remembered them.")
@click.option("--columns", "told", metavar="FIELD,…", help="Only these, in this order: address,name,company.")
@click.option("--format", "form", type=click.Choice(["csv", "xlsx", "jsonl"]), help="Else the file's ending says it.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@by_option
@workspace_option
def command(
    file: Path, mapping: str | None, told: str | None, form: ListFormat | None, *, force: bool, actor: str, root: Path
) -> None:
    """Write the people of the register to FILE: CSV, Excel (.xlsx) or JSON lines; `-` is the screen.

    Who unsubscribed or is suppressed is left out, and so are people of advertising-protected companies, unless they
    gave their own consent.
    """
    from newsletter.cli.terminal import count

    if mapping and told:
        raise click.UsageError("--mapping and --columns both say which columns; keep one of them")
    form = _form(file, form)
    if str(file) != "-" and file.exists() and not force:
        raise click.UsageError(f"{file} is there already; give another name, or --force")
    columns = _columns(root, mapping, told)
    with opened(root, must_exist=True) as (_, register):
        written, left = _export(register, file, form, columns, actor)
    if str(file) != "-":
        click.echo(f"{file}: {count(written, 'person') if written == 1 else f'{written} people'}")
    if left.said_no:
        click.echo(f"{left.said_no} left out: they said no", err=True)
    if left.protected:
        text = "left out: their company is advertising-protected, and they have not consented themselves"
        click.echo(f"{left.protected} {text}", err=True)


def _export(
    register: Register, file: Path, form: ListFormat, columns: dict[str, FieldName], actor: str
) -> tuple[int, Extent]:
    from newsletter.store.audit import note
    from newsletter.subscribers.importing.exporting import export_rows, extent
    from newsletter.subscribers.importing.writing import write_list, write_text

    moment = now()
    with register.read() as connection:
        left = extent(connection, moment)
        rows = export_rows(connection, [*columns.values()], moment)
        if form != "xlsx" and str(file) == "-":
            written = write_text(sys.stdout, form, [*columns], rows)
        else:
            written = write_list(file, form, [*columns], rows)
    with register.write() as connection:
        names = [*columns.values()]
        note(
            connection,
            now=moment,
            actor=actor,
            action="subscribers export",
            about="register",
            people=written,
            fields=names,
        )
    return written, left


def _form(file: Path, form: ListFormat | None) -> ListFormat:
    from newsletter.subscribers.importing.writing import ENDINGS

    if str(file) == "-":
        if form == "xlsx":
            raise click.UsageError("Excel cannot be shown on a screen; give a file name")
        return form or "csv"
    found = form or ENDINGS.get(file.suffix.lower())
    if found is None:
        raise click.UsageError(f"the ending of {file.name} says no format; use .csv, .xlsx or .jsonl, or say --format")
    return found


def _columns(root: Path, mapping: str | None, told: str | None) -> dict[str, FieldName]:
    from newsletter.problems import guess
    from newsletter.subscribers.importing.exporting import default_columns
    from newsletter.subscribers.importing.fields import FIELDS, field_named
    from newsletter.subscribers.importing.mappings import mapping_named

    if not told:
        try:
            return mapping_named(root, mapping) if mapping else default_columns()
        except ValueError as error:
            raise click.UsageError(str(error)) from error
    words = [word.strip() for word in told.split(",") if word.strip()]
    named = {word: field_named(word) for word in words}
    if not named:
        raise click.UsageError("--columns names no field; write for example address,name,company")
    for word, name in named.items():
        if name is None:
            raise click.UsageError(f"there is no field {word!r}; {guess(word, FIELDS)}")
    return {FIELDS[name].danish: name for name in named.values() if name}
