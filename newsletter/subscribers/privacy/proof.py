"""The proof of an erasure: what was removed, what remains, where was looked, and what nobody here can see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

WORDS = {
    "people": "the person: address, name, role, company",
    "consents": "lines of the log of consents",
    "sign_ups": "sign-ups for events",
    "invitations": "invitations to events",
    "notices": "automatic mails",
    "network_members": "memberships of networks: the company stays, without the person",
    "enquiries": "enquiries: the topic stays, without the person and the text",
    "deliveries": "deliveries: the send still adds up, without the person, the hash and the server's answer",
    "delivery_events": "bounces and complaints: without the hash and what the server said",
    "audit": "lines of the audit log: without whom they were about",
    "segment_snapshots": "snapshots of segments: without the person's number",
}
"""What a changed row of a table means, in words."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Looked:
    """A file that was looked through."""

    name: str
    size: int
    found: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Proof:
    """What an erasure did and found. It holds no address and no name."""

    at: datetime
    actor: str
    removed: Mapping[str, int]
    hash_until: datetime
    looked: tuple[Looked, ...]
    rewritten: bool
    mentions: tuple[str, ...]
    elsewhere: tuple[str, ...]
    cleared: tuple[str, ...]
    """Samples of mails, which were removed."""
    searched: int
    under_way: int
    remarks: tuple[str, ...]

    @property
    def is_complete(self) -> bool:
        """Whether nothing was found any more, in the register and in the workspace."""
        found = any(file.found for file in self.looked)
        return not (found or self.mentions or self.elsewhere or self.under_way)


def proof_lines(proof: Proof) -> list[str]:
    """The proof, to be read and kept."""
    return [
        f"Proof of erasure, {proof.at:%Y-%m-%d %H:%M} UTC, by {proof.actor}",
        "",
        "Removed",
        *_removed(proof),
        "",
        "What remains",
        f"  a keyed hash of the address until {proof.hash_until:%Y-%m-%d}, so that no import brings it back",
        *_under_way(proof),
        "",
        "Where was looked",
        *_looked(proof),
        *_to_do(proof),
        "",
        "What cannot be seen from here",
        *(f"  {remark}" for remark in proof.remarks),
    ]


def _removed(proof: Proof) -> Iterator[str]:
    for table, words in WORDS.items():
        if number := proof.removed.get(table, 0):
            yield f"  {number:>5}  {words}"
    if proof.cleared:
        yield f"  {len(proof.cleared):>5}  samples of mails in build/samples/"
    if not proof.removed:
        yield "  nothing: the person was erased before"


def _under_way(proof: Proof) -> Iterator[str]:
    if proof.under_way:
        yield f"  {proof.under_way} mails under way keep the hash; `newsletter register tidy` takes it from them"


def _looked(proof: Proof) -> Iterator[str]:
    for file in proof.looked:
        found = f"found {file.found} times" if file.found else "found nothing"
        yield f"  {file.name}: {file.size:,} bytes, {found}"
    if proof.rewritten:
        yield "  before that, free space of the file still held something: the file was written anew"
    yield "  all text columns of the register: " + (
        f"found {len(proof.mentions)}" if proof.mentions else "found nothing"
    )
    files = f"  {proof.searched} other files of the workspace: "
    yield files + (f"found in {len(proof.elsewhere)}" if proof.elsewhere else "found nothing")


def _to_do(proof: Proof) -> Iterator[str]:
    if proof.mentions:
        yield from ("", "Mend by hand: these texts still speak of the person")
        yield from (f"  {mention}" for mention in proof.mentions)
    if proof.elsewhere:
        yield from ("", "Delete by hand: these files still hold the address or the name")
        yield from (f"  {name}" for name in proof.elsewhere)
