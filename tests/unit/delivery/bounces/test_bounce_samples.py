"""Our own samples, in the forms of many servers; and what servers reply, line by line."""

from __future__ import annotations

import pytest
from bounces_kit import SAMPLES, labels, sample

from newsletter.delivery.bounces import Kind, classify
from newsletter.delivery.bounces.judge import judge
from newsletter.delivery.bounces.table import NOT_SAID, REPLIES, SAID, STATUSES, VAGUE

OURS = labels(SAMPLES / "labels.tsv")
REPLY_LINES = (SAMPLES.parent / "replies.tsv").read_text("utf-8").splitlines()


@pytest.mark.parametrize("name", sorted(OURS))
def test_a_sample_is_understood(name):
    assert [(each.address, each.kind.value) for each in classify(sample(name)).recipients] == OURS[name]


@pytest.mark.parametrize("ending", [b"\r\n", b"\r"])
def test_how_lines_end_changes_nothing(ending):
    for name, wanted in OURS.items():
        mail = sample(name).replace(b"\n", ending)
        assert [(each.address, each.kind.value) for each in classify(mail).recipients] == wanted, name


def test_every_sample_has_a_label():
    assert sorted(OURS) == sorted(path.stem for path in SAMPLES.glob("*.mail"))


@pytest.mark.parametrize("line", REPLY_LINES)
def test_a_reply_is_understood(line):
    kind, said, *status = line.replace("\\n", "\n").split("\t")
    assert judge(status[0] if status else "", said).kind == kind


@pytest.mark.parametrize(
    ("status", "said", "kind", "reason"),
    [
        ("5.1.1", "", "hard", "no-user"),
        ("5.1.2", "", "hard", "no-domain"),
        ("5.1.3", "", "hard", "bad-address"),
        ("5.1.6", "", "hard", "moved"),
        ("5.1.10", "", "hard", "takes-no-mail"),
        ("5.2.1", "", "hard", "disabled"),
        ("5.4.4", "", "hard", "no-domain"),
        ("5.4.310", "", "hard", "no-domain"),
        ("5.2.2", "", "soft", "full"),
        ("4.2.2", "", "soft", "full"),
        ("4.4.7", "", "soft", "expired"),
        ("5.4.7", "", "soft", "expired"),
        ("5.4.1", "", "soft", "no-answer"),
        ("5.4.1", "Recipient address rejected: Access denied", "hard", "no-user"),
        ("5.7.133", "", "soft", "restricted"),
        ("5.7.129", "", "soft", "restricted"),
        ("5.7.1", "", "sender", "policy"),
        ("5.7.26", "", "sender", "not-trusted"),
        ("5.7.515", "", "sender", "not-trusted"),
        ("5.2.3", "", "sender", "too-big"),
        ("5.3.4", "", "sender", "too-big"),
        ("5.6.1", "", "sender", "content"),
        ("5.0.0", "550 5.1.1 user unknown", "hard", "no-user"),
        ("5.0.0", "", "unknown", "not-said"),
        ("5.1.1", "mailbox full", "soft", "full"),
        ("5.1.1", "blocked using spamhaus", "sender", "spam"),
        ("4.1.1", "450 4.1.1 user unknown", "soft", "for-now"),
    ],
)
def test_codes_come_first_and_words_mend_what_is_miscoded(status, said, kind, reason):
    verdict = judge(status, said)
    assert (verdict.kind.value, verdict.reason) == (kind, reason)


def test_every_verdict_of_the_table_can_be_kept_by_its_code():
    verdicts = {row.verdict for rows in (STATUSES, VAGUE, REPLIES, SAID) for row in rows}
    assert [each.reason for each in verdicts if not each.status] == []
    assert NOT_SAID.kind is Kind.UNKNOWN


@pytest.mark.parametrize(("host", "said"), [("spam.example", "user unknown"), ("quota-full.example", "user unknown")])
def test_the_name_of_a_server_says_nothing(host, said):
    assert judge("", f"host {host}[192.0.2.7] said: 550 {said}").kind is Kind.HARD
