"""Every rule there is. docs/checks.md is written from this list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newsletter.checks import contrast, freshness, headings, inbox, links, personal_data, pictures, privacy, wording
from newsletter.checks.rule import Rule

if TYPE_CHECKING:
    from pathlib import Path

    from newsletter.checks.subjects import EditionSubject, IssueSubject, ItemSubject, ShownSubject, ThemeSubject

ITEM_RULES: tuple[Rule[ItemSubject], ...] = (
    Rule(code="cpr-number", severity="error", scope="item", check=privacy.cpr_number),
    Rule(code="control-character", severity="error", scope="item", check=wording.control_character),
    Rule(code="unknown-slot", severity="error", scope="item", check=wording.unknown_slot),
    Rule(code="raw-html", severity="warning", scope="item", check=wording.raw_html),
    Rule(code="term", severity="warning", scope="item", check=wording.term),
    Rule(code="undated-figure", severity="warning", scope="item", check=wording.undated_figure),
    Rule(code="alt-missing", severity="error", scope="item", check=pictures.alt_missing),
    Rule(code="alt-file-name", severity="warning", scope="item", check=pictures.alt_file_name),
    Rule(code="picture-unknown", severity="error", scope="item", check=pictures.picture_unknown),
    Rule(code="picture-elsewhere", severity="warning", scope="item", check=pictures.picture_elsewhere),
    Rule(code="link-text", severity="error", scope="item", check=links.link_text),
    Rule(code="link-same-text", severity="warning", scope="item", check=links.link_same_text),
    Rule(code="link-empty", severity="error", scope="item", check=links.link_empty),
    Rule(code="link-insecure", severity="warning", scope="item", check=links.link_insecure),
    Rule(code="link-placeholder", severity="error", scope="item", check=links.link_placeholder),
    Rule(code="link-relative", severity="error", scope="item", check=links.link_relative),
    Rule(code="heading-order", severity="error", scope="item", check=headings.heading_order),
    Rule(code="heading-empty", severity="error", scope="item", check=headings.heading_empty),
)

SHOWN_RULES: tuple[Rule[ShownSubject], ...] = (
    Rule(code="consent-missing", severity="error", scope="shown", check=privacy.consent_missing),
    Rule(code="consent-expired", severity="error", scope="shown", check=privacy.consent_expired),
    Rule(code="consent-later", severity="error", scope="shown", check=privacy.consent_later),
    Rule(code="scheme-expired", severity="error", scope="shown", check=freshness.scheme_expired),
    Rule(code="scheme-not-yet", severity="warning", scope="shown", check=freshness.scheme_not_yet),
    Rule(code="scheme-unchecked", severity="warning", scope="shown", check=freshness.scheme_unchecked),
    Rule(code="event-past", severity="warning", scope="shown", check=freshness.event_past),
    Rule(code="event-clock", severity="error", scope="shown", check=freshness.event_clock),
    Rule(code="link-unknown-item", severity="error", scope="shown", check=links.link_unknown_item),
)

ISSUE_RULES: tuple[Rule[IssueSubject], ...] = (
    Rule(code="subject-length", severity="warning", scope="issue", check=inbox.subject_length),
    Rule(code="subject-too-long", severity="error", scope="issue", check=inbox.subject_too_long),
    Rule(code="preheader-length", severity="warning", scope="issue", check=inbox.preheader_length),
    Rule(code="preheader-repeats", severity="warning", scope="issue", check=inbox.preheader_repeats),
    Rule(code="soft-hyphen", severity="error", scope="issue", check=inbox.soft_hyphen),
)

LETTER_RULES: tuple[Rule[EditionSubject], ...] = (
    Rule(code="style-size", severity="error", scope="letter", check=inbox.style_size),
    Rule(code="unresolved-token", severity="error", scope="letter", check=inbox.unresolved_token),
    Rule(code="unsubscribe-missing", severity="error", scope="letter", check=inbox.unsubscribe_missing),
    Rule(code="postal-address-missing", severity="error", scope="letter", check=inbox.postal_address_missing),
)

EDITION_RULES: tuple[Rule[EditionSubject], ...] = (
    Rule(code="html-size", severity="warning", scope="edition", check=inbox.html_size),
    Rule(code="html-clipped", severity="error", scope="edition", check=inbox.html_clipped),
    Rule(code="text-missing", severity="error", scope="edition", check=inbox.text_missing),
    Rule(code="shown-twice", severity="error", scope="edition", check=inbox.shown_twice),
)

THEME_RULES: tuple[Rule[ThemeSubject], ...] = (
    Rule(code="contrast", severity="error", scope="theme", check=contrast.contrast),
)

WORKSPACE_RULES: tuple[Rule[Path], ...] = (
    Rule(code="personal-data", severity="error", scope="workspace", check=personal_data.kept_from_git),
)

RULES: tuple[Rule[Any], ...] = (
    *ITEM_RULES,
    *SHOWN_RULES,
    *ISSUE_RULES,
    *LETTER_RULES,
    *EDITION_RULES,
    *THEME_RULES,
    *WORKSPACE_RULES,
)
