"""Where a campaign stands: what was promised, what is done, what was to be done by now, and whether it will make it."""
