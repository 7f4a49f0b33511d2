"""Working a send: batches from the ledger, mails out of templates, over as many connections as are allowed."""

from newsletter.delivery.sending.crew import Crew
from newsletter.delivery.sending.office import Office

__all__ = ["Crew", "Office"]
