"""`newsletter new`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from newsletter.cli.doors import workspace_option

KINDS = ("article", "contact", "event", "guide", "issue", "scheme", "story")


@click.command("new")
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("title")
@click.option("--name", help="Short name of the file; else made from the title.")
@click.option("--yes", is_flag=True, help="Ask nothing; the file says where to write.")
@workspace_option
def command(kind: str, title: str, name: str | None, *, yes: bool, root: Path) -> None:
    """Write a new file of content/, asking for what it needs.

    An issue's TITLE is its subject, and its name is the month of its send.
    """
    from newsletter.content.draft import Question, questions, write_draft
    from newsletter.content.issues import FOLDER_OF

    slug = "" if kind == "issue" and name is None else _slug(title, name)
    today = date.today()  # noqa: DTZ011  # the author's own day
    answers: dict[str, str] = {}

    def ask(question: Question) -> str:
        default = title if question.key == "subject" else question.default
        try:
            return default if yes else str(click.prompt(question.text, default=default))
        except click.Abort as error:
            raise click.UsageError("nothing was written: a question was not answered; --yes asks none") from error

    for question in questions(kind, today):
        answers[question.key] = ask(question)
    folder = FOLDER_OF.get(kind, "issues")
    path = root / "content" / folder / f"{slug or answers['send'][:7]}.md"
    text = write_draft(kind, title, answers, today)
    _refuse_bad(text, path, folder, root)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    click.echo(f"{path.relative_to(root)} written: open it, write your text, then run: newsletter check")


def _slug(title: str, name: str | None) -> str:
    from newsletter.content.draft import slug_of
    from newsletter.values import check_slug

    try:
        return check_slug(slug_of(title) if name is None else name)
    except ValueError as error:
        raise click.UsageError(f"{error}; say it with --name") from error


def _refuse_bad(text: str, path: Path, folder: str, root: Path) -> None:
    """Nothing is written over, and no answer that would not be read is written down."""
    from newsletter.content.item import read_item
    from newsletter.problems import Invalid
    from newsletter.source import Source

    where = path.relative_to(root).as_posix()
    if path.exists():
        raise click.UsageError(f"{where} is there already; give another title, or --name")
    try:
        read_item(Source(path=where, text=text, digest=""), folder)
    except Invalid as error:
        lines = "\n".join(f"{problem.text}; {problem.hint}" for problem in error.problems)
        raise click.UsageError(f"nothing was written, since an answer does not fit:\n{lines}") from error
