"""The HTML of a mail that has no layout of its own."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

_STYLE = "font-family:Arial,sans-serif;font-size:16px;line-height:1.5;max-width:40em;margin:1em"
_PAGE = """\
<!DOCTYPE html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
</head>
<body style="{style}">
<h1 style="font-size:22px">{title}</h1>
{body}
</body>
</html>
"""


def page(language: str, subject: str, parts: Iterable[str]) -> str:
    """The whole page: the subject as its heading, and below it the parts, which are HTML."""
    return _PAGE.format(lang=language, title=escape(subject), style=_STYLE, body="\n".join(parts))
