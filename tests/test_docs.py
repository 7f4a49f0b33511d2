"""What is generated in docs/ is in step with the program, and what is written by hand holds true."""

from __future__ import annotations

import json
import re
import sys
from fnmatch import fnmatch
from importlib import import_module
from typing import ClassVar

import pytest
import yaml
from click.testing import CliRunner
from support import REPOSITORY, problems_of, source

from newsletter.build.catalogue import Row
from newsletter.build.report import EditionReport, Finding, IssueReport, Report
from newsletter.build.starter import write_starter
from newsletter.cli import COMMANDS, main
from newsletter.content.queries import parse_query
from newsletter.fields import read_yaml, validate
from newsletter.inputs import list_files
from newsletter.layouts.slots import READER_SLOTS
from newsletter.subscribers.companies.showing import CompanyFacts
from newsletter.subscribers.companies.timeline import Happened

sys.path.insert(0, str(REPOSITORY / "scripts"))
import write_docs  # a script, not a package

FILES = (REPOSITORY / "docs/files.md").read_text("utf-8")
TOUR = (REPOSITORY / "docs/commands.md").read_text("utf-8")
CHAPTERS = {"newsletter": "newsletter.yml", "campaign": "campaigns"}
SENDING = ("--send", "--format", "json")
PAGES = write_docs.pages()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_generated_pages_are_in_step(path):
    assert path.read_text("utf-8") == PAGES[path], "run `make docs`"


def test_no_schema_is_left_over():
    assert {path.stem for path in (REPOSITORY / "docs/schemas").iterdir()} == set(write_docs.KINDS)


@pytest.mark.parametrize("name", write_docs.KINDS)
def test_every_kind_of_file_has_a_chapter_a_table_and_an_example_that_is_read(name):
    assert f"<!-- keys: {name} -->" in FILES
    chapter = re.search(
        rf"^##+ {re.escape(CHAPTERS.get(name, name))}\n(.*?)<!-- keys: {name}", FILES, re.MULTILINE | re.DOTALL
    )
    examples = re.findall(r"```yaml\n(.*?)```", chapter[1], re.DOTALL)
    assert len(examples) == 1
    model = write_docs.KINDS[name]
    assert problems_of(lambda: validate(model, read_yaml(source(examples[0])))) == ()


@pytest.mark.parametrize("name", write_docs.KINDS)
def test_every_key_has_a_form_and_a_meaning(name):
    rows = [line.split(" | ") for line in write_docs.key_table(write_docs.KINDS[name]).splitlines()[2:]]
    assert rows
    assert [row[0] for row in rows if len(row) != 4 or not row[1].strip() or not row[3].strip(" |")] == []


def test_every_slot_and_query_is_told():
    assert set(re.findall(r"`\{\{ reader\.(\w+) \}\}`", FILES)) == set(READER_SLOTS)
    table = FILES[FILES.index("| query | shows |") : FILES.index("They go together")]
    queries = re.findall(r"^\| `([^`]+)`", table, re.MULTILINE)
    assert len(queries) == 7
    for query in [*queries, *re.findall(r"They go together: `([^`]+)`", FILES)]:
        parse_query(query)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_told_with_its_help(name):
    assert f"\n## newsletter {name}\n" in TOUR
    command = import_module(f"newsletter.cli.{name}").command
    verbs = [f"{name} {verb}" for verb in getattr(command, "names", ())]
    for told in verbs or [name]:
        assert f"<!-- help: {told} -->" in TOUR
    for verb in verbs:
        assert f"\n### newsletter {verb}\n" in TOUR


@pytest.fixture(scope="module")
def sampled(tmp_path_factory):
    """A workspace with a small sample register, a backup, and segments that were remembered."""
    root = tmp_path_factory.mktemp("json") / "starter"
    write_starter(root)
    for words in (
        ["register", "sample", "--companies", "60"],
        ["register", "backup"],
        ["segments", "diff", "--remember"],
        ["events", "signup", "netvaerk-maj", "gaest@firma.example"],
    ):
        assert told(root, *words, NEWSLETTER_NOW="2026-12-01T09:00:00+01:00").exit_code == 0
    return root


@pytest.fixture(scope="module")
def sent(tmp_path_factory):
    """A workspace with a small sample register whose December issue was rehearsed."""
    root = tmp_path_factory.mktemp("sent") / "starter"
    write_starter(root)
    for words in (["register", "sample", "--companies", "60"], ["build"], ["approve", "2026-12"], ["send", "2026-12"]):
        assert told(root, *words).exit_code == 0
    return root


class TestJson:
    """The forms that programs read."""

    def example(self, heading: str):
        return json.loads(TOUR.split(f"### {heading}\n")[1].split("```json\n")[1].split("```")[0])

    def test_build(self):
        report = self.example("build --json")
        assert list(report) == list(Report.__annotations__)
        assert list(report["issues"][0]) == list(IssueReport.__annotations__)
        assert list(report["issues"][0]["editions"][0]) == list(EditionReport.__annotations__)

    def test_check(self):
        assert list(self.example("check --format json")[0]) == list(Finding.__annotations__)

    def test_list(self):
        assert list(self.example("list --json")[0]) == list(Row.__annotations__)

    @pytest.mark.parametrize(
        ("heading", "words"),
        [
            ("approve --json", ["approve", "2026-12", "--show"]),
            ("status ISSUE --json", ["status", "2026-12"]),
            ("reconcile --json", ["reconcile", "2026-12"]),
            ("reconcile notices --json", ["reconcile", "notices"]),
        ],
    )
    def test_of_a_send(self, sent, heading, words):
        """The keys of the answer, and those of the first send in it."""
        example, shown = self.example(heading), json.loads(told(sent, *words, "--json").stdout)
        assert example.keys() == shown.keys()
        for first, second in zip(example.get("sends", [])[:1], shown.get("sends", []), strict=True):
            assert first.keys() == second.keys()

    @pytest.mark.parametrize(
        ("heading", "words"),
        [
            ("industries --json", ["industries", "4322"]),
            ("campaign next --json", ["campaign", "next", "virksomheder-viser-vejen"]),
            ("segments show --json", ["segments", "private-arbejdsgivere"]),
            ("segments diff --json", ["segments", "diff", "byggeri"]),
            ("subscribers why --json", ["subscribers", "why", "ADDRESS", "--issue", "2026-12"]),
            ("register show --json", ["register", "show"]),
            ("visit add --json", ["visit", "add", "01000004", "--yes", "--by", "anna-eksempel", "--next", "Ring"]),
            ("visits list --json", ["visits", "list", "--limit", "1"]),
            ("campaign report --format json", ["campaign", "report", "virksomheder-viser-vejen"]),
            ("campaign results --json", ["campaign", "results", "virksomheder-viser-vejen"]),
            ("campaign report --send --format json", ["campaign", "report", "virksomheder-viser-vejen", *SENDING]),
            ("events signups --json", ["events", "signups", "netvaerk-maj"]),
        ],
    )
    def test_of_the_register(self, sampled, heading, words):
        listed = told(sampled, "subscribers", "export", "-", "--columns", "address").stdout.splitlines()
        as_json = ["--format", "json"] if heading.endswith("--format json") else ["--json"]
        shown = told(sampled, *(listed[1] if word == "ADDRESS" else word for word in words), *as_json)
        assert keys(self.example(heading)) == keys(json.loads(shown.stdout))

    @pytest.mark.parametrize(
        ("heading", "words"),
        [
            ("events list --json", ["events", "list"]),
            ("events show --json", ["events", "show", "erfaringsmoede-2027"]),
        ],
    )
    def test_of_events(self, starter, monkeypatch, heading, words):
        monkeypatch.setenv("NEWSLETTER_NOW", "2027-05-20T08:00:00+02:00")  # the last meeting that is planned
        assert keys(self.example(heading)) == keys(json.loads(told(starter, *words, "--json").stdout))


def test_a_companys_json_has_the_keys_it_is_shown_with():
    example = json.loads(TOUR.split("### companies show --json\n")[1].split("```json\n")[1].split("```")[0])
    assert list(example) == list(CompanyFacts.__annotations__)
    assert list(example["timeline"][0]) == list(Happened.__annotations__)


def told(root, *words, **environment):
    return CliRunner().invoke(main, ["--workspace", str(root), *words], env=environment)


def keys(answer):
    """The keys of an answer, or of the first line of one that is a list, and those of the first line in each list."""
    first = answer[0] if isinstance(answer, list) else answer
    inner = {
        key: list(value[0]) for key, value in first.items() if value and isinstance(value, list) and key != "reasons"
    }
    return list(first), {key: names for key, names in inner.items() if isinstance(first[key][0], dict)}


class TestSchemas:
    """Editors complete by them: what newsletter reads, they take."""

    SETTINGS: ClassVar = json.loads((REPOSITORY / ".vscode/settings.json").read_text("utf-8"))["yaml.schemas"]

    def test_the_editor_knows_them_all(self):
        assert set(self.SETTINGS) == {f"docs/schemas/{name}.json" for name in write_docs.KINDS}

    @pytest.mark.parametrize("name", write_docs.KINDS)
    def test_our_own_files_fit(self, name):
        path = f"docs/schemas/{name}.json"
        schema = json.loads((REPOSITORY / path).read_text("utf-8"))
        files = [file for file in list_files(REPOSITORY) if fnmatch(file, self.SETTINGS[path])]
        assert files
        for file in files:
            text = (REPOSITORY / file).read_text("utf-8")
            data = yaml.load(text.split("---\n")[1] if file.endswith(".md") else text, Core)
            assert list(faults(data, schema, schema)) == [], file

    def test_what_is_wrong_does_not_fit(self):
        schema = json.loads(PAGES[REPOSITORY / "docs/schemas/segments.json"])
        assert list(faults({"a": {"title": "A", "where": {"industri": "F"}}}, schema, schema))
        assert list(faults({"a": {"title": "A"}}, schema, schema))
        assert list(faults({"a": {"title": "A", "where": {"size": "3-4"}}}, schema, schema))


class Core(yaml.SafeLoader):
    """YAML 1.2 as editors read it: dates are texts, and yes and no too."""

    yaml_implicit_resolvers: ClassVar = {
        sign: [(tag, pattern) for tag, pattern in resolvers if tag.rsplit(":", 1)[1] in ("int", "float", "null")]
        for sign, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


TYPES = {
    "string": str,
    "object": dict,
    "array": list,
    "null": type(None),
    "boolean": bool,
    "integer": int,
    "number": (int, float),
}
TRUTHS = {"true": True, "false": False}


def faults(value, schema, whole):
    """What of a value does not fit, by the parts of JSON Schema that we use."""
    if "$ref" in schema:
        yield from faults(value, whole["$defs"][schema["$ref"].rsplit("/", 1)[1]], whole)
    if "anyOf" in schema and all(list(faults(value, each, whole)) for each in schema["anyOf"]):
        yield f"{value!r} fits none"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{value!r} is none of {schema['enum']}"
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    value = TRUTHS.get(value, value) if kinds == ["boolean"] and isinstance(value, str) else value
    if kinds and not any(isinstance(value, TYPES[kind]) for kind in kinds):
        yield f"{value!r} is no {kinds}"
    elif isinstance(value, dict):
        yield from _object_faults(value, schema, whole)
    elif isinstance(value, list):
        for each in value:
            yield from faults(each, schema.get("items", {}), whole)
    elif isinstance(value, str) and not re.search(schema.get("pattern", ""), value):
        yield f"{value!r} has another form"


def _object_faults(value, schema, whole):
    known, more = schema.get("properties", {}), schema.get("additionalProperties", True)
    yield from (f"{key} is missing" for key in schema.get("required", []) if key not in value)
    for key, each in value.items():
        if key in known:
            yield from faults(each, known[key], whole)
        elif isinstance(more, dict):
            yield from faults(each, more, whole)
        elif more is False and not schema.get("patternProperties"):
            yield f"{key} is not known"


@pytest.mark.parametrize("page", sorted((REPOSITORY / "docs").glob("*.md")), ids=lambda page: page.name)
def test_links_between_the_pages_lead_somewhere(page):
    text = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text("utf-8"), flags=re.DOTALL)
    targets = [target for target in re.findall(r"\]\(([^)#\s]+)", text) if not re.match(r"\w+:", target)]
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_the_tour_shows_what_is_there():
    assert set(re.findall(r"^newsletter (\w+)", TOUR, re.MULTILINE)) == set(COMMANDS)
