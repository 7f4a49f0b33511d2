"""content/: items and issues; Markdown → one tree → HTML and plain text."""
