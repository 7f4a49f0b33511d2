"""Backups: made while others write, whole or not at all, never over another, and what is put back is what there was."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from register_kit import NOW, a_company, a_person
from sqlalchemy import delete, func, insert, select, text
from support import REPOSITORY, problems_of

from newsletter.settings import read_settings
from newsletter.store import backup as room
from newsletter.store import tables
from newsletter.store.audit import note
from newsletter.store.backup import back_up, backup_path, list_backups
from newsletter.store.register import open_register
from newsletter.store.tables import METADATA, companies, consents, people, sends

SETTINGS = read_settings(REPOSITORY)


@pytest.fixture
def filled(register):
    """A register with something in every corner: all kinds of values, and rows that name each other."""
    with register.write() as connection:
        firm = a_company(connection, cvr="13748136", size=5, protected=True, updated_at=NOW + timedelta(microseconds=1))
        other = a_company(connection, name='Æbler & "Ære" ’🙂\n', industry=None)
        eve = a_person(connection, register, "eve@firma.example", company_id=firm, state="subscribed", basis="consent")
        a_person(connection, register, "adam@firma.example", subscribed_on=date(2026, 11, 1))
        wording = {"id": 3, "digest": "0" * 64, "text": "Ja tak", "first_used_at": NOW}
        connection.execute(insert(tables.wordings).values(**wording))
        said = {"person_id": eve, "kind": "given", "basis": "consent", "wording_id": 3, "source": "form", "actor": "x"}
        connection.execute(insert(consents).values(**said, at=NOW, recorded_at=NOW))
        network = {"id": 1, "slug": "netvaerk", "title": "Netværk"}
        connection.execute(insert(tables.networks).values(**network))
        connection.execute(insert(tables.network_members).values(network_id=1, company_id=other, person_id=eve))
        hidden = {"address_hash": bytes(range(16)), "reason": "erased", "at": NOW, "expires_at": NOW}
        connection.execute(insert(tables.suppressions).values(**hidden))
        snapshot = {"taken_at": NOW, "actor": "x", "reason": "approved", "segment": "a", "rule": "alle"}
        connection.execute(insert(tables.segment_snapshots).values(**snapshot, people=b"\0\xff", companies=b""))
        note(connection, now=NOW, actor="x", action="subscribers add", about="person", about_id=eve)
        a_send(connection, id=1, number=1, parent_id=None)
        a_send(connection, id=2, number=2, parent_id=None)
        connection.execute(sends.update().where(sends.c.id == 1).values(parent_id=2))  # a later one as its parent
    return register


def a_send(connection, **columns):
    values = {"issue": "2026-12", "digest": "0" * 64, "audience_size": 2, "state": "done", "approved_by": "x"}
    connection.execute(insert(sends).values(**values, approved_at=NOW, send_at=NOW, **columns))


def rows(register):
    """Everything in it."""
    with register.read() as connection:
        return {
            table.name: connection.execute(select(table).order_by(*table.primary_key)).all()
            for table in METADATA.sorted_tables
        }


def put_back(backup, register, folder):
    """The register lost, the backup in its place, the key from where it was kept: what opens."""
    register.close()
    file = folder / "subscribers/register.sqlite"
    file.parent.mkdir(parents=True, exist_ok=True)
    for old in file.parent.glob("register.sqlite*"):
        old.unlink()
    backup.path.rename(file)
    return open_register(folder, SETTINGS)


@pytest.fixture
def restored(filled, tmp_path, monkeypatch):
    """All rows before, and the register that came back."""
    before = rows(filled)
    made = back_up(filled, tmp_path / "backups/b.sqlite")
    monkeypatch.delenv("NEWSLETTER_REGISTER")
    back = put_back(made, filled, tmp_path / "register")
    yield before, back
    back.close()


def test_what_is_put_back_is_what_there_was(restored):
    before, back = restored
    assert sum(map(len, before.values())) > 10
    assert rows(back) == before


def test_what_is_put_back_refuses_what_the_register_refused(restored):
    """Its keys lead somewhere, and its logs are append-only."""
    _, back = restored
    with pytest.raises(Exception, match="FOREIGN KEY"), back.write() as connection:
        a_person(connection, back, "x@firma.example", company_id=99)
    with pytest.raises(Exception, match="append-only"), back.write() as connection:
        connection.execute(consents.update().values(source="invented"))


def test_a_number_that_was_erased_is_not_given_again_after_a_backup_was_put_back(register, tmp_path, monkeypatch):
    with register.write() as connection:
        numbers = [a_person(connection, register, f"{name}@firma.example") for name in "ab"]
        connection.execute(delete(people))
    made = back_up(register, tmp_path / "b.sqlite")
    monkeypatch.delenv("NEWSLETTER_REGISTER")
    back = put_back(made, register, tmp_path / "register")
    with back.write() as connection:
        assert a_person(connection, back, "c@firma.example") > max(numbers)
        assert a_company(connection) == 1
    back.close()


def test_a_backup_is_one_file_for_its_owners_eyes(filled, tmp_path):
    made = back_up(filled, tmp_path / "backups/b.sqlite")
    assert [path.name for path in made.path.parent.iterdir()] == ["b.sqlite"]
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert made.size == made.path.stat().st_size > 0
    assert filled.key not in made.path.read_bytes()
    assert filled.key.hex().encode() not in made.path.read_bytes()


def test_what_was_erased_is_not_in_the_backup_either(filled, tmp_path):
    with filled.write() as connection:
        connection.execute(delete(people).where(people.c.address == "eve@firma.example"))
    made = back_up(filled, tmp_path / "b.sqlite")
    assert b"eve@" not in made.path.read_bytes()
    assert b"adam@" in made.path.read_bytes()


def test_a_backup_is_never_written_over_another_file(register, tmp_path, monkeypatch):
    """One that was there before, and one that came while we wrote."""
    target = tmp_path / "b.sqlite"
    target.write_text("mine")
    problems = problems_of(lambda: back_up(register, target))
    second = tmp_path / "c.sqlite"
    monkeypatch.setattr(room, "_check", lambda *_: second.write_text("yours"))
    problems += problems_of(lambda: back_up(register, second))
    assert [problem.text for problem in problems] == ["there is a file of this name already"] * 2
    assert "never written over" in problems[0].hint
    assert (target.read_text(), second.read_text()) == ("mine", "yours")
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["b.sqlite", "c.sqlite"]


def test_a_backup_that_cannot_be_read_again_or_leads_nowhere_gets_no_name(register, tmp_path, monkeypatch):
    written = room._write

    def spoiled(register, draft):
        written(register, draft)
        with closing(sqlite3.connect(draft)) as connection, connection:
            connection.execute(spoiling)

    monkeypatch.setattr(room, "_write", spoiled)
    found = []
    for spoiling in (
        "INSERT INTO company_needs (company_id, need) VALUES (99, 'x')",
        "INSERT INTO meta (name, value) VALUES ('x', 'y')",
    ):
        if "meta" in spoiling:
            monkeypatch.setattr(room, "_write", lambda _register, draft: draft.write_bytes(b"no database" * 99))
        found += problems_of(lambda: back_up(register, tmp_path / "b.sqlite"))
    assert [problem.text for problem in found] == [
        "rows in the backup lead nowhere: 1",
        "the backup could not be written: file is not a database",
    ]
    assert not [path for path in tmp_path.iterdir() if path.is_file()]


def test_others_write_meanwhile_and_the_backup_is_of_one_moment(register, tmp_path):
    """Two rows at a time go in; in no backup is there one without the other."""
    stop = threading.Event()

    def work():
        while not stop.is_set():
            with register.write() as connection:
                a_company(connection, name="one")
                a_company(connection, name="two")

    thread = threading.Thread(target=work)
    thread.start()
    try:
        made = [back_up(register, tmp_path / f"{number}.sqlite") for number in range(4)]
    finally:
        stop.set()
        thread.join()
    counts = [_counted(each.path) for each in made]
    assert all(count % 2 == 0 for count in counts)
    assert counts == sorted(counts)
    with register.read() as connection:
        assert connection.scalar(select(func.count()).select_from(companies)) >= counts[-1]


def _counted(path):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT count(*) FROM companies").fetchone()[0]


def test_a_large_table_of_a_server_is_copied_in_parts(register, tmp_path, monkeypatch):
    from newsletter.store import portable

    monkeypatch.setattr(portable, "_CHUNK", 7)
    with register.write() as connection:
        for number in range(30):
            a_company(connection, name=str(number))
        connection.execute(delete(companies).where(companies.c.id == 3))
    made = back_up(register, tmp_path / "b.sqlite")
    with closing(sqlite3.connect(made.path)) as connection:
        numbers = [row[0] for row in connection.execute("SELECT id FROM companies ORDER BY id")]
    assert numbers == [number for number in range(1, 31) if number != 3]


def test_the_name_is_the_time_on_the_wall(tmp_path):
    moment = datetime(2026, 11, 22, 11, 5, tzinfo=UTC).astimezone(ZoneInfo("Europe/Copenhagen"))
    assert backup_path(tmp_path, moment) == tmp_path / "subscribers/backups/register-2026-11-22-1205.sqlite"


def test_backups_are_listed_oldest_first_and_half_ones_are_told(register, tmp_path):
    assert list_backups(tmp_path) == []
    for name, day in (("b.sqlite", 1), ("a.sqlite", 2), (".c.99.draft.sqlite", 3)):
        made = back_up(register, tmp_path / room.BACKUPS / name)
        os.utime(made.path, (day * 86_400, day * 86_400))
    (tmp_path / room.BACKUPS / "readme.txt").write_text("x")
    assert [(each.path.name, each.made_at.day, each.finished) for each in list_backups(tmp_path)] == [
        ("b.sqlite", 2, True),
        ("a.sqlite", 3, True),
        (".c.99.draft.sqlite", 4, False),
    ]


def test_a_register_that_is_put_back_is_brought_up_to_date(filled, tmp_path, monkeypatch):
    """The version is in the backup as well."""
    made = back_up(filled, tmp_path / "b.sqlite")
    with filled.read() as connection:
        version = connection.scalar(text("SELECT version_num FROM alembic_version"))
    with closing(sqlite3.connect(made.path)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(version,)]


def test_a_backup_that_is_stopped_half_way_leaves_nothing_behind(register, tmp_path, monkeypatch):
    def stopped(_register, draft):
        draft.write_text("half")
        raise KeyboardInterrupt

    monkeypatch.setattr(room, "_write", stopped)
    with pytest.raises(KeyboardInterrupt):
        back_up(register, tmp_path / "backups/b.sqlite")
    assert list((tmp_path / "backups").iterdir()) == []
