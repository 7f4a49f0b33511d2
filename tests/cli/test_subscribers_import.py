"""`newsletter subscribers import | export`."""

from __future__ import annotations

import json

import pytest
from kit import run
from people_kit import WORDING, act, join
from register_kit import NOW
from sqlalchemy import func, select
from support import put

from newsletter.cli import main
from newsletter.store.tables import audit, companies, people
from newsletter.subscribers.importing.mappings import read_mappings
from newsletter.subscribers.people import unsubscribe

LIST = (
    "E-post;Kontaktperson;Firma;CVR-nr.;Tlf\r\n"
    "anna@firma.example;Anna Hansen;Brødhuset ApS;13748136;86123456\r\n"
    "bo@gmail.con;Bo;Nord;13748137;86123457\r\n"
    "carl@firma.example;Carl;Brødhuset ApS;13748136;010190-1234\r\n"
    "nej@firma.example;Nej;Brødhuset ApS;13748136;\r\n"
)


@pytest.fixture(autouse=True)
def at_noon(monkeypatch):
    monkeypatch.setenv("NEWSLETTER_NOW", NOW.isoformat())
    monkeypatch.setenv("NEWSLETTER_BY", "maja")
    monkeypatch.setattr(main, "names", tuple({*main.names, "subscribers"}))


@pytest.fixture
def basis(root):
    put(root, "subscribers/wording.txt", WORDING)
    wording = ("--wording", root / "subscribers/wording.txt")
    return ("--basis", "consent", *wording, "--source", "messen i Byen", "--date", "2026-11-20")


@pytest.fixture
def listed(tmp_path):
    path = tmp_path / "messe.csv"
    path.write_bytes(LIST.encode("cp1252"))
    return path


def call(root, verb, *words, given=None):
    result = run("subscribers", verb, *words, "--workspace", root, given=given)
    assert result.exit_code in (0, 1, 2), result.output
    return result


def number_of(register, table=people):
    with register.read() as connection:
        return connection.scalar(select(func.count()).select_from(table))


def test_a_dry_run_shows_the_columns_the_counts_and_the_problems_and_writes_nothing(register, root, basis, listed):
    result = call(root, "import", listed, *basis, "--dry-run")
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[0] == "messe.csv: CSV with semicolons, Windows-1252"
    assert lines[1] == "E-post\taddress\tE-mail\tanna@firma.example, bo@gmail.con"
    assert lines[5] == "Tlf\t-\tnot read\t86123456, 86123457"
    assert "people: 2 would be new, 0 would be changed, 0 as before" in lines
    assert "companies: 1 would be new, 0 would be changed; workplaces: 0 would be new, 0 would be changed" in lines
    assert "rows to mend: 2" in lines
    assert result.stderr.splitlines() == [
        "messe.csv:3: E-post: the ending of the domain is mistyped",
        "    write bo@gmail.com if that is meant",
        "messe.csv:3: CVR-nr.: '13748137' is not a CVR number",
        "    a CVR number has 8 digits and a check digit that fits",
        "messe.csv:4: Tlf: this looks like a CPR number",
        "    take it out: nobody's CPR number is kept here",
    ]
    assert (number_of(register), number_of(register, companies)) == (0, 0)
    assert not (root / "subscribers/imports").exists()


def test_good_rows_go_in_and_bad_ones_to_a_file_to_mend(register, root, basis, listed):
    join(register, "nej@firma.example")
    with act(register) as doing:
        unsubscribe(doing, "nej@firma.example", "en mail")
    result = call(root, "import", listed, *basis, "--yes", "--remember", "messen")
    assert result.exit_code == 1
    assert "people: 1 new, 0 changed, 0 as before" in result.stdout
    assert "1 kept out: they unsubscribed" in result.stdout
    assert "subscribed on this basis, and not before: 1" in result.stdout
    assert "to mend: subscribers/imports/messe-fejl.csv; mend it there and import that file" in result.stdout
    mend = root / "subscribers/imports/messe-fejl.csv"
    text = mend.read_text("utf-8-sig")
    assert "010190" not in text + result.output
    mend.write_text(
        text.replace("gmail.con", "gmail.com").replace("13748137", "25313763").replace("«CPR-nummer fjernet»", "")
    )
    again = call(root, "import", mend, *basis, "--yes", "--mapping", "messen")
    assert again.exit_code == 0, again.output
    assert "people: 2 new" in again.stdout
    assert read_mappings(root)["messen"]["E-post"] == "address"
    with register.read() as connection:
        actors = connection.scalars(select(audit.c.actor).where(audit.c.action == "subscribers import")).all()
    assert actors == ["maja", "maja"]


def test_the_question_decides(register, root, basis, listed, monkeypatch):
    monkeypatch.setattr("newsletter.cli.importing._somebody_is_here", lambda: True)
    assert "nothing was written" in call(root, "import", listed, *basis, given="n\n").stdout
    assert number_of(register) == 0
    result = call(root, "import", listed, *basis, given="y\n")
    assert "people: 2 would be new" in result.stdout
    assert "people: 2 new" in result.stdout
    assert number_of(register) == 2
    assert "the register says all that already" in call(root, "import", listed, *basis).stdout


def test_without_somebody_to_ask_yes_must_be_said(register, root, basis, listed):
    result = call(root, "import", listed, *basis)
    assert result.exit_code == 2
    assert "say --yes to import, or --dry-run to look only" in result.stderr
    assert number_of(register) == 0


def test_json_tells_the_same_without_anybodys_values(register, root, basis, listed):
    facts = json.loads(call(root, "import", listed, *basis, "--dry-run", "--json").stdout)
    assert facts["columns"] == {
        "E-post": "address",
        "Kontaktperson": "name",
        "Firma": "company",
        "CVR-nr.": "cvr",
        "Tlf": None,
    }
    assert (facts["dry_run"], facts["rows"], facts["bad"], facts["new"], facts["to_mend"]) == (True, 4, 2, 2, None)
    assert [(each["line"], each["column"]) for each in facts["problems"]] == [(3, "E-post"), (3, "CVR-nr."), (4, "Tlf")]
    assert "anna" not in json.dumps(facts)
    facts = json.loads(call(root, "import", listed, *basis, "--yes", "--json").stdout)
    assert (facts["dry_run"], facts["new"], facts["to_mend"]) == (False, 2, "subscribers/imports/messe-fejl.csv")


def test_columns_can_be_told(register, root, basis, listed):
    told = ("--map", "Kontaktperson=role,Firma=-", "--map", "Tlf=name")
    facts = json.loads(call(root, "import", listed, *basis, "--dry-run", "--json", *told).stdout)
    assert [*facts["columns"].values()] == ["address", "role", None, "cvr", "name"]


@pytest.mark.parametrize(
    ("told", "message"),
    [
        (("--map", "E-pots=address"), "did you mean 'E-post'?"),
        (("--map", "E-post=adress"), "did you mean 'address'?"),
        (("--map", "E-post=-,CVR-nr.=-"), "Say which: --map HEADING=address"),
        (("--mapping", "messen"), "no mapping is called 'messen'"),
        (("--remember", "Den nye"), "'Den nye' is not a short name"),
        (("--date", "2026-11-20"), "--basis none takes no --date"),
        (("--source", "liste over 010190-1234"), "looks like a CPR number"),
    ],
)
def test_what_cannot_be_is_refused_with_a_cure(register, root, listed, told, message):
    result = call(root, "import", listed, "--basis", "none", "--yes", *told)
    assert result.exit_code == 2
    assert message in " ".join(result.stderr.split())
    assert number_of(register) == 0


def test_a_consent_of_tomorrow_is_refused(register, root, basis, listed):
    result = call(root, "import", listed, *basis[:-1], "2026-11-24", "--yes")
    assert result.exit_code == 2
    assert "--date 2026-11-24 has not come yet" in " ".join(result.stderr.split())


def test_a_file_that_is_no_list_is_told_with_its_place(register, root, basis, tmp_path):
    (tmp_path / "a.csv").write_bytes(b"%PDF-1.7")
    result = call(root, "import", tmp_path / "a.csv", *basis, "--yes")
    assert result.exit_code == 1
    assert "a.csv:1:1: error: this is a PDF, not a list [import]" in result.stderr


def test_contacts_are_known_by_their_names(register, root, tmp_path):
    (tmp_path / "a.csv").write_text("E-mail;CVR;Konsulent\na@b.dk;13748136;Virksomhedsservice\nb@b.dk;13748136;Mette\n")
    result = call(root, "import", tmp_path / "a.csv", "--basis", "none", "--yes")
    assert "there is no such contact in content/contacts/" in result.stderr
    with register.read() as connection:
        assert connection.scalar(select(companies.c.contact)) == "service"


def test_what_was_imported_is_exported_with_the_same_columns(register, root, basis, listed, tmp_path):
    call(root, "import", listed, *basis, "--yes", "--remember", "messen")
    result = call(root, "export", tmp_path / "ud.csv", "--mapping", "messen")
    assert result.output == f"{tmp_path / 'ud.csv'}: 2 people\n"
    assert (tmp_path / "ud.csv").read_text("utf-8-sig").splitlines() == [
        "E-post;Kontaktperson;Firma;CVR-nr.",
        "anna@firma.example;Anna Hansen;Brødhuset ApS;13748136",
        "nej@firma.example;Nej;Brødhuset ApS;13748136",
    ]
    with register.read() as connection:
        noted = connection.execute(select(audit).where(audit.c.action == "subscribers export")).one()
    assert '"people": 2' in noted.detail


def test_an_export_says_whom_it_leaves_out(register, root, basis, tmp_path):
    join(register, "a@b.dk")
    join(register, "b@b.dk")
    with act(register) as doing:
        unsubscribe(doing, "a@b.dk", "en mail")
    result = call(root, "export", "-", "--columns", "address,Navn", "--format", "jsonl")
    assert result.stdout == '{"E-mail": "b@b.dk", "Navn": null}\n'
    assert result.stderr == "1 left out: they said no\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("ud.txt",), "use .csv, .xlsx or .jsonl, or say --format"),
        (("-", "--format", "xlsx"), "give a file name"),
        (("ud.csv", "--columns", "adress"), "did you mean 'address'?"),
        (("ud.csv", "--columns", ","), "--columns names no field"),
        (("ud.csv", "--columns", "address", "--mapping", "x"), "keep one of them"),
        (("ud.csv", "--mapping", "x"), "no mapping is called 'x'"),
    ],
)
def test_an_export_that_cannot_be_is_refused(register, root, words, message):
    result = call(root, "export", *words)
    assert result.exit_code == 2
    assert message in " ".join(result.stderr.split())


def test_no_file_is_written_over(register, root, tmp_path):
    (tmp_path / "ud.csv").write_text("før")
    assert "is there already" in call(root, "export", tmp_path / "ud.csv").stderr
    assert call(root, "export", tmp_path / "ud.csv", "--force").exit_code == 0
    assert (tmp_path / "ud.csv").read_text("utf-8-sig").startswith("E-mail;Navn;")
