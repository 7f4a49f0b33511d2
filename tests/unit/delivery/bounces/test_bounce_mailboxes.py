"""Where mails lie: Maildir, mbox, folders, files, IMAP. Read, marked as read, never deleted."""

from __future__ import annotations

import pytest
from bounces_kit import BO, Town, a_bounce, sample
from imap_kit import PASSWORD, Box, imap
from register_kit import NOW
from smtp_kit import a_certificate
from support import edit

from newsletter.delivery.bounces.imap import ImapBox, open_imap
from newsletter.delivery.bounces.mailboxes import read_mbox, read_path, read_unread
from newsletter.delivery.bounces.reading import ingest_paths, read_bounces
from newsletter.problems import Refused
from newsletter.settings import read_settings


@pytest.fixture
def maildir(tmp_path):
    folder = tmp_path / "Maildir"
    for name in ("new", "cur", "tmp"):
        (folder / name).mkdir(parents=True)
    (folder / "new/1.a").write_bytes(a_bounce())
    (folder / "cur/2.b:2,").write_bytes(sample("away-da"))
    (folder / "cur/3.c:2,RS").write_bytes(sample("silent"))
    return folder


def settings_with(root, mailbox):
    edit(root, "newsletter.yml", "unit:", f"delivery:\n  bounces: {{mailbox: '{mailbox}'}}\nunit:")
    return read_settings(root)


def refusal(act):
    with pytest.raises(Refused) as told:
        act()
    return str(told.value)


def test_of_a_maildir_the_unread_are_read_and_marked(maildir):
    mails = list(read_unread(maildir))
    assert [mail.name for mail in mails] == ["1.a", "2.b:2,"]
    for mail in mails:
        mail.done()
    left = sorted(path.relative_to(maildir).as_posix() for path in maildir.rglob("*") if path.is_file())
    assert left == ["cur/1.a:2,S", "cur/2.b:2,S", "cur/3.c:2,RS"]
    assert list(read_unread(maildir)) == []


def test_paths_of_every_sort_give_their_mails(maildir, tmp_path):
    mbox = tmp_path / "box"
    mbox.write_bytes(
        b"".join(b"From x@y.example Tue Jan  5 09:00:00 2027\n" + a_bounce(number=n) + b"\n" for n in (1, 2))
    )
    single = tmp_path / "mail.txt"
    single.write_bytes(mbox.read_bytes())
    names = [mail.name for path in (maildir, mbox, single) for mail in read_path(path)]
    assert [name.removeprefix(str(tmp_path)) for name in names] == [
        "/Maildir/new/1.a", "/Maildir/cur/2.b:2,", "/Maildir/cur/3.c:2,RS", "/box#1", "/box#2", "/mail.txt",
    ]  # fmt: skip


def test_a_folder_gives_its_files_and_follows_no_links(tmp_path):
    folder = tmp_path / "in"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep/a").write_bytes(b"x")
    (folder / ".hidden").write_bytes(b"x")
    (folder / "loop").symlink_to(folder)
    assert [mail.name for mail in read_path(folder, "in")] == ["in/deep/a"]


def test_a_from_in_a_text_begins_no_mail(tmp_path):
    box = tmp_path / "box"
    box.write_bytes(b"Subject: x\n\nFrom here on\n\nFrom Monday at 09:00 in 2027\nwe are closed\n")
    assert len(list(read_mbox(box))) == 1


def test_an_empty_file_is_a_mail_that_says_nothing(tmp_path):
    (tmp_path / "empty").write_bytes(b"")
    assert [mail.data for mail in read_path(tmp_path / "empty")] == [b""]


@pytest.mark.parametrize("register", ["sqlite"], indirect=True)
def test_the_configured_maildir_is_worked_in_once(register, root, maildir, tmp_path):
    town = Town(register)
    town.send(at=NOW)
    settings = settings_with(root, f"maildir:{maildir}")
    first = read_bounces(register, settings, root, {}, clock=lambda: NOW, actor="run")
    assert (first.mails, first.kinds["hard"], first.suppressed) == (2, 1, 1)
    (maildir / "cur/1.a:2,S").rename(maildir / "new/again")  # as after a crash before it was marked
    second = read_bounces(register, settings, root, {}, clock=lambda: NOW, actor="run")
    assert (second.mails, second.again, second.suppressed) == (1, 1, 0)


@pytest.mark.parametrize("register", ["sqlite"], indirect=True)
def test_files_are_not_changed(register, root, maildir):
    before = sorted(maildir.rglob("*"))
    ingest_paths(register, read_settings(root), root, [(maildir, "in")], clock=lambda: NOW, actor="maja")
    again = ingest_paths(register, read_settings(root), root, [(maildir, "in")], clock=lambda: NOW, actor="maja")
    assert (sorted(maildir.rglob("*")), again.again) == (before, 3)


def test_imap_is_read_over_tls_and_flagged_after_the_work(tmp_path):
    box, certificate = Box([a_bounce(), sample("away-da")]), a_certificate(tmp_path)
    with imap(box, certificate) as port:
        address = ImapBox(host="localhost", port=port, user="retur@kommune.example", folder="INBOX", tls=True)
        with open_imap(address, PASSWORD, str(certificate)) as mails:
            for n, mail in enumerate(mails, start=1):
                assert mail.data == box.mails[n - 1]
                assert n not in box.seen
                if n == 1:
                    mail.done()
    assert box.seen == {1}
    assert not any("DELETE" in words or "EXPUNGE" in words for words in box.asked)


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path):
    with imap(Box([]), a_certificate(tmp_path)) as port:
        address = ImapBox(host="localhost", port=port, user="a", folder="INBOX", tls=True)
        assert "nobody vouches" in refusal(lambda: open_imap(address, PASSWORD).__enter__())


@pytest.mark.parametrize("register", ["sqlite"], indirect=True)
def test_imap_without_tls_is_for_this_machine_only(register, root):
    box = Box([a_bounce()])
    with imap(box) as port:
        settings = settings_with(root, f"imap://bo@127.0.0.1:{port}/INBOX")
        environ = {"NEWSLETTER_BOUNCES_PASSWORD": PASSWORD}
        worked = read_bounces(register, settings, root, environ, clock=lambda: NOW, actor="run")
    assert (worked.mails, box.seen) == (1, {1})
    assert "in the clear" in refusal(lambda: ImapBox.of("imap://bo@mail.example/INBOX"))
    assert "has no user" in refusal(lambda: ImapBox.of("imaps://mail.example/INBOX"))


@pytest.mark.parametrize(
    ("password", "folder", "told"),
    [
        ("", "INBOX", "NEWSLETTER_BOUNCES_PASSWORD"),
        ("wrong", "INBOX", "is not let in"),
        (PASSWORD, "Nix", "no folder Nix"),
    ],
)
def test_what_imap_refuses_is_told_with_its_cure(password, folder, told):
    with imap(Box([])) as port:
        address = ImapBox(host="127.0.0.1", port=port, user="bo", folder=folder, tls=False)
        assert told in refusal(lambda: open_imap(address, password).__enter__())


def test_a_server_that_stops_answering_is_told(tmp_path):
    box = Box([a_bounce()])
    box.is_stubborn = True
    with imap(box) as port:
        address = ImapBox(host="127.0.0.1", port=port, user="bo", folder="INBOX", tls=False)

        def read():
            with open_imap(address, PASSWORD) as mails:
                list(mails)

        assert "said no" in refusal(read)
    nobody = ImapBox(host="127.0.0.1", port=port, user="bo", folder="INBOX", tls=False)
    assert "cannot be reached" in refusal(lambda: open_imap(nobody, PASSWORD).__enter__())


def test_users_and_folders_of_a_url_are_read():
    box = ImapBox.of("imaps://retur%40kommune.example@mail.kommune.example:9930/Retur%20post")
    assert (box.user, box.port, box.folder, box.tls) == ("retur@kommune.example", 9930, "Retur post", True)
    assert ImapBox.of("imaps://a@b.example/").folder == "INBOX"


@pytest.mark.parametrize("register", ["sqlite"], indirect=True)
def test_without_a_mailbox_the_cure_is_told(register, root, tmp_path):
    def read(settings):
        return refusal(lambda: read_bounces(register, settings, root, {}, clock=lambda: NOW, actor="run"))

    assert "names no mailbox" in read(read_settings(root))
    assert "no Maildir" in read(settings_with(root, f"maildir:{tmp_path}"))
    assert "no such file" in refusal(lambda: list(read_path(tmp_path / "nix")))
    assert "no such mbox" in refusal(lambda: list(read_mbox(tmp_path / "nix")))
    assert BO
