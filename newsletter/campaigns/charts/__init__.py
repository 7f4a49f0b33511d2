"""A report's charts: SVG for pages and documents, PNG for mails and slides."""

from newsletter.campaigns.charts.form import SLIDE
from newsletter.campaigns.charts.pictures import CHARTS, chart_png, chart_svg

__all__ = ["CHARTS", "SLIDE", "chart_png", "chart_svg"]
