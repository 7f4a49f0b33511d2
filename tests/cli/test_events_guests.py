"""`newsletter events signup | signoff | signups | attended | invite | thanks | tell`."""

from __future__ import annotations

import json
from base64 import b64decode
from email import message_from_bytes, policy

import pytest
import smtp_server
from delivery_kit import relayed, subscribe
from events_kit import EVENT
from kit import run
from register_kit import a_company, a_person
from sqlalchemy import insert, select, update
from support import edit, put

from newsletter.campaigns.events.ics import calendar_facts_digest
from newsletter.content.issues import Issue
from newsletter.delivery.letter import Letter
from newsletter.store.tables import audit, invitations, notices, people, sends, sign_ups
from newsletter.subscribers.sample.mark import mark
from newsletter.subscribers.segments import SEGMENTS_FILE
from newsletter.workspace import read_workspace

EVENT_FILE = "content/events/morgenmoede.md"
MAILBOX = "delivery: {bounces: {mailbox: maildir:svar}}\n"
BEFORE, AFTER = "2026-12-01T12:00:00+01:00", "2027-01-14T12:00:00+01:00"


@pytest.fixture(autouse=True)
def before(monkeypatch):
    monkeypatch.setenv("NEWSLETTER_NOW", BEFORE)
    monkeypatch.setenv("NEWSLETTER_BY", "maja")


@pytest.fixture
def afterwards(monkeypatch):
    return lambda: monkeypatch.setenv("NEWSLETTER_NOW", AFTER)


@pytest.fixture
def house(root, register):
    edit(root, EVENT_FILE, "series: netvaerk", "capacity: 2")
    return root


def call(root, verb, *words, code=0):
    result = run("events", verb, EVENT, *words, "--workspace", root)
    assert result.exit_code == code, result.output
    return result.output


def up(root, *names):
    for name in names:
        call(root, "signup", f"{name}@x.example", "--name", name)


def test_signing_up_says_where_they_stand_and_that_it_is_no_consent(house, register):
    assert call(house, "signup", "bo@x.example", "--name", "Bo", "--source", "telefon").splitlines() == [
        "bo@x.example: signed up for morgenmoede, 1 seat",
        "    new in the register, without any consent: they get mails about this event, and no newsletter",
        "    they hear of it by mail: newsletter events tell morgenmoede --really, or newsletter run --really",
    ]
    assert "signed up for morgenmoede, 1 seat, as before" in call(house, "signup", "bo@x.example")
    up(house, "ida")
    assert "ole@x.example: number 1 on the waiting list" in call(house, "signup", "ole@x.example", "--name", "Ole")
    assert call(house, "signoff", "bo@x.example").splitlines()[-1] == "    moved up from the waiting list: Ole"
    assert "had signed off from morgenmoede before" in call(house, "signoff", "bo@x.example")
    with register.read() as connection:
        assert set(connection.scalars(select(people.c.state))) == {"none"}
        assert not any("x.example" in detail for detail in connection.scalars(select(audit.c.detail)))


def test_signing_up_as_facts_for_programs_with_a_company(house, register):
    with register.write() as connection:
        a_company(connection, cvr="13748136")
    told = call(house, "signup", "bo@x.example", "--company", "13 74 81 36", "--seats", "2", "--json")
    assert json.loads(told) == {
        "event": "morgenmoede",
        "address": "bo@x.example",
        "place": "signed-up",
        "before": None,
        "seats": 2,
        "queue": 0,
        "new": True,
        "moved_up": 0,
    }
    with register.read() as connection:
        row = connection.execute(select(sign_ups.c.company_id, people.c.company_id).join(people)).one()
    assert row[0] == row[1] is not None


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["bo@x.example", "--name", "Bo 010203-1234"], 2, "looks like a CPR number"),
        (["bo@x.example", "--source", "010203-1234"], 2, "looks like a CPR number"),
        (["bo@x.example", "--seats", "3"], 1, "1 to 2 seats, not 3"),
        (["bo@x.example", "--company", "11111111"], 2, "this is no CVR number"),
        (["bo@x.localhost"], 2, "no mail reaches this domain"),
    ],
)
def test_what_cannot_be_taken_is_told_and_nobody_is_added(house, register, words, code, said):
    assert said in call(house, "signup", *words, code=code)
    with register.read() as connection:
        assert connection.execute(select(people.c.id)).all() == []


def test_an_unknown_event_gives_a_guess(house):
    result = run("events", "signup", "morgenmode", "bo@x.example", "--workspace", house)
    assert (result.exit_code, "did you mean 'morgenmoede'?" in result.output) == (2, True)


def test_after_the_last_day_only_with_a_word(house):
    edit(house, EVENT_FILE, "capacity: 2", "sign_up_by: 2026-11-30")
    assert "--late signs them up nevertheless" in call(house, "signup", "bo@x.example", code=1)
    call(house, "signup", "bo@x.example", "--late")


def test_the_list_is_for_the_door(house):
    up(house, "Åse", "anna", "Zita")
    call(house, "signoff", "anna@x.example")
    assert call(house, "signups").splitlines() == [
        "Morgenmøde, 2027-01-14 08:30",
        "2 of 2 seats taken, 0 on the waiting list",
        "",
        "[ ] Zita    2026-12-01",
        "[ ] Åse     2026-12-01",
        "",
        "Signed off",
        "[ ] anna    2026-12-01",
    ]
    told = json.loads(call(house, "signups", "--json"))
    assert (told["capacity"], told["seats"], told["waiting"], told["invited"]) == (2, 2, 0, 0)
    assert [each["name"] for each in told["signups"]] == ["anna", "Zita", "Åse"]
    assert told["signups"][1] == {
        "name": "Zita",
        "address": "Zita@x.example",
        "company": "",
        "place": "signed-up",
        "seats": 1,
        "signed_up_at": "2026-12-01T11:00:00+00:00",
        "source": "",
        "attended": None,
    }


def test_the_list_goes_out_as_a_file_and_comes_back_filled_in(house, register, tmp_path, afterwards):
    edit(house, EVENT_FILE, "capacity: 2", "capacity: 3")
    up(house, "Åse", "Bo", "Ida")
    file = tmp_path / "liste.csv"
    assert "it holds personal data" in call(house, "signups", "--csv", file)
    assert "is there already" in call(house, "signups", "--csv", file, code=2)
    assert file.stat().st_mode & 0o077 == 0
    text = file.read_text("utf-8-sig")
    assert text.splitlines()[0] == "Navn;Virksomhed;E-mail;Pladser;Status;Deltog"
    file.write_text(
        text.replace("Bo@x.example;1;tilmeldt;", "Bo@x.example;1;tilmeldt;ja").replace(
            "Ida@x.example;1;tilmeldt;", "Ida@x.example;1;tilmeldt;nej"
        ),
        "utf-8",
    )
    afterwards()
    assert call(house, "attended", "--file", file) == ("morgenmoede: 1 were there, 1 were not, of 1 nothing is known\n")
    with register.read() as connection:
        rows = connection.execute(select(people.c.name, sign_ups.c.attended).join(people)).all()
    assert dict(map(tuple, rows)) == {"Åse": None, "Bo": True, "Ida": False}


def test_a_list_with_bad_rows_is_given_back_whole(house, tmp_path, afterwards):
    up(house, "Bo")
    file = put(tmp_path, "liste.csv", "E-mail;Deltog\nbo@x.example;ja\nbo(at)x;ja\nida@x.example;måske\n")
    afterwards()
    said = call(house, "attended", "--file", file, code=1)
    assert "liste.csv:3:1" in said
    assert "liste.csv:4:1" in said
    assert "says neither ja nor nej" in said
    assert "[ ] Bo" in call(house, "signups")


def test_who_was_there_by_address_or_all_but_some(house, afterwards):
    up(house, "Bo", "Ida")
    assert "has not begun" in call(house, "attended", "bo@x.example", code=1)
    afterwards()
    assert call(house, "attended", "bo@x.example", "gaest@x.example", "--rest-absent") == (
        "morgenmoede: 2 were there, 1 were not, of 0 nothing is known; 1 of them had not signed up\n"
    )
    assert "3 were there, 0 were not" not in call(house, "attended", "--all-but", "ida@x.example")
    for words in ([], ["bo@x.example", "--all-but", "ida@x.example"], ["--all-but", "bo@x.example", "--rest-absent"]):
        call(house, "attended", *words, code=2)


def test_an_erased_guests_seat_goes_to_who_waits(house, register):
    up(house, "Bo", "Ida", "Ole")
    run("subscribers", "erase", "bo@x.example", "--yes", "--workspace", house)
    told = json.loads(call(house, "signups", "--json"))["signups"]
    assert [(each["name"], each["place"]) for each in told] == [
        ("", "cancelled"),
        ("Ida", "signed-up"),
        ("Ole", "signed-up"),
    ]


def mails(root):
    found = [
        message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in (root / "build/outbox/notices").glob("*.eml")
    ]
    return {str(mail["To"]): mail for mail in found}


def test_guests_hear_of_their_seat_the_list_and_moving_up(house, register):
    up(house, "Bo", "Ida", "Ole")
    assert call(house, "tell") == (
        "morgenmoede: 3 mails written into build/outbox/notices/ (a rehearsal; --really sends them)\n"
    )
    found = mails(house)
    assert {str(mail["Subject"]) for mail in found.values()} == {
        "I er tilmeldt: Morgenmøde",
        "I står på ventelisten: Morgenmøde",
    }
    ole = found["Ole <Ole@x.example>"]
    text = ole.get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert "Alle pladser til »Morgenmøde« er optaget. I står som nummer 1 på ventelisten." in text
    assert "Tid: torsdag den 14. januar 2027 kl. 8.30–10.00\nSted: Rådhuset\nPladser: 1" in text
    assert [part.get_content_type() for part in ole.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    bo = found["Bo <Bo@x.example>"]
    (calendar,) = (part for part in bo.walk() if part.get_content_type() == "text/calendar")
    assert (calendar.get_param("method"), "ATTENDEE" in calendar.get_content()) == ("PUBLISH", False)
    with register.write() as connection:  # as though it had really been sent
        (row,) = connection.execute(select(sign_ups).where(sign_ups.c.state == "waiting")).all()
        key = f"place/morgenmoede/{row.id}/20261201T110000/waiting"
        connection.execute(insert(notices).values(key=key, kind="place", state="accepted", at=row.signed_up_at))
    for path in (house / "build/outbox/notices").glob("*.eml"):
        path.unlink()
    call(house, "signoff", "bo@x.example")
    call(house, "tell")
    assert {to: str(mail["Subject"]) for to, mail in mails(house).items() if "Ida" not in to} == {
        "Bo <Bo@x.example>": "I er meldt fra: Morgenmøde",
        "Ole <Ole@x.example>": "Der er blevet plads: Morgenmøde",
    }


def test_who_asked_never_to_be_written_to_is_not_and_who_left_the_newsletter_is(house, register):
    up(house, "Bo", "Ida")
    run("subscribers", "suppress", "bo@x.example", "--reason", "asked", "--workspace", house)
    run("subscribers", "unsubscribe", "ida@x.example", "--workspace", house)
    call(house, "tell")
    assert set(mails(house)) == {"Ida <Ida@x.example>"}
    edit(house, EVENT_FILE, "capacity: 2", "capacity: 9")
    run("subscribers", "suppress", "ole@x.example", "--reason", "asked", "--workspace", house)
    assert "so no mail tells them: call them" in call(house, "signup", "ole@x.example")


def test_a_called_off_event_is_told_to_those_whose_calendar_was_not(house, register):
    up(house, "Bo", "Ida")
    with register.write() as connection:
        ida = connection.scalar(select(people.c.id).where(people.c.name == "Ida"))
        at = connection.scalar(select(people.c.created_at).where(people.c.name == "Ida"))
        row = {"event": EVENT, "person_id": ida, "sequence": 1, "sent_at": at, "cancelled_at": at}
        connection.execute(insert(invitations).values(row))
    edit(house, EVENT_FILE, "capacity: 2", "cancelled: true")
    call(house, "tell")
    assert {to: str(mail["Subject"]) for to, mail in mails(house).items()} == {
        "Bo <Bo@x.example>": "Aflyst: Morgenmøde"
    }


def test_what_happened_long_ago_is_no_news(house, register, monkeypatch):
    up(house, "Bo")
    monkeypatch.setenv("NEWSLETTER_NOW", "2026-12-20T12:00:00+01:00")
    assert call(house, "tell") == "morgenmoede: everybody knows\n"


def went_out(register, *, sequence=0, facts="as it was", method="REQUEST", issue="invitation"):
    """As though an issue had invited to the meeting."""
    invites = {"event": EVENT, "method": method, "sequence": sequence, "facts": facts}
    letter = Letter(
        issue=issue,
        title="Nyt",
        language="da",
        zone="Europe/Copenhagen",
        sender_name="x",
        sender_address="x@x.example",
        return_address="x@x.example",
        list_id="x",
        public_url="https://x.example",
        unsubscribe_address="x@x.example",
        subject="x",
        invites=invites,
    )
    with register.write() as connection:
        person = a_person(connection, register, "inviteret@x.example")
        at = connection.scalar(select(people.c.created_at).where(people.c.id == person))
        row = {"issue": issue, "digest": "d", "audience_size": 1, "state": "done", "letter": letter.to_json()}
        connection.execute(insert(sends).values(**row, approved_by="maja", approved_at=at, send_at=at))


def test_an_invitation_is_an_issue_that_can_be_built(house, register):
    subscribe(register, "bo@x.example", industry="432200")
    said = call(house, "invite", "--to", "byggeri")
    assert "content/issues/invitation-morgenmoede.md written: write on in it, then:" in said
    assert "newsletter approve invitation-morgenmoede --by NAME" in said
    assert "Nobody reads the answers yet" in said
    fields = read_workspace(house).issues["invitation-morgenmoede"].fields
    assert isinstance(fields, Issue)
    assert (fields.subject, fields.audience, fields.invites) == ("Invitation: Morgenmøde", ("byggeri",), EVENT)
    assert str(fields.send) == "2026-12-02 09:00:00"
    result = run("build", "invitation-morgenmoede", "--workspace", house)
    assert "invitation-morgenmoede.md:7:10: warning: calendars answer this invitation to nyt@kommune" in result.output
    edit(house, "newsletter.yml", "title: Nyt\n", f"title: Nyt\n{MAILBOX}")
    result = run("build", "invitation-morgenmoede", "--workspace", house)
    assert "invitation-morgenmoede: sealed" in result.output
    assert "invitation-morgenmoede.md" not in result.output  # no finding in it
    look = run("approve", "invitation-morgenmoede", "--show", "--workspace", house)
    assert "invites to morgenmoede: its calendar goes with each mail (sequence 0)" in look.output
    assert "is there already" in call(house, "invite", "--to", "byggeri", code=2)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ([], 2, "say whom to invite: --to SEGMENT"),
        (["--to", "bygeri"], 2, "did you mean 'byggeri'?"),
        (["--to", "byggeri", "--send", "2027-01-14 09:00"], 1, "an invitation goes out before that"),
    ],
)
def test_what_no_invitation_can_be_made_of(house, words, code, said):
    assert said in call(house, "invite", *words, code=code)


def test_a_change_is_told_to_the_invited_and_needs_a_higher_number(house, register):
    went_out(register)
    assert "write `sequence: 1` in content/events/morgenmoede.md" in call(house, "invite", code=1)
    edit(house, EVENT_FILE, "capacity: 2", "sequence: 1")
    said = call(house, "invite")
    assert "subscribers/segments.yml: segment morgenmoede-inviteret added" in said
    workspace = read_workspace(house)
    fields = workspace.issues["nyt-om-morgenmoede-1"].fields
    assert (fields.audience, fields.invites) == (("morgenmoede-inviteret",), EVENT)
    rule = workspace.segments["morgenmoede-inviteret"].where
    assert (rule.invited, rule.not_.declined) == ((EVENT,), (EVENT,))


def test_calling_off_goes_to_who_was_invited_and_to_nobody_else_when_it_is_on_again(house, register):
    edit(house, EVENT_FILE, "capacity: 2", "cancelled: true")
    assert "nobody was invited" in call(house, "invite", code=1)
    went_out(register)
    call(house, "invite")
    fields = read_workspace(house).issues["aflyst-morgenmoede"].fields
    assert (fields.audience, fields.invites) == (("morgenmoede-inviteret",), EVENT)


def test_thanks_go_to_those_who_came_and_others_to_those_who_did_not(house, register, afterwards):
    subscribe(register, "bo@x.example", "ida@x.example")
    up(house, "bo", "ida")
    afterwards()
    assert "newsletter events attended morgenmoede" in call(house, "thanks", code=1)
    call(house, "attended", "--all-but", "ida@x.example")
    call(house, "thanks")
    call(house, "thanks", "--who", "absent")
    for name, reader in (("tak-morgenmoede", "deltog"), ("savnet-morgenmoede", "udeblev")):
        result = run("build", name, "--workspace", house)
        assert f"{name}: sealed" in result.output
        assert "for 1 reader" in result.output
        assert read_workspace(house).issues[name].fields.audience == (f"morgenmoede-{reader}",)
        assert f"{name}.md" not in result.output


def test_segments_that_cannot_be_added_to_stay_as_they_are(house, afterwards, register):
    up(house, "bo")
    afterwards()
    call(house, "attended", "bo@x.example")
    put(
        house,
        SEGMENTS_FILE,
        "{byggeri: {title: Byggeri, where: {industry: F}}, handel: {title: H, where: {industry: G}},\n"
        " begge: {title: B, where: {industry: A}}}\n",
    )
    said = call(house, "thanks", code=1)
    assert "subscribers/segments.yml cannot be added to; write there yourself:\n    morgenmoede-deltog:" in said
    assert not (house / "content/issues/tak-morgenmoede.md").exists()


def test_why_says_who_is_left_out_of_an_invitation(house, register):
    subscribe(register, "bo@x.example", "ida@x.example", industry="432200")
    call(house, "invite", "--to", "byggeri")
    with register.write() as connection:
        ida = connection.scalar(select(people.c.id).where(people.c.address == "ida@x.example"))
        at = connection.scalar(select(people.c.created_at).where(people.c.id == ida))
        row = {"event": EVENT, "person_id": ida, "sequence": 0, "sent_at": at, "answer": "declined"}
        connection.execute(insert(invitations).values(row))
    why = ["subscribers", "why", "--issue", "invitation-morgenmoede", "--workspace", house]
    assert "gets the edition standard" in run(*why, "bo@x.example").output
    said = run(*why, "ida@x.example").output
    assert "does not get it; it goes to byggeri, less those who said no to morgenmoede" in said
    assert json.loads(run(*why, "ida@x.example", "--json").output)["issue"]["in_audience"] is False
    with register.write() as connection:
        connection.execute(update(invitations).values(answer="accepted"))


@pytest.mark.parametrize("language", ["da", "en"])
def test_every_draft_passes_the_checks(root, register, language):
    from datetime import datetime

    from newsletter.delivery.invitations.drafts import draft_issue, with_segment
    from newsletter.delivery.invitations.wordings import WORDINGS

    edit(root, "newsletter.yml", "title: Nyt\n", f"title: Nyt\nlanguage: {language}\n{MAILBOX}")
    workspace = read_workspace(root)
    segments = (root / SEGMENTS_FILE).read_text("utf-8")
    drafts = [
        draft_issue(each, workspace.items["event"][EVENT], workspace.settings, send=datetime(2026, 12, 2, 9))  # noqa: DTZ001
        for each in WORDINGS[language]
    ]
    added = {draft.segment.name: draft.segment for draft in drafts if draft.segment}
    for segment in added.values():
        segments = with_segment(segments, segment)
    for draft in drafts:
        put(root, draft.path, draft.text)
    put(root, SEGMENTS_FILE, segments)
    edit(root, EVENT_FILE, "summary: Kom til kaffe.", "summary: Kom til kaffe og en god snak.")
    told = json.loads(run("check", *(draft.name for draft in drafts), "--format", "json", "--workspace", root).output)
    assert [each for each in told if each["path"].startswith("content/issues/")] == []


def test_by_the_relay_each_thing_is_told_once(house, register, tmp_path):
    server = smtp_server.start(tmp_path / "accepted.jsonl", "keep")
    try:
        relayed(house, server.port)
        up(house, "Bo", "Ida", "Ole")
        assert call(house, "tell", "--really") == "morgenmoede: 3 mails sent\n"
        assert call(house, "tell", "--really") == "morgenmoede: everybody knows\n"
        call(house, "signoff", "bo@x.example")
        assert call(house, "tell", "--really") == "morgenmoede: 2 mails sent\n"
        call(house, "signup", "bo@x.example")
        assert call(house, "tell", "--really") == "morgenmoede: 1 mail sent\n"
        assert [mail["recipients"] for mail in server.accepted].count(["Bo@x.example"]) == 3
    finally:
        server.kill()


def test_who_is_invited_later_gets_an_issue_of_its_own(house, register):
    """The first has gone out: it cannot go to others, and its file is not to be renamed."""
    subscribe(register, "abe@x.example", industry="432200")
    call(house, "invite", "--to", "byggeri")
    assert "invitation-morgenmoede.md is there already" in call(house, "invite", "--to", "byggeri", code=2)
    fields = read_workspace(house).items["event"][EVENT].fields
    went_out(register, facts=calendar_facts_digest(fields), issue="invitation-morgenmoede")
    assert "content/issues/invitation-morgenmoede-2.md written" in call(house, "invite", "--to", "byggeri")
    assert "invitation-morgenmoede-2.md is there already" in call(house, "invite", "--to", "byggeri", code=2)


def test_an_event_file_that_cannot_be_read_is_told_as_that(house, register):
    edit(house, EVENT_FILE, "capacity: 2", "capacity: 0")
    assert call(house, "signup", "bo@x.example", code=1).splitlines() == [
        "content/events/morgenmoede.md cannot be read",
        "    newsletter check says what to mend in it",
    ]
    assert "did you mean 'morgenmoede'?" not in run("events", "signups", "xyz", "--workspace", house).output


def test_guests_hear_of_a_change_and_of_the_same_event_called_off_twice(house, register, tmp_path):
    """Who was invited by an issue and still gets issues hears of a change by the next one; nobody else would."""
    server = smtp_server.start(tmp_path / "accepted.jsonl", "keep")
    told = 0

    def news():
        nonlocal told
        call(house, "tell", "--really")
        new = [message_from_bytes(b64decode(mail["data"]), policy=policy.default) for mail in server.accepted[told:]]
        told += len(new)
        return {mail["To"].addresses[0].username.title(): mail for mail in new}

    def subjects(mails):
        return {name: str(mail["Subject"]).partition(":")[0] for name, mail in mails.items()}

    try:
        relayed(house, server.port)
        subscribe(register, "abe@x.example", "ida@x.example")
        up(house, "Bo", "Ida", "Ole")
        with register.write() as connection:
            row = connection.execute(select(people).where(people.c.address == "ida@x.example")).one()
            invited = {"event": EVENT, "person_id": row.id, "sequence": 0, "sent_at": row.created_at}
            connection.execute(insert(invitations).values(invited))
        assert subjects(news()) == {"Bo": "I er tilmeldt", "Ida": "I er tilmeldt", "Ole": "I står på ventelisten"}
        edit(house, EVENT_FILE, "start: 2027-01-14 08:30", "sequence: 1\nstart: 2027-01-14 09:00")
        changed = news()
        assert subjects(changed) == {"Bo": "Ændret", "Ole": "Ændret"}
        assert "kl. 9.00–10.00" in changed["Bo"].get_body(("plain",)).get_content()
        (part,) = (part for part in changed["Bo"].walk() if part.get_content_type() == "text/calendar")
        assert "SEQUENCE:1" in part.get_content()
        assert news() == {}
        run("subscribers", "unsubscribe", "ida@x.example", "--workspace", house)
        assert subjects(news()) == {"Ida": "Ændret"}
        edit(house, EVENT_FILE, "sequence: 1", "sequence: 1\ncancelled: true")
        assert set(subjects(news()).values()) == {"Aflyst"}
        edit(house, EVENT_FILE, "sequence: 1\ncancelled: true", "sequence: 3")
        assert subjects(news()) == {"Bo": "Ændret", "Ida": "Ændret", "Ole": "Ændret"}
        edit(house, EVENT_FILE, "sequence: 3", "sequence: 3\ncancelled: true")
        assert subjects(news()) == {"Bo": "Aflyst", "Ida": "Aflyst", "Ole": "Aflyst"}
        assert news() == {}
    finally:
        server.kill()


def test_nobody_invented_is_really_written_to(house, register):
    up(house, "Bo")
    with register.write() as connection:
        mark(connection, "small")
    relayed(house, 9)
    assert "this register is a sample" in call(house, "tell", "--really", code=1)
