"""From a sealed issue to each inbox, once: approving, planning, sending, what comes back."""
