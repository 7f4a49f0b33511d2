"""Versions: the schema is the sum of its migrations, and an older register opens with all it held."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from register_kit import NOW
from sqlalchemy import inspect, text
from support import REPOSITORY, problems_of

from newsletter.settings import read_settings
from newsletter.store.register import connect, open_register
from newsletter.store.tables import METADATA
from newsletter.store.upgrade import NEWEST, REVISIONS, alembic_config, upgrade, version_of

SETTINGS = read_settings(REPOSITORY)
PREVIOUS = REVISIONS[-2]


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request, tmp_path, monkeypatch):
    """Where a register could be: a file that is not there yet, or a database with nothing in it."""
    if request.param == "sqlite":
        yield str(tmp_path / "subscribers/register.sqlite")
        return
    server = request.getfixturevalue("server")
    url = server.database(empty=True)
    monkeypatch.setenv("NEWSLETTER_REGISTER", url)
    yield url
    server.drop(url)


def test_the_schema_is_the_sum_of_its_migrations(register):
    with register.read() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": register.is_sqlite}
        )
        assert compare_metadata(context, METADATA) == []
        inspector = inspect(connection)
        assert {*inspector.get_table_names()} == {*METADATA.tables, "alembic_version"}
        for table in METADATA.tables.values():
            made = {check["name"] for check in inspector.get_check_constraints(table.name)}
            assert {check.name for check in table.constraints if check.__visit_name__ == "check_constraint"} <= made
            for check in inspector.get_check_constraints(table.name):
                assert check["sqltext"], table.name


def test_the_list_of_versions_is_that_of_the_files(register):
    with register.read() as connection:
        scripts = ScriptDirectory.from_config(alembic_config(connection))
        assert [script.revision for script in scripts.walk_revisions()] == [*reversed(REVISIONS)]
    files = (REPOSITORY / "newsletter/store/migrations/versions").glob("v*.py")
    assert sorted(path.stem for path in files) == [f"v{revision}" for revision in REVISIONS]


@pytest.mark.parametrize("version", REVISIONS[:-1])
def test_a_register_of_an_earlier_version_comes_up_to_date_with_all_it_held(empty, tmp_path, version):
    old = connect(tmp_path, empty)
    assert upgrade(old, version) == (None, version)
    with old.write() as connection:
        values = {"name": "Eksempel ApS", "source": "manual", "at": NOW.isoformat()}
        insert = "INSERT INTO companies (name, source, updated_at) VALUES (:name, :source, :at)"
        connection.execute(text(insert), values)
    if not old.is_sqlite:
        assert upgrade(old) == (version, NEWEST)
    old.close()
    register = open_register(tmp_path, SETTINGS)
    with register.read() as connection:
        assert version_of(connection) == NEWEST
        assert connection.scalar(text("SELECT name FROM companies")) == "Eksempel ApS"
    assert upgrade(register) == (NEWEST, NEWEST)
    register.close()


def test_a_ledger_keeps_its_rows_when_it_gets_its_key(empty, tmp_path):
    old = connect(tmp_path, empty)
    upgrade(old, "0004")
    at = NOW.isoformat()
    with old.write() as connection:
        connection.execute(
            text(
                "INSERT INTO sends (id, issue, digest, audience_size, state, approved_by, approved_at, send_at)"
                " VALUES (7, '2027-01', 'd', 1, 'done', 'maja', :at, :at)"
            ),
            {"at": at},
        )
        connection.execute(text("INSERT INTO batches (send_id, number, state) VALUES (7, 1, 'done')"))
        hashed = {"hash": b"h" * 16}
        row = "INSERT INTO deliveries (send_id, address_hash, batch, edition) VALUES (7, :hash, 1, 'standard')"
        connection.execute(text(row), hashed)
        columns = "send_id, address_hash, kind, source, at"
        event = f"INSERT INTO delivery_events ({columns}) VALUES (7, :hash, 'hard', 'dsn', :at)"
        connection.execute(text(event), {**hashed, "at": at})
    upgrade(old)
    with old.read() as connection:
        assert connection.execute(text("SELECT root_id, send_id, edition FROM deliveries")).all() == [
            (7, 7, "standard")
        ]
        assert connection.execute(text("SELECT root_id, kind FROM delivery_events")).all() == [(7, "hard")]
        assert connection.scalar(text("SELECT state FROM batches")) == "done"
    old.close()


def test_a_server_is_upgraded_only_when_somebody_says_so(tmp_path, server, monkeypatch):
    """An empty one and an old one: both say what to do."""
    url = server.database(empty=True)
    monkeypatch.setenv("NEWSLETTER_REGISTER", url)
    problems = problems_of(lambda: open_register(tmp_path, SETTINGS))
    register = connect(tmp_path, url)
    upgrade(register, PREVIOUS)
    problems += problems_of(lambda: open_register(tmp_path, SETTINGS))
    register.close()
    server.drop(url)
    assert [problem.text for problem in problems] == [
        "the register is empty",
        f"the register is of an older version ({PREVIOUS})",
    ]
    assert {problem.hint for problem in problems} == {"run `newsletter register upgrade` once"}


def test_a_register_of_a_newer_newsletter_is_left_alone(register, tmp_path):
    with register.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    (problem,) = problems_of(lambda: open_register(tmp_path, SETTINGS))
    assert "newer newsletter (version 9999)" in problem.text
    with register.read() as connection:
        assert version_of(connection) == "9999"


def test_an_upgrade_that_fails_half_way_leaves_the_old_version_whole(tmp_path, monkeypatch):
    register = connect(tmp_path, str(tmp_path / "register.sqlite"))
    upgrade(register, PREVIOUS)
    before = dump(register)
    with register.write() as connection:
        connection.execute(text("CREATE TABLE notices (in_the_way TEXT)"))
    with pytest.raises(Exception, match="notices"):
        upgrade(register)
    with register.write() as connection:
        connection.execute(text("DROP TABLE notices"))
    assert dump(register) == before
    assert upgrade(register) == (PREVIOUS, NEWEST)
    register.close()


def dump(register):
    with register.read() as connection:
        return connection.execute(text("SELECT name, sql FROM sqlite_master ORDER BY name")).all()


def test_a_server_that_is_not_there_is_told_with_the_cure(tmp_path, monkeypatch):
    monkeypatch.setenv("NEWSLETTER_REGISTER", f"postgresql://nobody@/nothing?host={tmp_path}")
    (problem,) = problems_of(lambda: open_register(tmp_path, SETTINGS))
    assert problem.text.startswith("PostgreSQL cannot be reached: ")
    assert "PGPASSWORD" in problem.hint
    assert not list(Path(tmp_path).glob("subscribers/*"))
