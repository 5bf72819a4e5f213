"""Whoever was recused reads nothing of a notice of service in the case: dossier, sheet, notice, journal."""

from datetime import UTC, datetime

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.crowd import full
from casework import cases, recusals
from casework.models import Complainant, Complaint, Note
from casework.models_cases import CaseFile, CaseTrack, Evidence
from core.db import Reader, read_as, transaction
from core.db import session as reading
from core.journal import JournalEntry
from notices import alerts, queries, serving
from notices.models import Document, Dossier
from registry.models_accounts import Account
from tests.builders import rendered
from tests.builders_cases import actor
from tests.sanctions.chain import Chain

START = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


def _seen(account_id: int) -> tuple[int, int, int]:
    """Dossiers of a service, papers about it or its dossier, and what the journal tells of the dossier."""
    at: Session = reading()
    at.rollback()
    at.expunge_all()
    read_as(at, Reader("zilu_staff", (("zilu.account", str(account_id)),)))
    dossiers = at.scalars(select(Dossier).where(Dossier.subject_kind == "service")).all()
    of = Document.subject_kind.in_(["approval", "service"])
    papers = select(Document).where(Document.kind.in_(["D34", "D37"]), of)
    sheets = [each for each in at.scalars(papers) if each.kind == "D37" or each.subject_id in _numbers]
    told = select(JournalEntry.id).where(JournalEntry.subject_kind == "approval", JournalEntry.subject_id.in_(_numbers))
    return len(dossiers), len(sheets), len(at.scalars(told).all())


_numbers: list[int] = []


def test_a_recused_officer_reads_nothing_of_a_notice_of_service(app: Flask) -> None:
    with app.app_context():
        with transaction() as at:
            chain = Chain(at, START)
            track = chain.proposed([1])
            document = queries.last_document(at, ["D17"], "track", track.id)
            assert document is not None
            service = rendered(at, document, chain.later(4))[0]
            said = {"actor": actor(chain.officer), "now": chain.later(5)}
            alerts.attempted(at, service, "已搬离", **said)
            serving.step(at, service.id, "post", slip_no="EX1", **said)
            serving.step(at, service.id, "returned", reason="查无此人", **said)
            serving.step(at, service.id, "post_publicly", actor=actor(chain.head), now=chain.later(5))
            number, people = track.id, (chain.second.id, chain.officer.id)
            _numbers[:] = at.scalars(select(Dossier.id).where(Dossier.subject_kind == "service")).all()
            mover = actor(chain.officer)
            when = chain.later(6)
        assert [bool(each) for each in _seen(people[1])] == [True, True, True]
        with transaction() as at:
            case = at.get_one(CaseTrack, number).case
            recusals.declare(at, case, ground="RELATIVE", facts="亲属关系", actor=mover, now=when)
        assert _seen(people[1]) == (0, 0, 0)
        assert [bool(each) for each in _seen(people[0])] == [True, True, True]


def test_what_follows_a_complaint_of_the_case_by_way_of_another_is_closed_with_it(app: Flask) -> None:
    with app.app_context():
        with transaction() as at:
            chain = Chain(at, START)
            case = chain.case()
            before = case.complaints[0]
            followers = []
            for _each in range(3):
                it = chain.complaint("RECEIVED")
                it.lead_id, it.state = before.id, "MERGED"
                at.flush()
                followers.append(it.id)
                before = it
            other, mover, number = chain.complaint("RECEIVED").id, actor(chain.officer), case.id
            people, when = (chain.officer.id, chain.second.id), chain.later(6)
        told = {who: _told(who) for who in people}
        assert all({*followers, other} <= each for each in told.values())
        with transaction() as at:
            recusals.declare(at, at.get_one(CaseFile, number), ground="RELATIVE", facts="亲属", actor=mover, now=when)
        assert _told(people[0]) == {other}
        assert _told(people[1]) == told[people[1]]


def _told(account_id: int) -> set[int]:
    """The complaints whose persons somebody of the staff reads."""
    at: Session = reading()
    at.rollback()
    at.expunge_all()
    read_as(at, Reader("zilu_staff", (("zilu.account", str(account_id)),)))
    found = set(at.scalars(select(Complaint.id)))
    assert found == set(at.scalars(select(Complainant.complaint_id)))
    return found


def _of_the_case(account_id: int, case_id: int) -> tuple[int, int]:
    """Its notes and files, as somebody reads them."""
    at: Session = reading()
    at.rollback()
    at.expunge_all()
    read_as(at, Reader("zilu_staff", (("zilu.account", str(account_id)),)))
    notes = at.scalars(select(Note.id).where(Note.case_id == case_id)).all()
    return len(notes), len(at.scalars(select(Evidence.id).where(Evidence.case_id == case_id)).all())


def test_notes_and_files_of_a_case_are_closed_to_whoever_left_it_and_open_to_the_others(app: Flask) -> None:
    with app.app_context():
        with transaction() as at:
            chain = Chain(at, START)
            one, other = chain.proposed([1]), Chain(at, START).case()
            full.fill_up(at, one, chain.officer, 3, 2, 1)
            mine = (one.case_id, chain.officer.id, chain.second.id)
            cases.note(at, other, text="另一案", actor=actor(chain.officer), now=chain.later(5))
            elsewhere = other.id
        case_id, officer, colleague = mine
        before = _of_the_case(officer, case_id)
        assert min(before) > 0
        with transaction() as at:
            case = at.get_one(CaseFile, case_id)
            mover = actor(at.get_one(Account, officer))
            recusals.declare(at, case, ground="RELATIVE", facts="亲属关系", actor=mover, now=chain.later(6))
        assert _of_the_case(officer, case_id) == (0, 0)
        assert _of_the_case(officer, elsewhere)[0] == 1
        assert _of_the_case(colleague, case_id) == before
