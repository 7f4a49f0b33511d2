"""Moving: every table and value arrives, either way, or nothing does; the old register is left and closed."""

from __future__ import annotations

import shutil
import sqlite3
import threading
import time
from contextlib import closing
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from register_kit import NOW, a_company, a_person
from sqlalchemy import Boolean, Date, Float, Integer, LargeBinary, SmallInteger, delete, insert, select, text, update
from support import REPOSITORY, problems_of

from newsletter.problems import Refused
from newsletter.settings import read_settings
from newsletter.store import move as room
from newsletter.store import tables
from newsletter.store.kinds import Moment
from newsletter.store.lines import lines_of, write_lines
from newsletter.store.marks import arrived_from, moved_to
from newsletter.store.move import Words, move_to_file, move_to_server
from newsletter.store.register import connect, open_register
from newsletter.store.tables import METADATA, audit, batches, companies, consents, meta, people, sends
from newsletter.store.upgrade import NEWEST, REVISIONS, upgrade, version_of

SETTINGS = read_settings(REPOSITORY)
WORDS = Words(actor="anna", now=NOW, old="subscribers/register.sqlite", new="postgresql://server/name")
BACK = Words(actor="anna", now=NOW, old="postgresql://server/name", new="new.sqlite")
ODD = 'Æbler\t"Ære"\\n\r\n\v\f\b\\N ’🙂\x1f\x7f\u2028 \\.'


@pytest.fixture
def file(sqlite_template, tmp_path, monkeypatch):
    """A register in a file."""
    folder = tmp_path / "register"
    shutil.copytree(sqlite_template, folder)
    register = open_register(folder, SETTINGS)
    monkeypatch.setenv("NEWSLETTER_KEY", register.key.hex())
    yield register
    register.close()


@pytest.fixture(params=[True, False], ids=["nothing", "upgraded"])
def place(request, server, tmp_path, file):
    """Where it can go: a database with nothing in it, and one with the tables of an empty register."""
    url = server.database(empty=request.param)
    target = connect(tmp_path, url)
    yield target
    target.close()
    server.drop(url)


def a_value(column, number):  # noqa: PLR0911 - one for each kind
    """Something for a column, odd where it may be."""
    kind = column.type
    if isinstance(kind, LargeBinary):
        return bytes([number, 0, 255, 92, 10] * 3 + [9])[: kind.length]
    if column.name == "id" or column.foreign_keys:
        return number
    if isinstance(kind, Moment):
        return NOW + timedelta(microseconds=number)
    if isinstance(kind, Boolean):
        return bool(number % 2)
    if isinstance(kind, Date):
        return date(2026, 11, number)
    if isinstance(kind, Float):
        return number / 7
    if isinstance(kind, Integer | SmallInteger):
        return number
    return _a_word(column, number)


def _a_word(column, number):
    for check in column.table.constraints:
        said = str(getattr(check, "sqltext", ""))
        if said.startswith(f"{column.name} IN"):
            words = [
                word for word in said.split("'")[1::2] if word not in ("sending", "paused", "stopped", "held", "dotted")
            ]
            return words[number % len(words)]
    length = getattr(column.type, "length", None)
    return f"{number:0{length}d}" if length else f"{number} {ODD}"


def fill(register):
    """Two rows in every table, and in the second nothing where nothing may be."""
    with register.write() as connection:
        for table in METADATA.sorted_tables:
            if table is meta:
                continue
            for number in (1, 2):
                row = {each.name: a_value(each, number) for each in table.c}
                if number == 2:
                    row = {name: value for name, value in row.items() if not _may_be_nothing(table.c[name])}
                connection.execute(insert(table).values(**row))
        connection.execute(update(sends).where(sends.c.id == 1).values(parent_id=2))
        connection.execute(update(tables.workers).values(beat_at=NOW - timedelta(days=1)))
    return register


def _may_be_nothing(column):
    return column.nullable and not column.primary_key


def rows(register):
    """Everything in it, but what a move itself writes."""
    with register.read() as connection:
        found = {
            table.name: connection.execute(select(table).order_by(*table.primary_key)).all()
            for table in METADATA.sorted_tables
        }
    found["audit"] = [row for row in found["audit"] if row.action not in ("register move", "register upgrade")]
    found["meta"] = [row for row in found["meta"] if not row.name.startswith("moved")]
    return found


def test_every_table_and_value_arrives_and_comes_back(file, place, tmp_path):
    before = rows(fill(file))
    assert all(before.values())
    moved = move_to_server(file, place, WORDS)
    assert rows(place) == before
    assert {name: number for name, number in moved.rows.items() if name != "meta"} == {
        name: 2 for name in METADATA.tables if name != "meta"
    }
    back = move_to_file(place, tmp_path / "new.sqlite", BACK)
    assert back.rows["audit"] == moved.rows["audit"] + 1
    register = connect(tmp_path, "new.sqlite")
    assert rows(register) == before
    register.close()
    assert not list(tmp_path.glob(".new*"))
    assert not list(tmp_path.glob("new.sqlite-*"))
    assert (tmp_path / "new.sqlite").stat().st_mode & 0o077 == 0


def test_what_arrived_refuses_what_the_register_refused(file, place):
    fill(file)
    move_to_server(file, place, WORDS)
    for change in (
        insert(people).values(a_row(people) | {"company_id": 99}),
        update(consents).values(source="invented"),
        update(audit).values(actor="x"),
        insert(companies).values(name="x", source="x", state="gone", updated_at=NOW),
    ):
        with pytest.raises(Exception, match=r"foreign key|append-only|check constraint"), place.write() as connection:
            connection.execute(change)


def a_row(table):
    return {each.name: a_value(each, 3) for each in table.c if each.name != "id"}


def test_a_number_that_was_given_is_not_given_again_on_either_side(file, place, tmp_path):
    """Not even those whose rows are gone."""
    with file.write() as connection:
        numbers = [a_person(connection, file, f"{name}@firma.example") for name in "abc"]
        connection.execute(delete(people))
        connection.execute(insert(tables.networks).values(id=7, slug="a", title="A"))
    move_to_server(file, place, WORDS)
    with place.write() as connection:
        assert a_person(connection, place, "d@firma.example") == max(numbers) + 1
        assert a_company(connection) == 1
        new = insert(tables.networks).values(slug="b", title="B").returning(tables.networks.c.id)
        assert connection.scalar(new) == 8
        connection.execute(delete(people))
    move_to_file(place, tmp_path / "new.sqlite", BACK)
    register = connect(tmp_path, "new.sqlite")
    with register.write() as connection:
        assert a_person(connection, register, "e@firma.example") == max(numbers) + 2
    register.close()


def test_the_old_one_is_left_as_it_was_and_not_opened_again(file, place, tmp_path, monkeypatch):
    before = rows(fill(file))
    move_to_server(file, place, WORDS)
    assert rows(file) == before
    problems = problems_of(lambda: open_register(tmp_path / "register", SETTINGS))
    move_to_file(place, tmp_path / "new.sqlite", BACK)
    monkeypatch.setenv("NEWSLETTER_REGISTER", place.engine.url.render_as_string().replace("+psycopg", ""))
    problems += problems_of(lambda: open_register(tmp_path / "register", SETTINGS))
    assert [problem.code for problem in problems] == ["register-moved"] * 2
    assert problems[0].text.startswith("this register was moved to postgresql://server/name on 2026-11-22")
    assert "`register: postgresql://server/name` in newsletter.yml" in problems[0].hint
    assert "new.sqlite" in problems[1].text


def test_who_had_the_old_one_open_cannot_write_to_it_either(file, place, tmp_path):
    """Nor move it on to a second place."""
    waiting = open_register(tmp_path / "register", SETTINGS)
    move_to_server(file, place, WORDS)

    def write():
        with waiting.write() as connection:
            a_company(connection)

    problems = problems_of(write) + problems_of(lambda: move_to_server(waiting, place, WORDS))
    assert [problem.code for problem in problems] == ["register-moved"] * 2
    with waiting.read() as connection:
        assert connection.execute(select(companies)).all() == []
    waiting.close()


def test_who_waits_for_a_move_of_a_server_to_end_does_not_write_to_the_old_one(server, tmp_path, monkeypatch):
    """The write begins while the move is under way. A file lets one writer in at a time anyhow."""
    url = server.database()
    monkeypatch.setenv("NEWSLETTER_REGISTER", url)
    register = open_register(tmp_path, SETTINGS)
    told, begun = [], threading.Event()

    def write():
        begun.set()
        with register.write() as connection:
            a_company(connection)

    other = threading.Thread(target=lambda: told.extend(problems_of(write)))

    def meanwhile(_name, done, _total):
        if done and not begun.is_set():
            other.start()
            begun.wait()
            time.sleep(0.2)

    source = connect(tmp_path, url)
    move_to_file(source, tmp_path / "new.sqlite", BACK, meanwhile)
    source.close()
    other.join()
    register.close()
    server.drop(url)
    assert [problem.code for problem in told] == ["register-moved"]


def test_the_new_one_opens_knows_its_key_and_where_it_came_from(file, place, tmp_path, monkeypatch):
    fill(file)
    moved = move_to_server(file, place, WORDS)
    monkeypatch.setenv("NEWSLETTER_REGISTER", place.engine.url.render_as_string().replace("+psycopg", ""))
    register = open_register(tmp_path / "register", SETTINGS)
    with register.read() as connection:
        assert version_of(connection) == NEWEST
        came = arrived_from(connection)
        assert moved_to(connection) is None
        noted = connection.execute(select(audit.c.actor, audit.c.detail).order_by(audit.c.id.desc()).limit(1)).one()
    register.close()
    assert (came.place, came.digest) == (WORDS.old, moved.digest)
    assert noted == ("anna", f'{{"rows": {sum(moved.rows.values())}, "to": "postgresql://server/name"}}')


class TestRefused:
    """Then nothing has happened: the old one is in use, the new one as it was."""

    @pytest.fixture
    def target(self, server, tmp_path):
        url = server.database(empty=True)
        target = connect(tmp_path, url)
        yield target
        target.close()
        server.drop(url)

    def refused(self, file, target, tmp_path):
        with pytest.raises(Refused) as told:
            move_to_server(file, target, WORDS)
        with file.read() as connection:
            assert moved_to(connection) is None
        return told.value

    def test_while_anything_is_under_way_and_all_of_it_is_told(self, file, target, tmp_path):
        with file.write() as connection:
            for number, state in enumerate(("sending", "paused", "stopped", "done", "approved"), start=1):
                row = {"digest": "0" * 64, "audience_size": 1, "approved_by": "x", "approved_at": NOW, "send_at": NOW}
                connection.execute(insert(sends).values(id=number, issue=f"2026-{number:02}", state=state, **row))
            connection.execute(insert(batches).values(send_id=4, number=1, state="done"))
            for number, state in enumerate(("held", "dotted", "accepted")):
                row = {"root_id": 4, "send_id": 4, "batch": 1, "edition": "a", "state": state}
                connection.execute(insert(tables.deliveries).values(address_hash=bytes([number] * 16), **row))
            for number, beat in ((1, NOW - timedelta(seconds=20)), (2, NOW - timedelta(minutes=5))):
                row = {"host": f"host{number}", "pid": number, "epoch": "x", "role": "all", "started_at": beat}
                connection.execute(insert(tables.workers).values(name=f"w{number}", beat_at=beat, **row))
        told = self.refused(file, target, tmp_path)
        assert told.text.splitlines()[1:] == [
            "  the send of 2026-01 is sending",
            "  the send of 2026-02 is paused",
            "  the send of 2026-03 is stopped",
            "  2 mails are in a worker's hands",
            "  `newsletter run` is at work on host1 (process 1)",
        ]
        assert "stop `newsletter run`" in told.hint
        assert names_in(target) == set()

    def test_by_a_register_in_use(self, file, target, tmp_path):
        upgrade(target)
        with target.write() as connection:
            a_company(connection)
            connection.execute(insert(meta).values(name="else", value="x"))
        told = self.refused(file, target, tmp_path)
        assert told.text == "the register there is not empty: it holds companies, meta"
        with target.read() as connection:
            assert connection.scalar(select(companies.c.name)) == "Eksempel ApS"

    def test_by_a_database_of_somebody_elses_and_by_a_newer_register(self, file, target, tmp_path):
        with target.write() as connection:
            connection.execute(text("CREATE TABLE people (x int)"))
            connection.execute(text("CREATE TABLE audit (x int)"))
        first = self.refused(file, target, tmp_path)
        with target.write() as connection:
            connection.execute(text("CREATE TABLE alembic_version (version_num varchar(32))"))
            connection.execute(text("INSERT INTO alembic_version VALUES ('9999')"))
        second = self.refused(file, target, tmp_path)
        assert first.text == "the database has tables of these names already: audit, people"
        assert "newer newsletter (version 9999)" in second.text
        assert names_in(target) == {"people", "audit", "alembic_version"}

    def test_by_what_postgresql_cannot_hold(self, file, target, tmp_path):
        """A NUL in a text, a number that is too large, a text that is too long: told with table and row, no more."""
        found = []
        for column, value in (("name", "hemme\0lig"), ("size", 10**12), ("cvr", "hemmelig" * 3)):
            with file.write() as connection:
                connection.execute(delete(companies))
                a_company(connection)
                connection.execute(text(f"UPDATE companies SET {column} = :value"), {"value": value})
                a_company(connection)
            found.append(self.refused(file, target, tmp_path))
        assert [each.text.partition(": ")[0] for each in found] == [
            f"PostgreSQL does not take a value of companies{column}" for column in ("", ".size", ".cvr")
        ]
        assert all(each.hint.startswith("row 1 of the table") for each in found)
        assert "hemmelig" not in str(found)
        assert names_in(target) == set()

    def test_when_what_arrived_is_not_what_left(self, file, target, tmp_path, monkeypatch):
        fill(file)
        spoiled = room.write_lines

        def spoiling(connection, table, parts):
            spoiled(connection, table, parts)
            if table in (companies, people):
                connection.execute(update(table).where(table.c.id == 2).values(name="another"))

        monkeypatch.setattr(room, "write_lines", spoiling)
        told = self.refused(file, target, tmp_path)
        different = "companies (2 rows left, 2 arrived), people (2 rows left, 2 arrived)"
        assert told.text == f"what arrived is not what left: {different}"
        assert names_in(target) == set()

    def test_by_a_file_that_is_there_and_while_somebody_writes(self, file, target, tmp_path, monkeypatch):
        monkeypatch.setattr(room, "_PATIENCE", "100ms")
        upgrade(target)
        (tmp_path / "new.sqlite").write_text("mine")
        found = []
        with pytest.raises(Refused) as told:
            move_to_file(target, tmp_path / "new.sqlite", BACK)
        found.append(told.value.text)
        with target.write() as other:
            a_company(other)
            with pytest.raises(Refused) as told:
                move_to_file(target, tmp_path / "other.sqlite", BACK)
        found.append(told.value.text)
        assert found == ["there is a file new.sqlite already", "somebody is writing to the register"]
        assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["new.sqlite"]
        assert (tmp_path / "new.sqlite").read_text() == "mine"

    def test_while_somebody_writes_to_the_file_and_by_a_full_disk(self, file, target, tmp_path, monkeypatch):
        """The second time all has arrived already, and only the old one is not closed."""
        other = sqlite3.connect(file.path)
        other.execute("BEGIN IMMEDIATE")
        file.engine.dispose()
        monkeypatch.setattr("newsletter.store.register._PATIENCE", 0.1)
        impatient = connect(file.path.parent, str(file.path))
        first = self.refused(impatient, target, tmp_path)
        other.close()
        monkeypatch.setattr(room, "_leave", full)
        second = self.refused(impatient, target, tmp_path)
        impatient.close()
        assert first.text == "somebody is writing to the register"
        assert first.hint.endswith("nothing was moved, and the register is as it was")
        assert second.text == "the register's file: database or disk is full"
        assert second.hint.endswith("all of it has arrived, only the old register is not closed yet")


def full(*_):
    raise sqlite3.OperationalError("database or disk is full")


def names_in(register):
    with register.read() as connection:
        return set(connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")))


class TestStopped:
    """Half way, and between the last two steps."""

    def test_half_way_nothing_is_there(self, file, place, tmp_path, monkeypatch):
        fill(file)
        before = names_in(place)
        monkeypatch.setattr(room.arriving, "keep_counting", stopped)
        with pytest.raises(KeyboardInterrupt):
            move_to_server(file, place, WORDS)
        assert names_in(place) == before
        monkeypatch.undo()
        assert not move_to_server(file, place, WORDS).before

    def test_at_the_very_end_it_is_finished_by_the_next_one(self, file, place, tmp_path, monkeypatch):
        fill(file)
        monkeypatch.setattr(room, "_leave", stopped)
        with pytest.raises(KeyboardInterrupt):
            move_to_server(file, place, WORDS)
        monkeypatch.undo()
        with place.write() as connection:
            a_company(connection)  # somebody has begun to use it
        moved = move_to_server(file, place, WORDS)
        assert moved.before
        with file.read() as connection:
            assert moved_to(connection).place == WORDS.new
        with place.read() as connection:
            assert len(connection.execute(select(companies)).all()) == 3

    def test_but_not_when_the_old_one_was_written_to_since(self, file, place, tmp_path, monkeypatch):
        monkeypatch.setattr(room, "_leave", stopped)
        with pytest.raises(KeyboardInterrupt):
            move_to_server(fill(file), place, WORDS)
        monkeypatch.undo()
        with file.write() as connection:
            a_company(connection)
        with pytest.raises(Refused, match="not empty"):
            move_to_server(file, place, WORDS)

    def test_the_way_back_as_well(self, file, place, tmp_path, monkeypatch):
        move_to_server(fill(file), place, WORDS)
        monkeypatch.setattr(room, "_settle", stopped)
        with pytest.raises(KeyboardInterrupt):
            move_to_file(place, tmp_path / "new.sqlite", BACK)
        assert not list(tmp_path.glob("*new*"))
        monkeypatch.undo()
        monkeypatch.setattr(room, "_leave", stopped)
        with pytest.raises(KeyboardInterrupt):
            move_to_file(place, tmp_path / "new.sqlite", BACK)
        monkeypatch.undo()
        assert move_to_file(place, tmp_path / "new.sqlite", BACK).before
        with pytest.raises(Refused, match="already"), place.write() as connection:
            connection.execute(delete(meta).where(meta.c.name == "moved"))
            a_company(connection)
            connection.commit()
            move_to_file(place, tmp_path / "new.sqlite", BACK)


def stopped(*_):
    raise KeyboardInterrupt


def test_progress_is_told_and_ends_at_the_whole(file, place, tmp_path):
    told = []
    move_to_server(fill(file), place, WORDS, lambda *words: told.append(words))
    assert told[-1][1] == told[-1][2] > 80
    assert {name for name, _, _ in told} == set(METADATA.tables)
    del told[:]
    move_to_file(place, tmp_path / "new.sqlite", BACK, lambda *words: told.append(words))
    assert told[-1][1] == told[-1][2] > 80


TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30)
MOMENTS = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)).map(lambda each: each.replace(tzinfo=UTC))  # noqa: DTZ001
NUMBERS = st.floats(allow_nan=False)
DATES = st.dates()


@settings(max_examples=25)
@given(st.lists(st.tuples(TEXTS, st.binary(max_size=40), MOMENTS, NUMBERS, DATES), min_size=1, max_size=20))
def test_any_values_are_the_same_lines_in_both_databases(both, values):
    """Texts, bytes, moments, numbers, days: what a file writes, a server writes as well once it has taken it."""
    file, server = both
    written = {
        tables.segment_snapshots: [
            {"id": n, "taken_at": at, "actor": said, "reason": said, "segment": str(n), "rule": said, "people": raw}
            | {"companies": raw[::-1]}
            for n, (said, raw, at, _, _) in enumerate(values)
        ],
        tables.rate_buckets: [
            {"relay": f"{n} {said}", "tokens": x, "at": at} for n, (said, _, at, x, _) in enumerate(values)
        ],
        tables.results: [
            {"id": n, "campaign": said, "measure": "press", "happened_on": day, "number": n, "note": said or None}
            for n, (said, _, _, _, day) in enumerate(values)
        ],
    }
    with file.write() as old, server.write() as new:
        room.speak_alike(new)
        for table, listed in written.items():
            old.execute(delete(table))
            new.execute(delete(table))
            old.execute(insert(table), listed)
            left = b"".join(lines_of(old, table))
            write_lines(new, table, [left])
            assert b"".join(lines_of(new, table)) == left
            whole = select(table).order_by(*table.primary_key)
            if table is not tables.rate_buckets:  # a server sorts texts its own way
                assert old.execute(whole).all() == new.execute(whole).all()


@pytest.fixture
def both(file, server, tmp_path):
    url = server.database()
    target = connect(tmp_path, url)
    yield file, target
    target.close()
    server.drop(url)


def test_a_version_that_comes_half_ready_is_brought_up_to_date(file, server, tmp_path):
    url = server.database(empty=True)
    target = connect(tmp_path, url)
    upgrade(target, REVISIONS[0])
    move_to_server(fill(file), target, WORDS)
    with target.read() as connection:
        assert version_of(connection) == NEWEST
    target.close()
    server.drop(url)


def test_the_old_file_is_not_changed_but_for_the_mark(file, place):
    fill(file)
    move_to_server(file, place, WORDS)
    with closing(sqlite3.connect(file.path)) as connection:
        assert {row[0] for row in connection.execute("SELECT name FROM meta")} == {"key", "moved"}
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
