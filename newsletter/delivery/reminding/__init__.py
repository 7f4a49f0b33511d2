"""Reminding consultants by mail, once on a working day, of what they promised companies."""

from newsletter.delivery.reminding.chore import Reminders
from newsletter.delivery.reminding.sending import remind

__all__ = ["Reminders", "remind"]
