"""Outside production only those on the list get mail."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.delivery.transports import AllowList
from newsletter.settings import Delivery

LISTED = ("Ida@Kommune.example", "@proeve.example", "@blåbær.example", "søren@firma.example")


class SomeSettings:
    def __init__(self, environment="test", allow=LISTED):
        self.environment = environment
        self.delivery = Delivery(allow=allow)


ALLOW = AllowList.of(SomeSettings())


@pytest.mark.parametrize(
    "address",
    [
        "ida@kommune.example",
        "IDA@KOMMUNE.EXAMPLE",
        "hvem.som.helst@proeve.example",
        "a@PROEVE.example",
        "a@xn--blbr-roah.example",
        "a@blåbær.example",
        "SØREN@firma.example",
    ],
)
def test_who_is_listed(address):
    assert ALLOW.permits(address)


@pytest.mark.parametrize(
    "address",
    [
        "bo@kommune.example",
        "ida@kommune.example.evil.example",
        "a@sub.proeve.example",
        "a@notproeve.example",
        "a@proeve.example@evil.example",
        "@proeve.example@evil.example",
        "ida",
        "",
        "@",
        "a@",
    ],
)
def test_who_is_not(address):
    assert not ALLOW.permits(address)


def test_production_knows_no_list():
    assert AllowList.of(SomeSettings("production", ())).permits("anybody@firma.example")


@given(st.text())
def test_an_empty_list_lets_nobody_through(address):
    assert not AllowList.of(SomeSettings(allow=())).permits(address)
