"""Visits: what one is, written down, put right, taken back, listed, and read from lists."""
