"""What a run of the long form says, as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chaos_result import KILLS

if TYPE_CHECKING:
    from chaos_result import Result

_HEAD = """\
| killed | times | in doubt in all | most at once | promised at most |
|---|---:|---:|---:|---:|"""


def table(result: Result) -> str:
    """A heading, the numbers of the end, and a line for each kind of kill."""
    found, settled = result.count, result.settled
    assert found is not None
    name = "SQLite" if result.database == "sqlite" else "PostgreSQL"
    kills = sum(result.kills.values())
    states = found.states
    counts = (
        f"**{len(found.doubled)} doubled, {len(found.lost)} lost.** {states['accepted']:,} accepted,"
        f" {states['rejected']} rejected, {states['skipped']} skipped, {found.in_doubt} in doubt"
        f" (the relay had taken {found.doubtful} of them)."
        f" Accepted by the ledger's word and unknown to the relay: {len(found.invented)}."
        f" With the relay, and unknown to the ledger: {len(found.unknown)}."
        f" To who had unsubscribed: {len(found.unwanted)}."
    )
    said = [f"### {name}: {result.readers:,} readers, {kills} kills", "", counts]
    if result.stops:
        said.append(
            f"It stopped itself {len(result.stops)} times, since the relay died three times in a row between two mails."
        )
    if settled is not None:
        said.append(
            f"Settled by the relay's log, the others of them sent again: {settled.states['accepted']:,} accepted,"
            f" {settled.in_doubt} in doubt, {len(settled.doubled)} doubled, {len(settled.lost)} lost."
        )
    rows = [
        f"| {kind.name} | {group.times} | {group.doubt} | {group.most} | {kind.doubt} |"
        for kind in KILLS
        if (group := result.alone.get(kind.name))
    ]
    several = result.together
    rows.append(
        f"| two to four of these in quick succession, {several.times} times"
        f" | {several.kills} | {several.doubt} | {several.most} | {several.bound} in all |"
    )
    return "\n".join([*said, "", _HEAD, *rows, f"| all | {kills} | {found.in_doubt} | | {result.bound} in all |", ""])
