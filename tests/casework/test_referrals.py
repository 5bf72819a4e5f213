"""A complaint, or a part of it, goes to an authority: nobody within reach, and a name only with the person's word."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from casework import triage
from casework.intake import Company
from casework.models import Complaint
from core.errors import BadInput, NotNow
from core.journal import JournalEntry, settle
from notices.models import Document
from tests.builders import Desk
from tests.casework.test_complaints import desk

__all__ = ["desk"]


def refer(desk: Desk, complaint: Complaint, **changed: Any) -> None:
    said = replace(triage.Referral("蓝湾市金融监管局", "不属于本协会范围"), **changed)
    triage.refer_out(desk.session, complaint, said, actor=desk.intake, now=desk.now)


def test_c06_nobody_within_reach_the_authority_gets_it(desk: Desk) -> None:
    complaint = desk.received(companies=[Company("FIRM", "NAME", "远山信息咨询有限公司")])
    with pytest.raises(BadInput):
        refer(desk, complaint, authority="")
    refer(desk, complaint)
    assert (complaint.state, complaint.authority) == ("REFERRED_OUT", "蓝湾市金融监管局")
    assert desk.letters("complaint", complaint.id)[-2:] == ["D04a", "D04b"]


def test_an_authority_learns_who_complains_only_where_the_person_agreed_to_that_authority(desk: Desk) -> None:
    complaint = desk.received(companies=[Company("FIRM", "NAME", "远山信息咨询有限公司")])
    assert complaint.complainant is not None
    complaint.complainant.share_identity, complaint.complainant.consented_at = True, desk.now
    for agreed in ({}, {"agreed_how": "TELEPHONE"}, {"agreed_on": desk.now.date()}):
        with pytest.raises(BadInput, match="同意向该机关"):
            refer(desk, complaint, identity=True, **agreed)
    complaint.complainant.share_identity, complaint.complainant.consented_at = False, None
    before = {"identity": True, "agreed_on": desk.now.date() - timedelta(days=30)}
    with pytest.raises(BadInput, match="不能早于收到投诉"):
        refer(desk, complaint, **before, agreed_how="TELEPHONE")
    refer(desk, complaint, identity=True, agreed_how="TELEPHONE", agreed_on=desk.now.date())
    letter = desk.session.scalar(select(Document).where(Document.kind == "D04a"))
    assert letter is not None
    assert complaint.complainant.name
    assert complaint.complainant.name in str(letter.paper)
    settle(desk.session)
    told = desk.session.scalars(select(JournalEntry.changes).where(JournalEntry.row == "C06")).one()
    assert told == {"agreed_how": "TELEPHONE", "agreed_on": desk.now.date().isoformat()}


def test_c06_a_complaint_about_a_member_is_not_referred_away(desk: Desk) -> None:
    with pytest.raises(NotNow):
        refer(desk, desk.received())


def test_c26_a_part_is_referred_and_the_rest_goes_on(desk: Desk) -> None:
    complaint = desk.received()
    said, by = triage.Referral("蓝湾市公安局", "涉嫌恐吓"), {"actor": desk.intake, "now": desk.now}
    with pytest.raises(BadInput):
        triage.refer_part(desk.session, complaint, said, **by)
    triage.refer_part(desk.session, complaint, replace(said, scope="威胁短信"), **by)
    assert complaint.state == "RECEIVED"
    assert desk.letters("complaint", complaint.id)[-2:] == ["D04a", "D04b"]


def test_an_unmasked_text_reaches_no_authority_without_consent(desk: Desk) -> None:
    complaint = desk.received(companies=[Company("FIRM", "NAME", "远山信息咨询有限公司")])
    refer(desk, complaint)
    letter = desk.session.scalar(select(Document).where(Document.kind == "D04a"))
    assert "沈若禾" not in str(letter.paper)
    assert "13912345678" not in str(letter.paper)
