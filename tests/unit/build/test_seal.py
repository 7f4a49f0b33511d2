"""Whole files, and a manifest that says what they are."""

from __future__ import annotations

import hashlib
import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import put

from newsletter.build.seal import (
    identify,
    read_manifest,
    tidy_assets,
    tidy_build,
    tidy_issue,
    with_digest,
    write_edition,
    write_manifest,
    write_whole,
)

FILES = {"email.html": b"<p>", "email.txt": "æ".encode()}


def manifest(*folders: str) -> dict:
    return with_digest({"tool": "t", "inputs": {}, "assets": {}, "editions": [{"folder": each} for each in folders]})


def everything(folder) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


class TestWriteWhole:
    """One file, in one step."""

    def test_a_file_that_is_already_so_is_left_untouched(self, tmp_path):
        file = tmp_path / "deep" / "a.txt"
        assert write_whole(file, b"one")
        os.utime(file, ns=(1, 1))
        assert not write_whole(file, b"one")
        assert file.stat().st_mtime_ns == 1
        assert write_whole(file, b"two")
        assert file.read_bytes() == b"two"

    def test_no_draft_is_left_behind(self, tmp_path):
        write_whole(tmp_path / "a.txt", b"one")
        write_whole(tmp_path / "a.txt", b"two")
        assert everything(tmp_path) == ["a.txt"]

    def test_who_reads_the_old_file_keeps_it_whole(self, tmp_path):
        file = put(tmp_path, "a.txt", "old")
        with file.open("rb") as reading:
            write_whole(file, b"new and longer")
            assert reading.read() == b"old"

    @given(st.binary(max_size=20), st.binary(max_size=20))
    def test_it_tells_whether_anything_changed(self, tmp_path, before, after):
        write_whole(tmp_path / "a", before)
        assert write_whole(tmp_path / "a", after) == (before != after)
        assert (tmp_path / "a").read_bytes() == after


class TestEdition:
    """A folder named after what it contains."""

    def test_the_folder_goes_by_names_and_bytes_not_by_order(self):
        edition = identify("standard", FILES)
        assert edition.folder.startswith("standard-")
        assert identify("standard", dict(reversed(FILES.items()))).folder == edition.folder
        assert identify("standard", {**FILES, "email.txt": b"e"}).folder != edition.folder
        assert (
            identify("standard", {"email.html": b"", "x": b"<p>"}).folder
            != identify("standard", {"email.html": b"<p>"}).folder
        )

    def test_its_files_are_listed_with_size_and_digest(self):
        edition = identify("standard", FILES)
        assert edition.listed == {
            f"{edition.folder}/{name}": {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
            for name, data in FILES.items()
        }

    def test_writing_it_again_changes_nothing(self, tmp_path):
        edition = identify("standard", FILES)
        assert write_edition(tmp_path, edition)
        assert not write_edition(tmp_path, edition)
        (tmp_path / edition.folder / "email.txt").unlink()
        assert write_edition(tmp_path, edition)
        assert everything(tmp_path) == [f"{edition.folder}/email.html", f"{edition.folder}/email.txt"]


class TestManifest:
    """What is sealed."""

    def test_its_digest_can_be_reckoned_again_from_the_file(self, tmp_path):
        write_manifest(tmp_path, with_digest({"subject": "Æ »x«", "n": [1, {"b": 1, "a": None}]}))
        said = json.loads((tmp_path / "manifest.json").read_bytes())
        digest = said.pop("digest")
        text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        assert digest == hashlib.sha256(text.encode()).hexdigest()

    @given(st.dictionaries(st.text(max_size=5), st.text(max_size=5) | st.integers(), min_size=1), st.randoms())
    def test_the_order_of_its_keys_does_not_matter(self, said, random):
        keys = list(said)
        random.shuffle(keys)
        assert with_digest({key: said[key] for key in keys})["digest"] == with_digest(said)["digest"]

    @pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"digest": "x"}', b"\xff"])
    def test_what_is_no_manifest_is_none(self, tmp_path, text):
        put(tmp_path, "manifest.json", text)
        assert read_manifest(tmp_path) is None

    def test_one_that_was_written_is_read(self, tmp_path):
        assert read_manifest(tmp_path) is None
        write_manifest(tmp_path, manifest("a-1"))
        assert read_manifest(tmp_path) == manifest("a-1")


class TestTidy:
    """Only what nothing lists goes."""

    def test_old_editions_and_drafts_go(self, tmp_path):
        for path in (
            "a-1/email.html",
            "a-1/.email.html.12.draft",
            "b-2/email.html",
            ".manifest.json.1.draft",
            "notes.txt",
        ):
            put(tmp_path, path, "x")
        write_manifest(tmp_path, manifest("a-1"))
        tidy_issue(tmp_path)
        assert everything(tmp_path) == ["a-1/email.html", "manifest.json"]

    def test_without_a_manifest_nothing_is_kept_not_even_the_folder(self, tmp_path):
        put(tmp_path, "2027-01/a-1/email.html", "x")
        tidy_issue(tmp_path / "2027-01")
        assert not (tmp_path / "2027-01").exists()
        tidy_issue(tmp_path / "2027-01")

    def test_a_folder_that_is_listed_and_gone_is_no_trouble(self, tmp_path):
        write_manifest(tmp_path, manifest("a-1"))
        tidy_issue(tmp_path)
        assert everything(tmp_path) == ["manifest.json"]

    def test_sealed_issues_that_are_gone_go_and_all_else_stays(self, tmp_path):
        kept = [".cache/a", ".gitignore", "2027-01/manifest.json", "index.html", "outbox/a.eml"]
        for path in (*kept, "2027-02/manifest.json", "2027-02/a/email.html"):
            put(tmp_path, path, "x")
        tidy_build(tmp_path, {"2027-01"})
        assert everything(tmp_path) == kept

    def test_links_are_removed_and_what_they_lead_to_is_not(self, tmp_path):
        put(tmp_path, "precious/manifest.json", "x")
        (tmp_path / "build").mkdir()
        (tmp_path / "build/old").symlink_to(tmp_path / "precious", target_is_directory=True)
        tidy_build(tmp_path / "build", set())
        assert everything(tmp_path) == ["precious/manifest.json"]

    def test_pictures_nobody_lists_go(self, tmp_path):
        tidy_assets(tmp_path / "assets", set())
        put(tmp_path, "assets/logo-1.png", "x")
        put(tmp_path, "assets/old-2.png", "x")
        tidy_assets(tmp_path / "assets", {"logo-1.png"})
        assert everything(tmp_path) == ["assets/logo-1.png"]
