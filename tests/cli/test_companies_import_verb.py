"""`companies import`: what CVR says comes in, what is wrong is told, and a rehearsal keeps nothing."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from kit import run
from sqlalchemy import func, select

from newsletter.store.tables import audit, companies
from newsletter.subscribers.companies import importing

sys.path.insert(0, str(Path(__file__).parents[1] / "unit/subscribers"))
from cvr_kit import CVRS, FIRST, SECOND, a_firm, a_unit, answer, since

NOW = "2026-11-22T12:00:00+01:00"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "cvr.json"
    write(path, a_firm(FIRST), a_firm(SECOND, reklamebeskyttet=True), a_unit())
    return path


def write(path: Path, *documents: object) -> None:
    path.write_text(json.dumps(answer(*documents), indent=1), "utf-8")  # type: ignore[arg-type]


def count(register) -> int:
    with register.read() as connection:
        return connection.scalar(select(func.count()).select_from(companies))


@pytest.fixture
def take(register, root, monkeypatch):
    monkeypatch.setenv("NEWSLETTER_NOW", NOW)
    return lambda *words: run("companies", "import", *words, "--workspace", root)


def test_it_counts_what_came_in_and_the_same_again_is_nothing(register, take, file):
    first = take(file, "--by", "eva")
    assert first.exit_code == 0
    assert first.stdout.splitlines() == [
        "companies: 2 new, 0 changed, 0 as before",
        "workplaces: 1 new, 0 changed, 0 closed",
        "1 advertising-protected: in no segment and no list without their own consent",
    ]
    assert "companies: 0 new, 0 changed, 2 as before" in take(file).stdout
    with register.read() as connection:
        assert [line.actor for line in connection.execute(select(audit))] == ["eva"]


def test_a_dry_run_tells_the_same_and_writes_nothing(register, take, file):
    told = take(file, "--dry-run").stdout
    assert "companies: 2 would be new, 0 would be changed, 0 as before" in told
    assert told.splitlines()[-1] == "nothing was written: leave --dry-run out to do it"
    assert count(register) == 0


def test_two_that_are_wrong_are_told_with_their_places_and_the_good_one_goes_in(register, take, file):
    write(file, a_firm("99999999"), a_firm(FIRST), a_firm(SECOND, navne=[]))
    found = take(file)
    assert found.exit_code == 1
    assert f"{file}:8:4: error: '99999999' is not a CVR number" in found.stderr
    assert f"error: {SECOND}: the company has no name [cvr-name]" in found.stderr
    assert "2 not read: mend or fetch them again, the lines above say why" in found.stdout
    assert count(register) == 1


def test_a_warning_is_told_and_is_no_failure(take, file):
    write(file, a_firm(virksomhedsstatus=[since(status="PÅ MÅNEN")]))
    found = take(file)
    assert found.exit_code == 0
    assert "warning" in found.stderr


def test_of_many_problems_the_first_are_told_and_the_others_counted(take, file):
    write(file, *(a_firm("99999999") for _ in range(25)))
    assert take(file).stderr.count("error:") == 20
    assert "… and 5 more" in take(file).stderr


def test_json_tells_the_same_to_programs(take, file):
    write(file, a_firm(FIRST), a_firm("99999999"))
    facts = json.loads(take(file, "--json").stdout)
    assert list(facts) == list(importing.Outcome.__dataclass_fields__)
    assert (facts["new"], facts["errors"]) == (1, 1)
    assert list(facts["problems"][0]) == ["path", "line", "column", "code", "severity", "text", "hint"]


def test_several_files_go_in_together(register, take, tmp_path):
    for number, cvr in enumerate(CVRS[:3]):
        write(tmp_path / f"{number}.json", a_firm(cvr, penheder=[]))
    assert "companies: 3 new" in take(*(tmp_path / f"{number}.json" for number in range(3))).stdout


def test_a_sample_takes_nothing_real(register, take, file, root):
    assert run("register", "sample", "--companies", "3", "--workspace", root).exit_code == 0
    found = take(file)
    assert found.exit_code == 1
    assert found.stderr.startswith("this register is a sample: its companies and people are invented\n    move the")
    assert count(register) == 3


def test_a_missing_file_is_told_by_name(take):
    found = take("nowhere.json")
    assert found.exit_code == 2
    assert "nowhere.json" in found.stderr
