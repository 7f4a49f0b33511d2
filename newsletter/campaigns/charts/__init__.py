"""A report's charts: SVG for pages and documents, PNG for mails and slides."""

from newsletter.campaigns.charts.pictures import burn_up_png, industries_png

__all__ = ["burn_up_png", "industries_png"]
