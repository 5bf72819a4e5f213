"""What a company reads of a case that a stopped number led to: the letter, and never the complaint behind it (I-20)."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from casework import policies, stop_contacts, triage
from sanctions.files_made import made_for
from tests.builders import Desk, person_of


@pytest.fixture
def desk(session: Session, now: datetime) -> Desk:
    return Desk(session, now)


def test_i20_the_file_of_a_breach_holds_nothing_put_before_the_company(desk: Desk) -> None:
    complaint = desk.received(role="UNRELATED")
    person = person_of(complaint)
    it = stop_contacts.request(desk.session, complaint, number="13900005678", own=True, actor=person, now=desk.now)[0]
    stop_contacts.relay(desk.session, it, actor=desk.intake, now=desk.now)
    desk.serve("stop_contact", it.id, "D33")
    triage.accept(
        desk.session,
        complaint,
        respondents=[desk.lender.id],
        masked_facts="打错电话",
        actor=desk.intake,
        now=desk.now,
    )
    forwarding = complaint.forwardings[0]
    desk.serve("forwarding", forwarding.id, "D05b")
    desk.answer(forwarding)
    said = {"at": desk.on(1), "kind": "SMS", "actor": person, "now": desk.on(1) + timedelta(hours=1)}
    stop_contacts.breach(desk.session, it, **said)
    tracks = policies.tracks_of(desk.session, complaint)
    track = next(each for each in tracks if each.party_id == forwarding.party_id)
    assert track.lead_code == "V-C03"
    assert not [each for each in made_for(desk.session, track).entries if each.section == "FORWARDING"]
