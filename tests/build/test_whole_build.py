"""The repository's own workspace, built as a user builds it: in a process of its own."""

from __future__ import annotations

import email
import hashlib
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from email.policy import default
from importlib.metadata import distributions
from pathlib import Path

import pytest

from newsletter.build.pipeline import Builder
from newsletter.build.report import findings_of
from newsletter.build.seal import read_manifest, with_digest
from newsletter.build.starter import write_starter
from newsletter.problems import Invalid

FILES = {"email.html", "email.txt", "email.eml", "web.html"}
ISSUES = ("2026-11", "2026-12", "2027-01-kampagne")


def command(root: Path, *args: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "newsletter", *args],
        cwd=root,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def tree_digest(build: Path) -> dict[str, str]:
    """Every sealed file with its digest; the cache is nobody's business."""
    paths = (path for path in build.rglob("*") if path.is_file() and ".cache" not in path.parts)
    return {path.relative_to(build).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def assert_intact(build: Path, issue: str) -> dict[str, object]:
    """The manifest's digest is right, and every file it lists is there, byte for byte."""
    manifest = read_manifest(build / issue)
    assert manifest is not None
    bare = {key: value for key, value in manifest.items() if key != "digest"}
    assert with_digest(bare) == manifest
    for edition in manifest["editions"]:
        assert {Path(path).name for path in edition["files"]} == FILES
        for path, listed in edition["files"].items():
            data = (build / issue / path).read_bytes()
            assert (len(data), hashlib.sha256(data).hexdigest()) == (listed["bytes"], listed["sha256"])
    for path, digest in manifest["assets"].items():
        assert hashlib.sha256((build / path).read_bytes()).hexdigest() == digest
    return manifest


def test_own_workspace_builds_without_errors(starter: Path) -> None:
    done = command(starter, "build", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads(done.stdout)
    assert [issue["issue"] for issue in report["issues"]] == list(ISSUES)
    for issue in ISSUES:
        assert_intact(starter / "build", issue)
    assert sum(len(issue["editions"]) for issue in report["issues"]) >= 10


def test_same_input_gives_same_bytes_everywhere(tmp_path: Path) -> None:
    """Another process, hash seed, time zone and folder: the same files, byte for byte."""
    surroundings = [
        {"PYTHONHASHSEED": "1", "TZ": "Europe/Copenhagen", "LC_ALL": "C"},
        {"PYTHONHASHSEED": "4242", "TZ": "Pacific/Auckland", "LC_ALL": "C.UTF-8"},
    ]
    trees = []
    for number, environment in enumerate(surroundings):
        root = tmp_path / f"folder {number} æøå"
        write_starter(root)
        assert command(root, "build", **environment).returncode == 0
        trees.append(tree_digest(root / "build"))
    assert trees[0] == trees[1]


def test_a_second_build_touches_nothing(starter: Path) -> None:
    command(starter, "build")
    before = {path: path.stat().st_mtime_ns for path in (starter / "build").rglob("*") if path.is_file()}
    (starter / "build/.cache/state.json").unlink()  # even when the warm path knows nothing
    before.pop(starter / "build/.cache/state.json")
    assert command(starter, "build").returncode == 0
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_a_build_from_the_cache_gives_the_bytes_of_a_fresh_one(starter: Path) -> None:
    story = starter / "content/stories/eksempelbageriet.md"
    command(starter, "build")
    story.write_text(story.read_text("utf-8") + "\nEn linje mere.\n", "utf-8")
    command(starter, "build")
    warm = tree_digest(starter / "build")
    subprocess.run(["rm", "-rf", str(starter / "build")], check=True)
    command(starter, "build")
    assert tree_digest(starter / "build") == warm


def test_a_damaged_or_missing_output_is_made_again(starter: Path) -> None:
    command(starter, "build")
    good = tree_digest(starter / "build")
    pages = sorted((starter / "build/2026-12").rglob("email.html"))
    pages[0].write_text("damaged", "utf-8")
    pages[1].unlink()
    assert command(starter, "build").returncode == 0
    assert tree_digest(starter / "build") == good


def test_errors_stop_the_seal_and_keep_the_last_good_one(starter: Path) -> None:
    """Two errors in two files: both told with place and cure, exit 1, and the sealed files stay."""
    command(starter, "build")
    good = tree_digest(starter / "build")
    story = starter / "content/stories/eksempelbageriet.md"
    story.write_text(story.read_text("utf-8") + "\n[klik her](https://virk.dk)\n", "utf-8")
    issue = starter / "content/issues/2026-12.md"
    issue.write_text(issue.read_text("utf-8").replace("blocks:", "bloks:"), "utf-8")
    done = command(starter, "build")
    assert done.returncode == 1
    assert re.search(r"content/stories/eksempelbageriet\.md:\d+:\d+: error: .*\[link-text\]\n    ", done.stdout)
    assert re.search(r"content/issues/2026-12\.md:\d+:\d+: error: unknown key 'bloks'.*\n    did you", done.stdout)
    after = tree_digest(starter / "build")
    assert {path: digest for path, digest in after.items() if path != "index.html"} == {
        path: digest for path, digest in good.items() if path != "index.html"
    }


def test_an_issue_that_is_gone_goes_from_build(starter: Path) -> None:
    command(starter, "build")
    (starter / "content/issues/2026-11.md").unlink()
    command(starter, "build")
    assert not (starter / "build/2026-11").exists()
    assert (starter / "build/2026-12/manifest.json").exists()


def test_killed_at_any_moment_the_last_good_seal_is_intact(starter: Path) -> None:
    """kill -9 again and again while a change is built: what the manifests list is always there, whole."""
    assert command(starter, "build").returncode == 0
    chance = random.Random(20261122)
    story = starter / "content/stories/eksempel-it.md"
    text = story.read_text("utf-8")
    story.write_text(f"{text}\nHvor lang tid tager det?\n", "utf-8")
    begun = time.monotonic()
    assert command(starter, "build").returncode == 0
    took = time.monotonic() - begun
    killed = 0
    for attempt in range(12):
        story.write_text(f"{text}\nForsøg nummer {attempt}.\n", "utf-8")
        process = subprocess.Popen(
            [sys.executable, "-m", "newsletter", "build"], cwd=starter, stdout=subprocess.DEVNULL
        )
        time.sleep(chance.uniform(0.2, 1.1) * took)
        process.send_signal(signal.SIGKILL)
        killed += process.wait() == -signal.SIGKILL
        for issue in ISSUES:
            assert_intact(starter / "build", issue)
    assert killed >= 3
    assert command(starter, "build").returncode == 0
    kept = tree_digest(starter / "build")
    subprocess.run(["rm", "-rf", str(starter / "build")], check=True)
    assert command(starter, "build").returncode == 0
    assert tree_digest(starter / "build") == kept, "drafts of killed builds are cleared away"


def test_the_sample_mail_says_what_the_edition_says(starter: Path) -> None:
    """Parsed back by Python's parser: text first, then HTML, and both are the sealed ones with a reader filled in."""
    command(starter, "build")
    for path in (starter / "build").rglob("email.eml"):
        message = email.message_from_bytes(path.read_bytes(), policy=default)
        text, html = message.iter_parts()
        assert (message.get_content_type(), text.get_content_type(), html.get_content_type()) == (
            "multipart/alternative",
            "text/plain",
            "text/html",
        )
        for part, name in ((text, "email.txt"), (html, "email.html")):
            sealed = (path.parent / name).read_text("utf-8")
            got = part.get_content().replace("\r\n", "\n")
            fixed = [piece for piece in re.split(r"\{\{ reader\.\w+ \}\}", sealed) if piece.strip()]
            assert len(fixed) > 1
            for piece in fixed:
                assert piece.strip("\n") in got
            assert "{{ reader." not in got
        assert all(len(line) <= 998 for line in path.read_bytes().split(b"\r\n"))


def test_builds_at_the_same_time_wait_for_each_other(starter: Path) -> None:
    """One that watches and one by hand: both end well, and what they leave is what one alone leaves."""
    story = starter / "content/stories/eksempel-it.md"
    text = story.read_text("utf-8")
    for attempt in range(3):
        story.write_text(f"{text}\nForsøg nummer {attempt}.\n", "utf-8")
        both = [
            subprocess.Popen(
                [sys.executable, "-m", "newsletter", "build"],
                cwd=starter,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
            )
            for _ in range(2)
        ]
        for process in both:
            _, told = process.communicate(timeout=120)
            assert (process.returncode, told) == (0, "")
    for issue in ISSUES:
        assert_intact(starter / "build", issue)
    kept = tree_digest(starter / "build")
    subprocess.run(["rm", "-rf", str(starter / "build")], check=True)
    assert command(starter, "build").returncode == 0
    assert tree_digest(starter / "build") == kept


def readmes() -> list[tuple[str, str]]:
    """Real Markdown by many hands: what the installed packages say of themselves."""
    found = {}
    for package in distributions():
        text = package.read_text("METADATA") or ""
        head, _, body = text.partition("\n\n")
        if "text/markdown" in head and body.strip():
            found[re.sub(r"[^a-z0-9]+", "-", package.name.lower()).strip("-")] = body
    return sorted(found.items())


def test_other_peoples_markdown_builds_or_fails_with_a_place(starter: Path) -> None:
    """READMEs of packages as articles: every one is sealed or has problems with a place; none gives a traceback."""
    texts = readmes()
    assert len(texts) >= 10
    for name, body in texts:
        front = f"---\ntitle: {name}\nsummary: En pakke\ndate: 2026-11-01\n---\n"
        (starter / f"content/articles/x-{name}.md").write_text(front + body, "utf-8")
        issue = f"---\nsubject: {name}\npreheader: {name} og mere om den samme pakke\nsend: 2026-12-15 09:00\n"
        (starter / f"content/issues/x-{name}.md").write_text(f"{issue}blocks:\n  - article: x-{name}\n---\n", "utf-8")
    try:
        report = Builder(starter).build()
    except Invalid as error:
        pytest.fail(str(error))
    for issue in report["issues"]:
        if issue["digest"] is None:
            assert [each for each in issue["findings"] if each["severity"] == "error" and each["line"] >= 1]
    sealed = [issue for issue in report["issues"] if issue["digest"] and issue["issue"].startswith("x-")]
    assert findings_of(report)
    assert sealed
