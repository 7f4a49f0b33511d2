"""A mail relay that does what a script says and remembers, on the disk, every mail it took.

    python tests/smtp_server.py --port 0 --log accepted.jsonl --script greylist

prints its port, then serves until it is killed. A script is a name of SCRIPTS or JSON in the same form. Each mail that
is taken becomes one line of JSON in the log, on the disk before the 250 goes out: what stands there was accepted, and
what was answered 250 stands there. `accepted(path)` reads it back. Several mails that end at once share one fsync.
"""

from __future__ import annotations

import argparse
import asyncio
import atexit
import base64
import hashlib
import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ALL = ("PIPELINING", "8BITMIME", "SMTPUTF8", "DSN", "ENHANCEDSTATUSCODES")
OLD = ("8BITMIME",)
HANG = 3600.0


@dataclass(frozen=True)
class Rule:
    """What happens at one stage, to whom, and how often."""

    stage: str
    """connect, ehlo, starttls, auth, mail, rset, rcpt, data, body, dot or quit."""
    do: str = "reply"
    """reply: say `reply` instead of yes (it may be anything, also several lines; nothing is taken)
    drop: hang up; at `body` after `after_bytes` of it, at `dot` without having taken it
    take-and-drop: at `dot`, take the mail and hang up without a word
    also: say `reply` beside what would be said anyway
    hang: say nothing any more"""
    reply: str = "451 4.3.0 try again later"
    match: str = ""
    """Regular expression, searched in the line, or in the recipient at data, body and dot."""
    skip: int = 0
    """The first so many are left alone."""
    times: int = 0
    """Only so often; 0 is always."""
    per: str = "all"
    """all, connection or recipient: for whom is counted."""
    every: int = 1
    """After those that are left alone the first, and then each so many-th."""
    delay: float = 0
    """Seconds before it happens."""
    after_bytes: int = 0
    hang_up: bool = False
    """After the reply."""


@dataclass(frozen=True)
class Script:
    """How the relay behaves."""

    offers: tuple[str, ...] = ALL
    size: int | None = None
    tls: str = ""
    """Nothing, `starttls` or `tls`."""
    users: dict[str, str] = field(default_factory=dict)
    auth: str = "PLAIN LOGIN"
    """Ways to sign in."""
    rules: tuple[Rule, ...] = ()
    trickle: float = 0
    """Seconds between the letters of all that it says."""
    keep: bool = False
    """Whether the log has the mails' bytes."""

    @classmethod
    def of(cls, text: str) -> Script:
        """By name, or out of JSON."""
        if text in SCRIPTS:
            return SCRIPTS[text]
        facts = json.loads(text)
        rules = tuple(Rule(**rule) for rule in facts.pop("rules", ()))
        facts["offers"] = tuple(facts.pop("offers", ALL))
        return cls(rules=rules, **facts)

    def text(self) -> str:
        """As JSON."""
        return json.dumps(asdict(self))


def rule(stage: str, reply: str = Rule.reply, **facts: Any) -> Rule:
    return Rule(stage, reply=reply, **facts)


SCRIPTS = {
    "plain": Script(),
    "keep": Script(keep=True),
    "no-pipelining": Script(offers=("8BITMIME", "SMTPUTF8", "DSN")),
    "old": Script(offers=OLD),
    "greylist": Script(rules=(rule("rcpt", "450 4.7.1 Greylisted, try again", times=1, per="recipient"),)),
    "421-mid-stream": Script(rules=(rule("mail", "421 4.3.2 shutting down", skip=4, every=5, hang_up=True),)),
    "421-at-dot": Script(rules=(rule("dot", "421 4.3.2 shutting down", skip=4, every=5, hang_up=True),)),
    "drop-before-dot": Script(rules=(rule("body", do="drop", after_bytes=500, skip=4, every=5),)),
    "drop-at-dot": Script(rules=(rule("dot", do="drop", skip=4, every=5),)),
    "drop-after-dot": Script(rules=(rule("dot", do="take-and-drop", skip=4, every=5),)),
    "slow": Script(rules=(rule("dot", do="also", reply="", delay=0.05),)),
    "stuck": Script(rules=(rule("dot", do="hang", skip=2),)),
    "trickle": Script(trickle=0.002),
    "bad-recipients": Script(rules=(rule("rcpt", "550 5.1.1 User unknown", match="bad"),)),
    "bad-recipients-354": Script(
        rules=(rule("rcpt", "550 5.1.1 User unknown", match="bad"), rule("data", "354 go on", match="^$"))
    ),
    "blocked": Script(rules=(rule("mail", "550 5.7.1 your server is blocked"),)),
    "chaos": Script(
        rules=(
            rule("rcpt", "450 4.7.1 Greylisted", times=1, per="recipient", match="grey"),
            rule("rcpt", "550 5.1.1 User unknown", match="bad"),
            rule("mail", "421 4.3.2 back in a moment", skip=40, every=97, hang_up=True),
            rule("body", do="drop", after_bytes=300, skip=60, every=131),
            rule("dot", "451 4.3.0 queue file write error", skip=20, every=53),
        )
    ),
}


class Log:
    """Lines on the disk: `put` returns when the line and all before it are safe."""

    def __init__(self, path: Path) -> None:
        self.file = os.open(path, os.O_CREAT | os.O_RDWR | os.O_APPEND, 0o600)
        size = os.fstat(self.file).st_size
        if size and os.pread(self.file, 1, size - 1) != b"\n":
            os.write(self.file, b"\n")
        self.waiting: list[tuple[bytes, asyncio.Future[None]]] = []
        self.writing = False
        self.thread = ThreadPoolExecutor(1)

    def put(self, facts: dict[str, Any]) -> asyncio.Future[None]:
        loop = asyncio.get_running_loop()
        done = loop.create_future()
        self.waiting.append((json.dumps(facts).encode() + b"\n", done))
        if not self.writing:
            self.writing = True
            loop.call_soon(lambda: loop.create_task(self.write()))
        return done

    async def write(self) -> None:
        loop = asyncio.get_running_loop()
        while self.waiting:
            taken, self.waiting = self.waiting, []
            await loop.run_in_executor(self.thread, self.settle, b"".join(line for line, _ in taken))
            for _, done in taken:
                done.set_result(None)
        self.writing = False

    def settle(self, data: bytes) -> None:
        while data:
            data = data[os.write(self.file, data) :]
        os.fdatasync(self.file)


class Stop(Exception):
    """Hang up now."""


class Conversation:
    """One connection: reads lines, says replies, all by the script."""

    def __init__(self, server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.server, self.state, self.script = server, server.state, server.state.script
        self.reader, self.writer = reader, writer
        self.counts: Counter[Any] = Counter()
        self.secure = self.script.tls == "tls"
        self.signed_in = ""
        self.name = ""
        self.forget()

    def forget(self) -> None:
        self.sender: str | None = None
        self.parameters = ""
        self.recipients: list[str] = []
        self.rcpt_parameters: list[str] = []

    async def run(self) -> None:
        try:
            await self.say("connect", "220 relay.example ESMTP")
            while line := await self.line():
                await self.command(line)
        except (Stop, ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            self.writer.close()

    async def line(self) -> str:
        line = await self.reader.readline()
        if line and not line.endswith(b"\n"):
            raise Stop
        return line.decode("utf-8", "surrogateescape")

    async def command(self, line: str) -> None:
        verb, _, rest = line.rstrip("\r\n").partition(" ")
        handle = getattr(self, f"on_{verb.lower()}", None)
        if handle is None:
            await self.out("502 5.5.2 unknown command")
        else:
            await handle(rest)

    async def out(self, text: str) -> None:
        data = "".join(f"{line}\r\n" for line in text.split("\n")).encode("utf-8", "surrogateescape")
        if not self.script.trickle:
            self.writer.write(data)
            return
        for byte in data:
            self.writer.write(bytes([byte]))
            await self.writer.drain()
            await asyncio.sleep(self.script.trickle)

    async def say(self, stage: str, usual: str, about: str = "") -> str:
        """The usual answer, or what the script has instead; what was said."""
        found = self.rule(stage, about)
        if found is not None:
            return await self.act(found, usual)
        await self.out(usual)
        return usual

    async def act(self, found: Rule, usual: str) -> str:
        if found.delay:
            await asyncio.sleep(found.delay)
        if found.do == "drop":
            raise Stop
        if found.do == "hang":
            await asyncio.sleep(HANG)
        said = "\n".join(filter(None, (usual, found.reply))) if found.do == "also" else found.reply
        await self.out(said)
        if found.hang_up:
            await self.writer.drain()
            raise Stop
        return said

    def rule(self, stage: str, about: str = "") -> Rule | None:
        return next((each for each in self.script.rules if each.stage == stage and self.applies(each, about)), None)

    def applies(self, each: Rule, about: str) -> bool:
        if each.match and not re.search(each.match, about):
            return False
        counts = self.counts if each.per == "connection" else self.state.counts
        key = (each, about.lower() if each.per == "recipient" else "")
        counts[key] += 1
        number = counts[key] - each.skip - 1
        return number >= 0 and number % each.every == 0 and (not each.times or number // each.every < each.times)

    async def on_ehlo(self, name: str) -> None:
        self.name = name
        said = ["relay.example", *self.script.offers]
        if self.script.size is not None:
            said.append(f"SIZE {self.script.size}")
        if self.script.tls == "starttls" and not self.secure:
            said.append("STARTTLS")
        if self.script.users:
            said.append(f"AUTH {self.script.auth}")
        lines = [f"250-{each}" for each in said[:-1]] + [f"250 {said[-1]}"]
        await self.say("ehlo", "\n".join(lines), name)

    async def on_helo(self, name: str) -> None:
        self.name = name
        await self.say("ehlo", "250 relay.example", name)

    async def on_starttls(self, _: str) -> None:
        if self.state.context is None:
            await self.out("502 5.5.1 not here")
            return
        if (await self.say("starttls", "220 2.0.0 go on")).startswith("2"):
            await self.writer.drain()
            await self.writer.start_tls(self.state.context)
            self.secure = True

    async def on_auth(self, rest: str) -> None:
        way, _, said = rest.partition(" ")
        if way.upper() == "LOGIN":
            user = said or await self.ask("334 VXNlcm5hbWU6")
            password = await self.ask("334 UGFzc3dvcmQ6")
            pair = [base64.b64decode(each).decode() for each in (user, password)]
        else:
            pair = base64.b64decode(said or await self.ask("334 ")).decode().split("\0")[1:]
        if self.script.users.get(pair[0]) != pair[1]:
            await self.out("535 5.7.8 wrong user or password")
        elif (await self.say("auth", "235 2.7.0 welcome")).startswith("2"):
            self.signed_in = pair[0]

    async def ask(self, text: str) -> str:
        await self.out(text)
        return (await self.line()).strip()

    async def on_mail(self, rest: str) -> None:
        if self.script.users and not self.signed_in:
            await self.out("530 5.7.0 Authentication required")
        elif self.sender is not None:
            await self.out("503 5.5.1 nested MAIL command")
        elif (told := self.told(rest, "FROM")) is None:
            await self.out("501 5.5.4 syntax")
        elif self.script.size and (found := re.search(r"SIZE=(\d+)", told[1])) and int(found[1]) > self.script.size:
            await self.out("552 5.3.4 message size exceeds fixed limit")
        elif (await self.say("mail", "250 2.1.0 ok", rest)).startswith("2"):
            self.sender, self.parameters = told

    def told(self, rest: str, word: str) -> tuple[str, str] | None:
        found = re.fullmatch(rf"{word}:<([^<>]*)>(?: (.*))?", rest, re.IGNORECASE)
        return (found[1], found[2] or "") if found else None

    async def on_rcpt(self, rest: str) -> None:
        if self.sender is None:
            await self.out("503 5.5.1 MAIL first")
        elif (told := self.told(rest, "TO")) is None:
            await self.out("501 5.1.3 syntax")
        elif not told[0].isascii() and "SMTPUTF8" not in self.parameters:
            await self.out("553 5.6.7 SMTPUTF8 needed")
        elif (await self.say("rcpt", "250 2.1.5 ok", told[0])).startswith("2"):
            self.recipients.append(told[0])
            self.rcpt_parameters.append(told[1])

    async def on_data(self, _: str) -> None:
        about = " ".join(self.recipients)
        usual = "354 go on" if self.recipients else "554 5.5.1 no valid recipients"
        if self.sender is None:
            usual = "503 5.5.1 RCPT first"
        if (await self.say("data", usual, about)).startswith("354"):
            await self.body(about)

    async def body(self, about: str) -> None:
        drop = self.rule("body", about)
        if drop is not None:
            await self.reader.readexactly(drop.after_bytes)
            await self.act(drop, "")
        data = await self.until_dot()
        await self.dot(data, about)
        self.forget()

    async def until_dot(self) -> bytes:
        """The mail, as it was before dots were doubled. Only CR LF . CR LF ends it."""
        data = bytearray()
        while data != b".\r\n" and not data.endswith(b"\r\n.\r\n"):
            data += await self.reader.readuntil(b".\r\n")
        whole = bytes(data[:-3]).replace(b"\r\n..", b"\r\n.")
        return whole[1:] if whole.startswith(b".") else whole

    async def dot(self, data: bytes, about: str) -> None:
        found = self.rule("dot", about)
        if not self.recipients:
            await self.out("554 5.5.1 no valid recipients" if found is None else found.reply)
        elif found is None or found.do in ("also", "take-and-drop"):
            await self.state.log.put(self.facts(data))
            if found is not None and found.do == "take-and-drop":
                raise Stop
            await (self.out("250 2.0.0 queued") if found is None else self.act(found, "250 2.0.0 queued"))
        else:
            await self.act(found, "250 2.0.0 queued")

    def facts(self, data: bytes) -> dict[str, Any]:
        head = data.partition(b"\r\n\r\n")[0]
        found = re.search(rb"^Message-ID:\s*(\S+)", head, re.IGNORECASE | re.MULTILINE)
        facts = {
            "sender": self.sender,
            "recipients": self.recipients,
            "message_id": found[1].decode() if found else None,
            "size": len(data),
            "sha256": hashlib.sha256(data).hexdigest(),
            "mail": self.parameters,
            "rcpt": self.rcpt_parameters,
            "secure": self.secure,
            "user": self.signed_in,
            "name": self.name,
        }
        return {**facts, "data": base64.b64encode(data).decode()} if self.script.keep else facts

    async def on_rset(self, _: str) -> None:
        self.forget()
        await self.say("rset", "250 2.0.0 ok")

    async def on_noop(self, _: str) -> None:
        await self.out("250 2.0.0 ok")

    async def on_quit(self, _: str) -> None:
        await self.say("quit", "221 2.0.0 bye")
        raise Stop


class State:
    """What one script needs to know over all its connections; old connections keep theirs."""

    def __init__(self, script: Script, log: Path, certificate: str | None) -> None:
        self.script = script
        self.log = Log(log)
        self.counts: Counter[Any] = Counter()
        self.context: ssl.SSLContext | None = None
        if certificate is not None:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(certificate)


class Server:
    """Listens; behaves as it was last told."""

    def __init__(self, state: State) -> None:
        self.state = state

    async def serve(self, port: int, *, host: str, control: bool) -> None:
        context = self.state.context if self.state.script.tls == "tls" else None
        server = await asyncio.start_server(self.meet, host, port, ssl=context, limit=1 << 20, backlog=200)
        print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201
        if control:
            asyncio.get_running_loop().add_reader(sys.stdin, self.become)
        async with server:
            await server.serve_forever()

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await Conversation(self, reader, writer).run()

    def become(self) -> None:
        """A test's next script, in a process that runs already."""
        facts = json.loads(sys.stdin.readline())
        self.state = State(Script.of(facts["script"]), Path(facts["log"]), facts["certificate"])
        print("as you wish", flush=True)  # noqa: T201


# For tests: start one, read what it took.


@dataclass(frozen=True)
class Running:
    """A relay in a process of its own."""

    port: int
    log: Path
    process: subprocess.Popen[bytes]

    @property
    def accepted(self) -> list[dict[str, Any]]:
        return accepted(self.log)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()

    def become(self, script: Script, log: Path, certificate: Path | None) -> Running:
        """The same process with another script and log."""
        facts = {"script": script.text(), "log": str(log), "certificate": str(certificate) if certificate else None}
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(facts).encode() + b"\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == b"as you wish\n"
        return replace(self, log=log)


def start(
    log: Path,
    script: Script | str = "plain",
    *,
    port: int = 0,
    certificate: Path | None = None,
    control: bool = False,
    inside: Sequence[str] = (),
    host: str = "127.0.0.1",
    **changes: Any,
) -> Running:
    """A relay that behaves so; on a port of its own unless one is said. `inside`: words before the command."""
    wanted = _wanted(script, changes)
    command = [*inside, sys.executable, __file__, "--port", str(port), "--log", str(log), "--script", wanted.text()]
    command += ["--host", host]
    if certificate is not None:
        command += ["--certificate", str(certificate)]
    if control:
        command += ["--control"]
    stdin = subprocess.PIPE if control else subprocess.DEVNULL
    process = subprocess.Popen(command, stdin=stdin, stdout=subprocess.PIPE)
    assert process.stdout is not None
    line = process.stdout.readline()
    if not control:
        process.stdout.close()
    if not line:
        raise RuntimeError(f"the relay did not start: {process.wait()}")
    return Running(int(line), log, process)


def _wanted(script: Script | str, changes: dict[str, Any]) -> Script:
    return replace(Script.of(script) if isinstance(script, str) else script, **changes)


_idle: list[Running] = []
"""Processes for tests that need no own: a start costs more than a test."""


@contextmanager
def running(log: Path, script: Script | str = "plain", **facts: Any) -> Iterator[Running]:
    """A relay while the block runs; in a process that is kept for the next unless it must be a special one."""
    certificate, port = facts.pop("certificate", None), facts.pop("port", 0)
    wanted = _wanted(script, facts)
    special = port or wanted.tls == "tls"
    if special or not _idle:
        first = wanted if special else "plain"
        server = start(log, first, port=port, certificate=certificate, control=not special)
    else:
        server = _idle.pop()
    if not special:
        server = server.become(wanted, log, certificate)
    try:
        yield server
    finally:
        if special:
            server.kill()
        elif server.process.poll() is None:
            _idle.append(server)


@atexit.register
def _end() -> None:
    for server in _idle:
        server.kill()


def accepted(log: Path) -> list[dict[str, Any]]:
    """What was taken, in order. A line that a kill tore was not answered, and is left out."""
    if not log.exists():
        return []
    found = []
    for line in log.read_bytes().split(b"\n"):
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument("--script", default="plain")
    parser.add_argument("--certificate")
    parser.add_argument("--control", action="store_true", help="read further scripts from the standard input")
    chosen = parser.parse_args()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    state = State(Script.of(chosen.script), chosen.log, chosen.certificate)
    asyncio.run(Server(state).serve(chosen.port, host=chosen.host, control=chosen.control))


if __name__ == "__main__":
    main()
