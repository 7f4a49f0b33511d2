"""The sample's enquiries are promised an answer as real ones are: within hours of working days."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from register_kit import NOW
from sqlalchemy import select
from support import edit

from newsletter.store.tables import enquiries
from newsletter.subscribers.sample.making import sample
from newsletter.subscribers.sample.scene import Scene, scene_of
from newsletter.workdays import hours_between, is_workday
from newsletter.workspace import read_workspace

ZONE = ZoneInfo("Europe/Copenhagen")


@pytest.mark.parametrize("hours", [24, 30])
def test_within_the_hours_of_working_days_that_the_workspace_promises(register, hours):
    sample(register, number=300, now=NOW, actor="eva", scene=Scene(zone=ZONE, consultants=("a",), answer_hours=hours))
    with register.read() as connection:
        found = connection.execute(select(enquiries)).all()
    assert {hours_between(row.received_at, row.promised_by, ZONE) for row in found} == {hours}
    assert all(is_workday(row.promised_by.astimezone(ZONE).date()) for row in found)
    spans = {row.promised_by - row.received_at for row in found}
    assert len(spans) > 1, "no weekend lies in between, so this proves nothing"


def test_the_scene_of_a_workspace_knows_its_hours(starter):
    assert scene_of(read_workspace(starter)).answer_hours == 24
    edit(starter, "newsletter.yml", "answer_hours: 24", "answer_hours: 48")
    assert scene_of(read_workspace(starter)).answer_hours == 48
