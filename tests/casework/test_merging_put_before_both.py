"""A complaint that was put before two entries of one company before these were merged."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import complaints, rechecks
from casework.models import Complaint
from casework.models_cases import CaseTrack
from core.errors import NotNow
from desk import deeds_complaints
from tests.builders import actor_of, person_of
from tests.casework.test_merging import Twins
from tests.conftest import NOW


def put_before_both(desk: Twins) -> Complaint:
    """Put before both entries of one company; both answered, the person disputed it, and an officer closed it."""
    complaint = desk.accepted(desk.lender, desk.twin)
    for each in complaint.forwardings:
        desk.serve("forwarding", each.id, "D05b")
        desk.release(desk.answer(each, actor=desk.lead if each.party is desk.lender else actor_of(desk.user)))
        desk.serve("forwarding", each.id, "D39")
    disputed = [each.id for each in desk.releases(complaint)]
    complaints.dispute(desk.session, complaint, releases=disputed, why="不实", actor=person_of(complaint), now=NOW)
    complaints.close(desk.session, complaint, why="未见违规", actor=desk.intake, now=NOW)
    return complaint


def looked_at_again(desk: Twins) -> Complaint:
    """Both entries became one since, and the head has the complaint looked at again."""
    complaint = put_before_both(desk)
    desk.merge()
    said = {"why": "答复有误", "own_error": True, "actor": desk.head, "version": None, "now": NOW}
    rechecks.recheck(desk.session, complaint, **said)
    return complaint


def test_an_entry_that_was_merged_is_asked_nothing_more_where_the_other_one_answered_too(session: Session) -> None:
    desk = Twins(session, NOW)
    complaint = looked_at_again(desk)
    kept, gone = sorted(complaint.forwardings, key=lambda each: each.party_id)
    assert (kept.party, gone.party) == (desk.lender, desk.twin), "what the database allows once only stays behind"
    said = {"actor": desk.officer, "version": None, "now": NOW}
    with pytest.raises(NotNow, match="已并入“青屿消费金融有限公司”"):
        complaints.ask_again(session, complaint, points={gone.id: ["何时停止"]}, **said)
    offered = deeds_complaints.DEEDS["ask_again"].facts
    assert offered is not None
    assert list(offered(session, complaint)["points"]) == [kept.id]
    complaints.ask_again(session, complaint, points={kept.id: ["何时停止"]}, **said)
    assert (kept.state, gone.state) == ("SENT", "CLOSED")


def test_one_company_put_before_as_two_entries_gets_one_track(session: Session) -> None:
    desk = Twins(session, NOW)
    complaint = looked_at_again(desk)
    complaint.severity = 3
    complaints.escalate(session, complaint, why="有违规迹象", actor=desk.officer, now=NOW)
    parties = list(session.scalars(select(CaseTrack.party_id).order_by(CaseTrack.id)))
    assert desk.lender.id in parties
    assert desk.twin.id not in parties
    assert len(parties) == len(set(parties))
