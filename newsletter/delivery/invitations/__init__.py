"""Invitations that went out: what is in people's calendars by now, and who has it."""
