"""The user's own files from Danmarks Statistik: titles, and the key between DB07 and DB25."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import lines, put, source

from newsletter.subscribers.industries import (
    codes_within,
    load,
    make_key,
    matches,
    nomenclature,
    read_key,
    read_titles,
)

DB25, DB07 = nomenclature("DB25"), nomenclature("DB07")
FOLDER = "subscribers/industries"
TITLES = """\
SEKVENS;KODE;NIVEAU;TITEL;GENERELLE_NOTER
1;"G";1;Handel;
2;"45";2;Handel med biler;"En note
over to linjer; med semikolon"
3;"45.1";3;Biler;
4;"45.11";4;Personbiler;
5;"45.11.10";5;Engros med personbiler;
6;"X";1;Uoplyst;
7;"99.99.99";5;Uoplyst;
"""
KEY = """\
DB07 kode;DB07 titel;DB25 kode;DB25 titel
45.11.10;Engros;46.71.00;Engros
45.11.20;Detail;47.81.00;Detail
451120;Detail;46.71.00;Også engros
1.11.00;Korn;1.11.00;Korn
"""


class TestTitles:
    def test_they_make_db07_whole(self):
        known, problems = read_titles(source(TITLES, "DB07.csv"), "DB07")
        assert problems == []
        assert known.complete
        assert known.path(known.normalise("45.11.10")) == ("G", "45", "451", "4511", "451110")
        assert known.heading("451110") == "Engros med personbiler"
        assert known.heading("G") == "Handel"
        assert known.heading("G", "en").startswith("Wholesale")
        assert known.below("45") == ("451",)
        with pytest.raises(ValueError, match=r"^DB07 has no code 45\.19; near it: 45\.11 \(Personbiler\)$"):
            known.normalise("45.19")

    def test_six_digits_alone_are_enough(self):
        known, _ = read_titles(source("KODE;NIVEAU;TITEL\n451110;5;Engros\n", "DB07.csv"), "DB07")
        assert known.normalise("45.11") == "4511"

    def test_they_name_the_six_digits_of_db25(self):
        text = "SEKVENS,KODE,NIVEAU,TITEL\n1,011100,5,Korn\n2,43.22.00,5,Vvs\n3,1.12.00,5,Ris\n4,1,2,Landbrug\n"
        known, problems = read_titles(source(text, "DB25.csv"), "DB25")
        assert problems == []
        assert [known.heading(code) for code in ("011100", "432200", "011200", "01")] == [
            "Korn",
            "Vvs",
            "Ris",
            "Landbrug",
        ]
        assert known.heading("432200", "en") == "Vvs"
        assert known.below("4322") == ("432200",)
        assert known.search("vvs")[:3] == ("432", "4322", "432200")
        assert DB25.heading("432200") != "Vvs"

    def test_bad_lines_are_told_with_their_line_and_the_others_are_read(self):
        text = TITLES + "8;45.9x;4;Sjov;\n9;34.10;4;Biler;\n10;45.20;4;;\n11;45.32;4;Dele;\n"
        known, problems = read_titles(source(text, "DB07.csv"), "DB07")
        assert lines(problems) == [f"DB07.csv:{line}:1 industry-file" for line in (10, 11, 12)]
        assert [problem.text for problem in problems] == [
            "'45.9x' is not an industry code",
            "DB07 has no code 34.10",
            "45.20 has no title",
        ]
        assert all(problem.hint for problem in problems)
        assert known.heading("4532") == "Dele"

    def test_another_sheet_is_told_by_its_headings(self):
        for text in ("", "navn;cvr\nA;1\n", "\n\nKODE;TITEL\n1;2\n"):
            known, problems = read_titles(source(text, "DB07.csv"), "DB07")
            assert [problem.code for problem in problems] == ["industry-file"]
            assert "SEKVENS;KODE;NIVEAU;TITEL" in problems[0].hint
            assert not known.complete

    def test_a_quote_that_is_not_closed_is_told_where_it_opens(self):
        _, problems = read_titles(source('KODE;NIVEAU;TITEL\n45;2;A\n46;2;"B\n47;2;C\n', "DB07.csv"), "DB07")
        assert lines(problems) == ["DB07.csv:3:1 industry-file"]

    def test_a_wrong_file_is_not_told_a_thousand_times(self):
        text = "KODE;NIVEAU;TITEL\n" + "xyz;1;A\n" * 1000
        assert len(read_titles(source(text, "DB07.csv"), "DB07")[1]) == 20

    @given(st.text(), st.sampled_from(["", "KODE;NIVEAU;TITEL\n", "DB07\tDB25\n"]))
    def test_any_text_is_read_or_told(self, text, heading):
        read_titles(source(heading + text), "DB25")
        read_key(source(heading + text), DB07, DB25)


class TestTheKey:
    def key(self):
        key, problems = read_key(source(KEY, "DB07-DB25.csv"), DB07, DB25)
        assert problems == []
        return key

    def test_a_code_may_become_several(self):
        key = self.key()
        assert key.translate("451110") == ("467100",)
        assert key.translate("451120") == ("467100", "478100")
        assert key.translate("011100") == ("011100",)
        assert key.translate("999900") == ()

    def test_a_shorter_code_becomes_all_that_lie_under_it(self):
        assert self.key().translate("4511") == ("467100", "478100")

    def test_it_is_read_both_ways(self):
        assert self.key().translate("467100", "DB25") == ("451110", "451120")

    def test_columns_stand_in_any_order(self):
        text = "Titel\tTil DB25\tDer var db07\nx\t46.71.00\t45.11.10\n"
        key, problems = read_key(source(text), DB07, DB25)
        assert problems == []
        assert key.translate("451110") == ("467100",)

    def test_bad_lines_are_told_and_the_others_are_read(self):
        text = "DB07;DB25\n34.10.00;46.71.00\n45.11.10;45.11.10\n45.11.20;47.81.00\n;\n45.11.30\n"
        key, problems = read_key(source(text, "k.csv"), DB07, DB25)
        assert lines(problems) == [f"k.csv:{line}:1 industry-file" for line in (2, 3, 6)]
        assert key.translate("451120") == ("478100",)

    def test_a_sheet_without_the_two_columns_is_told(self):
        _, problems = read_key(source("DB07;Titel\n45.11.10;x\n", "k.csv"), DB07, DB25)
        assert [problem.hint for problem in problems] == ["the first line holds a heading with DB07 and one with DB25"]


class TestAcrossNomenclatures:
    KEY = make_key([("451110", "467100"), ("451120", "467100"), ("451120", "478100"), ("432200", "432200")])

    def test_in_one_nomenclature_no_key_is_needed(self):
        assert matches("432200", "DB25", "F", "DB25", None)
        assert matches("451110", "DB07", "45", "DB07", None)
        assert not matches("451110", "DB07", "46", "DB07", None)

    def test_across_them_only_what_is_certain_counts(self):
        assert matches("451110", "DB07", "46", "DB25", self.KEY)
        assert not matches("451120", "DB07", "46", "DB25", self.KEY)
        assert matches("451120", "DB07", "G", "DB25", self.KEY)
        assert not matches("451190", "DB07", "G", "DB25", self.KEY)

    def test_without_a_key_nothing_is_certain(self):
        assert not matches("432200", "DB07", "F", "DB25", None)
        assert codes_within("F", "DB25", None) == ()

    def test_a_workspace_on_db07_reads_db25_the_same_way(self):
        assert matches("467100", "DB25", "45", "DB07", self.KEY)
        assert codes_within("45", "DB07", self.KEY) == ("46", "467", "4671", "467100", "47", "478", "4781", "478100")

    def test_the_list_for_sql_holds_the_codes_that_match(self):
        assert codes_within("46", "DB25", self.KEY) == ("451110",)
        assert codes_within("4671", "DB25", self.KEY) == ("451110",)
        assert codes_within("F", "DB25", self.KEY) == ("43", "432", "4322", "432200")

    @given(st.sampled_from(sorted(DB25.headings)), st.data())
    def test_the_list_and_the_plain_reading_agree(self, rule, data):
        classes = [code for code in DB25.headings if len(code) == 4]
        one = st.sampled_from(classes).map("{}00".format)
        old = st.sampled_from(["451110", "451120", "432200", "620100"])
        key = make_key(data.draw(st.lists(st.tuples(old, one), max_size=8)))
        listed = set(codes_within(rule, "DB25", key))
        for code in ["451110", "4511", "451", "45", "432200", "43", "620100", "6201"]:
            assert matches(code, "DB07", rule, "DB25", key) == (code in listed)


class TestLoad:
    def test_without_files_there_are_our_own_headings_and_no_key(self, root):
        found = load(root)
        assert [found.of("DB25"), found.of("DB07")] == [DB25, DB07]
        assert found.key is None
        assert found.problems == ()

    def test_all_three_are_read_in_either_encoding(self, root):
        put(root, f"{FOLDER}/DB07.csv", TITLES.replace("Handel", "Næring").encode("cp1252"))
        put(root, f"{FOLDER}/DB25.csv", "\ufeffKODE;NIVEAU;TITEL\r\n43.22.00;5;Vvs på stedet\r\n")
        put(root, f"{FOLDER}/DB07-DB25.csv", "DB07;DB25\n45.11.10;46.71.00\n")
        found = load(root)
        assert found.problems == ()
        assert found.db07.heading("G") == "Næring"
        assert found.db25.heading("432200") == "Vvs på stedet"
        assert found.matches("451110", "DB07", "G", "DB25")
        assert found.codes_within("46", "DB25") == ("45", "451", "4511", "451110")

    def test_bad_files_are_told_together_and_stop_nothing(self, root):
        put(root, f"{FOLDER}/DB07.csv", "x;y\n")
        put(root, f"{FOLDER}/DB25.csv", b"KODE;NIVEAU;TITEL\n43;2;\x81\x9d\n")
        (root / FOLDER / "DB07-DB25.csv").mkdir()
        found = load(root)
        assert [problem.path for problem in found.problems] == [
            f"{FOLDER}/DB07-DB25.csv",
            f"{FOLDER}/DB07.csv",
            f"{FOLDER}/DB25.csv",
        ]
        assert all(problem.hint for problem in found.problems)
        assert found.key is None
        assert found.db25 is DB25

    @pytest.mark.parametrize("data", [b"\xff\xfeK\0O\0", b" " * 10_000_001], ids=["UTF-16", "too large"])
    def test_a_file_of_another_kind_is_told(self, root, data):
        put(root, f"{FOLDER}/DB07.csv", data)
        put(root, f"{FOLDER}/DB25.csv", data)
        assert lines(load(root).problems) == [f"{FOLDER}/{name}.csv:1:1 industry-file" for name in ("DB07", "DB25")]
