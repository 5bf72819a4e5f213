"""Who was drawn for a panel is told to the respondent, which can ask for a recusal before the panel votes."""

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import recusals
from casework.models import Task
from casework.models_cases import CaseTrack
from core.clock import day_of
from core.errors import BadInput, NotAllowed, NotNow
from registry import settings
from registry.models_notifications import Notification
from sanctions import introductions, panels, policies_resolutions, rounds
from tests.builders_cases import actor
from tests.sanctions.chain import Chain
from tests.sanctions.test_on_paper import offline


@pytest.fixture
def chain(session: Session, now: datetime) -> Chain:
    found = Chain(session, now)
    settings.setting(session, introductions.KEY).value = 3
    session.flush()
    return found


def _drawn(chain: Chain, track: CaseTrack) -> None:
    panels.draw(chain.session, track, actor=actor(chain.secretary), now=chain.later(6), seed="一二三")


def _refused(chain: Chain, track: CaseTrack, days: int) -> list[str]:
    return [str(each) for each in policies_resolutions.unsettled(chain.session, track, day_of(chain.later(days)))]


def test_a_respondent_hears_who_was_drawn_and_can_ask_for_a_recusal_before_the_panel_votes(chain: Chain) -> None:
    track = chain.deliberating([1])
    _drawn(chain, track)
    told = select(Notification.account_id).where(Notification.event == introductions.DRAWN_FOR)
    assert chain.session.scalars(told).all() == [chain.lead.id]
    last = track.recusal_until
    assert last == rounds.working_day_after(chain.session, day_of(chain.later(6)), 3)
    ends = (last - day_of(chain.now)).days
    assert (len(_refused(chain, track, ends)), _refused(chain, track, ends + 1)) == (1, [])
    panel = rounds.panel(chain.session, track)
    assert panel is not None
    member = next(actor(each) for each in chain.panel if each.id == panel.members[0].account_id)
    later = chain.later(ends + 1)
    recusals.declare(chain.session, track.case, ground="RELATIVE", facts="亲属", actor=member, now=later)
    panels.fill(chain.session, track, actor=actor(chain.secretary), now=later, seed="补")
    assert len(_refused(chain, track, ends + 1)) == 1, "of whoever was drawn since it hears as well"
    assert len(chain.session.scalars(told).all()) == 2


def test_whom_the_portal_does_not_reach_is_told_by_letter_before_the_panel_votes(chain: Chain) -> None:
    track = chain.deliberating([1])
    offline(chain)  # type: ignore[arg-type]
    _drawn(chain, track)
    waits = select(Task.role).where(Task.kind == introductions.TELL, Task.done_at.is_(None))
    assert chain.session.scalars(waits).all() == ["secretary"]
    assert len(_refused(chain, track, 90)) == 1, "however long nobody tells it"
    said = {"actor": actor(chain.secretary), "version": None, "now": chain.later(9)}
    with pytest.raises(BadInput):
        introductions.note_told(chain.session, track, told_on=day_of(chain.later(5)), **said)
    with pytest.raises(NotAllowed):
        introductions.note_told(
            chain.session, track, told_on=day_of(chain.later(8)), **{**said, "actor": actor(chain.officer)}
        )
    introductions.note_told(chain.session, track, told_on=day_of(chain.later(8)), **said)
    assert track.recusal_until == rounds.working_day_after(chain.session, day_of(chain.later(8)), 3)
    assert chain.session.scalars(waits).all() == []
    with pytest.raises(NotNow):
        introductions.note_told(chain.session, track, told_on=day_of(chain.later(8)), **said)
