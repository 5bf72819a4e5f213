"""Who reads what of a case: the company its own track, a member of the panel what was assigned, the public nothing."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from casework import queries_cases, recusals
from casework.models import Note
from casework.models_cases import Allegation, CaseFile, CaseTrack
from casework.queries_cases import Filters
from core.db import PUBLIC, Reader, read_as, transaction
from core.db import session as reading
from sanctions import queries
from sanctions.models import Proposal, Vote
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
    assert [track.ref for track in queries_cases.party_tracks(reading(), world.lender.id)] == [world.track.ref]
    assert not queries_cases.party_tracks(reading(), world.firm.id)
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
    assert [seat.track_id for seat in queries.seats(reading(), member.id or 0)] == [world.track.id]
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
    at = reading()
    page = queries_cases.case_list(at, Filters(text="青屿"))
    assert [line.state for line in page.lines] == ["SCREENING"]
    case = queries_cases.case_by_ref(at, queries_cases.path_of(page.lines[0].case))
    assert case is not None
    assert queries_cases.case_by_ref(at, case.ref) is case
    view = queries_cases.view(at, case)
    assert {document.kind for document in view.notices} >= {"D10", "D11b", "D15", "D17"}
    assert len(view.evidence) == 1
    assert "V-C04" in view.violations
    assert [clock.key for clock in view.clocks[world.track.id]] == ["K18"]
    rows = [moment.row for moment in queries_cases.timeline(at, case)]
    assert "S16" not in rows
    assert {"S01", "S02", "S12", "S15", "S21", "case.open", "case.vote"} <= set(rows)
    assert {moment.by for moment in queries_cases.timeline(at, case)} == {"ours", "theirs"}
    track = queries_cases.track_by_ref(at, queries_cases.track_path(case.tracks[0]))
    assert track is case.tracks[0]
    assert queries_cases.case_by_ref(at, "nonsense") is None


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(state="DELIBERATION"), 1),
        (Filters(state="CLOSED"), 0),
        (Filters(code="V-C04"), 1),
        (Filters(code="V-B02"), 0),
        (Filters(source="COMPLAINT", open_only=True), 1),
        (Filters(text="TS2026-UNKNOWN"), 0),
    ],
)
def test_the_list_of_cases_is_narrowed(world: Chain, filters: Filters, found: int) -> None:
    _as(STAFF)
    assert len(queries_cases.case_list(reading(), filters).lines) == found
    assert actor(world.officer).has("officer")
