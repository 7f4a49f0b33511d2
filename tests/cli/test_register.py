"""`newsletter register backup | upgrade | show`."""

from __future__ import annotations

import json
import os
import re
import stat
from datetime import timedelta

import pytest
from kit import run
from register_kit import NOW, a_company, a_person
from sqlalchemy import select
from support import put

from newsletter.cli.register.sizes import size
from newsletter.settings import read_settings
from newsletter.store.audit import note
from newsletter.store.overview import AuditLine, BackupFacts, Overview
from newsletter.store.register import connect, open_register
from newsletter.store.tables import METADATA, audit
from newsletter.store.upgrade import NEWEST, REVISIONS, upgrade, version_of

PREVIOUS = REVISIONS[-2]


@pytest.fixture(autouse=True)
def at_noon(monkeypatch):
    monkeypatch.setenv("NEWSLETTER_NOW", "2026-11-22T12:00:00+01:00")
    monkeypatch.setenv("NEWSLETTER_BY", "anna")


@pytest.fixture
def filled(register):
    with register.write() as connection:
        firm = a_company(connection)
        a_person(connection, register, "eva@firma.example", company_id=firm, state="subscribed", basis="consent")
        a_person(connection, register, "bo@firma.example")
        for number in range(7):
            note(connection, now=NOW, actor="bo", action=f"step {number}", about="person", about_id=2, rows=number)
    return register


def lines_of_log(register):
    with register.read() as connection:
        rows = connection.execute(select(audit.c.actor, audit.c.action, audit.c.detail).order_by(audit.c.id))
        return [tuple(row) for row in rows]


class TestBackup:
    """The whole register as one file."""

    def test_it_goes_to_its_folder_by_the_time_on_the_wall(self, filled, root):
        result = run("register", "backup", "--workspace", root)
        assert result.exit_code == 0
        file = root / "subscribers/backups/register-2026-11-22-1200.sqlite"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert result.stdout.startswith("subscribers/backups/register-2026-11-22-1200.sqlite: ")
        for words in ("personal data", "delete it in time", "The key is not in it", "subscribers/register.key"):
            assert words in result.stdout
        assert "firma.example" not in result.stdout

    def test_it_goes_where_it_is_told_and_is_noted_by_its_name_only(self, filled, root, tmp_path):
        result = run("register", "backup", tmp_path / "out/b.sqlite", "--json", "--by", "eva", "--workspace", root)
        facts = json.loads(result.stdout)
        assert facts == {"file": str(tmp_path / "out/b.sqlite"), "bytes": (tmp_path / "out/b.sqlite").stat().st_size}
        assert lines_of_log(filled)[-1] == ("eva", "register backup", '{"file": "b.sqlite"}')

    def test_a_file_that_is_there_is_left_and_so_is_a_folder(self, filled, root, tmp_path):
        mine = put(tmp_path, "mine.sqlite", "mine")
        first = run("register", "backup", mine, "--workspace", root)
        second = run("register", "backup", root, "--workspace", root)
        assert (first.exit_code, second.exit_code) == (1, 2)
        assert "mine.sqlite:1:1: error: there is a file of this name already [backup]\n    name another" in first.stderr
        assert mine.read_text() == "mine"
        assert "register backup" not in [line[1] for line in lines_of_log(filled)]

    def test_two_in_a_minute_are_told(self, filled, root):
        codes = [run("register", "backup", "--workspace", root).exit_code for _ in range(2)]
        assert codes == [0, 1]

    def test_lost_and_put_back_it_is_found_again(self, root):
        """As docs/register.md says it, with commands only."""
        with_people(root)
        assert run("register", "backup", "--workspace", root).exit_code == 0
        folder = root / "subscribers"
        for file in folder.glob("register.sqlite*"):
            file.unlink()
        (folder / "backups/register-2026-11-22-1200.sqlite").rename(folder / "register.sqlite")
        shown = run("register", "show", "--json", "--workspace", root)
        assert json.loads(shown.stdout)["people"]["subscribed"] == 1

    def test_without_the_key_the_backup_is_of_no_use_and_that_is_told(self, root):
        with_people(root)
        (root / "subscribers/register.key").unlink()
        for verb in ("backup", "show"):
            result = run("register", verb, "--workspace", root)
            assert result.exit_code == 1
            assert "the key of this register is missing" in result.stderr


def with_people(root):
    register = open_register(root, read_settings(root))
    with register.write() as connection:
        a_person(connection, register, "eva@firma.example", state="subscribed", basis="consent")
    register.close()


@pytest.mark.parametrize("verb", ["backup", "show", "upgrade"])
def test_without_a_register_there_is_nothing_to_do(root, verb):
    result = run("register", verb, "--workspace", root)
    assert result.exit_code == 2
    assert "there is no register yet" in result.stderr
    assert not (root / "subscribers/register.sqlite").exists()


class TestUpgrade:
    """From which version to which."""

    @pytest.fixture(params=["sqlite", "postgresql"])
    def old(self, request, root, monkeypatch):
        """A register of the previous version."""
        if request.param == "sqlite":
            named = str(root / "subscribers/register.sqlite")
        else:
            named = request.getfixturevalue("server").database(empty=True)
            monkeypatch.setenv("NEWSLETTER_REGISTER", named)
        register = connect(root, named)
        upgrade(register, PREVIOUS)
        register.close()
        yield named
        if request.param == "postgresql":
            request.getfixturevalue("server").drop(named)

    def test_it_tells_both_and_is_noted(self, old, root):
        first = run("register", "upgrade", "--workspace", root)
        assert first.stdout == f"the register came from version {PREVIOUS} to version {NEWEST}\n"
        second = run("register", "upgrade", "--workspace", root)
        assert second.stdout == f"the register is of the newest version already: {NEWEST}\n"
        register = open_register(root, read_settings(root))
        assert lines_of_log(register) == [
            ("anna", "register upgrade", json.dumps({"after": NEWEST, "before": PREVIOUS})),
        ]
        register.close()

    def test_programs_read_it(self, old, root):
        result = run("register", "upgrade", "--json", "--workspace", root)
        assert json.loads(result.stdout) == {"from": PREVIOUS, "to": NEWEST}

    def test_an_empty_database_of_a_server_becomes_a_register_with_a_key(self, root, server, monkeypatch):
        named = server.database(empty=True)
        monkeypatch.setenv("NEWSLETTER_REGISTER", named)
        before = run("register", "show", "--workspace", root)
        assert (before.exit_code, "newsletter register upgrade" in before.stderr) == (1, True)
        result = run("register", "upgrade", "--workspace", root)
        assert result.stdout == f"the register came from nothing to version {NEWEST}\n"
        assert (root / "subscribers/register.key").exists()
        assert run("register", "show", "--workspace", root).exit_code == 0
        server.drop(named)

    def test_a_newer_register_is_left_alone(self, register, root):
        with register.write() as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        result = run("register", "upgrade", "--workspace", root)
        assert result.exit_code == 1
        assert "newer newsletter (version 9999)" in result.stderr
        with register.read() as connection:
            assert version_of(connection) == "9999"


class TestShow:
    """Numbers, no names."""

    def test_programs_read_the_same_facts(self, filled, root):
        facts = json.loads(run("register", "show", "--json", "--workspace", root).stdout)
        assert list(facts) == list(Overview.__annotations__)
        assert facts["kind"] == ("SQLite" if filled.is_sqlite else "PostgreSQL")
        assert (facts["version"], facts["key"]) == (NEWEST, "NEWSLETTER_KEY")
        assert facts["bytes"] > 10_000
        assert set(facts["tables"]) == set(METADATA.tables)
        assert (facts["tables"]["companies"], facts["tables"]["people"], facts["tables"]["visits"]) == (1, 2, 0)
        assert facts["people"] == {"none": 1, "pending": 0, "subscribed": 1, "unsubscribed": 0}
        assert facts["backups"] == []
        assert [list(line) for line in facts["audit"]] == [list(AuditLine.__annotations__)] * 5
        assert facts["audit"][0] | {"at": ""} == {
            "at": "",
            "actor": "bo",
            "action": "step 6",
            "about": "person",
            "about_id": 2,
            "detail": {"rows": 6},
        }

    def test_people_read_lines(self, filled, root):
        result = run("register", "show", "--audit", "2", "--workspace", root)
        said = result.stdout.splitlines()
        assert result.exit_code == 0
        assert re.search(rf": (SQLite|PostgreSQL), version {NEWEST}, \d+\.\d [kM]B$", said[0])
        assert said[1] == "the key is there: NEWSLETTER_KEY"
        assert [line for line in said if line.startswith(("companies", "people"))] == [
            *("companies\t1", "people\t2", "people: none\t1", "people: subscribed\t1"),
        ]
        assert said[-2:] == [f'2026-11-22 13:00\tbo\tstep {n}\tperson 2\t{{"rows": {n}}}' for n in (6, 5)]
        assert "no backup in subscribers/backups/: `newsletter register backup` makes one" in said
        assert "firma.example" not in result.stdout

    def test_backups_are_listed_with_their_age(self, filled, root):
        for name, days in (("old", 40), ("new", 1), (".x.7.draft", 0)):
            file = put(root, f"subscribers/backups/{name}.sqlite", "x" * 1_500)
            then = (NOW - timedelta(days=days, hours=2)).timestamp()
            os.utime(file, (then, then))
        lines = run("register", "show", "--audit", "0", "--workspace", root).stdout.splitlines()[-3:]
        assert lines == [
            "subscribers/backups/old.sqlite\t1.5 kB\t40 days old",
            "subscribers/backups/new.sqlite\t1.5 kB\t1 day old",
            "subscribers/backups/.x.7.draft.sqlite\t1.5 kB\t0 days old, unfinished: delete it",
        ]
        facts = json.loads(run("register", "show", "--json", "--workspace", root).stdout)
        assert list(facts["backups"][0]) == list(BackupFacts.__annotations__)

    def test_the_file_is_named_from_the_workspace_and_a_server_without_its_password(self, root, server, monkeypatch):
        with_people(root)
        facts = json.loads(run("register", "show", "--json", "--workspace", root).stdout)
        assert (facts["register"], facts["key"]) == ("subscribers/register.sqlite", "subscribers/register.key")
        named = server.database()
        secret = named.replace("postgres@", "postgres:hemmelig@") + "&sslpassword=hemmelig"
        monkeypatch.setenv("NEWSLETTER_REGISTER", secret)
        (root / "subscribers/register.key").unlink()
        shown = run("register", "show", "--workspace", root).stdout
        assert shown.startswith(f"{named.partition('?')[0]}?host=")
        assert "hemmelig" not in shown
        server.drop(named)

    @pytest.mark.parametrize("words", [["--audit", "-1"], ["--audit", "x"]])
    def test_other_numbers_are_refused(self, filled, root, words):
        assert run("register", "show", *words, "--workspace", root).exit_code == 2


def test_sizes_are_told_in_words():
    numbers = [0, 999, 1000, 70_000, 999_949, 1_250_000, 3_000_000_000, 4_000_000_000_000]
    assert [size(number) for number in numbers] == [
        *("0 bytes", "999 bytes", "1.0 kB", "70.0 kB", "999.9 kB", "1.2 MB", "3.0 GB", "4000.0 GB"),
    ]
