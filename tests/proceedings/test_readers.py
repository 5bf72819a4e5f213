"""Who reads what of a case: the company its own track, a member of the panel what was assigned, the public nothing."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import delete, select, tuple_
from sqlalchemy.orm import Session

from casework import queries_recusals, recusals, tracks
from casework.models import Forwarding, Note
from casework.models_cases import Allegation, CaseFile, CaseTrack, Evidence
from core.db import PUBLIC, Reader, read_as, transaction
from core.db import session as reading
from core.journal import JournalEntry
from desk import queries_cases_pages
from desk.queries_cases_pages import Asked
from notices.models import Document
from portal import queries_portal
from proceedings import queries_tracks
from registry.models_accounts import AccountRole
from registry.models_clocks import Clock
from sanctions.models_decisions import Panel, Proposal, Vote
from sanctions.models_reviews import Review, ReviewMember, ReviewVote
from tests.builders_cases import actor
from tests.sanctions.chain import Chain
from tests.sanctions.reviewing import Reviewing

START = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
STAFF = Reader("zilu_staff")


@pytest.fixture
def world(app: Flask) -> Iterator[Chain]:
    """A track of the lender's before its panel, and one of the firm's that is only screened."""
    with app.app_context():
        with transaction() as at:
            everybody = Chain(at, START)
            everybody.track = everybody.deliberating([1])
            everybody.members = everybody.vote(everybody.track, "PROPOSED", "NONE")
        yield everybody


def _as(reader: Reader) -> None:
    at = reading()
    at.rollback()
    at.expunge_all()
    read_as(at, reader)


def _party(number: int) -> Reader:
    return Reader("zilu_party", (("zilu.party", str(number)),))


def _panel(number: int | None) -> Reader:
    return Reader("zilu_panel", (("zilu.account", str(number)),))


def test_a_company_sees_its_own_track_and_no_other(world: Chain) -> None:
    _as(_party(world.lender.id))
    mine, _part = queries_portal.tracks(reading(), world.lender.id)
    assert [track.ref for track in mine] == [world.track.ref]
    assert queries_portal.tracks(reading(), world.firm.id)[0] == []
    _as(_party(world.firm.id))
    assert reading().scalars(select(CaseTrack)).all() == []
    assert reading().scalars(select(CaseFile)).all() == []


def test_a_company_learns_of_no_track_that_was_not_filed(world: Chain) -> None:
    with transaction() as at:
        screened = at.scalars(select(CaseTrack).where(CaseTrack.party_id == world.firm.id)).one()
        tracks.decline(at, screened, reasons="证据不足", actor=actor(world.head), version=None, now=world.later(7))
        assert screened.state == "NOT_FILED"
    _as(_party(world.firm.id))
    for table in (CaseTrack, CaseFile, Clock, Document):
        assert reading().scalars(select(table.id)).all() == [], table
    assert queries_recusals.people(reading()) == []


def test_what_a_complainant_lets_companies_see_is_theirs_with_the_complaint_and_not_with_the_case(world: Chain) -> None:
    with transaction() as at:
        case = at.get_one(CaseFile, world.track.case_id)
        about, sha256 = case.complaints[0].id, case.evidence[0].sha256
        sent = {"party_id": world.lender.id, "role": "PRINCIPAL", "sent_at": START, "masked_facts": "x"}
        at.add(Forwarding(complaint_id=about, ref="TS2026-T00001-1", **sent))
        file = {"complaint_id": about, "given_by": "COMPLAINANT", "shared": True, "sha256": sha256, "name": "x"}
        file |= {"media_type": "image/png", "size": 1, "added_at": START}
        at.add_all([Evidence(**file), Evidence(**file, case_id=case.id)])
    _as(_party(world.lender.id))
    assert list(reading().scalars(select(Evidence.case_id))) == [None]


def test_a_member_of_a_review_body_reads_the_own_vote_alone_and_nothing_of_the_case_once_recused(app: Flask) -> None:
    with app.app_context():
        with transaction() as at:
            reviewing = Reviewing(at, START).fill_pool()
            track = reviewing.served_decision([1])
            member = reviewing.voted(reviewing.asked(track), "UPHOLD", "QUASH")[1]
            case = track.case_id
        _as(_panel(member.id))
        assert list(reading().scalars(select(ReviewVote.choice))) == ["QUASH"]
        assert list(reading().scalars(select(ReviewMember.account_id))) == [member.id]
        assert list(reading().scalars(select(CaseTrack.case_id))) == [case]
        with transaction() as at:
            said = {"ground": "RELATIVE", "facts": "亲属关系", "actor": member, "now": reviewing.later(9)}
            recusals.declare(at, at.get_one(CaseFile, case), **said)
        _as(_panel(member.id))
        for table in (CaseTrack, CaseFile, Review):
            assert reading().scalars(select(table.id)).all() == [], table


def test_a_company_reads_neither_proposal_nor_votes_nor_notes(world: Chain) -> None:
    _as(_party(world.lender.id))
    for table in (Proposal, Vote, Note, Allegation):
        with pytest.raises(Exception, match=r"permission denied|InsufficientPrivilege"):
            reading().scalars(select(table)).all()
        _as(_party(world.lender.id))


def test_a_member_of_the_panel_sees_the_assigned_track_until_recused_or_without_the_role(world: Chain) -> None:
    member = world.members[0]
    _as(_panel(member.id))
    seats, _part = queries_tracks.seats(reading(), member)
    assert [seat.track.id for seat in seats] == [world.track.id]
    assert [track.ref for track in reading().scalars(select(CaseTrack))] == [world.track.ref]
    assert [vote.choice for vote in reading().scalars(select(Vote))] == ["PROPOSED"]
    with transaction() as at:
        at.execute(delete(AccountRole).where(AccountRole.account_id == world.members[1].id))
    _as(_panel(world.members[1].id))
    assert reading().scalars(select(CaseTrack)).all() == [], "without the role"
    with transaction() as at:
        case = at.get_one(CaseFile, world.track.case_id)
        recusals.declare(at, case, ground="RELATIVE", facts="亲属关系", actor=member, now=world.later(7))
    _as(_panel(member.id))
    assert reading().scalars(select(CaseTrack)).all() == []


def test_a_verb_sees_all_of_a_list_of_which_the_page_before_it_was_shown_a_part(world: Chain) -> None:
    _as(_panel(world.members[0].id))
    shown = reading().scalars(select(Panel)).one()
    assert len(shown.members) == 1
    with transaction() as at:
        assert len(at.get_one(Panel, shown.id).members) == len(world.members)


def test_a_member_who_was_not_drawn_sees_nothing(world: Chain) -> None:
    drawn = {member.id for member in world.members}
    other = next(person for person in world.panel if person.id not in drawn)
    _as(_panel(other.id))
    assert reading().scalars(select(CaseTrack)).all() == []


def test_a_stranger_reads_no_case(world: Chain) -> None:
    _as(PUBLIC)
    with pytest.raises(Exception, match=r"permission denied|InsufficientPrivilege"):
        reading().scalars(select(CaseTrack)).all()


def test_staff_find_the_case_and_all_its_page_needs(world: Chain) -> None:
    _as(STAFF)
    at, officer = reading(), actor(world.officer)
    found = queries_cases_pages.page(at, Asked(view="all", text="青屿"), officer, world.later(7).date())
    assert [track.state for track in found.lines[0].tracks] == ["DELIBERATION", "SCREENING"]
    case = queries_cases_pages.case(at, found.lines[0].id)
    assert case is not None
    whole = queries_cases_pages.whole(at, case)
    assert {document.kind for document in whole.letters} >= {"D10", "D11b", "D15", "D17"}
    assert list(whole.marks.values()) == ["E1"]
    subjects = [("case", case.id), *(("track", track.id) for track in case.tracks)]
    rows = {row for row, _changes in _journal(at, subjects)}
    assert {"S01", "S02", "S12", "S15", "S21", "case.open", "case.vote"} <= rows
    assert "S16" not in rows


def _journal(at: Session, subjects: list[tuple[str, int]]) -> list[tuple[str, object]]:
    mine = select(JournalEntry.row, JournalEntry.changes)
    mine = mine.where(tuple_(JournalEntry.subject_kind, JournalEntry.subject_id).in_(subjects))
    return [(row, changes) for row, changes in at.execute(mine)]
