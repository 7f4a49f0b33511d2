"""The long form: `make chaos`. Prints the table that stands in docs/reliability.md; exit 1 when anything is wrong."""

from __future__ import annotations

import argparse
import secrets
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

from chaos_run import Chaos  # noqa: E402  found beside this file
from chaos_table import table  # noqa: E402

if TYPE_CHECKING:
    from chaos_result import Result


def main() -> int:
    parser = argparse.ArgumentParser(prog="chaos", description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], action="append")
    parser.add_argument("--readers", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, help="the same kills in the same order, though not at the same mails")
    parser.add_argument("--gentle", action="store_true", help="a relay that never puts off")
    parser.add_argument("--bare", action="store_true", help="on PostgreSQL, without the engine for many machines")
    chosen = parser.parse_args()
    seed = secrets.randbelow(10**6) if chosen.seed is None else chosen.seed
    wrong = [
        problem for database in chosen.database or ["sqlite", "postgresql"] for problem in _run(chosen, database, seed)
    ]
    print("\n".join(wrong or ["all is well"]))  # noqa: T201
    return bool(wrong)


def _run(chosen: argparse.Namespace, database: str, seed: int) -> list[str]:
    """Sends, one after the other, until all kills are done."""
    left, wrong = chosen.kills, list[str]()
    while left > 0:
        result = _send(chosen, database, seed, left)
        wrong += result.problems()
        left -= max(1, sum(result.kills.values()))
        seed += 1
    return wrong


def _send(chosen: argparse.Namespace, database: str, seed: int, kills: int) -> Result:
    with tempfile.TemporaryDirectory(prefix="newsletter-chaos-") as folder:
        chaos = Chaos(
            Path(folder),
            database,
            readers=chosen.readers,
            kills=kills,
            seed=seed,
            rough=not chosen.gentle,
            bare=chosen.bare,
            settle=True,
        )
        result = chaos.run()
    print(table(result))  # noqa: T201
    print(f"seed {seed}, {result.seconds:.0f} seconds, slowest stop {result.slowest_stop:.1f} seconds\n", flush=True)  # noqa: T201
    return result


if __name__ == "__main__":
    sys.exit(main())
