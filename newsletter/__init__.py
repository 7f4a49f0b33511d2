"""Markdown in, email-ready newsletters out: built, checked and sealed."""

__version__ = "0.1.0"
