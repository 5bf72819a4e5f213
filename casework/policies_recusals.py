"""Who takes no part in a case, who decides on it, and what bars: asked of every move and note of a case."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Date,
    Select,
    SQLColumnExpression,
    bindparam,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
    union,
    union_all,
)
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import Session

from casework import former_parts
from casework.models_cases import CaseComplaint, CaseFile, CaseTrack
from casework.models_recusals import GROUNDS, LIVE, Interest, Recusal
from casework.policies_tracks import APPROVES, BEFORE_REPORT
from casework.states import TRACK
from casework.states_recusals import RECUSAL
from core.actors import Actor
from core.at_hand import once
from core.clock import day_of
from core.errors import BadInput, NotAllowed, NotNow, Refused
from core.machine import Ask, filled
from core.plainly import in_words
from core.planned import PLANNED
from core.registered import Registered
from core.words import LazyString, _l
from registry import settings
from registry.counting import same_day_later
from registry.models import Engagement
from registry.models_accounts import Account, AccountRole
from registry.models_lineage import PartySuccession

RECUSAL.lives(Recusal)

Part = tuple[SQLColumnExpression[Any], str]
Parts = Callable[[Select[int]], Iterable[Select[*tuple[Any, ...]]]]
Chairs = Callable[[Session, int, int], int | None]
PARTS = Registered[Parts]()
parts_from = PARTS.add
"""Register who takes which part: func(statement of the tracks' numbers) gives statements of accounts with parts."""
SITS = "panel"
"""The role without which a chair sits no more, and decides on no recusal."""
CHAIRS = Registered[Chairs]()
chairs_from = CHAIRS.add
"""Register who chairs the panel that somebody sits on: func(session, case's number, account's number)."""
CASE_OF: dict[str, Callable[[Session, int], int]] = {
    "case": lambda _session, number: number,
    "track": lambda session, number: session.get_one(CaseTrack, number).case_id,
}
"""The case that a thing belongs to, by its machine."""
BY_CHAIR, BY_HEAD, BY_COUNCIL = "chair", "head", "council"
DECLARED = "INTEREST"
DRAWN = frozenset({"panel", "chair", "review"})
"""The parts of those who were drawn: for a panel, or for the body of a review."""
UNTOLD = ("NEW", "SCREENING", "NOT_FILED")
"""Before the filing a company knows of no case."""
CHOOSE_GROUND = _l("Choose a ground of the list.")
SAY_FACTS = _l("Say on what facts the ground rests.")
TAKES_NO_PART = _l("This person takes no part in the case: choose somebody else.")
CASE: Final = bindparam("case_id", None, BigInteger())
"""The place of the case in statements that are put together once: they are asked of nearly every move."""


def named_in(*parts: Part) -> Select[*tuple[Any, ...]]:
    """One row for each of these columns, with the part of whoever is named in it."""
    columns, words = zip(*parts, strict=True)
    return select(func.unnest(array(columns)), func.unnest(array([literal(word) for word in words])))


@parts_from
def on_file(tracks: Select[int]) -> Iterator[Select[*tuple[Any, ...]]]:
    """Whoever files, investigates or checks."""
    it = CaseTrack
    filed = named_in((it.investigator_id, "investigator"), (it.reviewer_id, "reviewer"), (it.filed_by, "head"))
    yield filed.where(it.id.in_(tracks))


@cache
def _parts(every: tuple[Parts, ...], *, of_party: bool) -> Select[*tuple[Any, ...]]:
    """The parts in one question, in the order in which they were registered."""
    tracks = select(CaseTrack.id).where(CaseTrack.case_id == CASE)
    if of_party:
        tracks = tracks.where(CaseTrack.party_id == bindparam("party_id", None, BigInteger()))
    keeper = select(CaseFile.officer_id, literal("officer")).where(CaseFile.id == CASE)
    asked = [keeper, *(statement for each in every for statement in each(tracks))]
    rows = union_all(
        *(each.add_columns(literal_column(str(turn)).label("turn")) for turn, each in enumerate(asked))
    ).subquery()
    account, part, turn = rows.c
    return select(account, part).where(account.is_not(None)).order_by(turn)


def taking_part(session: Session, case_id: int, party_id: int | None = None) -> dict[int, list[str]]:
    """Everybody who takes part in a case, or has to do with one respondent in it, and as what."""
    values = {"case_id": case_id} | ({} if party_id is None else {"party_id": party_id})
    found: dict[int, list[str]] = {}
    for account_id, part in session.execute(_parts(tuple(PARTS), of_party=party_id is not None), values):
        if part not in found.setdefault(account_id, []):
            found[account_id].append(part)
    return found


def concerned(session: Session, case_id: int) -> set[int]:
    """The respondents of a case, and whoever is tied to them."""
    return set(session.scalars(_tied(), {"case_id": case_id}))


@cache
def _tied() -> CompoundSelect[*tuple[Any, ...]]:
    return tied_to(_respondents())


def _respondents() -> Select[int]:
    """The companies that the tracks of a case are against and their predecessors, whose conduct it may be about."""
    line = select(CaseTrack.party_id.label("id")).where(CaseTrack.case_id == CASE).cte("line", recursive=True)
    before = select(PartySuccession.predecessor_id).join(line, PartySuccession.successor_id == line.c.id)
    line = line.union(before.where(PartySuccession.withdrawn_at.is_(None)))
    return select(line.c.id)


def tied_to(mine: Select[int]) -> CompoundSelect[*tuple[Any, ...]]:
    """These companies with the principals and firms they work with, their predecessors and their successors."""
    before, after = PartySuccession.predecessor_id, PartySuccession.successor_id
    standing = PartySuccession.withdrawn_at.is_(None)
    return union(
        mine,
        select(Engagement.institution_id).where(Engagement.firm_id.in_(mine)),
        select(Engagement.firm_id).where(Engagement.institution_id.in_(mine)),
        select(before).where(after.in_(mine), standing),
        select(after).where(before.in_(mine), standing),
    )


def since(session: Session, today: date) -> date:
    """The day from which an ended interest still bars: RECUSAL_MONTHS before today."""
    return same_day_later(today, -int(settings.value(session, "RECUSAL_MONTHS")))


def still_bars(day: Any) -> ColumnElement[bool]:  # noqa: ANN401 - the day of `since`, or a place for it
    """SQL: an interest that goes on, or ended on that day or later."""
    return or_(Interest.to_on.is_(None), Interest.to_on >= day)


def conflicts(session: Session, case_id: int, account_id: int, today: date) -> list[Interest]:
    """What the person declared about a company concerned, as far as it still bars."""
    mine = select(Interest).where(Interest.account_id == account_id)
    mine = mine.where(still_bars(since(session, today)))
    return list(session.scalars(mine.where(Interest.party_id.in_(concerned(session, case_id))).order_by(Interest.id)))


def barred(session: Session, case_id: int) -> set[int]:
    """Everybody whose recusal was asked for or granted in a case."""
    asked = select(Recusal.account_id).where(Recusal.case_id == case_id, Recusal.state.in_(LIVE))
    return set(session.scalars(asked))


def is_open(session: Session, case_id: int) -> bool:
    """Whether a recusal asked for in a case is still undecided."""
    return bool(session.scalar(select(exists().where(Recusal.case_id == case_id, Recusal.state == "ASKED"))))


def asks_until(track: CaseTrack, today: date) -> date | None:
    """Until when its respondent can still ask for a recusal before those drawn vote; None if it can't any more."""
    last = track.recusal_until
    return last if last is not None and today <= last and track.state != "ADMITTED" else None


def not_introduced(track: CaseTrack, today: date) -> Iterator[Refused]:
    """That the respondent was not told who was drawn, or can still ask for a recusal."""
    if track.drawn_untold:
        yield NotNow(
            _l("The respondent was not told who was drawn, and could not ask for a recusal: the secretary tells it.")
        )
    elif (last := asks_until(track, today)) is not None:
        yield NotNow(
            _l(
                "The respondent was told who was drawn and can ask until %(day)s for a recusal: nobody votes before "
                "that day is over.",
                day=in_words(last),
            )
        )


def votes_later(track: CaseTrack, today: date, window: date | None = None) -> LazyString | None:
    """In half a sentence, for lists and time limits, what those drawn wait for before they can vote.

    `window` is the last day of the respondent's time for a statement, where that still runs.
    """
    if track.drawn_untold:
        return _l("the respondent is still to be told who was drawn")
    last = max((each for each in (asks_until(track, today), window) if each is not None), default=None)
    return _l("nobody votes before %(day)s is over", day=in_words(last)) if last is not None else None


def no_recusal_is_open(session: Session, case_id: int) -> Iterator[Refused]:
    """Nobody decides on a track of the case before a recusal that was asked for is decided (S22, S28, S54)."""
    if is_open(session, case_id):
        yield NotNow(_l("A recusal has been asked and is not decided yet."))


def takes_no_part(session: Session, actor: Actor, case_id: int, today: date) -> Iterator[Refused]:
    """Why one of the staff does nothing in this case: a recusal asked for or granted, or an interest declared."""
    if actor.id is None or actor.audience != "staff":
        return
    key = (actor.id, case_id, today)
    found = once(session, ("bonds", *key), lambda: _bonds(session, *key))
    if "GRANTED" in found:
        yield NotAllowed(_l("You were recused: you take no part in this case."))
    elif "ASKED" in found:
        yield NotNow(_l("Your recusal was asked for: until it is decided you do nothing in this case."))
    elif DECLARED in found:
        yield NotAllowed(_l("You declared an interest in a company concerned: you take no part in this case."))


def _bonds(session: Session, account_id: int, case_id: int, today: date) -> set[str]:
    """What keeps somebody out of a case: states of recusals, and an interest declared."""
    values = {"account_id": account_id, "case_id": case_id, "since": since(session, today)}
    return set(session.scalars(_kept_from(), values))


@cache
def _kept_from() -> CompoundSelect[*tuple[Any, ...]]:
    account_id, day = bindparam("account_id", None, BigInteger()), bindparam("since", None, Date())
    asked = union_all(
        select(Recusal.state).where(Recusal.case_id == CASE, Recusal.account_id == account_id, Recusal.state.in_(LIVE)),
        select(literal(DECLARED))
        .where(Interest.account_id == account_id, Interest.party_id.in_(select(_tied().subquery())))
        .where(still_bars(day)),
    )
    return asked.execution_options(**PLANNED)


@TRACK.guard(*TRACK.rows)
def by_somebody_impartial(ask: Ask) -> Iterator[Refused]:
    """Whoever is to be recused does nothing in the case from the asking on (A01, I-04)."""
    yield from takes_no_part(ask.session, ask.actor, ask.it.case_id, day_of(ask.now))


@TRACK.guard("S02", "S04")
def investigator_is_impartial(ask: Ask) -> Iterator[Refused]:
    """Nobody investigates who reviews the case, sits on its panel, or has a conflict of interest (I-03)."""
    person: Account | None = ask.facts.get("investigator")
    if person is not None:
        yield from unfit_to_investigate(ask.session, ask.it, person, day_of(ask.now))


def is_partial(session: Session, case_id: int, person: Account, today: date) -> bool:
    """Whether somebody can have no part in a case: recused, to be recused, or tied to a company concerned."""
    stranger = Actor(person.id, audience="staff")
    return any(True for _each in takes_no_part(session, stranger, case_id, today))


def kept_out(session: Session, case_id: int, today: date) -> set[int]:
    """Everybody of whom `is_partial` is true, to be left out of lists of choices."""
    bonds = select(Interest.account_id).where(Interest.party_id.in_(select(_tied().subquery())))
    bonds = bonds.where(still_bars(since(session, today)))
    return barred(session, case_id) | set(session.scalars(bonds, {"case_id": case_id}))


def unfit_to_keep(session: Session, case_id: int, person: Account, today: date) -> LazyString | None:
    """Why somebody cannot be given a case to keep; nor is whoever keeps it drawn for its panel (I-03)."""
    if "officer" not in person.role_words or not person.works:
        return _l("This person is no case officer.")
    once_did = {part for number, part in former_parts.of_case(session, case_id) if number == person.id}
    if not DRAWN.isdisjoint((*taking_part(session, case_id).get(person.id, ()), *once_did)):
        return _l("Whoever decides on a case or reviews it does not keep it: choose somebody else.")
    return TAKES_NO_PART if is_partial(session, case_id, person, today) else None


def unfit_to_investigate(session: Session, track: CaseTrack, person: Account, today: date) -> Iterator[Refused]:
    """Why somebody cannot be given an investigation; also if they checked the case once and sent its report back.

    Nor does the head who filed the case, whoever investigated it first.
    """
    parts = set(taking_part(session, track.case_id).get(person.id, []))
    parts |= {part for number, part in former_parts.of_case(session, track.case_id) if number == person.id}
    if parts & {"reviewer", "secretary", "panel", "chair", "review"}:
        yield NotAllowed(_l("Whoever checks, decides or reviews a case does not investigate it."))
    if person.id == track.filed_by:
        yield NotAllowed(APPROVES)
    if is_partial(session, track.case_id, person, today):
        yield NotAllowed(TAKES_NO_PART)


def changes_hands(session: Session, track: CaseTrack) -> Iterator[Refused]:
    """Whether an investigation can be given to somebody else: before its report, since documents name the investigator.

    After it only if that person's recusal was granted, for as long as the track goes on.
    """
    if track.state in BEFORE_REPORT:
        return
    mine = Recusal.case_id == track.case_id, Recusal.account_id == track.investigator_id
    if track.state in TRACK.ends or not session.scalar(select(exists().where(*mine, Recusal.state == "GRANTED"))):
        yield NotNow(_l("The report is made: the investigation is given to nobody else."))


@RECUSAL.guard("A01", "A02")
def has_a_ground(ask: Ask) -> Iterator[Refused]:
    """A ground of the list and the facts; only one recusal of a person at a time."""
    it: Recusal = ask.it
    if it.ground not in GROUNDS:
        yield BadInput("ground", CHOOSE_GROUND)
    if not it.facts.strip():
        yield BadInput("facts", SAY_FACTS)
    if it.account_id in barred(ask.session, it.case_id):
        yield NotNow(_l("The recusal of this person was asked for already, or is granted."))


def may_ask(actor: Actor, parts: Callable[[], Iterable[str]]) -> bool:
    """Whether one of the staff may ask for a recusal (row A01): officers, and whoever was drawn, by their parts."""
    return RECUSAL.rows["A01"].is_for(actor) and (actor.has("officer") or not DRAWN.isdisjoint(parts()))


@RECUSAL.guard("A01")
def asked_by_somebody_concerned(ask: Ask) -> Iterator[Refused]:
    """A respondent, complainant, member or officer asks; about somebody in the case or on the company's track."""
    it: Recusal = ask.it
    session, actor = ask.session, ask.actor
    yield from takes_no_part(session, actor, it.case_id, day_of(ask.now))
    if actor.has("respondent"):
        if not actor.has("lead") or not _knows_of_its_track(session, actor, it.case_id):
            yield NotAllowed(_l("Only an authorised person of the company concerned can submit this."))
    elif actor.has("complainant"):
        if not _complained_of_it(session, actor, it.case_id):
            yield NotAllowed(_l("No case rests on your complaint."))
    elif actor.id == it.account_id:
        yield NotNow(_l("Declare your own conflict of interest: nobody has to decide on it."))
    elif not may_ask(actor, lambda: taking_part(session, it.case_id).get(actor.id or 0, ())):
        yield NotAllowed(_l("Only members of the panel and officers ask for a recusal here."))
    if it.account_id not in taking_part(session, it.case_id, actor.party_id if actor.has("respondent") else None):
        yield BadInput("person", _l("Choose somebody who takes part in this case."))


def _knows_of_its_track(session: Session, actor: Actor, case_id: int) -> bool:
    """Whether the company has a track in the case of which it was told."""
    mine = select(CaseTrack.id).where(CaseTrack.case_id == case_id, CaseTrack.party_id == actor.party_id)
    return session.scalar(mine.where(CaseTrack.state.not_in(UNTOLD)).limit(1)) is not None


def _complained_of_it(session: Session, actor: Actor, case_id: int) -> bool:
    """Whether the case rests on this complainant's complaint."""
    mine = select(CaseComplaint.case_id).where(CaseComplaint.case_id == case_id)
    return session.scalar(mine.where(CaseComplaint.complaint_id == actor.subject_id)) is not None


@RECUSAL.guard("A02")
def declared_by_oneself(ask: Ask) -> Iterator[Refused]:
    """The person declares it; the system only if the conflict check found something."""
    it: Recusal = ask.it
    if ask.actor.has("system"):
        if not conflicts(ask.session, it.case_id, it.account_id, day_of(ask.now)):
            yield NotNow(_l("The conflict check finds nothing."))
    elif ask.actor.id != it.account_id:
        yield NotAllowed(_l("Everybody declares only his own conflict of interest."))


def chair_of(session: Session, case_id: int, account_id: int) -> int | None:
    """The chair of the panel on which somebody sits; None for the chair."""
    found = (each(session, case_id, account_id) for each in CHAIRS)
    return next((chair for chair in found if chair not in {None, account_id}), None)


def decider(session: Session, it: Recusal) -> tuple[str, int | None]:
    """Who decides: a member's the chair; the chair's and staff's the head; the head's the council."""
    gone = barred(session, it.case_id)
    chair = session.get(Account, it.chair_id) if it.chair_id is not None and it.chair_id not in gone else None
    if chair is not None and chair.works and SITS in chair.role_words:
        return BY_CHAIR, chair.id
    of_department = heads(session)
    if it.account_id in of_department or not of_department - gone:
        return BY_COUNCIL, None
    return BY_HEAD, None


def heads(session: Session) -> set[int]:
    """The heads of department who can sign in."""
    asked = select(AccountRole.account_id).join(Account, Account.id == AccountRole.account_id)
    return set(session.scalars(asked.where(AccountRole.role == "head", Account.works)))


def may_decide(session: Session, it: Recusal, actor: Actor) -> bool:
    """Whether this person decides."""
    who, chair = decider(session, it)
    if actor.id is None or actor.id == it.account_id:
        return False
    return actor.id == chair if who == BY_CHAIR else actor.has(who)


@RECUSAL.guard("A03", "A04")
def decided_by_the_right_person(ask: Ask) -> Iterator[Refused]:
    """A member's by the chair; the chair's and staff's by the head; the head's by the council; never by oneself."""
    it: Recusal = ask.it
    if ask.actor.id == it.account_id:
        yield NotAllowed(_l("Nobody decides on his own recusal."))
        return
    yield from takes_no_part(ask.session, ask.actor, it.case_id, day_of(ask.now))
    if not may_decide(ask.session, it, ask.actor):
        yield NotAllowed(WHO_DECIDES[decider(ask.session, it)[0]])


WHO_DECIDES = {
    BY_CHAIR: _l("The chair of the panel decides on the recusal of a member."),
    BY_HEAD: _l("The head of the department decides on this recusal."),
    BY_COUNCIL: _l("The council decides on this recusal."),
}


@RECUSAL.guard("A04")
def refused_with_reasons(ask: Ask) -> Iterator[Refused]:
    """There are reasons, which whoever asked will read."""
    yield from filled(ask, "reasons", _l("Give the reasons."))
