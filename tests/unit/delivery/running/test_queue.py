"""The queue's tables: made when they are missing, of the right version, and in nobody's way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from register_kit import NOW, a_person
from sqlalchemy import inspect, text

from newsletter.delivery.running.queue import make_queue
from newsletter.problems import Refused
from newsletter.store.backup import back_up
from newsletter.store.overview import overview
from newsletter.store.register import connect
from newsletter.store.tables import METADATA

if TYPE_CHECKING:
    from pathlib import Path

    from newsletter.store.register import Register

pytestmark = pytest.mark.parametrize("register", ["postgresql"], indirect=True)


def execute(register: Register, *statements: str) -> None:
    with register.write() as connection:
        for statement in statements:
            connection.execute(text(statement))


def test_it_is_made_once(register: Register):
    assert [make_queue(register), make_queue(register), make_queue(register, renew=True)] == [True, False, False]


def test_many_processes_that_start_at_once_make_one(register: Register):
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(lambda _: make_queue(register), range(6))) == [False] * 5 + [True]


def test_an_empty_schema_that_the_databases_owner_made_is_used(register: Register):
    execute(register, "CREATE SCHEMA procrastinate")
    assert make_queue(register)


def test_another_versions_queue_is_renewed_only_by_an_upgrade(register: Register):
    make_queue(register)
    mark = "newsletter''s queue of batches; may be dropped while no newsletter runs; older"
    execute(register, f"COMMENT ON SCHEMA procrastinate IS '{mark}'")
    with pytest.raises(Refused, match="register upgrade"):
        make_queue(register)
    assert make_queue(register, renew=True)
    assert not make_queue(register)


def test_somebody_elses_schema_is_left_alone(register: Register):
    execute(register, "CREATE SCHEMA procrastinate", "CREATE TABLE procrastinate.theirs (id integer)")
    for renew in (False, True):
        with pytest.raises(Refused, match="not newsletter's"):
            make_queue(register, renew=renew)


def test_a_user_who_may_not_make_it_is_told_what_makes_it_possible(register: Register, tmp_path: Path):
    execute(register, "DROP ROLE IF EXISTS clerk", "CREATE ROLE clerk LOGIN")
    url = register.engine.url.set(username="clerk", drivername="postgresql").render_as_string(hide_password=False)
    theirs = connect(tmp_path, url)
    with pytest.raises(Refused, match="CREATE SCHEMA procrastinate AUTHORIZATION clerk"):
        make_queue(theirs)
    execute(register, "CREATE SCHEMA procrastinate AUTHORIZATION clerk")
    assert [make_queue(theirs), make_queue(theirs)] == [True, False]
    theirs.close()


def test_it_is_in_nobodys_way(register: Register, tmp_path: Path):
    """Neither Alembic nor the register's own commands see it."""
    with register.write() as connection:
        a_person(connection, register, "ida@firma.example")
    make_queue(register)
    with register.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
        assert {*inspect(connection).get_table_names()} == {*METADATA.tables, "alembic_version"}
    assert set(overview(register, tmp_path, NOW, 0)["tables"]) == set(METADATA.tables)
    assert back_up(register, tmp_path / "backup.sqlite").finished
