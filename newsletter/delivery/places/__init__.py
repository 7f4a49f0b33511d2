"""Mails about one's own place at an event: a seat, the waiting list, signed off, called off."""

from newsletter.delivery.places.sending import free_seats, tell_guests

__all__ = ["free_seats", "tell_guests"]
