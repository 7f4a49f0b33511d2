"""Render an issue: its skeleton and its prose, cached apart, filled into pieces that every edition shares.

1. prose      each item's Markdown → one tree → HTML (styles inlined by structure) and plain text
2. shape      frame and blocks as the layout sees them, a token for every value
3. skeleton   Jinja2 → MJML → HTML, and Jinja2 → text, cut into pieces
4. fill       values into pieces, escaped for their place; pictures and inner links get their addresses
5. edition    the pieces an edition has, joined
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from newsletter.build.assets import ASSETS, Asset, assets_for
from newsletter.build.message import encode
from newsletter.build.prose import prose_of
from newsletter.content.issues import FOLDER_OF
from newsletter.layouts import skeleton
from newsletter.layouts.dates import Words
from newsletter.layouts.slots import Slots, fill, fill_reader, names, put, resolve
from newsletter.layouts.views import Scene, anchor, block_view, frame_view

if TYPE_CHECKING:
    from newsletter.build.cache import Cache
    from newsletter.build.compose import Composition
    from newsletter.build.editions import Edition
    from newsletter.workspace import Workspace

_WEB_URL = "{{ edition.web_url }}"
SAMPLE_PATHS = {"unsubscribe_url": "afmeld", "preferences_url": "indstillinger", "events_url": "arrangementer"}
"""Where a reader without a personal address is led, below the public address."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A piece with its values; only slots for the reader and the edition are left."""

    name: str
    medium: skeleton.Medium
    text: str


@dataclass(frozen=True, slots=True)
class Cut:
    """A piece as bytes, cut where the edition's address on the web stands."""

    name: str
    parts: tuple[bytes, ...]


@dataclass(frozen=True, kw_only=True)
class Letter:
    """An issue, rendered: the pieces its editions are made of."""

    email: tuple[Cut, ...]
    text: tuple[Cut, ...]
    web: tuple[Cut, ...]
    sample_email: tuple[Cut, ...]
    """The mail filled for the sample reader, as quoted-printable; `sample_text` likewise."""
    sample_text: tuple[Cut, ...]
    subject: str
    sample_subject: str
    sample: Mapping[str, str]
    """The sample reader's values."""
    assets: Mapping[str, Asset]


def write(pieces: Iterable[Cut], edition: Edition, web_url: bytes) -> bytes:
    """One edition out of a letter's pieces; its address is encoded as they are."""
    wanted = {f"block-{index}" for index in edition.blocks}
    return b"".join(
        web_url.join(piece.parts) for piece in pieces if piece.name in wanted or not piece.name.startswith("block-")
    )


def render(workspace: Workspace, composition: Composition, cache: Cache) -> Letter:
    """The letter of an issue. Raises Invalid for what is wrong in a layout."""
    slots = Slots()
    scene = _scene(workspace, composition, cache)
    shape = slots.shape(frame_view(scene))
    shape["blocks"] = [
        slots.shape(block_view(scene, shown.block, shown.items, shown.told)) for shown in composition.shown
    ]
    html, text = _skeletons(workspace, shape, cache)
    return _letter(workspace, composition, _fill(html, slots), _fill(text, slots), cache)


def sample_reader(workspace: Workspace) -> dict[str, str]:
    """Values of the reader's slots for nobody in particular."""
    settings = workspace.settings
    entry = workspace.items["contact"][settings.unit.entry].fields
    defaults = settings.reader
    return {
        "first_name": defaults.first_name,
        "name": defaults.name,
        "company": defaults.company,
        "contact": defaults.contact or entry.title,
        "contact_email": entry.email,
        **{name: f"{settings.public_url}/{path}" for name, path in SAMPLE_PATHS.items()},
    }


def _scene(workspace: Workspace, composition: Composition, cache: Cache) -> Scene:
    prose = prose_of([composition.issue, *composition.items.values()], workspace.prose_sheet, cache)
    return Scene(
        settings=workspace.settings,
        theme=workspace.theme,
        entry=workspace.items["contact"][workspace.settings.unit.entry],
        sent=composition.sent,
        words=Words(language=workspace.settings.language),
        issue=composition.issue,
        prose=lambda item: prose.get(item.source.path),
        targets={slug: (each.title, each.targets.visits.total) for slug, each in workspace.campaigns.items()},
        events=workspace.items["event"],
    )


def _skeletons(
    workspace: Workspace, shape: Mapping[str, Any], cache: Cache
) -> tuple[list[skeleton.Piece], list[skeleton.Piece]]:
    def make() -> list[Any]:
        html = skeleton.compile_html(workspace.templates, shape, workspace.settings.language)
        text = skeleton.compile_text(workspace.templates, shape)
        return [[piece.to_json() for piece in pieces] for pieces in (html, text)]

    html, text = cache.get_or("skeleton", [workspace.templates, shape], make)
    return [skeleton.Piece.from_json(each) for each in html], [skeleton.Piece.from_json(each) for each in text]


def _fill(pieces: Iterable[skeleton.Piece], slots: Slots) -> list[Filled]:
    return [Filled(piece.name, piece.medium, fill(piece.parts, slots.values)) for piece in pieces]


def _letter(
    workspace: Workspace, composition: Composition, html: list[Filled], text: list[Filled], cache: Cache
) -> Letter:
    left = set().union(*(names(piece.text) for piece in html))
    assets = assets_for(workspace, (name[len("asset.") :] for name in left if name.startswith("asset.")), cache)
    public = {name: f"{workspace.settings.public_url}/{ASSETS}/{quote(asset.name)}" for name, asset in assets.items()}
    local = {name: f"../../{ASSETS}/{quote(asset.name)}" for name, asset in assets.items()}
    items = {f"{FOLDER_OF[kind]}/{slug}": anchor(kind, slug) for kind, slug in composition.items}
    sample = sample_reader(workspace)
    email = _resolved(_in(html, "email"), _addresses(public, items, f"{_WEB_URL}#"))
    plain = _squeezed(_resolved(_in(text, "email"), _addresses(public, items, f"{_WEB_URL}#")))
    web = _resolved(_in(html, "web"), _addresses(local, items, "#"))
    subject = put(composition.issue.fields.subject, "plain")
    return Letter(
        email=_cut(email),
        text=_cut(plain),
        web=_cut(_for_sample(_as_page(web), sample)),
        sample_email=_cut(_for_sample(email, sample), encode),
        sample_text=_cut(_for_sample(plain, sample, plain=True), encode),
        subject=subject,
        sample_subject=fill_reader(subject, sample, plain=True),
        sample=sample,
        assets=assets,
    )


def _cut(pieces: Iterable[Filled], to_bytes: Callable[[str], bytes] = str.encode) -> tuple[Cut, ...]:
    return tuple(Cut(each.name, tuple(to_bytes(part) for part in each.text.split(_WEB_URL))) for each in pieces)


def _in(pieces: Iterable[Filled], medium: skeleton.Medium) -> list[Filled]:
    return [piece for piece in pieces if piece.medium in ("both", medium)]


def _addresses(assets: Mapping[str, str], items: Mapping[str, str], before_anchor: str) -> Callable[[str], str | None]:
    """What a slot of the build stands for: a picture's address, an item's place in the letter, a sign-up page."""

    def value_of(slot: str) -> str | None:
        space, _, name = slot.partition(".")
        if space == "asset":
            return assets.get(name)
        if space == "item" and name.startswith("sign-up/"):
            return f"{{{{ reader.events_url }}}}/{name.removeprefix('sign-up/')}"
        return before_anchor + items[name] if space == "item" and name in items else None

    return value_of


def _resolved(pieces: Iterable[Filled], value_of: Callable[[str], str | None]) -> tuple[Filled, ...]:
    return tuple(replace(piece, text=resolve(piece.text, value_of)) for piece in pieces)


def _as_page(pieces: Iterable[Filled]) -> tuple[Filled, ...]:
    """The web copy is a page, no article inside a mail program: its letter is the main landmark (WCAG 2.1, 1.3.1)."""
    return tuple(
        replace(
            piece, text=piece.text.replace(' aria-roledescription="email"', "").replace('role="article"', 'role="main"')
        )
        for piece in pieces
    )


def _squeezed(pieces: Iterable[Filled]) -> list[Filled]:
    """Plain text with one blank line where there were more, and one between pieces; empty pieces go."""
    squeezed = ((each, re.sub(r"\s*\n(?:[ \t]*\n)+", "\n\n", each.text).strip("\n")) for each in pieces)
    kept = [(each, text) for each, text in squeezed if text]
    ends = ["\n\n"] * (len(kept) - 1) + ["\n"]
    return [replace(each, text=text + end) for (each, text), end in zip(kept, ends, strict=True)]


def _for_sample(pieces: Iterable[Filled], sample: Mapping[str, str], *, plain: bool = False) -> tuple[Filled, ...]:
    return tuple(replace(piece, text=fill_reader(piece.text, sample, plain=plain)) for piece in pieces)
