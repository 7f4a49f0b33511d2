"""checks/: one rule, one function, one code. docs/checks.md is written from the list in rules.py."""
