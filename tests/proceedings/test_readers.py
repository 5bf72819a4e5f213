"""Who reads what of a case: the company its own track, a member of the panel what was assigned, the public nothing."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from casework import recusals
from casework.models import Note
from casework.models_cases import Allegation, CaseFile, CaseTrack
from core.db import PUBLIC, Reader, read_as, transaction
from core.db import session as reading
from core.journal import JournalEntry
from desk import queries_cases_pages
from desk.queries_cases_pages import Asked
from portal import queries_portal
from proceedings import queries_tracks
from sanctions.models_decisions import Proposal, Vote
from tests.builders_cases import actor
from tests.sanctions.chain import Chain

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


def test_a_company_reads_neither_proposal_nor_votes_nor_notes(world: Chain) -> None:
    _as(_party(world.lender.id))
    for table in (Proposal, Vote, Note, Allegation):
        with pytest.raises(Exception, match=r"permission denied|InsufficientPrivilege"):
            reading().scalars(select(table)).all()
        _as(_party(world.lender.id))


def test_a_member_of_the_panel_sees_the_assigned_track_until_recused(world: Chain) -> None:
    member = world.members[0]
    _as(_panel(member.id))
    seats, _part = queries_tracks.seats(reading(), member.id or 0)
    assert [seat.track.id for seat in seats] == [world.track.id]
    assert [track.ref for track in reading().scalars(select(CaseTrack))] == [world.track.ref]
    assert [vote.choice for vote in reading().scalars(select(Vote))] == ["PROPOSED"]
    with transaction() as at:
        case = at.get_one(CaseFile, world.track.case_id)
        recusals.declare(at, case, ground="RELATIVE", facts="亲属关系", actor=member, now=world.later(7))
    _as(_panel(member.id))
    assert reading().scalars(select(CaseTrack)).all() == []


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
