"""Pages of admitted facts: the respondent reads the consequences, two sign, the head decides."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from core.db import transaction
from notices.models import Dossier
from notices.queries import last_document
from registry.settings import setting
from tests.casework.receipts import receipt
from tests.conftest import NOW
from tests.proceedings.test_hearing_pages import Place

LATER = timedelta(days=7)
SIGNED = {"signed_by": "Zhou Lan", "position": "vice president", "authorised": "y", "told": "y"}


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """Every test begins on 25 November 2026."""
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def place(app: Flask) -> Place:
    return Place(app)


def test_from_the_admission_to_the_decision(place: Place) -> None:
    place.open(lambda room: room.noticed([1, 2], "V-C04"))
    lead = place.enter("lead")
    case = f"/portal/cases/{place.track}"
    assert "Admit the facts" in lead.get(case)
    assert "never harsher" in lead.get(f"{case}/admission")
    lead.post(f"{case}/admission", status=422, **{**SIGNED, "told": ""})
    earlier = lead.post(f"{case}/admission", status=409, seen="0", **SIGNED)
    assert "The case has moved on since you opened this page" in earlier, "that page was of an earlier notice"
    lead.post(f"{case}/admission", **SIGNED)
    assert place.state == "ADMITTED"
    assert "Take the admission back" in lead.get(case)
    assert "SignedbyZhouLan" in receipt(lead.client, lead.get(case), "admission")
    page = f"/staff/tracks/{place.track}"
    assert "can still be taken back" in place.enter("head").get(page)
    with time_machine.travel(NOW + LATER):
        assert "Take the admission back" not in place.enter("lead").get(case)
        late = place.enter("lead").get(f"{case}/admission/back")
        assert "The time to take the admission back has ended." in late
        assert 'name="confirmed"' not in late
        assert "nothing to take back" not in late, "there is something, only its time is over"
        head = place.enter("head")
        assert "A legal reviewer has not signed yet." in head.get(page)
        place.enter("reviewer").get(f"{page}/sign/officer", status=404)
        late = place.enter("reviewer").post(f"{page}/sign/legal", status=409, opinion="Agreed.", seen="1")
        assert "The respondent has stated more since you opened this page" in late
        assert re.search(r'name="seen"[^>]*value="0"', late), "with what there is to read now"
        for who, role in (("officer", "officer"), ("reviewer", "legal")):
            person = place.enter(who)
            assert "Sign the admitted case" in person.get(page)
            person.post(f"{page}/sign/{role}", status=422, opinion="")
            person.post(f"{page}/sign/{role}", opinion="Clear and agreed.")
        assert "This signature has been given already." in place.enter("officer").get(f"{page}/sign/officer")
        head.get(f"{page}/do/decide_admitted")
        late = head.post(f"{page}/do/decide_admitted", status=409, measures=["1"], reasons="Admitted.", seen="1")
        assert "The respondent has stated more since you opened this page" in late
        head.post(f"{page}/do/decide_admitted", measures=["1"], reasons="Admitted.", opinion="Agreed.")
        assert place.state == "DECIDED"
        said = head.get(page)
        assert "Approval of the admitted case" in said
        assert ("decided on the admitted facts" in said, "0 for, 0 against" in said) == (True, False)


def test_the_form_names_the_day_of_the_heads_opinion_and_not_that_of_the_signature(place: Place) -> None:
    place.open(lambda room: room.noticed([1, 2], "V-C04"))
    place.enter("lead").post(f"/portal/cases/{place.track}/admission", **SIGNED)
    page = f"/staff/tracks/{place.track}"
    with time_machine.travel(NOW + LATER):
        for who, role in (("officer", "officer"), ("reviewer", "legal")):
            place.enter(who).post(f"{page}/sign/{role}", opinion="Clear and agreed.")
        with place.app.app_context(), transaction() as at:
            setting(at, "APPROVAL_CHAIN").value = ["sign:secretary"]
        place.enter("head").post(f"{page}/do/decide_admitted", measures=["1"], reasons="Admitted.", opinion="同意。")
    with place.app.app_context(), transaction() as at:
        waits = at.scalars(select(Dossier.id).where(Dossier.deed.is_not(None))).one()
    with time_machine.travel(NOW + LATER + timedelta(days=2)):
        place.enter("secretary").post(f"/staff/approvals/{waits}/sign", prefix="sign")
    assert place.state == "DECIDED"
    with place.app.app_context(), transaction() as at:
        form, decision = (last_document(at, [kind], "track", place.track) for kind in ("D42", "D20"))
        assert form is not None
        assert decision is not None
        assert "同意。（部门负责人，2026年12月2日）" in str(form.paper["paper"])
        assert decision.issued_on == date(2026, 12, 4)


def test_taken_back_or_refused_on_pages(place: Place) -> None:
    place.open(lambda room: room.noticed([1, 2], "V-C04"))
    lead, case = place.enter("lead"), f"/portal/cases/{place.track}"
    lead.post(f"{case}/admission", **SIGNED)
    lead.post(f"{case}/admission/back", status=422)
    lead.post(f"{case}/admission/back", confirmed="y")
    assert place.state == "PRE_NOTICE"
    assert "Nothing in it counts against you." in lead.get(case)
    assert "admitted once already" in lead.get(f"{case}/admission")
    place.enter("firm_lead").get(f"{case}/admission", status=404)


def test_major_measures_are_not_offered_for_admission(place: Place) -> None:
    place.open(lambda room: room.noticed())
    lead, case = place.enter("lead"), f"/portal/cases/{place.track}"
    assert "Read the consequences" not in lead.get(case)
    assert "only where a minor measure is proposed" in lead.get(f"{case}/admission")
