"""Whom to visit next: a ranked list with its reasons, and how much each weighs."""
