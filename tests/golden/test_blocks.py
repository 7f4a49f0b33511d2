"""A folder for each kind of block: the block, its item, and the HTML and text the repository's own theme makes of it.

`event.cancelled` is a case of `event`.

After a change that is meant: `UPDATE_GOLDEN=1 make test ARGS=tests/golden`, then read the difference before committing.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from support import REPOSITORY, put

from newsletter.build.cache import Cache
from newsletter.build.compose import compose_all
from newsletter.build.render import Cut, render
from newsletter.campaigns.results.values import Named
from newsletter.campaigns.told import SHOWN_IN, Told
from newsletter.content.issues import BLOCK_KEYS, FOLDER_OF, PLURALS
from newsletter.workspace import read_workspace

HERE = Path(__file__).parent
KINDS = sorted(path.name for path in HERE.iterdir() if (path / "block.yml").exists())
NAMES = Told(
    companies=(
        Named(company="Bageriet & Søn", town="Byen", results=(1,)),
        Named(company='Smeden "Gløden"', town=None, results=(2, 3)),
    )
)
ISSUE = """\
---
subject: Nyt i januar
preheader: Læs om de nye regler, og kom til morgenmøde på rådhuset
send: 2027-01-05 09:00
blocks:
  - {block}
---
Hej {{{{ reader.first_name }}}}

Velkommen til et **nyt** år hos "os" - og {{{{ reader.company }}}}.
"""


def test_every_kind_of_block_has_its_folder() -> None:
    assert {name.partition(".")[0] for name in KINDS} == set(BLOCK_KEYS) - set(PLURALS)


def piece(pieces: tuple[Cut, ...]) -> str:
    """The only block of the letter, with a line for each tag so that differences can be read."""
    (block,) = (each for each in pieces if each.name == "block-0")
    return b"{{ edition.web_url }}".join(block.parts).decode()


@pytest.mark.parametrize("kind", KINDS)
def test_block(root: Path, kind: str) -> None:
    folder = HERE / kind
    for path in (root / "content/issues").glob("*.md"):
        path.unlink()
    shutil.rmtree(root / "layouts")
    shutil.copytree(REPOSITORY / "layouts", root / "layouts")
    block = (folder / "block.yml").read_text("utf-8").strip().replace("\n", "\n    ")
    put(root, "content/issues/2027-01.md", ISSUE.format(block=block))
    for file in sorted(folder.glob("*.md")):  # the item, and one it names
        name = "golden" if file.stem == "item" else file.stem
        put(root, f"content/{FOLDER_OF[kind.partition('.')[0]]}/{name}.md", file.read_text("utf-8"))
    workspace = read_workspace(root)
    compositions, problems = compose_all(workspace)
    assert [*workspace.problems, *problems] == []
    composition = compositions["2027-01"]
    if kind in SHOWN_IN:
        composition = replace(composition, shown=(replace(composition.shown[0], told=NAMES),))
    letter = render(workspace, composition, Cache())
    made = {"email.html": piece(letter.email).replace("><", ">\n<"), "email.txt": piece(letter.text)}
    for name, text in made.items():
        if os.environ.get("UPDATE_GOLDEN"):
            (folder / name).write_text(text, "utf-8")
        assert text == (folder / name).read_text("utf-8")
