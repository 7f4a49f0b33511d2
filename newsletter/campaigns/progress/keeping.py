"""Whether next steps are taken in time: visit by visit, by consultant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, func, not_, or_, select

from newsletter.store.tables import follow_ups, visits

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection

    from newsletter.campaigns.progress.window import Window


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """Of some visits with a next step: how many count by now, how many were kept, how many still wait, too late."""

    counted: int = 0
    kept: int = 0
    waiting: int = 0


def kept(connection: Connection, window: Window, within: int, *, mended: bool) -> dict[str, Kept]:
    """By consultant: visits whose next step was taken within so many days, of those that count by now.

    `mended` says that some visits put others right: their next steps may hang on either.
    """
    each = _each(window, within, mended=mended).subquery()
    over = each.c.visited_on <= window.as_of - timedelta(days=within)
    counts = and_(each.c.counts == 1, or_(each.c.done == 1, over))
    late = and_(counts, each.c.done == 0, each.c.open == 1)
    sums = (_sum(counts), _sum(and_(counts, each.c.done == 1)), _sum(late))
    rows = connection.execute(select(each.c.consultant, *sums).group_by(each.c.consultant))
    return {
        consultant: Kept(counted=counted, kept=done, waiting=waiting) for consultant, counted, done, waiting in rows
    }


def _each(window: Window, within: int, *, mended: bool) -> Any:
    """Each visit with a next step: whether one was done in time, whether any counts, whether any is open."""
    roots = _roots(window) if mended else None
    steps = _steps(window, roots)
    settled = and_(steps.c.settled_at.is_not(None), window.known(steps.c.settled_at))
    in_time = and_(settled, window.in_days(steps.c.settled_at, visits.c.visited_on, within))
    done = and_(steps.c.state == "done", in_time)
    counts = not_(and_(steps.c.state == "dropped", in_time))
    flags = (_any(done, "done"), _any(counts, "counts"), _any(not_(settled), "open"))
    rows = select(visits.c.consultant, visits.c.visited_on, *flags).select_from(_joined(steps, roots))
    return rows.where(window.met()).group_by(visits.c.id, visits.c.consultant, visits.c.visited_on)


def _steps(window: Window, roots: Any) -> Any:
    """The next steps that were known, each with the visit it began from."""
    table = follow_ups.c
    root, joined = (table.visit_id, follow_ups) if roots is None else _rooted(roots, follow_ups, table.visit_id)
    columns = (root.label("root"), table.state, table.settled_at)
    return select(*columns).select_from(joined).where(window.known(table.created_at)).subquery("steps")


def _joined(steps: Any, roots: Any) -> Any:
    root, joined = (visits.c.id, visits) if roots is None else _rooted(roots, visits, visits.c.id)
    return joined.join(steps, steps.c.root == root)


def _rooted(roots: Any, table: Any, visit: ColumnElement[Any]) -> tuple[Any, Any]:
    """The visit that another goes back to, or itself; and the table joined with where that stands."""
    each = roots.alias()
    return func.coalesce(each.c.root, visit), table.outerjoin(each, each.c.id == visit)


def _roots(window: Window) -> Any:
    """Visits that put others right, and the first of each row: a next step may hang on any of them."""
    put_right = (visits.c.campaign == window.basis.slug, visits.c.replaces_id.is_not(None))
    chain = select(visits.c.id, visits.c.replaces_id.label("root")).where(*put_right).cte("chain", recursive=True)
    earlier = visits.alias()
    further = select(chain.c.id, earlier.c.replaces_id).where(
        earlier.c.id == chain.c.root, earlier.c.replaces_id.is_not(None)
    )
    chain = chain.union(further)
    return select(chain.c.id, func.min(chain.c.root).label("root")).group_by(chain.c.id).cte("roots")


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _any(condition: ColumnElement[bool], name: str) -> Any:
    return func.max(case((condition, 1), else_=0)).label(name)
