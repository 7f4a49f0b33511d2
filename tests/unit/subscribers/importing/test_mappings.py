"""subscribers/mappings.yml."""

from __future__ import annotations

import pytest

from newsletter.problems import Invalid
from newsletter.subscribers.importing.mappings import MAPPINGS_FILE, mapping_named, read_mappings, remember_mapping


def write(folder, text):
    path = folder / MAPPINGS_FILE
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")


def text(folder):
    return (folder / MAPPINGS_FILE).read_text("utf-8")


def test_a_mapping_is_remembered_by_its_name(tmp_path):
    assert read_mappings(tmp_path) == {}
    remember_mapping(tmp_path, "liste", {"E-post: ny": "address", "123": "cvr", "Åse # x": "name"})
    assert mapping_named(tmp_path, "liste") == {"E-post: ny": "address", "123": "cvr", "Åse # x": "name"}
    assert list(tmp_path.glob("subscribers/.*")) == []


def test_what_else_the_file_says_stays(tmp_path):
    write(tmp_path, "# Vores\na:\n  Mail: address\n\n# Den nye\nb: {Navn: name}  # sic\nc:\n  Firma: company")
    remember_mapping(tmp_path, "a", {"Post": "address"})
    assert text(tmp_path) == "# Vores\na:\n  Post: address\n\n# Den nye\nb: {Navn: name}  # sic\nc:\n  Firma: company"
    remember_mapping(tmp_path, "d", {"By": "town"})
    remember_mapping(tmp_path, "c", {"CVR": "cvr"})
    assert text(tmp_path).endswith("b: {Navn: name}  # sic\nc:\n  CVR: cvr\n\nd:\n  By: town\n")
    assert [*read_mappings(tmp_path)] == ["a", "b", "c", "d"]


def test_a_name_nobody_remembers_is_told_with_a_guess(tmp_path):
    with pytest.raises(ValueError, match="no mapping is called 'x'; remember one"):
        mapping_named(tmp_path, "x")
    remember_mapping(tmp_path, "liste", {"By": "town"})
    with pytest.raises(ValueError, match="did you mean 'liste'"):
        mapping_named(tmp_path, "lsite")


def test_a_file_that_is_wrong_is_told_with_places_and_left_alone(tmp_path):
    wrong = "a:\n  Mail: adress\n  Firma: compny\n"
    write(tmp_path, wrong)
    with pytest.raises(Invalid) as caught:
        remember_mapping(tmp_path, "b", {"By": "town"})
    assert [problem.line for problem in caught.value.problems] == [2, 3]
    assert text(tmp_path) == wrong


def test_a_name_that_is_no_short_name_is_refused(tmp_path):
    with pytest.raises(ValueError, match="not a short name"):
        remember_mapping(tmp_path, "Vores liste", {"By": "town"})
