"""How fast mails leave: our session beside a bare socket loop, smtplib and nodemailer, into Postfix's smtp-sink.

    python bench/smtp.py [--mails 1000] [--rounds 5] [--connections 1,2,4,8] [--no-node]

All in one run, round after round in turn, so that what else the machine does falls on all alike. Told are the medians
of mails a second, and of how many times each ours was in the same round.
The bare loop replays one fixed mail with the same pipelining over as many connections: what a program could do at most
that does nothing. Everybody sends the same bytes, but for nodemailer composed, which makes them from HTML.
"""

from __future__ import annotations

import argparse
import os
import shutil
import smtplib
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from functools import partial
from operator import truediv
from pathlib import Path
from statistics import median

from newsletter.delivery.smtp import Envelope, Relay, open_session, stuffed

SIZE = 60_000
LINE = b"God dag i alle virksomheder, nyt fra kommunen om fleksjob og l=C3=B8ntilskud=\r\n"
SENDER = "nyt@kommune.example"


def a_mail(number: int, size: int = SIZE) -> bytes:
    head = f"Message-ID: <2027-01.1.{number:08}@kommune.example>\r\nSubject: Nyt\r\n\r\n".encode()
    return head + LINE * ((size - len(head)) // len(LINE)) + b"slut\r\n"


@contextmanager
def a_sink():
    """Postfix's own sink on a free port: takes mails and forgets them."""
    program = shutil.which("smtp-sink", path="/usr/sbin:/usr/bin")
    if program is None:
        sys.exit("smtp-sink is missing: apt-get install postfix")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    sink = subprocess.Popen([program, *user, f"127.0.0.1:{port}", "100"], stdout=subprocess.DEVNULL)
    try:
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.05)
        yield port
    finally:
        sink.kill()
        sink.wait()


def in_threads(work, connections: int) -> float:
    """Seconds until all are done."""
    threads = [threading.Thread(target=work, args=(lane,)) for lane in range(connections)]
    start = time.perf_counter()
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return time.perf_counter() - start


def ours(port: int, connections: int, mails: int, *, look: bool = False) -> float:
    """With `look`, each mail's lines are looked through before it leaves, as is done with bytes of unknown making."""
    relay = Relay(host="127.0.0.1", port=port, security="none", client_name="bench.example")
    bodies = [a_mail(number) if look else stuffed(a_mail(number)) for number in range(50)]

    def work(lane: int) -> None:
        turns = [
            Envelope(sender=SENDER, recipient=f"p{number}@firma.example", size=len(bodies[0]))
            for number in range(lane, mails, connections)
        ]
        with open_session(relay, most=mails) as session:
            for index, envelope in enumerate(turns):
                assert session.offer(envelope) is None
                upcoming = turns[index + 1] if index + 1 < len(turns) else None
                assert session.deliver(bodies[index % 50], upcoming).taken

    return in_threads(work, connections)


def bare(port: int, connections: int, mails: int) -> float:
    group = f"MAIL FROM:<{SENDER}>\r\nRCPT TO:<p@firma.example>\r\nDATA\r\n".encode()
    block = a_mail(0) + b".\r\n" + group

    def work(lane: int) -> None:
        with socket.create_connection(("127.0.0.1", port)) as line:
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            line.recv(4096)
            line.sendall(b"EHLO bench.example\r\n")
            line.recv(4096)
            line.sendall(group)
            heard(line, 3)
            for _ in range(lane, mails, connections):
                line.sendall(block)
                heard(line, 4)

    return in_threads(work, connections)


def heard(line: socket.socket, answers: int) -> None:
    while answers > 0:
        answers -= line.recv(4096).count(b"\n")


def by_smtplib(port: int, connections: int, mails: int) -> float:
    bodies = [a_mail(number) for number in range(50)]

    def work(lane: int) -> None:
        with smtplib.SMTP("127.0.0.1", port, "bench.example") as relay:
            for number in range(lane, mails, connections):
                relay.sendmail(SENDER, f"p{number}@firma.example", bodies[number % 50])

    return in_threads(work, connections)


def nodemailer(folder: Path, way: str):
    html = folder / "mail.html"
    html.write_text("<p>God dag i alle virksomheder, nyt om fleksjob og løntilskud</p>\n" * (SIZE // 64), "utf-8")
    raw = folder / "mail.eml"
    raw.write_bytes(a_mail(0))
    file = raw if way == "raw" else html

    def work(port: int, connections: int, mails: int) -> float:
        script = Path(__file__).with_name("nodemailer.mjs")
        words = ["node", script, folder, port, connections, mails, file, way]
        done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=True)
        return float(done.stdout)

    return work


def install(folder: Path) -> bool:
    if shutil.which("npm") is None:
        return False
    (folder / "package.json").write_text("{}")
    words = ["npm", "install", "--silent", "--no-audit", "--no-fund", "nodemailer"]
    return subprocess.run(words, cwd=folder, check=False).returncode == 0


def measure(acts: dict, connections: int, mails: int, rounds: int) -> dict[str, list[float]]:
    """Mails a second, of each round; one round before them warms up."""
    rates: dict[str, list[float]] = {name: [] for name in acts}
    with a_sink() as port:
        for turn in range(rounds + 1):
            for name, (act, share) in acts.items():
                number = max(connections, mails // share)
                spent = act(port, connections, number)
                if turn:
                    rates[name].append(number / spent)
    return rates


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mails", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--connections", default="1,2,4,8")
    parser.add_argument("--no-node", action="store_true")
    chosen = parser.parse_args()
    # The slow ones send fewer mails a round: it is the rate that counts.
    acts: dict = {"ours": (ours, 1), "bare socket": (bare, 1)}
    acts |= {"ours, looking": (partial(ours, look=True), 1), "smtplib": (by_smtplib, 2)}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if not chosen.no_node and install(folder):
            acts["nodemailer composed"] = (nodemailer(folder, "composed"), 8)
            acts["nodemailer raw"] = (nodemailer(folder, "raw"), 8)
        print(f"{SIZE // 1000} kB mails a second into smtp-sink; in brackets how many times that ours is")
        for connections in map(int, chosen.connections.split(",")):
            rates = measure(acts, connections, chosen.mails, chosen.rounds)
            told = [
                f"{name} {median(each):,.0f} ({median(map(truediv, rates['ours'], each)):.2f})"
                for name, each in rates.items()
            ]
            print(f"{connections} connections: " + " · ".join(told), flush=True)


if __name__ == "__main__":
    main()
