"""A campaign's status by mail: to management, once a month by itself, or when somebody asks for it."""

from newsletter.delivery.reporting.chore import Statuses
from newsletter.delivery.reporting.sending import Occasion, by_hand, send_status

__all__ = ["Occasion", "Statuses", "by_hand", "send_status"]
