"""What keeps a complaint from being erased, each thing by itself; and what goes with it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from admin import retention
from casework import complaints, queries_erasures, stop_contacts
from casework.models import Complaint, Forwarding, Task
from casework.models_cases import CaseFile, Evidence
from casework.models_contacts import ContactEvent
from core import outbox
from core.clock import day_of
from core.db import transaction
from core.errors import Unavailable
from filestore import files
from filestore.models_uploads import MadeCopy
from notices.models import Document, Dossier, Service, ServiceStep
from notices.models_approval import DossierRequest, DossierStep
from registry.models_clocks import Clock, ClockState
from tests.builders import MAIL, NAME, Desk, person_of
from tests.canary import holding
from tests.casework.test_erasing import AFTER, PDF, WORD, all_done, erase, make, papers
from tests.conftest import NOW

STOPPED = {"state": ClockState.ENDED, "ended_at": NOW, "how": "stopped", "awaits": [], "days_left": None}


def withdrawn(desk: Desk, number: int, **more: Any) -> Complaint:
    """A complaint that ended today, of which nobody waits for anything."""
    it = desk.received(contact=f"shen{number}@example.invalid", **more)
    complaints.withdraw(desk.session, it, pressure=False, actor=person_of(it), now=NOW)
    all_done(desk, it)
    return it


def other_case(at: Session) -> CaseFile:
    case = CaseFile(year=2026, serial=99, ref="AJ99", title="另案", source="COMPLAINT", opened_on=NOW.date())
    at.add(case)
    at.flush()
    return case


def evidence_of(desk: Desk, it: Complaint, size: int, **more: Any) -> Evidence:
    """One more file of a complaint."""
    kept = files.keep_made(desk.session, PDF + bytes([size]), f"{WORD}.pdf", "application/pdf")
    its = {"sha256": kept.sha256, "name": kept.name, "media_type": kept.media_type, "size": kept.size}
    about = {"complaint_id": it.id, "given_by": "COMPLAINANT", "added_at": NOW}
    piece = Evidence(**{**its, **about, **more})
    desk.session.add(piece)
    desk.session.flush()
    return piece


def call(it: Complaint, **more: Any) -> ContactEvent:
    """A call that somebody reported."""
    return ContactEvent(complaint_id=it.id, at=NOW, kind="SMS", number="13700000000", said=WORD, added_at=NOW, **more)


def test_each_thing_that_is_open_keeps_a_complaint_by_itself(app: Flask) -> None:
    def build(desk: Desk) -> int:
        at = desk.session
        stopping = desk.received(contact="shen0@example.invalid")
        stop_contacts.request(at, stopping, number="13712345678", own=True, actor=person_of(stopping), now=NOW)
        complaints.withdraw(at, stopping, pressure=False, actor=person_of(stopping), now=NOW)
        all_done(desk, stopping)
        never, asked, timed, sent, lead, filed, called, drafted, free = (withdrawn(desk, n) for n in range(1, 10))
        follower = withdrawn(desk, 10)
        answering = desk.forwarded(contact="shen11@example.invalid")
        complaints.withdraw(at, answering.complaint, pressure=False, actor=person_of(answering.complaint), now=NOW)
        all_done(desk, answering.complaint)
        case = other_case(at)
        evidence_of(desk, filed, 1, case_id=case.id)
        at.add(call(called, case_id=case.id))
        of_it = {"subject_kind": "complaint", "subject_id": drafted.id}
        at.add(Dossier(state="DRAFTED", event="close", drafted_at=NOW, **of_it))
        at.flush()
        at.execute(update(Clock).where(Clock.state != ClockState.ENDED).values(**STOPPED))
        service = at.scalars(select(Service.id).where(Service.document_id.in_([each.id for each in papers(at, sent)])))
        first = at.scalars(select(Clock).order_by(Clock.id)).first()
        assert first is not None
        runs = {"state": ClockState.RUNNING}
        stands = {"state": ClockState.PAUSED, "days_left": 3, "due_on": None, "paused_on": [NOW.date()]}
        for kind, number, how in (("complaint", timed.id, stands), ("service", service.first(), runs)):
            about = {"subject_type": kind, "subject_id": number, **how}
            kept = {each.name: getattr(first, each.key) for each in Clock.__table__.columns if each.name != "id"}
            at.add(Clock(**{**kept, **about, "ended_at": None, "how": None}))
        task = {"key": "x", "role": "head", "kind": "x", "subject_ref": "x", "raised_at": NOW}
        at.add(Task(**task, subject_kind="complaint", subject_id=asked.id))
        at.execute(update(Complaint).where(Complaint.id == never.id).values(state="RECEIVED", ended_at=None))
        at.execute(update(Complaint).where(Complaint.id == follower.id).values(state="MERGED", lead_id=lead.id))
        at.execute(update(Forwarding).where(Forwarding.id == answering.id).values(state="SENT"))
        return free.id

    free = make(app, build)
    erase(app, AFTER)
    with app.app_context(), transaction() as at:
        assert at.scalars(select(Complaint.id).where(Complaint.erased_at.is_not(None))).all() == [free]


def test_years_count_from_the_end_and_not_from_the_day_on_which_it_came(app: Flask) -> None:
    later = timedelta(days=60)

    def build(desk: Desk) -> None:
        it = withdrawn(desk, 1)
        it.ended_at = NOW + later
        desk.session.flush()
        assert queries_erasures.erased_on(desk.session, it) == day_of(AFTER + later)
        it.ended_at = datetime(2028, 2, 29, 4, tzinfo=UTC)
        assert queries_erasures.erased_on(desk.session, it) == date(2033, 3, 1)
        it.ended_at = NOW + later

    make(app, build)
    assert erase(app, AFTER + later - timedelta(minutes=1)) == 0
    assert erase(app, AFTER + later) == 1


def test_what_a_company_gave_with_its_answer_and_every_call_goes_with_the_complaint(app: Flask) -> None:
    def build(desk: Desk) -> str:
        at, forwarding = desk.session, desk.forwarded()
        it = forwarding.complaint
        complaints.withdraw(at, it, pressure=False, actor=person_of(it), now=NOW)
        all_done(desk, it)
        about = {"complaint_id": None, "forwarding_id": forwarding.id, "given_by": "RESPONDENT"}
        given = evidence_of(desk, it, 2, **about, party_id=desk.lender.id)
        at.add(call(it))
        return given.sha256

    digest = make(app, build)
    assert erase(app, AFTER) == 1
    with app.app_context():
        outbox.run_all()
        with transaction() as at:
            assert at.scalars(select(ContactEvent.id)).all() == at.scalars(select(Evidence.id)).all() == []
        with pytest.raises(Unavailable):
            files.read(digest)


def test_what_papers_say_of_whom_they_reached_and_why_they_were_dropped_or_void_goes_with_them(app: Flask) -> None:
    def build(desk: Desk) -> str:
        at, it = desk.session, desk.forwarded(contact=MAIL).complaint
        complaints.withdraw(at, it, pressure=False, actor=person_of(it), now=NOW)
        all_done(desk, it)
        proof = files.keep_made(at, PDF + b"proof", "x.pdf", "application/pdf").sha256
        dossier = at.scalars(select(Dossier.id)).first()
        at.add(DossierRequest(dossier_id=dossier, account_id=desk.head.id, at=NOW, reason=WORD))
        reached = {"receiver": WORD, "slip_no": WORD, "trouble": WORD, "proof": {"scan": proof, "said": WORD}}
        at.execute(update(Service).values(reached))
        step = {"event": "attempted", "day": NOW.date(), "said": {"reason": WORD}, "noted_at": NOW}
        at.add_all(ServiceStep(service_id=each, **step) for each in at.scalars(select(Service.id)).all())
        at.add(DossierStep(dossier_id=dossier, position=9, step="check", role="head", said=WORD))
        at.execute(update(Dossier).values(dropped_because=WORD))
        at.execute(update(Document).values(void_at=NOW, void_reason=WORD))
        return proof

    proof = make(app, build)
    with app.app_context(), transaction() as at:
        places = {f"service.{name}" for name in ("receiver", "slip_no", "trouble", "proof")}
        places |= {
            "service_step.said",
            "dossier.dropped_because",
            "dossier_request.reason",
            "dossier_step.said",
            "document.void_reason",
        }
        assert places <= holding(at, WORD)
        assert "document.paper" in holding(at, NAME)
    assert erase(app, AFTER) == 1
    with app.app_context():
        outbox.run_all()
        with transaction() as at:
            assert holding(at, WORD, NAME) == set()
        with pytest.raises(Unavailable):
            files.read(proof)


def test_a_file_that_an_erased_case_cited_stays_as_an_empty_place(app: Flask) -> None:
    def build(desk: Desk) -> int:
        at, it = desk.session, withdrawn(desk, 1)
        case = other_case(at)
        piece = evidence_of(desk, it, 3, case_id=case.id)
        case.erased_at = NOW
        return piece.id

    number = make(app, build)
    assert erase(app, AFTER) == 1
    with app.app_context(), transaction() as at:
        assert at.get_one(Evidence, number).erased_at == AFTER


def test_copies_made_for_the_browser_stay_as_long_as_another_complaint_has_the_file(app: Flask) -> None:
    def build(desk: Desk) -> None:
        first, other = withdrawn(desk, 1), desk.received(contact="shen2@example.invalid")
        piece, _same = (evidence_of(desk, each, 4) for each in (first, other))
        copy = files.keep_made(desk.session, PDF + b"copy", "x.pdf", "application/pdf")
        when = {"asked_at": NOW, "ended_at": NOW}
        desk.session.add(MadeCopy(sha256=piece.sha256, copy_sha256=copy.sha256, media_type="image/png", **when))

    make(app, build)
    assert erase(app, AFTER) == 1
    with app.app_context():
        outbox.run_all()
        with transaction() as at:
            (kept,) = at.scalars(select(MadeCopy.copy_sha256))
        assert files.read(kept or "")


def test_in_one_night_no_more_are_erased_than_it_has_time_for_and_the_rest_in_the_next(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(app, lambda desk: [withdrawn(desk, each) for each in range(5)] and None)
    monkeypatch.setattr(retention, "MOST", 3)
    monkeypatch.setattr(retention, "LOT", 2)
    assert [erase(app, AFTER) for _night in range(3)] == [3, 2, 0]
