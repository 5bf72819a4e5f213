"""Two who act on complaints at once: none is left under a lead, or in a case, that ends at this moment."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import cases, complaints, erasure_requests, forwardings, holds, tracks, triage
from casework.models import Complaint, Forwarding
from casework.models_cases import CaseFile, CaseTrack
from core.actors import SYSTEM, Actor
from core.clock import day_of
from core.db import transaction
from core.errors import BadInput, NotNow
from core.machine import Ask
from notices import serving
from notices.models import Service
from notices.queries import last_document
from registry import clocks
from registry.models_clocks import ClockState
from tests.builders import Desk, person_of, rendered
from tests.builders_cases import World, actor
from tests.casework.test_erasing_kept import withdrawn
from tests.conftest import NOW
from tests.two_at_once import at_once


@pytest.fixture
def app_here(app: Flask) -> Iterator[Flask]:
    """What was committed in it others see."""
    with app.app_context():
        yield app


def _two(desk: Desk) -> tuple[int, int]:
    return desk.received().id, desk.received().id


def test_a_complaint_does_not_follow_one_that_is_withdrawn_at_this_moment(app_here: Flask) -> None:
    with transaction() as at:
        desk = Desk(at, NOW)
        (lead, second), clerk = _two(desk), desk.intake

    def withdraw(at: Session) -> None:
        it = at.get_one(Complaint, lead)
        complaints.withdraw(at, it, pressure=False, actor=person_of(it), now=NOW)

    def merge(at: Session) -> None:
        it, to = at.get_one(Complaint, second), at.get_one(Complaint, lead)
        triage.merge(at, it, lead=to, same_facts=True, actor=clerk, now=NOW)

    told = at_once(app_here, withdraw, merge)
    assert isinstance(told, BadInput)
    assert told.field == "lead"
    with transaction() as at:
        assert at.get_one(Complaint, second).state == "RECEIVED"


def test_no_case_is_opened_on_what_is_granted_to_be_deleted_at_this_moment(app_here: Flask) -> None:
    with transaction() as at:
        desk = Desk(at, NOW)
        it, head, officer = withdrawn(desk, 1), desk.head, desk.officer
        erasure_requests.propose(at, it, asked_on=day_of(NOW), reason="来电", actor=officer, now=NOW)
        number = it.id

    def grant(at: Session) -> None:
        erasure_requests.grant(at, at.get_one(Complaint, number), why="已不需要", actor=head, now=NOW)

    def open_one(at: Session) -> None:
        cases.open(at, [at.get_one(Complaint, number)], title="", actor=officer, now=NOW)

    assert isinstance(at_once(app_here, grant, open_one), NotNow)


def test_two_complaints_never_follow_each_other(app_here: Flask) -> None:
    with transaction() as at:
        desk = Desk(at, NOW)
        both, clerk = _two(desk), desk.intake

    def merge(at: Session, one: int, to: int) -> None:
        it, lead = at.get_one(Complaint, one), at.get_one(Complaint, to)
        triage.merge(at, it, lead=lead, same_facts=True, actor=clerk, now=NOW)

    assert at_once(app_here, lambda at: merge(at, *both), lambda at: merge(at, *reversed(both))) is not None
    with transaction() as at:
        assert [at.get_one(Complaint, number).state for number in both] == ["MERGED", "RECEIVED"]


def _ready_to_open(at: Session) -> tuple[Forwarding, Service, Actor]:
    """A forwarding whose letter waits in the portal, and who of the company may open it."""
    desk = Desk(at, NOW)
    forwarding = desk.accepted().forwardings[0]
    letter = last_document(at, ["D05b"], "forwarding", forwarding.id)
    assert letter is not None
    (service,) = rendered(at, letter, NOW)
    serving.onward(at, service, NOW)
    return forwarding, service, desk.lead


def test_a_clock_that_is_armed_while_the_letter_is_opened_begins(app_here: Flask) -> None:
    with transaction() as at:
        forwarding, service, company = _ready_to_open(at)
        about, made, opened = ("forwarding", forwarding.id), service.document_id, service.id

    def arm(at: Session) -> None:
        ask = Ask(at, at.get_one(Forwarding, about[1]), SYSTEM, {}, NOW)
        clocks.keeper.arm(ask, "K30", about, [made])

    assert at_once(app_here, lambda at: serving.open_(at, opened, actor=company, now=NOW), arm) is None
    with transaction() as at:
        armed = clocks.live(at, "K30", about)
        assert armed is not None
        assert armed.state is ClockState.RUNNING


def test_a_letter_is_opened_while_somebody_of_the_company_answers_and_neither_stands_in_the_other_s_way(
    app_here: Flask,
) -> None:
    with transaction() as at:
        forwarding, service, company = _ready_to_open(at)
        number, opened = forwarding.id, service.id

    def answer(at: Session) -> None:
        serving.answer(at, "forwarding", number, actor=company, now=NOW)

    def begin(at: Session) -> None:
        holds.hold_forwarding(at, at.get_one(Forwarding, number))

    told = at_once(app_here, begin, lambda at: serving.open_(at, opened, actor=company, now=NOW), then=answer)
    assert told is None
    with transaction() as at:
        assert at.get_one(Service, opened).state == "SERVED"


def test_a_case_letter_is_opened_while_the_company_explains_and_neither_stands_in_the_other_s_way(
    app_here: Flask,
) -> None:
    with transaction() as at:
        world = World(at, NOW)
        track = world.filed()
        letter = last_document(at, ["D11b"], "track", track.id)
        assert letter is not None
        (service,) = rendered(at, letter, NOW)
        serving.onward(at, service, NOW)
        number, opened, company = track.id, service.id, actor(world.lead)

    def explain(at: Session) -> None:
        tracks.explain(at, at.get_one(CaseTrack, number), text="并非我司所为", actor=company, now=NOW)

    def begin(at: Session) -> None:
        at.execute(select(CaseTrack.id).where(CaseTrack.id == number).with_for_update())

    told = at_once(app_here, begin, explain, then=lambda at: serving.open_(at, opened, actor=company, now=NOW))
    assert told is None
    with transaction() as at:
        assert at.get_one(Service, opened).state == "SERVED"


def test_the_complainant_s_time_runs_though_the_answer_is_opened_as_the_last_forwarding_closes(app_here: Flask) -> None:
    with transaction() as at:
        desk = Desk(at, NOW)
        answered, other = desk.accepted(desk.lender, desk.firm).forwardings
        desk.release(desk.answer(answered))
        forwardings.not_ours(at, other, why="与我司无关", actor=desk.firm_lead, now=NOW)
        letter = last_document(at, ["D39"], "forwarding", answered.id)
        assert letter is not None
        (service,) = rendered(at, letter, NOW)
        serving.onward(at, service, NOW)
        number, opened, last = answered.complaint_id, service.id, other.id
        person, clerk = person_of(answered.complaint), desk.intake

    def close(at: Session) -> None:
        forwardings.accept_return(at, at.get_one(Forwarding, last), actor=clerk, now=NOW)

    assert at_once(app_here, lambda at: serving.open_(at, opened, actor=person, now=NOW), close) is None
    with transaction() as at:
        assert at.get_one(Complaint, number).state == "RELEASED"
        period = clocks.live(at, "K05", ("complaint", number))
        assert period is not None
        assert period.state == ClockState.RUNNING


def _case(at: Session) -> tuple[World, int, int]:
    """A case whose tracks the head is about to decline, and one more complaint on the same facts."""
    world = World(at, NOW)
    case, more = world.case(), world.complaint("DISPUTED", name="何昭")
    for track in case.tracks:
        cases.allege(at, track, code="V-C04", facts="致电无关人员", actor=actor(world.officer), now=NOW)
    return world, case.id, more.id


def _decline(world: World, at: Session, number: int) -> None:
    for track in at.get_one(CaseFile, number).tracks:
        tracks.decline(at, track, reasons="证据不足", actor=actor(world.head), version=None, now=NOW)


def test_what_is_escalated_while_the_case_on_its_facts_ends_opens_a_case_of_its_own(app_here: Flask) -> None:
    with transaction() as at:
        world, case, more = _case(at)
        officer, about = actor(world.officer), [world.lender.id]

    def escalate(at: Session) -> None:
        it = at.get_one(Complaint, more)
        complaints.escalate(at, it, why="有录音", parties=about, actor=officer, now=NOW)

    assert at_once(app_here, lambda at: _decline(world, at, case), escalate) is None
    with transaction() as at:
        fresh = select(CaseTrack).join(CaseFile).join(CaseFile.complaints).where(Complaint.id == more)
        assert {(each.case_id == case, each.state) for each in at.scalars(fresh)} == {(False, "SCREENING")}


def test_no_complaint_is_put_to_a_case_that_ends_at_this_moment(app_here: Flask) -> None:
    with transaction() as at:
        world, case, more = _case(at)
        officer = actor(world.officer)

    def attach(at: Session) -> None:
        cases.attach(at, at.get_one(CaseFile, case), at.get_one(Complaint, more), actor=officer, now=NOW)

    assert isinstance(at_once(app_here, lambda at: _decline(world, at, case), attach), NotNow)
