"""The whole examination, check after check; one that cannot be made does not stop the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.delivery.doctor.case import Case
from newsletter.delivery.doctor.checks import CHECKS
from newsletter.delivery.doctor.resolver import Unanswered
from newsletter.delivery.doctor.results import Check, Result, Said, error, hint, ok, warning
from newsletter.problems import Invalid
from newsletter.settings import SETTINGS_FILE, read_settings

if TYPE_CHECKING:
    from newsletter.delivery.doctor.resolver import Resolver
    from newsletter.settings import Settings
    from newsletter.store.register import Register

Told = Callable[[str], None]
"""Called with what is being looked at."""


def examine(
    root: Path,
    environ: Mapping[str, str],
    now: datetime,
    *,
    find: Callable[[], Resolver | None] | None,
    told: Told = lambda _: None,
) -> list[Result]:
    """Everything that can be seen from here. `find` finds who answers for the DNS; None: nothing outside is asked."""
    try:
        settings = read_settings(root)
    except Invalid as invalid:
        return [
            _result("configuration", "settings", error(f"{each.place}: {each.text}", each.hint))
            for each in invalid.problems
        ]
    results = [_result("configuration", "settings", ok(f"{SETTINGS_FILE} is read: {settings.title}"))]
    with _register(root, settings) as (register, said):
        results += [_result("register", "opens", each) for each in said]
        told("resolver")
        resolver = find() if find else None
        case = Case(root=root, settings=settings, environ=environ, now=now, register=register, resolver=resolver)
        for check in _wanted(case, offline=find is None):
            told(check.topic)
            results += [_result(check.topic, check.code, each) for each in _looked(check, case)]
    return [*results, *(_result("DNS", "resolver", each) for each in _not_asked(case, offline=find is None))]


def _result(topic: str, code: str, said: Said) -> Result:
    return Result(topic=topic, code=code, level=said.level, seen=said.seen, cure=said.cure)


@contextmanager
def _register(root: Path, settings: Settings) -> Iterator[tuple[Register | None, list[Said]]]:
    """The register, and how opening it went."""
    from newsletter.store.register import find_register, open_register

    if find_register(root, settings) is None:
        cure = "make one: newsletter subscribers import FILE, or newsletter register sample to look around"
        yield None, [hint("there is no register yet", cure)]
        return
    try:
        register = open_register(root, settings)
    except Invalid as invalid:
        yield None, [error(each.text, each.hint) for each in invalid.problems]
        return
    except OSError as failed:
        yield None, [error(f"the register cannot be opened: {failed.strerror or failed}", "ask for permission to it")]
        return
    try:
        yield register, []
    finally:
        register.close()


def _wanted(case: Case, *, offline: bool) -> list[Check]:
    without = {"relay", "mailbox"} if offline else set()
    if case.resolver is None:
        without.add("resolver")
    return [check for check in CHECKS if check.asks not in without]


def _looked(check: Check, case: Case) -> Iterator[Said]:
    """What a check says; what stands in its way is said as well. While nothing is sent, the DNS stops nobody."""
    try:
        for said in check.look(case):
            soft = check.asks == "resolver" and said.level == "error" and not case.sends
            yield said._replace(level="warning") if soft else said
    except Unanswered as nothing:
        yield warning(f"{nothing}, so this could not be looked at", "try again; if it stays so, ask who runs the DNS")
    except OSError as failed:
        yield warning(f"could not be looked at: {failed.strerror or failed}", "ask for permission, then run it again")


def _not_asked(case: Case, *, offline: bool) -> Iterator[Said]:
    if offline:
        yield hint("not looked at: --offline", "run it without --offline to see the relay and the DNS")
    elif case.resolver is None:
        yield hint(
            "not looked at, no resolver", "run it where the DNS can be asked, or name a server: --resolver ADDRESS"
        )
