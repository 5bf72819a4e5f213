"""The whole chain by its verbs: from a submitted complaint to a published bulletin and a closed track."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework import complaints, forwardings, intake, tracks, triage
from casework.models import Complaint
from casework.models_cases import CaseFile, CaseTrack
from core import journal
from core.actors import NOBODY, Actor
from core.clock import day_of
from core.db import transaction
from core.machine import Ask
from core.settings import ROOT
from imports.historic import import_complaints
from notices import queries as notices
from notices.states import SERVICE
from registry import clocks
from registry.clock_sweep import sweep
from registry.models_clocks import Clock, ClockState
from sanctions import decisions, rounds, statements, verifications
from sanctions.models_publications import PublicationText
from tests.builders import rendered, submission
from tests.builders_cases import actor
from tests.sanctions.chain import Chain

FICTIONAL = ROOT / "tests" / "data" / "import" / "fictional.csv"
REAL = ROOT.parent / "shared" / "data" / "cfpb_complaints_1000.csv"
HARD = [1, 2, 3, 5]
START = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
"""Early in a year whose calendar is certain."""
CONDUCT = date(2026, 2, 20)


@pytest.fixture
def chain(session: Session, now: datetime) -> Chain:
    return Chain(session, now)


@pytest.fixture
def world(app: Flask) -> Iterator[Chain]:
    """Everybody, committed: the sweep works in transactions of its own."""
    with app.app_context():
        with transaction() as at:
            everybody = Chain(at, START)
        yield everybody


def _sweep(now: datetime) -> None:
    assert all(swept.done for swept in sweep(now))


def _due(session: Session, track: CaseTrack, key: str) -> datetime:
    """The morning after the last day of a clock."""
    clock = clocks.live(session, key, ("track", track.id))
    assert clock is not None, key
    assert clock.due_on is not None, key
    return datetime.combine(clock.due_on, time(2, 0), UTC) + timedelta(days=1)


def _submitted(world: Chain, session: Session) -> Complaint:
    """A person complains on the public page."""
    said = submission(
        role="UNRELATED",
        companies=[intake.Company("INSTITUTION", "NAME", world.lender.name_zh)],
        codes=["V-I02", "V-C04"],
        conduct_from=CONDUCT,
        conduct_to=CONDUCT,
        facts="该公司把欠款人的姓名张贴在我店门口。我叫沈若禾，电话13912345678。",
    )
    return intake.submit(session, said, key="chain", actor=NOBODY, now=world.now)[0]


def _taken_up(world: Chain, session: Session, historic: Complaint) -> Complaint:
    """Staff take up an imported complaint; its company is replaced by a fictional one."""
    said = replace(
        intake.told_before(historic),
        companies=[intake.Company("INSTITUTION", "NAME", world.lender.name_zh)],
        codes=["V-I02", "V-C04"],
        role="UNRELATED",
        conduct_from=CONDUCT,
        conduct_to=CONDUCT,
    )
    by = {"key": f"taken:{historic.id}", "actor": actor(world.officer), "now": world.now}
    return intake.take_up(session, historic, said, **by)[0]


def _escalated(world: Chain, session: Session, complaint: Complaint) -> None:
    """It is accepted, answered, released, disputed and escalated by its verbs."""
    intake_, lead = actor(world.officer), actor(world.lead)
    masked = "该公司把欠款人的姓名张贴在投诉人店门口。"
    to = [world.lender.id]
    triage.accept(session, complaint, respondents=to, masked_facts=masked, actor=intake_, now=world.now)
    forwarding = complaint.forwardings[0]
    _served(world, session, "forwarding", forwarding.id, "D05b", lead)
    forwardings.answer(
        session,
        forwarding,
        outcome="EXPLAINED",
        to_association="系外包人员所为。",
        to_complainant="已要求停止。",
        actor=lead,
        now=world.later(1),
    )
    release = forwardings.release(session, forwarding, read=True, warned=True, actor=intake_, now=world.later(1))
    person = Actor(None, frozenset({"complainant"}), subject_id=complaint.id)
    complaints.dispute(session, complaint, releases=[release.id], why="仍在张贴。", actor=person, now=world.later(1))
    complaints.escalate(session, complaint, why="有违规迹象。", actor=intake_, now=world.later(1))


def _served(world: Chain, session: Session, machine: str, number: int, kind: str, by: Actor) -> None:
    document = notices.last_document(session, [kind], machine, number)
    assert document is not None, kind
    for service in rendered(session, document, world.now):
        SERVICE.carry_out(Ask(session, service, by, {}, world.now), "acknowledge")


def test_from_a_submitted_complaint_to_a_published_bulletin(world: Chain) -> None:
    with transaction() as session:
        complaint = _submitted(world, session)
    _to_the_bulletin(world, complaint)


@pytest.mark.parametrize(
    "file", [pytest.param(FICTIONAL, id="fictional"), pytest.param(REAL, id="real", marks=pytest.mark.full)]
)
def test_from_an_imported_complaint_to_a_published_bulletin(world: Chain, file: Path) -> None:
    if not file.is_file():
        pytest.skip("the real complaints lie beside the project, and are not here")
    import_complaints(file, "cfpb")
    with transaction() as session:
        told = select(Complaint).where(Complaint.state == "HISTORIC", func.length(Complaint.facts) > 200)
        debt = told.where(Complaint.product.ilike("%debt%"), Complaint.out_of_scope.is_(False))
        historic = session.scalars(debt.order_by(Complaint.id).limit(1)).one()
        complaint = _taken_up(world, session, historic)
        assert complaint.facts == historic.facts
        assert [one.party_id for one in complaint.companies if one.party_id] == [world.lender.id]
    _to_the_bulletin(world, complaint)
    with transaction() as session:
        assert historic.state == "HISTORIC"
        companies = {one.value for one in historic.companies}
        published = session.scalars(select(PublicationText.body)).all()
        assert published
        assert not [name for name in companies for body in published if name in body]


def _to_the_bulletin(world: Chain, complaint: Complaint) -> None:
    with transaction() as session:
        _escalated(world, session, complaint)
        assert complaint.state == "ESCALATED"
        case = session.scalars(select(CaseFile)).one()
        lender, firm = case.tracks
        assert [lender.party_id, firm.party_id] == [world.lender.id, world.firm.id]
        tracks.decline(
            session, firm, reasons="与该机构无关。", actor=actor(world.head), version=None, now=world.later(2)
        )
        assert complaint.state == "ESCALATED"
        world.filed("V-I02", case)
        world.serve(lender, "D11b", world.later(2))
    with transaction() as session:
        explained_until = _due(session, lender, "K12")
    _sweep(explained_until)
    with transaction() as session:
        assert lender.no_answer
        at = explained_until
        world.found(lender, at)
        world.propose(lender, HARD, now=at)
        world.serve(lender, "D17", at)
        statements.state(session, lender, text="我方已整改。", actor=actor(world.lead), now=at)
        until = max(_due(session, lender, key) for key in ("K15", "K16"))
    _sweep(until)
    with transaction() as session:
        assert lender.state == "DELIBERATION"
        members = world.vote(lender, *["PROPOSED"] * 4, "ABSTAIN", now=until)
        decisions.decide(
            session,
            lender,
            actor=members[0],
            reasons="事实清楚。",
            statement_dealt="整改不影响违规的认定。",
            now=until,
        )
        world.serve(lender, "D20", until)
        assert lender.state == "SERVED"
        final = _due(session, lender, "K20")
    _sweep(final)
    with transaction() as session:
        assert lender.state == "EFFECTIVE"
        decision = rounds.decision(session, lender)
        assert decision is not None
        assert decision.effective_on == day_of(final), "a review could be asked for until the last day was over (R4)"
        world.execute(lender, final)
        world.report(lender, final)
        world.trained(lender, now=final + timedelta(days=11))
        publication = rounds.publication(session, lender)
        assert publication is not None
        world.publish(publication, final)
        assert "沈若禾" not in publication.texts[-1].body
        world.interviewed(lender)
        world.verify(lender, now=final + timedelta(days=20))
        verifications.pass_(session, lender, actor=actor(world.officer), version=None, now=final + timedelta(days=21))
        assert lender.state == "CLOSED"
        assert complaint.state == "CLOSED"
    _nothing_is_left(lender)


def _nothing_is_left(track: CaseTrack) -> None:
    with transaction() as session:
        assert not list(journal.verify(session))
        mine = select(Clock.key).where(Clock.subject_type == "track", Clock.subject_id == track.id)
        assert set(session.scalars(mine.where(Clock.state != ClockState.ENDED))) <= {"K27"}


def test_from_an_advance_notice_to_a_bulletin(chain: Chain) -> None:
    track = chain.executing(HARD, code="V-I02")
    session = chain.session
    assert [each.level for each in rounds.measures(session, track)] == HARD
    for key in ("K22", "K23", "K24"):
        clock = clocks.live(session, key, ("track", track.id))
        assert clock is not None
        assert clock.state is ClockState.RUNNING
    publication = rounds.publication(session, track)
    assert publication is not None
    assert publication.state == "DRAFT"
    chain.publish(publication, chain.later(10))
    assert publication.state == "PUBLISHED"
    assert track.state == "EXECUTING"
    chain.report(track)
    chain.trained(track)
    assert track.state == "EXECUTING"
    chain.interviewed(track)
    assert track.state == "VERIFYING"
    chain.verify(track, now=chain.later(25))
    verifications.pass_(session, track, actor=actor(chain.officer), version=None, now=chain.later(26))
    assert track.state == "CLOSED"
    assert {each.state for each in rounds.measures(session, track)} == {"PASSED"}
    made_here = [document.kind for document in notices.documents_of(session, [("track", track.id)])]
    for kind in (
        "D10",
        "D11a",
        "D11b",
        "D15",
        "D30",
        "D17",
        "D31",
        "D20",
        "D23a",
        "D23b",
        "D23d",
        "D23c",
        "D38",
        "D24",
        "D32",
    ):
        assert kind in made_here, kind
    running = session.scalars(
        select(Clock.key).where(
            Clock.subject_type == "track", Clock.subject_id == track.id, Clock.state != ClockState.ENDED
        ),
    )
    assert set(running) <= {"K20", "K27"}


def test_a_minor_decision_takes_effect_on_service_and_orders_only_what_was_decided(chain: Chain) -> None:
    track = chain.executing([1])
    assert track.state == "EXECUTING"
    assert rounds.publication(chain.session, track) is None
    assert not clocks.live(chain.session, "K23", ("track", track.id))
    assert not clocks.live(chain.session, "K25", ("track", track.id))
    chain.report(track)
    assert track.state == "VERIFYING"
    chain.verify(track)
    verifications.pass_(chain.session, track, actor=actor(chain.officer), version=None, now=chain.later(22))
    assert track.state == "CLOSED"
