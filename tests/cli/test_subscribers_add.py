"""`newsletter subscribers add | confirm | show`."""

from __future__ import annotations

import json

import pytest
from kit import run
from people_kit import WORDING
from register_kit import a_company
from support import put

from newsletter.cli import main
from newsletter.subscribers.people import find

ANNE = "Anne@firma.example"


@pytest.fixture(autouse=True)
def at_noon(monkeypatch):
    monkeypatch.setenv("NEWSLETTER_NOW", "2026-11-22T12:00:00+01:00")
    monkeypatch.setenv("NEWSLETTER_BY", "maja")
    monkeypatch.setattr(main, "names", tuple({*main.names, "subscribers"}))


@pytest.fixture
def wording(root):
    return put(root, "subscribers/wording.txt", "\ufeff" + WORDING)


def call(root, verb, *words):
    result = run("subscribers", verb, *words, "--workspace", root)
    assert result.exit_code in (0, 1, 2), result.output
    return result


def consent(wording, date="2026-11-20"):
    return ("--basis", "consent", "--wording", wording, "--source", "messen i Byen", "--date", date)


def person(register, key):
    with register.read() as connection:
        return find(connection, key)


def test_somebody_is_added_with_all_that_proves_it(register, root, wording):
    with register.write() as connection:
        company = a_company(connection, cvr="13748136", name="Brød ApS")
    told = ("--name", "Anne Holm", "--role", "HR", "--language", "en", "--company", "DK 13 74 81 36")
    result = call(root, "add", ANNE, *told, *consent(wording))
    assert result.exit_code == 0
    assert result.output == "Anne@firma.example: added; subscribed since 2026-11-20 (their own consent)\n"
    anne = person(register, "anne@firma.example")
    assert (anne.name, anne.role, anne.language, anne.company_id) == ("Anne Holm", "HR", "en", company)


def test_json_tells_the_same(register, root, wording):
    call(root, "add", ANNE, *consent(wording))
    told = json.loads(call(root, "add", ANNE, "--basis", "other", "--reason", "information", "--json").stdout)
    assert told == {
        "address": ANNE,
        "new": False,
        "state": "subscribed",
        "basis": "consent",
        "subscribed_on": "2026-11-20",
        "protected": False,
    }


def test_a_basis_must_be_told_whole(register, root, wording):
    lacks = call(root, "add", ANNE, "--basis", "consent", "--source", "messen")
    assert lacks.exit_code == 2
    assert "--wording and --date" in lacks.stderr
    much = call(root, "add", ANNE, *consent(wording), "--reason", "x")
    assert much.exit_code == 2
    assert "takes no --reason" in much.stderr
    both = call(root, "add", ANNE, "--basis", "other", "--wording", wording, "--date", "2026-11-20", "--reason", "x")
    assert "takes no --wording and no --date" in both.stderr
    assert person(register, "anne@firma.example") is None


def test_unlike_mistakes_are_each_told_with_their_cure(register, root, wording):
    address = call(root, "add", "anne.firma.example", *consent(wording))
    assert (address.exit_code, "it has no @" in address.stderr) == (2, True)
    number = call(root, "add", ANNE, *consent(wording), "--company", "13748137")
    assert (number.exit_code, "8 digits and a check digit" in number.stderr) == (2, True)
    unknown = call(root, "add", ANNE, *consent(wording), "--company", "13748136")
    assert (unknown.exit_code, "companies import" in unknown.stderr) == (1, True)
    late = call(root, "add", ANNE, *consent(wording, "2026-12-24"))
    assert (late.exit_code, "has not come yet" in late.stderr) == (1, True)
    cpr = call(root, "add", ANNE, *consent(wording), "--name", "Anne 010190-1234")
    assert (cpr.exit_code, "CPR" in cpr.stderr) == (2, True)
    assert person(register, "anne@firma.example") is None


def test_a_wording_is_a_text_with_words(register, root):
    empty = put(root, "empty.txt", " \n")
    torn = put(root, "torn.txt", b"\xff\xfe\x00J")
    assert "empty.txt is empty" in call(root, "add", ANNE, *consent(empty)).stderr
    assert "torn.txt is not a text file" in call(root, "add", ANNE, *consent(torn)).stderr


def test_who_asked_is_pending_until_they_confirm(register, root, wording):
    told = call(root, "add", ANNE, *consent(wording, "2026-11-22"), "--pending").output
    assert "they asked, and have not confirmed" in told
    assert call(root, "confirm", ANNE).output == f"{ANNE}: confirmed, and subscribed\n"
    assert call(root, "confirm", ANNE).output == f"{ANNE}: was subscribed already\n"
    assert person(register, "anne@firma.example").standing.state == "subscribed"


def test_nobody_confirms_what_nobody_asked_for(register, root):
    call(root, "add", ANNE, "--basis", "none")
    assert "nobody waits" in call(root, "confirm", ANNE).stderr
    unknown = call(root, "confirm", "bo@firma.example")
    assert (unknown.exit_code, "check the spelling" in unknown.stderr) == (1, True)


def test_who_said_no_comes_back_only_by_asking(register, root, wording):
    call(root, "add", ANNE, *consent(wording))
    call(root, "unsubscribe", ANNE)
    refused = call(root, "add", ANNE, *consent(wording, "2026-11-22"))
    assert refused.exit_code == 1
    assert "they unsubscribed on 2026-11-22" in refused.stderr
    assert "--again" in refused.stderr
    back = call(root, "add", ANNE, *consent(wording, "2026-11-22"), "--again")
    assert "came back; subscribed since 2026-11-22" in back.output


def test_a_protected_company_is_warned_of(register, root):
    with register.write() as connection:
        a_company(connection, cvr="13748136", protected=True)
    told = call(root, "add", ANNE, "--company", "13748136", "--basis", "other", "--reason", "information").output
    assert "advertising-protected" in told


def test_one_person_is_shown_with_the_log(register, root, wording):
    with register.write() as connection:
        a_company(connection, cvr="13748136", name="Brød ApS", protected=True, state="closing")
    call(root, "add", ANNE, "--name", "Anne Holm", "--role", "HR", "--company", "13748136", *consent(wording))
    call(root, "suppress", ANNE, "--reason", "complained")
    told = call(root, "show", "anne@FIRMA.example").output
    for line in (
        "Anne@firma.example\n",
        "    Anne Holm, HR\n",
        "    Brød ApS, CVR 13748136\n",
        "advertising-protected",
        "The company is closing",
        "Not to be written to: they said no.",
        "suppressed until 2028-11-22: they reported a mail as unwanted.",
        "2026-11-20\tgiven\tconsent\tmessen i Byen\t\t",
        "2026-11-22\twithdrawn\tconsent\tsuppressed: complained\t\t\tmaja\n",
    ):
        assert line in told


def test_a_person_about_whom_little_is_known_is_shown_too(register, root):
    call(root, "add", ANNE, "--basis", "none")
    told = call(root, "show", ANNE).output
    assert "there is no basis" in told
    assert "holds nothing" in told
    facts = json.loads(call(root, "show", ANNE, "--json").stdout)
    assert (facts["state"], facts["company"], facts["suppressed"], facts["consents"]) == ("none", None, None, [])


def test_json_of_show_holds_the_same_facts(register, root, wording):
    call(root, "add", ANNE, *consent(wording))
    call(root, "unsubscribe", ANNE, "--source", "et brev")
    facts = json.loads(call(root, "show", ANNE, "--json").stdout)
    assert facts["suppressed"]["reason"] == "unsubscribed"
    assert [(line["kind"], line["source"]) for line in facts["consents"]] == [
        ("given", "messen i Byen"),
        ("withdrawn", "et brev"),
    ]


def test_an_unknown_address_gets_no_neighbours(register, root):
    call(root, "add", ANNE, "--basis", "none")
    unknown = call(root, "show", "ane@firma.example")
    assert unknown.exit_code == 1
    assert "Anne" not in unknown.output
    assert "check the spelling" in unknown.stderr


def test_without_a_register_there_is_nobody_to_show(root):
    for verb, more in (("show", ()), ("confirm", ()), ("erase", ("--yes",)), ("unsubscribe", ())):
        result = call(root, verb, ANNE, *more)
        assert (result.exit_code, "there is no register yet" in result.stderr) == (2, True)
