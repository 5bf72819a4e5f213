"""A complaint of an earlier register is only read, and taken up once as a new one."""

from dataclasses import replace

import pytest

from casework import intake, naming, receipts
from casework.intake import Company
from casework.models import Complaint, NamedCompany
from core.errors import NotAllowed, NotNow
from tests.builders import Desk
from tests.casework.test_complaints import desk

__all__ = ["desk"]


def from_before(desk: Desk) -> Complaint:
    """A complaint of an earlier register."""
    historic = Complaint(
        ref="CFPB-1",
        state="HISTORIC",
        channel="IMPORT",
        received_at=desk.on(-900),
        facts="They called my neighbours about my debt.",
        source="cfpb",
        source_no="1",
        lang="en",
    )
    historic.companies = [NamedCompany(kind="INSTITUTION", how="NAME", value="Qingyu")]
    desk.session.add(historic)
    desk.session.flush()
    return historic


def test_a_historic_complaint_is_taken_up_as_a_new_one(desk: Desk) -> None:
    historic = from_before(desk)
    named = [Company("INSTITUTION", "NAME", "x", desk.lender.id)]
    said = replace(intake.told_before(historic), companies=named, codes=["V-C04"])
    with pytest.raises(NotAllowed):
        intake.take_up(desk.session, historic, said, key="t", actor=desk.officer, now=desk.now)
    new, _code = intake.take_up(desk.session, historic, said, key="t", actor=desk.intake, now=desk.now)
    assert (new.state, new.taken_from_id, new.lang, historic.state) == ("RECEIVED", historic.id, "en", "HISTORIC")
    assert new.received_at == desk.now
    with pytest.raises(NotNow):
        intake.take_up(desk.session, new, said, key="u", actor=desk.intake, now=desk.now)


def test_a_historic_complaint_is_taken_up_once(desk: Desk) -> None:
    historic = from_before(desk)
    said = replace(intake.told_before(historic), companies=[Company("INSTITUTION", "NAME", "x", desk.lender.id)])
    by = {"actor": desk.intake, "now": desk.now}
    new, code = intake.take_up(desk.session, historic, said, key="one", **by)
    assert intake.take_up(desk.session, historic, said, key="one", **by) == (new, code)
    with pytest.raises(NotNow, match=new.ref):
        intake.take_up(desk.session, historic, said, key="another", **by)


def test_a_historic_complaint_is_only_read(desk: Desk) -> None:
    historic = from_before(desk)
    by = {"actor": desk.intake, "now": desk.now}
    for change in (
        lambda: intake.recode(desk.session, historic, ["V-C04"], **by),
        lambda: naming.identify(desk.session, historic.companies[0], desk.lender.id, **by),
        lambda: receipts.renew(desk.session, historic, "key", **by),
    ):
        with pytest.raises(NotNow):
            change()
    assert (historic.codes, historic.companies[0].party_id, historic.receipt_hash) == ([], None, None)
