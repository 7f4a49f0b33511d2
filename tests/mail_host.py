"""A mail host of the tests' own: a real Postfix that takes mails on loopback, and a real Dovecot where they are read.

Everything is in one folder and on free ports; nothing of the machine's own mail is touched. Needs root, since both
programs change users. Mails to firma.example are put into a Maildir by Postfix, those to lmtp.example by Dovecot.
"""

from __future__ import annotations

import imaplib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from smtp_kit import a_certificate

if TYPE_CHECKING:
    from collections.abc import Iterator

PASSWORD = "smørrebrød"
USER = "nyt"
_DAEMONS = Path("/usr/lib/postfix/sbin")
_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
_WAIT = 30

_MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = {programs}
daemon_directory = {daemons}
meta_directory = {folder}/postfix
maillog_file = {folder}/postfix.log
maillog_file_prefixes = {folder}
myhostname = relay.example
mydestination =
local_recipient_maps =
alias_maps =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
virtual_mailbox_domains = firma.example, lmtp.example
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = inline:{{ {boxes} }}
virtual_uid_maps = static:{user}
virtual_gid_maps = static:{group}
virtual_minimum_uid = 1
virtual_transport = virtual
transport_maps = inline:{{ {{ lmtp.example = lmtp:unix:{folder}/lmtp }} }}
smtputf8_enable = yes
message_size_limit = 1000000
smtpd_tls_security_level = may
smtpd_tls_chain_files = {certificate}
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = {folder}/auth
smtpd_relay_restrictions = reject_unauth_destination
smtpd_client_connection_rate_limit = 0
"""
_MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 1 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
pickup unix n - n 60 1 pickup
postlog unix-dgram n - n - 1 postlogd
"""
_DOVECOT = """\
base_dir = {folder}/dovecot
state_dir = {folder}/dovecot-state
log_path = {folder}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{folder}/mail/%n
first_valid_uid = 1
first_valid_gid = 1
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%n allow_all_users=yes
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service lmtp {{
  unix_listener {folder}/lmtp {{
    mode = 0666
  }}
}}
service auth {{
  unix_listener {folder}/auth {{
    mode = 0666
  }}
}}
protocol lmtp {{
  postmaster_address = postmaster@relay.example
}}
"""
BOXES = {"ida@firma.example": "ida", "søren@firma.example": "soren", "bo@lmtp.example": "bo"}


@dataclass(frozen=True)
class MailHost:
    """Where it listens, and what was put into its mailboxes."""

    folder: Path
    port: int
    imap: int
    certificate: Path

    def messages(self, box: str, number: int) -> list[bytes]:
        """The mails in a box as IMAP gives them, in the order they came, when there are so many."""
        until = time.monotonic() + _WAIT
        while True:
            with imaplib.IMAP4("127.0.0.1", self.imap) as reader:
                reader.authenticate("PLAIN", lambda _: f"\0{box}\0{PASSWORD}".encode())
                reader.select("INBOX", readonly=True)
                numbers = reader.search(None, "ALL")[1][0].split()
                if len(numbers) >= number or time.monotonic() > until:
                    return [reader.fetch(each.decode(), "(BODY.PEEK[])")[1][0][1] for each in numbers]
            time.sleep(0.1)

    def log(self) -> str:
        """What both said, for a test that fails."""
        names = ("postfix.log", "dovecot.log")
        return "\n".join((self.folder / name).read_text() for name in names if (self.folder / name).exists())


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def a_mail_host() -> Iterator[MailHost]:
    """A host while the block runs; the test is skipped where there can be none."""
    programs = {name: shutil.which(name, path=_PATH) for name in ("postfix", "dovecot")}
    missing = [name for name, path in programs.items() if path is None]
    if missing or os.geteuid() != 0:
        pytest.skip(f"{' and '.join(missing)} not installed" if missing else "only root can start a mail host")
    with tempfile.TemporaryDirectory(prefix="newsletter-mail-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        host = MailHost(folder, _free_port(), _free_port(), a_certificate(folder))
        _write(host)
        try:
            _run("dovecot", "-c", str(folder / "dovecot.conf"))
            _run("postfix", "-c", str(folder / "postfix"), "start")
            _listening(host.port, host)
            _listening(host.imap, host)
            yield host
        finally:
            _run("postfix", "-c", str(folder / "postfix"), "stop", check=False)
            _run("doveadm", "-c", str(folder / "dovecot.conf"), "stop", check=False)


def _write(host: MailHost) -> None:
    folder = host.folder
    for each in ("postfix", "queue", "data", "mail", "dovecot", "dovecot-state"):
        (folder / each).mkdir()
    shutil.chown(folder / "data", "postfix")
    shutil.chown(folder / "mail", "nobody", "nogroup")
    boxes = ", ".join(f"{{ {address} = {box}/ }}" for address, box in BOXES.items())
    facts = {
        "folder": folder,
        "programs": Path(shutil.which("postfix", path=_PATH) or "").parent,
        "daemons": _DAEMONS,
        "boxes": boxes,
        "certificate": host.certificate,
        "port": host.port,
        "imap": host.imap,
        "password": PASSWORD,
        "user": folder.joinpath("mail").stat().st_uid,
        "group": folder.joinpath("mail").stat().st_gid,
    }
    for path, text in (("postfix/main.cf", _MAIN), ("postfix/master.cf", _MASTER), ("dovecot.conf", _DOVECOT)):
        (folder / path).write_text(text.format(**facts), encoding="utf-8")
    for name in ("postfix-files", "dynamicmaps.cf"):
        if Path("/etc/postfix", name).exists():
            shutil.copy(Path("/etc/postfix", name), folder / "postfix")


def _run(program: str, *words: str, check: bool = True) -> None:
    """Into a file: a pipe would be kept open by the daemon."""
    path = shutil.which(program, path=_PATH)
    assert path is not None
    with tempfile.TemporaryFile("w+") as told:
        done = subprocess.run([path, *words], stdout=told, stderr=told, check=False, timeout=_WAIT)
        told.seek(0)
        if check and done.returncode:
            raise RuntimeError(f"{program} {' '.join(words)}: {told.read()}")


def _listening(port: int, host: MailHost) -> None:
    until = time.monotonic() + _WAIT
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(host.log())
