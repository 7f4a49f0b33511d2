"""Which files a workspace is made of."""

from __future__ import annotations

import os

from support import put

from newsletter.inputs import find_root, list_files


def test_all_files_are_listed_sorted_and_hidden_ones_are_not(root):
    put(root, "content/stories/.draft.md", "x")
    put(root, "content/.hidden/a.md", "x")
    put(root, "build/2027-01/a.html", "x")
    put(root, "README.md", "x")
    found = list(list_files(root))
    assert found == sorted(found)
    assert found[0] == "campaigns/besoeg.yml"
    assert "newsletter.yml" in found
    assert "layouts/text/issue.txt.j2" in found
    assert not [path for path in found if "." in path.split("/")[0][:1] or "/." in path or path.startswith("build")]


def test_a_change_shows_in_the_stat_and_nothing_else_does(root):
    before = list_files(root)
    assert list_files(root) == before
    put(root, "newsletter.yml", (root / "newsletter.yml").read_text("utf-8") + "# more\n")
    after = list_files(root)
    assert [path for path in after if after[path] != before[path]] == ["newsletter.yml"]


def test_a_file_replaced_by_one_of_the_same_size_and_time_is_seen(root):
    file = root / "newsletter.yml"
    before, stat = list_files(root), file.stat()
    put(root, "other.yml", file.read_bytes().replace(b"Nyt", b"Nej"))
    os.utime(root / "other.yml", ns=(stat.st_atime_ns, stat.st_mtime_ns))
    (root / "other.yml").replace(file)
    assert list_files(root) != before


def test_loops_of_links_do_not_trap_the_reader(root):
    (root / "content/stories/again").symlink_to(root / "content", target_is_directory=True)
    (root / "content/stories/self.md").symlink_to("self.md")
    (root / "content/stories/gone.md").symlink_to("nowhere.md")
    found = list_files(root)
    assert {"content/stories/again", "content/stories/self.md", "content/stories/gone.md"} <= set(found)
    assert not [path for path in found if path.startswith("content/stories/again/")]


def test_missing_folders_are_no_trouble(tmp_path):
    assert list_files(tmp_path) == {}
    put(tmp_path, "content", "a file")
    assert list_files(tmp_path) == {}


def test_the_root_is_found_from_below(root, tmp_path):
    assert find_root(root) == root.resolve()
    assert find_root(root / "content/stories") == root.resolve()
    assert find_root(tmp_path) is None
    (tmp_path / "newsletter.yml").mkdir()
    assert find_root(tmp_path) is None
