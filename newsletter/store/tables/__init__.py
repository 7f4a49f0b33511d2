"""One Table object for each table of the register, in rooms of their own: who, what they agreed to, what was done."""

from newsletter.store.kinds import METADATA
from newsletter.store.tables.companies import (
    companies,
    company_interests,
    company_needs,
    network_members,
    networks,
    workplaces,
)
from newsletter.store.tables.contacts import enquiries, follow_ups, invitations, results, sign_ups, visit_topics, visits
from newsletter.store.tables.people import consents, people, suppressions, wordings
from newsletter.store.tables.plans import (
    approvals,
    domain_pauses,
    epochs,
    rate_buckets,
    relay_lanes,
    schedules,
    workers,
)
from newsletter.store.tables.records import audit, meta, notices, segment_snapshots
from newsletter.store.tables.sends import (
    batches,
    deliveries,
    delivery_events,
    link_clicks,
    send_editions,
    sends,
)

__all__ = [
    "METADATA",
    "approvals",
    "audit",
    "batches",
    "companies",
    "company_interests",
    "company_needs",
    "consents",
    "deliveries",
    "delivery_events",
    "domain_pauses",
    "enquiries",
    "epochs",
    "follow_ups",
    "invitations",
    "link_clicks",
    "meta",
    "network_members",
    "networks",
    "notices",
    "people",
    "rate_buckets",
    "relay_lanes",
    "results",
    "schedules",
    "segment_snapshots",
    "send_editions",
    "sends",
    "sign_ups",
    "suppressions",
    "visit_topics",
    "visits",
    "wordings",
    "workers",
    "workplaces",
]
