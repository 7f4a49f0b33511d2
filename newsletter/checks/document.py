"""docs/checks.md, written from the rules."""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.checks.rule import Rule, Scope
from newsletter.checks.rules import RULES

_SCOPES: dict[Scope, tuple[str, str]] = {
    "item": ("Every file of content/", "Looked at whenever the file changes, in an issue or not."),
    "shown": ("Items in an issue", "Looked at for the day the issue is sent, never for today."),
    "issue": ("The line in the inbox", "Looked at in every issue."),
    "letter": ("The whole letter", "Looked at once for an issue, with all its blocks."),
    "edition": ("The finished editions", "Looked at in every edition, as its readers will get it."),
    "theme": ("Colours", "Looked at in layouts/theme.yml."),
    "workspace": ("The whole folder", "Looked at with every build that has something to do, and with every check."),
}

_OPENING = """\
# Checks

Written by `scripts/write_docs.py` from the rules in `newsletter/checks/`; change them there.

`newsletter check` and `newsletter build` run all of these. An **error** stops the issue it concerns: nothing is sealed
until it is mended. A **warning** is shown and counted. Each finding says the file, the line, what is wrong and what to
do.

A warning you do not want is switched off in `newsletter.yml`; errors cannot be:

```yaml
checks:
  off: [undated-figure]
```
"""


def as_markdown() -> str:
    """The whole page."""
    return "\n".join([_OPENING, *_table(), *(line for scope in _SCOPES for line in _part(scope))])


def _table() -> Iterator[str]:
    yield from ("| Code | Severity | Looks at | Says |", "|---|---|---|---|")
    for rule in RULES:
        says = rule.chapter.partition("\n")[0].replace("|", "\\|")
        yield f"| [`{rule.code}`](#{rule.code}) | {rule.severity} | {_SCOPES[rule.scope][0]} | {says} |"
    yield ""


def _part(scope: Scope) -> Iterator[str]:
    title, when = _SCOPES[scope]
    yield from (f"## {title}", "", when, "")
    for rule in RULES:
        if rule.scope == scope:
            yield from _chapter(rule)


def _chapter(rule: Rule[object]) -> Iterator[str]:
    says, _, source = rule.chapter.partition("Source: ")
    yield from (f"### {rule.code}", "", f"*{rule.severity.capitalize()}.* {says.strip()}", "")
    yield from (f"Source: {source.strip()}", "")
