"""Whole private files, each mail once, and words where there is no room for them."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from newsletter.delivery.transports import Outbox
from newsletter.delivery.transports.outbox import file_name
from newsletter.problems import Refused

ONE, TWO = ("<2027-01.7.ab12@kommune.example>", b"one\r\n"), ("<2027-01.7.cd34@kommune.example>", b"two\r\n")


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_a_mail_is_a_private_file_named_after_it(tmp_path):
    folder = tmp_path / "outbox/2027-01"
    with Outbox(folder).open() as lane:
        assert lane.write([ONE, TWO]) == 2
    assert files(folder) == {"2027-01.7.ab12.eml": b"one\r\n", "2027-01.7.cd34.eml": b"two\r\n"}
    assert [path.stat().st_mode & 0o777 for path in (folder, folder.parent)] == [0o700] * 2
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert Outbox(folder).name == "outbox"
    assert Outbox(folder).repeatable


def test_the_same_mail_again_is_the_same_file(tmp_path):
    with Outbox(tmp_path).open() as lane:
        lane.write([ONE])
        lane.write(iter([ONE, TWO]))
        assert lane.write([]) == 0
    assert len(files(tmp_path)) == 2


def test_a_folder_that_others_may_read_is_closed_to_them(tmp_path):
    folder = tmp_path / "outbox"
    folder.mkdir(mode=0o755)
    Outbox(folder).open()
    assert folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("identity", "name"),
    [
        ("<a.b@c>", "a.b.eml"),
        ("a.b", "a.b.eml"),
        ("<../../etc/passwd@c>", "%2E.%2F..%2Fetc%2Fpasswd.eml"),
        ("<.hidden@c>", "%2Ehidden.eml"),
        ("<a\0b c@d>", "a%00b%20c.eml"),
        ("<a@b@c>", "a%40b.eml"),
    ],
)
def test_no_name_leads_out_of_the_folder(identity, name):
    assert file_name(identity) == name


def test_a_long_name_is_short_and_its_own():
    names = {file_name(f"<{'x' * 500}{number}@c>") for number in range(3)}
    assert len(names) == 3
    assert max(map(len, names)) < 80


def test_what_a_killed_process_left_half_written_goes(tmp_path):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    half, ours = tmp_path / f".a.eml.{gone.pid}-ab12cd.part", tmp_path / f".b.eml.{os.getpid()}-ab12cd.part"
    for path in (half, ours):
        path.write_bytes(b"half")
    Outbox(tmp_path).open()
    assert [path.name for path in tmp_path.iterdir()] == [ours.name]


def test_a_writer_that_is_killed_leaves_whole_files_only(tmp_path):
    code = (
        "import sys, pathlib; from newsletter.delivery.transports import Outbox\n"
        "with Outbox(pathlib.Path(sys.argv[1])).open() as lane:\n"
        "    print('ready', flush=True)\n"
        "    for number in range(10**6): lane.write([(f'<{number}@x>', b'x' * 300_000 + b'end')])\n"
    )
    for _ in range(3):
        writer = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE)
        with writer.stdout:
            writer.stdout.readline()
        while not list(tmp_path.glob("[0-9]*.eml")):
            pass
        writer.kill()
        writer.wait()
    Outbox(tmp_path).open()
    assert all(path.suffix == ".eml" for path in tmp_path.iterdir())
    assert {len(data) for data in files(tmp_path).values()} == {300_003}


def test_a_file_where_the_folder_should_be(tmp_path):
    (tmp_path / "outbox").write_text("")
    for folder in (tmp_path / "outbox", tmp_path / "outbox/2027-01"):
        with pytest.raises(Refused, match="no mail can be written") as caught:
            Outbox(folder).open().write([ONE])
        assert caught.value.hint


@pytest.fixture
def small_disk(tmp_path):
    """A disk of one megabyte."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m,mode=700", "tmpfs", disk], check=False).returncode:
        pytest.skip("no disk can be mounted here")
    yield disk
    subprocess.run(["umount", disk], check=True)


def test_a_full_disk_says_so_and_goes_on_when_there_is_room(small_disk):
    mails = [(f"<{number}@c>", bytes([number]) * 60_000) for number in range(30)]
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"x" * 300_000)
    folder = small_disk / "2027-01"
    with Outbox(folder).open() as lane:
        with pytest.raises(Refused, match="No space left") as caught:
            lane.write(mails)
        assert "make room" in caught.value.hint
        written = files(folder)
        assert 5 < len(written) < 20
        assert {len(data) for data in written.values()} == {60_000}
        with pytest.raises(Refused, match="No space left"):
            lane.write(mails[len(written) :])
        ballast.unlink()
        assert lane.write(mails[: len(written) + 3]) == len(written) + 3
    assert len(files(folder)) == len(written) + 3


def test_a_read_only_disk(small_disk):
    lane = Outbox(small_disk / "open").open()
    lane.write([ONE])
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    for attempt in (lambda: lane.write([ONE, TWO]), lambda: Outbox(small_disk / "new").open()):
        with pytest.raises(Refused, match="Read-only") as caught:
            attempt()
        assert "writable" in caught.value.hint
    assert list(files(small_disk / "open")) == ["2027-01.7.ab12.eml"]


@pytest.fixture
def anybodys_folder():
    """Where every user of the machine may look."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_a_folder_of_somebody_else(anybodys_folder):
    if os.geteuid() != 0:
        pytest.skip("only root can be somebody else")
    (anybodys_folder / "outbox").mkdir(mode=0o755)
    code = (
        "import os, sys, pathlib\n"
        "from newsletter.delivery.transports import Outbox; from newsletter.problems import Refused\n"
        "os.setuid(65534)\n"
        "for name in ('outbox', 'outbox/2027-01', '2027-01'):\n"
        "    try: Outbox(pathlib.Path(sys.argv[1]) / name).open()\n"
        "    except Refused as error: print(error.hint)\n"
    )
    told = subprocess.run([sys.executable, "-c", code, anybodys_folder], capture_output=True, text=True, check=True)
    assert told.stdout.splitlines() == ["make the folder writable for whoever runs this, and start again"] * 3
