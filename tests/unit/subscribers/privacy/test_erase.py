"""What an erased person had is gone: from the tables, and from the bytes of the file."""

from __future__ import annotations

import random
import sqlite3
import zipfile
from datetime import timedelta

import pytest
from people_kit import PRIVACY, join, refusal, said
from privacy_kit import ADDRESS, KEY, NAME, a_send, everyone, others, put, somebody_known_well
from register_kit import NOW, a_company
from sqlalchemy import func, insert, select, text

from newsletter.store.kinds import METADATA
from newsletter.store.tables import (
    audit,
    consents,
    deliveries,
    delivery_events,
    enquiries,
    network_members,
    people,
    segment_snapshots,
    sign_ups,
    suppressions,
    visits,
)
from newsletter.subscribers.addresses import parse_address
from newsletter.subscribers.people import Details
from newsletter.subscribers.privacy.erase import erase
from newsletter.subscribers.privacy.forget import DELETED, EMPTIED, LEDGER
from newsletter.subscribers.privacy.proof import WORDS, proof_lines
from newsletter.subscribers.snapshots import unpack
from newsletter.subscribers.suppressions import suppression_of
from newsletter.subscribers.terms import months_after

ONLY_SQLITE = pytest.mark.parametrize("register", ["sqlite"], indirect=True)
ONLY_POSTGRESQL = pytest.mark.parametrize("register", ["postgresql"], indirect=True)


def wipe(register, tmp_path, address=ADDRESS, now=NOW):
    return erase(register, PRIVACY, tmp_path, parse_address(address), now=now, actor="maja")


def held(register):
    """All bytes of the register's files, in small letters."""
    files = [register.path, *register.path.parent.glob(f"{register.path.name}-*")]
    return b"".join(path.read_bytes() for path in files).lower()


def rows(register, table):
    with register.read() as connection:
        return connection.execute(select(table)).all()


def test_no_table_with_a_person_can_be_forgotten():
    linked = {key.column.table for table in METADATA.tables.values() for key in table.foreign_keys} & {people}
    assert linked == {people}
    with_people = {
        table for table in METADATA.tables.values() for key in table.foreign_keys if key.column.table is people
    }
    assert with_people == {*DELETED, *EMPTIED, *LEDGER}
    assert {table.name for table in with_people} < set(WORDS)


def test_every_table_lets_go_and_what_others_count_stays(register, tmp_path):
    number = somebody_known_well(register)
    others(register)
    proof = wipe(register, tmp_path)
    assert proof.is_complete is False  # one mail is under way
    assert dict(proof.removed) == {
        "people": 1,
        "consents": 2,
        "sign_ups": 1,
        "invitations": 1,
        "notices": 1,
        "network_members": 1,
        "enquiries": 1,
        "deliveries": 3,
        "delivery_events": 4,
        "audit": 3,
        "segment_snapshots": 1,
    }
    with register.read() as connection:
        for table in (consents, sign_ups, network_members, enquiries, deliveries):
            left = select(func.count()).select_from(table).where(table.c.person_id == number)
            assert connection.scalar(left) == 0, table.name
        assert len(everyone(connection)) == 5
    assert [(row.person_id, row.company_id) for row in rows(register, network_members)] == [(None, 1)]
    assert [(row.topic, row.text, row.outcome) for row in rows(register, enquiries)] == [("fleksjob", None, None)]


def test_the_ledger_adds_up_without_the_person(register, tmp_path):
    somebody_known_well(register)
    wipe(register, tmp_path)
    ledger = {row.state: row for row in rows(register, deliveries)}
    assert set(ledger) == {"accepted", "skipped", "held"}
    known = register.hash_of(KEY)
    assert [state for state, row in ledger.items() if row.address_hash == known] == ["held"]
    assert {row.smtp_text for row in ledger.values()} == {None}
    events = rows(register, delivery_events)
    assert len(events) == 4
    assert sum(row.address_hash == known for row in events) == 1
    assert {row.diagnostic for row in events} == {None}


def test_the_log_of_who_did_what_forgets_whom_it_was_about(register, tmp_path):
    number = somebody_known_well(register)
    wipe(register, tmp_path)
    about = [(row.action, row.about_id, row.detail) for row in rows(register, audit)]
    assert number not in {each[1] for each in about}
    assert {each[2] for each in about[:-1]} == {"{}"}
    assert about[-1][0] == "subscribers erase"


def test_snapshots_lose_the_number_and_keep_the_others(register, tmp_path):
    number = somebody_known_well(register)
    wipe(register, tmp_path)
    left = {row.segment: list(unpack(row.people)) for row in rows(register, segment_snapshots)}
    assert left == {"byggeri": sorted({3, 900} - {number}), "handel": [5, 6]}


def test_only_a_hash_with_an_expiry_remains(register, tmp_path):
    somebody_known_well(register)
    proof = wipe(register, tmp_path)
    (only,) = rows(register, suppressions)
    assert (only.address_hash, only.reason) == (register.hash_of(KEY), "erased")
    assert only.expires_at == proof.hash_until == months_after(NOW, 24)


def test_who_was_erased_stays_out_until_they_come_back(register, tmp_path):
    somebody_known_well(register)
    wipe(register, tmp_path)
    later = NOW + timedelta(days=1)
    assert "they were erased on 2026-11-22" in refusal(lambda: join(register, ADDRESS, now=later))
    assert join(register, ADDRESS, said(later.date()), now=later, again=True).standing.state == "subscribed"


def test_an_unknown_address_is_refused_and_who_was_erased_is_looked_for_again(register, tmp_path):
    join(register, "bo@firma.example")
    told = refusal(lambda: wipe(register, tmp_path, "b0@firma.example"))
    assert "check the spelling" in told
    assert "bo@" not in told
    wipe(register, tmp_path, "bo@firma.example")
    proof = wipe(register, tmp_path, "bo@firma.example", now=NOW + timedelta(days=1))
    assert not proof.removed
    assert "erased before" in "\n".join(proof_lines(proof))


def test_the_proof_says_what_where_and_until_when_without_the_address(register, tmp_path):
    somebody_known_well(register)
    told = "\n".join(proof_lines(wipe(register, tmp_path)))
    assert "a keyed hash of the address until 2028-11-22" in told
    assert "lines of the log of consents" in told
    assert "cannot be seen" in told
    assert not any(word in told.lower() for word in ("anne", "kjær", "xn--"))
    assert ("register.sqlite: " in told) is register.is_sqlite
    assert ("replicas" in told) is not register.is_sqlite


def test_a_note_that_speaks_of_the_person_is_named(register, tmp_path):
    somebody_known_well(register)
    others(register, 1)
    with register.write() as connection:
        visit = {"consultant": "maja", "kind": "visit", "visited_on": NOW.date(), "recorded_by": "maja"}
        company = a_company(connection, cvr="12345674")
        for said_there in (f"Talte med {NAME.upper()}", f"Skriv til {KEY}.", "Talte med Marianne Kjærgaard"):
            put(connection, visits, company_id=company, note=said_there, recorded_at=NOW, **visit)
    proof = wipe(register, tmp_path)
    assert proof.mentions == ("visits 1: note", "visits 2: note")


def test_a_name_that_another_has_is_not_looked_for(register, tmp_path):
    somebody_known_well(register)
    join(register, "anne@andet.example", details=Details(name=NAME))
    proof = wipe(register, tmp_path)
    assert any("somebody else has it" in remark for remark in proof.remarks)
    assert proof.mentions == ()
    with register.read() as connection:
        assert everyone(connection) == {"anne@andet.example": NAME}


@ONLY_SQLITE
def test_everything_is_gone_from_the_file_itself(register, tmp_path):
    somebody_known_well(register)
    others(register, 30)
    with register.write() as connection:  # what only mails under way keep
        connection.execute(text("DELETE FROM delivery_events"))
        connection.execute(text("DELETE FROM deliveries WHERE state = 'held'"))
    before = held(register)
    for form in (KEY.encode(), NAME.lower().encode()):
        assert form in before
    proof = wipe(register, tmp_path)
    assert proof.is_complete
    after = held(register)
    for form in (ADDRESS, KEY, "anne.kjær@bröd.example", NAME):
        assert form.lower().encode() not in after
    assert {file.name for file in proof.looked} == {"register.sqlite"}, "its log went into it when all let go"
    assert sum(file.size for file in proof.looked) > 100_000


@ONLY_SQLITE
@pytest.mark.parametrize("seed", range(3))
def test_nothing_is_left_in_the_pages_of_a_tree_that_splits_and_merges(register, tmp_path, seed):
    chance = random.Random(seed)
    addresses = [f"{chance.getrandbits(60):x}{'x' * chance.randrange(40)}@firma.example" for _ in range(600)]
    for address in addresses[:300]:
        join(register, address, details=Details(name=f"Navn {address[:9]}"))
    gone = chance.sample(addresses[:300], 60)
    for address, newcomer in zip(gone, addresses[300:], strict=False):
        proof = wipe(register, tmp_path / "nowhere", address)
        assert not any(file.found for file in proof.looked)
        join(register, newcomer, details=Details(name=f"Navn {newcomer[:9]}"))
    after = held(register)
    assert [address for address in gone if address.encode() in after] == []
    assert [address for address in gone if f"navn {address[:9]}".encode() in after] == []


@ONLY_SQLITE
def test_what_a_careless_program_left_in_free_space_is_written_over(register, tmp_path):
    join(register, ADDRESS)
    with sqlite3.connect(register.path, isolation_level=None) as careless:
        careless.execute("PRAGMA secure_delete = OFF")
        careless.execute("CREATE TABLE extra (text)")
        careless.executemany("INSERT INTO extra VALUES (?)", [(f"{KEY} {number}",) for number in range(500)])
        careless.execute("DROP TABLE extra")
        careless.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    careless.close()
    assert KEY.encode() in held(register)
    proof = wipe(register, tmp_path)
    assert proof.rewritten
    assert not any(file.found for file in proof.looked)
    assert KEY.encode() not in held(register)
    assert "written anew" in "\n".join(proof_lines(proof))


@ONLY_SQLITE
def test_who_reads_meanwhile_is_named_as_a_hindrance(register, tmp_path, monkeypatch):
    join(register, ADDRESS)
    with register.engine.connect() as reader:
        reader.exec_driver_sql("PRAGMA busy_timeout = 10")
        reader.execute(select(people)).all()
        with register.engine.connect() as other:
            other.exec_driver_sql("PRAGMA busy_timeout = 10")
        proof = wipe(register, tmp_path)
    assert any("another program reads" in remark for remark in proof.remarks)
    again = wipe(register, tmp_path)
    assert not any("another program reads" in remark for remark in again.remarks)
    assert KEY.encode() not in held(register)


@ONLY_SQLITE
def test_a_longer_address_of_somebody_else_is_no_trace(register, tmp_path):
    for address in ("anne@firma.example", "marianne@firma.example", "anne@firma.example.org", "anne@firma.exam"):
        join(register, address)
    proof = wipe(register, tmp_path, "anne@firma.example")
    assert proof.is_complete
    assert not proof.rewritten


@ONLY_POSTGRESQL
def test_postgresql_forgets_in_its_statistics_too(register, tmp_path):
    others(register, 50)
    with register.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE people"))
        known = "SELECT count(*) FROM pg_stats WHERE histogram_bounds::text LIKE '%person7@%'"
        assert connection.scalar(text(known))
        wipe(register, tmp_path, "person7@andre.example")
        assert not connection.scalar(text(known))


def test_files_of_the_workspace_that_still_hold_it_are_listed(register, tmp_path):
    join(register, "anne@firma.example", details=Details(name="Anne Kofoed"))
    files = {
        "subscribers/imports/list.csv": "navn;mail\nAnne;ANNE@firma.example\n",
        "subscribers/imports/other.csv": "marianne@firma.example\nanne@firma.example.org\n",
        "build/outbox/1.eml": "To: Anne Kofoed <a@b.example>\n",
        "build/samples/2027-01.eml": "To: anne@firma.example\n",
        "build/page.html": "<p>Ring til Annes kollega Hanne Kofoedsen</p>",
        ".git/objects/x": "anne@firma.example",
    }
    for path, said_there in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(said_there, "utf-8")
    (tmp_path / "subscribers/imports/excel.csv").write_text("mail\nanne@firma.example\n", "utf-16")
    with zipfile.ZipFile(tmp_path / "subscribers/imports/list.xlsx", "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/sharedStrings.xml", "<t>x</t>" * 90_000 + "<t>anne@firma.example</t>")
    (tmp_path / "subscribers/imports/torn.xlsx").write_bytes(b"PK\3\4 torn")
    (tmp_path / "build/torn.gz").write_bytes(b"not packed")
    proof = wipe(register, tmp_path, "anne@firma.example")
    assert proof.elsewhere == (
        "build/outbox/1.eml",
        "subscribers/imports/excel.csv",
        "subscribers/imports/list.csv",
        "subscribers/imports/list.xlsx",
    )
    assert proof.cleared == ("build/samples/2027-01.eml",)
    assert not (tmp_path / "build/samples/2027-01.eml").exists()
    assert "build/torn.gz: the file cannot be read" in proof.remarks


@ONLY_SQLITE
def test_a_backup_beside_the_register_is_listed(register, tmp_path):
    join(register, ADDRESS)
    copy = register.path.with_name("register-2026-11-01.sqlite")
    with sqlite3.connect(register.path) as whole, sqlite3.connect(copy) as backup:
        whole.backup(backup)
    whole.close()
    backup.close()
    assert "register-2026-11-01.sqlite" in wipe(register, tmp_path / "workspace").elsewhere


def test_mails_under_way_keep_the_hash_and_the_proof_says_so(register, tmp_path):
    number = join(register, ADDRESS).person_id
    with register.write() as connection:
        row = {"batch": 1, "edition": "a", "person_id": number, "address_hash": register.hash_of(KEY)}
        send = a_send(connection)
        connection.execute(insert(deliveries).values(root_id=send, send_id=send, state="dotted", **row))
    proof = wipe(register, tmp_path)
    assert proof.under_way == 1
    assert "1 mails under way" in "\n".join(proof_lines(proof))
    with register.read() as connection:
        assert suppression_of(connection, register.hash_of(KEY), NOW).reason == "erased"
