"""Bodies drawn by lot, panels and members of reviews: their draw, their votes, and what a recusal does to them."""

import random
import secrets
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import noting, tasks
from casework.models import Task
from casework.models_cases import CaseTrack
from casework.models_recusals import Recusal
from casework.policies_recusals import asks_until
from casework.stages import DRAWN_IN
from casework.states_recusals import RECUSAL
from core.actors import SYSTEM, Actor
from core.clock import day_of, midnight
from core.errors import Changed, NotNow, Refused
from core.machine import Ask
from core.words import LazyString, _l
from registry import accounts, golive, links, notifications, settings
from registry.models_accounts import Account
from sanctions import policies, policies_recusals, policies_reviews, rounds
from sanctions import policies_resolutions as resolving
from sanctions.ballots import DRAWN, ROLES, VOTE, Body, Member, able, needed, seat, sitting
from sanctions.levels import FIRST_MAJOR
from sanctions.models_decisions import Panel, PanelBackground, PanelMember, Vote
from sanctions.models_resolutions import Motion
from sanctions.models_reviews import Review, ReviewMember, ReviewVote
from sanctions.tallies import KEYS

Drawn = TypeVar("Drawn", Panel, Review)
Cast = TypeVar("Cast", Vote, ReviewVote)
SEAT_FREE, SEAT_LEFT, POOL_EMPTY = SEATS = "seat_free", "seat_left", "pool_empty"
DRAW = "draw"
golive.rests_on(("PANEL_MINOR", "PANEL_MAJOR", "PANEL_OUTSIDE", "RECUSAL_MONTHS", "RECUSAL_ASK_WD", *KEYS), DRAW)
tasks.KINDS[SEAT_FREE] = _l("A member was recused: draw somebody in that place, %(ref)s.")
tasks.KINDS[POOL_EMPTY] = _l(
    "Nobody votes while a seat is free, and too few are left who may be drawn for it: have more members named, %(ref)s."
)
tasks.KINDS[SEAT_LEFT] = _l("A member who has not voted can no longer do so: draw somebody in that place, %(ref)s.")


@dataclass(frozen=True)
class Kind:
    """What distinguishes one sort of body from the other."""

    name: str
    """What members and votes call their body."""
    role: str
    """The role from which it is drawn."""
    member: type[Any]
    drawn: str
    """The journal's word for a draw."""
    voted: str
    """The journal's word for a vote."""
    few: Callable[[int, int], LazyString]
    """That the pool is too small: how many may be drawn, and how many are needed."""


KINDS = {
    Panel: Kind(
        "panel",
        ROLES[PanelMember],
        PanelMember,
        "draw",
        "vote",
        lambda found, size: _l(
            "Only %(found)s members may decide this case; %(size)s are needed.", found=found, size=size
        ),
    ),
    Review: Kind(
        "review",
        ROLES[ReviewMember],
        ReviewMember,
        "draw_review",
        "vote_review",
        lambda found, size: _l(
            "Only %(found)s members may review this case; %(size)s are needed.", found=found, size=size
        ),
    ),
}


def unconfirmed(session: Session) -> Iterator[Refused]:
    """In production nobody is drawn by settings that nobody has confirmed (go-live check).

    Only the first draw asks this; whoever is drawn for a free seat follows the rules kept with it.
    """
    yield from golive.refused(session, DRAW)


def size_for(session: Session, level: int) -> int:
    """How many members a body has; more for a major measure."""
    return int(settings.value(session, "PANEL_MAJOR" if level >= FIRST_MAJOR else "PANEL_MINOR"))


def missing(session: Session, body: Drawn) -> int:
    """How many members have still to be drawn; a review body is as large as the panel was."""
    size = body.size if isinstance(body, Panel) else body.size or size_for(session, body.decision.level)
    return size - len(staying(session, body))


def vacant(session: Session, of: type[Panel | Review], numbers: Iterable[int]) -> dict[int, int]:
    """How many seats of each of these bodies are free, where some are; of one not drawn yet none.

    By columns alone: members don't read the other seats, and their pages ask it as the system.
    """
    kind, ballot = KINDS[of], Vote if of is Panel else ReviewVote
    body = getattr(kind.member, f"{kind.name}_id")
    asked = select(of.id, of.size).where(of.id.in_(numbers), of.seed.is_not(None))
    sizes = {number: size or 0 for number, size in session.execute(asked)}
    seats = select(body, kind.member.account_id, ballot.id).outerjoin(ballot, ballot.member_id == kind.member.id)
    found = session.execute(seats.where(body.in_(sizes), kind.member.recused_at.is_(None))).all()
    still = able(session, [account for _body, account, _vote in found], kind.role)
    held = Counter(number for number, account, vote in found if vote is not None or account in still)
    return {number: size - held[number] for number, size in sizes.items() if size > held[number]}


def incomplete(free: bool) -> Iterator[Refused]:
    """Nobody votes while a seat is free: who is drawn for it is told to the respondent before the vote as well."""
    if free:
        yield NotNow(_l("A seat is free: nobody votes before the secretary has drawn somebody for it."))


def staying(session: Session, body: Drawn) -> list[Any]:
    """Members who take part and still can: who was locked out, or lost the role, before voting never will."""
    here = sitting(body.members)
    left = _left(session, body, [each.account_id for each in here])
    if not left:
        return here
    cast = rounds.votes(session, body) if isinstance(body, Panel) else policies_reviews.votes(session, body)
    voted = {each.member_id for each in cast}
    return [each for each in here if each.account_id not in left or each.id in voted]


def _left(session: Session, body: Drawn, people: Sequence[int]) -> set[int]:
    """Of these people, those who can't vote there: they can no longer sign in, or have its role no more."""
    return {*people} - able(session, people, KINDS[type(body)].role)


def pool(session: Session, body: Drawn, actor: Actor) -> policies.Pool:
    """Who may be drawn: nobody with another part in the case, nobody drawn already, and not whoever draws."""
    out = {actor.id, *(each.account_id for each in body.members)}
    free = policies.eligible(session, _track(session, body), KINDS[type(body)].role)
    return [each for each in free if each[0].id not in out]


def too_few(session: Session, body: Drawn, actor: Actor) -> Iterator[Refused]:
    """Why the pool is too small for the seats still to be filled."""
    candidates, size = pool(session, body, actor), missing(session, body)
    if len(candidates) < size:
        yield NotNow(KINDS[type(body)].few(len(candidates), size))
    wanted = policies.wanted_from_outside(session, staying(session, body), size)
    yield from policies.too_few_outside(candidates, wanted)


def cannot_be_filled(session: Session, body: Drawn) -> bool:
    """Whether seats are free and too few are left for them, whoever draws: the votes wait until more are named."""
    return missing(session, body) > 0 and any(too_few(session, body, SYSTEM))


def draw(
    session: Session, body: Drawn, *, event: str = DRAWN, actor: Actor, now: datetime, seed: str | None = None
) -> Drawn:
    """Draw the missing members; with the seed anybody can repeat the draw.

    The first draw fixes the rules by which the body votes; each later one is kept beside it, with its own seed.
    """
    kind, track = KINDS[type(body)], _track(session, body)
    stay, candidates, size = staying(session, body), pool(session, body, actor), missing(session, body)
    gone = [each for each in sitting(body.members) if each not in stay]
    for each in gone:
        _give_up(session, body, each, now)
    seed = seed or secrets.token_hex(16)
    chosen = chosen_by(seed, candidates, size, policies.wanted_from_outside(session, stay, size))
    drawn = [person.id for person, _background in chosen]
    _still_here(session, body, drawn)
    if body.seed is None:
        body.rules = {key: settings.value(session, key) for key in KEYS}
        body.size, body.seed, body.drawn_at, body.drawn_by = size, seed, now, actor.id
    else:
        about = {"seed": seed, "pool": len(candidates), "at": now.isoformat(), "by": actor.id, "drawn": drawn}
        body.redraws = [*body.redraws, about]
    for place, (person, background) in enumerate(chosen):
        said = {"account_id": person.id, "chair": not stay and place == 0, "outside": policies.is_outside(background)}
        session.add(kind.member(track_id=track.id, **{kind.name: body}, **said))
    session.flush()
    if gone and body.tally is not None:
        count(session, body)
    tasks.settle(session, _subject(body, track)[:2], SEATS, actor=actor, now=now)
    noting.of_case(session, track.case, kind.drawn, actor, now, track=track.ref, seed=seed, pool=len(candidates))
    call(session, drawn, event, key=f"{kind.name}:{body.id}:{event}", now=now)
    return body


def chosen_by(
    seed: str,
    candidates: policies.Pool,
    size: int,
    outside: int,
) -> list[tuple[Account, PanelBackground | None]]:
    """The members that a seed draws; the first one in the result takes the chair.

    Members from outside are drawn first, as many as are required, then the rest from everybody left.
    """
    dice = random.Random(seed)  # noqa: S311 - repeatable on purpose; the seed itself is secret random bits
    from_outside = [each for each in candidates if policies.is_outside(each[1])]
    first = dice.sample(from_outside, outside)
    left = [each for each in candidates if each not in first]
    chosen = [*first, *dice.sample(left, size - len(first))]
    dice.shuffle(chosen)
    return chosen


def call(
    session: Session, members: Iterable[int], event: str, *, key: str, now: datetime, at: datetime | None = None
) -> None:
    """Tell members who wish to be told that they were drawn, or that something waits for their vote (from `at`)."""
    for number in sorted(members):
        notifications.tell(session, session.get_one(Account, number), event, key=key, now=now, at=at)


def call_to_vote(session: Session, track: CaseTrack, body: Body, now: datetime, but: Container[int] = ()) -> None:
    """Tell members that they can vote, on the morning from which they can."""
    last = asks_until(track, day_of(now))
    at = notifications.morning(session, midnight(last + timedelta(days=1))) if last is not None else None
    members = [each.account_id for each in body.members if each.recused_at is None and each.account_id not in but]
    call(session, members, VOTE, key=f"{KINDS[type(body)].name}:{body.id}:{VOTE}:{now.isoformat()}", now=now, at=at)


def cast(session: Session, body: Drawn, vote: Cast, *, actor: Actor) -> Cast:
    """Keep a member's vote with its reasons, and count it; the caller has checked that the member may vote."""
    track, member = _track(session, body), seat(body.members, actor.id)
    assert member is not None  # noqa: S101 - the refusals have seen it
    vote.member_id = member.id
    session.add(vote)
    session.flush()
    count(session, body)
    noting.of_case(session, track.case, KINDS[type(body)].voted, actor, vote.voted_at, track=track.ref)
    return vote


def count(session: Session, body: Body) -> None:
    """Note how many have voted, and the result once there are enough; never who voted how."""
    found = _of_panel(session, body) if isinstance(body, Panel) else _of_review(session, body)
    body.tally = {**found, "needed": needed(body)}
    session.flush()


def _of_panel(session: Session, panel: Panel) -> dict[str, Any]:
    track = _track(session, panel)
    found = policies.outcome(session, track)
    return {
        "cast": len(rounds.votes(session, panel)),
        "measures": list(found.measures) if found else None,
        "puts": [asdict(put) for put in found.puts] if found else [],
        "open": found is not None and policies.votes_to_come(session, track),
    }


def _of_review(session: Session, review: Review) -> dict[str, Any]:
    found = policies_reviews.result(session, review)
    return {
        "cast": len(policies_reviews.votes(session, review)),
        "result": found.to_json() if found is not None else None,
        "open": found is not None and policies_reviews.votes_to_come(session, review),
    }


@RECUSAL.effect("A02", "A03")
def leave(ask: Ask) -> None:
    """Remove a recused member at once: no file, no vote. The next one takes the chair; a substitute is to be drawn."""
    it: Recusal = ask.it
    session = ask.session
    for left in _seats(session, it, PanelMember):
        _leave(ask, left, left.panel)
    for seated in _seats(session, it, ReviewMember):
        _leave(ask, seated, seated.review)
    for other in session.scalars(select(Recusal).where(Recusal.case_id == it.case_id, Recusal.state == "ASKED")):
        other.chair_id = policies_recusals.chair_of(session, other.case_id, other.account_id)


@accounts.on_locked
@accounts.on_roles
@links.on_came
def ask_for_who_left(session: Session, account: Account, now: datetime) -> None:
    """Have another drawn for a member who can't vote any more; with account or role given back first, they vote."""
    panels = select(PanelMember).where(PanelMember.account_id == account.id, PanelMember.recused_at.is_(None))
    for member in session.scalars(panels.order_by(PanelMember.id)).all():
        _ask_in_place_of(session, member.panel, account, now)
    reviews = select(ReviewMember).where(ReviewMember.account_id == account.id, ReviewMember.recused_at.is_(None))
    for reviewer in session.scalars(reviews.order_by(ReviewMember.id)).all():
        _ask_in_place_of(session, reviewer.review, account, now)
    _look_at_free_seats(session, now)


def _look_at_free_seats(session: Session, now: datetime) -> None:
    """Whoever leaves the pool may have been the last who could be drawn for a seat that was free before."""
    asked = select(Task.subject_kind, Task.subject_id).where(Task.kind.in_((SEAT_FREE, SEAT_LEFT)))
    for kind, number in session.execute(asked.where(Task.done_at.is_(None)).distinct()).all():
        panel = rounds.panel(session, session.get_one(CaseTrack, number)) if kind == "track" else None
        if panel is not None:
            _tell_if_nobody_is_left(session, panel, _subject(panel, _track(session, panel)), now)
        elif (review := session.get(Review, number) if kind == "review" else None) is not None:
            _tell_if_nobody_is_left(session, review, _subject(review, review.track), now)


def _still_here(session: Session, body: Drawn, people: Sequence[int]) -> None:
    """Nobody is drawn who leaves at this moment; whoever is locked out next is found on the body (above)."""
    held = select(Account.id).where(Account.id.in_(people)).order_by(Account.id).with_for_update(read=True)
    session.scalars(held).all()
    if _left(session, body, people):
        raise Changed


def _ask_in_place_of(session: Session, body: Drawn, account: Account, now: datetime) -> None:
    track = _track(session, body)
    subject = _subject(body, track)
    if not is_at_work(body, track):
        return
    asked = SEAT_LEFT in {each.kind for each in tasks.open_of(session, subject[:2])}
    if not missing(session, body):
        tasks.settle(session, subject[:2], (SEAT_LEFT, POOL_EMPTY), actor=SYSTEM, now=now)
        if asked and not track.drawn_untold and (isinstance(body, Review) or track.state == "DELIBERATION"):
            call_to_vote(session, track, body, now)  # who was called while the seat was free could not vote
    elif not asked and account.id not in {each.account_id for each in staying(session, body)}:
        key = f"{SEAT_LEFT}:{subject[0]}:{subject[1]}:{account.id}:{now.isoformat()}"
        tasks.put(session, SEAT_LEFT, subject, role="secretary", now=now, key=key, urgent=True)
        _tell_if_nobody_is_left(session, body, subject, now)


def seats_at_work(session: Session, account_id: int) -> list[bool]:
    """Seats on bodies that have still to decide, where somebody has not voted yet: of each, whether it is the chair's.

    Each becomes free once the account or the role of its body is taken away.
    """
    panels = select(PanelMember).where(PanelMember.account_id == account_id, PanelMember.recused_at.is_(None))
    reviews = select(ReviewMember).where(ReviewMember.account_id == account_id, ReviewMember.recused_at.is_(None))
    found = [
        each.chair
        for each in session.scalars(panels).all()
        if _waits_for(session, each.panel, each.id, {vote.member_id for vote in rounds.votes(session, each.panel)})
    ]
    for seated in session.scalars(reviews).all():
        cast = {vote.member_id for vote in policies_reviews.votes(session, seated.review)}
        if _waits_for(session, seated.review, seated.id, cast):
            found.append(seated.chair)
    return found


def _waits_for(session: Session, body: Body, seat_id: int, cast: Container[int]) -> bool:
    return seat_id not in cast and is_at_work(body, _track(session, body))


def is_at_work(body: Body, track: CaseTrack) -> bool:
    """Whether a body has still to decide, so that its free seats are filled."""
    if isinstance(body, Review):
        return body.ended_at is None
    return body.round == track.round and track.state in DRAWN_IN


def _leave(ask: Ask, left: Member, body: Drawn) -> None:
    track = _track(ask.session, body)
    _hold(ask.session, body, track)
    _give_up(ask.session, body, left, ask.now)
    goes_on = body.round == track.round if isinstance(body, Panel) else body.ended_at is None
    if goes_on and body.tally is not None:
        count(ask.session, body)
    if is_at_work(body, track):
        _ask_for_a_draw(ask, body, _subject(body, track))


def _give_up(session: Session, body: Drawn, left: Member, now: datetime) -> None:
    """Free a seat; if it was the chair's, the next who stays takes the chair. A motion counts that vote no more."""
    left.recused_at = now
    if left.chair and (others := staying(session, body)):
        left.chair, others[0].chair = False, True
    session.flush()
    if isinstance(body, Panel):
        before = select(Motion).where(Motion.panel_id == body.id, Motion.ended_at.is_(None)).with_for_update()
        for motion in session.scalars(before.execution_options(populate_existing=True)).all():
            count_motion(session, motion)


def count_motion(session: Session, motion: Motion) -> None:
    """Note how many have voted on a motion, and how; never who voted how."""
    found = resolving.put(session, motion)
    motion.tally = {"cast": found.present, "yes": found.yes, "no": found.no, "abstained": found.abstained}
    session.flush()


def _seats(session: Session, it: Recusal, member: type[Member]) -> Sequence[Member]:
    """The seats somebody has in a case."""
    tracks = select(CaseTrack.id).where(CaseTrack.case_id == it.case_id)
    mine = select(member).where(member.track_id.in_(tracks), member.account_id == it.account_id)
    return session.scalars(mine.where(member.recused_at.is_(None)).order_by(member.track_id, member.id)).all()


def _hold(session: Session, body: Body, track: CaseTrack) -> None:
    """Lock a body: a vote cast now is counted, and of two who leave at once the second sees who is chair."""
    if isinstance(body, Panel):
        rounds.hold(session, track)
    session.refresh(body, with_for_update=True)
    for each in body.members:
        session.refresh(each)


def _ask_for_a_draw(ask: Ask, body: Drawn, subject: tasks.Subject) -> None:
    """Ask whoever draws, by a task, to fill the free seat."""
    key = f"{SEAT_FREE}:{ask.it.id}:{subject[0]}:{subject[1]}"
    tasks.put(ask.session, SEAT_FREE, subject, role="secretary", now=ask.now, key=key, urgent=True)
    _tell_if_nobody_is_left(ask.session, body, subject, ask.now)


def _tell_if_nobody_is_left(session: Session, body: Drawn, subject: tasks.Subject, now: datetime) -> None:
    """Ask the head, who can have members named, once for all free seats; the secretary's draw is refused."""
    if POOL_EMPTY in {each.kind for each in tasks.open_of(session, subject[:2])} or not cannot_be_filled(session, body):
        return
    key = f"{POOL_EMPTY}:{subject[0]}:{subject[1]}:{now.isoformat()}"
    tasks.put(session, POOL_EMPTY, subject, role="head", now=now, key=key, urgent=True)


def _subject(body: Body, track: CaseTrack) -> tasks.Subject:
    """What its tasks are about: the track that a panel decides, or the review."""
    return ("track", track.id, track.ref) if isinstance(body, Panel) else ("review", body.id, track.ref)


def _track(session: Session, body: Body) -> CaseTrack:
    return session.get_one(CaseTrack, body.track_id)
