"""subscribers/industries/: the user's own files from Danmarks Statistik, all of them optional."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from newsletter.inputs import INDUSTRIES_FOLDER
from newsletter.problems import Place, Problem
from newsletter.source import Source
from newsletter.subscribers.industries.key import Key, codes_within, matches
from newsletter.subscribers.industries.nomenclature import Name, Nomenclature, nomenclature
from newsletter.subscribers.industries.sheets import CODE, read_key, read_titles, source_of

DB25_FILE, DB07_FILE, KEY_FILE = (f"{INDUSTRIES_FOLDER}{name}.csv" for name in ("DB25", "DB07", "DB07-DB25"))


@dataclass(frozen=True, kw_only=True, eq=False)
class Industries:
    """What a workspace knows of industries, and what is wrong with its files."""

    db25: Nomenclature
    db07: Nomenclature
    key: Key | None
    problems: tuple[Problem, ...]

    def of(self, name: Name) -> Nomenclature:
        """The nomenclature of that name."""
        return self.db25 if name == "DB25" else self.db07

    def matches(self, code: str, company: Name, rule_code: str, rule: Name) -> bool:
        """Whether a company's code lies under a rule's, by way of the key where the nomenclatures differ."""
        return matches(code, company, rule_code, rule, self.key)

    def codes_within(self, rule_code: str, rule: Name) -> tuple[str, ...]:
        """The other nomenclature's codes that lie under a rule beyond doubt, sorted."""
        return codes_within(rule_code, rule, self.key)


def load(root: Path) -> Industries:
    """The nomenclatures with what the workspace's own files say. A bad file is a problem and never stops anything."""
    problems: list[Problem] = []
    db25, db07, key = nomenclature("DB25"), nomenclature("DB07"), None
    if not (root / INDUSTRIES_FOLDER).is_dir():
        return Industries(db25=db25, db07=db07, key=key, problems=())
    if source := _read(root, DB25_FILE, problems):
        db25, found = read_titles(source, "DB25")
        problems += found
    if source := _read(root, DB07_FILE, problems):
        db07, found = read_titles(source, "DB07")
        problems += found
    if source := _read(root, KEY_FILE, problems):
        key, found = read_key(source, db07, db25)
        problems += found
    return Industries(db25=db25, db07=db07, key=key, problems=tuple(sorted(problems)))


def _read(root: Path, path: str, problems: list[Problem]) -> Source | None:
    try:
        return source_of(path, (root / path).read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        text, hint = "the file cannot be read", error.strerror or str(error)
    except ValueError as error:
        text, _, hint = str(error).partition("; ")
    problems.append(Problem.at(Place(path), CODE, text, hint))
    return None
