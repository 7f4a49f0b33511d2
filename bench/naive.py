"""Against the same issue built naively: with Python's libraries, and with npm's MJML."""

from __future__ import annotations

import gc
import json
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

from byhand import ByHand
from editions import MEMORY, cold
from tables import Section, at_least, ms, section, show, table, times
from timing import Act, Rounds, Spent, forget, here
from workspaces import INDUSTRIES, Word, sealed, twelve_blocks

from newsletter.build.cache import Cache
from newsletter.build.compose import Composition, compose_all
from newsletter.build.editions import Edition, editions
from newsletter.build.pipeline import Builder
from newsletter.build.render import render, write
from newsletter.workspace import Reader, Workspace

NODE_SCRIPT = Path(__file__).parents[1] / "tests/node/bench_mjml.mjs"
_TOLD = f"""One issue of twelve blocks in {INDUSTRIES} editions, everything within one process each, imports done.

- **Ours** is all of `Builder.build()`: the workspace is read and validated, composed, rendered; each edition's HTML,
  plain text, .eml and copy for the web are made, checked and written. Cold: `build/` is empty, and memory holds
  nothing of a build before, no compiled template either. After one word: the builder of `--watch` builds again.
- **In memory** is the same on a memory disk, since the others write no files.
- **Ours, HTML alone** is what the others make: the mail's HTML of all editions, from the workspace read and composed.
- **Naive Python** makes the mail's HTML and nothing else: for each edition Python-Markdown on its texts, Jinja2, the
  MJML compiler on the whole with the texts in it (mjml-python), premailer on the whole page. The workspace is given to
  it read and composed. After one word it makes all {INDUSTRIES} again, with its templates compiled before.
- **npm's MJML** makes the same HTML in one node process: markdown-it on the texts of each edition, then mjml2html with
  the prose styles inlined by it. Jinja2's work is given to it. Cold: the first {INDUSTRIES} after the import. After one
  word: {INDUSTRIES} again, the compiler warmed up by two rounds before.

The targets are about the same work, HTML alone; the last column of each half holds the rival's HTML against our whole
build, with its checks, texts, mails, web copies and {INDUSTRIES * 4} files."""


def measure(rounds: int) -> Section:
    """Ours against naive builds of the same issue."""
    gc.set_threshold(100_000, 20, 20)  # as the commands have it, here for both sides
    light = MEMORY if MEMORY.is_dir() else None
    with (
        twelve_blocks(INDUSTRIES) as root,
        twelve_blocks(INDUSTRIES) as warm_root,
        twelve_blocks(INDUSTRIES, within=light) as light_root,
        twelve_blocks(INDUSTRIES, within=light) as light_warm_root,
    ):
        in_memory = _whole("light", light_root, light_warm_root) if light else {}
        acts = {**_whole("ours", root, warm_root), **in_memory, **_html_alone(root), **_naive(root)}
        found = Rounds(rounds, acts)
        node = [_node(root) for _ in range(max(1, rounds // 2))]
    npm = None if None in node else _medians([each for each in node if each])
    return section("Against naive builds", _TOLD, _table(found, npm), _versions(npm))


def _whole(name: str, root: Path, warm_root: Path) -> dict[str, Act]:
    """All that a build does."""
    word, builder = Word(warm_root), Builder(warm_root)
    sealed(builder.build())

    def again() -> Spent:
        word.change()
        return here(lambda: sealed(builder.build()))

    return {f"{name} cold": lambda: cold(root, INDUSTRIES), f"{name} again": again}


def _html_alone(root: Path) -> dict[str, Act]:
    reader, word, cache = Reader(), Word(root), Cache()

    def pages(kept: Cache) -> Spent:
        word.change()
        workspace, composition, made = _composed(reader, root)
        return here(lambda: _pages(workspace, composition, made, kept))

    def first() -> Spent:
        forget()
        return pages(Cache())

    return {"pages cold": first, "pages again": lambda: pages(cache)}


def _pages(workspace: Workspace, composition: Composition, made: tuple[Edition, ...], cache: Cache) -> list[str]:
    letter = render(workspace, composition, cache)
    return [write(letter.email, edition, b"https://nyt.example/").decode() for edition in made]


def _naive(root: Path) -> dict[str, Act]:
    reader, word = Reader(), Word(root)
    workspace, composition, made = _composed(reader, root)
    warm = ByHand(workspace, composition)
    warm.html(made[0])

    def pages(before: ByHand | None) -> Spent:
        word.change()
        workspace, composition, made = _composed(reader, root)
        by_hand = before.renewed(workspace, composition) if before else ByHand(workspace, composition)
        return here(lambda: [by_hand.html(edition) for edition in made])

    return {"naive cold": lambda: pages(None), "naive again": lambda: pages(warm)}


def _composed(reader: Reader, root: Path) -> tuple[Workspace, Composition, tuple[Edition, ...]]:
    workspace = reader.read(root)
    composition = compose_all(workspace)[0]["2026-12"]
    return workspace, composition, editions(composition)


def _node(root: Path) -> dict[str, Any] | None:
    """What the node process measured; None where it cannot run."""
    if not shutil.which("node"):
        return None
    workspace, composition, made = _composed(Reader(), root)
    by_hand, prose = ByHand(workspace, composition, inline=True), []

    def token(body: str) -> str:
        prose.append(body)
        return f"@@prose-{len(prose) - 1}@@"

    documents = [by_hand.mjml(edition, token) for edition in made]
    told = json.dumps({"documents": documents, "prose": prose, "warm": 2, "again": 3})
    answer = subprocess.run(["node", NODE_SCRIPT], input=told, capture_output=True, text=True, check=False)
    if answer.returncode:
        print(f"npm's MJML is left out, since node stops:\n{answer.stderr}", file=sys.stderr)
        return None
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


def _medians(node: list[dict[str, Any]]) -> dict[str, Any]:
    again = median(seconds for each in node for seconds in each["again"])
    return {**node[0], "cold": median(each["cold"] for each in node), "again": again}


def _table(found: Rounds, npm: dict[str, Any] | None) -> str:
    ours = {"ours": "**ours**, all that a build does", "light": "ours, in memory", "pages": "ours, HTML alone"}
    rows = [
        [title, ms(found.wall(f"{name} cold")), "", "", "", ms(found.wall(f"{name} again")), "", "", ""]
        for name, title in ours.items()
        if f"{name} cold" in found.spent
    ]
    naive = {when: found.wall(f"naive {when}") for when in ("cold", "again")}
    rows.append(
        ["naive Python", *_cells(found, naive["cold"], "cold", 10), *_cells(found, naive["again"], "again", 50)]
    )
    if npm:
        rows.append(["npm's MJML", *_cells(found, npm["cold"], "cold", 3), *_cells(found, npm["again"], "again", 20)])
    ratios = ["× HTML alone", "target", "× all of a build"]
    return table(["", "cold", *ratios, "after one word", *ratios], rows)


def _cells(found: Rounds, seconds: float, when: str, goal: float) -> list[str]:
    """A rival's time against ours: for the same work, which the target is about, and for all that a build does."""
    same, whole = (seconds / found.wall(f"{name} {when}") for name in ("pages", "ours"))
    return [ms(seconds), times(same), at_least(goal, same), times(whole)]


def _versions(npm: dict[str, Any] | None) -> str:
    libraries = ("Markdown", "Jinja2", "mjml-python", "premailer")
    named = [f"{library} {version(library)}" for library in libraries]
    named += [f"mjml {npm['mjml']}, markdown-it {npm['markdownIt']}, node {npm['node']}"] if npm else []
    return f"Versions: {', '.join(named)}."


if __name__ == "__main__":
    show(measure, rounds=6)
