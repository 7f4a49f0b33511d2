"""What a layout sees of each block: plain values, ready to be shown. docs/layouts.md lists them.

A text, an address or a date is a value and becomes a token; numbers, truths and Fixed words are structure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from newsletter.campaigns.told import Told
from newsletter.content.items import Article, Contact, Event, Guide, Link, Photo, Scheme, Source, Story
from newsletter.layouts.dates import Words
from newsletter.layouts.events import event_view
from newsletter.layouts.slots import READER_SLOTS, Fixed, Later, Prose

if TYPE_CHECKING:
    from newsletter.content.issues import Block, Issue
    from newsletter.content.item import Item
    from newsletter.layouts.theme import Theme
    from newsletter.settings import Settings

View = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Scene:
    """What every view may need to know: who sends, when, and how an item's Markdown looks."""

    settings: Settings
    theme: Theme
    entry: Item[Contact]
    sent: datetime
    words: Words
    issue: Item[Issue]
    prose: Callable[[Item[Any]], Prose | None]
    targets: Mapping[str, tuple[str, int]]
    """Campaign → its title and promised visits."""
    events: Mapping[str, Item[Event]] = field(default_factory=dict)
    """All events: a year's experience meeting shows what the one before it promised."""


def frame_view(scene: Scene) -> View:
    """The values outside of the blocks: sender, contact, reader and edition slots, theme."""
    return house_view(scene.settings, scene.theme) | {
        "issue": {
            "subject": scene.issue.fields.subject,
            "preheader": scene.issue.fields.preheader,
            "month": scene.words.month(scene.sent),
        },
        "entry": contact_view(scene, scene.entry),
        "reader": {name: Later(f"reader.{name}") for name in READER_SLOTS},
        "edition": {"web_url": Later("edition.web_url")},
    }


def house_view(settings: Settings, theme: Theme) -> View:
    """What every mail may say of its sender, and the theme."""
    return {
        "lang": Fixed(settings.language),
        "theme": _fixed(theme.model_dump()) | {"logo": _picture(theme.logo.file, theme.logo.alt, theme.logo.width)},
        "newsletter": {"title": settings.title, "url": settings.public_url},
        "sender": {
            "name": settings.sender.name,
            "address": ", ".join(settings.sender.postal_address),
            "cvr": settings.sender.cvr,
            "email": settings.sender.reply_to or settings.sender.address,
            "mailto": f"mailto:{settings.sender.reply_to or settings.sender.address}",
            "unit": settings.unit.name,
        },
    }


def block_view(scene: Scene, block: Block, items: Sequence[Item[Any]], told: Told | None = None) -> View:
    """One block: its kind, its heading if it has one, and its items, own values, or what the register told."""
    maker = BLOCK_VIEWS.get(block.kind)
    view: View = {"kind": Fixed(block.kind), "title": block.title}
    if maker is not None:
        return view | maker(scene, block, told or Told())
    return view | {"entries": [item_view(scene, block.kind, item) for item in items]}


def item_view(scene: Scene, kind: str, item: Item[Any]) -> View:
    """One item: what all items have, and what its kind adds."""
    fields = item.fields
    common = {
        "anchor": anchor(kind, item.slug),
        "title": fields.title,
        "summary": fields.summary,
        "prose": scene.prose(item),
        "link": _link(fields.link),
    }
    return common | ITEM_VIEWS[kind](scene, item)


def anchor(kind: str, slug: str) -> str:
    """The id an item has in the letter."""
    return f"{kind}-{slug}"


def story_view(_scene: Scene, item: Item[Story]) -> View:
    """A role-model story."""
    story = item.fields
    return {
        "company": story.company.name,
        "town": story.company.town,
        "photo": _photo(story.photo),
        "quote": story.quote.model_dump() if story.quote else None,
        "example": story.example,
    }


def scheme_view(scene: Scene, item: Item[Scheme]) -> View:
    """A scheme's fact box."""
    scheme = item.fields
    return {
        "who": scheme.who,
        "economy": scheme.economy,
        "workload": scheme.workload,
        "steps": list(scheme.steps),
        "forms": [form.model_dump() for form in scheme.forms],
        "law": scheme.law,
        "checked_on": scene.words.day(scheme.checked_on),
        "valid_from": scene.words.day(scheme.valid_from) if scheme.valid_from else None,
        "valid_to": scene.words.day(scheme.valid_to) if scheme.valid_to else None,
        "source": _source(scheme.source),
    }


def article_view(scene: Scene, item: Item[Article]) -> View:
    """News, law and good advice."""
    article = item.fields
    return {
        "date": scene.words.day(article.date),
        "photo": _photo(article.photo),
        "source": _source(article.source) if article.source else None,
    }


def guide_view(scene: Scene, item: Item[Guide]) -> View:
    """A roadmap's steps."""
    guide = item.fields
    return {
        "steps": [step.model_dump() for step in guide.steps],
        "checked_on": scene.words.day(guide.checked_on),
        "source": _source(guide.source) if guide.source else None,
    }


def contact_view(_scene: Scene, item: Item[Contact]) -> View:
    """Somebody to turn to."""
    contact = item.fields
    return {
        "anchor": anchor("contact", item.slug),
        "title": contact.title,
        "summary": contact.summary,
        "role": contact.role,
        "email": contact.email,
        "mailto": f"mailto:{contact.email}",
        "phone": contact.phone,
        "tel": f"tel:{contact.phone.replace(' ', '')}" if contact.phone else None,
        "hours": contact.hours,
        "photo": _photo(contact.photo),
    }


def lead_view(scene: Scene, _block: Block, _told: Told) -> View:
    """The editor's opening text."""
    return {"prose": scene.prose(scene.issue)}


def progress_view(scene: Scene, block: Block, told: Told) -> View:
    """How far a campaign has come; `percent` is a whole number from 0 to 100, for the bar."""
    progress = block.progress
    assert progress is not None
    title, promised = scene.targets[progress.campaign]
    visited = progress.visited if progress.visited is not None else told.visited
    assert visited is not None
    return {
        "campaign": title,
        "visited": str(visited),
        "promised": str(promised),
        "percent": min(100, round(100 * visited / promised)) if promised else 100,
        "as_of": scene.words.day(progress.as_of),
    }


def names_view(scene: Scene, block: Block, told: Told) -> View:
    """Companies by name and town, and nothing else of them."""
    assert block.campaign is not None
    title, _ = scene.targets[block.campaign]
    return {"campaign": title, "companies": [{"name": each.company, "town": each.town} for each in told.companies]}


ITEM_VIEWS: dict[str, Callable[[Scene, Item[Any]], View]] = {
    "article": article_view,
    "contact": contact_view,
    "event": event_view,
    "guide": guide_view,
    "scheme": scheme_view,
    "story": story_view,
}
BLOCK_VIEWS: dict[str, Callable[[Scene, Block, Told], View]] = {
    "ambassadors": names_view,
    "call_to_action": lambda _scene, block, _told: _own(block.call_to_action),
    "companies": names_view,
    "divider": lambda _scene, _block, _told: {},
    "figure": lambda _scene, block, _told: _own(block.figure),
    "lead": lead_view,
    "progress": progress_view,
    "quote": lambda _scene, block, _told: _own(block.quote),
}


def _own(model: Any) -> View:
    own: View = model.model_dump()
    return {name: str(value) if isinstance(value, int) else value for name, value in own.items()}


def _fixed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _fixed(inner) for key, inner in value.items()}
    return Fixed(value) if isinstance(value, str) else value


def _picture(file: str, alt: str, width: int) -> View:
    return {"src": Later(f"asset.images/{file}"), "alt": alt, "width": width}


def _photo(photo: Photo | None) -> View | None:
    if photo is None:
        return None
    source = Later(f"asset.images/{photo.file}")
    told = {"alt": photo.alt, "described": bool(photo.alt), "caption": photo.alt.rstrip(". ")}
    return {"src": source, **told, "credit": photo.credit}


def _link(link: Link | None) -> View | None:
    return link.model_dump() if link else None


def _source(source: Source) -> View:
    return source.model_dump()
