"""What comes back: bounces, complaints, automatic answers and unsubscriptions by mail, and what they change."""

from newsletter.delivery.bounces.classify import Sighting, classify
from newsletter.delivery.bounces.verdict import Kind, Recipient, Verdict

__all__ = ["Kind", "Recipient", "Sighting", "Verdict", "classify"]
