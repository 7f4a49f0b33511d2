"""The register opens by itself, knows its key, keeps its logs, and is for its owner's eyes only."""

from __future__ import annotations

import sqlite3
import stat
import threading
from datetime import datetime, timedelta, timezone

import pytest
from register_kit import NOW, a_company, a_person
from sqlalchemy import delete, exc, func, insert, select, text, update
from support import REPOSITORY, problems_of

from newsletter.settings import read_settings
from newsletter.store.audit import note
from newsletter.store.key import KEY_FILE, address_hash
from newsletter.store.register import find_register, open_register
from newsletter.store.tables import audit, companies, consents, people

SETTINGS = read_settings(REPOSITORY)


def test_a_new_register_and_its_key_are_readable_by_their_owner_only(tmp_path):
    assert find_register(tmp_path, SETTINGS) is None
    open_register(tmp_path, SETTINGS).close()
    made = sorted((tmp_path / "subscribers").iterdir())
    assert [path.name for path in made] == ["register.key", "register.sqlite"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in made} == {0o600}
    assert find_register(tmp_path, SETTINGS) == "subscribers/register.sqlite"


def test_a_register_that_others_may_read_is_closed_to_them(tmp_path):
    open_register(tmp_path, SETTINGS).close()
    file = tmp_path / "subscribers/register.sqlite"
    file.chmod(0o644)
    register = open_register(tmp_path, SETTINGS)
    with register.write() as connection:
        a_company(connection)
        assert {path.stat().st_mode & 0o077 for path in file.parent.glob("register.sqlite*")} == {0}
    register.close()


def test_sqlite_keeps_a_write_ahead_log_and_foreign_keys_and_overwrites_what_is_deleted(tmp_path):
    register = open_register(tmp_path, SETTINGS)
    with register.read() as connection:
        asked = {name: connection.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "foreign_keys")}
        asked["secure_delete"] = connection.scalar(text("PRAGMA secure_delete"))
    register.close()
    assert asked == {"journal_mode": "wal", "foreign_keys": 1, "secure_delete": 1}


def test_another_key_and_no_key_are_refused_with_the_cure(tmp_path, monkeypatch):
    open_register(tmp_path, SETTINGS).close()
    key = (tmp_path / KEY_FILE).read_text()
    (tmp_path / KEY_FILE).unlink()
    problems = problems_of(lambda: open_register(tmp_path, SETTINGS))
    monkeypatch.setenv("NEWSLETTER_KEY", "00" * 32)
    problems += problems_of(lambda: open_register(tmp_path, SETTINGS))
    assert [problem.text for problem in problems] == [
        "the key of this register is missing",
        "the key of this register is another register's",
    ]
    assert all("put the key back" in problem.hint for problem in problems)
    monkeypatch.setenv("NEWSLETTER_KEY", key)
    open_register(tmp_path, SETTINGS).close()


def test_a_file_that_is_no_register_and_one_that_is_locked_are_told_with_the_cure(tmp_path, monkeypatch):
    monkeypatch.setattr("newsletter.store.register._PATIENCE", 0.1)
    open_register(tmp_path, SETTINGS).close()
    file = tmp_path / SETTINGS.register_at
    with sqlite3.connect(file) as other:
        other.execute("UPDATE alembic_version SET version_num = '0003'")
        other.execute("DROP TABLE link_clicks")
        other.commit()
        other.execute("BEGIN EXCLUSIVE")
        problems = problems_of(lambda: open_register(tmp_path, SETTINGS))
        other.rollback()
    other.close()
    file.write_bytes(b"this is a letter, no database" * 100)
    problems += problems_of(lambda: open_register(tmp_path, SETTINGS))
    assert [problem.text.partition(":")[0] for problem in problems] == [
        "another program is writing to the register",
        "this is no register",
    ]
    assert file.read_bytes().startswith(b"this is a letter")


@pytest.mark.parametrize("text", ["", "abc", "zz" * 32, "00" * 31, "00" * 33, "ø" * 64])
def test_a_key_that_is_none_is_a_problem_in_its_file(tmp_path, text):
    (tmp_path / "subscribers").mkdir()
    (tmp_path / KEY_FILE).write_text(text, "utf-8")
    (problem,) = problems_of(lambda: open_register(tmp_path, SETTINGS))
    assert (problem.path, problem.code) == (KEY_FILE, "register-key")


def test_the_hash_of_an_address_is_hmac_sha256_cut_to_16_bytes():
    """The first vector of RFC 4231 § 4.3, whose key is shorter than ours."""
    expected = bytes.fromhex("5bdcc146bf60754e6a042426089575c7")
    assert address_hash(b"Jefe", "what do ya want for nothing?") == expected


def test_a_write_that_fails_leaves_nothing_behind(register):
    with pytest.raises(RuntimeError), register.write() as connection:
        a_company(connection)
        raise RuntimeError
    with register.read() as connection:
        assert connection.scalar(select(func.count()).select_from(companies)) == 0


def test_lines_of_the_logs_cannot_be_changed(register):
    with register.write() as connection:
        person = a_person(connection, register, "a@eksempel.example")
        connection.execute(
            insert(consents).values(
                person_id=person, kind="given", basis="consent", source="a form", actor="us", at=NOW, recorded_at=NOW
            )
        )
        note(connection, now=NOW, actor="us", action="subscribers add", about="person", about_id=person, company=1)
    for change in (update(consents).values(actor="them"), update(audit).values(actor="them")):
        with pytest.raises(exc.DBAPIError, match="append-only"), register.write() as connection:
            connection.execute(change)


def test_an_audit_line_can_forget_whom_it_was_about(register):
    with register.write() as connection:
        note(connection, now=NOW, actor="us", action="subscribers erase", about="person", about_id=3, rows=1)
        connection.execute(update(audit).values(about_id=None, detail="{}"))
        row = connection.execute(select(audit.c.action, audit.c.about_id, audit.c.detail)).one()
    assert tuple(row) == ("subscribers erase", None, "{}")


def test_a_time_comes_back_as_it_was_in_utc_and_one_without_a_zone_is_refused(register):
    copenhagen = NOW.astimezone(timezone(timedelta(hours=1)))
    with register.write() as connection:
        number = a_company(connection, updated_at=copenhagen)
        assert connection.scalar(select(companies.c.updated_at).where(companies.c.id == number)) == NOW
        assert connection.scalar(select(companies.c.id).where(companies.c.updated_at <= NOW)) == number
    with pytest.raises(exc.StatementError, match="needs a time zone"), register.write() as connection:
        a_company(connection, updated_at=datetime(2026, 1, 1))  # noqa: DTZ001


def test_foreign_keys_hold(register):
    with pytest.raises(exc.IntegrityError), register.write() as connection:
        a_person(connection, register, "a@eksempel.example", company_id=99)


def test_a_number_is_never_given_twice(register):
    """What a snapshot remembers of an erased person must not point at somebody else."""
    with register.write() as connection:
        first = a_person(connection, register, "a@eksempel.example")
        connection.execute(delete(people))
        assert a_person(connection, register, "b@eksempel.example") > first


def test_writers_wait_for_each_other(register):
    """Two threads read, then write, a hundred times: no one is refused, and nothing is lost."""
    failures = []

    def work(name):
        try:
            for number in range(50):
                with register.write() as connection:
                    count = connection.scalar(select(func.count()).select_from(companies))
                    a_company(connection, name=f"{name} {number} {count}")
        except exc.DBAPIError as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with register.read() as connection:
        assert connection.scalar(select(func.count()).select_from(companies)) == 100


def test_a_durable_write_waits_for_the_disk_and_the_next_one_does_not(register):
    """2 is FULL, 1 is NORMAL: a commit may be lost with the power. A server always waits."""
    if not register.is_sqlite:
        with register.write(durable=True) as connection:
            assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"
        return
    with register.write(durable=True) as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
    with register.write() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 1
