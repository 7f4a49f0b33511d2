"""Words in segments, stories and campaigns that must exist."""

from __future__ import annotations

import subprocess
import sys

import pytest
from support import REPOSITORY, edit, lines, put

from newsletter.checks.references import check_references
from newsletter.workspace import read_workspace

SEGMENTS = "subscribers/segments.yml"


def told(root):
    return check_references(read_workspace(root))


def segments(root, *rules: str):
    body = "".join(f"s{number}: {{title: S, where: {rule}}}\n" for number, rule in enumerate(rules))
    edit(root, "campaigns/besoeg.yml", "audience: [begge]\n", "")
    put(root, SEGMENTS, body)


def test_words_that_exist_are_fine(root):
    segments(
        root,
        "{industry: [F, '41', '43.2', '43.22', '43.22.00', '432200', '4322']}",
        "{group10: ['1', '11']}",
        "{municipality: [Aarhus, Århus Kommune, '0751', '751']}",
        "{postcode: ['8000', 8000-8299]}",
        "{visited_in: besoeg, not_visited_in: besoeg, attended: morgenmoede, contact: service}",
        "{interests: hvad som helst, needs: x, network: y, role: z, language: da}",
    )
    assert told(root) == []


def test_each_wrong_word_is_told_at_its_place_with_a_guess(root):
    segments(
        root,
        "{industry: [F, '43.25', '45']}",
        "{group10: '12', municipality: [Aahus, '0999']}",
        "{postcode: ['800', 8299-8000]}",
        "{visited_in: besog, not_visited_in: besoegt}",
        "{all: [{attended: morgenmode}, {any: [{contact: servise}]}], not: {industry: 99.9}}",
    )
    found = told(root)
    assert lines(found) == [
        f"{SEGMENTS}:1:38 unknown-industry",
        f"{SEGMENTS}:1:47 unknown-industry",
        f"{SEGMENTS}:2:33 unknown-group",
        f"{SEGMENTS}:2:54 unknown-municipality",
        f"{SEGMENTS}:2:61 unknown-municipality",
        f"{SEGMENTS}:3:35 postcode",
        f"{SEGMENTS}:3:42 postcode",
        f"{SEGMENTS}:4:36 unknown-campaign",
        f"{SEGMENTS}:4:59 unknown-campaign",
        f"{SEGMENTS}:5:41 unknown-event",
        f"{SEGMENTS}:5:71 unknown-contact",
        f"{SEGMENTS}:5:100 unknown-industry",
    ]
    hints = [problem.hint for problem in found]
    assert hints[0].startswith("near it: 43.22 (Installation")
    assert hints[1].startswith("near it: 43 (Specialiserede")
    assert hints[2] == "write a number from 1 to 11; Bygge og anlæg is 3"
    assert hints[3] == "did you mean 'Aarhus'?"
    assert hints[6:11] == [
        "write 8000-8299",
        "did you mean 'besoeg'?",
        "did you mean 'besoeg'?",
        "did you mean 'morgenmoede'?",
        "did you mean 'service'?",
    ]
    assert all(hints)


def test_industries_of_stories_and_targets_are_checked_too(root):
    edit(root, "content/stories/bageriet.md", 'industry: "10"', 'industry: "45"')
    edit(root, "campaigns/besoeg.yml", "    total: 12\n", "    total: 12\n    by_industry: {F: 4, 43.25: 3, 44: 1}\n")
    put(root, SEGMENTS, "begge: {title: B, where: {industry: F}}\n")
    assert [line for line in lines(told(root)) if "industry" in line] == [
        "campaigns/besoeg.yml:12:25 unknown-industry",
        "campaigns/besoeg.yml:12:35 unknown-industry",
        "content/stories/bageriet.md:5:37 unknown-industry",
    ]


def test_db07_is_checked_by_its_divisions(root):
    edit(root, "newsletter.yml", "title: Nyt", "title: Nyt\nindustries: DB07")
    segments(root, "{industry: ['45', '45.99']}", "{industry: ['34', V]}")
    found = told(root)
    assert lines(found) == [f"{SEGMENTS}:2:35 unknown-industry", f"{SEGMENTS}:2:41 unknown-industry"]
    assert found[0].text == "DB07 has no code 34"


def test_with_the_users_own_file_db07_is_checked_by_its_classes(root):
    edit(root, "newsletter.yml", "title: Nyt", "title: Nyt\nindustries: DB07")
    segments(root, "{industry: ['45.11', '45.99', '10']}")
    put(root, "subscribers/industries/DB07.csv", "KODE;NIVEAU;TITEL\n10;2;Mad\n45.11;4;Biler\nxx;1;Y\n46.1;3;\n")
    assert lines(told(root)) == [
        "subscribers/industries/DB07.csv:4:1 industry-file",
        "subscribers/industries/DB07.csv:5:1 industry-file",
        f"{SEGMENTS}:1:44 unknown-industry",
    ]


def test_a_name_whose_file_cannot_be_read_is_not_unknown(root):
    segments(root, "{visited_in: besoeg, attended: morgenmoede}", "{contact: ingen, attended: intet}")
    put(root, "campaigns/besoeg.yml", "x")
    put(root, "content/events/morgenmoede.md", "x")
    assert [line.split()[1] for line in lines(told(root))] == ["unknown-contact", "unknown-event"]


@pytest.mark.parametrize("heavy", ["newsletter.subscribers.industries", "newsletter.subscribers.municipalities"])
def test_a_build_in_which_all_is_well_loads_no_nomenclature(heavy):
    code = (
        "import sys; from pathlib import Path; from newsletter.workspace import read_workspace;"
        "from newsletter.checks.references import check_references;"
        f"assert check_references(read_workspace(Path.cwd())) == []; assert {heavy!r} not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, check=True, timeout=60)
