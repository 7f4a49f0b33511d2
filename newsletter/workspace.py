"""The workspace: every file of it, read once and validated, with all problems found on the way."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from newsletter.campaigns.campaign import Campaign
from newsletter.content.issues import PLURALS, Issue
from newsletter.content.item import MODELS, Item, read_item
from newsletter.fields import Document, read_yaml, validate
from newsletter.inputs import WORKSPACE_FILE, Stat, list_files
from newsletter.layouts.skeleton import HTML_TEMPLATE, TEXT_TEMPLATE
from newsletter.layouts.theme import PROSE_FILE, THEME_FILE, Theme, prose_sheet
from newsletter.problems import Invalid, Place, Problem, guess
from newsletter.settings import Settings
from newsletter.source import Source, read_source
from newsletter.subscribers.segments import SEGMENTS_FILE, Segment, Segments

if TYPE_CHECKING:
    from pydantic import BaseModel

    from newsletter.content.items import Contact

IMAGES = "content/images/"
IMAGE_ENDINGS = (".gif", ".jpeg", ".jpg", ".png")
MAX_IMAGE_BYTES = 5_000_000


@dataclass(frozen=True, kw_only=True)
class Page:
    """A YAML file that has been read: what it says, and where."""

    value: Any
    source: Source
    document: Document


@dataclass(frozen=True, kw_only=True)
class Image:
    """A picture in content/images/ and the SHA-256 of its bytes."""

    path: str
    digest: str


@dataclass(frozen=True, kw_only=True)
class Workspace:
    """What the folders say. Items by kind (`story`) and short name; templates by path below layouts/."""

    root: Path
    settings: Settings
    theme: Theme
    prose_sheet: str
    segments: Mapping[str, Segment]
    campaigns: Mapping[str, Campaign]
    items: Mapping[str, Mapping[str, Item[Any]]]
    issues: Mapping[str, Item[Issue]]
    templates: Mapping[str, str]
    images: Mapping[str, Image]
    pages: Mapping[str, Page]
    """YAML files by path, for the places in them."""
    digests: Mapping[str, str]
    """Path of every file read → SHA-256 of its bytes."""
    broken: frozenset[str]
    """Paths of the files that could not be read."""
    problems: tuple[Problem, ...]


class Reader:
    """Reads workspaces; a file whose stat has not changed since the last time is not read again."""

    def __init__(self) -> None:
        self._memory: dict[str, tuple[Stat, Any]] = {}

    def read(self, root: Path) -> Workspace:
        """The workspace at `root`. Raises Invalid, with all problems, when a file that everything needs is broken."""
        return _Reading(root, dict(list_files(root)), self._memory).workspace()


def read_workspace(root: Path) -> Workspace:
    """The workspace at `root`, read afresh."""
    return Reader().read(root)


def read_contacts(root: Path) -> dict[str, Item[Contact]]:
    """The contacts alone, by short name, for what must go on while another file is broken; a broken one is left out."""
    found = {}
    for path in sorted((root / "content/contacts").glob("*.md")):
        with suppress(Invalid):
            item: Item[Any] = _read_item(root, path.relative_to(root).as_posix(), "contacts")
            found[item.slug] = item
    return found


@dataclass
class _Reading:
    """One pass over the files."""

    root: Path
    files: dict[str, Stat]
    memory: dict[str, tuple[Stat, Any]]
    problems: list[Problem] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    digests: dict[str, str] = field(default_factory=dict)
    pages: dict[str, Page] = field(default_factory=dict)

    def workspace(self) -> Workspace:
        misnamed = self._misnamed()
        self._misplaced()
        settings = self._page(WORKSPACE_FILE, Settings)
        theme = self._page(THEME_FILE, Theme)
        segments = self._page(SEGMENTS_FILE, Segments)
        sheet = self._sheet(theme)
        templates = self._templates()
        complete = not any(problem.severity == "error" for problem in self.problems)
        items = {kind: self._folder(folder) for folder, kind in PLURALS.items()}
        issues = self._folder("issues")
        campaigns = self._campaigns()
        images = self._images()
        self.problems.extend(misnamed)
        if not complete:
            raise Invalid(self.problems)
        assert sheet is not None
        return Workspace(
            root=self.root,
            settings=settings,
            theme=theme,
            prose_sheet=sheet,
            segments=segments.root,
            campaigns=campaigns,
            items=items,
            issues=issues,
            templates=templates,
            images=images,
            pages=self.pages,
            digests=self.digests,
            broken=frozenset(self.broken),
            problems=tuple(sorted(set(self.problems))),
        )

    def _keep(self, path: str, make: Callable[[], Any]) -> Any:
        """What `make` gives for a file, from memory while its stat is the same; None, with problems, when invalid."""
        stat = self.files.get(path)
        known, value = self.memory.get(path, (None, None))
        if stat is None or stat != known:
            try:
                value = make()
            except Invalid as error:
                value = error
            if stat is not None:
                self.memory[path] = (stat, value)
        if isinstance(value, Invalid):
            self.problems.extend(value.problems)
            self.broken.add(path)
            return None
        assert value is not None
        self.digests[path] = _digest(value)
        return value

    def _page(self, path: str, model: type[BaseModel]) -> Any:
        page: Page | None = self._keep(path, lambda: _read_page(self.root, path, model))
        if page is None:
            return None
        self.pages[path] = page
        return page.value

    def _source(self, path: str) -> Source | None:
        source: Source | None = self._keep(path, lambda: read_source(self.root, path))
        return source

    def _sheet(self, theme: Theme | None) -> str | None:
        source = self._source(PROSE_FILE)
        if source is None or theme is None:
            return None
        try:
            return prose_sheet(source, theme)
        except Invalid as error:
            self.problems.extend(error.problems)
            return None

    def _templates(self) -> dict[str, str]:
        needed = {f"layouts/{name}" for name in (HTML_TEMPLATE, TEXT_TEMPLATE)}
        paths = needed.union(path for path in self._in("layouts/") if path.endswith(".j2"))
        sources = ((path, self._source(path)) for path in sorted(paths))
        return {path.removeprefix("layouts/"): source.text for path, source in sources if source}

    def _folder(self, folder: str) -> dict[str, Item[Any]]:
        paths = (path for path in self._in(f"content/{folder}/") if path.endswith(".md"))
        items = (self._keep(path, partial(_read_item, self.root, path, folder)) for path in paths)
        found: dict[str, Item[Any]] = {}
        for item in items:
            if item is not None and found.setdefault(item.slug, item) is not item:
                text = f"{found[item.slug].source.path} has the short name {item.slug!r} too"
                place = Place(item.source.path)
                self.problems.append(Problem.at(place, "doubled-name", text, "rename one of the two"))
        return found

    def _campaigns(self) -> dict[str, Campaign]:
        paths = [path for path in self._in("campaigns/") if _is_campaign(path)]
        values = ((PurePosixPath(path).stem, self._page(path, Campaign)) for path in paths)
        return {slug: value for slug, value in values if value is not None}

    def _images(self) -> dict[str, Image]:
        paths = [path for path in self._in(IMAGES) if path.lower().endswith(IMAGE_ENDINGS)]
        images = ((path, self._keep(path, partial(_read_image, self.root, path))) for path in paths)
        return {path.removeprefix(IMAGES): image for path, image in images if image is not None}

    def _in(self, folder: str) -> list[str]:
        return [path for path in self.files if path.startswith(folder)]

    def _misnamed(self) -> list[Problem]:
        """Files whose names hold signs that cannot be shown; they are not read."""
        problems = []
        for path in [path for path in self.files if not path.isprintable()]:
            del self.files[path]
            shown = "".join(sign if sign.isprintable() else "?" for sign in path)
            self.broken.add(shown)
            hint = "rename it: a-z, 0-9 and - only (æ is ae, ø is oe, å is aa)"
            text = "the file name holds a sign that cannot be shown"
            problems.append(Problem.at(Place(shown), "file-name", text, hint))
        return problems

    def _misplaced(self) -> None:
        """Missing folders, and files that stand where nobody reads them."""
        for folder in ("content", "layouts"):
            if not (self.root / folder).is_dir():
                hint = f"make the folder {folder}/, or run `newsletter init` for a workspace that has it"
                self.problems.append(Problem.at(Place(folder), "folder", f"the folder {folder}/ is missing", hint))
        for path in self._in("content/"):
            if (self.root / path).is_dir():
                text, hint = "a link to a folder is not followed", "put the files themselves here"
                self.problems.append(Problem.at(Place(path), "folder", text, hint, "warning"))
            else:
                self.problems.extend(_unread(path))
        for path in self._in("campaigns/"):
            if not _is_campaign(path):
                hint = "campaigns stand in campaigns/ itself and end in .yml"
                self.problems.append(Problem.at(Place(path), "unread-file", "the file is not read", hint, "warning"))


def _is_campaign(path: str) -> bool:
    return path.count("/") == 1 and path.endswith(".yml")


def _digest(read: Source | Image | Page | Item[Any]) -> str:
    return read.digest if isinstance(read, Source | Image) else read.source.digest


def _read_page(root: Path, path: str, model: type[BaseModel]) -> Page:
    source = read_source(root, path)
    document = read_yaml(source)
    return Page(value=validate(model, document), source=source, document=document)


def _read_item(root: Path, path: str, folder: str) -> Item[Any]:
    return read_item(read_source(root, path), folder)


def _unread(path: str) -> list[Problem]:
    """The problem of a file in content/ that no reader takes, if it is one."""
    _, folder, *rest = path.split("/")
    wanted = IMAGE_ENDINGS if folder == "images" else (".md",)
    if not rest:
        text, hint = "the file stands in no folder of its kind", f"move it into content/{'/, content/'.join(MODELS)}/"
    elif folder != "images" and folder not in MODELS:
        text, hint = f"no kind of content is called {folder!r}", guess(folder, [*MODELS, "images"])
    elif not path.lower().endswith(wanted):
        text, hint = "the file is not read", f"files here end in {' or '.join(wanted)}"
    else:
        return []
    return [Problem.at(Place(path), "unread-file", text, hint, "warning")]


def _read_image(root: Path, path: str) -> Image:
    try:
        data = (root / path).read_bytes()
    except OSError as error:
        hint = error.strerror or str(error)
        raise Invalid([Problem.at(Place(path), "file", "the picture cannot be read", hint)]) from error
    if len(data) > MAX_IMAGE_BYTES:
        hint = "make it smaller: 1200 pixels wide is enough"
        raise Invalid([Problem.at(Place(path), "file-size", "the picture is larger than 5 MB", hint)])
    return Image(path=path, digest=hashlib.sha256(data).hexdigest())
