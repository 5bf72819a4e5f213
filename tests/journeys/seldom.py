"""Measures, panels, figures and seals in states that stories pass by, brought about by their verbs."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from core import clock
from figures import months
from notices import queries as notices
from registry import accounts
from registry.models_accounts import Account, Audience
from registry.models_settings import Setting
from sanctions import (
    corrections,
    extensions,
    interview_times,
    measures,
    milestones,
    panels,
    policies_corrections,
    restorations,
)
from tests.builders_cases import actor
from tests.conftest import NOW
from tests.journeys import cast
from tests.journeys.backstage import Backstage, People

BEGAN = NOW - timedelta(days=12)
"""When the measures were reported: they are carried out today."""
LATELY = NOW - timedelta(days=5)
"""When a report was made whose advance notice was served yesterday."""
MONTH = date(2026, 10, 1)
KEEPER = "keeper@lanwan.example"
STEP = "停止向联系人催收，并复核外呼名单。"
WRONG, RIGHT = "事实清楚，证据充分。", "事实清楚，证据确实、充分。"


@dataclass(frozen=True)
class Seldom:
    """Tracks and things by what can be done with them, and who sits on a panel."""

    noticed: int
    """Its facts can be admitted."""
    ordered: int
    """Rectification and interview, each with something asked for."""
    step: int
    late: int
    """The summons to its interview came too late."""
    judged: int
    """The company asks a panel for its time to run again."""
    member: str
    """The mail of one who sits on that panel."""
    correction: int
    voter: str
    letter: int
    """To be stamped by hand."""
    untold: int
    """A panel was drawn for a company that the portal does not reach: it is told by letter."""
    summoned: int
    """The same company's decision is in force, and its interview is still to come."""


def brought_about(stage: Backstage) -> Seldom:
    """All of it; the letter is the only thing that is drawn."""
    with stage.at(BEGAN) as people:
        session = people.session
        _month_without_a_complaint(people)
        noticed = People(session, LATELY)
        admissible = noticed.proposed([1, 2])
        noticed.serve(admissible, "D17", LATELY + timedelta(days=4))
        ordered, step, correction, voter = _ordered(people)
        late = people.effective([2])
        plan = {"interview": people.plan(people.later(9)), "actor": actor(people.officer), "version": None}
        measures.execute(session, late, **plan, now=people.later(9))  # type: ignore[arg-type]
        people.serve(late, "D23b", NOW)
        judged = people.deliberating([1])
        drawn = panels.draw(session, judged, actor=actor(people.secretary), now=people.later(6), seed="一二三")
        said = {"obstacle": "台风停电，无法提交。", "ended_on": people.later(3).date()}
        restorations.ask_for(session, judged, **said, actor=actor(people.lead), now=people.later(7))  # type: ignore[arg-type]
        on_paper = _on_paper(people)
        people.leave_undrawn()
        numbers = (admissible.id, ordered, step, late.id, judged.id)
        told = (_mail(session, drawn.members[0].account_id), correction, voter)
    return Seldom(*numbers, *told, _letter_to_stamp(stage), *on_paper)


def _mail(session: Session, account: int) -> str:
    return session.get_one(Account, account).mail


def _month_without_a_complaint(people: People) -> None:
    """October was counted and closed before one of its complaints was entered."""
    months.count(people.session, MONTH, people.now)
    People(people.session, datetime(2026, 10, 20, 2, tzinfo=clock.ZONE)).complaint()


def _ordered(people: People) -> tuple[int, int, int, str]:
    """Measures of which the time is too short, a step of their plan, and a correction of their decision."""
    session, lead = people.session, actor(people.lead)
    track = people.executing([1, 2])
    step = milestones.add(
        session, track, no=1, text=STEP, due_on=NOW.date() + timedelta(days=5), actor=lead, now=people.later(10)
    )
    extensions.ask_for_time(session, track, level=1, why="系统改造尚需时间。", actor=lead, now=people.later(11))
    other = NOW.replace(hour=2, minute=30) + timedelta(days=8)
    interview_times.propose(session, track, at=other, why="负责人出差。", actor=lead, now=people.later(11))
    decision = notices.last_document(session, ["D20"], "track", track.id)
    assert decision is not None
    put = corrections.put(
        session,
        track,
        document=decision,
        wrong=WRONG,
        right=RIGHT,
        reason="漏字",
        actor=actor(people.head),
        version=None,
        now=people.later(11),
    )
    return track.id, step.id, put.id, _mail(session, min(policies_corrections.body_now(session, put).people))


def _on_paper(people: People) -> tuple[int, int]:
    """Tracks of a member that is not served in the portal: one before its panel, one that is carried out."""
    theirs = People(people.session, people.now)
    theirs.lender, theirs.lead = theirs.party(cast.ON_PAPER), theirs.who(cast.LEAD_ON_PAPER)
    summoned, untold = theirs.executing([2]), theirs.deliberating([1])
    panels.draw(theirs.session, untold, actor=actor(theirs.secretary), now=theirs.later(6), seed="四五六")
    untold.drawn_untold = True  # the template leaves no days to ask for a recusal, so nobody would have to be told
    return untold.id, summoned.id


def _letter_to_stamp(stage: Backstage) -> int:
    """A letter of the day on which the association stamps by hand, and who keeps its seal."""
    mode = update(Setting).where(Setting.key == "SEAL_MODE")
    with stage.at(NOW) as people:
        accounts.enter_demonstration(
            people.session,
            mail=KEEPER,
            name="何守印",
            audience=Audience.STAFF,
            roles=["seal keeper"],
            party=None,
            now=cast.LONG_AGO,
        )
        people.session.execute(mode.values(value="physical"))
        forwarding = people.forwarded("stamped").forwardings[0]
        people.session.execute(mode.values(value="electronic"))
        found = notices.last_document(people.session, ["D05b"], "forwarding", forwarding.id)
        assert found is not None
        return found.id
