"""Panels: drawn at random, with a recorded seed, from people with no part in the case; secret votes with reasons."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from casework import tasks
from casework.models_cases import CaseTrack
from casework.policies_recusals import takes_no_part
from casework.stages import DRAWN_IN
from casework.states import TRACK
from core import clock
from core.actors import Actor
from core.clock import day_of
from core.errors import Changed, NotAllowed, NotNow, Refused, raise_first
from core.machine import Ask
from core.plainly import in_words
from core.words import _l
from sanctions import bodies, hearings, introductions, policies, policies_resolutions, queries_hearings, rounds
from sanctions.ballots import ABSTAIN, Question, checked, once, seated
from sanctions.models_decisions import Panel, Vote

NOT_YET = {
    "PRE_NOTICE": _l("The panel votes once the respondent's time has ended."),
    "HEARING_ASKED": _l("The respondent asked for a hearing: the panel votes once it was held or given up."),
    "ADMITTED": _l("The respondent admitted the facts: the panel votes only if that is taken back or found wanting."),
}
"""By the state of a track whose panel is drawn, what comes before its vote."""
QUESTION = Question(("PROPOSED", "LIGHTER", "NONE", ABSTAIN), lighter="LIGHTER")


def size_for(session: Session, track: CaseTrack) -> int:
    """How many members a panel has: more for a major measure."""
    proposal = rounds.proposal(session, track)
    return bodies.size_for(session, proposal.level if proposal is not None else 0)


def new(session: Session, track: CaseTrack) -> Panel:
    """The panel of the round before its draw: empty, and not in the session."""
    return Panel(track_id=track.id, round=track.round, size=size_for(session, track))


def draw_refusals(session: Session, track: CaseTrack, actor: Actor) -> Iterator[Refused]:
    """Why no panel can be drawn now."""
    if out := list(policies.draws(session, track, actor)):
        yield from out
        return
    if track.state not in DRAWN_IN:
        yield NotNow(_l("A panel is drawn once the advance notice is served."))
        return
    yield from bodies.unconfirmed(session)
    if rounds.panel(session, track) is not None:
        yield NotNow(_l("The panel of this round has been drawn already."))
    yield from bodies.too_few(session, new(session, track), actor)


def draw(session: Session, track: CaseTrack, *, actor: Actor, now: datetime, seed: str | None = None) -> Panel:
    """Draw the panel of the round; with the seed anybody can repeat the draw."""
    raise_first(draw_refusals(session, track, actor))
    return _drawn(session, track, new(session, track), actor, now, seed)


def _drawn(session: Session, track: CaseTrack, panel: Panel, actor: Actor, now: datetime, seed: str | None) -> Panel:
    """Draw who is lacking in a panel, and introduce them to the respondent."""
    event = introductions.event(session, track)
    bodies.draw(session, panel, event=event, actor=actor, now=now, seed=seed)
    introductions.introduce(session, track, panel, now)
    return panel


@TRACK.effect(
    *(row.id for row in TRACK.rows.values() if "DELIBERATION" in row.sources and row.target not in {*DRAWN_IN, "SAME"})
)
def ask_no_more(ask: Ask) -> None:
    """Close tasks to draw members, once the panel has decided."""
    tasks.settle(ask.session, ("track", ask.it.id), bodies.SEATS, actor=ask.actor, now=ask.now)


def fill_refusals(session: Session, track: CaseTrack, actor: Actor) -> Iterator[Refused]:
    """Why nobody can be drawn for recused members now."""
    if out := list(policies.draws(session, track, actor)):
        yield from out
        return
    panel = rounds.panel(session, track)
    if panel is None or not bodies.missing(session, panel):
        yield NotNow(_l("No member of the panel has to be replaced."))
        return
    if track.state not in DRAWN_IN:
        yield NotNow(_l("The panel has decided already."))
    yield from bodies.too_few(session, panel, actor)


def fill(session: Session, track: CaseTrack, *, actor: Actor, now: datetime, seed: str | None = None) -> Panel:
    """Draw members in place of recused ones, with a new seed."""
    rounds.hold(session, track)
    raise_first(fill_refusals(session, track, actor))
    panel = rounds.panel(session, track)
    assert panel is not None  # noqa: S101 - fill_refusals has seen it
    _drawn(session, track, panel, actor, now, seed)
    if track.state == "HEARING_SET":
        subject, key = ("track", track.id, track.ref), f"{hearings.NAMED_ANEW}:{panel.id}:{len(panel.redraws)}"
        tasks.put(session, hearings.NAMED_ANEW, subject, role="secretary", now=now, key=key, urgent=True)
    return panel


def vote_refusals(session: Session, track: CaseTrack, actor: Actor, until: date | None = None) -> Iterator[Refused]:
    """Why somebody cannot vote now; `until` is the last certain day of the respondent's time, which no member reads."""
    panel = rounds.panel(session, track)
    member = seated(panel.members, actor) if panel else None
    if panel is None or member is None:
        yield NotAllowed(_l("Only members of the panel vote."))
        return
    yield from takes_no_part(session, actor, track.case_id, clock.today())
    if track.state != "DELIBERATION":
        yield _not_deliberating(session, track, until)
    else:
        yield from policies_resolutions.unsettled(session, track, clock.today())
    yield from once(member.id, rounds.votes(session, panel))


def _not_deliberating(session: Session, track: CaseTrack, until: date | None) -> NotNow:
    """What a panel that does not deliberate waits for, or that it has nothing left to vote on."""
    if track.state == "PRE_NOTICE" and until is not None:
        return NotNow(_l("The respondent has time until %(day)s: the panel votes after that day.", day=in_words(until)))
    found = queries_hearings.hearing(session, track) if track.state == "HEARING_SET" else None
    if found is not None and found.at is not None:
        return NotNow(
            _l(
                "The hearing is set for %(day)s: the panel votes once its minutes are entered.",
                day=in_words(day_of(found.at)),
            )
        )
    if (known := NOT_YET.get(track.state)) is not None:
        return NotNow(known)
    if rounds.first_decision(session, track) is not None:
        return NotNow(_l("The panel has decided already."))
    return NotNow(_l("The case has gone on without a vote of this panel: nothing is left to vote on."))


def _incomplete(session: Session, track: CaseTrack) -> Iterator[Refused]:
    """Asked as the system only: a member does not read the other seats (`bodies.vacant`)."""
    panel = rounds.panel(session, track)
    yield from bodies.incomplete(bool(panel and bodies.vacant(session, Panel, [panel.id])))


def vote(
    session: Session,
    track: CaseTrack,
    *,
    choice: str,
    reasons: str,
    actor: Actor,
    now: datetime,
    measures: Sequence[int] = (),
    seen: str | None = None,
) -> Vote:
    """Vote once, with reasons: as proposed, lighter, for no measure, or abstaining.

    `seen` is what the page showed (`rounds.to_read`): nobody votes past a statement that came meanwhile.
    """
    rounds.hold(session, track)
    raise_first([*vote_refusals(session, track, actor), *_incomplete(session, track)])
    if seen not in {None, rounds.to_read(session, track)}:
        raise Changed(_l("The respondent has stated more since you opened this page: read it before you vote."))
    panel, proposal = rounds.panel(session, track), rounds.proposal(session, track)
    assert panel is not None  # noqa: S101 - vote_refusals has seen it
    wanted = checked(QUESTION, choice, reasons, measures, than=proposal.measures if proposal else ())
    made = Vote(panel_id=panel.id, choice=choice, measures=wanted, reasons=reasons.strip(), voted_at=now)
    return bodies.cast(session, panel, made, actor=actor)
