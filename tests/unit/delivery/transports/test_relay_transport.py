"""A lane to a relay: connects when it must, takes leave when it had enough, and asks the allow-list."""

from __future__ import annotations

from collections import Counter

import pytest
from smtp_kit import SOON, a_mail, an_envelope, relay_at
from smtp_server import Script, rule, running

from newsletter.delivery.smtp import BeforeDot, Trouble
from newsletter.delivery.transports import AllowList, Nowhere, RelayTransport
from newsletter.problems import Refused


def transport(port, most=100, **allow):
    listed = AllowList(**(allow or {"everybody": True}))
    return RelayTransport(relay=relay_at(port), allow=listed, timeouts=SOON, most=most)


def send(lane, mails):
    told = []
    for index, (envelope, data) in enumerate(mails):
        upcoming = mails[index + 1][0] if index + 1 < len(mails) else None
        told.append(lane.offer(envelope) or lane.deliver(data, upcoming))
    return told


MAILS = [(an_envelope(f"p{number}@firma.example"), a_mail(number)) for number in range(7)]


def test_a_new_connection_after_so_many_mails(tmp_path):
    script = Script(rules=(rule("mail", "421 4.7.0 too many", per="connection", skip=3, hang_up=True),))
    with running(tmp_path / "log", script) as server, transport(server.port, most=3).open() as lane:
        assert lane.closed
        assert [reply.code for reply in send(lane, MAILS)] == [250] * 7
        assert not lane.closed
        assert Counter(each["recipients"][0] for each in server.accepted) == {each.recipient: 1 for each, _ in MAILS}


def test_after_trouble_the_next_mail_connects_anew(tmp_path):
    script = Script(rules=(rule("mail", "421 4.3.2 later", times=1, hang_up=True),))
    with running(tmp_path / "log", script) as server, transport(server.port).open() as lane:
        with pytest.raises(BeforeDot):
            lane.offer(MAILS[0][0])
        assert lane.closed
        assert [reply.code for reply in send(lane, MAILS[:2])] == [250] * 2
        assert lane.offer(MAILS[2][0]) is None
        lane.abandon()
        assert [reply.code for reply in send(lane, MAILS[3:5])] == [250] * 2
        assert len(server.accepted) == 4


def test_nobody_there_is_trouble_at_the_first_mail(tmp_path):
    with running(tmp_path / "log") as server:
        lane = transport(server.port).open()
        server.kill()
        with pytest.raises(Trouble):
            lane.offer(MAILS[0][0])


def test_the_allow_list_holds_on_the_last_step_too(tmp_path):
    with running(tmp_path / "log") as server:
        with transport(server.port, addresses=frozenset({"p0@firma.example"})).open() as lane:
            assert lane.offer(MAILS[0][0]) is None
            assert lane.deliver(MAILS[0][1], MAILS[1][0]).taken  # the next is not even announced
            for envelope, _ in MAILS[1:3]:
                with pytest.raises(Refused, match="not production") as caught:
                    lane.offer(envelope)
                assert "delivery.allow" in caught.value.hint
        assert [each["recipients"] for each in server.accepted] == [["p0@firma.example"]]


def test_a_lane_that_was_offered_nothing():
    with transport(1).open() as lane:
        lane.abandon()
        with pytest.raises(ValueError, match="no mail"):
            lane.deliver(b"x\r\n")
    assert transport(1).name == "127.0.0.1:1"
    assert not transport(1).repeatable


def test_nowhere_counts():
    nowhere = Nowhere()
    with nowhere.open() as one, nowhere.open() as other:
        assert one.write([("<1@x>", b"abc"), ("<2@x>", b"de")]) == 2
        assert other.write(iter([("<3@x>", b"f")])) == 1
    assert (nowhere.mails, nowhere.bytes, nowhere.name, nowhere.repeatable) == (3, 6, "nowhere", True)
