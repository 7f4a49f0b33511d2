"""Commands on one register, one after the other and at once, as programs of their own, on both databases."""

from __future__ import annotations

import os
import subprocess
import sys

from kit import run
from register_kit import NOW
from sqlalchemy import func, select
from support import REPOSITORY, put

from newsletter.store.tables import consents, people, suppressions

BASIS = ["--basis", "consent", "--wording", "ja.txt", "--source", "messen", "--date", "2026-11-03"]


def begin(root, *words, now=NOW):
    """A command under way in the workspace."""
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "NEWSLETTER_NOW": now.isoformat()}
    return subprocess.Popen(
        [sys.executable, "-m", "newsletter", *words],
        cwd=root,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def a_list(root, name, numbers):
    rows = "".join(f"person{number}@firma{number % 40}.example;Person {number}\n" for number in numbers)
    put(root, f"subscribers/{name}.csv", f"E-mail;Navn\n{rows}")
    put(root, "ja.txt", "Ja tak til nyhedsbrevet.")
    return ["subscribers", "import", f"subscribers/{name}.csv", "--yes"]


def ended(process):
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return out


def test_two_imports_and_a_tidying_at_once_all_finish_and_lose_nothing(register, root):
    """Old people without a basis are tidied away while new ones come, some of them in both lists."""
    late = NOW.replace(year=NOW.year + 5)
    ended(begin(root, *a_list(root, "old", range(3000)), "--basis", "none"))
    under_way = [
        begin(root, *a_list(root, "one", range(2000, 9000)), *BASIS, now=late),
        begin(root, "register", "tidy", now=late),
        begin(root, *a_list(root, "two", range(6000, 13000)), *BASIS, now=late),
    ]
    for process in under_way:
        ended(process)
    ended(begin(root, "register", "tidy", now=late))
    with register.read() as connection:
        states = dict(connection.execute(select(people.c.state, func.count()).group_by(people.c.state)).all())
        said = connection.scalar(select(func.count(func.distinct(consents.c.person_id))))
    assert states == {"subscribed": 11_000}
    assert said == 11_000


def test_who_was_erased_stays_out_when_the_same_list_comes_again(register, root):
    """Two of them: one erased, one who unsubscribed. Their bytes are gone, or stay as they were."""
    words = [*a_list(root, "list", range(50)), *BASIS]
    ended(begin(root, *words))
    ended(begin(root, "subscribers", "erase", "person7@firma7.example", "--yes"))
    ended(begin(root, "subscribers", "unsubscribe", "person8@firma8.example"))
    told = ended(begin(root, *words))
    assert "1 kept out: they were erased" in told
    assert "1 kept out: they unsubscribed" in told
    with register.read() as connection:
        known = dict(connection.execute(select(people.c.address_key, people.c.state)).all())
        reasons = set(connection.scalars(select(suppressions.c.reason)))
    assert "person7@firma7.example" not in known
    assert known["person8@firma8.example"] == "unsubscribed"
    assert len(known) == 49
    assert reasons == {"erased", "unsubscribed"}
    if register.is_sqlite:
        register.close()
        files = [register.path, *register.path.parent.glob(f"{register.path.name}-*")]
        assert not any(b"person7@" in path.read_bytes() for path in files)


def test_an_import_says_on_which_basis_and_never_invents_one(root):
    """Without a word on the basis nothing is imported; `none` keeps people and writes to nobody. Two lists."""
    words = a_list(root, "list", range(3))
    refused = run("--workspace", root, *words[:2], root / words[2], "--yes")
    assert refused.exit_code == 2
    assert "--basis" in refused.stderr
    taken = run("--workspace", root, *words[:2], root / words[2], "--yes", "--basis", "none")
    assert taken.exit_code == 0
    told = run("--workspace", root, "subscribers", "why", "person1@firma1.example")
    assert "[no-basis]" in told.stdout
