"""What companies ask us: who answers, until when, and how the promise was kept."""
