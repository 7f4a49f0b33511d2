"""layouts/: theme, skeleton (Jinja2 → MJML → HTML), prose styles, slots."""
