"""campaigns/: an effort with a period, targets, issues, events and visits."""
