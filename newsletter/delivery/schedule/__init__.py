"""When issues go out: wall clock, planned sends, grace, and the year."""

from newsletter.delivery.schedule.book import Due, due, missed, planned_for, start, unanswered, waiting
from newsletter.delivery.schedule.steady import Steady

__all__ = ["Due", "Steady", "due", "missed", "planned_for", "start", "unanswered", "waiting"]
