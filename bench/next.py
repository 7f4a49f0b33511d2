"""Whom to visit next, of 400,000 companies in a campaign of 50,000 visits, beside one grouped count over its visits.

It asks the registers that bench/campaign.py fills, and with `--keep FOLDER` finds them where that has left them.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Any

from campaign import CAMPAIGN, COMPANIES, NOW, VISITS, _folder, _opened, _seconds, _served, fill
from tables import Section, at_most, ms, section, table, times

ROUNDS, LIMIT, PLACES = 15, 10, 20
Facts = dict[str, Any]


def measure(asked: argparse.Namespace) -> Section:
    """The list of twenty, on both databases."""
    with _folder(asked.keep) as folder:
        roots = fill(folder, asked.companies, asked.visits)
        with _served(folder):
            found = {name: _do(root, asked.rounds or ROUNDS) for name, root in roots.items()}
    told = (
        f"The first {PLACES} of {asked.companies:,} companies in a campaign of {asked.visits:,} visits, with reasons, "
        "in turns with `SELECT consultant, count(*) FROM visits WHERE campaign = … GROUP BY consultant`: medians of "
        f"{asked.rounds or ROUNDS} rounds. Signals: companies that asked, came, need something or wait for something."
    )
    rows = [
        ["one grouped count over its visits", *(ms(each["base"]) for each in found.values()), ""],
        ["companies with signals", *(f"{each['signals']:,}" for each in found.values()), ""],
        ["the list", *(ms(each["seconds"]) for each in found.values()), ""],
        [
            "the list to the count",
            *(times(each["ratio"]) for each in found.values()),
            at_most(LIMIT, *(each["ratio"] for each in found.values())),
        ],
    ]
    return section("Whom next", told, table(["", *found, "target"], rows))


def _do(root: Path, rounds: int) -> Facts:
    """One measure in a process of its own."""
    url = root / "register-url"
    environment = {**os.environ, **({"NEWSLETTER_REGISTER": url.read_text()} if url.exists() else {})}
    command = [sys.executable, __file__, "--do", str(root), str(rounds)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, env=environment)
    facts: Facts = json.loads(done.stdout)
    return facts


def do(root: Path, rounds: int) -> Facts:
    """The list, and one grouped count, in turns."""
    from sqlalchemy import func, select

    from newsletter.campaigns.next.listing import ask_for, whom_next
    from newsletter.campaigns.next.points import Band, signals
    from newsletter.store.tables import visits
    from newsletter.subscribers.rules.book import read_book
    from newsletter.workspace import read_workspace

    workspace, register = read_workspace(root), _opened(root)
    book, effort, slug = read_book(workspace), workspace.campaigns[CAMPAIGN], CAMPAIGN
    day, zone = NOW.date(), workspace.settings.zone
    count = select(visits.c.consultant, func.count()).where(visits.c.campaign == slug).group_by(visits.c.consultant)
    spent, bases = [], []
    with register.read() as connection:

        def listed() -> None:
            whom_next(connection, ask_for(connection, slug, effort, book, today=day, zone=zone), PLACES)

        for _ in range(rounds + 1):
            bases.append(_seconds(lambda: connection.execute(count).all()))
            spent.append(_seconds(listed))
        ask = ask_for(connection, slug, effort, book, today=day, zone=zone)
        number = connection.scalar(select(func.count()).select_from(signals(ask, Band())))
    ratios = [mine / base for mine, base in zip(spent[1:], bases[1:], strict=True)]
    return {"seconds": median(spent[1:]), "base": median(bases[1:]), "ratio": median(ratios), "signals": number}


def main() -> None:
    """All of it, or one measure."""
    if sys.argv[1:2] == ["--do"]:
        print(json.dumps(do(Path(sys.argv[2]), int(sys.argv[3]))))
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, help=f"rounds to take medians of ({ROUNDS})")
    parser.add_argument("--companies", type=int, default=COMPANIES)
    parser.add_argument("--visits", type=int, default=VISITS)
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="leave the registers here, or find them here")
    print(measure(parser.parse_args()))


if __name__ == "__main__":
    main()
