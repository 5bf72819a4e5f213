"""The row that the list keeps of each case says, at the end of each transaction, what its tracks and clocks say."""

from datetime import date, timedelta

import psycopg
from flask import Flask
from sqlalchemy import delete, func, select, text, update

from bench.lives import invariants
from casework.models_cases import CaseFile, CaseTrack
from casework.models_queue import NEVER, CaseEntry
from casework.states import TRACK
from core.clock import day_of
from core.db import transaction
from desk import queries_last_days
from desk.queries_cases_pages import STAGES
from registry.clock_kinds import KINDS
from registry.models_clocks import Clock
from sanctions.models_decisions import Decision
from sanctions.models_measures import Measure
from tests.conftest import DATABASE, NOW, _owner
from tests.sanctions.chain import Chain

KEPT = [(promise, asked) for promise, asked in invariants.every() if "the list's row of each case" in promise]


def _entry(number: int) -> CaseEntry:
    """The row as it stands once all is committed; nothing has drifted, and the workload counts with the same days."""
    with transaction() as at:
        for promise, asked in KEPT:
            assert [bad for _what, bad in at.execute(text(asked))] == [False], promise
        found = at.get_one(CaseEntry, number, populate_existing=True)
        limits = queries_last_days.limits(CaseTrack.case_id).subquery()
        earliest = at.scalar(select(func.min(limits.c.due_on)).where(limits.c.case_id == number))
        assert found.due_on == (earliest or NEVER)
        at.expunge(found)
        return found


def test_each_move_of_a_track_is_in_the_list_when_it_is_committed(app: Flask) -> None:
    assert len(KEPT) == 1
    with app.app_context():
        with transaction() as at:
            chain = Chain(at, NOW)
            track = chain.proposed([1])
            number, who, checks = track.case_id, track.investigator_id, track.reviewer_id
            keeper = at.get_one(CaseFile, number).officer_id
        entry = _entry(number)
        assert (entry.going_on, entry.states, entry.due_key) == (True, ["NOTICE_ISSUED", "SCREENING"], "K10")
        assert entry.kept_by == sorted({each for each in (who, keeper) if each})
        assert entry.at_work == sorted({each for each in (who, keeper, checks) if each})
        with transaction() as at:
            at.execute(update(CaseTrack).values(state="NO_MEASURE", ended_on=day_of(NOW)))
        entry = _entry(number)
        assert (entry.going_on, entry.states, entry.at_work) == (False, ["NO_MEASURE"], [])
        assert entry.kept_by == sorted({each for each in (who, keeper) if each})


def test_the_list_follows_whoever_writes_to_cases_and_their_clocks(app: Flask) -> None:
    with app.app_context():
        with transaction() as at:
            chain = Chain(at, NOW)
            number, other = chain.proposed([1]).case_id, chain.head.id
        later, on_track = day_of(NOW) + timedelta(days=90), Clock.subject_type == "track"
        with transaction() as at:
            at.execute(update(Clock).where(on_track, Clock.due_on.is_not(None)).values(due_on=later))
            at.execute(update(CaseFile).values(officer_id=other, opened_on=later))
        entry = _entry(number)
        assert (entry.due_on, entry.opened_on) == (later, later)
        assert other in entry.kept_by
        assert other in entry.at_work
        with transaction() as at:  # expired and still owed: it stays late
            ended = {"state": "ENDED", "how": "expired", "ended_at": NOW, "provisional": False}
            at.execute(update(Clock).where(on_track, Clock.key == "K10").values(**ended))
        assert (_entry(number).due_on, _entry(number).due_key) == (later, "K10")
        with transaction() as at:
            at.execute(delete(Clock).where(on_track))
        assert (_entry(number).due_on, _entry(number).due_key) == (NEVER, "")


def test_a_limit_that_only_alerts_is_owed_where_the_move_that_begins_it_leads() -> None:
    begun = {(key, row.target) for row in TRACK.rows.values() for key in (*row.clocks("start"), *row.clocks("arm"))}
    ours = {(key, state) for key, state in begun if KINDS[key].alerts and state not in TRACK.ends}
    assert not {each for each in ours if each[1] not in queries_last_days.LATE.get(each[0], ())}


def _expired(track: int, key: str, state: str, due: date) -> None:
    """Of all clocks of the case one is left, of this kind, and it expired; the track is in this state."""
    ended = {"key": key, "state": "ENDED", "how": "expired", "due_on": due, "day0": due - timedelta(days=9)}
    ended |= {"started_at": NOW, "ended_at": NOW, "provisional": False, "awaits": [], "days_left": None}
    with transaction() as at:
        first = at.scalars(select(Clock).where(Clock.subject_type == "track", Clock.subject_id == track)).first()
        assert first is not None
        at.execute(delete(Clock).where(Clock.subject_type == "track", Clock.id != first.id))
        at.execute(update(Clock).where(Clock.id == first.id).values(ended))
        at.execute(update(CaseTrack).where(CaseTrack.id == track).values(state=state))


def test_what_the_association_owes_stays_late_in_its_states_until_it_is_done_or_begun_again(app: Flask) -> None:
    due = day_of(NOW) - timedelta(days=1)
    with app.app_context():
        with transaction() as at:
            chain = Chain(at, NOW)
            it = chain.executing([2, 4])
            track, number = it.id, it.case_id
        for key, states in queries_last_days.LATE.items():
            for state in (*states, "NOTICE_ISSUED"):
                if state != "OPEN":  # of reviews
                    _expired(track, key, state, due)
                    assert (key, state, _entry(number).due_on == due) == (key, state, state in states)
        with transaction() as at:  # a review varied it, and only the other measure was ordered again
            first = at.scalars(select(Decision).where(Decision.track_id == track)).one()
            again = {each.name: getattr(first, each.key) for each in Decision.__table__.columns if each.name != "id"}
            varied, ordered = Decision(**again | {"round": 2}), first.id
            at.add(varied)
            at.flush()
            at.execute(update(Measure).where(Measure.level == 4).values(decision_id=varied.id))
        _expired(track, "K23", "EXECUTING", due)
        assert _entry(number).due_on == NEVER
        with transaction() as at:
            at.execute(update(Measure).where(Measure.level == 4).values(decision_id=ordered))
        for key, level in (("K23", 2), ("K25", 4)):  # others are carried out still, in the same state
            _expired(track, key, "EXECUTING", due)
            with transaction() as at:
                done = {"state": "DONE", "done_on": day_of(NOW)}
                at.execute(update(Measure).where(Measure.track_id == track, Measure.level == level).values(done))
            assert (key, _entry(number).due_on) == (key, NEVER)
        _expired(track, "K11", "INVESTIGATING", due)
        with transaction() as at:
            (last,) = at.scalars(select(Clock).where(Clock.subject_type == "track"))
            again = {each.name: getattr(last, each.key) for each in Clock.__table__.columns if each.name != "id"}
            at.add(Clock(**again | {"how": "stopped"}))
        assert _entry(number).due_on == NEVER


def test_filling_anew_finds_what_the_triggers_kept(app: Flask) -> None:
    def rows() -> list[object]:
        with transaction() as at:
            return [tuple(row) for row in at.execute(text("SELECT * FROM case_entry ORDER BY case_id"))]

    with app.app_context():
        with transaction() as at:
            chain = Chain(at, NOW)
            chain.executing([1])
            chain.proposed([2])
        kept = rows()
        with psycopg.connect(_owner(DATABASE)) as server:
            server.execute("SELECT zilu_case_fill()")
        assert len(kept) == 2
        assert rows() == kept


def test_no_stage_that_is_listed_is_one_in_which_a_track_has_ended() -> None:
    assert not {state for states in STAGES.values() for state in states} & set(TRACK.ends)
