"""YAML that remembers its places, and models that turn it into values.

YAML 1.1 reads `on:` as true, `10:30` as 630 and `0101` as 65. Here every scalar stays the text the author wrote and the
model decides what it is; doubled keys, anchors and tags are problems.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import TYPE_CHECKING, Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, ValidatorFunctionWrapHandler, field_validator

from newsletter.problems import Invalid, Place, Problem, guess

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

    from newsletter.source import Source

Path = tuple[str | int, ...]
"""Where a value sits in a document: keys and list positions from the top."""

_FIRST_YEAR, _LAST_YEAR = 1900, 2199
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SHORT = 1000
"""Below this many characters nothing can be nested so deeply that it does harm."""
_MAX_DEPTH = 100


class Model(BaseModel):
    """The base of everything an author writes in YAML: frozen, and no key goes unnoticed."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    @field_validator("*", mode="wrap")
    @classmethod
    def _plausible(cls, value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
        """No seconds since 1970 for a date, no year that is a slip, no zone at a wall-clock time of day."""
        read = handler(value)
        if isinstance(read, date | time) and isinstance(value, str) and not re.match(r"\d{4}-|\d\d:", value):
            kind, example = ("time of day", '"09:00"') if isinstance(read, time) else ("date", "2027-01-05")
            raise ValueError(f"this is not a {kind}; write for example {example}")
        if isinstance(read, date) and not _FIRST_YEAR <= read.year <= _LAST_YEAR:
            raise ValueError(f"the year {read.year} is a slip; write year-month-day, for example 2027-01-05")
        if isinstance(read, time) and read.tzinfo:
            raise ValueError("a time here is wall clock; leave the zone out, newsletter.yml says it")
        return read


ModelT = TypeVar("ModelT", bound=BaseModel)


@dataclass(frozen=True, kw_only=True)
class Document:
    """The plain data of one YAML text, and the place of each of its values and keys."""

    data: dict[str, Any]
    start: Place
    values: Mapping[Path, Place] = field(default_factory=dict)
    keys: Mapping[Path, Place] = field(default_factory=dict)

    def place(self, *path: str | int) -> Place:
        """The place of the value at `path`, or of the nearest value around it."""
        for end in range(len(path), 0, -1):
            if path[:end] in self.values:
                return self.values[path[:end]]
        return self.start


def read_yaml(source: Source, start: int = 0, end: int | None = None) -> Document:
    """Read `source.text[start:end]` as one YAML mapping.

    Raises Invalid for what is not YAML, not a mapping, or says a key twice.
    """
    reader = _Reader(source, start)
    try:
        root = _compose(source.text[start:end])
        data = reader.value(root, ()) if isinstance(root, yaml.MappingNode) else {}
    except yaml.MarkedYAMLError as error:
        raise Invalid([reader.syntax_problem(error)]) from error
    except yaml.reader.ReaderError as error:  # its own position counts bytes
        found = yaml.reader.Reader.NON_PRINTABLE.search(source.text, start)
        raise Invalid([_control_character(source.place(found.start() if found else start))]) from error
    except RecursionError as error:
        hint = "YAML here needs three levels at most"
        raise Invalid([Problem.at(source.place(start), "yaml", "nested too deeply", hint)]) from error
    if root is None or (isinstance(root, yaml.ScalarNode) and not root.value):
        return Document(data={}, start=source.place(start))
    if not isinstance(root, yaml.MappingNode):
        text, hint = "a list of `key: value` lines is expected here", "write for example `title: Fleksjob`"
        raise Invalid([Problem.at(reader.place(root), "yaml", text, hint)])
    if reader.problems:
        raise Invalid(reader.problems)
    return Document(data=data, start=reader.place(root), values=reader.values, keys=reader.keys)


def _compose(text: str) -> yaml.Node | None:
    """The node tree of a text. Raises RecursionError where the composer, which is C, would break down."""
    if len(text) > _SHORT:
        depth = 0
        for event in yaml.parse(text, Loader=_Loader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _MAX_DEPTH:
                raise RecursionError
    root: yaml.Node | None = yaml.compose(text, Loader=_Loader)
    return root


def validate(model: type[ModelT], document: Document) -> ModelT:
    """The document as a `model`; raises Invalid with every problem at its place."""
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        details = error.errors(include_url=False)
        listed = {detail["loc"][:-1] for detail in details}  # a list whose lines failed is not also empty
        raise Invalid(
            _explain(model, document, detail)
            for detail in details
            if detail["type"] != "too_short" or not any(path[: len(detail["loc"])] == detail["loc"] for path in listed)
        ) from error


class _Reader:
    """Turns YAML nodes into plain data and notes the place of each."""

    def __init__(self, source: Source, start: int) -> None:
        self.source = source
        self.start = start
        self.values: dict[Path, Place] = {}
        self.keys: dict[Path, Place] = {}
        self.problems: list[Problem] = []
        self._seen: set[int] = set()

    def mark(self, mark: yaml.Mark) -> Place:
        return self.source.place(self.start + mark.index)  # its own line counts U+2028 and the like

    def place(self, node: yaml.Node) -> Place:
        return self.mark(node.start_mark)

    def problem(self, node: yaml.Node, text: str, hint: str) -> None:
        self.problems.append(Problem.at(self.place(node), "yaml", text, hint))

    def syntax_problem(self, error: yaml.MarkedYAMLError) -> Problem:
        mark, text = error.problem_mark or error.context_mark, error.problem or "this is not YAML"
        if error.context_mark and ("unexpected end of stream" in text or "expected ','" in text):
            mark = error.context_mark  # where the quote or bracket opens
        place = self.mark(mark) if mark else self.source.place(self.start)
        if mark and self.source.text[self.start + mark.index :].startswith("\t"):
            return Problem.at(place, "yaml", "a tab stands here", "YAML wants spaces: replace the tab by two spaces")
        for sign, (plain, hint) in _SYNTAX.items():
            if sign in text:
                return Problem.at(place, "yaml", plain, hint)
        hint = "check the indents, the colons and the quotes on this line and the one above"
        return Problem.at(place, "yaml", f"cannot read this as YAML: {text}", hint)

    def value(self, node: yaml.Node, path: Path) -> Any:
        self.values[path] = self.place(node)
        if id(node) in self._seen:
            self.problem(node, "references (& and *) are not used here", "write the value out in both places")
            return None
        self._seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return dict(self._pairs(node, path))
        if isinstance(node, yaml.SequenceNode):
            return [self.value(child, (*path, index)) for index, child in enumerate(node.value)]
        if node.tag == "tag:yaml.org,2002:null":
            return None
        if not node.tag.startswith("tag:yaml.org,2002:"):
            self.problem(node, f"the tag {node.tag!r} is not used here", "put quotes around a text that begins with !")
        return node.value

    def _pairs(self, node: yaml.MappingNode, path: Path) -> Iterator[tuple[str, Any]]:
        seen: set[str] = set()
        for key, child in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self.problem(key, "a key must be one word", "put quotes around a text that begins with { or [")
                continue
            if key.value in seen:
                place = self.place(key)
                text = f"the key {key.value!r} is doubled"
                self.problems.append(Problem.at(place, "doubled-key", text, "keep one of the two"))
                continue
            seen.add(key.value)
            self.keys[*path, key.value] = self.place(key)
            yield key.value, self.value(child, (*path, key.value))


_SYNTAX = {
    "cannot start any token": ("a text does not begin with this sign", "put quotes around the text"),
    "expected ',' or ']'": ("a bracket is not closed", "close it with ]"),
    "expected ',' or '}'": ("a bracket is not closed", "close it with }"),
    "could not find expected ':'": ("a colon is missing here, or a text runs over the line", "write `key: value`"),
    "mapping values are not allowed": ("a colon too many", "put quotes around a text that contains a colon"),
    "did not find expected key": ("the indent does not fit the line above", "line the keys up"),
    "expected node content": ("a value is missing here", "write one, close what is open, or put the text in quotes"),
    "unexpected end of stream": ("a quote or bracket is not closed", 'close it with " or ]'),
    "found unknown escape character": ("a backslash inside double quotes", "use single quotes around this text"),
    "found undefined alias": ("references (& and *) are not used here", "put quotes around a text that begins with *"),
    "found another document": ("a line of --- in the middle", "remove it"),
}


def _control_character(place: Place) -> Problem:
    return Problem.at(place, "encoding", "an invisible control character", "delete the character and write it anew")


def _explain(model: type[BaseModel], document: Document, detail: ErrorDetails) -> Problem:
    path: Path = tuple(detail["loc"])
    kind, context = detail["type"], detail.get("ctx", {})
    key = str(path[-1]) if path else ""
    if kind == "extra_forbidden":
        place = document.keys.get(path, document.place(*path))
        return Problem.at(place, "unknown-key", f"unknown key {key!r}", guess(key, _fields_at(model, path[:-1])))
    if kind == "missing":
        return Problem.at(document.place(*path[:-1]), "missing-key", f"{key!r} is missing", f"add a line `{key}: …`")
    text, hint = _TYPES.get(kind, (detail["msg"], ""))
    if kind == "value_error":
        text, hint = str(context["error"]).partition("; ")[::2]
    if kind == "literal_error":
        text, hint = f"{detail['input']!r} is not known here", f"write {context['expected']}"
    name = ".".join(str(part + 1) if isinstance(part, int) else part for part in path)
    place = document.place(*path)
    place = place._replace(column=place.column + getattr(context.get("error"), "offset", 0))
    return Problem.at(place, "value", f"{name}: {text}" if name else text, hint)


_DATE = ("this is not a date", "write year-month-day, for example 2027-01-05")
_TIME = ("this is not a date with a time", "write for example 2027-01-05 09:00")
_NUMBER = ("this is not a whole number", "write digits only, for example 120")
_TYPES = {
    "string_type": ("a text is expected", "write a text after the colon"),
    "string_too_short": ("the text is empty", "write a text after the colon"),
    "list_type": ("a list is expected", "write one line for each, with `- ` before it"),
    "tuple_type": ("a list is expected", "write one line for each, with `- ` before it"),
    "too_short": ("the list is empty", "write at least one line, with `- ` before it"),
    "dict_type": ("lines of `key: value` are expected", "indent them by two spaces below the key"),
    "model_type": ("lines of `key: value` are expected", "indent them by two spaces below the key"),
    "bool_parsing": ("true or false is expected", "write true or false"),
    "int_parsing": _NUMBER,
    "int_type": _NUMBER,
    "float_parsing": ("this is not a number", "write for example 0.2"),
    "date_type": _DATE,
    "date_parsing": _DATE,
    "date_from_datetime_parsing": _DATE,
    "date_from_datetime_inexact": ("a date without a time is expected", "write for example 2027-01-05"),
    "datetime_type": _TIME,
    "datetime_parsing": _TIME,
    "datetime_from_date_parsing": _TIME,
    "string_pattern_mismatch": ("this does not have the form that is expected", "see the examples in docs/files.md"),
    "greater_than_equal": ("the number is too small", ""),
    "less_than_equal": ("the number is too large", ""),
    "time_parsing": ("this is not a time of day", 'write for example "09:00"'),
    "time_type": ("this is not a time of day", 'write for example "09:00"'),
}


def _fields_at(model: type[BaseModel], path: Path) -> list[str]:
    """The keys known at `path` below `model`."""
    annotation: Any = model
    for part in path:
        for candidate in _models(annotation):
            if isinstance(part, str) and part in candidate.model_fields:
                annotation = candidate.model_fields[part].annotation
                break
    return [name for candidate in _models(annotation) for name in candidate.model_fields]


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models inside an annotation such as `tuple[Step, ...] | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models(inner)
