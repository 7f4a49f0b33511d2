"""Write what is generated in docs/: schemas, checks, tables of keys, the help of each command, the register's schema.

docs/files.md, docs/commands.md, docs/register.md and docs/campaigns.md are written by hand around the generated parts,
which stand between `<!-- keys: newsletter -->`, `<!-- help: build -->`, `<!-- tables: people -->` or
`<!-- measures: all -->` and `<!-- end -->`. tests/test_docs.py fails while any of it is out of step.
"""

from __future__ import annotations

import json
import re
import types
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import register_docs
import register_picture
from pydantic import BaseModel

from newsletter import values
from newsletter.campaigns.campaign import Campaign, NthDay, Span
from newsletter.campaigns.progress.measures import MEASURES, definition
from newsletter.checks.document import as_markdown
from newsletter.content.issues import Selected
from newsletter.content.item import MODELS
from newsletter.layouts.theme import Colour, Theme
from newsletter.settings import Settings
from newsletter.subscribers.segments import Bands, Industries, Segments, Words

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

DOCS = Path(__file__).parents[1] / "docs"
KINDS: dict[str, type[BaseModel]] = {
    "newsletter": Settings,
    "campaign": Campaign,
    "segments": Segments,
    "theme": Theme,
    **MODELS,
}
"""Name of a schema → what the file holds."""

_NOTE = (
    "Written by scripts/write_docs.py from the models. Texts, dates and times may be written without quotes: "
    "newsletter reads every value as it stands, so a text may look like a number."
)
_FORMS: list[tuple[Any, str]] = [
    (values.Text, "text"),
    (values.Slug, "short name"),
    (values.Url, "address"),
    (values.Https, "address"),
    (values.Address, "mail address"),
    (values.Industry, "industry code"),
    (values.Cvr, "CVR number"),
    (values.Month, "month, 2027-01"),
    (NthDay, "day of the month"),
    (Span, "span of time"),
    (Colour, "colour, #0b5563"),
    (Selected, "query, or list of short names"),
    (Words, "text, or list of texts"),
    (Industries, "industry code, or list of them"),
    (Bands, "size, or list of sizes"),
    (str, "text"),
    (bool, "true or false"),
    (int, "number"),
    (datetime, "date and time"),
    (date, "date"),
    (time, "time of day"),
]


def pages() -> dict[Path, str]:
    """Every generated page with what it should say."""
    found = {DOCS / "checks.md": as_markdown()}
    found |= {DOCS / "schemas" / f"{name}.json": schema(name, model) for name, model in KINDS.items()}
    found[DOCS / "files.md"] = _filled(DOCS / "files.md", "keys", lambda name: key_table(KINDS[name]))
    found[DOCS / "register.md"] = _filled(DOCS / "register.md", "tables", register_docs.chapter)
    found[DOCS / "pictures" / "register.svg"] = register_picture.picture()
    found[DOCS / "commands.md"] = _filled(DOCS / "commands.md", "help", help_of)
    found[DOCS / "campaigns.md"] = _filled(DOCS / "campaigns.md", "measures", lambda _: measure_table())
    return found


def measure_table() -> str:
    """What each number of a campaign's report counts, as the report tells it in English."""
    rows = ["| number | counts | out of | source | how often |", "|---|---|---|---|---|"]
    told = (definition(measure, "en") for measure in MEASURES)
    for each in told:
        cells = (each.numerator, each.denominator, each.source, each.how_often)
        rows.append(f"| **{each.title}** (`{each.measure}`) | {' | '.join(cells)} |")
    return "\n".join(rows)


def schema(name: str, model: type[BaseModel]) -> str:
    """The JSON Schema of a file, for editors."""
    inner = _widened(model.model_json_schema(by_alias=True))
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$comment": _NOTE}
    whole = {**inner, **head, "title": name}
    return json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _widened(node: Any) -> Any:
    """The schema as an editor needs it, which takes 13748136 for a number and `yes` for a truth."""
    if isinstance(node, list):
        return [_widened(inner) for inner in node]
    if not isinstance(node, dict):
        return node
    wide = {key: _widened(inner) for key, inner in node.items()}
    if wide.get("type") == "string" and "enum" in wide:
        numbers = [int(word) for word in wide["enum"] if word.isdecimal()]
        return {**wide, "enum": wide["enum"] + numbers, "type": ["string", "integer"]} if numbers else wide
    if wide.get("type") == "string" and not {"const", "format", "pattern"} & wide.keys():
        return {**wide, "type": ["string", "number", "boolean"]}
    return wide


def key_table(model: type[BaseModel]) -> str:
    """A table of all keys a file may have."""
    rows = ["| key | what it is | else | meaning |", "|---|---|---|---|"]
    rows += [f"| `{key}` | {form} | {default} | {meaning} |" for key, form, default, meaning in _rows(model, "", ())]
    return "\n".join(rows)


def _rows(model: type[BaseModel], prefix: str, above: tuple[type, ...]) -> Iterator[tuple[str, str, str, str]]:
    hints = get_type_hints(model, include_extras=True)
    for name, field in model.model_fields.items():
        hint = field.annotation if name == "root" else hints[name]
        inner = _model_in(hint)
        key = prefix + ("name" if name == "root" else field.alias or name)
        meaning = field.description or (inner.__doc__ or "" if inner else "")
        yield key, _form(hint), _default(field), " ".join(meaning.split()).replace("|", "\\|")
        if inner and inner not in (*above, model):
            several = "[]." if "tuple" in str(hint) else "."
            yield from _rows(inner, f"{key}{several}", (*above, model))


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "**must be there**"
    value = field.default
    plain = value is None or value == () or field.default_factory
    if isinstance(value, bool):
        value = str(value).lower()
    return "" if plain else f"`{value:%H:%M}`" if isinstance(value, time) else f"`{value}`"


def _form(hint: Any) -> str:
    """A type in words."""
    for known, words in _FORMS:
        if hint == known:
            return words
    parts = [part for part in get_args(hint) if part not in (type(None), ...)]
    if get_origin(hint) is Literal:
        return ", ".join(f"`{part}`" for part in parts)
    if get_origin(hint) in (Annotated, Union, types.UnionType):
        return _form(parts[0])
    if get_origin(hint) is tuple:
        return f"list of {_plural(_form(parts[0]))}"
    if get_origin(hint) is dict:
        return f"{_form(parts[0])}: {_form(parts[1])}"
    return "keys"


def _plural(words: str) -> str:
    return {"text": "texts", "short name": "short names", "keys": "groups of keys"}.get(words, words)


def _model_in(hint: Any) -> type[BaseModel] | None:
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        return hint
    return next((found for part in get_args(hint) if (found := _model_in(part))), None)


def help_of(name: str) -> str:
    """What `newsletter NAME --help` says; a name may be a noun and a verb."""
    from click.testing import CliRunner

    from newsletter.cli import main

    words = [] if name == "newsletter" else name.split()
    shown = CliRunner().invoke(main, [*words, "--help"], prog_name="newsletter", terminal_width=100).output
    return f"```text\n{shown.rstrip()}\n```"


def _filled(page: Path, mark: str, part: Callable[[str], str]) -> str:
    """A page written by hand, with its generated parts anew."""
    pattern = re.compile(rf"(<!-- {mark}: ([a-z -]+?) -->\n).*?(<!-- end -->)", re.DOTALL)
    return pattern.sub(lambda found: f"{found[1]}\n{part(found[2])}\n\n{found[3]}", page.read_text("utf-8"))


if __name__ == "__main__":
    for path, text in pages().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
