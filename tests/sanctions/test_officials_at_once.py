"""Two who act on one track at once: the second is told what the first did, and nothing is done twice."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework import cases, tracks
from casework.models_cases import Allegation, CaseTrack
from core.db import transaction
from core.errors import Changed, NotNow
from notices.models import Document
from registry.models_accounts import Account
from sanctions import interviews
from tests.builders_cases import actor
from tests.conftest import NOW
from tests.sanctions.chain import Chain
from tests.two_at_once import at_once


@pytest.fixture
def chain(app: Flask) -> Iterator[Chain]:
    """What is there once it was committed: others see it."""
    with app.app_context():
        with transaction() as at:
            made = Chain(at, NOW)
        yield made


def _made(at: Session, number: int, kind: str) -> int | None:
    mine = select(func.count()).select_from(Document).where(Document.subject_kind == "track", Document.kind == kind)
    return at.scalar(mine.where(Document.subject_id == number))


def test_a_missed_interview_is_summoned_again_once_though_two_officers_note_it_at_once(
    app: Flask, chain: Chain
) -> None:
    with transaction():
        track = chain.executing([2])
        number, seen, second, by = track.id, track.version, chain.second.id, actor(chain.officer)
        now = chain.plan(chain.later(9)).at + timedelta(hours=2)
        plans = [chain.plan(now + timedelta(days=days)) for days in (1, 8)]

    def missed(at: Session, plan: int) -> None:
        beside = at.get_one(Account, second)
        mine, again = at.get_one(CaseTrack, number), plans[plan]
        interviews.miss(at, mine, version=seen, again=again, second=beside, situation="无人", actor=by, now=now)

    told = at_once(app, lambda at: missed(at, 0), lambda at: missed(at, 1))
    assert isinstance(told, Changed)
    with transaction() as at:
        assert _made(at, number, "D23b") == 2


def test_nothing_is_alleged_once_the_report_is_being_sent(app: Flask, chain: Chain) -> None:
    with transaction():
        track = chain.filed()
        chain.serve(track, "D11b")
        tracks.explain(chain.session, track, text="情况说明", actor=actor(chain.lead), now=chain.later(1))
        number, by = track.id, actor(chain.officer)

    def report(at: Session) -> None:
        chain.found(at.get_one(CaseTrack, number), chain.later(2))

    def allege(at: Session) -> None:
        cases.allege(at, at.get_one(CaseTrack, number), code="V-C05", facts="又一事", actor=by, now=chain.later(2))

    assert isinstance(at_once(app, report, allege), NotNow)
    with transaction() as at:
        mine = select(Allegation).where(Allegation.track_id == number)
        assert [each.finding for each in at.scalars(mine)] == ["ESTABLISHED"]
