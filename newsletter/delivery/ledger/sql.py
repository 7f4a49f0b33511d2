"""The ledger's statements: text made once for each database, since each message waits for some of them.

`:name` stands for a value. Where the two databases differ, a pair says it twice: SQLite's, PostgreSQL's.
Locks are taken in one order everywhere: send, batch, deliveries.
"""

# ruff: noqa: S608 - every piece of these texts is written here

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import literal_column, select

from newsletter.subscribers.audience import SUBJECTS, reachable

if TYPE_CHECKING:
    from sqlalchemy import Dialect

_MINE = "send_id = :send AND batch = :batch"
_READY = "(state = 'planned' OR (state = 'deferred' AND (next_at IS NULL OR next_at <= :now OR next_at > :absurd)))"
"""A time too far ahead was written by a clock that was wrong."""
_PEOPLE = "people LEFT JOIN companies ON companies.id = people.company_id"
_TURN = """address_hash, person_id, edition, attempt, people.address, people.smtputf8, people.name,
    people.first_name, companies.name AS company, companies.contact"""


class Statements:
    """The texts for one database."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._is_sqlite = dialect.name == "sqlite"
        self.skip_locked = "" if self._is_sqlite else " FOR NO KEY UPDATE SKIP LOCKED"
        self.locked = "" if self._is_sqlite else " FOR NO KEY UPDATE"

    @cached_property
    def reachable(self) -> str:
        """Who may be written to, over people and companies; `:now` is the time. The audience's own words."""
        now = cast("Any", literal_column("@now@"))
        whole = select(reachable(now).label("answer")).select_from(SUBJECTS)
        words = str(whole.compile(dialect=self._dialect, compile_kwargs={"literal_binds": True}))
        return words.removeprefix("SELECT ").rpartition(" AS answer")[0].replace("@now@", ":now")

    # Taking a batch

    sending = "SELECT id FROM sends WHERE state = 'sending' ORDER BY id"

    @cached_property
    def waiting(self) -> str:
        """The batch of a send that has waited longest for its time, which has come."""
        return f"""SELECT number, fence, owner, epoch, state FROM batches WHERE state = 'waiting' AND send_id = :send
            AND (next_at IS NULL OR next_at <= :now OR next_at > :absurd) ORDER BY next_at LIMIT 1{self.skip_locked}"""

    @cached_property
    def opened(self) -> str:
        """The first batch of a send that nobody has."""
        return f"""SELECT number, fence, owner, epoch, state FROM batches WHERE state = 'open' AND send_id = :send
            ORDER BY number LIMIT 1{self.skip_locked}"""

    @cached_property
    def one_batch(self) -> str:
        """A batch of a send that is going out, when nobody has it, or somebody who may be gone."""
        return f"""SELECT number, fence, owner, epoch, state FROM batches WHERE send_id = :send AND number = :batch
            AND state <> 'done' AND (state <> 'waiting' OR next_at IS NULL OR next_at <= :now OR next_at > :absurd)
            {self.skip_locked}"""

    working = "SELECT send_id, number, fence, owner, epoch FROM batches WHERE state = 'working' ORDER BY 1, 2"

    @cached_property
    def worker(self) -> str:
        """Where a worker runs, and for how many seconds it could have been heard of and was not."""
        heard = "clock_timestamp() - greatest(beat_at, pg_postmaster_start_time())"
        silence = "beat_at" if self._is_sqlite else f"extract(epoch FROM {heard})::float8"
        return f"SELECT host, pid, {silence} FROM workers WHERE name = :name"

    own = """UPDATE batches SET state = 'working', fence = fence + 1, owner = :owner, epoch = :epoch, next_at = NULL
        WHERE send_id = :send AND number = :batch AND fence = :fence AND state <> 'done'"""
    facts = """SELECT sends.issue, sends.transport, sends.started_at, sends.state,
        CASE WHEN sends.kind = 'late' THEN sends.parent_id ELSE sends.id END FROM sends WHERE id = :send"""

    left_dotted = f"UPDATE deliveries SET state = 'in_doubt' WHERE {_MINE} AND state = 'dotted'"
    left_unknown = f"UPDATE deliveries SET state = 'in_doubt' WHERE {_MINE} AND state = 'held'"
    left_held = f"UPDATE deliveries SET state = 'planned', token = NULL WHERE {_MINE} AND state = 'held'"

    # A window

    standing = """SELECT batches.fence, sends.state, sends.reason FROM batches JOIN sends ON sends.id = batches.send_id
        WHERE batches.send_id = :send AND batches.number = :batch"""

    @cached_property
    def candidates(self) -> str:
        """SQLite: those whose turn it could be, as a stream; last, whether they may be written to."""
        return f"""SELECT deliveries.rowid, {_prefixed(_TURN)}, deliveries.address_hash = people.address_hash
            AND {self.reachable} FROM deliveries LEFT JOIN people ON people.id = deliveries.person_id
            LEFT JOIN companies ON companies.id = people.company_id WHERE {_prefixed(_MINE)} AND {_prefixed(_READY)}"""

    hold_all = f"UPDATE deliveries SET state = 'held', token = :token WHERE {_MINE} AND {_READY}"
    """SQLite: when all who are ready are held, none left out."""
    hold = "UPDATE deliveries SET state = 'held', token = ? WHERE rowid = ?"
    skip = "UPDATE deliveries SET state = 'skipped', at = ?, next_at = NULL WHERE rowid = ?"

    @cached_property
    def window(self) -> str:
        """PostgreSQL: a whole window in one durable statement. No row: I was replaced."""
        return f"""WITH durable AS MATERIALIZED (SELECT set_config('synchronous_commit', 'on', true)),
            own AS MATERIALIZED (SELECT sends.state, sends.reason FROM durable, batches
                JOIN sends ON sends.id = batches.send_id WHERE batches.send_id = :send AND batches.number = :batch
                AND batches.fence = :fence FOR NO KEY UPDATE OF batches),
            found AS MATERIALIZED (SELECT deliveries.root_id, {_prefixed(_TURN)},
                coalesce(deliveries.address_hash = people.address_hash AND {self.reachable}, false) AS ok
                FROM deliveries LEFT JOIN people ON people.id = deliveries.person_id
                LEFT JOIN companies ON companies.id = people.company_id
                WHERE (SELECT state FROM own) = 'sending' AND {_prefixed(_MINE)} AND {_prefixed(_READY)}
                AND (:domains::text[] IS NULL OR people.address IS NULL
                    OR lower(substring(people.address from '[^@]*$')) <> ALL(:domains::text[]))
                LIMIT :most),
            marked AS (UPDATE deliveries SET state = CASE WHEN found.ok THEN 'held' ELSE 'skipped' END,
                token = CASE WHEN found.ok THEN :token ELSE NULL END,
                at = CASE WHEN found.ok THEN deliveries.at ELSE :now END
                FROM found WHERE deliveries.root_id = found.root_id AND deliveries.address_hash = found.address_hash
                AND deliveries.state IN ('planned', 'deferred')
                RETURNING found.*)
            SELECT own.state, own.reason, marked.ok, marked.address_hash, marked.person_id, marked.edition,
                marked.attempt, marked.address, marked.smtputf8, marked.name, marked.first_name, marked.company,
                marked.contact FROM own LEFT JOIN marked ON true"""

    # Results without dots

    all_held = f"SELECT count(*) FROM deliveries WHERE {_MINE} AND token = :token AND state = 'held'"
    accept_all = f"""UPDATE deliveries SET state = 'accepted', relay = :relay, at = :now, next_at = NULL, token = NULL,
        smtp_code = NULL, smtp_text = NULL WHERE {_MINE} AND token = :token AND state = 'held'"""

    # A message

    result = """UPDATE deliveries SET state = ?, smtp_code = ?, smtp_text = ?, relay = ?, at = ?, next_at = ?,
        attempt = attempt + ?, token = ? WHERE root_id = ? AND address_hash = ? AND token = ? AND state IN """
    over = f"{result}('held', 'dotted', 'in_doubt')"
    """What has ended ends a doubt, too."""
    again = f"{result}('held', 'dotted')"
    late = f"{result}('in_doubt')"

    @cached_property
    def dot(self) -> str:
        """Just before the body: still mine, still going out, still wanted."""
        return f"""UPDATE deliveries SET state = 'dotted', at = :now WHERE root_id = :root AND address_hash = :hash
            AND token = :token AND state = 'held' AND {self._still}"""

    @cached_property
    def _still(self) -> str:
        return f"""(SELECT state FROM sends WHERE id = :send) = 'sending'
            AND EXISTS (SELECT 1 FROM {_PEOPLE} WHERE people.id = deliveries.person_id
                AND people.address_hash = deliveries.address_hash AND {self.reachable})"""

    @cached_property
    def pair(self) -> str:
        """PostgreSQL: one result and the next dot at once; which of the two were mine."""
        return f"""UPDATE deliveries SET state = CASE WHEN address_hash = :dot THEN 'dotted' ELSE :state::text END,
            smtp_code = CASE WHEN address_hash = :dot THEN smtp_code ELSE :code::smallint END,
            smtp_text = CASE WHEN address_hash = :dot THEN smtp_text ELSE :text::text END,
            next_at = CASE WHEN address_hash = :dot THEN NULL ELSE :next::timestamptz END,
            attempt = attempt + CASE WHEN address_hash = :dot THEN 0 ELSE :tried::int END,
            token = CASE WHEN address_hash = :dot OR :state::text = 'in_doubt' THEN token END, relay = :relay, at = :now
            WHERE root_id = :root AND address_hash = ANY(:both::bytea[]) AND token = :token
            AND CASE WHEN address_hash = :dot THEN state = 'held' AND {self._still}
                ELSE state IN ('held', 'dotted') OR (state = 'in_doubt' AND :ends::bool) END
            RETURNING address_hash"""

    results = """UPDATE deliveries SET state = told.state, smtp_code = told.code, smtp_text = told.text,
        relay = :relay, at = :now, next_at = told.next_at,
        attempt = deliveries.attempt + CASE WHEN told.state = 'deferred' THEN 1 ELSE 0 END,
        token = CASE WHEN told.state = 'in_doubt' THEN deliveries.token END
        FROM unnest(:hashes::bytea[], :states::text[], :codes::smallint[], :texts::text[],
            :nexts::timestamptz[]) AS told(hash, state, code, text, next_at)
        WHERE deliveries.root_id = :root AND deliveries.address_hash = told.hash AND deliveries.token = :token
        AND (deliveries.state IN ('held', 'dotted')
            OR (deliveries.state = 'in_doubt' AND told.state IN ('accepted', 'rejected', 'skipped')))"""
    """PostgreSQL: many results."""

    @cached_property
    def late_ones(self) -> str:
        """PostgreSQL: results of turns that were put into doubt meanwhile."""
        return """UPDATE deliveries SET state = told.state, smtp_code = told.code, smtp_text = told.text,
            relay = :relay, at = :now, next_at = told.next_at, token = NULL,
            attempt = attempt + (told.state = 'deferred')::int
            FROM unnest(:hashes::bytea[], :states::text[], :codes::smallint[], :texts::text[],
                :nexts::timestamptz[]) AS told(hash, state, code, text, next_at)
            WHERE deliveries.root_id = :root AND deliveries.address_hash = told.hash AND deliveries.token = :token
            AND deliveries.state = 'in_doubt'"""

    seen = "SELECT state, token FROM deliveries WHERE root_id = :root AND address_hash = :hash"
    unwanted = """UPDATE deliveries SET state = 'skipped', at = :now, token = NULL
        WHERE root_id = :root AND address_hash = :hash AND token = :token AND state = 'held'"""

    # The end of a batch

    @cached_property
    def lock_send(self) -> str:
        """The send's state, which nobody changes until we are through."""
        return f"SELECT state FROM sends WHERE id = :send{self.locked}"

    @cached_property
    def lock_batch(self) -> str:
        """The batch's fence and state, which nobody changes until we are through."""
        return f"SELECT fence, state FROM batches WHERE send_id = :send AND number = :batch{self.locked}"

    in_hand = f"SELECT address_hash FROM deliveries WHERE {_MINE} AND token = :token AND state IN ('held', 'dotted')"
    give_back = """UPDATE deliveries SET state = 'planned', token = NULL
        WHERE root_id = :root AND address_hash = :hash AND token = :token AND state IN ('held', 'dotted')"""
    doubt = """UPDATE deliveries SET state = 'in_doubt'
        WHERE root_id = :root AND address_hash = :hash AND token = :token AND state IN ('held', 'dotted')"""
    give_up = f"UPDATE deliveries SET state = 'skipped', at = :now WHERE {_MINE} AND state IN ('planned', 'deferred')"
    left = f"""SELECT state, count(*), min(next_at) FROM deliveries
        WHERE {_MINE} AND state IN ('planned', 'deferred', 'held', 'dotted') GROUP BY state"""
    rest = """UPDATE batches SET state = :state, next_at = :next, owner = NULL, epoch = NULL
        WHERE send_id = :send AND number = :batch"""
    reopen = """UPDATE batches SET state = 'open', next_at = NULL, owner = NULL, epoch = NULL
        WHERE send_id = :send AND number = :batch AND state <> 'working'"""
    unended = "UPDATE sends SET state = 'sending', ended_at = NULL WHERE id = :send AND state = 'done'"
    ended = """UPDATE sends SET state = 'done', ended_at = :now WHERE id = :send AND state = 'sending'
        AND NOT EXISTS (SELECT 1 FROM batches WHERE send_id = :send AND state <> 'done')"""
    stop = "UPDATE sends SET state = 'stopped', reason = :reason WHERE id = :send AND state = 'sending'"

    @cached_property
    def invited(self) -> str:
        """Whom a batch of a send that invites has invited, or may have."""
        return invited(self._dialect.name, "sends.id = :send AND deliveries.batch = :batch")

    refresh = "UPDATE batches SET epoch = :epoch WHERE send_id = :send AND number = :batch AND fence = :fence"
    soonest = """SELECT min(next_at) FROM batches WHERE state = 'waiting'
        AND send_id IN (SELECT id FROM sends WHERE state = 'sending')"""

    # Limits

    @cached_property
    def bucket(self) -> str:
        """What was in a relay's bucket, and when; on PostgreSQL how many seconds ago, by its own clock."""
        at = "at" if self._is_sqlite else "extract(epoch FROM clock_timestamp() - at)::float8"
        return f"SELECT tokens, {at} FROM rate_buckets WHERE relay = :relay{self.locked}"

    @cached_property
    def fill(self) -> str:
        """What is in a relay's bucket now."""
        now = ":now" if self._is_sqlite else "clock_timestamp()"
        return f"""INSERT INTO rate_buckets (relay, tokens, at) VALUES (:relay, :tokens, {now})
            ON CONFLICT (relay) DO UPDATE SET tokens = excluded.tokens, at = excluded.at"""

    lanes = "SELECT lane, owner FROM relay_lanes WHERE relay = :relay"
    claim = """INSERT INTO relay_lanes (relay, lane, owner, epoch) VALUES (:relay, :lane, :owner, :epoch)
        ON CONFLICT (relay, lane) DO UPDATE SET owner = excluded.owner, epoch = excluded.epoch
        WHERE coalesce(relay_lanes.owner, '') = :before"""
    free = "DELETE FROM relay_lanes WHERE relay = :relay AND lane = :lane AND owner = :owner"
    pauses = "SELECT domain, until FROM domain_pauses WHERE relay = :relay AND until > :now AND until <= :absurd"
    rests = "SELECT domain FROM domain_pauses WHERE relay = :relay"
    failures = "SELECT failures FROM domain_pauses WHERE relay = :relay AND domain = :domain"
    pause = """INSERT INTO domain_pauses (relay, domain, until, failures) VALUES (:relay, :domain, :until, :failures)
        ON CONFLICT (relay, domain) DO UPDATE SET until = excluded.until, failures = excluded.failures"""
    resume = "DELETE FROM domain_pauses WHERE relay = :relay AND domain = :domain"


def invited(dialect: str, which: str) -> str:
    """Who has an invitation by the ledger, written down once for each event and person; the newest one counts.

    `which` are the deliveries looked at. Who is in doubt may have it, so they are told when the event is cancelled.
    """

    def told(name: str) -> str:
        path = f"$.invites.{name}"
        return (
            f"json_extract(sends.letter, '{path}')" if dialect == "sqlite" else f"letter::json #>> '{{invites,{name}}}'"
        )

    sequence = f"CAST({told('sequence')} AS INTEGER)"
    at = "coalesce(deliveries.at, :now)"
    return f"""INSERT INTO invitations (event, person_id, sequence, sent_at, cancelled_at)
        SELECT {told("event")}, deliveries.person_id, {sequence}, {at},
            CASE WHEN {told("method")} = 'CANCEL' THEN {at} END
        FROM sends JOIN deliveries ON deliveries.send_id = sends.id
        WHERE {which} AND sends.kind <> 'test' AND {told("event")} IS NOT NULL
            AND deliveries.person_id IS NOT NULL AND deliveries.state IN ('accepted', 'in_doubt')
        ON CONFLICT (event, person_id) DO UPDATE SET sequence = excluded.sequence, sent_at = excluded.sent_at,
            cancelled_at = excluded.cancelled_at WHERE invitations.sequence < excluded.sequence"""


def _prefixed(columns: str) -> str:
    """Columns of deliveries with the table's name, where a statement joins others that have some of the same."""
    names = ("address_hash", "person_id", "edition", "attempt", "send_id", "batch", "state", "next_at")
    words = columns.replace("(", "( ").replace(")", " )").replace(",", " ,").split()
    return " ".join(f"deliveries.{word}" if word in names else word for word in words)
