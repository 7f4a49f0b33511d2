"""`newsletter run`: the one long process. It starts what is due, sends, tries again, and reads what comes back."""

from newsletter.delivery.running.loop import Loop
from newsletter.delivery.running.scheduler import Scheduler

__all__ = ["Loop", "Scheduler"]
