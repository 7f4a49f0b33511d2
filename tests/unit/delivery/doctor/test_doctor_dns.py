"""What the DNS says of the sender: SPF, DKIM, DMARC, MX, PTR, the web pages' host. A fake answers."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from doctor_kit import SMTP, FakeDns, a_case, levels, said
from hypothesis import given
from hypothesis import strategies as st
from support import put

from newsletter.delivery.doctor.dkim_key import dkim
from newsletter.delivery.doctor.dmarc import dmarc, names_to_ask, organization, policy_of
from newsletter.delivery.doctor.servers import mx, ptr, web
from newsletter.delivery.doctor.spf import Walk, spf

HOME = "kommune.example"


class TestSpf:
    """The record of the return address's domain (RFC 7208)."""

    def test_a_good_one_names_the_relay(self, root):
        case = a_case(root, SMTP, dns={f"{HOME} TXT": "v=spf1 ip4:8.8.4.0/24 -all"}, relay=("8.8.4.4",))
        assert said(spf(case)) == [
            "ok: kommune.example: v=spf1 ip4:8.8.4.0/24 -all",
            "ok: SPF of kommune.example needs 0 of 10 questions",
            "ok: the relay's address 8.8.4.4 may send",
        ]

    def test_none_and_two(self, root):
        none = [*spf(a_case(root, dns={}))]
        two = [*spf(a_case(root, dns={f"{HOME} TXT": ["v=spf1 -all", "v=spf1 mx ~all", "other"]}))]
        assert said([*none, *two]) == [
            "error: kommune.example has no SPF record",
            "error: kommune.example has 2 SPF records",
        ]
        assert all(each.cure.startswith("IT: ") for each in [*none, *two])

    def test_the_way_is_counted_through_includes_and_redirects(self, root):
        dns = {
            f"{HOME} TXT": "v=spf1 include:a.example mx a:mail.example redirect=b.example",
            "a.example TXT": "v=spf1 include:c.example ?all",
            "c.example TXT": "v=spf1 ip6:2001:4860::/32 exists:x.example -all",
            "b.example TXT": "v=spf1 ip4:9.9.9.9 ~all",
            f"{HOME} MX": ["mx1.example", "mx2.example"],
            "mx1.example A": ["1.1.1.1"],
            "mx2.example A": ["1.1.1.2"],
            "mail.example A": ["4.4.4.4", "2606:4700::1"],
        }
        walk = Walk(FakeDns(dns))
        walk.record(HOME)
        assert (walk.lookups, walk.voids, walk.faults, walk.others) == (6, 0, [], "~")
        for address in ("1.1.1.2", "4.4.4.4", "9.9.9.9", "2001:4860::8", "2606:4700::1"):
            assert walk.covers(address)
        assert not walk.covers("8.8.8.8")

    def test_more_than_ten_and_a_circle_are_told_and_end(self, root):
        many = {f"{HOME} TXT": "v=spf1 " + " ".join(f"include:s{n}.example" for n in range(11)) + " -all"}
        many |= {f"s{n}.example TXT": "v=spf1 ip4:1.2.3.4 -all" for n in range(11)}
        circle = {f"{HOME} TXT": f"v=spf1 include:{HOME} include:{HOME} -all"}
        first, second = (said(spf(a_case(root, dns=dns))) for dns in (many, circle))
        assert "error: SPF of kommune.example needs 11 questions; receivers stop after 10" in first
        assert any("leads in a circle" in each for each in second)

    @pytest.mark.parametrize(
        ("record", "expected"),
        [
            ("v=spf1 +all", "error: SPF of kommune.example lets everybody send (`all`)"),
            ("v=spf1 all", "error: SPF of kommune.example lets everybody send (`all`)"),
            ("v=spf1 mx ?all", "hint: SPF of kommune.example says nothing of other machines"),
            ("v=spf1 ip4:1.2.3.4", "hint: SPF of kommune.example says nothing of other machines"),
            ("v=spf1 ip4:1.2.3 -all", "error: SPF of kommune.example: nobody understands 'ip4:1.2.3'"),
            ("v=spf1 a/99 -all", "error: SPF of kommune.example: nobody understands 'a/99'"),
            ("v=spf1 ipv4:1.2.3.4 -all", "error: SPF of kommune.example: nobody understands 'ipv4:1.2.3.4'"),
            ("v=spf1 ptr -all", "error: SPF of kommune.example: `ptr` is not to be used any more (§ 5.5)"),
            ("v=spf1 include:gone.example -all", "error: SPF of kommune.example: gone.example has no SPF record"),
            (
                "v=spf1 a:x.example a:y.example a:z.example -all",
                "warning: SPF of kommune.example asks for 3 names that are not there",
            ),
        ],
    )
    def test_what_is_wrong_is_told(self, root, record, expected):
        dns = {f"{HOME} TXT": record, f"{HOME} A": ["1.2.3.4"], f"{HOME} MX": [HOME]}
        assert expected in said(spf(a_case(root, dns=dns)))

    def test_the_relay_that_is_not_in_it_and_one_that_depends(self, root):
        first = a_case(root, SMTP, dns={f"{HOME} TXT": "v=spf1 -all"}, relay=("8.8.4.4", "10.0.0.1"))
        second = a_case(root, SMTP, dns={f"{HOME} TXT": "v=spf1 exists:%{i}.x.example -all"}, relay=("8.8.4.4",))
        assert said(spf(first))[-1] == "warning: the relay's address 8.8.4.4 is not in SPF of kommune.example"
        assert said(spf(second))[-1] == "hint: whether the relay's address 8.8.4.4 may send depends on each mail"

    def test_it_is_the_return_addresss_domain_that_counts(self, root):
        more = "delivery:\n  return_address: retur@post.kommune.example\n"
        assert said(spf(a_case(root, more, dns={}))) == ["error: post.kommune.example has no SPF record"]

    @given(st.lists(st.text(st.characters(min_codepoint=33, max_codepoint=0x17F), min_size=1, max_size=20), max_size=8))
    def test_whatever_stands_in_it_is_survived(self, terms):
        record = "v=spf1 " + " ".join(terms)
        walk = Walk(FakeDns({f"{HOME} TXT": record, f"{HOME} A": ["1.2.3.4"], f"{HOME} MX": [HOME]}))
        walk.record(HOME)
        walk.covers("1.2.3.4")


@pytest.fixture(scope="module")
def key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def published(key):
    return base64.b64encode(key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


class TestDkim:
    """The public half of our key (RFC 6376)."""

    SIGNED = "delivery:\n  transport: smtp\n  dkim: {domain: kommune.example, selector: nyt}\n"
    NAME = "nyt._domainkey.kommune.example"

    def looked(self, root, *texts, environ=None):
        return said(dkim(a_case(root, self.SIGNED, dns={f"{self.NAME} TXT": texts}, environ=environ or {})))

    def test_without_a_key_of_ours_the_relay_signs(self, root):
        assert levels(dkim(a_case(root, dns={}))) == ["hint"]

    def test_a_good_one_and_one_under_trial(self, root, key):
        text = published(key)
        assert self.looked(root, f"v=DKIM1; k=rsa; p={text[:100]} {text[100:]}") == [f"ok: {self.NAME}: RSA, 2048 bits"]
        assert self.looked(root, f"p={text}; t=s:y")[1] == f"warning: {self.NAME} says that DKIM is under trial (t=y)"

    @pytest.mark.parametrize(
        ("texts", "expected"),
        [
            ((), "has no DKIM record"),
            (("v=DKIM1; p=x", "v=DKIM1; p=y"), "has 2 DKIM records"),
            (("v=DKIM1; p=",), "was withdrawn (p= is empty)"),
            (("v=DKIM1; p=abc!",), "cannot be read"),
            (("v=DKIM1; p=æøå",), "cannot be read"),
            (("v=DKIM1; k=ed25519; p=abcd",), "cannot be read"),
        ],
    )
    def test_what_is_no_key_is_an_error(self, root, texts, expected):
        (found,) = self.looked(root, *texts)
        assert found.startswith("error: ")
        assert expected in found

    def test_short_keys_and_other_kinds(self, root):
        short = rsa.generate_private_key(public_exponent=65537, key_size=1024)
        assert self.looked(root, f"p={published(short)}") == [f"warning: the key of {self.NAME} has 1024 bits"]
        raw = ed25519.Ed25519PrivateKey.generate().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        assert self.looked(root, f"k=ed25519; p={base64.b64encode(raw).decode()}")[0].startswith("hint: ")

    def test_another_key_than_ours_is_told(self, root, key):
        own = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        pem = own.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
        environ = {"NEWSLETTER_DKIM_KEY": str(put(root, "dkim.pem", pem))}
        assert (
            "another key than NEWSLETTER_DKIM_KEY names"
            in self.looked(root, f"p={published(key)}", environ=environ)[-1]
        )
        assert len(self.looked(root, f"p={published(own)}", environ=environ)) == 1


class TestDmarc:
    """The tree walk of RFC 9989, § 4.10, and the record it ends at."""

    def test_a_walk_asks_at_most_eight_times(self):
        assert names_to_ask("a.b.example") == ["a.b.example", "b.example", "example"]
        long = "a.b.c.d.e.f.g.h.i.j.mail.example.com"
        assert names_to_ask(long)[:3] == [long, "g.h.i.j.mail.example.com", "h.i.j.mail.example.com"]
        assert len(names_to_ask(long)) == 8
        assert len(names_to_ask("a.b.c.d.e.f.g.com")) == 8
        dns = FakeDns()
        organization(dns, long)
        assert len(dns.asked) == 8

    @pytest.mark.parametrize(
        ("records", "domain", "expected"),
        [
            ({}, "a.b.example", "a.b.example"),
            ({"b.example": "v=DMARC1; p=none"}, "a.b.example", "b.example"),
            ({"a.b.example": "v=DMARC1", "b.example": "v=DMARC1; p=none"}, "a.b.example", "b.example"),
            ({"a.b.example": "v=DMARC1; psd=n", "b.example": "v=DMARC1"}, "a.b.example", "a.b.example"),
            ({"example": "v=DMARC1; psd=y"}, "a.b.example", "b.example"),
            ({"b.example": "v=DMARC1; psd=y", "example": "v=DMARC1"}, "x.a.b.example", "a.b.example"),
            ({"b.example": "v=DMARC1; psd=y"}, "b.example", "b.example"),
            ({"b.example": ["v=DMARC1; p=none", "v=DMARC1; p=reject"]}, "a.b.example", "a.b.example"),
            ({"b.example": "v=spf1 -all"}, "a.b.example", "a.b.example"),
            ({"b.example": "p=none; v=DMARC1"}, "a.b.example", "a.b.example"),
        ],
    )
    def test_the_organization_is_found_by_walking(self, records, domain, expected):
        dns = FakeDns({f"_dmarc.{name} TXT": text for name, text in records.items()})
        assert organization(dns, domain) == expected

    def test_the_record_that_holds_is_the_own_one_then_the_organizations_then_the_suffixs(self):
        own = {"_dmarc.a.b.example TXT": "v=DMARC1; p=none", "_dmarc.b.example TXT": "v=DMARC1; p=reject"}
        assert policy_of(FakeDns(own), "a.b.example").domain == "a.b.example"
        assert policy_of(FakeDns(own), "c.b.example").domain == "b.example"
        suffix = {"_dmarc.example TXT": "v=DMARC1; p=reject; psd=y"}
        assert policy_of(FakeDns(suffix), "a.b.example").domain == "example"
        assert policy_of(FakeDns(), "a.b.example") is None

    def looked(self, root, record, more="", **records):
        return [*dmarc(a_case(root, more, dns={f"_dmarc.{HOME} TXT": record, **records}))]

    def test_a_strict_one_is_fine(self, root):
        assert said(self.looked(root, "v=DMARC1; p=reject; np=reject; rua=mailto:x@kommune.example")) == [
            "ok: _dmarc.kommune.example: v=DMARC1; p=reject; np=reject; rua=mailto:x@kommune.example",
            "ok: what others send in the name of kommune.example is put under reject",
            "ok: mails from kommune.example can pass DMARC by SPF",
        ]

    def test_none_at_all_and_two(self, root):
        none, two = self.looked(root, ()), self.looked(root, ["v=DMARC1; p=none", "v=DMARC1; p=none"])
        assert [each.level for each in (*none, *two)] == ["warning"] * 2
        assert "2 DMARC records, so none counts" in two[0].seen
        production = dmarc(a_case(root, "environment: production\n", dns={}))
        assert levels(production) == ["error"]

    @pytest.mark.parametrize(
        ("record", "level", "words"),
        [
            ("v=DMARC1; p=none; rua=mailto:x@y.example", "hint", "(p=none)"),
            ("v=DMARC1; p=quarantine", "hint", "nobody gets reports"),
            ("v=DMARC1; p=reject; t=y", "hint", "under trial (t=y)"),
            ("v=DMARC1; p=reject; pct=50", "warning", "pct=50 is no longer part of DMARC (RFC 9989)"),
            ("v=DMARC1; p=reject; rf=afrf", "warning", "rf=afrf is no longer part"),
            ("v=DMARC1; p=reject; ri=3600", "warning", "ri=3600 is no longer part"),
            ("v=DMARC1; p=rejct", "error", "p=rejct is no policy"),
            ("v=DMARC1; p=reject; polcy=x", "hint", "polcy=x is known to nobody"),
            ("v=DMARC1; p=reject; psd=x", "warning", "psd=x is none of y, n, u"),
            ("v=DMARC1; p=reject; np=maybe", "warning", "np=maybe is none of"),
        ],
    )
    def test_what_could_be_better_is_told(self, root, record, level, words):
        assert [each.level for each in self.looked(root, record) if words in each.seen] == [level]

    def test_a_subdomain_is_under_sp(self, root):
        put(root, "x", "")
        dns = {"_dmarc.kommune.example TXT": "v=DMARC1; p=reject; sp=none"}
        case = a_case(root, dns=dns)
        case.settings.sender.__dict__["address"] = "nyt@post.kommune.example"
        assert any("(p=none)" in each for each in said(dmarc(case)))

    def test_who_speaks_for_the_sender(self, root):
        """SPF of another house does not; a strict record wants the very domain; a signature does."""
        away = "delivery:\n  return_address: retur@firma.example\n"
        below = "delivery:\n  return_address: retur@post.kommune.example\n"
        signed = away + "  dkim: {domain: kommune.example, selector: nyt}\n"
        record = "v=DMARC1; p=reject"
        last = [self.looked(root, *words)[-1] for words in (
            (record, away), (record, below), (f"{record}; aspf=s", below), (record, signed),
        )]  # fmt: skip
        assert levels(last) == ["warning", "ok", "warning", "ok"]
        assert last[3].seen.endswith("by DKIM")


class TestServers:
    """Who takes mail, what the relay is called, where the web pages are."""

    def test_mx_of_all_three_domains(self, root):
        more = "delivery:\n  return_address: r@retur.example\n"
        dns = {f"{HOME} MX": ["mx.kommune.example"], "retur.example MX": [""]}
        assert said(mx(a_case(root, more, dns=dns))) == [
            "ok: kommune.example, the sender's domain: mail goes to mx.kommune.example",
            "error: retur.example, where mails come back to, says that it takes no mail (null MX)",
        ]
        dns = {f"{HOME} A": ["1.2.3.4"]}
        assert levels(mx(a_case(root, more, dns=dns))) == ["hint", "error"]

    def test_ptr_leads_back_elsewhere_or_is_not_there(self, root):
        dns = {
            "8.8.4.1 PTR": ["a.example"],
            "a.example A": ["8.8.4.1"],
            "8.8.4.2 PTR": ["b.example"],
            "b.example A": ["8.8.4.9"],
        }
        case = a_case(root, SMTP, dns=dns, relay=("8.8.4.1", "8.8.4.2", "8.8.4.3", "10.0.0.1"))
        assert levels(ptr(case)) == ["ok", "warning", "warning"]
        assert said(ptr(a_case(root, SMTP, dns={}, relay=("10.0.0.1",)))) == [
            "hint: the relay's address is of this house: what receivers see is another"
        ]
        assert said(ptr(a_case(root, dns={}))) == []

    def test_the_web_host(self, root):
        assert levels(web(a_case(root, dns={}))) == ["hint"]
        assert levels(web(a_case(root, "environment: production\n", dns={}))) == ["error"]
        assert levels(web(a_case(root, dns={"nyt.example A": ["8.8.8.8"]}))) == ["ok"]
