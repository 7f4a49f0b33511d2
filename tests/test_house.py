"""The house rules that a machine can hold."""

from __future__ import annotations

import ast
import re
from functools import cache

import pytest
from support import REPOSITORY

MODULES = sorted(path.relative_to(REPOSITORY).as_posix() for path in (REPOSITORY / "newsletter").rglob("*.py"))
SCRIPTS = sorted(path.relative_to(REPOSITORY).as_posix() for path in (REPOSITORY / "scripts").glob("*.py"))
MAX_LINES, MAX_FUNCTION, MEDIAN = 300, 50, 10
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@cache
def tree(path: str) -> ast.Module:
    return ast.parse((REPOSITORY / path).read_text("utf-8"))


def functions(path: str) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(tree(path)) if isinstance(node, FUNCTIONS)]


def length(node: ast.FunctionDef) -> int:
    return (node.end_lineno or 0) - node.lineno + 1


@pytest.mark.parametrize("path", [*MODULES, *SCRIPTS])
def test_a_file_has_at_most_300_lines(path):
    assert len((REPOSITORY / path).read_text("utf-8").splitlines()) <= MAX_LINES


@pytest.mark.parametrize("path", [*MODULES, *SCRIPTS])
def test_a_function_has_at_most_50_lines(path):
    assert [node.name for node in functions(path) if length(node) > MAX_FUNCTION] == []


def test_half_of_the_functions_have_at_most_10_lines():
    lengths = sorted(length(node) for path in MODULES for node in functions(path))
    assert lengths[len(lengths) // 2] <= MEDIAN
    assert lengths[len(lengths) * 9 // 10] <= 3 * MEDIAN


@pytest.mark.parametrize("path", MODULES)
def test_everything_public_says_what_it_is(path):
    public = [node for node in tree(path).body if is_public(node)]
    inside = [node for each in public if isinstance(each, ast.ClassDef) for node in each.body if is_public(node)]
    assert ast.get_docstring(tree(path))
    assert [node.name for node in [*public, *inside] if not ast.get_docstring(node)] == []


def is_public(node: ast.stmt) -> bool:
    return isinstance(node, (*FUNCTIONS, ast.ClassDef)) and not node.name.startswith("_")


@pytest.mark.parametrize("path", [path for path in MODULES if not path.startswith("newsletter/cli/")])
def test_nothing_below_the_commands_prints_asks_or_leaves(path):
    calls = {
        node.func.id for node in ast.walk(tree(path)) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert not calls & {"print", "input", "exit", "quit"}
    imports = {name.name for node in ast.walk(tree(path)) if isinstance(node, ast.Import) for name in node.names}
    froms = {node.module for node in ast.walk(tree(path)) if isinstance(node, ast.ImportFrom)}
    assert not {"click", "rich"} & (imports | froms)


@pytest.mark.parametrize("path", [path for path in MODULES if not path.startswith("newsletter/cli/")])
def test_nothing_below_the_commands_asks_what_day_it_is(path):
    text = (REPOSITORY / path).read_text("utf-8")
    assert not re.search(r"\b(today|now|utcnow)\(\)", text)


def shipped() -> list[str]:
    folders = ("campaigns", "content", "docs", "layouts", "newsletter", "scripts", "subscribers")
    endings = (".css", ".j2", ".json", ".md", ".mjs", ".py", ".svg", ".yml")
    found = [path for folder in folders for path in (REPOSITORY / folder).rglob("*") if path.suffix in endings]
    return [
        path.relative_to(REPOSITORY).as_posix() for path in [*found, REPOSITORY / "README.md", REPOSITORY / "Makefile"]
    ]


def test_no_path_of_anybodys_machine_stands_in_what_we_ship():
    machine = re.compile(r"/(?:home|Users|root|work)/\w|[A-Z]:\\\\Users")
    assert [path for path in shipped() if machine.search((REPOSITORY / path).read_text("utf-8"))] == []


def test_every_file_ends_in_one_line_break_and_no_line_in_spaces():
    for path in shipped():
        text = (REPOSITORY / path).read_text("utf-8")
        assert not text or text.endswith("\n"), path
        assert path.endswith(".j2") or not text.endswith("\n\n"), path
        assert "\r" not in text, path
        if path.endswith(".py"):
            assert not re.search(r"[ \t]$", text, re.MULTILINE), path
