"""`newsletter register move`: to PostgreSQL and back, as programs of their own; killed half way, nothing is there."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import psycopg
import pytest
from kit import call, run
from register_kit import NOW, a_person
from sqlalchemy import insert
from support import REPOSITORY

from newsletter.settings import read_settings
from newsletter.store.register import open_register
from newsletter.store.tables import people

MANY = 20_000


@pytest.fixture(autouse=True)
def at_noon(monkeypatch):
    monkeypatch.setenv("NEWSLETTER_NOW", "2026-11-22T12:00:00+01:00")
    monkeypatch.setenv("NEWSLETTER_BY", "anna")


@pytest.fixture
def url(server):
    url = server.database(empty=True)
    yield url
    server.drop(url)


@pytest.fixture
def filled(root):
    """A register in the workspace's file."""
    register = open_register(root, read_settings(root))
    with register.write() as connection:
        a_person(connection, register, "eva@firma.example", state="subscribed", basis="consent")
    register.close()
    return root


def test_there_and_back_as_the_page_says_it(filled, url, monkeypatch):
    there = run("register", "move", url, "--workspace", filled)
    assert there.exit_code == 0, there.stderr
    said = there.stdout.splitlines()
    assert "people\t1" in said
    assert (
        f"2 rows of 2 tables moved from subscribers/register.sqlite to {named_in(said)}; counted and compared"
        in there.stdout
    )
    assert "    register: " + named_in(said) in said
    closed = run("register", "show", "--workspace", filled)
    assert closed.exit_code == 1
    assert "[register-moved]" in closed.stderr
    assert f"write `register: {named_in(said)}` in newsletter.yml" in closed.stderr
    assert "eva@" not in there.stdout
    monkeypatch.setenv("NEWSLETTER_REGISTER", named_in(said))
    shown = json.loads(run("register", "show", "--json", "--workspace", filled).stdout)
    assert (shown["kind"], shown["people"]["subscribed"]) == ("PostgreSQL", 1)
    back = run("register", "move", "subscribers/new.sqlite", "--json", "--workspace", filled)
    facts = json.loads(back.stdout)
    assert list(facts) == ["from", "to", "rows", "digest", "before"]
    assert (facts["from"], facts["to"], facts["rows"]["people"]) == (named_in(said), "subscribers/new.sqlite", 1)
    monkeypatch.setenv("NEWSLETTER_REGISTER", "subscribers/new.sqlite")
    assert json.loads(run("register", "show", "--json", "--workspace", filled).stdout)["people"]["subscribed"] == 1


def named_in(said):
    """The address that newsletter.yml is to say."""
    return next(line for line in said if line.startswith("    register: ")).removeprefix("    register: ")


def test_what_would_be_no_move_is_refused(filled, url, monkeypatch):
    """A file to a file, a server to a server, a register that is not there."""
    first = run("register", "move", "other.sqlite", "--workspace", filled)
    monkeypatch.setenv("NEWSLETTER_REGISTER", url)
    run("register", "upgrade", "--workspace", filled)
    second = run("register", "move", url, "--workspace", filled)
    monkeypatch.setenv("NEWSLETTER_REGISTER", "subscribers/none.sqlite")
    third = run("register", "move", url, "--workspace", filled)
    assert [each.exit_code for each in (first, second, third)] == [2, 2, 2]
    assert "newsletter register backup other.sqlite" in first.stderr
    assert "pg_dump" in second.stderr
    assert "there is no register yet" in third.stderr


def test_a_password_in_the_address_and_a_server_that_is_not_there_are_told(filled, tmp_path):
    secret = run("register", "move", "postgresql://anna:hemmelig@localhost/x", "--workspace", filled)
    hidden = run("register", "move", "postgresql://anna@localhost/x?sslpassword=hemmelig", "--workspace", filled)
    missing = run("register", "move", f"postgresql://anna@/x?host={tmp_path}", "--workspace", filled)
    assert [each.exit_code for each in (secret, hidden, missing)] == [1, 1, 1]
    for each in (secret, hidden):
        assert "PGPASSWORD" in each.stderr
        assert "hemmelig" not in each.stderr
    assert missing.stderr.startswith("PostgreSQL cannot be reached: ")
    assert run("register", "show", "--workspace", filled).exit_code == 0


def test_killed_half_way_the_target_is_empty_and_the_register_in_use(root, url, server):
    """A process of its own, killed while it writes; then the same command goes well."""
    register = open_register(root, read_settings(root))
    row = {"created_at": NOW, "updated_at": NOW, "name": "Ærlig Åkjær" * 20}
    with register.write() as connection:
        keys = [f"person{number}@firma.example" for number in range(MANY)]
        rows = [{"address": key, "address_key": key, "address_hash": register.hash_of(key), **row} for key in keys]
        connection.execute(insert(people), rows)
    register.close()
    watching = psycopg.connect(server.url("postgres"), autocommit=True)
    with watching:
        for _ in range(2):
            process = begin(root, url)
            wait_for(watching, process, url)
            process.send_signal(signal.SIGKILL)
            process.wait()
        ended(watching, url)
        assert tables(url) == set()
        assert json.loads(call("register", "show", "--json", folder=root).stdout)["people"]["none"] == MANY
        done = call("register", "move", url, folder=root)
    assert f"people\t{MANY}" in done.stdout, done.stderr
    assert "register-moved" in call("register", "show", folder=root).stderr


def begin(root, url):
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    words = [sys.executable, "-m", "newsletter", "register", "move", url]
    return subprocess.Popen(words, cwd=root, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def name_of(url):
    return url.partition("@/")[2].partition("?")[0]


def wait_for(watching, process, url):
    """Until rows are being copied."""
    sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND query LIKE 'COPY %%'"
    while not watching.execute(sql, (name_of(url),)).fetchone()[0]:
        assert process.poll() is None
        time.sleep(0.002)


def ended(watching, url):
    """Until the server has noticed."""
    while watching.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = %s", (name_of(url),)).fetchone()[0]:
        time.sleep(0.01)


def tables(url):
    with psycopg.connect(url) as connection:
        return {name for (name,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}
