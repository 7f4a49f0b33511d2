"""A small workspace for tests, and small hands to change it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsletter.content.item import Item, read_item
from newsletter.problems import Invalid, Problem
from newsletter.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable

REPOSITORY = Path(__file__).parents[1]

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
    "0000000a49444154789c6360000000020001e221bc330000000049454e44ae426082"
)

SETTINGS = """\
title: Nyt
public_url: https://nyt.example
sender:
  name: Virksomhedsservice
  address: nyt@kommune.example
  postal_address: [Torvet 1, 9999 Byen]
  cvr: "13748136"
unit:
  name: Virksomhedsservice
  entry: service
"""

THEME = """\
font: Arial, sans-serif
logo: {file: logo.png, alt: Kommunen, width: 100}
light:
"""

_COLOURS = """\
  page: "#ffffff"
  card: "#ffffff"
  text: "#111111"
  muted: "#333333"
  heading: "#0b5563"
  accent: "#0b5563"
  on_accent: "#ffffff"
  link: "#0b5563"
  soft: "#ffffff"
  line: "#cccccc"
"""

_DARK = (
    _COLOURS.replace("#ffffff", "#000000")
    .replace("#111111", "#eeeeee")
    .replace("#333333", "#dddddd")
    .replace("#0b5563", "#94d6df")
)

HTML = """\
<mjml lang="{{ lang }}" dir="ltr">
  <mj-head>
    <mj-title>{{ issue.subject }}</mj-title>
    <mj-preview>{{ issue.preheader }}</mj-preview>
  </mj-head>
  <mj-body width="{{ theme.width }}px">
    {{ piece("top", "email") }}
    <mj-section><mj-column><mj-text>
      <p><a href="{{ edition.web_url }}">Vis i browseren</a></p>
      <h1>{{ newsletter.title }}</h1>
    </mj-text></mj-column></mj-section>
    {{ piece("masthead", "both") }}
    <mj-section><mj-column>
      <mj-image src="{{ theme.logo.src }}" alt="{{ theme.logo.alt }}" width="{{ theme.logo.width }}px" />
    </mj-column></mj-section>
    {% for block in blocks %}
    {{ piece("block-" ~ loop.index0, "both") }}
    <mj-section><mj-column>
      <mj-text>
        {% if block.kind == "lead" %}<div>{{ block.prose }}</div>{% else %}
        {% for item in block.entries %}
        <h2 id="{{ item.anchor }}">{{ item.title }}</h2>
        <p>{{ item.summary }}</p>
        {% if item.prose %}<div>{{ item.prose }}</div>{% endif %}
        {% endfor %}
        {% endif %}
      </mj-text>
    </mj-column></mj-section>
    {% endfor %}
    {{ piece("foot", "both") }}
    <mj-section><mj-column><mj-text>
      <p>{{ sender.name }}, {{ sender.address }}, CVR {{ sender.cvr }}</p>
    </mj-text></mj-column></mj-section>
    {{ piece("why", "email") }}
    <mj-section><mj-column><mj-text>
      <p><a href="{{ reader.unsubscribe_url }}">Afmeld</a></p>
    </mj-text></mj-column></mj-section>
  </mj-body>
</mjml>
"""

TEXT = """\
{{ piece("top", "email", plain=True) }}
{{ newsletter.title }}
{{ edition.web_url }}
{% for block in blocks %}
{{ piece("block-" ~ loop.index0, "both", plain=True) }}
{% if block.kind == "lead" %}
{{ block.prose }}
{% else %}
{% for item in block.entries %}
{{ item.title }}
{{ item.summary }}
{% if item.prose %}
{{ item.prose }}
{% endif %}
{% endfor %}
{% endif %}
{% endfor %}
{{ piece("foot", "both", plain=True) }}
{{ sender.name }}, {{ sender.address }}
{{ reader.unsubscribe_url }}
"""

ARTICLE = """\
---
title: Nye regler
summary: Reglerne er nye.
date: 2027-01-02
tags: [lov]
---
Kort om reglerne.
"""

STORY = """\
---
title: Bageriet
summary: Bageriet turde begynde.
date: 2026-12-01
company: {name: Bageriet, industry: "10"}
consents:
  company: {given: 2026-11-01, by: Ejeren, scope: [newsletter, web], until: 2029-01-01}
  person: {given: 2026-11-01, by: Medarbejderen, scope: [newsletter, web], until: 2029-01-01}
---
Det begyndte med ti timer om ugen. I dag er det femten, og bageriet vil ikke undvære dem.
"""

SCHEME = """\
---
title: Fleksjob
summary: Et job på særlige vilkår.
who: Mennesker med varigt nedsat arbejdsevne.
economy: I betaler for de timer, der arbejdes.
workload: Et møde og en aftale.
steps: [Ring til os.]
valid_from: 2026-01-01
checked_on: 2026-12-15
source: {title: Loven}
---
Ring og hør mere om, hvordan I kommer i gang med et fleksjob, og hvad det koster jer.
"""

EVENT = """\
---
title: Morgenmøde
summary: Kom til kaffe.
start: 2027-01-14 08:30
end: 2027-01-14 10:00
place: {name: Rådhuset}
host: Virksomhedsservice
series: netvaerk
---
"""

GUIDE = """\
---
title: Fleksjob trin for trin
summary: Sådan gør I.
scheme: fleksjob
steps:
  - {title: Ring, who: I, when: Først, text: Ring til os.}
checked_on: 2026-12-15
---
"""

CONTACT = """\
---
title: Virksomhedsservice
summary: Jeres indgang.
role: Fælles indgang
email: service@kommune.example
---
"""

JANUARY = """\
---
subject: Nyt i januar fra kommunen
preheader: Læs om de nye regler, og kom til morgenmøde på rådhuset
send: 2027-01-05 09:00
campaign: besoeg
blocks:
  - lead: opening
  - articles: newest 2
  - story: bageriet
    only: [byggeri]
  - events: next 60 days
    except: [handel]
---
Hej {{ reader.first_name }}

Velkommen til et nyt år. Vi begynder det med nye regler, et godt råd og en kop kaffe på rådhuset.
"""

FEBRUARY = """\
---
subject: Nyt i februar fra kommunen
preheader: Læs om fleksjob og om et bageri, der turde begynde i det små
month: 2027-02
campaign: besoeg
blocks:
  - schemes: all
  - stories: newest 1 not yet used
---
"""

SEGMENTS = """\
byggeri:
  title: Bygge og anlæg
  where:
    industry: F
handel:
  title: Handel
  where:
    industry: G
begge:
  title: Begge
  where:
    any:
      - segment: byggeri
      - segment: handel
"""

CAMPAIGN = """\
title: Besøg
summary: Vi besøger 12 virksomheder.
period: {first: 2027-01-01, last: 2027-06-30}
owner: Lederen
audience: [begge]
schedule:
  on: first tuesday
  at: "09:00"
targets:
  visits:
    total: 12
issues:
  - {issue: 2027-01, role: Åbner}
"""

FILES: dict[str, str] = {
    "newsletter.yml": SETTINGS,
    "layouts/theme.yml": THEME + _COLOURS + "dark:\n" + _DARK,
    "layouts/prose.css": "p { margin: 0 0 16px; }\na { color: var(--link); }\n",
    "layouts/issue.mjml.j2": HTML,
    "layouts/text/issue.txt.j2": TEXT,
    "subscribers/segments.yml": SEGMENTS,
    "campaigns/besoeg.yml": CAMPAIGN,
    "content/articles/nye-regler.md": ARTICLE,
    "content/contacts/service.md": CONTACT,
    "content/events/morgenmoede.md": EVENT,
    "content/guides/trin.md": GUIDE,
    "content/issues/2027-01.md": JANUARY,
    "content/issues/2027-02.md": FEBRUARY,
    "content/schemes/fleksjob.md": SCHEME,
    "content/stories/bageriet.md": STORY,
}


def write_workspace(root: Path) -> Path:
    """Write the small workspace to a folder."""
    for path, text in FILES.items():
        put(root, path, text)
    put(root, "content/images/logo.png", PNG)
    return root


def put(root: Path, path: str, text: str | bytes) -> Path:
    """Write one file, with its folders."""
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


def edit(root: Path, path: str, old: str, new: str) -> None:
    """Replace `old`, which must stand in the file, by `new`."""
    text = (root / path).read_text("utf-8")
    assert old in text
    put(root, path, text.replace(old, new, 1))


def source(text: str, path: str = "x.yml") -> Source:
    """A file that was read."""
    return Source(path=path, text=text, digest="")


def item(folder: str, slug: str, text: str) -> Item[Any]:
    """A file of content/ that was read."""
    return read_item(source(text, f"content/{folder}/{slug}.md"), folder)


def problems_of(act: Callable[[], object]) -> tuple[Problem, ...]:
    """The problems that `act` meets; none when it goes well."""
    try:
        act()
    except Invalid as error:
        return error.problems
    return ()


def lines(problems: tuple[Problem, ...] | list[Problem]) -> list[str]:
    """Problems as `path:line:column code`."""
    return [f"{problem.place} {problem.code}" for problem in problems]
