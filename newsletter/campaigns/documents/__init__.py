"""A report as files for people: an accessible page, a workbook, a page for the committee, the final report."""

from newsletter.campaigns.documents.page import html_page
from newsletter.campaigns.documents.papers import final_report, one_pager
from newsletter.campaigns.documents.workbook import workbook

__all__ = ["final_report", "html_page", "one_pager", "workbook"]
