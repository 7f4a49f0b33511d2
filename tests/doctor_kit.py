"""A case for the doctor, and somebody who answers for the DNS."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from register_kit import NOW
from support import SETTINGS, put

from newsletter.delivery.doctor.case import Case
from newsletter.delivery.doctor.resolver import Unanswered
from newsletter.settings import read_settings

if TYPE_CHECKING:
    from pathlib import Path

SMTP = "delivery:\n  transport: smtp\n"


@dataclass
class FakeDns:
    """Answers out of a dict of `name KIND`; anything else is not there. `silent` names get no answer."""

    records: dict[str, Any] = field(default_factory=dict)
    silent: tuple[str, ...] = ()
    asked: list[str] = field(default_factory=list)

    def _of(self, name: str, kind: str) -> tuple[Any, ...]:
        self.asked.append(f"{name} {kind}")
        if name in self.silent:
            raise Unanswered(f"the DNS gave no answer for {name} ({kind})")
        found = self.records.get(f"{name} {kind}", ())
        return tuple(found) if isinstance(found, list | tuple) else (found,)

    def txt(self, name: str) -> tuple[str, ...]:
        return self._of(name, "TXT")

    def mx(self, name: str) -> tuple[tuple[int, str], ...]:
        return tuple(enumerate(self._of(name, "MX")))

    def addresses(self, name: str) -> tuple[str, ...]:
        return self._of(name, "A")

    def names(self, address: str) -> tuple[str, ...]:
        return self._of(address, "PTR")


def a_case(
    root: Path,
    more: str = "",
    *,
    dns: FakeDns | dict[str, Any] | None = None,
    relay: tuple[str, ...] = (),
    **facts: Any,
) -> Case:
    """A workspace with these lines more in newsletter.yml; the relay has these addresses."""
    put(root, "newsletter.yml", SETTINGS + more)
    settings = read_settings(root)
    resolver = FakeDns(dns) if isinstance(dns, dict) else dns
    values = {"environ": {}, "now": NOW, "resolver": resolver, "patience": 5.0, **facts}
    case = Case(root=root, settings=settings, **values)
    case.__dict__["relay_addresses"] = relay
    return case


def said(found: Any) -> list[str]:
    """`level: what was seen` of each."""
    return [f"{each.level}: {each.seen}" for each in found]


def levels(found: Any) -> list[str]:
    """How bad each is."""
    return [each.level for each in found]
