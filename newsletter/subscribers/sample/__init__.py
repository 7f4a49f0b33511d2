"""A realistic register of invented companies and people, so that every command has something to show."""
