"""How long things are kept: months as people count them."""

from __future__ import annotations

from calendar import monthrange
from datetime import datetime

_YEAR = 12


def months_after(moment: datetime, months: int) -> datetime:
    """So many months later (earlier, when negative): the same day, or the last one of a shorter month."""
    years, month = divmod(moment.year * _YEAR + moment.month - 1 + months, _YEAR)
    month += 1
    return moment.replace(year=years, month=month, day=min(moment.day, monthrange(years, month)[1]))
