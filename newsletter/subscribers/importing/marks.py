"""What a list says a company wants to read about, needs, and is a member of. What was there before stays."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING
from unicodedata import normalize

from sqlalchemy import select

from newsletter.store.tables import company_interests, company_needs, network_members, networks
from newsletter.subscribers.importing.firms import Key, key_of
from newsletter.subscribers.importing.rows import Subscriber
from newsletter.subscribers.inserts import insert_into

if TYPE_CHECKING:
    from newsletter.subscribers.importing.bulk import Bulk
    from newsletter.subscribers.importing.outcome import Outcome

_LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})


class Marks:
    """The marks of one chunk's rows."""

    def __init__(self, bulk: Bulk) -> None:
        self.bulk = bulk

    def take(
        self, rows: Iterable[Subscriber], firms: Mapping[Key, int], persons: Mapping[str, int], counts: Outcome
    ) -> None:
        """Write the marks that are new; count the rows whose marks belong to no company."""
        marked = [row for row in rows if row.interests or row.needs or row.networks]
        homed = [(firms[key], row) for row in marked if (key := key_of(row)) is not None]
        counts.homeless += len(marked) - len(homed)
        interests = {(company, word): None for company, row in homed for word in row.interests or ()}
        counts.marks += self.bulk.insert(company_interests, ("company_id", "interest"), [*interests])
        needs = {(company, word): None for company, row in homed for word in row.needs or ()}
        counts.marks += self.bulk.insert(company_needs, ("company_id", "need"), [*needs])
        counts.marks += self._members([(company, row) for company, row in homed if row.networks], persons)

    def _members(self, homed: list[tuple[int, Subscriber]], persons: Mapping[str, int]) -> int:
        titles = {slug_of(title): title for _, row in homed for title in row.networks or ()}
        numbers = self._networks({slug: title for slug, title in titles.items() if slug})
        members = {
            (numbers[slug], company): persons.get(row.address.key) if row.address else None
            for company, row in reversed(homed)
            for title in row.networks or ()
            if (slug := slug_of(title))
        }
        rows = [(*pair, person) for pair, person in members.items()]
        return self.bulk.insert(network_members, ("network_id", "company_id", "person_id"), rows)

    def _networks(self, titles: Mapping[str, str]) -> dict[str, int]:
        """The number of each network; made when it is new."""
        if not titles:
            return {}
        connection = self.bulk.connection
        rows = [{"slug": slug, "title": title} for slug, title in sorted(titles.items())]
        connection.execute(insert_into(connection, networks).on_conflict_do_nothing(), rows)
        known = select(networks.c.slug, networks.c.id).where(networks.c.slug.in_([*titles]))
        return {row.slug: row.id for row in connection.execute(known)}


def slug_of(title: str) -> str:
    """The short name that segments know a network by: `Netværk Nord` is netvaerk-nord."""
    plain = normalize("NFKD", title.lower().translate(_LETTERS))
    return re.sub(r"[^a-z0-9]+", "-", re.sub(r"[\u0300-\u036f]", "", plain)).strip("-")
