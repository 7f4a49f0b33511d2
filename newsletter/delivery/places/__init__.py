"""Mails about one's own place at an event: a seat, the waiting list, signed off, called off."""

from newsletter.delivery.places.sending import tell_guests

__all__ = ["tell_guests"]
