"""subscribers/: segments by industry; the register of companies and people comes to live here."""
