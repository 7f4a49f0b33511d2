"""Growth: ten, a hundred and a thousand issues in one workspace."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from statistics import median

from processes import NEWSLETTER
from tables import Section, ms, section, show, table
from timing import Rounds, Spent, child, here
from workspaces import STORY, Word, bare

from newsletter.build.state import unchanged
from newsletter.inputs import list_files

SIZES = (10, 100, 1000)
_TOLD = (
    "Each issue has an article and a story of its own and shares a scheme, a contact and the layouts with the others. "
    "`newsletter build` as a process of its own: with an empty `build/`, with nothing changed, and with one word "
    "changed in one story. Memory is the highest the process had."
)
_ISSUE = """---
subject: Nyt nummer {number} til virksomheder
preheader: Læs om reglerne, og mød et bageri, der turde begynde i det små
send: {send}
blocks:
  - lead: opening
  - article: artikel-{number}
  - story: historie-{number}
  - scheme: fleksjob
  - contact: virksomhedsservice
---
Hej {{{{ reader.first_name }}}}

Dette er nummer {number}.
"""
_FIRST = datetime(2026, 11, 3, 9)  # noqa: DTZ001  # wall clock, as issues have it


def measure(rounds: int) -> Section:
    """Growth of a workspace to a thousand issues."""
    rows, walks = [], []
    for size in SIZES:
        with bare() as root:
            _grow(root, size)
            row, walk = _measured(root, size, rounds)
            rows.append(row)
            walks.append(walk)
    headings = ["issues", "files looked at", "cold", "each issue", "nothing changed", "one word changed"]
    headings += ["memory: cold", "nothing", "one word"]
    per_file = ", ".join(f"{seconds * 1e6:.1f} µs at {size}" for size, seconds in zip(SIZES, walks, strict=True))
    after = (
        f"Seeing that nothing has changed, without the process around it, takes for each file looked at: {per_file} "
        f"issues. {_linear(walks)}"
    )
    return section("Growth", _TOLD, table(headings, rows), after)


def _linear(walks: list[float]) -> str:
    grows = walks[-1] / walks[-2]
    return f"From {SIZES[-2]} to {SIZES[-1]} issues the time per file grows {grows:.2f} × (1 would be linear)."


def _measured(root: Path, size: int, rounds: int) -> tuple[list[str], float]:
    """The row of one size, and seconds per file of the warm look."""
    cold = child([NEWSLETTER, "build"], root)
    word = Word(root, "content/stories/historie-1.md")

    def changed() -> Spent:
        word.change()
        return child([NEWSLETTER, "build"], root)

    found = Rounds(rounds, {"changed": changed, "same": lambda: child([NEWSLETTER, "build"], root)})
    files = len(list_files(root)) + sum(path.is_file() for path in (root / "build").rglob("*"))
    row = [str(size), str(files), ms(cold.wall), ms(cold.wall / size)]
    row += [ms(found.wall("same")), ms(found.wall("changed"))]
    row += [_megabytes([cold]), _megabytes(found.spent["same"]), _megabytes(found.spent["changed"])]
    return row, _look(root, rounds) / files


def _megabytes(spent: list[Spent]) -> str:
    return f"{median(each.peak for each in spent) / 1e6:.0f} MB"


def _look(root: Path, rounds: int) -> float:
    """Seconds to see that nothing has changed."""

    def look() -> None:
        if unchanged(root, root / "build", ()) is None:
            raise RuntimeError("something has changed")

    return Rounds(max(3, rounds), {"look": lambda: here(look)}).wall("look")


def _grow(root: Path, size: int) -> None:
    story = (root / STORY).read_text("utf-8").replace("until: 2027", "until: 2029")
    article = (root / "content/articles/det-aendrede-sig-i-2026.md").read_text("utf-8")
    for number in range(1, size + 1):
        send = _FIRST + timedelta(hours=2 * number)
        texts = {
            f"issues/nummer-{number}": _ISSUE.format(number=number, send=send.isoformat(" ", "minutes")),
            f"articles/artikel-{number}": article.replace("\n---\n", f"\n---\nNummer {number}. ", 1),
            f"stories/historie-{number}": story.replace("\n---\n", f"\n---\nNummer {number}. ", 1),
        }
        for name, text in texts.items():
            (root / f"content/{name}.md").write_text(text, "utf-8")


if __name__ == "__main__":
    show(measure, rounds=3)
